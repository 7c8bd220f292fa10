//! Which rules a line calls for, and what they find in it.

use super::triggers::Known;
use super::{keys, shapes, tools};
use std::ops::Range;

/// A set of rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rules(u16);

impl Rules {
    pub const NONE: Rules = Rules(0);
    /// `scheme://user:PASSWORD@host`.
    pub const URL: Rules = Rules(1);
    /// `PGPASSWORD=…`, `"password": "…"`.
    pub const KEY: Rules = Rules(1 << 1);
    /// `--token …`.
    pub const FLAG: Rules = Rules(1 << 2);
    /// The options and commands of known programs.
    pub const TOOL: Rules = Rules(1 << 3);
    /// `PASSWORD '…'`, `IDENTIFIED BY '…'`.
    pub const SQL: Rules = Rules(1 << 4);
    /// `host:port:database:user:PASSWORD`.
    pub const PGPASS: Rules = Rules(1 << 5);
    /// `Authorization: …`, `Bearer …`, `Cookie: …`.
    pub const AUTHORIZATION: Rules = Rules(1 << 6);
    /// Tokens that are known by their looks.
    pub const SHAPE: Rules = Rules(1 << 7);
    /// `-----BEGIN … PRIVATE KEY-----`.
    pub const PEM: Rules = Rules(1 << 8);
    /// What the caller named.
    pub const NAMED: Rules = Rules(1 << 9);

    pub const fn and(self, other: Rules) -> Rules {
        Rules(self.0 | other.0)
    }

    pub const fn has(self, other: Rules) -> bool {
        self.0 & other.0 != 0
    }
}

/// A line without its end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    pub bytes: &'a [u8],
    /// It is the rest of a line that was too long to be held.
    pub continued: bool,
}

/// What is to be hidden, in order and without overlaps.
pub(super) fn find(line: Line<'_>, rules: Rules, known: &Known) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    if rules.has(Rules::NAMED)
        && let Some(secrets) = &known.secrets
    {
        found.extend(secrets.find_iter(line.bytes).map(|m| m.range()));
    }
    type Rule = fn(Line<'_>, &mut Vec<Range<usize>>);
    let table: [(Rules, Rule); 9] = [
        (Rules::URL, shapes::url),
        (Rules::KEY, keys::assignments),
        (Rules::FLAG, keys::flags),
        (Rules::TOOL, tools::commands),
        (Rules::SQL, tools::sql),
        (Rules::PGPASS, tools::pgpass),
        (Rules::AUTHORIZATION, shapes::authorization),
        (Rules::SHAPE, shapes::tokens),
        (Rules::PEM, shapes::pem),
    ];
    for (rule, look) in table {
        if rules.has(rule) {
            look(line, &mut found);
        }
    }
    merge(found)
}

fn merge(mut found: Vec<Range<usize>>) -> Vec<Range<usize>> {
    found.retain(|range| !range.is_empty());
    found.sort_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(found.len());
    for range in found {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            Some(_) | None => merged.push(range),
        }
    }
    merged
}
