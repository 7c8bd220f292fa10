//! What the answers of all servers mean together.
//!
//! PURE: answers and a time in, an observation out.

use super::lag::Lag;
use super::server::{Replica, Snapshot};
use super::trail::Trail;
use super::{Answer, Server};
use crate::health::{Failure, FailureKind, Observation, Verdict};
use crate::probe::fault::{self, Absence};
use crate::probe::words::{bytes, count, span};
use crate::probe::{number, problem};

/// Whether no primary is known only because a server gave no answer in time.
pub(super) fn is_silent(answers: &[Answer]) -> bool {
    let is_primary = |answer: &Answer| matches!(&answer.said, Ok(seen) if !seen.is_standby);
    let is_late = |answer: &Answer| answer.said.as_ref().is_err_and(Absence::is_late);
    answers.len() > 1 && !answers.iter().any(is_primary) && answers.iter().any(is_late)
}

/// One observation from the answers at `now` (seconds, any origin). Without `is_sure`, a primary that was only slow
/// to answer is not yet declared dead.
pub(super) fn picture(
    answers: &[Answer],
    trail: &mut Trail,
    now: f64,
    is_sure: bool,
) -> Result<Observation, Failure> {
    let view = View::new(answers);
    view.check()?;
    if let [(host, primary)] = view.primaries[..]
        && let Some(position) = primary.position
    {
        trail.note(host, now, position);
    }
    let mut seen = Observation {
        summary: view.summary(),
        ..Observation::default()
    };
    view.problems(&mut seen, is_sure);
    view.lag(&mut seen, trail, now);
    view.rows(&mut seen, trail, now);
    view.load(&mut seen);
    seen.problems
        .sort_by_key(|problem| std::cmp::Reverse(problem.verdict));
    Ok(seen)
}

/// The servers that answered, for placeholders; primaries first.
pub(super) fn servers(answers: &[Answer]) -> Vec<Server> {
    let view = View::new(answers);
    let primary = view.primaries.first().map(|(_, primary)| *primary);
    let all = view.primaries.iter().chain(&view.standbys);
    all.map(|(host, seen)| Server {
        host: (*host).to_owned(),
        is_standby: seen.is_standby,
        detail: match (seen.is_standby, primary) {
            (false, _) => "primary".into(),
            (true, Some(primary)) => format!(
                "standby, {} behind the primary",
                bytes(primary.ahead_of(seen.position))
            ),
            (true, None) => format!(
                "standby, {} behind what it last received",
                bytes(seen.unreplayed())
            ),
        },
    })
    .collect()
}

/// The answers, sorted out.
struct View<'a> {
    hosts: usize,
    primaries: Vec<(&'a str, &'a Snapshot)>,
    standbys: Vec<(&'a str, &'a Snapshot)>,
    full: Vec<(&'a str, &'a str)>,
    failed: Vec<(&'a str, &'a Failure)>,
}

impl<'a> View<'a> {
    fn new(answers: &'a [Answer]) -> Self {
        let mut view = View {
            hosts: answers.len(),
            primaries: Vec::new(),
            standbys: Vec::new(),
            full: Vec::new(),
            failed: Vec::new(),
        };
        for Answer { host, said } in answers {
            match said {
                Ok(seen) if seen.is_standby => view.standbys.push((host, seen)),
                Ok(seen) => view.primaries.push((host, seen)),
                Err(Absence::Full(message)) => view.full.push((host, message)),
                Err(Absence::Failed(failure)) => view.failed.push((host, failure)),
            }
        }
        view
    }

    /// Whether anything can be said about the component at all.
    fn check(&self) -> Result<(), Failure> {
        if !self.primaries.is_empty() || !self.full.is_empty() {
            return Ok(());
        }
        if self.hosts == 0 {
            return Err(fault::misconfigured("no host is configured"));
        }
        let failures = self.failed.iter().map(|(_, failure)| *failure);
        let Some(worst) = fault::gravest(failures) else {
            return Ok(());
        };
        let is_shut = matches!(worst.kind, FailureKind::Denied | FailureKind::Misconfigured);
        // The server that does not let us in may be the primary; one that is gone is not.
        if !self.standbys.is_empty() && !is_shut {
            return Ok(());
        }
        let is_common = self
            .failed
            .iter()
            .all(|(_, failure)| failure.message == worst.message);
        let message = if self.hosts == 1 {
            worst.message.clone()
        } else if is_common && self.standbys.is_empty() {
            format!("no server answers: {}", worst.message)
        } else {
            let each = |(host, failure): &(&str, &Failure)| format!("{host}: {}", failure.message);
            let all: Vec<String> = self.failed.iter().map(each).collect();
            all.join("; ")
        };
        Err(fault::failure(worst.kind, message))
    }

