//! Tables that say what to do about what: "Symptom | Cause | Fix".
//!
//! Told by the words of their heads, in every language that the lexicon reads. It must not know sections.

use super::lexicon::{self, Topic};
use super::scan::Row;
use super::{Line, inline};

/// A row: what is wrong, and what is done about it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Remedy {
    pub trouble: String,
    /// As the author dressed it.
    pub told: String,
    /// What stands in the other columns, under its head.
    pub beside: Vec<String>,
    pub line: u32,
}

/// The rows of such a table; none where it is another, or where it only points to where the remedies stand.
pub(super) fn remedies(rows: &[Row]) -> Vec<Remedy> {
    // One row makes no table of them.
    let Some((head, rows)) = rows.split_first().filter(|(_, rows)| rows.len() > 1) else {
        return Vec::new();
    };
    let said: Vec<_> = head
        .cells
        .iter()
        .map(|cell| lexicon::say(&inline::plain(cell)))
        .collect();
    let graded = said
        .iter()
        .any(|s| s.is(Topic::Severity) || s.is(Topic::Objectives) || s.is(Topic::Contacts));
    let trouble = said
        .iter()
        .position(|s| s.is(Topic::Detection) || s.is(Topic::Scenarios) || s.failure);
    let remedy = said
        .iter()
        .rposition(|s| s.whole && (s.is(Topic::Recovery) || s.is(Topic::Rollback)));
    let (Some(trouble), Some(remedy)) = (trouble, remedy) else {
        return Vec::new();
    };
    if graded || remedy <= trouble {
        return Vec::new();
    }
    let cell = |row: &Row, at: usize| row.cells.get(at).map_or("", |c| c.trim()).to_owned();
    let told: Vec<Remedy> = rows
        .iter()
        .map(|row| Remedy {
            trouble: inline::plain(&cell(row, trouble)),
            told: cell(row, remedy),
            beside: (0..row.cells.len())
                .filter(|at| *at != trouble && *at != remedy)
                .filter(|at| !cell(row, *at).is_empty())
                .map(|at| {
                    let name = head.cells.get(at).map_or("", |c| c.trim());
                    format!("{}: {}", inline::plain(name), inline::plain(&cell(row, at)))
                })
                .collect(),
            line: row.line,
        })
        .filter(|told| !told.trouble.is_empty() && !told.told.is_empty())
        .collect();
    let points = told.iter().filter(|t| t.told.contains("](#")).count();
    let words = |t: &&Remedy| t.told.split_whitespace().count() >= 2;
    if told.len() < 2
        || points * 2 >= told.len()
        || told.iter().filter(words).count() * 2 < told.len()
    {
        return Vec::new();
    }
    told
}

impl Remedy {
    /// The other columns, a line each.
    pub(super) fn lines(&self) -> impl Iterator<Item = Line> {
        self.beside.iter().map(|text| Line {
            text: text.clone(),
            line: self.line,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(table: &[&str], want: &[(&str, &str)]) {
        let rows: Vec<Row> = (1_u32..)
            .zip(table)
            .map(|(line, row)| Row {
                line,
                cells: row.split('|').map(|c| c.trim().to_owned()).collect(),
            })
            .collect();
        let got = remedies(&rows);
        let got: Vec<(&str, &str)> = got
            .iter()
            .map(|r| (r.trouble.as_str(), r.told.as_str()))
            .collect();
        assert_eq!(got, want, "{table:?}");
    }

    #[test]
    fn a_row_for_each_trouble() {
        check(
            &[
                "Symptom | Cause | Fix",
                "502 | pool empty | restart `pgbouncer`",
                "Slow | lag | wait for it",
            ],
            &[("502", "restart `pgbouncer`"), ("Slow", "wait for it")],
        );
        check(
            &[
                "症状 | 対応",
                "遅い | `systemctl restart shop` を実行",
                "502 | Nginx の 再起動",
            ],
            &[
                ("遅い", "`systemctl restart shop` を実行"),
                ("502", "Nginx の 再起動"),
            ],
        );
        check(
            &[
                "Проблема | Решение",
                "Нет места | удалить старые копии",
                "Нет сети | позвать дежурного",
            ],
            &[
                ("Нет места", "удалить старые копии"),
                ("Нет сети", "позвать дежурного"),
            ],
        );
    }

    #[test]
    fn other_tables_are_none() {
        check(
            &[
                "Severity | Symptom | Response",
                "P1 | all down | call all",
                "P2 | slow | call one",
            ],
            &[],
        );
        check(
            &[
                "Scenario | RTO | Procedure",
                "Base lost | 1 h | restore it",
                "Site lost | 4 h | move it",
            ],
            &[],
        );
        check(
            &[
                "Scenario | Procedure",
                "Base lost | [here](#base) now",
                "Site lost | [there](#site) now",
            ],
            &[],
        );
        check(&["Command | Use", "`a` | to look", "`b` | to see"], &[]);
        check(&["Symptom | Fix"], &[]);
    }
}
