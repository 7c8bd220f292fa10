//! Intents in, facts or the words of a refusal out; then any sequence of them.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod sequences;

use super::*;
use crate::health::{ComponentKind, Flip, Number, Verdict};
use crate::incident::entry::{Entry, Hash, decode, encode};
use crate::incident::fact::{IncidentId, RunEnd};
use crate::runbook::{
    Attributes, Block, Branch, FrontMatter, Line, Objective, ObjectiveKind, Phase, Placeholder,
    Risk, Role, ScenarioId, ScenarioKind,
};

fn block(text: &str, risk: Risk, holes: &[(&str, bool, &[&str])]) -> Block {
    Block {
        line: 1,
        end_line: 3,
        language: Some("bash".into()),
        role: Role::Command,
        text: text.into(),
        risk,
        placeholders: holes.iter().map(|(name, ..)| (*name).into()).collect(),
        reasons: Vec::new(),
        holes: holes
            .iter()
            .map(|(name, secret, choices)| Placeholder {
                name: (*name).into(),
                spelling: format!("<{name}>"),
                secret: *secret,
                choices: choices.iter().map(|&choice| choice.into()).collect(),
                ..Placeholder::default()
            })
            .collect(),
        expected: None,
        substeps: Vec::new(),
        interactive: false,
        attributes: Attributes::default(),
    }
}

fn step(number: &str, option: Option<&str>, blocks: Vec<Block>) -> Step {
    Step {
        number: number.into(),
        title: format!("Step {number}"),
        condition: option.map(Into::into),
        line: 1,
        manual: blocks.is_empty(),
        blocks,
        inline: Vec::new(),
        end_line: 9,
        phase: Phase::Recovery,
        prose: Vec::new(),
        cautions: Vec::new(),
        branch: option.map(|option| Branch {
            group: "way".into(),
            option: option.into(),
        }),
        links: Vec::new(),
    }
}

fn plan(id: &str, title: &str, steps: Vec<Step>) -> Scenario {
    Scenario {
        id: ScenarioId(id.into()),
        title: title.into(),
        kind: ScenarioKind::Recovery,
        line: 1,
        severity: Some("P0".into()),
        rto_seconds: Some(900),
        rpo_seconds: None,
        detection: vec![Line {
            text: "Database connection errors".into(),
            line: 2,
        }],
        steps,
        end_line: 99,
        prose: Vec::new(),
        components: Vec::new(),
    }
}

fn objective(scope: &str, kind: ObjectiveKind, seconds: u64) -> Objective {
    Objective {
        kind,
        scope: scope.into(),
        seconds: Some(seconds),
        line: 3,
    }
}

/// Steps 1 read, 2 a choice, 3 the other, 4 destroys with two holes, 5 by hand, 6 two blocks.
fn runbooks() -> Vec<Runbook> {
    vec![
        Runbook {
            source: "dr.md".into(),
            objectives: vec![
                objective("Event streams", ObjectiveKind::Rpo, 60),
                objective("Databases", ObjectiveKind::Rpo, 300),
                objective("Configuration", ObjectiveKind::Rpo, 86_400),
                objective("Critical services", ObjectiveKind::Rto, 3600),
            ],
            scenarios: vec![
                plan(
                    "db",
                    "Database Failure",
                    vec![
                        step("1", None, vec![block("ls", Risk::Read, &[])]),
                        step(
                            "2",
                            Some("if available"),
                            vec![block("promote", Risk::Change, &[])],
                        ),
                        step(
                            "3",
                            Some("if no standby"),
                            vec![block("restore", Risk::Destroy, &[])],
                        ),
                        step(
                            "4",
                            None,
                            vec![block(
                                "drop <name> <token>",
                                Risk::Destroy,
                                &[("name", false, &[]), ("token", true, &[])],
                            )],
                        ),
                        step("5", None, Vec::new()),
                        step(
                            "6",
                            None,
                            vec![
                                block("tail -f log", Risk::Read, &[]),
                                block(
                                    "set <mode>",
                                    Risk::Unknown,
                                    &[("mode", false, &["on", "off"])],
                                ),
                            ],
                        ),
                    ],
                ),
                Scenario {
                    rto_seconds: None,
                    severity: None,
                    ..plan(
                        "other",
                        "Something Else",
                        vec![step(
                            "1",
                            // A condition that stands alone.
                            Some("if needed"),
                            vec![block("true", Risk::Change, &[])],
                        )],
                    )
                },
            ],
            ..Runbook::default()
        },
        Runbook {
            source: "builtin:db".into(),
            front_matter: FrontMatter {
                severity: Some("P3".into()),
                rpo_seconds: Some(7),
                ..FrontMatter::default()
            },
            scenarios: vec![
                plan("db", "Shadowed", Vec::new()),
                Scenario {
                    severity: None,
                    ..plan("front", "Front", Vec::new())
                },
            ],
            ..Runbook::default()
        },
    ]
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap()
}

