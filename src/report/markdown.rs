//! The report as Markdown: readable as text, and nothing in a value is markup.

use super::text::{count, fence, inline, language, seconds};
use super::{Attained, Component, Report, Run, Scenario, Status, Step, When};
use crate::health::Verdict;
use crate::health::words::phrase;
use crate::incident::clocks::span;
use crate::incident::state::Standing;
use jiff::Timestamp;
use std::fmt::Write as _;

/// Writing into a string cannot fail.
macro_rules! put {
    ($to:expr, $($arg:tt)*) => {
        _ = writeln!($to, $($arg)*)
    };
}

pub(super) fn write(report: &Report) -> String {
    let mut to = String::new();
    put!(to, "# {}: {}\n", report.id, inline(&report.title));
    if report.drill {
        put!(to, "> **This was a drill.**\n");
    }
    head(&mut to, report);
    times(&mut to, report);
    objectives(&mut to, report);
    impact(&mut to, report);
    put!(to, "## Steps\n");
    if report.scenarios.is_empty() {
        put!(to, "No scenario was selected.\n");
    }
    for scenario in &report.scenarios {
        steps(&mut to, scenario);
    }
    notes(&mut to, report);
    timeline(&mut to, report);
    unknown(&mut to, report);
    for heading in ["Root cause", "Lessons", "Actions"] {
        put!(to, "## {heading}\n");
    }
    let end = to.trim_end().len();
    to.truncate(end);
    to.push('\n');
    to
}

fn head(to: &mut String, report: &Report) {
    put!(to, "## Summary\n");
    for sentence in &report.summary {
        put!(to, "{}", inline(sentence));
    }
    put!(to, "");
    let mut item = |name: &str, value: &str| {
        if !value.is_empty() {
            put!(to, "- **{name}:** {value}");
        }
    };
    item(
        "Status",
        match report.status {
            Status::Open => "open",
            Status::Closed => "closed",
        },
    );
    let severity = report.severity.as_deref().unwrap_or("not stated");
    item("Severity", &inline(severity));
    for scenario in &report.scenarios {
        item(
            "Scenario",
            &format!(
                "{} (from {}; {})",
                inline(&scenario.title),
                inline(&scenario.source),
                inline(&scenario.reason)
            ),
        );
    }
    item("Target", &inline(&report.targets.join(", ")));
    item("Responders", &inline(&report.people.join(", ")));
    item(
        "Resolution",
        &inline(report.resolution.as_deref().unwrap_or_default()),
    );
    put!(to, "");
}

