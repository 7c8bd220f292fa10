//! The sections of one scenario → its detection lines and steps, in document order.
//!
//! A step starts at each numbered item, step heading or numbered bold line; every block after it
//! belongs to it, indented or not, until the next. Where nothing marks steps, each fence is one.

mod caution;
mod detection;
mod finish;
mod rows;
mod take;
mod title;
mod told;
mod walk;

pub(super) use take::join;
use take::{caption_title, is_fact, take_inline, take_links, take_text};

pub(super) use caution::{announces_kinds, raise};

use super::blocks::Blocks;
use super::lexicon::{self, Said, Topic};
use super::outline::Outline;
use super::plan::{self, Planned};
use super::scan::{Kind, Marker, Node};
use super::{Line, Phase, Role, ScenarioKind, Step, inline};
use std::collections::HashSet;

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
pub(super) fn build(outline: &Outline, planned: &Planned, blocks: &Blocks) -> Built {
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
    builder.gather(&planned.shared_before, &before, planned.section);
    let shared = builder.drafts.len();
    builder.gather(&planned.parts, &parts, planned.section);
    if builder.drafts.len() == shared && planned.shared_after.is_empty() {
        builder.tell(planned);
    }
    builder.gather(&planned.shared_after, &after, planned.section);
    builder.finish()
}

struct Builder<'o> {
    outline: &'o Outline,
    blocks: &'o Blocks,
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

impl<'o> Builder<'o> {
    /// The steps of these sections; `own` is the scenario's.
    fn gather(&mut self, ids: &[usize], set: &'o HashSet<usize>, own: usize) {
        self.parts = set;
        for id in ids {
            if self.done.contains(id) {
                continue;
            }
            let top = *id == own;
            let phase = if top {
                Phase::Recovery
            } else {
                self.outer_phase(*id, set)
            };
            self.section(*id, phase, top, None);
        }
    }

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
        let cautioned = caution::of_title(&section.title).map(|text| Line {
            text,
            line: section.line,
        });
        self.pending_cautions.extend(cautioned.clone());
        let first_draft = self.drafts.len();
        let mode = mode_of(said, top);
        let marked = said.step_word || said.imperative && said.ordinal.is_some();
        let group = top
            || said.whole && said.topic.is_some() && !marked
            || said.is(Topic::Scenarios)
            || mode != Mode::Steps;
        let numbered = plan::base_indent(section).is_some();
        let option = if said.alternative || said.scenario_word && !top {
            section.parent.map(|p| (p, section.title.clone()))
        } else {
            alternative.clone()
        };
        let as_step = !group
            && !self.holds_a_list(id)
            && !self.holds_captioned_fences(id)
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
        if let Some(line) = cautioned {
            for draft in &mut self.drafts[first_draft..] {
                if !draft.step.cautions.contains(&line) {
                    draft.step.cautions.push(line.clone());
                }
            }
        }
    }

    /// Under a bold label that is no step's mark: a second command that has a sentence of its own.
    fn holds_captioned_fences(&self, id: usize) -> bool {
        let section = self.outline.at(id);
        if !section.label || section.said.ordinal.is_some() || section.said.alternative {
            return false;
        }
        let runs = |node: &Node| {
            self.blocks
                .get(node.line)
                .is_some_and(|b| matches!(b.role, Role::Command | Role::Query))
        };
        let mut seen = false;
        section.nodes.windows(2).any(|pair| {
            seen = seen || matches!(pair[0].kind, Kind::Fence(_)) && runs(&pair[0]);
            seen && matches!(pair[0].kind, Kind::Paragraph { .. })
                && matches!(pair[1].kind, Kind::Fence(_))
                && runs(&pair[1])
        })
    }

    /// Two or more numbered items, or one that holds a fence: the items are the steps.
    fn holds_a_list(&self, id: usize) -> bool {
        let section = self.outline.at(id);
        let nodes = &section.nodes;
        let Some(base) = plan::base_indent(section) else {
            return false;
        };
        let mut count = 0;
        let mut fenced = false;
        for node in nodes {
            match &node.kind {
                Kind::Item {
                    marker: Marker::Ordered(_),
                    text,
                } if node.indent <= base + 1 && !plan::is_contents_link(section, text) => {
                    count += 1;
                }
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
                ..Step::default()
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
                if let Some(block) = blocks.get(node.line) {
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
        let alternative = if lexicon::open(&words.title).name != words.title
            && lexicon::say(&words.title).alternative
        {
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
            ..Step::default()
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
        let Some(block) = self.blocks.get(node.line) else {
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
                    let name = lexicon::open(&section.title).name;
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
            ..Step::default()
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

    fn finish(self) -> Built {
        finish::finish(
            self.drafts,
            self.detection,
            self.prose,
            self.pending_cautions,
        )
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
