//! Passwords, tokens and keys that stand in the text.
//!
//! What counts as one is the mask's business; here only stand-ins and examples are told from the real thing.

use super::page::{Page, Spot};
use super::rule::{Report, Rule, Severity};
use crate::mask::{Masker, REPLACEMENT};

pub(super) const SECRET: Rule = Rule {
    name: "secret-in-text",
    severity: Severity::Error,
    finds: "a password, token or key in the document",
    why: "everybody who can read the repository has it, and it stays in the history after it is removed",
};
pub(super) const RULES: &[&Rule] = &[&SECRET];

pub(super) fn check(page: &Page<'_>, report: &mut Report<'_>) {
    let text: Vec<(u32, &str)> = page.lines().collect();
    let masker = Masker::default();
    let mut in_key = false;
    for (number, line) in text {
        if line.contains("-----END") {
            in_key = false;
        }
        if in_key {
            continue;
        }
        if line.contains("-----BEGIN") && line.contains("PRIVATE KEY") {
            in_key = true;
        }
        let masked = masker.mask(line);
        let Some((column, value)) = hidden(line, &masked)
            .into_iter()
            .find(|(_, value)| is_real(value))
        else {
            continue;
        };
        let spot = Spot {
            line: number,
            column: Some(column),
        };
        report.add(
            &SECRET,
            spot,
            format!("{} characters that look like a secret stand in the text", value.chars().count()),
            "replace it with a placeholder or a look-up (`vault kv get …`), and rotate it: it has been published",
        );
    }
}

/// What was masked in a line, with its column.
fn hidden<'l>(line: &'l str, masked: &str) -> Vec<(u32, &'l str)> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut pieces = masked.split(REPLACEMENT);
    at += pieces.next().map_or(0, str::len);
    let mut rest = pieces.peekable();
    while let Some(piece) = rest.next() {
        let Some(tail) = line.get(at..) else { break };
        let length = match (piece.is_empty(), rest.peek().is_none()) {
            (true, true) => tail.len(),
            (true, false) => break,
            (false, true) => tail.len().saturating_sub(piece.len()),
            (false, false) => tail.find(piece).unwrap_or(tail.len()),
        };
        let Some(value) = tail.get(..length) else {
            break;
        };
        found.push((line[..at].chars().count() as u32 + 1, value));
        at += length + piece.len();
    }
    found
}

/// Words that people write where a secret would stand.
const STAND_INS: [&str; 30] = [
    "your",
    "example",
    "changeme",
    "change-me",
    "change_me",
    "placeholder",
    "redacted",
    "secret",
    "password",
    "passwd",
    "replace",
    "insert",
    "todo",
    "dummy",
    "sample",
    "xxx",
    "***",
    "...",
    "…",
    "••",
    "<",
    "{",
    "$",
    "%",
    "base64",
    "token",
    "vault",
    "from ",
    "foobar",
    "hidden",
];

/// Values that are documented defaults or rehearsal accounts.
const DEFAULTS: [&str; 12] = [
    "postgres",
    "root",
    "admin",
    "guest",
    "test",
    "redis",
    "user",
    "minioadmin",
    "none",
    "null",
    "true",
    "false",
];

fn is_real(value: &str) -> bool {
    let value =
        value.trim_matches(|c: char| matches!(c, '"' | '\'' | '`' | ' ' | ',' | ';' | ')' | '('));
    let lower = value.to_lowercase();
    let kinds = [
        value.chars().any(|c| c.is_ascii_digit()),
        value.chars().any(char::is_lowercase),
        value.chars().any(char::is_uppercase),
        value
            .chars()
            .any(|c| c.is_ascii_punctuation() && !matches!(c, '-' | '_' | '.')),
    ];
    let mixed = kinds.iter().filter(|has| **has).count() >= 2;
    let one_letter = value
        .chars()
        .next()
        .is_some_and(|first| value.chars().all(|c| c == first));
    let upper_name = value
        .chars()
        .all(|c| c.is_ascii_uppercase() || c == '_' || c.is_ascii_digit())
        && value.contains('_');
    // `Read-Host`, `Get-Secret`: PowerShell reads it from somewhere.
    let cmdlet = value.split_once('-').is_some_and(|(verb, noun)| {
        let capital = |word: &str| word.starts_with(|c: char| c.is_ascii_uppercase());
        capital(verb) && capital(noun) && value.chars().all(|c| c.is_ascii_alphabetic() || c == '-')
    });
    // `https://rpc.example.net/v1`: an address that lets nobody in.
    let address = lower.contains("://") && !value.contains(['@', '?', '=']);
    !cmdlet
        && !address
        && value.chars().count() >= 6
        && mixed
        && !one_letter
        && !upper_name
        && !value.contains(' ')
        && !value.starts_with(['[', '@', '/', '-', '.', '~'])
        && !DEFAULTS.contains(&&*lower)
        && !STAND_INS.iter().any(|word| lower.contains(word))
}
