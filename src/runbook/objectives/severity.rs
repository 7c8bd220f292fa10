//! Severities, as documents name them and say what they mean.

use crate::runbook::outline::Outline;
use crate::runbook::scan::Kind;
use crate::runbook::{SeverityMeaning, inline, lexicon};

/// A severity as documents name it: `P0`, `SEV-1`, `Critical`.
pub(in crate::runbook) fn severity(text: &str) -> Option<String> {
    const SEPARATORS: [char; 3] = [':', '：', '='];
    if !text.contains(SEPARATORS) {
        return None;
    }
    let plain = inline::plain(text);
    let (label, value) = plain.split_at(plain.find(SEPARATORS)?);
    if label.chars().count() > 40 {
        return None;
    }
    let value = severity_value(value.trim_start_matches([':', '：', '=', ' ']).trim())?;
    lexicon::say(label)
        .is(lexicon::Topic::Severity)
        .then_some(value)
}

/// The code or word of a severity, out of "P0 (Critical)" or "🔴 Critical - all users".
fn severity_value(value: &str) -> Option<String> {
    let value = value.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '[' && c != '<');
    if value.is_empty() || value.starts_with(['[', '<']) {
        return None;
    }
    let end = value
        .find(['(', '（', ',', ';', '/', '|', '—', '–', '.'])
        .unwrap_or(value.len());
    let mut head = value[..end].trim();
    if let Some(at) = head.find(" - ") {
        head = head[..at].trim();
    }
    for cut in [" if ", " when ", " for ", " unless "] {
        if let Some(at) = head.find(cut) {
            head = head[..at].trim();
        }
    }
    let known = code(head);
    if let Some(known) = known {
        return Some(known);
    }
    (head.split_whitespace().count() <= 3 && !head.is_empty()).then(|| head.to_owned())
}

/// `P0`, `SEV1`, `SEV-2`, `S3`, `Sev 1` at the front of a text.
pub(in crate::runbook) fn code(text: &str) -> Option<String> {
    let word = text.split_whitespace().next()?;
    let upper = word.to_uppercase();
    let trimmed = upper.trim_end_matches([':', ')', '.', ',']);
    let digits = trimmed.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '-');
    let letters = trimmed[..trimmed.len() - digits.len()].trim_end_matches('-');
    if digits.len() == 1
        && digits.bytes().all(|b| b.is_ascii_digit())
        && matches!(letters, "P" | "S" | "SEV" | "SEVERITY" | "L" | "PRIO")
    {
        return Some(word.trim_end_matches([':', ')', '.', ',']).to_owned());
    }
    let mut words = text.split_whitespace();
    if let (Some(first), Some(second)) = (words.next(), words.next())
        && matches!(
            first.to_uppercase().as_str(),
            "SEV" | "SEVERITY" | "PRIORITY"
        )
        && let Some(digit) = second
            .trim_end_matches([':', ')', ',', '.'])
            .parse::<u8>()
            .ok()
            .filter(|d| *d < 10)
    {
        return Some(format!("{first} {digit}"));
    }
    None
}

/// What a document says its severities mean: `- **P0 (Critical):** Complete system outage`.
pub(in crate::runbook) fn severities(outline: &Outline) -> Vec<SeverityMeaning> {
    let mut found = Vec::new();
    for section in &outline.sections {
        if !section.said.is(lexicon::Topic::Severity) {
            continue;
        }
        for node in &section.nodes {
            match &node.kind {
                Kind::Item { text, .. } => {
                    let plain = inline::plain(text);
                    if let Some((label, meaning)) = plain.split_once([':', '：'])
                        && let Some(severity) = severity_value(label)
                    {
                        found.push(SeverityMeaning {
                            severity,
                            meaning: meaning.trim().to_owned(),
                            line: node.line,
                        });
                    }
                }
                Kind::Table { rows } => {
                    for row in rows.iter().skip(1) {
                        let cells: Vec<String> =
                            row.cells.iter().map(|c| inline::plain(c)).collect();
                        if let Some(severity) = cells.first().and_then(|c| severity_value(c)) {
                            found.push(SeverityMeaning {
                                severity,
                                meaning: cells.get(1).cloned().unwrap_or_default(),
                                line: row.line,
                            });
                        }
                    }
                }
                Kind::Paragraph { .. } | Kind::Heading { .. } | Kind::Fence(_) | Kind::Rule => {}
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn severities_in_codes_and_words() {
        assert_eq!(severity("**Severity:** P0").as_deref(), Some("P0"));
        assert_eq!(
            severity("Severity: **P1** if multiple nodes, **P2** else").as_deref(),
            Some("P1")
        );
        assert_eq!(
            severity("**Severity**: 🔴 Critical (page)").as_deref(),
            Some("Critical")
        );
        assert_eq!(severity("**Severity:** SEV-2").as_deref(), Some("SEV-2"));
        assert_eq!(severity("**Owner:** ana"), None);
    }
}
