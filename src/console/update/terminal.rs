//! Keys, pastes, mouse and size.

use super::{act, dialogs, launch, moves, output};
use crate::console::effect::Effect;
use crate::console::encode;
use crate::console::keymap::Action;
use crate::console::layout::{self, Areas};
use crate::console::message::Terminal;
use crate::console::model::{Focus, Model, Stage};
use crate::console::style::Tone;
use crossterm::event::{KeyEvent, KeyEventKind, MouseButton, MouseEvent, MouseEventKind};

const HAMMERED: &str = "that press came before this was on screen: press again where you mean it";

pub fn take(model: &mut Model, event: Terminal, effects: &mut Vec<Effect>) {
    match event {
        Terminal::Key(key) if key.kind == KeyEventKind::Release => {}
        Terminal::Key(key) => {
            model.dirty = true;
            take_key(model, key, effects);
        }
        Terminal::Paste(text) => {
            model.dirty = true;
            take_paste(model, &text, effects);
        }
        Terminal::Mouse(event) => take_mouse(model, event),
        Terminal::Resize(columns, rows) => {
            model.size = (columns, rows);
            model.dirty = true;
        }
    }
}

fn take_key(model: &mut Model, key: KeyEvent, effects: &mut Vec<Effect>) {
    let context = model.context();
    let action = model.keymap.action(context, key);
    // What is done the same way everywhere.
    if action == Some(Action::Redraw) {
        return effects.push(Effect::Repaint);
    }
    if action == Some(Action::Suspend) {
        return effects.push(Effect::Suspend);
    }
    // Nobody confirms what cannot be read.
    if layout::is_too_small(model.size) {
        if action == Some(Action::Quit) {
            effects.push(Effect::Quit);
        }
        return;
    }
    let starts = matches!(action, Some(Action::Run | Action::Accept));
    if model.is_hammered(&key) && starts {
        return model.say(Tone::Warn, HAMMERED);
    }
    if model
        .flash
        .as_ref()
        .is_some_and(|flash| flash.text == HAMMERED)
    {
        model.flash = None;
    }
    if model.dialog.is_some() {
        dialogs::key(model, key, action, effects);
    } else if model
        .launch
        .as_ref()
        .is_some_and(|it| it.context().is_some())
    {
        launch::key(model, key, action, effects);
    } else if model.attached {
        output::attached_key(model, key, action, effects);
    } else if let Some(action) = action {
        act::act(model, action, context, effects);
    } else {
        model.dirty = false;
    }
}

fn take_paste(model: &mut Model, text: &str, effects: &mut Vec<Effect>) {
    if model.dialog.is_some() {
        dialogs::paste(model, text);
        return;
    }
    if let Some(launch) = model.launch.as_mut().filter(|it| it.context().is_some()) {
        // The target's name is typed, not pasted: pasting it proves nothing.
        if let Stage::Filling(fill) = &mut launch.stage {
            fill.field.paste(text);
            fill.marked = None;
        }
    } else if model.attached {
        let bracketed = model
            .output
            .picture
            .as_ref()
            .is_some_and(|picture| picture.bracketed_paste);
        output::type_into(model, encode::paste(text, bracketed), effects);
    }
}

/// The wheel scrolls what is under it, a click selects.
fn take_mouse(model: &mut Model, event: MouseEvent) {
    if model.dialog.is_some() || model.attached || layout::is_too_small(model.size) {
        return;
    }
    let areas = Areas::of(model);
    let places = [
        (Focus::Health, areas.health),
        (Focus::Checklist, areas.checklist),
        (Focus::Timeline, areas.timeline),
        (Focus::Lower, areas.lower),
    ];
    let Some((focus, place)) = places.into_iter().find_map(|(focus, place)| {
        let place = place?;
        place
            .contains(event.column, event.row)
            .then_some((focus, place))
    }) else {
        return;
    };
    let delta = match event.kind {
        MouseEventKind::ScrollUp => -3,
        MouseEventKind::ScrollDown => 3,
        MouseEventKind::Down(MouseButton::Left) => {
            model.focus = focus;
            model.dirty = true;
            if focus == Focus::Checklist && event.row >= place.inner.y {
                moves::click_checklist(model, (event.row - place.inner.y) as usize);
            }
            return;
        }
        MouseEventKind::Down(_)
        | MouseEventKind::Up(_)
        | MouseEventKind::Drag(_)
        | MouseEventKind::Moved
        | MouseEventKind::ScrollLeft
        | MouseEventKind::ScrollRight => return,
    };
    model.dirty = true;
    let held = std::mem::replace(&mut model.focus, focus);
    for _ in 0..3 {
        moves::by(model, delta / 3);
    }
    model.focus = held;
}
