//! What the host says: the record, the components, the answers.

use super::{fill, launch, output, record, take_notice};
use crate::console::dialog::{Dialog, Reading, Sending};
use crate::console::effect::Effect;
use crate::console::message::Host;
use crate::console::model::{self, Await, Link, Model, Timeline};
use crate::console::style::Tone;
use crate::health::ComponentView;
use crate::incident::fact::RunId;
use crate::incident::timeline;
use crate::wire::{Reply, Request};

pub fn take(model: &mut Model, event: Host, effects: &mut Vec<Effect>) {
    match event {
        Host::Connecting => {
            // While it is away, trying again is no news.
            if !matches!(model.link, Link::Gone { .. }) && model.link != Link::Connecting {
                model.link = Link::Connecting;
                model.dirty = true;
            }
        }
        Host::Gone { why } => gone(model, why),
        Host::Reply(reply) => take_reply(model, reply, effects),
    }
}

fn gone(model: &mut Model, why: String) {
    let since = match &model.link {
        Link::Gone { since, .. } => *since,
        Link::Connecting | Link::Up | Link::Rejected { .. } => model.now,
    };
    let link = Link::Gone { why, since };
    if model.link != link {
        model.link = link;
        model.dirty = true;
    }
    if model.waiting.is_empty() {
        return;
    }
    model.waiting.clear();
    model.timeline.asked = false;
    let unanswered =
        "the host went away before it answered: the timeline will show whether it was recorded";
    if model.launch.take().is_some() {
        model.say(Tone::Bad, unanswered);
    }
    if let Some(sending) = sending(model)
        && sending.is_sent()
    {
        *sending = Sending::Refused(unanswered.into());
    }
    model.dirty = true;
}

fn take_reply(model: &mut Model, reply: Reply, effects: &mut Vec<Effect>) {
    if let Reply::Component { component } = reply {
        return take_component(model, *component);
    }
    model.dirty = true;
    match reply {
        Reply::Component { .. } => {}
        Reply::Welcome { actor, .. } => {
            let was_gone = matches!(model.link, Link::Gone { .. });
            model.link = Link::Up;
            model.actor = actor;
            // The terminal of a run that was followed may have another address now.
            model.output.live = false;
            if was_gone {
                model.say(Tone::Good, "the host is back");
            }
            effects.push(Effect::Send(Request::Watch { incident: None }));
        }
        Reply::Rejected { why } => model.link = Link::Rejected { why },
        Reply::Runbooks { runbooks, offers } => {
            let chosen = chosen_scenario(model);
            model.runbooks = Some(runbooks);
            model.offers = offers;
            keep_chosen(model, chosen);
        }
        Reply::Offers { offers } => {
            let chosen = chosen_scenario(model);
            model.offers = offers;
            keep_chosen(model, chosen);
        }
        Reply::Components { components } => model.components = Some(components),
        Reply::Incident { state, rows } => record::take_incident(model, state, rows, effects),
        Reply::Entries { entries } => record::take_entries(model, &entries, effects),
        Reply::Done { id, run, .. } => done(model, id, run, effects),
        Reply::Refused { id, refusal } => {
            if !launch::refused(model, id, &refusal, effects) {
                not_done(model, id, refusal.to_string());
            }
        }
        Reply::Failed { id, why } => {
            if !launch::failed(model, id, &why) {
                not_done(model, id, why);
            }
        }
        Reply::Proof {
            id,
            command,
            target,
            missing,
            preview,
            risk,
        } => {
            model.waiting.remove(&id);
            let proven = launch::Proven {
                command,
                target,
                missing,
                preview,
                risk,
            };
            launch::proven(model, id, proven, effects);
        }
        Reply::Candidates {
            id,
            values,
            problem,
        } => {
            if let Some(Await::Candidates { name }) = model.waiting.remove(&id) {
                fill::candidates(model, &name, values, problem);
            }
        }
        Reply::Rows { id, rows } => {
            if model.waiting.remove(&id) == Some(Await::Rows) {
                older_rows(&mut model.timeline, rows);
            }
        }
        Reply::Notice { notice } => take_notice(model, notice),
        Reply::Present { actors } => model.present = actors,
        Reply::Target { target } => model.target = target,
        Reply::Stopping => {
            model.say(
                Tone::Warn,
                "the host was asked to stop: running steps go on",
            );
        }
    }
}

