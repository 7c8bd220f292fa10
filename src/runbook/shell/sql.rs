//! What a piece of SQL would do: a lexer that knows comments and every kind of quote, and a judge on top.
//!
//! It must not know where the SQL comes from. The functions with side effects are data, in `table.toml`.

pub(super) mod lex;
mod psql;
mod statement;

use super::Assessment;
use super::judge::Judge;
use crate::runbook::Risk;
use lex::Dialect;

/// Judges SQL, each statement by itself; the worst one is the block's.
pub(super) fn judge(judge: &mut Judge<'_>, text: &str) {
    // What ends a string or begins a comment differs between servers: the worse reading is believed.
    let mut dialects = vec![Dialect::default()];
    if text.contains("\\'") || text.contains("\\\"") {
        dialects.push(Dialect {
            backslashes: true,
            ..Dialect::default()
        });
    }
    if text.contains('#') {
        dialects.push(Dialect {
            hash_comments: true,
            ..Dialect::default()
        });
        dialects.push(Dialect {
            hash_comments: true,
            backslashes: true,
        });
    }
    for dialect in dialects {
        let (tokens, closed) = lex::lex(text, dialect);
        if !closed {
            judge.add(
                Risk::Unknown,
                "a quote or comment of the SQL does not end".to_owned(),
            );
        }
        for statement in statement::split(&tokens) {
            statement::judge(judge, statement, 0);
        }
    }
}

/// Judges an SQL block.
pub(super) fn assess(text: &str) -> Assessment {
    let table = super::RiskTable::default();
    let mut found = Judge::new(&table);
    judge(&mut found, text);
    super::assessment(found)
}
