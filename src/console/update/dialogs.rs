//! Keys in the windows over the panes.

use super::{act, intend, opening};
use crate::console::dialog::{
    Ask, Choosing, Dialog, Options, Page, Palette, Picker, Question, Reading, Sending, Sure,
    palette_actions,
};
use crate::console::effect::Effect;
use crate::console::fuzzy;
use crate::console::keymap::{Action, Context};
use crate::console::model::{self, Await, Model};
use crate::console::style::Tone;
use crate::incident::Intent;
use crossterm::event::KeyEvent;

pub fn key(model: &mut Model, key: KeyEvent, action: Option<Action>, effects: &mut Vec<Effect>) {
    let Some(mut dialog) = model.dialog.take() else {
        return;
    };
    if action == Some(Action::Dismiss) {
        return;
    }
    let stays = match &mut dialog {
        Dialog::Ask(ask) => ask_key(model, ask, key, action, effects),
        Dialog::Options(options) => options_key(model, options, key, action, effects),
        Dialog::Picker(picker) => picker_key(model, picker, key, action, effects),
        Dialog::Palette(palette) => palette_key(model, palette, key, action, effects),
        Dialog::Sure(sure) => sure_key(model, *sure, action, effects),
        Dialog::Page(Page {
            what: Reading::Link { at },
            ..
        }) if action == Some(Action::FollowLink) => {
            act::follow_link(model, *at + 1, effects);
            false
        }
        Dialog::Page(page) => {
            let room = super::super::pane::page_room(model);
            page.top = match action {
                Some(Action::Up) => page.top.saturating_sub(1),
                Some(Action::Down) => page.top + 1,
                Some(Action::PageUp) => page.top.saturating_sub(room),
                Some(Action::PageDown) => page.top + room,
                Some(Action::Top) => 0,
                // `settle` keeps it within the page.
                Some(Action::Bottom) => usize::MAX / 2,
                Some(Action::Refresh) => {
                    act::act(model, Action::Refresh, Context::Page, effects);
                    page.top
                }
                Some(_) | None => page.top,
            };
            true
        }
    };
    // What was done may have opened a window of its own.
    if stays && model.dialog.is_none() {
        model.dialog = Some(dialog);
    }
}

pub fn paste(model: &mut Model, text: &str) {
    let field = match &mut model.dialog {
        Some(Dialog::Ask(ask)) if !ask.sending.is_sent() => &mut ask.field,
        Some(Dialog::Options(options)) if !options.sending.is_sent() => &mut options.field,
        Some(Dialog::Picker(picker)) => {
            picker.at = 0;
            &mut picker.field
        }
        Some(Dialog::Palette(palette)) => {
            palette.at = 0;
            &mut palette.field
        }
        Some(Dialog::Ask(_) | Dialog::Options(_) | Dialog::Sure(_) | Dialog::Page(_)) | None => {
            return;
        }
    };
    field.paste(text);
}

fn ask_key(
    model: &mut Model,
    ask: &mut Ask,
    key: KeyEvent,
    action: Option<Action>,
    effects: &mut Vec<Effect>,
) -> bool {
    if ask.sending.is_sent() {
        return true;
    }
    if action != Some(Action::Accept) {
        if action.is_none() && ask.field.key(&key) {
            ask.sending = Sending::No;
        }
        return true;
    }
    if ask.what.is_required() && ask.field.is_empty() {
        ask.sending = Sending::Refused("say it in a few words".into());
        return true;
    }
    if !model.is_up() {
        ask.sending =
            Sending::Refused("the host is not connected: what you typed stays here".into());
        return true;
    }
    let text = ask.field.trimmed().to_owned();
    let intent = match ask.what.clone() {
        Question::Note { step } => Intent::Note {
            step,
            text,
            decision: false,
        },
        Question::Decision { step } => Intent::Note {
            step,
            text,
            decision: true,
        },
        Question::Skip { step, .. } => Intent::Skip { step, reason: text },
        Question::Done { step, .. } => Intent::MarkDone {
            step,
            note: Some(text).filter(|text| !text.is_empty()),
        },
        Question::Mitigate => Intent::Mitigate { evidence: text },
        Question::Close => Intent::Close { resolution: text },
        Question::Switch { to, .. } => Intent::SelectScenario {
            scenario: to,
            reason: Some(text),
        },
    };
    ask.sending = Sending::Sent(intend(model, intent, Await::Dialog, effects));
    true
}

fn options_key(
    model: &mut Model,
    options: &mut Options,
    key: KeyEvent,
    action: Option<Action>,
    effects: &mut Vec<Effect>,
) -> bool {
    if options.sending.is_sent() {
        return true;
    }
    let last = options.options.len().saturating_sub(1);
    match action {
        Some(Action::Up) => options.at = options.at.saturating_sub(1),
        Some(Action::Down) => options.at = (options.at + 1).min(last),
        Some(Action::Top) => options.at = 0,
        Some(Action::Bottom) => options.at = last,
        Some(Action::Complete) => {
            if let Choosing::Open { drill, .. } = &mut options.what {
                *drill = !*drill;
            }
        }
        Some(Action::Accept) => choose(model, options, effects),
        Some(_) => {}
        None => {
            if options.field.key(&key) {
                options.sending = Sending::No;
            }
        }
    }
    true
}

