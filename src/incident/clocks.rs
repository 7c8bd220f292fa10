//! The clocks of an incident: age, RTO left, RPO at risk, and the durations a report states.
//!
//! Every duration knows its formula and its operands. It must not read a clock: now is handed in.

use super::state::State;
use crate::health::{ComponentView, Number};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

/// The number that says how much a promoted standby would lack.
pub const REPLICATION_LAG: &str = "replication_lag_seconds";
/// The number that says how much a restored backup would lack.
pub const BACKUP_AGE: &str = "backup_age_seconds";

/// What the top line shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Clocks {
    /// Since [`start`], until it was closed.
    pub age: SignedDuration,
    pub rto: Option<RtoClock>,
    pub rpo_objective_seconds: Option<u64>,
    pub at_risk: Option<AtRisk>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RtoClock {
    pub objective_seconds: u64,
    pub used: SignedDuration,
    /// Negative once it is overrun.
    pub left: SignedDuration,
    /// Service is restored: it counts no further.
    pub stopped: bool,
}

/// How much would be lost now, and what says so.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AtRisk {
    pub seconds: f64,
    pub component: String,
    /// [`REPLICATION_LAG`] or [`BACKUP_AGE`].
    pub number: String,
    /// Of the reading it comes from; of a component that is down, the last one before.
    pub as_of: Timestamp,
}

/// Reads the clocks of an incident; `views` may be empty where nothing is watched live.
pub fn read(state: &State, views: &[ComponentView], now: Timestamp) -> Clocks {
    let start = start(state).map_or(now, |(_, at)| at);
    let until = state.closed_at.unwrap_or(now);
    let stopped_at = state.mitigated_at.or(state.closed_at);
    Clocks {
        age: until.duration_since(start).max(SignedDuration::ZERO),
        rto: state.rto_seconds.map(|objective_seconds| {
            let used = stopped_at
                .unwrap_or(now)
                .duration_since(start)
                .max(SignedDuration::ZERO);
            let objective =
                SignedDuration::from_secs(i64::try_from(objective_seconds).unwrap_or(i64::MAX));
            RtoClock {
                objective_seconds,
                used,
                left: objective.saturating_sub(used),
                stopped: stopped_at.is_some(),
            }
        }),
        rpo_objective_seconds: state.rpo_seconds,
        at_risk: at_risk(state, views, now),
    }
}

/// What every clock counts from: when the host saw something red, or when somebody opened the incident
/// where that was earlier (people can know before probes do). A drill is opened before anything is
/// broken on purpose, so there what the host saw counts alone.
pub fn start(state: &State) -> Option<(Moment, Timestamp)> {
    let moment = |moment: Moment| moment.of(state).map(|at| (moment, at));
    match (moment(Moment::Detected), moment(Moment::Opened)) {
        (Some(detected), Some(opened)) if opened.1 < detected.1 && !state.drill => Some(opened),
        (Some(detected), _) => Some(detected),
        (None, opened) => opened,
    }
}

/// The worst of what is known of the affected components (of all, while none is): the lag of replication,
/// or where there is none the age of the backup, which grows while it is looked at.
fn at_risk(state: &State, views: &[ComponentView], now: Timestamp) -> Option<AtRisk> {
    let affected: Vec<&str> = state.affected().map(|(name, _)| name).collect();
    let counts = |name: &str| affected.is_empty() || affected.contains(&name);
    let mut found: Vec<AtRisk> = Vec::new();
    for view in views.iter().filter(|view| counts(&view.name)) {
        let (at, numbers) = if view.served_at.is_some() {
            (view.served_at, &view.served_numbers)
        } else {
            (view.last_good_at, &view.numbers)
        };
        found.extend(risks(&view.name, at, numbers, now));
    }
    for (name, component) in &state.components {
        let live = found.iter().any(|risk| risk.component == *name);
        if !live && counts(name) {
            found.extend(risks(
                name,
                component.last_good_at,
                &component.last_good_numbers,
                now,
            ));
        }
    }
    for number in [REPLICATION_LAG, BACKUP_AGE] {
        let worst = found
            .iter()
            .filter(|risk| risk.number == number)
            .max_by(|a, b| a.seconds.total_cmp(&b.seconds));
        if let Some(worst) = worst {
            return Some(worst.clone());
        }
    }
    None
}

fn risks(
    component: &str,
    at: Option<Timestamp>,
    numbers: &[Number],
    now: Timestamp,
) -> Vec<AtRisk> {
    let Some(as_of) = at else { return Vec::new() };
    numbers
        .iter()
        .filter(|number| number.name == REPLICATION_LAG || number.name == BACKUP_AGE)
        .map(|number| AtRisk {
            seconds: if number.name == BACKUP_AGE {
                number.value + now.duration_since(as_of).as_secs_f64().max(0.0)
            } else {
                number.value
            },
            component: component.to_owned(),
            number: number.name.clone(),
            as_of,
        })
        .collect()
}

