//! Cancelling: politely first, then for certain, with everything that the step has started.

use crate::support::keeper::{Run, kill};
use crate::support::world::{lives, until};
use breakglass::incident::fact::RunEnd;
use breakglass::keeper::is_alive;
use breakglass::wire::{KeeperAsk, KeeperTell};
use rustix::process::Signal;

#[test]
fn cancel_is_polite_first() {
    let run = Run::new("trap 'echo tidied; exit 3' INT; echo ready; while :; do sleep 0.05; done");
    run.start();
    run.printed("ready");
    let mut client = run.client();
    client.ask(&KeeperAsk::Cancel).unwrap();
    assert_eq!(run.end().end, RunEnd::Cancelled { signal: 2 });
    assert!(run.text().contains("tidied"));
    assert_eq!(
        client.next_tell().unwrap(),
        Some(KeeperTell::Ended {
            end: RunEnd::Cancelled { signal: 2 }
        })
    );
}

#[test]
fn cancel_gets_through_to_what_ignores_int_and_term() {
    let run = Run::new(
        "trap '' INT TERM; (while :; do sleep 0.05; done) & echo \"child $!\"; echo ready; while :; do sleep 0.05; done",
    );
    run.start();
    run.printed("ready");
    let text = run.text();
    let child = text
        .lines()
        .next()
        .unwrap()
        .trim_start_matches("child ")
        .to_owned();
    run.client().ask(&KeeperAsk::Cancel).unwrap();
    assert_eq!(run.end().end, RunEnd::Cancelled { signal: 9 });
    until("the child's end", || (!lives(&child)).then_some(()));
}

#[test]
fn term_to_the_keeper_cancels_and_leaves_nothing() {
    let run = Run::new("echo \"me $$\"; sleep 1000");
    let keeper = run.start().to_string();
    run.printed("me");
    let step = run.text().trim().trim_start_matches("me ").to_owned();
    kill(Signal::TERM, &keeper);
    assert_eq!(run.end().end, RunEnd::Cancelled { signal: 2 });
    until("the keeper's end", || (!is_alive(&run.dir)).then_some(()));
    assert!(!lives(&step));
}