fn view(name: &str, verdict: Verdict, since: i64) -> ComponentView {
    ComponentView {
        name: name.into(),
        kind: ComponentKind::Postgres,
        address: "127.0.0.1:5432".into(),
        verdict,
        reason: "no primary answers".into(),
        since: Some(at(since)),
        at: Some(at(since)),
        took_ms: 1,
        numbers: vec![Number {
            name: "replication_lag_seconds".into(),
            value: 0.4,
            warn: Some(f64::INFINITY),
            down: None,
            lower_is_worse: false,
        }],
        rows: Vec::new(),
        summary: String::new(),
        signals: Vec::new(),
        last_good_at: Some(at(since - 2)),
        served_at: None,
        served_numbers: Vec::new(),
        history_name: String::new(),
        history: vec![Some(1.0)],
        interval_seconds: 5.0,
    }
}

fn flip(component: &str, to: Verdict, second: i64) -> Flip {
    Flip {
        component: component.into(),
        from: Verdict::Unknown,
        to,
        reason: format!("seen {}", to.word()),
        at: at(second),
        numbers: Vec::new(),
        last_good_at: None,
        last_good_numbers: Vec::new(),
    }
}

/// An incident in memory, as the engine keeps one.
struct World {
    state: State,
    entries: Vec<Entry>,
    runbooks: Vec<Runbook>,
    components: Vec<ComponentView>,
    secrets: BTreeMap<String, String>,
    target: Option<Target>,
    blocked: Option<String>,
}

impl World {
    fn new() -> Self {
        World {
            state: State::default(),
            entries: Vec::new(),
            runbooks: runbooks(),
            components: vec![view("postgres", Verdict::Down, -30)],
            secrets: BTreeMap::new(),
            target: Some(Target {
                name: "prod".into(),
                evidence: "PGHOST".into(),
            }),
            blocked: None,
        }
    }

    fn with_db() -> Self {
        let mut world = World::new();
        world.intend(&open(Some("db"))).unwrap();
        world
    }

    fn record(&mut self, fact: Fact) {
        let prev = self
            .entries
            .last()
            .map_or(Hash::default(), |last| last.hash);
        let seq = self.entries.len() as u64 + 1;
        let entry = Entry::new(
            IncidentId(1),
            seq,
            at(seq as i64),
            Actor::host(),
            fact,
            prev,
        );
        self.state.apply(&entry);
        self.entries.push(entry);
    }

    fn ask(&self, intent: &Intent) -> Result<Vec<Fact>, Refusal> {
        let actor = Actor {
            name: "ana".into(),
            origin: "console".into(),
        };
        let risks = RiskTable::default();
        decide(
            &self.state,
            intent,
            &Context {
                now: at(self.entries.len() as i64),
                actor: &actor,
                runbooks: &self.runbooks,
                components: &self.components,
                target: self.target.clone(),
                secrets: &self.secrets,
                default_timeout_seconds: Some(600),
                default_rto_seconds: None,
                default_rpo_seconds: Some(1),
                risks: &risks,
                blocked: self.blocked.as_deref(),
            },
        )
    }