/// A moment of the incident that durations are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    LastServed,
    Detected,
    Opened,
    FirstAction,
    Mitigated,
    Resolved,
}

impl Moment {
    pub const ALL: [Moment; 6] = [
        Moment::LastServed,
        Moment::Detected,
        Moment::Opened,
        Moment::FirstAction,
        Moment::Mitigated,
        Moment::Resolved,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Moment::LastServed => "last seen in service",
            Moment::Detected => "detected",
            Moment::Opened => "opened",
            Moment::FirstAction => "first action",
            Moment::Mitigated => "mitigated",
            Moment::Resolved => "resolved",
        }
    }

    pub fn of(self, state: &State) -> Option<Timestamp> {
        match self {
            Moment::LastServed => state.served_until,
            Moment::Detected => state.detected_at,
            Moment::Opened => state.opened_at,
            Moment::FirstAction => state.first_action_at,
            Moment::Mitigated => state.mitigated_at,
            Moment::Resolved => state.closed_at,
        }
    }

    /// Why it is not known.
    pub fn absent(self, state: &State) -> &'static str {
        match self {
            Moment::LastServed => "no look from before is in the record",
            Moment::Detected => "nothing red was seen by the host",
            Moment::Opened => "the record does not say when it was opened",
            Moment::FirstAction => "no step was run, skipped or marked",
            Moment::Mitigated if state.closed_at.is_some() => {
                "nothing in the record shows that service was restored"
            }
            Moment::Mitigated => "service is not restored yet",
            Moment::Resolved => "it is still open",
        }
    }
}

/// One duration of the report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stretch {
    pub name: &'static str,
    pub from: Moment,
    pub to: Moment,
    pub from_at: Option<Timestamp>,
    pub to_at: Option<Timestamp>,
    /// Milliseconds, never negative.
    pub ms: Option<i64>,
    /// Such as `mitigated − detected`.
    pub formula: String,
    /// Why it is not known.
    pub absent: Option<&'static str>,
}

/// The durations that a report states, in order.
pub fn stretches(state: &State) -> Vec<Stretch> {
    let start = start(state).map_or(Moment::Opened, |(moment, _)| moment);
    let mut stretches = vec![
        // It broke after the last look that found it well: the time to detect is at most this.
        stretch(
            state,
            "time to detect, at most",
            Moment::LastServed,
            Moment::Detected,
        ),
        stretch(
            state,
            "time to acknowledge",
            Moment::Detected,
            Moment::Opened,
        ),
        stretch(state, "time to first action", start, Moment::FirstAction),
        stretch(state, "time to mitigate", start, Moment::Mitigated),
        stretch(state, "time to resolve", start, Moment::Resolved),
    ];
    for stretch in &mut stretches {
        if stretch.ms.is_some_and(|ms| ms < 0) {
            stretch.ms = None;
            stretch.absent = Some("it was opened before anything red was seen");
        }
    }
    stretches
}

fn stretch(state: &State, name: &'static str, from: Moment, to: Moment) -> Stretch {
    let (from_at, to_at) = (from.of(state), to.of(state));
    let absent = match (from_at, to_at) {
        (Some(_), Some(_)) => None,
        (None, None) if to == Moment::Detected => Some(to.absent(state)),
        (None, _) => Some(from.absent(state)),
        (Some(_), None) => Some(to.absent(state)),
    };
    Stretch {
        name,
        from,
        to,
        from_at,
        to_at,
        ms: from_at
            .zip(to_at)
            .map(|(from, to)| milliseconds(to.duration_since(from))),
        formula: format!("{} − {}", to.word(), from.word()),
        absent,
    }
}

/// Whole milliseconds.
pub fn milliseconds(duration: SignedDuration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// `00:12:41`, `-00:00:05`, `27:00:00`: hours, minutes, seconds.
pub fn hms(duration: SignedDuration) -> String {
    let seconds = duration.as_secs();
    let sign = if seconds < 0 { "-" } else { "" };
    let seconds = seconds.unsigned_abs();
    format!(
        "{sign}{:02}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )
}

/// Milliseconds as a person reads them: `450 ms`, `12.3 s`, `4 min 05 s`, `2 h 03 min 00 s`.
pub fn span(ms: u64) -> String {
    let seconds = ms / 1000;
    match seconds {
        0 => format!("{ms} ms"),
        1..60 => format!("{}.{} s", seconds, ms % 1000 / 100),
        60..3600 => format!("{} min {:02} s", seconds / 60, seconds % 60),
        3600.. => format!(
            "{} h {:02} min {:02} s",
            seconds / 3600,
            seconds / 60 % 60,
            seconds % 60
        ),
    }
}

#[cfg(test)]
mod tests;
