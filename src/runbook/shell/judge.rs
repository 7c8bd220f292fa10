//! Judges one command with its arguments: by the table, and through whatever else it starts.
//!
//! It must not know syntax: words come in decoded. What it cannot tell is `unknown`, never `read`.

use super::options::{self, Arguments};
use super::programs::replaced::{self, Replaced};
use super::scope::Scope;
use super::table::{Program, Rule, SHIPPED, Verdict};
use super::word::{Field, OPAQUE, shown};
use super::{RiskTable, programs, rules, walk};
use crate::runbook::Risk;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeSet;

/// Shells inside shells that are followed.
pub(super) const DEEPEST: usize = 8;

/// Where a command reads from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stdin {
    /// The person at the keyboard.
    Terminal,
    /// A text that is known.
    Text(String),
    /// A pipe or file that is not.
    Unknown,
}

/// The language of a text inside a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Language {
    Shell,
    /// SQL; whether a backslash is an escape in its strings.
    Sql {
        backslashes: bool,
    },
    /// Something that nobody here can quote for, by name.
    Other(String),
}

/// Judges commands and collects what it found.
pub(super) struct Judge<'t> {
    pub table: &'t RiskTable,
    pub scope: Scope,
    pub findings: Vec<(Risk, String)>,
    pub interactive: bool,
    pub programs: Vec<String>,
    /// The texts that a command would run, gathered instead of judged where somebody asks for them.
    pub codes: Option<Vec<(Language, String)>>,
    /// With them: arguments that a program rewrites before it runs them.
    pub replaced: Vec<Replaced>,
    /// Substitutions that have been judged.
    seen: BTreeSet<String>,
    depth: usize,
}

