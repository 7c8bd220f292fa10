//! One reading, judged by itself: thresholds, problems and failures become a verdict with its reason.
//!
//! It must not know what was read before, but for which thresholds were already passed: a number has to
//! fall a tenth below a threshold before it counts as well again.

use super::thresholds;
use super::words;
use super::{ComponentKind, Failure, FailureKind, Number, Outcome, Reading, Verdict};
use crate::config::Threshold;
use std::collections::BTreeMap;

/// What a reading means, before hysteresis.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Judgement {
    pub verdict: Verdict,
    pub reason: String,
    /// Worst first.
    pub signals: Vec<String>,
    /// Nothing to wait for: a refused connection, or a component that says itself that it is down.
    pub at_once: bool,
    /// The numbers with the thresholds in force.
    pub numbers: Vec<Number>,
}

/// Names of numbers that are past a threshold, and how far that is bad.
pub(super) type Past = BTreeMap<String, Verdict>;

/// Judges a reading; `past` is what was past a threshold before.
pub(super) fn judge(
    kind: ComponentKind,
    limits: &BTreeMap<String, Threshold>,
    past: &Past,
    reading: &Reading,
) -> (Judgement, Past) {
    match &reading.outcome {
        Outcome::Failed(failure) => (failed(failure), past.clone()),
        Outcome::Seen(seen) => {
            let numbers: Vec<Number> = seen
                .numbers
                .iter()
                .map(|number| with_limits(kind, limits, number))
                .collect();
            let mut now = Past::new();
            // Verdict, rank within it, signal, reason, whether it counts at once.
            let mut found: Vec<(Verdict, String, String, bool)> = Vec::new();
            for problem in &seen.problems {
                if problem.verdict != Verdict::Up {
                    found.push((
                        problem.verdict,
                        problem.signal.clone(),
                        problem.reason.clone(),
                        problem.verdict == Verdict::Down,
                    ));
                }
            }
            for number in &numbers {
                let before = past.get(&number.name).copied().unwrap_or(Verdict::Up);
                let Some((verdict, limit)) = passed(number, before) else {
                    continue;
                };
                now.insert(number.name.clone(), verdict);
                let signal = thresholds::find(kind, &number.name)
                    .map_or(number.name.as_str(), |known| known.signal);
                let side = if number.lower_is_worse {
                    "below"
                } else {
                    "past"
                };
                let reason = format!(
                    "{} ({} {side} {})",
                    words::phrase(&number.name, number.value),
                    verdict.word(),
                    words::figure(&number.name, limit)
                );
                found.push((verdict, signal.to_owned(), reason, false));
            }
            // A stable sort: of two that are as bad, what the component itself said comes first.
            found.sort_by_key(|(verdict, ..)| std::cmp::Reverse(*verdict));
            let mut signals: Vec<String> = Vec::new();
            for (_, signal, ..) in &found {
                if !signals.contains(signal) {
                    signals.push(signal.clone());
                }
            }
            let worst = found.into_iter().next();
            let judgement = match worst {
                None => Judgement {
                    verdict: Verdict::Up,
                    reason: if seen.summary.is_empty() {
                        "answers".into()
                    } else {
                        seen.summary.clone()
                    },
                    signals,
                    at_once: false,
                    numbers,
                },
                Some((verdict, _, reason, at_once)) => Judgement {
                    verdict,
                    reason,
                    signals,
                    at_once,
                    numbers,
                },
            };
            (judgement, now)
        }
    }
}

fn failed(failure: &Failure) -> Judgement {
    let (verdict, signal, words, at_once) = match failure.kind {
        FailureKind::Unreachable => (Verdict::Down, "unreachable", "cannot be reached", true),
        FailureKind::Timeout => (Verdict::Down, "timeout", "no answer in time", false),
        FailureKind::Protocol => (
            Verdict::Down,
            "protocol_error",
            "answered with an error",
            false,
        ),
        FailureKind::Denied => (Verdict::Unknown, "denied", "refused the login", false),
        FailureKind::Misconfigured => (
            Verdict::Unknown,
            "misconfigured",
            "cannot be asked as it is configured",
            true,
        ),
    };
    let mut signals = vec![signal.to_owned()];
    // PostgreSQL says so in the error of a login, and Redis in that of a connection.
    let message = failure.message.to_lowercase();
    let mut verdict = verdict;
    if [
        "too many clients",
        "too many connections",
        "remaining connection slots",
        "max number of clients",
    ]
    .iter()
    .any(|phrase| message.contains(phrase))
    {
        signals.insert(0, "connections_exhausted".into());
        verdict = Verdict::Down;
    }
    Judgement {
        verdict,
        reason: if failure.message.is_empty() {
            words.into()
        } else {
            failure.message.clone()
        },
        signals,
        at_once,
        numbers: Vec::new(),
    }
}

/// The number with what is in force: the component's own thresholds, else the probe's, else the table's.
fn with_limits(
    kind: ComponentKind,
    limits: &BTreeMap<String, Threshold>,
    number: &Number,
) -> Number {
    let known = thresholds::find(kind, &number.name);
    let mut number = number.clone();
    if let Some(limit) = limits.get(&number.name) {
        (number.warn, number.down) = (limit.warn, limit.down);
    } else if number.warn.is_none()
        && number.down.is_none()
        && let Some(known) = known
    {
        (number.warn, number.down) = (known.warn, known.down);
    }
    let reversed = matches!((number.warn, number.down), (Some(warn), Some(down)) if down < warn);
    number.lower_is_worse |= reversed || known.is_some_and(|known| known.lower_is_worse);
    number
}

/// How bad a number is and the threshold that says so; `None` where it is well.
fn passed(number: &Number, before: Verdict) -> Option<(Verdict, f64)> {
    let is_past = |limit: Option<f64>, level: Verdict| {
        let limit = limit?;
        let mark = if before >= level {
            eased(number, limit)
        } else {
            limit
        };
        let past = if number.lower_is_worse {
            number.value <= mark
        } else {
            number.value >= mark
        };
        past.then_some((level, limit))
    };
    is_past(number.down, Verdict::Down).or_else(|| is_past(number.warn, Verdict::Degraded))
}

/// The threshold for getting well: a tenth on the good side, and reachable where the number is a percentage.
fn eased(number: &Number, limit: f64) -> f64 {
    let margin = limit.abs() / 10.0;
    if number.lower_is_worse {
        let margin = if number.name.ends_with("_percent") {
            margin.min((100.0 - limit).max(0.0) / 2.0)
        } else {
            margin
        };
        limit + margin
    } else {
        limit - margin
    }
}
