//! Situations that a document first names and then, in another chapter, says how to recover from: one scenario each.

use super::Planner;
use crate::runbook::{ScenarioKind, inline, objectives};
use std::collections::{BTreeMap, HashSet};

/// A longer procedure stays where it stands.
const MOST_PARTS: usize = 40;

impl Planner<'_> {
    /// "Scenarios: base lost, site slow" with causes and impact, then "Procedures: restore of the base, the slow site":
    /// what is told of a situation and its procedure are walked as one, under the situation's name.
    pub(super) fn attach_paired(&mut self) {
        let parent = |i: usize| self.outline.at(self.found[i].section).parent;
        let recoveries: Vec<usize> = (0..self.found.len())
            .filter(|i| self.found[*i].kind == ScenarioKind::Recovery)
            .collect();
        let mut shelves: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for i in &recoveries {
            if let Some(parent) = parent(*i) {
                shelves.entry(parent).or_default().push(*i);
            }
        }
        let told = |i: &usize| {
            let parts = &self.found[*i].parts;
            parts
                .iter()
                .all(|id| self.own[*id].run + self.own[*id].ordered == 0)
        };
        let words: BTreeMap<usize, HashSet<String>> = recoveries
            .iter()
            .map(|i| (*i, subject(&self.outline.at(self.found[*i].section).title)))
            .collect();
        let mut pairs = Vec::new();
        for (shelf, situations) in &shelves {
            if situations.len() < 2 || !situations.iter().all(told) {
                continue;
            }
            let last = situations.iter().map(|i| self.found[*i].section).max();
            let mut procedures: Vec<usize> = recoveries
                .iter()
                .copied()
                .filter(|i| {
                    parent(*i) != Some(*shelf)
                        && Some(self.found[*i].section) > last
                        && self.found[*i].parts.len() <= MOST_PARTS
                        && !told(i)
                })
                .collect();
            let mut matched = Vec::new();
            for situation in situations {
                let best = procedures
                    .iter()
                    .map(|i| (words[situation].intersection(&words[i]).count(), *i))
                    .filter(|(shared, _)| *shared > 0)
                    .max_by_key(|(shared, i)| (*shared, std::cmp::Reverse(*i)));
                if let Some((_, procedure)) = best {
                    procedures.retain(|i| *i != procedure);
                    matched.push((*situation, procedure));
                }
            }
            if matched.len() >= 2 && matched.len() * 2 >= situations.len() {
                pairs.extend(matched);
            }
        }
        let mut taken = HashSet::new();
        for (situation, procedure) in pairs {
            let Some(planned) = self.found.get(procedure) else {
                continue;
            };
            if !taken.insert(planned.section) {
                continue;
            }
            let whole = [
                &planned.shared_before,
                &planned.parts,
                &planned.shared_after,
            ];
            let whole: Vec<usize> = whole.into_iter().flatten().copied().collect();
            self.found[situation].shared_after.splice(0..0, whole);
        }
        self.found
            .retain(|p| p.kind != ScenarioKind::Recovery || !taken.contains(&p.section));
    }
}

/// The words of a title that say what it is about.
fn subject(title: &str) -> HashSet<String> {
    let slug = inline::slug(title);
    let words = slug.split('-').filter(|word| {
        word.chars().count() >= 2
            && !word.chars().all(|c| c.is_ascii_digit())
            && !objectives::is_generic(word)
            && !matches!(
                *word,
                "scenario"
                    | "scénario"
                    | "escenario"
                    | "cenário"
                    | "de"
                    | "du"
                    | "des"
                    | "la"
                    | "le"
                    | "of"
            )
    });
    words.map(str::to_owned).collect()
}
