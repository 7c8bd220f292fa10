//! What a scenario has to say of itself: how bad, how long, how one knows, how one knows that it is over.
//!
//! Where a document never says such a thing of any scenario it is one finding, not one for each.

use super::page::{Page, Spot};
use super::rule::{Report, Rule, Severity};
use super::steps::verifies;
use crate::runbook::lexicon::Topic;
use crate::runbook::{Objective, ObjectiveKind, Phase, Risk, Scenario, Step, lexicon};

pub(super) const SEVERITY: Rule = Rule {
    name: "no-severity",
    severity: Severity::Warning,
    finds: "a scenario without a severity",
    why: "whom to wake, and how fast, is decided by whoever is most tired",
};
pub(super) const RTO: Rule = Rule {
    name: "no-rto",
    severity: Severity::Warning,
    finds: "a scenario without a recovery time objective",
    why: "nobody can say whether there is still time to try the gentle way first",
};
pub(super) const DETECTION: Rule = Rule {
    name: "no-detection",
    severity: Severity::Warning,
    finds: "a scenario that does not say by what one knows it",
    why: "the right procedure is not found, or the wrong one is run",
};
pub(super) const VERIFICATION: Rule = Rule {
    name: "no-verification",
    severity: Severity::Warning,
    finds: "a scenario that changes something and never looks whether it helped",
    why: "the incident is closed on a hope, and comes back an hour later",
};
pub(super) const CONTACT: Rule = Rule {
    name: "contact-unfilled",
    severity: Severity::Warning,
    finds: "a contact with a stand-in for its number",
    why: "there is nobody to call",
};
pub(super) const RULES: &[&Rule] = &[&SEVERITY, &RTO, &DETECTION, &VERIFICATION, &CONTACT];

pub(super) fn check(page: &Page<'_>, report: &mut Report<'_>) {
    let scenarios: Vec<&Scenario> = page
        .recoveries()
        .filter(|scenario| acts(scenario))
        .collect();
    each(
        page,
        report,
        &SEVERITY,
        &scenarios,
        |scenario| scenario.severity.is_some(),
        "severity",
        "add a line such as `**Severity:** P1` below the heading, or `severity:` to the front matter",
    );
    each(
        page,
        report,
        &RTO,
        &scenarios,
        |scenario| scenario.rto_seconds.is_some(),
        "RTO",
        "add a line such as `**RTO:** 15 minutes`, or `rto:` to the front matter",
    );
    let situations: Vec<&Scenario> = scenarios
        .iter()
        .copied()
        .filter(|scenario| is_situation(scenario))
        .collect();
    each(
        page,
        report,
        &DETECTION,
        &situations,
        |scenario| is_detected(page, scenario),
        "detection",
        "add a section or label \"Symptoms\" or \"Detection\" with what alerts, dashboards and people show",
    );
    for scenario in &scenarios {
        if !is_verified(page, scenario) && !super::steps::is_unverified(page, scenario) {
            // One command is a remedy rather than a procedure.
            let runs = |step: &&Step| step.blocks.iter().any(crate::runbook::Block::is_runnable);
            let severity = if scenario.steps.iter().filter(runs).count() > 1 {
                Severity::Warning
            } else {
                Severity::Note
            };
            report.add_as(
                &VERIFICATION,
                severity,
                scenario.line,
                format!("\"{}\" changes something, and nothing looks afterwards", scenario.title),
                "end with a step that shows that users are served again, and what to do when they are not",
            );
        }
    }
    for contact in page
        .runbook
        .contacts
        .iter()
        .filter(|contact| contact.value.is_none() && is_name(&contact.name))
    {
        report.add(
            &CONTACT,
            contact.line,
            format!("`{}` has no number, address or channel", contact.name),
            "write how they are reached at night, or link the rota",
        );
    }
}

/// A person's, team's or service's name; a sentence is none.
fn is_name(name: &str) -> bool {
    name.chars().count() <= 40 && name.starts_with(char::is_alphanumeric)
}

/// Something is run or changed in it: lists of things to know need no severity.
fn acts(scenario: &Scenario) -> bool {
    scenario
        .steps
        .iter()
        .flat_map(|step| &step.blocks)
        .any(crate::runbook::Block::is_runnable)
}

