//! Anything in any order, at any size: no panic, and nothing runs by accident.

use crate::console::effect::Effect;
use crate::console::fixture::{Play, components, offers, runbooks};
use crate::console::message::{Host, Keeper, Message, Terminal};
use crate::incident::fact::{Fact, RunEnd, RunId};
use crate::incident::{Confirmation, Intent};
use crate::runbook::Risk;
use crate::wire::{Ink, KeeperTell, Notice, Picture, Reply, Severity, Span};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Deed {
    Key(KeyCode, KeyModifiers),
    Resize(u16, u16),
    Paste(String),
    Mouse(u16, u16, bool),
    Wait(i64),
    Gone,
    Connect,
    Picture(u32, String, u32),
    KeeperGone(u32),
    Ends(u32, i32),
    Notice(String),
    Nothing(u64),
    Components(bool),
    Runbooks(bool),
    Silent(bool),
    Closed,
}

fn deed() -> impl Strategy<Value = Deed> {
    let letters = "[a-zA-Z0-9/?:.\\[\\]]";
    prop_oneof![
        12 => letters.prop_map(|text| Deed::Key(
            KeyCode::Char(text.chars().next().unwrap_or('a')),
            KeyModifiers::NONE
        )),
        12 => prop::sample::select(vec![
            KeyCode::Enter, KeyCode::Enter, KeyCode::Esc, KeyCode::Up, KeyCode::Down, KeyCode::Tab,
            KeyCode::PageUp, KeyCode::PageDown, KeyCode::Home, KeyCode::End, KeyCode::Backspace,
            KeyCode::Left, KeyCode::F(1), KeyCode::BackTab,
        ]).prop_map(|code| Deed::Key(code, KeyModifiers::NONE)),
        3 => "[a-z\\]]".prop_map(|text| Deed::Key(
            KeyCode::Char(text.chars().next().unwrap_or('a')),
            KeyModifiers::CONTROL
        )),
        2 => (0u16..260, 0u16..90).prop_map(|(columns, rows)| Deed::Resize(columns, rows)),
        1 => "\\PC{0,30}".prop_map(Deed::Paste),
        1 => (0u16..260, 0u16..90, any::<bool>()).prop_map(|(x, y, wheel)| Deed::Mouse(x, y, wheel)),
        2 => (0i64..5000).prop_map(Deed::Wait),
        1 => Just(Deed::Gone),
        2 => Just(Deed::Connect),
        2 => (1u32..4, "\\PC{0,200}", 0u32..99).prop_map(|(run, text, history)| Deed::Picture(run, text, history)),
        1 => (1u32..4).prop_map(Deed::KeeperGone),
        3 => (1u32..4, 0i32..2).prop_map(|(run, code)| Deed::Ends(run, code)),
        1 => "\\PC{0,300}".prop_map(Deed::Notice),
        1 => (0u64..20).prop_map(Deed::Nothing),
        1 => any::<bool>().prop_map(Deed::Components),
        1 => any::<bool>().prop_map(Deed::Runbooks),
        1 => any::<bool>().prop_map(Deed::Silent),
        1 => Just(Deed::Closed),
    ]
}

fn perform(play: &mut Play, deed: Deed) {
    match deed {
        Deed::Key(code, modifiers) => {
            play.takes(Message::Terminal(Terminal::Key(KeyEvent::new(
                code, modifiers,
            ))));
        }
        Deed::Resize(columns, rows) => play.resize(columns, rows),
        Deed::Paste(text) => play.takes(Message::Terminal(Terminal::Paste(text))),
        Deed::Mouse(column, row, wheel) => {
            play.takes(Message::Terminal(Terminal::Mouse(MouseEvent {
                kind: if wheel {
                    MouseEventKind::ScrollUp
                } else {
                    MouseEventKind::Down(MouseButton::Left)
                },
                column,
                row,
                modifiers: KeyModifiers::NONE,
            })));
        }
        Deed::Wait(seconds) => play.wait(seconds),
        Deed::Gone => play.gone(),
        Deed::Connect => {
            play.takes(Message::Host(Host::Connecting));
            play.connect();
        }
        Deed::Picture(run, text, history) => {
            let picture = Picture {
                version: 1,
                rows: vec![
                    vec![Span {
                        text,
                        ink: Ink {
                            bold: true,
                            ..Ink::default()
                        },
                    }];
                    40
                ],
                cursor: Some((39, 250)),
                cols: 300,
                history,
                ..Picture::default()
            };
            play.pictures(run, picture);
        }
        Deed::KeeperGone(run) => play.takes(Message::Keeper {
            run: RunId(run),
            event: if run == 2 {
                Keeper::Gone
            } else {
                Keeper::Tell(KeeperTell::Ended {
                    end: RunEnd::TimedOut,
                })
            },
        }),
        Deed::Ends(run, code) => {
            let runs = play
                .state
                .runs
                .get(&RunId(run))
                .is_some_and(|known| known.end.is_none());
            if runs {
                play.ends(run, code);
            }
        }
        Deed::Notice(what) => play.hears(Reply::Notice {
            notice: Notice {
                severity: Severity::Error,
                key: if what.len() > 150 { "journal" } else { "other" }.into(),
                what,
                hint: None,
            },
        }),
        Deed::Nothing(id) => play.hears(Reply::Failed {
            id,
            why: "it did not work".into(),
        }),
        Deed::Components(some) => play.hears(Reply::Components {
            components: if some { components() } else { Vec::new() },
        }),
        Deed::Runbooks(some) => play.hears(Reply::Runbooks {
            runbooks: if some { runbooks() } else { Vec::new() },
            offers: offers(),
        }),
        Deed::Silent(silent) => play.silent = silent,
        Deed::Closed => {
            let idle = play.state.running().next().is_none();
            if play.state.is_open() && idle {
                play.happens(vec![Fact::IncidentClosed {
                    resolution: "done".into(),
                }]);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics_and_nothing_dangerous_starts_with_one_key(
        opened in any::<bool>(),
        deeds in prop::collection::vec(deed(), 1..60),
    ) {
        let mut play = if opened { Play::open((120, 40)) } else { Play::cold((80, 24)) };
        for deed in deeds {
            let before = play.effects.len();
            perform(&mut play, deed);
            for effect in &play.effects[before..] {
                if let Effect::Send(crate::wire::Request::Intend {
                    intent: Intent::Run { step, block, confirmation },
                    ..
                }) = effect
                {
                    let scenario = play.model.scenario();
                    let risk = scenario
                        .and_then(|it| it.steps.iter().find(|it| it.number == *step))
                        .and_then(|step| step.blocks.get(*block))
                        .map(|block| block.risk);
                    let deliberate = match confirmation {
                        Confirmation::Key => risk.is_none_or(|risk| risk == Risk::Read),
                        Confirmation::Shown { .. } => risk != Some(Risk::Destroy),
                        Confirmation::Typed { .. } => true,
                        Confirmation::UpTo { .. } => false,
                    };
                    prop_assert!(deliberate, "{step} {block} {confirmation:?} {risk:?}");
                }
            }
            let (columns, rows) = play.model.size;
            if columns > 0 && rows > 0 {
                let screen = play.screen();
                prop_assert!(screen.chars().all(|letter| letter == '\n' || !letter.is_control()));
            }
        }
        // Whatever was pressed, no block ran twice at once.
        let running: Vec<_> = play.state.running().map(|(_, run)| (run.step.clone(), run.block)).collect();
        let mut unique = running.clone();
        unique.sort();
        unique.dedup();
        prop_assert_eq!(unique.len(), running.len());
    }
}
