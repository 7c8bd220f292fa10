//! Inline Markdown of one paragraph, title or cell: plain words, code spans, links, a bold lead.
//!
//! It must not know blocks or sections. Every function is linear in its text.

/// HTML tags that are only dress; any other `<word>` in prose is kept, since it may be a hole.
const TAGS: &[&str] = &[
    "a", "b", "big", "br", "center", "code", "details", "div", "em", "font", "h1", "h2", "h3",
    "h4", "h5", "h6", "hr", "i", "img", "kbd", "li", "mark", "ol", "p", "pre", "s", "samp",
    "small", "span", "strong", "sub", "summary", "sup", "tt", "u", "ul", "var",
];

/// The words without their dress: emphasis, links, code marks, entities, decorative tags.
pub(super) fn plain(text: &str) -> String {
    let bytes = text.as_bytes();
    let dresses = |b: &u8| matches!(b, b'\\' | b'`' | b'[' | b'*' | b'_' | b'~' | b'<' | b'&');
    if !bytes.iter().any(dresses) {
        return squeeze(text);
    }
    let stars = Pairs::of(text, b'*');
    let mut out = String::with_capacity(text.len());
    let mut links = Links::of(text);
    let mut ticks = Ticks::default();
    let mut next_gt = 0;
    let mut i = 0;
    while i < bytes.len() {
        match bytes[i] {
            b'\\' if i + 1 < bytes.len() && bytes[i + 1].is_ascii_punctuation() => {
                out.push(char::from(bytes[i + 1]));
                i += 2;
            }
            b'`' => {
                let run = run_of(bytes, i, b'`');
                if let Some(end) = ticks.close(text, i, run) {
                    out.push_str(text[i + run..end].trim());
                    i = end + run;
                } else {
                    out.push_str(&text[i..i + run]);
                    i += run;
                }
            }
            b'!' if bytes.get(i + 1) == Some(&b'[') && links.at(i + 1).is_some() => {
                i = links.at(i + 1).map_or(i + 1, |link| link.end);
            }
            b'[' => {
                if let Some(link) = links.at(i) {
                    out.push_str(&plain_label(&text[i + 1..link.close]));
                    i = link.end;
                } else {
                    out.push('[');
                    i += 1;
                }
            }
            b'*' => {
                let run = run_of(bytes, i, b'*');
                if run >= 2 || stars.is_emphasis(text, i, run) {
                    i += run;
                } else {
                    out.push('*');
                    i += run;
                }
            }
            b'_' => {
                let run = run_of(bytes, i, b'_');
                let before = i > 0 && is_word(bytes[i - 1]);
                let after = bytes.get(i + run).is_some_and(|b| is_word(*b));
                if run > 3 || (before && after) || (!before && !after) {
                    out.push_str(&text[i..i + run]);
                }
                i += run;
            }
            b'~' if run_of(bytes, i, b'~') == 2 => i += 2,
            b'<' if text[i..].starts_with("<!--") => {
                i = text[i..].find("-->").map_or(text.len(), |at| i + at + 3);
            }
            b'<' => {
                if next_gt <= i {
                    next_gt = text[i..].find('>').map_or(text.len(), |at| i + at);
                }
                match dress(&text[i..next_gt.min(text.len())]) {
                    Some(Dress::Drop(space)) if next_gt < text.len() => {
                        if space {
                            out.push(' ');
                        }
                        i = next_gt + 1;
                    }
                    Some(Dress::Url) if next_gt < text.len() => {
                        out.push_str(&text[i + 1..next_gt]);
                        i = next_gt + 1;
                    }
                    _ => {
                        out.push('<');
                        i += 1;
                    }
                }
            }
            b'&' => {
                let (character, length) = entity(&text[i..]);
                out.push_str(character);
                i += length;
            }
            _ => {
                let marks = |b: &u8| dresses(b) || *b == b'!';
                let more = bytes[i + 1..].iter().position(marks);
                let end = more.map_or(bytes.len(), |more| i + 1 + more);
                out.push_str(&text[i..end]);
                i = end;
            }
        }
    }
    squeeze(&out)
}

/// A link's label: emphasis and code marks are dropped without looking for further links.
fn plain_label(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '*' | '`')).collect()
}

