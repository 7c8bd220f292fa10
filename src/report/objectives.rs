//! What was attained of RTO and RPO, and what in the record says so.

use super::{Attained, Component, text};
use crate::health::{Number, Verdict};
use crate::incident::clocks::{self, BACKUP_AGE, REPLICATION_LAG};
use crate::incident::{Actor, Entry, Fact, State};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// From detection to mitigation; who says that service was back is part of the evidence.
pub(super) fn rto(entries: &[Entry], state: &State, components: &[Component]) -> Attained {
    let mut evidence = Vec::new();
    let start = clocks::start(state);
    let seconds = match (start, state.mitigated_at) {
        (Some((moment, start)), Some(mitigated)) => {
            evidence.push(format!(
                "mitigated − {} = {mitigated} − {start}",
                moment.word()
            ));
            let said = entries
                .iter()
                .rev()
                .find(|entry| matches!(entry.fact, Fact::Mitigated { .. }));
            if let Some(said) = said {
                let words = text::clean(state.mitigation_evidence.as_deref().unwrap_or_default());
                if said.actor == Actor::host() {
                    evidence.push(format!("seen by the host (entry {}): {words}", said.seq));
                } else {
                    let by = text::clean(&said.actor.name);
                    evidence.push(format!("said by {by} (entry {}): {words}", said.seq));
                    evidence.push(agreement(state, components));
                }
            }
            Some(clocks::milliseconds(mitigated.duration_since(start)) as f64 / 1000.0)
        }
        (_, None) => {
            evidence.push(format!(
                "not known: {}",
                clocks::Moment::Mitigated.absent(state)
            ));
            None
        }
        (None, Some(_)) => {
            evidence.push("not known: the record does not say when it began".into());
            None
        }
    };
    attained(state.rto_seconds, seconds, evidence)
}

/// What the components say where a person said that service was back.
fn agreement(state: &State, components: &[Component]) -> String {
    let affected: Vec<_> = state.affected().collect();
    if affected.is_empty() {
        return "no component was red, so none can confirm it".into();
    }
    let still: Vec<String> = affected
        .iter()
        .filter(|(_, component)| !component.is_restored())
        .map(|(name, component)| format!("{} is {}", text::clean(name), component.verdict.word()))
        .collect();
    if !still.is_empty() {
        return format!(
            "the components do not confirm it: {} at the end of the record",
            still.join(", ")
        );
    }
    let last = components
        .iter()
        .filter(|component| {
            affected
                .iter()
                .any(|(name, _)| text::clean(name) == component.name)
        })
        .filter_map(|component| component.history.last())
        .map(|flip| (flip.at.utc, flip.seq))
        .max();
    last.map_or_else(String::new, |(at, seq)| {
        format!("the components confirm it: the last of them changed at {at} (entry {seq})")
    })
}

/// The moment a component was lost, with what was known right before.
struct Loss<'a> {
    component: &'a str,
    at: Timestamp,
    known_at: Option<Timestamp>,
    numbers: &'a [Number],
}

/// How much a promoted standby or a restored backup lacked at most: the last good figure before the loss.
pub(super) fn rpo(entries: &[Entry], state: &State) -> Attained {
    let losses = losses(entries);
    let names: Vec<String> = losses
        .iter()
        .map(|loss| text::clean(loss.component))
        .collect();
    for number in [REPLICATION_LAG, BACKUP_AGE] {
        let worst = losses
            .iter()
            .filter_map(|loss| {
                let found = loss.numbers.iter().find(|known| known.name == number)?;
                let known_at = loss.known_at?;
                let before = loss.at.duration_since(known_at);
                // A backup goes on ageing until the loss; lag is a figure of the moment.
                let seconds = if number == BACKUP_AGE {
                    found.value + before.as_secs_f64().max(0.0)
                } else {
                    found.value
                };
                Some((seconds, loss, found.value, known_at, before))
            })
            .max_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((seconds, loss, value, known_at, before)) = worst {
            let what = if number == BACKUP_AGE {
                "what a restored backup lacks at most"
            } else {
                "what a promoted standby lacked at most"
            };
            let ago = text::seconds(before.as_secs_f64().max(0.0));
            return attained(
                state.rpo_seconds,
                Some(seconds),
                vec![
                    format!(
                        "{number} of {} was {value} at {known_at}, {ago} before it was found down at {}",
                        text::clean(loss.component),
                        loss.at
                    ),
                    what.to_owned(),
                ],
            );
        }
    }
    let why = if losses.is_empty() {
        "not known: no component was seen going down".to_owned()
    } else {
        format!(
            "not known: no reading of {} from before the loss has {REPLICATION_LAG} or {BACKUP_AGE}",
            names.join(", ")
        )
    };
    attained(state.rpo_seconds, None, vec![why])
}

/// The first loss of each component.
fn losses(entries: &[Entry]) -> Vec<Loss<'_>> {
    let mut losses: Vec<Loss<'_>> = Vec::new();
    // When each was last in service as far as the record knows, and its figures then.
    let mut served: BTreeMap<&str, (Timestamp, &[Number])> = BTreeMap::new();
    for entry in entries {
        match &entry.fact {
            Fact::IncidentOpened { components, .. } => {
                for view in components {
                    if let Some(at) = view.served_at {
                        served.insert(&view.name, (at, &view.served_numbers));
                    }
                }
                for view in components
                    .iter()
                    .filter(|view| view.verdict == Verdict::Down)
                {
                    losses.push(Loss {
                        component: &view.name,
                        at: view.since.unwrap_or(entry.at),
                        known_at: view.served_at,
                        numbers: &view.served_numbers,
                    });
                }
            }
            Fact::VerdictChanged {
                component,
                to: Verdict::Down,
                last_good_at,
                last_good_numbers,
                ..
            } => {
                let before = match last_good_at {
                    Some(at) => Some((*at, last_good_numbers.as_slice())),
                    // The host had just taken over.
                    None => served.get(component.as_str()).copied(),
                };
                if !losses.iter().any(|known| known.component == component) {
                    losses.push(Loss {
                        component,
                        at: entry.at,
                        known_at: before.map(|(at, _)| at),
                        numbers: before.map_or(&[], |(_, numbers)| numbers),
                    });
                }
            }
            Fact::VerdictChanged {
                component,
                to,
                numbers,
                last_good_at,
                last_good_numbers,
                ..
            } => {
                if Fact::answers(*to, *last_good_at) {
                    served.insert(component, (entry.at, numbers));
                } else if let Some(at) = last_good_at {
                    served.insert(component, (*at, last_good_numbers));
                }
            }
            Fact::ScenarioSelected { .. }
            | Fact::SeverityChanged { .. }
            | Fact::PlaceholderSet { .. }
            | Fact::BranchChosen { .. }
            | Fact::StepStarted { .. }
            | Fact::RunEnded { .. }
            | Fact::CancelRequested { .. }
            | Fact::RunAttached { .. }
            | Fact::StepSkipped { .. }
            | Fact::StepMarkedDone { .. }
            | Fact::NoteAdded { .. }
            | Fact::Mitigated { .. }
            | Fact::MitigationLost { .. }
            | Fact::IncidentClosed { .. }
            | Fact::HostChanged { .. }
            | Fact::Unknown { .. } => {}
        }
    }
    losses
}

fn attained(
    objective_seconds: Option<u64>,
    seconds: Option<f64>,
    evidence: Vec<String>,
) -> Attained {
    Attained {
        objective_seconds,
        seconds,
        met: objective_seconds
            .zip(seconds)
            .map(|(objective, seconds)| seconds <= objective as f64),
        evidence,
    }
}
