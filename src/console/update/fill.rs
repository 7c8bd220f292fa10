//! The form that asks for placeholders, one after the other.

use super::launch::{self, holes_of};
use super::{act, intend};
use crate::console::effect::Effect;
use crate::console::field::Field;
use crate::console::keymap::Action;
use crate::console::model::{Await, Fill, Model, Stage};
use crate::console::style::Tone;
use crate::incident::Intent;
use crate::runbook::Placeholder;
use crate::wire::{Candidate, Request};
use crossterm::event::KeyEvent;

/// Asks for `holes` before the launch goes on.
pub fn begin(model: &mut Model, holes: Vec<Placeholder>, only: bool, effects: &mut Vec<Effect>) {
    if let Some(launch) = &mut model.launch {
        launch.stage = Stage::Filling(Fill {
            holes,
            only,
            ..Fill::default()
        });
        ask(model, 0, effects);
    }
}

/// Fills in the selected block's placeholders, also those that have a value, without running it.
pub fn only(model: &mut Model, effects: &mut Vec<Effect>) {
    if !(act::guard_incident(model) && act::guard_host(model)) {
        return;
    }
    if model.launch.is_some() {
        return;
    }
    let holes = holes_of(model, true);
    if holes.is_empty() {
        return model.say(Tone::Plain, "there is nothing to fill in here");
    }
    model.launch = launch::launch_of(model);
    begin(model, holes, true, effects);
}

/// Turns to the hole at `at`.
fn ask(model: &mut Model, at: usize, effects: &mut Vec<Effect>) {
    let known = {
        let hole = filling(model).and_then(|fill| fill.holes.get(at).cloned());
        let Some(hole) = hole else {
            return;
        };
        let value = model
            .state()
            .and_then(|state| state.placeholders.get(&hole.name))
            .filter(|value| !value.secret)
            .map(|value| value.value.clone());
        (hole, value)
    };
    let (hole, value) = known;
    let ask_for = (!hole.secret).then(|| hole.name.clone());
    let id = ask_for
        .as_ref()
        .map(|name| model.ask_id(Await::Candidates { name: name.clone() }));
    if let Some(fill) = filling(model) {
        fill.at = at;
        fill.field = match (hole.secret, value) {
            (true, _) => Field::secret(),
            (false, Some(value)) => Field::with(value),
            // An earlier block sets it to this: as it stands, unless the responder says otherwise.
            (false, None) => match hole.default.filter(|_| hole.set_in.is_some()) {
                Some(value) => Field::with(value),
                None => Field::default(),
            },
        };
        fill.candidates = None;
        fill.problem = None;
        fill.marked = None;
    }
    if let (Some(id), Some(placeholder)) = (id, ask_for) {
        effects.push(Effect::Send(Request::Candidates { id, placeholder }));
    }
}

pub fn filling(model: &mut Model) -> Option<&mut Fill> {
    match &mut model.launch.as_mut()?.stage {
        Stage::Filling(fill) => Some(fill),
        Stage::Proving { .. } | Stage::Ready(_) | Stage::Sent { .. } | Stage::Started { .. } => {
            None
        }
    }
}

pub fn key(model: &mut Model, key: KeyEvent, action: Option<Action>, effects: &mut Vec<Effect>) {
    let Some(fill) = filling(model) else {
        return;
    };
    if fill.hole().is_none() {
        // Everything is sent; the host has the word.
        return;
    }
    let offered = fill.offered();
    let last = offered.len().saturating_sub(1);
    match action {
        Some(Action::Down) if !offered.is_empty() => {
            fill.marked = Some(fill.marked.map_or(0, |at| (at + 1).min(last)));
        }
        Some(Action::Up) => {
            fill.marked = fill.marked.and_then(|at| at.checked_sub(1));
        }
        Some(Action::Top) if !offered.is_empty() => fill.marked = Some(0),
        Some(Action::Bottom) if !offered.is_empty() => fill.marked = Some(last),
        Some(Action::Complete) => {
            if let Some(one) = offered.get(fill.marked.unwrap_or(0)) {
                fill.field.set(one.value.clone());
                fill.marked = None;
            }
        }
        Some(Action::Accept) => accept(model, &offered, effects),
        Some(_) => {}
        None => {
            if fill.field.key(&key) {
                fill.marked = None;
                fill.error = None;
            }
        }
    }
}

fn accept(model: &mut Model, offered: &[Candidate], effects: &mut Vec<Effect>) {
    let Some(fill) = filling(model) else {
        return;
    };
    let Some(hole) = fill.hole().cloned() else {
        return;
    };
    let marked = fill.marked.and_then(|at| offered.get(at));
    let value = match marked {
        Some(one) => one.value.clone(),
        // Spaces around a password may be part of it.
        None if hole.secret => fill.field.text().to_owned(),
        None => fill.field.trimmed().to_owned(),
    };
    if value.is_empty() {
        fill.error = Some("type a value, or pick one that is offered".into());
        return;
    }
    fill.error = None;
    let at = fill.at + 1;
    if !act::guard_host(model) {
        return;
    }
    let intent = Intent::SetPlaceholder {
        name: hole.name.clone(),
        value,
    };
    let what = Await::Placeholder { name: hole.name };
    let id = intend(model, intent, what, effects);
    if let Some(fill) = filling(model) {
        fill.unacknowledged.push(id);
        fill.at = at;
        fill.field = Field::default();
        fill.marked = None;
        fill.candidates = None;
    }
    ask(model, at, effects);
}

/// The host has recorded a value; when it has all of them, the launch goes on.
pub fn acknowledged(model: &mut Model, id: u64, effects: &mut Vec<Effect>) {
    let Some(fill) = filling(model) else {
        return;
    };
    fill.unacknowledged.retain(|sent| *sent != id);
    if fill.at < fill.holes.len() || !fill.unacknowledged.is_empty() {
        return;
    }
    if fill.only {
        model.launch = None;
        model.say(Tone::Good, "filled in, for as long as this incident lasts");
    } else {
        launch::prove(model, effects);
    }
}

/// The host did not take a value: back to it, with the reason.
pub fn refused(model: &mut Model, id: u64, name: &str, why: String) {
    let Some(fill) = filling(model) else {
        return model.say(Tone::Bad, why);
    };
    fill.unacknowledged.retain(|sent| *sent != id);
    if let Some(at) = fill.holes.iter().position(|hole| hole.name == name) {
        fill.at = at;
        fill.field = if fill.holes[at].secret {
            Field::secret()
        } else {
            Field::default()
        };
        fill.marked = None;
    }
    fill.error = Some(why);
}

pub fn candidates(model: &mut Model, name: &str, values: Vec<Candidate>, problem: Option<String>) {
    if let Some(fill) = filling(model)
        && fill.hole().is_some_and(|hole| hole.name == name)
    {
        fill.candidates = Some(values);
        fill.problem = problem;
    }
}
