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
            let listed = self.is_list_of_names(planned) || self.is_only_described(planned);
            shelves
                .entry(parent)
                .and_modify(|all| *all &= listed)
                .or_insert(listed);
        }
        let dropped: HashSet<usize> = recoveries()
            .map(|p| p.section)
            .filter(|id| shelves[&self.outline.at(*id).parent])
            .collect();
        let many = dropped.len() >= 2;
        let dropped: HashSet<usize> = recoveries()
            .filter(|p| many && dropped.contains(&p.section) || self.is_glossary(p))
            .map(|p| p.section)
            .collect();
        self.found.retain(|p| !dropped.contains(&p.section));
    }

    /// What sets it off, what it costs and the name of a strategy: nothing is done there.
    fn is_only_described(&self, planned: &Planned) -> bool {
        let idle = |id: &usize| {
            let own = self.own[*id];
            let signs = matches!(self.said(*id).topic, Some(Topic::Detection | Topic::Impact));
            let named = own.bullets + own.tasks == 0
                && self
                    .outline
                    .at(*id)
                    .nodes
                    .iter()
                    .all(|node| match &node.kind {
                        Kind::Paragraph { lines } => {
                            let words = lines.iter().flat_map(|l| l.text.split_whitespace());
                            words.count() <= 6 && !lines.iter().any(|l| l.text.contains("]("))
                        }
                        Kind::Heading { .. }
                        | Kind::Item { .. }
                        | Kind::Fence(_)
                        | Kind::Table { .. }
                        | Kind::Rule => true,
                    });
            !own.any() && own.shown == 0 && (signs || named)
        };
        planned.parts.len() > 1 && planned.parts.iter().all(idle)
    }

    /// "**WAL mode**: recovers from a crash": properties by name, each with what it is, and nobody told to do a thing.
    fn is_glossary(&self, planned: &Planned) -> bool {
        let [id] = planned.parts.as_slice() else {
            return false;
        };
        let (own, said) = (self.own[*id], self.said(*id));
        let property = |node: &Node| match &node.kind {
            Kind::Item { text, .. } => inline::bold_lead(text).is_some_and(|(lead, rest)| {
                let rest = rest.trim_start_matches([':', '：', '—', '–', '-', ' ']);
                let told = |t: &str| lexicon::say(&inline::plain(t));
                !rest.is_empty()
                    && !told(lead).speaks()
                    && !told(lead).imperative
                    && !told(lead).alternative
                    && !told(rest).imperative
            }),
            Kind::Heading { .. } | Kind::Paragraph { .. } | Kind::Table { .. } | Kind::Rule => true,
            Kind::Fence(_) => false,
        };
        !said.scenario_word
            && own.bullets >= 2
            && own.run + own.ordered + own.inline + own.tasks + own.shown == 0
            && self.outline.at(*id).nodes.iter().all(property)
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
