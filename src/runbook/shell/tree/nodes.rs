//! The nodes of a syntax tree laid out in a row, each with its place, so that going from one to the next costs a look.
//!
//! It knows the kinds that make a word; it must not know what a program does.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;
use tree_sitter::{Language, Node as Syntax, Tree};

/// What is known of a kind of node, whichever node has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::runbook::shell) struct Kind {
    name: &'static str,
    named: bool,
    text: bool,
    word: bool,
}

impl Kind {
    pub fn new(name: &'static str, named: bool) -> Kind {
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
    fn of(node: Syntax<'_>) -> &'static Kind {
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
        static ERROR: LazyLock<Kind> = LazyLock::new(|| Kind::new("ERROR", true));
        KINDS
            .get(usize::from(node.kind_id()))
            .unwrap_or_else(|| &ERROR)
    }
}

/// One node and its place: what stands inside of it follows it in the row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::runbook::shell) struct Laid {
    pub kind: &'static Kind,
    pub start: u32,
    pub end: u32,
    pub parent: u32,
    /// The place behind everything that stands inside of it.
    pub behind: u32,
}

/// All nodes of a tree, in the order in which they begin.
pub(in crate::runbook::shell) struct Nodes<'t> {
    row: Cow<'t, [Laid]>,
    /// The parser's own, beside each; none where it was not asked.
    syntax: Vec<Syntax<'t>>,
}

impl<'t> Nodes<'t> {
    pub fn laid(row: &'t [Laid]) -> Nodes<'t> {
        Nodes {
            row: Cow::Borrowed(row),
            syntax: Vec::new(),
        }
    }

    pub fn of(tree: &'t Tree) -> Nodes<'t> {
        let mut row: Vec<Laid> = Vec::with_capacity(64);
        let mut all = Vec::with_capacity(64);
        let mut cursor = tree.walk();
        let mut parent = 0;
        loop {
            let syntax = cursor.node();
            let mut at = row.len();
            row.push(Laid {
                kind: Kind::of(syntax),
                start: syntax.start_byte() as u32,
                end: syntax.end_byte() as u32,
                parent: parent as u32,
                behind: at as u32 + 1,
            });
            all.push(syntax);
            if cursor.goto_first_child() {
                parent = at;
                continue;
            }
            loop {
                row[at].behind = row.len() as u32;
                if cursor.goto_next_sibling() {
                    break;
                }
                if !cursor.goto_parent() {
                    return Nodes {
                        row: Cow::Owned(row),
                        syntax: all,
                    };
                }
                at = parent;
                parent = row[at].parent as usize;
            }
        }
    }

    #[cfg(test)]
    pub fn row(&self) -> &[Laid] {
        &self.row
    }

    pub fn root(&self) -> Node<'_> {
        Node { nodes: self, at: 0 }
    }
}

/// One node of a syntax tree.
#[derive(Clone, Copy)]
pub(in crate::runbook::shell) struct Node<'t> {
    nodes: &'t Nodes<'t>,
    at: usize,
}

impl<'t> Node<'t> {
    fn laid(&self) -> &'t Laid {
        &self.nodes.row[self.at]
    }

    fn syntax(&self) -> Option<Syntax<'t>> {
        self.nodes.syntax.get(self.at).copied()
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
        self.laid().start as usize
    }

    pub fn end_byte(&self) -> usize {
        self.laid().end as usize
    }

    pub fn byte_range(&self) -> Range<usize> {
        self.start_byte()..self.end_byte()
    }

    /// Whether some of it could not be read.
    pub fn has_error(&self) -> bool {
        self.syntax().is_some_and(|syntax| syntax.has_error())
    }

    fn is_syntax(&self, syntax: Syntax<'_>) -> bool {
        self.syntax().is_some_and(|own| own.id() == syntax.id())
    }

    pub fn parent(&self) -> Option<Node<'t>> {
        (self.at > 0).then(|| Node {
            at: self.laid().parent as usize,
            ..*self
        })
    }

    pub fn children(self) -> impl Iterator<Item = Node<'t>> {
        let behind = self.laid().behind as usize;
        let mut next = self.at + 1;
        std::iter::from_fn(move || {
            let child = (next < behind).then_some(Node { at: next, ..self })?;
            next = child.laid().behind as usize;
            Some(child)
        })
    }

    pub fn child_by_field_name(&self, name: &str) -> Option<Node<'t>> {
        let Some(syntax) = self.syntax() else {
            // Of all that is laid out without the parser only commands have a field that is asked for.
            let named = |node: &Node<'_>| name == "name" && node.kind() == "command_name";
            return self.children().find(named);
        };
        let child = syntax.child_by_field_name(name)?;
        self.children().find(|node| node.is_syntax(child))
    }

    /// The smallest node that spans a range, in a tree that the parser made.
    pub fn descendant_for_byte_range(&self, start: usize, end: usize) -> Option<Node<'t>> {
        let syntax = self.syntax()?;
        let found = syntax.descendant_for_byte_range(start, end)?;
        (self.at..self.laid().behind as usize)
            .map(|at| Node { at, ..*self })
            .find(|node| node.is_syntax(found))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
    use super::*;
    use crate::runbook::shell::tree;

    /// Goes through both trees at once, from the parser's own node.
    fn compare(syntax: Syntax<'_>, node: Node<'_>) -> usize {
        assert!(node.is_syntax(syntax));
        assert_eq!(node.kind(), syntax.kind());
        assert_eq!(node.is_named(), syntax.is_named());
        assert_eq!(node.byte_range(), syntax.byte_range());
        let id = |node: Node<'_>| node.syntax().map(|syntax| syntax.id());
        let parent = node.parent().and_then(id);
        assert_eq!(parent, syntax.parent().map(|parent| parent.id()));
        let children: Vec<_> = node.children().collect();
        assert_eq!(children.len(), syntax.child_count() as usize);
        for field in ["name", "value", "body", "variable", "operator"] {
            let found = node.child_by_field_name(field);
            let wanted = syntax.child_by_field_name(field);
            assert_eq!(found.and_then(id), wanted.map(|wanted| wanted.id()));
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
            let root = nodes.root().syntax().unwrap();
            let count = compare(root, nodes.root());
            assert_eq!(count, nodes.row.len());
            for start in 0..text.len() {
                let end = (start + 3).min(text.len());
                let wanted = root.descendant_for_byte_range(start, end);
                let found = nodes.root().descendant_for_byte_range(start, end);
                assert!(found.unwrap().is_syntax(wanted.unwrap()));
            }
        }
    }
}
