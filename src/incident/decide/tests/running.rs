//! What a run must fulfil, placeholders and alternatives, what is done by hand.

use super::*;

#[test]
fn each_level_of_risk_asks_for_its_confirmation() {
    let mut world = World::with_db();
    world.intend(&choose_way("if no standby")).unwrap();
    world.intend(&set("name", "orders")).unwrap();
    world.intend(&set("token", "s3cr3t-t0ken")).unwrap();
    let up_to = |level| Confirmation::UpTo { level };
    let check = |step: &str, confirmation: Confirmation, words: &str| {
        assert_eq!(
            world
                .ask(&run(step, 0, confirmation.clone()))
                .err()
                .map_or(String::new(), |refusal| refusal.to_string()),
            words,
            "step {step}, {confirmation:?}"
        );
    };
    check("1", Confirmation::Key, "");
    check("1", up_to(Risk::Read), "");
    check(
        "1",
        shown("dev"),
        "the target has changed: `dev` was confirmed, but it is `prod` now",
    );
    check(
        "4",
        Confirmation::Key,
        "step 4 DESTROYS on `prod`: type `prod` to confirm",
    );
    check(
        "4",
        shown("prod"),
        "step 4 DESTROYS on `prod`: type `prod` to confirm",
    );
    check(
        "4",
        typed("dev"),
        "the target has changed: `dev` was confirmed, but it is `prod` now",
    );
    check("4", typed("prod"), "");
    check(
        "4",
        up_to(Risk::Change),
        "step 4 DESTROYS, which is above `--up-to change`",
    );
    check("4", up_to(Risk::Destroy), "");

    let mut world = World::with_db();
    world.intend(&choose_way("if available")).unwrap();
    world.intend(&set("mode", "on")).unwrap();
    let check = |step: &str, block, confirmation: Confirmation, words: &str| {
        assert_eq!(
            world
                .ask(&run(step, block, confirmation.clone()))
                .err()
                .map_or(String::new(), |refusal| refusal.to_string()),
            words,
            "step {step}, {confirmation:?}"
        );
    };
    check(
        "2",
        0,
        Confirmation::Key,
        "step 2 CHANGES on `prod`: it has to be confirmed with the target shown",
    );
    check("2", 0, shown("prod"), "");
    check("2", 0, typed("prod"), "");
    // What is not understood counts as a change.
    check(
        "6",
        1,
        Confirmation::Key,
        "step 6 has an unknown effect on `prod`: it has to be confirmed with the target shown",
    );
    check("6", 1, shown("prod"), "");
    check("6", 1, up_to(Risk::Change), "");
    check(
        "6",
        1,
        up_to(Risk::Read),
        "step 6 has an unknown effect, which is above `--up-to read`",
    );
}

#[test]
fn a_change_without_a_proven_target_does_not_start() {
    let mut world = World::with_db();
    world.intend(&choose_way("if available")).unwrap();
    world.target = None;
    assert_eq!(world.refused(&run("1", 0, Confirmation::Key)), "");
    assert_eq!(
        world.refused(&run("2", 0, shown("unknown"))),
        "nobody can tell what step 2 would hit: name a target in the config (`target = \"…\"`)"
    );
}

#[test]
fn alternatives_are_chosen_before_they_run() {
    let mut world = World::with_db();
    assert_eq!(
        world.refused(&run("2", 0, shown("prod"))),
        "choose between the alternatives of step 2 first: if available | if no standby"
    );
    assert_eq!(
        world.refused(&choose_way("if lucky")),
        "`if lucky` is not one of if available, if no standby"
    );
    let facts = world.intend(&choose_way("if available")).unwrap();
    assert!(
        matches!(&facts[..], [Fact::BranchChosen { not_taken, .. }] if not_taken == &["if no standby"])
    );
    assert_eq!(world.refused(&run("2", 0, shown("prod"))), "");
    let not_taken = "step 3 was not taken: `if available` was chosen instead";
    assert_eq!(world.refused(&run("3", 0, typed("prod"))), not_taken);
    assert_eq!(
        world.refused(&Intent::MarkDone {
            step: "3".into(),
            note: None
        }),
        not_taken
    );
    assert_eq!(
        world.refused(&choose_way("if no standby")),
        "run 1 still running: cancel or wait first"
    );
    // A condition that stands alone is nothing to choose from.
    world.end(1, RunEnd::Exited { code: 0 });
    world
        .intend(&Intent::SelectScenario {
            scenario: ScenarioId("other".into()),
            reason: Some("wrong guess".into()),
        })
        .unwrap();
    assert_eq!(world.state.scenario_reason.as_deref(), Some("wrong guess"));
    assert_eq!(world.refused(&run("1", 0, shown("prod"))), "");
}

