//! Byte-level scanning of bash text: where quotes, parentheses and braces end, and words cut apart.
//!
//! It knows no variables and no programs. It never fails: what does not end, ends at the end.

/// Where the parenthesis that opens at `open` ends (one past it).
pub(super) fn paren_end(text: &str, open: usize) -> usize {
    nested_end(text, open, b'(', b')')
}

/// Where the brace that opens at `open` ends (one past it).
pub(super) fn brace_end(text: &str, open: usize) -> usize {
    nested_end(text, open, b'{', b'}')
}

fn nested_end(text: &str, open: usize, opening: u8, closing: u8) -> usize {
    let bytes = text.as_bytes();
    let mut depth = 0_usize;
    let mut at = open;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'\'' => at = single_end(text, at) - 1,
            b'"' => at = double_end(text, at) - 1,
            b'`' => at += backtick_end(&text[at..]).max(1) - 1,
            byte if byte == opening => depth += 1,
            byte if byte == closing => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    text.len()
}

/// One past the quote that closes the single quote at `open`.
pub(super) fn single_end(text: &str, open: usize) -> usize {
    text[open + 1..]
        .find('\'')
        .map_or(text.len(), |end| open + end + 2)
}

/// One past the quote that closes the double quote at `open`.
pub(super) fn double_end(text: &str, open: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = open + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'"' => return at + 1,
            b'`' => at += backtick_end(&text[at..]).max(1) - 1,
            b'$' if bytes.get(at + 1) == Some(&b'(') => at = paren_end(text, at + 1) - 1,
            b'$' if bytes.get(at + 1) == Some(&b'{') => at = brace_end(text, at + 1) - 1,
            _ => {}
        }
        at += 1;
    }
    text.len()
}

/// One past the backtick that closes the one at the start of `text`.
pub(super) fn backtick_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'`' => return at + 1,
            _ => {}
        }
        at += 1;
    }
    text.len()
}

/// Length of the variable name at the start of `text`.
pub(super) fn name_length(text: &str) -> usize {
    if text.starts_with(|first: char| first.is_ascii_digit()) {
        return 0;
    }
    text.find(|character: char| !(character.is_ascii_alphanumeric() || character == '_'))
        .unwrap_or(text.len())
}

/// Decodes the inside of `$'…'`; returns the text and the length up to and with the closing quote.
pub(super) fn ansi_c(text: &str) -> (String, usize) {
    let mut decoded = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() && bytes[at] != b'\'' {
        if bytes[at] != b'\\' || at + 1 >= bytes.len() {
            decoded.push(bytes[at]);
            at += 1;
            continue;
        }
        let escape = bytes[at + 1];
        at += 2;
        let plain = match escape {
            b'a' => Some(7),
            b'b' => Some(8),
            b'e' | b'E' => Some(27),
            b'f' => Some(12),
            b'n' => Some(b'\n'),
            b'r' => Some(b'\r'),
            b't' => Some(b'\t'),
            b'v' => Some(11),
            b'\\' | b'\'' | b'"' | b'?' => Some(escape),
            _ => None,
        };
        if let Some(byte) = plain {
            decoded.push(byte);
            continue;
        }
        let (radix, start, longest) = match escape {
            b'x' => (16, at, 2),
            b'u' => (16, at, 4),
            b'U' => (16, at, 8),
            b'0'..=b'7' => (8, at - 1, 3),
            _ => {
                decoded.extend([b'\\', escape]);
                continue;
            }
        };
        let mut end = start;
        while end < bytes.len() && end < start + longest && (bytes[end] as char).is_digit(radix) {
            end += 1;
        }
        let value = text
            .get(start..end)
            .and_then(|digits| u32::from_str_radix(digits, radix).ok());
        match value {
            Some(value) if matches!(escape, b'u' | b'U') => {
                let character = char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER);
                decoded.extend(character.encode_utf8(&mut [0; 4]).as_bytes());
            }
            Some(value) => decoded.push(value as u8),
            None => decoded.extend([b'\\', escape]),
        }
        at = end;
    }
    let text = String::from_utf8_lossy(&decoded).into_owned();
    (text, (at + 1).min(bytes.len()))
}

