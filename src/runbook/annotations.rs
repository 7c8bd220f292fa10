//! What an author wrote on a fence beyond its text: `when` is a condition, `verify` and `rollback` are steps of
//! their own behind it, `promptEnv=no` leaves variables to the environment.
//!
//! `timeout`, `interpreter`, `background`, `interactive`, `cwd` and `risk` are carried by the block to its run.

use super::scan::Fence;
use super::shell::RiskTable;
use super::{Attributes, Block, Phase, Role, Step, blocks};

/// Puts what the fences say into the steps of a scenario; inserted steps are counted in.
pub(super) fn apply(steps: &mut Vec<Step>, table: &RiskTable) {
    let named: Vec<(String, Block)> = steps
        .iter()
        .flat_map(|s| &s.blocks)
        .filter_map(|b| b.attributes.name.clone().map(|name| (name, b.clone())))
        .collect();
    let mut inserted = false;
    let mut at = 0;
    while at < steps.len() {
        let step = &mut steps[at];
        if step.condition.is_none() {
            step.condition = step.blocks.iter().find_map(|b| b.attributes.when.clone());
        }
        for block in &mut step.blocks {
            if leaves_variables(&block.attributes) {
                block.holes.retain(|hole| !hole.spelling.starts_with('$'));
                let holes = &block.holes;
                block
                    .placeholders
                    .retain(|name| holes.iter().any(|hole| hole.name == *name));
            }
        }
        let mut behind = Vec::new();
        for block in &step.blocks {
            let Attributes {
                verify, rollback, ..
            } = &block.attributes;
            for (text, phase, word) in [
                (verify, Phase::Verification, "Verify"),
                (rollback, Phase::Rollback, "Roll back"),
            ] {
                if let Some(text) = text {
                    behind.push(step_for(text, phase, word, step, block, &named, table));
                }
            }
        }
        inserted |= !behind.is_empty();
        for new in behind {
            at += 1;
            steps.insert(at, new);
        }
        at += 1;
    }
    if inserted {
        for (i, step) in steps.iter_mut().enumerate() {
            step.number = (i + 1).to_string();
        }
    }
}

fn leaves_variables(attributes: &Attributes) -> bool {
    attributes
        .prompt_env
        .as_deref()
        .is_some_and(|said| matches!(said, "no" | "false" | "never" | "0"))
}

/// A command, or the name of another fence of the scenario.
fn step_for(
    text: &str,
    phase: Phase,
    word: &str,
    of: &Step,
    block: &Block,
    named: &[(String, Block)],
    table: &RiskTable,
) -> Step {
    let mut command = named
        .iter()
        .find(|(name, _)| name == text)
        .map_or_else(|| written(text, block, table), |(_, other)| other.clone());
    // It runs for this step, and asks for nothing further by itself.
    command.attributes.verify = None;
    command.attributes.rollback = None;
    Step {
        title: format!("{word}: {}", of.title),
        line: block.line,
        end_line: block.end_line,
        phase,
        manual: !command.is_runnable(),
        condition: (phase == Phase::Rollback).then(|| "if it has to be undone".to_owned()),
        blocks: vec![command],
        ..Step::default()
    }
}

fn written(text: &str, beside: &Block, table: &RiskTable) -> Block {
    let fence = Fence {
        info: "bash".to_owned(),
        body: text.lines().map(str::to_owned).collect(),
        indented: false,
    };
    let mut block = blocks::build(&fence, beside.line, beside.end_line, "", table);
    if block.role == Role::Unknown {
        block.reasons.push("not understood as a command".to_owned());
    }
    block.attributes.cwd.clone_from(&beside.attributes.cwd);
    block
}
