//! One section's own text, read for steps: numbered items, fences, bullets, what is left over.

use super::take::{join, take_inline, take_links};
use super::{Builder, Mode, caution, phase_of};
use crate::runbook::lexicon::{self, Topic};
use crate::runbook::scan::{Admonition, Kind, Marker, Node};
use crate::runbook::{
    Line, Phase, Role, ScenarioKind, blocks, commands, inline, objectives, plan, tables,
};

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

/// A command in backticks on a line of its own below an item.
fn is_span(node: &Node) -> bool {
    matches!(&node.kind, Kind::Fence(fence) if fence.indented) && node.line == node.end_line
}

struct Spare {
    text: String,
    node: Node,
    /// Commands that stand below it, a line each.
    typed: Vec<Node>,
}

impl Builder<'_> {
    /// Reads a section's own text for steps.
    pub(super) fn walk(
        &mut self,
        id: usize,
        phase: Phase,
        mode: Mode,
        numbered: bool,
        alternative: Option<(usize, String)>,
    ) {
        let outline = self.outline;
        let section = outline.at(id);
        let base = plan::base_indent(section).unwrap_or(0);
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
                        && !plan::is_contents_link(section, text);
                    if step_here {
                        self.spill(&mut walk, id, phase, alternative.as_ref());
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
                            typed: Vec::new(),
                        });
                    }
                    walk.bullet = None;
                    walk.caption = Some((text, node.line));
                }
                Kind::Fence(_) => {
                    self.loose_fence(id, node, phase, mode, alternative.as_ref(), &mut walk);
                }
                Kind::Table { rows } => {
                    let told = tables::told(rows);
                    if walk.open {
                        self.attach(node);
                    } else if mode == Mode::Steps && !told.is_empty() {
                        self.rows(id, &told, phase, alternative.as_ref());
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
                        self.spill(walk, id, phase, alternative);
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
                && !is_span(n)
                && (n.indent > node.indent || node.end_line + 1 >= n.line)
        });
        if fenced {
            self.spill(walk, id, phase, alternative);
            walk.caption = Some((text.to_owned(), node.line));
            return;
        }
        walk.spare.push(Spare {
            text: text.to_owned(),
            node: node.clone(),
            typed: Vec::new(),
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
        let Some(block) = self.blocks.get(node.line) else {
            return;
        };
        let runs = matches!(block.role, Role::Command | Role::Query);
        if walk.open {
            self.attach(node);
            walk.caption = None;
            return;
        }
        if is_span(node)
            && let Some(spare) = walk.spare.last_mut()
            && spare.node.end_line < node.line
        {
            spare.typed.push(node.clone());
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
        self.spill(walk, id, phase, alternative);
        let (text, line) = caption.unwrap_or_default();
        self.fence_step(node, id, phase, &text, line, alternative.cloned());
    }

    /// Prose that turned out not to be a step goes to the step before it, or to the scenario.
    fn spill(
        &mut self,
        walk: &mut Walk,
        id: usize,
        phase: Phase,
        alternative: Option<&(usize, String)>,
    ) {
        for spare in walk.spare.drain(..) {
            if !spare.typed.is_empty() {
                self.spare_step(id, &spare, phase, alternative);
                continue;
            }
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
            !s.typed.is_empty()
                || inline::code_spans(&s.text)
                    .into_iter()
                    .any(commands::is_inline_command)
        };
        let items = walk.spare.iter().any(is_item);
        let inline_commands = walk.spare.iter().any(commanded);
        // A page of check boxes under a scenario's own title is its checklist.
        let is_task = |s: &Spare| {
            matches!(
                s.node.kind,
                Kind::Item {
                    marker: Marker::Task,
                    ..
                }
            )
        };
        let tasks = walk.spare.iter().filter(|s| is_task(s)).count();
        let plain_ok = part
            || self.kind != ScenarioKind::Recovery
            || section.said.failure
            || section.said.scenario_word
            || section.said.procedure
            || tasks >= 3;
        if worth && (inline_commands || items && plain_ok || part && !steps_below) {
            let (contents, spares): (Vec<Spare>, Vec<Spare>) = std::mem::take(&mut walk.spare)
                .into_iter()
                .partition(|s| steps_below && plan::is_contents_link(section, &s.text));
            for spare in contents {
                self.prose.push(Line {
                    text: inline::plain(&spare.text),
                    line: spare.node.line,
                });
            }
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
                    self.spare_step(id, &spare, phase, alternative);
                } else if self.drafts.len() > opened {
                    self.attach(&spare.node);
                    spare.typed.iter().for_each(|node| self.attach(node));
                } else if !spare.typed.is_empty() {
                    self.spare_step(id, &spare, phase, alternative);
                } else {
                    self.prose.push(Line {
                        text: inline::plain(&spare.text),
                        line: spare.node.line,
                    });
                }
            }
            return;
        }
        self.spill(&mut walk, id, phase, alternative);
    }

    /// A step of its own, with the commands that stand below its words.
    fn spare_step(
        &mut self,
        id: usize,
        spare: &Spare,
        phase: Phase,
        alternative: Option<&(usize, String)>,
    ) {
        self.item_step(id, &spare.node, &spare.text, phase, alternative.cloned());
        for node in &spare.typed {
            self.attach(node);
        }
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
}