/// One space between words, none around them.
pub(super) fn squeeze(text: &str) -> String {
    if is_squeezed(text) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// Whether a text is ASCII and its words stand as they should.
fn is_squeezed(text: &str) -> bool {
    let mut blank = true;
    for byte in text.bytes() {
        if !matches!(byte, b' '..=b'~') || blank && byte == b' ' {
            return false;
        }
        blank = byte == b' ';
    }
    !blank || text.is_empty()
}

/// The contents of code spans, in order.
pub(super) fn code_spans(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let mut spans = Vec::new();
    let mut ticks = Ticks::default();
    let mut i = 0;
    while let Some(at) = text[i..].find('`').map(|at| i + at) {
        let run = run_of(bytes, at, b'`');
        if let Some(end) = ticks.close(text, at, run) {
            let span = text[at + run..end].trim();
            if !span.is_empty() {
                spans.push(span);
            }
            i = end + run;
        } else {
            i = at + run;
        }
    }
    spans
}

/// Label and target of every link, images left out.
pub(super) fn links(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut links = Links::of(text);
    for start in links.starts() {
        if start > 0 && text.as_bytes()[start - 1] == b'!' {
            continue;
        }
        if let Some(link) = links.at(start)
            && let Some(target) = link.target
            && link.close - start < 500
        {
            let target = target.split_whitespace().next().unwrap_or_default();
            let target = target.trim_start_matches('<').trim_end_matches('>');
            found.push((plain(&text[start + 1..link.close]), target.to_owned()));
        }
    }
    found
}

/// The label that the text opens with, in bold or slanted, and what follows: `**Severity:** P0` → ("Severity:", "P0").
pub(super) fn bold_lead(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    for mark in ["**", "__"] {
        let Some(rest) = text.strip_prefix(mark) else {
            continue;
        };
        let rest = rest.trim_start_matches(['*', '_']);
        if let Some(end) = rest.find(mark)
            && !rest[..end].trim().is_empty()
            && end <= 200
        {
            let tail = rest[end + 2..].trim_start_matches(['*', '_']);
            return Some((rest[..end].trim(), tail.trim()));
        }
    }
    // `*Severity*: critical`; without its colon it is stressed, and labels nothing.
    for mark in ['*', '_'] {
        if let Some(rest) = text.strip_prefix(mark)
            && !rest.starts_with([' ', mark])
            && let Some((label, tail)) = rest.split_once(mark)
            && label.len() <= 60
            && (tail.starts_with([':', '：']) || label.ends_with([':', '：']))
        {
            return Some((label.trim(), tail.trim()));
        }
    }
    let lower = text.get(..8).unwrap_or_default().to_ascii_lowercase();
    let open = ["<strong>", "<b>"]
        .into_iter()
        .find(|tag| lower.starts_with(tag))?;
    let rest = &text[open.len()..];
    let end = rest.find("</")?;
    let tail = rest[end..].find('>').map_or("", |at| &rest[end + at + 1..]);
    Some((rest[..end].trim(), tail.trim()))
}

/// A name for commands and facts: lower-case words joined by `-`; letters of any script stay.
pub(super) fn slug(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            out.push(c);
        } else if !matches!(c, '\'' | '’') && !out.ends_with('-') && !out.is_empty() {
            out.push('-');
        }
    }
    out.truncate(out.trim_end_matches('-').len());
    out
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

fn run_of(bytes: &[u8], at: usize, byte: u8) -> usize {
    bytes[at..].iter().take_while(|b| **b == byte).count()
}

enum Dress {
    /// Left out; `true` leaves a space behind.
    Drop(bool),
    Url,
}

/// What stands from `<` up to (without) `>`.
fn dress(tag: &str) -> Option<Dress> {
    let inner = tag.get(1..)?;
    if inner.starts_with("http://") || inner.starts_with("https://") || inner.starts_with("mailto:")
    {
        return Some(Dress::Url);
    }
    let name = inner.trim_start_matches('/');
    let end = name
        .find(|c: char| !c.is_ascii_alphanumeric())
        .unwrap_or(name.len());
    let rest = &name[end..];
    let known = end > 0
        && end <= 8
        && TAGS.contains(&name[..end].to_ascii_lowercase().as_str())
        && (rest.is_empty() || rest.starts_with(' ') || rest.starts_with('/'));
    known.then(|| Dress::Drop(name[..end].eq_ignore_ascii_case("br")))
}

fn entity(text: &str) -> (&'static str, usize) {
    for (name, character) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&nbsp;", " "),
    ] {
        if text.starts_with(name) {
            return (character, name.len());
        }
    }
    ("&", 1)
}

/// Where single stars stand, to tell emphasis from a glob.
struct Pairs {
    last: usize,
    count: usize,
}

impl Pairs {
    fn of(text: &str, byte: u8) -> Pairs {
        let bytes = text.as_bytes();
        let single = |i: usize| {
            bytes[i] == byte && (i == 0 || bytes[i - 1] != byte) && bytes.get(i + 1) != Some(&byte)
        };
        let mut pairs = Pairs { last: 0, count: 0 };
        if !bytes.contains(&byte) {
            return pairs;
        }
        for i in 0..bytes.len() {
            if single(i) {
                pairs.last = i;
                pairs.count += 1;
            }
        }
        pairs
    }

    fn is_emphasis(&self, text: &str, at: usize, run: usize) -> bool {
        let bytes = text.as_bytes();
        let space_before = at == 0 || bytes[at - 1].is_ascii_whitespace();
        let space_after = bytes.get(at + run).is_none_or(u8::is_ascii_whitespace);
        self.count >= 2 && !(space_before && space_after) && (at < self.last || !space_before)
    }
}

