//! What speaks for a recovery: a title, a shelf or a whole that says so. Beside such ones, what has nothing that
//! speaks for it is there to be looked up.

use super::context::is_for_real;
use super::{Planned, Planner};
use crate::runbook::ScenarioKind;
use crate::runbook::lexicon::{Said, Topic};
use std::collections::{HashMap, HashSet};

/// So many commands under one title are a procedure, whatever it is called.
const PROCEDURE: usize = 3;

impl Planner<'_> {
    /// "Encryption", "Pipeline reload" among recoveries that say what they are: reference where there is a command,
    /// and nothing to walk through where there is none.
    pub(super) fn demote_unproven(&mut self, top: usize) {
        let recovers = |p: &Planned| p.kind == ScenarioKind::Recovery;
        let proven: Vec<bool> = self
            .found
            .iter()
            .map(|p| !recovers(p) || p.section == top || self.is_proven(p))
            .collect();
        let strong = (0..proven.len())
            .filter(|i| recovers(&self.found[*i]) && proven[*i])
            .count();
        let thought = |planner: &Self, i: usize| {
            let planned = &planner.found[i];
            let runs = planned.parts.iter().any(|id| planner.own[*id].run > 0);
            planner.said(planned.section).described && !runs
        };
        let weak: Vec<usize> = (0..proven.len()).filter(|i| !proven[*i]).collect();
        let other = weak.iter().filter(|i| !thought(self, **i)).count();
        let all = strong >= 2 || strong >= other;
        if weak.is_empty() || strong == 0 {
            return;
        }
        // In a language of which only the usual words are known, saying nothing known proves nothing.
        let readable = |i: usize| {
            let title = &self.outline.at(self.found[i].section).title;
            title.chars().all(|c| c.is_ascii() || !c.is_alphabetic())
        };
        let proven: Vec<bool> = (0..proven.len())
            .map(|i| proven[i] || !(thought(self, i) || all && readable(i)))
            .collect();
        let mut shelves: HashMap<Option<usize>, (usize, bool)> = HashMap::new();
        for (planned, proven) in self.found.iter().zip(&proven) {
            if recovers(planned) {
                let shelf = shelves
                    .entry(self.outline.at(planned.section).parent)
                    .or_insert((0, true));
                shelf.0 += usize::from(*proven);
                shelf.1 &= self.is_numbered(planned.section);
            }
        }
        let walked: HashSet<usize> = self
            .found
            .iter()
            .filter(|p| recovers(p))
            .map(|p| p.section)
            .collect();
        // "6. …" between "5. …" and "7. …" is of their kind, if nothing else is counted there.
        shelves.retain(|parent, (strong, numbered)| {
            *numbered
                && *strong >= 1
                && parent.is_some_and(|p| {
                    self.outline
                        .at(p)
                        .children
                        .iter()
                        .all(|c| !self.is_numbered(*c) || walked.contains(c))
                })
        });
        let mut proven = proven.into_iter();
        let mut found = std::mem::take(&mut self.found);
        found.retain_mut(|planned| {
            let proven = proven.next().unwrap_or(true)
                || shelves.contains_key(&self.outline.at(planned.section).parent);
            if !proven {
                planned.kind = ScenarioKind::Reference;
            }
            proven || planned.parts.iter().any(|id| self.own[*id].run > 0)
        });
        self.found = found;
    }

    fn is_numbered(&self, id: usize) -> bool {
        let said = self.said(id);
        said.ordinal.is_some() || said.scenario_word || said.letter.is_some()
    }

    fn is_proven(&self, planned: &Planned) -> bool {
        let id = planned.section;
        let whole = self.is_complete(id) || self.told.contains(&id);
        let own = self.own[id];
        let stepwise = own.ordered >= 2 && own.run >= 2
            || planned
                .parts
                .iter()
                .filter(|p| self.said(**p).step_word)
                .count()
                >= 2
            || own.run >= PROCEDURE;
        let said = self.said(id);
        if said.speaks() || whole || stepwise || is_for_real(&said.name) {
            return true;
        }
        // What stands on a shelf of recoveries is one.
        let mut at = self.outline.at(id).parent;
        while let Some(above) = at {
            let section = self.outline.at(above);
            let said = &section.said;
            let below = section.level > 10;
            let says = said.speaks() || said.is(Topic::Diagnosis) || said.is(Topic::Detection);
            let routine = below && is_routine(&said.name);
            if !routine && (below && says || said.is(Topic::Scenarios)) {
                return true;
            }
            at = section.parent;
        }
        false
    }
}

/// "Database operations": a shelf of what is done any day.
fn is_routine(name: &str) -> bool {
    let lower = name.to_lowercase();
    [
        "operations",
        "tasks",
        "operaciones",
        "operações",
        "opérations",
        "операции",
    ]
    .iter()
    .any(|end| lower.ends_with(end))
}

impl Said {
    /// Whether a title says that something is wrong, or how it is put right.
    pub(super) fn speaks(&self) -> bool {
        let recovers = matches!(
            self.topic,
            Some(Topic::Recovery | Topic::Rollback | Topic::Scenarios)
        );
        self.scenario_word
            || !self.described && (self.failure || self.urgent || self.procedure || recovers)
    }
}
