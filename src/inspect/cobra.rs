//! Programs built on Cobra (kubectl, helm, docker, rpk, …), asked through their own completion and help.
//!
//! Options are put to the program's own parser by its hidden `__complete` command, which parses what stands before the
//! word to complete and never gets as far as running it. That word is always `--`, so no names of objects are asked for
//! and no server is spoken to. Commands are read from `--help`.

use super::help::sections;
use super::path;
use super::run::{self, Printed};
use crate::runbook::lint::{Takes, Word};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::rc::Rc;

#[derive(Debug, Clone)]
pub(super) struct Program {
    name: String,
    file: PathBuf,
    folders: Vec<PathBuf>,
    helps: Rc<RefCell<Helps>>,
}

/// What was asked already, by the command's path.
type Helps = BTreeMap<Vec<String>, Option<Rc<Help>>>;

/// What `--help` says of a command.
#[derive(Debug, Default, PartialEq, Eq)]
struct Help {
    /// The command's own names below the program's, aliases resolved.
    path: Vec<String>,
    commands: Vec<String>,
    /// It takes words that are no commands.
    takes_words: bool,
}

/// Programs that run `PROGRAM-WORD` from the path for a command that they do not have.
const EXTENSIBLE: [&str; 6] = ["kubectl", "oc", "docker", "helm", "gh", "cf"];

impl Program {
    pub fn new(name: &str, file: PathBuf, folders: Vec<PathBuf>) -> Self {
        Program {
            name: name.to_owned(),
            file,
            folders,
            helps: Rc::default(),
        }
    }

    pub fn subcommand(&self, path: &[String], word: &str) -> Option<Word> {
        let help = self.help(path)?;
        if help.commands.is_empty() {
            return Some(Word::Argument);
        }
        if help.commands.iter().any(|command| command == word) {
            return Some(Word::Command(word.to_owned()));
        }
        if path.is_empty() && path::find(&self.folders, &format!("{}-{word}", self.name)).is_some()
        {
            return Some(Word::AddOn);
        }
        if !is_command_like(word) {
            return Some(Word::Argument);
        }
        let deeper: Vec<String> = path.iter().cloned().chain([word.to_owned()]).collect();
        let asked = self.help(&deeper);
        if let Some(found) = &asked
            && found.path.len() > help.path.len()
            && let Some(name) = found.path.last()
        {
            return Some(Word::Command(name.clone()));
        }
        // A root command that takes no words says so itself.
        let refused = || {
            let printed = self.complete(path, word)?;
            Some(printed.err.to_lowercase().contains("find a command"))
        };
        if help.takes_words {
            return Some(Word::Argument);
        }
        // What the root neither refuses nor answers with its own help it hands on (`docker compose`).
        let extensible = path.is_empty() && EXTENSIBLE.contains(&&*self.name);
        let keeps = !extensible && asked.is_some_and(|found| found.path == help.path);
        if path.is_empty() && !keeps && refused() != Some(true) {
            return Some(Word::AddOn);
        }
        Some(Word::Unknown {
            known: help.commands.clone(),
            extensible,
        })
    }

    pub fn option(&self, path: &[String], option: &str) -> Option<Takes> {
        if matches!(option, "--help" | "-h" | "--version") {
            return Some(Takes::Nothing);
        }
        let printed = self.complete(path, option)?;
        let said = printed.err.to_lowercase();
        if said.contains("unknown flag") || said.contains("unknown shorthand flag") {
            return Some(Takes::Unknown(self.options(path)));
        }
        if said.contains("flag needs an argument") {
            return Some(Takes::Value);
        }
        answered(&printed).then_some(Takes::Nothing)
    }

    /// Every option that the command shows.
    fn options(&self, path: &[String]) -> Vec<String> {
        let words = ["__complete"]
            .into_iter()
            .chain(path.iter().map(String::as_str))
            .chain(["-"]);
        let printed = run::ask(&self.file, &self.name, words).unwrap_or_default();
        printed
            .out
            .lines()
            .filter_map(|line| line.split('\t').next())
            .filter(|name| name.starts_with('-'))
            .map(str::to_owned)
            .collect()
    }

    fn complete(&self, path: &[String], word: &str) -> Option<Printed> {
        let words = ["__complete"]
            .into_iter()
            .chain(path.iter().map(String::as_str))
            .chain([word, "--"]);
        run::ask(&self.file, &self.name, words)
    }

    fn help(&self, path: &[String]) -> Option<Rc<Help>> {
        if let Some(known) = self.helps.borrow().get(path) {
            return known.clone();
        }
        let words = path.iter().map(String::as_str).chain(["--help"]);
        let printed = run::ask(&self.file, &self.name, words);
        let help = printed
            .filter(|printed| printed.is_success)
            .and_then(|printed| Help::read(&printed.out))
            .map(Rc::new);
        self.helps.borrow_mut().insert(path.to_vec(), help.clone());
        help
    }
}

/// Completion always ends with a directive, `:4`.
fn answered(printed: &Printed) -> bool {
    printed.out.lines().any(|line| {
        line.strip_prefix(':').is_some_and(|number| {
            !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
        })
    })
}

/// A word that could be a command's name; `deployment/api` and `5` could not.
fn is_command_like(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_lowercase())
        && word
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_')
}

