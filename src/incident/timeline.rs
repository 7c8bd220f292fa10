//! Entries become rows: the one view that the screen's timeline and every report format share.
//!
//! It must not know how a row is drawn.

use super::clocks;
use super::entry::Entry;
use super::fact::{Fact, IncidentId, RunEnd, RunId, StepKey};
use super::state::State;
use crate::health::Verdict;
use crate::mask::{Masker, printable};
use crate::runbook::Risk;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// One row of the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub incident: IncidentId,
    pub seq: u64,
    pub at: Timestamp,
    pub actor: String,
    pub kind: RowKind,
    /// One line, stripped of control characters, secrets masked.
    pub text: String,
}

/// What a row is about; drives its glyph, never its truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowKind {
    Incident,
    Health,
    Recovery,
    Step,
    Success,
    Failure,
    Note,
    Decision,
    System,
    Unknown,
}

static MASKER: LazyLock<Masker> = LazyLock::new(|| Masker::new(&[]));

/// Longer texts are cut; the whole stands in the entry.
const LONGEST: usize = 400;

/// The row of an entry by itself: a run is named by its number only. See [`rows`].
pub fn row(entry: &Entry) -> Row {
    row_in(entry, &State::default())
}

/// The rows of a whole record, in which the end of a run names its step.
pub fn rows<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Vec<Row> {
    let mut state = State::default();
    entries
        .into_iter()
        .map(|entry| {
            state.apply(entry);
            row_in(entry, &state)
        })
        .collect()
}

/// The row of an entry in the state that it left (or came to).
pub fn row_in(entry: &Entry, state: &State) -> Row {
    let (kind, text) = said(&entry.fact, state);
    Row {
        incident: entry.incident,
        seq: entry.seq,
        at: entry.at,
        actor: line(&entry.actor.name),
        kind,
        text: line(&text),
    }
}

/// One line for a terminal, a cell or a sentence: masked, printable, spaces folded, cut where it is long.
pub fn line(text: &str) -> String {
    let masked = MASKER.mask(text);
    let mut line = String::new();
    let mut letters = 0;
    for word in printable(&masked).split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
            letters += 1;
        }
        for letter in word.chars() {
            if letters >= LONGEST {
                line.push('…');
                return line;
            }
            line.push(letter);
            letters += 1;
        }
    }
    line
}