fn each(
    page: &Page<'_>,
    report: &mut Report<'_>,
    rule: &'static Rule,
    scenarios: &[&Scenario],
    has: impl Fn(&Scenario) -> bool,
    what: &str,
    fix: &str,
) {
    let without: Vec<&&Scenario> = scenarios.iter().filter(|scenario| !has(scenario)).collect();
    if without.len() > 1 && without.len() == scenarios.len() {
        let of_classes = |objective: &Objective| objective.kind == ObjectiveKind::Rto;
        let by_class = rule.name == RTO.name && page.runbook.objectives.iter().any(of_classes);
        let beside = if by_class {
            "; those of whole classes are stated, and no scenario names its class"
        } else {
            ""
        };
        let count = without.len();
        report.add_as(
            rule,
            Severity::Note,
            Spot::from(1),
            format!("none of the {count} scenarios here states its {what}{beside}"),
            fix,
        );
        return;
    }
    for scenario in without {
        // A single one in its file may be described where the alert is.
        let severity = if scenarios.len() == 1 {
            Severity::Note
        } else {
            rule.severity
        };
        report.add_as(
            rule,
            severity,
            page.spot(scenario.line, &scenario.title),
            format!("\"{}\" states no {what}", scenario.title),
            fix,
        );
    }
}

/// Words of failures, which one has to recognise; a procedure ("Restore …", "Adding a Node") is chosen.
const FAILS: &str = "failure|failing|failed|outage|down|unavailable|loss|lost|exhaust|corrupt|crash|degrad|breach|attack|\
    disk full|is full|stuck|not ready|unreachable|timeout|out of memory|oom|leak|split|lag|high |error|panne|défaillance|ausfall|caída|\
    fallo|falha|отказ|сбой|sự cố|故障|障害|宕机|中断|장애";

fn is_situation(scenario: &Scenario) -> bool {
    let title = scenario.title.to_lowercase();
    let says = |words: &'static str| lexicon::list(words).any(|word| title.contains(word));
    let acts = [
        "restore",
        "recover",
        "fail over",
        "failover",
        "roll back",
        "rollback",
        "how to",
        "switch",
        "handle",
        "handling",
    ];
    says(FAILS) && !acts.iter().any(|word| title.starts_with(word))
}

fn is_detected(page: &Page<'_>, scenario: &Scenario) -> bool {
    let diagnosed = scenario
        .steps
        .iter()
        .any(|step| step.phase == Phase::Diagnosis);
    let said = scenario.prose.iter().any(|line| {
        let lower = line.text.to_lowercase();
        [
            "when ",
            "if ",
            "symptom",
            "alert",
            "fires",
            "triggered",
            "happens",
            "occurs",
        ]
        .iter()
        .any(|word| lower.contains(word))
    });
    let headed = heads(page, scenario, Topic::Detection);
    !scenario.detection.is_empty() || !scenario.components.is_empty() || diagnosed || said || headed
}

/// Whether a heading inside a scenario is about something.
fn heads(page: &Page<'_>, scenario: &Scenario, topic: Topic) -> bool {
    page.prose_within(scenario.line, scenario.end_line)
        .any(|(number, text)| {
            page.heading(number, text).is_some()
                && lexicon::say(text.trim_start_matches('#')).is(topic)
        })
}

fn is_verified(page: &Page<'_>, scenario: &Scenario) -> bool {
    let changes = |step: &crate::runbook::Step| {
        step.blocks
            .iter()
            .any(|block| block.is_runnable() && block.risk > Risk::Unknown)
    };
    let Some(first) = scenario.steps.iter().position(changes) else {
        return true;
    };
    let last = scenario.steps.iter().rposition(changes).unwrap_or(first);
    let headed = heads(page, scenario, Topic::Verification);
    if headed || scenario.steps[first + 1..].iter().any(verifies) {
        return true;
    }
    if scenario
        .steps
        .iter()
        .any(|step| step.phase == Phase::Verification || verifies(step) && step.manual)
    {
        return true;
    }
    super::steps::looks_after(page, scenario, last)
}
