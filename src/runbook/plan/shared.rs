//! What stands beside scenarios: a remedy belongs to the problem before it, a check to all of them.

use super::{Planner, Sorted};
use crate::runbook::ScenarioKind;
use crate::runbook::lexicon::{self, Topic};

impl Planner<'_> {
    /// "Solution" beside the problem it solves belongs to it; a recovery of its own stands for itself.
    pub(super) fn remedies(&mut self, sorted: &Sorted, start: usize, end: usize) {
        for part in &sorted.parts {
            if !self.said(*part).is(Topic::Recovery) || !self.total[*part].text() {
                continue;
            }
            let before = (start..end)
                .filter(|i| self.found[*i].section < *part)
                .max_by_key(|i| self.found[*i].section);
            let solves = before.filter(|i| {
                let parts = &self.found[*i].parts;
                let remedied = parts.iter().any(|p| self.said(*p).is(Topic::Recovery));
                let level = self.outline.at(*part).level;
                let problem = self.found[*i].section;
                // "What you need" is no problem that a procedure solves.
                let wrong = self.said(problem).speaks()
                    || self.is_complete(problem)
                    || self.said(problem).ordinal.is_some()
                    || !self.said(problem).name.is_ascii();
                wrong && !remedied && self.outline.at(self.found[*i].section).level == level
            });
            match solves {
                Some(i) => {
                    let subtree = self.outline.subtree(*part);
                    self.found[i].shared_after.extend(subtree);
                }
                None if self.total[*part].any() => self.recovery(*part),
                None => {}
            }
        }
    }

    /// "If nothing works" beside what was tried: the end of it, and no situation of its own.
    pub(super) fn join_condition(&mut self, child: usize, start: usize, before: usize) {
        let said = self.said(child);
        let follows = said.alternative
            && !(said.failure || said.scenario_word)
            && lexicon::is_condition(&said.name);
        let one = self.found.len() == before + 1 && self.found[before].section == child;
        if !follows || !one || before == start {
            return;
        }
        if let Some(joined) = self.found.pop() {
            self.found[before - 1].shared_after.extend(joined.parts);
        }
    }

    /// "Fixing key failures" behind "Key failures" is what to do about them.
    pub(super) fn join_remedy(&mut self, child: usize, start: usize, before: usize) {
        let one = self.found.len() == before + 1 && self.found[before].section == child;
        if !one || before == start {
            return;
        }
        let problem = self.found[before - 1].section;
        let siblings = self
            .outline
            .at(child)
            .parent
            .map(|p| &self.outline.at(p).children);
        let next = siblings.is_some_and(|all| all.windows(2).any(|w| w == [problem, child]));
        let [told, name] = [problem, child].map(|id| self.said(id).name.to_lowercase());
        let verb = name.strip_suffix(told.as_str()).map(str::trim);
        let mends = verb.is_some_and(|verb| {
            let said = lexicon::say(verb);
            !verb.is_empty() && (said.imperative || said.is(Topic::Recovery)) && !said.failure
        });
        if next
            && mends
            && let Some(joined) = self.found.pop()
        {
            self.found[before - 1].shared_after.extend(joined.parts);
        }
    }

    /// "Rollback" on a shelf of procedures is one of them; beside failures it holds for all.
    pub(super) fn entries(&self, id: usize, sorted: &Sorted) -> Vec<usize> {
        let shelf = self.said(id).is(Topic::Scenarios);
        // Beside "Restore procedure of the store" the one to roll back is another.
        let procedure = |c: &usize| {
            let said = self.said(*c);
            !said.failure && !said.scenario_word && (said.procedure || said.is(Topic::Recovery))
        };
        let procedures = sorted.holders.is_empty()
            && !sorted.named.is_empty()
            && sorted.named.iter().all(procedure);
        let entry = |p: &usize| {
            let total = self.total[*p];
            self.said(*p).is(Topic::Rollback)
                && total.ordered >= 2
                && (procedures || shelf && total.run > 0)
        };
        sorted.parts.iter().copied().filter(entry).collect()
    }

    /// Parts beside scenarios hold for all of them.
    pub(super) fn share(&mut self, id: usize, sorted: &Sorted, start: usize, end: usize) {
        let entries = self.entries(id, sorted);
        let shared: Vec<usize> = sorted
            .parts
            .iter()
            .copied()
            .filter(|p| self.total[*p].run > 0 || self.total[*p].ordered > 0)
            .filter(|p| !self.said(*p).is(Topic::Recovery) && entries.binary_search(p).is_err())
            .collect();
        if shared.is_empty() {
            return;
        }
        let scenarios: Vec<usize> = (start..end)
            .filter(|i| self.found[*i].kind == ScenarioKind::Recovery)
            .collect();
        let size: usize = shared
            .iter()
            .map(|p| self.total[*p].run + self.total[*p].ordered)
            .sum();
        if scenarios.is_empty() || size > 40 || scenarios.len() > 60 {
            let mut all = vec![id];
            let mut asides = Vec::new();
            for part in shared {
                all.push(part);
                self.gather(part, false, &mut all, &mut asides, 0);
            }
            self.push(id, ScenarioKind::Recovery, all);
            for (child, context) in asides {
                self.visit(child, context);
            }
            return;
        }
        let mut asides = Vec::new();
        for part in shared {
            let mut subtree = vec![part];
            self.gather(part, false, &mut subtree, &mut asides, 0);
            let before = matches!(
                self.said(part).topic,
                Some(Topic::Detection | Topic::Diagnosis | Topic::Prerequisites | Topic::Impact)
            );
            for i in &scenarios {
                let planned = &mut self.found[*i];
                if before {
                    planned.shared_before.extend(&subtree);
                } else {
                    planned.shared_after.extend(&subtree);
                }
            }
        }
        for (child, context) in asides {
            self.visit(child, context);
        }
    }
}
