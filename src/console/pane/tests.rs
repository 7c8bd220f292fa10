//! The screens as text, at the two sizes that matter most; and what a change of the screen costs.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::console::fixture::Play;
use crate::console::layout;
use crate::console::message::{Message, Terminal};
use crate::console::model::Model;
use crate::console::sheet::Sheet;
use crate::console::style::Look;
use crate::incident::fact::Fact;
use crate::wire::{Notice, Reply, Severity};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

const LARGE: (u16, u16) = (120, 40);
const SMALL: (u16, u16) = (80, 24);

/// Plays the same at both sizes and compares the screens with the text that was looked at.
#[track_caller]
fn check(name: &str, start: fn((u16, u16)) -> Play, deeds: impl Fn(&mut Play)) {
    for size in [LARGE, SMALL] {
        let mut play = start(size);
        deeds(&mut play);
        same(&format!("{name}_{}x{}", size.0, size.1), &mut play);
    }
}

#[track_caller]
fn same(name: &str, play: &mut Play) {
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, play.screen());
    });
}

#[test]
fn before_anybody_answered() {
    check("cold", Play::cold, |_| {});
}

#[test]
fn no_incident() {
    check("home", Play::home, |_| {});
    check("home_down", Play::home, |play| play.keys("down down down"));
}

#[test]
fn opening() {
    check("opening", Play::home, |play| play.key("enter"));
    check("opening_a_drill", Play::home, |play| play.keys("end enter"));
}

#[test]
fn picking() {
    check("picker", Play::home, |play| play.keys("/ 'fail'"));
}

#[test]
fn an_incident() {
    check("incident", Play::open, |_| {});
}

#[test]
fn a_running_step() {
    check("running", Play::open, |play| {
        play.key("enter");
        play.wait(12);
        play.prints(
            1,
            1,
            &[
                "postgres-0   0/1   CrashLoopBackOff   7   12m",
                "postgres-1   1/1   Running            0   41d",
                "FATAL:  could not open file \"pg_wal/0000000100000001\": No such file",
            ],
        );
    });
    check("attached", Play::open, |play| {
        play.key("enter");
        play.prints(1, 1, &["Password for user postgres:"]);
        play.key("a");
    });
}

#[test]
fn a_scenario_well_under_way() {
    check("under_way", Play::open, |play| {
        play.key("enter");
        play.ends(1, 0);
        play.keys("s 'replication_is_gone' enter");
        play.keys("b enter enter y");
        play.ends(2, 0);
        play.keys("enter y");
        play.ends(3, 1);
        play.wait(700);
    });
    check("overrun", Play::open, |play| play.wait(900));
    check("mitigated", Play::open, |play| {
        play.happens(vec![Fact::Mitigated {
            evidence: "every component that was red answers again".into(),
        }]);
        play.wait(900);
    });
}

#[test]
fn confirming() {
    check("confirm_change", Play::open, |play| {
        play.keys("down down b enter enter");
    });
    check("confirm_destroy", Play::open, |play| {
        play.keys("down down down down b enter enter down enter 'prod'");
    });
    check("proving", Play::open, |play| {
        play.keys("down down b enter");
        play.silent = true;
        play.key("enter");
    });
    check("placeholder", Play::open, |play| {
        play.keys("down down down down b enter enter down");
    });
    check("branch", Play::open, |play| play.keys("down down enter"));
}

#[test]
fn asking() {
    check("note", Play::open, |play| play.keys("n 'disk_looks_full'"));
    check("severity", Play::open, |play| play.keys("S down"));
    check("closing", Play::open, |play| play.keys("C 'failed_over'"));
    check("quit", Play::open, |play| play.keys("enter q"));
    check("cancel", Play::open, |play| play.keys("enter x"));
}

#[test]
fn reading() {
    check("component", Play::open, |play| play.keys("1 enter"));
    check("help", Play::open, |play| play.key("?"));
    check("palette", Play::open, |play| play.keys(": 'run'"));
    check("runbook_text", Play::open, |play| play.keys("down v"));
    check("timeline", Play::open, |play| {
        for number in 0..40 {
            play.happens(vec![Fact::NoteAdded {
                step: None,
                text: format!("note {number}"),
                decision: number % 7 == 0,
            }]);
        }
        play.keys("t up up up up");
    });
}

