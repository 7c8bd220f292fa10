//! The bash parser behind one small door: text in, syntax tree out, with bounds on size and effort.
//!
//! It must not know what any program does.

mod nodes;

pub(super) use nodes::{Node, Nodes};

use std::cell::RefCell;
use std::ops::{ControlFlow, Range};
use tree_sitter::{ParseOptions, ParseState, Parser, Tree};

/// A block longer than this is not a runbook's step and is not parsed, bytes.
const LONGEST: usize = 128 * 1024;

/// Progress reports of the parser before it is given up; each stands for about a hundred operations.
const MOST_EFFORT: usize = 40_000;

/// Nodes deeper than this are not looked at; the walk says so.
pub(super) const DEEPEST: usize = 120;

thread_local! {
    /// Kept, because a block is read faster than a parser is made.
    static PARSER: RefCell<Option<Parser>> = const { RefCell::new(None) };
}

/// A text that was read.
pub(super) struct Parsed(Tree);

impl Parsed {
    /// Whether some of it could not be read.
    pub fn has_error(&self) -> bool {
        self.0.root_node().has_error()
    }

    pub fn nodes(&self) -> Nodes<'_> {
        Nodes::of(&self.0)
    }
}

/// Parses bash; `None` for what is too large or takes too long.
pub(super) fn parse(text: &str) -> Option<Parsed> {
    if text.len() > LONGEST {
        return None;
    }
    PARSER.with_borrow_mut(|kept| {
        if kept.is_none() {
            let mut parser = Parser::new();
            parser
                .set_language(&tree_sitter_bash::LANGUAGE.into())
                .ok()?;
            *kept = Some(parser);
        }
        let parser = kept.as_mut()?;
        let tree = read(parser, text);
        if tree.is_none() {
            // It would go on where it was given up.
            parser.reset();
        }
        tree.map(Parsed)
    })
}

fn read(parser: &mut Parser, text: &str) -> Option<Tree> {
    let mut effort = 0;
    let mut watch = |_: &ParseState| {
        effort += 1;
        if effort > MOST_EFFORT {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let bytes = text.as_bytes();
    parser.parse_with_options(
        &mut |at, _| bytes.get(at..).unwrap_or(&[]),
        None,
        Some(ParseOptions::new().progress_callback(&mut watch)),
    )
}

/// The text of a node, without the blanks that the grammar sometimes puts in front.
pub(super) fn text<'t>(node: Node<'_>, source: &'t str) -> &'t str {
    source.get(node.byte_range()).unwrap_or("").trim_start()
}

pub(super) fn children(node: Node<'_>) -> Vec<Node<'_>> {
    node.children().collect()
}

pub(super) fn named_children(node: Node<'_>) -> Vec<Node<'_>> {
    node.children().filter(Node::is_named).collect()
}

/// Where the body of a heredoc begins and ends, found by its lines: the grammar takes some bodies for words.
pub(super) fn heredoc_range(redirect: Node<'_>, source: &str) -> Option<Range<usize>> {
    let parts = children(redirect);
    let start = parts.iter().find(|part| part.kind() == "heredoc_start")?;
    let end = parts.iter().rfind(|part| part.kind() == "heredoc_end")?;
    let mut from = source[start.end_byte()..].find('\n')? + start.end_byte() + 1;
    // A second heredoc on the same line begins where the first one ends.
    let beside = redirect.parent().into_iter().flat_map(Node::children);
    for sibling in beside.take_while(|sibling| sibling.id() != redirect.id()) {
        if sibling.kind() == "heredoc_redirect" {
            from = from.max(sibling.end_byte() + 1);
        }
    }
    let to = source[..end.start_byte()].rfind('\n')? + 1;
    (from <= to).then_some(from..to)
}

/// Whether the tree takes the body of a heredoc for something else.
pub(super) fn misses_heredoc(parsed: &Parsed, source: &str) -> bool {
    if !source.contains("<<") {
        return false;
    }
    let nodes = parsed.nodes();
    let mut queue = vec![nodes.root()];
    while let Some(node) = queue.pop() {
        if node.kind() == "heredoc_redirect"
            && let Some(range) = heredoc_range(node, source)
        {
            let body = node.children().find(|part| part.kind() == "heredoc_body");
            if range.len() > 1 && body.is_none_or(|body| body.start_byte() != range.start) {
                return true;
            }
        }
        queue.extend(node.children().filter(Node::is_named));
    }
    false
}

/// What follows a line break that the grammar took for a blank inside a command of these children.
pub(super) fn swallowed<'t>(
    node: Node<'_>,
    children: &[Node<'_>],
    source: &'t str,
) -> Option<&'t str> {
    let flat = matches!(
        node.kind(),
        "command"
            | "declaration_command"
            | "unset_command"
            | "file_redirect"
            | "herestring_redirect"
    );
    if !flat {
        return None;
    }
    let mut end = node.start_byte();
    for child in children {
        let words = source.get(child.byte_range())?;
        let start = child.start_byte() + words.len() - text(*child, source).len();
        let gap = source.get(end..start).unwrap_or("");
        let broken = gap
            .match_indices('\n')
            .any(|(at, _)| !gap[..at].ends_with('\\'));
        if broken {
            return source.get(start..node.end_byte());
        }
        end = child.end_byte();
    }
    None
}
