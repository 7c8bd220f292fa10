//! The shape of a syntax tree: what a value must not change.

use super::{Placed, filled, places};
use crate::runbook::shell::heredoc;
use crate::runbook::shell::tree::{self, Node, Parsed};

/// Whether the text with the values has the shape that it had with plain names in their place.
///
/// Heredocs are compared as here-strings: what is put into one can only end it, which shows, as what follows it then
/// becomes commands.
pub(super) fn is_kept(text: &str, placed: &Placed) -> bool {
    let filled = filled(text, &places(text, placed));
    let before = tree::parse(&heredoc::lift(text));
    let after = tree::parse(&heredoc::lift(&filled));
    let (Some(before), Some(after)) = (before, after) else {
        return false;
    };
    let shape = |parsed: &Parsed| of(parsed.nodes().root());
    before.has_error() == after.has_error() && shape(&before) == shape(&after)
}

/// Kinds of nodes in order, without what words are made of; and how many words each node holds.
fn of(root: Node<'_>) -> Vec<(&'static str, usize)> {
    let mut shape = Vec::new();
    let mut queue = vec![root];
    while let Some(node) = queue.pop() {
        let children = tree::named_children(node);
        let words = children.iter().filter(|child| child.is_text()).count();
        let part = node.is_text()
            || matches!(
                node.kind(),
                "string_content"
                    | "heredoc_content"
                    | "test_operator"
                    | "variable_name"
                    | "unary_expression"
                    | "parenthesized_expression"
            );
        if !part {
            let computes =
                node.kind().ends_with("_expression") || node.kind().starts_with("arithmetic");
            shape.push((node.kind(), if computes { 0 } else { words }));
        }
        queue.extend(children.into_iter().rev());
    }
    shape
}
