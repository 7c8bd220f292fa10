//! The pane below: following, scrolling, typing into a step, cancelling it.

use super::{LARGE, SMALL};
use crate::console::effect::Effect;
use crate::console::fixture::Play;
use crate::console::message::{Keeper, Message, Terminal};
use crate::incident::Intent;
use crate::incident::fact::RunId;
use crate::wire::{KeeperAsk, Picture};

fn running(size: (u16, u16)) -> Play {
    let mut play = Play::open(size);
    play.key("enter");
    play.prints(1, 1, &["postgres-0  0/1  CrashLoopBackOff", "$ "]);
    play.effects.clear();
    play
}

fn asks(play: &Play) -> Vec<KeeperAsk> {
    play.effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Ask(ask) => Some(ask.clone()),
            _ => None,
        })
        .collect()
}

#[test]
fn each_picture_asks_for_the_next_one() {
    let mut play = running(LARGE);
    play.prints(1, 9, &["more"]);
    assert_eq!(asks(&play), [KeeperAsk::Picture { have: 9, scroll: 0 }]);
    play.line_with("│more");
    play.line_with("4.2 kB");
}

#[test]
fn pictures_of_another_run_are_passed_over() {
    let mut play = running(LARGE);
    play.prints(5, 9, &["not ours"]);
    assert_eq!(asks(&play), []);
    assert!(!play.screen().contains("not ours"));
}

#[test]
fn the_steps_terminal_follows_its_pane() {
    let mut play = Play::open(LARGE);
    play.key("enter");
    let first = asks(&play);
    assert!(
        first.contains(&KeeperAsk::Resize {
            rows: 15,
            cols: 118
        }),
        "{first:?}"
    );
    play.effects.clear();
    play.resize(140, 50);
    assert!(matches!(
        asks(&play)[..],
        [KeeperAsk::Resize { cols: 138, .. }]
    ));
    play.effects.clear();
    play.keys("4 z");
    assert!(matches!(
        asks(&play)[..],
        [KeeperAsk::Resize { rows: 44.., .. }]
    ));
    // The same size again is no news.
    play.effects.clear();
    play.resize(140, 50);
    assert_eq!(asks(&play), []);
}

#[test]
fn scrolling_back_asks_for_what_was_and_typing_comes_back() {
    let mut play = running(LARGE);
    play.key("shift-pageup");
    assert_eq!(asks(&play), [KeeperAsk::Picture { have: 0, scroll: 8 }]);
    play.line_with("8 lines back, f follows");
    play.effects.clear();
    play.key("f");
    assert_eq!(play.model.output.scroll, 0);
}

#[test]
fn scrolling_stops_at_the_oldest_line() {
    let mut play = running(LARGE);
    for _ in 0..20 {
        play.key("shift-pageup");
    }
    assert_eq!(play.model.output.scroll, 40);
}

#[test]
fn keys_reach_a_step_only_once_the_record_has_the_attachment() {
    let mut play = running(LARGE);
    play.silent = true;
    play.keys("a");
    assert_eq!(play.intents(), [Intent::Attach { run: RunId(1) }]);
    assert!(!play.model.attached);
    let mut play = running(LARGE);
    play.keys("a");
    assert!(play.model.attached);
    play.line_with("KEYS GO TO THE STEP · ctrl-] leaves");
    play.effects.clear();
    play.keys("y enter q ctrl-c up");
    let texts: Vec<KeeperAsk> = ["y", "\r", "q", "\u{3}", "\u{1b}[A"]
        .map(|text| KeeperAsk::Input { text: text.into() })
        .into();
    assert_eq!(asks(&play), texts);
    assert!(!play.effects.contains(&Effect::Quit));
    play.key("ctrl-]");
    assert!(!play.model.attached);
    play.line_with("detached: the step goes on");
}

#[test]
fn cursor_keys_and_pastes_follow_the_steps_modes() {
    let mut play = running(SMALL);
    play.key("a");
    play.pictures(
        1,
        Picture {
            version: 2,
            application_cursor: true,
            bracketed_paste: true,
            ..Picture::default()
        },
    );
    play.effects.clear();
    play.key("up");
    play.takes(Message::Terminal(Terminal::Paste("rm x\n".into())));
    assert_eq!(
        asks(&play),
        [
            KeeperAsk::Input {
                text: "\u{1b}OA".into()
            },
            KeeperAsk::Input {
                text: "\u{1b}[200~rm x\r\u{1b}[201~".into()
            },
        ]
    );
}

#[test]
fn when_the_step_ends_the_keys_are_ours_again() {
    let mut play = running(LARGE);
    play.key("a");
    play.ends(1, 0);
    assert!(!play.model.attached);
    play.effects.clear();
    play.key("x");
    assert_eq!(asks(&play), []);
    // Its last picture stays.
    play.line_with("CrashLoopBackOff");
}

#[test]
fn a_keeper_that_is_gone_leaves_what_the_record_has() {
    let mut play = Play::open(LARGE);
    play.key("enter");
    play.takes(Message::Keeper {
        run: RunId(1),
        event: Keeper::Gone,
    });
    play.line_with("its terminal cannot be reached");
    play.ends(1, 0);
    play.line_with("its last lines, from the record:");
    play.line_with("postgres-1   1/1   Running");
}

