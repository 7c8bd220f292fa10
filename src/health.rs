//! The health room: what a look at a component means.
//!
//! Pure: readings in, verdicts and signals out. It must not know how a reading was taken (that is
//! `probe`), nor the time beyond what a reading carries.
//!
//! `thresholds` (which numbers are bad from where on) · `judge` (one reading by itself) · `monitor` (hysteresis,
//! history, the view that screens and checks show) · `signal` (named conditions and what runbooks call them) · `phrase`
//! (finding them in text) · `detect` (which scenario fits what is red) · `words` (numbers as people say them).

pub mod detect;
mod judge;
pub mod monitor;
mod phrase;
mod signal;
pub mod thresholds;
pub mod words;

pub use monitor::{Flip, Monitor};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Which client looks at a component.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ComponentKind {
    Kubernetes,
    Postgres,
    Redis,
    Sentinel,
    Http,
    Tcp,
    Command,
}

impl ComponentKind {
    pub fn word(self) -> &'static str {
        match self {
            ComponentKind::Kubernetes => "kubernetes",
            ComponentKind::Postgres => "postgres",
            ComponentKind::Redis => "redis",
            ComponentKind::Sentinel => "sentinel",
            ComponentKind::Http => "http",
            ComponentKind::Tcp => "tcp",
            ComponentKind::Command => "command",
        }
    }
}

/// How a component stands, worst last.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    Up,
    #[default]
    Unknown,
    Degraded,
    Down,
}

impl Verdict {
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Up => "up",
            Verdict::Unknown => "unknown",
            Verdict::Degraded => "degraded",
            Verdict::Down => "down",
        }
    }
}

/// One figure of a reading, with the thresholds then in force.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Number {
    /// Unit in the name: `replication_lag_seconds`, `connections_used_percent`.
    pub name: String,
    pub value: f64,
    /// Degraded at or past this (below it where `warn` < normal, see `lower_is_worse`).
    pub warn: Option<f64>,
    pub down: Option<f64>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lower_is_worse: bool,
}

/// What one look saw.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    pub at: Timestamp,
    pub took_ms: u64,
    pub outcome: Outcome,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It answered.
    Seen(Observation),
    /// It did not, and why: a refused connection, a timeout, a bad password.
    Failed(Failure),
}

/// What a component that answered said of itself.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    pub numbers: Vec<Number>,
    /// Label and value, in the order they are shown in the detail view.
    pub rows: Vec<(String, String)>,
    /// Conditions that are bad in themselves ("no primary", "two primaries"), worst first.
    pub problems: Vec<Problem>,
    /// A few words for the pane: `primary, 1 replica`, `3 sentinels`.
    pub summary: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    pub verdict: Verdict,
    /// A stable name a detection line can be tied to: `no_primary`, `two_primaries`, `quorum_lost`.
    pub signal: String,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    pub kind: FailureKind,
    /// Stripped of control characters and secrets.
    pub message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// Nobody listens there, or the connection broke.
    Unreachable,
    Timeout,
    /// It answered and refused us: `unknown`, not `down`, is the truth about the component.
    Denied,
    /// It answered with what is not its protocol, or an error of its own.
    Protocol,
    /// The probe itself is wrong: no such program, a malformed address.
    Misconfigured,
}

/// A judged component, as consoles, `check` and facts show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComponentView {
    pub name: String,
    pub kind: ComponentKind,
    /// Where it was looked at, without secrets: `127.0.0.1:5432/app`.
    pub address: String,
    pub verdict: Verdict,
    pub reason: String,
    /// When the verdict last changed; `None` before the first reading.
    pub since: Option<Timestamp>,
    /// When it was last looked at.
    pub at: Option<Timestamp>,
    pub took_ms: u64,
    /// Of the last good reading where the newest failed.
    pub numbers: Vec<Number>,
    pub rows: Vec<(String, String)>,
    pub summary: String,
    /// Names of the signals that are raised, worst first.
    pub signals: Vec<String>,
    /// When it last answered; older than `at` means what is shown is stale.
    pub last_good_at: Option<Timestamp>,
    /// The last look that found it in service (`up` or `degraded`), and its figures then: what stood
    /// right before a loss, such as the replication lag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub served_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub served_numbers: Vec<Number>,
    /// The main number's name and its recent values, oldest first; `None` where it did not answer.
    pub history_name: String,
    pub history: Vec<Option<f64>>,
    /// Recent round trips in milliseconds.
    pub interval_seconds: f64,
}
