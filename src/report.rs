//! The report room: state and entries become the post-incident report. PURE.
//!
//! Every format is made from the same [`Report`] value; every duration carries its formula and every
//! attained objective its evidence. It must not know the journal.
//!
//! `build` (entries → value) · `charts` (figures around the incident) · `objectives` (what was attained, and what says so) · `markdown` ·
//! `text` (values that cannot break the document).

mod build;
mod charts;
mod markdown;
mod objectives;
#[cfg(test)]
mod tests;
mod text;

pub use charts::{Chart, Sample, window};

use crate::health::{Number, Verdict};
use crate::incident::Entry;
use crate::incident::clocks::Moment;
use crate::incident::state::Standing;
use crate::incident::timeline::RowKind;
use crate::runbook::Risk;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

/// Writes the report from the whole record and the figures kept around it; `zone` is for the local times beside UTC.
pub fn markdown(entries: &[Entry], samples: &[Sample], zone: &TimeZone) -> String {
    markdown::write(&Report::new(entries, samples, zone))
}

/// The same as one JSON document; fields are only ever added.
pub fn json(entries: &[Entry], samples: &[Sample], zone: &TimeZone) -> serde_json::Value {
    serde_json::to_value(Report::new(entries, samples, zone)).unwrap_or_else(|error| {
        serde_json::json!({ "error": format!("the report cannot be written as JSON: {error}") })
    })
}

/// Everything a report says, in any format.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Of this document.
    pub format: u32,
    pub id: String,
    pub title: String,
    pub drill: bool,
    pub status: Status,
    pub severity: Option<String>,
    pub resolution: Option<String>,
    /// A few sentences made from what follows.
    pub summary: Vec<String>,
    /// Who acted, in order of appearance; the host is left out.
    pub people: Vec<String>,
    /// What was run against.
    pub targets: Vec<String>,
    /// Of the local times.
    pub zone: String,
    pub times: Vec<Time>,
    pub durations: Vec<Duration>,
    pub rto: Attained,
    pub rpo: Attained,
    pub components: Vec<Component>,
    /// Of the components that were hit.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub charts: Vec<Chart>,
    pub scenarios: Vec<Scenario>,
    /// Notes, decisions and changes of severity, in order.
    pub notes: Vec<Note>,
    pub timeline: Vec<Row>,
    /// Facts of a newer version, as they stand.
    pub unknown: Vec<Unknown>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    Open,
    Closed,
}

/// A moment in UTC and as the reader's clock showed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct When {
    pub utc: Timestamp,
    pub local: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Time {
    pub moment: Moment,
    pub at: Option<When>,
    /// Why it is not known.
    pub absent: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Duration {
    pub name: String,
    pub seconds: Option<f64>,
    pub formula: String,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
    pub absent: Option<String>,
}

/// An objective and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Attained {
    pub objective_seconds: Option<u64>,
    pub seconds: Option<f64>,
    pub met: Option<bool>,
    /// What the figure comes from, or why there is none.
    pub evidence: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Component {
    pub name: String,
    pub worst: Verdict,
    /// Milliseconds down and degraded, up to the end of the record.
    pub down_ms: i64,
    pub degraded_ms: i64,
    /// How it ended.
    pub last: Verdict,
    pub history: Vec<Flip>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Flip {
    /// Of the entry that says so.
    pub seq: u64,
    pub at: When,
    /// `None` for how it stood when the incident was opened.
    pub from: Option<Verdict>,
    pub to: Verdict,
    pub reason: String,
    pub numbers: Vec<Number>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scenario {
    pub id: String,
    pub title: String,
    pub source: String,
    /// Why it was taken.
    pub reason: String,
    pub selected: When,
    pub by: String,
    pub rto_seconds: Option<u64>,
    pub rpo_seconds: Option<u64>,
    pub steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    pub number: String,
    pub title: String,
    pub condition: Option<String>,
    pub standing: Standing,
    /// The alternative that was chosen instead.
    pub chosen_instead: Option<String>,
    /// What people did with it but for running it, in order.
    pub by_hand: Vec<ByHand>,
    pub runs: Vec<Run>,
    /// What the step's manifests would change; a person does it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub patches: Vec<Patch>,
}

/// A manifest or a fragment of one, as the runbook has it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Patch {
    pub place: String,
    pub changes: Vec<String>,
    pub by_hand: String,
    pub line: u32,
}

/// A step that was skipped or marked done.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ByHand {
    pub what: &'static str,
    pub at: When,
    pub by: String,
    /// The reason or the note.
    pub words: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Run {
    pub run: u32,
    pub block: usize,
    pub command: String,
    pub interpreter: String,
    pub risk: Risk,
    pub target: String,
    pub target_evidence: String,
    pub confirmed: String,
    pub by: String,
    pub started: When,
    pub ended: Option<When>,
    /// `exit 0`, `timed out`, or that no end is known.
    pub outcome: String,
    pub exit_code: Option<i32>,
    pub duration_ms: Option<u64>,
    pub output_bytes: u64,
    pub transcript_sha256: Option<String>,
    /// The last lines of the output.
    pub tail: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Note {
    pub seq: u64,
    pub at: When,
    pub by: String,
    pub decision: bool,
    pub step: Option<String>,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    pub seq: u64,
    pub at: When,
    pub by: String,
    pub kind: RowKind,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Unknown {
    pub seq: u64,
    pub at: When,
    pub kind: String,
    pub raw: String,
}
