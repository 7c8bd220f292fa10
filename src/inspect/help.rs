//! Programs whose `--help` is known to be harmless and to list every option, and what that says.
//!
//! A closed list: a program that is not in it is never run, since nobody knows what it does with `--help`.

use super::run;
use crate::runbook::lint::{Takes, Word};
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::rc::Rc;

/// Programs that list every option with `--help`.
const WHOLE: &[&str] = &[
    "psql",
    "pg_dump",
    "pg_dumpall",
    "pg_restore",
    "pg_basebackup",
    "pg_ctl",
    "pg_isready",
    "pg_rewind",
    "createdb",
    "dropdb",
    "createuser",
    "dropuser",
    "vacuumdb",
    "reindexdb",
    "clusterdb",
    "redis-cli",
    "systemctl",
    "journalctl",
    "ls",
    "cp",
    "mv",
    "rm",
    "mkdir",
    "df",
    "du",
    "cat",
    "head",
    "tail",
    "sort",
    "uniq",
    "wc",
    "cut",
    "tee",
    "touch",
    "chmod",
    "chown",
    "ln",
    "stat",
    "sha256sum",
    "md5sum",
    "grep",
    "tar",
    "gzip",
    "rsync",
];

#[derive(Debug, Clone)]
pub(super) struct Program {
    name: String,
    file: PathBuf,
    options: Rc<OnceCell<Option<Options>>>,
    commands: Rc<OnceCell<Option<Vec<String>>>>,
}

/// Options by name, and whether they take a value.
type Options = BTreeMap<String, bool>;

impl Program {
    pub fn new(name: &str, file: PathBuf) -> Option<Self> {
        let asked = WHOLE.contains(&name) || matches!(name, "curl" | "git" | "terraform");
        asked.then(|| Program {
            name: name.to_owned(),
            file,
            options: Rc::default(),
            commands: Rc::default(),
        })
    }

    /// Of these programs only git and terraform have commands that can be listed.
    pub fn subcommand(&self, path: &[String], word: &str) -> Option<Word> {
        if !path.is_empty() || !matches!(&*self.name, "git" | "terraform") {
            return Some(Word::Argument);
        }
        let known = self.commands.get_or_init(|| self.list()).as_ref()?;
        Some(if known.iter().any(|command| command == word) {
            // What a command takes is not told completely.
            Word::AddOn
        } else {
            Word::Unknown {
                known: known.clone(),
                extensible: self.name == "git",
            }
        })
    }

    pub fn option(&self, path: &[String], option: &str) -> Option<Takes> {
        if !path.is_empty() || matches!(&*self.name, "git" | "terraform") {
            return None;
        }
        let options = self.options.get_or_init(|| self.read()).as_ref()?;
        takes(options, option)
    }

    fn read(&self) -> Option<Options> {
        let arguments: &[&str] = if self.name == "curl" {
            &["--help", "all"]
        } else {
            &["--help"]
        };
        let printed = run::ask(&self.file, &self.name, arguments.iter().copied())?;
        let text = printed.out + &printed.err;
        let options = read_options(&text);
        // A short usage (busybox) lists nothing to rely on.
        (text.contains("--help") && options.len() > 4).then_some(options)
    }

    fn list(&self) -> Option<Vec<String>> {
        if self.name == "git" {
            let list = "--list-cmds=main,others,alias,nohelpers";
            let printed = run::ask(&self.file, "git", [list])?;
            return Some(printed.out.lines().map(str::to_owned).collect())
                .filter(|list: &Vec<_>| list.len() > 20);
        }
        let printed = run::ask(&self.file, &self.name, ["-help"])?;
        Some(sections(&printed.out)).filter(|list| list.len() > 4)
    }
}

/// What an option is, by the list; `None` for a cluster with a letter that is not in it.
fn takes(options: &Options, option: &str) -> Option<Takes> {
    let of = |valued: bool| if valued { Takes::Value } else { Takes::Nothing };
    if let Some(valued) = options.get(option) {
        return Some(of(*valued));
    }
    let unknown = || Some(Takes::Unknown(options.keys().cloned().collect()));
    if let Some(long) = option.strip_prefix("--") {
        let positive = long.strip_prefix("no-").map(|rest| format!("--{rest}"));
        // GNU's parser takes any beginning that fits.
        let begun = options
            .iter()
            .find(|(name, _)| long.len() > 1 && name.starts_with(option));
        return match begun {
            Some((_, valued)) => Some(of(*valued)),
            None if positive.is_some_and(|name| options.contains_key(&name)) => {
                Some(Takes::Nothing)
            }
            None => unknown(),
        };
    }
    let letters: Vec<char> = option.chars().skip(1).collect();
    if letters.iter().any(char::is_ascii_digit) {
        return None;
    }
    if let [_] = letters[..] {
        return unknown();
    }
    for (index, letter) in letters.iter().enumerate() {
        match options.get(&format!("-{letter}")) {
            Some(true) if index + 1 == letters.len() => return Some(Takes::Value),
            Some(true) => return Some(Takes::Nothing),
            Some(false) => {}
            None => return None,
        }
    }
    Some(Takes::Nothing)
}

