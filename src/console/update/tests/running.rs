//! Running steps: what only reads, what was pressed twice, what comes next.

use super::LARGE;
use crate::console::effect::Effect;
use crate::console::fixture::{Play, noon};
use crate::console::model::{Link, Stage};
use crate::incident::fact::{Fact, IncidentId, RunEnd, RunId, StepKey, Target};
use crate::incident::{Confirmation, Intent};
use crate::runbook::{Risk, ScenarioId};
use crate::wire::{KeeperAsk, Request};

#[test]
fn what_only_reads_runs_with_one_key_and_is_followed() {
    let mut play = Play::open(LARGE);
    play.key("enter");
    assert_eq!(
        play.intents(),
        [Intent::Run {
            step: "1".into(),
            block: 0,
            confirmation: Confirmation::Key,
        }]
    );
    let follow = Effect::Follow(Some((IncidentId(7), RunId(1))));
    let at = play.effects.iter().position(|it| *it == follow).unwrap();
    assert_eq!(
        play.effects.get(at + 1),
        Some(&Effect::Ask(KeeperAsk::Picture { have: 0, scroll: 0 }))
    );
    assert!(play.model.launch.is_none() && play.model.dialog.is_none());
}

#[test]
fn nothing_runs_before_its_target_is_proven() {
    let mut play = Play::open(LARGE);
    play.silent = true;
    play.key("enter");
    assert_eq!(
        play.effects,
        [Effect::Send(Request::Prove {
            id: 2,
            step: "1".into(),
            block: 0
        })]
    );
    assert_eq!(play.starts(), 0);
    assert!(play.line_with("proving").contains("`esc` leaves it"));
}

#[test]
fn pressing_again_while_it_is_on_its_way_starts_nothing() {
    let mut play = Play::open(LARGE);
    play.silent = true;
    play.keys("enter enter enter");
    assert_eq!(play.effects.len(), 1, "{:?}", play.effects);
    play.line_with("step 1: proving");

    // The proof is here, the host has not taken the run yet.
    play.hears(crate::wire::Reply::Proof {
        id: 2,
        command: "kubectl get pods".into(),
        target: play.target.clone(),
        missing: Vec::new(),
        preview: None,
        risk: None,
    });
    play.keys("enter enter");
    assert_eq!(play.starts(), 1);
    assert!(matches!(
        play.model.launch.as_ref().map(|launch| &launch.stage),
        Some(Stage::Sent { .. })
    ));

    // Taken, but the record has not shown it yet.
    let id = match play.effects.last() {
        Some(Effect::Send(Request::Intend { id, .. })) => *id,
        other => unreachable!("{other:?}"),
    };
    play.hears(crate::wire::Reply::Done {
        id,
        incident: Some(IncidentId(7)),
        run: Some(RunId(1)),
    });
    play.keys("enter enter");
    assert_eq!(play.starts(), 1);
}

#[test]
fn a_step_that_runs_is_not_started_again() {
    let mut play = Play::open(LARGE);
    play.keys("enter enter enter");
    assert_eq!(play.starts(), 1);
    play.line_with("step 1 runs already, as run 1");
}

#[test]
fn a_proof_that_comes_after_esc_starts_nothing() {
    let mut play = Play::open(LARGE);
    play.silent = true;
    play.keys("enter esc");
    play.hears(crate::wire::Reply::Proof {
        id: 2,
        command: "kubectl get pods".into(),
        target: play.target.clone(),
        missing: Vec::new(),
        preview: None,
        risk: None,
    });
    assert_eq!(play.starts(), 0);
    play.line_with("left: nothing was run");
}

#[test]
fn after_a_success_the_cursor_is_on_the_next_thing_to_do() {
    let mut play = Play::open(LARGE);
    play.key("enter");
    play.ends(1, 0);
    assert!(play.line_with("❯ ○ 2").contains("Check Replication"));
    play.line_with("step 1: exit 0 after 00:41");
}

#[test]
fn after_a_failure_the_cursor_stays_and_the_next_action_is_said() {
    let mut play = Play::open(LARGE);
    play.key("enter");
    play.ends(1, 1);
    assert!(play.line_with("❯ ✖ 1").contains("exit 1"));
    play.line_with("step 1: exit 1 after 00:41 — run it again");
    play.key("enter");
    assert_eq!(play.starts(), 2);
}

