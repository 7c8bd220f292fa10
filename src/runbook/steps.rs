//! The sections of one scenario → its detection lines and steps, in document order.
//!
//! A step starts at each numbered item, step heading or numbered bold line; every block after it
//! belongs to it, indented or not, until the next. Where nothing marks steps, each fence is one.

mod caution;
mod finish;
mod title;

pub(super) use caution::raise;

use super::lexicon::{self, Said, Topic};
use super::outline::{Outline, is_caption};
use super::plan::{self, Planned};
use super::scan::{Admonition, Kind, Marker, Node};
use super::{
    Block, Line, Link, Phase, Role, ScenarioKind, Step, blocks, commands, inline, objectives,
};
use std::collections::{HashMap, HashSet};

/// What the sections of a scenario came to.
#[derive(Debug, Default)]
pub(super) struct Built {
    pub detection: Vec<Line>,
    pub steps: Vec<Step>,
    pub prose: Vec<Line>,
}

/// A step in the making.
#[derive(Debug, Clone)]
struct Draft {
    step: Step,
    /// The ordinal the document gave.
    ordinal: Option<u32>,
    /// Which alternatives it belongs to: a key they share, and this one's words.
    alternative: Option<(usize, String)>,
    /// Raw words that may hold links and inline commands.
    section: usize,
}

/// Builds what a planned scenario holds.
pub(super) fn build(outline: &Outline, planned: &Planned, blocks: &HashMap<u32, Block>) -> Built {
    let parts: HashSet<usize> = planned.parts.iter().copied().collect();
    let mut builder = Builder {
        outline,
        blocks,
        kind: planned.kind,
        parts: &parts,
        drafts: Vec::new(),
        detection: Vec::new(),
        prose: Vec::new(),
        pending_cautions: Vec::new(),
        done: HashSet::new(),
    };
    let before: HashSet<usize> = planned.shared_before.iter().copied().collect();
    let after: HashSet<usize> = planned.shared_after.iter().copied().collect();
    for ids in [
        (&planned.shared_before, &before),
        (&planned.parts, &parts),
        (&planned.shared_after, &after),
    ] {
        let (list, set) = ids;
        builder.parts = set;
        for id in list {
            if builder.done.contains(id) {
                continue;
            }
            let top = *id == planned.section;
            let phase = builder.outer_phase(*id, set);
            builder.section(*id, phase, top, None);
        }
    }
    builder.finish()
}

struct Builder<'o> {
    outline: &'o Outline,
    blocks: &'o HashMap<u32, Block>,
    kind: ScenarioKind,
    parts: &'o HashSet<usize>,
    drafts: Vec<Draft>,
    detection: Vec<Line>,
    prose: Vec<Line>,
    /// Warnings that stand before the step they are about.
    pending_cautions: Vec<Line>,
    done: HashSet<usize>,
}

/// How a section's own text is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Detection,
    /// Background: prose, and commands only where there are some.
    Background,
    Steps,
}

