//! What the answers of all Redis servers mean together.
//!
//! PURE: answers in, an observation out; counters of the look before turn totals into rates.

use super::Answer;
use super::info::Info;
use crate::health::{Failure, FailureKind, Number, Observation, Verdict};
use crate::probe::fault::{self, Absence};
use crate::probe::words::{bytes, count, span};
use crate::probe::{number, problem};
use std::collections::BTreeMap;

/// Totals of the look before, by server.
#[derive(Debug, Default)]
pub(super) struct Counters(BTreeMap<String, Totals>);

#[derive(Debug, Clone, Copy, Default)]
struct Totals {
    hits: f64,
    misses: f64,
    evicted: f64,
}

impl Totals {
    fn of(info: &Info) -> Self {
        let total = |name: &str| info.number(name).unwrap_or_default();
        Totals {
            hits: total("keyspace_hits"),
            misses: total("keyspace_misses"),
            evicted: total("evicted_keys"),
        }
    }

    /// Since `before`; a server that was restarted counts from its start.
    fn since(self, before: Totals) -> Self {
        if self.hits < before.hits || self.misses < before.misses || self.evicted < before.evicted {
            return self;
        }
        Totals {
            hits: self.hits - before.hits,
            misses: self.misses - before.misses,
            evicted: self.evicted - before.evicted,
        }
    }
}

/// Whether no master is known only because a server gave no answer in time.
pub(super) fn is_silent(answers: &[Answer]) -> bool {
    let is_master = |answer: &Answer| answer.said.as_ref().is_ok_and(Info::is_master);
    let is_late = |answer: &Answer| answer.said.as_ref().is_err_and(Absence::is_late);
    answers.len() > 1 && !answers.iter().any(is_master) && answers.iter().any(is_late)
}

/// One observation. Without `is_sure`, a master that was only slow to answer is not yet declared dead.
pub(super) fn picture(
    answers: &[Answer],
    counters: &mut Counters,
    is_sure: bool,
) -> Result<Observation, Failure> {
    let view = View::new(answers);
    view.check()?;
    let mut seen = Observation {
        summary: view.summary(),
        ..Observation::default()
    };
    view.problems(&mut seen, is_sure);
    view.replication(&mut seen);
    view.load(&mut seen, counters);
    view.rows(&mut seen);
    seen.problems
        .sort_by_key(|problem| std::cmp::Reverse(problem.verdict));
    Ok(seen)
}

/// The answers, sorted out.
struct View<'a> {
    hosts: usize,
    masters: Vec<(&'a str, &'a Info)>,
    replicas: Vec<(&'a str, &'a Info)>,
    full: Vec<(&'a str, &'a str)>,
    failed: Vec<(&'a str, &'a Failure)>,
}

impl<'a> View<'a> {
    fn new(answers: &'a [Answer]) -> Self {
        let mut view = View {
            hosts: answers.len(),
            masters: Vec::new(),
            replicas: Vec::new(),
            full: Vec::new(),
            failed: Vec::new(),
        };
        for Answer { host, said } in answers {
            match said {
                Ok(info) if info.is_master() => view.masters.push((host, info)),
                Ok(info) => view.replicas.push((host, info)),
                Err(Absence::Full(message)) => view.full.push((host, message)),
                Err(Absence::Failed(failure)) => view.failed.push((host, failure)),
            }
        }
        view
    }

    fn check(&self) -> Result<(), Failure> {
        if !self.masters.is_empty() || !self.full.is_empty() {
            return Ok(());
        }
        if self.hosts == 0 {
            return Err(fault::misconfigured("no host is configured"));
        }
        let Some(worst) = fault::gravest(self.failed.iter().map(|(_, failure)| *failure)) else {
            return Ok(());
        };
        let is_shut = matches!(worst.kind, FailureKind::Denied | FailureKind::Misconfigured);
        if !self.replicas.is_empty() && !is_shut {
            return Ok(());
        }
        let named = |(host, failure): &(&str, &Failure)| format!("{host}: {}", failure.message);
        let is_common = self
            .failed
            .iter()
            .all(|(_, failure)| failure.message == worst.message);
        let message = if self.hosts == 1 {
            worst.message.clone()
        } else if is_common && self.replicas.is_empty() {
            format!("no server answers: {}", worst.message)
        } else {
            let all: Vec<String> = self.failed.iter().map(named).collect();
            all.join("; ")
        };
        Err(fault::failure(worst.kind, message))
    }

