//! The only place that changes the model: a message in, effects out.
//!
//! It must not act: what it wants done it returns. One file for each source or window.

mod act;
mod dialogs;
mod fill;
mod host;
mod launch;
mod moves;
mod opening;
mod output;
mod record;
mod terminal;

pub use dialogs::{palette_hits, picker_hits};

use super::effect::Effect;
use super::layout::{self, Areas};
use super::message::{Configured, Message};
use super::model::{self, Link, Lower, Model};
use super::style::{Look, Tone};
use crate::health::Verdict;
use crate::incident::Intent;
use crate::wire::{KeeperAsk, Notice, Request, Severity};
use jiff::Timestamp;

pub fn update(model: &mut Model, message: Message) -> Vec<Effect> {
    let mut effects = Vec::new();
    let by_hand = matches!(message, Message::Terminal(_));
    match message {
        Message::Terminal(event) => terminal::take(model, event, &mut effects),
        Message::Host(event) => host::take(model, event, &mut effects),
        Message::Keeper { run, event } => output::take(model, run, event, &mut effects),
        Message::Tick(now) => tick(model, now),
        Message::Rested => model.dirty |= model.previewed != model.cursor,
        Message::Configured(configured) => take_configured(model, *configured),
        Message::Section(section) => {
            model.section = Some(section);
            model.dirty = true;
        }
        Message::Reported { incident, outcome } => {
            record::reported(model, incident, outcome, &mut effects);
        }
    }
    settle(model, &mut effects);
    // While a hand runs through the list its preview waits: on a thin line it would be what the keys wait for.
    if !(by_hand && model.is_choosing()) {
        model.previewed = model.cursor;
    }
    effects
}

fn tick(model: &mut Model, now: Timestamp) {
    let before = std::mem::replace(&mut model.now, now);
    let second = model.ticks_by_the_second() && before.as_second() != now.as_second();
    model.dirty |= second || (model.ticks_by_the_minute() && ages_differ(model, before));
}

/// Whether an age on screen reads differently than it did at `before`.
fn ages_differ(model: &Model, before: Timestamp) -> bool {
    let gone = match &model.link {
        Link::Gone { since, .. } => Some(*since),
        Link::Connecting | Link::Up | Link::Rejected { .. } => None,
    };
    let moments = model
        .components
        .iter()
        .flatten()
        .filter(|view| view.verdict != Verdict::Up)
        .flat_map(|view| {
            let seen = view.last_good_at.filter(|_| model::is_stale(view));
            [view.since, seen]
        })
        .flatten()
        .chain(gone);
    { moments }.any(|then| super::words::ago(before, then) != super::words::ago(model.now, then))
}

fn take_configured(model: &mut Model, configured: Configured) {
    model.keymap = configured.keymap;
    model.look = Look::new(configured.ascii, model.look.colour);
    model.zone = configured.zone;
    for notice in configured.notices {
        take_notice(model, notice);
    }
    model.dirty = true;
}

/// Notices with the same key replace each other; an `Info` with a known key clears it.
fn take_notice(model: &mut Model, notice: Notice) {
    let known = model
        .notices
        .iter()
        .position(|other| other.key == notice.key);
    match (known, notice.severity) {
        (Some(at), Severity::Info) => {
            model.notices.remove(at);
            inform(model, Tone::Good, notice);
        }
        (Some(at), Severity::Warning | Severity::Error) => model.notices[at] = notice,
        // What is only said must not stand before what is wrong.
        (None, Severity::Info) if model.notices.is_empty() => inform(model, Tone::Plain, notice),
        (None, Severity::Info) => {}
        (None, Severity::Warning | Severity::Error) => {
            model.flash.take_if(|flash| flash.tone == Tone::Plain);
            model.notices.push(notice);
        }
    }
    model.dirty = true;
}

/// An empty one only clears.
fn inform(model: &mut Model, tone: Tone, notice: Notice) {
    if !notice.what.is_empty() {
        let hint = notice.hint.map(|hint| format!(": {hint}"));
        model.say(tone, notice.what + &hint.unwrap_or_default());
    }
}

/// Sends an intent and remembers what its answer is for.
fn intend(model: &mut Model, intent: Intent, what: model::Await, effects: &mut Vec<Effect>) -> u64 {
    let id = model.ask_id(what);
    effects.push(Effect::Send(Request::Intend { id, intent }));
    id
}

/// Brings cursors and scroll positions back into what there is to show, and tells a step's terminal
/// when its pane has another size.
fn settle(model: &mut Model, effects: &mut Vec<Effect>) {
    let areas = Areas::of(model);
    settle_checklist(model, &areas);
    let components = model.components.as_ref().map_or(0, Vec::len);
    model.health_cursor = model.health_cursor.min(components.saturating_sub(1));
    if model.lower == Lower::Text {
        let lines = super::pane::text_lines(model, &areas);
        let room = areas.lower.map_or(0, |place| place.inner.height as usize);
        model.text_top = model.text_top.min(lines.saturating_sub(room));
    }
    if let Some(dialog) = &model.dialog
        && let Some(most) = super::pane::page_overhang(model, dialog)
        && let Some(super::dialog::Dialog::Page(page)) = &mut model.dialog
    {
        page.top = page.top.min(most);
    }
    let answered = (model.output.live || model.output.recorded) && model.lower == Lower::Output;
    if answered
        && !layout::is_too_small(model.size)
        && let Some((rows, cols)) = areas.terminal()
        && model.output.told != Some((rows, cols))
    {
        let was_told = model.output.told.replace((rows, cols)).is_some();
        effects.push(Effect::Ask(KeeperAsk::Resize { rows, cols }));
        if model.output.recorded && was_told {
            output::ask_again(model, effects);
        }
    }
}

fn settle_checklist(model: &mut Model, areas: &Areas) {
    let room = areas
        .checklist
        .map_or(0, |place| place.inner.height as usize)
        .max(1);
    if model.is_choosing() {
        let lines = super::pane::scenario_lines(model);
        model.cursor = model
            .cursor
            .min(model::scenarios(model).len().saturating_sub(1));
        let at = lines
            .iter()
            .position(|line| line.choice == Some(model.cursor))
            .unwrap_or(0);
        // A heading above the first scenario is worth a line.
        let first = if model.cursor == 0 { 0 } else { at };
        model.checklist_top = scrolled(model.checklist_top, first, at + 1, room, lines.len());
        return;
    }
    let Some(scenario) = model.scenario() else {
        return;
    };
    let picks = model::picks(scenario);
    let items = model::items(scenario, areas.checklist_room(model.size));
    let cursor = model.cursor.min(picks.len().saturating_sub(1));
    let (from, to) = match picks.get(cursor) {
        Some(pick) => model::extent(&items, *pick),
        None => (0, 0),
    };
    let count = items.len();
    model.cursor = cursor;
    model.checklist_top = scrolled(model.checklist_top, from, to + 1, room, count);
}

/// The first line to show, moved as little as possible so that lines `from..to` are in view.
fn scrolled(top: usize, from: usize, to: usize, room: usize, count: usize) -> usize {
    let top = top.min(count.saturating_sub(room));
    if from < top {
        from
    } else if to > top + room {
        (to - room).min(from)
    } else {
        top
    }
}

#[cfg(test)]
mod tests;