impl Builder<'_> {
    /// The phase of a part whose parent is not among the parts.
    fn outer_phase(&self, id: usize, set: &HashSet<usize>) -> Phase {
        let parent = self.outline.at(id).parent;
        match parent {
            Some(parent) if !set.contains(&parent) => {
                phase_of(&self.outline.at(parent).said).unwrap_or_default()
            }
            Some(_) | None => Phase::Recovery,
        }
    }

    fn section(
        &mut self,
        id: usize,
        outer: Phase,
        top: bool,
        alternative: Option<(usize, String)>,
    ) {
        if !self.done.insert(id) {
            return;
        }
        let section = self.outline.at(id);
        let said = &section.said;
        let phase = phase_of(said).unwrap_or(outer);
        let cautioned = caution::of_title(&section.title);
        if let Some(text) = cautioned {
            self.pending_cautions.push(Line {
                text,
                line: section.line,
            });
        }
        let first_draft = self.drafts.len();
        let mode = mode_of(said, top);
        let group = top
            || said.whole && said.topic.is_some()
            || said.is(Topic::Scenarios)
            || mode != Mode::Steps;
        let numbered = plan::base_indent(&section.nodes).is_some();
        let option = if said.alternative || said.scenario_word && !top {
            section.parent.map(|p| (p, section.title.clone()))
        } else {
            alternative.clone()
        };
        let as_step = !group
            && !self.holds_a_list(id)
            && (!section.nodes.is_empty() || said.step_word || section.children.is_empty());
        if mode == Mode::Detection {
            self.detect(id);
        } else if as_step {
            self.heading_step(id, phase, option.clone());
        } else {
            self.walk(id, phase, mode, numbered, option.clone());
        }
        let merged = as_step && self.drafts.len() > first_draft;
        for child in &section.children {
            if !self.parts.contains(child) || self.done.contains(child) {
                continue;
            }
            let below = self.outline.at(*child);
            let inside = merged
                && below.label
                && !below.said.alternative
                && below.said.ordinal.is_none()
                && below.children.is_empty();
            if inside && self.drafts.len() == first_draft + 1 && !self.holds_a_list(*child) {
                self.done.insert(*child);
                self.merge(*child);
            } else {
                self.section(*child, phase, false, option.clone());
            }
        }
        if let Some(last) = self.drafts[first_draft..].last_mut() {
            last.step.end_line = last.step.end_line.max(last.step.line);
        }
        if caution::of_title(&section.title).is_some() {
            let line = Line {
                text: section.title.clone(),
                line: section.line,
            };
            for draft in &mut self.drafts[first_draft..] {
                if !draft.step.cautions.contains(&line) {
                    draft.step.cautions.push(line.clone());
                }
            }
        }
    }

    /// Two or more numbered items, or one that holds a fence: the items are the steps.
    fn holds_a_list(&self, id: usize) -> bool {
        let nodes = &self.outline.at(id).nodes;
        let Some(base) = plan::base_indent(nodes) else {
            return false;
        };
        let mut count = 0;
        let mut fenced = false;
        for node in nodes {
            match &node.kind {
                Kind::Item {
                    marker: Marker::Ordered(_),
                    text,
                } if node.indent <= base + 1 && !plan::is_contents_link(text) => count += 1,
                Kind::Fence(_) if count > 0 => fenced = true,
                Kind::Item { .. }
                | Kind::Fence(_)
                | Kind::Heading { .. }
                | Kind::Paragraph { .. }
                | Kind::Table { .. }
                | Kind::Rule => {}
            }
        }
        count >= 2 || count == 1 && fenced
    }

    /// Bullets and sentences of a detection section; its commands are steps of the diagnosis.
    fn detect(&mut self, id: usize) {
        let outline = self.outline;
        let mut caption: Option<(String, u32)> = None;
        for node in &outline.at(id).nodes {
            match &node.kind {
                Kind::Item { text, .. } => {
                    let words = inline::plain(text);
                    if !words.is_empty() {
                        caption = Some((text.clone(), node.line));
                        self.detection.push(Line {
                            text: words,
                            line: node.line,
                        });
                    }
                }
                Kind::Paragraph { lines } => {
                    let text = join(lines);
                    let words = inline::plain(&text);
                    caption = Some((text, node.line));
                    if !words.ends_with([':', '：']) && !words.is_empty() {
                        self.detection.push(Line {
                            text: words,
                            line: node.line,
                        });
                    }
                }
                Kind::Table { rows } => {
                    for row in rows.iter().skip(1) {
                        let words = row
                            .cells
                            .iter()
                            .map(|c| inline::plain(c))
                            .filter(|c| !c.is_empty())
                            .collect::<Vec<_>>()
                            .join(" · ");
                        self.detection.push(Line {
                            text: words,
                            line: row.line,
                        });
                    }
                }
                Kind::Fence(_) => {
                    if self
                        .blocks
                        .get(&node.line)
                        .is_some_and(|b| matches!(b.role, Role::Command | Role::Query))
                    {
                        let (title, line) = caption.take().unwrap_or_default();
                        self.fence_step(node, id, Phase::Diagnosis, &title, line, None);
                    }
                }
                Kind::Heading { .. } | Kind::Rule => {}
            }
        }
    }

    /// A heading or numbered bold line that is a step itself.
    fn heading_step(&mut self, id: usize, phase: Phase, alternative: Option<(usize, String)>) {
        let section = self.outline.at(id);
        let words = title::of_heading(&section.title);
        let title = if words.title.is_empty() {
            section.title.clone()
        } else {
            words.title
        };
        let empty = section.nodes.is_empty() && !section.children.is_empty();
        if empty && !section.said.step_word {
            return;
        }
        self.open(Draft {
            step: Step {
                title,
                condition: words.condition,
                line: section.line,
                end_line: section.line,
                phase,
                ..Step::empty()
            },
            ordinal: section
                .said
                .ordinal
                .filter(|_| section.said.step_word || section.said.imperative || !section.label),
            alternative,
            section: id,
        });
        self.merge(id);
    }

    /// Puts everything of a section into the step that is open.
    fn merge(&mut self, id: usize) {
        let outline = self.outline;
        let section = outline.at(id);
        if self.drafts.last().is_some_and(|d| d.section != id) {
            self.say(&section.title, section.line);
        }
        for node in &section.nodes {
            self.attach(node);
        }
    }

    fn open(&mut self, mut draft: Draft) {
        draft.step.cautions.append(&mut self.pending_cautions);
        self.drafts.push(draft);
    }

    fn say(&mut self, text: &str, line: u32) {
        let words = inline::plain(text);
        if words.is_empty() {
            return;
        }
        let line = Line { text: words, line };
        match self.drafts.last_mut() {
            Some(draft) => draft.step.prose.push(line),
            None => self.prose.push(line),
        }
    }

    /// Adds a node to the step that is open.
    fn attach(&mut self, node: &Node) {
        let blocks = self.blocks;
        let Some(draft) = self.drafts.last_mut() else {
            return;
        };
        if is_fact(node) {
            return;
        }
        draft.step.end_line = draft.step.end_line.max(node.end_line);
        match &node.kind {
            Kind::Fence(_) => {
                if let Some(block) = blocks.get(&node.line) {
                    draft.step.blocks.push(block.clone());
                }
            }
            Kind::Item { text, .. } => take_text(&mut draft.step, text, node),
            Kind::Paragraph { lines } => take_text(&mut draft.step, &join(lines), node),
            Kind::Table { rows } => {
                for row in rows {
                    let text = row
                        .cells
                        .iter()
                        .filter(|c| !c.is_empty())
                        .cloned()
                        .collect::<Vec<_>>()
                        .join(" · ");
                    take_inline(&mut draft.step, &text, row.line);
                    draft.step.prose.push(Line {
                        text: inline::plain(&text),
                        line: row.line,
                    });
                }
            }
            Kind::Heading { .. } | Kind::Rule => {}
        }
    }

    fn item_step(
        &mut self,
        id: usize,
        node: &Node,
        text: &str,
        phase: Phase,
        alternative: Option<(usize, String)>,
    ) {
        let ordinal = match &node.kind {
            Kind::Item {
                marker: Marker::Ordered(n),
                ..
            } => Some(*n),
            Kind::Item { .. }
            | Kind::Heading { .. }
            | Kind::Paragraph { .. }
            | Kind::Fence(_)
            | Kind::Table { .. }
            | Kind::Rule => None,
        };
        let words = title::of_item(text);
        let option = lexicon::say(&words.title);
        let alternative = if option.alternative && option.name != words.title {
            Some((id, words.title.clone()))
        } else {
            alternative
        };
        let mut step = Step {
            title: words.title,
            condition: words.condition,
            line: node.line,
            end_line: node.end_line,
            phase,
            ..Step::empty()
        };
        take_inline(&mut step, text, node.line);
        take_links(&mut step, text, node.line);
        if let Some(rest) = words.rest {
            step.prose.push(Line {
                text: rest,
                line: node.line,
            });
        }
        self.open(Draft {
            step,
            ordinal,
            alternative,
            section: id,
        });
    }

    /// A fence without a marker of its own.
    fn fence_step(
        &mut self,
        node: &Node,
        id: usize,
        phase: Phase,
        caption: &str,
        caption_line: u32,
        alternative: Option<(usize, String)>,
    ) {
        let Some(block) = self.blocks.get(&node.line) else {
            return;
        };
        let said = caption_title(caption);
        let comment = || {
            block
                .text
                .lines()
                .find(|l| !l.trim().is_empty())
                .and_then(|l| l.trim().strip_prefix('#'))
                .map(|l| l.trim_matches(['#', ' ', '=', '-', '!']).to_owned())
                .filter(|l| !l.is_empty() && !l.starts_with('/') && block.substeps.is_empty())
        };
        let section = self.outline.at(id);
        let (title, line) = match said {
            Some(title) => (title, caption_line.min(node.line)),
            None => (
                comment().unwrap_or_else(|| {
                    let name = lexicon::say(&section.title).name;
                    if name.is_empty() {
                        block.text.lines().next().unwrap_or_default().to_owned()
                    } else {
                        name
                    }
                }),
                node.line,
            ),
        };
        let words = title::of_title(&title);
        let mut step = Step {
            title: words.title,
            condition: words.condition,
            line: if line == 0 { node.line } else { line },
            end_line: node.end_line,
            phase,
            ..Step::empty()
        };
        if !caption.is_empty() {
            take_inline(&mut step, caption, line);
            take_links(&mut step, caption, line);
            let plain = inline::plain(caption);
            if plain.trim_end_matches(':') != step.title {
                step.prose.push(Line { text: plain, line });
            }
        }
        step.blocks.push(block.clone());
        self.open(Draft {
            step,
            ordinal: None,
            alternative,
            section: id,
        });
    }

    /// Reads a section's own text for steps.
    fn walk(
        &mut self,
        id: usize,
        phase: Phase,
        mode: Mode,
        numbered: bool,
        alternative: Option<(usize, String)>,
    ) {
        let outline = self.outline;
        let section = outline.at(id);
        let base = plan::base_indent(&section.nodes).unwrap_or(0);
        let start = self.drafts.len();
        let listed = numbered && mode == Mode::Steps && !self.is_no_sequence(id, phase);
        let mut walk = Walk {
            caption: None,
            open: false,
            spare: Vec::new(),
            bullet: None,
        };
        for (index, node) in section.nodes.iter().enumerate() {
            if node.admonition == Some(Admonition::Warning) && !matches!(node.kind, Kind::Fence(_))
            {
                self.caution(node, walk.open);
                continue;
            }
            match &node.kind {
                Kind::Item { marker, text } => {
                    let step_here = listed
                        && matches!(marker, Marker::Ordered(_))
                        && node.indent <= base + 1
                        && !plan::is_contents_link(text);
                    if step_here {
                        self.spill(&mut walk);
                        self.item_step(id, node, text, phase, alternative.clone());
                        walk.open = true;
                        walk.caption = None;
                        continue;
                    }
                    if walk.open {
                        self.attach(node);
                        walk.caption = Some((text.clone(), node.line));
                        continue;
                    }
                    self.loose_item(
                        id,
                        node,
                        text,
                        phase,
                        section.nodes.get(index + 1),
                        alternative.as_ref(),
                        &mut walk,
                    );
                }
                Kind::Paragraph { lines } => {
                    let text = join(lines);
                    if caution::cancels(&text) {
                        self.caution(node, walk.open);
                        walk.caption = Some((text, node.line));
                        continue;
                    }
                    if walk.open {
                        self.attach(node);
                    } else if objectives::statement(&text).is_none()
                        && objectives::severity(&text).is_none()
                    {
                        walk.spare.push(Spare {
                            text: text.clone(),
                            node: node.clone(),
                        });
                    }
                    walk.bullet = None;
                    walk.caption = Some((text, node.line));
                }
                Kind::Fence(_) => {
                    self.loose_fence(id, node, phase, mode, alternative.as_ref(), &mut walk);
                }
                Kind::Table { rows } => {
                    if walk.open {
                        self.attach(node);
                    } else {
                        for row in rows {
                            let text = row
                                .cells
                                .iter()
                                .map(|c| inline::plain(c))
                                .collect::<Vec<_>>()
                                .join(" · ");
                            self.prose.push(Line {
                                text,
                                line: row.line,
                            });
                        }
                    }
                    walk.caption = None;
                }
                Kind::Heading { .. } | Kind::Rule => {}
            }
        }
        let made = self.drafts.len() > start;
        self.left_over(id, phase, mode, made, walk, alternative.as_ref());
    }

    /// An item that is no numbered step: a bullet with a fence, a labelled bullet, or prose.
    #[allow(
        clippy::too_many_arguments,
        reason = "one place, and each is another thing the item stands in"
    )]
    fn loose_item(
        &mut self,
        id: usize,
        node: &Node,
        text: &str,
        phase: Phase,
        next: Option<&Node>,
        alternative: Option<&(usize, String)>,
        walk: &mut Walk,
    ) {
        if let Some((indent, topic)) = walk.bullet
            && node.indent > indent
        {
            // Below a labelled bullet.
            if topic == Topic::Detection {
                self.detection.push(Line {
                    text: inline::plain(text),
                    line: node.line,
                });
                return;
            }
        }
        if let Some((label, rest)) = inline::bold_lead(text) {
            let said = lexicon::say(label);
            if said.whole
                && let Some(topic) = said.topic
            {
                walk.bullet = Some((node.indent, topic));
                let rest = rest.trim_start_matches([':', '：', '—', '–', '-']).trim();
                match topic {
                    Topic::Detection => {
                        if !rest.is_empty() {
                            self.detection.push(Line {
                                text: inline::plain(rest),
                                line: node.line,
                            });
                        }
                        return;
                    }
                    Topic::Severity | Topic::Objectives | Topic::Impact => return,
                    Topic::Recovery | Topic::Diagnosis | Topic::Verification | Topic::Rollback
                        if !rest.is_empty() =>
                    {
                        let phase = phase_of(&said).unwrap_or(phase);
                        self.spill(walk);
                        self.item_step(id, node, rest, phase, alternative.cloned());
                        return;
                    }
                    Topic::Recovery
                    | Topic::Diagnosis
                    | Topic::Verification
                    | Topic::Rollback
                    | Topic::Contents
                    | Topic::PostIncident
                    | Topic::Schedule
                    | Topic::Drill
                    | Topic::Contacts
                    | Topic::Communication
                    | Topic::Prerequisites
                    | Topic::Backup
                    | Topic::Checklist
                    | Topic::Prevention
                    | Topic::Scenarios
                    | Topic::Reference
                    | Topic::Overview => {}
                }
            }
        }
        let fenced = next.is_some_and(|n| {
            matches!(n.kind, Kind::Fence(_))
                && (n.indent > node.indent || node.end_line + 1 >= n.line)
        });
        if fenced {
            self.spill(walk);
            walk.caption = Some((text.to_owned(), node.line));
            return;
        }
        walk.spare.push(Spare {
            text: text.to_owned(),
            node: node.clone(),
        });
        walk.caption = Some((text.to_owned(), node.line));
    }

    fn loose_fence(
        &mut self,
        id: usize,
        node: &Node,
        phase: Phase,
        mode: Mode,
        alternative: Option<&(usize, String)>,
        walk: &mut Walk,
    ) {
        let Some(block) = self.blocks.get(&node.line) else {
            return;
        };
        let runs = matches!(block.role, Role::Command | Role::Query);
        if walk.open {
            self.attach(node);
            walk.caption = None;
            return;
        }
        if !runs && mode != Mode::Steps {
            return;
        }
        let printed = matches!(block.role, Role::Output | Role::Unknown);
        let caption = walk.caption.take();
        let announced = caption
            .as_ref()
            .is_some_and(|(text, _)| blocks::announces_output(text));
        let here = self
            .drafts
            .last()
            .is_some_and(|d| d.section == id && !d.step.blocks.is_empty());
        if printed && here && (announced || caption.is_none()) {
            self.attach(node);
            return;
        }
        if let Some((text, _)) = &caption
            && walk.spare.last().is_some_and(|s| s.text == *text)
        {
            walk.spare.pop();
        }
        self.spill(walk);
        let (text, line) = caption.unwrap_or_default();
        self.fence_step(node, id, phase, &text, line, alternative.cloned());
    }

    /// Prose that turned out not to be a step goes to the step before it, or to the scenario.
    fn spill(&mut self, walk: &mut Walk) {
        for spare in walk.spare.drain(..) {
            let here = self
                .drafts
                .last()
                .is_some_and(|d| d.step.line < spare.node.line && d.section != usize::MAX);
            let line = Line {
                text: inline::plain(&spare.text),
                line: spare.node.line,
            };
            if line.text.is_empty() {
                continue;
            }
            match self.drafts.last_mut() {
                Some(draft)
                    if here
                        && spare.node.line > draft.step.line
                        && draft.step.phase != Phase::Prerequisite =>
                {
                    take_inline(&mut draft.step, &spare.text, spare.node.line);
                    take_links(&mut draft.step, &spare.text, spare.node.line);
                    draft.step.prose.push(line);
                }
                Some(_) | None => self.prose.push(line),
            }
        }
    }

    /// What is left when a section made no step: what a person does, written as bullets or prose.
    fn left_over(
        &mut self,
        id: usize,
        phase: Phase,
        mode: Mode,
        made: bool,
        mut walk: Walk,
        alternative: Option<&(usize, String)>,
    ) {
        let section = self.outline.at(id);
        let part = phase_of(&section.said).is_some_and(|p| p != Phase::Prerequisite);
        let steps_below = section.children.iter().any(|c| self.parts.contains(c));
        let worth =
            mode == Mode::Steps && !made && !walk.spare.is_empty() && phase != Phase::Prerequisite;
        let is_item = |s: &Spare| matches!(s.node.kind, Kind::Item { .. });
        let commanded = |s: &Spare| {
            inline::code_spans(&s.text)
                .into_iter()
                .any(commands::is_inline_command)
        };
        let items = walk.spare.iter().any(is_item);
        let inline_commands = walk.spare.iter().any(commanded);
        let plain_ok = part
            || self.kind != ScenarioKind::Recovery
            || section.said.failure
            || section.said.scenario_word
            || section.said.procedure;
        if worth && (inline_commands || items && plain_ok || part && !steps_below) {
            let spares = std::mem::take(&mut walk.spare);
            let least = spares
                .iter()
                .filter(|s| is_item(s))
                .map(|s| s.node.indent)
                .min()
                .unwrap_or(0);
            let opened = self.drafts.len();
            for spare in spares {
                let step_here = if items {
                    is_item(&spare) && spare.node.indent <= least
                        || commanded(&spare) && !is_item(&spare)
                } else {
                    true
                };
                if step_here {
                    self.item_step(id, &spare.node, &spare.text, phase, alternative.cloned());
                } else if self.drafts.len() > opened {
                    self.attach(&spare.node);
                } else {
                    self.prose.push(Line {
                        text: inline::plain(&spare.text),
                        line: spare.node.line,
                    });
                }
            }
            return;
        }
        self.spill(&mut walk);
    }

    fn caution(&mut self, node: &Node, open: bool) {
        let text = match &node.kind {
            Kind::Paragraph { lines } => join(lines),
            Kind::Item { text, .. } => text.clone(),
            Kind::Heading { .. } | Kind::Fence(_) | Kind::Table { .. } | Kind::Rule => return,
        };
        let line = Line {
            text: inline::plain(&text),
            line: node.line,
        };
        if line.text.is_empty() {
            return;
        }
        match self.drafts.last_mut() {
            Some(draft) if open => {
                draft.step.end_line = draft.step.end_line.max(node.end_line);
                draft.step.cautions.push(line);
            }
            Some(_) | None => self.pending_cautions.push(line),
        }
    }

    /// Numbered lists that are no steps: requirements, kinds, causes, what happens by itself.
    fn is_no_sequence(&self, id: usize, phase: Phase) -> bool {
        let nodes = &self.outline.at(id).nodes;
        let mut lead = String::new();
        let mut listed = 0;
        let mut worked = false;
        for node in nodes {
            match &node.kind {
                Kind::Item {
                    marker: Marker::Ordered(_),
                    text,
                } => {
                    listed += 1;
                    worked |= inline::code_spans(text)
                        .into_iter()
                        .any(commands::is_inline_command);
                }
                Kind::Paragraph { lines } if listed == 0 => lead = join(lines).to_lowercase(),
                Kind::Fence(_) if listed > 0 => worked = true,
                Kind::Item { .. }
                | Kind::Paragraph { .. }
                | Kind::Fence(_)
                | Kind::Heading { .. }
                | Kind::Table { .. }
                | Kind::Rule => {}
            }
        }
        if worked {
            return false;
        }
        phase == Phase::Prerequisite || caution::announces_kinds(&lead)
    }

    fn finish(self) -> Built {
        finish::finish(
            self.drafts,
            self.detection,
            self.prose,
            self.pending_cautions,
        )
    }
}

