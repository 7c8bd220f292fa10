//! From the key press to the running step: placeholders, proof, confirmation, start.

use super::act::{guard_host, guard_incident};
use super::opening::choose_branch;
use super::{fill, intend};
use crate::console::effect::Effect;
use crate::console::field::Field;
use crate::console::keymap::{Action, Context};
use crate::console::model::{Await, Launch, Model, Proof, Stage, runnable};
use crate::console::style::Tone;
use crate::incident::fact::{RunId, Target};
use crate::incident::state::Standing;
use crate::incident::{Confirmation, Intent, Refusal};
use crate::runbook::{Placeholder, Risk};
use crate::wire::Request;
use crossterm::event::KeyEvent;

/// What the host proved.
pub struct Proven {
    pub command: String,
    pub target: Target,
    pub missing: Vec<String>,
    pub preview: Option<String>,
    pub risk: Option<Risk>,
}

/// `run` was pressed on the checklist.
pub fn begin(model: &mut Model, effects: &mut Vec<Effect>) {
    if let Some(launch) = &model.launch {
        let text = format!("step {} is on its way already", launch.step);
        return model.say(Tone::Warn, text);
    }
    if !(guard_incident(model) && guard_host(model)) {
        return;
    }
    if let Some(alarm) = model.journal_alarm() {
        let text = format!(
            "no step starts while the journal cannot be written: {}",
            alarm.what
        );
        return model.say(Tone::Bad, text);
    }
    let Some((_, step)) = model.picked() else {
        return model.say(Tone::Warn, "no step is selected");
    };
    let number = step.number.clone();
    let Some((_, _, index, _)) = model.picked_block() else {
        let key = model.key(Context::Checklist, Action::MarkDone);
        let text = format!("step {number} is done by hand: `{key}` marks it done");
        return model.say(Tone::Plain, text);
    };
    if model.standing(step) == Standing::NotTaken {
        let key = model.key(Context::Checklist, Action::ChooseBranch);
        let text = format!("step {number} was not taken: `{key}` chooses again");
        return model.say(Tone::Warn, text);
    }
    let Some(scenario) = model.scenario() else {
        return;
    };
    let running = model
        .state()
        .and_then(|state| state.last_run(&scenario.id, &number, index))
        .filter(|(_, run)| run.end.is_none())
        .map(|(id, _)| id);
    if let Some(run) = running {
        return model.say(Tone::Warn, format!("step {number} runs already, as {run}"));
    }
    let undecided = step.branch.as_ref().is_some_and(|branch| {
        model.state().is_some_and(|state| {
            !state
                .branches
                .contains_key(&format!("{}/{}", scenario.id, branch.group))
        })
    });
    if undecided {
        return choose_branch(model);
    }
    let Some(launch) = launch_of(model) else {
        return;
    };
    let holes: Vec<Placeholder> = holes_of(model, false);
    model.flash = None;
    model.launch = Some(launch);
    if holes.is_empty() {
        prove(model, effects);
    } else {
        fill::begin(model, holes, false, effects);
    }
}

/// The selected block, on its way but not yet asked about.
pub fn launch_of(model: &Model) -> Option<Launch> {
    let (pick, step, index, block) = model.picked_block()?;
    let blocks = runnable(step);
    let place = blocks.iter().position(|it| *it == index).unwrap_or(0) + 1;
    Some(Launch {
        scenario: model.scenario()?.id.clone(),
        step: step.number.clone(),
        title: if pick.own_line {
            format!("{} ({place} of {})", step.title, blocks.len())
        } else {
            step.title.clone()
        },
        block: index,
        command: block.text.clone(),
        risk: block.risk,
        reasons: block.reasons.clone(),
        cautions: step
            .cautions
            .iter()
            .map(|caution| caution.text.clone())
            .collect(),
        timeout_seconds: block.attributes.timeout_seconds,
        interactive: block.interactive || block.attributes.interactive == Some(true),
        preview: None,
        stage: Stage::Proving { id: 0 },
    })
}