    fn summary(&self) -> String {
        match self.primaries[..] {
            [] if self.hosts == 1 && !self.standbys.is_empty() => "standby".into(),
            [] if !self.full.is_empty() => "no connection left".into(),
            [] => format!("no primary, {}", count(self.standbys.len(), "standby")),
            [(_, primary)] if self.hosts == 1 && primary.following() == 0 => "primary".into(),
            [(_, primary)] => format!("primary, {}", count(primary.following(), "replica")),
            [..] => format!("{} primaries", self.primaries.len()),
        }
    }

    fn problems(&self, seen: &mut Observation, is_sure: bool) {
        let mut add = |verdict, signal, reason: String| {
            seen.problems.push(problem(verdict, signal, reason));
        };
        if self.primaries.len() > 1 {
            let hosts: Vec<&str> = self.primaries.iter().map(|(host, _)| *host).collect();
            add(
                Verdict::Down,
                "two_primaries",
                format!("two primaries: {} take writes", hosts.join(" and ")),
            );
        }
        for (host, message) in &self.full {
            add(
                Verdict::Down,
                "connections_exhausted",
                format!("{host} has no connection left: {message}"),
            );
        }
        if self.primaries.is_empty() && self.full.is_empty() && self.hosts > 1 {
            let (verdict, what) = if is_sure {
                (Verdict::Down, "no primary answers")
            } else {
                (Verdict::Degraded, "no primary answered in time")
            };
            let furthest = self
                .standbys
                .iter()
                .max_by_key(|(_, standby)| standby.received.max(standby.position));
            let standby = furthest.map(|(host, standby)| {
                let behind = bytes(standby.unreplayed());
                format!("; standby {host} is {behind} behind what it last received")
            });
            let reason = format!("{what}{}", standby.unwrap_or_default());
            add(verdict, "no_primary", reason);
        }
        if let [(host, primary)] = self.primaries[..]
            && self.hosts > 1
            && primary.replicas.is_empty()
        {
            let reason = format!("no replica is attached to {host}");
            add(Verdict::Degraded, "no_replica", reason);
        }
        for (host, failure) in &self.failed {
            if !self.primaries.is_empty() {
                let verb = if failure.kind == FailureKind::Denied {
                    "refuses the login"
                } else {
                    "does not answer"
                };
                let reason = format!("{host} {verb}: {}", failure.message);
                add(Verdict::Degraded, "replica_unreachable", reason);
            }
        }
        for (host, standby) in &self.standbys {
            let should_receive = self.hosts == 1 || !self.primaries.is_empty();
            if standby.receiver.is_none() && should_receive {
                let reason = format!("standby {host} receives nothing from a primary");
                add(Verdict::Degraded, "replica_link_down", reason);
            }
            if standby.is_paused {
                let reason = format!("replay is paused on {host}");
                add(Verdict::Degraded, "replay_paused", reason);
            }
        }
    }

    /// How far the worst replica is behind.
    fn lag(&self, seen: &mut Observation, trail: &Trail, now: f64) {
        let mut lags: Vec<Lag> = Vec::new();
        match self.primaries[..] {
            [(_, primary)] => {
                for replica in &primary.replicas {
                    lags.extend(Lag::of_replica(primary, replica, trail, now));
                }
                for (_, standby) in &self.standbys {
                    let position = standby.position;
                    lags.extend(position.map(|at| Lag::at(primary, at, None, trail, now)));
                }
            }
            // Without a primary nobody knows what was written last; what was received is the least.
            [] => lags.extend(self.standbys.iter().map(|(_, standby)| Lag {
                bytes: standby.unreplayed(),
                seconds: if standby.unreplayed() > 0.0 {
                    standby.replayed_seconds.unwrap_or_default()
                } else {
                    0.0
                },
            })),
            [..] => {}
        }
        if !lags.is_empty() {
            let seconds = lags.iter().map(|lag| lag.seconds).fold(0.0, f64::max);
            let bytes = lags.iter().map(|lag| lag.bytes).fold(0.0, f64::max);
            seen.numbers
                .push(number("replication_lag_seconds", seconds));
            seen.numbers.push(number("replication_lag_bytes", bytes));
        }
        if let [(_, primary)] = self.primaries[..] {
            seen.numbers
                .push(number("replicas", primary.following() as f64));
        }
    }

