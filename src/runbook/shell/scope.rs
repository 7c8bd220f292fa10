//! What a text itself says about its variables, functions and aliases.
//!
//! Order counts only so far as safety needs: a variable holds any of the values that the text gives it, and is
//! opaque as well unless one of them is certain to have been given before it is used.

use super::tree::{self, Node};
use super::word::{self, OPAQUE, Values};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Builtins that set variables from what they read.
const READERS: [&str; 5] = ["read", "mapfile", "readarray", "getopts", "printf"];

#[derive(Debug, Default, Clone)]
pub(super) struct Scope {
    variables: BTreeMap<String, Vec<Assignment>>,
    functions: BTreeMap<String, bool>,
    aliases: BTreeMap<String, String>,
    /// Something may set any variable: `source`, `eval`, a changed `IFS`.
    tainted: bool,
    /// What the text around says, for a `$(…)` of the same shell.
    outer: Option<Box<Scope>>,
    /// The texts of `$(…)` and backticks that were met in words, for the judge.
    pub substitutions: RefCell<Vec<String>>,
    /// Byte offset of the command that is being judged.
    pub at: usize,
}

#[derive(Debug, Clone)]
struct Assignment {
    /// The raw words of the value, one alternative each; `None` is not known.
    raw: Option<String>,
    /// It is certain to have happened for whatever stands behind it.
    certain: bool,
    end: usize,
}

impl Scope {
    /// Everything that a whole text assigns and defines.
    pub fn of(root: Node<'_>, source: &str) -> Scope {
        let mut scope = Scope::default();
        scope.collect(root, source, true, 0);
        scope
    }

    /// The same, inside a text whose variables it shares.
    pub fn inside(self, outer: Scope) -> Scope {
        Scope {
            outer: Some(Box::new(outer)),
            ..self
        }
    }

    /// The values that a variable may hold where the current command stands.
    pub fn values(&self, name: &str, depth: usize) -> Values {
        let opaque = || vec![OPAQUE.to_string()];
        let Some(assignments) = self.variables.get(name) else {
            return match &self.outer {
                Some(outer) if !self.tainted => outer.values(name, depth),
                _ => opaque(),
            };
        };
        if self.tainted || depth > 8 || assignments.len() > 8 {
            return opaque();
        }
        let certain = assignments
            .iter()
            .any(|assignment| assignment.certain && assignment.end <= self.at);
        let mut values = if certain { Vec::new() } else { opaque() };
        for assignment in assignments {
            let Some(raw) = &assignment.raw else {
                return opaque();
            };
            for alternative in word::expand(raw, self, depth + 1) {
                let texts: Vec<_> = alternative.into_iter().map(|field| field.text).collect();
                let value = texts.join(" ");
                if !values.contains(&value) {
                    values.push(value);
                }
            }
        }
        values
    }

    /// Notes a substitution that stands in a word.
    pub fn met(&self, text: &str) {
        let mut met = self.substitutions.borrow_mut();
        if !text.trim().is_empty() && !met.iter().any(|known| known == text) {
            met.push(text.to_owned());
        }
    }

    /// Whether the text defines a function of this name, and if so whether it runs its arguments.
    pub fn function(&self, name: &str) -> Option<bool> {
        let outer = || self.outer.as_ref().and_then(|outer| outer.function(name));
        self.functions.get(name).copied().or_else(outer)
    }

    pub fn alias(&self, name: &str) -> Option<&str> {
        let outer = || self.outer.as_ref().and_then(|outer| outer.alias(name));
        self.aliases.get(name).map(String::as_str).or_else(outer)
    }

    fn set(&mut self, name: &str, raw: Option<String>, certain: bool, end: usize) {
        if name == "IFS" {
            self.tainted = true;
        }
        self.variables
            .entry(name.to_owned())
            .or_default()
            .push(Assignment { raw, certain, end });
    }

