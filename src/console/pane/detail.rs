//! A component as a whole: verdict, figures against their thresholds, rows, history.

use crate::console::canvas::{self, Rich, rich};
use crate::console::model::{Model, is_stale};
use crate::console::style::Tone;
use crate::console::words;
use crate::health::{ComponentView, Number, Verdict};

const LABEL: usize = 14;

pub fn lines(model: &Model, name: &str, cells: usize) -> Vec<Rich> {
    let Some(view) = model
        .components
        .iter()
        .flatten()
        .find(|view| view.name == name)
    else {
        return vec![rich("it is not watched any more", Tone::Dim)];
    };
    let (glyph, tone) = model.look.verdict(view.verdict);
    let mut verdict = vec![
        (format!("{:LABEL$}", "verdict"), Tone::Dim),
        (format!("{glyph} {}", view.verdict.word()), tone),
    ];
    if let Some(since) = view.since {
        verdict.push((
            format!(
                "  since {} ({})",
                model.time_of_day(since),
                words::ago(model.now, since)
            ),
            Tone::Plain,
        ));
    }
    let mut lines = vec![verdict];
    if !view.reason.is_empty() && view.verdict != Verdict::Up {
        lines.extend(labelled("reason", &view.reason, Tone::Strong, cells));
    }
    if !view.summary.is_empty() {
        lines.extend(labelled("summary", &view.summary, Tone::Plain, cells));
    }
    lines.extend(labelled("kind", view.kind.word(), Tone::Plain, cells));
    lines.extend(labelled("address", &view.address, Tone::Plain, cells));
    lines.extend(labelled(
        "looked at",
        &looked_at(model, view),
        Tone::Plain,
        cells,
    ));
    if is_stale(view)
        && let Some(good) = view.last_good_at
    {
        let text = format!(
            "{} ({}): the figures below are from then",
            model.time_of_day(good),
            words::ago(model.now, good)
        );
        lines.extend(labelled("last answered", &text, Tone::Warn, cells));
    }
    if !view.signals.is_empty() {
        lines.extend(labelled(
            "signals",
            &view.signals.join(", "),
            Tone::Plain,
            cells,
        ));
    }
    if !view.numbers.is_empty() {
        lines.push(Vec::new());
        lines.extend(figures(view, cells));
    }
    lines.extend(history(model, view, cells));
    if !view.rows.is_empty() {
        lines.push(Vec::new());
        let wide = view
            .rows
            .iter()
            .map(|(label, _)| words::width(label))
            .max()
            .unwrap_or(0)
            .min(cells / 2);
        for (label, value) in &view.rows {
            lines.push(vec![
                (format!("{}  ", words::pad(label, wide, "…")), Tone::Dim),
                (value.clone(), Tone::Plain),
            ]);
        }
    }
    lines
}

fn looked_at(model: &Model, view: &ComponentView) -> String {
    let every = if view.interval_seconds > 0.0 {
        format!(", every {} s", view.interval_seconds)
    } else {
        String::new()
    };
    match view.at {
        None => format!("not yet{every}"),
        Some(at) => format!(
            "{} ({}), in {} ms{every}",
            model.time_of_day(at),
            words::ago(model.now, at),
            view.took_ms
        ),
    }
}

fn labelled(label: &str, text: &str, tone: Tone, cells: usize) -> Vec<Rich> {
    canvas::labelled((label, LABEL), text, tone, cells)
}

/// Each number with the thresholds in force, and a word where one is crossed.
fn figures(view: &ComponentView, cells: usize) -> Vec<Rich> {
    let told: Vec<(String, String)> = view.numbers.iter().map(words::number).collect();
    let labels = told
        .iter()
        .map(|(label, _)| words::width(label))
        .max()
        .unwrap_or(0)
        .min(cells / 2);
    let values = told
        .iter()
        .map(|(_, value)| words::width(value))
        .max()
        .unwrap_or(0);
    view.numbers
        .iter()
        .zip(&told)
        .map(|(number, (label, value))| {
            let (word, tone) = crossed(number);
            let gap = " ".repeat(values.saturating_sub(words::width(value)));
            let mut line = vec![
                (format!("{}  ", words::pad(label, labels, "…")), Tone::Dim),
                (format!("{gap}{value}"), tone),
                (format!("  {word}"), tone),
            ];
            let compare = if number.lower_is_worse {
                "below"
            } else {
                "from"
            };
            let mut limits = Vec::new();
            if let Some(warn) = number.warn {
                limits.push(format!(
                    "degraded {compare} {}",
                    words::threshold(number, warn)
                ));
            }
            if let Some(down) = number.down {
                limits.push(format!("down {compare} {}", words::threshold(number, down)));
            }
            if !limits.is_empty() {
                line.push((format!("  {}", limits.join(", ")), Tone::Dim));
            }
            line
        })
        .collect()
}

/// Padded, so that the limits behind it line up.
fn crossed(number: &Number) -> (&'static str, Tone) {
    let past = |limit: Option<f64>| {
        limit.is_some_and(|limit| {
            if number.lower_is_worse {
                number.value < limit
            } else {
                number.value >= limit
            }
        })
    };
    if past(number.down) {
        ("down    ", Tone::Bad)
    } else if past(number.warn) {
        ("degraded", Tone::Warn)
    } else if number.warn.is_some() || number.down.is_some() {
        ("ok      ", Tone::Good)
    } else {
        ("        ", Tone::Plain)
    }
}

/// The main number's recent values, newest at the right; a look that got no answer is a gap.
fn history(model: &Model, view: &ComponentView, cells: usize) -> Vec<Rich> {
    let room = cells.saturating_sub(2).min(60);
    let skip = view.history.len().saturating_sub(room);
    let shown = &view.history[skip..];
    let known: Vec<f64> = shown
        .iter()
        .flatten()
        .copied()
        .filter(|value| value.is_finite())
        .collect();
    if known.is_empty() {
        return Vec::new();
    }
    let most = known.iter().copied().fold(f64::MIN, f64::max);
    let least = known.iter().copied().fold(f64::MAX, f64::min).min(0.0);
    let glyphs = model.look.glyphs;
    let line: String = shown
        .iter()
        .map(|value| match value {
            Some(value) if value.is_finite() => {
                let share = if most > least {
                    (value - least) / (most - least)
                } else {
                    0.0
                };
                glyphs.spark[((share * 7.0).round() as usize).min(7)]
            }
            Some(_) | None => " ",
        })
        .collect();
    let as_number = |value| {
        let number = Number {
            name: view.history_name.clone(),
            value,
            warn: None,
            down: None,
            lower_is_worse: false,
        };
        words::number(&number)
    };
    let (label, highest) = as_number(most);
    let span = words::span((shown.len() as f64 * view.interval_seconds) as u64);
    let gaps = shown.iter().filter(|value| value.is_none()).count();
    let gaps = if gaps > 0 {
        format!(", {gaps} without an answer")
    } else {
        String::new()
    };
    vec![
        Vec::new(),
        rich(
            format!("{label}, last {span}, at most {highest}{gaps}"),
            Tone::Dim,
        ),
        rich(line, Tone::Accent),
    ]
}
