//! What stands in front of a title's name: its number, "Step 3:", "Scenario A -", "Option 2)".

use super::{Said, commas, han, known, words};
use crate::runbook::phrases;

/// Takes numbers and step words off the front.
pub(super) fn lead<'t>(title: &'t str, said: &mut Said) -> &'t str {
    let mut rest = title.trim_start_matches(|c: char| {
        !(c.is_alphanumeric()
            || matches!(
                c,
                '🔟' | '"'
                    | '\''
                    | '`'
                    | '<'
                    | '['
                    | '{'
                    | '('
                    | '（'
                    | '/'
                    | '.'
                    | '~'
                    | '$'
                    | '-'
            ))
    });
    rest = rest.trim_start_matches(['-', ' ']);
    for _ in 0..3 {
        let before = rest;
        rest = number(rest, said);
        rest = word(rest, said);
        rest = rest.trim_start_matches([' ', '\u{FE0F}', '—', '–']);
        if rest == before {
            break;
        }
    }
    rest
}

/// `3.`, `3)`, `3.2`, `2a.`, `A.`, `(3)`, `3、`, `③`; a bare number only before a space and a capital.
fn number<'t>(text: &'t str, said: &mut Said) -> &'t str {
    let open = text.strip_prefix(['(', '（', '#']).unwrap_or(text);
    let mut end = 0;
    let mut last = None;
    let bytes = open.as_bytes();
    while end < bytes.len() && bytes[end].is_ascii_digit() {
        let digits = bytes[end..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count();
        if digits > 3 {
            return text;
        }
        last = open[end..end + digits].parse::<u32>().ok();
        end += digits;
        if bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
            end += 1;
        } else {
            break;
        }
    }
    if last.is_some() {
        let mut tail = &open[end..];
        if let Some((ordinal, rest)) = keycaps(text) {
            said.ordinal = Some(ordinal);
            return rest;
        }
        if tail.starts_with(|c: char| c.is_ascii_alphabetic())
            && tail[1..].starts_with(['.', ')', ':'])
        {
            tail = &tail[1..];
        }
        let closed = tail.trim_start_matches(['.', ')', ':', '：', '、', '．', '）', '-', '–']);
        let dotted = open[..end].contains('.');
        let spaced =
            closed.is_empty() || closed.starts_with([' ', '\t', '\u{FE0F}']) || !closed.is_ascii();
        if (closed.len() < tail.len()
            && (spaced || tail.starts_with(['、', '．', ':', '：', '）'])))
            || (dotted && spaced)
            || (tail.starts_with(" - ") || tail.starts_with(" – ") || tail.starts_with(" — "))
        {
            said.ordinal = last;
            return closed.trim_start_matches([' ', '-', '–', '—', '.', ':']);
        }
        return text;
    }
    if text.starts_with('🔟') {
        said.ordinal = Some(10);
        return &text['🔟'.len_utf8()..];
    }
    let circled = text.chars().next().filter(|c| ('①'..='⑳').contains(c));
    if let Some(c) = circled {
        said.ordinal = Some(u32::from(c) - u32::from('①') + 1);
        return &text[c.len_utf8()..];
    }
    // `A.1 Triage`, `B.2. …`.
    if let Some(rest) = open.strip_prefix(|c: char| c.is_ascii_uppercase())
        && let Some(rest) = rest.strip_prefix(['.', '-'])
    {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if (1..=2).contains(&digits) && rest[digits..].starts_with([' ', '.', ':', ')']) {
            said.ordinal = rest[..digits].parse().ok();
            return rest[digits..].trim_start_matches(['.', ':', ')', ' ']);
        }
    }
    // A single letter with a dot or bracket numbers a title as well.
    let mut chars = open.chars();
    if let (Some(letter), Some(close)) = (chars.next(), chars.next())
        && letter.is_ascii_uppercase()
        && matches!(close, '.' | ')' | ':')
        && chars.next() == Some(' ')
    {
        said.letter = Some(letter);
        return &open[3..];
    }
    text
}

/// `1️⃣`, `1️⃣2️⃣`: digits drawn as keys.
fn keycaps(text: &str) -> Option<(u32, &str)> {
    let mut ordinal = None;
    let mut rest = text;
    while let Some(digit) = rest.chars().next().and_then(|c| c.to_digit(10))
        && let Some(behind) = rest[1..]
            .trim_start_matches('\u{FE0F}')
            .strip_prefix('\u{20E3}')
        && ordinal < Some(100)
    {
        ordinal = Some(ordinal.unwrap_or(0) * 10 + digit);
        rest = behind;
    }
    ordinal.map(|n| (n, rest))
}

