//! From what an operator wants to what happened, or why not: the only place that may refuse.
//!
//! It must not act and must not look anything up: what it needs beyond the state comes with the
//! [`Context`], resolved by the engine a moment before.

use super::entry::Actor;
use super::fact::{Fact, IncidentId, RunId, StepKey, Target};
use super::state::{Standing, State};
use crate::health::ComponentView;
use crate::runbook::{Risk, Runbook, Scenario, ScenarioId, Step};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What an operator wants.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "intent", rename_all = "snake_case")]
pub enum Intent {
    Open {
        title: Option<String>,
        scenario: Option<ScenarioId>,
        severity: Option<String>,
        drill: bool,
    },
    SelectScenario {
        scenario: ScenarioId,
        reason: Option<String>,
    },
    ChangeSeverity {
        to: String,
        reason: Option<String>,
    },
    SetPlaceholder {
        name: String,
        value: String,
    },
    ChooseBranch {
        group: String,
        option: String,
        reason: Option<String>,
    },
    /// Run one block of a step of the selected scenario.
    Run {
        step: String,
        block: usize,
        confirmation: Confirmation,
    },
    Cancel {
        run: RunId,
    },
    Attach {
        run: RunId,
    },
    Skip {
        step: String,
        reason: String,
    },
    MarkDone {
        step: String,
        note: Option<String>,
    },
    Note {
        step: Option<String>,
        text: String,
        decision: bool,
    },
    Mitigate {
        evidence: String,
    },
    Close {
        resolution: String,
    },
}

/// How deliberately a run was confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confirmation {
    /// One key: enough for what only reads.
    Key,
    /// A second key with this target on screen: enough for a change.
    Shown { target: String },
    /// The target's name typed: what destroys asks for this.
    Typed { target: String },
    /// `breakglass run --up-to LEVEL`: allowed up to that level beforehand.
    UpTo { level: Risk },
}

/// Why an intent was not allowed; the text says what to do next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "refusal", rename_all = "snake_case")]
pub enum Refusal {
    #[error("no incident is open: open one first")]
    NoIncident,
    #[error("{id} is open already: close it first, or switch its scenario")]
    AlreadyOpen { id: IncidentId },
    #[error("no scenario is selected: pick one first")]
    NoScenario,
    #[error("there is no scenario `{id}`: `breakglass scenarios` lists them")]
    NoSuchScenario { id: ScenarioId },
    #[error("there is no step `{step}` in this scenario")]
    NoSuchStep { step: String },
    #[error("step {step} has no block {block}")]
    NoSuchBlock { step: String, block: usize },
    #[error("step {step} is not a command: do it by hand, then mark it done")]
    NotRunnable { step: String },
    #[error("step {step} runs already, as {run}")]
    RunsAlready { step: String, run: RunId },
    #[error("fill in {} first", .names.join(", "))]
    OpenPlaceholders { names: Vec<String> },
    #[error("choose between the alternatives of step {step} first: {}", .options.join(" | "))]
    BranchOpen {
        step: String,
        group: String,
        options: Vec<String>,
    },
    #[error("step {step} was not taken: `{chosen}` was chosen instead")]
    NotTaken { step: String, chosen: String },
    #[error("step {step} {} on `{target}`: it has to be confirmed with the target shown", risk.word())]
    ConfirmWithTarget {
        step: String,
        risk: Risk,
        target: String,
    },
    #[error("step {step} DESTROYS on `{target}`: type `{target}` to confirm")]
    TypeTheTarget { step: String, target: String },
    #[error("the target has changed: `{confirmed}` was confirmed, but it is `{now}` now")]
    TargetChanged { confirmed: String, now: String },
    #[error("step {step} {}, which is above `--up-to {}`", risk.word(), level.word())]
    AboveLevel {
        step: String,
        risk: Risk,
        level: Risk,
    },
    #[error("there is no {run}")]
    NoSuchRun { run: RunId },
    #[error("{run} has ended already")]
    RunEnded { run: RunId },
    #[error("{what} is empty: say it in a few words")]
    Empty { what: String },
    #[error("{} still running: cancel or wait first", .runs.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]
    StillRunning { runs: Vec<RunId> },
    #[error("`{value}` is not one of {}", .choices.join(", "))]
    NotAChoice { value: String, choices: Vec<String> },
    #[error("no step starts while the journal cannot be written: {why}")]
    JournalBroken { why: String },
}

/// What the engine resolved for one intent.
pub struct Context<'a> {
    pub now: Timestamp,
    pub actor: &'a Actor,
    pub runbooks: &'a [Runbook],
    pub components: &'a [ComponentView],
    /// What the block would hit, proven just now; only looked at for `Run`.
    pub target: Option<Target>,
    /// Values of this incident's secrets, which the state holds only masked.
    pub secrets: &'a BTreeMap<String, String>,
    /// How long a step may run where the runbook does not say.
    pub default_timeout_seconds: Option<u64>,
    /// Why nothing may start now (a broken journal), if so.
    pub blocked: Option<&'a str>,
}

/// Decides on one intent: the facts that follow from it, or why not.
pub fn decide(
    _state: &State,
    intent: &Intent,
    _context: &Context<'_>,
) -> Result<Vec<Fact>, Refusal> {
    match intent {
        _ => Err(Refusal::NoIncident),
    }
}
