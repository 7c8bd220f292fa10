//! What the host says: the record, the components, the answers.

use super::{fill, launch, output, take_notice};
use crate::console::dialog::{Dialog, Reading, Sending, Sure};
use crate::console::effect::Effect;
use crate::console::message::Host;
use crate::console::model::{self, Await, Focus, Incident, Link, Model, Stage, Timeline};
use crate::console::style::Tone;
use crate::console::words;
use crate::health::ComponentView;
use crate::incident::fact::{Fact, IncidentId, RunEnd, RunId};
use crate::incident::state::Standing;
use crate::incident::{Entry, State, timeline};
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
        Reply::Incident { state, rows } => take_incident(model, state, rows, effects),
        Reply::Entries { entries } => take_entries(model, &entries, effects),
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

fn take_incident(
    model: &mut Model,
    state: Option<Box<State>>,
    rows: Vec<timeline::Row>,
    effects: &mut Vec<Effect>,
) {
    let before = (
        model.incident_id(),
        model.scenario().map(|it| it.id.clone()),
    );
    model.incident = match state {
        Some(state) if state.is_open() => Incident::Open(state),
        Some(_) | None => Incident::None,
    };
    let after = (
        model.incident_id(),
        model.scenario().map(|it| it.id.clone()),
    );
    model.timeline = Timeline {
        whole: rows.first().is_none_or(|row| row.seq <= 1),
        rows,
        selected: None,
        asked: false,
    };
    if before.0 != after.0 {
        output::forget(model, effects);
        leave_windows(model);
        if model.incident == Incident::None {
            if model.focus == Focus::Timeline {
                model.focus = Focus::Checklist;
            }
            model.cursor = 0;
        }
    }
    if before != after && !to_running(model) {
        to_next_open(model);
    }
    finish_started_launch(model);
    follow_running(model, effects);
    if let Some(run) = model.output.run
        && !model.output.live
        && model
            .state()
            .is_some_and(|state| state.running().any(|(id, _)| id == run))
    {
        output::follow(model, run, effects);
    }
}

/// Puts the cursor on a step that runs, if there is one.
fn to_running(model: &mut Model) -> bool {
    let at = model
        .state()
        .zip(model.scenario())
        .and_then(|(state, scenario)| {
            let (_, run) = state.running().last()?;
            model::picks(scenario).iter().position(|pick| {
                let step = scenario.steps.get(pick.step);
                step.is_some_and(|step| step.number == run.step.step)
                    && pick.block == Some(run.block)
            })
        });
    if let Some(at) = at {
        model.cursor = at;
    }
    at.is_some()
}

/// A run that still goes on is followed by itself, unless another one is.
fn follow_running(model: &mut Model, effects: &mut Vec<Effect>) {
    let Some(state) = model.state() else {
        return;
    };
    let shown_runs = model
        .output
        .run
        .is_some_and(|run| state.running().any(|(id, _)| id == run));
    let newest = state.running().last().map(|(id, _)| id);
    if !shown_runs && let Some(run) = newest {
        output::follow(model, run, effects);
    }
}

fn take_entries(model: &mut Model, entries: &[Entry], effects: &mut Vec<Effect>) {
    for entry in entries {
        let opened = matches!(entry.fact, Fact::IncidentOpened { .. });
        if opened && model.state().is_none() {
            model.incident = Incident::Open(Box::default());
            model.timeline = Timeline {
                whole: true,
                ..Timeline::default()
            };
            output::forget(model, effects);
            model.cursor = 0;
        }
        let Incident::Open(state) = &mut model.incident else {
            // Of an incident that is not on screen: ask how it stands.
            effects.push(Effect::Send(Request::Watch { incident: None }));
            return;
        };
        if entry.seq <= state.last_seq {
            continue;
        }
        if entry.seq > state.last_seq + 1 || state.id.is_some_and(|id| id != entry.incident) {
            effects.push(Effect::Send(Request::Watch { incident: None }));
            return;
        }
        state.apply(entry);
        model.timeline.rows.push(timeline::row_in(entry, state));
        took_place(model, entry, effects);
    }
    finish_started_launch(model);
}

/// What a fact does to the screen beyond the fold.
fn took_place(model: &mut Model, entry: &Entry, effects: &mut Vec<Effect>) {
    match &entry.fact {
        Fact::ScenarioSelected { .. } => {
            if model.launch.take().is_some() {
                model.say(Tone::Warn, "the scenario was switched: nothing was run");
            }
            model.cursor = 0;
            model.checklist_top = 0;
            to_next_open(model);
        }
        Fact::StepStarted {
            run, step, block, ..
        } => {
            let ours = model.launch.as_ref().is_some_and(|launch| {
                launch.step == step.step
                    && launch.block == *block
                    && matches!(launch.stage, Stage::Sent { .. } | Stage::Started { .. })
            });
            let watching = model.state().is_some_and(|state| {
                model.output.run.is_some_and(|shown| {
                    shown != *run && state.running().any(|(id, _)| id == shown)
                })
            });
            if ours || !watching {
                model.lower = model::Lower::Output;
                output::follow(model, *run, effects);
            }
        }
        Fact::RunEnded {
            run,
            end,
            duration_ms,
            ..
        } => run_ended(model, *run, end, *duration_ms),
        Fact::StepSkipped { step, .. } | Fact::StepMarkedDone { step, .. } => {
            let here = model
                .picked()
                .is_some_and(|(_, picked)| picked.number == step.step);
            if here {
                to_next_open(model);
            }
        }
        Fact::IncidentClosed { .. } => closed(model, entry.incident, effects),
        Fact::Mitigated { evidence } => {
            model.say(Tone::Good, format!("service is restored: {evidence}"));
        }
        Fact::MitigationLost { evidence } => {
            model.say(Tone::Bad, format!("it is broken again: {evidence}"));
        }
        Fact::IncidentOpened { .. }
        | Fact::SeverityChanged { .. }
        | Fact::VerdictChanged { .. }
        | Fact::PlaceholderSet { .. }
        | Fact::BranchChosen { .. }
        | Fact::CancelRequested { .. }
        | Fact::RunAttached { .. }
        | Fact::NoteAdded { .. }
        | Fact::HostChanged { .. }
        | Fact::Unknown { .. } => {}
    }
}

