//! Which sections are scenarios, of which kind, and what belongs to each.
//!
//! Decided per section and by structure first: what a section's children are (parts of one scenario,
//! steps, or scenarios of their own) says what it is. It must not build steps.

use super::lexicon::{Said, Topic};
use super::outline::{Outline, Section};
use super::scan::{Kind, Marker, Node};
use super::{Block, Role, ScenarioKind, commands, inline};
use std::collections::HashMap;

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

/// How much there is to do in a section, its own text only or with all below it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Work {
    /// Commands and queries.
    pub run: usize,
    /// Patches and settings, shown in a step.
    pub shown: usize,
    /// Numbered items that are no table of contents.
    pub ordered: usize,
    pub bullets: usize,
    pub tasks: usize,
    /// Commands as inline code.
    pub inline: usize,
    pub prose: usize,
}

impl Work {
    fn add(&mut self, other: Work) {
        self.run += other.run;
        self.shown += other.shown;
        self.ordered += other.ordered;
        self.bullets += other.bullets;
        self.tasks += other.tasks;
        self.inline += other.inline;
        self.prose += other.prose;
    }

    fn any(self) -> bool {
        self.run + self.ordered + self.inline > 0
    }

    fn text(self) -> bool {
        self.any() || self.bullets + self.prose + self.tasks + self.shown > 0
    }
}

/// What kind of thing a section is, before its children are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Context {
    Recovery,
    Kind(ScenarioKind),
    /// Contacts, objectives, severities, contents: nothing in it is a scenario.
    Nothing,
    /// Background; what stands below may be anything.
    Background,
}

/// Plans the scenarios of a document.
pub(super) fn plan(outline: &Outline, blocks: &HashMap<u32, Block>) -> Vec<Planned> {
    let own: Vec<Work> = outline.sections.iter().map(|s| work(s, blocks)).collect();
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
    planner.found.sort_by_key(|p| outline.at(p.section).line);
    planner.found
}

fn work(section: &Section, blocks: &HashMap<u32, Block>) -> Work {
    let mut work = Work::default();
    for node in &section.nodes {
        match &node.kind {
            Kind::Fence(_) => match blocks.get(&node.line).map(|b| b.role) {
                Some(Role::Command | Role::Query) => work.run += 1,
                Some(Role::Patch | Role::Config) => work.shown += 1,
                Some(Role::Output | Role::Unknown) | None => {}
            },
            Kind::Item { marker, text } => {
                let commands = inline::code_spans(text)
                    .into_iter()
                    .filter(|s| commands::is_inline_command(s))
                    .count();
                match marker {
                    Marker::Ordered(_) if is_contents_link(text) => {}
                    Marker::Ordered(_) => {
                        work.ordered += 1;
                        work.inline += commands;
                    }
                    Marker::Bullet => {
                        work.bullets += 1;
                        work.inline += commands;
                    }
                    Marker::Task => work.tasks += 1,
                }
            }
            Kind::Paragraph { lines } => {
                work.prose += 1;
                work.inline += lines
                    .iter()
                    .flat_map(|l| inline::code_spans(&l.text))
                    .filter(|s| commands::is_inline_command(s))
                    .count();
            }
            Kind::Table { .. } | Kind::Heading { .. } | Kind::Rule => {}
        }
    }
    work
}

/// An item that is only a link to a place in this document.
pub(super) fn is_contents_link(text: &str) -> bool {
    let trimmed = text.trim().trim_matches('*');
    trimmed.starts_with('[')
        && trimmed.contains("](#")
        && trimmed.ends_with(')')
        && trimmed.matches("](").count() == 1
}

struct Planner<'o> {
    outline: &'o Outline,
    own: Vec<Work>,
    total: Vec<Work>,
    found: Vec<Planned>,
}

