//! Where the links of the steps lead: a section, a scenario or a line, of this runbook or of another one of the set.
//!
//! Pure: paths are compared as words, and no file is looked for. What leads nowhere known stays a link without a place.

use super::outline::Outline;
use super::{Place, Runbook};
use std::collections::{BTreeMap, HashMap};

/// The names by which headings are linked to, and their lines: as the forges spell them, a count behind doubles.
pub(super) fn anchors(outline: &Outline) -> BTreeMap<String, u32> {
    let mut anchors = BTreeMap::new();
    let mut counts: HashMap<String, usize> = HashMap::new();
    for section in outline.sections.iter().skip(1).filter(|s| !s.label) {
        let name = anchor(&section.title);
        let count = counts.entry(name.clone()).or_insert(0);
        let key = match *count {
            0 => name,
            n => format!("{name}-{n}"),
        };
        *count += 1;
        anchors.entry(key).or_insert(section.line);
    }
    anchors
}

/// The sections by the names they are linked to.
pub(super) fn sections_by_anchor(outline: &Outline) -> HashMap<String, usize> {
    let by_line: HashMap<u32, usize> = outline
        .sections
        .iter()
        .enumerate()
        .skip(1)
        .map(|(id, section)| (section.line, id))
        .collect();
    anchors(outline)
        .into_iter()
        .filter_map(|(name, line)| Some((loose(&name), *by_line.get(&line)?)))
        .collect()
}

/// The name of a place in this document, as `sections_by_anchor` has it.
pub(super) fn local_name(target: &str) -> Option<String> {
    target
        .strip_prefix('#')
        .map(|fragment| loose(&decoded(fragment)))
}

/// Lower case, spaces as `-`, and nothing else but letters, digits, `-` and `_`.
fn anchor(title: &str) -> String {
    let mut out = String::new();
    for c in title.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() || c == '_' || c == '-' {
            out.push(c);
        } else if c == ' ' {
            out.push('-');
        }
    }
    out
}

/// The same without doubled or outer dashes, since tools differ in them.
fn loose(anchor: &str) -> String {
    let parts: Vec<&str> = anchor.split('-').filter(|p| !p.is_empty()).collect();
    parts.join("-").to_lowercase()
}

/// Finds the place of every link in a set of runbooks that were read together.
pub fn resolve(runbooks: &mut [Runbook]) {
    let scenarios = runbooks.iter().flat_map(|runbook| &runbook.scenarios);
    let mut steps = scenarios.flat_map(|scenario| &scenario.steps);
    if steps.all(|step| step.links.is_empty()) {
        return;
    }
    let books: Vec<Book> = runbooks.iter().map(Book::of).collect();
    let by_path: HashMap<String, usize> = books
        .iter()
        .enumerate()
        .map(|(i, book)| (normal(&book.source), i))
        .collect();
    for (here, runbook) in runbooks.iter_mut().enumerate() {
        let folder = folder(&books[here].source);
        for step in runbook.scenarios.iter_mut().flat_map(|s| &mut s.steps) {
            for link in &mut step.links {
                let (path, fragment) = match link.target.split_once('#') {
                    Some((path, fragment)) => (path, Some(fragment)),
                    None => (link.target.as_str(), None),
                };
                let book = if path.is_empty() {
                    Some(here)
                } else if path.contains("://") || path.starts_with("mailto:") {
                    None
                } else {
                    by_path.get(&normal(&format!("{folder}/{path}"))).copied()
                };
                link.to = book.and_then(|i| books[i].place(fragment, (i != here).then_some(i)));
            }
        }
    }
}

/// What can be linked to in one runbook.
struct Book {
    source: String,
    anchors: HashMap<String, u32>,
    /// Id, first and last line of each scenario.
    scenarios: Vec<(String, u32, u32)>,
}

impl Book {
    fn of(runbook: &Runbook) -> Book {
        Book {
            source: runbook.source.clone(),
            anchors: runbook
                .anchors
                .iter()
                .map(|(name, line)| (loose(name), *line))
                .collect(),
            scenarios: runbook
                .scenarios
                .iter()
                .map(|s| (s.id.0.clone(), s.line, s.end_line))
                .collect(),
        }
    }

    fn place(&self, fragment: Option<&str>, other: Option<usize>) -> Option<Place> {
        let line = match fragment {
            Some(fragment) => *self.anchors.get(&loose(&decoded(fragment)))?,
            None => 1,
        };
        // The innermost scenario around the line; the first one where the whole file is meant.
        let around = self
            .scenarios
            .iter()
            .filter(|(_, first, last)| (*first..=*last).contains(&line))
            .min_by_key(|(_, first, last)| last - first)
            .or_else(|| {
                self.scenarios
                    .first()
                    .filter(|_| fragment.is_none() && self.scenarios.len() == 1)
            });
        Some(Place {
            source: other.map(|_| self.source.clone()),
            scenario: around.map(|(id, _, _)| super::ScenarioId(id.clone())),
            line,
        })
    }
}

/// `%20` and its like.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = tail
            .get(..2)
            .filter(|_| *first == b'%')
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        if let Some(byte) = code {
            bytes.push(byte);
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn folder(source: &str) -> &str {
    source.rsplit_once('/').map_or(".", |(folder, _)| folder)
}

/// A path without `.` and `..`, as far as words can tell.
fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|p| *p != "..") => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    let root = if path.starts_with('/') { "/" } else { "" };
    format!("{root}{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runbook::parse;
    use crate::runbook::shell::RiskTable;

    fn book(source: &str, text: &str) -> Runbook {
        parse(source, text.as_bytes(), &RiskTable::default())
    }

    #[test]
    fn links_lead_to_scenarios_and_lines_of_the_set() {
        let mut books = [
            book(
                "docs/a.md",
                "# Plan\n\n## Cluster lost\n\n1. [Database](#database-down)\n2. [Network](net/b.md#link--down)\n\
                 3. [All of it](./net/b.md)\n4. [Nowhere](#gone)\n5. [Out](https://example.com)\n\n\
                 ## Database down\n\n1. Look\n2. Act\n",
            ),
            book(
                "docs/net/b.md",
                "# Net\n\n## Link & down\n\n1. Look\n2. Act\n",
            ),
        ];
        resolve(&mut books);
        let to: Vec<String> = books[0].scenarios[0]
            .steps
            .iter()
            .flat_map(|s| &s.links)
            .map(|link| {
                link.to.as_ref().map_or_else(String::new, |place| {
                    let source = place.source.as_deref().unwrap_or("here");
                    let scenario = place.scenario.as_ref().map_or("-", |s| s.0.as_str());
                    format!("{source} {scenario} {}", place.line)
                })
            })
            .collect();
        assert_eq!(
            to,
            [
                "here database-down 11",
                "docs/net/b.md link-down 3",
                "docs/net/b.md link-down 1",
                "",
                "",
            ]
        );
    }

    #[test]
    fn paths_and_anchors() {
        assert_eq!(normal("docs/a/../b/./c.md"), "docs/b/c.md");
        assert_eq!(normal("/x/../y.md"), "/y.md");
        assert_eq!(normal("../x.md"), "../x.md");
        assert_eq!(anchor("1. Link & Down (P1)"), "1-link--down-p1");
        assert_eq!(anchor("🔄 恢复 步骤"), "-恢复-步骤");
        assert_eq!(decoded("%E6%81%A2-x%2"), "恢-x%2");
    }
}
