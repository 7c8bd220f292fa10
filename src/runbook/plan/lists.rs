//! Lists of names and remarks, which say what may happen and nothing to do.

use super::{Planned, Planner};
use crate::runbook::lexicon::{self, Topic};
use crate::runbook::scan::{Kind, Node};
use crate::runbook::{ScenarioKind, inline};
use std::collections::{HashMap, HashSet};

impl Planner<'_> {
    /// Threats by name, "Data loss: corruption, deletion", beside scenarios that say what to do: nothing to walk
    /// through.
    pub(super) fn drop_lists(&mut self) {
        let told = |p: &Planned| p.parts.iter().any(|id| self.own[*id].any());
        let recoveries = || {
            self.found
                .iter()
                .filter(|p| p.kind == ScenarioKind::Recovery)
        };
        if !recoveries().any(told) {
            return;
        }
        // Whether each parent holds nothing but such lists.
        let mut shelves: HashMap<Option<usize>, bool> = HashMap::new();
        for planned in recoveries() {
            let parent = self.outline.at(planned.section).parent;
            let listed = self.is_list_of_names(planned);
            shelves
                .entry(parent)
                .and_modify(|all| *all &= listed)
                .or_insert(listed);
        }
        let dropped: HashSet<usize> = recoveries()
            .map(|p| p.section)
            .filter(|id| shelves[&self.outline.at(*id).parent])
            .collect();
        if dropped.len() >= 2 {
            self.found.retain(|p| !dropped.contains(&p.section));
        }
    }

    fn is_list_of_names(&self, planned: &Planned) -> bool {
        let [id] = planned.parts.as_slice() else {
            return false;
        };
        let own = self.own[*id];
        let named = |node: &Node| match &node.kind {
            Kind::Item { text, .. } => {
                let defined = inline::bold_lead(text).is_some_and(|(_, rest)| !rest.is_empty());
                (defined || text.split_whitespace().count() <= 6) && !is_remedy(text)
            }
            Kind::Paragraph { .. } => own.prose <= 1,
            Kind::Heading { .. } | Kind::Table { .. } | Kind::Rule => true,
            Kind::Fence(_) => false,
        };
        !own.any()
            && own.bullets > 0
            && own.tasks == 0
            && self.outline.at(*id).nodes.iter().all(named)
    }
}

/// "Restart the service", "**Response**: failover of the DNS", "Promotion of the standby": what to do. A threat by name
/// with its remedy behind it, "**Power cut**: generator", is still a threat.
fn is_remedy(text: &str) -> bool {
    let defined = inline::bold_lead(text).filter(|(_, rest)| !rest.is_empty());
    let said = lexicon::say(&inline::plain(defined.map_or(text, |(lead, _)| lead)));
    let does = said.procedure || said.is(Topic::Recovery) || said.is(Topic::Rollback);
    said.imperative || does && !said.failure
}
