//! What all Sentinels said together, and what that means. One master by itself is `master`.
//!
//! PURE: answers in, an observation out. Flags and field names are those of `SENTINEL MASTERS` and its siblings.

use super::Known;
use super::master::{Master, field};
use crate::health::{Failure, FailureKind, Observation, Verdict};
use crate::probe::fault::{self, Absence};
use crate::probe::redis::info::Info;
use crate::probe::words::count;
use crate::probe::{number, problem};
use std::collections::{BTreeMap, BTreeSet};

/// What one configured Sentinel said.
#[derive(Debug)]
pub(super) struct Answer {
    pub host: String,
    pub said: Result<Vec<Known>, Failure>,
}

/// Where each master was seen last, and the failover that was seen last.
#[derive(Debug, Default)]
pub(super) struct Memory {
    addresses: BTreeMap<String, String>,
    /// By master: from, to, and when (seconds).
    failovers: BTreeMap<String, (String, String, f64)>,
}

/// Everything that was said.
#[derive(Debug)]
pub(super) struct View<'a> {
    answers: &'a [Answer],
    masters: Vec<Master<'a>>,
}

impl<'a> View<'a> {
    /// `wanted`: the one master that matters, by name.
    ///
    /// # Errors
    ///
    /// Where no Sentinel answers, or none knows the master.
    pub fn new(answers: &'a [Answer], wanted: Option<&str>) -> Result<Self, Failure> {
        let said: Vec<&Vec<Known>> = answers
            .iter()
            .filter_map(|answer| answer.said.as_ref().ok())
            .collect();
        if said.is_empty() {
            return Err(nobody(answers));
        }
        let all: BTreeSet<&str> = said
            .iter()
            .flat_map(|known| known.iter())
            .map(|known| field(&known.master, "name"))
            .collect();
        let masters: Vec<Master<'a>> = all
            .iter()
            .filter(|name| wanted.is_none_or(|wanted| wanted == **name))
            .map(|name| Master::new(name, &said))
            .collect();
        if masters.is_empty() {
            let names: Vec<String> = all.iter().map(|name| format!("`{name}`")).collect();
            return Err(fault::misconfigured(match (wanted, names.is_empty()) {
                (Some(wanted), false) => {
                    let names = names.join(", ");
                    format!("no Sentinel knows a master `{wanted}`; they know {names}")
                }
                (Some(_) | None, _) => "the Sentinels know no master".into(),
            }));
        }
        Ok(View { answers, masters })
    }

    /// Where the masters are.
    pub fn addresses(&self) -> Vec<String> {
        let all = self.masters.iter();
        all.map(|master| master.address.clone()).collect()
    }

    /// Names and addresses.
    pub fn masters(&self) -> Vec<(String, String)> {
        let all = self.masters.iter();
        all.map(|master| (master.name.to_owned(), master.address.clone()))
            .collect()
    }

    pub fn picture(
        &self,
        nodes: &BTreeMap<String, Result<Info, Absence>>,
        memory: &mut Memory,
        now: f64,
    ) -> Observation {
        let mut seen = Observation {
            summary: self.summary(),
            ..Observation::default()
        };
        for master in &self.masters {
            memory.note(master.name, &master.address, now);
            master.problems(&mut seen, nodes.get(&master.address));
            self.quorum(master, &mut seen);
        }
        self.silence(&mut seen);
        self.numbers(&mut seen, nodes);
        for master in &self.masters {
            let failover = memory.failovers.get(master.name);
            master.rows(&mut seen, nodes.get(&master.address), failover, now);
        }
        for Answer { host, said } in self.answers {
            let value = match said {
                Ok(_) => "answers".into(),
                Err(failure) => failure.message.clone(),
            };
            seen.rows.push((format!("sentinel {host}"), value));
        }
        seen.problems
            .sort_by_key(|problem| std::cmp::Reverse(problem.verdict));
        seen
    }

    fn answering(&self) -> usize {
        self.answers
            .iter()
            .filter(|answer| answer.said.is_ok())
            .count()
    }