impl<'t> Judge<'t> {
    pub fn new(table: &'t RiskTable) -> Judge<'t> {
        Judge {
            table,
            scope: Scope::default(),
            findings: Vec::new(),
            interactive: false,
            programs: Vec::new(),
            codes: None,
            replaced: Vec::new(),
            seen: BTreeSet::new(),
            depth: 0,
        }
    }

    pub fn add(&mut self, risk: Risk, reason: String) {
        if risk > Risk::Read && !self.findings.iter().any(|(_, known)| *known == reason) {
            self.findings.push((risk, reason));
        }
    }

    /// Judges something by itself and gives back what was found; nothing of it is kept.
    pub fn aside(&mut self, judge: impl FnOnce(&mut Self)) -> Vec<(Risk, String)> {
        let findings = std::mem::take(&mut self.findings);
        let programs = self.programs.len();
        let interactive = self.interactive;
        judge(self);
        self.programs.truncate(programs);
        self.interactive = interactive;
        std::mem::replace(&mut self.findings, findings)
    }

    /// Judges something that may not happen: only what changes or destroys is kept.
    pub fn severe(&mut self, judge: impl FnOnce(&mut Self)) {
        for (risk, reason) in self.aside(judge) {
            if risk > Risk::Unknown {
                self.add(risk, reason);
            }
        }
    }

    /// Notes a text that is code; true where it is only gathered.
    pub fn is_gathered(&mut self, language: Language, text: &str) -> bool {
        match &mut self.codes {
            Some(codes) => {
                codes.push((language, text.to_owned()));
                true
            }
            None => false,
        }
    }

    /// Judges a text that another shell runs.
    pub fn nested(&mut self, text: &str) {
        if self.is_gathered(Language::Shell, text) {
            return;
        }
        if self.depth >= DEEPEST {
            self.add(
                Risk::Unknown,
                "shells are nested too deep to be judged".to_owned(),
            );
            return;
        }
        self.depth += 1;
        walk::text(self, text, false);
        self.depth -= 1;
    }

    /// Judges the substitutions that the words just expanded hold; the tree does not show all of them.
    pub fn substitutions(&mut self) {
        let met = std::mem::take(&mut *self.scope.substitutions.borrow_mut());
        for text in met {
            if self.depth >= DEEPEST {
                self.add(
                    Risk::Unknown,
                    "substitutions are nested too deep to be judged".to_owned(),
                );
            } else if self.seen.insert(text.clone()) {
                self.depth += 1;
                walk::text(self, &text, true);
                self.depth -= 1;
            }
        }
    }

    /// Judges a command inside another one (`sudo`, `xargs`, `kubectl exec --`).
    pub fn inner(&mut self, argv: &[Field], stdin: &Stdin) {
        if self.depth >= DEEPEST {
            self.add(
                Risk::Unknown,
                "commands are nested too deep to be judged".to_owned(),
            );
            return;
        }
        self.depth += 1;
        self.argv(argv, stdin);
        self.depth -= 1;
    }

    /// Judges a command.
    pub fn argv(&mut self, argv: &[Field], stdin: &Stdin) {
        let Some((first, arguments)) = argv.split_first() else {
            return;
        };
        if first.text.is_empty() {
            self.add(Risk::Unknown, "runs a program without a name".to_owned());
            return;
        }
        let base = first.text.rsplit('/').next().unwrap_or("");
        if base.contains(OPAQUE) || first.glob || base.is_empty() {
            let said = shown(&first.text);
            self.add(
                Risk::Unknown,
                format!("`{said}` is known only when it runs"),
            );
            if first.splits && !arguments.is_empty() {
                self.severe(|judge| judge.inner(arguments, stdin));
            }
            return;
        }
        let name = base.strip_suffix(".exe").unwrap_or(base).to_owned();
        if !self.programs.contains(&name) {
            self.programs.push(name.clone());
        }
        if self.defined_here(&name, first, arguments, stdin) {
            return;
        }
        if let Some((verdict, said)) = self.team(&first.text, &name, arguments) {
            self.interactive |= verdict.interactive;
            self.add(verdict.risk, format!("`{said}` {}", verdict.why));
            return;
        }
        let Some((canonical, program)) = SHIPPED.known(&name) else {
            let said = shown(&first.text);
            self.add(Risk::Unknown, format!("`{said}` is not known here"));
            return;
        };
        if !is_trusted(&first.text) {
            let said = shown(&first.text);
            self.add(Risk::Unknown, format!("`{said}` is a program of its own"));
        }
        self.known(&Command::new(canonical, &name, program, arguments, stdin));
    }

    /// Aliases and functions of the text itself; true where that is all there is to say.
    fn defined_here(
        &mut self,
        name: &str,
        first: &Field,
        arguments: &[Field],
        stdin: &Stdin,
    ) -> bool {
        if let Some(value) = self.scope.alias(name).map(str::to_owned) {
            let words: Vec<Field> = value.split_whitespace().map(Field::literal).collect();
            if value.contains([';', '|', '&', '$', '`', '>', '<', '(', '\'', '"', '\\']) {
                self.nested(&value);
                return true;
            }
            if words.first().is_some_and(|word| word.text != name) {
                self.inner(&[&words[..], arguments].concat(), stdin);
                return true;
            }
        }
        match self.scope.function(&first.text) {
            // Its body has been judged where it stands.
            Some(false) => SHIPPED.program(name).is_none(),
            Some(true) => {
                self.severe(|judge| judge.inner(arguments, stdin));
                SHIPPED.program(name).is_none()
            }
            None => false,
        }
    }

    /// The team's own rule for a command, if there is one.
    fn team(&self, typed: &str, name: &str, arguments: &[Field]) -> Option<(Verdict, String)> {
        if self.table.extra().is_empty() {
            return None;
        }
        let fallback = Program::default();
        let program = SHIPPED.program(name).unwrap_or(&fallback);
        let reading = options::readings(arguments, program).into_iter().next()?;
        let mut best: Option<(usize, Verdict, String)> = None;
        for (pattern, &risk) in self.table.extra() {
            let (subject, rest) = pattern.split_once(' ').unwrap_or((pattern, ""));
            if subject != typed && subject != name {
                continue;
            }
            let rule = Rule::read(rest, Verdict::default());
            let Some(said) = reading.matches(&rule, program.fold) else {
                continue;
            };
            let weight = rule.weight();
            if best.as_ref().is_some_and(|(best, _, _)| *best >= weight) {
                continue;
            }
            let verdict = Verdict {
                risk,
                interactive: false,
                why: "is so by your own table".to_owned(),
            };
            let said = format!("{subject} {said}").trim_end().to_owned();
            best = Some((weight, verdict, said));
        }
        best.map(|(_, verdict, said)| (verdict, said))
    }

    fn known(&mut self, command: &Command<'_>) {
        let program = command.program;
        if command.name == "fd" {
            replaced::fd(self, command.arguments);
        }
        if let Some(by) = &program.by {
            programs::judge(self, by, command);
            return;
        }
        if let Some(skip) = program.wraps {
            let first = command.arguments.first().map_or("", |field| &*field.text);
            if program.asks.contains(first) {
                return;
            }
            let tails = command.tails(skip);
            if tails.is_empty() && program.rules.is_empty() {
                self.apply(&program.otherwise, command.typed);
            }
            for (index, tail) in tails.iter().enumerate() {
                if index == 0 {
                    self.inner(tail, command.stdin);
                } else {
                    self.severe(|judge| judge.inner(tail, command.stdin));
                }
            }
            if !program.rules.is_empty() {
                self.rules(command);
            }
            return;
        }
        if let Some(statements) = &program.statements
            && programs::statements::judge(self, command, statements)
        {
            return;
        }
        if !program.through.is_empty() && self.through(command) {
            return;
        }
        self.rules(command);
    }

    /// `kubectl exec POD -- CMD` and its like; true where the command inside is all that counts.
    fn through(&mut self, command: &Command<'_>) -> bool {
        let mut found = false;
        for (index, reading) in command.readings().iter().enumerate() {
            for (verb, skip) in &command.program.through {
                let fits = reading.words.len() >= verb.len()
                    && verb
                        .iter()
                        .zip(&reading.words)
                        .all(|(verb, word)| verb == "*" || word.known() == Some(verb));
                if !fits {
                    continue;
                }
                let before = verb.len() + skip;
                let mut starts = Vec::new();
                if let Some(place) = reading.places.get(before).copied() {
                    starts.push(place);
                }
                if let Some(rest) = reading.rest {
                    // With `--` the words in front of it are the program's own, unless there are too many.
                    if starts.first().is_none_or(|&place| place >= rest) {
                        starts.clear();
                    }
                    starts.push(rest);
                }
                for start in starts {
                    let tail = command.arguments.get(start..).unwrap_or(&[]);
                    if tail.is_empty() {
                        continue;
                    }
                    if index == 0 {
                        found = true;
                        self.inner(tail, command.stdin);
                    } else {
                        self.severe(|judge| judge.inner(tail, command.stdin));
                    }
                }
            }
        }
        if found {
            let said = rules::rule(command, command.reading());
            // Starting a container is a change, whatever runs in it; `exec` by itself is nothing.
            if said.0.risk >= Risk::Change {
                self.apply(&said.0, &said.1);
            }
        }
        found
    }

    /// The verdict of the table over every reading of the arguments.
    pub fn rules(&mut self, command: &Command<'_>) {
        let mut worst: Option<(Cow<'_, Verdict>, String)> = None;
        for reading in command.readings() {
            for variant in rules::kinds(command.program, reading) {
                let found = rules::rule(command, &variant);
                if worst
                    .as_ref()
                    .is_none_or(|(worst, _)| found.0.risk > worst.risk)
                {
                    worst = Some(found);
                }
            }
        }
        if let Some((verdict, said)) = worst {
            self.apply(&verdict, &said);
        }
    }

    /// What the options alone add (`psql -o FILE`).
    pub fn modifiers(&mut self, command: &Command<'_>) {
        let reading = command.reading();
        for rule in &command.program.rules {
            if rule.is_modifier()
                && rule.verdict.risk > Risk::Read
                && let Some(said) = reading.matches(rule, command.program.fold)
            {
                self.apply(&rule.verdict, &format!("{} {said}", command.typed));
            }
        }
    }

    pub fn apply(&mut self, verdict: &Verdict, said: &str) {
        self.interactive |= verdict.interactive;
        let said = shown(said);
        let why = match (&*verdict.why, verdict.risk) {
            ("", Risk::Read) => return,
            ("", Risk::Unknown) => "is not known here",
            ("", Risk::Change) => "changes something",
            ("", Risk::Destroy) => "destroys something",
            (why, _) => why,
        };
        self.add(verdict.risk, format!("`{said}` {why}"));
    }
}

/// A command that the table knows, ready to be judged.
pub(super) struct Command<'c> {
    /// The table's own name of it.
    pub name: &'c str,
    /// The name it was called by, for reasons.
    pub typed: &'c str,
    pub program: &'c Program,
    pub arguments: &'c [Field],
    pub stdin: &'c Stdin,
    readings: OnceCell<Vec<Arguments>>,
}

impl<'c> Command<'c> {
    pub fn new(
        name: &'c str,
        typed: &'c str,
        program: &'c Program,
        arguments: &'c [Field],
        stdin: &'c Stdin,
    ) -> Command<'c> {
        Command {
            name,
            typed,
            program,
            arguments,
            stdin,
            readings: OnceCell::new(),
        }
    }

