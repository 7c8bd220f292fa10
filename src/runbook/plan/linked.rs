//! Scenarios that say no more than where their procedure stands: what stands there belongs to them.

use super::Planner;
use crate::runbook::scan::Kind;
use crate::runbook::{ScenarioKind, inline, links};
use std::collections::{HashMap, HashSet};

/// A longer procedure stays where it stands, lest each of many scenarios carries it.
const MOST_PARTS: usize = 40;

impl Planner<'_> {
    /// "Region lost: see [Failover](#failover)" and its siblings, above a chapter of procedures: each procedure is
    /// walked within the scenario that names it, and counts once.
    pub(super) fn attach_linked(&mut self) {
        let candidates: Vec<usize> = (0..self.found.len())
            .filter(|i| {
                let planned = &self.found[*i];
                planned.kind == ScenarioKind::Recovery
                    && planned
                        .parts
                        .iter()
                        .all(|id| self.own[*id].run + self.own[*id].ordered == 0)
            })
            .collect();
        let aims: Vec<(usize, String)> = candidates
            .into_iter()
            .filter_map(|i| Some((i, self.only_aim(i)?)))
            .collect();
        if aims.len() < 2 {
            return;
        }
        let by_anchor = links::sections_by_anchor(self.outline);
        let by_section: HashMap<usize, usize> = self
            .found
            .iter()
            .enumerate()
            .filter(|(_, p)| p.kind == ScenarioKind::Recovery)
            .map(|(i, p)| (p.section, i))
            .collect();
        let parent = |i: usize| self.outline.at(self.found[i].section).parent;
        let mut shelves: HashMap<Option<usize>, Vec<(usize, usize)>> = HashMap::new();
        for (i, aim) in aims {
            let target = by_anchor.get(&aim).and_then(|id| by_section.get(id));
            if let Some(target) = target
                && parent(*target) != parent(i)
                && self.found[*target].parts.len() <= MOST_PARTS
                && !self.found[i].parts.contains(&self.found[*target].section)
                && !self.found[*target].parts.contains(&self.found[i].section)
            {
                shelves.entry(parent(i)).or_default().push((i, *target));
            }
        }
        let pairs: Vec<(usize, usize)> = shelves
            .into_values()
            .filter(|pairs| pairs.len() >= 2)
            .flatten()
            .collect();
        let linking: HashSet<usize> = pairs.iter().map(|(i, _)| *i).collect();
        let mut taken = HashSet::new();
        for (i, target) in pairs {
            if linking.contains(&target) {
                continue;
            }
            let parts = self.found[target].parts.clone();
            self.found[i].shared_after.extend(parts);
            taken.insert(self.found[target].section);
        }
        self.found
            .retain(|p| p.kind != ScenarioKind::Recovery || !taken.contains(&p.section));
    }

    /// The one place of this document that a scenario links to.
    fn only_aim(&self, i: usize) -> Option<String> {
        let mut aims = HashSet::new();
        for id in &self.found[i].parts {
            for node in &self.outline.at(*id).nodes {
                match &node.kind {
                    Kind::Item { text, .. } => aims.extend(aims_of(text)),
                    Kind::Paragraph { lines } => {
                        aims.extend(lines.iter().flat_map(|l| aims_of(&l.text)));
                    }
                    Kind::Heading { .. } | Kind::Fence(_) | Kind::Table { .. } | Kind::Rule => {}
                }
            }
        }
        let mut aims = aims.into_iter();
        aims.next().filter(|_| aims.next().is_none())
    }
}

fn aims_of(text: &str) -> impl Iterator<Item = String> {
    let found = if text.contains("](#") {
        inline::links(text)
    } else {
        Vec::new()
    };
    found
        .into_iter()
        .filter_map(|(_, target)| links::local_name(&target))
}
