//! The pane below: following a run, scrolling back, typing into it.

use super::act::guard_host;
use super::intend;
use crate::console::effect::Effect;
use crate::console::encode;
use crate::console::keymap::Action;
use crate::console::message::Keeper;
use crate::console::model::{Await, Focus, Lower, Model, Output};
use crate::console::style::Tone;
use crate::incident::Intent;
use crate::incident::fact::RunId;
use crate::wire::{KeeperAsk, KeeperTell, Request};
use crossterm::event::KeyEvent;

/// Rows fetched at once when the timeline is scrolled back.
const ROWS_AT_ONCE: u32 = 200;

/// Shows a run from now on, and what it prints while it runs.
pub fn follow(model: &mut Model, run: RunId, effects: &mut Vec<Effect>) {
    let Some(incident) = model.incident_id() else {
        return;
    };
    if model.output.run == Some(run) && model.output.live {
        return;
    }
    model.attached = false;
    model.output = Output {
        run: Some(run),
        live: true,
        ..Output::default()
    };
    effects.push(Effect::Follow(Some((incident, run))));
    effects.push(Effect::Ask(KeeperAsk::Picture { have: 0, scroll: 0 }));
    model.dirty = true;
}

/// Shows no run any more.
pub fn forget(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.output.live || model.output.recorded {
        effects.push(Effect::Follow(None));
    }
    model.attached = false;
    model.output = Output::default();
}

pub fn take(model: &mut Model, run: RunId, event: Keeper, effects: &mut Vec<Effect>) {
    if model.output.run != Some(run) {
        return;
    }
    model.dirty = true;
    match event {
        Keeper::Tell(KeeperTell::Picture { picture }) => {
            if model.output.recorded {
                // Nothing comes after it.
            } else if picture.ended.is_none() {
                effects.push(Effect::Ask(KeeperAsk::Picture {
                    have: picture.version,
                    scroll: model.output.scroll,
                }));
            } else {
                model.attached = false;
            }
            model.output.scroll = model.output.scroll.min(picture.history);
            model.output.picture = Some(picture);
        }
        Keeper::Tell(KeeperTell::Ended { end }) => {
            model.attached = false;
            if let Some(picture) = &mut model.output.picture {
                picture.ended = Some(end);
            }
        }
        Keeper::Tell(KeeperTell::Rejected { why }) => {
            model.output.live = false;
            model.attached = false;
            model.say(Tone::Warn, format!("{run}: its terminal refuses us: {why}"));
        }
        Keeper::Gone => {
            model.attached = false;
            model.output.live = false;
            model.output.recorded = true;
            // The transcript is shown with as many lines as there is room for.
            model.output.told = None;
            if model.output.picture.is_none() {
                ask_again(model, effects);
            }
        }
        Keeper::Unreadable { why } => {
            model.output.recorded = false;
            model.say(
                Tone::Warn,
                format!("{run}: its transcript cannot be shown: {why}"),
            );
        }
    }
}

/// Asks for the picture again when it is scrolled.
pub fn rescroll(model: &mut Model, effects: &mut Vec<Effect>) {
    let Some(picture) = &model.output.picture else {
        return;
    };
    let answered = model.output.live || model.output.recorded;
    if answered && picture.scroll != model.output.scroll {
        ask_again(model, effects);
    }
}

/// Asks for the picture as it is to be shown now.
pub fn ask_again(model: &Model, effects: &mut Vec<Effect>) {
    effects.push(Effect::Ask(KeeperAsk::Picture {
        have: 0,
        scroll: model.output.scroll,
    }));
}

