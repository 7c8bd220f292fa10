//! Durations, recovery objectives and severities, as people write them.
//!
//! "< 1 hour", "15 min", "2-4 hours" (the upper end: an objective is kept or not), "1h30m", "30 分钟",
//! "zero". What has no figure stays `None`.

use super::lexicon::list;
use super::outline::Outline;
use super::phrases::{self, Phrases};
use super::scan::{Kind, Marker, Row};
use super::{Objective, ObjectiveKind, SeverityMeaning, inline, lexicon};

/// The duration in a text, in seconds; of a range its upper end, of several the first.
pub(super) fn seconds(text: &str) -> Option<u64> {
    let lower = text.to_lowercase();
    let chars: Vec<char> = lower.chars().take(400).collect();
    let mut total: Option<f64> = None;
    let mut pending: Option<f64> = None;
    let mut i = 0;
    while i < chars.len() {
        if !chars[i].is_ascii_digit() {
            i += 1;
            continue;
        }
        let start = i;
        while i < chars.len()
            && (chars[i].is_ascii_digit()
                || matches!(chars[i], '.' | ',')
                    && chars.get(i + 1).is_some_and(char::is_ascii_digit))
        {
            i += 1;
        }
        let figure: String = chars[start..i].iter().filter(|c| **c != ',').collect();
        let Ok(figure) = figure.parse::<f64>() else {
            continue;
        };
        while i < chars.len() && matches!(chars[i], ' ' | '\u{a0}' | '-') && !is_range(&chars, i) {
            i += 1;
        }
        let unit: String = chars[i..].iter().take(12).collect();
        if let Some((factor, length)) = unit_of(&unit) {
            i += length;
            let value = figure * factor;
            match total {
                // `1h30m` and `1 hour 30 minutes` add up; anything later is another figure.
                Some(sum) if factor < 3600.0 && pending.is_none() && joined(&chars, start) => {
                    total = Some(sum + value);
                }
                Some(_) => break,
                None => total = Some(value),
            }
            pending = None;
        } else if total.is_none() {
            // `2-4 hours`: the first figure waits for its unit.
            pending = Some(figure);
        } else {
            break;
        }
    }
    total.map(|value| value as u64).or_else(|| {
        let zero = lower.contains("zero")
            || lower.contains("near-zero")
            || lower.trim() == "0"
            || lower.trim_start().starts_with("0 (");
        zero.then_some(0)
    })
}

/// A `timeout` attribute: a duration, or bare seconds.
pub(super) fn timeout_seconds(text: &str) -> Option<u64> {
    text.trim().parse().ok().or_else(|| seconds(text))
}

fn is_range(chars: &[char], at: usize) -> bool {
    chars[at] == '-'
        && chars
            .get(at + 1)
            .is_some_and(|c| c.is_ascii_digit() || *c == ' ')
}

/// Whether only a space or "and" lies between a unit and the figure at `start`.
fn joined(chars: &[char], start: usize) -> bool {
    let before: String = chars[start.saturating_sub(8)..start].iter().collect();
    let before = before.trim_end();
    !before.ends_with([',', ';', '/', '(', '-', '–', '|'])
        && !before.ends_with("to")
        && !before.ends_with("or")
}

fn unit_of(text: &str) -> Option<(f64, usize)> {
    const UNITS: &[(f64, &str)] = &[
        (0.001, "milliseconds|ms"),
        (
            1.0,
            "seconds|second|secs|sec|secondes|segundos|sekunden|giây|секунд|сек|秒|초",
        ),
        (
            60.0,
            "minutes|minute|minutos|minuten|mins|min|phút|минут|мин|分钟|分鐘|分|분",
        ),
        (
            3600.0,
            "hours|hour|hrs|hr|heures|heure|horas|hora|stunden|stunde|giờ|часов|часа|час|小时|小時|時間|시간",
        ),
        (
            86400.0,
            "days|day|jours|jour|días|dias|tage|tag|ngày|дней|день|дня|天|日|일",
        ),
        (
            604_800.0,
            "weeks|week|semaines|semanas|wochen|tuần|недель|недели|周|週間|주",
        ),
    ];
    for (factor, words) in UNITS {
        for word in list(words) {
            if text.starts_with(word) {
                return Some((*factor, word.chars().count()));
            }
        }
    }
    // One letter counts only where the word ends behind it.
    let mut chars = text.chars();
    let factor = match chars.next()? {
        's' => 1.0,
        'm' => 60.0,
        'h' => 3600.0,
        'd' => 86400.0,
        'w' => 604_800.0,
        _ => return None,
    };
    chars
        .next()
        .is_none_or(|c| !c.is_alphabetic())
        .then_some((factor, 1))
}

