//! Variables that one block sets and a later one reads.
//!
//! Every block runs in a shell of its own, so what one assigns the next does not know: the value is asked for there,
//! with what the earlier block says as the answer that is offered. It must not guess what a shell would compute.

use super::blocks::Blocks;
use super::{Block, Placeholder, Role, commands, placeholder};
use std::collections::HashMap;

/// What an earlier block gave a variable.
struct Assigned {
    line: u32,
    text: String,
    /// Its text where that is the same in any shell.
    value: Option<String>,
    /// It is nothing but this hole: one answer is enough for both.
    hole: Option<Placeholder>,
}

impl Assigned {
    fn agrees(&self, other: &Assigned) -> bool {
        let name = |assigned: &Assigned| assigned.hole.as_ref().map(|hole| hole.name.clone());
        self.value == other.value && name(self) == name(other)
    }
}

/// The names that a block sets, and where in its text; the last word on each is its value.
pub(super) type Sets = HashMap<String, usize>;

/// What a block sets for those after it, were it a command.
pub(super) fn sets(block: &Block) -> Sets {
    if !matches!(block.role, Role::Command | Role::Config) {
        return Sets::new();
    }
    let assigned = placeholder::assigned(&block.text).into_iter();
    assigned.map(|(name, at)| (name.to_owned(), at)).collect()
}

/// Gives the holes of a document's blocks, by line, what earlier blocks say of them; `sets` is what they set.
pub(super) fn carry(blocks: &mut Blocks, mut sets: HashMap<u32, Sets>) {
    let mut known: HashMap<String, Assigned> = HashMap::new();
    let commands = blocks.all().iter_mut();
    for block in commands.filter(|block| block.role == Role::Command) {
        if known_to(&known, block) {
            name(block);
        }
        for (name, at) in sets.remove(&block.line).unwrap_or_default() {
            let mut now = assigned(block, &name, at);
            if let Some(before) = known.get(&name)
                && !before.agrees(&now)
            {
                // Two places say two things, and which of them was run nobody knows yet.
                now.value = None;
                now.hole = None;
            }
            known.insert(name, now);
        }
    }
}

/// Whether a hole of the block is now called otherwise.
fn known_to(known: &HashMap<String, Assigned>, block: &mut Block) -> bool {
    let mut renamed = false;
    for hole in &mut block.holes {
        let Some(from) = variable(&hole.spelling).and_then(|name| known.get(name)) else {
            continue;
        };
        hole.set_in = Some(from.line);
        if let Some(same) = &from.hole {
            renamed |= hole.name != same.name;
            *hole = Placeholder {
                spelling: std::mem::take(&mut hole.spelling),
                set_in: hole.set_in,
                ..same.clone()
            };
            continue;
        }
        if hole.default.is_none() {
            hole.default.clone_from(&from.value);
        }
        if hole.description.is_none() {
            let text: String = from.text.chars().take(80).collect();
            hole.description = Some(format!("set in line {} by `{text}`", from.line));
        }
    }
    renamed
}

fn name(block: &mut Block) {
    block.placeholders.clear();
    for hole in &block.holes {
        if !block.placeholders.contains(&hole.name) {
            block.placeholders.push(hole.name.clone());
        }
    }
}

/// The statements by which a block hands variables to every program after it (`export KUBECONFIG=/etc/dr.conf`), as
/// they stand, with the names; only those whose value is the same in any shell once the block's holes are filled.
pub(super) fn exports(block: &Block) -> Vec<(&str, &str)> {
    let states = placeholder::states(&block.text);
    let mut found = Vec::new();
    let mut at = 0;
    for line in block.text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let Some(mut rest) = line.trim_end().strip_prefix("export ") else {
            continue;
        };
        if !states.get(start).is_some_and(|plain| *plain) {
            continue;
        }
        loop {
            let (word, tail) = commands::word(rest);
            let named = word
                .split_once('=')
                .filter(|_| commands::is_assignment(word));
            let Some((name, value)) = named else { break };
            if is_settled(value, block) {
                found.push((name, word));
            }
            rest = tail;
        }
    }
    found
}

/// A value that no shell computes: text, holes, and what every shell knows.
fn is_settled(value: &str, block: &Block) -> bool {
    let mut rest = value.to_owned();
    for hole in &block.holes {
        rest = rest.replace(&hole.spelling, "");
    }
    for known in ["$HOME", "${HOME}", "$PATH", "${PATH}", "$USER", "${USER}"] {
        rest = rest.replace(known, "");
    }
    let even = |quote: char| rest.matches(quote).count().is_multiple_of(2);
    let quoted = rest.starts_with('\'') && rest.ends_with('\'');
    !value.is_empty()
        && (quoted || !rest.contains(['$', '`', '\\']))
        && !rest.contains(['<', '>', '(', ')'])
        && even('"')
        && even('\'')
}

/// The name in `$NAME` and `${NAME:-x}`.
fn variable(spelling: &str) -> Option<&str> {
    let name = spelling.strip_prefix('$')?;
    let name = name.strip_prefix('{').unwrap_or(name);
    let end = name
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .unwrap_or(name.len());
    Some(&name[..end])
}

fn assigned(block: &Block, name: &str, at: usize) -> Assigned {
    let above = block.text[..at].matches('\n').count();
    let start = block.text[..at].rfind('\n').map_or(0, |i| i + 1);
    let text = block.text[start..].lines().next().unwrap_or_default();
    let fence = u32::from(block.end_line > block.line);
    let value = block.text[at..]
        .lines()
        .next()
        .and_then(|rest| rest.strip_prefix(name)?.strip_prefix('='))
        .and_then(bare);
    let hole = value.and_then(|value| block.holes.iter().find(|hole| hole.spelling == value));
    Assigned {
        line: block.line + fence + u32::try_from(above).unwrap_or(0),
        text: text.trim().to_owned(),
        value: value.filter(|v| is_literal(v)).map(str::to_owned),
        hole: hole.cloned(),
    }
}