#[test]
fn nothing_runs_twice_at_once_and_what_follows_waits_for_a_change() {
    let mut world = World::with_db();
    world.intend(&set("mode", "on")).unwrap();
    assert_eq!(world.refused(&run("6", 0, Confirmation::Key)), "");
    assert_eq!(
        world.refused(&run("6", 0, Confirmation::Key)),
        "step 6 runs already, as run 1"
    );
    // A log that is followed holds nothing up …
    assert_eq!(world.refused(&run("6", 1, shown("prod"))), "");
    world.end(1, RunEnd::Exited { code: 0 });
    // … a change does.
    assert_eq!(
        world.refused(&run("6", 0, Confirmation::Key)),
        "step 6 runs already, as run 2"
    );
    assert_eq!(
        world.refused(&close()),
        "run 2 still running: cancel or wait first"
    );
    assert_eq!(
        world.refused(&Intent::Skip {
            step: "6".into(),
            reason: "no".into()
        }),
        "run 2 still running: cancel or wait first"
    );
    assert_eq!(world.refused(&Intent::Cancel { run: RunId(2) }), "");
    world.end(2, RunEnd::Cancelled { signal: 2 });
    assert_eq!(
        world.refused(&Intent::Cancel { run: RunId(2) }),
        "run 2 has ended already"
    );
    assert_eq!(
        world.refused(&Intent::Attach { run: RunId(9) }),
        "there is no run 9"
    );
    // A run may be made again, under a new number.
    assert_eq!(world.refused(&run("6", 1, shown("prod"))), "");
    assert_eq!(world.state.runs.keys().next_back(), Some(&RunId(3)));
}

#[test]
fn holes_are_filled_first_and_a_secret_reaches_no_fact() {
    let mut world = World::with_db();
    assert_eq!(
        world.refused(&run("4", 0, typed("prod"))),
        "fill in name, token first"
    );
    assert_eq!(
        world.refused(&set("nmae", "x")),
        "there is no placeholder `nmae` in this scenario; there is mode, name, token"
    );
    assert_eq!(
        world.refused(&set("mode", "maybe")),
        "`maybe` is not one of on, off"
    );
    assert_eq!(
        world.refused(&set("name", " ")),
        "`name` is empty: say it in a few words"
    );
    world.intend(&set("name", "orders")).unwrap();
    world.intend(&set("token", "s3cr3t-t0ken")).unwrap();
    world.intend(&run("4", 0, typed("prod"))).unwrap();
    let stored: String = world
        .entries
        .iter()
        .map(|entry| encode(&entry.fact))
        .collect();
    assert!(!stored.contains("s3cr3t"), "{stored}");
    let shown = &world.state.runs[&RunId(1)].command;
    assert!(
        shown.contains(MASKED) && !shown.contains("<token>"),
        "{shown}"
    );
    let real = resolve(&world.state, "4", 0, &world.secrets, &RiskTable::default()).unwrap();
    assert!(real.command.contains("s3cr3t-t0ken") && real.command.contains("orders"));
    assert_eq!(&real.masked, shown);
    // A host that has just started does not know it any more: it is asked for again.
    world.end(1, RunEnd::Exited { code: 0 });
    world.secrets.clear();
    assert_eq!(
        world.refused(&run("4", 0, typed("prod"))),
        "fill in token first"
    );
}

