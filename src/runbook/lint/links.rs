//! Links to files and sections that are not there. What lies on other machines is not fetched.

use super::page::Page;
use super::rule::{Report, Rule, Severity};
use super::{Ask, Place};
use std::collections::{BTreeSet, HashMap, HashSet};

pub(super) const FILE: Rule = Rule {
    name: "dead-link",
    severity: Severity::Warning,
    finds: "a link to a file that is not there",
    why: "the page that would have helped does not open",
};
pub(super) const ANCHOR: Rule = Rule {
    name: "dead-anchor",
    severity: Severity::Warning,
    finds: "a link to a section that is not there",
    why: "the reader lands at the top of a long page and has to search",
};
pub(super) const RULES: &[&Rule] = &[&FILE, &ANCHOR];

pub(super) fn check(page: &Page<'_>, ask: &dyn Ask, report: &mut Report<'_>) {
    let anchors = Anchors::of(page.lines().map(|(_, line)| line));
    for (number, line) in page.prose() {
        for target in targets(line) {
            let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
            let path = path.split('?').next().unwrap_or(path);
            let spot = page.spot(number, target);
            if path.is_empty() {
                if !anchor.is_empty() && !anchors.have(anchor) {
                    let names = anchors.names.iter().map(String::as_str);
                    let near = crate::near::nearest(anchor, names);
                    let fix = near.map_or_else(
                        || "link a heading that there is".to_owned(),
                        |near| format!("write `#{near}`, if that is meant"),
                    );
                    report.add(
                        &ANCHOR,
                        spot,
                        format!("there is no section `#{anchor}` here"),
                        fix,
                    );
                }
                continue;
            }
            if !is_local(path) {
                continue;
            }
            match ask.file(&decoded(path)) {
                Some(Place::Missing) => report.add(
                    &FILE,
                    spot,
                    format!("there is no `{path}`"),
                    "correct the path, or take the link out",
                ),
                Some(Place::File(Some(text)))
                    if !anchor.is_empty() && path.to_lowercase().ends_with(".md") =>
                {
                    if !Anchors::of(text.lines()).have(anchor) {
                        report.add(
                            &ANCHOR,
                            spot,
                            format!("there is no section `#{anchor}` in `{path}`"),
                            "link a heading that there is",
                        );
                    }
                }
                Some(Place::File(_) | Place::Folder) | None => {}
            }
        }
    }
}

/// A path relative to the runbook: no address, no template, no path of a web site's root.
fn is_local(path: &str) -> bool {
    let scheme = path.split_once(':').is_some_and(|(scheme, _)| {
        scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    });
    !scheme && !path.starts_with(['/', '<', '{', '$', '@']) && !path.contains(['{', '<', '$', '*', ' ', '|'])
        // `[name](word)` without a dot or a slash is no path.
        && (path.contains(['/', '.']))
}

/// What the links of a line point at: `[text](target)`, `[name]: target`.
fn targets(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let bytes = line.as_bytes();
    for (at, _) in line.match_indices("](") {
        // A link in backticks is an example of one.
        if line[..at].matches('`').count() % 2 == 1 {
            continue;
        }
        let inside = &line[at + 2..];
        let mut depth = 0;
        let end = inside.char_indices().find_map(|(index, c)| match c {
            '(' => {
                depth += 1;
                None
            }
            ')' if depth == 0 => Some(index),
            ')' => {
                depth -= 1;
                None
            }
            _ => None,
        });
        let Some(end) = end else { continue };
        let target = inside[..end].trim();
        let target = target.split(" \"").next().unwrap_or(target).trim();
        found.push(target.trim_start_matches('<').trim_end_matches('>'));
    }
    if bytes.first() == Some(&b'[')
        && let Some((name, target)) = line.split_once("]: ")
        && !name.starts_with("[^")
    {
        let target = target.trim();
        found.push(target.split_whitespace().next().unwrap_or(target));
    }
    found.retain(|target| !target.is_empty());
    found
}

/// Every name that a section can be linked by.
struct Anchors {
    names: BTreeSet<String>,
    /// The same without punctuation: sites differ in what they do with it.
    bare: HashSet<String>,
}

impl Anchors {
    fn of<'t>(lines: impl Iterator<Item = &'t str>) -> Anchors {
        let names = names(lines);
        Anchors {
            bare: names.iter().map(|name| bare(name)).collect(),
            names,
        }
    }

    fn have(&self, anchor: &str) -> bool {
        let anchor = decoded(anchor);
        // Line numbers, and what a renderer makes by itself.
        let made = anchor.starts_with(['!', ':'])
            || anchor == "top"
            || anchor.starts_with('L') && anchor[1..].starts_with(|c: char| c.is_ascii_digit());
        made || self.bare.contains(&bare(&anchor))
    }
}

fn names<'t>(lines: impl Iterator<Item = &'t str>) -> BTreeSet<String> {
    let mut found: BTreeSet<String> = BTreeSet::new();
    // How often a title has stood before.
    let mut counts: HashMap<String, usize> = HashMap::new();
    let mut before = "";
    for line in lines {
        let trimmed = line.trim_start();
        let underlined = !before.trim().is_empty()
            && line.len() > 1
            && (line.trim_end().chars().all(|c| c == '=')
                || line.trim_end().chars().all(|c| c == '-'));
        let title = if underlined {
            Some(before)
        } else {
            let level = trimmed.bytes().take_while(|byte| *byte == b'#').count();
            ((1..=6).contains(&level)).then(|| trimmed[level..].trim())
        };
        if let Some(title) = title {
            let (title, id) = match title.split_once("{#") {
                Some((title, id)) => (title, id.split(['}', ' ']).next()),
                None => (title, None),
            };
            found.extend(id.map(str::to_lowercase));
            let base = slug(title.trim().trim_end_matches('#').trim());
            let count = counts.entry(base.clone()).or_insert(0);
            while !found.insert(match *count {
                0 => base.clone(),
                count => format!("{base}-{count}"),
            }) {
                *count += 1;
            }
        }
        for mark in ["id=\"", "name=\"", "id='", "name='"] {
            for (at, _) in line.match_indices(mark) {
                let rest = &line[at + mark.len()..];
                found.extend(rest.split(['"', '\'']).next().map(str::to_lowercase));
            }
        }
        if let Some(label) = line
            .strip_prefix('(')
            .and_then(|rest| rest.trim_end().strip_suffix(")="))
        {
            found.insert(label.to_lowercase());
        }
        before = line;
    }
    found
}

/// A heading as GitHub names it.
fn slug(title: &str) -> String {
    crate::runbook::inline::plain(title)
        .to_lowercase()
        .chars()
        .filter_map(|c| match c {
            ' ' => Some('-'),
            '-' | '_' => Some(c),
            c if c.is_alphanumeric() => Some(c),
            _ => None,
        })
        .collect()
}

fn bare(name: &str) -> String {
    name.to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect()
}

/// `%20` and its like.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = bytes
            .get(at + 1..at + 3)
            .and_then(|pair| std::str::from_utf8(pair).ok())
            .and_then(|pair| u8::from_str_radix(pair, 16).ok());
        match (bytes[at], hex) {
            (b'%', Some(byte)) => {
                out.push(byte);
                at += 3;
            }
            (byte, _) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_titles_are_counted_however_many_there_are() {
        let lines = ["# Check-1"].into_iter().chain(["## Check"; 300]);
        let anchors = Anchors::of(lines);
        for name in ["check", "check-1", "check-2", "Check-299", "check300"] {
            assert!(anchors.have(name), "{name}");
        }
        assert!(!anchors.have("check-301"));
    }
}
