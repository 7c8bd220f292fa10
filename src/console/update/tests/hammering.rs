//! A key that is hammered starts nothing by accident.

use super::LARGE;
use crate::console::fixture::Play;
use crate::console::message::Message;
use crate::incident::Intent;
use jiff::SignedDuration;

/// Lets milliseconds pass.
fn after(play: &mut Play, milliseconds: i64) {
    play.now += SignedDuration::from_millis(milliseconds);
    play.takes(Message::Tick(play.now));
}

#[test]
fn enter_hammered_at_home_opens_a_window_and_nothing_else() {
    let mut play = Play::home(LARGE);
    for _ in 0..12 {
        play.press("enter");
        after(&mut play, 120);
    }
    assert_eq!(play.intents(), []);
    play.line_with("Open an incident: PostgreSQL Primary Failure");
    // The hand rests, and the press counts.
    after(&mut play, 250);
    play.press("enter");
    assert!(matches!(play.intents()[..], [Intent::Open { .. }]));
    for _ in 0..5 {
        after(&mut play, 120);
        play.press("enter");
    }
    assert_eq!(play.starts(), 0);
    play.line_with("that press came before this was on screen");
    after(&mut play, 1000);
    play.press("enter");
    assert_eq!(play.starts(), 1);
}

#[test]
fn the_step_after_the_one_that_was_run_is_not_run_by_the_same_hammering() {
    let mut play = Play::open(LARGE);
    play.press("enter");
    assert_eq!(play.starts(), 1);
    after(&mut play, 100);
    play.ends(1, 0);
    // The cursor is on step 2 by now.
    after(&mut play, 140);
    play.press("enter");
    assert_eq!(play.starts(), 1);
    // Another key for the same thing is no hammering.
    play.press("r");
    assert_eq!(play.starts(), 2);
}

#[test]
fn moving_and_typing_are_never_passed_over() {
    let mut play = Play::open(LARGE);
    for _ in 0..3 {
        play.press("down");
    }
    assert_eq!(play.model.cursor, 3);
    for key in ["n", "o", "o", "o", "enter"] {
        play.press(key);
    }
    assert!(matches!(
        &play.intents()[..],
        [Intent::Note { text, .. }] if text == "ooo"
    ));
}
