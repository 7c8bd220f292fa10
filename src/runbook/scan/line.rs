//! One source line: its indent, and whether it is a heading, an item, a rule, a table.

use super::html::html_block;
use super::{Marker, Source};
use crate::runbook::fences::Opening;
use crate::runbook::{commands, inline};

/// Whether the line ends a paragraph that stands before it.
pub(super) fn starts_block(lines: &[Source<'_>], i: usize) -> bool {
    let text = lines[i].text;
    let trimmed = text.trim();
    trimmed.is_empty()
        || trimmed.starts_with('>')
        || trimmed.starts_with(":::")
        || trimmed.starts_with("<!--")
        || trimmed.starts_with("!!! ")
        || heading(text).is_some()
        || is_rule(trimmed)
        || Opening::of(text).is_some()
        || Item::of(text).is_some()
        || html_block(trimmed).is_some()
        || (trimmed.contains('|')
            && lines
                .get(i + 1)
                .is_some_and(|next| is_table_rule(next.text)))
}

/// A list marker and what follows it.
pub(super) struct Item<'t> {
    pub(super) indent: usize,
    /// The column where its text starts.
    pub(super) content: usize,
    pub(super) marker: Marker,
    pub(super) text: &'t str,
}

impl<'t> Item<'t> {
    pub(super) fn of(line: &'t str) -> Option<Item<'t>> {
        let indent = columns(line);
        let text = line.trim_start();
        let first = text.chars().next()?;
        let (marker, width) = match first {
            '-' | '*' | '+' | '•' | '–' => (Marker::Bullet, first.len_utf8()),
            '0'..='9' => {
                let digits = text.bytes().take_while(u8::is_ascii_digit).count();
                let close = text[digits..].chars().next()?;
                let wide = matches!(close, '、' | '．');
                if digits > 3 || !(matches!(close, '.' | ')') || wide) {
                    return None;
                }
                (
                    Marker::Ordered(text[..digits].parse().ok()?),
                    digits + close.len_utf8(),
                )
            }
            '(' | '（' => {
                let rest = &text[first.len_utf8()..];
                let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
                let close = rest[digits..].chars().next()?;
                if digits == 0 || digits > 2 || !matches!(close, ')' | '）') {
                    return None;
                }
                (
                    Marker::Ordered(rest[..digits].parse().ok()?),
                    first.len_utf8() + digits + close.len_utf8(),
                )
            }
            '①'..='⑳' => (
                Marker::Ordered(u32::from(first) - u32::from('①') + 1),
                first.len_utf8(),
            ),
            _ => return None,
        };
        let rest = &text[width..];
        let wide_marker = !first.is_ascii() || !text.is_char_boundary(1) || rest.is_empty();
        if !(rest.starts_with([' ', '\t'])
            || rest.is_empty()
            || wide_marker
            || text[..width].ends_with('、'))
        {
            return None;
        }
        let spaces = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let spaces = if spaces > 4 { 1 } else { spaces };
        let mut content = rest.trim();
        let mut marker = marker;
        if marker == Marker::Bullet || matches!(marker, Marker::Ordered(_)) {
            for mark in ["[ ]", "[x]", "[X]", "[✓]", "[-]", "☐", "☑", "✅ [ ]"] {
                if let Some(rest) = content.strip_prefix(mark)
                    && (rest.is_empty() || rest.starts_with([' ', '\t']))
                    && marker == Marker::Bullet
                {
                    content = rest.trim_start();
                    marker = Marker::Task;
                    break;
                }
            }
        }
        Some(Item {
            indent,
            content: indent + width + spaces.max(1),
            marker,
            text: content,
        })
    }
}

/// Columns before the first character, tabs to the next multiple of four.
pub(in crate::runbook) fn columns(line: &str) -> usize {
    let mut column = 0;
    for byte in line.bytes() {
        match byte {
            b' ' => column += 1,
            b'\t' => column += 4 - column % 4,
            _ => break,
        }
    }
    column
}

/// The line with up to `width` columns of white space taken off.
pub(in crate::runbook) fn strip_columns(line: &str, width: usize) -> &str {
    let mut column = 0;
    for (i, byte) in line.bytes().enumerate() {
        if column >= width {
            return &line[i..];
        }
        match byte {
            b' ' => column += 1,
            b'\t' => column += 4 - column % 4,
            _ => return &line[i..],
        }
    }
    ""
}

pub(super) fn heading(line: &str) -> Option<(u8, String)> {
    if columns(line) > 3 {
        return None;
    }
    let text = line.trim();
    let level = text.bytes().take_while(|b| *b == b'#').count();
    if level == 0 || level > 6 {
        return None;
    }
    let rest = &text[level..];
    let spaced = rest.is_empty() || rest.starts_with([' ', '\t']);
    // `##Title` is written often enough; `#channel` and `#1234` are not titles.
    let tight = level >= 2 && rest.starts_with(|c: char| c.is_alphanumeric() || !c.is_ascii());
    if !(spaced || tight) {
        return None;
    }
    let title = clean_title(rest);
    (!title.is_empty()).then(|| (u8::try_from(level).unwrap_or(6), title))
}

/// A title without closing marks, attributes, template tags and inline dress.
pub(super) fn clean_title(text: &str) -> String {
    let mut text = text.trim().trim_end_matches('#').trim_end();
    if text.ends_with('}')
        && let Some(at) = text.rfind('{')
        && matches!(text.as_bytes().get(at + 1), Some(b'#' | b'.' | b':'))
    {
        text = text[..at].trim_end();
    }
    let mut title = inline::plain(text);
    while let Some(at) = title.find("<%") {
        let end = title[at..]
            .find("%>")
            .map_or(title.len(), |end| at + end + 2);
        title.replace_range(at..end, "");
    }
    inline::squeeze(&title)
}

pub(super) fn is_underline(text: &str, mark: char) -> bool {
    text.len() >= 2 && text.chars().all(|c| c == mark)
}

pub(super) fn is_setext(title: &str, underline: &str) -> bool {
    is_underline(underline, '-')
        && title.chars().count() <= 100
        && !title.ends_with(['.', ':', ';', ',', '。', '：'])
        && inline::bold_lead(title).is_none()
        && !title.contains('|')
        && !title.starts_with('<')
}

pub(super) fn is_rule(text: &str) -> bool {
    let mark = text.chars().next().unwrap_or(' ');
    matches!(mark, '-' | '*' | '_' | '—')
        && text.chars().filter(|c| *c == mark).count() >= 3
        && text.chars().all(|c| c == mark || c == ' ')
}

pub(super) fn is_table_rule(text: &str) -> bool {
    let text = text.trim();
    text.contains('-')
        && text.contains('|')
        && text.len() < 2000
        && text
            .chars()
            .all(|c| matches!(c, '|' | '-' | ':' | ' ' | '\t'))
}

pub(super) fn cells(line: &str) -> Vec<String> {
    let line = line.trim();
    let line = line.strip_prefix('|').unwrap_or(line);
    let line = line.strip_suffix('|').unwrap_or(line);
    let mut cells = vec![String::new()];
    let mut code = false;
    let mut escaped = false;
    for c in line.chars() {
        if c == '|' && !escaped && !code {
            cells.push(String::new());
            continue;
        }
        if c == '`' {
            code = !code;
        }
        escaped = c == '\\' && !escaped;
        if let Some(cell) = cells.last_mut() {
            cell.push(c);
        }
    }
    for cell in &mut cells {
        let text = cell.trim().replace("\\|", "|");
        *cell = text;
    }
    cells
}

/// A comment that opens this line: the index to go on at.
pub(super) fn comment(lines: &[Source<'_>], i: usize, ends: &[usize]) -> Option<usize> {
    let text = lines[i].text.trim();
    let rest = text.strip_prefix("<!--")?;
    if rest.contains("-->") {
        return rest.ends_with("-->").then_some(i + 1);
    }
    let at = ends.partition_point(|end| *end <= i);
    Some(ends.get(at).map_or(i + 1, |end| end + 1))
}

/// Lines that carry machinery only: labels, shortcodes, template tags.
pub(super) fn is_dropped(text: &str) -> bool {
    (text.starts_with("{{")
        && text.ends_with("}}")
        && (text.starts_with("{{<") || text.starts_with("{{%")))
        || (text.starts_with("{%") && text.ends_with("%}"))
        || (text.starts_with("<%") && text.ends_with("%>"))
        || (text.starts_with('(') && text.ends_with(")=") && !text.contains(' '))
        || (text.starts_with("{:") && text.ends_with('}'))
        || text.eq_ignore_ascii_case("[toc]")
        || text.eq_ignore_ascii_case("[[_toc_]]")
}

/// How many lines at the end of an item are each nothing but a command in backticks, below words that announce them.
pub(super) fn typed_below(lines: &[&str]) -> usize {
    let is_typed = |line: &&&str| {
        let inner = line.strip_prefix('`').and_then(|l| l.strip_suffix('`'));
        inner.is_some_and(|span| !span.contains('`') && commands::is_inline_command(span))
    };
    let typed = lines.iter().skip(1).rev().take_while(is_typed).count();
    let announced = lines[..lines.len() - typed]
        .last()
        .is_some_and(|line| line.ends_with([':', '：']));
    if announced { typed } else { 0 }
}
