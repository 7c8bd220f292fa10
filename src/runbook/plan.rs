//! Which sections are scenarios, of which kind, and what belongs to each.
//!
//! Decided per section and by structure first: what a section's children are (parts of one scenario,
//! steps, or scenarios of their own) says what it is. It must not build steps.

mod context;
mod linked;
mod lists;
mod paired;
mod proof;
mod shape;
mod shared;
mod told;
mod work;

use context::{Context, context_of};
use work::{Work, work};
pub(super) use work::{base_indent, is_contents_link};

use super::ScenarioKind;
use super::blocks::Blocks;
use super::lexicon::{Said, Topic};
use super::outline::Outline;
use super::scan::Kind;
use super::spread::spread;
use std::collections::{HashMap, HashSet};

/// A scenario to be: its section, its kind, and the sections that make it up, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Planned {
    pub section: usize,
    pub kind: ScenarioKind,
    /// Sections whose own text belongs to it, itself first.
    pub parts: Vec<usize>,
    /// Parts that stand beside it and hold for its siblings too.
    pub shared_before: Vec<usize>,
    pub shared_after: Vec<usize>,
}

/// Plans the scenarios of a document.
pub(super) fn plan(outline: &Outline, blocks: &Blocks) -> Vec<Planned> {
    let own: Vec<Work> = spread(&outline.sections, |section| work(section, blocks));
    let mut total = own.clone();
    for id in (1..outline.sections.len()).rev() {
        // Children come after their parents, so one pass from the end sums up.
        if let Some(parent) = outline.sections[id].parent {
            let below = total[id];
            total[parent].add(below);
        }
    }
    let mut planner = Planner {
        outline,
        recurring: recurring(outline),
        told: told::told(outline, &total),
        own,
        total,
        found: Vec::new(),
    };
    let top = planner.top();
    let context = match context_of(&outline.at(top).said, Context::Recovery) {
        // A document's title says what it is about, seldom that there is nothing in it.
        Context::Nothing
        | Context::Background
        | Context::Kind(ScenarioKind::Reference | ScenarioKind::Communication) => Context::Recovery,
        other @ (Context::Recovery | Context::Kind(_)) => other,
    };
    planner.visit(top, context);
    planner.fall_back(top);
    planner.drop_lists();
    planner.demote_unproven(top);
    planner.attach_linked();
    planner.attach_paired();
    planner.found.sort_by_key(|p| outline.at(p.section).line);
    planner.found
}

/// "Belirtiler" under each of five titles is what a scenario of this document is made of, in whatever language.
fn recurring(outline: &Outline) -> HashSet<usize> {
    let mut alike: HashMap<(usize, &str), Vec<usize>> = HashMap::new();
    for (id, section) in outline.sections.iter().enumerate() {
        let said = &section.said;
        let unknown = said.topic.is_none()
            && said.ordinal.is_none()
            && !(said.failure
                || said.procedure
                || said.imperative
                || said.scenario_word
                || said.step_word
                || said.alternative);
        let above = section.parent.and_then(|p| outline.at(p).parent);
        if unknown && let Some(above) = above {
            let title = section.title.as_str();
            alike.entry((above, title)).or_default().push(id);
        }
    }
    alike
        .into_values()
        .filter(|ids| {
            let parents: HashSet<Option<usize>> =
                ids.iter().map(|id| outline.at(*id).parent).collect();
            parents.len() >= 2
        })
        .flatten()
        .collect()
}

struct Planner<'o> {
    outline: &'o Outline,
    own: Vec<Work>,
    total: Vec<Work>,
    /// Sections whose title says nothing known and stands under several siblings alike: parts of each.
    recurring: HashSet<usize>,
    /// Situations among others whose remedy is told in prose.
    told: HashSet<usize>,
    found: Vec<Planned>,
}

