//! What all Sentinels said together, and what that means.
//!
//! PURE: answers in, an observation out. Flags and field names are those of `SENTINEL MASTERS` and its siblings.

use super::{Fields, Known};
use crate::health::{Failure, FailureKind, Observation, Verdict};
use crate::probe::fault::{self, Absence};
use crate::probe::redis::info::Info;
use crate::probe::words::{bytes, count, span};
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

/// One master as all Sentinels that answered see it.
#[derive(Debug)]
struct Master<'a> {
    name: &'a str,
    /// The address that most Sentinels name, and all that are named with their votes.
    address: String,
    votes: BTreeMap<String, usize>,
    views: Vec<&'a Known>,
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

impl<'a> Master<'a> {
    fn new(name: &'a str, said: &[&'a Vec<Known>]) -> Self {
        let views: Vec<&Known> = said
            .iter()
            .filter_map(|known| {
                known
                    .iter()
                    .find(|known| field(&known.master, "name") == name)
            })
            .collect();
        let mut votes: BTreeMap<String, usize> = BTreeMap::new();
        let mut newest: BTreeMap<String, u64> = BTreeMap::new();
        for known in &views {
            let address = address(&known.master);
            let epoch = field(&known.master, "config-epoch").parse().unwrap_or(0);
            *votes.entry(address.clone()).or_default() += 1;
            let newest = newest.entry(address).or_default();
            *newest = epoch.max(*newest);
        }
        // The newest configuration wins: it is what the others will take over.
        let chosen = votes
            .iter()
            .max_by_key(|(address, votes)| (newest.get(*address).copied(), **votes));
        Master {
            name,
            address: chosen
                .map(|(address, _)| address.clone())
                .unwrap_or_default(),
            votes,
            views,
        }
    }

    /// What the Sentinels say that name the address in force.
    fn current(&self) -> impl Iterator<Item = &'a Known> {
        let wanted = self.address.clone();
        let views = self.views.clone();
        views
            .into_iter()
            .filter(move |known| address(&known.master) == wanted)
    }

    fn largest(&self, name: &str) -> f64 {
        let all = self
            .views
            .iter()
            .filter_map(|known| field(&known.master, name).parse::<f64>().ok());
        all.fold(0.0, f64::max)
    }

    /// How many Sentinels raise a flag.
    fn flagged(&self, flag: &str) -> usize {
        self.current()
            .filter(|known| has_flag(&known.master, flag))
            .count()
    }

    /// Its replicas as the first Sentinel sees them that is up to date.
    fn replicas(&self) -> &'a [Fields] {
        self.current()
            .next()
            .map_or(&[], |known| known.replicas.as_slice())
    }

    fn healthy(&self) -> Vec<&'a Fields> {
        let all = self.replicas().iter();
        all.filter(|replica| trouble(replica).is_none()).collect()
    }

    fn problems(&self, seen: &mut Observation, node: Option<&Result<Info, Absence>>) {
        let mut add = |verdict, signal, reason: String| {
            seen.problems.push(problem(verdict, signal, reason));
        };
        let (name, at, asked) = (self.name, &self.address, self.current().count());
        let suspecting = self.flagged("s_down");
        let refuses = match node {
            Some(Err(Absence::Failed(failure)))
                if failure.kind == FailureKind::Unreachable
                    && (failure.message.contains("refused")
                        || failure.message.contains("closed")) =>
            {
                Some(&failure.message)
            }
            Some(_) | None => None,
        };
        if self.flagged("o_down") > 0 {
            let reason = format!("master {name} {at} is down, the Sentinels agree");
            add(Verdict::Down, "master_down", reason);
        } else if let Some(why) = refuses {
            let reason = format!("master {name} {at} is down: {why}");
            add(Verdict::Down, "master_down", reason);
        } else if suspecting > 0 {
            let verdict = if suspecting * 2 > asked {
                Verdict::Down
            } else {
                Verdict::Degraded
            };
            let reason =
                format!("{suspecting} of {asked} Sentinels cannot reach master {name} {at}");
            add(verdict, "master_down", reason);
        }
        if let Some(Err(Absence::Full(message))) = node {
            let reason = format!("master {name} {at} has no connection left: {message}");
            add(Verdict::Down, "connections_exhausted", reason);
        }
        if self.flagged("failover_in_progress") > 0 {
            let reason = format!("a failover of {name} is in progress");
            add(Verdict::Degraded, "failover_in_progress", reason);
        }
        if self.votes.len() > 1 {
            let named = |(address, votes): (&String, &usize)| format!("{address} ({votes})");
            let all: Vec<String> = self.votes.iter().map(named).collect();
            let reason = format!("the Sentinels disagree on {name}: {}", all.join(", "));
            add(Verdict::Degraded, "masters_disagree", reason);
        }
        if self.healthy().is_empty() {
            let reason = format!("{name} has no replica that could take over");
            add(Verdict::Degraded, "no_replica", reason);
        }
        for replica in self.replicas() {
            if let Some(trouble) = trouble(replica) {
                let reason = format!("replica {} of {name}: {trouble}", address(replica));
                add(Verdict::Degraded, "replica_link_down", reason);
            }
        }
    }

    fn rows(
        &self,
        seen: &mut Observation,
        node: Option<&Result<Info, Absence>>,
        failover: Option<&(String, String, f64)>,
        now: f64,
    ) {
        let mut add = |label: String, value: String| seen.rows.push((label, value));
        let itself = match node {
            Some(Ok(_)) => "answers".to_owned(),
            Some(Err(Absence::Full(message))) => message.clone(),
            // Sentinels may name an address that only holds inside their own network.
            Some(Err(Absence::Failed(failure))) => format!("from here: {}", failure.message),
            None => "was not asked".into(),
        };
        let since = self.largest("role-reported-change") / 1_000.0;
        let quorum = self.largest("quorum");
        let sentinels = self.largest("num-other-sentinels") + 1.0;
        add(
            format!("master {}", self.name),
            format!(
                "{}, {itself}, master for {}, quorum {quorum:.0} of {sentinels:.0}, configuration {:.0}",
                self.address,
                span(since),
                self.largest("config-epoch")
            ),
        );
        if let Some((from, to, at)) = failover {
            add(
                "last failover".into(),
                format!("{from} → {to}, seen {} ago", span(now - at)),
            );
        }
        let offsets = match node {
            Some(Ok(info)) => info.replicas(),
            Some(Err(_)) | None => Vec::new(),
        };
        let written = match node {
            Some(Ok(info)) => info.offset().unwrap_or_default(),
            Some(Err(_)) | None => 0.0,
        };
        for replica in self.replicas() {
            let address = address(replica);
            let state = trouble(replica).unwrap_or_else(|| "follows".into());
            let behind = offsets
                .iter()
                .find(|offset| offset.address == address)
                .and_then(|offset| offset.offset)
                .map(|offset| format!(", {} behind", bytes((written - offset).max(0.0))));
            let value = format!("{state}{}", behind.unwrap_or_default());
            add(format!("replica {address}"), value);
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

/// What is wrong with a replica; `None` where it could take over.
fn trouble(replica: &Fields) -> Option<String> {
    if has_flag(replica, "s_down") || has_flag(replica, "o_down") {
        return Some("is down".into());
    }
    if has_flag(replica, "disconnected") {
        return Some("the Sentinels have lost it".into());
    }
    if field(replica, "master-link-status") != "ok" {
        let down: f64 = field(replica, "master-link-down-time")
            .parse()
            .unwrap_or_default();
        return Some(if down > 0.0 {
            format!("has not heard its master for {}", span(down / 1_000.0))
        } else {
            "has not heard its master".into()
        });
    }
    None
}

fn field<'f>(fields: &'f Fields, name: &str) -> &'f str {
    fields.get(name).map_or("", String::as_str)
}

fn has_flag(fields: &Fields, flag: &str) -> bool {
    field(fields, "flags")
        .split(',')
        .any(|raised| raised == flag)
}

fn address(fields: &Fields) -> String {
    let (ip, port) = (field(fields, "ip"), field(fields, "port"));
    if ip.contains(':') {
        format!("[{ip}]:{port}")
    } else {
        format!("{ip}:{port}")
    }
}

#[cfg(test)]
mod tests;
