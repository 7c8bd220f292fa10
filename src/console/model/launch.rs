//! A launch: one block on its way from the key press to the running step.
//!
//! There is at most one. While it is here, no second press can start anything: that, and the host's
//! refusal behind it, is why a step cannot start twice.

use crate::console::field::Field;
use crate::console::keymap::Context;
use crate::incident::fact::{RunId, Target};
use crate::runbook::{Placeholder, Risk, ScenarioId};
use crate::wire::Candidate;

#[derive(Debug, Clone)]
pub struct Launch {
    pub scenario: ScenarioId,
    /// The step's number.
    pub step: String,
    pub title: String,
    pub block: usize,
    /// The block as it stands in the runbook, until the host has filled it in.
    pub command: String,
    pub risk: Risk,
    pub reasons: Vec<String>,
    pub cautions: Vec<String>,
    pub timeout_seconds: Option<u64>,
    /// It wants somebody at the keyboard.
    pub interactive: bool,
    /// What a query would touch, looked up without touching it.
    pub preview: Option<String>,
    pub stage: Stage,
}

#[derive(Debug, Clone)]
pub enum Stage {
    /// Placeholders are asked for, one after the other.
    Filling(Fill),
    /// The host is asked what it would hit.
    Proving { id: u64 },
    /// It waits for the responder.
    Ready(Proof),
    /// Confirmed; the host has not answered.
    Sent { id: u64, proof: Proof },
    /// The host has started it; its fact is on the way.
    Started { run: RunId },
}

/// What the host proved a moment ago, and the answer being given.
#[derive(Debug, Clone)]
pub struct Proof {
    pub command: String,
    pub target: Target,
    /// For what destroys: the target's name, as it is typed.
    pub typed: Field,
    /// What was typed is not the target's name.
    pub mismatch: bool,
    /// First line of the command that is shown.
    pub top: usize,
}

/// The placeholders of one block.
#[derive(Debug, Clone, Default)]
pub struct Fill {
    pub holes: Vec<Placeholder>,
    /// Which is asked for now; `holes.len()` when all are.
    pub at: usize,
    pub field: Field,
    /// `None` until the host has answered.
    pub candidates: Option<Vec<Candidate>>,
    pub problem: Option<String>,
    /// The offered value that is marked, among those that match what is typed.
    pub marked: Option<usize>,
    /// Sent, and not acknowledged yet.
    pub unacknowledged: Vec<u64>,
    /// Why the last answer was not taken.
    pub error: Option<String>,
    /// Only fill in; do not run afterwards.
    pub only: bool,
}

impl Fill {
    pub fn hole(&self) -> Option<&Placeholder> {
        self.holes.get(self.at)
    }

    /// What is offered for the hole, narrowed by what is typed: the values the text enumerates first,
    /// then its default, then what the live system has.
    pub fn offered(&self) -> Vec<Candidate> {
        let Some(hole) = self.hole().filter(|hole| !hole.secret) else {
            return Vec::new();
        };
        let mut offered: Vec<Candidate> = Vec::new();
        let mut add = |value: &str, detail: &str| {
            if !offered.iter().any(|known| known.value == value) {
                offered.push(Candidate {
                    value: value.to_owned(),
                    detail: detail.to_owned(),
                });
            }
        };
        for choice in &hole.choices {
            add(choice, "named in the runbook");
        }
        if let Some(default) = &hole.default {
            add(default, "the runbook's default");
        }
        for candidate in self.candidates.iter().flatten() {
            add(&candidate.value, &candidate.detail);
        }
        let texts: Vec<&str> = offered.iter().map(|one| one.value.as_str()).collect();
        crate::console::fuzzy::find(self.field.trimmed(), &texts)
            .into_iter()
            .filter_map(|hit| offered.get(hit.index).cloned())
            .collect()
    }
}

impl Launch {
    /// Where keys go while it is on screen; `None` while the panes have them.
    pub fn context(&self) -> Option<Context> {
        match (&self.stage, self.risk) {
            (Stage::Filling(_), _) => Some(Context::List),
            (Stage::Proving { .. } | Stage::Ready(_), Risk::Read)
            | (Stage::Sent { .. } | Stage::Started { .. }, _) => None,
            (Stage::Ready(_), Risk::Destroy) => Some(Context::Text),
            (Stage::Proving { .. }, _) | (Stage::Ready(_), Risk::Change | Risk::Unknown) => {
                Some(Context::Confirm)
            }
        }
    }

    /// One line about it, for the line above the footer.
    pub fn progress(&self) -> Option<String> {
        match &self.stage {
            Stage::Filling(_) | Stage::Ready(_) => None,
            Stage::Proving { .. } => Some(format!(
                "step {}: proving what it would hit, before it runs",
                self.step
            )),
            Stage::Sent { proof, .. } => Some(format!(
                "step {}: starting on {}",
                self.step, proof.target.name
            )),
            Stage::Started { run } => Some(format!("step {}: {run} starts", self.step)),
        }
    }
}
