//! Confirming by risk, and filling in.

use super::{LARGE, SMALL};
use crate::console::effect::Effect;
use crate::console::fixture::Play;
use crate::console::message::{Message, Terminal};
use crate::incident::{Confirmation, Fact, Intent, Refusal, Target};
use crate::runbook::Risk;
use crate::wire::{Reply, Request};

/// At the window that asks before the first block of step 3.
fn at_change(size: (u16, u16)) -> Play {
    let mut play = Play::open(size);
    play.keys("down down b enter");
    play.effects.clear();
    play.key("enter");
    play
}

/// At the window that asks before step 4, its placeholder filled in.
fn at_destroy(size: (u16, u16)) -> Play {
    let mut play = Play::open(size);
    play.keys("down down down down b enter");
    play.effects.clear();
    play.keys("enter down enter");
    play
}

#[test]
fn a_change_wants_another_key_with_the_target_on_screen() {
    let mut play = at_change(LARGE);
    assert_eq!(play.starts(), 0);
    play.line_with("Target   prod-eu/app");
    play.line_with("current context of ~/.kube/config");
    play.line_with("`pg_ctl promote` makes a standby the primary");
    play.key("y");
    assert_eq!(
        play.intents().last(),
        Some(&Intent::Run {
            step: "3".into(),
            block: 0,
            confirmation: Confirmation::Shown {
                target: "prod-eu/app".into()
            },
        })
    );
}

#[test]
fn a_target_that_is_not_what_the_runbook_names_is_said_where_it_is_confirmed() {
    let mut play = Play::open(LARGE);
    play.target = Target {
        name: "db1:5432/app, not db2".into(),
        evidence: "the runbook names `db2`, but the command would hit `db1:5432/app`: its `-h`"
            .into(),
    };
    play.keys("down down b enter");
    play.key("enter");
    play.line_with("Target   db1:5432/app, not db2");
    play.line_with("the runbook names `db2`, but the command would hit `db1:5432/app`");
    play.line_with("run it on db1:5432/app, not db2");
}

#[test]
fn wrong_keys_change_nothing_and_start_nothing() {
    for key in [
        "enter", "r", "a", "space", "tab", "d", "s", "Y", "1", "x", "f2", "ctrl-a", ":",
    ] {
        let mut play = at_change(LARGE);
        let before = play.effects.len();
        let screen = play.screen();
        play.key(key);
        assert_eq!(play.effects.len(), before, "{key}");
        assert_eq!(play.screen(), screen, "{key}");
    }
}

#[test]
fn the_key_pressed_before_the_proof_is_here_confirms_nothing() {
    let mut play = Play::open(LARGE);
    play.keys("down down b enter");
    play.silent = true;
    play.keys("enter y y y");
    assert_eq!(play.starts(), 0);
    play.line_with("proving what it would hit");
}

#[test]
fn leaving_starts_nothing() {
    for key in ["n", "esc", "q", "ctrl-c"] {
        let mut play = at_change(LARGE);
        play.keys(key);
        play.keys("y y");
        assert_eq!(play.starts(), 0, "{key}");
    }
}

#[test]
fn what_destroys_wants_the_targets_name_typed() {
    let mut play = at_destroy(LARGE);
    play.line_with("DESTROYS");
    play.line_with("Type prod-eu/app to run it:");
    play.keys("y enter");
    assert_eq!(play.starts(), 0);
    play.line_with("that is not `prod-eu/app`: nothing was run");
    play.keys("backspace 'prod-eu/ap' enter");
    assert_eq!(play.starts(), 0);
    play.keys("'p' enter");
    assert_eq!(
        play.intents().last(),
        Some(&Intent::Run {
            step: "4".into(),
            block: 0,
            confirmation: Confirmation::Typed {
                target: "prod-eu/app".into()
            },
        })
    );
}

#[test]
fn the_targets_name_cannot_be_pasted() {
    let mut play = at_destroy(LARGE);
    play.takes(Message::Terminal(Terminal::Paste("prod-eu/app\n".into())));
    play.key("enter");
    assert_eq!(play.starts(), 0);
}

