//! Values on their way into a document: printable, masked, and unable to break it.

use crate::incident::clocks;
use crate::mask::{Masker, printable};
use std::fmt::Write as _;
use std::sync::LazyLock;

static MASKER: LazyLock<Masker> = LazyLock::new(|| Masker::new(&[]));

/// One printable line, masked, whole.
pub(super) fn clean(text: &str) -> String {
    printable(&MASKER.mask(text))
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// The same with its lines kept; trailing blank ones go.
pub(super) fn lines(text: &str) -> String {
    let masked = MASKER.mask(text);
    let mut lines: Vec<String> = masked
        .lines()
        .map(|line| printable(line).trim_end().to_owned())
        .collect();
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines.join("\n")
}

/// Text inside a Markdown line or table cell, on one line: nothing in it is markup.
pub(super) fn inline(text: &str) -> String {
    let text = clean(text);
    let letters: Vec<char> = text.chars().collect();
    let mut safe = String::with_capacity(text.len());
    for (index, letter) in letters.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|index| letters.get(index));
        let after = letters.get(index + 1);
        let inside = |letter: Option<&char>| letter.is_some_and(|letter| letter.is_alphanumeric());
        let special = match letter {
            '\\' | '`' | '*' | '[' | ']' | '<' | '|' | '&' | '~' | '$' => true,
            // Within a word it is no emphasis.
            '_' => !(inside(before) && inside(after)),
            // Closes a heading, or opens one.
            '#' => !inside(before),
            '>' | '+' | '-' | '=' => before.is_none(),
            '.' | ')' => {
                before.is_some_and(char::is_ascii_digit) && !inside(after) && {
                    letters[..index].iter().all(char::is_ascii_digit)
                }
            }
            _ => false,
        };
        if special {
            safe.push('\\');
        }
        safe.push(*letter);
    }
    safe
}

/// A fenced block; the fence is longer than any run of backticks in it.
pub(super) fn fence(to: &mut String, language: &str, text: &str) {
    let longest = text
        .split(|letter| letter != '`')
        .map(str::len)
        .max()
        .unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    _ = writeln!(to, "{fence}{language}\n{text}\n{fence}\n");
}

/// A word that may stand after a fence.
pub(super) fn language(interpreter: &str) -> String {
    let name = interpreter.rsplit('/').next().unwrap_or_default();
    let word: String = name
        .chars()
        .take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '-')
        .collect();
    if word == "psql" { "sql".into() } else { word }
}

pub(super) fn seconds(seconds: f64) -> String {
    let ms = (seconds.abs() * 1000.0).round() as u64;
    let sign = if seconds < 0.0 && ms > 0 { "−" } else { "" };
    format!("{sign}{}", clocks::span(ms))
}

pub(super) fn count(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}