    fn intend(&mut self, intent: &Intent) -> Result<Vec<Fact>, Refusal> {
        let facts = self.ask(intent)?;
        for fact in &facts {
            if let (
                Fact::PlaceholderSet { secret: true, .. },
                Intent::SetPlaceholder { name, value },
            ) = (fact, intent)
            {
                self.secrets.insert(name.clone(), value.clone());
            }
            self.record(fact.clone());
        }
        Ok(facts)
    }

    fn end(&mut self, run: u32, end: RunEnd) {
        self.record(Fact::RunEnded {
            run: RunId(run),
            end,
            duration_ms: 5,
            output_bytes: 0,
            transcript_sha256: None,
            tail: String::new(),
        });
    }

    fn see(&mut self, flips: &[Flip]) -> Vec<String> {
        let facts = observe(&self.state, flips);
        let words = facts
            .iter()
            .map(|fact| {
                let json: serde_json::Value = serde_json::from_str(&encode(fact)).unwrap();
                json["fact"].as_str().unwrap().to_owned()
            })
            .collect();
        for fact in facts {
            self.record(fact);
        }
        words
    }

    /// The refusal's words, or `""` where it was allowed.
    fn refused(&mut self, intent: &Intent) -> String {
        self.intend(intent)
            .err()
            .map_or(String::new(), |refusal| refusal.to_string())
    }
}

fn open(scenario: Option<&str>) -> Intent {
    Intent::Open {
        title: None,
        scenario: scenario.map(|id| ScenarioId(id.into())),
        severity: None,
        drill: false,
    }
}

fn run(step: &str, block: usize, confirmation: Confirmation) -> Intent {
    Intent::Run {
        step: step.into(),
        block,
        confirmation,
    }
}

fn typed(target: &str) -> Confirmation {
    Confirmation::Typed {
        target: target.into(),
    }
}

fn shown(target: &str) -> Confirmation {
    Confirmation::Shown {
        target: target.into(),
    }
}

fn set(name: &str, value: &str) -> Intent {
    Intent::SetPlaceholder {
        name: name.into(),
        value: value.into(),
    }
}

fn choose_way(option: &str) -> Intent {
    Intent::ChooseBranch {
        group: "way".into(),
        option: option.into(),
        reason: None,
    }
}

fn close() -> Intent {
    Intent::Close {
        resolution: "promoted the standby".into(),
    }
}

#[test]
fn opening_takes_what_the_scenario_says() {
    let world = World::with_db();
    let state = &world.state;
    assert_eq!(state.title, "Database Failure");
    assert_eq!(state.severity.as_deref(), Some("P0"));
    assert_eq!(state.detected_at, Some(at(-30)));
    assert_eq!(state.rto_seconds, Some(900), "the scenario's own");
    assert_eq!(
        state.rpo_seconds,
        Some(300),
        "the document's objective for databases, though event streams are stricter"
    );
    assert_eq!(state.scenario_source.as_deref(), Some("dr.md"));
}

#[test]
fn objectives_fall_back_to_front_matter_then_to_the_strictest_then_to_the_config() {
    let objectives = |id: &str| {
        let mut world = World::new();
        world.intend(&open(Some(id))).unwrap();
        (
            world.state.rto_seconds,
            world.state.rpo_seconds,
            world.state.severity.clone(),
        )
    };
    assert_eq!(objectives("other"), (Some(3600), Some(300), None));
    assert_eq!(objectives("front"), (Some(900), Some(7), Some("P3".into())));
    let mut world = World::new();
    world.runbooks[0].objectives.clear();
    world.intend(&open(Some("other"))).unwrap();
    assert_eq!(
        (world.state.rto_seconds, world.state.rpo_seconds),
        (None, Some(1))
    );
}