#[test]
fn open_placeholders_are_asked_for_before_anything_is_proven() {
    let mut play = Play::open(LARGE);
    play.keys("down down down down b enter");
    play.effects.clear();
    play.key("enter");
    assert!(
        matches!(play.effects[..], [Effect::Send(Request::Candidates { .. })]),
        "{:?}",
        play.effects
    );
    play.line_with("Step 4 needs a value");
    play.line_with("the newest dump from before the failure");
    play.line_with("2 h old, 1.2 GB");
    // Nothing typed, nothing picked: nothing taken.
    play.key("enter");
    play.line_with("type a value, or pick one that is offered");
    assert_eq!(play.intents(), []);

    play.keys("'0600' down tab enter");
    assert_eq!(
        play.intents(),
        [Intent::SetPlaceholder {
            name: "backup-id".into(),
            value: "/backups/app-0600.dump".into()
        }]
    );
    assert!(matches!(
        play.effects.last(),
        Some(Effect::Send(Request::Prove { .. }))
    ));
    assert_eq!(play.starts(), 0);
    play.line_with("Type prod-eu/app to run it:");
}

#[test]
fn a_value_is_remembered_for_the_incident() {
    let mut play = at_destroy(LARGE);
    play.key("esc");
    play.effects.clear();
    play.key("enter");
    assert!(matches!(
        play.effects[..],
        [Effect::Send(Request::Prove { .. })]
    ));
}

#[test]
fn a_value_can_be_changed_without_running() {
    let mut play = at_destroy(LARGE);
    play.key("esc");
    play.effects.clear();
    play.keys("p ctrl-u 'other.dump' enter");
    assert_eq!(play.starts(), 0);
    assert_eq!(play.state.placeholders["backup-id"].value, "other.dump");
    assert!(play.model.launch.is_none());
}

#[test]
fn a_block_that_turns_out_worse_asks_again() {
    let mut play = at_change(LARGE);
    play.silent = true;
    play.key("y");
    let id = match play.effects.last() {
        Some(Effect::Send(Request::Intend { id, .. })) => *id,
        other => unreachable!("{other:?}"),
    };
    play.hears(Reply::Refused {
        id,
        refusal: Refusal::TypeTheTarget {
            step: "3".into(),
            target: "prod-eu/app".into(),
        },
    });
    assert_eq!(play.starts(), 1);
    play.line_with("Type prod-eu/app to run it:");
    play.keys("y y enter");
    assert_eq!(play.starts(), 1);
}

#[test]
fn a_proof_can_raise_the_risk_of_what_reads() {
    let mut play = Play::open(LARGE);
    play.silent = true;
    play.key("enter");
    play.hears(Reply::Proof {
        id: 2,
        command: "kubectl delete pods --all".into(),
        target: play.target.clone(),
        missing: Vec::new(),
        preview: None,
        risk: Some(Risk::Destroy),
    });
    assert_eq!(play.starts(), 0);
    play.line_with("Type prod-eu/app to run it:");
}

#[test]
fn a_target_that_changed_is_said_and_nothing_runs() {
    let mut play = at_change(LARGE);
    play.target.name = "prod-us/app".into();
    play.key("y");
    play.line_with("`prod-eu/app` was confirmed, but it is `prod-us/app` now");
    assert_eq!(play.state.runs.len(), 0);
    assert!(play.model.launch.is_none());
}

#[test]
fn an_alternative_that_is_not_chosen_is_asked_about_first() {
    let mut play = Play::open(LARGE);
    play.keys("down down enter");
    play.line_with("Which alternative of step 3 applies");
    play.keys("down 'the_standby_is_gone' enter");
    assert_eq!(
        play.intents(),
        [Intent::ChooseBranch {
            group: "standby".into(),
            option: "if no standby".into(),
            reason: Some("the standby is gone".into()),
        }]
    );
    play.line_with("chosen: if no standby");
    play.line_with("⊘ 3 Failover");
    assert_eq!(play.starts(), 0);
}

