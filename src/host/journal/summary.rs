//! The line of an incident in a listing, kept beside its chain so that nothing has to be folded.

use crate::incident::{Entry, Fact, IncidentId, RunEnd, RunId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// One line of `breakglass incidents`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Summary {
    #[serde(skip)]
    pub id: Option<IncidentId>,
    #[serde(skip)]
    pub entries: u64,
    pub title: String,
    pub severity: Option<String>,
    pub drill: bool,
    /// The scenario's title, of the newest choice.
    pub scenario: Option<String>,
    pub detected_at: Option<Timestamp>,
    pub opened_at: Option<Timestamp>,
    pub mitigated_at: Option<Timestamp>,
    pub closed_at: Option<Timestamp>,
    pub last_at: Option<Timestamp>,
    /// Runs of which no end is known: they run, or nobody knows.
    pub without_end: BTreeSet<RunId>,
}

impl Summary {
    pub fn is_open(&self) -> bool {
        self.opened_at.is_some() && self.closed_at.is_none()
    }

    /// Reads the stored text; what a newer version wrote differently is left empty, not an error.
    pub(super) fn read(id: IncidentId, text: &str) -> Self {
        Summary {
            id: Some(id),
            ..serde_json::from_str(text).unwrap_or_default()
        }
    }

    pub(super) fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Advances by one entry, as the fold does.
    pub(super) fn apply(&mut self, entry: &Entry) {
        self.id = Some(entry.incident);
        self.entries = entry.seq;
        self.last_at = Some(entry.at);
        match &entry.fact {
            Fact::IncidentOpened {
                title,
                severity,
                drill,
                detected_at,
                ..
            } => {
                self.title.clone_from(title);
                self.severity.clone_from(severity);
                self.drill = *drill;
                self.detected_at = *detected_at;
                self.opened_at = Some(entry.at);
            }
            Fact::ScenarioSelected { scenario, .. } => {
                self.scenario = Some(scenario.title.clone());
            }
            Fact::SeverityChanged { to, .. } => self.severity = Some(to.clone()),
            Fact::VerdictChanged { to, .. } => {
                if *to >= crate::health::Verdict::Degraded {
                    self.detected_at.get_or_insert(entry.at);
                }
            }
            Fact::StepStarted { run, .. } => {
                self.without_end.insert(*run);
            }
            Fact::RunEnded { run, end, .. } => {
                if *end == RunEnd::Lost {
                    return;
                }
                self.without_end.remove(run);
            }
            Fact::Mitigated { .. } => self.mitigated_at = Some(entry.at),
            Fact::MitigationLost { .. } => self.mitigated_at = None,
            Fact::IncidentClosed { .. } => self.closed_at = Some(entry.at),
            Fact::PlaceholderSet { .. }
            | Fact::BranchChosen { .. }
            | Fact::CancelRequested { .. }
            | Fact::RunAttached { .. }
            | Fact::StepSkipped { .. }
            | Fact::StepMarkedDone { .. }
            | Fact::NoteAdded { .. }
            | Fact::HostChanged { .. }
            | Fact::Unknown { .. } => {}
        }
    }
}
