//! The checklist's lines: which there are, and which of them the cursor stands on.
//!
//! A scenario and the room give the lines, never the state, so that no line moves while an incident
//! goes on.

use crate::console::words;
use crate::runbook::patch::patches;
use crate::runbook::{Block, Scenario, Step};

/// One line of the checklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Index into the scenario's steps.
    pub step: usize,
    pub kind: ItemKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemKind {
    /// The steps from here on are alternatives; one is chosen.
    Alternatives {
        group: String,
    },
    /// Number, title, condition, standing.
    Header,
    Caution {
        text: String,
    },
    /// A line of a block that can be run. The first one carries its risk and, where the step has
    /// several, its own standing.
    Command {
        block: usize,
        text: String,
        first: bool,
        /// Lines of the block that are not shown.
        more: usize,
    },
    /// A block that is shown and never run.
    Shown {
        block: usize,
        text: String,
    },
    /// Commands in the prose of a step that a person does.
    Inline {
        text: String,
    },
}

/// A line the cursor can stand on, and what `run` means there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pick {
    pub step: usize,
    /// The block that would be run; `None` where a person does it.
    pub block: Option<usize>,
    /// The step has several blocks, and the cursor stands on this one's own line.
    pub own_line: bool,
}

/// The blocks of a step that can be run, by index.
pub fn runnable(step: &Step) -> Vec<usize> {
    step.blocks
        .iter()
        .enumerate()
        .filter(|(_, block)| block.is_runnable())
        .map(|(index, _)| index)
        .collect()
}

/// What the cursor goes through: a step, or each block of a step with several.
pub fn picks(scenario: &Scenario) -> Vec<Pick> {
    let mut picks = Vec::new();
    for (index, step) in scenario.steps.iter().enumerate() {
        let blocks = runnable(step);
        if blocks.len() < 2 {
            picks.push(Pick {
                step: index,
                block: blocks.first().copied(),
                own_line: false,
            });
        } else {
            picks.extend(blocks.into_iter().map(|block| Pick {
                step: index,
                block: Some(block),
                own_line: true,
            }));
        }
    }
    picks
}

/// What the pane has room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Lines of each command at most.
    pub lines: usize,
    /// Cells of a line of a command.
    pub cells: usize,
}

/// Every line of the checklist.
pub fn items(scenario: &Scenario, room: Room) -> Vec<Item> {
    let mut items = Vec::new();
    let mut group: Option<&str> = None;
    for (index, step) in scenario.steps.iter().enumerate() {
        let mut add = |kind| items.push(Item { step: index, kind });
        let of = step.branch.as_ref().map(|branch| branch.group.as_str());
        if let Some(name) = of
            && of != group
        {
            add(ItemKind::Alternatives {
                group: name.to_owned(),
            });
        }
        group = of;
        add(ItemKind::Header);
        for caution in &step.cautions {
            add(ItemKind::Caution {
                text: caution.text.clone(),
            });
        }
        for (number, block) in step.blocks.iter().enumerate() {
            if block.is_runnable() {
                command(number, &telling_lines(block), room)
                    .into_iter()
                    .for_each(&mut add);
            } else {
                let text = match patches(block, step).first() {
                    Some(patch) => patch.summary(),
                    None => telling_lines(block).into_iter().next().unwrap_or_default(),
                };
                add(ItemKind::Shown {
                    block: number,
                    text,
                });
            }
        }
        if step.blocks.is_empty() {
            for inline in &step.inline {
                add(ItemKind::Inline {
                    text: inline.text.clone(),
                });
            }
        }
    }
    items
}

/// The lines of one command: each line of it at least once while there is room, long ones wrapped with
/// what is left of it.
fn command(block: usize, lines: &[String], room: Room) -> Vec<ItemKind> {
    let mut left = room.lines.max(1);
    let shown = lines.len().min(left);
    let mut texts: Vec<String> = Vec::new();
    for (index, line) in lines.iter().take(shown).enumerate() {
        let may = left - (shown - index - 1);
        let mut pieces = words::wrap(line, room.cells.max(8), 2);
        if pieces.len() > may {
            // What does not fit any more is cut where it is drawn.
            pieces.truncate(may - 1);
            let indent = if may > 1 { "  " } else { "" };
            pieces.push(format!("{indent}{}", after(line, &pieces)));
        }
        left -= pieces.len();
        texts.append(&mut pieces);
    }
    let last = texts.len().saturating_sub(1);
    texts
        .into_iter()
        .enumerate()
        .map(|(line, text)| ItemKind::Command {
            block,
            text,
            first: line == 0,
            more: if line == last { lines.len() - shown } else { 0 },
        })
        .collect()
}

/// The line of `items` that a pick is marked on.
pub fn line_of(items: &[Item], pick: Pick) -> usize {
    items
        .iter()
        .position(|item| {
            item.step == pick.step
                && match &item.kind {
                    ItemKind::Header => !pick.own_line,
                    ItemKind::Command { block, first, .. } => {
                        pick.own_line && *first && pick.block == Some(*block)
                    }
                    ItemKind::Alternatives { .. }
                    | ItemKind::Caution { .. }
                    | ItemKind::Shown { .. }
                    | ItemKind::Inline { .. } => false,
                }
        })
        .unwrap_or(0)
}

