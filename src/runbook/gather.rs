//! What a document says beside its scenarios: checklists, contacts, schedules.

use super::lexicon::{Topic, list};
use super::outline::{Outline, Section};
use super::scan::{Kind, Marker, Row};
use super::{Cadence, Checklist, Contact, Line, inline, phrases, steps};
use std::borrow::Cow;

/// Every list of check boxes, under the title it stands below.
pub(super) fn checklists(outline: &Outline) -> Vec<Checklist> {
    let mut found = Vec::new();
    for section in &outline.sections {
        let mut current: Option<Checklist> = None;
        let mut label: Option<&Line> = None;
        for node in &section.nodes {
            match &node.kind {
                Kind::Item {
                    marker: Marker::Task,
                    text,
                } => {
                    let list = current.get_or_insert_with(|| {
                        let title = label
                            .take()
                            .filter(|_| section.title.is_empty() || section.level == 0)
                            .map(|l| Line {
                                text: inline::plain(&l.text).trim_end_matches(':').to_owned(),
                                line: l.line,
                            });
                        Checklist {
                            line: title.as_ref().map_or(
                                if section.title.is_empty() {
                                    node.line
                                } else {
                                    section.line
                                },
                                |t| t.line,
                            ),
                            title: title.map_or_else(|| section.title.clone(), |t| t.text),
                            items: Vec::new(),
                        }
                    });
                    list.items.push(Line {
                        text: inline::plain(text),
                        line: node.line,
                    });
                }
                Kind::Paragraph { lines } => label = lines.last(),
                Kind::Item { .. }
                | Kind::Fence(_)
                | Kind::Table { .. }
                | Kind::Heading { .. }
                | Kind::Rule => {}
            }
        }
        found.extend(current);
    }
    found
}

/// Whom to reach: bullets `**Name:** value` and tables in sections about contacts.
pub(super) fn contacts(outline: &Outline) -> Vec<Contact> {
    let mut found = Vec::new();
    for (id, section) in outline.sections.iter().enumerate() {
        if !under(outline, id, Topic::Contacts) {
            continue;
        }
        for node in &section.nodes {
            match &node.kind {
                Kind::Item { text, .. } => found.extend(contact(text, node.line)),
                Kind::Paragraph { lines } => {
                    for line in lines {
                        if inline::bold_lead(&line.text).is_some() {
                            found.extend(contact(&line.text, line.line));
                        }
                    }
                }
                Kind::Table { rows } => {
                    for row in rows.iter().skip(1) {
                        let mut cells = row.cells.iter().map(|c| inline::plain(c));
                        let Some(name) = cells.next().filter(|n| !n.is_empty()) else {
                            continue;
                        };
                        let values: Vec<String> = cells.filter(|c| !is_stand_in(c)).collect();
                        found.push(Contact {
                            name,
                            value: (!values.is_empty()).then(|| values.join(" · ")),
                            line: row.line,
                        });
                    }
                }
                Kind::Fence(_) | Kind::Heading { .. } | Kind::Rule => {}
            }
        }
    }
    found
}

fn contact(text: &str, line: u32) -> Option<Contact> {
    let plain = inline::plain(text);
    let (name, value) = plain.split_once([':', '：'])?;
    let (name, value) = (name.trim(), value.trim());
    if name.is_empty() || name.chars().count() > 60 {
        return None;
    }
    Some(Contact {
        name: name.to_owned(),
        value: (!is_stand_in(value)).then(|| value.to_owned()),
        line,
    })
}

/// `[Contact Info]`, `_fill in_`, `TBD`, `+1-xxx-xxx-xxxx`: nobody can be reached by it.
fn is_stand_in(value: &str) -> bool {
    let text = value.trim();
    let lower = text.to_lowercase();
    text.is_empty()
        || matches!(text, "-" | "—" | "–" | "..." | "…" | "?")
        || (text.starts_with('[') && text.ends_with(']'))
        || (text.starts_with('<') && text.ends_with('>'))
        || (text.starts_with('{') && text.ends_with('}'))
        || lower.contains("xxx")
        || lower.contains("fill in")
        || lower.contains("to be defined")
        || list("tbd|todo|n/a|tba|待定|未定|미정|name|phone|email").any(|w| w == lower)
        || lower
            .chars()
            .all(|c| matches!(c, '_' | 'x' | '-' | '+' | ' ' | '(' | ')'))
}