    /// Connections and locks, of the server where they are worst.
    fn load(&self, seen: &mut Observation) {
        let all = || self.primaries.iter().chain(&self.standbys);
        let Some((host, busiest)) =
            all().max_by(|(_, a), (_, b)| a.used_percent().total_cmp(&b.used_percent()))
        else {
            return;
        };
        let most = |of: fn(&Snapshot) -> f64| all().map(|(_, seen)| of(seen)).fold(0.0, f64::max);
        let idle = most(|seen| seen.idle_in_transaction);
        let oldest = most(|seen| seen.idle_in_transaction_seconds);
        let blocked = most(|seen| seen.blocked);
        seen.numbers.extend([
            number("connections_used_percent", busiest.used_percent()),
            number("connections", busiest.connections),
            number("idle_in_transaction", idle),
            number("idle_in_transaction_oldest_seconds", oldest),
            number("blocked", blocked),
        ]);
        let mut used = format!(
            "{:.0} of {:.0} ({:.0} %)",
            busiest.connections,
            busiest.slots,
            busiest.used_percent()
        );
        if self.hosts > 1 {
            used = format!("{used} on {host}");
        }
        seen.rows.push(("connections".into(), used));
        if idle > 0.0 {
            let value = format!("{idle:.0}, the oldest for {}", span(oldest));
            seen.rows.push(("idle in transaction".into(), value));
        }
        if blocked > 0.0 {
            let value = format!("{blocked:.0}");
            seen.rows.push(("waiting for a lock".into(), value));
        }
    }

    fn rows(&self, seen: &mut Observation, trail: &Trail, now: f64) {
        let mut add = |label: &str, value: String| seen.rows.push((label.to_owned(), value));
        for (host, primary) in &self.primaries {
            let up = span(primary.up_seconds);
            let version = &primary.version;
            add(host, format!("primary, PostgreSQL {version}, up {up}"));
            for replica in &primary.replicas {
                let label = if replica.address.is_empty() {
                    format!("replica {}", replica.name)
                } else {
                    format!("replica {} ({})", replica.name, replica.address)
                };
                add(&label, replica_words(primary, replica, trail, now));
            }
        }
        for (host, standby) in &self.standbys {
            add(host, standby_words(standby));
        }
        for (host, message) in &self.full {
            add(host, (*message).to_owned());
        }
        for (host, failure) in &self.failed {
            add(host, failure.message.clone());
        }
    }
}

fn replica_words(primary: &Snapshot, replica: &Replica, trail: &Trail, now: f64) -> String {
    if replica.state.is_empty() {
        return "attached; its state takes pg_monitor to see".into();
    }
    if replica.is_new {
        return format!("{}, has not said yet how far it is", replica.state);
    }
    let Some(lag) = Lag::of_replica(primary, replica, trail, now) else {
        return format!("{}, receives only", replica.state);
    };
    let silent = replica.silent_seconds.filter(|seconds| *seconds > 15.0);
    let silence = silent.map(|seconds| format!(", silent for {}", span(seconds)));
    format!(
        "{}, {}, {} behind, {}{}",
        replica.state,
        replica.sync,
        bytes(lag.bytes),
        span(lag.seconds),
        silence.unwrap_or_default()
    )
}

fn standby_words(standby: &Snapshot) -> String {
    let of = match &standby.receiver {
        Some(receiver) => match &receiver.from {
            Some(from) => format!("standby of {from}, {}", receiver.status),
            None => "standby, receiving".into(),
        },
        None => "standby, receiving nothing".into(),
    };
    let paused = if standby.is_paused {
        ", replay paused"
    } else {
        ""
    };
    let unreplayed = bytes(standby.unreplayed());
    let last = standby.replayed_seconds.map_or_else(String::new, |ago| {
        format!(", last transaction {} ago", span(ago))
    });
    format!("{of}{paused}, {unreplayed} to replay{last}")
}

#[cfg(test)]
mod tests;