    fn collect(&mut self, node: Node<'_>, source: &str, certain: bool, depth: usize) {
        if depth > tree::DEEPEST {
            self.tainted = true;
            return;
        }
        let kind = node.kind();
        let children = || node.children().filter(Node::is_named);
        match kind {
            "variable_assignment" => self.assignment(node, source, certain),
            "for_statement" => self.loop_variable(node, source),
            "unset_command" => {
                for name in children() {
                    self.set(tree::text(name, source), None, false, node.end_byte());
                }
            }
            "function_definition" => self.definition(node, source),
            "command" => self.command(node, source),
            // `${X:=value}` assigns.
            "expansion" if tree::text(node, source).contains('=') => {
                if let Some(name) = children().next() {
                    self.set(tree::text(name, source), None, false, node.end_byte());
                }
            }
            _ => {}
        }
        let straight = matches!(
            kind,
            "program" | "declaration_command" | "variable_assignments"
        );
        for child in children() {
            self.collect(child, source, certain && straight, depth + 1);
        }
    }

    fn assignment(&mut self, node: Node<'_>, source: &str, certain: bool) {
        let Some(name) = node.child_by_field_name("name") else {
            return;
        };
        let text = tree::text(node, source);
        let name = tree::text(name, source);
        // `IFS= read …` holds for that one command.
        if name == "IFS"
            && node
                .parent()
                .is_some_and(|parent| parent.kind() == "command")
        {
            return;
        }
        let appended = text[name.len().min(text.len())..].starts_with("+=");
        let raw = match node.child_by_field_name("value") {
            _ if appended => None,
            None => Some(String::new()),
            Some(value) if value.kind() == "array" => None,
            Some(value) => Some(tree::text(value, source).to_owned()),
        };
        self.set(name, raw, certain, node.end_byte());
    }

    fn loop_variable(&mut self, node: Node<'_>, source: &str) {
        let Some(variable) = node.child_by_field_name("variable") else {
            return;
        };
        let name = tree::text(variable, source).to_owned();
        let words: Vec<_> = tree::named_children(node)
            .into_iter()
            .filter(|child| child.id() != variable.id() && child.is_word())
            .collect();
        if words.is_empty() {
            self.set(&name, None, false, node.start_byte());
        }
        // Inside the loop the variable has certainly been set.
        for value in words {
            let raw = tree::text(value, source).to_owned();
            self.set(&name, Some(raw), true, value.end_byte());
        }
    }

    fn definition(&mut self, node: Node<'_>, source: &str) {
        let Some(name) = node.child_by_field_name("name") else {
            return;
        };
        let body = node
            .child_by_field_name("body")
            .map_or("", |body| tree::text(body, source));
        let passes = ["$@", "$*", "$1", "${@", "${*", "${1", "$2"]
            .iter()
            .any(|argument| body.contains(argument));
        self.functions
            .insert(tree::text(name, source).to_owned(), passes);
    }

    fn command(&mut self, node: Node<'_>, source: &str) {
        let mut words = node
            .children()
            .filter(|child| child.is_named() && child.is_word())
            .map(|child| tree::text(child, source));
        let Some(program) = words.next() else {
            return;
        };
        let program = program.trim_start_matches('\\');
        match program {
            "source" | "." | "eval" => self.tainted = true,
            "alias" => {
                for definition in words {
                    if let Some((name, value)) = definition.split_once('=') {
                        let value = word::expand(value, self, 6);
                        if let [alternative] = &value[..] {
                            let texts: Vec<_> =
                                alternative.iter().map(|field| &*field.text).collect();
                            self.aliases.insert(name.to_owned(), texts.join(" "));
                        }
                    }
                }
            }
            _ if READERS.contains(&program) => {
                for name in words {
                    let plain = name.trim_matches(['"', '\'']);
                    if !plain.is_empty() && super::scan::name_length(plain) == plain.len() {
                        self.set(plain, None, false, node.end_byte());
                    }
                }
            }
            _ => {}
        }
    }
}
