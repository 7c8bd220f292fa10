//! Which scenario fits what is red, and why, in words.

use super::ComponentView;
use crate::config::Component;
use crate::runbook::{Runbook, ScenarioId};
use serde::{Deserialize, Serialize};

/// A scenario that fits, best first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    pub scenario: ScenarioId,
    pub source: String,
    /// 0 means that nothing red matches it.
    pub score: u32,
    /// In words: "detection `Database connection errors` ↔ postgres: no primary answers".
    pub because: Vec<String>,
}

/// Every recovery scenario, best match first; score 0 where nothing red speaks for it.
pub fn rank(runbooks: &[Runbook], components: &[Component], views: &[ComponentView]) -> Vec<Offer> {
    _ = (runbooks, components, views);
    Vec::new()
}