    fn summary(&self) -> String {
        let sentinels = count(self.answering(), "sentinel");
        match &self.masters[..] {
            [master] => format!(
                "{} {}, {}, {sentinels}",
                master.name,
                master.address,
                count(master.healthy().len(), "replica")
            ),
            several => format!("{}, {sentinels}", count(several.len(), "master")),
        }
    }

    /// Whether a failover could be agreed on: as the Sentinels say, and as many as answer here.
    fn quorum(&self, master: &Master<'_>, seen: &mut Observation) {
        let said = master
            .views
            .iter()
            .find_map(|known| known.no_quorum.as_deref());
        let known = master
            .views
            .iter()
            .map(|known| known.sentinels.len() + 1)
            .max()
            .unwrap_or(1);
        let quorum = master.largest("quorum") as usize;
        let needed = quorum.max(known / 2 + 1);
        let answering = self.answering();
        let is_short = self.answers.len() >= known && answering < needed;
        let reason = match said {
            Some(words) => {
                let words = words.split(". ").next().unwrap_or_default();
                format!("no quorum for {}: {words}", master.name)
            }
            None if is_short => format!(
                "no quorum for {}: {answering} of {known} Sentinels answer, {needed} are needed",
                master.name
            ),
            None => return,
        };
        seen.problems
            .push(problem(Verdict::Degraded, "quorum_lost", reason));
    }

    fn silence(&self, seen: &mut Observation) {
        for Answer { host, said } in self.answers {
            if let Err(failure) = said {
                let verb = if failure.kind == FailureKind::Denied {
                    "refuses the login"
                } else {
                    "does not answer"
                };
                let reason = format!("sentinel {host} {verb}: {}", failure.message);
                seen.problems
                    .push(problem(Verdict::Degraded, "sentinel_unreachable", reason));
            }
        }
    }

    fn numbers(&self, seen: &mut Observation, nodes: &BTreeMap<String, Result<Info, Absence>>) {
        let healthy: usize = self
            .masters
            .iter()
            .map(|master| master.healthy().len())
            .sum();
        seen.numbers.push(number("replicas", healthy as f64));
        seen.numbers
            .push(number("sentinels", self.answering() as f64));
        let (mut lags, mut silences) = (Vec::new(), Vec::new());
        for info in nodes.values().flatten() {
            let written = info.offset().unwrap_or_default();
            for replica in info.replicas() {
                lags.extend(replica.offset.map(|offset| (written - offset).max(0.0)));
                silences.extend(replica.lag_seconds);
            }
        }
        if let Some(seconds) = silences.into_iter().reduce(f64::max) {
            seen.numbers
                .push(number("replication_lag_seconds", seconds));
        }
        if let Some(bytes) = lags.into_iter().reduce(f64::max) {
            seen.numbers.push(number("replication_lag_bytes", bytes));
        }
    }
}

impl Memory {
    fn note(&mut self, name: &str, address: &str, now: f64) {
        let before = self.addresses.insert(name.to_owned(), address.to_owned());
        if let Some(before) = before
            && before != address
        {
            let failover = (before, address.to_owned(), now);
            self.failovers.insert(name.to_owned(), failover);
        }
    }
}

fn nobody(answers: &[Answer]) -> Failure {
    let failures: Vec<&Failure> = answers
        .iter()
        .filter_map(|answer| answer.said.as_ref().err())
        .collect();
    let Some(worst) = fault::gravest(failures.iter().copied()) else {
        return fault::misconfigured("no Sentinel is configured");
    };
    if answers.len() == 1 {
        return worst.clone();
    }
    let message = if failures
        .iter()
        .all(|failure| failure.message == worst.message)
    {
        format!("no Sentinel answers: {}", worst.message)
    } else {
        let named = |answer: &Answer| {
            let failure = answer.said.as_ref().err()?;
            Some(format!("{}: {}", answer.host, failure.message))
        };
        let all: Vec<String> = answers.iter().filter_map(named).collect();
        all.join("; ")
    };
    fault::failure(worst.kind, message)
}

#[cfg(test)]
mod tests;
