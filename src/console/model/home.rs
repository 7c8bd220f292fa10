//! The scenarios one can pick, best first: what speaks for them stands beside.

use super::Model;
use crate::runbook::{Scenario, ScenarioKind};

/// A scenario that can be picked.
#[derive(Debug, Clone)]
pub struct Choice<'a> {
    pub scenario: &'a Scenario,
    pub source: &'a str,
    /// 0 where nothing red speaks for it.
    pub score: u32,
    pub because: &'a [String],
}

/// Recovery scenarios first, those that fit on top, then the other kinds, each in the runbooks' order.
/// Communication plans and reference sections come last: one reads them, but they can be walked too.
pub fn scenarios(model: &Model) -> Vec<Choice<'_>> {
    let mut choices: Vec<Choice<'_>> = model
        .runbooks
        .iter()
        .flatten()
        .flat_map(|runbook| {
            runbook
                .scenarios
                .iter()
                .map(move |scenario| (runbook, scenario))
        })
        .map(|(runbook, scenario)| {
            let offer = model
                .offers
                .iter()
                .find(|offer| offer.scenario == scenario.id && offer.source == runbook.source);
            Choice {
                scenario,
                source: &runbook.source,
                score: offer.map_or(0, |offer| offer.score),
                because: offer.map_or(&[], |offer| &offer.because),
            }
        })
        .collect();
    choices.sort_by_key(|choice| (place(choice.scenario.kind), std::cmp::Reverse(choice.score)));
    choices
}

fn place(kind: ScenarioKind) -> u8 {
    match kind {
        ScenarioKind::Recovery => 0,
        ScenarioKind::Drill => 1,
        ScenarioKind::Backup => 2,
        ScenarioKind::Communication => 3,
        ScenarioKind::Reference => 4,
    }
}