/// Finds the closing run of backticks; remembers which lengths have none left.
#[derive(Default)]
struct Ticks {
    hopeless: Vec<usize>,
}

impl Ticks {
    fn close(&mut self, text: &str, open: usize, run: usize) -> Option<usize> {
        if self.hopeless.contains(&run) {
            return None;
        }
        let bytes = text.as_bytes();
        let mut i = open + run;
        while let Some(at) = text[i..].find('`').map(|at| i + at) {
            let length = run_of(bytes, at, b'`');
            if length == run {
                return Some(at);
            }
            i = at + length;
        }
        self.hopeless.push(run);
        None
    }
}

#[derive(Clone, Copy)]
struct Found<'t> {
    /// The `]` of the label.
    close: usize,
    /// One past the link.
    end: usize,
    /// `None` for a reference link.
    target: Option<&'t str>,
}

/// Every `[label](target)` and `[label][reference]`, found in one pass.
struct Links<'t> {
    found: std::collections::BTreeMap<usize, Found<'t>>,
}

impl<'t> Links<'t> {
    fn of(text: &'t str) -> Links<'t> {
        let bytes = text.as_bytes();
        let mut found = std::collections::BTreeMap::new();
        if !bytes.contains(&b'[') {
            return Links { found };
        }
        let mut open = Vec::new();
        let mut next_paren = 0;
        let mut i = 0;
        while i < bytes.len() {
            match bytes[i] {
                b'\\' => i += 1,
                b'[' => open.push(i),
                b']' => {
                    if let Some(start) = open.pop() {
                        match bytes.get(i + 1) {
                            Some(b'(') => {
                                if next_paren <= i + 1 {
                                    next_paren =
                                        text[i + 1..].find(')').map_or(text.len(), |at| i + 1 + at);
                                }
                                if next_paren < text.len() && next_paren - i < 2000 {
                                    let target = Some(&text[i + 2..next_paren]);
                                    found.insert(
                                        start,
                                        Found {
                                            close: i,
                                            end: next_paren + 1,
                                            target,
                                        },
                                    );
                                    i = next_paren;
                                }
                            }
                            Some(b'[') => {
                                let end = text[i + 1..]
                                    .char_indices()
                                    .take(100)
                                    .find(|(_, c)| *c == ']')
                                    .map(|(at, _)| i + 1 + at);
                                if let Some(end) = end {
                                    found.insert(
                                        start,
                                        Found {
                                            close: i,
                                            end: end + 1,
                                            target: None,
                                        },
                                    );
                                    i = end;
                                }
                            }
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
            i += 1;
        }
        Links { found }
    }

    fn at(&mut self, start: usize) -> Option<Found<'t>> {
        self.found.get(&start).copied()
    }

    fn starts(&self) -> Vec<usize> {
        self.found.keys().copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dress_is_left_out_and_holes_stay() {
        for (text, words) in [
            ("**Verify Failure:**", "Verify Failure:"),
            (
                "run `rpk topic recover <topic-name>` *now*",
                "run rpk topic recover <topic-name> now",
            ),
            (
                "see [the guide](../a.md#b) and ![x](y.png)",
                "see the guide and",
            ),
            (
                "snake_case and _this_ and __that__",
                "snake_case and this and that",
            ),
            ("rm *.log", "rm *.log"),
            ("a<br/>b &lt;c&gt; <d>", "a b <c> <d>"),
            ("1\\. Data", "1. Data"),
            ("`unclosed", "`unclosed"),
            ("备份 **恢复**", "备份 恢复"),
            ("[Contact Info]", "[Contact Info]"),
        ] {
            assert_eq!(plain(text), words);
        }
    }

    #[test]
    fn leads_spans_links_and_slugs() {
        assert_eq!(bold_lead("**Severity:** P0"), Some(("Severity:", "P0")));
        assert_eq!(bold_lead("**All of it**"), Some(("All of it", "")));
        assert_eq!(bold_lead("plain **later**"), None);
        assert_eq!(code_spans("`a b` and ``c ` d``"), ["a b", "c ` d"]);
        assert_eq!(
            links("[a](#b) ![i](j) [c](d \"t\")"),
            [
                ("a".to_owned(), "#b".to_owned()),
                ("c".to_owned(), "d".to_owned())
            ]
        );
        assert_eq!(
            slug("PostgreSQL Primary Failure"),
            "postgresql-primary-failure"
        );
        assert_eq!(slug("  — Node's down! —"), "nodes-down");
        assert_eq!(slug("主数据库故障"), "主数据库故障");
    }

    #[test]
    fn hostile_texts_are_linear() {
        for text in ["[", "](", "`", "<", "*", "<a", "[a](", "_", "\\", "&"] {
            let text = text.repeat(200_000);
            let _length = plain(&text).len() + links(&text).len() + code_spans(&text).len();
        }
        let ladder = (1..600)
            .map(|n| "`".repeat(n))
            .collect::<Vec<_>>()
            .join(" ");
        assert!(!plain(&ladder).is_empty());
    }
}
