//! What console and host, and console and keeper, say to each other: one JSON document a line.
//!
//! It must not know how a socket is opened or who acts on a message. Both ends are the same
//! program; a version that differs is refused by name, never guessed at.

use crate::health::ComponentView;
use crate::health::detect::Offer;
use crate::incident::fact::{IncidentId, RunId, Target};
use crate::incident::timeline::Row;
use crate::incident::{Entry, Intent, Refusal, State};
use crate::runbook::Runbook;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Both ends must agree on it.
pub const VERSION: u32 = 1;

/// The longest line either end accepts, in bytes.
pub const LINE_LIMIT: usize = 16 << 20;

/// From a client to the host.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "request", rename_all = "snake_case")]
pub enum Request {
    /// The first line of a connection. `client` is a word for the log (`console`, `run`); who speaks is
    /// read from the socket.
    Hello {
        version: u32,
        client: String,
        runbooks: Vec<String>,
        config: Option<String>,
    },
    /// Follow an incident (`None`: the open one, if any) and all components.
    Watch { incident: Option<IncidentId> },
    /// Answered by `Reply::Done` or `Reply::Refused` with the same `id`.
    Intend { id: u64, intent: Intent },
    /// What a block would hit and how it would read once filled in; answered by `Reply::Proof`.
    Prove { id: u64, step: String, block: usize },
    /// Values the live system offers for a placeholder; answered by `Reply::Candidates`.
    Candidates { id: u64, placeholder: String },
    /// Look at a component now instead of at its next turn.
    Refresh { component: Option<String> },
    /// Read runbooks and config again.
    Reload,
    /// Older timeline rows than `before`; answered by `Reply::Rows`.
    Rows { id: u64, before: u64, limit: u32 },
    /// End the host; refused while a step runs unless forced.
    Stop { force: bool },
}

/// From the host to a client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "snake_case")]
pub enum Reply {
    Welcome {
        version: u32,
        pid: u32,
        started: Timestamp,
        actor: String,
    },
    /// The connection ends: another version, or a client that may not speak.
    Rejected {
        why: String,
    },
    Runbooks {
        runbooks: Vec<Runbook>,
        offers: Vec<Offer>,
    },
    Offers {
        offers: Vec<Offer>,
    },
    /// All components; sent once, and again when the config changed.
    Components {
        components: Vec<ComponentView>,
    },
    /// One component was looked at. Only the newest matters.
    Component {
        component: Box<ComponentView>,
    },
    /// The incident that is watched, as it stands; `None` where none is open.
    Incident {
        state: Option<Box<State>>,
        rows: Vec<Row>,
    },
    /// It went on by these entries, durable by now.
    Entries {
        entries: Vec<Entry>,
    },
    Done {
        id: u64,
        incident: Option<IncidentId>,
        run: Option<RunId>,
    },
    Refused {
        id: u64,
        refusal: Refusal,
    },
    Failed {
        id: u64,
        why: String,
    },
    Proof {
        id: u64,
        command: String,
        target: Target,
        missing: Vec<String>,
        /// What a query would touch, looked up without touching it.
        #[serde(default)]
        preview: Option<String>,
        /// What the filled-in command would do, where that is worse than the block's own level.
        #[serde(default)]
        risk: Option<crate::runbook::Risk>,
    },
    Candidates {
        id: u64,
        values: Vec<Candidate>,
        problem: Option<String>,
    },
    Rows {
        id: u64,
        rows: Vec<Row>,
    },
    /// Something the responder must know: the journal broke, a config has an error.
    Notice {
        notice: Notice,
    },
    /// Who is here.
    Present {
        actors: Vec<String>,
    },
    /// What steps would hit where a block says nothing better; `None` while that is not known. Sent
    /// after `Welcome` and again when it changes. Each run still proves its own target.
    Target {
        target: Option<Target>,
    },
    Stopping,
}

/// A value for a placeholder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    pub value: String,
    /// "4 h old, 1.2 GB", "streaming, 0 B behind".
    pub detail: String,
}

/// Something said to the responder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub severity: Severity,
    pub what: String,
    /// The next action, in the imperative.
    pub hint: Option<String>,
    /// Notices with the same key replace each other; an `Info` with a known key clears it.
    pub key: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Info,
    Warning,
    Error,
}

/// From a console to the keeper of one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum KeeperAsk {
    /// The next picture, when it differs from `have` (a picture's `version`); the answer waits until
    /// it does. `scroll` is in lines back from the bottom.
    Picture {
        have: u64,
        scroll: u32,
    },
    /// Bytes for the step's terminal, as hexadecimal-free UTF-8 (keys are text and escapes).
    Input {
        text: String,
    },
    Resize {
        rows: u16,
        cols: u16,
    },
    /// INT, then TERM, then KILL after the grace period each.
    Cancel,
}

/// From a keeper to a console.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "tell", rename_all = "snake_case")]
pub enum KeeperTell {
    Picture { picture: Picture },
    Ended { end: crate::incident::fact::RunEnd },
    Rejected { why: String },
}

/// A snapshot of the emulated screen: cells, never raw bytes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    pub version: u64,
    pub rows: Vec<Vec<Span>>,
    /// Row and column, where the cursor is visible.
    pub cursor: Option<(u16, u16)>,
    pub cols: u16,
    /// Lines above the screen that can be scrolled to, and how far this picture is scrolled.
    pub history: u32,
    pub scroll: u32,
    pub bytes: u64,
    pub ended: Option<crate::incident::fact::RunEnd>,
    /// Keys of the step's application mode (cursor keys as `ESC O A`).
    pub application_cursor: bool,
    pub bracketed_paste: bool,
}

/// A stretch of cells in one style.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    pub text: String,
    #[serde(default, skip_serializing_if = "Ink::is_plain")]
    pub ink: Ink,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ink {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fg: Option<Hue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bg: Option<Hue>,
    pub bold: bool,
    pub dim: bool,
    pub italic: bool,
    pub underline: bool,
    pub inverse: bool,
}

impl Ink {
    pub fn is_plain(&self) -> bool {
        *self == Ink::default()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Hue {
    Indexed(u8),
    Rgb(u8, u8, u8),
}

/// One line as it goes over a socket.
pub fn line<T: Serialize>(message: &T) -> serde_json::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec(message)?;
    bytes.push(b'\n');
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use crate::incident::fact::{Fact, StepKey};
    use crate::incident::{Actor, Hash};
    use crate::runbook::{Risk, ScenarioId};

    #[test]
    fn an_incident_with_runs_survives_the_wire() {
        let fact = Fact::StepStarted {
            step: StepKey {
                scenario: ScenarioId("a".into()),
                step: "1".into(),
            },
            run: RunId(1),
            block: 0,
            title: "look".into(),
            command: "ls".into(),
            interpreter: "bash".into(),
            risk: Risk::Read,
            target: Target {
                name: "here".into(),
                evidence: String::new(),
            },
            confirmed: "one key".into(),
            timeout_seconds: None,
        };
        let entry = Entry::new(
            IncidentId(1),
            1,
            Timestamp::UNIX_EPOCH,
            Actor::host(),
            fact,
            Hash::default(),
        );
        let state = State::replay([&entry]);
        let reply = Reply::Incident {
            state: Some(Box::new(state)),
            rows: Vec::new(),
        };
        let back: Reply = serde_json::from_slice(&line(&reply).unwrap()).unwrap();
        assert_eq!(back, reply);
    }
}