/// When things are done: test schedules, backup frequencies.
pub(super) fn schedule(outline: &Outline) -> Vec<Cadence> {
    let mut found = Vec::new();
    for (id, section) in outline.sections.iter().enumerate() {
        let timed = under(outline, id, Topic::Schedule)
            || under(outline, id, Topic::Drill)
            || under(outline, id, Topic::Backup);
        for node in &section.nodes {
            match &node.kind {
                Kind::Item {
                    marker: Marker::Bullet | Marker::Ordered(_),
                    text,
                } => found.extend(item(section, text, node.line, timed)),
                Kind::Paragraph { lines } => {
                    for line in lines {
                        found.extend(frequency(section, &line.text, line.line));
                    }
                }
                Kind::Table { rows } if timed => table(rows, &mut found),
                Kind::Item { .. }
                | Kind::Table { .. }
                | Kind::Fence(_)
                | Kind::Heading { .. }
                | Kind::Rule => {}
            }
        }
    }
    found
}

fn item(section: &Section, text: &str, line: u32, timed: bool) -> Option<Cadence> {
    if let Some(cadence) = frequency(section, text, line) {
        return Some(cadence);
    }
    if !timed {
        return None;
    }
    let plain = inline::plain(text);
    if let Some((label, rest)) = plain.split_once([':', '：'])
        && let Some(cadence) = cadence_word(label)
        && label.split_whitespace().count() <= 2
        && !rest.trim().is_empty()
    {
        return Some(Cadence {
            cadence: cadence.to_owned(),
            text: rest.trim().to_owned(),
            line,
        });
    }
    let cadence = cadence_word(&plain)?;
    (plain.chars().count() <= 120).then(|| Cadence {
        cadence: cadence.to_owned(),
        text: plain.trim_end_matches('.').to_owned(),
        line,
    })
}

/// `**Frequency:** Every 6 hours`, about what the section is about.
fn frequency(section: &Section, text: &str, line: u32) -> Option<Cadence> {
    if !text.contains([':', '：']) || text.chars().count() > 200 {
        return None;
    }
    let plain = inline::plain(text);
    let (label, value) = plain.split_once([':', '：'])?;
    let label = label.trim().to_lowercase();
    let says = "frequency|backup frequency|schedule|cadence|test frequency|频率|頻度|주기|fréquence|frecuencia|\
    frequência|häufigkeit|tần suất|частота";
    if !list(says).any(|w| w == label) {
        return None;
    }
    let value = value.trim().trim_end_matches('.');
    if value.is_empty() {
        return None;
    }
    let cadence = cadence_word(value).filter(|_| {
        value.split_whitespace().count() <= 2 || !value.contains(|c: char| c.is_ascii_digit())
    });
    Some(Cadence {
        cadence: cadence.map_or_else(|| value.to_owned(), str::to_owned),
        text: section.title.clone(),
        line,
    })
}

fn table(rows: &[Row], found: &mut Vec<Cadence>) {
    let Some(head) = rows.first() else {
        return;
    };
    let column = head.cells.iter().position(|c| {
        let lower = inline::plain(c).to_lowercase();
        list("frequency|cadence|schedule|when|interval|频率|頻度|주기|fréquence|frecuencia")
            .any(|w| lower.contains(w))
    });
    for row in &rows[1..] {
        let cells: Vec<String> = row.cells.iter().map(|c| inline::plain(c)).collect();
        let at = column.or_else(|| {
            cells
                .iter()
                .position(|c| cadence_word(c).is_some() && c.split_whitespace().count() <= 3)
        });
        let Some(at) = at else {
            continue;
        };
        let Some(value) = cells.get(at).filter(|v| !v.is_empty()) else {
            continue;
        };
        let text = cells
            .iter()
            .enumerate()
            .find(|(i, c)| *i != at && !c.is_empty())
            .map(|(_, c)| c.clone());
        found.push(Cadence {
            cadence: cadence_word(value)
                .filter(|_| value.split_whitespace().count() <= 3)
                .map_or_else(|| value.clone(), str::to_owned),
            text: text.unwrap_or_default(),
            line: row.line,
        });
    }
}

