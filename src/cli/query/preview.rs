//! What a query would touch, looked up without touching it.
//!
//! A function with side effects acts even in a transaction that is rolled back, so the query itself is never run:
//! only what it would select from is. Where that cannot be told apart for certain, there is no preview.

use super::{choose, reach, table};
use crate::config::Config;
use crate::runbook::Risk;
use crate::runbook::shell::classify_sql;

/// The rows a changing query would touch, as a table; `None` where that cannot be looked up safely.
pub async fn preview(config: &Config, text: &str) -> Option<String> {
    if classify_sql(text).risk == Risk::Read {
        return None;
    }
    let looking = rewrite(text)?;
    // The look itself must be beyond doubt: the WHERE of a query can act, too.
    if classify_sql(&looking).risk != Risk::Read {
        return None;
    }
    let (component, postgres) = choose(config, None).ok()?;
    let (host, client) = reach(component, postgres, false).await.ok()?;
    client
        .batch_execute("BEGIN READ ONLY; SET LOCAL statement_timeout = '3s'")
        .await
        .ok()?;
    match client.simple_query(&looking).await {
        Ok(messages) => Some(format!(
            "would touch, on {host}:\n{}",
            table::render(&messages)
        )),
        Err(error) => Some(format!(
            "what it would touch could not be looked up: {error}"
        )),
    }
}

/// A query that selects what `text` would touch: for one `SELECT`, `DELETE` or `UPDATE` of plain form.
pub fn rewrite(text: &str) -> Option<String> {
    let words = words(text)?;
    let at = |name: &str| {
        words
            .iter()
            .find(|(_, word)| word == name)
            .map(|(offset, _)| *offset)
    };
    let ends = ["returning", "order", "group", "limit", "offset", "for"]
        .iter()
        .filter_map(|name| at(name))
        .min()
        .unwrap_or(text.len());
    let tail = |from: usize| {
        text.get(from..)
            .map(|rest| rest.trim().trim_end_matches(';').to_owned())
    };
    let until = |from: usize, to: usize| {
        text.get(from..to)
            .map(|rest| rest.trim().trim_end_matches(';').to_owned())
    };
    match words.first()?.1.as_str() {
        "select" => Some(format!("SELECT * {} LIMIT 20", until(at("from")?, ends)?)),
        "delete" => {
            let from = at("from")?;
            if at("using").is_some() {
                return None;
            }
            Some(format!("SELECT * {} LIMIT 20", until(from, ends)?))
        }
        "update" => {
            if at("from").is_some() {
                return None;
            }
            let table = until(words.first()?.0 + "update".len(), at("set")?)?;
            let condition = at("where").map_or(Some(String::new()), |from| until(from, ends))?;
            Some(format!("SELECT * FROM {table} {condition} LIMIT 20"))
        }
        "truncate" => {
            let table = tail(words.first()?.0 + "truncate".len())?;
            let table = table
                .strip_prefix("table ")
                .or_else(|| table.strip_prefix("TABLE "))
                .unwrap_or(&table)
                .to_owned();
            (!table.contains([',', ' '])).then(|| format!("SELECT count(*) AS rows FROM {table}"))
        }
        _ => None,
    }
}

/// The words outside parentheses, quotes and comments, in lower case, with their offsets; `None` for more than
/// one statement or anything this reader is not certain of.
fn words(text: &str) -> Option<Vec<(usize, String)>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let (mut index, mut depth) = (0, 0_i32);
    while let Some(byte) = bytes.get(index) {
        match byte {
            b'\'' | b'"' => {
                index = bytes
                    .iter()
                    .skip(index + 1)
                    .position(|other| other == byte)?
                    + index
                    + 1;
            }
            b'-' if bytes.get(index + 1) == Some(&b'-') => return None,
            b'/' if bytes.get(index + 1) == Some(&b'*') => return None,
            b'$' | b'\\' => return None,
            b'(' => depth += 1,
            b')' => depth -= 1,
            b';' if !text.get(index + 1..)?.trim().is_empty() => return None,
            letter if letter.is_ascii_alphabetic() || *letter == b'_' => {
                let length = bytes
                    .iter()
                    .skip(index)
                    .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
                    .count();
                if depth == 0 {
                    found.push((index, text.get(index..index + length)?.to_ascii_lowercase()));
                }
                index += length - 1;
            }
            _ => {}
        }
        index += 1;
    }
    (depth == 0).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(rewrite(text).as_deref(), expected, "{text}");
    }

    #[test]
    fn the_look_never_holds_what_acts() {
        check(
            "SELECT pg_terminate_backend(pid)\nFROM pg_stat_activity\nWHERE state = 'idle in transaction'\n  AND query_start < NOW() - INTERVAL '5 minutes';",
            Some(
                "SELECT * FROM pg_stat_activity\nWHERE state = 'idle in transaction'\n  AND query_start < NOW() - INTERVAL '5 minutes' LIMIT 20",
            ),
        );
        check(
            "DELETE FROM jobs WHERE id = 3 RETURNING id",
            Some("SELECT * FROM jobs WHERE id = 3 LIMIT 20"),
        );
        check(
            "update jobs set state = 'x' where id in (select id from old)",
            Some("SELECT * FROM jobs where id in (select id from old) LIMIT 20"),
        );
        check("TRUNCATE jobs;", Some("SELECT count(*) AS rows FROM jobs"));
        check("DELETE FROM a; DROP TABLE b", None);
        check("DELETE FROM a USING b WHERE a.id = b.id", None);
        check("DROP TABLE a", None);
        check("DELETE FROM a -- all of it", None);
        check("SELECT pg_promote()", None);
    }
}
