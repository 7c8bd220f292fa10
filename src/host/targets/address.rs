//! What one client program would connect to: its own options and words first, then its variables, then its default.
//!
//! It opens no connection and reads no file.

use super::arguments::{self, Arguments, Style};
use super::calls::{Around, Var};
use super::clients::{CLIENTS, Client};
use super::{Claim, Look, postgres};
use crate::health::ComponentKind;
use crate::runbook::shell::{self, Argument, Call};

/// A part of an address that is known only when the command runs.
pub(super) const UNKNOWN: &str = "unknown";

pub(super) type Env<'e> = &'e dyn Fn(&str) -> Var;

/// What changes the machine that it runs on.
const LOCAL: &[&str] = &[
    "systemctl",
    "service",
    "rc-service",
    "reboot",
    "shutdown",
    "poweroff",
    "halt",
    "pg_ctl",
    "pg_ctlcluster",
    "pg_rewind",
    "pg_resetwal",
    "rm",
    "mv",
    "dd",
    "mkfs",
    "mount",
    "umount",
    "kill",
    "pkill",
    "killall",
    "iptables",
    "nft",
    "ip",
    "sysctl",
    "patronictl",
    "repmgr",
    "restic",
    "borg",
    "pgbackrest",
    "barman",
    "wal-g",
];

/// What a command names or its program defaults to; `None` where it talks to nobody, or to nobody but the side that
/// it runs on, which is named already.
pub(super) fn claim(look: &Look<'_>, call: &Call, around: &Around) -> Option<Claim> {
    let env = |name: &str| look.variable(call, around, name);
    let program = call.program.as_str();
    let mut kinds: &[ComponentKind] = &[];
    let found = if postgres::PROGRAMS.contains(&program) {
        kinds = &[ComponentKind::Postgres];
        postgres::claim(look, call, around, &env)
    } else if let Some(client) = CLIENTS.iter().find(|it| it.programs.contains(&program)) {
        kinds = client.kinds;
        plain(look, client, call, &env)
    } else if matches!(program, "aws" | "gcloud" | "gsutil" | "az") {
        Some((cloud(call, &env), true))
    } else if let Some(servers) = bootstrap(call) {
        Some((servers, true))
    } else if matches!(program, "curl" | "wget" | "http" | "https" | "xh") {
        url(call).map(|claim| (claim, true))
    } else if is_own_script(call) && look.named.is_some() {
        // The author knows what it reaches.
        None
    } else if LOCAL.contains(&program) || is_own_script(call) {
        Some((here(look, call), false))
    } else {
        None
    };
    let (mut claim, elsewhere) = found?;
    match &around.via {
        Some(via) if elsewhere => Some(Claim {
            name: format!("{} via {}", claim.name, via.name),
            // Over there names may mean other servers than here.
            evidence: format!("{}, {}", claim.evidence, via.evidence),
        }),
        Some(_) => None,
        None => {
            claim.evidence.push_str(&look.known_of(&claim.name, kinds));
            Some(claim)
        }
    }
}

/// The host that `ssh` is given.
pub(super) fn ssh(call: &Call) -> Claim {
    const VALUES: &str = "-b -c -D -E -e -F -I -i -J -L -l -m -O -o -p -Q -R -S -W -w -B";
    let read = arguments::read(&call.arguments, VALUES, Style::Getopt);
    let host = read.words.first().map_or(UNKNOWN.to_owned(), |word| {
        if is_unknown(word) {
            return UNKNOWN.to_owned();
        }
        let text = word.text.strip_prefix("ssh://").unwrap_or(&word.text);
        let host = text.rsplit_once('@').map_or(text, |(_, host)| host);
        host.trim_end_matches('/').to_owned()
    });
    Claim {
        name: host,
        evidence: "the host that `ssh` is given".into(),
    }
}

/// The far ends of a copy.
pub(super) fn copied(call: &Call) -> Vec<Claim> {
    let mut found = Vec::new();
    let read = arguments::read(
        &call.arguments,
        "-P -i -F -o -J -c -l -S -e --rsh --exclude --include",
        Style::Getopt,
    );
    for word in &read.words {
        let text = word.text.strip_prefix("rsync://").unwrap_or(&word.text);
        let Some((host, _)) = text.split_once(':') else {
            continue;
        };
        if host.contains('/') {
            continue;
        }
        let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
        found.push(Claim {
            name: if is_unknown(word) {
                UNKNOWN.into()
            } else {
                host.to_owned()
            },
            evidence: format!("the host that `{}` is given", call.program),
        });
    }
    found
}

