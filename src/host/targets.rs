//! What a step would hit: read from the command itself and from the very sources its program would use,
//! a moment before it runs.
//!
//! It opens no connection. What cannot be told is said so, never guessed; several targets are all named.

//!
//! `calls` (from the commands of a block to claims, through `sudo`, `ssh` and their like) · `address` (what one client
//! program would connect to; `clients` and `postgres` know them) · `arguments` (a program's options) · `kube` (contexts
//! and namespaces) · `named` (what the runbook says it is for).

mod address;
mod arguments;
mod calls;
mod clients;
mod kube;
mod named;
mod postgres;
#[cfg(test)]
mod tests;

use crate::config::{Config, Settings};
use crate::health::{ComponentKind, ComponentView, Verdict};
use crate::incident::Target;
use std::path::Path;

/// Where `programs` look and what the command says, as one target.
pub struct Look<'a> {
    pub config: &'a Config,
    pub views: &'a [ComponentView],
    /// One environment variable, as the step will see it.
    pub env: &'a dyn Fn(&str) -> Option<String>,
    pub hostname: &'a str,
    pub cwd: &'a Path,
    /// What the runbook says that the step is for.
    pub named: Option<&'a str>,
}

/// Proves the target of a text in the step's own environment, and asks the database what a query would touch; `named`
/// is what the runbook says of it.
pub async fn prove(
    config: &Config,
    views: &[ComponentView],
    command: &str,
    interpreter: &str,
    named: Option<&str>,
    preview: bool,
) -> (Target, Option<String>) {
    let target = here(config, views, named, |look| {
        if interpreter == "psql" {
            look.database()
        } else {
            look.shell(command)
        }
    });
    let preview = if preview && interpreter == "psql" {
        crate::cli::query::preview(config, command).await
    } else {
        None
    };
    (target, preview)
}

