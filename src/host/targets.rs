//! What a step would hit: read from the command itself and from the very sources its program would use,
//! a moment before it runs.
//!
//! It opens no connection. What cannot be told is said so, never guessed; several targets are all named.

mod kube;

use crate::config::{Config, Settings};
use crate::health::{ComponentKind, ComponentView, Verdict};
use crate::incident::Target;
use regex::Regex;
use std::path::Path;
use std::sync::LazyLock;

/// Where `programs` look and what the command says, as one target.
pub struct Look<'a> {
    pub config: &'a Config,
    pub views: &'a [ComponentView],
    /// One environment variable, as the step will see it.
    pub env: &'a dyn Fn(&str) -> Option<String>,
    pub hostname: &'a str,
    pub cwd: &'a Path,
}

/// Proves the target of a text in the step's own environment, and asks the database what a query would touch.
pub async fn prove(
    config: &Config,
    views: &[ComponentView],
    command: &str,
    interpreter: &str,
    preview: bool,
) -> (Target, Option<String>) {
    let target = here(config, views, |look| {
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
    })
}

/// What steps hit where they say nothing better: the config's `target`, the current cluster, or this host.
pub fn default(config: &Config) -> Target {
    here(config, &[], |look| {
        let cluster = kube::claims(look, "kubectl get pods")
            .into_iter()
            .find(|claim| claim.name != "no cluster");
        look.join(
            cluster
                .into_iter()
                .filter(|_| config.target.is_none())
                .collect(),
        )
    })
}

struct Claim {
    name: String,
    evidence: String,
}

static WORDS: LazyLock<Regex> = LazyLock::new(|| pattern(r"[A-Za-z0-9_./-]+"));
static SSH: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?m)(?:^|[\s;&|(])(?:ssh|scp|rsync)\s+(?:-[46AaCfGgKkMNnqsTtVvXxYy]+\s+|-[BbcDEeFIiJLlmOopQRSWw]\s*\S+\s+)*(?:\S+@)?([A-Za-z0-9][A-Za-z0-9_.-]*)",
    )
});
static HOST_FLAG: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:^|\s)(?:-h[ =]?|--host[ =])([A-Za-z0-9_.:/\[\]-]+)"));
static PORT_FLAG: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:^|\s)(?:-p[ =]?|--port[ =])(\d+)"));
static DATABASE_FLAG: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:^|\s)(?:-d[ =]?|--dbname[ =])([A-Za-z0-9_.-]+)"));
static BOOTSTRAP: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"--(?:bootstrap-server|brokers|broker-list)[ =](\S+)"));
static URL: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"[a-z][a-z0-9+.-]*://(?:[^\s/@'\x22]*@)?([^\s/?#'\x22]+)"));

#[allow(
    clippy::expect_used,
    reason = "the patterns are constants, compiled by a test"
)]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant pattern")
}

