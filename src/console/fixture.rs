//! What the console's tests play with: the scene on stage, and a host that decides for real.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "a test that cannot go on fails"
)]

mod scene;

pub use scene::{block, components, noon, offers, runbooks, scenario};

use super::effect::Effect;
use super::keymap::{Chord, Keymap};
use super::message::{Host, Keeper, Message, Terminal};
use super::model::{Model, Settings};
use super::sheet::Sheet;
use super::update::update;
use crate::incident::decide::resolve;
use crate::incident::entry::Hash;
use crate::incident::fact::{Fact, IncidentId, RunEnd, RunId, Target};
use crate::incident::{Actor, Entry, Intent, State, decide, timeline};
use crate::runbook::shell::RiskTable;
use crate::wire::{Candidate, KeeperTell, Picture, Reply, Request, Span};
use crossterm::event::KeyEvent;
use jiff::{SignedDuration, Timestamp};
use ratatui::layout::Rect;
use std::collections::BTreeMap;

/// A console and the host it talks to.
pub struct Play {
    pub model: Model,
    pub now: Timestamp,
    pub state: State,
    pub entries: Vec<Entry>,
    secrets: BTreeMap<String, String>,
    risks: RiskTable,
    pub target: Target,
    /// Everything that was asked for, oldest first.
    pub effects: Vec<Effect>,
    /// The last screen.
    drawn: Option<Sheet>,
    /// While set, the host takes requests and answers none.
    pub silent: bool,
    /// Why nothing may start.
    pub blocked: Option<String>,
    next_incident: u64,
}

impl Play {
    /// A console that has drawn its first frame and heard nothing.
    pub fn cold(size: (u16, u16)) -> Play {
        let settings = Settings {
            keymap: Keymap::embedded("default").unwrap(),
            ascii: false,
            colour: true,
            zone: jiff::tz::TimeZone::UTC,
            size,
            now: noon(),
        };
        Play {
            model: Model::new(settings),
            now: noon(),
            state: State::default(),
            entries: Vec::new(),
            secrets: BTreeMap::new(),
            risks: RiskTable::default(),
            target: Target {
                name: "prod-eu/app".into(),
                evidence: "current context of ~/.kube/config".into(),
            },
            effects: Vec::new(),
            drawn: None,
            silent: false,
            blocked: None,
            next_incident: 7,
        }
    }

    /// Connected, with everything the host says at first and no incident.
    pub fn home(size: (u16, u16)) -> Play {
        let mut play = Play::cold(size);
        play.connect();
        play
    }

    /// With the incident of the fixture's scenario open.
    pub fn open(size: (u16, u16)) -> Play {
        let mut play = Play::home(size);
        play.keys("enter enter");
        assert!(play.state.is_open(), "{:?}", play.effects);
        play.wait(120);
        play.effects.clear();
        play
    }

    pub fn connect(&mut self) {
        self.hears(Reply::Welcome {
            version: crate::wire::VERSION,
            pid: 1,
            started: noon(),
            actor: "ana".into(),
        });
        self.hears(Reply::Runbooks {
            runbooks: runbooks(),
            offers: offers(),
        });
        self.hears(Reply::Components {
            components: components(),
        });
        self.hears(Reply::Target {
            target: Some(self.target.clone()),
        });
        self.hears(Reply::Present {
            actors: vec!["ana".into(), "ben".into()],
        });
    }

    pub fn hears(&mut self, reply: Reply) {
        self.takes(Message::Host(Host::Reply(reply)));
    }

    /// A message in, and everything that follows from it.
    pub fn takes(&mut self, message: Message) {
        let mut queue = std::collections::VecDeque::from([message]);
        while let Some(message) = queue.pop_front() {
            for effect in update(&mut self.model, message) {
                if let Effect::Send(request) = &effect
                    && !self.silent
                {
                    queue.extend(
                        self.answer(request.clone())
                            .into_iter()
                            .map(|reply| Message::Host(Host::Reply(reply))),
                    );
                }
                self.effects.push(effect);
            }
        }
    }

