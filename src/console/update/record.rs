//! The record of the incident: how it stands, how it goes on, and what that does to the screen beyond the
//! fold.

use super::output;
use crate::cli::report::Written;
use crate::console::dialog::{Dialog, Reading, Sure};
use crate::console::effect::Effect;
use crate::console::keymap::{Action, Context};
use crate::console::model::{self, Focus, Incident, Model, Stage, Timeline};
use crate::console::style::Tone;
use crate::console::words;
use crate::incident::fact::{Fact, IncidentId, RunEnd, RunId};
use crate::incident::state::Standing;
use crate::incident::{Entry, State, timeline};
use crate::wire::Request;

pub fn take_incident(
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
        if model.incident == Incident::None && model.focus == Focus::Timeline {
            model.focus = Focus::Checklist;
        }
    }
    if before != after {
        // A place in another list says nothing of this one.
        model.cursor = 0;
        model.checklist_top = 0;
        if !to_running(model) {
            to_next_open(model);
        }
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

/// A run that still goes on is followed by itself, unless another one is; where none does and none is shown, the
/// newest that there was.
fn follow_running(model: &mut Model, effects: &mut Vec<Effect>) {
    let Some(state) = model.state() else {
        return;
    };
    let shown_runs = model
        .output
        .run
        .is_some_and(|run| state.running().any(|(id, _)| id == run));
    let newest = state.running().last().map(|(id, _)| id);
    let last = || state.runs.keys().next_back().copied();
    let wanted = match model.output.run {
        None => newest.or_else(last),
        Some(_) => newest.filter(|_| !shown_runs),
    };
    if let Some(run) = wanted {
        output::follow(model, run, effects);
    }
}

pub fn take_entries(model: &mut Model, entries: &[Entry], effects: &mut Vec<Effect>) {
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
            if ours
                && model
                    .launch
                    .as_ref()
                    .is_some_and(|launch| launch.interactive)
            {
                let key = model.key(Context::Checklist, Action::Attach);
                model.say(
                    Tone::Accent,
                    format!("this step wants somebody at the keyboard: `{key}` types into it"),
                );
            }
            if ours {
                model.lower = model::Lower::Output;
            }
            if ours || !watching {
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
            RunEnd::Lost => "look at the system before you run it again",
            RunEnd::NotStarted { why } => why.as_str(),
            RunEnd::Exited { .. }
            | RunEnd::Signalled { .. }
            | RunEnd::TimedOut
            | RunEnd::Cancelled { .. } => "run it again, skip it or go on",
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
    model.closed = Some(id);
    output::forget(model, effects);
    leave_windows(model);
    let key = model.key(Context::Checklist, Action::Report);
    model.say(
        Tone::Good,
        format!(
            "{id} is closed after {}: `{key}` writes its report, and so does `breakglass report {id}`",
            words::clock(lasted)
        ),
    );
}

/// Writes the report of the open incident, or of the one that was closed last.
pub fn report(model: &mut Model, effects: &mut Vec<Effect>) {
    let Some(id) = model.incident_id().or(model.closed) else {
        return model.say(
            Tone::Warn,
            "no incident is open: `breakglass report ID` writes an older one's report",
        );
    };
    effects.push(Effect::WriteReport(id));
    model.say(Tone::Plain, format!("writing the report of {id}"));
}

pub fn reported(
    model: &mut Model,
    id: IncidentId,
    outcome: Result<Written, String>,
    effects: &mut Vec<Effect>,
) {
    model.dirty = true;
    match outcome {
        Ok(Written { path, elsewhere }) => {
            let path = path.display().to_string();
            let so_far = if model.incident_id() == Some(id) {
                " so far"
            } else {
                ""
            };
            let elsewhere = elsewhere.map_or_else(String::new, |why| format!(" ({why})"));
            effects.push(Effect::Copy(path.clone()));
            model.say(
                Tone::Good,
                format!("the report of {id}{so_far} is in {path}{elsewhere}"),
            );
        }
        Err(why) => model.say(
            Tone::Bad,
            format!("no report was written: {why}; `breakglass report {id} -o FILE` writes it where you say"),
        ),
    }
}

/// Windows that belong to the incident that was on screen.
fn leave_windows(model: &mut Model) {
    let keep = match &model.dialog {
        Some(Dialog::Picker(_) | Dialog::Palette(_)) => true,
        Some(Dialog::Page(page)) => {
            !matches!(page.what, Reading::Row { .. } | Reading::Link { .. })
        }
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
pub fn finish_started_launch(model: &mut Model) {
    if let Some(launch) = &model.launch
        && let Stage::Started { run } = launch.stage
        && model
            .state()
            .is_none_or(|state| state.runs.contains_key(&run))
    {
        model.launch = None;
    }
}
