//! Where a hole stands in a shell text, from the syntax tree.
//!
//! It must not quote anything; it says what kind of place it is.

use crate::runbook::shell::tree::{self, Node};
use std::ops::Range;

/// The kind of place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Context {
    /// Unquoted, alone or as part of a word.
    Bare,
    Double,
    Single,
    /// `$'…'`.
    Ansi,
    Heredoc(Heredoc),
    Comment,
    /// The shell computes here: a number, or nothing.
    Integer,
    /// The name of a variable.
    Name,
    /// Only a value that needs no quoting is safe; why.
    PlainOnly(&'static str),
    Refused(&'static str),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Heredoc {
    pub quoted: bool,
    /// `<<-`: leading tabs are stripped.
    pub dash: bool,
    pub delimiter: String,
}

/// Builtins that take the name of a variable, and evaluate a subscript in it.
const NAMING: &str =
    " read mapfile readarray getopts let unset declare typeset local readonly wait ";

/// The kind of place at a range.
pub(super) fn of(root: Node<'_>, source: &str, range: &Range<usize>) -> Context {
    let Some(mut node) = root.descendant_for_byte_range(range.start, range.end) else {
        return Context::Refused("where nothing can be put");
    };
    let mut quoting: Option<Context> = None;
    let mut narrow: Option<Context> = None;
    let mut boundary = false;
    for _ in 0..tree::DEEPEST * 2 {
        match node.kind() {
            "comment" => return Context::Comment,
            "ERROR" => {
                narrow = Some(Context::PlainOnly("where the block cannot be read"));
            }
            "heredoc_start" | "heredoc_end" => {
                return Context::Refused("in the delimiter of a heredoc, which cannot be filled");
            }
            "command_substitution" if tree::text(node, source).starts_with('`') => {
                narrow = Some(Context::PlainOnly(
                    "inside backticks, where quoting is not certain (write `$(…)`)",
                ));
            }
            "command_substitution" | "process_substitution" => {
                quoting = quoting.or(Some(Context::Bare));
                boundary = true;
            }
            "heredoc_redirect" => {
                let body = tree::heredoc_range(node, source);
                if body.is_some_and(|body| body.contains(&range.start)) {
                    let Some(found) = heredoc(node, source) else {
                        return Context::Refused("in a heredoc that cannot be read");
                    };
                    if found.quoted {
                        return Context::Heredoc(found);
                    }
                    // Quotes mean nothing in a heredoc, whatever the grammar took them for.
                    if boundary {
                        narrow = Some(Context::PlainOnly("in a substitution inside a heredoc"));
                    } else {
                        quoting = Some(Context::Heredoc(found));
                    }
                }
            }
            _ if boundary => {}
            "variable_name" | "special_variable_name" => narrow = narrow.or(Some(Context::Name)),
            "raw_string" => quoting = quoting.or(Some(Context::Single)),
            "string" | "translated_string" => quoting = quoting.or(Some(Context::Double)),
            "ansi_c_string" => quoting = quoting.or(Some(Context::Ansi)),
            "arithmetic_expansion" | "subscript" => narrow = Some(Context::Integer),
            "compound_statement" if tree::text(node, source).starts_with("((") => {
                narrow = Some(Context::Integer);
            }
            "c_style_for_statement" => {
                let body = node.child_by_field_name("body");
                if body.is_none_or(|body| range.start < body.start_byte()) {
                    narrow = Some(Context::Integer);
                }
            }
            "binary_expression" if is_arithmetic(node, source) => narrow = Some(Context::Integer),
            "unary_expression" if names_variable(node, source) => {
                narrow = narrow.or(Some(Context::PlainOnly(
                    "where the shell expects the name of a variable",
                )));
            }
            "expansion" => {
                narrow = narrow.or(Some(Context::PlainOnly(
                    "inside `${…}`, where quoting is not certain",
                )));
            }
            "brace_expression" => {
                narrow = narrow.or(Some(Context::PlainOnly("inside `{…}`")));
            }
            "function_definition" => {
                let name = node.child_by_field_name("name");
                if name.is_some_and(|name| name.end_byte() >= range.end) {
                    return Context::Refused("in the name of a function, which cannot be filled");
                }
            }
            "declaration_command" if declares_code(node, source) => {
                narrow = narrow.or(Some(Context::PlainOnly(
                    "in a declaration that computes its value",
                )));
            }
            "declaration_command" | "unset_command" if !is_value(root, range) => {
                narrow = narrow.or(Some(Context::PlainOnly(
                    "where the shell expects the name of a variable",
                )));
            }
            "command" if names(node, source) => {
                narrow = narrow.or(Some(Context::PlainOnly(
                    "where the shell expects the name of a variable",
                )));
            }
            _ => {}
        }
        // Beyond a whole command only substitutions and heredocs still matter.
        if node.kind() == "command" || node.kind() == "declaration_command" {
            quoting = quoting.or(Some(Context::Bare));
            boundary = true;
        }
        match node.parent() {
            Some(parent) => node = parent,
            None => break,
        }
    }
    narrow.or(quoting).unwrap_or(Context::Bare)
}

/// Whether the range is the value of an assignment.
fn is_value(root: Node<'_>, range: &Range<usize>) -> bool {
    let mut node = root.descendant_for_byte_range(range.start, range.end);
    while let Some(inner) = node {
        if inner.kind() == "variable_assignment" {
            let value = inner.child_by_field_name("value");
            return value.is_some_and(|value| value.start_byte() <= range.start);
        }
        node = inner.parent();
    }
    false
}

fn heredoc(redirect: Node<'_>, source: &str) -> Option<Heredoc> {
    let mut found = Heredoc {
        quoted: false,
        dash: tree::text(redirect, source)
            .trim_start_matches(|digit: char| digit.is_ascii_digit())
            .starts_with("<<-"),
        delimiter: String::new(),
    };
    for child in tree::children(redirect) {
        if child.kind() == "heredoc_start" {
            let raw = tree::text(child, source);
            found.quoted = raw.contains(['\'', '"', '\\']);
            found.delimiter = raw.chars().filter(|c| !"'\"\\".contains(*c)).collect();
        }
    }
    (!found.delimiter.is_empty()).then_some(found)
}

/// `[[ a -eq b ]]` computes both sides; so does anything inside `((…))`, which is seen further up.
fn is_arithmetic(node: Node<'_>, source: &str) -> bool {
    node.child_by_field_name("operator")
        .is_some_and(|operator| {
            matches!(
                tree::text(operator, source),
                "-eq" | "-ne" | "-lt" | "-le" | "-gt" | "-ge"
            )
        })
}

/// `[[ -v name ]]`.
fn names_variable(node: Node<'_>, source: &str) -> bool {
    let text = tree::text(node, source);
    text.starts_with("-v") || text.starts_with("-R")
}

/// `declare -i`, `-a`, `-n` … evaluate what they are given.
fn declares_code(node: Node<'_>, source: &str) -> bool {
    tree::children(node).into_iter().any(|child| {
        let text = tree::text(child, source);
        text.starts_with(['-', '+']) && text.contains(['i', 'a', 'A', 'n'])
    })
}

/// Whether a command takes names of variables: `read x`, `printf -v x`, `[ -v x ]`.
fn names(node: Node<'_>, source: &str) -> bool {
    let words: Vec<&str> = tree::children(node)
        .into_iter()
        .filter(Node::is_word)
        .map(|child| tree::text(child, source))
        .collect();
    let Some((program, arguments)) = words.split_first() else {
        return false;
    };
    let program = program.trim_start_matches('\\');
    let asks = matches!(program, "printf" | "test" | "[");
    NAMING.contains(&format!(" {program} ")) || (asks && arguments.contains(&"-v"))
}
