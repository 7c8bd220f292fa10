//! Findings as text, as JSON, and as annotations of a GitHub workflow. The JSON is a contract.

use super::{Checked, Format};
use crate::runbook::lint::{self, Finding, Severity};
use color_eyre::Result;
use serde::Serialize;
use std::fmt::Write;

pub(super) fn findings(format: Format, checked: &[Checked]) -> Result<String> {
    Ok(match format {
        Format::Text => text(checked),
        Format::Json => json(checked)? + "\n",
        Format::Github => github(checked),
    })
}

fn each(checked: &[Checked]) -> impl Iterator<Item = (&str, &Finding)> {
    checked.iter().flat_map(|checked| {
        checked
            .findings
            .iter()
            .map(|finding| (&*checked.file, finding))
    })
}

/// Three lines each: what, why, and what to do.
fn text(checked: &[Checked]) -> String {
    let mut out = String::new();
    for (file, finding) in each(checked) {
        let column = finding
            .column
            .map_or(String::new(), |column| format!(":{column}"));
        _ = writeln!(
            out,
            "{file}:{}{column}: {}: {} [{}]\n    why: {}\n    fix: {}",
            finding.line,
            finding.severity.word(),
            finding.message,
            finding.rule,
            finding.why,
            finding.fix,
        );
    }
    let count = |severity| {
        each(checked)
            .filter(|(_, finding)| finding.severity == severity)
            .count()
    };
    let runbooks = counted(checked.len(), "runbook");
    if each(checked).next().is_none() {
        _ = writeln!(out, "{runbooks}, nothing found");
    } else {
        _ = writeln!(
            out,
            "{}, {}, {} in {runbooks}",
            counted(count(Severity::Error), "error"),
            counted(count(Severity::Warning), "warning"),
            counted(count(Severity::Note), "note"),
        );
    }
    out
}

fn counted(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}

#[derive(Serialize)]
struct View<'f> {
    runbooks: Vec<&'f str>,
    findings: Vec<FindingView<'f>>,
}

#[derive(Serialize)]
struct FindingView<'f> {
    file: &'f str,
    line: u32,
    column: Option<u32>,
    rule: &'f str,
    severity: &'f str,
    message: &'f str,
    why: &'f str,
    fix: &'f str,
}

fn json(checked: &[Checked]) -> Result<String> {
    let view = View {
        runbooks: checked.iter().map(|checked| &*checked.file).collect(),
        findings: each(checked)
            .map(|(file, finding)| FindingView {
                file,
                line: finding.line,
                column: finding.column,
                rule: finding.rule,
                severity: finding.severity.word(),
                message: &finding.message,
                why: finding.why,
                fix: &finding.fix,
            })
            .collect(),
    };
    Ok(serde_json::to_string_pretty(&view)?)
}

/// Workflow commands: `::warning file=…,line=…,title=…::message`.
fn github(checked: &[Checked]) -> String {
    let mut out = String::new();
    for (file, finding) in each(checked) {
        let kind = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let column = finding
            .column
            .map_or(String::new(), |column| format!(",col={column}"));
        let said = format!(
            "{}\nWhy: {}\nFix: {}",
            finding.message, finding.why, finding.fix
        );
        _ = writeln!(
            out,
            "::{kind} file={},line={}{column},title={}::{}",
            property(file),
            finding.line,
            property(finding.rule),
            data(&said),
        );
    }
    out
}

/// The message of a workflow command, with what would end it escaped.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A property of a workflow command: colons and commas separate there.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Every rule: name, severity, what it finds, why it matters.
pub(super) fn rules(format: Format) -> Result<String> {
    if format == Format::Json {
        #[derive(Serialize)]
        struct RuleView {
            name: &'static str,
            severity: &'static str,
            finds: &'static str,
            why: &'static str,
        }
        let rules: Vec<RuleView> = lint::rules()
            .map(|rule| RuleView {
                name: rule.name,
                severity: rule.severity.word(),
                finds: rule.finds,
                why: rule.why,
            })
            .collect();
        return Ok(serde_json::to_string_pretty(&rules)? + "\n");
    }
    let mut out = String::new();
    for rule in lint::rules() {
        _ = writeln!(
            out,
            "{:24} {:8} {}\n{:33} {}",
            rule.name,
            rule.severity.word(),
            rule.finds,
            "",
            rule.why
        );
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
    use super::*;

    fn found() -> Vec<Checked> {
        vec![Checked {
            file: "a,b:c.md".into(),
            findings: vec![
                Finding {
                    line: 3,
                    column: Some(7),
                    rule: "unknown-option",
                    severity: Severity::Error,
                    message: "100% wrong".into(),
                    why: "it fails",
                    fix: "mend it".into(),
                },
                Finding {
                    line: 9,
                    column: None,
                    rule: "no-rto",
                    severity: Severity::Note,
                    message: "no RTO".into(),
                    why: "nobody knows",
                    fix: "state it".into(),
                },
            ],
        }]
    }

    #[test]
    fn text_has_place_rule_why_and_fix() {
        assert_eq!(
            text(&found()),
            "a,b:c.md:3:7: error: 100% wrong [unknown-option]\n    why: it fails\n    fix: mend it\n\
             a,b:c.md:9: note: no RTO [no-rto]\n    why: nobody knows\n    fix: state it\n\
             1 error, 0 warnings, 1 note in 1 runbook\n"
        );
        assert_eq!(text(&[]), "0 runbooks, nothing found\n");
    }

    #[test]
    fn annotations_escape_what_would_end_them() {
        assert_eq!(
            github(&found()),
            "::error file=a%2Cb%3Ac.md,line=3,col=7,title=unknown-option::100%25 wrong%0AWhy: it fails%0AFix: mend it\n\
             ::notice file=a%2Cb%3Ac.md,line=9,title=no-rto::no RTO%0AWhy: nobody knows%0AFix: state it\n"
        );
    }

    #[test]
    fn json_has_every_field_of_the_contract() {
        let value: serde_json::Value = serde_json::from_str(&json(&found()).unwrap()).unwrap();
        assert_eq!(value["runbooks"][0], "a,b:c.md");
        let first = &value["findings"][0];
        assert_eq!((&first["line"], &first["column"]), (&3.into(), &7.into()));
        for key in ["file", "rule", "severity", "message", "why", "fix"] {
            assert!(first[key].is_string(), "{key}");
        }
        assert!(value["findings"][1]["column"].is_null());
    }
}