    /// Keys by name, with spaces between; `'text'` types letters.
    pub fn keys(&mut self, keys: &str) {
        for word in keys.split(' ').filter(|word| !word.is_empty()) {
            if let Some(text) = word
                .strip_prefix('\'')
                .and_then(|text| text.strip_suffix('\''))
            {
                for letter in text.chars() {
                    let letter = if letter == '_' { ' ' } else { letter };
                    self.key(&letter.to_string().replace(' ', "space"));
                }
            } else {
                self.key(word);
            }
        }
    }

    /// Pressed by a hand that has rested.
    pub fn key(&mut self, name: &str) {
        self.model.hand.rest();
        self.press(name);
    }

    /// Pressed right after the press before.
    pub fn press(&mut self, name: &str) {
        let chord = Chord::parse(name).unwrap_or_else(|error| panic!("{error}"));
        let key = KeyEvent::new(chord.code, chord.modifiers);
        self.takes(Message::Terminal(Terminal::Key(key)));
    }

    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.takes(Message::Terminal(Terminal::Resize(columns, rows)));
    }

    pub fn wait(&mut self, seconds: i64) {
        self.now += SignedDuration::from_secs(seconds);
        self.takes(Message::Tick(self.now));
    }

    pub fn gone(&mut self) {
        self.takes(Message::Host(Host::Gone {
            why: "connection reset".into(),
        }));
    }

    /// The step prints.
    pub fn prints(&mut self, run: u32, version: u64, lines: &[&str]) {
        let rows = lines
            .iter()
            .map(|line| {
                vec![Span {
                    text: (*line).into(),
                    ..Span::default()
                }]
            })
            .collect();
        let picture = Picture {
            version,
            rows,
            cursor: Some((lines.len() as u16, 0)),
            cols: 118,
            history: 40,
            bytes: 4200,
            ..Picture::default()
        };
        self.pictures(run, picture);
    }

    pub fn pictures(&mut self, run: u32, picture: Picture) {
        self.takes(Message::Keeper {
            run: RunId(run),
            event: Keeper::Tell(KeeperTell::Picture { picture }),
        });
    }

    /// The step ends.
    pub fn ends(&mut self, run: u32, code: i32) {
        self.happens(vec![Fact::RunEnded {
            run: RunId(run),
            end: RunEnd::Exited { code },
            duration_ms: 41_300,
            output_bytes: 4200,
            transcript_sha256: None,
            tail: "postgres-0   0/1   CrashLoopBackOff\npostgres-1   1/1   Running".into(),
        }]);
    }

    /// Facts that the host records by itself.
    pub fn happens(&mut self, facts: Vec<Fact>) {
        let entries = self.record(Actor::host(), facts);
        self.hears(Reply::Entries { entries });
    }

    fn record(&mut self, actor: Actor, facts: Vec<Fact>) -> Vec<Entry> {
        let mut entries = Vec::new();
        for fact in facts {
            if matches!(fact, Fact::IncidentOpened { .. }) {
                self.state = State {
                    id: Some(IncidentId(self.next_incident)),
                    ..State::default()
                };
                self.entries.clear();
                self.next_incident += 1;
            }
            let prev = self.entries.last().map_or(Hash::default(), |it| it.hash);
            let id = self.state.id.unwrap();
            let seq = self.state.last_seq + 1;
            let entry = Entry::new(id, seq, self.now, actor.clone(), fact, prev);
            self.state.apply(&entry);
            self.entries.push(entry.clone());
            entries.push(entry);
        }
        entries
    }

    /// A host that was started anew: it knows what is recorded, and no secret.
    pub fn restart_host(&mut self) {
        self.gone();
        self.secrets.clear();
        self.connect();
    }

    /// What a host answers.
    fn answer(&mut self, request: Request) -> Vec<Reply> {
        match request {
            Request::Watch { .. } => vec![Reply::Incident {
                state: self.state.is_open().then(|| Box::new(self.state.clone())),
                rows: timeline::rows(&self.entries),
            }],
            Request::Intend { id, intent } => self.intend(id, &intent),
            Request::Prove { id, step, block } => {
                match resolve(&self.state, &step, block, &self.secrets, &self.risks) {
                    Ok(resolved) => vec![Reply::Proof {
                        id,
                        command: resolved.masked,
                        target: self.target.clone(),
                        missing: resolved.missing,
                        preview: None,
                        risk: Some(resolved.risk),
                    }],
                    Err(refusal) => vec![Reply::Refused { id, refusal }],
                }
            }
            Request::Candidates { id, .. } => vec![Reply::Candidates {
                id,
                values: vec![
                    Candidate {
                        value: "/backups/app-1200.dump".into(),
                        detail: "2 h old, 1.2 GB".into(),
                    },
                    Candidate {
                        value: "/backups/app-0600.dump".into(),
                        detail: "8 h old, 1.1 GB".into(),
                    },
                ],
                problem: None,
            }],
            Request::Rows { id, before, .. } => vec![Reply::Rows {
                id,
                rows: timeline::rows(&self.entries)
                    .into_iter()
                    .filter(|row| row.seq < before)
                    .collect(),
            }],
            Request::Hello { .. }
            | Request::Refresh { .. }
            | Request::Reload
            | Request::Stop { .. } => Vec::new(),
        }
    }

    fn intend(&mut self, id: u64, intent: &Intent) -> Vec<Reply> {
        let actor = Actor {
            name: "ana".into(),
            origin: "console".into(),
        };
        let (runbooks, components) = (runbooks(), components());
        let context = decide::Context {
            now: self.now,
            actor: &actor,
            runbooks: &runbooks,
            components: &components,
            target: Some(self.target.clone()),
            secrets: &self.secrets,
            default_timeout_seconds: None,
            default_rto_seconds: None,
            default_rpo_seconds: None,
            risks: &self.risks,
            blocked: self.blocked.as_deref(),
        };
        match decide::decide(&self.state, intent, &context) {
            Err(refusal) => vec![Reply::Refused { id, refusal }],
            Ok(facts) => {
                if let (
                    Intent::SetPlaceholder { name, value },
                    [Fact::PlaceholderSet { secret: true, .. }],
                ) = (intent, &facts[..])
                {
                    self.secrets.insert(name.clone(), value.clone());
                }
                let run = facts.iter().find_map(|fact| match fact {
                    Fact::StepStarted { run, .. } => Some(*run),
                    _ => None,
                });
                let entries = self.record(actor, facts);
                vec![
                    Reply::Entries { entries },
                    Reply::Done {
                        id,
                        incident: self.state.id,
                        run,
                    },
                ]
            }
        }
    }

    /// What is sent to the host, without what only reads.
    pub fn intents(&self) -> Vec<Intent> {
        self.effects
            .iter()
            .filter_map(|effect| match effect {
                Effect::Send(Request::Intend { intent, .. }) => Some(intent.clone()),
                _ => None,
            })
            .collect()
    }

    pub fn starts(&self) -> usize {
        self.intents()
            .iter()
            .filter(|intent| matches!(intent, Intent::Run { .. }))
            .count()
    }

    /// The screen as text, without the spaces at the ends of lines.
    pub fn screen(&mut self) -> String {
        if self.model.wants_rest() {
            self.takes(Message::Rested);
        }
        let (columns, rows) = self.model.size;
        let mut sheet = Sheet::blank(Rect::new(0, 0, columns, rows));
        crate::console::layout::draw(&self.model, &mut sheet);
        self.model.drawn();
        // What the frames rely on when they pass over rows.
        if let Some(before) = self
            .drawn
            .take()
            .filter(|before| before.area() == sheet.area())
        {
            for y in (0..rows).filter(|&y| sheet.is_same_row(&before, y.into())) {
                for x in 0..columns {
                    assert_eq!(
                        sheet.cells()[(x, y)],
                        before.cells()[(x, y)],
                        "column {x} of row {y}"
                    );
                }
            }
        }
        let mut text = String::new();
        for y in 0..rows {
            let mut line = String::new();
            let mut skip = 0;
            for x in 0..columns {
                let symbol = sheet.cells()[(x, y)].symbol();
                if skip == 0 {
                    line.push_str(symbol);
                    skip = super::words::width(symbol).saturating_sub(1);
                } else {
                    skip -= 1;
                }
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        self.drawn = Some(sheet);
        text
    }

    /// The line of the screen that holds this, for assertions about one thing.
    #[track_caller]
    pub fn line_with(&mut self, part: &str) -> String {
        let screen = self.screen();
        screen
            .lines()
            .find(|line| line.contains(part))
            .unwrap_or_else(|| panic!("`{part}` is not on screen:\n{screen}"))
            .to_owned()
    }
}
