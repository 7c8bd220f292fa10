//! The text as text: fences that are never closed, what could not be read, what was left to be written.

use super::page::Page;
use super::rule::{Report, Rule, Severity};
use crate::runbook::Scenario;

pub(super) const FENCE: Rule = Rule {
    name: "unclosed-fence",
    severity: Severity::Error,
    finds: "a code fence that is not closed, or closed at the end of a command",
    why: "the steps behind it are swallowed as text of the command, on screen and in every viewer",
};
pub(super) const UNREAD: Rule = Rule {
    name: "not-understood",
    severity: Severity::Warning,
    finds: "something in the document that could not be read",
    why: "what is not understood is left out, and nobody notices until it is needed",
};
pub(super) const TODO: Rule = Rule {
    name: "left-to-write",
    severity: Severity::Warning,
    finds: "TODO, TBD or FIXME in a recovery",
    why: "the gap is found by the person who has to act, at the moment of acting",
};
pub(super) const RULES: &[&Rule] = &[&FENCE, &UNREAD, &TODO];

pub(super) fn check(page: &Page<'_>, report: &mut Report<'_>) {
    for warning in &page.runbook.warnings {
        if warning.message.starts_with("the code fence") {
            report.add(
                &FENCE,
                warning.line,
                warning.message.clone(),
                "put the closing ``` on a line of its own, indented like the opening one",
            );
        } else {
            report.add(
                &UNREAD,
                warning.line,
                warning.message.clone(),
                "mend it where it stands, and see `breakglass scenarios` for what was understood",
            );
        }
    }
    for (number, line) in page.lines() {
        let word = ["TODO", "TBD", "FIXME"]
            .into_iter()
            .find(|word| stands_alone(line, word));
        let inside = |scenario: &Scenario| (scenario.line..=scenario.end_line).contains(&number);
        if let Some(word) = word.filter(|_| page.recoveries().any(inside)) {
            report.add(
                &TODO,
                page.spot(number, word),
                format!("`{word}` stands where something is to be done"),
                "write it, or take the step out",
            );
        }
    }
}

/// As a word of its own that says that something is missing, not in a name or a search for it.
fn stands_alone(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '"' | '\'' | '`' | '/');
        !line[..at].ends_with(name) && !line[at + word.len()..].starts_with(name)
    }) && !line.contains("grep")
}
