//! The words of "no": each refusal says why, and what to do next.

use super::running::{effect, level_word};
use crate::incident::fact::{IncidentId, RunId};
use crate::runbook::{Risk, ScenarioId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Why an intent was not allowed; the text says what to do next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "refusal", rename_all = "snake_case")]
pub enum Refusal {
    #[error("no incident is open: open one first")]
    NoIncident,
    #[error("{id} is open already: close it first, or switch its scenario")]
    AlreadyOpen { id: IncidentId },
    #[error("{id} is closed: notes can still be added, for anything else open a new incident")]
    Closed { id: IncidentId },
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
    #[error("there is no placeholder `{name}` in this scenario{}", there_is(.known))]
    NoSuchPlaceholder { name: String, known: Vec<String> },
    #[error("step {step} cannot be filled in: {why}")]
    CannotFill { step: String, why: String },
    #[error("choose between the alternatives of step {step} first: {}", .options.join(" | "))]
    BranchOpen {
        step: String,
        group: String,
        options: Vec<String>,
    },
    #[error("there is no choice `{group}` in this scenario")]
    NoSuchBranch { group: String },
    #[error("step {step} was not taken: `{chosen}` was chosen instead")]
    NotTaken { step: String, chosen: String },
    #[error(
        "nobody can tell what step {step} would hit: name a target in the config (`target = \"…\"`)"
    )]
    NoTarget { step: String },
    #[error("step {step} {} on `{target}`: it has to be confirmed with the target shown", effect(*risk))]
    ConfirmWithTarget {
        step: String,
        risk: Risk,
        target: String,
    },
    #[error("step {step} DESTROYS on `{target}`: type `{target}` to confirm")]
    TypeTheTarget { step: String, target: String },
    #[error("the target has changed: `{confirmed}` was confirmed, but it is `{now}` now")]
    TargetChanged { confirmed: String, now: String },
    #[error("step {step} {}, which is above `--up-to {}`", effect(*risk), level_word(*level))]
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
    #[error("service counts as restored since {at} already")]
    AlreadyMitigated { at: Timestamp },
    #[error("no step starts while the journal cannot be written: {why}")]
    JournalBroken { why: String },
}

fn there_is(names: &[String]) -> String {
    if names.is_empty() {
        ", nothing is to be filled in".into()
    } else {
        format!("; there is {}", names.join(", "))
    }
}
