//! Entries become rows: the one view that the screen's timeline and every report format share.

use super::fact::IncidentId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One row of the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub incident: IncidentId,
    pub seq: u64,
    pub at: Timestamp,
    pub actor: String,
    pub kind: RowKind,
    /// One line, stripped of control characters, secrets masked.
    pub text: String,
}

/// What a row is about; drives its glyph, never its truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowKind {
    Incident,
    Health,
    Recovery,
    Step,
    Success,
    Failure,
    Note,
    Decision,
    System,
    Unknown,
}
