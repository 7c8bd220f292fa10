//! Sections that hold commands and that no plan has: none of them may be missing from what a document came to.
//!
//! It must not move what a plan has already.

use super::blocks::Blocks;
use super::lexicon::Topic;
use super::outline::{Outline, Section};
use super::plan::Planned;
use super::scan::Kind;
use super::{Block, ScenarioKind};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Gives each such section to the scenario that it stands in, or makes it one of its own.
pub(super) fn adopt(outline: &Outline, planned: &mut Vec<Planned>, blocks: &Blocks) {
    let mut plans = Plans::of(outline, planned);
    let mut adopted: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut new = Vec::new();
    for (id, section) in outline.sections.iter().enumerate() {
        if plans.has.contains(&id) || !runs(section, blocks) {
            continue;
        }
        let apart = kind_of(section);
        let inside = section.parent.and_then(|parent| plans.around.get(&parent));
        if let Some(plan) = inside.copied().filter(|_| apart.is_none()) {
            plans.around.insert(id, plan);
            adopted.entry(plan).or_default().push(id);
            continue;
        }
        new.push(Planned {
            section: id,
            kind: apart.unwrap_or_else(|| plans.among(section)),
            parts: vec![id],
            shared_before: Vec::new(),
            shared_after: Vec::new(),
        });
    }
    for (plan, ids) in adopted {
        let parts = &mut planned[plan].parts;
        *parts = merged(parts, &ids);
    }
    if !new.is_empty() {
        planned.append(&mut new);
        planned.sort_by_key(|p| outline.at(p.section).line);
    }
}

fn runs(section: &Section, blocks: &Blocks) -> bool {
    section.nodes.iter().any(|node| {
        matches!(node.kind, Kind::Fence(_)) && blocks.get(node.line).is_some_and(Block::is_runnable)
    })
}

/// The parts of a plan with others put in where they stand in the document.
fn merged(parts: &[usize], ids: &[usize]) -> Vec<usize> {
    let mut all = Vec::with_capacity(parts.len() + ids.len());
    let mut ids = ids.iter().copied().peekable();
    for part in parts {
        while let Some(id) = ids.next_if(|id| id < part) {
            all.push(id);
        }
        all.push(*part);
    }
    all.extend(ids);
    all
}

/// What the plans have.
struct Plans {
    has: HashSet<usize>,
    /// The plan that has a section and something under it.
    around: HashMap<usize, usize>,
    /// How many recoveries stand directly under a section.
    recoveries: HashMap<usize, usize>,
}

impl Plans {
    fn of(outline: &Outline, planned: &[Planned]) -> Plans {
        let mut plans = Plans {
            has: HashSet::new(),
            around: HashMap::new(),
            recoveries: HashMap::new(),
        };
        for (i, plan) in planned.iter().enumerate() {
            for part in &plan.parts {
                // One that stands for no more than itself says nothing of what is under it.
                if *part != plan.section || plan.parts.len() > 1 {
                    plans.around.entry(*part).or_insert(i);
                }
            }
            let shared = plan.shared_before.iter().chain(&plan.shared_after);
            plans.has.extend(plan.parts.iter().chain(shared));
            if let Some(parent) = outline.at(plan.section).parent
                && plan.kind == ScenarioKind::Recovery
            {
                *plans.recoveries.entry(parent).or_default() += 1;
            }
        }
        plans
    }

    /// A section among recoveries is one, a section beside nothing of the kind is there to be looked up.
    fn among(&self, section: &Section) -> ScenarioKind {
        let beside = section
            .parent
            .and_then(|parent| self.recoveries.get(&parent));
        if beside.is_some_and(|count| *count >= 2) {
            ScenarioKind::Recovery
        } else {
            ScenarioKind::Reference
        }
    }
}

/// What the title says that it is, where that is no recovery.
fn kind_of(section: &Section) -> Option<ScenarioKind> {
    match section.said.topic.filter(|_| !section.said.step_word)? {
        Topic::Backup | Topic::Schedule => Some(ScenarioKind::Backup),
        Topic::Drill => Some(ScenarioKind::Drill),
        Topic::Communication | Topic::Contacts => Some(ScenarioKind::Communication),
        Topic::Reference
        | Topic::Overview
        | Topic::Objectives
        | Topic::PostIncident
        | Topic::Prevention
        | Topic::Severity => Some(ScenarioKind::Reference),
        Topic::Recovery
        | Topic::Detection
        | Topic::Diagnosis
        | Topic::Verification
        | Topic::Checklist
        | Topic::Rollback
        | Topic::Prerequisites
        | Topic::Contents
        | Topic::Impact
        | Topic::Scenarios => None,
    }
}