fn choose(model: &mut Model, options: &mut Options, effects: &mut Vec<Effect>) {
    if !model.is_up() {
        options.sending =
            Sending::Refused("the host is not connected: what you typed stays here".into());
        return;
    }
    let text = Some(options.field.trimmed().to_owned()).filter(|text| !text.is_empty());
    let Some(option) = options.options.get(options.at) else {
        return;
    };
    let value = option.value.clone();
    let intent = match &options.what {
        Choosing::Open {
            scenario, drill, ..
        } => {
            if text.is_none() && scenario.is_none() {
                options.sending = Sending::Refused("say in a few words what is broken".into());
                return;
            }
            Intent::Open {
                title: text,
                scenario: scenario.clone(),
                severity: Some(value).filter(|value| !value.is_empty()),
                drill: *drill,
            }
        }
        Choosing::Severity => Intent::ChangeSeverity {
            to: value,
            reason: text,
        },
        Choosing::Branch { group, .. } => Intent::ChooseBranch {
            group: group.clone(),
            option: value,
            reason: text,
        },
    };
    options.sending = Sending::Sent(intend(model, intent, Await::Dialog, effects));
}

/// What the picker offers for what is typed: indices into [`model::scenarios`], best first.
pub fn picker_hits(model: &Model, picker: &Picker) -> Vec<usize> {
    let texts: Vec<String> = model::scenarios(model)
        .iter()
        .map(|choice| format!("{}  {}", choice.scenario.title, choice.scenario.id))
        .collect();
    fuzzy::find(picker.field.trimmed(), &texts)
        .into_iter()
        .map(|hit| hit.index)
        .collect()
}

/// What the palette offers for what is typed, best first.
pub fn palette_hits(palette: &Palette) -> Vec<Action> {
    let actions = palette_actions();
    let texts: Vec<String> = actions
        .iter()
        .map(|action| format!("{}  {}", action.name(), action.help()))
        .collect();
    fuzzy::find(palette.field.trimmed(), &texts)
        .into_iter()
        .filter_map(|hit| actions.get(hit.index).copied())
        .collect()
}

fn listed(at: &mut usize, action: Option<Action>, count: usize, page: usize) {
    let last = count.saturating_sub(1);
    *at = match action {
        Some(Action::Up) => at.saturating_sub(1),
        Some(Action::Down) => *at + 1,
        Some(Action::PageUp) => at.saturating_sub(page),
        Some(Action::PageDown) => *at + page,
        Some(Action::Top) => 0,
        Some(Action::Bottom) => last,
        Some(_) | None => *at,
    }
    .min(last);
}

fn picker_key(
    model: &mut Model,
    picker: &mut Picker,
    key: KeyEvent,
    action: Option<Action>,
    effects: &mut Vec<Effect>,
) -> bool {
    let hits = picker_hits(model, picker);
    if action == Some(Action::Accept) {
        let scenario = hits.get(picker.at).and_then(|at| {
            model::scenarios(model)
                .get(*at)
                .map(|it| it.scenario.clone())
        });
        let Some(scenario) = scenario else {
            return true;
        };
        opening::take_scenario(model, &scenario, effects);
        return false;
    }
    if action.is_none() {
        if picker.field.key(&key) {
            picker.at = 0;
        }
    } else {
        listed(&mut picker.at, action, hits.len(), 10);
    }
    true
}

fn palette_key(
    model: &mut Model,
    palette: &mut Palette,
    key: KeyEvent,
    action: Option<Action>,
    effects: &mut Vec<Effect>,
) -> bool {
    let hits = palette_hits(palette);
    if action == Some(Action::Accept) {
        let Some(found) = hits.get(palette.at) else {
            return true;
        };
        let from = palette.from.unwrap_or(Context::Checklist);
        act::act(model, *found, from, effects);
        return false;
    }
    if action.is_none() {
        if palette.field.key(&key) {
            palette.at = 0;
        }
    } else {
        listed(&mut palette.at, action, hits.len(), 10);
    }
    true
}

fn sure_key(
    model: &mut Model,
    sure: Sure,
    action: Option<Action>,
    effects: &mut Vec<Effect>,
) -> bool {
    if action != Some(Action::Accept) {
        return true;
    }
    match sure {
        Sure::Quit => effects.push(Effect::Quit),
        Sure::Cancel { run } => {
            if act::guard_host(model) {
                intend(model, Intent::Cancel { run }, Await::Plain, effects);
                model.say(Tone::Warn, format!("{run}: cancelling, INT first"));
            }
        }
    }
    false
}