/// Back to the end of what is shown; there already, the selected step's newest run is shown, else the
/// newest that still goes on.
pub fn follow_tail(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.output.scroll > 0 {
        model.output.scroll = 0;
        return;
    }
    let of_step = model.picked().and_then(|(pick, step)| {
        let state = model.state()?;
        let (run, _) = state.last_run(&model.scenario()?.id, &step.number, pick.block?)?;
        Some(run)
    });
    let running = model
        .state()
        .and_then(|state| state.running().last().map(|(run, _)| run));
    match of_step.or(running) {
        Some(run) => {
            model.lower = Lower::Output;
            if model.output.run != Some(run) {
                follow(model, run, effects);
            }
        }
        None => model.say(Tone::Plain, "this step has not run yet"),
    }
}

/// Asks to type into a running step; the record has it before the first key.
pub fn attach(model: &mut Model, effects: &mut Vec<Effect>) {
    let of_step = model.picked().and_then(|(_, step)| {
        let state = model.state()?;
        let mut running = state
            .running()
            .filter(|(_, run)| run.step.step == step.number);
        running.next().map(|(run, _)| run)
    });
    let shown = model
        .shown_run()
        .filter(|(_, run)| run.end.is_none())
        .map(|(run, _)| run);
    let any = model
        .state()
        .and_then(|state| state.running().last().map(|(run, _)| run));
    let wanted = if model.focus == Focus::Lower {
        shown.or(of_step).or(any)
    } else {
        of_step.or(shown).or(any)
    };
    let Some(run) = wanted else {
        model.say(Tone::Plain, "no step is running that could be typed into");
        return;
    };
    if !guard_host(model)
        || model
            .waiting
            .values()
            .any(|what| matches!(what, Await::Attach { .. }))
    {
        return;
    }
    intend(
        model,
        Intent::Attach { run },
        Await::Attach { run },
        effects,
    );
}

/// The host has recorded it: keys go to the step from now on.
pub fn attached(model: &mut Model, run: RunId, effects: &mut Vec<Effect>) {
    let running = model
        .state()
        .is_some_and(|state| state.running().any(|(id, _)| id == run));
    if !running {
        model.say(Tone::Plain, format!("{run} has ended already"));
        return;
    }
    follow(model, run, effects);
    model.lower = Lower::Output;
    model.focus = Focus::Lower;
    model.output.scroll = 0;
    model.attached = true;
}

pub fn attached_key(
    model: &mut Model,
    key: KeyEvent,
    action: Option<Action>,
    effects: &mut Vec<Effect>,
) {
    match action {
        Some(Action::Detach) => {
            model.attached = false;
            model.say(Tone::Plain, "detached: the step goes on");
        }
        Some(Action::ScrollUp) => super::moves::scroll_lower(model, -1),
        Some(Action::ScrollDown) => super::moves::scroll_lower(model, 1),
        Some(Action::FollowTail) => model.output.scroll = 0,
        Some(_) | None => {
            let application = model
                .output
                .picture
                .as_ref()
                .is_some_and(|picture| picture.application_cursor);
            if let Some(text) = encode::key(&key, application) {
                type_into(model, text, effects);
            }
        }
    }
    rescroll(model, effects);
}

pub fn type_into(model: &mut Model, text: String, effects: &mut Vec<Effect>) {
    if model.output.live {
        model.output.scroll = 0;
        effects.push(Effect::Ask(KeeperAsk::Input { text }));
    }
}

/// Fetches older rows when the timeline's cursor reaches its first ones.
pub fn fetch_rows(model: &mut Model, effects: &mut Vec<Effect>) {
    let timeline = &model.timeline;
    let (Some(selected), Some(first)) = (timeline.selected, timeline.rows.first()) else {
        return;
    };
    let near = timeline
        .rows
        .iter()
        .position(|row| row.seq == selected)
        .is_some_and(|at| at < 5);
    if near && first.seq > 1 && !timeline.whole && !timeline.asked && model.is_up() {
        let before = first.seq;
        model.timeline.asked = true;
        let id = model.ask_id(Await::Rows);
        effects.push(Effect::Send(Request::Rows {
            id,
            before,
            limit: ROWS_AT_ONCE,
        }));
    }
}
