//! The table of programs and verbs: `table.toml`, read once, and the rules a team puts in front.
//!
//! It knows how a rule is written, never what a program does: that is in the data.

use crate::runbook::Risk;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
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
    functions: Functions,
}

/// What SQL functions do.
#[derive(Debug, Default)]
struct Functions {
    verdicts: Vec<Verdict>,
    /// Name → index into the verdicts.
    whole: HashMap<String, usize>,
    /// Beginnings of names, the same.
    heads: Vec<(String, usize)>,
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
    /// Which of the rules begin with a word that is written out, by that word.
    openings: HashMap<String, Vec<usize>>,
    /// All other rules.
    unopened: Vec<usize>,
    /// It asks for a terminal with `-t` where that has no value (`docker exec -t`).
    pub asks_for_terminal: bool,
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
    /// `*`: any word.
    Any,
    /// One of these.
    OneOf(Vec<Wanted>),
}

/// A word that a pattern names; the first `*` in it stands for anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    text: String,
    star: Option<usize>,
}

impl Wanted {
    fn read(text: &str) -> Wanted {
        Wanted {
            text: text.to_owned(),
            star: text.find('*'),
        }
    }

    pub fn is(&self, word: &str) -> bool {
        match self.star {
            Some(at) => {
                let (head, tail) = (&self.text[..at], &self.text[at + 1..]);
                word.len() >= head.len() + tail.len()
                    && word.starts_with(head)
                    && word.ends_with(tail)
            }
            None => self.text == word,
        }
    }

    /// Whether the word is this one without the `*` at its end.
    pub fn is_stem(&self, word: &str) -> bool {
        self.text.trim_end_matches('*') == word
    }
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
            functions: Functions::default(),
        };
        for (verdict, names) in &file.functions {
            let index = table.functions.verdicts.len();
            table.functions.verdicts.push(Verdict::read(verdict)?);
            for name in words(names) {
                match name.strip_suffix('*') {
                    Some(head) => table.functions.heads.push((head.to_owned(), index)),
                    None => _ = table.functions.whole.insert(name, index),
                }
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
        self.known(name).map(|(_, program)| program)
    }

    /// A program and the table's own name for it.
    pub fn known(&self, name: &str) -> Option<(&str, &Program)> {
        let name = self.names.get(name).map_or(name, String::as_str);
        let (name, program) = self.programs.get_key_value(name)?;
        Some((name, program))
    }

    /// Every name that a program may be called by.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.programs
            .keys()
            .chain(self.names.keys())
            .map(String::as_str)
    }

    /// What an SQL function does when it is called; the longest name that fits counts.
    pub fn function(&self, name: &str) -> (Risk, &str) {
        let functions = &self.functions;
        // A `*` counts as a letter, and of two that are equally long the later one is meant.
        let whole = functions.whole.get(name).map(|&index| (name.len(), index));
        let heads = functions
            .heads
            .iter()
            .filter(|(head, _)| name.starts_with(head.as_str()))
            .map(|(head, index)| (head.len() + 1, *index));
        whole.into_iter().chain(heads).max().map_or(
            (Risk::Unknown, "is a function that is not known here"),
            |(_, index)| {
                let verdict = &functions.verdicts[index];
                (verdict.risk, &verdict.why)
            },
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
        let mut openings: HashMap<String, Vec<usize>> = HashMap::new();
        let mut unopened = Vec::new();
        for (index, rule) in rules.iter().enumerate() {
            match rule.openings() {
                Some(words) => {
                    for word in words {
                        openings.entry(word.to_owned()).or_default().push(index);
                    }
                }
                None => unopened.push(index),
            }
        }
        let values: BTreeSet<String> = words(&spec.values).collect();
        let flags: BTreeSet<String> = words(&spec.flags).collect();
        Ok(Program {
            asks_for_terminal: flags.contains("--tty") && values.contains("-t"),
            values,
            attached: words(&spec.attached).collect(),
            flags,
            otherwise: spec
                .otherwise
                .map_or(Ok(Verdict::default()), |text| Verdict::read(&text))?,
            rules,
            openings,
            unopened,
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

impl Program {
    /// The rules that a command whose first word is this could fit, in their order; any other cannot.
    pub fn rules_for(&self, first: Option<&str>) -> impl Iterator<Item = &Rule> {
        let folded = first.filter(|_| self.fold).map(str::to_lowercase);
        let opened = folded
            .as_deref()
            .or(first)
            .and_then(|first| self.openings.get(first))
            .map_or(&[][..], Vec::as_slice);
        let (mut opened, mut unopened) = (opened, &self.unopened[..]);
        std::iter::from_fn(move || {
            let from = match (opened.first(), unopened.first()) {
                (Some(one), Some(other)) if one < other => &mut opened,
                (Some(_), None) => &mut opened,
                _ => &mut unopened,
            };
            let (index, rest) = from.split_first()?;
            *from = rest;
            Some(&self.rules[*index])
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
                rule.words
                    .push(if token.split('|').any(|word| word == "*") {
                        WordPattern::Any
                    } else {
                        WordPattern::OneOf(token.split('|').map(Wanted::read).collect())
                    });
            }
        }
        rule
    }

    /// The words that it can begin with, where they are written out: each once.
    fn openings(&self) -> Option<BTreeSet<&str>> {
        match self.words.first()? {
            WordPattern::OneOf(words) if words.iter().all(|word| word.star.is_none()) => {
                Some(words.iter().map(|word| word.text.as_str()).collect())
            }
            WordPattern::OneOf(_) | WordPattern::Any | WordPattern::Many => None,
        }
    }

    /// How much it asks for: the more, the sooner it is believed.
    pub fn weight(&self) -> usize {
        let words = self.words.iter().filter(|word| match word {
            WordPattern::Many | WordPattern::Any => false,
            WordPattern::OneOf(_) => true,
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
