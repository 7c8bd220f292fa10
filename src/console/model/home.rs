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
/// A scenario that an earlier runbook has too is left out: its name in commands and facts means the first
/// one. Communication plans and reference sections come last: one reads them, but they can be walked too.
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
    let mut seen = std::collections::BTreeSet::new();
    choices.retain(|choice| seen.insert(&choice.scenario.id));
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

#[cfg(test)]
mod tests {
    use crate::console::fixture::{Play, runbooks};
    use crate::wire::Reply;

    /// An intent names a scenario by its id only, and the first runbook's is the one that is meant.
    #[test]
    fn a_scenario_that_two_runbooks_have_is_offered_once() {
        let mut play = Play::home((120, 40));
        let before = super::scenarios(&play.model).len();
        let mut twice = runbooks();
        twice.extend(runbooks());
        twice[1].source = "builtin:dotnetagents".into();
        play.hears(Reply::Runbooks {
            runbooks: twice,
            offers: Vec::new(),
        });
        let choices = super::scenarios(&play.model);
        assert_eq!(choices.len(), before);
        assert!(choices.iter().all(|choice| choice.source == "dr.md"));
    }
}
