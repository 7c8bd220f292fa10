//! What a rule is, what a finding is, and the list of all rules.
//!
//! A rule stands in the file of its family, beside the code that looks for it; here they are only gathered.

use super::page::{Page, Spot};
use super::{
    backup, dumps, form, holes, kubernetes, links, outcome, programs, review, scenario, scripts,
    secrets, steps, switches, text, times, wait,
};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing, or could not be checked here.
    Note,
    /// Will cost time, or rests on luck.
    Warning,
    /// Fails or does harm as it is written.
    Error,
}

impl Severity {
    pub fn word(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// One thing that is looked for.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// In kebab-case; what switches name.
    pub name: &'static str,
    pub severity: Severity,
    /// What it finds, in half a line.
    pub finds: &'static str,
    /// Why it matters at 3 a.m.
    pub why: &'static str,
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// 1-based.
    pub line: u32,
    /// 1-based, in characters, where it is known.
    pub column: Option<u32>,
    pub rule: &'static str,
    pub severity: Severity,
    pub message: String,
    pub why: &'static str,
    pub fix: String,
}

/// Every rule, by family.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    [
        programs::RULES,
        scripts::RULES,
        form::RULES,
        kubernetes::RULES,
        dumps::RULES,
        wait::RULES,
        steps::RULES,
        outcome::RULES,
        scenario::RULES,
        times::RULES,
        backup::RULES,
        holes::RULES,
        secrets::RULES,
        text::RULES,
        links::RULES,
        review::RULES,
        switches::RULES,
    ]
    .into_iter()
    .flatten()
    .copied()
}

pub fn named(name: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.name == name)
}

/// Findings as they come.
pub(super) struct Report<'p> {
    page: &'p Page<'p>,
    pub findings: Vec<Finding>,
}

impl<'p> Report<'p> {
    pub fn new(page: &'p Page<'p>) -> Self {
        Report {
            page,
            findings: Vec::new(),
        }
    }

    pub fn add(
        &mut self,
        rule: &'static Rule,
        at: impl Into<Spot>,
        message: impl Into<String>,
        fix: impl Into<String>,
    ) {
        self.add_as(rule, rule.severity, at, message, fix);
    }

    /// The same, where this one is worse or milder than the rule's usual.
    pub fn add_as(
        &mut self,
        rule: &'static Rule,
        severity: Severity,
        at: impl Into<Spot>,
        message: impl Into<String>,
        fix: impl Into<String>,
    ) {
        let spot = at.into();
        self.findings.push(Finding {
            line: spot.line.clamp(1, self.page.last_line()),
            column: spot.column,
            rule: rule.name,
            severity,
            message: one_line(&message.into()),
            why: rule.why,
            fix: one_line(&fix.into()),
        });
    }
}

/// Words of a runbook stand in messages; none of them may break the line or steer a terminal.
fn one_line(text: &str) -> String {
    crate::mask::printable(text).into_owned()
}
