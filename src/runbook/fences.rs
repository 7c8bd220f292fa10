//! Code fences by source line: where one opens, where it ends, and where one that is never closed
//! must have ended.
//!
//! It must not know what the text inside means, only where it stops being text of the fence.

use super::scan::{Source, columns, strip_columns};

/// The line that opens a fence.
pub(super) struct Opening<'t> {
    pub indent: usize,
    mark: u8,
    length: usize,
    pub info: &'t str,
}

/// A fence whose info string is a MyST directive, such as `{note}` or `{code-block} bash`.
pub(super) struct Directive<'t> {
    pub name: &'t str,
    argument: &'t str,
}

impl<'t> Directive<'t> {
    /// The language, where the directive is only another way to write code.
    pub(super) fn code_language(&self) -> Option<&'t str> {
        matches!(
            self.name,
            "code-block" | "code" | "sourcecode" | "code-cell" | "prompt" | "literalinclude"
        )
        .then_some(self.argument)
    }
}

impl<'t> Opening<'t> {
    pub(super) fn of(line: &'t str) -> Option<Opening<'t>> {
        let text = line.trim_start();
        let mark = *text.as_bytes().first()?;
        if mark != b'`' && mark != b'~' {
            return None;
        }
        let length = text.bytes().take_while(|b| *b == mark).count();
        let info = &text[length..];
        // Three backticks with more of them behind are a code span, not a fence.
        if length < 3 || (mark == b'`' && info.contains('`')) {
            return None;
        }
        Some(Opening {
            indent: columns(line),
            mark,
            length,
            info: info.trim(),
        })
    }

    /// The same opening, its indent known from the item it stands in.
    pub(super) fn indented(self, indent: usize) -> Self {
        Opening { indent, ..self }
    }

    pub(super) fn directive(&self) -> Option<Directive<'t>> {
        let rest = self.info.strip_prefix('{')?;
        let (name, argument) = rest.split_once('}')?;
        let plain = name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        let known = super::scan::admonition(name).is_some()
            || matches!(
                name,
                "code-block"
                    | "code"
                    | "sourcecode"
                    | "code-cell"
                    | "prompt"
                    | "dropdown"
                    | "admonition"
                    | "tab-item"
                    | "tab-set"
                    | "tab"
                    | "grid"
                    | "card"
                    | "topic"
                    | "sidebar"
                    | "todo"
            );
        (plain && known).then(|| Directive {
            name,
            argument: argument.trim(),
        })
    }

    /// A fence about Markdown may hold fences of its own.
    fn holds_markdown(&self) -> bool {
        let word = self
            .info
            .split(|c: char| !c.is_alphanumeric())
            .next()
            .unwrap_or_default();
        matches!(
            word.to_ascii_lowercase().as_str(),
            "markdown" | "md" | "mdx" | "rst"
        )
    }
}

pub(super) struct Body<'t> {
    pub text: Vec<&'t str>,
    /// The index of the first line after the fence.
    pub next: usize,
    pub warning: Option<String>,
}

/// The text of the fence that opens at `lines[open]`.
pub(super) fn body<'t>(lines: &[Source<'t>], open: usize, opening: &Opening<'_>) -> Body<'t> {
    let mut nested = false;
    let mut i = open + 1;
    while i < lines.len() {
        let text = lines[i].text;
        if let Some(other) = Opening::of(text)
            && other.mark == opening.mark
            && other.length >= opening.length
        {
            if other.info.is_empty() {
                if !nested {
                    return Body {
                        text: dedent(&lines[open + 1..i], opening.indent),
                        next: i + 1,
                        warning: None,
                    };
                }
                nested = false;
            } else if opening.holds_markdown() && !opening.info.is_empty() {
                nested = true;
            } else {
                // Another fence opens inside this one: this one was never closed.
                return recover(lines, open, i, opening);
            }
        }
        i += 1;
    }
    recover(lines, open, lines.len(), opening)
}

/// Decides where an unclosed fence must have ended, between `open` and `limit`.
fn recover<'t>(lines: &[Source<'t>], open: usize, limit: usize, opening: &Opening<'_>) -> Body<'t> {
    let marks = if opening.mark == b'`' { "```" } else { "~~~" };
    for i in open + 1..limit {
        let text = lines[i].text;
        let trimmed = text.trim_end();
        if let Some(command) = trimmed.strip_suffix(marks)
            && !command.trim().is_empty()
            && !command.contains(marks)
        {
            let mut body = dedent(&lines[open + 1..i], opening.indent);
            body.push(strip_columns(command.trim_end(), opening.indent));
            return Body {
                text: body,
                next: i + 1,
                warning: Some(format!(
                    "the code fence is closed at the end of a command, in line {}; put the closing fence on a line of its own",
                    lines[i].number
                )),
            };
        }
        let blank_before = lines[i - 1].text.trim().is_empty() && i > open + 1;
        if blank_before && looks_like_prose(trimmed) {
            return Body {
                text: dedent(&lines[open + 1..i], opening.indent),
                next: i,
                warning: Some(format!(
                    "the code fence is never closed; it is taken to end before line {}",
                    lines[i].number
                )),
            };
        }
    }
    Body {
        text: dedent(&lines[open + 1..limit], opening.indent),
        next: limit,
        warning: Some(match lines.get(limit) {
            Some(line) => format!(
                "the code fence is never closed; it is taken to end before line {}, where another one opens",
                line.number
            ),
            None => "the code fence is never closed; everything after it is taken as its text"
                .to_owned(),
        }),
    }
}

/// Markdown that no shell text looks like: a deeper heading, a bold label, a check box.
fn looks_like_prose(line: &str) -> bool {
    let text = line.trim_start();
    (text.starts_with("## ") || text.starts_with("### ") || text.starts_with("#### "))
        || text.starts_with("**") && text[2..].contains("**")
        || text.starts_with("- [ ] ")
        || text == "---"
}

fn dedent<'t>(lines: &[Source<'t>], indent: usize) -> Vec<&'t str> {
    let mut body: Vec<&str> = lines
        .iter()
        .map(|l| strip_columns(l.text, indent))
        .collect();
    while body.last().is_some_and(|l| l.trim().is_empty()) {
        body.pop();
    }
    body
}
