//! `sleep` where the tools have a wait of their own, named by what the step has just changed.

use super::page::{Page, Shell};
use super::rule::{Report, Rule};
use super::steps::is_look;
use crate::runbook::shell::Call;

pub(super) const SLEEP: Rule = Rule {
    name: "sleep-for-wait",
    severity: super::Severity::Warning,
    finds: "`sleep` after a change whose end can be waited for",
    why: "too short on a bad night, and the next command hits something half started; too long on all others",
};
pub(super) const RULES: &[&Rule] = &[&SLEEP];

pub(super) fn check(page: &Page<'_>, report: &mut Report<'_>) {
    for shell in &page.texts {
        for (index, call) in shell.calls.iter().enumerate() {
            let seconds = call.words.first().and_then(|word| seconds(word));
            if call.program != "sleep" || call.looped || seconds.is_some_and(|seconds| seconds < 3)
            {
                continue;
            }
            let Some(wait) = change_before(&shell.calls[..index], shell) else {
                continue;
            };
            let length = call.words.first().map_or("", String::as_str);
            report.add(
                &SLEEP,
                shell.spot(page, call, "sleep"),
                format!(
                    "`sleep {length}` hopes that `{}` is done by then",
                    wait.changed
                ),
                format!("wait for it: `{}`", wait.instead),
            );
        }
    }
}

/// The last change before a place, unless something has looked since.
fn change_before(calls: &[Call], shell: &Shell<'_>) -> Option<Wait> {
    calls
        .iter()
        .rev()
        .take_while(|call| !is_look(&call.program, &call.words))
        .find_map(|call| wait_for(call, shell))
}

struct Wait {
    changed: String,
    instead: String,
}

/// The wait that belongs to a change; `None` for what changes nothing, or has none.
fn wait_for(call: &Call, shell: &Shell<'_>) -> Option<Wait> {
    let verb = call.words.first().map_or("", String::as_str);
    let second = call.words.get(1).map_or("", String::as_str);
    let changed = |words: usize| {
        let words: Vec<&str> = call.words.iter().take(words).map(String::as_str).collect();
        format!("{} {}", call.program, words.join(" "))
            .trim_end()
            .to_owned()
    };
    let wait = |words: usize, instead: String| {
        Some(Wait {
            changed: changed(words),
            instead,
        })
    };
    match &*call.program {
        "kubectl" | "oc" => {
            let program = &call.program;
            let namespace = call
                .value(&["-n", "--namespace"])
                .map_or(String::new(), |name| format!(" -n {name}"));
            let workload = workload(&call.words);
            let to_zero = call.value(&["--replicas"]) == Some("0");
            match verb {
                "scale" if to_zero => {
                    let instead =
                        format!("{program} wait --for=delete pod -l app=…{namespace} --timeout=5m");
                    wait(1, instead)
                }
                "rollout" if matches!(second, "status" | "history") => None,
                "rollout" | "scale" | "set" | "patch" | "apply" | "create" | "replace" => {
                    let object = workload.unwrap_or_else(|| "deployment/NAME".to_owned());
                    let instead =
                        format!("{program} rollout status {object}{namespace} --timeout=5m");
                    wait(if verb == "rollout" { 2 } else { 1 }, instead)
                }
                "delete" if matches!(second.split('/').next(), Some("pod" | "pods" | "po")) => {
                    let instead = format!(
                        "{program} wait --for=condition=Ready pod -l app=…{namespace} --timeout=5m"
                    );
                    wait(2, instead)
                }
                "delete" => wait(
                    2,
                    format!("{program} wait --for=delete …{namespace} --timeout=5m"),
                ),
                "drain" | "cordon" | "uncordon" => None,
                _ => None,
            }
        }
        "helm" if matches!(verb, "upgrade" | "install" | "rollback" | "uninstall") => {
            wait(1, format!("helm {verb} … --wait --timeout 5m"))
        }
        "systemctl" if matches!(verb, "start" | "restart" | "stop" | "reload") => {
            let unit = if second.is_empty() { "UNIT" } else { second };
            let service = unit.trim_end_matches(".service");
            let ready =
                ready(service).unwrap_or_else(|| format!("systemctl is-active --quiet {unit}"));
            let not = if verb == "stop" { "while" } else { "until" };
            wait(2, format!("{not} {ready}; do sleep 1; done"))
        }
        "service" if matches!(second, "start" | "restart") => {
            let ready = ready(verb).unwrap_or_else(|| format!("service {verb} status"));
            wait(2, format!("until {ready}; do sleep 1; done"))
        }
        "pg_ctl" | "pg_ctlcluster"
            if call
                .words
                .iter()
                .any(|word| matches!(word.as_str(), "start" | "restart" | "promote")) =>
        {
            wait(1, "until pg_isready -q; do sleep 1; done".to_owned())
        }
        "docker" | "docker-compose" | "podman" => {
            let compose = call.program == "docker-compose" || verb == "compose";
            let acts = call
                .words
                .iter()
                .any(|word| matches!(word.as_str(), "up" | "start" | "restart" | "run"));
            let name = shell.scenario.title.to_lowercase();
            match (acts, compose) {
                (true, true) => {
                    let service = call
                        .words
                        .last()
                        .filter(|word| !matches!(word.as_str(), "up" | "start" | "restart"));
                    let service = service.map_or(String::new(), |service| format!(" {service}"));
                    let program = if call.program == "docker-compose" {
                        "docker-compose"
                    } else {
                        "docker compose"
                    };
                    wait(2, format!("{program} up -d --wait{service}"))
                }
                (true, false) => {
                    let container = call.words.last().map_or("NAME", String::as_str);
                    let ready = ready(container).or_else(|| ready(&name)).map_or_else(
                        || format!("until [ \"$(docker inspect -f '{{{{.State.Health.Status}}}}' {container})\" = healthy ]; do sleep 1; done"),
                        |ready| format!("until docker exec {container} {ready}; do sleep 1; done"),
                    );
                    wait(2, ready)
                }
                (false, _) => None,
            }
        }
        "aws" => {
            let acts = [
                "reboot", "start", "stop", "create", "restore", "promote", "failover", "modify",
                "update",
            ];
            let starts = acts.iter().any(|act| second.starts_with(act));
            if starts {
                wait(2, format!("aws {verb} wait …"))
            } else {
                None
            }
        }
        _ => None,
    }
}

