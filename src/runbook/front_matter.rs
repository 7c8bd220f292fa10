//! Front matter: YAML between `---` lines (or TOML between `+++`) before the document.
//!
//! Known keys become [`FrontMatter`]; anything else is left alone. Broken front matter is a warning.

use super::{FrontMatter, Warning, objectives};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What the front matter said, and the 0-based line at which the document starts.
#[derive(Debug, Default)]
pub(super) struct Front {
    pub matter: FrontMatter,
    pub title: Option<String>,
    pub from: usize,
}

/// Reads the front matter of a document, if it has any.
pub(super) fn read(text: &str, warnings: &mut Vec<Warning>) -> Front {
    let lines: Vec<&str> = text.split('\n').take(400).collect();
    let Some(open) = lines.iter().position(|l| !l.trim().is_empty()) else {
        return Front::default();
    };
    let mark = lines[open].trim_end();
    if mark != "---" && mark != "+++" {
        return Front::default();
    }
    let close = (open + 1..lines.len()).find(|i| {
        let line = lines[*i].trim_end();
        line == mark || mark == "---" && line == "..."
    });
    let Some(close) = close else {
        return Front::default();
    };
    let body = lines[open + 1..close].join("\n");
    // A rule, some prose and another rule is no front matter.
    let keyed = lines[open + 1..close]
        .iter()
        .any(|l| l.contains([':', '=']));
    if !keyed
        || lines[open + 1..close]
            .iter()
            .any(|l| l.starts_with("# ") && !l.contains(':'))
    {
        return Front::default();
    }
    let mut front = Front {
        from: close + 1,
        ..Front::default()
    };
    let values = if mark == "---" {
        yaml(&body)
    } else {
        toml_values(&body)
    };
    match values {
        Ok(values) => fill(&mut front, &values),
        Err(message) => warnings.push(Warning {
            line: u32::try_from(open).unwrap_or(0) + 1,
            message: format!("the front matter cannot be read ({message}); it is left out"),
        }),
    }
    front
}

/// A value of any shape, since a document's front matter belongs to many tools.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Value {
    Bool(bool),
    Number(f64),
    Text(String),
    Map(BTreeMap<String, Value>),
    List(Vec<Value>),
    Null(()),
}

impl Value {
    fn text(&self) -> Option<String> {
        match self {
            Value::Text(text) => Some(text.trim().to_owned()).filter(|t| !t.is_empty()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(flag) => Some(flag.to_string()),
            Value::List(list) => list.first().and_then(Value::text),
            Value::Map(_) | Value::Null(()) => None,
        }
    }
}

fn yaml(body: &str) -> Result<BTreeMap<String, Value>, String> {
    serde_saphyr::from_str::<BTreeMap<String, Value>>(body)
        .map_err(|error| first_line(&error.to_string()))
}

fn toml_values(body: &str) -> Result<BTreeMap<String, Value>, String> {
    toml::from_str::<BTreeMap<String, Value>>(body).map_err(|error| first_line(&error.to_string()))
}

fn first_line(text: &str) -> String {
    text.lines()
        .next()
        .unwrap_or_default()
        .chars()
        .take(120)
        .collect()
}

fn fill(front: &mut Front, values: &BTreeMap<String, Value>) {
    let seconds = |value: &Value| match value {
        Value::Number(number) if *number >= 0.0 => Some(*number as u64),
        Value::Text(text) => objectives::timeout_seconds(text),
        Value::Number(_) | Value::Bool(_) | Value::Map(_) | Value::List(_) | Value::Null(()) => {
            None
        }
    };
    for (key, value) in values {
        let name = key.to_lowercase().replace(['-', ' '], "_");
        match name.as_str() {
            "title" => front.title = value.text(),
            "severity" | "priority" => front.matter.severity = value.text(),
            "rto" | "rto_seconds" => front.matter.rto_seconds = seconds(value),
            "rpo" | "rpo_seconds" => front.matter.rpo_seconds = seconds(value),
            "owner" | "owners" | "team" | "author" | "maintainer" => {
                front.matter.owner = front.matter.owner.take().or_else(|| value.text());
            }
            "reviewed_on" | "reviewed" | "last_reviewed" | "last_review" | "last_updated"
            | "last_verified" => {
                let date = value.text().and_then(|t| t.get(..10).map(str::to_owned));
                if name.contains("review") || front.matter.reviewed_on.is_none() {
                    front.matter.reviewed_on = date.or(front.matter.reviewed_on.take());
                }
            }
            "components" | "component" | "bindings" | "signals" => {
                let names: Vec<&Value> = match value {
                    Value::List(list) => list.iter().collect(),
                    Value::Text(_) => vec![value],
                    Value::Map(_) | Value::Bool(_) | Value::Number(_) | Value::Null(()) => {
                        Vec::new()
                    }
                };
                front
                    .matter
                    .components
                    .extend(names.into_iter().filter_map(Value::text));
                if let Value::Map(map) = value {
                    for (words, meant) in map {
                        if let Some(meant) = meant.text() {
                            front.matter.bindings.insert(words.clone(), meant);
                        }
                    }
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_keys_are_taken_and_the_rest_left() {
        let mut warnings = Vec::new();
        let front = read(
            "---\ntitle: Orders\nseverity: P1\nrto: 15m\nrpo: 60\nowner: data team\nlast-reviewed: 2026-03-01\ntags: [a, b]\ncomponents:\n  connection errors: postgres\n---\n# Orders\n",
            &mut warnings,
        );
        assert_eq!(warnings, []);
        assert_eq!(front.from, 11);
        assert_eq!(front.title.as_deref(), Some("Orders"));
        assert_eq!(front.matter.severity.as_deref(), Some("P1"));
        assert_eq!(
            (front.matter.rto_seconds, front.matter.rpo_seconds),
            (Some(900), Some(60))
        );
        assert_eq!(front.matter.owner.as_deref(), Some("data team"));
        assert_eq!(front.matter.reviewed_on.as_deref(), Some("2026-03-01"));
        assert_eq!(
            front
                .matter
                .bindings
                .get("connection errors")
                .map(String::as_str),
            Some("postgres")
        );
    }

    #[test]
    fn rules_are_no_front_matter_and_broken_ones_are_said() {
        let mut warnings = Vec::new();
        assert_eq!(read("---\n\nJust prose\n\n---\n", &mut warnings).from, 0);
        assert_eq!(read("# Title\n", &mut warnings).from, 0);
        assert_eq!(
            read("+++\ntitle = \"x\"\n+++\n", &mut warnings)
                .title
                .as_deref(),
            Some("x")
        );
        assert_eq!(warnings, []);
        assert_eq!(read("---\na: [1\nb: }\n---\n", &mut warnings).from, 4);
        assert_eq!(warnings.len(), 1);
    }
}
