//! Everything that can reach the console's loop: one sub-enum per source.

use super::keymap::Keymap;
use crate::cli::report::Written;
use crate::incident::{IncidentId, RunId};
use crate::wire::{KeeperTell, Notice, Reply};
use crossterm::event::{KeyEvent, MouseEvent};
use jiff::Timestamp;

#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    Terminal(Terminal),
    Host(Host),
    Keeper {
        run: RunId,
        event: Keeper,
    },
    /// The clock, at most once a second.
    Tick(Timestamp),
    /// No key came for a while, and the model had asked to be told.
    Rested,
    /// Config, keymap and time zone were read, after the first frame.
    Configured(Box<Configured>),
    /// What came of `Effect::ReadSection`.
    Section(Section),
    /// What came of `Effect::WriteReport`: the new file, or why there is none.
    Reported {
        incident: IncidentId,
        outcome: Result<Written, String>,
    },
}

/// The words of a runbook's section, or why they cannot be had.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    pub source: String,
    /// The line that was asked for.
    pub line: u32,
    pub words: Result<Vec<String>, String>,
}

/// What the operator's files say about the console.
#[derive(Debug, Clone, PartialEq)]
pub struct Configured {
    pub keymap: Keymap,
    pub ascii: bool,
    /// Carried out by `session`, which switches the terminal's mouse reports on.
    pub mouse: bool,
    pub zone: jiff::tz::TimeZone,
    /// What is wrong in those files, one notice each.
    pub notices: Vec<Notice>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Terminal {
    Key(KeyEvent),
    /// Line ends are `\n`; no other control characters but tabs. A long one comes in pieces.
    Paste(String),
    Mouse(MouseEvent),
    /// Columns and rows.
    Resize(u16, u16),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Host {
    /// Being started, connected to, or connected to again.
    Connecting,
    Reply(Reply),
    /// It went away; the console goes on showing what it last knew, marked as such, and tries again.
    Gone {
        why: String,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub enum Keeper {
    Tell(KeeperTell),
    /// It cannot be reached; from now on pictures come from the transcript.
    Gone,
    /// There is no transcript to show either.
    Unreadable {
        why: String,
    },
}