impl Planner<'_> {
    fn said(&self, id: usize) -> &Said {
        &self.outline.at(id).said
    }

    /// The section that stands for the document: the only top heading, else the document itself.
    fn top(&self) -> usize {
        let root = self.outline.at(0);
        // Titles one under the other with nothing between them are one title.
        let told = |id: &usize| self.total[*id].text() || !self.outline.at(*id).children.is_empty();
        let children: Vec<usize> = root.children.iter().copied().filter(told).collect();
        let children = if children.is_empty() {
            &root.children
        } else {
            &children
        };
        match children.as_slice() {
            [only] if !self.own[0].any() && !self.outline.at(*only).label => *only,
            _ => 0,
        }
    }

    fn visit(&mut self, id: usize, context: Context) {
        match context {
            Context::Recovery | Context::Kind(ScenarioKind::Recovery) => self.recovery(id),
            Context::Kind(kind) => self.aside(id, kind, context),
            Context::Nothing => {
                for child in self.outline.at(id).children.clone() {
                    let context = self.context(child, Context::Nothing);
                    if context == Context::Recovery && self.total[child].run > 0 {
                        self.visit(child, context);
                    }
                }
            }
            Context::Background => {
                if self.own[id].run > 0 {
                    self.push(id, ScenarioKind::Reference, vec![id]);
                }
                for child in self.outline.at(id).children.clone() {
                    let said = self.said(child);
                    let context = match self.context(child, Context::Background) {
                        // Among thoughts, only what says that it is a recovery is one.
                        Context::Recovery if !said.speaks() => Context::Background,
                        context @ (Context::Recovery
                        | Context::Kind(_)
                        | Context::Nothing
                        | Context::Background) => context,
                    };
                    if self.total[child].any() {
                        self.visit(child, context);
                    }
                }
            }
        }
    }

    fn push(&mut self, section: usize, kind: ScenarioKind, parts: Vec<usize>) {
        self.found.push(Planned {
            section,
            kind,
            parts,
            shared_before: Vec::new(),
            shared_after: Vec::new(),
        });
    }

    /// Backups, drills, plans for communication, things to look up: kept apart.
    fn aside(&mut self, id: usize, kind: ScenarioKind, context: Context) {
        let children = self.outline.at(id).children.clone();
        let steps = children.iter().filter(|c| self.is_step(**c)).count();
        let labels = children
            .iter()
            .filter(|c| self.outline.at(**c).label)
            .count();
        let contexts: Vec<Context> = children.iter().map(|c| self.context(*c, context)).collect();
        let stays = contexts.iter().all(|c| *c == context);
        if stays && !children.is_empty() && (steps * 2 > children.len() || labels == children.len())
        {
            if self.has_content(id, kind, true) {
                let parts = self.outline.subtree(id);
                self.push(id, kind, parts);
            }
            return;
        }
        if self.has_content(id, kind, false) {
            self.push(id, kind, vec![id]);
        }
        let ways: Vec<usize> = children
            .iter()
            .zip(&contexts)
            .filter(|(c, context)| **context == Context::Recovery && self.said(**c).alternative)
            .map(|(c, _)| *c)
            .collect();
        for (child, context) in children.into_iter().zip(contexts) {
            match ways.as_slice() {
                // "Restore by the portal", "Restore by the command line" are one recovery.
                [first, _, ..] if child == *first => {
                    let parts = ways.iter().flat_map(|c| self.outline.subtree(*c)).collect();
                    self.push(*first, ScenarioKind::Recovery, parts);
                }
                [_, _, ..] if ways.binary_search(&child).is_ok() => {}
                _ => self.visit(child, context),
            }
        }
    }

    fn has_content(&self, id: usize, kind: ScenarioKind, all: bool) -> bool {
        let work = if all { self.total[id] } else { self.own[id] };
        match kind {
            ScenarioKind::Communication => {
                work.ordered > 0
                    || work.bullets >= 2 && self.said(id).name.split_whitespace().count() <= 5
                    || work.run > 0
            }
            ScenarioKind::Reference => work.run > 0,
            ScenarioKind::Drill => work.run > 0 || work.ordered > 0 && !self.is_cadence_list(id),
            ScenarioKind::Backup => work.run > 0 || work.ordered > 0 || work.inline > 0,
            ScenarioKind::Recovery => work.any(),
        }
    }

    /// "1. Quarterly drills 2. Monthly restores": a schedule, nothing to walk through.
    fn is_cadence_list(&self, id: usize) -> bool {
        let items = || {
            self.outline
                .at(id)
                .nodes
                .iter()
                .filter_map(|n| match &n.kind {
                    Kind::Item { text, .. } => Some(text),
                    Kind::Heading { .. }
                    | Kind::Paragraph { .. }
                    | Kind::Fence(_)
                    | Kind::Table { .. }
                    | Kind::Rule => None,
                })
        };
        let timed = items()
            .filter(|t| super::gather::cadence_word(t).is_some())
            .count();
        timed * 2 > items().count()
    }

    fn recovery(&mut self, id: usize) {
        if self.is_told_in_steps(id) || self.is_told_in_phases(id) || self.is_one_incident(id) {
            self.whole(id, true);
            return;
        }
        let children = self.outline.at(id).children.clone();
        let sorted = self.sort(&children);
        if sorted.named.is_empty() && sorted.holders.is_empty() {
            self.leaf_or_whole(id, &sorted);
            return;
        }
        if self.is_sequence(id, &sorted) {
            self.whole(id, true);
            return;
        }
        if self.holds_scenarios(id, &sorted) {
            self.container(id, &sorted);
        } else {
            self.whole(id, false);
        }
    }

    fn leaf_or_whole(&mut self, id: usize, sorted: &Sorted) {
        let own = self.own[id];
        let in_parts = sorted.parts.iter().any(|p| self.total[*p].any());
        let core = sorted.parts.iter().any(|p| {
            matches!(
                self.said(*p).topic,
                Some(Topic::Recovery | Topic::Diagnosis)
            ) && self.total[*p].text()
        });
        let described = sorted.parts.len() >= 2
            && sorted
                .parts
                .iter()
                .filter(|p| self.total[**p].text())
                .count()
                >= 2;
        let said = self.said(id);
        let told_in_parts = || sorted.parts.iter().any(|p| self.total[*p].text());
        let situation = said.scenario_word && (own.text() || told_in_parts())
            || said.failure && own.bullets + own.tasks + self.total[id].unknown > 0
            || said.is(Topic::Scenarios) && told::remedies(&self.outline.at(id).nodes) >= 2;
        let told = self.told.contains(&id);
        if own.any() || in_parts || core || described || situation || told {
            self.whole(id, false);
        } else {
            self.asides(sorted);
        }
    }

    fn container(&mut self, id: usize, sorted: &Sorted) {
        let own = self.own[id];
        let top = self.outline.at(id).parent.is_none() || self.outline.at(id).level == 10;
        if own.run > 0 || !top && own.ordered >= 2 {
            let kind = if top && own.run > 0 && own.ordered == 0 && own.run <= 1 {
                ScenarioKind::Reference
            } else {
                ScenarioKind::Recovery
            };
            self.push(id, kind, vec![id]);
        }
        let start = self.found.len();
        let steps = self.counted_steps(id, sorted);
        let stands = |c: &usize| {
            self.said(*c).is_situation() || self.is_complete(*c) || self.told.contains(c)
        };
        let situations = sorted.named.iter().filter(|c| stands(c)).count();
        // Among situations, a list of rules or remarks is none; on a shelf that says what it holds, all are.
        let shelf = self.said(id).is(Topic::Scenarios);
        let mut picked: Vec<usize> = sorted
            .named
            .iter()
            .copied()
            .filter(|c| !steps.contains(c))
            .filter(|c| {
                situations < 2
                    || shelf
                    || stands(c)
                    || self.total[*c].run > 0
                    || self.said(*c).imperative
            })
            .chain(sorted.holders.iter().copied())
            .chain(self.entries(id, sorted))
            .collect();
        picked.sort_unstable();
        for child in picked {
            let before = self.found.len();
            self.recovery(child);
            self.join_condition(child, start, before);
            self.join_remedy(child, start, before);
        }
        let end = self.found.len();
        self.remedies(sorted, start, end);
        self.share(id, sorted, start, end);
        self.asides(sorted);
        for child in &sorted.background {
            if self.own[*child].run > 0 {
                self.push(*child, ScenarioKind::Reference, vec![*child]);
            }
        }
    }

    /// "Step 1" to "Step 9" beside other sections are one scenario, and each of those one of its own.
    fn counted_steps(&mut self, id: usize, sorted: &Sorted) -> HashSet<usize> {
        let steps: Vec<usize> = sorted
            .named
            .iter()
            .copied()
            .filter(|c| self.said(*c).step_word && !self.said(*c).scenario_word)
            .collect();
        let counts = steps.windows(2).all(|pair| {
            let (one, next) = (self.said(pair[0]).ordinal, self.said(pair[1]).ordinal);
            one.is_some_and(|n| next == Some(n + 1))
        });
        let first = steps.first().and_then(|c| self.said(*c).ordinal);
        if steps.len() < 3 || !counts || first.is_none_or(|n| n > 1) {
            return HashSet::new();
        }
        let mut parts = vec![id];
        let mut asides = Vec::new();
        for step in &steps {
            parts.push(*step);
            self.gather(*step, true, &mut parts, &mut asides, 1);
        }
        match self.found.last_mut() {
            Some(own) if own.section == id && own.kind == ScenarioKind::Recovery => {
                own.parts = parts;
            }
            _ => self.push(id, ScenarioKind::Recovery, parts),
        }
        for (child, context) in asides {
            self.visit(child, context);
        }
        steps.into_iter().collect()
    }

    fn asides(&mut self, sorted: &Sorted) {
        for (child, context) in &sorted.asides {
            self.visit(*child, *context);
        }
    }

    /// One scenario of the section and what stands below it; asides are kept apart.
    fn whole(&mut self, id: usize, sequence: bool) {
        let mut parts = vec![id];
        let mut asides = Vec::new();
        self.gather(id, sequence, &mut parts, &mut asides, 0);
        self.push(id, ScenarioKind::Recovery, parts);
        for (child, context) in asides {
            self.visit(child, context);
        }
    }

    fn gather(
        &self,
        id: usize,
        sequence: bool,
        parts: &mut Vec<usize>,
        asides: &mut Vec<(usize, Context)>,
        depth: usize,
    ) {
        // What stands inside a step belongs to it, whatever it speaks of.
        let counted = self.is_counted(id) || self.said(id).step_word;
        let verifies = self.said(id).is(Topic::Verification);
        for child in &self.outline.at(id).children {
            let said = self.said(*child);
            let context = context_of(said, Context::Recovery);
            // "Basic tests" under "Verification"; the test of a restore is a drill there too.
            let proves = verifies && said.is(Topic::Drill) && !said.procedure;
            let step = said.step_word
                || said.imperative
                || counted
                || proves
                || (sequence || depth > 0) && said.ordinal.is_some();
            // "Reference procedure" under "Remediation" is the remediation.
            let own_label = self.outline.at(*child).label
                && self.said(id).is_part()
                && context == Context::Kind(ScenarioKind::Reference)
                && self.total[*child].any();
            // "Useful queries" inside a scenario are those it is looked at with.
            let inside = self.said(id).scenario_word
                && context == Context::Kind(ScenarioKind::Reference)
                && said.is(Topic::Reference)
                && self.total[*child].run > 0;
            // Whom to call, and what to collect for them first.
            let inside = inside
                || matches!(said.topic, Some(Topic::Contacts | Topic::Communication))
                    && self.total[*child].run > 0;
            match context {
                _ if own_label || inside => parts.push(*child),
                Context::Kind(_) | Context::Nothing
                    if !step
                        || said.is(Topic::Contents)
                        || said.is(Topic::Drill) && !said.step_word && !proves =>
                {
                    asides.push((*child, context));
                }
                Context::Kind(_) | Context::Nothing | Context::Recovery | Context::Background => {
                    parts.push(*child);
                    self.gather(*child, sequence, parts, asides, (depth + 1).min(8));
                }
            }
        }
    }

    /// A document of check boxes only, or of prose under a title that names trouble.
    fn fall_back(&mut self, top: usize) {
        if !self.found.iter().any(|p| p.kind == ScenarioKind::Recovery) {
            self.told_alone(top);
        }
        if !self.found.is_empty() || self.total[top].tasks < 3 {
            return;
        }
        self.whole(top, false);
        self.found.retain(|p| p.section == top);
    }
}

#[derive(Default)]
struct Sorted {
    /// Detection, diagnosis, recovery … of this very section.
    parts: Vec<usize>,
    /// Sections with a name of their own and something to do.
    named: Vec<usize>,
    /// Sections that hold situations.
    holders: Vec<usize>,
    asides: Vec<(usize, Context)>,
    background: Vec<usize>,
}