/// The placeholders of the selected block; only those without a value, unless `all`.
pub fn holes_of(model: &Model, all: bool) -> Vec<Placeholder> {
    let (Some((_, _, _, block)), Some(state)) = (model.picked_block(), model.state()) else {
        return Vec::new();
    };
    block
        .placeholders
        .iter()
        .filter(|name| all || says_nothing(name) || !state.placeholders.contains_key(*name))
        .map(|name| {
            let known = block.holes.iter().find(|hole| hole.name == *name);
            known.cloned().unwrap_or_else(|| Placeholder {
                name: name.clone(),
                ..Placeholder::default()
            })
        })
        .collect()
}

/// `...`, `xxx`: what it stands for differs from block to block, so it is asked for at each.
fn says_nothing(name: &str) -> bool {
    let letters = name.trim_matches(['.', '…', '-', '_']);
    letters.chars().all(|c| matches!(c, 'x' | 'X'))
}

/// What is known of the placeholders that the host misses, though the record may have them.
fn holes_named(model: &Model, names: &[String]) -> Vec<Placeholder> {
    let all = holes_of(model, true);
    names
        .iter()
        .map(|name| {
            let known = all.iter().find(|hole| hole.name == *name).cloned();
            let mut hole = known.unwrap_or_else(|| Placeholder {
                name: name.clone(),
                ..Placeholder::default()
            });
            hole.secret |= model.has_secret(name);
            hole
        })
        .collect()
}

/// Asks the host what the block would hit.
pub fn prove(model: &mut Model, effects: &mut Vec<Effect>) {
    let Some((step, block)) = model
        .launch
        .as_ref()
        .map(|launch| (launch.step.clone(), launch.block))
    else {
        return;
    };
    let id = model.ask_id(Await::Proof);
    effects.push(Effect::Send(Request::Prove { id, step, block }));
    if let Some(launch) = &mut model.launch {
        launch.stage = Stage::Proving { id };
    }
}

/// The proof is here: what only reads runs at once, the rest waits for the responder.
pub fn proven(model: &mut Model, id: u64, proven: Proven, effects: &mut Vec<Effect>) {
    let Some(launch) = &mut model.launch else {
        return;
    };
    if !matches!(launch.stage, Stage::Proving { id: asked } if asked == id) {
        return;
    }
    launch.risk = proven
        .risk
        .map_or(launch.risk, |risk| launch.risk.max(risk));
    launch.preview = proven.preview;
    if !proven.missing.is_empty() {
        let holes = holes_named(model, &proven.missing);
        return fill::begin(model, holes, false, effects);
    }
    launch.stage = Stage::Ready(Proof {
        command: proven.command,
        target: proven.target,
        typed: Field::default(),
        mismatch: false,
        top: 0,
    });
    if launch.risk == Risk::Read {
        send(model, |_| Confirmation::Key, effects);
    }
}

/// A key while a launch has its window.
pub fn key(model: &mut Model, key: KeyEvent, action: Option<Action>, effects: &mut Vec<Effect>) {
    let Some(launch) = &mut model.launch else {
        return;
    };
    if action == Some(Action::Dismiss) {
        let only = matches!(&launch.stage, Stage::Filling(fill) if fill.only);
        model.launch = None;
        if !only {
            model.say(Tone::Plain, "left: nothing was run");
        }
        return;
    }
    let risk = launch.risk;
    match &mut launch.stage {
        Stage::Filling(_) => fill::key(model, key, action, effects),
        Stage::Ready(proof) => {
            if let Some(lines) = scrolls(&model.keymap, key) {
                proof.top = proof.top.saturating_add_signed(lines);
                let most = crate::console::pane::confirm_overhang(model);
                if let Some(Stage::Ready(proof)) = model.launch.as_mut().map(|it| &mut it.stage) {
                    proof.top = proof.top.min(most);
                }
            } else if risk == Risk::Destroy {
                destroy_key(model, key, action, effects);
            } else if action == Some(Action::Accept) {
                send(model, |target| Confirmation::Shown { target }, effects);
            }
        }
        Stage::Proving { .. } | Stage::Sent { .. } | Stage::Started { .. } => {}
    }
}

/// Lines to scroll the command by; the keys of what is read scroll it.
fn scrolls(keymap: &crate::console::keymap::Keymap, key: KeyEvent) -> Option<isize> {
    if crate::console::keymap::Chord::of(key).is_text() {
        return None;
    }
    let action = keymap.action(Context::Page, key)?;
    [
        (Action::Up, -1),
        (Action::Down, 1),
        (Action::PageUp, -8),
        (Action::PageDown, 8),
    ]
    .into_iter()
    .find(|(scrolls, _)| *scrolls == action)
    .map(|(_, lines)| lines)
}

