//! The table of programs and verbs: `table.toml`, read once, and the rules a team puts in front.
//!
//! It knows how a rule is written, never what a program does: that is in the data.

use crate::runbook::Risk;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// The shipped table.
pub(super) static SHIPPED: LazyLock<Table> = LazyLock::new(|| {
    Table::read(include_str!("table.toml")).expect("the embedded table is tested")
});

#[derive(Debug)]
pub(super) struct Table {
    programs: BTreeMap<String, Program>,
    /// Another name → the name in `programs`.
    names: BTreeMap<String, String>,
    /// Variables whose value some program runs, such as `PAGER`.
    pub running_variables: BTreeSet<String>,
    functions: Vec<(String, Verdict)>,
}

/// What the table knows of one program.
#[derive(Debug, Default)]
pub(super) struct Program {
    /// Options whose value is the next word.
    pub values: BTreeSet<String>,
    /// Options whose value is glued to them and never the next word.
    pub attached: BTreeSet<String>,
    /// Options known to stand alone.
    pub flags: BTreeSet<String>,
    pub otherwise: Verdict,
    pub rules: Vec<Rule>,
    /// Any of these makes the whole command look only.
    pub harmless: Vec<OptionPattern>,
    /// First options of a wrapper that make it tell of the command instead of running it.
    pub asks: BTreeSet<String>,
    /// Verb → words after it that come before a command of its own (`exec POD`).
    pub through: Vec<(Vec<String>, usize)>,
    /// The rest is a command, after so many words (`timeout 5m CMD`).
    pub wraps: Option<usize>,
    /// Its words after the verb are kinds of objects (`pvc/data`, `pod,svc`).
    pub kinds: bool,
    /// Case of its verbs does not matter.
    pub fold: bool,
    /// Judged by code of its own.
    pub by: Option<String>,
    pub statements: Option<Statements>,
}

/// A program that is fed statements: by option, by file, or at a prompt.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Statements {
    /// `sql`, `shell`, `words` (its own verbs, one command a line) or `script`.
    pub language: String,
    pub options: String,
    pub files: String,
    /// Options that make it do something else than take statements.
    pub instead: String,
    /// A backslash is an escape in its strings.
    pub backslashes: bool,
}

/// A level, its reason, and whether a person must type.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Verdict {
    pub risk: Risk,
    pub interactive: bool,
    pub why: String,
}