    /// A Redis Cluster has many masters, on purpose.
    fn is_cluster(&self) -> bool {
        let mut all = self.masters.iter().chain(&self.replicas);
        all.any(|(_, info)| info.text("cluster_enabled") == "1")
    }

    fn summary(&self) -> String {
        let attached = |info: &Info| info.number("connected_slaves").unwrap_or_default() as usize;
        match self.masters[..] {
            [] if !self.full.is_empty() => "no connection left".into(),
            [] if self.replicas.iter().any(|(_, info)| info.is_linked()) => {
                count(self.replicas.len(), "replica")
            }
            [] => format!("no master, {}", count(self.replicas.len(), "replica")),
            [(_, master)] if self.hosts == 1 && attached(master) == 0 => "master".into(),
            [(_, master)] => format!("master, {}", count(attached(master), "replica")),
            [..] if self.is_cluster() => format!(
                "cluster, {}, {}",
                count(self.masters.len(), "master"),
                count(self.replicas.len(), "replica")
            ),
            [..] => count(self.masters.len(), "master"),
        }
    }

    fn problems(&self, seen: &mut Observation, is_sure: bool) {
        let mut add = |verdict, signal, reason: String| {
            seen.problems.push(problem(verdict, signal, reason));
        };
        if self.masters.len() > 1 && !self.is_cluster() {
            let hosts: Vec<&str> = self.masters.iter().map(|(host, _)| *host).collect();
            let reason = format!("two masters: {} take writes", hosts.join(" and "));
            add(Verdict::Down, "two_masters", reason);
        }
        for (host, message) in &self.full {
            let reason = format!("{host} has no connection left: {message}");
            add(Verdict::Down, "connections_exhausted", reason);
        }
        // A linked replica proves a master, even one that is not configured.
        let has_master = !self.masters.is_empty()
            || !self.full.is_empty()
            || self.replicas.iter().any(|(_, info)| info.is_linked());
        if !has_master {
            let (verdict, what) = if is_sure {
                (Verdict::Down, "no master answers")
            } else {
                (Verdict::Degraded, "no master answered in time")
            };
            add(verdict, "no_master", format!("{what}{}", self.furthest()));
        }
        if let [(host, master)] = self.masters[..]
            && self.hosts > 1
            && master.number("connected_slaves") == Some(0.0)
        {
            let reason = format!("no replica is attached to {host}");
            add(Verdict::Degraded, "no_replica", reason);
        }
        for (host, failure) in &self.failed {
            if has_master {
                let reason = format!("{host} does not answer: {}", failure.message);
                add(Verdict::Degraded, "replica_unreachable", reason);
            }
        }
        for (host, replica) in &self.replicas {
            if !replica.is_linked() {
                let since = replica.number("master_link_down_since_seconds");
                let since = since.filter(|seconds| *seconds > 0.0);
                let since = since.map_or_else(String::new, |since| format!(" for {}", span(since)));
                let reason = format!("replica {host} has not heard its master{since}");
                add(Verdict::Degraded, "replica_link_down", reason);
            }
        }
        for (host, info) in self.masters.iter().chain(&self.replicas) {
            if info.text("loading") == "1" {
                let verdict = if info.is_master() {
                    Verdict::Down
                } else {
                    Verdict::Degraded
                };
                let reason = format!("{host} is loading its data and answers nothing else");
                add(verdict, "loading", reason);
            }
            for (field, what) in [
                ("rdb_last_bgsave_status", "the last snapshot"),
                ("aof_last_write_status", "the last write to the log"),
            ] {
                if info.text(field) == "err" {
                    let reason = format!("{what} failed on {host}");
                    add(Verdict::Degraded, "persistence_failing", reason);
                }
            }
        }
    }

    fn furthest(&self) -> String {
        let offset = |info: &Info| info.offset().unwrap_or_default();
        let best = self
            .replicas
            .iter()
            .max_by(|(_, a), (_, b)| offset(a).total_cmp(&offset(b)));
        best.map_or_else(String::new, |(host, _)| {
            format!("; replica {host} has applied the most")
        })
    }