/// `Step 3:`, `Scenario A -`, `Option 2)`, `场景 1：` and their like.
fn word<'t>(text: &'t str, said: &mut Said) -> &'t str {
    let opening = text.chars().next().map_or(0, char::len_utf8);
    let first = han::fold(&text[..opening]).chars().next();
    let first = first.and_then(|c| c.to_lowercase().next());
    let leads = first.and_then(|first| known().leads.get(&first));
    let lower = leads.map_or_else(String::new, |_| phrases::lower(text, 24));
    let lower = han::fold(&lower);
    for (kind, name) in leads.into_iter().flatten() {
        if !lower.starts_with(name.as_str()) {
            continue;
        }
        // Lower-casing may change lengths; the word is counted in characters.
        let count = name.chars().count();
        let after: &str = text
            .char_indices()
            .nth(count)
            .map_or("", |(at, _)| &text[at..]);
        // "Cenários" is no "Cenário s"; scripts without spaces know no such end.
        let spaced = name.chars().next_back().is_some_and(|c| c < '\u{2E80}');
        if spaced && after.starts_with(|c: char| c.is_alphabetic()) {
            continue;
        }
        // "Step-by-step guide" is no step.
        let joined = after.strip_prefix('-');
        if joined.is_some_and(|rest| rest.starts_with(|c: char| c.is_alphabetic())) {
            continue;
        }
        let Some((ordinal, rest)) = designator(after) else {
            continue;
        };
        // "Test 3: …" counts; "Test: …" only speaks of one.
        if name == "test" && ordinal.is_none() {
            continue;
        }
        // "Passo a passo" is no step A.
        let again = rest
            .char_indices()
            .nth(count)
            .map_or(rest, |(at, _)| &rest[..at]);
        if again.to_lowercase() == *name {
            continue;
        }
        match kind {
            words::Lead::Step => {
                said.step_word = true;
                said.ordinal = ordinal.or(said.ordinal);
            }
            words::Lead::Scenario => said.scenario_word = true,
            words::Lead::Option => said.alternative = true,
            // "Solution 2: …" is one of several; "Solution: …" is the one.
            words::Lead::Way if ordinal.is_none() => continue,
            words::Lead::Way => said.alternative = true,
        }
        return rest;
    }
    // `3단계: …` puts the number first.
    for (kind, suffixes) in words::SUFFIX_LEADS {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 && digits < 4 {
            for suffix in commas(suffixes) {
                if let Some(rest) = text[digits..].trim_start().strip_prefix(suffix) {
                    if *kind == words::Lead::Step {
                        said.step_word = true;
                        said.ordinal = text[..digits].parse().ok();
                    }
                    return rest.trim_start_matches([':', '：', ' ', '-', '.', ')']);
                }
            }
        }
    }
    text
}

/// 方案一 is Option 1.
const HAN_DIGITS: [char; 9] = ['一', '二', '三', '四', '五', '六', '七', '八', '九'];

/// What stands between a lead word and the name: a number or letter, then a separator.
fn designator(text: &str) -> Option<(Option<u32>, &str)> {
    let trimmed = text.trim_start().trim_start_matches(['#', '№']);
    if let Some(rest) = trimmed.strip_prefix(HAN_DIGITS)
        && let Some(n) = trimmed.chars().next()
    {
        let ordinal = HAN_DIGITS.iter().position(|d| *d == n);
        let rest = rest.trim_start_matches([':', '：', '-', '、', '.', ')', '）', ' ']);
        return Some((ordinal.and_then(|n| u32::try_from(n + 1).ok()), rest));
    }
    let end = trimmed
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '.'))
        .unwrap_or(trimmed.len());
    let label = trimmed[..end].trim_end_matches('.');
    let numbered = !label.is_empty()
        && label.len() <= 5
        && (label.bytes().all(|b| b.is_ascii_digit() || b == b'.')
            || label.len() == 1 && label.bytes().all(|b| b.is_ascii_alphabetic())
            || label.bytes().all(|b| matches!(b, b'I' | b'V' | b'X'))
            || label.bytes().next().is_some_and(|b| b.is_ascii_digit())
            || label.len() <= 4 && label.bytes().last().is_some_and(|b| b.is_ascii_digit()))
        && !trimmed[end..].starts_with(char::is_alphabetic);
    let (ordinal, rest) = if numbered {
        let last = label.rsplit('.').next().unwrap_or_default();
        let digits: String = last.chars().take_while(char::is_ascii_digit).collect();
        (digits.parse().ok(), &trimmed[end..])
    } else {
        (None, trimmed)
    };
    let stripped = rest
        .trim_start()
        .trim_start_matches([':', '：', '-', '–', '—', '.', ')', '）', '|', '、']);
    let separated = stripped.len() < rest.trim_start().len();
    if numbered && (rest.is_empty() || rest.starts_with(' ') || separated || !rest.is_ascii())
        || separated
    {
        Some((ordinal, stripped.trim_start()))
    } else {
        None
    }
}