fn run_ended(model: &mut Model, run: RunId, end: &RunEnd, duration_ms: u64) {
    if model.attached && model.output.run == Some(run) {
        model.attached = false;
    }
    if model
        .dialog_is(|dialog| matches!(dialog, Dialog::Sure(Sure::Cancel { run: of }) if *of == run))
    {
        model.dialog = None;
    }
    let Some((step, block)) = model
        .state()
        .and_then(|state| state.runs.get(&run))
        .map(|known| (known.step.step.clone(), known.block))
    else {
        return;
    };
    let took = words::took(duration_ms);
    if end.is_success() {
        model.say(
            Tone::Good,
            format!("step {step}: {} after {took}", end.word()),
        );
        let here = model
            .picked()
            .is_some_and(|(pick, picked)| picked.number == step && pick.block == Some(block));
        if here {
            to_next_open(model);
        }
    } else {
        let next = match end {
            RunEnd::Lost => "nobody knows how it ended: look at the system before running it again",
            RunEnd::NotStarted { why } => why.as_str(),
            RunEnd::Exited { .. }
            | RunEnd::Signalled { .. }
            | RunEnd::TimedOut
            | RunEnd::Cancelled { .. } => "read its output, then run it again, skip it or go on",
        };
        model.say(
            Tone::Bad,
            format!(
                "step {step}: {} after {took} {} {next}",
                end.word(),
                model.look.glyphs.dash
            ),
        );
    }
}

fn closed(model: &mut Model, id: IncidentId, effects: &mut Vec<Effect>) {
    let lasted = model
        .state()
        .and_then(|state| Some(words::seconds_between(state.opened_at?, state.closed_at?)))
        .unwrap_or(0);
    model.incident = Incident::None;
    model.timeline = Timeline::default();
    model.launch = None;
    model.zoomed = false;
    model.focus = Focus::Checklist;
    model.cursor = 0;
    model.checklist_top = 0;
    output::forget(model, effects);
    leave_windows(model);
    model.say(
        Tone::Good,
        format!(
            "{id} is closed after {}: `breakglass report {id}` has the report",
            words::clock(lasted)
        ),
    );
}

/// Windows that belong to the incident that was on screen.
fn leave_windows(model: &mut Model) {
    let keep = match &model.dialog {
        Some(Dialog::Picker(_) | Dialog::Palette(_)) => true,
        Some(Dialog::Page(page)) => !matches!(page.what, Reading::Row { .. }),
        Some(Dialog::Ask(_) | Dialog::Options(_) | Dialog::Sure(_)) | None => false,
    };
    if !keep {
        model.dialog = None;
    }
    model.launch = None;
}

/// Puts the cursor on the next thing to do, looking down from where it stands and then from the top.
pub fn to_next_open(model: &mut Model) {
    let Some(scenario) = model.scenario() else {
        return;
    };
    let picks = model::picks(scenario);
    let is_open = |at: usize| {
        let Some(pick) = picks.get(at) else {
            return false;
        };
        let Some(step) = scenario.steps.get(pick.step) else {
            return false;
        };
        match model.standing(step) {
            Standing::Open | Standing::Failed | Standing::UnknownOutcome => {}
            Standing::Running | Standing::Done | Standing::Skipped | Standing::NotTaken => {
                return false;
            }
        }
        let done = pick.block.is_some_and(|block| {
            model
                .state()
                .and_then(|state| state.last_run(&scenario.id, &step.number, block))
                .is_some_and(|(_, run)| run.end.as_ref().is_none_or(RunEnd::is_success))
        });
        !done
    };
    let from = model.cursor.min(picks.len());
    let next = (from..picks.len()).chain(0..from).find(|at| is_open(*at));
    if let Some(next) = next {
        model.cursor = next;
        model.text_top = 0;
    }
}

/// A launch is over when the record shows its run.
fn finish_started_launch(model: &mut Model) {
    if let Some(launch) = &model.launch
        && let Stage::Started { run } = launch.stage
        && model
            .state()
            .is_none_or(|state| state.runs.contains_key(&run))
    {
        model.launch = None;
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
            finish_started_launch(model);
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
