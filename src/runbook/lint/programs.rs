//! Programs, subcommands and options that do not exist in the version installed here, asked from the tool itself.
//!
//! It knows how a command line is read; who answers, and how, is the [`Ask`]'s business. Where an argument is known
//! only when the block runs, or a command takes words of its own, nothing is said.

use super::page::{Page, Shell};
use super::rule::{Report, Rule, Severity};
use super::{Ask, Takes, Word};
use crate::near::{distance, nearest};
use crate::runbook::shell::{self, Argument, Call};
use std::collections::BTreeSet;

pub(super) const PROGRAM: Rule = Rule {
    name: "unknown-program",
    severity: Severity::Note,
    finds: "a program that is not installed where lint runs",
    why: "a step whose program is missing stops with `command not found`, and what was not asked was not proven",
};
pub(super) const SUBCOMMAND: Rule = Rule {
    name: "unknown-subcommand",
    severity: Severity::Error,
    finds: "a subcommand that the installed program does not have",
    why: "the command ends with an error or prints its help, and nothing is recovered",
};
pub(super) const OPTION: Rule = Rule {
    name: "unknown-option",
    severity: Severity::Error,
    finds: "an option that the installed program does not take",
    why: "the command refuses to run at all, in the middle of the incident",
};
pub(super) const RULES: &[&Rule] = &[&PROGRAM, &SUBCOMMAND, &OPTION];

/// What the shell brings along.
const BUILTINS: &str = "\
. : [ [[ alias bg bind break builtin caller case cd command compgen complete continue coproc declare dirs disown do done \
echo elif else enable esac eval exec exit export false fc fg fi for function getopts hash help history if in jobs kill \
let local logout mapfile popd printf pushd pwd read readarray readonly return select set shift shopt source suspend \
test then time times trap true type typeset ulimit umask unalias unset until wait while { } ! sudo doas";

pub(super) fn check(page: &Page<'_>, ask: &dyn Ask, report: &mut Report<'_>) {
    let mut missing = BTreeSet::new();
    let mut no_commands = BTreeSet::new();
    for shell in &page.texts {
        for (index, call) in shell.calls.iter().enumerate() {
            let by_path = call.typed.contains('/');
            if call.remote || call.defined || by_path || is_builtin(&call.program) {
                continue;
            }
            // A name with an underscore is a function of some file more often than a program.
            let function = call.program.contains('_') && !shell::is_known(&call.program);
            if function || !is_name(&call.program) {
                continue;
            }
            if !ask.is_installed(&call.program) {
                if missing.insert(call.program.clone()) {
                    not_installed(page, ask, report, shell, call);
                }
                continue;
            }
            let reading = Reading {
                page,
                ask,
                shell,
                call,
                has_inner: shell.inner(index).is_some(),
            };
            reading.check(report, &mut no_commands);
        }
    }
}

fn is_builtin(program: &str) -> bool {
    BUILTINS
        .split_ascii_whitespace()
        .any(|word| word == program)
}

/// A name that a program could have; a grammar's stumble gives others.
fn is_name(program: &str) -> bool {
    program.starts_with(|first: char| first.is_ascii_alphanumeric())
        && program
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_.+".contains(c))
}

fn not_installed(
    page: &Page<'_>,
    ask: &dyn Ask,
    report: &mut Report<'_>,
    shell: &Shell<'_>,
    call: &Call,
) {
    let program = &call.program;
    let spot = shell.spot(page, call, program);
    let known = shell::is_known(program);
    let meant = nearest(program, shell::known_programs())
        .filter(|near| !known && is_slip(program, near) && ask.is_installed(near));
    match meant {
        Some(near) => report.add_as(
            &PROGRAM,
            Severity::Warning,
            spot,
            format!("there is no program `{program}` here; `{near}` there is"),
            format!("write `{near}`, if that is meant"),
        ),
        None => report.add(
            &PROGRAM,
            spot,
            format!("`{program}` is not installed here: its commands and options were not checked"),
            format!("install `{program}` where lint runs, or name it as a prerequisite if responders may lack it"),
        ),
    }
}

/// "kubeclt" for "kubectl"; "kubeseal" is another program, that is not installed.
fn is_slip(program: &str, near: &str) -> bool {
    let most = if program.len() > 8 { 2 } else { 1 };
    program.len() > 3 && distance(program, near) <= most
}

/// One command line, read as its program would.
struct Reading<'r> {
    page: &'r Page<'r>,
    ask: &'r dyn Ask,
    shell: &'r Shell<'r>,
    call: &'r Call,
    has_inner: bool,
}

