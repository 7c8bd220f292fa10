//! Tables that say what to do: steps by number ("Step | Action"), or what to do about what ("Symptom | Cause | Fix").
//!
//! Told by the words of their heads, in every language that the lexicon reads. It must not know sections.

use super::inline;
use super::lexicon::{self, Said, Topic};
use super::scan::Row;

/// A row that tells somebody what to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub when: When,
    /// As the author dressed it.
    pub text: String,
    /// What stands in the other columns, under its head.
    pub beside: Vec<String>,
    pub line: u32,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum When {
    /// One after the other.
    Step(u32),
    /// If this is what is wrong.
    Trouble(String),
}

/// The rows of such a table; none where it is another.
pub(super) fn told(rows: &[Row]) -> Vec<Told> {
    // One row makes no table of them.
    let Some((head, rows)) = rows.split_first().filter(|(_, rows)| rows.len() > 1) else {
        return Vec::new();
    };
    let said: Vec<Said> = head
        .cells
        .iter()
        .map(|cell| lexicon::say(&inline::plain(cell)))
        .collect();
    let graded = said.iter().any(|s| {
        matches!(
            s.topic,
            Some(Topic::Severity | Topic::Objectives | Topic::Contacts | Topic::Impact)
        ) || lexicon::list("risk|likelihood|probability").any(|w| s.name.eq_ignore_ascii_case(w))
    });
    if graded {
        return Vec::new();
    }
    let table = Table { head, rows, said };
    let remedies = table.remedies();
    if remedies.is_empty() {
        table.steps()
    } else {
        remedies
    }
}

struct Table<'r> {
    head: &'r Row,
    rows: &'r [Row],
    said: Vec<Said>,
}

impl Table<'_> {
    fn remedies(&self) -> Vec<Told> {
        let said = || self.said.iter();
        let trouble =
            said().position(|s| s.is(Topic::Detection) || s.is(Topic::Scenarios) || s.failure);
        let (Some(trouble), Some(remedy)) = (trouble, said().rposition(does)) else {
            return Vec::new();
        };
        if remedy <= trouble {
            return Vec::new();
        }
        let told: Vec<Told> = self
            .rows
            .iter()
            .map(|row| Told {
                when: When::Trouble(inline::plain(cell(row, trouble))),
                text: cell(row, remedy).to_owned(),
                beside: self.beside(row, &[trouble, remedy]),
                line: row.line,
            })
            .filter(|told| {
                let named = matches!(&told.when, When::Trouble(t) if !t.is_empty());
                named && !told.text.is_empty()
            })
            .collect();
        // A table that only points to where the remedies stand.
        let points = told.iter().filter(|t| t.text.contains("](#")).count();
        let worded = told
            .iter()
            .filter(|t| t.text.split_whitespace().count() >= 2)
            .count();
        if told.len() < 2 || points * 2 >= told.len() || worded * 2 < told.len() {
            return Vec::new();
        }
        told
    }

    /// "Step | Action" with 1, 2, 3 in its first column.
    fn steps(&self) -> Vec<Told> {
        let counted = (1_u32..).zip(self.rows).all(|(n, row)| {
            let number = inline::plain(cell(row, 0));
            number.trim_end_matches(['.', ')']).parse() == Ok(n)
        });
        let action = (1..self.head.cells.len()).find(|at| {
            let orders = self
                .rows
                .iter()
                .filter(|row| lexicon::say(&inline::plain(cell(row, *at))).imperative)
                .count();
            self.said.get(*at).is_some_and(does) || orders * 2 > self.rows.len()
        });
        let Some(action) = action.filter(|_| counted && self.rows.len() >= 2) else {
            return Vec::new();
        };
        (1_u32..)
            .zip(self.rows)
            .map(|(n, row)| Told {
                when: When::Step(n),
                text: cell(row, action).to_owned(),
                beside: self.beside(row, &[0, action]),
                line: row.line,
            })
            .collect()
    }

    /// The other cells of a row that say something, as the author dressed them.
    fn beside(&self, row: &Row, taken: &[usize]) -> Vec<String> {
        (0..row.cells.len())
            .filter(|at| !taken.contains(at) && !cell(row, *at).is_empty())
            .map(|at| format!("{}: {}", inline::plain(cell(self.head, at)), cell(row, at)))
            .collect()
    }
}

fn cell(row: &Row, at: usize) -> &str {
    row.cells.get(at).map_or("", |c| c.trim())
}

/// "Action", "Fix", "What to do".
fn does(said: &Said) -> bool {
    said.whole && (said.is(Topic::Recovery) || said.is(Topic::Rollback))
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
        let got = told(&rows);
        let got: Vec<(String, &str)> = got
            .iter()
            .map(|r| match &r.when {
                When::Trouble(trouble) => (trouble.clone(), r.text.as_str()),
                When::Step(n) => (n.to_string(), r.text.as_str()),
            })
            .collect();
        let want: Vec<(String, &str)> = want
            .iter()
            .map(|(when, text)| ((*when).to_owned(), *text))
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
    fn a_row_for_each_step() {
        check(
            &["Step | Action", "1 | Check the console", "2 | Start it"],
            &[("1", "Check the console"), ("2", "Start it")],
        );
        check(
            &[
                "# | Who | What",
                "1. | SRE | Stop the writers",
                "2. | SRE | `pg_ctl promote`",
            ],
            &[],
        );
        check(
            &[
                "# | Task | Owner",
                "1 | Stop the writers | SRE",
                "2 | Promote the standby | DBA",
            ],
            &[("1", "Stop the writers"), ("2", "Promote the standby")],
        );
        check(
            &[
                "# | Risk | Mitigation",
                "1 | Fire | water it",
                "2 | Flood | drain it",
            ],
            &[],
        );
        check(
            &["# | Name | Size", "1 | base | 3 GB", "2 | queue | 1 GB"],
            &[],
        );
        check(&["Step | Action", "1 | Check it", "3 | Start it"], &[]);
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
