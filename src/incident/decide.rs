//! From what an operator wants to what happened, or why not: the only place that may refuse.
//!
//! It must not act and must not look anything up: what it needs beyond the state comes with the
//! [`Context`], resolved by the engine a moment before.
//!
//! `intent` and `refusal` (the vocabulary) · `opening` (open, scenario, objectives) · `running` (what a run must fulfil, and the text it runs) ·
//! `observing` (flips of verdicts → facts; refuses nothing).

mod exported;
mod intent;
mod observing;
mod opening;
mod refusal;
mod running;
#[cfg(test)]
mod tests;

pub use exported::is_handed_on;
pub use intent::{Confirmation, Intent};
pub use observing::observe;
pub use refusal::Refusal;
pub use running::{MASKED, Resolved, interpreter, resolve};

use super::entry::Actor;
use super::fact::{Fact, RunId, StepKey, Target};
use super::state::{Standing, State};
use crate::health::ComponentView;
use crate::mask::Masker;
use crate::runbook::shell::RiskTable;
use crate::runbook::{Runbook, Scenario, Step};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// What the engine resolved for one intent.
pub struct Context<'a> {
    pub now: Timestamp,
    pub actor: &'a Actor,
    pub runbooks: &'a [Runbook],
    pub components: &'a [ComponentView],
    /// What the block would hit, proven just now; only looked at for `Run`.
    pub target: Option<Target>,
    /// Values of this incident's secrets, which the state holds only masked.
    pub secrets: &'a BTreeMap<String, String>,
    /// How long a step may run where the runbook does not say.
    pub default_timeout_seconds: Option<u64>,
    /// Objectives of the config, where neither scenario nor runbook states one.
    pub default_rto_seconds: Option<u64>,
    pub default_rpo_seconds: Option<u64>,
    /// The shipped table and the team's own lines: a filled-in command is judged again by it.
    pub risks: &'a RiskTable,
    /// Why nothing may start now (a broken journal), if so.
    pub blocked: Option<&'a str>,
}

/// Decides on one intent: the facts that follow from it, or why not.
///
/// A `PlaceholderSet` that comes out with `secret: true` carries [`MASKED`]; the engine keeps the
/// value of the intent in memory and hands it in again as `Context::secrets`.
pub fn decide(state: &State, intent: &Intent, context: &Context<'_>) -> Result<Vec<Fact>, Refusal> {
    if let Intent::Open {
        title,
        scenario,
        severity,
        drill,
    } = intent
    {
        let asked = opening::Asked {
            title: title.as_deref(),
            scenario: scenario.as_ref(),
            severity: severity.as_deref(),
            drill: *drill,
        };
        return opening::open(state, &asked, context);
    }
    let id = state.id.ok_or(Refusal::NoIncident)?;
    let noting = matches!(intent, Intent::Note { .. });
    if state.closed_at.is_some() && !noting {
        return Err(Refusal::Closed { id });
    }
    let text = Texts::new(context);
    let fact = match intent {
        Intent::Open { .. } => return Err(Refusal::AlreadyOpen { id }),
        Intent::SelectScenario { scenario, reason } => {
            opening::select(scenario, text.maybe(reason.as_deref()), context)?
        }
        Intent::ChangeSeverity { to, reason } => Fact::SeverityChanged {
            from: state.severity.clone(),
            to: text.line("the severity", to)?,
            reason: text.maybe(reason.as_deref()),
        },
        Intent::SetPlaceholder { name, value } => set_placeholder(state, name, value)?,
        Intent::ChooseBranch {
            group,
            option,
            reason,
        } => choose(state, group, option, text.maybe(reason.as_deref()))?,
        Intent::Run {
            step,
            block,
            confirmation,
        } => running::start(state, step, *block, confirmation, context)?,
        Intent::Cancel { run } => {
            live(state, *run)?;
            Fact::CancelRequested { run: *run }
        }
        Intent::Attach { run } => {
            live(state, *run)?;
            Fact::RunAttached { run: *run }
        }
        Intent::Skip { step, reason } => Fact::StepSkipped {
            step: settled(state, step)?,
            reason: text.some("the reason", reason)?,
        },
        Intent::MarkDone { step, note } => Fact::StepMarkedDone {
            step: settled(state, step)?,
            note: text.maybe(note.as_deref()),
        },
        Intent::Note {
            step,
            text: words,
            decision,
        } => Fact::NoteAdded {
            step: step
                .as_deref()
                .map(|step| find(state, step).map(|(scenario, step)| key(scenario, step)))
                .transpose()?,
            text: text.some("the note", words)?,
            decision: *decision,
        },
        Intent::Mitigate { evidence } => {
            if let Some(at) = state.mitigated_at {
                return Err(Refusal::AlreadyMitigated { at });
            }
            Fact::Mitigated {
                evidence: text.some("the evidence", evidence)?,
            }
        }
        Intent::Close { resolution } => {
            let runs: Vec<RunId> = state.running().map(|(id, _)| id).collect();
            if !runs.is_empty() {
                return Err(Refusal::StillRunning { runs });
            }
            Fact::IncidentClosed {
                resolution: text.some("the resolution", resolution)?,
            }
        }
    };
    Ok(vec![fact])
}

/// Words of people on their way into a fact: trimmed, secrets masked.
struct Texts(Masker);

impl Texts {
    fn new(context: &Context<'_>) -> Self {
        let secrets: Vec<String> = context.secrets.values().cloned().collect();
        Texts(Masker::new(&secrets))
    }

    fn clean(&self, text: &str) -> String {
        self.0.mask(text.trim()).into_owned()
    }

    fn maybe(&self, text: Option<&str>) -> Option<String> {
        text.map(|text| self.clean(text))
            .filter(|text| !text.is_empty())
    }