/// The options that a help lists: `-c, --command=COMMAND   run only …`.
fn read_options(text: &str) -> Options {
    let mut options = Options::new();
    for line in text
        .lines()
        .map(str::trim_start)
        .filter(|line| line.starts_with('-'))
    {
        let end = line.find("  ").unwrap_or(line.len());
        let words: Vec<&str> = line[..end]
            .split([' ', ',', '\t'])
            .filter(|word| !word.is_empty())
            .collect();
        let mut names: Vec<String> = Vec::new();
        let mut valued = false;
        for word in words {
            if !word.starts_with('-') {
                // `-h <hostname>`; a description after a single blank begins with no bracket and no capitals.
                let value = word.starts_with(['<', '['])
                    || word
                        .chars()
                        .all(|c| c.is_uppercase() || "_-|.:/".contains(c));
                valued |= value && !word.starts_with('[');
                continue;
            }
            let name = word
                .split(['=', '[', '<'])
                .next()
                .unwrap_or(word)
                .trim_end_matches([':', '.']);
            valued |= word.contains('=') && !word.contains("[=");
            if let Some(rest) = word.strip_prefix("--[no-]") {
                let rest = rest.split('=').next().unwrap_or(rest);
                names.extend([format!("--{rest}"), format!("--no-{rest}")]);
            } else if name.len() > 1
                && name
                    .trim_start_matches('-')
                    .starts_with(|c: char| c.is_alphanumeric() || c == '?')
            {
                names.push(name.to_owned());
            }
        }
        for name in names {
            let known = options.entry(name).or_insert(valued);
            *known |= valued;
        }
    }
    options
}

/// The names listed under headings that speak of commands.
pub(super) fn sections(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if !line.starts_with([' ', '\t']) {
            let head = line.trim();
            let shouted = !head.is_empty() && !head.chars().any(char::is_lowercase);
            if !head.is_empty() {
                inside =
                    (head.ends_with(':') || shouted) && head.to_lowercase().contains("command");
            }
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        if !inside || indent > 4 {
            continue;
        }
        let entry = line.trim_start().split("  ").next().unwrap_or("");
        for word in entry
            .split([' ', ','])
            .filter(|word| !word.is_empty())
            .take(3)
        {
            let name = word.trim_end_matches([':', '*']);
            let plain = name.starts_with(|c: char| c.is_ascii_lowercase())
                && name
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
            if !plain {
                break;
            }
            if !found.iter().any(|known| known == name) {
                found.push(name.to_owned());
            }
            // `create:  Create …`, `ls, list`; behind a single blank the description begins.
            if !word.ends_with(',') && !entry.contains(", ") {
                break;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const PSQL: &str = "psql is the PostgreSQL interactive terminal.\n\nGeneral options:\n  -c, --command=COMMAND    run only \
        single command\n  -l, --list               list available databases\n  -v, --set=, --variable=NAME=VALUE\n  \
        -h, --host=HOSTNAME      database server host\n  -X, --no-psqlrc          do not read startup file\n  -?, --help[=options]     show this help\n";

    #[track_caller]
    fn check(option: &str, expected: Option<&str>) {
        let said = takes(&read_options(PSQL), option).map(|takes| match takes {
            Takes::Nothing => "nothing",
            Takes::Value => "value",
            Takes::Unknown(_) => "unknown",
        });
        assert_eq!(said, expected, "{option}");
    }

    #[test]
    fn options_are_read_from_a_help() {
        check("--command", Some("value"));
        check("-c", Some("value"));
        check("-l", Some("nothing"));
        check("--variable", Some("value"));
        check("--help", Some("nothing"));
        // Beginnings are enough for GNU's parser, and letters are taken together.
        check("--comm", Some("value"));
        check("-Xl", Some("nothing"));
        check("-Xc", Some("value"));
        check("-cselect", Some("nothing"));
        check("--comand", Some("unknown"));
        check("-y", Some("unknown"));
        check("-Xy", None);
        check("-100", None);
    }
}