/// The cadence that a text names first.
pub(super) fn cadence_word(text: &str) -> Option<&'static str> {
    const WORDS: &[(&str, &str)] = &[
        (
            "daily",
            "daily|every day|每天|每日|毎日|매일|quotidien|diario|diaria|täglich|hàng ngày|ежедневн|diário|diária",
        ),
        (
            "weekly",
            "weekly|every week|每周|毎週|매주|hebdomadaire|semanal|wöchentlich|hàng tuần|еженедельн",
        ),
        (
            "monthly",
            "monthly|every month|每月|毎月|매월|매달|mensuel|mensual|monatlich|hàng tháng|ежемесячн|mensal",
        ),
        (
            "quarterly",
            "quarterly|every quarter|每季|四半期|분기|trimestriel|trimestral|vierteljährlich|quartalsweise|hàng quý|ежеквартальн",
        ),
        (
            "yearly",
            "yearly|annual|annually|every year|每年|毎年|年次|매년|연간|annuel|anual|jährlich|hàng năm|ежегодн",
        ),
    ];
    let lower = phrases::lower(text, 200);
    WORDS
        .iter()
        .flat_map(|(cadence, words)| list(words).map(move |w| (*cadence, w)))
        .filter_map(|(cadence, word)| {
            let at = lower.find(word)?;
            let inside = lower[..at]
                .chars()
                .next_back()
                .is_some_and(char::is_alphabetic)
                && word.is_ascii()
                || lower[..at].ends_with("bi-")
                || lower[..at].ends_with("semi-");
            (!inside).then_some((at, cadence))
        })
        .min()
        .map(|(_, cadence)| cadence)
}

/// Whether the section or one it stands in is about the topic.
fn under(outline: &Outline, id: usize, topic: Topic) -> bool {
    let mut at = Some(id);
    for _ in 0..12 {
        let Some(id) = at else {
            return false;
        };
        if outline.at(id).said.is(topic) {
            return true;
        }
        at = outline.at(id).parent;
    }
    false
}

/// The text of a section's paragraphs, bullets and two-column rows, line by line.
pub(super) fn facts(section: &Section) -> Vec<Cow<'_, str>> {
    let mut facts = Vec::new();
    for node in &section.nodes {
        match &node.kind {
            Kind::Paragraph { lines } => {
                for line in lines {
                    facts.extend(line.text.split(" | ").map(Cow::from));
                }
                if lines.len() > 1 {
                    facts.push(Cow::from(steps::join(lines)));
                }
            }
            Kind::Item { text, .. } => facts.push(Cow::from(text)),
            Kind::Table { rows } => {
                for row in rows {
                    if let [name, value, ..] = row.cells.as_slice() {
                        facts.push(Cow::from(format!("{}: {value}", inline::plain(name))));
                    }
                }
            }
            Kind::Fence(_) | Kind::Heading { .. } | Kind::Rule => {}
        }
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cadences() {
        assert_eq!(cadence_word("Weekly"), Some("weekly"));
        assert_eq!(cadence_word("Quarterly DR drills"), Some("quarterly"));
        assert_eq!(cadence_word("Every 6 hours"), None);
        assert_eq!(cadence_word("Bi-weekly sync"), None);
        assert_eq!(cadence_word("매주"), Some("weekly"));
    }

    #[test]
    fn stand_ins() {
        for text in [
            "[Contact Info]",
            "_fill in_",
            "TBD",
            "+1-xxx-xxx-xxxx",
            "—",
            "<phone>",
            "___",
        ] {
            assert!(is_stand_in(text), "{text}");
        }
        assert!(!is_stand_in("#incident-platform (Slack)"));
        assert!(!is_stand_in("ops@example.com"));
    }
}