/// A look that saw the same as the one before changes nothing on screen, unless its history is shown.
fn take_component(model: &mut Model, component: ComponentView) {
    let Some(components) = &mut model.components else {
        model.components = Some(vec![component]);
        model.dirty = true;
        return;
    };
    let shown_whole = matches!(&model.dialog, Some(Dialog::Page(page))
        if page.what == Reading::Component { name: component.name.clone() });
    let Some(known) = components.iter_mut().find(|it| it.name == component.name) else {
        components.push(component);
        model.dirty = true;
        return;
    };
    // What the panes draw of it; the rest is seen in its detail view, or moves with the clock.
    let drawn = |view: &ComponentView| {
        (
            view.verdict,
            view.reason.clone(),
            view.summary.clone(),
            view.since,
            view.at.is_some(),
            model::is_stale(view).then_some(view.last_good_at),
        )
    };
    model.dirty |= shown_whole || drawn(&component) != drawn(known);
    *known = component;
}

fn chosen_scenario(model: &Model) -> Option<crate::runbook::ScenarioId> {
    if !model.is_choosing() || model.cursor == 0 {
        // On top stays on top, whatever comes up there.
        return None;
    }
    model::scenarios(model)
        .get(model.cursor)
        .map(|choice| choice.scenario.id.clone())
}

/// A list that is sorted anew must not move another scenario under the cursor.
fn keep_chosen(model: &mut Model, chosen: Option<crate::runbook::ScenarioId>) {
    if let Some(chosen) = chosen
        && let Some(at) = model::scenarios(model)
            .iter()
            .position(|choice| choice.scenario.id == chosen)
    {
        model.cursor = at;
    }
}

fn done(model: &mut Model, id: u64, run: Option<RunId>, effects: &mut Vec<Effect>) {
    match model.waiting.remove(&id) {
        Some(Await::Dialog) => {
            if sending(model).is_some_and(|sending| *sending == Sending::Sent(id)) {
                model.dialog = None;
                model.flash = None;
            }
        }
        Some(Await::Start) => {
            launch::started(model, id, run);
            record::finish_started_launch(model);
        }
        Some(Await::Placeholder { .. }) => fill::acknowledged(model, id, effects),
        Some(Await::Attach { run }) => output::attached(model, run, effects),
        Some(Await::Proof | Await::Candidates { .. } | Await::Rows | Await::Plain) | None => {}
    }
}

fn not_done(model: &mut Model, id: u64, why: String) {
    match model.waiting.remove(&id) {
        Some(Await::Dialog) => match sending(model) {
            Some(sending) if *sending == Sending::Sent(id) => *sending = Sending::Refused(why),
            Some(_) | None => model.say(Tone::Bad, why),
        },
        Some(Await::Placeholder { name }) => fill::refused(model, id, &name, why),
        Some(Await::Candidates { name }) => fill::candidates(model, &name, Vec::new(), Some(why)),
        Some(Await::Rows) => {
            model.timeline.asked = false;
            model.say(Tone::Warn, why);
        }
        Some(Await::Start | Await::Proof | Await::Attach { .. } | Await::Plain) | None => {
            model.say(Tone::Bad, why);
        }
    }
}

fn sending(model: &mut Model) -> Option<&mut Sending> {
    match &mut model.dialog {
        Some(Dialog::Ask(ask)) => Some(&mut ask.sending),
        Some(Dialog::Options(options)) => Some(&mut options.sending),
        Some(Dialog::Picker(_) | Dialog::Palette(_) | Dialog::Sure(_) | Dialog::Page(_)) | None => {
            None
        }
    }
}

fn older_rows(timeline: &mut Timeline, mut rows: Vec<timeline::Row>) {
    timeline.asked = false;
    let first = timeline.rows.first().map_or(u64::MAX, |row| row.seq);
    rows.retain(|row| row.seq < first);
    rows.sort_by_key(|row| row.seq);
    timeline.whole = rows.first().is_none_or(|row| row.seq <= 1);
    rows.append(&mut timeline.rows);
    timeline.rows = rows;
}
