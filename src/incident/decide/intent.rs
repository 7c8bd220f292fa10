//! What an operator can want, and how deliberately a run can be confirmed. It must not judge either.

use crate::incident::fact::RunId;
use crate::runbook::{Risk, ScenarioId};
use serde::{Deserialize, Serialize};

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
