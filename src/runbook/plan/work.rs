//! How much there is to do in a section.

use crate::runbook::blocks::Blocks;
use crate::runbook::lexicon::Topic;
use crate::runbook::outline::Section;
use crate::runbook::scan::{Kind, Marker};
use crate::runbook::{Role, commands, inline, lexicon, steps, tables};

/// How much there is to do in a section, its own text only or with all below it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::runbook) struct Work {
    /// Commands and queries.
    pub run: usize,
    /// Patches and settings, shown in a step.
    pub shown: usize,
    /// Blocks nobody could tell what they are, shown as they stand.
    pub unknown: usize,
    /// Numbered items that are no table of contents.
    pub ordered: usize,
    pub bullets: usize,
    pub tasks: usize,
    /// Commands as inline code.
    pub inline: usize,
    pub prose: usize,
}

impl Work {
    pub(super) fn add(&mut self, other: Work) {
        self.run += other.run;
        self.shown += other.shown;
        self.unknown += other.unknown;
        self.ordered += other.ordered;
        self.bullets += other.bullets;
        self.tasks += other.tasks;
        self.inline += other.inline;
        self.prose += other.prose;
    }

    pub(super) fn any(self) -> bool {
        self.run + self.ordered + self.inline > 0
    }

    pub(super) fn text(self) -> bool {
        self.any() || self.bullets + self.prose + self.tasks + self.shown > 0
    }
}

pub(super) fn work(section: &Section, blocks: &Blocks) -> Work {
    let mut work = Work::default();
    let named_only = names_failures(section);
    // What a program does by itself, or what kinds there are, is nothing to do.
    let mut listed_only = false;
    for node in &section.nodes {
        match &node.kind {
            Kind::Fence(_) => match blocks.get(node.line).map(|b| b.role) {
                Some(Role::Command | Role::Query) => work.run += 1,
                Some(Role::Patch | Role::Config) => work.shown += 1,
                Some(Role::Unknown) => work.unknown += 1,
                Some(Role::Output) | None => {}
            },
            Kind::Item { marker, text } => {
                let commands = inline::code_spans(text)
                    .into_iter()
                    .filter(|s| commands::is_inline_command(s))
                    .count();
                match marker {
                    Marker::Ordered(_) if named_only || is_contents_link(section, text) => {}
                    Marker::Ordered(_) if listed_only || is_reading(text) => work.bullets += 1,
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
                listed_only = steps::announces_kinds(&steps::join(lines).to_lowercase());
                work.inline += lines
                    .iter()
                    .flat_map(|l| inline::code_spans(&l.text))
                    .filter(|s| commands::is_inline_command(s))
                    .count();
            }
            Kind::Table { rows } => work.ordered += tables::told(rows).len(),
            Kind::Heading { .. } | Kind::Rule => {}
        }
    }
    work
}

/// "1. Single replica loss 2. Full cluster loss": what may happen, counted, and nothing to do.
fn names_failures(section: &Section) -> bool {
    let said = &section.said;
    // "C. Keys leaked" is one of several, and tells what to do about it.
    let counted = said.letter.is_some() || said.ordinal.is_some() || said.scenario_word;
    if !matches!(
        section.said.topic,
        None | Some(Topic::Scenarios | Topic::Severity | Topic::Overview)
    ) || said.failure && counted
    {
        return false;
    }
    let (mut count, mut failures) = (0, 0);
    for node in &section.nodes {
        match &node.kind {
            Kind::Item {
                marker: Marker::Ordered(_),
                text,
            } => {
                let said = lexicon::say(&inline::plain(text));
                if said.imperative
                    || text.contains(['`', '['])
                    || text.split_whitespace().count() > 8
                {
                    return false;
                }
                count += 1;
                failures += usize::from(said.failure);
            }
            Kind::Fence(_) => return false,
            Kind::Item { .. }
            | Kind::Paragraph { .. }
            | Kind::Table { .. }
            | Kind::Heading { .. }
            | Kind::Rule => {}
        }
    }
    count >= 2 && failures * 3 >= count * 2
}

/// An item that is a page to read: it ends in an address, and tells nobody to do anything.
fn is_reading(text: &str) -> bool {
    let text = text.trim().trim_end_matches(['.', '*', ' ']);
    let address = text.ends_with('>') && text.contains("<http")
        || text.ends_with(')') && text.contains("](http");
    address && !lexicon::say(&inline::plain(text)).imperative
}

/// An item of a table of contents: only a link to a place in this document, in a section that holds no procedure of
/// its own. Under "Recovery order" the same links are the sequence.
pub(in crate::runbook) fn is_contents_link(section: &Section, text: &str) -> bool {
    let contents = section.level <= 10
        || matches!(
            section.said.topic,
            Some(Topic::Contents | Topic::Overview | Topic::Reference | Topic::Scenarios)
        );
    let trimmed = text.trim().trim_matches('*');
    contents
        && trimmed.starts_with('[')
        && trimmed.contains("](#")
        && trimmed.ends_with(')')
        && trimmed.matches("](").count() == 1
}

/// Whether an item at this indent is a step's marker, given the least indent of numbered items.
pub(in crate::runbook) fn base_indent(section: &Section) -> Option<usize> {
    section
        .nodes
        .iter()
        .filter_map(|n| match &n.kind {
            Kind::Item {
                marker: Marker::Ordered(_),
                text,
            } if !is_contents_link(section, text) => Some(n.indent),
            Kind::Item { .. }
            | Kind::Heading { .. }
            | Kind::Paragraph { .. }
            | Kind::Fence(_)
            | Kind::Table { .. }
            | Kind::Rule => None,
        })
        .min()
}