/// The question that a server answers when it is ready.
fn ready(service: &str) -> Option<String> {
    let service = service.to_lowercase();
    let command = if service.contains("postgres") || service.contains("pg") {
        "pg_isready -q"
    } else if service.contains("redis") || service.contains("valkey") {
        "redis-cli ping | grep -q PONG"
    } else if service.contains("mysql") || service.contains("maria") {
        "mysqladmin ping --silent"
    } else if service.contains("rabbit") {
        "rabbitmqctl await_startup"
    } else {
        return None;
    };
    Some(command.to_owned())
}

/// `deployment/api` of `deployment api` or `deployment/api`.
fn workload(words: &[String]) -> Option<String> {
    let kinds = [
        "deployment",
        "deployments",
        "deploy",
        "statefulset",
        "statefulsets",
        "sts",
        "daemonset",
        "ds",
    ];
    let at = words.iter().position(|word| {
        let kind = word.split('/').next().unwrap_or("");
        kinds.contains(&kind)
    })?;
    if words[at].contains('/') {
        return Some(words[at].clone());
    }
    let name = words.get(at + 1).map_or("NAME", String::as_str);
    Some(format!("{}/{name}", words[at]))
}

/// The seconds that `sleep` is told: `60`, `5m`, `1.5`.
pub(super) fn seconds(word: &str) -> Option<u64> {
    let unit = word.chars().last()?;
    let (number, factor) = match unit {
        's' => (&word[..word.len() - 1], 1.0),
        'm' => (&word[..word.len() - 1], 60.0),
        'h' => (&word[..word.len() - 1], 3600.0),
        'd' => (&word[..word.len() - 1], 86_400.0),
        _ => (word, 1.0),
    };
    let number: f64 = number.parse().ok()?;
    (number.is_finite() && number >= 0.0).then_some((number * factor) as u64)
}