    fn some(&self, what: &str, text: &str) -> Result<String, Refusal> {
        self.maybe(Some(text)).ok_or_else(|| Refusal::Empty {
            what: what.to_owned(),
        })
    }

    /// The same where only one line makes sense.
    fn line(&self, what: &str, text: &str) -> Result<String, Refusal> {
        self.some(what, &text.split_whitespace().collect::<Vec<_>>().join(" "))
    }
}

fn scenario(state: &State) -> Result<&Scenario, Refusal> {
    state.scenario.as_deref().ok_or(Refusal::NoScenario)
}

fn find<'a>(state: &'a State, number: &str) -> Result<(&'a Scenario, &'a Step), Refusal> {
    let scenario = scenario(state)?;
    scenario
        .steps
        .iter()
        .find(|step| step.number == number)
        .map(|step| (scenario, step))
        .ok_or_else(|| Refusal::NoSuchStep {
            step: number.to_owned(),
        })
}

fn key(scenario: &Scenario, step: &Step) -> StepKey {
    StepKey {
        scenario: scenario.id.clone(),
        step: step.number.clone(),
    }
}

fn live(state: &State, run: RunId) -> Result<(), Refusal> {
    match state.runs.get(&run) {
        None => Err(Refusal::NoSuchRun { run }),
        Some(known) if known.end.is_some() => Err(Refusal::RunEnded { run }),
        Some(_) => Ok(()),
    }
}

/// A step that can be settled by hand: nothing of it runs, and it is on the chosen way.
fn settled(state: &State, number: &str) -> Result<StepKey, Refusal> {
    let (scenario, step) = find(state, number)?;
    taken(state, scenario, step)?;
    let key = key(scenario, step);
    let runs: Vec<RunId> = state
        .running()
        .filter(|(_, run)| run.step == key)
        .map(|(id, _)| id)
        .collect();
    if runs.is_empty() {
        Ok(key)
    } else {
        Err(Refusal::StillRunning { runs })
    }
}

fn taken(state: &State, scenario: &Scenario, step: &Step) -> Result<(), Refusal> {
    if state.standing(scenario, step) != Standing::NotTaken {
        return Ok(());
    }
    let group = step.branch.as_ref().map_or("", |branch| &branch.group);
    Err(Refusal::NotTaken {
        step: step.number.clone(),
        chosen: state
            .branches
            .get(&format!("{}/{group}", scenario.id))
            .cloned()
            .unwrap_or_default(),
    })
}

/// The distinct alternatives of a group, in order of appearance.
fn options(scenario: &Scenario, group: &str) -> Vec<String> {
    let mut options: Vec<String> = Vec::new();
    for branch in scenario
        .steps
        .iter()
        .filter_map(|step| step.branch.as_ref())
    {
        if branch.group == group && !options.contains(&branch.option) {
            options.push(branch.option.clone());
        }
    }
    options
}

fn choose(
    state: &State,
    group: &str,
    option: &str,
    reason: Option<String>,
) -> Result<Fact, Refusal> {
    let scenario = scenario(state)?;
    let options = options(scenario, group);
    if options.is_empty() {
        return Err(Refusal::NoSuchBranch {
            group: group.to_owned(),
        });
    }
    if !options.iter().any(|known| known == option) {
        return Err(Refusal::NotAChoice {
            value: option.to_owned(),
            choices: options,
        });
    }
    let on_another_way = |key: &StepKey| {
        key.scenario == scenario.id
            && scenario.steps.iter().any(|step| {
                step.number == key.step
                    && step
                        .branch
                        .as_ref()
                        .is_some_and(|branch| branch.group == group && branch.option != option)
            })
    };
    let runs: Vec<RunId> = state
        .running()
        .filter(|(_, run)| on_another_way(&run.step))
        .map(|(id, _)| id)
        .collect();
    if !runs.is_empty() {
        return Err(Refusal::StillRunning { runs });
    }
    Ok(Fact::BranchChosen {
        scenario: scenario.id.clone(),
        group: group.to_owned(),
        option: option.to_owned(),
        not_taken: options
            .into_iter()
            .filter(|known| known != option)
            .collect(),
        reason,
    })
}

fn set_placeholder(state: &State, name: &str, value: &str) -> Result<Fact, Refusal> {
    let scenario = scenario(state)?;
    let blocks = || scenario.steps.iter().flat_map(|step| &step.blocks);
    if !blocks().any(|block| block.placeholders.iter().any(|known| known == name)) {
        let mut known: Vec<String> = blocks()
            .flat_map(|block| block.placeholders.iter().cloned())
            .collect();
        known.sort();
        known.dedup();
        return Err(Refusal::NoSuchPlaceholder {
            name: name.to_owned(),
            known,
        });
    }
    if value.trim().is_empty() {
        return Err(Refusal::Empty {
            what: format!("`{name}`"),
        });
    }
    let holes = || {
        blocks()
            .flat_map(|block| &block.holes)
            .filter(|hole| hole.name == name)
    };
    if let Some(hole) = holes().find(|hole| !hole.choices.is_empty())
        && !hole.choices.iter().any(|choice| choice == value)
    {
        return Err(Refusal::NotAChoice {
            value: value.to_owned(),
            choices: hole.choices.clone(),
        });
    }
    // What masking would change must not be stored: then it is a secret, whatever it is called.
    let secret = holes().any(|hole| hole.secret) || Masker::new(&[]).mask(value) != value;
    Ok(Fact::PlaceholderSet {
        name: name.to_owned(),
        value: if secret {
            MASKED.to_owned()
        } else {
            value.to_owned()
        },
        secret,
    })
}
