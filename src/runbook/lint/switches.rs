//! What the authors have turned off: everywhere by the config, in a file by its front matter, at a place by a comment.
//!
//! ```text
//! lint-disable: [no-rto, step-without-outcome]                     front matter: the whole file
//! <!-- breakglass-lint disable-file no-rto -->                     the same
//! <!-- breakglass-lint disable no-rto -->                          from here, until `enable` or the end
//! <!-- breakglass-lint enable no-rto -->
//! <!-- breakglass-lint disable-section no-rto -->                  the section it stands in, with its heading
//! <!-- breakglass-lint disable-next-line no-rto: a reason -->      the next line that is not blank; a whole fence
//! kubectl scale …   # breakglass-lint disable-line no-way-back     this line, also inside a fence
//! ```
//!
//! Without a rule's name all rules are meant.

use super::Settings;
use super::page::Page;
use super::rule::{self, Finding, Report, Rule, Severity};
use crate::near::nearest;

pub(super) const UNKNOWN: Rule = Rule {
    name: "unknown-rule",
    severity: Severity::Warning,
    finds: "a switch that names no rule, or is no switch",
    why: "what was meant to be silent is not, or what was meant to be looked at is thought to be",
};
pub(super) const RULES: &[&Rule] = &[&UNKNOWN];

const MARK: &str = "breakglass-lint";

/// Lines in which some rules are off.
struct Off {
    from: u32,
    to: u32,
    /// Empty: all.
    rules: Vec<String>,
}

impl Off {
    fn covers(&self, finding: &Finding) -> bool {
        (self.from..=self.to).contains(&finding.line)
            && (self.rules.is_empty() || self.rules.iter().any(|rule| rule == finding.rule))
    }
}

/// A comment of ours.
struct Switch<'l> {
    verb: &'l str,
    rules: Vec<&'l str>,
}

/// The findings that nobody has turned off; with those about the switches themselves.
pub(super) fn apply(page: &Page<'_>, settings: &Settings, mut report: Report<'_>) -> Vec<Finding> {
    let mut off: Vec<Off> = Vec::new();
    if !settings.disabled.is_empty() {
        off.push(Off {
            from: 1,
            to: u32::MAX,
            rules: settings.disabled.clone(),
        });
    }
    for (line, name) in front_matter(page) {
        known(page, &mut report, line, &name);
        off.push(Off {
            from: 1,
            to: u32::MAX,
            rules: vec![name],
        });
    }
    for (line, text) in page.lines() {
        let Some(switch) = switch(text, page.is_fenced(line)) else {
            continue;
        };
        for name in &switch.rules {
            known(page, &mut report, line, name);
        }
        let rules: Vec<String> = switch.rules.iter().map(|name| (*name).to_owned()).collect();
        let (from, to) = match switch.verb {
            "disable" => (line, u32::MAX),
            "disable-file" => (1, u32::MAX),
            "disable-line" => (line, line),
            "disable-next-line" => next(page, line),
            "disable-section" => section(page, line),
            "enable" => {
                enable(&mut off, line, &rules);
                continue;
            }
            other => {
                report.add(
                    &UNKNOWN,
                    page.spot(line, MARK),
                    format!("`{other}` is no switch"),
                    "use disable, enable, disable-line, disable-next-line, disable-section or disable-file",
                );
                continue;
            }
        };
        off.push(Off { from, to, rules });
    }
    report
        .findings
        .retain(|finding| !off.iter().any(|off| off.covers(finding)));
    report.findings
}

/// Ends what is off from here on; a `disable` without names is ended by names only for all.
fn enable(off: &mut Vec<Off>, line: u32, rules: &[String]) {
    let mut rest = Vec::new();
    for open in off
        .iter_mut()
        .filter(|open| open.to == u32::MAX && open.from > 1 && open.from < line)
    {
        if rules.is_empty() {
            open.to = line;
        } else if open.rules.iter().any(|name| rules.contains(name)) {
            let kept: Vec<String> = open
                .rules
                .iter()
                .filter(|name| !rules.contains(name))
                .cloned()
                .collect();
            open.to = line;
            if !kept.is_empty() {
                rest.push(Off {
                    from: line,
                    to: u32::MAX,
                    rules: kept,
                });
            }
        } else if open.rules.is_empty() {
            open.to = line;
            let kept = rule::all()
                .map(|rule| rule.name.to_owned())
                .filter(|name| !rules.contains(name));
            rest.push(Off {
                from: line,
                to: u32::MAX,
                rules: kept.collect(),
            });
        }
    }
    off.append(&mut rest);
}