#[test]
fn an_empty_incident_is_named_after_what_is_red() {
    let mut world = World::new();
    world.intend(&open(None)).unwrap();
    assert_eq!(world.state.title, "postgres down: no primary answers");
    assert_eq!(
        world.refused(&run("1", 0, Confirmation::Key)),
        "no scenario is selected: pick one first"
    );
}

#[test]
fn one_incident_at_a_time_and_a_closed_one_takes_notes_only() {
    let mut world = World::new();
    let note = Intent::Note {
        step: None,
        text: "called the DBA".into(),
        decision: false,
    };
    assert_eq!(world.refused(&note), "no incident is open: open one first");
    world.intend(&open(Some("db"))).unwrap();
    assert_eq!(
        world.refused(&open(None)),
        "INC-1 is open already: close it first, or switch its scenario"
    );
    assert_eq!(
        world.refused(&Intent::Close {
            resolution: "  ".into()
        }),
        "the resolution is empty: say it in a few words"
    );
    world.intend(&close()).unwrap();
    assert_eq!(
        world.refused(&run("1", 0, Confirmation::Key)),
        "INC-1 is closed: notes can still be added, for anything else open a new incident"
    );
    assert_eq!(world.refused(&note), "");
    assert!(matches!(
        world.ask(&open(None)).unwrap()[..],
        [Fact::IncidentOpened { .. }]
    ));
}

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

#[test]
fn service_counts_as_restored_when_what_was_down_is_up_again() {
    let mut world = World::new();
    world.components.push(view("redis", Verdict::Degraded, -9));
    world.intend(&open(None)).unwrap();
    assert_eq!(
        world.see(&[flip("postgres", Verdict::Down, 10)]),
        Vec::<String>::new(),
        "what the record has already is no news"
    );
    assert_eq!(
        world.see(&[flip("kafka", Verdict::Down, 11)]),
        ["verdict_changed"]
    );
    assert_eq!(
        world.see(&[flip("postgres", Verdict::Up, 12)]),
        ["verdict_changed"],
        "kafka is still down"
    );
    assert_eq!(
        world.see(&[flip("kafka", Verdict::Up, 13)]),
        ["verdict_changed", "mitigated"],
        "redis was never down"
    );
    assert_eq!(
        world.see(&[flip("kafka", Verdict::Degraded, 14)]),
        ["verdict_changed"]
    );
    assert!(world.state.mitigated_at.is_some());
    assert_eq!(
        world.see(&[flip("redis", Verdict::Down, 15)]),
        ["verdict_changed", "mitigation_lost"]
    );
    assert_eq!(world.state.mitigated_at, None);
    world.intend(&close()).unwrap();
    assert_eq!(
        world.see(&[flip("redis", Verdict::Up, 16)]),
        Vec::<String>::new()
    );
}

#[test]
fn a_standby_that_was_promoted_serves_though_it_has_no_standby_itself() {
    let mut world = World::with_db();
    assert_eq!(
        world.see(&[flip("postgres", Verdict::Degraded, 10)]),
        ["verdict_changed", "mitigated"]
    );
    let evidence = world.state.mitigation_evidence.clone().unwrap();
    assert!(
        evidence.starts_with("postgres degraded since "),
        "{evidence}"
    );
    assert_eq!(
        world.see(&[flip("postgres", Verdict::Up, 20)]),
        ["verdict_changed"]
    );
    assert_eq!(
        world.see(&[flip("postgres", Verdict::Down, 30)]),
        ["verdict_changed", "mitigation_lost"]
    );
}

#[test]
fn an_incident_in_which_nothing_was_red_is_never_mitigated_by_itself() {
    let mut world = World::new();
    world.components = vec![view("postgres", Verdict::Unknown, -1)];
    world.intend(&open(None)).unwrap();
    assert_eq!(
        world.see(&[flip("postgres", Verdict::Up, 3)]),
        ["verdict_changed"]
    );
    assert_eq!(
        world.see(&[
            flip("postgres", Verdict::Degraded, 4),
            flip("postgres", Verdict::Up, 5)
        ]),
        ["verdict_changed", "verdict_changed", "mitigated"]
    );
}
