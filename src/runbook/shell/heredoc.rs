//! Heredocs turned into here-strings, for a grammar that stumbles over what stands behind `<<EOF` on its line.
//!
//! It knows quotes, comments and delimiters, nothing else. The body travels inside a here-string of its own
//! spelling, so that [`lifted`] gives it back exactly.

use super::scan;
use std::fmt::Write;

const MARK: &str = "_heredoc_";

/// The text with every heredoc as `<<< _heredoc_…`; unchanged where there is none.
pub(super) fn lift(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut lifted = String::with_capacity(text.len());
    let mut waiting: Vec<(String, bool, bool)> = Vec::new();
    let mut places = Vec::new();
    let (mut at, mut from) = (0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'\'' => at = scan::single_end(text, at) - 1,
            b'"' => at = scan::double_end(text, at) - 1,
            b'#' if at == 0
                || matches!(
                    bytes[at - 1],
                    b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'(' | b')'
                ) =>
            {
                at = text[at..].find('\n').map_or(text.len(), |end| at + end) - 1;
            }
            b'<' if text[at..].starts_with("<<<") => at += 2,
            b'(' if text[at..].starts_with("((") => at = scan::paren_end(text, at) - 1,
            b'<' if text[at..].starts_with("<<") => {
                lifted.push_str(&text[from..at]);
                let dash = bytes.get(at + 2) == Some(&b'-');
                let mut start = at + 2 + usize::from(dash);
                while bytes
                    .get(start)
                    .is_some_and(|blank| matches!(blank, b' ' | b'\t'))
                {
                    start += 1;
                }
                let end = scan::word_end(text, start);
                let raw = &text[start..end];
                let quoted = raw.contains(['\'', '"', '\\']);
                let word: String = raw.chars().filter(|c| !"'\"\\".contains(*c)).collect();
                waiting.push((word, dash, quoted));
                places.push(lifted.len());
                from = end;
                at = end.max(at + 1) - 1;
            }
            b'\n' if !waiting.is_empty() => {
                lifted.push_str(&text[from..at]);
                let mut next = at + 1;
                // Later places first, so that earlier ones stay where they are.
                let mut strings = Vec::new();
                for (word, dash, quoted) in waiting.drain(..) {
                    let (body, after) = body(text, next, &word, dash);
                    strings.push(spelled(&body, quoted));
                    next = after;
                }
                for (place, string) in places.drain(..).zip(strings).rev() {
                    lifted.insert_str(place, &string);
                }
                lifted.push('\n');
                from = next;
                at = next.max(1) - 1;
            }
            _ => {}
        }
        at += 1;
    }
    lifted.push_str(text.get(from..).unwrap_or(""));
    lifted
}

/// The body of a lifted heredoc and whether its delimiter was quoted.
pub(super) fn lifted(raw: &str) -> Option<(String, bool)> {
    let rest = raw.strip_prefix(MARK)?;
    let quoted = rest.starts_with('q');
    let digits = &rest.as_bytes()[1..];
    let mut body = Vec::with_capacity(digits.len() / 2);
    for pair in digits.chunks(2) {
        let pair = std::str::from_utf8(pair).ok()?;
        body.push(u8::from_str_radix(pair, 16).ok()?);
    }
    Some((String::from_utf8_lossy(&body).into_owned(), quoted))
}

fn spelled(body: &str, quoted: bool) -> String {
    let mut spelled = format!(" <<< {MARK}{}", if quoted { 'q' } else { 'u' });
    for byte in body.bytes() {
        _ = write!(spelled, "{byte:02x}");
    }
    spelled
}

/// The lines up to the delimiter, and where the text goes on.
fn body(text: &str, start: usize, word: &str, dash: bool) -> (String, usize) {
    let mut body = String::new();
    let mut at = start;
    for line in text.get(start..).unwrap_or("").split_inclusive('\n') {
        at += line.len();
        let bare = if dash {
            line.trim_start_matches('\t')
        } else {
            line
        };
        if bare.trim_end_matches('\n') == word {
            return (body, at);
        }
        body.push_str(bare);
    }
    (body, at)
}