    fn replication(&self, seen: &mut Observation) {
        let mut lags: Vec<f64> = Vec::new();
        let mut seconds: Vec<f64> = Vec::new();
        if let [(_, master)] = self.masters[..] {
            let replicas = master.replicas();
            let written = master.offset().unwrap_or_default();
            for replica in &replicas {
                lags.extend(replica.offset.map(|offset| (written - offset).max(0.0)));
                seconds.extend(replica.lag_seconds);
            }
            seen.numbers.push(number("replicas", replicas.len() as f64));
        }
        let worst = |values: &[f64]| values.iter().copied().fold(0.0, f64::max);
        if !lags.is_empty() {
            seen.numbers
                .push(number("replication_lag_seconds", worst(&seconds)));
            seen.numbers
                .push(number("replication_lag_bytes", worst(&lags)));
        }
        let downs: Vec<f64> = self
            .replicas
            .iter()
            .filter(|(_, info)| !info.is_linked())
            .filter_map(|(_, info)| info.number("master_link_down_since_seconds"))
            .collect();
        if !downs.is_empty() {
            seen.numbers
                .push(number("master_link_down_seconds", worst(&downs)));
        }
    }

    fn load(&self, seen: &mut Observation, counters: &mut Counters) {
        let all = || self.masters.iter().chain(&self.replicas);
        let mut sum = Totals::default();
        for (host, info) in all() {
            let now = Totals::of(info);
            // At first, the rate of hits is that of the server's life, which no sum of evictions is.
            let first = Totals {
                evicted: now.evicted,
                ..Totals::default()
            };
            let before = counters.0.insert((*host).to_owned(), now);
            let since = now.since(before.unwrap_or(first));
            sum.hits += since.hits;
            sum.misses += since.misses;
            sum.evicted += since.evicted;
        }
        let asked = sum.hits + sum.misses;
        if asked > 0.0 {
            seen.numbers.push(Number {
                lower_is_worse: true,
                ..number("hit_rate_percent", 100.0 * sum.hits / asked)
            });
        }
        let used = |info: &Info| {
            let limit = info.number("maxmemory").filter(|limit| *limit > 0.0)?;
            Some(100.0 * info.number("used_memory")? / limit)
        };
        if let Some(percent) = all().filter_map(|(_, info)| used(info)).reduce(f64::max) {
            seen.numbers.push(number("memory_used_percent", percent));
        }
        let most = |name: &str| {
            let values = all().filter_map(|(_, info)| info.number(name));
            values.reduce(f64::max)
        };
        let figures = [
            ("memory_used_bytes", most("used_memory")),
            ("clients", most("connected_clients")),
            ("clients_blocked", most("blocked_clients")),
            ("operations_per_second", most("instantaneous_ops_per_sec")),
        ];
        for (name, value) in figures {
            seen.numbers.extend(value.map(|value| number(name, value)));
        }
        seen.numbers.push(number("evicted_keys", sum.evicted));
    }

    fn rows(&self, seen: &mut Observation) {
        let mut add = |label: &str, value: String| seen.rows.push((label.to_owned(), value));
        for (host, info) in &self.masters {
            add(host, format!("master, {}", own_words(info)));
            for replica in info.replicas() {
                let written = info.offset().unwrap_or_default();
                let behind = replica.offset.map_or_else(String::new, |offset| {
                    format!(", {} behind", bytes((written - offset).max(0.0)))
                });
                let heard = replica.lag_seconds.map_or_else(String::new, |seconds| {
                    format!(", heard {} ago", span(seconds))
                });
                let value = format!("{}{behind}{heard}", replica.state);
                add(&format!("replica {}", replica.address), value);
            }
        }
        for (host, info) in &self.replicas {
            let master = format!("{}:{}", info.text("master_host"), info.text("master_port"));
            let link = if info.is_linked() {
                "link up"
            } else {
                "link down"
            };
            let own = own_words(info);
            add(host, format!("replica of {master}, {link}, {own}"));
        }
        for (host, message) in &self.full {
            add(host, (*message).to_owned());
        }
        for (host, failure) in &self.failed {
            add(host, failure.message.clone());
        }
    }
}

fn own_words(info: &Info) -> String {
    let used = bytes(info.number("used_memory").unwrap_or_default());
    let memory = match info.number("maxmemory") {
        Some(limit) if limit > 0.0 => format!("{used} of {}", bytes(limit)),
        Some(_) | None => used,
    };
    let clients = info.number("connected_clients").unwrap_or_default() as usize;
    let policy = match info.text("maxmemory_policy") {
        "" => String::new(),
        policy => format!(" ({policy})"),
    };
    format!(
        "Redis {}, {memory}{policy}, {}",
        info.text("redis_version"),
        count(clients, "client")
    )
}

#[cfg(test)]
mod tests;