/// The word that is assigned, without its quotes; `None` where it is put together of several, or goes on.
fn bare(rest: &str) -> Option<&str> {
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
    if let Some(quote) = quote {
        let (inner, after) = rest[1..].split_once(quote)?;
        let ended = after.is_empty() || after.starts_with([' ', ';', '\t', '&']);
        return ended.then_some(inner);
    }
    // `X=<backup file>` holds white space.
    if rest.starts_with('<') {
        return rest.find('>').map(|end| &rest[..=end]);
    }
    let end = rest.find([' ', '\t', ';', '&', '|', ')']);
    Some(&rest[..end.unwrap_or(rest.len())])
}

fn is_literal(value: &str) -> bool {
    !value.is_empty()
        && !value.contains(['$', '`', '<', '>', '\\', '"', '\'', '*', '?', '~', '{', '('])
        && placeholder::find(value, placeholder::Flavour::Shell).is_empty()
}

#[cfg(test)]
mod tests {
    use crate::runbook::shell::RiskTable;
    use crate::runbook::{Block, parse};

    /// The last block of a document whose steps are `blocks`.
    fn last(blocks: &[&str]) -> Block {
        let mut text = "# Restore\n\n".to_owned();
        for block in blocks {
            text.extend(["## Step\n\n```bash\n", block, "\n```\n\n"]);
        }
        let runbook = parse("x.md", text.as_bytes(), &RiskTable::default());
        let all = runbook.scenarios.iter().flat_map(|s| &s.steps);
        all.flat_map(|s| &s.blocks)
            .max_by_key(|b| b.line)
            .cloned()
            .unwrap_or_default()
    }

    #[track_caller]
    fn check(blocks: &[&str], open: &[&str], offered: &[(&str, Option<&str>)]) {
        let block = last(blocks);
        assert_eq!(block.open().collect::<Vec<_>>(), open, "{blocks:?}");
        let carried: Vec<(&str, Option<&str>)> = block
            .holes
            .iter()
            .filter(|hole| hole.set_in.is_some())
            .map(|hole| (hole.name.as_str(), hole.default.as_deref()))
            .collect();
        assert_eq!(carried, offered, "{blocks:?}");
        for hole in &block.holes {
            assert!(block.placeholders.contains(&hole.name), "{block:?}");
        }
    }

    #[test]
    fn what_an_earlier_block_says_is_offered() {
        check(
            &["BK=/backups/7   # adjust\nls $BK", "tar xf $BK/etc.tar"],
            &[],
            &[("BK", Some("/backups/7"))],
        );
        check(
            &["export A='x y' B=z", "cp \"$A\" ${B} $C"],
            &["C"],
            &[("A", Some("x y")), ("B", Some("z"))],
        );
        check(
            &["ID=$(pick --newest)", "restore $ID"],
            &[],
            &[("ID", None)],
        );
        check(
            &["read -p \"Which? \" ID\necho $ID", "restore $ID"],
            &[],
            &[("ID", None)],
        );
        check(&["A=1 ./run.sh", "ls $A"], &["A"], &[]);
        check(&["A=1\nA=2", "ls $A"], &[], &[("A", Some("2"))]);
        check(&["A=1", "A=1", "ls $A"], &[], &[("A", Some("1"))]);
        // Two places say two things: a person decides.
        check(&["A=1", "A=2", "ls $A"], &[], &[("A", None)]);
        check(&["A=1", "A=<site>", "ls $A"], &[], &[("A", None)]);
        check(&["ls $A", "A=1\nls $A"], &[], &[]);
    }

    #[test]
    fn a_variable_that_is_nothing_but_a_hole_is_asked_for_under_its_name() {
        check(
            &["ID=<backup id>\nls $ID", "restore \"$ID\" <target>"],
            &["target"],
            &[("backup id", None)],
        );
        check(
            &["ID=\"<backup-id>\"", "COPY=$ID", "restore $COPY"],
            &[],
            &[("backup-id", None)],
        );
    }

    #[test]
    fn what_is_handed_to_every_program_is_known() {
        let exported = |text: &str| {
            let block = last(&[text]);
            let names = super::exports(&block);
            names
                .iter()
                .map(|(_, word)| (*word).to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            exported("export KUBECONFIG=/etc/dr.conf A='x y'  # the other site\nkubectl get nodes"),
            ["KUBECONFIG=/etc/dr.conf", "A='x y'"]
        );
        assert_eq!(
            exported("export PATH=$PATH:/opt/pg/bin\nexport PGHOST=\"<standby>\"\npsql -l"),
            ["PATH=$PATH:/opt/pg/bin", "PGHOST=\"<standby>\""]
        );
        assert_eq!(
            exported(
                "X=1\nexport A=$(pick) B=$X C\nif true; then\n  export D=1\nfi\ncat <<E\nexport F=1\nE\nls"
            ),
            Vec::<String>::new()
        );
    }

    #[test]
    fn where_it_was_set_is_said() {
        let block = last(&["ls\nID=$(pick)", "restore $ID"]);
        assert_eq!(
            block.holes[0].description.as_deref(),
            Some("set in line 7 by `ID=$(pick)`")
        );
        assert_eq!(block.carried().collect::<Vec<_>>(), ["ID"]);
    }
}
