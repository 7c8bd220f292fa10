//! Variables that a block sets before a command runs, as the command's process would find them.
//!
//! It must not know what a variable means to a program.

use super::Reader;
use crate::runbook::shell::tree::{self, Node};
use crate::runbook::shell::word::{self, Field};

/// A variable and what it was set to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    pub name: String,
    /// `None` where that is known only when the block runs, or depends on a branch that is taken then.
    pub value: Option<String>,
    /// The command's process gets it; otherwise only if it was in the environment before.
    pub exported: bool,
}

/// `NAME=value` among the words of `env` or `sudo`.
pub(super) fn given(field: &Field) -> Option<Setting> {
    let (name, value) = field.text.split_once('=')?;
    Some(Setting {
        name: name.to_owned(),
        value: field.known().map(|_| value.to_owned()),
        exported: true,
    })
}

impl Reader<'_> {
    /// What stands before a command on its own line: `PGHOST=db1 psql`.
    pub(super) fn own_settings(&self, command: Node<'_>) -> Vec<Setting> {
        tree::named_children(command)
            .into_iter()
            .filter(|child| child.kind() == "variable_assignment")
            .filter_map(|child| self.assigned(child, true))
            .collect()
    }

    /// Takes note of what holds for the commands behind a node.
    pub(super) fn setting(&mut self, node: Node<'_>) {
        let parent = node.parent().map_or("", |parent| parent.kind());
        match node.kind() {
            "variable_assignment" if parent != "command" => {
                let straight = is_straight(node);
                let exported = parent == "declaration_command";
                if let Some(mut setting) = self.assigned(node, exported) {
                    if !straight {
                        setting.value = None;
                    }
                    self.settings.push(setting);
                }
            }
            // `export NAME` of what was set before.
            "variable_name" if parent == "declaration_command" => {
                let name = tree::text(node, self.source);
                let known = self.settings.iter().rev().find(|known| known.name == name);
                if let Some(known) = known.cloned() {
                    self.settings.push(Setting {
                        exported: true,
                        ..known
                    });
                }
            }
            "variable_name" if parent == "unset_command" => {
                let name = tree::text(node, self.source).to_owned();
                self.settings.push(Setting {
                    name,
                    value: is_straight(node).then(String::new),
                    exported: true,
                });
            }
            "command" => {
                let name = node
                    .child_by_field_name("name")
                    .map_or("", |name| tree::text(name, self.source));
                self.sourced |= matches!(name, "source" | "." | "eval");
            }
            _ => {}
        }
    }

    fn assigned(&self, node: Node<'_>, exported: bool) -> Option<Setting> {
        let name = tree::text(node.child_by_field_name("name")?, self.source);
        let text = tree::text(node, self.source);
        let appended = text.get(name.len()..)?.starts_with("+=");
        let value = match node.child_by_field_name("value") {
            _ if appended => None,
            None => Some(String::new()),
            Some(value) => {
                let raw = tree::text(value, self.source);
                match &word::expand(raw, &self.scope, 0)[..] {
                    [fields] if fields.iter().all(|field| field.known().is_some()) => {
                        let texts: Vec<&str> = fields.iter().map(|field| &*field.text).collect();
                        Some(texts.join(" "))
                    }
                    _ => None,
                }
            }
        };
        Some(Setting {
            name: name.to_owned(),
            value,
            exported,
        })
    }
}

/// Whether it is certain to happen for whatever stands behind it.
fn is_straight(node: Node<'_>) -> bool {
    let mut above = node.parent();
    while let Some(parent) = above {
        if !matches!(
            parent.kind(),
            "program" | "declaration_command" | "variable_assignments" | "unset_command" | "list"
        ) {
            return false;
        }
        above = parent.parent();
    }
    true
}
