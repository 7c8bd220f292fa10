//! Lint: what in a runbook would fail, harm or cost time at 3 a.m., said before the night.
//!
//! PURE. It knows the parsed runbook, its text, and [`Ask`] for what only the outside can say (installed programs,
//! files, dates). It must not run, read or fetch anything, nor know how findings are printed.
//!
//! In reading order: `rule` (what is looked for) → `page` (the runbook with its lines and commands) → a file for each
//! family of rules → `switches` (what the authors have turned off, and where).

mod backup;
mod dumps;
mod form;
mod holes;
mod kubernetes;
mod links;
mod outcome;
mod page;
mod programs;
mod review;
mod rule;
mod scenario;
mod scripts;
mod secrets;
mod steps;
mod switches;
mod text;
mod times;
mod wait;

pub use page::Page;
pub use rule::{Finding, Rule, Severity, all as rules, named as rule_named};

#[cfg(test)]
mod tests;

use jiff::civil::Date;

/// What only the outside can say. `None` everywhere: it cannot be told.
pub trait Ask {
    /// Whether a program of this name is installed here.
    fn is_installed(&self, program: &str) -> bool;
    /// What `word` is behind `path` (`["kubectl", "rollout"]`, `"restart"`).
    fn subcommand(&self, path: &[String], word: &str) -> Option<Word>;
    /// What a command says to an option (`--all`, `-n`, `-it`), without its value.
    fn option(&self, path: &[String], option: &str) -> Option<Takes>;
    /// A file or folder named in the runbook.
    fn file(&self, path: &str) -> Option<Place>;
    /// A script that a command names by its path, looked for as far up as the repository goes.
    fn script(&self, path: &str) -> Option<Place>;
    /// The day on which the runbook last changed.
    fn changed_on(&self) -> Option<Date>;
    fn today(&self) -> Date;
}

/// What a word behind a command is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// A command, by the name that the program gives it (`ls` is `list`).
    Command(String),
    /// An add-on that answers for itself: nothing more is known of it.
    AddOn,
    /// The command takes words of its own.
    Argument,
    /// No command of this name; these there are. `extensible`: an add-on of that name may exist elsewhere.
    Unknown {
        known: Vec<String>,
        extensible: bool,
    },
}

/// What an option takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Takes {
    Nothing,
    Value,
    /// No such option; these there are.
    Unknown(Vec<String>),
}

/// What lies at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    Missing,
    Folder,
    /// Its text where it is one, for anchors.
    File(Option<String>),
}

/// What can be set.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Rules that are off everywhere in this file.
    pub disabled: Vec<String>,
    /// After how many days without a review a runbook is overdue.
    pub review_after_days: u32,
    /// Where neither scenario nor runbook states an RTO.
    pub rto_seconds: Option<u64>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            disabled: Vec::new(),
            review_after_days: 180,
            rto_seconds: None,
        }
    }
}

/// Everything that is wrong with one runbook, by line.
pub fn lint(page: &Page<'_>, ask: &dyn Ask, settings: &Settings) -> Vec<Finding> {
    let mut report = rule::Report::new(page);
    for check in [
        scenario::check,
        steps::check,
        outcome::check,
        form::check,
        kubernetes::check,
        dumps::check,
        wait::check,
        holes::check,
        secrets::check,
        text::check,
        backup::check,
    ] {
        check(page, &mut report);
    }
    times::check(page, settings, &mut report);
    programs::check(page, ask, &mut report);
    scripts::check(page, ask, &mut report);
    links::check(page, ask, &mut report);
    review::check(page, ask, settings, &mut report);
    let mut findings = switches::apply(page, settings, report);
    findings.sort_by(|a, b| (a.line, a.column, a.rule).cmp(&(b.line, b.column, b.rule)));
    // Scenarios may share a step.
    findings.dedup_by_key(|finding| (finding.line, finding.column, finding.rule));
    findings
}
