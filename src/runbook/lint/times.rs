//! An RTO that the scenario's own timeouts and sleeps do not leave room for.

use super::page::{Page, Shell};
use super::rule::{Report, Rule, Severity};
use super::{Settings, wait};
use crate::runbook::objectives;
use crate::runbook::shell::Call;
use crate::runbook::{Scenario, Step};
use std::collections::BTreeMap;

pub(super) const RTO: Rule = Rule {
    name: "rto-too-short",
    severity: Severity::Warning,
    finds: "an RTO shorter than the sum of the scenario's own timeouts and sleeps",
    why: "the objective was promised to somebody, and the runbook by itself cannot keep it",
};
pub(super) const RULES: &[&Rule] = &[&RTO];

pub(super) fn check(page: &Page<'_>, settings: &Settings, report: &mut Report<'_>) {
    for scenario in page.recoveries() {
        let Some(rto) = scenario.rto_seconds.or(settings.rto_seconds) else {
            continue;
        };
        let sum = longest(page, scenario);
        if sum > rto {
            report.add(
                &RTO,
                page.spot(scenario.line, &scenario.title),
                format!(
                    "the waits of \"{}\" may add up to {}, and its RTO is {}",
                    scenario.title,
                    span(sum),
                    span(rto)
                ),
                "shorten the timeouts, wait for several things at once, or state the RTO that can be kept",
            );
        }
    }
}

/// Everything that may be waited for, one after the other; of alternatives the longest.
fn longest(page: &Page<'_>, scenario: &Scenario) -> u64 {
    let mut straight = 0;
    let mut options: BTreeMap<&str, BTreeMap<&str, u64>> = BTreeMap::new();
    for step in &scenario.steps {
        let seconds = of_step(page, step);
        match &step.branch {
            Some(branch) => {
                let group = options.entry(&branch.group).or_default();
                *group.entry(&branch.option).or_default() += seconds;
            }
            None => straight += seconds,
        }
    }
    let chosen = options.values().filter_map(|group| group.values().max());
    straight + chosen.sum::<u64>()
}

fn of_step<'p>(page: &Page<'p>, step: &'p Step) -> u64 {
    page.texts_of(step)
        .filter(|shell| shell.block.is_some())
        .map(|shell| {
            let stated = shell
                .block
                .and_then(|block| block.attributes.timeout_seconds);
            stated.unwrap_or_else(|| waits(shell))
        })
        .sum()
}

fn waits(shell: &Shell<'_>) -> u64 {
    // How often a loop goes round is not known; each of its waits counts once.
    shell
        .calls
        .iter()
        .filter(|call| call.depth == 0)
        .filter_map(of_call)
        .sum()
}

fn of_call(call: &Call) -> Option<u64> {
    let first = call.words.first();
    match &*call.program {
        "sleep" => first.and_then(|word| wait::seconds(word)),
        "timeout" => first.and_then(|word| wait::seconds(word)),
        "kubectl" | "oc" | "helm" => call
            .value(&["--timeout"])
            .and_then(objectives::timeout_seconds),
        _ => None,
    }
}

pub(super) fn span(seconds: u64) -> String {
    let (hours, minutes, rest) = (seconds / 3600, seconds % 3600 / 60, seconds % 60);
    let parts = [(hours, "h"), (minutes, "min"), (rest, "s")];
    let said: Vec<String> = parts
        .iter()
        .filter(|(figure, _)| *figure > 0)
        .map(|(figure, unit)| format!("{figure} {unit}"))
        .collect();
    if said.is_empty() {
        "0 s".to_owned()
    } else {
        said.join(" ")
    }
}
