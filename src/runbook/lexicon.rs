//! What a title says: which topic a section has, whether it names a failure, a step, an alternative.
//!
//! Words of eleven languages, as data in `lexicon/words.rs`. Where no word is known the answer is
//! "nothing said", and the structure of the document decides. It must not know sections.

mod dated;
mod han;
mod head;
mod judge;
mod known;
mod lead;
mod trouble;
mod words;

use dated::{ends_in_date, is_dated};
use judge::decide;
use known::{commas, key, known};
use lead::lead;

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;

/// What a section is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Topic {
    Contents,
    Objectives,
    PostIncident,
    Schedule,
    Drill,
    Contacts,
    Communication,
    Severity,
    Prerequisites,
    Rollback,
    Verification,
    Backup,
    Detection,
    Impact,
    Diagnosis,
    Recovery,
    Checklist,
    Prevention,
    /// A plural that holds scenarios: "Failure Scenarios", "Common Issues".
    Scenarios,
    /// Commands to look up, links, glossaries, appendices.
    Reference,
    /// Purpose, scope, architecture, setup: nothing to do during an incident.
    Overview,
}

/// Everything a title says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub topic: Option<Topic>,
    /// The title says nothing beside its topic: "Recovery Steps", not "Redis Recovery".
    pub whole: bool,
    /// It names something that is broken.
    pub failure: bool,
    /// It names a procedure: "Failover", "Restore from Backup".
    pub procedure: bool,
    /// Its leading number: `3. …`, `Step 3: …`, `3.2 …` (the last part).
    pub ordinal: Option<u32>,
    /// Its leading letter: `B. …`.
    pub letter: Option<char>,
    /// `Step 3`, `Phase 2`.
    pub step_word: bool,
    /// `Scenario A`, `Case 2`, `Runbook: …`, `Alert: …`.
    pub scenario_word: bool,
    /// It opens with a verb that tells somebody to do something.
    pub imperative: bool,
    /// `Option 1`, `If …`, `Otherwise`, "by the portal": one of several ways.
    pub alternative: bool,
    /// It speaks of an emergency, an incident, a problem: what stands there is meant for one.
    pub urgent: bool,
    /// Its head noun is a thought: "Failover architecture".
    pub described: bool,
    /// The title without its number or step word.
    pub name: String,
}

impl Said {
    pub(super) fn is(&self, topic: Topic) -> bool {
        self.topic == Some(topic)
    }

    /// One of the parts that a single scenario is made of.
    pub(super) fn is_part(&self) -> bool {
        matches!(
            self.topic,
            Some(
                Topic::Detection
                    | Topic::Impact
                    | Topic::Diagnosis
                    | Topic::Recovery
                    | Topic::Verification
                    | Topic::Rollback
                    | Topic::Prerequisites
            )
        )
    }

    /// Such a part and nothing else.
    pub(super) fn is_whole_part(&self) -> bool {
        self.whole && self.is_part()
    }
}

/// Reads no more of a plain title than its number, its lead word and its name.
pub(super) fn open(title: &str) -> Said {
    let title = title.trim().trim_end_matches([':', '：']).trim();
    let mut said = Said::default();
    let rest = lead(title, &mut said);
    rest.trim().clone_into(&mut said.name);
    if said.name.is_empty() {
        title.clone_into(&mut said.name);
    }
    said
}

/// So many titles are remembered; a document's own words for its parts stand in it hundreds of times.
const REMEMBERED: usize = 128;

thread_local! {
    static SAID: RefCell<HashMap<String, Said>> = RefCell::default();
}

/// Reads a plain title.
pub(super) fn say(title: &str) -> Said {
    if let Some(said) = SAID.with_borrow(|known| known.get(title).cloned()) {
        return said;
    }
    let said = read(title);
    SAID.with_borrow_mut(|known| {
        if known.len() < REMEMBERED && title.len() <= 64 {
            known.insert(title.to_owned(), said.clone());
        }
    });
    said
}

