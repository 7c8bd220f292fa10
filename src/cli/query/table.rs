//! Rows as a table for a person: aligned, one line a row, long values cut.

use std::fmt::Write;
use tokio_postgres::SimpleQueryMessage;
use unicode_width::UnicodeWidthStr;

/// The widest a column gets, in cells.
const WIDEST: usize = 60;

/// Renders everything that a query answered: each result set, then what it changed.
pub fn render(messages: &[SimpleQueryMessage]) -> String {
    let mut out = String::new();
    let mut head: Vec<String> = Vec::new();
    let mut rows: Vec<Vec<String>> = Vec::new();
    for message in messages {
        match message {
            SimpleQueryMessage::RowDescription(columns) => {
                head = columns
                    .iter()
                    .map(|column| cell(Some(column.name())))
                    .collect();
                rows.clear();
            }
            SimpleQueryMessage::Row(row) => {
                rows.push((0..row.len()).map(|index| cell(row.get(index))).collect());
            }
            SimpleQueryMessage::CommandComplete(count) => {
                if head.is_empty() {
                    _ = writeln!(out, "{count} rows affected");
                } else {
                    lay_out(&head, &rows, &mut out);
                    head.clear();
                }
            }
            _ => {}
        }
    }
    out
}

fn cell(value: Option<&str>) -> String {
    let Some(value) = value else {
        return "∅".into();
    };
    let clean = crate::mask::printable(value);
    if clean.width() <= WIDEST {
        return clean.into_owned();
    }
    let mut short = String::new();
    for character in clean.chars() {
        if short.width() + 2 > WIDEST {
            break;
        }
        short.push(character);
    }
    short + "…"
}

fn lay_out(head: &[String], rows: &[Vec<String>], out: &mut String) {
    let widths: Vec<usize> = head
        .iter()
        .enumerate()
        .map(|(index, name)| {
            rows.iter()
                .filter_map(|row| row.get(index))
                .map(|value| value.width())
                .max()
                .unwrap_or(0)
                .max(name.width())
        })
        .collect();
    let line = |cells: &[String]| {
        let padded: Vec<String> = cells
            .iter()
            .zip(&widths)
            .map(|(value, width)| {
                format!("{value}{}", " ".repeat(width.saturating_sub(value.width())))
            })
            .collect();
        padded.join(" │ ").trim_end().to_owned()
    };
    _ = writeln!(out, "{}", line(head));
    let rules: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
    _ = writeln!(out, "{}", rules.join("─┼─"));
    for row in rows {
        _ = writeln!(out, "{}", line(row));
    }
    _ = writeln!(
        out,
        "({} {})",
        rows.len(),
        if rows.len() == 1 { "row" } else { "rows" }
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_long_values_are_cut() {
        let mut out = String::new();
        lay_out(
            &["pid".into(), "query".into()],
            &[
                vec!["1".into(), "é".into()],
                vec!["4711".into(), "select".into()],
            ],
            &mut out,
        );
        assert_eq!(
            out,
            "pid  │ query\n─────┼───────\n1    │ é\n4711 │ select\n(2 rows)\n"
        );
        assert_eq!(cell(Some(&"x".repeat(80))).width(), 60);
        assert_eq!(cell(None), "∅");
    }
}
