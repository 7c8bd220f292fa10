//! The figures of the components that were hit, around the incident: one line of bars each, from the samples kept.
//!
//! It must not know where samples come from; what was not sampled is a gap.

use super::{Component, text};
use crate::health::Verdict;
use crate::health::words::{figure, label};
use crate::incident::clocks::{self, Moment};
use crate::incident::{Entry, State};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

/// Bars of a line.
const BARS: usize = 60;
/// Lines for one component.
const MOST: usize = 4;
/// What is shown of the time before and after.
const BEFORE: SignedDuration = SignedDuration::from_mins(10);
const AFTER: SignedDuration = SignedDuration::from_mins(2);
/// What says most comes first; the rest by name.
const TELLING: [&str; 4] = [
    "replication_lag_seconds",
    "backup_age_seconds",
    "connections_used_percent",
    "memory_used_percent",
];

/// One kept number of a component.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    pub component: String,
    /// With its unit: `replication_lag_seconds`.
    pub name: String,
    pub at: Timestamp,
    pub value: f64,
}

/// How one number went.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Chart {
    pub component: String,
    pub name: String,
    pub from: Timestamp,
    pub to: Timestamp,
    /// Of each value in `values`.
    pub bucket_seconds: f64,
    /// The highest in each bucket; `null` where there was none.
    pub values: Vec<Option<f64>>,
    pub lowest: f64,
    pub highest: f64,
    /// Letters under the bars at the incident's moments: D, O, M, R.
    pub marks: Vec<(usize, char)>,
}

/// The time that charts show; `None` of a record without a beginning.
pub fn window(entries: &[Entry]) -> Option<(Timestamp, Timestamp)> {
    around(&State::replay(entries))
}

fn around(state: &State) -> Option<(Timestamp, Timestamp)> {
    let (_, start) = clocks::start(state)?;
    let end = state.closed_at.or(state.last_at)?;
    let (from, to) = (
        start.checked_sub(BEFORE).ok()?,
        end.checked_add(AFTER).ok()?,
    );
    (from < to).then_some((from, to))
}

/// The charts of the components that were hit.
pub(super) fn charts(samples: &[Sample], state: &State, components: &[Component]) -> Vec<Chart> {
    let Some((from, to)) = around(state) else {
        return Vec::new();
    };
    let hit = components
        .iter()
        .filter(|component| component.worst != Verdict::Up || component.history.len() > 1);
    let mut charts = Vec::new();
    for component in hit {
        let mine: Vec<&Sample> = samples
            .iter()
            .filter(|sample| {
                text::clean(&sample.component) == component.name
                    && (from..=to).contains(&sample.at)
                    && sample.value.is_finite()
            })
            .collect();
        let mut names: Vec<&str> = mine.iter().map(|sample| sample.name.as_str()).collect();
        let rank = |name: &str| {
            TELLING
                .iter()
                .position(|known| *known == name)
                .unwrap_or(TELLING.len())
        };
        names.sort_by_key(|name| (rank(name), (*name).to_owned()));
        names.dedup();
        charts.extend(
            names
                .into_iter()
                .filter_map(|name| chart(&mine, name, (from, to), state))
                .take(MOST),
        );
    }
    charts
}

/// `None` of a number that never moved, unless it is one that people look for.
fn chart(
    samples: &[&Sample],
    name: &str,
    (from, to): (Timestamp, Timestamp),
    state: &State,
) -> Option<Chart> {
    let whole = to.duration_since(from).as_secs_f64();
    let bucket = whole / BARS as f64;
    let place = |at: Timestamp| {
        let past = at.duration_since(from).as_secs_f64();
        ((past / bucket) as usize).min(BARS - 1)
    };
    let mut values: Vec<Option<f64>> = vec![None; BARS];
    for sample in samples.iter().filter(|sample| sample.name == name) {
        let slot = &mut values[place(sample.at)];
        *slot = Some(slot.map_or(sample.value, |value| value.max(sample.value)));
    }
    let known = || values.iter().flatten().copied();
    let highest = known().fold(f64::MIN, f64::max);
    let lowest = known().fold(f64::MAX, f64::min);
    if known().count() < 2 || (highest <= lowest && !TELLING.contains(&name)) {
        return None;
    }
    let mut marks: Vec<(usize, char)> = Vec::new();
    for (moment, letter) in [
        (Moment::Detected, 'D'),
        (Moment::Opened, 'O'),
        (Moment::Mitigated, 'M'),
        (Moment::Resolved, 'R'),
    ] {
        if let Some(at) = moment.of(state).filter(|at| (from..=to).contains(at)) {
            // Two in one bucket stand side by side.
            let mut column = place(at);
            while marks.iter().any(|(taken, _)| *taken == column) {
                column += 1;
            }
            marks.push((column, letter));
        }
    }
    Some(Chart {
        component: text::clean(&samples.first()?.component),
        name: name.to_owned(),
        from,
        to,
        bucket_seconds: (bucket * 1000.0).round() / 1000.0,
        values,
        lowest,
        highest,
        marks,
    })
}

impl Chart {
    /// Label with figures, bars, and the line of letters under them.
    pub fn lines(&self) -> [String; 3] {
        const GLYPHS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
        let floor = self.lowest.min(0.0);
        // A share is drawn against the whole.
        let top = if self.name.ends_with("_percent") {
            self.highest.max(100.0)
        } else {
            self.highest
        };
        let bars: String = self
            .values
            .iter()
            .map(|value| match value {
                Some(value) if top > floor => {
                    let share = (value - floor) / (top - floor);
                    GLYPHS[((share * 7.0).round() as usize).min(7)]
                }
                Some(_) => GLYPHS[0],
                None => ' ',
            })
            .collect();
        let last = self.marks.iter().map(|(column, _)| *column).max();
        let mut under = vec![' '; last.map_or(0, |last| last + 1)];
        for (column, letter) in &self.marks {
            under[*column] = *letter;
        }
        let clock = |at: Timestamp| at.strftime("%H:%M:%S").to_string();
        let head = format!(
            "{}: {} to {}; {} to {} UTC, {} a bar",
            label(&self.name),
            figure(&self.name, self.lowest),
            figure(&self.name, self.highest),
            clock(self.from),
            clock(self.to),
            figure("bar_seconds", self.bucket_seconds.round().max(1.0)),
        );
        [
            head,
            bars.trim_end().to_owned(),
            under.into_iter().collect(),
        ]
    }
}
