//! What earlier runs of a scenario handed to the programs after them.
//!
//! Each block runs in a shell of its own, so an `export KUBECONFIG=…` would be gone with the step that says it, and
//! the next one would hit another cluster than its author meant. What was really run is what counts: the exports of
//! an alternative that nobody took are nobody's.

use super::{find, interpreter};
use crate::incident::fact::StepKey;
use crate::incident::state::State;
use crate::runbook::Block;

/// What stands behind an export that an earlier run handed on, before the number of its step.
pub(super) const MARK: &str = "  # from step ";

/// Whether a line of a command that ran was put there for an earlier run.
pub fn is_handed_on(line: &str) -> bool {
    line.starts_with("export ") && line.contains(MARK)
}

/// A statement of an earlier block, to be filled with that block's holes.
pub(super) struct Exported<'s> {
    pub block: &'s Block,
    /// The number of its step.
    pub step: &'s str,
    /// `NAME=value`, as it stands.
    pub word: &'s str,
    name: &'s str,
}

/// What a block's shell has to be told first: the last word on each name, in the order of the runs.
pub(super) fn before<'s>(state: &'s State, key: &StepKey, block: &Block) -> Vec<Exported<'s>> {
    if interpreter(block) != "bash" {
        return Vec::new();
    }
    let own: Vec<&str> = block.exports().iter().map(|(name, _)| *name).collect();
    let mut found: Vec<Exported<'s>> = Vec::new();
    for run in state.runs.values() {
        if run.step.scenario != key.scenario || run.interpreter != "bash" {
            continue;
        }
        let Ok((_, step)) = find(state, &run.step.step) else {
            continue;
        };
        let Some(earlier) = step.blocks.get(run.block) else {
            continue;
        };
        for (name, word) in earlier.exports() {
            found.retain(|known| known.name != name);
            if !own.contains(&name) {
                found.push(Exported {
                    block: earlier,
                    step: &step.number,
                    word,
                    name,
                });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_handed_on_is_told_from_what_the_step_says() {
        assert!(is_handed_on(
            "export KUBECONFIG=/etc/dr.conf  # from step 1"
        ));
        assert!(!is_handed_on("export KUBECONFIG=/etc/dr.conf"));
        assert!(!is_handed_on("kubectl get pods  # from step 1"));
    }
}
