//! The topics found in a title, weighed against each other.

use super::{Found, Said, Topic, head, known, list, trouble};

/// What a title ends in says what it holds: thoughts, and nothing to do.
fn is_thought(tokens: &[&str], said: &Said) -> bool {
    let last = tokens.last().copied().unwrap_or_default();
    let before = tokens.iter().rev().nth(1).copied().unwrap_or_default();
    let rules = last == "rules" && matches!(before, "golden" | "ground" | "basic" | "general");
    let thought = rules
        || matches!(
            last,
            "principles" | "philosophy" | "concepts" | "considerations" | "terminology"
        );
    let second = tokens.get(1).copied().unwrap_or_default();
    let asked = match tokens.first().copied().unwrap_or_default() {
        "where" | "why" => true,
        "what" => matches!(
            second,
            "is" | "isn't"
                | "gets"
                | "still"
                | "lives"
                | "survives"
                | "we"
                | "this"
                | "the"
                | "each"
        ),
        "how" => matches!(second, "it" | "this" | "backups"),
        _ => false,
    };
    let left_out = tokens.first() == Some(&"what")
        && tokens
            .iter()
            .any(|t| matches!(*t, "not" | "isn't" | "doesn't"));
    left_out
        || (thought || asked && tokens.len() > 2)
            && !(said.imperative || said.failure || said.procedure)
        || list("原則|原则|원칙|概述|概要|概览|개요|背景|方針|简介|소개")
            .any(|end| said.name.ends_with(end))
}

/// What is sent to users, in the languages that are read.
fn is_message(token: &str) -> bool {
    ["notif", "уведомл", "оповещ", "сповіщ", "benachricht"]
        .iter()
        .any(|stem| token.starts_with(stem))
        || token == "báo"
}

/// "Read this first", "Status: untested", "Why the mirror is not encrypted", "Pending": said, and nothing to do.
pub(super) fn is_statement(lower: &str, tokens: &[&str]) -> bool {
    let why = tokens.first() == Some(&"why")
        && tokens
            .get(1)
            .is_some_and(|t| matches!(*t, "the" | "this" | "we" | "it" | "not" | "a" | "these"));
    let state = matches!(tokens, ["pending" | "implemented" | "todo" | "planned"]);
    let labelled = lower.starts_with("status:") || lower.starts_with("current status");
    let read = lower.starts_with("read this first") || lower.starts_with("read me first");
    let what =
        tokens.len() > 3 && tokens[0] == "what" && matches!(tokens[1], "the" | "this" | "we" | "a");
    why || what || state || labelled || read || lower.ends_with("already in place")
}

/// Nothing of it is done during an incident.
fn read_only(topic: Topic) -> bool {
    matches!(topic, Topic::Overview | Topic::Reference)
}

/// A word for steps, whatever they lead to.
pub(super) fn is_generic(token: &str) -> bool {
    matches!(
        token,
        "procedure"
            | "steps"
            | "action"
            | "actions"
            | "execution"
            | "instructions"
            | "ablauf"
            | "vorgehen"
    )
}

/// "From …", "Using …": what follows is a means.
fn is_source(tokens: &[&str]) -> bool {
    matches!(
        tokens.first().copied().unwrap_or_default(),
        "from" | "using" | "via" | "aus" | "vom" | "depuis" | "desde" | "из" | "từ"
    )
}

