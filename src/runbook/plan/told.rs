//! Situations with no list and no command of their own, told in prose among others that have them.

use super::{Planner, Work};
use crate::runbook::lexicon::Topic;
use crate::runbook::outline::Outline;
use crate::runbook::scan::{Kind, Node};
use crate::runbook::{ScenarioKind, inline, lexicon, steps};
use std::collections::HashSet;

/// "A. A bad deploy" beside "B. Data deleted" and "C. Region lost"; "Provider outage" on a shelf of failures.
pub(super) fn told(outline: &Outline, total: &[Work]) -> HashSet<usize> {
    let mut told = HashSet::new();
    for section in &outline.sections {
        let children = section.children.as_slice();
        let said = |id: &usize| &outline.at(*id).said;
        let unnamed = |id: &usize| said(id).topic.is_none() && !said(id).alternative;
        let worked = children
            .iter()
            .filter(|c| unnamed(c) && said(c).failure && total[**c].any())
            .count();
        if section.said.is(Topic::Scenarios) {
            told.extend(shelved(outline, total, children));
        }
        if worked == 1 {
            // "Region lost: run the failover" beside the one failure that is walked.
            told.extend(children.iter().copied().filter(|c| {
                unnamed(c)
                    && said(c).failure
                    && !outline.at(*c).label
                    && !total[*c].any()
                    && outline.at(*c).children.is_empty()
                    && orders(&outline.at(*c).nodes) > 0
            }));
        }
        let failing = children.iter().filter(|c| unnamed(c) && said(c).failure);
        if worked < 2
            && failing.clone().count() >= 2
            && failing.clone().count() * 2 > children.len()
        {
            // A page of alerts: each says what to look at in a sentence or two.
            told.extend(failing.copied().filter(|c| {
                !outline.at(*c).label
                    && !total[*c].any()
                    && outline.at(*c).children.is_empty()
                    && orders(&outline.at(*c).nodes) > 0
            }));
        }
        if worked < 2 {
            continue;
        }
        let lettered = children
            .iter()
            .filter_map(|c| said(c).letter)
            .eq(('A'..='Z').take(children.iter().filter(|c| said(c).letter.is_some()).count()));
        told.extend(children.iter().copied().filter(|c| {
            let one_of_them = said(c).letter.is_some() && lettered
                || said(c).failure && worked * 2 >= children.len();
            unnamed(c)
                && one_of_them
                && total[*c].prose > 0
                && !total[*c].any()
                && outline.at(*c).children.is_empty()
        }));
    }
    told
}

/// On a shelf that says what it holds: the failures beside one that is worked, anything beside several that are.
fn shelved(outline: &Outline, total: &[Work], children: &[usize]) -> Vec<usize> {
    let said = |id: &usize| &outline.at(*id).said;
    let entry =
        |id: &usize| said(id).topic.is_none() && !said(id).alternative && !outline.at(*id).label;
    let entries: Vec<usize> = children.iter().copied().filter(entry).collect();
    let works = |c: &usize| {
        let told = said(c).failure && total[*c].bullets > 0;
        told || total[*c].any() || orders(&outline.at(*c).nodes) > 0
    };
    let worked = entries.iter().filter(|c| works(c)).count();
    let most = worked >= 2 && worked * 2 >= entries.len();
    entries
        .into_iter()
        .filter(|c| most || worked >= 1 && said(c).failure)
        .filter(|c| {
            let total = total[*c];
            total.prose + total.bullets + total.shown > 0 && !total.any()
        })
        .filter(|c| outline.at(*c).children.is_empty())
        .collect()
}

impl Planner<'_> {
    /// Where nothing else is a recovery, what is told of a failure under its own heading is one.
    pub(super) fn told_alone(&mut self, top: usize) {
        let children = self.outline.at(top).children.clone();
        for child in [top].into_iter().chain(children) {
            let said = self.said(child);
            if !said.failure || said.topic.is_some() {
                continue;
            }
            let subtree = self.outline.subtree(child);
            // "Workaround 1" below it, with what to click.
            let remedied = subtree.iter().skip(1).any(|id| {
                let below = self.said(*id);
                let remedy = below.is(Topic::Recovery) || below.alternative;
                remedy && orders(&self.outline.at(*id).nodes) > 0
            });
            if remedied || subtree.len() == 1 && orders(&self.outline.at(child).nodes) >= 2 {
                self.push(child, ScenarioKind::Recovery, subtree);
                if child == top {
                    return;
                }
            }
        }
    }
}

/// How many bullets say what to do about something: "API not ready: check the database".
pub(super) fn remedies(nodes: &[Node]) -> usize {
    nodes
        .iter()
        .filter(|node| match &node.kind {
            Kind::Item { text, .. } => {
                let plain = inline::plain(text);
                let remedy = plain.split_once([':', '：', '→']);
                remedy.is_some_and(|(_, rest)| lexicon::say(rest.trim()).imperative)
            }
            Kind::Heading { .. }
            | Kind::Paragraph { .. }
            | Kind::Fence(_)
            | Kind::Table { .. }
            | Kind::Rule => false,
        })
        .count()
}

/// How often the paragraphs tell somebody to do something: "Rotate the key, expire the copies."
fn orders(nodes: &[Node]) -> usize {
    nodes
        .iter()
        .filter_map(|node| match &node.kind {
            Kind::Paragraph { lines } => Some(inline::plain(&steps::join(lines))),
            Kind::Heading { .. }
            | Kind::Item { .. }
            | Kind::Fence(_)
            | Kind::Table { .. }
            | Kind::Rule => None,
        })
        .map(|text| {
            text.split(['.', ',', ';', '。', '，'])
                .filter(|part| lexicon::say(part).imperative)
                .count()
        })
        .sum()
}