/// What a walk through one section carries along.
struct Walk {
    /// The last words before the next fence.
    caption: Option<(String, u32)>,
    /// A numbered step is open.
    open: bool,
    /// Bullets and sentences not yet given to anything.
    spare: Vec<Spare>,
    /// The labelled bullet that is open: its indent and topic.
    bullet: Option<(usize, Topic)>,
}

struct Spare {
    text: String,
    node: Node,
}

impl Step {
    fn empty() -> Step {
        Step {
            number: String::new(),
            title: String::new(),
            condition: None,
            line: 0,
            manual: false,
            blocks: Vec::new(),
            inline: Vec::new(),
            end_line: 0,
            phase: Phase::Recovery,
            prose: Vec::new(),
            cautions: Vec::new(),
            branch: None,
            links: Vec::new(),
        }
    }
}

fn phase_of(said: &Said) -> Option<Phase> {
    if said.step_word || said.failure && !said.whole {
        return None;
    }
    match said.topic? {
        Topic::Detection | Topic::Diagnosis => Some(Phase::Diagnosis),
        Topic::Verification | Topic::Checklist => Some(Phase::Verification),
        Topic::Rollback => Some(Phase::Rollback),
        Topic::Prerequisites => Some(Phase::Prerequisite),
        Topic::Recovery if said.whole => Some(Phase::Recovery),
        Topic::Recovery
        | Topic::Contents
        | Topic::Objectives
        | Topic::PostIncident
        | Topic::Schedule
        | Topic::Drill
        | Topic::Contacts
        | Topic::Communication
        | Topic::Severity
        | Topic::Backup
        | Topic::Impact
        | Topic::Prevention
        | Topic::Scenarios
        | Topic::Reference
        | Topic::Overview => None,
    }
}