fn said(fact: &Fact, state: &State) -> (RowKind, String) {
    match fact {
        Fact::IncidentOpened {
            title,
            severity,
            drill,
            components,
            ..
        } => {
            let what = if *drill { "drill" } else { "incident" };
            let severity = severity
                .as_ref()
                .map_or(String::new(), |severity| format!(" {severity}"));
            let red: Vec<String> = components
                .iter()
                .filter(|view| view.verdict >= Verdict::Degraded)
                .map(|view| format!("{} {}", view.name, view.verdict.word()))
                .collect();
            let red = if red.is_empty() {
                String::new()
            } else {
                format!(" ({})", red.join(", "))
            };
            (
                RowKind::Incident,
                format!("{what} opened{severity}: {title}{red}"),
            )
        }
        Fact::ScenarioSelected {
            scenario,
            source,
            reason,
            ..
        } => (
            RowKind::Incident,
            format!("scenario {} from {source}: {reason}", scenario.title),
        ),
        Fact::SeverityChanged { from, to, reason } => (
            RowKind::Incident,
            format!(
                "severity {} → {to}{}",
                from.as_deref().unwrap_or("none"),
                because(reason.as_deref())
            ),
        ),
        Fact::VerdictChanged {
            component,
            from,
            to,
            reason,
            ..
        } => (
            if *to == Verdict::Up {
                RowKind::Recovery
            } else {
                RowKind::Health
            },
            format!("{component} {} → {}: {reason}", from.word(), to.word()),
        ),
        Fact::PlaceholderSet { name, value, .. } => (RowKind::Step, format!("{name} = {value}")),
        Fact::BranchChosen {
            option,
            not_taken,
            reason,
            ..
        } => (
            RowKind::Decision,
            format!(
                "chose {option}; not taken: {}{}",
                not_taken.join(", "),
                because(reason.as_deref())
            ),
        ),
        Fact::StepStarted {
            step,
            run,
            title,
            command,
            risk,
            target,
            ..
        } => (
            RowKind::Step,
            format!(
                "step {} {title}: {run} {}: {command}",
                step.step,
                on(*risk, &target.name)
            ),
        ),
        Fact::RunEnded {
            run,
            end,
            duration_ms,
            ..
        } => (
            if end.is_success() {
                RowKind::Success
            } else {
                RowKind::Failure
            },
            format!(
                "{}: {}",
                whose(*run, state),
                outcome(end, Some(*duration_ms))
            ),
        ),
        Fact::CancelRequested { run } => (
            RowKind::Step,
            format!("{}: cancel asked for", whose(*run, state)),
        ),
        Fact::RunAttached { run } => (
            RowKind::Step,
            format!("{}: attached to its terminal", whose(*run, state)),
        ),
        Fact::StepSkipped { step, reason } => (
            RowKind::Decision,
            format!("step {}{} skipped: {reason}", step.step, title(state, step)),
        ),
        Fact::StepMarkedDone { step, note } => (
            RowKind::Success,
            format!(
                "step {}{} done by hand{}",
                step.step,
                title(state, step),
                because(note.as_deref())
            ),
        ),
        Fact::NoteAdded {
            step,
            text,
            decision,
        } => {
            let on = step
                .as_ref()
                .map_or(String::new(), |step| format!("on step {}: ", step.step));
            if *decision {
                (RowKind::Decision, format!("decision: {on}{text}"))
            } else {
                (RowKind::Note, format!("{on}{text}"))
            }
        }
        Fact::Mitigated { evidence } => {
            (RowKind::Recovery, format!("service restored: {evidence}"))
        }
        Fact::MitigationLost { evidence } => {
            (RowKind::Failure, format!("service lost again: {evidence}"))
        }
        Fact::IncidentClosed { resolution } => (RowKind::Incident, format!("closed: {resolution}")),
        Fact::HostChanged { gap_seconds } => (RowKind::System, taken_over(*gap_seconds)),
        Fact::Unknown { kind, raw } => (
            RowKind::Unknown,
            format!("{kind}, written by a newer version: {raw}"),
        ),
    }
}

pub(crate) fn because(reason: Option<&str>) -> String {
    reason.map_or(String::new(), |reason| format!(": {reason}"))
}

fn taken_over(gap_seconds: Option<u64>) -> String {
    let gap = gap_seconds.map_or_else(
        || "for how long nothing was watched is not known".to_owned(),
        |gap| {
            format!(
                "nothing was watched for {}",
                clocks::span(gap.saturating_mul(1000))
            )
        },
    );
    format!("another host took over; {gap}")
}

/// `CHANGES prod`, `reads prod`, `unknown effect on prod`.
fn on(risk: Risk, target: &str) -> String {
    match risk {
        Risk::Unknown => format!("unknown effect on {target}"),
        Risk::Read | Risk::Change | Risk::Destroy => format!("{} {target}", risk.word()),
    }
}

/// `exit 0 after 12.3 s`, `not started: no such file`.
pub fn outcome(end: &RunEnd, duration_ms: Option<u64>) -> String {
    let after = duration_ms.map_or(String::new(), |ms| format!(" after {}", clocks::span(ms)));
    match end {
        RunEnd::NotStarted { why } => format!("not started: {why}"),
        RunEnd::Cancelled { signal } => format!("cancelled (signal {signal}){after}"),
        RunEnd::Lost => end.word(),
        RunEnd::Exited { .. } | RunEnd::Signalled { .. } | RunEnd::TimedOut => {
            format!("{}{after}", end.word())
        }
    }
}

fn whose(run: RunId, state: &State) -> String {
    state.runs.get(&run).map_or_else(
        || run.to_string(),
        |known| format!("step {} {}, {run}", known.step.step, known.title),
    )
}

fn title(state: &State, key: &StepKey) -> String {
    state
        .scenario
        .as_deref()
        .filter(|scenario| scenario.id == key.scenario)
        .and_then(|scenario| scenario.steps.iter().find(|step| step.number == key.step))
        .map_or(String::new(), |step| format!(" {}", step.title))
}

#[cfg(test)]
mod tests;
