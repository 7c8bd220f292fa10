//! Recovery objectives, as people write them: in a line, in a list by service, in a table.

mod duration;
mod severity;

use duration::seconds;
pub(super) use duration::timeout_seconds;
pub(super) use severity::{code, severities, severity};

use super::outline::Outline;
use super::phrases::{self, Phrases};
use super::scan::{Kind, Marker, Row};
use super::{Objective, ObjectiveKind, inline};

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
        lower.contains(name)
            && lower
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements() {
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
    }
}
