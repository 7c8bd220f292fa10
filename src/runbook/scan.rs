//! Lines → nodes: headings, items, paragraphs, fences, tables, each with its source lines.
//!
//! Read leniently and by source lines: a fence belongs where it stands whether it is indented or
//! not, a list goes on after it, and a container (quote, `:::`, `!!!`, `{note}`, `<details>`) is
//! opened up with its meaning kept. It must not know what a section is for.

mod admonition;
mod html;
mod line;

pub(super) use admonition::{Admonition, admonition, admonition_lead};
use html::{html_block, strip_tags};
use line::{
    Item, cells, clean_title, comment, heading, is_dropped, is_rule, is_setext, is_table_rule,
    is_underline, starts_block, typed_below,
};
pub(super) use line::{columns, strip_columns};

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
            .filter(|i| {
                let text = lines[*i].text;
                text.as_bytes().contains(&b'>') && text.contains("-->")
            })
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
        let mut own = vec![item.text.trim()];
        let mut next = i + 1;
        while let Some(line) = lines.get(next)
            && !starts_block(lines, next)
        {
            own.push(line.text.trim());
            next += 1;
        }
        let said = own.len() - typed_below(&own);
        let kind = Kind::Item {
            marker: item.marker.clone(),
            text: own[..said].join("\n").trim().to_owned(),
        };
        self.push(number, lines[i + said - 1].number, item.indent, kind);
        for k in said..own.len() {
            let number = lines[i + k].number;
            let fence = Fence {
                info: String::new(),
                body: vec![own[k].trim_matches('`').trim().to_owned()],
                indented: true,
            };
            self.push(number, number, item.content, Kind::Fence(fence));
        }
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
