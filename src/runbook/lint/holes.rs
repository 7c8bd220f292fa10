//! Placeholders that nobody has described, and two names for one of them.

use super::page::Page;
use super::rule::{Report, Rule, Severity};
use crate::runbook::{Placeholder, Scenario};
use std::collections::BTreeMap;

pub(super) const UNDESCRIBED: Rule = Rule {
    name: "placeholder-undescribed",
    severity: Severity::Warning,
    finds: "a placeholder that the document never describes",
    why: "the responder has to guess what goes there, or to wake somebody who knows",
};
pub(super) const TWO_NAMES: Rule = Rule {
    name: "placeholder-two-names",
    severity: Severity::Warning,
    finds: "two names for one placeholder",
    why: "it is asked for twice, and may be answered differently: half of the steps hit one thing, half another",
};
pub(super) const RULES: &[&Rule] = &[&UNDESCRIBED, &TWO_NAMES];

/// Names that say all there is to say, in a place where everybody knows how to find the value.
const PLAIN: &str = "namespace|ns|pod|node|deployment|deploy|statefulset|service|svc|container|host|hostname|ip|address|port|\
    user|username|password|pass|passwd|token|url|uri|endpoint|domain|region|zone|date|time|ts|timestamp|file|filename|path|dir|\
    directory|pid|email|name|id|image|tag|version|revision|branch|commit|hash|sha|message|reason|yyyy|db|database|table|schema|\
    bucket|account|project|cluster|context|replicas|count|number|n|secret|release|chart|job|queue|server|instance|app|\
    application|env|environment|step|you|me|uuid|pvc|pv|volume|key|topic|group|uid|broker|lock|resource|cidr|subnet|vpc|profile";

/// Things that must be chosen among several at night: their name alone does not say which.
const CHOSEN: &str = "backup|restore|snapshot|dump|topic|archive|checkpoint|recovery";

struct Use<'r> {
    hole: &'r Placeholder,
    scenario: &'r Scenario,
    line: u32,
    column: Option<u32>,
}

pub(super) fn check(page: &Page<'_>, report: &mut Report<'_>) {
    let mut uses: BTreeMap<&str, Vec<Use<'_>>> = BTreeMap::new();
    for scenario in page.recoveries() {
        for block in scenario.steps.iter().flat_map(|step| &step.blocks) {
            if !block.is_runnable() {
                continue;
            }
            for hole in &block.holes {
                let spot = (block.line..=block.end_line)
                    .map(|line| page.spot(line, &hole.spelling))
                    .find(|spot| spot.column.is_some());
                let found = Use {
                    hole,
                    scenario,
                    line: spot.map_or(block.line, |spot| spot.line),
                    column: spot.and_then(|spot| spot.column),
                };
                uses.entry(&hole.name).or_default().push(found);
            }
        }
    }
    for (name, found) in &uses {
        let Some(first) = found.first() else { continue };
        if !found.iter().any(|found| is_described(page, found)) && !is_plain(name) {
            // A variable may be set where the steps run.
            let severity = if first.hole.spelling.starts_with('$') {
                Severity::Note
            } else {
                Severity::Warning
            };
            let spot = super::page::Spot {
                line: first.line,
                column: first.column,
            };
            report.add_as(
                &UNDESCRIBED,
                severity,
                spot,
                format!(
                    "nothing says what `{}` is, nor where to find it",
                    first.hole.spelling
                ),
                format!(
                    "write beside the step what goes there and how to look it up: \"`{}`: …\"",
                    first.hole.spelling
                ),
            );
        }
    }
    two_names(&uses, report);
}

