//! Lines → nodes: headings, items, paragraphs, fences, tables, each with its source lines.
//!
//! Read leniently and by source lines: a fence belongs where it stands whether it is indented or
//! not, a list goes on after it, and a container (quote, `:::`, `!!!`, `{note}`, `<details>`) is
//! opened up with its meaning kept. It must not know what a section is for.

use super::fences::{self, Opening};
use super::{Line, Warning, inline};

/// One piece of the document.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub line: u32,
    pub end_line: u32,
    /// Columns before the text, the marker or the fence.
    pub indent: usize,
    pub kind: Kind,
    /// The admonition it stands in.
    pub admonition: Option<Admonition>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Heading {
        level: u8,
        text: String,
    },
    /// Raw source lines, trimmed.
    Paragraph {
        lines: Vec<Line>,
    },
    Item {
        marker: Marker,
        text: String,
    },
    Fence(Fence),
    Table {
        rows: Vec<Row>,
    },
    Rule,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    pub line: u32,
    pub cells: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Marker {
    Ordered(u32),
    Bullet,
    Task,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fence {
    pub info: String,
    /// Each line with the fence's own indent taken off.
    pub body: Vec<String>,
    /// Known by indentation alone, not by a fence.
    pub indented: bool,
}

/// What a note, warning or tip is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Admonition {
    Note,
    Warning,
}

/// A source line with its number; containers hand on lines with their own prefix taken off.
#[derive(Clone, Copy)]
pub(super) struct Source<'t> {
    pub number: u32,
    pub text: &'t str,
}

/// Splits a document (front matter already skipped up to `from`, 0-based) into nodes.
pub(super) fn scan(text: &str, from: usize, warnings: &mut Vec<Warning>) -> Vec<Node> {
    let lines: Vec<Source<'_>> = text
        .split('\n')
        .enumerate()
        .skip(from)
        .map(|(i, text)| Source {
            number: u32::try_from(i).unwrap_or(u32::MAX - 1) + 1,
            text,
        })
        .collect();
    let mut scanner = Scanner {
        nodes: Vec::new(),
        warnings,
        content: Vec::new(),
        admonition: None,
        depth: 0,
    };
    scanner.walk(&lines);
    scanner.nodes
}

struct Scanner<'w> {
    nodes: Vec<Node>,
    warnings: &'w mut Vec<Warning>,
    /// Content columns of the open list items.
    content: Vec<usize>,
    admonition: Option<Admonition>,
    depth: usize,
}