/// Weighs the topics that were found.
pub(super) fn decide(said: &mut Said, found: &Found, tokens: &[&str]) {
    let has = |topic: Topic| found.topics.contains(&topic);
    let topic = found.topics.iter().min().copied();
    let Some(mut topic) = topic else {
        if is_thought(tokens, said) {
            said.topic = Some(Topic::Overview);
            said.whole = true;
        }
        return;
    };
    // "Was tun, wenn …": the rest stands below.
    if topic == Topic::Recovery && (said.name.ends_with('…') || said.name.ends_with("...")) {
        topic = Topic::Scenarios;
    }
    if has(Topic::Scenarios) {
        // "Backup Procedures" is about backups; "Incident Response Procedures" holds incidents.
        if topic >= Topic::Detection || topic == Topic::Severity && has(Topic::Recovery) {
            topic = Topic::Scenarios;
        }
    }
    // "2. Investigate issues with the service" is done, and holds nothing.
    if topic == Topic::Scenarios && said.imperative && said.ordinal.is_some() {
        topic = Topic::Diagnosis;
    }
    if topic >= Topic::Detection && found.strong.contains(&Topic::Reference) {
        topic = Topic::Reference;
    }
    // "Backup Procedure": the steps of a backup.
    let recovers = found
        .covered
        .iter()
        .zip(&found.covered_by)
        .any(|(i, by)| *by == Topic::Recovery && !is_generic(tokens[*i]))
        || found.wide_topics.contains(&Topic::Recovery);
    let restores = recovers || said.procedure;
    if topic == Topic::Backup && !restores && is_source(tokens) {
        // "From the nightly backup": where a restore takes its data from, one of several ways.
        said.alternative = true;
        return;
    }
    if topic == Topic::Backup
        && restores
        && !tokens.contains(&"rotation")
        && tokens.last() != Some(&"retention")
    {
        // "Backup Recovery", "Restore from Backup": a procedure, and no part of one.
        said.topic = has(Topic::Recovery).then_some(Topic::Recovery);
        return;
    }
    if topic >= Topic::Detection && is_thought(tokens, said) {
        // "Principles of incident response" are read beforehand.
        said.topic = Some(Topic::Overview);
        said.whole = true;
        return;
    }
    // "Deploy procedure", "Installation steps": the steps of something else.
    let other = [Topic::Reference, Topic::Overview]
        .into_iter()
        .find(|t| has(*t));
    if topic == Topic::Recovery
        && let Some(other) = other
        && found
            .covered
            .iter()
            .zip(&found.covered_by)
            .filter(|(_, by)| **by == Topic::Recovery)
            .all(|(i, _)| is_generic(tokens[*i]))
        && !found.wide_topics.contains(&Topic::Recovery)
    {
        topic = other;
    }
    // 测试连接 is to test something; 恢复测试 is a rehearsal.
    let tried = ["测试", "測試"]
        .iter()
        .any(|verb| said.name.starts_with(verb));
    if topic == Topic::Drill && tried && !(has(Topic::Recovery) || has(Topic::Backup)) {
        let rehearsed = ["演", "计划", "環境", "环境", "流程"];
        if said.name.chars().count() > 2 && !rehearsed.iter().any(|w| said.name.contains(w)) {
            topic = Topic::Verification;
        }
    }
    if topic == Topic::Verification && has(Topic::Backup) {
        topic = Topic::Backup;
    }
    if topic == Topic::Schedule && has(Topic::Backup) {
        topic = Topic::Backup;
    }
    let covered = |i: &usize| found.covered.contains(i);
    let latin_left = (0..tokens.len())
        .filter(|i| !covered(i))
        .filter(|i| !known().fillers.contains(tokens[*i]))
        .filter(|i| !tokens[*i].chars().all(|c| c.is_ascii_digit()))
        .filter(|i| !found.wide_seen || tokens[*i].is_ascii())
        .count();
    said.whole = latin_left == 0 && found.wide_left == 0;
    let weak = match topic {
        Topic::Reference | Topic::Overview | Topic::Prevention | Topic::Schedule => {
            !found.strong.contains(&topic) && !found.wide_topics.contains(&topic)
        }
        Topic::Drill => tokens.first() == Some(&"test") && !found.strong.contains(&topic),
        Topic::Contents
        | Topic::Objectives
        | Topic::PostIncident
        | Topic::Contacts
        | Topic::Communication
        | Topic::Severity
        | Topic::Prerequisites
        | Topic::Rollback
        | Topic::Verification
        | Topic::Backup
        | Topic::Detection
        | Topic::Impact
        | Topic::Diagnosis
        | Topic::Recovery
        | Topic::Checklist
        | Topic::Scenarios => false,
    };
    // "Configuração inicial no VPS": the head noun holds, whatever it is about.
    let headed = || {
        let by = || found.covered.iter().zip(&found.covered_by);
        head::heads(tokens)
            .into_iter()
            .flatten()
            .any(|at| by().any(|(i, t)| *i == at && read_only(*t)))
    };
    let spoken =
        said.failure || said.procedure || said.scenario_word || said.imperative || said.urgent;
    if weak && !said.whole {
        let holds = read_only(topic) && !spoken && headed();
        if !holds {
            return;
        }
    }
    // "Check logs" is something to do.
    let looks = tokens.len() > 1
        && matches!(
            tokens[0],
            "check"
                | "view"
                | "get"
                | "read"
                | "collect"
                | "inspect"
                | "show"
                | "tail"
                | "examine"
                | "gather"
                | "analyze"
                | "review"
        );
    if looks && matches!(topic, Topic::Reference | Topic::Overview) {
        return;
    }
    // "Notifications not sending", "Push notification recovery": what is told is no message.
    let last_told = tokens
        .last()
        .is_some_and(|t| t.starts_with("notification") || t.starts_with("communication"));
    let of_messages = said.failure || has(Topic::Recovery);
    if topic == Topic::Communication && of_messages && !said.whole && !last_told {
        let told = tokens.iter().any(|t| is_message(t));
        if told {
            said.topic = (has(Topic::Recovery) && !said.failure).then_some(Topic::Recovery);
            return;
        }
    }
    let troubled = has(Topic::Scenarios) && said.urgent
        || said.failure && trouble::is_negated(&said.name.to_lowercase());
    if topic == Topic::Communication && troubled && tokens.iter().any(|t| is_message(t)) {
        said.topic = None;
        said.whole = false;
        said.failure = true;
        return;
    }
    // A thing that is broken is a situation, whatever else its name holds.
    let named_failure = said.failure
        && !said.whole
        && !matches!(
            topic,
            Topic::Drill
                | Topic::PostIncident
                | Topic::Scenarios
                | Topic::Contents
                | Topic::Objectives
                | Topic::Communication
                | Topic::Severity
                | Topic::Detection
                | Topic::Contacts
                | Topic::Prevention
        );
    if named_failure || said.scenario_word && !said.whole && !matches!(topic, Topic::Drill) {
        said.topic = None;
        said.whole = false;
        return;
    }
    said.topic = Some(topic);
}
