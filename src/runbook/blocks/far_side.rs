//! Which line of a block opens a remote shell or a prompt, and what is typed there.

use super::is_blank_or_comment;
use crate::runbook::commands;

/// What is typed at the far side of a remote shell or prompt that an earlier line opens.
pub(in crate::runbook) fn far_side(text: &str) -> Option<&str> {
    let mut opened = false;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if opened && !is_blank_or_comment(line) {
            return Some(&text[at..]);
        }
        at += line.len();
        // What the last line opens has no far side here.
        opened = opened || at < text.len() && opens_far_side(line.trim_end());
    }
    None
}

/// `ssh host`, `kubectl exec -it x -- bash`, `psql` and the like, with nothing handed to them to do.
fn opens_far_side(line: &str) -> bool {
    let line = line.split(" #").next().unwrap_or(line).trim();
    if line.is_empty()
        || line.starts_with('#')
        || line.contains(['|', ';'])
        || line.contains("<<")
        || line.contains(" < ")
        || line.ends_with('\\')
        || line.contains("&&")
        || line.contains("$(")
    {
        return false;
    }
    let (program, rest) = commands::program(line);
    let program = program.rsplit('/').next().unwrap_or(program);
    let container = matches!(
        program,
        "kubectl"
            | "oc"
            | "k"
            | "docker"
            | "podman"
            | "nerdctl"
            | "crictl"
            | "docker-compose"
            | "kubectl-exec"
    );
    // Most of what is done with containers enters none.
    let enters = ["exec", "run", "debug", "rsh", "attach"];
    if container && !enters.iter().any(|verb| rest.contains(verb)) {
        return false;
    }
    let words: Vec<&str> = rest.split_whitespace().collect();
    let is = |word: &str, flag: &str| match word.strip_prefix(flag) {
        Some("") => true,
        Some(value) => value.starts_with('=') && flag.starts_with("--"),
        None => false,
    };
    let has = |flags: &[&str]| {
        words
            .iter()
            .any(|word| flags.iter().any(|flag| is(word, flag)))
    };
    let last = words.last().copied().unwrap_or_default();
    let shell = |word: &str| {
        matches!(
            word.rsplit('/')
                .next()
                .unwrap_or(word)
                .trim_matches(['"', '\'']),
            "bash"
                | "sh"
                | "zsh"
                | "ash"
                | "psql"
                | "mysql"
                | "mongo"
                | "mongosh"
                | "redis-cli"
                | "cqlsh"
                | "python"
                | "python3"
                | "rails"
                | "iex"
                | "sqlplus"
        )
    };
    match program {
        "ssh" => {
            let targets = words.iter().enumerate().filter(|(i, w)| {
                !w.starts_with('-')
                    && !i.checked_sub(1).is_some_and(|p| {
                        matches!(
                            words[p],
                            "-i" | "-p" | "-o" | "-l" | "-F" | "-J" | "-L" | "-R" | "-D"
                        )
                    })
            });
            targets.count() == 1 && !has(&["-N", "-f", "-fN"])
        }
        "su" => !has(&["-c", "--command"]),
        "bash" | "sh" | "zsh" => words.is_empty() || last == "-l",
        _ if container => {
            let exec = has(&enters);
            let tty = has(&["-it", "-ti", "--tty", "-t", "rsh"])
                || words
                    .windows(2)
                    .any(|w| matches!(w, ["-i", "-t"] | ["-t", "-i"]))
                || has(&["debug"]);
            exec && tty
                && (shell(last)
                    || words.contains(&"rsh") && words.len() <= 4
                    || program == "oc" && words.first() == Some(&"debug") && !words.contains(&"--")
                    || psql_opens(&words))
        }
        "psql" | "mysql" | "mariadb" | "cqlsh" | "sqlite3" | "clickhouse-client" | "cockroach" => {
            let told = has(&[
                "-c",
                "--command",
                "-f",
                "--file",
                "-e",
                "--execute",
                "-l",
                "--list",
                "--version",
                "-V",
                "--query",
                "-q",
                "-Atc",
                "-tAc",
                "-tc",
                "-Ac",
                "-At",
            ]) || words.iter().any(|w| w.starts_with("-c") && w.len() > 2);
            let elsewhere = match program {
                "sqlite3" => words.len() > 1,
                "cockroach" => !has(&["sql"]),
                _ => false,
            };
            !(told || elsewhere)
        }
        "mongo" | "mongosh" => {
            !has(&["--eval", "--file"]) && !words.iter().any(|w| w.contains(".js"))
        }
        "redis-cli" | "valkey-cli" => {
            let mut skip = false;
            !words.iter().any(|w| {
                if skip {
                    skip = false;
                    return false;
                }
                skip = matches!(*w, "-h" | "-p" | "-a" | "-n" | "-u" | "--user" | "--pass");
                !skip && !w.starts_with('-')
            })
        }
        "chroot" => words.len() <= 1 || words.len() == 2 && shell(last),
        "fly" | "flyctl" => {
            words.starts_with(&["ssh", "console"]) && !has(&["-C", "--command"])
                || words.starts_with(&["postgres", "connect"])
        }
        "aws" => words.starts_with(&["ssm", "start-session"]) && !has(&["--document-name"]),
        "gcloud" => words.contains(&"ssh") && !has(&["--command"]) && !words.contains(&"--"),
        "nsenter" => shell(last),
        "heroku" => {
            words.first() == Some(&"run") && shell(last) || words.first() == Some(&"pg:psql")
        }
        "screen" | "tmux" => {
            words.is_empty() || matches!(words.first(), Some(&("-S" | "new" | "-r")))
        }
        _ => {
            line.starts_with("sudo -i")
                || line.starts_with("sudo su") && !line.contains(" -c ")
                || line == "sudo -s"
        }
    }
}

/// `kubectl exec -it pod -- psql -U postgres` without anything to execute.
fn psql_opens(words: &[&str]) -> bool {
    let Some(at) = words.iter().position(|w| *w == "--") else {
        return false;
    };
    let inner = words[at + 1..].join(" ");
    !inner.is_empty()
        && !matches!(words.get(at + 1), Some(&("kubectl" | "docker" | "ssh")))
        && opens_far_side(&inner)
}