static RECOVERY_TIME: Phrases = Phrases::new(
    "recovery time|恢复时间|目標復旧時間|복구 시간|tiempo de recuperación|tempo de recuperação|\
    temps de reprise|wiederherstellungszeit|thời gian khôi phục|thời gian phục hồi|\
    время восстановления",
);

static RECOVERY_POINT: Phrases = Phrases::new(
    "recovery point|data loss tolerance|恢复点|目標復旧時点|복구 시점|punto de recuperación|\
    ponto de recuperação|point de reprise|wiederherstellungspunkt|điểm khôi phục|\
    точка восстановления",
);

/// Which objective a label or a table head names.
pub(super) fn kind_of(text: &str) -> Option<ObjectiveKind> {
    let lower = phrases::lower(text, 160);
    let word = |name: &str| {
        lower
            .split(|c: char| !c.is_alphanumeric())
            .any(|w| w == name)
    };
    let rto = word("rto") || RECOVERY_TIME.any(&lower);
    let rpo = word("rpo") || RECOVERY_POINT.any(&lower);
    match (rto, rpo) {
        (true, false) => Some(ObjectiveKind::Rto),
        (false, true) => Some(ObjectiveKind::Rpo),
        (true, true) | (false, false) => None,
    }
}

/// `**RTO:** 15 minutes`, `RTO < 1 hour`, `RPO (Recovery Point Objective): 5 minutes`: what and how long.
pub(super) fn statement(text: &str) -> Option<(ObjectiveKind, u64)> {
    // Most lines hold no figure, and no "zero".
    if !text.contains(|c: char| c.is_ascii_digit() || matches!(c, 'z' | 'Z')) {
        return None;
    }
    let plain = inline::plain(text);
    let at = plain.find([':', '：', '<', '≤', '=', '~', '≈', '-', '–', '—'])?;
    let (label, value) = plain.split_at(at);
    if label.chars().count() > 60 {
        return None;
    }
    Some((kind_of(label)?, seconds(value)?))
}

/// A severity as documents name it: `P0`, `SEV-1`, `Critical`.
pub(super) fn severity(text: &str) -> Option<String> {
    const SEPARATORS: [char; 3] = [':', '：', '='];
    if !text.contains(SEPARATORS) {
        return None;
    }
    let plain = inline::plain(text);
    let (label, value) = plain.split_at(plain.find(SEPARATORS)?);
    if label.chars().count() > 40 {
        return None;
    }
    let value = severity_value(value.trim_start_matches([':', '：', '=', ' ']).trim())?;
    lexicon::say(label)
        .is(lexicon::Topic::Severity)
        .then_some(value)
}

/// The code or word of a severity, out of "P0 (Critical)" or "🔴 Critical - all users".
pub(super) fn severity_value(value: &str) -> Option<String> {
    let value = value.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '[' && c != '<');
    if value.is_empty() || value.starts_with(['[', '<']) {
        return None;
    }
    let end = value
        .find(['(', '（', ',', ';', '/', '|', '—', '–', '.'])
        .unwrap_or(value.len());
    let mut head = value[..end].trim();
    if let Some(at) = head.find(" - ") {
        head = head[..at].trim();
    }
    for cut in [" if ", " when ", " for ", " unless "] {
        if let Some(at) = head.find(cut) {
            head = head[..at].trim();
        }
    }
    let known = code(head);
    if let Some(known) = known {
        return Some(known);
    }
    (head.split_whitespace().count() <= 3 && !head.is_empty()).then(|| head.to_owned())
}

/// `P0`, `SEV1`, `SEV-2`, `S3`, `Sev 1` at the front of a text.
pub(super) fn code(text: &str) -> Option<String> {
    let word = text.split_whitespace().next()?;
    let upper = word.to_uppercase();
    let trimmed = upper.trim_end_matches([':', ')', '.', ',']);
    let digits = trimmed.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '-');
    let letters = trimmed[..trimmed.len() - digits.len()].trim_end_matches('-');
    if digits.len() == 1
        && digits.bytes().all(|b| b.is_ascii_digit())
        && matches!(letters, "P" | "S" | "SEV" | "SEVERITY" | "L" | "PRIO")
    {
        return Some(word.trim_end_matches([':', ')', '.', ',']).to_owned());
    }
    let mut words = text.split_whitespace();
    if let (Some(first), Some(second)) = (words.next(), words.next())
        && matches!(
            first.to_uppercase().as_str(),
            "SEV" | "SEVERITY" | "PRIORITY"
        )
        && let Some(digit) = second
            .trim_end_matches([':', ')', ',', '.'])
            .parse::<u8>()
            .ok()
            .filter(|d| *d < 10)
    {
        return Some(format!("{first} {digit}"));
    }
    None
}