fn destroy_key(
    model: &mut Model,
    key: KeyEvent,
    action: Option<Action>,
    effects: &mut Vec<Effect>,
) {
    let Some(Stage::Ready(proof)) = model.launch.as_mut().map(|it| &mut it.stage) else {
        return;
    };
    if action == Some(Action::Accept) {
        proof.mismatch = proof.typed.text() != proof.target.name;
        if !proof.mismatch {
            send(model, |target| Confirmation::Typed { target }, effects);
        }
    } else if proof.typed.key(&key) {
        proof.mismatch = false;
    }
}

/// Sends the run; from here on nothing more is taken for it.
fn send(
    model: &mut Model,
    confirmation: impl Fn(String) -> Confirmation,
    effects: &mut Vec<Effect>,
) {
    if !guard_host(model) {
        model.launch = None;
        return;
    }
    let Some(launch) = model.launch.take() else {
        return;
    };
    let Stage::Ready(proof) = launch.stage.clone() else {
        model.launch = Some(launch);
        return;
    };
    let intent = Intent::Run {
        step: launch.step.clone(),
        block: launch.block,
        confirmation: confirmation(proof.target.name.clone()),
    };
    let id = intend(model, intent, Await::Start, effects);
    model.flash = None;
    model.launch = Some(Launch {
        stage: Stage::Sent { id, proof },
        ..launch
    });
}

/// The host has taken the run.
pub fn started(model: &mut Model, id: u64, run: Option<RunId>) {
    let Some(launch) = &mut model.launch else {
        return;
    };
    if !matches!(launch.stage, Stage::Sent { id: sent, .. } if sent == id) {
        return;
    }
    match run {
        Some(run) => launch.stage = Stage::Started { run },
        None => model.launch = None,
    }
}

/// The host refused what a launch asked. `false` where it was something else that was refused.
pub fn refused(model: &mut Model, id: u64, refusal: &Refusal, effects: &mut Vec<Effect>) -> bool {
    let Some(launch) = &mut model.launch else {
        return false;
    };
    let ours = match &launch.stage {
        Stage::Proving { id: asked } => *asked == id,
        Stage::Sent { id: sent, .. } => *sent == id,
        Stage::Filling(_) | Stage::Ready(_) | Stage::Started { .. } => false,
    };
    if !ours {
        return false;
    }
    model.waiting.remove(&id);
    // It is worse than it looked: asked again, with the confirmation that it wants.
    let worse = if let Refusal::ConfirmWithTarget { risk, .. } = refusal {
        Some((*risk).max(Risk::Unknown))
    } else {
        matches!(refusal, Refusal::TypeTheTarget { .. }).then_some(Risk::Destroy)
    };
    if let (Some(worse), Stage::Sent { proof, .. }) = (worse, launch.stage.clone())
        && worse > launch.risk
    {
        launch.risk = worse;
        launch.stage = Stage::Ready(proof);
        model.say(Tone::Warn, refusal.to_string());
        return true;
    }
    if let Refusal::OpenPlaceholders { names } = refusal {
        let holes = holes_named(model, names);
        fill::begin(model, holes, false, effects);
        return true;
    }
    model.launch = None;
    if matches!(refusal, Refusal::BranchOpen { .. }) {
        choose_branch(model);
    }
    model.say(Tone::Bad, refusal.to_string());
    true
}

/// The host could not do what a launch asked. `false` where it was something else.
pub fn failed(model: &mut Model, id: u64, why: &str) -> bool {
    let ours = model
        .launch
        .as_ref()
        .is_some_and(|launch| match &launch.stage {
            Stage::Proving { id: asked } => *asked == id,
            Stage::Sent { id: sent, .. } => *sent == id,
            Stage::Filling(_) | Stage::Ready(_) | Stage::Started { .. } => false,
        });
    if ours {
        model.waiting.remove(&id);
        model.launch = None;
        model.say(Tone::Bad, format!("nothing was started: {why}"));
    }
    ours
}