#[test]
fn a_long_command_scrolls_and_never_pushes_the_target_out() {
    for size in [LARGE, SMALL, (60, 15)] {
        let mut play = Play::open(size);
        play.keys("down down b enter");
        play.silent = true;
        play.effects.clear();
        play.key("enter");
        let id = match play.effects.last() {
            Some(Effect::Send(Request::Prove { id, .. })) => *id,
            other => unreachable!("{other:?}"),
        };
        let command: Vec<String> = (1..=90).map(|line| format!("echo line-{line}")).collect();
        play.hears(Reply::Proof {
            id,
            command: command.join("\n"),
            target: play.target.clone(),
            missing: Vec::new(),
            preview: None,
            risk: None,
        });
        play.line_with("Target   prod-eu/app");
        play.line_with("y run it on prod-eu/app");
        play.line_with("echo line-1");
        for _ in 0..30 {
            play.key("pagedown");
        }
        play.line_with("echo line-90");
        play.line_with("Target   prod-eu/app");
        play.line_with("y run it on prod-eu/app");
        assert_eq!(play.starts(), 0);
    }
}

#[test]
fn nothing_is_confirmed_on_a_screen_too_small_to_read() {
    let mut play = at_change(LARGE);
    play.resize(40, 10);
    play.keys("y y");
    assert_eq!(play.starts(), 0);
    play.line_with("needed: 60x15");
    play.resize(120, 40);
    play.line_with("Target   prod-eu/app");
}

#[test]
fn a_secret_that_a_host_took_with_it_is_asked_again_and_not_shown() {
    let mut play = Play::open(LARGE);
    play.keys("down down down down b enter enter");
    play.takes(Message::Terminal(Terminal::Paste(
        "postgres://ana:hunter2@db/app".into(),
    )));
    play.key("enter");
    play.line_with("Target   prod-eu/app");
    play.key("esc");
    // While the host lives, it knows it.
    play.key("enter");
    play.line_with("Target   prod-eu/app");
    play.key("esc");
    play.restart_host();
    play.key("enter");
    play.line_with("needs a value");
    play.line_with("asked again: the host that knew it has ended, and a secret is never stored");
    play.line_with("a secret: it is not shown, and stored masked");
    play.keys("'hunter2'");
    assert!(!play.screen().contains("hunter2"));
    play.key("enter");
    play.line_with("Target   prod-eu/app");
}

/// An incident whose scenario has these blocks, the second selected.
fn at_second(blocks: [&str; 2]) -> Play {
    let [first, second] = blocks;
    let text =
        format!("# Restore\n\n1. First\n```bash\n{first}\n```\n2. Then\n```bash\n{second}\n```\n");
    let table = crate::runbook::shell::RiskTable::default();
    let mut runbook = crate::runbook::parse("x.md", text.as_bytes(), &table);
    let mut play = Play::open(LARGE);
    play.happens(vec![Fact::ScenarioSelected {
        scenario: Box::new(runbook.scenarios.remove(0)),
        source: "x.md".into(),
        reason: "a test".into(),
        rto_seconds: None,
        rpo_seconds: None,
    }]);
    play.keys("home");
    play.effects.clear();
    play
}

#[test]
fn what_an_earlier_block_sets_is_filled_in_already() {
    let mut play = at_second(["BK=/backups/7\nls $BK", "cat $BK/note"]);
    play.keys("down enter");
    play.line_with("set in line 5 by `BK=/backups/7`");
    play.key("enter");
    assert_eq!(play.state.placeholders["BK"].value, "/backups/7");
    assert_eq!(play.starts(), 1);
}

#[test]
fn what_says_nothing_by_itself_is_asked_for_at_each_block() {
    let mut play = at_second(["curl http://...", "ls xxx ..."]);
    play.keys("enter 'a.example' enter down enter");
    play.line_with("Step 2 needs a value");
    play.keys("ctrl-u 'one' enter ctrl-u 'two' enter");
    let shown = &play
        .state
        .runs
        .values()
        .next_back()
        .map(|run| run.command.clone());
    assert_eq!(shown.as_deref(), Some("ls one two"));
}

#[test]
fn what_was_exported_stands_before_the_command_that_is_confirmed() {
    let mut play = at_second(["export SITE=far\nls", "touch x"]);
    play.key("enter");
    play.ends(1, 0);
    play.keys("home down enter");
    play.line_with("export SITE=far  # from step 1");
    assert_eq!(play.starts(), 1);
}
