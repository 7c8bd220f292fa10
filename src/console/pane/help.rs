//! The help screen: every action that has a key here, from the keymap's own table.

use crate::console::canvas::{Rich, rich};
use crate::console::keymap::{Action, Context, Group};
use crate::console::model::Model;
use crate::console::style::Tone;
use crate::console::words;

/// What can be done from `from`, by heading; then the keys of windows and of a step's terminal.
pub fn lines(model: &Model, from: Context, cells: usize) -> Vec<Rich> {
    let mut lines = Vec::new();
    let mut seen: Vec<Action> = Vec::new();
    for group in Group::ALL {
        let of_group: Vec<(Action, String)> = Action::ALL
            .iter()
            .copied()
            .filter(|action| action.group() == group)
            .map(|action| (action, model.keymap.keys(from, action).join(" ")))
            .filter(|(_, keys)| !keys.is_empty())
            .collect();
        section(&mut lines, group.title(), &of_group, cells);
        seen.extend(of_group.iter().map(|(action, _)| *action));
    }
    for (context, title) in [
        (Context::List, "In lists"),
        (Context::Text, "Where one types"),
        (Context::Confirm, "Where one confirms"),
        (Context::Page, "In what is read"),
        (
            Context::Attached,
            "In a step's terminal (every other key goes to the step)",
        ),
    ] {
        let of_context: Vec<(Action, String)> = Action::ALL
            .iter()
            .copied()
            .filter(|action| action.contexts().contains(&context))
            .map(|action| (action, model.keymap.keys(context, action).join(" ")))
            .filter(|(_, keys)| !keys.is_empty())
            .collect();
        section(&mut lines, title, &of_context, cells);
    }
    lines
}

fn section(lines: &mut Vec<Rich>, title: &str, actions: &[(Action, String)], cells: usize) {
    if actions.is_empty() {
        return;
    }
    if !lines.is_empty() {
        lines.push(Vec::new());
    }
    lines.push(rich(title, Tone::Strong));
    let keys = 20.min(cells / 3);
    for (action, bound) in actions {
        lines.push(vec![
            (
                format!("  {}  ", words::pad(bound, keys, "…")),
                Tone::Accent,
            ),
            (action.help().to_owned(), Tone::Plain),
        ]);
    }
}
