//! One master as all Sentinels see it: where it is, how it is, and what follows it.
//!
//! PURE: what was said in, problems and rows out. Flags and field names are those of `SENTINEL MASTERS`.

use super::{Fields, Known};
use crate::health::{FailureKind, Observation, Verdict};
use crate::probe::fault::Absence;
use crate::probe::problem;
use crate::probe::redis::info::Info;
use crate::probe::words::{bytes, span};
use std::collections::BTreeMap;

/// One master as all Sentinels that answered see it.
#[derive(Debug)]
pub(super) struct Master<'a> {
    pub name: &'a str,
    /// The address that most Sentinels name, and all that are named with their votes.
    pub address: String,
    votes: BTreeMap<String, usize>,
    pub views: Vec<&'a Known>,
}

impl<'a> Master<'a> {
    pub fn new(name: &'a str, said: &[&'a Vec<Known>]) -> Self {
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

    pub fn largest(&self, name: &str) -> f64 {
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

    pub fn healthy(&self) -> Vec<&'a Fields> {
        let all = self.replicas().iter();
        all.filter(|replica| trouble(replica).is_none()).collect()
    }

    pub fn problems(&self, seen: &mut Observation, node: Option<&Result<Info, Absence>>) {
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

    pub fn rows(
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

pub(super) fn field<'f>(fields: &'f Fields, name: &str) -> &'f str {
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
