//! A backup schedule that cannot meet the RPO that the document states.

use super::page::Page;
use super::rule::{Report, Rule, Severity};
use super::times::span;
use crate::runbook::objectives;
use crate::runbook::{ObjectiveKind, Scenario, ScenarioKind};

pub(super) const RPO: Rule = Rule {
    name: "backup-misses-rpo",
    severity: Severity::Warning,
    finds: "backups taken less often than the stated RPO allows",
    why: "what was written since the last backup is gone, and it is more than anybody has agreed to lose",
};
pub(super) const RULES: &[&Rule] = &[&RPO];

/// Words of documents that keep more than their scheduled backups.
const CONTINUOUS: [&str; 10] = [
    "point-in-time",
    "pitr",
    "wal archiv",
    "wal-g",
    "barman",
    "pgbackrest",
    "continuous archiv",
    "binlog",
    "continuous backup",
    "log archiv",
];

/// Words with which a line says that something other than the schedule meets its RPO.
const OTHERWISE: [&str; 10] = [
    "replica",
    "replication",
    "streaming",
    "standby",
    "wal",
    "binlog",
    "point-in-time",
    "pitr",
    "oplog",
    "continuous",
];

pub(super) fn check(page: &Page<'_>, report: &mut Report<'_>) {
    let backups: Vec<(u64, &str, u32)> = page
        .runbook
        .schedule
        .iter()
        .filter_map(|cadence| {
            let seconds = interval(&cadence.cadence)?;
            is_backup(page, cadence.line, &cadence.text).then_some((
                seconds,
                cadence.text.trim(),
                cadence.line,
            ))
        })
        .collect();
    // What is kept by other means as well is not bound to the schedule.
    let continuous = page.prose().any(|(_, text)| {
        let lower = text.to_lowercase();
        CONTINUOUS.iter().any(|word| lower.contains(word))
    });
    let Some(&(seconds, what, line)) = backups
        .iter()
        .filter(|(_, what, _)| !is_partial(what))
        .max()
    else {
        return;
    };
    if continuous {
        return;
    }
    let mut stated: Vec<(u64, String, u32)> = Vec::new();
    for scenario in page.recoveries() {
        let Some(rpo) = scenario.rpo_seconds else {
            continue;
        };
        let said = line_of_rpo(page, scenario.line, scenario.end_line, rpo);
        // One that stands elsewhere is looked at where it stands; what restores nothing lives by no backup.
        if let Some((line, text)) = said
            && !is_otherwise(text)
            && (restores(scenario) || text.to_lowercase().contains("backup"))
        {
            stated.push((rpo, scenario.title.clone(), line));
        }
    }
    for objective in &page.runbook.objectives {
        if let (ObjectiveKind::Rpo, Some(rpo)) = (objective.kind, objective.seconds) {
            let text = page.line(objective.line);
            let about = shares_word(&objective.scope, what) || objective.scope == "all";
            if about
                && !is_otherwise(text)
                && !stated.iter().any(|(_, _, line)| *line == objective.line)
            {
                stated.push((rpo, objective.scope.clone(), objective.line));
            }
        }
    }
    for (rpo, scope, at) in stated
        .iter()
        .filter(|(rpo, _, _)| *rpo > 0 && seconds > *rpo)
    {
        report.add(
            &RPO,
            *at,
            format!(
                "\"{scope}\" may lose {}, and \"{what}\" (line {line}) is taken every {}",
                span(*rpo),
                span(seconds)
            ),
            "take backups at least as often, archive the log continuously, or state what may really be lost",
        );
    }
}

/// Whether a scenario falls back on a backup.
fn restores(scenario: &Scenario) -> bool {
    let says = |text: &str| {
        let lower = text.to_lowercase();
        lower.contains("from backup") || lower.contains("restore")
    };
    says(&scenario.title)
        || scenario
            .steps
            .iter()
            .any(|step| says(&step.title) || step.blocks.iter().any(|block| says(&block.text)))
}

fn is_otherwise(text: &str) -> bool {
    let lower = text.to_lowercase();
    OTHERWISE.iter().any(|word| lower.contains(word))
}

/// Backups of settings say nothing about data.
fn is_partial(what: &str) -> bool {
    let lower = what.to_lowercase();
    ["config", "manifest", "etcd", "secret", "cert", "state"]
        .iter()
        .any(|word| lower.contains(word))
}

/// A cadence of backups, not of drills that try them.
fn is_backup(page: &Page<'_>, line: u32, text: &str) -> bool {
    let lower = text.to_lowercase();
    let tries = [
        "test", "drill", "review", "verif", "rehears", "exercise", "audit", "check",
    ];
    if tries.iter().any(|word| lower.contains(word)) {
        return false;
    }
    let inside = page.runbook.scenarios.iter().any(|scenario| {
        scenario.kind == ScenarioKind::Backup && (scenario.line..=scenario.end_line).contains(&line)
    });
    inside
        || ["backup", "snapshot", "dump"]
            .iter()
            .any(|word| lower.contains(word))
}

/// Seconds between two: `daily`, `Every 6 hours`, `hourly`.
fn interval(cadence: &str) -> Option<u64> {
    let lower = cadence.to_lowercase();
    match lower.trim() {
        "hourly" | "every hour" => return Some(3600),
        "daily" | "every day" | "nightly" | "every night" => return Some(86_400),
        "weekly" | "every week" => return Some(7 * 86_400),
        "monthly" | "every month" => return Some(30 * 86_400),
        _ => {}
    }
    objectives::timeout_seconds(lower.strip_prefix("every")?.trim())
}

/// The line on which a scenario states its RPO.
fn line_of_rpo<'p>(page: &'p Page<'_>, from: u32, to: u32, rpo: u64) -> Option<(u32, &'p str)> {
    page.prose_within(from, to).find(|(_, text)| {
        let plain = text.replace(['*', '_', '`', '|'], " ");
        objectives::statement(plain.trim())
            .is_some_and(|(kind, seconds)| kind == ObjectiveKind::Rpo && seconds == rpo)
            || text.contains("RPO")
    })
}

fn shares_word(a: &str, b: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        text.to_lowercase()
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| word.len() > 3)
            .map(|word| word.trim_end_matches('s').to_owned())
            .collect()
    };
    let b = words(b);
    words(a)
        .iter()
        .any(|word| b.contains(word) && word != "backup")
}
