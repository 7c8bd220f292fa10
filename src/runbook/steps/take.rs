//! What a step takes out of a piece of text: words, inline commands, links, a title.

use super::caution;
use crate::runbook::outline::is_caption;
use crate::runbook::scan::{Admonition, Kind, Node};
use crate::runbook::{Line, Link, Step, commands, inline, objectives};

/// A line about the scenario as a whole that happens to stand after a step.
pub(super) fn is_fact(node: &Node) -> bool {
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
pub(in crate::runbook) fn join(lines: &[Line]) -> String {
    lines
        .iter()
        .map(|l| l.text.as_str())
        .collect::<Vec<_>>()
        .join(" ")
}

/// A title out of the words before a fence: a short label, or the last sentence.
pub(super) fn caption_title(caption: &str) -> Option<String> {
    // `**Retention:** 7 days` is a fact, no name for what follows it.
    if inline::bold_lead(caption).is_some_and(|(label, rest)| !rest.is_empty() && is_caption(label))
    {
        return None;
    }
    if objectives::statement(caption).is_some() || objectives::severity(caption).is_some() {
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

pub(super) fn take_text(step: &mut Step, text: &str, node: &Node) {
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

pub(super) fn take_inline(step: &mut Step, text: &str, line: u32) {
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

pub(super) fn take_links(step: &mut Step, text: &str, line: u32) {
    if !text.contains("](") {
        return;
    }
    for (text, target) in inline::links(text) {
        step.links.push(Link {
            text,
            target,
            line,
            to: None,
        });
    }
}
