//! A block of SQL, or a session at a database's prompt.

use super::Judged;
use crate::runbook::commands::{self, Looks};
use crate::runbook::{Role, transcript};

/// Whether the statements of an unlabelled or shell block are SQL.
pub(super) fn is_sql(said: &[&str]) -> bool {
    let text = said.join("\n");
    let text = text.trim_start();
    let start = said.iter().position(|l| !l.trim_start().starts_with("--"));
    let Some(start) = start else {
        return false;
    };
    commands::looks_like_sql(&said[start..].join("\n")) && !text.starts_with("SELECT a ")
}

pub(super) fn sql_block(lines: &[&str]) -> Option<Judged> {
    if let Some(session) = transcript::read(lines, false)
        && !session.typed.is_empty()
    {
        return Some(from_session(session));
    }
    let said = lines.iter().filter(|l| {
        let text = l.trim();
        !(text.is_empty()
            || text.starts_with("--")
            || text.starts_with("/*")
            || text.starts_with('#'))
    });
    let text = || {
        lines
            .iter()
            .enumerate()
            .map(|(i, l)| (i, (*l).to_owned()))
            .collect::<Vec<_>>()
    };
    let count = said.clone().count();
    if count == 0 {
        return Some(Judged {
            role: Role::Unknown,
            text: text(),
            ..Judged::default()
        });
    }
    // A shell line under an SQL label: `psql -c …`.
    let shell = said.clone().next().is_some_and(|l| {
        commands::looks(l) == Looks::Command && !commands::looks_like_sql(&lines.join("\n"))
    });
    if shell {
        return Some(Judged {
            role: Role::Command,
            text: text(),
            ..Judged::default()
        });
    }
    Some(Judged {
        role: Role::Query,
        text: text(),
        ..Judged::default()
    })
}

pub(super) fn from_session(session: transcript::Transcript) -> Judged {
    let role = if session.sql {
        Role::Query
    } else {
        Role::Command
    };
    let expected = session.printed.join("\n");
    let expected = expected.trim_matches('\n');
    Judged {
        role,
        text: session.typed,
        expected: (!expected.trim().is_empty()).then(|| expected.to_owned()),
        interpreter: None,
    }
}
