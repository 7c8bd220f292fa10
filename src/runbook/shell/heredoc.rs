//! Heredocs turned into here-strings, for a grammar that stumbles over what stands behind `<<EOF` on its line.
//!
//! It knows quotes, comments and delimiters, nothing else. The body travels inside a here-string of its own
//! spelling, so that [`lifted`] gives it back exactly.

use super::scan;
use std::fmt::Write;

const MARK: &str = "_heredoc_";

/// The text with every heredoc as `<<< _heredoc_…`; unchanged where there is none.
pub(super) fn lift(text: &str) -> String {
    rewrite(text, true)
}

/// Goes through the code of a text, past quotes, comments and the bodies of heredocs.
fn rewrite(text: &str, lifts: bool) -> String {
    let bytes = text.as_bytes();
    let mut written = String::with_capacity(text.len());
    let mut waiting: Vec<Waiting> = Vec::new();
    let (mut at, mut from) = (0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'\'' => at = scan::single_end(text, at) - 1,
            b'"' => at = scan::double_end(text, at) - 1,
            b'#' if at == 0 || b" \t\n;&|()".contains(&bytes[at - 1]) => {
                at = text[at..].find('\n').map_or(text.len(), |end| at + end) - 1;
            }
            b'<' if text[at..].starts_with("<<<") => at += 2,
            b'(' if text[at..].starts_with("((") => at = scan::paren_end(text, at) - 1,
            b'<' if text[at..].starts_with("<<") => {
                written.push_str(&text[from..at]);
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
                waiting.push(Waiting {
                    delimiter: raw.chars().filter(|c| !"'\"\\".contains(*c)).collect(),
                    dash,
                    quoted: raw.contains(['\'', '"', '\\']),
                    place: written.len(),
                });
                if !lifts {
                    written.push_str(&text[at..end]);
                }
                from = end;
                at = end.max(at + 1) - 1;
            }
            b'\n' => {
                written.push_str(&text[from..at]);
                let mut next = at + 1;
                let mut strings = Vec::new();
                for heredoc in &waiting {
                    let (body, after) = body(text, next, &heredoc.delimiter, heredoc.dash);
                    strings.push((heredoc.place, spelled(&body, heredoc.quoted)));
                    next = after;
                }
                let bodies = &text[at + 1..next];
                if lifts {
                    // Later places first, so that earlier ones stay where they are.
                    for (place, string) in strings.iter().rev() {
                        written.insert_str(*place, string);
                    }
                }
                written.push('\n');
                if !lifts {
                    written.push_str(bodies);
                }
                waiting.clear();
                from = begin_line(text, next, &mut written);
                at = from.max(1) - 1;
            }
            _ => {}
        }
        at += 1;
    }
    written.push_str(text.get(from..).unwrap_or(""));
    written
}

/// A heredoc whose body has not come yet.
struct Waiting {
    delimiter: String,
    dash: bool,
    quoted: bool,
    /// Where its operator stood in what is written.
    place: usize,
}

/// Where the code of a line goes on, once a backslash at its beginning has been made harmless.
fn begin_line(text: &str, start: usize, written: &mut String) -> usize {
    let mut start = start.min(text.len());
    loop {
        let rest = &text[start..];
        let code = rest.trim_start_matches([' ', '\t']);
        if let Some(after) = code.strip_prefix("\\\n") {
            start = text.len() - after.len();
        } else {
            if code.starts_with('\\') {
                written.push_str("''");
            }
            return text.len() - code.len();
        }
    }
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