    /// Every reading of the arguments, the likeliest first; never empty.
    pub fn readings(&self) -> &[Arguments] {
        self.readings
            .get_or_init(|| options::readings(self.arguments, self.program))
    }

    /// The likeliest reading.
    pub fn reading(&self) -> &Arguments {
        &self.readings()[0]
    }

    /// What may stand behind the program's own options and `skip` words, the likeliest first.
    pub fn tails(&self, skip: usize) -> Vec<&'c [Field]> {
        let mut tails: Vec<&[Field]> = Vec::new();
        for reading in self.readings() {
            // Only the options in front of the command are this program's.
            let start = match (reading.places.get(skip), reading.rest) {
                (Some(&place), Some(rest)) if skip == 0 => Some(place.min(rest)),
                (Some(&place), _) => Some(place),
                (None, rest) => rest,
            };
            let tail = start.and_then(|start| self.arguments.get(start..));
            if let Some(tail) = tail.filter(|tail| !tail.is_empty() && !tails.contains(tail)) {
                tails.push(tail);
            }
        }
        tails
    }
}

/// A name looked up in the path, or a path into a folder of installed programs.
fn is_trusted(typed: &str) -> bool {
    let Some((folder, _)) = typed.rsplit_once('/') else {
        return true;
    };
    typed.starts_with('/') && (folder.ends_with("/bin") || folder.ends_with("/sbin"))
}