/// Objectives that a document states for classes of things, or for all.
pub(super) fn gather(outline: &Outline, covered: &dyn Fn(usize) -> bool) -> Vec<Objective> {
    let mut found = Vec::new();
    for (id, section) in outline.sections.iter().enumerate() {
        if covered(id) {
            // A scenario's own statements are its own; a table by service says more than that.
            for node in &section.nodes {
                if let Kind::Table { rows } = &node.kind
                    && rows
                        .first()
                        .is_some_and(|head| head.cells.iter().skip(1).any(|c| kind_of(c).is_some()))
                {
                    table(rows, &mut found);
                }
            }
            continue;
        }
        let of_title = kind_of(&section.title)
            .or_else(|| section.parent.and_then(|p| kind_of(&outline.at(p).title)));
        for node in &section.nodes {
            match &node.kind {
                Kind::Item {
                    text,
                    marker: Marker::Bullet | Marker::Ordered(_),
                } => {
                    list_item(text, node.line, of_title, &mut found);
                }
                Kind::Paragraph { lines } => {
                    for line in lines {
                        paragraph_line(&line.text, line.line, section, of_title, &mut found);
                    }
                }
                Kind::Table { rows } => table(rows, &mut found),
                Kind::Item { .. } | Kind::Heading { .. } | Kind::Fence(_) | Kind::Rule => {}
            }
        }
    }
    found
}

fn list_item(text: &str, line: u32, of_title: Option<ObjectiveKind>, found: &mut Vec<Objective>) {
    let plain = inline::plain(text);
    let Some((label, value)) = plain.split_once([':', '：']) else {
        if let Some((kind, seconds)) = statement(text) {
            found.push(objective(kind, "all", Some(seconds), line));
        }
        return;
    };
    let scope_free = kind_of(label);
    if let Some(kind) = scope_free {
        found.push(objective(kind, &scope_of(label), seconds(value), line));
        return;
    }
    // `Database: RTO 1 hour, RPO 5 minutes`
    let mut both = false;
    for part in value.split([',', ';', '|', '/']) {
        if let Some(kind) = kind_of(part)
            && let Some(seconds) = seconds(part)
        {
            found.push(objective(kind, label.trim(), Some(seconds), line));
            both = true;
        }
    }
    if !both && let Some(kind) = of_title {
        found.push(objective(kind, label.trim(), seconds(value), line));
    }
}

fn paragraph_line(
    text: &str,
    line: u32,
    section: &super::outline::Section,
    of_title: Option<ObjectiveKind>,
    found: &mut Vec<Objective>,
) {
    let mut any = false;
    for part in text.split(['|', ';']) {
        if let Some((kind, seconds)) = statement(part) {
            let plain = inline::plain(part);
            let label = plain
                .split([':', '：', '<', '='])
                .next()
                .unwrap_or_default();
            found.push(objective(kind, &scope_of(label), Some(seconds), line));
            any = true;
        }
    }
    if !any
        && let Some(kind) = of_title
        && kind_of(&section.title).is_some()
        && let Some(seconds) = seconds(text)
        && text.chars().count() <= 80
    {
        found.push(objective(kind, "all", Some(seconds), line));
    }
}

/// What a label says beside the objective's own words.
fn scope_of(label: &str) -> String {
    let rest: Vec<&str> = label
        .split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ':' | '/' | '*'))
        .filter(|w| {
            !w.is_empty()
                && !matches!(
                    w.to_lowercase().as_str(),
                    "rto"
                        | "rpo"
                        | "recovery"
                        | "time"
                        | "point"
                        | "objective"
                        | "objectives"
                        | "target"
                        | "targets"
                        | "goal"
                        | "max"
                        | "maximum"
                        | "expected"
                        | "estimated"
                        | "our"
                        | "-"
                        | "for"
                )
        })
        .collect();
    if rest.is_empty() {
        "all".to_owned()
    } else {
        rest.join(" ")
    }
}

fn table(rows: &[Row], found: &mut Vec<Objective>) {
    let Some(head) = rows.first() else {
        return;
    };
    let kinds: Vec<Option<ObjectiveKind>> = head
        .cells
        .iter()
        .map(|c| kind_of(&inline::plain(c)))
        .collect();
    for row in &rows[1..] {
        let scope = row
            .cells
            .first()
            .map(|c| inline::plain(c))
            .unwrap_or_default();
        let by_column = kinds.iter().any(Option::is_some);
        if by_column {
            for (kind, cell) in kinds.iter().zip(&row.cells) {
                if let Some(kind) = kind {
                    found.push(objective(
                        *kind,
                        &scope,
                        seconds(&inline::plain(cell)),
                        row.line,
                    ));
                }
            }
        } else if let Some(kind) = kind_of(&scope) {
            // A row of its own: `| RTO | 1 hour |`.
            if let Some(cell) = row
                .cells
                .iter()
                .skip(1)
                .find_map(|c| seconds(&inline::plain(c)))
            {
                found.push(objective(kind, &scope_of(&scope), Some(cell), row.line));
            }
        }
    }
}