impl Scanner<'_> {
    fn walk(&mut self, lines: &[Source<'_>]) {
        let comment_ends: Vec<usize> = (0..lines.len())
            .filter(|i| lines[*i].text.contains("-->"))
            .collect();
        let mut directives: Vec<Option<Admonition>> = Vec::new();
        let mut blank_before = true;
        let mut i = 0;
        while i < lines.len() {
            let Source { number, text } = lines[i];
            let trimmed = text.trim();
            if trimmed.is_empty() {
                blank_before = true;
                i += 1;
                continue;
            }
            let indent = columns(text);
            if let Some(skip) = comment(lines, i, &comment_ends) {
                i = skip;
                continue;
            }
            if let Some(opening) = Opening::of(text) {
                i = self.fence(lines, i, &opening);
                blank_before = false;
                continue;
            }
            if trimmed.starts_with('>') && indent < 12 {
                i = self.quote(lines, i);
                blank_before = true;
                continue;
            }
            if let Some(name) = trimmed.strip_prefix(":::") {
                let name = name.trim_matches(|c: char| c == ':' || c.is_whitespace());
                if name.is_empty() {
                    directives.pop();
                } else {
                    directives.push(admonition(name));
                }
                self.admonition = directives.iter().rev().find_map(|d| *d);
                i += 1;
                continue;
            }
            if let Some(rest) = ["!!!", "???", "==="]
                .iter()
                .find_map(|m| trimmed.strip_prefix(m))
                && (trimmed.starts_with("===") || !rest.trim().is_empty())
                && rest.starts_with([' ', '+', '-'])
                && self.depth < 4
            {
                i = self.indented_container(lines, i, rest);
                blank_before = true;
                continue;
            }
            if is_dropped(trimmed) {
                i += 1;
                continue;
            }
            if let Some((level, title)) = heading(text) {
                self.content.clear();
                self.push(number, number, 0, Kind::Heading { level, text: title });
                blank_before = true;
                i += 1;
                continue;
            }
            if let Some((tag, rest)) = html_block(trimmed) {
                i = self.html(lines, i, tag, rest);
                blank_before = true;
                continue;
            }
            if is_rule(trimmed) {
                self.push(number, number, indent, Kind::Rule);
                blank_before = true;
                i += 1;
                continue;
            }
            if let Some(item) = Item::of(text) {
                i = self.item(lines, i, &item);
                blank_before = false;
                continue;
            }
            if trimmed.contains('|')
                && lines
                    .get(i + 1)
                    .is_some_and(|next| is_table_rule(next.text))
            {
                i = self.table(lines, i);
                blank_before = true;
                continue;
            }
            while self.content.last().is_some_and(|c| indent < *c) && blank_before {
                self.content.pop();
            }
            let base = self.content.last().copied().unwrap_or(0);
            if blank_before && indent >= base + 4 {
                i = self.indented_code(lines, i, base);
                blank_before = true;
                continue;
            }
            i = self.paragraph(lines, i);
            blank_before = false;
        }
    }

    fn push(&mut self, line: u32, end_line: u32, indent: usize, kind: Kind) {
        self.nodes.push(Node {
            line,
            end_line,
            indent,
            kind,
            admonition: self.admonition,
        });
    }

    fn fence(&mut self, lines: &[Source<'_>], i: usize, opening: &Opening<'_>) -> usize {
        let fences::Body {
            text: body,
            next,
            warning,
        } = fences::body(lines, i, opening);
        if let Some(message) = warning {
            self.warnings.push(Warning {
                line: lines[i].number,
                message,
            });
        }
        let last = next.saturating_sub(1).clamp(i, lines.len() - 1);
        if let Some(directive) = opening.directive() {
            if let Some(language) = directive.code_language() {
                let body = body
                    .iter()
                    .skip_while(|l| l.starts_with(':'))
                    .map(|l| (*l).to_owned());
                let fence = Fence {
                    info: language.to_owned(),
                    body: body.collect(),
                    indented: false,
                };
                self.push(
                    lines[i].number,
                    lines[last].number,
                    opening.indent,
                    Kind::Fence(fence),
                );
                return next;
            }
            if self.depth < 4 {
                let inner: Vec<Source<'_>> = body
                    .iter()
                    .enumerate()
                    .map(|(k, text)| Source {
                        number: lines[(i + 1 + k).min(last)].number,
                        text,
                    })
                    .collect();
                self.contained(
                    &inner,
                    admonition(directive.name).or(Some(Admonition::Note)),
                );
                return next;
            }
        }
        let fence = Fence {
            info: opening.info.trim().to_owned(),
            body: body.into_iter().map(str::to_owned).collect(),
            indented: false,
        };
        self.push(
            lines[i].number,
            lines[last].number,
            opening.indent,
            Kind::Fence(fence),
        );
        next
    }

    /// A block quote: all its levels at once.
    fn quote(&mut self, lines: &[Source<'_>], i: usize) -> usize {
        let mut inner = Vec::new();
        let mut next = i;
        while let Some(line) = lines.get(next)
            && line.text.trim_start().starts_with('>')
        {
            let mut text = line.text.trim_start();
            while let Some(rest) = text.strip_prefix('>') {
                let rest = rest.strip_prefix(' ').unwrap_or(rest);
                // A deeper level may stand behind spaces; code may not lose its own.
                text = if rest.trim_start().starts_with('>') {
                    rest.trim_start()
                } else {
                    rest
                };
            }
            inner.push(Source {
                number: line.number,
                text,
            });
            next += 1;
        }
        let first = inner.iter().find(|l| !l.text.trim().is_empty());
        let kind = first.and_then(|l| admonition_lead(l.text));
        if self.depth >= 4 {
            self.paragraph(&inner, 0);
            return next;
        }
        if first.is_some_and(|l| l.text.trim().starts_with("[!")) {
            let at = inner
                .iter()
                .position(|l| !l.text.trim().is_empty())
                .unwrap_or(0);
            let rest = inner[at]
                .text
                .find(']')
                .map_or("", |end| &inner[at].text[end + 1..]);
            inner[at].text = rest;
        }
        self.contained(&inner, kind.or(self.admonition));
        next
    }

    /// `!!! warning "Title"` or `=== "Tab"`: what follows, four columns in, belongs to it.
    fn indented_container(&mut self, lines: &[Source<'_>], i: usize, rest: &str) -> usize {
        let own = columns(lines[i].text);
        let words = rest.trim_start_matches(['+', '-']).trim();
        let title = words
            .find('"')
            .map(|at| words[at..].trim_matches('"').trim());
        let kind = if lines[i].text.trim().starts_with("===") {
            self.admonition
        } else {
            admonition(words).or(Some(Admonition::Note))
        };
        let mut inner = Vec::new();
        if let Some(title) = title.filter(|t| !t.is_empty()) {
            inner.push(Source {
                number: lines[i].number,
                text: title,
            });
        }
        let mut next = i + 1;
        while let Some(line) = lines.get(next)
            && (line.text.trim().is_empty() || columns(line.text) >= own + 4)
        {
            inner.push(Source {
                number: line.number,
                text: strip_columns(line.text, own + 4),
            });
            next += 1;
        }
        self.contained(&inner, kind);
        next
    }

    fn contained(&mut self, inner: &[Source<'_>], kind: Option<Admonition>) {
        let outer = self.admonition;
        let content = std::mem::take(&mut self.content);
        self.admonition = kind;
        self.depth += 1;
        self.walk(inner);
        self.depth -= 1;
        self.admonition = outer;
        self.content = content;
    }

    fn html(&mut self, lines: &[Source<'_>], i: usize, tag: &str, rest: &str) -> usize {
        let number = lines[i].number;
        let indent = columns(lines[i].text);
        match tag {
            "pre" => {
                let end = (i..lines.len()).find(|k| lines[*k].text.contains("</pre>"));
                let last = end.unwrap_or(i);
                let body: Vec<String> = lines[i..=last]
                    .iter()
                    .map(|l| strip_tags(l.text))
                    .filter(|l| !l.trim().is_empty())
                    .collect();
                if end.is_none() {
                    self.warnings.push(Warning {
                        line: number,
                        message: "`<pre>` is never closed; close it with `</pre>`".into(),
                    });
                }
                let fence = Fence {
                    info: String::new(),
                    body,
                    indented: false,
                };
                self.push(number, lines[last].number, indent, Kind::Fence(fence));
                last + 1
            }
            "summary" => {
                let words = strip_tags(rest);
                let words = words.trim().trim_matches('*').trim();
                if !words.is_empty() {
                    let lines = vec![Line {
                        text: format!("**{words}**"),
                        line: number,
                    }];
                    self.push(number, number, indent, Kind::Paragraph { lines });
                }
                i + 1
            }
            _ => {
                if let Some(level) = tag.strip_prefix('h').and_then(|n| n.parse::<u8>().ok()) {
                    let text = clean_title(&strip_tags(rest));
                    if !text.is_empty() {
                        self.content.clear();
                        self.push(number, number, 0, Kind::Heading { level, text });
                    }
                } else {
                    let words = inline::plain(rest);
                    if !words.is_empty() {
                        let lines = vec![Line {
                            text: words,
                            line: number,
                        }];
                        self.push(number, number, indent, Kind::Paragraph { lines });
                    }
                }
                i + 1
            }
        }
    }

    fn item(&mut self, lines: &[Source<'_>], i: usize, item: &Item<'_>) -> usize {
        while self.content.last().is_some_and(|c| item.indent < *c) {
            self.content.pop();
        }
        self.content.push(item.content);
        let number = lines[i].number;
        if let Some(opening) = Opening::of(item.text) {
            let opening = opening.indented(item.content);
            self.push(
                number,
                number,
                item.indent,
                Kind::Item {
                    marker: item.marker.clone(),
                    text: String::new(),
                },
            );
            return self.fence(lines, i, &opening);
        }
        let mut text = item.text.trim().to_owned();
        let mut next = i + 1;
        while let Some(line) = lines.get(next)
            && !starts_block(lines, next)
        {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(line.text.trim());
            next += 1;
        }
        let kind = Kind::Item {
            marker: item.marker.clone(),
            text,
        };
        self.push(number, lines[next - 1].number, item.indent, kind);
        next
    }

    fn table(&mut self, lines: &[Source<'_>], i: usize) -> usize {
        let mut rows = Vec::new();
        let mut next = i;
        while let Some(line) = lines.get(next)
            && line.text.contains('|')
        {
            if next != i + 1 {
                rows.push(Row {
                    line: line.number,
                    cells: cells(line.text),
                });
            }
            next += 1;
        }
        self.push(
            lines[i].number,
            lines[next - 1].number,
            columns(lines[i].text),
            Kind::Table { rows },
        );
        next
    }

    fn indented_code(&mut self, lines: &[Source<'_>], i: usize, base: usize) -> usize {
        let mut next = i;
        let mut last = i;
        while let Some(line) = lines.get(next)
            && (line.text.trim().is_empty() || columns(line.text) >= base + 4)
        {
            if !line.text.trim().is_empty() {
                last = next;
            }
            next += 1;
        }
        let body = lines[i..=last]
            .iter()
            .map(|l| strip_columns(l.text, base + 4).to_owned())
            .collect();
        let fence = Fence {
            info: String::new(),
            body,
            indented: true,
        };
        self.push(
            lines[i].number,
            lines[last].number,
            base + 4,
            Kind::Fence(fence),
        );
        last + 1
    }

    fn paragraph(&mut self, lines: &[Source<'_>], i: usize) -> usize {
        let indent = columns(lines[i].text);
        let mut own = vec![Line {
            text: lines[i].text.trim().to_owned(),
            line: lines[i].number,
        }];
        let mut next = i + 1;
        while let Some(line) = lines.get(next) {
            let text = line.text.trim();
            if own.len() == 1 && is_underline(text, '=')
                || own.len() == 1 && is_setext(&own[0].text, text)
            {
                let level = if text.starts_with('=') { 1 } else { 2 };
                self.content.clear();
                let title = clean_title(&own[0].text);
                self.push(
                    own[0].line,
                    line.number,
                    0,
                    Kind::Heading { level, text: title },
                );
                return next + 1;
            }
            if starts_block(lines, next) {
                break;
            }
            own.push(Line {
                text: text.to_owned(),
                line: line.number,
            });
            next += 1;
        }
        // Lines that each open with a bold label are facts of their own, not one sentence.
        let mut group: Vec<Line> = Vec::new();
        for line in own {
            let labelled = inline::bold_lead(&line.text).is_some();
            let closed = group.last().is_some_and(|l: &Line| {
                inline::bold_lead(&l.text)
                    .is_some_and(|(bold, rest)| rest.is_empty() && bold.ends_with(':'))
            });
            if (labelled || closed) && !group.is_empty() {
                let lines = std::mem::take(&mut group);
                self.push_paragraph(lines, indent);
            }
            group.push(line);
        }
        self.push_paragraph(group, indent);
        next
    }

    fn push_paragraph(&mut self, lines: Vec<Line>, indent: usize) {
        if let (Some(first), Some(last)) = (lines.first(), lines.last()) {
            let (first, last) = (first.line, last.line);
            self.push(first, last, indent, Kind::Paragraph { lines });
        }
    }
}

/// Whether the line ends a paragraph that stands before it.
fn starts_block(lines: &[Source<'_>], i: usize) -> bool {
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
struct Item<'t> {
    indent: usize,
    /// The column where its text starts.
    content: usize,
    marker: Marker,
    text: &'t str,
}

impl<'t> Item<'t> {
    fn of(line: &'t str) -> Option<Item<'t>> {
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
pub(super) fn columns(line: &str) -> usize {
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
pub(super) fn strip_columns(line: &str, width: usize) -> &str {
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

fn heading(line: &str) -> Option<(u8, String)> {
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
fn clean_title(text: &str) -> String {
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

fn is_underline(text: &str, mark: char) -> bool {
    text.len() >= 2 && text.chars().all(|c| c == mark)
}

fn is_setext(title: &str, underline: &str) -> bool {
    is_underline(underline, '-')
        && title.chars().count() <= 100
        && !title.ends_with(['.', ':', ';', ',', '。', '：'])
        && inline::bold_lead(title).is_none()
        && !title.contains('|')
        && !title.starts_with('<')
}

fn is_rule(text: &str) -> bool {
    let mark = text.chars().next().unwrap_or(' ');
    matches!(mark, '-' | '*' | '_' | '—')
        && text.chars().filter(|c| *c == mark).count() >= 3
        && text.chars().all(|c| c == mark || c == ' ')
}

fn is_table_rule(text: &str) -> bool {
    let text = text.trim();
    text.contains('-')
        && text.contains('|')
        && text.len() < 2000
        && text
            .chars()
            .all(|c| matches!(c, '|' | '-' | ':' | ' ' | '\t'))
}

fn cells(line: &str) -> Vec<String> {
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
fn comment(lines: &[Source<'_>], i: usize, ends: &[usize]) -> Option<usize> {
    let text = lines[i].text.trim();
    let rest = text.strip_prefix("<!--")?;
    if rest.contains("-->") {
        return rest.ends_with("-->").then_some(i + 1);
    }
    let at = ends.partition_point(|end| *end <= i);
    Some(ends.get(at).map_or(i + 1, |end| end + 1))
}

/// Lines that carry machinery only: labels, shortcodes, template tags.
fn is_dropped(text: &str) -> bool {
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

/// A line that opens with a block-level HTML tag: its name, and the line.
fn html_block(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix('<')?;
    let name_start = rest.strip_prefix('/').unwrap_or(rest);
    let end = name_start.find(|c: char| !c.is_ascii_alphanumeric())?;
    let name = &name_start[..end];
    let known = [
        "details", "summary", "div", "p", "br", "center", "img", "table", "thead", "tbody", "tr",
        "td", "th", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "section", "hr", "ul", "ol", "li",
        "picture", "source", "svg", "video", "span", "tabs", "tabitem", "tab",
    ];
    let found = known.iter().find(|k| k.eq_ignore_ascii_case(name))?;
    // `<details><summary>Title</summary>` on one line is its summary.
    if let Some(at) = text.find("<summary") {
        return Some(("summary", &text[at..]));
    }
    Some((found, text))
}

/// A line of HTML without any tag, entities resolved.
fn strip_tags(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        match rest[at..].find('>') {
            Some(end) => rest = &rest[at + end + 1..],
            None => {
                rest = &rest[at + 1..];
            }
        }
    }
    out.push_str(rest);
    out.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

/// What a note's name means: `warning`, `{.callout-important}`, `danger "Title"`.
pub(super) fn admonition(name: &str) -> Option<Admonition> {
    let lower = name.to_lowercase();
    let word = lower
        .split(|c: char| !c.is_alphanumeric())
        .find(|w| !w.is_empty() && *w != "callout" && *w != "admonition")?;
    match word {
        "warning" | "warn" | "caution" | "danger" | "important" | "attention" | "critical"
        | "error" | "alert" | "achtung" | "warnung" | "attenzione" | "advertencia" | "peligro"
        | "precaución" | "aviso" | "cuidado" | "avertissement" | "警告" | "注意" | "危险"
        | "危険" | "경고" | "주의" | "внимание" | "опасно" => {
            Some(Admonition::Warning)
        }
        "note"
        | "info"
        | "tip"
        | "hint"
        | "success"
        | "seealso"
        | "example"
        | "question"
        | "abstract"
        | "note_"
        | "hinweis"
        | "nota"
        | "remarque"
        | "提示"
        | "说明"
        | "备注"
        | "참고"
        | "примечание" => Some(Admonition::Note),
        _ => None,
    }
}

/// What a quote's or paragraph's first words say: `[!WARNING]`, `**Caution:**`, `⚠️ …`, `NOTE: …`.
pub(super) fn admonition_lead(text: &str) -> Option<Admonition> {
    let text = text.trim();
    if text.starts_with(['⚠', '🚨', '☠', '⛔', '🛑']) {
        return Some(Admonition::Warning);
    }
    if let Some(rest) = text.strip_prefix("[!") {
        return admonition(rest.split(']').next().unwrap_or_default());
    }
    let lead = text.trim_start_matches(|c: char| c == '*' || c == '_' || !c.is_alphanumeric());
    let end = lead.find(|c: char| !c.is_alphanumeric())?;
    let after = lead[end..].trim_start_matches(['*', '_', ' ']);
    let said =
        after.starts_with([':', '：', '!', '—', '-']) || text.starts_with("**") && after.is_empty();
    said.then(|| admonition(&lead[..end])).flatten()
}
