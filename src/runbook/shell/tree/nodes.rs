//! The nodes of a syntax tree laid out in a row, each with its place, so that going from one to the next costs a look.
//!
//! It knows the kinds that make a word; it must not know what a program does.

use std::ops::Range;
use std::sync::LazyLock;
use tree_sitter::{Language, Node as Syntax, Tree};

/// What is known of a kind of node, whichever node has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Kind {
    name: &'static str,
    named: bool,
    text: bool,
    word: bool,
}

impl Kind {
    fn new(name: &'static str, named: bool) -> Kind {
        let text = matches!(
            name,
            "word"
                | "string"
                | "raw_string"
                | "ansi_c_string"
                | "translated_string"
                | "concatenation"
                | "number"
                | "extglob_pattern"
                | "regex"
        );
        let word = text
            || matches!(
                name,
                "simple_expansion"
                    | "expansion"
                    | "command_substitution"
                    | "process_substitution"
                    | "arithmetic_expansion"
                    | "brace_expression"
                    | "command_name"
                    | "=="
                    | "=~"
                    | "="
            );
        Kind {
            name,
            named,
            text,
            word,
        }
    }

    /// The kind of a node; what the grammar does not list is its mark for what could not be read.
    fn of(node: Syntax<'_>) -> Kind {
        static BASH: LazyLock<Language> =
            LazyLock::new(|| Language::from(tree_sitter_bash::LANGUAGE));
        static KINDS: LazyLock<Vec<Kind>> = LazyLock::new(|| {
            let count = u16::try_from(BASH.node_kind_count()).unwrap_or(u16::MAX);
            (0..count)
                .map(|id| {
                    let name = BASH.node_kind_for_id(id).unwrap_or_default();
                    Kind::new(name, BASH.node_kind_is_named(id))
                })
                .collect()
        });
        KINDS
            .get(usize::from(node.kind_id()))
            .copied()
            .unwrap_or_else(|| Kind::new("ERROR", node.is_named()))
    }
}

/// One node and its place: what stands inside of it follows it in the row.
struct Laid<'t> {
    syntax: Syntax<'t>,
    kind: Kind,
    start: usize,
    end: usize,
    parent: usize,
    /// The place behind everything that stands inside of it.
    behind: usize,
}

/// All nodes of a tree, in the order in which they begin.
pub(in crate::runbook::shell) struct Nodes<'t>(Vec<Laid<'t>>);

impl<'t> Nodes<'t> {
    pub fn of(tree: &'t Tree) -> Nodes<'t> {
        let mut row: Vec<Laid<'t>> = Vec::with_capacity(64);
        let mut cursor = tree.walk();
        let mut parent = 0;
        loop {
            let syntax = cursor.node();
            let mut at = row.len();
            row.push(Laid {
                syntax,
                kind: Kind::of(syntax),
                start: syntax.start_byte(),
                end: syntax.end_byte(),
                parent,
                behind: at + 1,
            });
            if cursor.goto_first_child() {
                parent = at;
                continue;
            }
            loop {
                row[at].behind = row.len();
                if cursor.goto_next_sibling() {
                    break;
                }
                if !cursor.goto_parent() {
                    return Nodes(row);
                }
                at = parent;
                parent = row[at].parent;
            }
        }
    }

    pub fn root(&self) -> Node<'_> {
        Node {
            row: &self.0,
            at: 0,
        }
    }
}

/// One node of a syntax tree.
#[derive(Clone, Copy)]
pub(in crate::runbook::shell) struct Node<'t> {
    row: &'t [Laid<'t>],
    at: usize,
}

impl<'t> Node<'t> {
    fn laid(&self) -> &'t Laid<'t> {
        &self.row[self.at]
    }

    /// Its name in its tree.
    pub fn id(&self) -> usize {
        self.at
    }