fn read(title: &str) -> Said {
    let mut said = open(title);
    let humps = humps(&said.name);
    // `TempoCompactionsFailing` is what an alert is called.
    said.scenario_word |= humps.len() >= 3;
    let lower = match humps.len() {
        0 => said.name.to_lowercase(),
        _ => humps.join(" ").to_lowercase(),
    };
    let lower = han::fold(&lower);
    let unbracketed = without_brackets(&lower);
    let unbracketed = without_tail(&unbracketed);
    let topical = tokens(unbracketed);
    let mut tokens = Cow::from(&topical);
    if unbracketed.len() < lower.len() {
        tokens = Cow::from(self::tokens(&lower));
    }
    let mut found = Found::default();
    latin(&topical, &mut found);
    wide(unbracketed, &mut found);
    let first = tokens.first().copied().unwrap_or_default();
    said.imperative = known().verbs.contains(first)
        || first
            .strip_prefix("re")
            .is_some_and(|v| v.len() > 2 && known().verbs.contains(v))
        || known().wide_verbs.opens(unbracketed)
        || lower
            .split(' ')
            .next_back()
            .is_some_and(|last| known().last_verbs.contains(last));
    // "Restore: Redis" is a label.
    let labelled = lower
        .strip_prefix(first)
        .is_some_and(|rest| rest.starts_with([':', '：']) && !first.is_empty());
    said.imperative &= !labelled;
    said.alternative = said.alternative || is_alternative(&lower, first);
    said.failure = trouble::is_failure(&tokens, &lower);
    said.urgent = trouble::is_urgent(&tokens, &lower);
    said.procedure = topical
        .iter()
        .any(|t| known().procedures.contains(t) || t.ends_with("wiederherstellung"))
        || known().wide_procedures.any(unbracketed);
    said.described = head::is_thought(&topical, unbracketed, &lower);
    said.alternative |= head::is_by_means(&topical);
    decide(&mut said, &found, &topical);
    if !said.scenario_word && judge::is_statement(&lower, &topical) {
        said.topic = Some(Topic::Overview);
        said.whole = true;
        (said.failure, said.imperative, said.procedure) = (false, false, false);
        (said.urgent, said.step_word) = (false, false);
    }
    // "Scenario B - volume lost (as on 2026-05-08)" may come again.
    let once = title
        .get(..8)
        .is_some_and(|t| t.eq_ignore_ascii_case("incident"));
    let past = is_dated(&lower) || (once || !said.scenario_word) && ends_in_date(&lower);
    if said.topic != Some(Topic::PostIncident) && past {
        said.topic = Some(Topic::PostIncident);
        said.whole = true;
    }
    said.alternative |= !topical.is_empty() && topical.iter().all(|t| known().places.contains(t));
    if said.ordinal.is_none() && is_script_name(&lower) {
        said.topic = Some(Topic::Reference);
        said.whole = true;
    }
    // "Contact information", "Schedule", "Post-mortem" open with a verb's letters only.
    let nouns = matches!(
        said.topic,
        Some(
            Topic::Contents
                | Topic::Objectives
                | Topic::PostIncident
                | Topic::Schedule
                | Topic::Drill
                | Topic::Contacts
                | Topic::Communication
                | Topic::Severity
                | Topic::Reference
                | Topic::Overview
        )
    );
    if nouns && (said.whole || first == "post") || first == "post" && said.topic.is_some() {
        said.imperative = false;
    }
    said
}

/// The words of a title that is one word with humps: `KeycloakDown`; none for any other.
fn humps(name: &str) -> Vec<&str> {
    let plain = name.len() >= 8 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if !plain || !name.starts_with(|c: char| c.is_ascii_uppercase()) {
        return Vec::new();
    }
    let bytes = name.as_bytes();
    let starts: Vec<usize> = (0..bytes.len())
        .filter(|i| {
            let next_lower = bytes.get(i + 1).is_some_and(u8::is_ascii_lowercase);
            let after_lower = *i > 0 && bytes[i - 1].is_ascii_lowercase();
            bytes[*i].is_ascii_uppercase() && (*i == 0 || next_lower || after_lower)
        })
        .collect();
    if starts.len() < 2 || name.contains('_') {
        return Vec::new();
    }
    let ends = starts.iter().skip(1).copied().chain([name.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(from, to)| &name[*from..to])
        .collect()
}

/// A title that says there are steps, and nothing of what they do.
pub(super) fn is_generic(name: &str) -> bool {
    judge::is_generic(name.trim().to_lowercase().as_str())
}

/// A title that is the name of a script: what follows is its text.
fn is_script_name(lower: &str) -> bool {
    lower
        .trim_matches('`')
        .rsplit_once('.')
        .is_some_and(|(stem, ending)| {
            matches!(
                ending,
                "sh" | "bash" | "py" | "ps1" | "rb" | "js" | "ts" | "pl"
            ) && !stem.is_empty()
                && stem
                    .chars()
                    .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '/' | '.'))
        })
}

/// "Restore — drill pending" is about restoring; what stands behind a dash is a remark.
fn without_tail(lower: &str) -> &str {
    for dash in [" — ", " – ", " -- "] {
        if let Some((head, _)) = lower.split_once(dash)
            && head.split_whitespace().count() <= 3
            && !head.trim().is_empty()
        {
            return head;
        }
    }
    lower
}