fn mode_of(said: &Said, top: bool) -> Mode {
    if top || said.step_word || said.imperative {
        return Mode::Steps;
    }
    match said.topic {
        Some(Topic::Detection) if said.whole => Mode::Detection,
        Some(Topic::Impact | Topic::Overview | Topic::Objectives | Topic::Severity)
            if said.whole =>
        {
            Mode::Background
        }
        _ => Mode::Steps,
    }
}

/// A line about the scenario as a whole that happens to stand after a step.
fn is_fact(node: &Node) -> bool {
    match &node.kind {
        Kind::Paragraph { lines } => lines.iter().any(|l| {
            objectives::statement(&l.text).is_some() || objectives::severity(&l.text).is_some()
        }),
        Kind::Heading { .. }
        | Kind::Item { .. }
        | Kind::Fence(_)
        | Kind::Table { .. }
        | Kind::Rule => false,
    }
}

/// The lines of a paragraph as one.
pub(super) fn join(lines: &[Line]) -> String {
    lines
        .iter()
        .map(|l| l.text.as_str())
        .collect::<Vec<_>>()
        .join(" ")
}

/// A title out of the words before a fence: a short label, or the last sentence.
fn caption_title(caption: &str) -> Option<String> {
    // `**Retention:** 7 days` is a fact, no name for what follows it.
    if inline::bold_lead(caption).is_some_and(|(label, rest)| !rest.is_empty() && is_caption(label))
    {
        return None;
    }
    let words = inline::plain(caption);
    let words = words.trim().trim_end_matches([':', '：']).trim();
    if words.is_empty() {
        return None;
    }
    if words.chars().count() <= 100 {
        return Some(words.to_owned());
    }
    let start = words
        .trim_end_matches('.')
        .rfind(". ")
        .map_or(0, |at| at + 2);
    let last = &words[start..];
    Some(last.chars().take(120).collect())
}

fn take_text(step: &mut Step, text: &str, node: &Node) {
    take_inline(step, text, node.line);
    take_links(step, text, node.line);
    let words = inline::plain(text);
    if words.is_empty() {
        return;
    }
    let line = Line {
        text: words,
        line: node.line,
    };
    if node.admonition == Some(Admonition::Warning) || caution::cancels(text) {
        step.cautions.push(line);
    } else {
        step.prose.push(line);
    }
}

fn take_inline(step: &mut Step, text: &str, line: u32) {
    for span in inline::code_spans(text) {
        if commands::is_inline_command(span) {
            let text = span
                .trim()
                .strip_prefix("$ ")
                .unwrap_or(span)
                .trim()
                .to_owned();
            step.inline.push(Line { text, line });
        }
    }
}

fn take_links(step: &mut Step, text: &str, line: u32) {
    if !text.contains("](") {
        return;
    }
    for (text, target) in inline::links(text) {
        step.links.push(Link { text, target, line });
    }
}