fn sentence_case(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

fn times(to: &mut String, report: &Report) {
    put!(to, "## Times\n");
    put!(to, "| moment | UTC | {} |", inline(&report.zone));
    put!(to, "|---|---|---|");
    for time in &report.times {
        match (&time.at, &time.absent) {
            (Some(at), _) => put!(
                to,
                "| {} | {} | {} |",
                time.moment.word(),
                exact(at.utc),
                inline(&at.local)
            ),
            (None, absent) => put!(
                to,
                "| {} | not known | {} |",
                time.moment.word(),
                inline(absent.as_deref().unwrap_or_default())
            ),
        }
    }
    put!(to, "\n| duration | | formula | operands |");
    put!(to, "|---|---|---|---|");
    for duration in &report.durations {
        let value = duration.seconds.map_or_else(
            || {
                format!(
                    "not known: {}",
                    inline(duration.absent.as_deref().unwrap_or_default())
                )
            },
            seconds,
        );
        let operands = duration
            .to
            .zip(duration.from)
            .map_or(String::new(), |(to, from)| {
                format!("{} − {}", exact(to), exact(from))
            });
        put!(
            to,
            "| {} | {value} | {} | {operands} |",
            inline(&duration.name),
            inline(&duration.formula)
        );
    }
    put!(to, "");
}

fn exact(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S%.3f").to_string()
}

fn objectives(to: &mut String, report: &Report) {
    put!(to, "## Objectives\n");
    put!(to, "| | objective | attained | |");
    put!(to, "|---|---|---|---|");
    for (name, attained) in [("RTO", &report.rto), ("RPO", &report.rpo)] {
        let objective = attained
            .objective_seconds
            .map_or_else(|| "not stated".into(), whole);
        let figure = attained.seconds.map_or_else(|| "not known".into(), seconds);
        let met = match attained.met {
            Some(true) => "met",
            Some(false) => "**missed**",
            None => "",
        };
        put!(to, "| {name} | {objective} | {figure} | {met} |");
    }
    put!(to, "");
    for (name, attained) in [("RTO", &report.rto), ("RPO", &report.rpo)] {
        evidence(to, name, attained);
    }
    put!(to, "");
}

fn whole(objective: u64) -> String {
    span(objective.saturating_mul(1000))
}

fn evidence(to: &mut String, name: &str, attained: &Attained) {
    for words in &attained.evidence {
        put!(to, "- {name}: {}", inline(words));
    }
}

fn impact(to: &mut String, report: &Report) {
    put!(to, "## Impact\n");
    let (hit, spared): (Vec<&Component>, Vec<&Component>) = report
        .components
        .iter()
        .partition(|component| component.worst != Verdict::Up || component.history.len() > 1);
    if report.components.is_empty() {
        put!(to, "No component was watched.\n");
        return;
    }
    put!(to, "| component | worst | down | degraded | at the end |");
    put!(to, "|---|---|---|---|---|");
    let lasted = |ms: i64| u64::try_from(ms).map_or_else(|_| String::new(), span);
    for component in &report.components {
        put!(
            to,
            "| {} | {} | {} | {} | {} |",
            inline(&component.name),
            component.worst.word(),
            lasted(component.down_ms),
            lasted(component.degraded_ms),
            component.last.word()
        );
    }
    put!(to, "");
    for component in hit {
        put!(to, "### {}\n", inline(&component.name));
        for flip in &component.history {
            let from = flip
                .from
                .map_or(String::new(), |from| format!("{} → ", from.word()));
            let numbers: Vec<String> = flip
                .numbers
                .iter()
                .map(|number| inline(&phrase(&number.name, number.value)))
                .collect();
            let numbers = if numbers.is_empty() {
                String::new()
            } else {
                format!(" ({})", numbers.join(", "))
            };
            put!(
                to,
                "- {} {from}{}: {}{numbers}",
                clock(&flip.at),
                flip.to.word(),
                inline(&flip.reason)
            );
        }
        put!(to, "");
        charts(to, report, component);
    }
    if !spared.is_empty() {
        let names: Vec<&str> = spared
            .iter()
            .map(|component| component.name.as_str())
            .collect();
        put!(to, "Up throughout: {}\n", inline(&names.join(", ")));
    }
}

fn charts(to: &mut String, report: &Report, component: &Component) {
    let charts = report.charts.iter();
    let lines: Vec<String> = charts
        .filter(|chart| chart.component == component.name)
        .flat_map(super::Chart::lines)
        .collect();
    if !lines.is_empty() {
        put!(
            to,
            "Kept figures (D detected, O opened, M mitigated, R resolved; a gap is a time without an answer):\n"
        );
        fence(to, "text", &lines.join("\n"));
    }
}

fn clock(at: &When) -> String {
    at.utc.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

fn steps(to: &mut String, scenario: &Scenario) {
    put!(to, "### {}\n", inline(&scenario.title));
    put!(
        to,
        "Selected by {} at {} UTC, from {}: {}\n",
        inline(&scenario.by),
        clock(&scenario.selected),
        inline(&scenario.source),
        inline(&scenario.reason)
    );
    for step in &scenario.steps {
        let condition = step.condition.as_ref().map_or(String::new(), |condition| {
            format!(" ({})", inline(condition))
        });
        put!(
            to,
            "#### {}. {}{condition}: {}\n",
            inline(&step.number),
            inline(&step.title),
            standing(step)
        );
        if let Some(chosen) = &step.chosen_instead {
            put!(to, "Not taken; chosen instead: {}\n", inline(chosen));
        }
        for patch in &step.patches {
            put!(
                to,
                "By hand, in {} (line {} of the runbook):\n",
                inline(&patch.place),
                patch.line
            );
            for change in &patch.changes {
                put!(to, "- {}", inline(change));
            }
            put!(to, "");
        }
        for by_hand in &step.by_hand {
            let words = by_hand
                .words
                .as_ref()
                .map_or(String::new(), |words| format!(": {}", inline(words)));
            put!(
                to,
                "- {} by {} at {} UTC{words}\n",
                sentence_case(by_hand.what),
                inline(&by_hand.by),
                clock(&by_hand.at)
            );
        }
        for run in &step.runs {
            run_of(to, run);
        }
    }
}

fn standing(step: &Step) -> &'static str {
    match step.standing {
        Standing::Open if step.runs.is_empty() => "not done",
        Standing::Open => "begun",
        Standing::Running | Standing::UnknownOutcome => super::build::NO_END,
        Standing::Done => "done",
        Standing::Failed => "failed",
        Standing::Skipped => "skipped",
        Standing::NotTaken => "not taken",
    }
}

fn run_of(to: &mut String, run: &Run) {
    put!(
        to,
        "Run {} by {} at {} UTC: **{}**{}\n",
        run.run,
        inline(&run.by),
        clock(&run.started),
        inline(&run.outcome),
        run.duration_ms
            .map_or(String::new(), |ms| format!(" after {}", span(ms)))
    );
    put!(
        to,
        "- {} **{}** ({})",
        run.risk.word(),
        inline(&run.target),
        inline(&run.target_evidence)
    );
    put!(to, "- confirmed: {}\n", inline(&run.confirmed));
    fence(to, &language(&run.interpreter), &run.command);
    if run.tail.is_empty() {
        if run.duration_ms.is_some() && run.output_bytes == 0 {
            put!(to, "No output.\n");
        }
    } else {
        put!(
            to,
            "End of its output ({}):\n",
            count(
                usize::try_from(run.output_bytes).unwrap_or(usize::MAX),
                "byte"
            )
        );
        fence(to, "text", &run.tail);
    }
    if let Some(hash) = &run.transcript_sha256 {
        put!(to, "Transcript SHA-256: {}\n", inline(hash));
    }
}

fn notes(to: &mut String, report: &Report) {
    put!(to, "## Notes and decisions\n");
    if report.notes.is_empty() {
        put!(to, "None.\n");
        return;
    }
    for note in &report.notes {
        let decision = if note.decision { " **decision**" } else { "" };
        let step = note
            .step
            .as_ref()
            .map_or(String::new(), |step| format!(" on step {}", inline(step)));
        let who = format!(
            "- {} UTC, {}{decision}{step}:",
            clock(&note.at),
            inline(&note.by)
        );
        if note.text.contains('\n') {
            put!(to, "{who}\n");
            fence(to, "text", &note.text);
        } else {
            put!(to, "{who} {}", inline(&note.text));
        }
    }
    put!(to, "");
}

fn timeline(to: &mut String, report: &Report) {
    put!(to, "## Timeline\n");
    put!(to, "| | UTC | {} | who | what |", inline(&report.zone));
    put!(to, "|---|---|---|---|---|");
    for row in &report.timeline {
        put!(
            to,
            "| {} | {} | {} | {} | {} |",
            row.seq,
            clock(&row.at),
            inline(&row.at.local),
            inline(&row.by),
            inline(&row.text)
        );
    }
    put!(to, "");
}

fn unknown(to: &mut String, report: &Report) {
    if report.unknown.is_empty() {
        return;
    }
    put!(to, "## Not understood\n");
    put!(
        to,
        "Written by a newer version of breakglass; kept as it stands.\n"
    );
    for fact in &report.unknown {
        put!(
            to,
            "Entry {}, {} UTC, {}:\n",
            fact.seq,
            clock(&fact.at),
            inline(&fact.kind)
        );
        fence(to, "json", &fact.raw);
    }
}