#[test]
fn cancelling_says_how_and_wants_a_deliberate_key() {
    let mut play = running(LARGE);
    play.key("x");
    play.line_with("Cancel run 1: Verify Failure?");
    play.line_with("INT, then TERM, then KILL");
    play.keys("x enter");
    assert_eq!(play.intents(), []);
    play.key("y");
    assert_eq!(play.intents(), [Intent::Cancel { run: RunId(1) }]);
    play.line_with("cancelling");
}

#[test]
fn control_characters_in_output_and_names_never_reach_the_screen() {
    let mut play = running(LARGE);
    play.prints(1, 3, &["evil \u{1b}]0;title\u{7} \u{202e}txt"]);
    let screen = play.screen();
    assert!(
        screen
            .chars()
            .all(|letter| letter == '\n' || !letter.is_control()),
        "{screen:?}"
    );
}

#[test]
fn the_runbooks_words_stand_beside_the_step() {
    let mut play = Play::open(LARGE);
    play.keys("down v");
    play.line_with("Runbook · step 2");
    play.line_with("Both must answer before you tell anybody.");
    play.line_with("expected output:");
    play.line_with("line 72, not understood: a fence without a language");
    play.keys("end v v");
    play.line_with("do NOT restart");
    play.line_with("by hand: shown, never run");
    play.key("v");
    play.line_with("nothing has run here yet");
}

#[test]
fn the_output_of_an_earlier_step_can_be_looked_at_again() {
    let mut play = Play::open(LARGE);
    play.key("enter");
    play.ends(1, 0);
    play.key("enter");
    play.line_with("Output · run 2 · step 2");
    play.keys("up f");
    play.line_with("Output · run 1 · step 1");
    play.line_with("postgres-1   1/1   Running");
    play.keys("down down f");
    play.line_with("Output · run 2 · step 2");
}

#[test]
fn a_step_of_somebody_else_does_not_turn_the_page_one_reads() {
    let mut theirs = Play::open(LARGE);
    theirs.key("enter");
    let started = theirs.entries.last().unwrap().fact.clone();
    let mut play = Play::open(LARGE);
    play.key("v");
    play.happens(vec![started]);
    play.line_with("Runbook · step 1");
    play.key("v");
    play.line_with("Output · run 1 · step 1");
}

/// The keeper of a run has gone.
fn keeper_gone(play: &mut Play, run: u32) {
    play.takes(Message::Keeper {
        run: RunId(run),
        event: Keeper::Gone,
    });
}

#[test]
fn a_finished_run_is_shown_from_its_transcript_and_scrolled() {
    let mut play = running(LARGE);
    play.ends(1, 0);
    keeper_gone(&mut play, 1);
    // What was seen last stays; the transcript is read when it is scrolled.
    play.line_with("CrashLoopBackOff");
    assert!(matches!(
        asks(&play)[..],
        [KeeperAsk::Resize { rows: 15, .. }]
    ));
    play.effects.clear();
    play.key("shift-pageup");
    assert_eq!(asks(&play), [KeeperAsk::Picture { have: 0, scroll: 8 }]);
    play.effects.clear();
    let picture = Picture {
        rows: vec![vec![crate::wire::Span {
            text: "what stood there before".into(),
            ..crate::wire::Span::default()
        }]],
        history: 40,
        scroll: 8,
        ..Picture::default()
    };
    play.pictures(1, picture);
    // A transcript has no next picture.
    assert_eq!(asks(&play), []);
    play.line_with("what stood there before");
    play.line_with("8 lines back");
    // A larger pane shows more of it.
    play.keys("4 z");
    assert!(matches!(
        asks(&play)[..],
        [
            KeeperAsk::Resize { rows: 20.., .. },
            KeeperAsk::Picture { have: 0, scroll: 8 }
        ]
    ));
}

#[test]
fn a_console_that_comes_later_shows_the_last_run_from_its_transcript() {
    let mut play = running(LARGE);
    play.ends(1, 0);
    let (state, entries) = (play.state.clone(), play.entries.clone());
    let mut later = Play::cold(LARGE);
    (later.state, later.entries) = (state, entries);
    later.connect();
    assert!(
        later
            .effects
            .contains(&Effect::Follow(Some((later.state.id.unwrap(), RunId(1)))))
    );
    later.line_with("its last lines, from the record:");
    later.effects.clear();
    keeper_gone(&mut later, 1);
    assert!(asks(&later).contains(&KeeperAsk::Picture { have: 0, scroll: 0 }));
    later.prints(1, 0, &["all that it printed"]);
    later.line_with("all that it printed");
    // And where there is none, the record's last lines are still there.
    let mut without = Play::cold(LARGE);
    (without.state, without.entries) = (later.state.clone(), later.entries.clone());
    without.connect();
    keeper_gone(&mut without, 1);
    without.takes(Message::Keeper {
        run: RunId(1),
        event: Keeper::Unreadable {
            why: "No such file".into(),
        },
    });
    without.line_with("its last lines, from the record:");
    without.line_with("run 1: its transcript cannot be shown: No such file");
}
