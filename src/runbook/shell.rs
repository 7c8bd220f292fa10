//! What a command would do: a real bash parser, a table of programs and verbs, and reasons in words.
//!
//! PURE. It must never call something that destroys `read`; what it does not know is `unknown`.
//!
//! In reading order: `tree` (the parser) → `scan` and `word` (quotes, variables) → `scope` (what the text says
//! about its own variables) → `walk` (every command of the tree) → `judge` (one command, by `table.toml`) →
//! `programs` (what a table cannot say) and `sql`. `substitute` puts values into a text as data; `calls` lists the
//! commands as they stand.

mod calls;
mod heredoc;
mod hole;
mod judge;
mod options;
mod programs;
mod redirect;
mod rules;
mod scan;
mod scope;
mod sql;
mod substitute;
mod table;
mod tree;
mod walk;
mod word;

#[cfg(test)]
mod tests;

use super::Risk;
use judge::Judge;
use std::collections::BTreeMap;

pub use calls::{Argument, Call, Output, Setting, calls, every_call, is_known, known_programs};
pub use substitute::{substitute, substitute_sql};

/// Programs and verbs with their level; a team extends it in its config.
#[derive(Debug, Clone, Default)]
pub struct RiskTable {
    extra: BTreeMap<String, Risk>,
}

impl RiskTable {
    /// The shipped table with a team's own lines (`"mytool purge"` → level) in front.
    ///
    /// A line is a program and what must be there: words in order, `|` between alternatives, `*` for any word,
    /// options anywhere (`"mytool load --force"`). The line that asks for most is believed, and it is believed
    /// over the shipped table.
    pub fn with(extra: BTreeMap<String, Risk>) -> Self {
        RiskTable { extra }
    }

    pub fn extra(&self) -> &BTreeMap<String, Risk> {
        &self.extra
    }
}

/// What a block would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assessment {
    pub risk: Risk,
    /// In words, worst first: "`delete pvc` removes a volume claim".
    pub reasons: Vec<String>,
    /// It opens a remote shell or a prompt and wants a person at the keyboard.
    pub interactive: bool,
    /// Programs it runs, in order of appearance, looked through `sudo`, `xargs`, `kubectl exec --` and `ssh`.
    pub programs: Vec<String>,
}

/// Judges a shell block. What looks like a hole in it (`<backup-id>`) is taken for one.
pub fn classify(text: &str, table: &RiskTable) -> Assessment {
    let holes = hole::angles(text);
    classify_with_holes(text, &holes, table)
}

/// Judges a shell block whose holes are known: `holes` are spellings as they stand in the text, and each will be
/// filled with one word of data.
pub fn classify_with_holes(text: &str, holes: &[String], table: &RiskTable) -> Assessment {
    let holes = hole::Holes::in_text(text, holes);
    let mut judge = Judge::new(table);
    walk::text(&mut judge, &holes.text, false);
    let mut found = assessment(judge);
    if !holes.places.is_empty() {
        for text in found.reasons.iter_mut().chain(&mut found.programs) {
            *text = holes.spelled(text);
        }
    }
    found
}

/// Judges an SQL block.
pub fn classify_sql(text: &str) -> Assessment {
    sql::assess(text)
}

/// The worst finding is the block's level; reasons are sorted by level, worst first.
fn assessment(judge: Judge<'_>) -> Assessment {
    let mut findings = judge.findings;
    findings.sort_by_key(|(risk, _)| std::cmp::Reverse(*risk));
    Assessment {
        risk: findings.first().map_or(Risk::Read, |(risk, _)| *risk),
        reasons: findings.into_iter().map(|(_, reason)| reason).collect(),
        interactive: judge.interactive,
        programs: judge.programs,
    }
}
