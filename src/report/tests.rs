//! Facts as lines of JSON in (`tests/fixtures/reports/*.jsonl`), the whole report out, beside them.
//!
//! `UPDATE_FIXTURES=1` writes what comes out; read the difference before keeping it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::incident::entry::{Hash, decode};
use crate::incident::{Actor, IncidentId};
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde::Deserialize;
use std::path::PathBuf;

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/reports")
        .join(name)
}

fn entries(name: &str) -> Vec<Entry> {
    #[derive(Deserialize)]
    struct Line {
        at: Timestamp,
        actor: String,
        fact: serde_json::Value,
    }
    let text = std::fs::read_to_string(fixture(&format!("{name}.jsonl"))).unwrap();
    let mut entries: Vec<Entry> = Vec::new();
    for line in text.lines() {
        let line: Line = serde_json::from_str(line).unwrap();
        let actor = if line.actor == "breakglass" {
            Actor::host()
        } else {
            Actor {
                name: line.actor,
                origin: "console".into(),
            }
        };
        entries.push(Entry::new(
            IncidentId(7),
            entries.len() as u64 + 1,
            line.at,
            actor,
            decode(&line.fact.to_string()),
            entries.last().map_or(Hash::default(), |last| last.hash),
        ));
    }
    entries
}

/// A zone that needs no database: an hour or two east of Greenwich.
fn zone() -> TimeZone {
    TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap()
}

fn expect(name: &str, found: &str) {
    let path = fixture(name);
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        std::fs::write(&path, found).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(found, expected, "{}", path.display());
}

#[test]
fn every_fixture_comes_out_as_it_stands_beside_it() {
    for name in ["failover", "still_open", "drill"] {
        expect(
            &format!("{name}.md"),
            &markdown(&entries(name), &[], &zone()),
        );
    }
}

#[test]
fn json_says_the_same_as_one_document() {
    let value = json(&entries("failover"), &[], &zone());
    expect(
        "failover.json",
        &format!("{}\n", serde_json::to_string_pretty(&value).unwrap()),
    );
}

#[test]
fn an_empty_record_is_still_a_report() {
    let text = markdown(&[], &[], &TimeZone::UTC);
    assert!(text.starts_with("# INC-?: \n"), "{text}");
    assert_eq!(headings(&text).last().unwrap(), "Actions");
}

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_MATH
}

/// The text between the events that begin and end something.
fn inside(text: &str, begins: fn(&Event) -> bool, ends: fn(&Event) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = false;
    for event in Parser::new_ext(text, options()) {
        if begins(&event) {
            open = true;
            found.push(String::new());
        } else if ends(&event) {
            open = false;
        } else if open && let Event::Text(words) | Event::Code(words) = event {
            found.last_mut().unwrap().push_str(&words);
        }
    }
    found
}

fn headings(text: &str) -> Vec<String> {
    inside(
        text,
        |event| matches!(event, Event::Start(Tag::Heading { .. })),
        |event| matches!(event, Event::End(TagEnd::Heading(_))),
    )
}

fn code_blocks(text: &str) -> Vec<String> {
    inside(
        text,
        |event| matches!(event, Event::Start(Tag::CodeBlock(_))),
        |event| matches!(event, Event::End(TagEnd::CodeBlock)),
    )
}

/// How many cells the rows of the timeline have; one number where none is broken.
fn cells_of_timeline(text: &str) -> Vec<usize> {
    let (_, after) = text.split_once("## Timeline\n\n").unwrap();
    let mut counts: Vec<usize> = after
        .lines()
        .take_while(|line| line.starts_with('|'))
        .map(|line| {
            let plain = line.replace("\\\\", "").replace("\\|", "");
            plain.matches('|').count() - 1
        })
        .collect();
    assert_eq!(counts.len(), 12, "two of the head, ten entries: {after}");
    counts.dedup();
    counts
}

/// What a value must never become, whatever stands in it.
fn markup(text: &str) -> Vec<String> {
    Parser::new_ext(text, options())
        .filter(|event| {
            matches!(
                event,
                Event::Html(_)
                    | Event::InlineHtml(_)
                    | Event::Code(_)
                    | Event::InlineMath(_)
                    | Event::DisplayMath(_)
                    | Event::FootnoteReference(_)
                    | Event::TaskListMarker(_)
                    | Event::Start(
                        Tag::Link { .. }
                            | Tag::Image { .. }
                            | Tag::Emphasis
                            | Tag::Strikethrough
                            | Tag::FootnoteDefinition(_)
                            | Tag::HtmlBlock
                    )
            )
        })
        .map(|event| format!("{event:?}"))
        .collect()
}

