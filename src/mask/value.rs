//! Where a value ends, and whether it is one: quotes, separators, variables, words that hide nothing.

use std::ops::Range;

/// The length of a colour sequence at the start of `bytes`, 0 where there is none. Coloured JSON and YAML puts them
/// between a key and its value.
fn colour(bytes: &[u8]) -> usize {
    if !bytes.starts_with(b"\x1b[") {
        return 0;
    }
    let digits = bytes[2..]
        .iter()
        .take_while(|byte| byte.is_ascii_digit() || **byte == b';')
        .count();
    if bytes.get(2 + digits) == Some(&b'm') {
        digits + 3
    } else {
        0
    }
}

/// Past colour sequences, and blanks where they are wanted.
pub(super) fn skip(bytes: &[u8], mut at: usize, blanks: bool) -> usize {
    loop {
        let rest = &bytes[at.min(bytes.len())..];
        let colour = colour(rest);
        if colour > 0 {
            at += colour;
        } else if blanks && matches!(rest.first(), Some(b' ' | b'\t')) {
            at += 1;
        } else {
            return at;
        }
    }
}

/// A quoted value that begins at `at`: what is inside the quotes, to the end of the line where they do not close.
pub(super) fn quoted(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let rest = bytes.get(at..)?;
    let open: &[u8] = [
        &b"\\\""[..],
        b"\\'",
        b"$'",
        b"b'",
        b"b\"",
        b"\"",
        b"'",
        b"`",
    ]
    .into_iter()
    .find(|open| rest.starts_with(open))?;
    let start = at + open.len();
    let quote = open[open.len() - 1];
    let escaped = open[0] == b'\\';
    let mut index = start;
    while index < bytes.len() {
        if bytes[index] == b'\\' {
            if escaped && bytes.get(index + 1) == Some(&quote) {
                return Some(start..index);
            }
            // In single quotes of a shell a backslash is nothing special, but JSON in Python's is more common here.
            index += 2;
        } else if bytes[index] == quote && !escaped {
            // A doubled quote is an escaped one in SQL and YAML.
            if quote == b'\'' && bytes.get(index + 1) == Some(&quote) && index > start {
                index += 2;
                continue;
            }
            return Some(start..index);
        } else {
            index += 1;
        }
    }
    Some(start..bytes.len())
}

/// A value without quotes: to the next blank or quote, or to a separator after which something else begins.
pub(super) fn bare(bytes: &[u8], at: usize) -> Range<usize> {
    let mut end = at;
    while let Some(&byte) = bytes.get(end) {
        if byte == b'$'
            && let Some(close) = close_of_variable(&bytes[end..])
        {
            end += close + 1;
            continue;
        }
        let stop = match byte {
            0..=b' ' | 0x7f | b'"' | b'`' | b'\'' => true,
            b';' | b'&' | b',' | b'|' | b')' | b'}' | b']' | b'>' | b'<' => ends_here(bytes, end),
            b'\\' => matches!(bytes.get(end + 1), None | Some(b'"' | b'\'' | b'n' | b'r')),
            _ => false,
        };
        if stop {
            break;
        }
        end += 1;
    }
    at..end
}

/// Where `${…}` or `$(…)` closes.
fn close_of_variable(bytes: &[u8]) -> Option<usize> {
    let close = match bytes.get(1)? {
        b'{' => b'}',
        b'(' => b')',
        _ => return None,
    };
    memchr::memchr(close, bytes)
}

/// Whether the separator at `at` separates: nothing, a blank, a quote, another separator or `name=` follows.
fn ends_here(bytes: &[u8], at: usize) -> bool {
    let rest = &bytes[at + 1..];
    let Some(&next) = rest.first() else {
        return true;
    };
    if next <= b' ' || b"\"'`\\;&,|)}]".contains(&next) {
        return true;
    }
    let name = rest
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || b"_-. ".contains(byte))
        .count();
    name > 0
        && rest
            .get(name)
            .is_some_and(|byte| matches!(byte, b'=' | b':'))
}

/// Quoted or bare.
pub(super) fn any(bytes: &[u8], at: usize) -> Range<usize> {
    quoted(bytes, at).unwrap_or_else(|| bare(bytes, at))
}

/// Values that hide nothing: variables, placeholders, words, what is masked already.
pub(super) fn is_harmless(value: &[u8]) -> bool {
    #[rustfmt::skip]
    const WORDS: &[&str] = &[
        "", "true", "false", "null", "nil", "none", "undefined", "yes", "no", "on", "off", "string", "str", "int",
        "bool", "bytes", "object", "required", "optional", "redacted", "hidden", "masked", "unset", "empty", "missing",
        "invalid", "expired", "n/a", "...", "…", "-", "~", "{", "{}", "|", "|-",
    ];
    let Some(&first) = value.first() else {
        return true;
    };
    let text = String::from_utf8_lossy(value);
    let inside = text.trim_matches(['[', ']', '(', ')', '<', '>']);
    WORDS.iter().any(|word| word.eq_ignore_ascii_case(inside))
        || text
            .chars()
            .all(|c| matches!(c, '*' | '•' | '.' | '#' | '_'))
        || (value.len() >= 3 && text.chars().all(|c| matches!(c, 'x' | 'X')))
        || (first == b'$' && is_variable(value))
        || (first == b'<' && value.ends_with(b">"))
        || (text.starts_with("{{") && text.ends_with("}}"))
        || (first == b'%' && value.len() > 2 && value.ends_with(b"%"))
}

/// `$NAME`, `${…}`, `$(…`; a password may begin with a dollar, too.
fn is_variable(value: &[u8]) -> bool {
    let rest = &value[1..];
    match rest.first() {
        Some(b'(') => true,
        Some(b'{') => value.ends_with(b"}"),
        Some(byte) if byte.is_ascii_alphabetic() || *byte == b'_' => rest
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_'),
        _ => false,
    }
}

/// Looks like a token: long enough, letters and digits.
pub(super) fn is_strong(value: &[u8]) -> bool {
    value.len() >= 8
        && value.iter().any(u8::is_ascii_digit)
        && value.iter().any(u8::is_ascii_alphabetic)
}

/// What stands after a value is the end of the line, of the quotes or of the structure: not the next word of a
/// sentence.
pub(super) fn stands_alone(bytes: &[u8], value: &Range<usize>) -> bool {
    let end = skip(bytes, value.end, true);
    bytes
        .get(end)
        .is_none_or(|byte| b"#,}])\"'`;&|\\<".contains(byte) || *byte < b' ')
}