#[test]
fn what_is_wrong_with_ourselves() {
    check("gone", Play::open, |play| {
        play.gone();
        play.wait(125);
    });
    check("journal", Play::open, |play| {
        play.hears(Reply::Notice {
            notice: Notice {
                severity: Severity::Error,
                what: "NOTHING IS RECORDED: disk full".into(),
                hint: Some("no step starts until the journal can be written".into()),
                key: "journal".into(),
            },
        });
    });
}

#[test]
fn the_least_and_the_most() {
    let mut play = Play::open((60, 15));
    same("least", &mut play);
    let mut play = Play::open((200, 60));
    same("most", &mut play);
    play.resize(59, 15);
    same("too_small", &mut play);
    play.resize(60, 15);
    play.line_with("INC-7");
}

#[test]
fn everything_is_ascii_where_that_is_wanted() {
    let mut play = Play::open(LARGE);
    play.model.look = Look::new(true, false);
    play.keys("enter");
    play.ends(1, 1);
    play.keys("n 'später_→_数据' enter");
    play.keys("1 enter");
    let screen = play.screen();
    assert!(screen.is_ascii(), "{screen}");
    play.keys("esc 2");
    same("ascii", &mut play);
}

fn buffer(model: &Model) -> Buffer {
    let (columns, rows) = model.size;
    let mut sheet = Sheet::blank(Rect::new(0, 0, columns, rows));
    layout::draw(model, &mut sheet);
    sheet.cells().clone()
}

/// Cells that differ after this.
fn cost(play: &mut Play, deed: impl Fn(&mut Play)) -> usize {
    let before = buffer(&play.model);
    deed(play);
    before.diff(&buffer(&play.model)).len()
}

#[test]
fn moving_the_cursor_changes_two_cells() {
    for size in [LARGE, (200, 60)] {
        let mut play = Play::open(size);
        play.wait(5);
        for _ in 0..5 {
            assert_eq!(cost(&mut play, |play| play.key("down")), 2);
        }
        let mut play = Play::home(size);
        assert_eq!(cost(&mut play, |play| play.key("down")), 2);
        // Another scenario is another preview: that is more, and is wanted once the hand has rested.
        assert!(cost(&mut play, |play| play.takes(Message::Rested)) > 2);
    }
}

#[test]
fn a_second_changes_few_cells() {
    let mut play = Play::open(LARGE);
    play.key("enter");
    for _ in 0..30 {
        let cells = cost(&mut play, |play| play.wait(1));
        // Age, what is left, twice how long the step has been running; more where a minute turns.
        assert!(cells <= 14, "{cells}");
    }
}

#[test]
fn nothing_moves_in_the_checklist_when_a_step_ends() {
    let mut play = Play::open(LARGE);
    let lines = |play: &mut Play| -> Vec<usize> {
        let screen = play.screen();
        [
            "Verify Failure",
            "Check Replication",
            "Failover to",
            "Restore from",
            "Raise the",
        ]
        .iter()
        .map(|title| {
            screen
                .lines()
                .position(|line| line.contains(title) && line.contains("│"))
                .unwrap()
        })
        .collect()
    };
    let before = lines(&mut play);
    play.key("enter");
    assert_eq!(lines(&mut play), before);
    play.ends(1, 0);
    assert_eq!(lines(&mut play), before);
    play.keys("down b enter");
    assert_eq!(lines(&mut play), before);
}

#[test]
fn a_frame_that_comes_before_the_resize_is_drawn_at_the_new_size() {
    let play = Play::open(LARGE);
    for size in [(80, 24), (60, 15), (10, 3), (1, 1), (300, 100)] {
        let mut sheet = Sheet::blank(Rect::new(0, 0, size.0, size.1));
        layout::draw(&play.model, &mut sheet);
    }
}

#[test]
fn the_mouse_selects_and_scrolls() {
    use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
    let mut play = Play::open(LARGE);
    let screen = play.screen();
    let row = screen
        .lines()
        .position(|line| line.contains("5 Verify Recovery"))
        .unwrap();
    play.takes(Message::Terminal(Terminal::Mouse(MouseEvent {
        kind: MouseEventKind::Down(MouseButton::Left),
        column: 50,
        row: row as u16,
        modifiers: KeyModifiers::NONE,
    })));
    play.line_with("❯ ○ 5 Verify Recovery");
    assert_eq!(play.starts(), 0);
}