#[test]
fn hostile_values_stay_values() {
    let text = markdown(&entries("hostile"), &[], &zone());
    assert_eq!(markup(&text), Vec::<String>::new());
    assert!(
        !text.contains(['\u{1b}', '\u{7}', '\u{202e}']),
        "control characters are left"
    );
    let found = headings(&text);
    let sections: Vec<&str> = found
        .iter()
        .map(String::as_str)
        .filter(|heading| !heading.contains("alert(1)"))
        .collect();
    assert_eq!(
        sections,
        [
            "Summary",
            "Times",
            "Objectives",
            "Impact",
            "Steps",
            "Notes and decisions",
            "Timeline",
            "Not understood",
            "Root cause",
            "Lessons",
            "Actions"
        ]
    );
    // The output stands in its fence to the letter.
    let blocks: Vec<String> = code_blocks(&text);
    assert_eq!(
        blocks[0],
        "```\n# not a heading\n````` five\n<b>html</b> | pipe\n"
    );
}

#[test]
fn kept_figures_are_drawn_around_the_incident_with_their_units() {
    let entries = entries("failover");
    let (from, to) = window(&entries).unwrap();
    let mut samples = Vec::new();
    let mut at = from;
    let second = |at: Timestamp| at.duration_since(from).as_secs();
    while at <= to {
        let mut add = |name: &str, value: f64| {
            samples.push(Sample {
                component: "postgres".into(),
                name: name.into(),
                at,
                value,
            });
        };
        // It answers nothing for five minutes after it was lost.
        if !(600..900).contains(&second(at)) {
            let lag = if second(at) < 500 { 1.0 } else { 38.0 };
            add("replication_lag_seconds", lag);
            add("connections_used_percent", 12.0);
            add("never_moves", 1.0);
        }
        at += jiff::SignedDuration::from_secs(10);
    }
    let text = markdown(&entries, &samples, &zone());
    let lines: Vec<&str> = text.lines().collect();
    let at = lines
        .iter()
        .position(|line| line.starts_with("replication lag: 1 s to 38 s; 13:52:11 to "))
        .unwrap_or(usize::MAX);
    assert!(at < lines.len(), "{text}");
    let bars: Vec<char> = lines[at + 1].chars().collect();
    assert!(
        bars.starts_with(&['▁', '▁']) && bars.contains(&'█') && bars.contains(&' '),
        "{text}"
    );
    assert!(bars.len() <= 60, "{text}");
    let marks = lines[at + 2];
    // Detected ten minutes in, right where the bars end for a while.
    let detected = marks.find('D').unwrap();
    assert!(
        bars[detected - 1] == '█' && bars[detected + 2] == ' ',
        "{text}"
    );
    assert!(marks.contains('O') && marks.contains('M'), "{text}");
    assert!(text.contains("connections used: 12 % to 12 %"), "{text}");
    assert!(!text.contains("never moves"), "{text}");
    let value = json(&entries, &samples, &zone());
    let chart = &value["charts"][0];
    assert_eq!(chart["name"], "replication_lag_seconds");
    assert_eq!(chart["values"].as_array().unwrap().len(), 60);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_value_breaks_the_document(value in "([ -~]|[`*_#|<>\\[\\]&$~!:\n.)0-9-]){0,40}") {
        let mut entries = entries("hostile");
        for entry in &mut entries {
            let body = serde_json::to_string(&entry.fact).unwrap_or_default();
            let needle = serde_json::to_string("# x\n</td>").unwrap();
            let put = serde_json::to_string(&value).unwrap();
            let (needle, put) = (needle.trim_matches('"'), put.strip_prefix('"').unwrap().strip_suffix('"').unwrap());
            if !matches!(entry.fact, crate::incident::Fact::Unknown { .. }) {
                entry.fact = decode(&body.replace(needle, put));
            }
        }
        let text = markdown(&entries, &[], &TimeZone::UTC);
        prop_assert_eq!(markup(&text), Vec::<String>::new(), "{}", text);
        prop_assert_eq!(cells_of_timeline(&text), [5], "{}", text);
        let levels = headings(&text).len();
        prop_assert_eq!(levels, 15, "{}", text);
    }
}
