//! Windows that open, switch and grade an incident, and that choose between alternatives.

use super::act::{ask, guard_host, guard_incident};
use super::intend;
use crate::console::dialog::{Choosable, Choosing, Dialog, Options, Question, Sending};
use crate::console::effect::Effect;
use crate::console::field::Field;
use crate::console::keymap::{Action, Context};
use crate::console::model::{self, Await, Incident, Model};
use crate::console::style::Tone;
use crate::incident::Intent;
use crate::runbook::{Scenario, ScenarioKind};

/// A scenario was picked: opens an incident with it, takes it into the one that is open, or asks why the
/// scenario changes.
pub fn take_scenario(model: &mut Model, scenario: &Scenario, effects: &mut Vec<Effect>) {
    match &model.incident {
        Incident::Unknown => {
            guard_host(model);
        }
        Incident::None => open(model, Some(scenario)),
        Incident::Open(state) => match &state.scenario {
            Some(now) if now.id == scenario.id => {
                model.say(Tone::Plain, "this scenario is being walked already");
            }
            Some(now) => {
                let question = Question::Switch {
                    to: scenario.id.clone(),
                    title: scenario.title.clone(),
                    from: now.title.clone(),
                };
                ask(model, question);
            }
            None => {
                if guard_host(model) {
                    let because = model::scenarios(model)
                        .iter()
                        .find(|choice| choice.scenario.id == scenario.id)
                        .map(|choice| choice.because.join("; "))
                        .filter(|because| !because.is_empty());
                    let intent = Intent::SelectScenario {
                        scenario: scenario.id.clone(),
                        reason: because,
                    };
                    intend(model, intent, Await::Plain, effects);
                }
            }
        },
    }
}

/// The window that opens an incident.
pub fn open(model: &mut Model, scenario: Option<&Scenario>) {
    if let Some(id) = model.incident_id() {
        let key = model.key(Context::Checklist, Action::PickScenario);
        model.say(
            Tone::Warn,
            format!("{id} is open already: `{key}` switches its scenario"),
        );
        return;
    }
    if !guard_host(model) {
        return;
    }
    let mut options = severities(model);
    let stated = scenario.and_then(|scenario| scenario.severity.clone());
    if let Some(stated) = &stated
        && !options.iter().any(|option| option.value == *stated)
    {
        options.insert(
            0,
            Choosable {
                value: stated.clone(),
                detail: "as the runbook says".into(),
            },
        );
    }
    options.push(Choosable {
        value: String::new(),
        detail: "not known yet".into(),
    });
    let at = options
        .iter()
        .position(|option| match &stated {
            Some(stated) => option.value == *stated,
            None => option.value.is_empty(),
        })
        .unwrap_or(0);
    model.dialog = Some(Dialog::Options(Options {
        what: Choosing::Open {
            scenario: scenario.map(|scenario| scenario.id.clone()),
            title: scenario.map(|scenario| scenario.title.clone()),
            drill: scenario.is_some_and(|scenario| scenario.kind == ScenarioKind::Drill),
        },
        options,
        at,
        field: Field::with(scenario.map_or("", |scenario| scenario.title.as_str())),
        sending: Sending::No,
    }));
}

/// The severities that the runbooks know, with what they say of them; the usual four where none does.
fn severities(model: &Model) -> Vec<Choosable> {
    let mut known: Vec<Choosable> = Vec::new();
    for meaning in model
        .runbooks
        .iter()
        .flatten()
        .flat_map(|runbook| &runbook.severities)
    {
        if !known.iter().any(|one| one.value == meaning.severity) {
            known.push(Choosable {
                value: meaning.severity.clone(),
                detail: meaning.meaning.clone(),
            });
        }
    }
    if known.is_empty() {
        known = ["P0", "P1", "P2", "P3"]
            .map(|value| Choosable {
                value: value.into(),
                detail: String::new(),
            })
            .into();
    }
    known
}

pub fn severity(model: &mut Model) {
    if !(guard_incident(model) && guard_host(model)) {
        return;
    }
    let options = severities(model);
    let now = model.state().and_then(|state| state.severity.clone());
    let at = options
        .iter()
        .position(|option| Some(&option.value) == now.as_ref())
        .unwrap_or(0);
    model.dialog = Some(Dialog::Options(Options {
        what: Choosing::Severity,
        options,
        at,
        field: Field::default(),
        sending: Sending::No,
    }));
}

/// The window that chooses between the alternatives that the cursor stands in.
pub fn choose_branch(model: &mut Model) {
    if !(guard_incident(model) && guard_host(model)) {
        return;
    }
    let Some((_, step)) = model.picked() else {
        return;
    };
    let Some(branch) = step.branch.clone() else {
        model.say(Tone::Plain, "this step is not one of several alternatives");
        return;
    };
    let number = step.number.clone();
    let mut options: Vec<Choosable> = Vec::new();
    for step in model.scenario().iter().flat_map(|it| &it.steps) {
        if let Some(other) = &step.branch
            && other.group == branch.group
        {
            match options.iter_mut().find(|it| it.value == other.option) {
                Some(known) => {
                    known.detail.push_str(", ");
                    known.detail.push_str(&step.number);
                }
                None => options.push(Choosable {
                    value: other.option.clone(),
                    detail: format!("step {}", step.number),
                }),
            }
        }
    }
    let at = options
        .iter()
        .position(|option| option.value == branch.option)
        .unwrap_or(0);
    model.dialog = Some(Dialog::Options(Options {
        what: Choosing::Branch {
            group: branch.group,
            step: number,
        },
        options,
        at,
        field: Field::default(),
        sending: Sending::No,
    }));
}