pub(super) fn docker(look: &Look<'_>, call: &Call, env: Env<'_>) -> Claim {
    let read = arguments::read(
        &call.arguments,
        "-H --host -c --context --config -l",
        Style::Cobra,
    );
    if let Some(host) = read.value("-H --host") {
        return Claim {
            name: told(host),
            evidence: "the command's own `-H`".into(),
        };
    }
    if let Some(context) = read.value("--context") {
        return Claim {
            name: format!("docker context {}", told(context)),
            evidence: "the command's own `--context`".into(),
        };
    }
    let local = format!("docker on {}", look.hostname);
    match (env("DOCKER_HOST"), env("DOCKER_CONTEXT")) {
        (Var::Set(host, own), _) => Claim {
            name: host,
            evidence: said_by("DOCKER_HOST", own),
        },
        (Var::Unset, Var::Set(context, own)) => Claim {
            name: format!("docker context {context}"),
            evidence: said_by("DOCKER_CONTEXT", own),
        },
        (Var::Unknown, _) | (_, Var::Unknown) => Claim {
            name: format!("docker on {UNKNOWN}"),
            evidence: "DOCKER_HOST is known only when it runs".into(),
        },
        (Var::Unset, Var::Unset) => Claim {
            name: local,
            evidence: "DOCKER_HOST is not set".into(),
        },
    }
}

/// And whether it is somewhere else than where the command runs.
fn plain(look: &Look<'_>, client: &Client, call: &Call, env: Env<'_>) -> Option<(Claim, bool)> {
    let read = arguments::read(&call.arguments, client.values, client.style);
    if call.program.ends_with("-cli") && read.has("-s") {
        return Some((here(look, call), false));
    }
    let url = read
        .value("-u --uri")
        .into_iter()
        .chain(&read.words)
        .find(|word| word.text.contains("://"));
    // `redis-cli --cluster reshard HOST:PORT`.
    let of_cluster = read
        .has("--cluster")
        .then(|| read.words.iter().find(|word| word.text.contains(':')))
        .flatten();
    let own = "the command's own address";
    let (mut host, evidence, given) = if let Some(url) = url {
        (authority(url), own.to_owned(), true)
    } else if let Some(host) = of_cluster.or_else(|| read.value(client.host)) {
        (told(host), own.to_owned(), true)
    } else {
        match variable(client.host_variable, env) {
            Var::Set(host, set) => (host, said_by(client.host_variable, set), true),
            Var::Unknown => {
                let why = format!("{} is known only when it runs", client.host_variable);
                (UNKNOWN.into(), why, true)
            }
            Var::Unset if client.default_host.is_empty() => {
                let why = format!("`{}` asks this host by default", call.program);
                (look.hostname.to_owned(), why, false)
            }
            Var::Unset if !client.port.is_empty() && read.value(client.port).is_some() => {
                (client.default_host.into(), own.to_owned(), false)
            }
            Var::Unset => {
                let why = format!("{}'s default", call.program);
                (client.default_host.into(), why, false)
            }
        }
    };
    if !client.default_port.is_empty() && !has_port(&host) && host != UNKNOWN {
        let port = read.value(client.port).map(told);
        let port = port.unwrap_or_else(|| match variable(client.port_variable, env) {
            Var::Set(port, _) => port,
            Var::Unknown => UNKNOWN.into(),
            Var::Unset => client.default_port.into(),
        });
        host = with_port(&host, &port);
    }
    let elsewhere = given && !is_local(&host);
    let claim = Claim {
        name: host,
        evidence,
    };
    Some((claim, elsewhere))
}

