//! The fold: the state of an incident as its facts left it.
//!
//! It copies and never judges, so the past does not change when the code does. It must not act:
//! replaying a record starts nothing.

mod apply;

use super::entry::{Actor, Entry};
use super::fact::{IncidentId, RunEnd, RunId, StepKey, Target};
use crate::health::{Number, Verdict};
use crate::runbook::{Risk, Scenario, ScenarioId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    pub id: Option<IncidentId>,
    pub title: String,
    pub severity: Option<String>,
    pub drill: bool,
    pub opened_by: Option<Actor>,
    pub opened_at: Option<Timestamp>,
    pub detected_at: Option<Timestamp>,
    /// The last look before that which found the component in service that was found red first.
    #[serde(default)]
    pub served_until: Option<Timestamp>,
    /// The first time somebody ran, skipped or marked a step.
    pub first_action_at: Option<Timestamp>,
    /// Set while service counts as restored.
    pub mitigated_at: Option<Timestamp>,
    pub mitigation_evidence: Option<String>,
    pub closed_at: Option<Timestamp>,
    pub resolution: Option<String>,
    pub scenario: Option<Box<Scenario>>,
    pub scenario_source: Option<String>,
    pub scenario_reason: Option<String>,
    pub rto_seconds: Option<u64>,
    pub rpo_seconds: Option<u64>,
    /// By `StepKey` in its text form `scenario#step`.
    pub steps: BTreeMap<String, StepState>,
    pub runs: BTreeMap<RunId, Run>,
    pub placeholders: BTreeMap<String, PlaceholderValue>,
    /// Chosen alternatives, by `scenario/group`.
    pub branches: BTreeMap<String, String>,
    /// How each component stood when the incident was opened and since.
    pub components: BTreeMap<String, ComponentState>,
    pub notes: u64,
    pub last_seq: u64,
    pub last_at: Option<Timestamp>,
    /// Facts this version does not know.
    pub unknown_facts: u64,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct StepState {
    /// Runs of this step by block, in order.
    pub runs: Vec<(usize, RunId)>,
    pub skipped: Option<String>,
    pub marked_done: Option<Timestamp>,
    pub notes: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    pub step: StepKey,
    pub block: usize,
    pub title: String,
    pub command: String,
    pub interpreter: String,
    pub risk: Risk,
    pub target: Target,
    pub confirmed: String,
    pub timeout_seconds: Option<u64>,
    pub actor: Actor,
    pub started_at: Timestamp,
    pub ended_at: Option<Timestamp>,
    /// `None` while it runs — or, once replayed without a keeper, while nobody knows.
    pub end: Option<RunEnd>,
    pub duration_ms: Option<u64>,
    pub output_bytes: u64,
    pub transcript_sha256: Option<String>,
    pub tail: String,
    pub cancel_requested: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceholderValue {
    pub value: String,
    pub secret: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComponentState {
    pub verdict: Verdict,
    /// The worst it was since the incident was opened.
    #[serde(default)]
    pub worst: Verdict,
    pub since: Timestamp,
    pub reason: String,
    /// The last reading in the record that found it in service, and its figures.
    pub last_good_at: Option<Timestamp>,
    pub last_good_numbers: Vec<Number>,
}

impl ComponentState {
    /// Whether its service is back: it is up, or it was down and serves again with less redundancy.
    pub fn is_restored(&self) -> bool {
        match self.verdict {
            Verdict::Up => true,
            Verdict::Degraded => self.worst == Verdict::Down,
            Verdict::Unknown | Verdict::Down => false,
        }
    }
}

/// How a step stands, as glyphs, words and reports show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Open,
    Running,
    Done,
    Failed,
    /// A run started and no end is known.
    UnknownOutcome,
    Skipped,
    /// The other alternative was chosen.
    NotTaken,
}

impl State {
    /// Folds a whole record.
    pub fn replay<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Self {
        let mut state = State::default();
        for entry in entries {
            state.apply(entry);
        }
        state
    }

    /// Whether an incident is here and not closed.
    pub fn is_open(&self) -> bool {
        self.opened_at.is_some() && self.closed_at.is_none()
    }

    /// The components whose loss is this incident: those that were down, or, where none ever was, those
    /// that were degraded.
    pub fn affected(&self) -> impl Iterator<Item = (&str, &ComponentState)> {
        let worst = self
            .components
            .values()
            .map(|component| component.worst)
            .max()
            .filter(|worst| *worst >= Verdict::Degraded);
        self.components
            .iter()
            .filter(move |(_, component)| Some(component.worst) == worst)
            .map(|(name, component)| (name.as_str(), component))
    }

    pub fn next_run(&self) -> RunId {
        RunId(self.runs.keys().next_back().map_or(0, |run| run.0) + 1)
    }

    pub fn running(&self) -> impl Iterator<Item = (RunId, &Run)> {
        self.runs
            .iter()
            .filter(|(_, run)| run.end.is_none())
            .map(|(id, run)| (*id, run))
    }

    pub fn step(&self, scenario: &ScenarioId, number: &str) -> Option<&StepState> {
        self.steps.get(&format!("{scenario}#{number}"))
    }

    /// The newest run of one block of a step.
    pub fn last_run(
        &self,
        scenario: &ScenarioId,
        number: &str,
        block: usize,
    ) -> Option<(RunId, &Run)> {
        let (_, id) = self
            .step(scenario, number)?
            .runs
            .iter()
            .rev()
            .find(|(of, _)| *of == block)?;
        self.runs.get(id).map(|run| (*id, run))
    }

    /// How a step of a scenario stands: the worst of the newest runs of its blocks.
    pub fn standing(&self, scenario: &Scenario, step: &crate::runbook::Step) -> Standing {
        if let Some(branch) = &step.branch
            && let Some(chosen) = self
                .branches
                .get(&format!("{}/{}", scenario.id, branch.group))
            && *chosen != branch.option
        {
            return Standing::NotTaken;
        }
        let Some(known) = self.step(&scenario.id, &step.number) else {
            return Standing::Open;
        };
        if known.skipped.is_some() {
            return Standing::Skipped;
        }
        let mut newest: BTreeMap<usize, RunId> = BTreeMap::new();
        for (block, run) in &known.runs {
            newest.insert(*block, *run);
        }
        let ends: Vec<Option<&RunEnd>> = newest
            .values()
            .filter_map(|id| self.runs.get(id))
            .map(|run| run.end.as_ref())
            .collect();
        if ends.iter().any(Option::is_none) {
            return Standing::Running;
        }
        if known.marked_done.is_some() {
            return Standing::Done;
        }
        if ends.iter().flatten().any(|end| **end == RunEnd::Lost) {
            return Standing::UnknownOutcome;
        }
        if ends.iter().flatten().any(|end| !end.is_success()) {
            return Standing::Failed;
        }
        let runnable = step
            .blocks
            .iter()
            .filter(|block| block.is_runnable())
            .count();
        if !ends.is_empty() && newest.len() >= runnable {
            Standing::Done
        } else {
            Standing::Open
        }
    }
}