impl Help {
    fn read(text: &str) -> Option<Help> {
        let usage = usage(text);
        let first = usage.first()?;
        let is_name = |word: &&str| is_command_like(word);
        let path: Vec<String> = first
            .split_whitespace()
            .skip(1)
            .take_while(is_name)
            .map(str::to_owned)
            .collect();
        let commands = sections(text);
        let rest = |line: &str| -> Vec<String> {
            line.split_whitespace()
                .skip(1)
                .skip_while(|word| is_command_like(word))
                .map(|word| word.trim_matches(['[', ']', '<', '>']).to_lowercase())
                .collect()
        };
        let for_commands =
            |word: &String| matches!(word.as_str(), "command" | "subcommand" | "commands");
        let for_options =
            |word: &String| matches!(word.as_str(), "flags" | "options" | "global" | "...");
        let lines: Vec<Vec<String>> = usage.iter().map(|line| rest(line)).collect();
        let operands = lines
            .iter()
            .flatten()
            .any(|word| !for_commands(word) && !for_options(word));
        // Cobra writes a line of its own for a group that does something by itself.
        let runs = lines.len() > 1 && lines.iter().any(|line| line.iter().all(for_options));
        Some(Help {
            path,
            commands,
            takes_words: operands || runs,
        })
    }
}

/// The lines that say how a command is called.
fn usage(text: &str) -> Vec<&str> {
    let mut lines = text.lines().skip_while(|line| {
        let lower = line.trim_start().to_lowercase();
        line.starts_with(' ') || !(lower.starts_with("usage:") || lower.trim_end() == "usage")
    });
    let Some(head) = lines.next() else {
        return Vec::new();
    };
    let same = head.split_once(':').map_or("", |(_, rest)| rest.trim());
    if !same.is_empty() {
        return vec![same];
    }
    lines
        .map(str::trim)
        .take_while(|line| !line.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
    use super::*;

    #[track_caller]
    fn check(text: &str, path: &[&str], commands: &[&str], takes_words: bool) {
        let help = Help::read(text).unwrap();
        assert_eq!(help.path, path);
        assert_eq!(help.commands, commands);
        assert_eq!(help.takes_words, takes_words);
    }

    #[test]
    fn helps_of_many_makes_are_read() {
        check(
            "Manage the rollout of one or many resources.\n\nExamples:\n  kubectl rollout undo deployment/abc\n\n\
             Available Commands:\n  history       View rollout history\n  restart       Restart a resource\n\n\
             Usage:\n  kubectl rollout SUBCOMMAND [options]\n\nUse \"kubectl rollout <command> --help\" for more.\n",
            &["rollout"],
            &["history", "restart"],
            false,
        );
        check(
            "Create, delete and inspect topics.\n\nUsage:\n  rpk topic [command]\n\nAvailable Commands:\n  \
             consume     Consume records from topics\n  create      Create topics\n\nFlags:\n  -h, --help   Help\n",
            &["topic"],
            &["consume", "create"],
            false,
        );
        check(
            "Usage:  docker exec [OPTIONS] CONTAINER COMMAND [ARG...]\n\nExecute a command\n\nOptions:\n  -d, --detach\n",
            &["exec"],
            &[],
            true,
        );
        check(
            "Work with repositories.\n\nUSAGE\n  gh repo <command> [flags]\n\nGENERAL COMMANDS\n  create:      Create\n  \
             list:        List\n\nFLAGS\n  --help   Show help\n",
            &["repo"],
            &["create", "list"],
            false,
        );
        check(
            "Build.\n\nUsage:\n  site [flags]\n  site [command]\n\nAvailable Commands:\n  server   Serve\n",
            &[],
            &["server"],
            true,
        );
    }

    /// What Temporal's own program, 1.5.1, was seen to answer: its root completes and explains whatever follows.
    const TEMPORAL: &str = r#"#!/bin/sh
case "$*" in
__complete*) printf -- '--address\tThe host\n:4\n' ;;
"workflow --help") printf 'Usage:\n  temporal workflow [command]\n\nAvailable Commands:\n  list  List them\n' ;;
*) printf 'The CLI.\n\nUsage:\n  temporal [command]\n\nAvailable Commands:\n  operator  Manage\n  workflow  Operate\n' ;;
esac
"#;

    #[test]
    fn a_root_that_answers_for_any_word_has_no_more_commands_for_it() {
        let folder = tempfile::tempdir().unwrap();
        let (text, file) = (folder.path().join("text"), folder.path().join("temporal"));
        std::fs::write(&text, TEMPORAL).unwrap();
        // What this process had open for writing another test's child may hold when it is to be run.
        let mut install = std::process::Command::new("install");
        assert!(
            install
                .args(["-m", "755"])
                .args([&text, &file])
                .status()
                .unwrap()
                .success()
        );
        let of = |name: &str, path: &[&str], word: &str| {
            let path: Vec<String> = path.iter().map(|&word| word.to_owned()).collect();
            Program::new(name, file.clone(), Vec::new()).subcommand(&path, word)
        };
        assert!(
            matches!(of("temporal", &[], "workflow"), Some(Word::Command(name)) if name == "workflow")
        );
        assert!(matches!(
            of("temporal", &["workflow"], "list"),
            Some(Word::Command(_))
        ));
        let unknown = of("temporal", &[], "admin");
        assert!(
            matches!(&unknown, Some(Word::Unknown { known, extensible: false }) if known == &["operator", "workflow"]),
            "{unknown:?}"
        );
        // A program that is known for its plugins may hand the word on.
        assert!(matches!(of("docker", &[], "admin"), Some(Word::AddOn)));
    }
}