fn two_names(uses: &BTreeMap<&str, Vec<Use<'_>>>, report: &mut Report<'_>) {
    let names: Vec<&str> = uses.keys().copied().collect();
    for (index, one) in names.iter().enumerate() {
        for other in &names[index + 1..] {
            let (Some(a), Some(b)) = (uses[one].first(), uses[other].first()) else {
                continue;
            };
            // In one command the two are certainly two things.
            let together = uses[one]
                .iter()
                .any(|a| uses[other].iter().any(|b| a.line == b.line));
            if is_same(one, other) && !together {
                let (first, second) = if a.line <= b.line { (a, b) } else { (b, a) };
                let spot = super::page::Spot {
                    line: second.line,
                    column: second.column,
                };
                report.add(
                    &TWO_NAMES,
                    spot,
                    format!(
                        "`{}` here and `{}` in line {} look like one thing",
                        second.hole.spelling, first.hole.spelling, first.line
                    ),
                    format!(
                        "write `{}` in both places, or names that tell them apart",
                        first.hole.spelling
                    ),
                );
            }
        }
    }
}

/// `<backup-id>` and `BACKUP_ID`, `<topic>` and `<topic-name>`, `<ns>` and `<namespace>`.
fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (key(one), key(other));
    let bare = |name: &str| {
        name.strip_suffix("name")
            .filter(|rest| rest.len() > 2)
            .map(str::to_owned)
    };
    one == other
        || bare(&one).is_some_and(|bare| bare == other)
        || bare(&other).is_some_and(|bare| bare == one)
}

/// Letters and digits in lower case, with usual short forms written out.
fn key(name: &str) -> String {
    let words = name
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| match &*word.to_lowercase() {
            "your" | "my" | "the" => String::new(),
            "ns" => "namespace".to_owned(),
            "db" => "database".to_owned(),
            "svc" => "service".to_owned(),
            "deploy" => "deployment".to_owned(),
            "sts" => "statefulset".to_owned(),
            "env" => "environment".to_owned(),
            word => word.to_owned(),
        });
    words.collect()
}

fn is_plain(name: &str) -> bool {
    let words: Vec<String> = name
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && !word.bytes().all(|byte| byte.is_ascii_digit()))
        .map(str::to_lowercase)
        .collect();
    let plain = |word: &str| crate::runbook::lexicon::list(PLAIN).any(|known| known == word);
    let chosen = words
        .iter()
        .any(|word| crate::runbook::lexicon::list(CHOSEN).any(|known| known == word));
    let last = words
        .iter()
        .rev()
        .find(|word| !matches!(word.as_str(), "name" | "id"));
    // `<new_node_ip>` is an address; `<backup-id>` is one of many, and has to be looked up.
    let said = last.is_none_or(|word| plain(word)) || plain(&key(name));
    // `<unseal-key-from-1password>` says where to look.
    let from = words.iter().any(|word| word == "from");
    (said && !chosen)
        || from
        || key(name).len() < 2
        || name.contains("YYYY")
        || name == "..."
        || name.chars().all(|c| matches!(c, 'x' | 'X' | '.' | '-'))
}

fn is_described(page: &Page<'_>, found: &Use<'_>) -> bool {
    let hole = found.hole;
    if hole.description.is_some() || hole.default.is_some() || !hole.choices.is_empty() {
        return true;
    }
    let quoted = format!("`{}`", hole.name);
    let mut prose = page.prose();
    if prose.any(|(_, text)| text.contains(&hole.spelling) || text.contains(&quoted)) {
        return true;
    }
    let words: Vec<String> = hole
        .name
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let phrase = words.join(" ");
    // Words of a step may speak of it without its brackets: "pick the backup id from …".
    words.len() > 1
        && found
            .scenario
            .steps
            .iter()
            .flat_map(|step| &step.prose)
            .chain(&found.scenario.prose)
            .any(|line| line.text.to_lowercase().contains(&phrase))
        || sets(page, found)
}

/// The document itself shows how the value is found: a variable that is set, here or in another step.
fn sets(page: &Page<'_>, found: &Use<'_>) -> bool {
    let name = found
        .hole
        .spelling
        .trim_matches(|c: char| !c.is_alphanumeric() && c != '_');
    let assigned = format!("{name}=");
    found.hole.spelling.starts_with('$')
        && page.lines().any(|(line, text)| {
            page.is_fenced(line)
                && text
                    .trim_start()
                    .trim_start_matches("export ")
                    .starts_with(&assigned)
        })
}