impl Look<'_> {
    /// The target of a shell text.
    pub fn shell(&self, command: &str) -> Target {
        let code: String = command
            .lines()
            .filter(|line| !line.trim_start().starts_with('#'))
            .collect::<Vec<_>>()
            .join("\n");
        let has = |names: &[&str]| {
            WORDS.find_iter(&code).any(|word| {
                let name = word.as_str().rsplit('/').next().unwrap_or_default();
                names.contains(&name)
            })
        };
        let mut claims: Vec<Claim> = Vec::new();
        if has(&["kubectl", "helm", "oc", "k"]) {
            claims.extend(kube::claims(self, &code));
        } else if SSH.is_match(&code) {
            for found in SSH.captures_iter(&code) {
                add(
                    &mut claims,
                    found[1].to_owned(),
                    "the host that `ssh` is given".to_owned(),
                );
            }
        } else {
            for line in code.lines() {
                self.line(line, &mut claims);
            }
            if has(&["docker", "podman", "docker-compose", "nerdctl"]) {
                let (name, evidence) = match (self.env)("DOCKER_HOST") {
                    Some(host) => (host, "DOCKER_HOST".to_owned()),
                    None => (
                        format!("docker on {}", self.hostname),
                        "DOCKER_HOST is not set".to_owned(),
                    ),
                };
                add(&mut claims, name, evidence);
            }
        }
        self.join(claims)
    }

    fn line(&self, line: &str, claims: &mut Vec<Claim>) {
        let names: Vec<&str> = WORDS
            .find_iter(line)
            .map(|word| word.as_str().rsplit('/').next().unwrap_or_default())
            .collect();
        let flag = |pattern: &Regex| pattern.captures(line).map(|found| found[1].to_owned());
        let postgres = [
            "psql",
            "pg_dump",
            "pg_restore",
            "pg_basebackup",
            "createdb",
            "dropdb",
            "pg_isready",
            "vacuumdb",
            "reindexdb",
        ];
        if names.iter().any(|name| postgres.contains(name)) {
            let given = flag(&HOST_FLAG).or_else(|| flag(&URL));
            let evidence = if given.is_some() {
                "the command's own address"
            } else {
                "PGHOST, PGPORT and PGDATABASE"
            };
            let host = given
                .or_else(|| (self.env)("PGHOST"))
                .unwrap_or_else(|| self.hostname.to_owned());
            let port = flag(&PORT_FLAG)
                .or_else(|| (self.env)("PGPORT"))
                .unwrap_or_else(|| "5432".into());
            let database = flag(&DATABASE_FLAG).or_else(|| (self.env)("PGDATABASE"));
            let mut name = if host.contains(':') {
                host
            } else {
                format!("{host}:{port}")
            };
            let role = self.role_of(&name);
            if let Some(database) = database {
                name = format!("{name}/{database}");
            }
            add(claims, name, format!("{evidence}{role}"));
        } else if names.contains(&"redis-cli") {
            let given = flag(&HOST_FLAG).or_else(|| flag(&URL));
            let evidence = if given.is_some() || PORT_FLAG.is_match(line) {
                "the command's own address"
            } else {
                "redis-cli's default"
            };
            let host = given.unwrap_or_else(|| "127.0.0.1".into());
            let port = flag(&PORT_FLAG).unwrap_or_else(|| "6379".into());
            let name = if host.contains(':') {
                host
            } else {
                format!("{host}:{port}")
            };
            let role = self.role_of(&name);
            add(claims, name, format!("{evidence}{role}"));
        } else if names.contains(&"nodetool") {
            let host = flag(&HOST_FLAG).unwrap_or_else(|| self.hostname.to_owned());
            add(claims, host, "nodetool's `-h`, else this host".into());
        } else if let Some(servers) = flag(&BOOTSTRAP) {
            add(claims, servers, "the command's bootstrap servers".into());
        } else if names
            .iter()
            .any(|name| ["curl", "wget", "http", "https"].contains(name))
            && let Some(host) = flag(&URL)
        {
            add(claims, host, "the command's URL".into());
        }
    }

    /// What the health panes say of an address.
    fn role_of(&self, address: &str) -> String {
        let row = self
            .views
            .iter()
            .flat_map(|view| &view.rows)
            .find(|(label, _)| label.as_str() == address);
        row.map_or_else(String::new, |(_, value)| format!("; last seen as {value}"))
    }

    /// The target of a query: the PostgreSQL component it runs against.
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
        Target {
            name: format!("{}/{}", component.name, postgres.database),
            evidence: format!(
                "component `{}` ({}), the primary of {}",
                component.name,
                verdict.word(),
                postgres.hosts.join(", ")
            ),
        }
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    fn check(command: &str, env: &[(&str, &str)], expected: &str) {
        let config = Config::default();
        let env = |name: &str| {
            env.iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        };
        let look = Look {
            config: &config,
            views: &[],
            env: &env,
            hostname: "bastion",
            cwd: Path::new("/srv"),
        };
        assert_eq!(look.shell(command).name, expected, "{command}");
    }

    #[test]
    fn the_command_s_own_words_come_first() {
        check(
            "psql -h db1 -p 5433 -d app -c 'select 1'",
            &[("PGHOST", "other")],
            "db1:5433/app",
        );
        check(
            "psql -c 'select 1'",
            &[("PGHOST", "db2"), ("PGDATABASE", "app")],
            "db2:5432/app",
        );
        check("redis-cli -p 6380 ping", &[], "127.0.0.1:6380");
        check(
            "redis-cli -h a ping\nredis-cli -h b ping",
            &[],
            "a:6379 + b:6379",
        );
        check("ssh -p 22 ana@web-1 'systemctl restart app'", &[], "web-1");
        check(
            "curl -fsS https://user:pw@api.example.com/health",
            &[],
            "api.example.com",
        );
        check("./scripts/health-check.sh", &[], "bastion");
        check("# psql -h other\ndf -h", &[], "bastion");
        check("docker restart app", &[], "docker on bastion");
        check("nodetool status", &[], "bastion");
        check(
            "kafka-topics --bootstrap-server k1:9092 --describe",
            &[],
            "k1:9092",
        );
    }

    #[test]
    fn a_cluster_is_named_by_context_and_namespace() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("config");
        let text = "apiVersion: v1\nkind: Config\ncurrent-context: prod-eu\ncontexts:\n- name: prod-eu\n  context: {cluster: eu, user: u, namespace: shop}\n- name: dr\n  context: {cluster: d, user: u}\nclusters:\n- name: eu\n  cluster: {server: 'https://eu.example.com:6443'}\n";
        std::fs::write(&file, text).unwrap();
        let config = file.display().to_string();
        let env = [("KUBECONFIG", config.as_str())];
        check("kubectl get pods", &env, "prod-eu/shop");
        check(
            "kubectl get pods -n dotnetagents | grep postgres",
            &env,
            "prod-eu/dotnetagents",
        );
        check("kubectl --context=dr -n a get pods", &env, "dr/a");
        check(
            "kubectl config use-context dr\nkubectl apply -f k8s/dr/",
            &env,
            "dr/default",
        );
        check(
            "kubectl get pods --all-namespaces",
            &env,
            "prod-eu (all namespaces)",
        );
        check(
            "kubectl get nodes",
            &[("KUBECONFIG", "/nowhere/config")],
            "no cluster",
        );
    }
}
