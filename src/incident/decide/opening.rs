//! Opening an incident, choosing its scenario, and the objectives that then hold.

use super::{Context, Refusal, Texts};
use crate::health::{ComponentView, Verdict, detect};
use crate::incident::fact::Fact;
use crate::incident::state::State;
use crate::runbook::{ObjectiveKind, Runbook, Scenario, ScenarioId};
use jiff::Timestamp;

pub(super) struct Asked<'a> {
    pub title: Option<&'a str>,
    pub scenario: Option<&'a ScenarioId>,
    pub severity: Option<&'a str>,
    pub drill: bool,
}

pub(super) fn open(
    state: &State,
    asked: &Asked<'_>,
    context: &Context<'_>,
) -> Result<Vec<Fact>, Refusal> {
    if let (true, Some(id)) = (state.is_open(), state.id) {
        return Err(Refusal::AlreadyOpen { id });
    }
    if let Some(why) = context.blocked {
        return Err(Refusal::JournalBroken {
            why: why.to_owned(),
        });
    }
    let picked = asked
        .scenario
        .map(|id| find(context.runbooks, id))
        .transpose()?;
    let text = Texts::new(context);
    let one_line = |words: &str| text.line("", words).ok();
    let title = asked
        .title
        .and_then(one_line)
        .or_else(|| picked.and_then(|(_, scenario)| one_line(&scenario.title)))
        .or_else(|| worst(context.components).and_then(|view| one_line(&told(view))))
        .unwrap_or_else(|| "untitled".into());
    let severity = asked.severity.and_then(one_line).or_else(|| {
        picked.and_then(|(runbook, scenario)| {
            scenario
                .severity
                .clone()
                .or_else(|| runbook.front_matter.severity.clone())
        })
    });
    let mut facts = vec![Fact::IncidentOpened {
        title,
        severity,
        drill: asked.drill,
        detected_at: detected_at(context.components),
        components: context.components.iter().map(kept).collect(),
    }];
    if let Some(id) = asked.scenario {
        facts.push(select(id, None, context)?);
    }
    Ok(facts)
}

pub(super) fn select(
    id: &ScenarioId,
    reason: Option<String>,
    context: &Context<'_>,
) -> Result<Fact, Refusal> {
    let (runbook, scenario) = find(context.runbooks, id)?;
    Ok(Fact::ScenarioSelected {
        scenario: Box::new(scenario.clone()),
        source: runbook.source.clone(),
        reason: reason.unwrap_or_else(|| why(runbook, id, context)),
        rto_seconds: objective(runbook, scenario, ObjectiveKind::Rto)
            .or(context.default_rto_seconds),
        rpo_seconds: objective(runbook, scenario, ObjectiveKind::Rpo)
            .or(context.default_rpo_seconds),
    })
}

/// The first runbook that has it wins: a team's own stand before the built-in ones.
fn find<'a>(
    runbooks: &'a [Runbook],
    id: &ScenarioId,
) -> Result<(&'a Runbook, &'a Scenario), Refusal> {
    runbooks
        .iter()
        .find_map(|runbook| {
            let scenario = runbook.scenarios.iter().find(|known| known.id == *id)?;
            Some((runbook, scenario))
        })
        .ok_or_else(|| Refusal::NoSuchScenario { id: id.clone() })
}

/// What spoke for the scenario when nobody said why it was taken.
fn why(runbook: &Runbook, id: &ScenarioId, context: &Context<'_>) -> String {
    detect::rank(context.runbooks, &[], context.components)
        .into_iter()
        .find(|offer| {
            offer.scenario == *id
                && offer.source == runbook.source
                && offer.score > 0
                && !offer.because.is_empty()
        })
        .map_or_else(
            || format!("chosen by {}", context.actor.name),
            |offer| offer.because.join("; "),
        )
}

/// The scenario's own figure, else the front matter's, else that of the document: the objective whose
/// scope is nearest to the scenario's words, or the strictest where none is near.
pub(super) fn objective(
    runbook: &Runbook,
    scenario: &Scenario,
    kind: ObjectiveKind,
) -> Option<u64> {
    let (own, front) = match kind {
        ObjectiveKind::Rto => (scenario.rto_seconds, runbook.front_matter.rto_seconds),
        ObjectiveKind::Rpo => (scenario.rpo_seconds, runbook.front_matter.rpo_seconds),
    };
    own.or(front).or_else(|| {
        runbook
            .objectives
            .iter()
            .filter(|objective| objective.kind == kind)
            .filter_map(|objective| {
                let near = nearness(&objective.scope, scenario);
                Some((std::cmp::Reverse(near), objective.seconds?))
            })
            .min()
            .map(|(_, seconds)| seconds)
    })
}

/// How many words of a scope the scenario uses; those of its title count three times.
fn nearness(scope: &str, scenario: &Scenario) -> usize {
    let title = stems(&scenario.title);
    let detection: Vec<String> = scenario
        .detection
        .iter()
        .flat_map(|line| stems(&line.text))
        .collect();
    stems(scope)
        .iter()
        .map(|word| 3 * usize::from(title.contains(word)) + usize::from(detection.contains(word)))
        .sum()
}

/// Words in lower case without a plural's `s`; those of fewer than four letters say too little.
fn stems(text: &str) -> Vec<String> {
    text.split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| word.chars().count() >= 4)
        .map(|word| {
            let word = word.to_lowercase();
            word.strip_suffix('s').map(str::to_owned).unwrap_or(word)
        })
        .collect()
}

fn worst(components: &[ComponentView]) -> Option<&ComponentView> {
    components
        .iter()
        .filter(|view| view.verdict >= Verdict::Degraded)
        .min_by_key(|view| (std::cmp::Reverse(view.verdict), view.since))
}

fn told(view: &ComponentView) -> String {
    format!("{} {}: {}", view.name, view.verdict.word(), view.reason)
}

/// When the first component that is red now left what it was.
fn detected_at(components: &[ComponentView]) -> Option<Timestamp> {
    components
        .iter()
        .filter(|view| view.verdict >= Verdict::Degraded)
        .filter_map(|view| view.since)
        .min()
}

/// A view as a fact keeps it: without the recent history, which is samples and not what happened.
fn kept(view: &ComponentView) -> ComponentView {
    ComponentView {
        numbers: super::observing::plain(&view.numbers),
        served_numbers: super::observing::plain(&view.served_numbers),
        history: Vec::new(),
        interval_seconds: if view.interval_seconds.is_finite() {
            view.interval_seconds
        } else {
            0.0
        },
        ..view.clone()
    }
}
