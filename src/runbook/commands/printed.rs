//! Whether a line is what a program prints, or prose.

use super::{Looks, looks};
use crate::runbook::lexicon::list;
use crate::runbook::phrases;

/// Two or more runs of spaces between words, as tables print them.
pub(in crate::runbook) fn is_columns(line: &str) -> bool {
    let mut runs = 0;
    let mut spaces = 0;
    for c in line.trim().chars().take(400) {
        if c == ' ' || c == '\t' {
            spaces += if c == '\t' { 2 } else { 1 };
        } else {
            runs += usize::from(spaces >= 2);
            spaces = 0;
        }
    }
    runs >= 2
}

/// `/dev/sda1  20G  18G …`.
pub(super) fn prints_a_path(line: &str) -> bool {
    is_columns(line) && line.bytes().filter(u8::is_ascii_digit).count() >= 3 && !line.contains(" -")
}

/// Whether a line looks like something a program printed.
pub(in crate::runbook) fn looks_like_output(line: &str) -> bool {
    let text = line.trim();
    let Some(first) = text.chars().next() else {
        return false;
    };
    let words: Vec<&str> = text.split_whitespace().take(6).collect();
    let upper = |w: &&str| {
        w.len() > 1
            && w.chars()
                .all(|c| c.is_ascii_uppercase() || matches!(c, '-' | '_' | '(' | ')' | '%' | '/'))
    };
    is_columns(text)
        || words.len() >= 2 && words.iter().all(upper)
        || matches!(
            first,
            '{' | '}'
                | '['
                | ']'
                | '├'
                | '│'
                | '└'
                | '┌'
                | '+'
                | '✓'
                | '✔'
                | '✗'
                | '✅'
                | '❌'
                | '"'
                | '('
                | '<'
                | '⚠'
        )
        || text.starts_with("---")
        || text.starts_with("===")
        || text.starts_with("...")
        || is_timestamp(text)
        || is_level(text)
        || is_key_value(text)
}

fn is_level(text: &str) -> bool {
    let lower = phrases::lower(text, 24);
    list("error|warning|warn|info|fatal|panic|debug|ok|success|traceback|exception|caused by").any(
        |w| {
            lower
                .strip_prefix(w)
                .is_some_and(|rest| rest.starts_with([':', ' ', '[', ']']))
        },
    )
}

fn is_key_value(text: &str) -> bool {
    text.split_once(':').is_some_and(|(key, value)| {
        !key.is_empty()
            && key.len() <= 40
            && !key.contains(['/', '$', '-', '\'', '"', '='])
            && (value.is_empty() || value.starts_with(' '))
            && key.split_whitespace().count() <= 4
    })
}

fn is_timestamp(text: &str) -> bool {
    let bytes = text.trim_start_matches(['[', '"']).as_bytes();
    let digits = |range: std::ops::Range<usize>| {
        bytes
            .get(range)
            .is_some_and(|b| b.iter().all(u8::is_ascii_digit))
    };
    let month = "Jan |Feb |Mar |Apr |May |Jun |Jul |Aug |Sep |Oct |Nov |Dec ";
    digits(0..4) && bytes.get(4) == Some(&b'-') && digits(5..7)
        || digits(0..2) && bytes.get(2) == Some(&b':') && digits(3..5)
        || list(month).any(|m| bytes.starts_with(m.as_bytes()))
            && bytes.iter().skip(4).take(3).any(u8::is_ascii_digit)
        || matches!(bytes.first(), Some(b'I' | b'W' | b'E' | b'F'))
            && digits(1..5)
            && bytes.get(5) == Some(&b' ')
}

/// Prose: capitalised, several words, nothing shell-like; or arrows and drawings.
pub(in crate::runbook) fn looks_like_prose(line: &str) -> bool {
    let text = line.trim();
    let words = text.split_whitespace().count();
    let first = text.chars().next().unwrap_or(' ');
    let wide = text
        .chars()
        .take(40)
        .filter(|c| u32::from(*c) > 0x2E7F)
        .count()
        >= 4;
    first.is_uppercase() && words >= 3 && !text.contains(['$', '|', '=']) && !text.contains(" -")
        || wide && looks(text) == Looks::Other
        || text.contains(['→', '─', '│', '▼', '↓'])
        || words >= 2 && first.is_ascii_digit() && text.contains(". ")
}