#[test]
fn what_was_really_exported_holds_for_the_steps_after_it() {
    let mut world = World::new();
    let token = [("site", false, &[][..]), ("token", true, &[][..])];
    let mut steps = vec![
        step("1", None, vec![block("ls", Risk::Read, &[])]),
        step(
            "2",
            Some("the near site"),
            vec![block("export SITE=near\nls", Risk::Read, &[])],
        ),
        step(
            "3",
            Some("the far site"),
            vec![block(
                "export SITE=far-<site> KEY=<token>\nls",
                Risk::Read,
                &token,
            )],
        ),
        step("4", None, vec![block("./go.sh", Risk::Read, &[])]),
        step(
            "5",
            None,
            vec![block("export SITE=own\n./go.sh", Risk::Read, &[])],
        ),
    ];
    steps[4].blocks.push(block("select 1", Risk::Read, &[]));
    steps[4].blocks[1].role = Role::Query;
    world.runbooks[0].scenarios[0].steps = steps;
    world.intend(&open(Some("db"))).unwrap();
    let text = |world: &World, step: &str, block: usize| {
        let found = resolve(
            &world.state,
            step,
            block,
            &world.secrets,
            &RiskTable::default(),
        );
        let found = found.unwrap();
        (found.command, found.masked, found.missing)
    };
    // Nothing has run: what the runbook says somewhere above is nobody's.
    assert_eq!(text(&world, "4", 0).0, "./go.sh");
    world.intend(&choose_way("the far site")).unwrap();
    world.intend(&set("site", "b c")).unwrap();
    world.intend(&set("token", "s3cr3t-t0ken")).unwrap();
    world.intend(&run("3", 0, shown("prod"))).unwrap();
    world.end(1, RunEnd::Exited { code: 1 });
    let (real, masked, missing) = text(&world, "4", 0);
    assert_eq!(
        real,
        "export SITE=far-'b c'  # from step 3\nexport KEY=s3cr3t-t0ken  # from step 3\n./go.sh"
    );
    assert!(
        masked.contains(MASKED) && !masked.contains("s3cr3t"),
        "{masked}"
    );
    assert_eq!(missing, Vec::<String>::new());
    // What a block exports itself it needs from nobody, and a database knows no exports.
    assert_eq!(
        text(&world, "5", 0).0,
        "export KEY=s3cr3t-t0ken  # from step 3\nexport SITE=own\n./go.sh"
    );
    assert_eq!(text(&world, "5", 1).0, "select 1");
    // A host that has just started knows no secret: nothing runs with it empty.
    world.secrets.clear();
    assert_eq!(text(&world, "4", 0).2, ["token"]);
}

#[test]
fn a_target_with_a_hole_is_whole_before_anything_runs() {
    let mut world = World::new();
    let mut restart = block("./restart.sh", Risk::Change, &[("site", false, &[])]);
    restart.attributes.target = Some("cache-<site>".into());
    world.runbooks[0].scenarios[0].steps[0].blocks = vec![restart];
    world.intend(&open(Some("db"))).unwrap();
    assert_eq!(
        world.refused(&run("1", 0, shown("prod"))),
        "fill in site first"
    );
    world.intend(&set("site", "far")).unwrap();
    let found = resolve(&world.state, "1", 0, &world.secrets, &RiskTable::default()).unwrap();
    assert_eq!(found.target.as_deref(), Some("cache-far"));
    assert_eq!(found.command, "./restart.sh");
    world.intend(&run("1", 0, shown("prod"))).unwrap();
}

#[test]
fn a_value_that_makes_a_command_worse_raises_what_must_be_confirmed() {
    let mut world = World::new();
    world.runbooks[0].scenarios[0].steps[0].blocks = vec![block(
        "kubectl <verb> pvc data",
        Risk::Unknown,
        &[("verb", false, &[])],
    )];
    world.intend(&open(Some("db"))).unwrap();
    world.intend(&set("verb", "get")).unwrap();
    assert!(world.ask(&run("1", 0, shown("prod"))).is_ok());
    world.intend(&set("verb", "delete")).unwrap();
    assert_eq!(
        world.refused(&run("1", 0, shown("prod"))),
        "step 1 DESTROYS on `prod`: type `prod` to confirm"
    );
    world.intend(&run("1", 0, typed("prod"))).unwrap();
    assert_eq!(world.state.runs[&RunId(1)].risk, Risk::Destroy);
}

#[test]
fn what_is_done_by_hand_is_recorded_with_its_reason() {
    let mut world = World::with_db();
    assert_eq!(
        world.refused(&Intent::Skip {
            step: "5".into(),
            reason: "\t".into()
        }),
        "the reason is empty: say it in a few words"
    );
    assert_eq!(
        world.refused(&Intent::Skip {
            step: "55".into(),
            reason: "no".into()
        }),
        "there is no step `55` in this scenario"
    );
    assert_eq!(
        world.refused(&run("5", 0, Confirmation::Key)),
        "step 5 has no block 0"
    );
    assert_eq!(
        world.refused(&Intent::MarkDone {
            step: "5".into(),
            note: Some("by phone".into())
        }),
        ""
    );
    assert_eq!(
        world.refused(&Intent::Mitigate {
            evidence: "customers say so".into()
        }),
        ""
    );
    assert!(
        world
            .refused(&Intent::Mitigate {
                evidence: "again".into()
            })
            .starts_with("service counts as restored since ")
    );
}

#[test]
fn nothing_starts_while_the_journal_is_broken() {
    let mut world = World::with_db();
    world.blocked = Some("disk full".into());
    assert_eq!(
        world.refused(&run("1", 0, Confirmation::Key)),
        "no step starts while the journal cannot be written: disk full"
    );
}