/// Whether a word of a scope names nothing by itself: every title could hold it.
pub(super) fn is_generic(word: &str) -> bool {
    matches!(
        word,
        "failure"
            | "failures"
            | "service"
            | "services"
            | "system"
            | "systems"
            | "outage"
            | "outages"
            | "incident"
            | "incidents"
            | "recovery"
            | "loss"
            | "down"
            | "error"
            | "errors"
            | "disaster"
            | "complete"
            | "full"
            | "total"
            | "partial"
            | "critical"
            | "issue"
            | "issues"
            | "problem"
            | "component"
            | "components"
            | "production"
            | "platform"
            | "and"
            | "the"
    )
}

fn objective(kind: ObjectiveKind, scope: &str, seconds: Option<u64>, line: u32) -> Objective {
    Objective {
        kind,
        scope: scope.to_owned(),
        seconds,
        line,
    }
}

/// What a document says its severities mean: `- **P0 (Critical):** Complete system outage`.
pub(super) fn severities(outline: &Outline) -> Vec<SeverityMeaning> {
    let mut found = Vec::new();
    for section in &outline.sections {
        if !section.said.is(lexicon::Topic::Severity) {
            continue;
        }
        for node in &section.nodes {
            match &node.kind {
                Kind::Item { text, .. } => {
                    let plain = inline::plain(text);
                    if let Some((label, meaning)) = plain.split_once([':', '：'])
                        && let Some(severity) = severity_value(label)
                    {
                        found.push(SeverityMeaning {
                            severity,
                            meaning: meaning.trim().to_owned(),
                            line: node.line,
                        });
                    }
                }
                Kind::Table { rows } => {
                    for row in rows.iter().skip(1) {
                        let cells: Vec<String> =
                            row.cells.iter().map(|c| inline::plain(c)).collect();
                        if let Some(severity) = cells.first().and_then(|c| severity_value(c)) {
                            found.push(SeverityMeaning {
                                severity,
                                meaning: cells.get(1).cloned().unwrap_or_default(),
                                line: row.line,
                            });
                        }
                    }
                }
                Kind::Paragraph { .. } | Kind::Heading { .. } | Kind::Fence(_) | Kind::Rule => {}
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (text, expected) in [
            ("< 1 hour", Some(3600)),
            ("15 minutes", Some(900)),
            ("5 minutes (with replication)", Some(300)),
            ("1 hour (based on backup frequency)", Some(3600)),
            ("2-4 hours", Some(14400)),
            ("5–10 min", Some(600)),
            ("1h30m", Some(5400)),
            ("1 hour 30 minutes", Some(5400)),
            ("30 分钟", Some(1800)),
            ("24h", Some(86400)),
            ("0 (synchronous replication)", Some(0)),
            ("near-zero", Some(0)),
            ("as soon as possible", None),
            ("24 hours (SQLite) / 1 hour (PostgreSQL)", Some(86400)),
            ("< 15 min", Some(900)),
            ("1.5 hours", Some(5400)),
            ("3 members", None),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }

    #[test]
    fn statements_and_severities() {
        assert_eq!(
            statement("**RTO:** 15 minutes"),
            Some((ObjectiveKind::Rto, 900))
        );
        assert_eq!(
            statement("RPO (Recovery Point Objective): 5 min"),
            Some((ObjectiveKind::Rpo, 300))
        );
        assert_eq!(
            statement("**Expected Recovery Time**: 2-4 hours"),
            Some((ObjectiveKind::Rto, 14400))
        );
        assert_eq!(statement("RTO and RPO are figures"), None);
        assert_eq!(severity("**Severity:** P0").as_deref(), Some("P0"));
        assert_eq!(
            severity("Severity: **P1** if multiple nodes, **P2** else").as_deref(),
            Some("P1")
        );
        assert_eq!(
            severity("**Severity**: 🔴 Critical (page)").as_deref(),
            Some("Critical")
        );
        assert_eq!(severity("**Severity:** SEV-2").as_deref(), Some("SEV-2"));
        assert_eq!(severity("**Owner:** ana"), None);
    }
}