/// One word cut off a line: where it ends, from `start`, with everything that is quoted inside.
pub(super) fn word_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = start;
    while at < bytes.len() {
        match bytes[at] {
            b' ' | b'\t' | b'\n' | b';' | b'|' | b'&' | b'(' | b')' | b'<' | b'>' => break,
            b'\\' => at += 1,
            b'\'' => at = single_end(text, at) - 1,
            b'"' => at = double_end(text, at) - 1,
            b'`' => at += backtick_end(&text[at..]).max(1) - 1,
            b'$' if bytes.get(at + 1) == Some(&b'(') => at = paren_end(text, at + 1) - 1,
            b'$' if bytes.get(at + 1) == Some(&b'{') => at = brace_end(text, at + 1) - 1,
            b'$' if bytes.get(at + 1) == Some(&b'\'') => {
                at += 1 + ansi_c(&text[at + 2..]).1;
            }
            _ => {}
        }
        at += 1;
    }
    let mut end = at.min(text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    end
}

/// The raw words of every command in a text, cut at operators; for text that no parser accepts.
pub(super) fn rough_commands(text: &str) -> Vec<Vec<&str>> {
    let mut commands = vec![Vec::new()];
    let mut at = 0;
    while at < text.len() {
        let byte = text.as_bytes()[at];
        match byte {
            b' ' | b'\t' => at += 1,
            b'#' if at == 0 || matches!(text.as_bytes()[at - 1], b' ' | b'\t' | b'\n') => {
                at = text[at..].find('\n').map_or(text.len(), |end| at + end);
            }
            b'\\' if text.as_bytes().get(at + 1) == Some(&b'\n') => at += 2,
            b'\n' | b';' | b'|' | b'&' | b'(' | b')' | b'<' | b'>' => {
                commands.push(Vec::new());
                at += 1;
            }
            _ => {
                let end = word_end(text, at).max(at + 1);
                if let (Some(command), Some(word)) = (commands.last_mut(), text.get(at..end)) {
                    command.push(word);
                }
                at = end;
            }
        }
    }
    commands.retain(|command| !command.is_empty());
    commands
}

/// The raw words of a text that is one plain command without operators.
pub(super) fn only_command(text: &str) -> Option<Vec<&str>> {
    let text = text.trim();
    let mut words = Vec::new();
    let mut at = 0;
    while at < text.len() {
        match text.as_bytes()[at] {
            b' ' | b'\t' => at += 1,
            b'\n' | b';' | b'|' | b'&' | b'(' | b')' | b'<' | b'>' | b'#' => return None,
            _ => {
                let end = word_end(text, at);
                words.push(text.get(at..end)?);
                at = end;
            }
        }
    }
    (!words.is_empty()).then_some(words)
}

/// Brace expansion of a raw word, quotes kept; one word where there is nothing to expand.
pub(super) fn braces(raw: &str) -> Vec<String> {
    let mut done = Vec::new();
    let mut queue = vec![raw.to_owned()];
    while let Some(word) = queue.pop() {
        match first_brace(&word) {
            Some((start, end, parts)) if done.len() + queue.len() + parts.len() <= 64 => {
                for part in parts.iter().rev() {
                    queue.push(format!("{}{part}{}", &word[..start], &word[end..]));
                }
            }
            _ => done.push(word),
        }
    }
    done
}

/// The first `{a,b}` of a word: where it starts and ends, and its parts.
fn first_brace(word: &str) -> Option<(usize, usize, Vec<String>)> {
    let bytes = word.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'\'' => at = single_end(word, at) - 1,
            b'"' => at = double_end(word, at) - 1,
            b'`' => at += backtick_end(&word[at..]).max(1) - 1,
            b'$' if bytes.get(at + 1) == Some(&b'{') => at = brace_end(word, at + 1) - 1,
            b'$' if bytes.get(at + 1) == Some(&b'(') => at = paren_end(word, at + 1) - 1,
            b'{' => {
                let end = brace_end(word, at);
                let closed = word.as_bytes()[end - 1] == b'}' && end > at + 1;
                let inner = if closed { &word[at + 1..end - 1] } else { "" };
                let parts = comma_parts(inner);
                if parts.len() > 1 {
                    return Some((at, end, parts));
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

fn comma_parts(inner: &str) -> Vec<String> {
    let bytes = inner.as_bytes();
    let (mut parts, mut from, mut at, mut depth) = (Vec::new(), 0, 0, 0_usize);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'\'' => at = single_end(inner, at) - 1,
            b'"' => at = double_end(inner, at) - 1,
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                parts.push(inner[from..at].to_owned());
                from = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    parts.push(inner[from..].to_owned());
    parts
}