impl Planner<'_> {
    fn said(&self, id: usize) -> &Said {
        &self.outline.at(id).said
    }

    /// The section that stands for the document: the only top heading, else the document itself.
    fn top(&self) -> usize {
        let root = self.outline.at(0);
        match root.children.as_slice() {
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
                    let context = context_of(self.said(child), Context::Nothing);
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
                    let context = context_of(self.said(child), Context::Background);
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
        let contexts: Vec<Context> = children
            .iter()
            .map(|c| context_of(self.said(*c), context))
            .collect();
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
        for (child, context) in children.into_iter().zip(contexts) {
            self.visit(child, context);
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

    fn is_step(&self, id: usize) -> bool {
        let said = self.said(id);
        said.step_word
            || said.ordinal.is_some() && (said.imperative || said.is_part()) && !said.scenario_word
    }

    /// Whether the section is a whole scenario in itself: it has parts of its own.
    fn is_complete(&self, id: usize) -> bool {
        let parts = self
            .outline
            .at(id)
            .children
            .iter()
            .filter(|c| self.said(**c).is_part() && self.said(**c).whole);
        parts.count() > 0
    }

    fn recovery(&mut self, id: usize) {
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

    /// The children by what they are to a recovery section.
    fn sort(&self, children: &[usize]) -> Sorted {
        let mut sorted = Sorted::default();
        for child in children {
            let said = self.said(*child);
            let context = context_of(said, Context::Recovery);
            match context {
                Context::Kind(_) | Context::Nothing => sorted.asides.push((*child, context)),
                Context::Background => {
                    if self.total[*child].any() && !self.outline.at(*child).children.is_empty() {
                        sorted.asides.push((*child, context));
                    } else {
                        sorted.background.push(*child);
                    }
                }
                Context::Recovery if said.is_part() && self.is_part_here(*child) => {
                    if self.holds_situations(*child) {
                        sorted.holders.push(*child);
                    } else {
                        sorted.parts.push(*child);
                    }
                }
                Context::Recovery => {
                    if said.is(Topic::Scenarios) && self.total[*child].text() {
                        sorted.holders.push(*child);
                    } else if self.is_actionable(*child) {
                        sorted.named.push(*child);
                    } else {
                        sorted.background.push(*child);
                    }
                }
            }
        }
        sorted
    }

    /// "Recovery Steps" is a part; "PostgreSQL Recovery" stands for itself, "Verify the replicas" is a part again.
    fn is_part_here(&self, id: usize) -> bool {
        let said = self.said(id);
        said.whole
            || said.is(Topic::Recovery) && self.leads_with_topic(id)
            || !said.failure
                && matches!(
                    said.topic,
                    Some(
                        Topic::Detection
                            | Topic::Verification
                            | Topic::Rollback
                            | Topic::Prerequisites
                            | Topic::Impact
                            | Topic::Diagnosis
                    )
                )
                && said.ordinal.is_none()
                && !self.is_complete(id)
    }

    /// "Solution: raise the limit": the topic's word, then a colon.
    fn leads_with_topic(&self, id: usize) -> bool {
        let name = &self.said(id).name;
        name.split_once([':', '：']).is_some_and(|(head, _)| {
            let said = super::lexicon::say(head);
            said.whole && said.is(Topic::Recovery)
        })
    }

    fn is_actionable(&self, id: usize) -> bool {
        let said = self.said(id);
        let total = self.total[id];
        total.any()
            || self.is_complete(id) && total.text()
            || said.scenario_word && total.text()
            || said.failure && (total.bullets > 0 || total.tasks > 0)
            || said.step_word
    }

    /// A part whose children are situations: "Troubleshooting" over "Pods crash", "Disk full".
    fn holds_situations(&self, id: usize) -> bool {
        let children = &self.outline.at(id).children;
        let actionable: Vec<usize> = children
            .iter()
            .copied()
            .filter(|c| self.is_actionable(*c))
            .collect();
        let situations = actionable
            .iter()
            .filter(|c| self.said(**c).is_situation() || self.is_complete(**c))
            .count();
        situations >= 2 && situations * 2 >= actionable.len()
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
        let situation =
            said.scenario_word && own.text() || said.failure && (own.bullets > 0 || own.tasks > 0);
        if own.any() || in_parts || core || described || situation {
            self.whole(id, false);
        } else {
            self.asides(sorted);
        }
    }

    /// Whether the named children are steps, one after the other.
    fn is_sequence(&self, id: usize, sorted: &Sorted) -> bool {
        let named = &sorted.named;
        if named.is_empty() || !sorted.holders.is_empty() {
            return false;
        }
        let all: Vec<&Said> = named.iter().map(|c| self.said(*c)).collect();
        let count = all.len();
        let step_words = all.iter().filter(|s| s.step_word).count();
        let numbered = all
            .iter()
            .filter(|s| s.ordinal.is_some() && !s.scenario_word)
            .count();
        let imperative = all.iter().filter(|s| s.imperative).count();
        let situations = all.iter().filter(|s| s.is_situation()).count();
        let complete = named.iter().filter(|c| self.is_complete(**c)).count();
        let here = self.said(id);
        if step_words * 2 > count {
            return true;
        }
        if complete * 2 >= count {
            return false;
        }
        if numbered * 2 > count && imperative * 2 > count {
            return true;
        }
        // Chapters are numbered too: an overview, the backups, the contacts among them say so.
        let mut beside = sorted
            .asides
            .iter()
            .map(|(c, _)| c)
            .chain(&sorted.parts)
            .chain(&sorted.background);
        let chapters = beside.any(|c| self.said(*c).ordinal.is_some());
        if numbered == count
            && situations == 0
            && count >= 2
            && !chapters
            && (here.is_situation() || here.is_part())
        {
            return true;
        }
        let big = named
            .iter()
            .filter(|c| self.own[**c].ordered >= 2 || self.total[**c].run >= 3)
            .count();
        numbered == 0 && imperative * 2 > count && situations * 2 < count && big * 2 < count
    }

    /// Whether the section is a shelf of scenarios rather than one scenario.
    fn holds_scenarios(&self, id: usize, sorted: &Sorted) -> bool {
        let said = self.said(id);
        let named = &sorted.named;
        let alternatives = named.iter().filter(|c| self.said(**c).alternative).count();
        if sorted.holders.is_empty() && alternatives * 2 > named.len() {
            return said.is(Topic::Scenarios);
        }
        let diagnosed = sorted.parts.iter().any(|p| {
            matches!(
                self.said(*p).topic,
                Some(Topic::Detection | Topic::Diagnosis)
            ) && self.total[*p].text()
        });
        let recovers = sorted
            .parts
            .iter()
            .any(|p| self.said(*p).is(Topic::Recovery) && self.total[*p].any());
        let situations = named
            .iter()
            .filter(|c| self.said(**c).is_situation() || self.is_complete(**c))
            .count();
        if let [holder] = sorted.holders.as_slice()
            && named.is_empty()
            && diagnosed
            && self.said(*holder).is_part()
        {
            // One alert's page whose remedy depends on the cause: one scenario with branches.
            return false;
        }
        if !sorted.holders.is_empty() || said.is(Topic::Scenarios) {
            return true;
        }
        let top = self.outline.at(id).parent.is_none() || self.outline.at(id).level == 10;
        let nested = named
            .iter()
            .filter(|c| self.said(**c).scenario_word || self.is_complete(**c))
            .count();
        if said.scenario_word && !top {
            return nested >= 2;
        }
        if situations >= 2 && !(recovers && diagnosed) {
            return true;
        }
        if situations >= 1 && named.iter().any(|c| self.is_complete(*c)) && !recovers {
            return true;
        }
        if recovers || diagnosed && sorted.parts.len() >= 2 {
            return false;
        }
        if top {
            let big = named
                .iter()
                .filter(|c| {
                    let own = self.own[**c];
                    own.ordered >= 2 || own.run >= 2 || !self.outline.at(**c).children.is_empty()
                })
                .count();
            return named.len() >= 2 && big * 2 > named.len()
                || !(said.is_situation() || said.is_part());
        }
        if said.is_situation() || said.is_part() {
            return situations * 2 > named.len() && situations >= 2;
        }
        named.len() >= 2
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
        let stands = |c: &usize| self.said(*c).is_situation() || self.is_complete(*c);
        let situations = sorted.named.iter().filter(|c| stands(c)).count();
        // Among situations, a list of rules or remarks is none.
        let mut picked: Vec<usize> = sorted
            .named
            .iter()
            .copied()
            .filter(|c| {
                situations < 2 || stands(c) || self.total[*c].run > 0 || self.said(*c).imperative
            })
            .chain(sorted.holders.iter().copied())
            .collect();
        picked.sort_unstable();
        for child in picked {
            self.recovery(child);
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

    /// "Solution" beside the problem it solves belongs to it; a recovery of its own stands for itself.
    fn remedies(&mut self, sorted: &Sorted, start: usize, end: usize) {
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
                !remedied && self.outline.at(self.found[*i].section).level == level
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

    /// Parts beside scenarios hold for all of them.
    fn share(&mut self, id: usize, sorted: &Sorted, start: usize, end: usize) {
        let shared: Vec<usize> = sorted
            .parts
            .iter()
            .copied()
            .filter(|p| self.total[*p].run > 0 || self.total[*p].ordered > 0)
            .filter(|p| !self.said(*p).is(Topic::Recovery))
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
            let parts: Vec<usize> = shared
                .iter()
                .flat_map(|p| self.outline.subtree(*p))
                .collect();
            let mut all = vec![id];
            all.extend(parts);
            self.push(id, ScenarioKind::Recovery, all);
            return;
        }
        for part in shared {
            let subtree: Vec<usize> = self.outline.subtree(part);
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
        for child in &self.outline.at(id).children {
            let said = self.said(*child);
            let context = context_of(said, Context::Recovery);
            let step = said.step_word
                || said.imperative
                || (sequence || depth > 0) && said.ordinal.is_some();
            match context {
                Context::Kind(_) | Context::Nothing
                    if !step
                        || said.is(Topic::Contents)
                        || said.is(Topic::Drill) && !said.step_word =>
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
        if !self.found.is_empty() || self.total[top].tasks < 3 {
            return;
        }
        self.whole(top, false);
        self.found.retain(|p| p.section == top);
    }
}

/// What a section is, by its title and what it stands in.
fn context_of(said: &Said, inherited: Context) -> Context {
    let by_topic = match said.topic {
        Some(Topic::Backup) => Context::Kind(ScenarioKind::Backup),
        Some(Topic::Drill) => Context::Kind(ScenarioKind::Drill),
        Some(Topic::Communication) => Context::Kind(ScenarioKind::Communication),
        Some(Topic::Reference | Topic::PostIncident | Topic::Prevention) => {
            Context::Kind(ScenarioKind::Reference)
        }
        Some(
            Topic::Contents
            | Topic::Objectives
            | Topic::Severity
            | Topic::Contacts
            | Topic::Schedule,
        ) => Context::Nothing,
        Some(Topic::Overview) => Context::Background,
        Some(
            Topic::Prerequisites
            | Topic::Rollback
            | Topic::Verification
            | Topic::Detection
            | Topic::Impact
            | Topic::Diagnosis
            | Topic::Recovery
            | Topic::Checklist
            | Topic::Scenarios,
        )
        | None => Context::Recovery,
    };
    let sequence = said.step_word;
    match inherited {
        Context::Recovery | Context::Background if sequence => Context::Recovery,
        Context::Recovery | Context::Background => by_topic,
        Context::Kind(ScenarioKind::Backup) => match by_topic {
            Context::Kind(
                ScenarioKind::Drill | ScenarioKind::Reference | ScenarioKind::Communication,
            )
            | Context::Nothing => by_topic,
            Context::Recovery | Context::Background | Context::Kind(_) => {
                let restores = said.is(Topic::Recovery)
                    || said.is(Topic::Rollback)
                    || said.procedure
                    || said.failure && said.topic.is_none();
                if restores && !sequence {
                    Context::Recovery
                } else {
                    inherited
                }
            }
        },
        Context::Kind(ScenarioKind::Recovery) => by_topic,
        Context::Kind(
            ScenarioKind::Drill | ScenarioKind::Communication | ScenarioKind::Reference,
        ) => inherited,
        Context::Nothing => {
            if said.is_situation() {
                Context::Recovery
            } else {
                Context::Nothing
            }
        }
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

impl Said {
    /// It names something one would pick: a failure, a scenario, a procedure.
    pub(super) fn is_situation(&self) -> bool {
        !self.step_word
            && (self.scenario_word
                || self.topic.is_none()
                    && (self.failure || self.procedure)
                    && !(self.imperative && self.ordinal.is_some())
                || self.is(Topic::Recovery) && !self.whole && !self.imperative)
    }
}

/// Whether an item at this indent is a step's marker, given the least indent of numbered items.
pub(super) fn base_indent(nodes: &[Node]) -> Option<usize> {
    nodes
        .iter()
        .filter_map(|n| match &n.kind {
            Kind::Item {
                marker: Marker::Ordered(_),
                text,
            } if !is_contents_link(text) => Some(n.indent),
            Kind::Item { .. }
            | Kind::Heading { .. }
            | Kind::Paragraph { .. }
            | Kind::Fence(_)
            | Kind::Table { .. }
            | Kind::Rule => None,
        })
        .min()
}