/// "Immediate Actions (0-15 min)" says no more than "Immediate Actions".
fn without_brackets(lower: &str) -> Cow<'_, str> {
    if !lower.contains(['(', '（', ')', '）']) {
        return Cow::from(lower);
    }
    let mut out = String::new();
    let mut depth = 0_usize;
    for c in lower.chars() {
        match c {
            '(' | '（' => depth += 1,
            ')' | '）' => depth = depth.saturating_sub(1),
            _ if depth == 0 => out.push(c),
            _ => {}
        }
    }
    if out.trim().is_empty() {
        Cow::from(lower)
    } else {
        Cow::from(out)
    }
}

#[derive(Default)]
struct Found {
    topics: Vec<Topic>,
    /// Those that hold even where the title says more.
    strong: Vec<Topic>,
    /// Tokens that a topic's words cover, and whose they are.
    covered: Vec<usize>,
    covered_by: Vec<Topic>,
    /// Characters of scripts without spaces that are covered.
    wide_left: usize,
    wide_seen: bool,
    wide_topics: Vec<Topic>,
}

fn tokens(lower: &str) -> Vec<&str> {
    lower
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '_')))
        .map(|t| {
            // "d'escalade", "l'accès".
            t.strip_prefix("d'")
                .or_else(|| t.strip_prefix("l'"))
                .unwrap_or(t)
        })
        .filter(|t| !t.is_empty())
        .collect()
}

/// The entries of a short list in the code: words between bars, spaces kept.
pub(super) fn list(text: &'static str) -> impl Iterator<Item = &'static str> + Clone {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let bar = memchr::memchr(b'|', text.as_bytes());
        rest = bar.map(|at| &text[at + 1..]);
        Some(&text[..bar.unwrap_or(text.len())])
    })
}

fn latin(tokens: &[&str], found: &mut Found) {
    let mut matches: Vec<(Topic, usize, usize, bool)> = Vec::new();
    for (i, token) in tokens.iter().enumerate().take(40) {
        for pattern in known().patterns.get(&key(token)).into_iter().flatten() {
            let words = &pattern.words;
            let fit = words
                .iter()
                .enumerate()
                .all(|(k, word)| tokens.get(i + k).is_some_and(|t| word.fits(t)));
            if fit {
                matches.push((pattern.topic, i, i + words.len(), pattern.strong));
            }
        }
    }
    for (topic, start, end, strong) in &matches {
        let within_longer = matches
            .iter()
            .any(|(_, s, e, _)| s <= start && e >= end && e - s > end - start);
        if !within_longer {
            found.topics.push(*topic);
            found.covered.extend(*start..*end);
            found.covered_by.extend((*start..*end).map(|_| *topic));
            if *strong {
                found.strong.push(*topic);
            }
        }
    }
}

fn wide(lower: &str, found: &mut Found) {
    let is_wide =
        |c: &char| matches!(u32::from(*c), 0x2E80..=0x9FFF | 0xAC00..=0xD7AF | 0xF900..=0xFAFF);
    if !lower.chars().take(200).any(|c| is_wide(&c)) {
        return;
    }
    found.wide_seen = true;
    let mut left = lower.to_owned();
    let matches: Vec<&(Topic, String)> = known()
        .wide
        .iter()
        .filter(|(_, pattern)| lower.contains(pattern.as_str()))
        .collect();
    for (topic, pattern) in &matches {
        // 诊断工具 is about tools.
        let within_longer = matches
            .iter()
            .any(|(_, other)| other.len() > pattern.len() && other.contains(pattern.as_str()));
        if !within_longer {
            found.topics.push(*topic);
            found.wide_topics.push(*topic);
        }
        left = left.replace(pattern.as_str(), " ");
    }
    for filler in &known().wide_fillers.0 {
        left = left.replace(filler.as_str(), " ");
    }
    found.wide_left = left.chars().filter(|c| c.is_alphanumeric()).count();
}

/// "If nothing works", "Se precisar": what comes next to something else.
pub(super) fn is_condition(name: &str) -> bool {
    let lower = name.to_lowercase();
    is_alternative(&lower, tokens(&lower).first().copied().unwrap_or_default())
}

fn is_alternative(lower: &str, first: &str) -> bool {
    matches!(
        first,
        "if" | "otherwise"
            | "alternatively"
            | "alternate"
            | "fallback"
            | "alternative"
            | "else"
            | "unless"
            | "wenn"
            | "falls"
            | "si"
            | "se"
            | "nếu"
            | "если"
            | "sinon"
            | "ansonsten"
            | "иначе"
    ) || !lower.is_ascii() && commas(words::WIDE_IF).any(|w| lower.starts_with(w))
        || lower.starts_with("when ") && !lower.starts_with("when to ")
}

#[cfg(test)]
mod tests;