/// The comment of a line: in HTML outside of fences, behind `#` or `--` inside.
fn switch(text: &str, fenced: bool) -> Option<Switch<'_>> {
    let at = text.find(MARK)?;
    let before = text[..at].trim_end();
    let comment = if fenced {
        before.ends_with(['#', '-'])
    } else {
        before.ends_with("<!--")
    };
    if !comment {
        return None;
    }
    let rest = &text[at + MARK.len()..];
    let rest = rest.split("-->").next().unwrap_or(rest);
    let rest = rest.strip_prefix(['-', ' ', ':'])?.trim();
    // What stands behind the colon is for people.
    let said = rest.split(':').next().unwrap_or(rest);
    let mut words = said
        .split(|c: char| c.is_whitespace() || c == ',')
        .filter(|word| !word.is_empty());
    Some(Switch {
        verb: words.next().unwrap_or(""),
        rules: words.collect(),
    })
}

/// The next line that is not blank; where it opens a fence, all of that.
fn next(page: &Page<'_>, line: u32) -> (u32, u32) {
    let following = |(number, text): &(u32, &str)| *number > line && !text.trim().is_empty();
    let Some((start, _)) = page.lines().find(following) else {
        return (line, line);
    };
    if !page.is_fenced(start) || page.is_fenced(line) {
        return (start, start);
    }
    let blocks = page
        .runbook
        .scenarios
        .iter()
        .flat_map(|scenario| &scenario.steps)
        .flat_map(|step| &step.blocks);
    let end = blocks
        .filter(|block| block.line == start)
        .map(|block| block.end_line)
        .next();
    let end = end.unwrap_or_else(|| {
        (start..=page.last_line())
            .take_while(|number| page.is_fenced(*number))
            .last()
            .unwrap_or(start)
    });
    (start, end)
}

/// From the heading above to the next one that is not below it.
fn section(page: &Page<'_>, line: u32) -> (u32, u32) {
    let headings: Vec<(u32, usize)> = page
        .lines()
        .filter_map(|(number, text)| Some((number, page.heading(number, text)?)))
        .collect();
    let above = headings.iter().rev().find(|(number, _)| *number <= line);
    let (from, level) = above.copied().unwrap_or((1, 0));
    let to = headings
        .iter()
        .find(|(number, other)| *number > line && *other <= level)
        .map_or(u32::MAX, |(number, _)| number - 1);
    (from, to)
}

fn known(page: &Page<'_>, report: &mut Report<'_>, line: u32, name: &str) {
    if rule::named(name).is_some() {
        return;
    }
    let near = nearest(name, rule::all().map(|rule| rule.name));
    let fix = match near {
        Some(near) => format!("write `{near}`, if that is meant"),
        None => "see `breakglass lint --rules` for all of them".to_owned(),
    };
    report.add(
        &UNKNOWN,
        page.spot(line, name),
        format!("there is no rule `{name}`"),
        fix,
    );
}

/// The names under `lint-disable:` in the front matter, with their lines.
fn front_matter(page: &Page<'_>) -> Vec<(u32, String)> {
    let mut lines = page.lines().skip_while(|(_, text)| text.trim().is_empty());
    let mark = match lines.next() {
        Some((_, text)) if matches!(text.trim_end(), "---" | "+++") => text.trim_end(),
        _ => return Vec::new(),
    };
    let mut found = Vec::new();
    let mut listing = false;
    for (number, text) in lines.take(400) {
        if matches!(text.trim_end(), end if end == mark || end == "...") {
            return found;
        }
        let key = text.trim_start().starts_with("lint-disable")
            || text.trim_start().starts_with("lint_disable");
        let values = if key {
            listing = true;
            text.split_once([':', '=']).map_or("", |(_, values)| values)
        } else if listing && text.trim_start().starts_with('-') {
            text
        } else {
            listing = false;
            continue;
        };
        let values = values.split('#').next().unwrap_or(values);
        let names = values.split(|c: char| !(c.is_alphanumeric() || c == '-'));
        let names = names
            .map(|name| name.trim_matches('-'))
            .filter(|name| !name.is_empty());
        found.extend(names.map(|name| (number, name.to_owned())));
    }
    // Never closed: no front matter at all.
    Vec::new()
}