/// One line of the table: words and options that must be there, and what it then does.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub words: Vec<WordPattern>,
    pub options: Vec<OptionPattern>,
    pub absent: Vec<OptionPattern>,
    pub verdict: Verdict,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum WordPattern {
    /// `**`: any number of words.
    Many,
    /// One of these; each may hold one `*`.
    OneOf(Vec<String>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OptionPattern {
    pub names: Vec<String>,
    /// Empty: any value, or none.
    pub values: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    readers: String,
    running_variables: String,
    /// Level → SQL functions (each may end in `*`).
    functions: BTreeMap<String, String>,
    #[serde(rename = "program")]
    programs: BTreeMap<String, Spec>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Spec {
    also: String,
    values: String,
    attached: String,
    flags: String,
    otherwise: Option<String>,
    /// Level → first words, each a rule of its own.
    verbs: BTreeMap<String, String>,
    rules: BTreeMap<String, String>,
    harmless: Option<Vec<String>>,
    asks: String,
    through: BTreeMap<String, usize>,
    wraps: Option<usize>,
    kinds: bool,
    fold: bool,
    by: Option<String>,
    statements: Option<Statements>,
}

impl Table {
    /// Reads a table; the error names the program and the rule.
    pub fn read(text: &str) -> Result<Table, String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        let mut table = Table {
            programs: BTreeMap::new(),
            names: BTreeMap::new(),
            running_variables: words(&file.running_variables).collect(),
            functions: Vec::new(),
        };
        for (verdict, names) in &file.functions {
            let verdict = Verdict::read(verdict)?;
            for name in words(names) {
                table.functions.push((name, verdict.clone()));
            }
        }
        for name in words(&file.readers) {
            let mut program = Program::default();
            program.otherwise.risk = Risk::Read;
            table.programs.insert(name, program);
        }
        for (name, spec) in file.programs {
            for also in words(&spec.also) {
                table.names.insert(also, name.clone());
            }
            let program = Program::read(spec).map_err(|error| format!("`{name}`: {error}"))?;
            table.programs.insert(name, program);
        }
        Ok(table)
    }

    pub fn program(&self, name: &str) -> Option<&Program> {
        let name = self.names.get(name).map_or(name, String::as_str);
        self.programs.get(name)
    }

    /// Every name that a program may be called by.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.programs
            .keys()
            .chain(self.names.keys())
            .map(String::as_str)
    }

    /// The table's own name for a program that has several.
    pub fn canonical<'n>(&'n self, name: &'n str) -> &'n str {
        self.names.get(name).map_or(name, String::as_str)
    }

    /// What an SQL function does when it is called; the longest name that fits counts.
    pub fn function(&self, name: &str) -> (Risk, &str) {
        let fits = |pattern: &str| match pattern.strip_suffix('*') {
            Some(head) => name.starts_with(head),
            None => name == pattern,
        };
        self.functions
            .iter()
            .filter(|(pattern, _)| fits(pattern))
            .max_by_key(|(pattern, _)| pattern.len())
            .map_or(
                (Risk::Unknown, "is a function that is not known here"),
                |(_, verdict)| (verdict.risk, &verdict.why),
            )
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.programs.len() + self.names.len()
    }

    /// Whether no name stands for two programs and every `by` is code that exists.
    #[cfg(test)]
    pub fn check(&self, code: &[&str]) -> Result<(), String> {
        for (also, name) in &self.names {
            if self.programs.contains_key(also) {
                return Err(format!(
                    "`{also}` is a program and another name of `{name}`"
                ));
            }
        }
        for (name, program) in &self.programs {
            if let Some(by) = program.by.as_deref().filter(|by| !code.contains(by)) {
                return Err(format!(
                    "`{name}` is judged by `{by}`, which does not exist"
                ));
            }
            for rule in &program.rules {
                if rule.words.is_empty() && rule.options.is_empty() {
                    return Err(format!("`{name}` has a rule that asks for nothing"));
                }
                if rule.verdict.risk > Risk::Unknown && rule.verdict.why.is_empty() {
                    return Err(format!(
                        "`{name}` has a rule without a reason: {:?}",
                        rule.words
                    ));
                }
            }
        }
        Ok(())
    }
}

impl Program {
    fn read(spec: Spec) -> Result<Program, String> {
        let mut rules = Vec::new();
        for (pattern, verdict) in &spec.rules {
            rules.push(Rule::read(pattern, Verdict::read(verdict)?));
        }
        for (verdict, verbs) in &spec.verbs {
            let verdict = Verdict::read(verdict)?;
            rules.extend(words(verbs).map(|verb| Rule::read(&verb, verdict.clone())));
        }
        let harmless = spec
            .harmless
            .unwrap_or_else(|| vec!["--help".to_owned(), "--version".to_owned()]);
        Ok(Program {
            values: words(&spec.values).collect(),
            attached: words(&spec.attached).collect(),
            flags: words(&spec.flags).collect(),
            otherwise: spec
                .otherwise
                .map_or(Ok(Verdict::default()), |text| Verdict::read(&text))?,
            rules,
            harmless: harmless
                .iter()
                .map(|option| OptionPattern::read(option))
                .collect(),
            asks: words(&spec.asks).collect(),
            through: spec
                .through
                .into_iter()
                .map(|(verb, skip)| (words(&verb).collect(), skip))
                .collect(),
            wraps: spec.wraps,
            kinds: spec.kinds,
            fold: spec.fold,
            by: spec.by,
            statements: spec.statements,
        })
    }
}

impl Verdict {
    /// `level[, interactive][: why]`.
    fn read(text: &str) -> Result<Verdict, String> {
        let (level, why) = text.split_once(':').unwrap_or((text, ""));
        let (level, extra) = level.split_once(',').unwrap_or((level, ""));
        let risk = match level.trim() {
            "read" => Risk::Read,
            "unknown" => Risk::Unknown,
            "change" => Risk::Change,
            "destroy" => Risk::Destroy,
            other => {
                return Err(format!(
                    "`{other}` is no level: read, unknown, change, destroy"
                ));
            }
        };
        let interactive = match extra.trim() {
            "" => false,
            "interactive" => true,
            other => return Err(format!("`{other}` is not known: interactive")),
        };
        Ok(Verdict {
            risk,
            interactive,
            why: why.trim().to_owned(),
        })
    }
}

impl Rule {
    /// Words in order, options anywhere: `rollout restart|undo`, `scale --replicas=0`, `get !-w`.
    pub fn read(pattern: &str, verdict: Verdict) -> Rule {
        let mut rule = Rule {
            words: Vec::new(),
            options: Vec::new(),
            absent: Vec::new(),
            verdict,
        };
        for token in pattern.split_whitespace() {
            if let Some(option) = token.strip_prefix("!-") {
                rule.absent.push(OptionPattern::read(&format!("-{option}")));
            } else if token.starts_with('-') && token.len() > 1 {
                rule.options.push(OptionPattern::read(token));
            } else if token == "**" {
                rule.words.push(WordPattern::Many);
            } else {
                let alternatives = token.split('|').map(str::to_owned).collect();
                rule.words.push(WordPattern::OneOf(alternatives));
            }
        }
        rule
    }

    /// How much it asks for: the more, the sooner it is believed.
    pub fn weight(&self) -> usize {
        let words = self.words.iter().filter(|word| match word {
            WordPattern::Many => false,
            WordPattern::OneOf(alternatives) => alternatives.iter().all(|word| word != "*"),
        });
        words.count() * 2 + self.options.len() * 2 + self.absent.len()
    }

    /// It names options and no word: it adds to whatever else is found.
    pub fn is_modifier(&self) -> bool {
        self.words.is_empty()
    }
}

impl OptionPattern {
    fn read(token: &str) -> OptionPattern {
        let (names, values) = token.split_once('=').unwrap_or((token, ""));
        let split = |text: &str| {
            text.split('|')
                .filter(|part| !part.is_empty())
                .map(str::to_owned)
                .collect()
        };
        OptionPattern {
            names: split(names),
            values: split(values),
        }
    }
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split_whitespace().map(str::to_owned)
}