/// Commands whose later arguments belong to something else, with or without `--`.
const PASSES_ON: [&str; 10] = [
    "exec",
    "run",
    "ssh",
    "debug",
    "shell",
    "rsh",
    "x",
    "do",
    "redis-cli",
    "valkey-cli",
];

impl Reading<'_> {
    fn check(&self, report: &mut Report<'_>, no_commands: &mut BTreeSet<Vec<String>>) {
        let mut path = vec![self.call.program.clone()];
        // Each with how deep the path was: some programs take their own only in front of a command.
        let mut options: Vec<(usize, &Argument)> = Vec::new();
        let mut descends = true;
        let mut is_value = false;
        for argument in &self.call.arguments {
            let text = &*argument.text;
            if std::mem::take(&mut is_value) {
                continue;
            }
            if text == "--" {
                break;
            }
            if !text.starts_with('-') || text.len() == 1 {
                if !descends {
                    continue;
                }
                if !argument.known {
                    // `$KUBECTL_ARGS` may be anything, also options and commands.
                    descends = false;
                    continue;
                }
                match self.ask.subcommand(&path, text) {
                    Some(Word::Command(name)) => path.push(name),
                    Some(Word::Argument) | None => descends = false,
                    Some(Word::AddOn) => return,
                    Some(Word::Unknown { known, extensible }) => {
                        // A plugin that is not here is said once.
                        let whole = path.iter().cloned().chain([text.to_owned()]).collect();
                        if no_commands.insert(whole) || !extensible {
                            self.no_subcommand(report, &path, text, &known, extensible);
                        }
                        return;
                    }
                }
                let passes_on = PASSES_ON.contains(&&*path[path.len() - 1]);
                if !descends && passes_on && !self.has_inner {
                    break;
                }
                continue;
            }
            let name = text.split('=').next().unwrap_or(text);
            if name.contains('…') || name.contains('<') {
                continue;
            }
            // What the command of the end takes is known only there; values are skipped as far as they are known here.
            is_value = !text.contains('=') && self.ask.option(&path, name) == Some(Takes::Value);
            options.push((path.len(), argument));
        }
        for (depth, argument) in options {
            let name = argument.text.split('=').next().unwrap_or(&argument.text);
            let before = self.ask.option(&path[..depth], name);
            if depth == path.len() || matches!(before, Some(Takes::Unknown(_))) {
                self.option(report, &path, name);
            }
        }
    }

    fn no_subcommand(
        &self,
        report: &mut Report<'_>,
        path: &[String],
        word: &str,
        known: &[String],
        extensible: bool,
    ) {
        let command = path.join(" ");
        let near = nearest(word, known.iter().map(String::as_str));
        // It may be a plugin that responders have.
        let severity = if extensible && near.is_none() {
            Severity::Note
        } else {
            Severity::Error
        };
        let plugin = if extensible {
            ", and no plugin of that name is installed"
        } else {
            ""
        };
        let fix = match near {
            Some(near) => format!("write `{command} {near}`, if that is meant"),
            None => format!("use one that there is: {}", some_of(known)),
        };
        report.add_as(
            &SUBCOMMAND,
            severity,
            self.shell.spot(self.page, self.call, word),
            format!("the `{command}` installed here has no command `{word}`{plugin}"),
            fix,
        );
    }

    fn option(&self, report: &mut Report<'_>, path: &[String], name: &str) {
        let Some(Takes::Unknown(known)) = self.ask.option(path, name) else {
            return;
        };
        let command = path.join(" ");
        let near = nearest(name, known.iter().map(String::as_str)).filter(|near| near.len() > 2);
        let fix = match (near, &*command, name) {
            (Some(near), _, _) => format!("write `{near}`, if that is meant"),
            (None, "kubectl rollout restart", "--all") => {
                "name the workloads, or select them: `kubectl rollout restart deployment -l app=…`; without a name \
                 `kubectl rollout restart deployment -n NAMESPACE` restarts all of the namespace"
                    .to_owned()
            }
            (None, _, _) => format!("see `{command} --help` for what it takes"),
        };
        report.add(
            &OPTION,
            self.shell.spot(self.page, self.call, name),
            format!("the `{command}` installed here takes no `{name}`"),
            fix,
        );
    }
}

fn some_of(known: &[String]) -> String {
    let mut some: Vec<String> = known
        .iter()
        .take(8)
        .map(|word| format!("`{word}`"))
        .collect();
    if known.len() > some.len() {
        some.push("…".to_owned());
    }
    some.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_program_is_no_slip() {
        assert!(is_slip("kubeclt", "kubectl") && is_slip("pgdump", "pg_dump"));
        assert!(is_slip("redis-sentinle", "redis-sentinel"));
        assert!(!is_slip("kubeseal", "kubectl") && !is_slip("wscat", "bzcat"));
    }
}