/// The first and the last line that belong to a pick: to see it is to see these.
pub fn extent(items: &[Item], pick: Pick) -> (usize, usize) {
    let from = line_of(items, pick);
    let to = items
        .iter()
        .skip(from)
        .take_while(|item| {
            item.step == pick.step
                && match &item.kind {
                    ItemKind::Command { block, .. } => !pick.own_line || pick.block == Some(*block),
                    ItemKind::Header => true,
                    ItemKind::Alternatives { .. } => false,
                    ItemKind::Caution { .. } | ItemKind::Shown { .. } | ItemKind::Inline { .. } => {
                        !pick.own_line
                    }
                }
        })
        .count();
    (from, from + to.saturating_sub(1))
}

/// The lines that say what a block does: without comments and empty ones, unless there is nothing
/// else; lines that go on with a backslash are joined. Never empty.
fn telling_lines(block: &Block) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut open = false;
    for line in block.text.lines() {
        let line = line.trim_end();
        let (text, goes_on) = match line.strip_suffix('\\') {
            Some(text) => (text.trim_end(), true),
            None => (line, false),
        };
        match lines.last_mut() {
            Some(last) if open => {
                last.push(' ');
                last.push_str(text.trim_start());
            }
            _ => lines.push(text.to_owned()),
        }
        open = goes_on;
    }
    let is_comment = |line: &str| {
        let line = line.trim_start();
        line.is_empty() || line.starts_with('#') || line.starts_with("-- ")
    };
    let telling: Vec<String> = lines
        .iter()
        .filter(|line| !is_comment(line))
        .cloned()
        .collect();
    if !telling.is_empty() {
        return telling;
    }
    lines.retain(|line| !line.trim().is_empty());
    if lines.is_empty() {
        lines.push("(empty)".into());
    }
    lines
}

/// What of a line comes after the pieces that it was wrapped into so far.
fn after<'t>(line: &'t str, pieces: &[String]) -> &'t str {
    if pieces.is_empty() {
        return line;
    }
    let mut rest = line;
    for piece in pieces {
        rest = rest.trim_start();
        rest = rest.get(piece.trim_start().len()..).unwrap_or_default();
    }
    rest.trim_start()
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::wildcard_enum_match_arm,
        reason = "a test that cannot go on fails"
    )]
    use super::*;
    use crate::console::fixture;

    #[test]
    fn a_step_with_one_block_is_one_pick_and_with_two_is_two() {
        let scenario = fixture::scenario();
        let picks = picks(&scenario);
        let of = |step: usize| picks.iter().filter(|pick| pick.step == step).count();
        assert_eq!(of(0), 1);
        let many = scenario
            .steps
            .iter()
            .position(|step| runnable(step).len() == 2)
            .expect("the fixture has a step with two blocks");
        assert_eq!(of(many), 2);
    }

    #[test]
    fn every_pick_has_a_line_of_its_own() {
        let scenario = fixture::scenario();
        for lines in [1, 2, 9] {
            let items = items(&scenario, Room { lines, cells: 40 });
            let mut lines: Vec<usize> = picks(&scenario)
                .into_iter()
                .map(|pick| line_of(&items, pick))
                .collect();
            let count = lines.len();
            lines.dedup();
            assert_eq!(lines.len(), count);
        }
    }

    #[test]
    fn a_long_command_wraps_while_there_is_room_and_each_line_is_shown_first() {
        let texts = |lines: &[&str], room: usize| -> Vec<String> {
            let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
            let room = Room {
                lines: room,
                cells: 12,
            };
            command(0, &lines, room)
                .into_iter()
                .map(|kind| match kind {
                    ItemKind::Command { text, more, .. } => format!("{text}|{more}"),
                    other @ (ItemKind::Alternatives { .. }
                    | ItemKind::Header
                    | ItemKind::Caution { .. }
                    | ItemKind::Shown { .. }
                    | ItemKind::Inline { .. }) => format!("{other:?}"),
                })
                .collect()
        };
        let long = "kubectl get pods --all-namespaces";
        assert_eq!(texts(&[long], 1), [format!("{long}|0")]);
        assert_eq!(
            texts(&[long], 2),
            ["kubectl get|0", "  pods --all-namespaces|0"]
        );
        assert_eq!(
            texts(&[long, "ls"], 2),
            [format!("{long}|0"), "ls|0".into()]
        );
        assert_eq!(
            texts(&[long, "ls", "ps"], 2),
            [format!("{long}|0"), "ls|1".into()]
        );
    }

    #[test]
    fn comments_are_passed_over_and_continued_lines_joined() {
        let block = fixture::block("# why\nkubectl get \\\n  pods\n\necho done\n");
        assert_eq!(telling_lines(&block), ["kubectl get pods", "echo done"]);
        let comments = fixture::block("# only a word\n");
        assert_eq!(telling_lines(&comments), ["# only a word"]);
        assert_eq!(telling_lines(&fixture::block("")), ["(empty)"]);
    }
}