fn cloud(call: &Call, env: Env<'_>) -> Claim {
    let read: Arguments = arguments::read(
        &call.arguments,
        "--profile --region --project --account --zone --subscription -g --resource-group --output --query",
        Style::Cobra,
    );
    let (first, second) = match call.program.as_str() {
        "aws" => (("--profile", "AWS_PROFILE"), ("--region", "AWS_REGION")),
        "az" => (("--subscription", ""), ("-g --resource-group", "")),
        _ => (
            ("--project", "CLOUDSDK_CORE_PROJECT"),
            ("--zone --region", ""),
        ),
    };
    let mut said = Vec::new();
    let mut part = |(option, name): (&str, &str)| {
        if let Some(given) = read.value(option) {
            said.push(format!(
                "the command's `{}`",
                option.split(' ').next_back().unwrap_or(option)
            ));
            return told(given);
        }
        match variable(name, env) {
            Var::Set(value, own) => {
                said.push(said_by(name, own));
                value
            }
            Var::Unknown => UNKNOWN.into(),
            Var::Unset => "default".into(),
        }
    };
    let name = format!("{} {}/{}", call.program, part(first), part(second));
    let evidence = if said.is_empty() {
        "its own configuration; the command names no account".to_owned()
    } else {
        said.join(" and ")
    };
    Claim { name, evidence }
}

/// The servers that a Kafka tool is given.
fn bootstrap(call: &Call) -> Option<Claim> {
    let values = "--bootstrap-server --brokers --broker-list --bootstrap-controller --zookeeper";
    let read = arguments::read(&call.arguments, values, Style::Cobra);
    let servers = read.value(values)?;
    Some(Claim {
        name: told(servers),
        evidence: "the command's bootstrap servers".into(),
    })
}

fn url(call: &Call) -> Option<Claim> {
    let word = call
        .arguments
        .iter()
        .find(|argument| argument.text.contains("://") && !argument.text.starts_with('-'));
    let name = if let Some(word) = word {
        authority(word)
    } else {
        // A URL without a scheme, where the words say so.
        let bare = call.words.iter().find(|word| {
            word.split(['/', ':'])
                .next()
                .is_some_and(|host| host.contains('.') || host == "localhost")
        })?;
        bare.split('/').next().unwrap_or(bare).to_owned()
    };
    Some(Claim {
        name,
        evidence: "the command's URL".into(),
    })
}

fn here(look: &Look<'_>, call: &Call) -> Claim {
    Claim {
        name: look.hostname.to_owned(),
        evidence: format!("`{}` works on this host", call.program),
    }
}

/// `./failover.sh`: what it reaches is not known; it starts here.
fn is_own_script(call: &Call) -> bool {
    call.typed.contains('/') && !call.defined && !shell::is_known(&call.program)
}

fn variable(name: &str, env: Env<'_>) -> Var {
    if name.is_empty() {
        Var::Unset
    } else {
        env(name)
    }
}

fn said_by(name: &str, own: bool) -> String {
    if own {
        format!("{name}, which the step sets itself")
    } else {
        name.to_owned()
    }
}

pub(super) fn told(argument: &Argument) -> String {
    if is_unknown(argument) || argument.text.is_empty() {
        UNKNOWN.into()
    } else {
        argument.text.clone()
    }
}

/// Whether what it is shows only when the command runs; a `?` that matches no file stays what it is.
pub(super) fn is_unknown(argument: &Argument) -> bool {
    argument.text.contains('…') || !argument.known && argument.text.contains(['*', '['])
}

/// Host and port of a URL.
fn authority(url: &Argument) -> String {
    let rest = url
        .text
        .split_once("://")
        .map_or(url.text.as_str(), |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    if host.is_empty() || host.contains('…') {
        UNKNOWN.into()
    } else {
        host.to_owned()
    }
}

fn has_port(host: &str) -> bool {
    host.rsplit_once(':').is_some_and(|(before, port)| {
        !port.is_empty()
            && port.chars().all(|digit| digit.is_ascii_digit())
            && (!before.contains(':') || before.ends_with(']'))
    })
}

pub(super) fn with_port(host: &str, port: &str) -> String {
    if has_port(host) {
        host.to_owned()
    } else if host.contains(':') && !host.starts_with('[') {
        format!("[{host}]:{port}")
    } else {
        format!("{host}:{port}")
    }
}

pub(super) fn is_local(address: &str) -> bool {
    ["localhost", "127.", "[::1]", "::1"]
        .iter()
        .any(|local| address.starts_with(local))
}