/// Looks with this process's own environment, which steps inherit.
fn here(
    config: &Config,
    views: &[ComponentView],
    named: Option<&str>,
    look: impl FnOnce(&Look<'_>) -> Target,
) -> Target {
    let hostname = rustix::system::uname()
        .nodename()
        .to_string_lossy()
        .into_owned();
    let cwd = config
        .steps
        .cwd
        .clone()
        .or_else(|| std::env::current_dir().ok())
        .unwrap_or_default();
    let env = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    look(&Look {
        config,
        views,
        env: &env,
        hostname: &hostname,
        cwd: &cwd,
        named,
    })
}

/// What steps hit where they say nothing better: the config's `target`, the current cluster, or this host.
pub fn default(config: &Config) -> Target {
    here(config, &[], None, |look| {
        let cluster = kube::Clusters::current(look);
        look.join(
            cluster
                .into_iter()
                .filter(|_| config.target.is_none())
                .collect(),
        )
    })
}

/// Something that a text would hit, and what says so.
#[derive(Debug, Clone)]
struct Claim {
    name: String,
    evidence: String,
}

impl Look<'_> {
    /// The target of a shell text.
    pub fn shell(&self, command: &str) -> Target {
        let (mut claims, whole) = calls::claims(self, command);
        if !whole && let Some(first) = claims.first_mut() {
            first
                .evidence
                .push_str("; not all of the command could be read");
        }
        let aliases: Vec<_> = claims.iter().map(|claim| claim.name.clone()).collect();
        match (self.named, claims.is_empty()) {
            (Some(named), true) => self.join(vec![named::alone(named, self.config)]),
            (Some(named), false) => named::beside(named, &aliases, self.join(claims)),
            (None, _) => self.join(claims),
        }
    }

    /// What is known of `target` (`host:port/database`, or several): what the health panes say of it, or that none of
    /// them is about it, though some are about its `kinds`.
    fn known_of(&self, target: &str, kinds: &[ComponentKind]) -> String {
        let addresses = target
            .split_once('/')
            .map_or(target, |(addresses, _)| addresses);
        let row = self
            .views
            .iter()
            .flat_map(|view| &view.rows)
            .find(|(label, _)| self.is_same_server(label, addresses));
        if let Some((_, value)) = row {
            return format!("; last seen as {value}");
        }
        let watched: Vec<_> = self
            .config
            .components
            .iter()
            .filter(|component| kinds.contains(&component.kind))
            .collect();
        let is_watched = |address: &str| {
            let mut servers = watched.iter().flat_map(|it| it.settings.servers());
            // A socket's folder cannot be told from this host's address.
            servers.any(|it| it.starts_with('/') || self.is_same_server(it, address))
        };
        let is_known = !addresses.contains(address::UNKNOWN);
        if watched.is_empty() || !is_known || addresses.split(',').all(is_watched) {
            return String::new();
        }
        let names: Vec<_> = watched
            .iter()
            .map(|it| format!("`{}` ({})", it.name, it.settings.servers().join(", ")))
            .collect();
        format!(
            "; NOT one of the servers watched here, {}",
            names.join(" and ")
        )
    }

    /// `db1:5432` may be `db1.example.com:5432`; this host has several names.
    fn is_same_server(&self, one: &str, other: &str) -> bool {
        let parts = |address: &str| {
            let (host, port) = address.rsplit_once(':').unwrap_or((address, ""));
            let host = host.to_lowercase();
            let here = address::is_local(&host) || host == self.hostname.to_lowercase();
            (
                if here { "localhost".to_owned() } else { host },
                port.to_owned(),
            )
        };
        let ((host, port), (other, other_port)) = (parts(one), parts(other));
        let within = |short: &str, long: &str| {
            long.strip_prefix(short)
                .is_some_and(|rest| rest.starts_with('.'))
                && short.contains(|c: char| c.is_alphabetic())
        };
        port == other_port && (host == other || within(&host, &other) || within(&other, &host))
    }

    /// The target of a query: the PostgreSQL component it runs against, whatever the runbook says.
    pub fn database(&self) -> Target {
        let component = self
            .config
            .components
            .iter()
            .find(|component| component.kind == ComponentKind::Postgres);
        let Some(component) = component else {
            return Target {
                name: "no database".into(),
                evidence: "no PostgreSQL component is configured".into(),
            };
        };
        let Settings::Postgres(postgres) = &component.settings else {
            return Target {
                name: component.name.clone(),
                evidence: "configured with other settings".into(),
            };
        };
        let verdict = self
            .views
            .iter()
            .find(|view| view.name == component.name)
            .map_or(Verdict::Unknown, |view| view.verdict);
        let target = Target {
            name: format!("{}/{}", component.name, postgres.database),
            evidence: format!(
                "component `{}` ({}), the primary of {}",
                component.name,
                verdict.word(),
                postgres.hosts.join(", ")
            ),
        };
        let Some(named) = self.named else {
            return target;
        };
        let known = [&target.name, &postgres.database]
            .into_iter()
            .chain(&postgres.hosts);
        let same = known.into_iter().any(|name| named::is_same(named, name));
        let claim = if same { named } else { &target.name }.to_owned();
        named::beside(named, &[claim], target)
    }

    fn join(&self, claims: Vec<Claim>) -> Target {
        let place = format!("in {}", self.cwd.display());
        if claims.is_empty() {
            return match &self.config.target {
                Some(target) => Target {
                    name: target.clone(),
                    evidence: format!("`target` of the config; runs on {} {place}", self.hostname),
                },
                None => Target {
                    name: self.hostname.to_owned(),
                    evidence: format!("this host, {place}"),
                },
            };
        }
        let names: Vec<_> = claims.iter().map(|claim| claim.name.as_str()).collect();
        let evidence: Vec<_> = claims.iter().map(|claim| claim.evidence.as_str()).collect();
        let clean = |text: String| crate::mask::printable(&text).into_owned();
        Target {
            name: clean(names.join(" + ")),
            evidence: clean(format!(
                "{}; runs on {} {place}",
                evidence.join("; "),
                self.hostname
            )),
        }
    }
}

fn add(claims: &mut Vec<Claim>, name: String, evidence: String) {
    if !claims.iter().any(|claim| claim.name == name) {
        claims.push(Claim { name, evidence });
    }
}