    pub fn kind(&self) -> &'static str {
        self.laid().kind.name
    }

    pub fn is_named(&self) -> bool {
        self.laid().kind.named
    }

    /// Whether it is one word of a command or an assignment.
    pub fn is_word(&self) -> bool {
        self.laid().kind.word
    }

    /// Whether it is a word that is written out, whatever stands inside its quotes.
    pub fn is_text(&self) -> bool {
        self.laid().kind.text
    }

    pub fn start_byte(&self) -> usize {
        self.laid().start
    }

    pub fn end_byte(&self) -> usize {
        self.laid().end
    }

    pub fn byte_range(&self) -> Range<usize> {
        self.start_byte()..self.end_byte()
    }

    /// Its first and last line, 0-based.
    pub fn rows(&self) -> (usize, usize) {
        let syntax = self.laid().syntax;
        (syntax.start_position().row, syntax.end_position().row)
    }

    /// Whether some of it could not be read.
    pub fn has_error(&self) -> bool {
        self.laid().syntax.has_error()
    }

    pub fn parent(&self) -> Option<Node<'t>> {
        (self.at > 0).then(|| Node {
            at: self.laid().parent,
            ..*self
        })
    }

    pub fn children(self) -> impl Iterator<Item = Node<'t>> {
        let behind = self.laid().behind;
        let mut next = self.at + 1;
        std::iter::from_fn(move || {
            let child = (next < behind).then_some(Node { at: next, ..self })?;
            next = child.laid().behind;
            Some(child)
        })
    }

    pub fn child_by_field_name(&self, name: &str) -> Option<Node<'t>> {
        let child = self.laid().syntax.child_by_field_name(name)?;
        self.children()
            .find(|node| node.laid().syntax.id() == child.id())
    }

    /// The smallest node that spans a range.
    pub fn descendant_for_byte_range(&self, start: usize, end: usize) -> Option<Node<'t>> {
        let found = self.laid().syntax.descendant_for_byte_range(start, end)?;
        (self.at..self.laid().behind)
            .map(|at| Node { at, ..*self })
            .find(|node| node.laid().syntax.id() == found.id())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
    use super::*;
    use crate::runbook::shell::tree;

    /// Goes through both trees at once, from the parser's own node.
    fn compare(syntax: Syntax<'_>, node: Node<'_>) -> usize {
        assert_eq!(node.laid().syntax.id(), syntax.id());
        assert_eq!(node.kind(), syntax.kind());
        assert_eq!(node.is_named(), syntax.is_named());
        assert_eq!(node.byte_range(), syntax.byte_range());
        let parent = node.parent().map(|parent| parent.laid().syntax.id());
        assert_eq!(parent, syntax.parent().map(|parent| parent.id()));
        let children: Vec<_> = node.children().collect();
        assert_eq!(children.len(), syntax.child_count() as usize);
        for field in ["name", "value", "body", "variable", "operator"] {
            let found = node.child_by_field_name(field);
            let wanted = syntax.child_by_field_name(field);
            assert_eq!(
                found.map(|found| found.laid().syntax.id()),
                wanted.map(|wanted| wanted.id())
            );
        }
        let inside = children.into_iter().enumerate();
        1 + inside
            .map(|(index, child)| compare(syntax.child(index as u32).unwrap(), child))
            .sum::<usize>()
    }

    #[test]
    fn the_row_is_the_tree_that_was_parsed() {
        for text in [
            "",
            "kubectl -n shop get pods -l app=x | grep -i error > out 2>&1",
            "for p in $(cat x); do echo \"$p: ${A:-b}\" || exit 1; done # all",
            "if [[ $a -eq 1 ]]; then f() { A=1 B=(1 2) cmd <<EOF | cat\nx $y\nEOF\n}; fi",
            "case $x in a|b) rm -rf \"/$x\" ;; *) : ;; esac\nexport X=1 Y; unset Z",
            "cat <<A <<B\n1\nA\n2\nB\n((i++)); [ -f x ] && sh -c 'ls' &",
            "echo $(( 1 + `date` )) {a,b} <(ls) >(wc) $'x' ) ( if then <<< ${",
        ] {
            let parsed = tree::parse(text).unwrap();
            let nodes = parsed.nodes();
            let count = compare(parsed.0.root_node(), nodes.root());
            assert_eq!(count, nodes.0.len());
            for start in 0..text.len() {
                let end = (start + 3).min(text.len());
                let wanted = parsed.0.root_node().descendant_for_byte_range(start, end);
                let found = nodes.root().descendant_for_byte_range(start, end);
                assert_eq!(
                    found.map(|found| found.laid().syntax.id()),
                    wanted.map(|wanted| wanted.id())
                );
            }
        }
    }
}