#[test]
fn a_step_of_two_blocks_is_done_block_by_block() {
    let mut play = Play::open(LARGE);
    play.keys("down down b enter");
    assert!(play.intents().iter().any(|intent| matches!(
        intent,
        Intent::ChooseBranch { option, .. } if option == "if available"
    )));
    play.keys("enter y");
    play.ends(1, 0);
    // The first block is done, the step is not.
    assert!(play.line_with("❯     kubectl patch").contains("CHANGES"));
    play.line_with("○ 3 Failover");
    play.keys("enter y");
    play.ends(2, 0);
    play.line_with("✔ 3 Failover");
    play.line_with("⊘ 4 Restore");
    play.line_with("❯ ○ 5 Verify Recovery");
}

#[test]
fn a_step_that_somebody_else_starts_is_followed_and_not_confused_with_ours() {
    let mut play = Play::open(LARGE);
    play.happens(vec![Fact::StepStarted {
        step: StepKey {
            scenario: ScenarioId("postgresql-primary-failure".into()),
            step: "2".into(),
        },
        run: RunId(1),
        block: 0,
        title: "Check Replication Status".into(),
        command: "SELECT 1".into(),
        interpreter: "psql".into(),
        risk: Risk::Read,
        target: Target {
            name: "prod-eu/app".into(),
            evidence: "said so".into(),
        },
        confirmed: "key".into(),
        timeout_seconds: None,
    }]);
    assert!(
        play.effects
            .contains(&Effect::Follow(Some((IncidentId(7), RunId(1)))))
    );
    play.line_with("run 1 · step 2");
}

#[test]
fn a_running_step_is_followed_when_a_console_is_opened() {
    let mut before = Play::open(LARGE);
    before.key("enter");
    let mut play = Play::cold(LARGE);
    play.state = before.state.clone();
    play.entries.clone_from(&before.entries);
    play.connect();
    assert!(
        play.effects
            .contains(&Effect::Follow(Some((IncidentId(7), RunId(1)))))
    );
    play.line_with("run 1 · step 1 Verify Failure");
    play.line_with("❯ ▶ 1");
}

#[test]
fn while_the_host_is_away_nothing_starts_and_it_is_said() {
    let mut play = Play::open(LARGE);
    play.gone();
    play.effects.clear();
    play.keys("enter n s d S M C");
    assert_eq!(play.effects, []);
    assert!(play.model.dialog.is_none());
    play.line_with("HOST GONE <1m ago");
    play.line_with("the host is not connected: nothing can be started");
    // What was known is still on screen.
    play.line_with("✖ postgres");
    play.line_with("1 Verify Failure");
}

#[test]
fn a_start_that_was_never_answered_is_not_sent_again_by_itself() {
    let mut play = Play::open(LARGE);
    play.silent = true;
    play.key("enter");
    play.gone();
    play.line_with("the host went away before it answered");
    play.silent = false;
    play.effects.clear();
    play.connect();
    assert_eq!(play.starts(), 0);
    assert_eq!(play.model.link, Link::Up);
}

#[test]
fn a_lost_run_says_so_and_is_not_started_by_itself() {
    let mut play = Play::open(LARGE);
    play.key("enter");
    play.happens(vec![Fact::RunEnded {
        run: RunId(1),
        end: RunEnd::Lost,
        duration_ms: 0,
        output_bytes: 0,
        transcript_sha256: None,
        tail: String::new(),
    }]);
    play.line_with("? 1 Verify Failure");
    play.line_with("outcome unknown");
    play.line_with("look at the system before you run it again");
    assert_eq!(play.starts(), 1);
}

#[test]
fn a_step_by_hand_is_marked_done_and_never_run() {
    let mut play = Play::open(LARGE);
    play.keys("end enter");
    assert_eq!(play.starts(), 0);
    play.line_with("step 6 is done by hand: `d` marks it done");
    play.keys("d 'raised_to_500' enter");
    assert_eq!(
        play.intents().last(),
        Some(&Intent::MarkDone {
            step: "6".into(),
            note: Some("raised to 500".into())
        })
    );
    play.line_with("✔ 6");
}

#[test]
fn with_a_broken_journal_no_step_starts() {
    let mut play = Play::open(LARGE);
    play.hears(crate::wire::Reply::Notice {
        notice: crate::wire::Notice {
            severity: crate::wire::Severity::Error,
            what: "the journal cannot be written: disk full".into(),
            hint: Some("free some space".into()),
            key: "journal".into(),
        },
    });
    play.key("enter");
    assert_eq!(play.starts(), 0);
    play.line_with("JOURNAL BROKEN");
    // It cannot be waved away.
    play.keys("esc esc esc");
    play.line_with("JOURNAL BROKEN");
    play.line_with("free some space");
    assert!(play.model.now >= noon());
}
