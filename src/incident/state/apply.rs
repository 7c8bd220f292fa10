//! One entry on top of a state. It copies what the fact says; it must not judge.

use super::{ComponentState, PlaceholderValue, Run, State};
use crate::health::{ComponentView, Verdict};
use crate::incident::entry::Entry;
use crate::incident::fact::{Fact, RunEnd};
use jiff::Timestamp;

impl State {
    /// Advances by one entry.
    pub fn apply(&mut self, entry: &Entry) {
        self.id = Some(entry.incident);
        self.last_seq = entry.seq;
        self.last_at = Some(entry.at);
        let at = entry.at;
        match &entry.fact {
            Fact::IncidentOpened {
                title,
                severity,
                drill,
                detected_at,
                components,
            } => {
                self.title.clone_from(title);
                self.severity.clone_from(severity);
                self.drill = *drill;
                self.detected_at = *detected_at;
                self.opened_at = Some(at);
                self.opened_by = Some(entry.actor.clone());
                self.served_until = components
                    .iter()
                    .filter(|view| view.verdict >= Verdict::Degraded)
                    .min_by_key(|view| view.since.unwrap_or(at))
                    .and_then(|view| {
                        // Of one that is degraded and answers, the newest look says nothing of before.
                        let lost_at = view.since.unwrap_or(at);
                        view.served_at.filter(|served| *served < lost_at)
                    });
                self.components = components
                    .iter()
                    .map(|view| (view.name.clone(), ComponentState::from_view(view, at)))
                    .collect();
            }
            Fact::ScenarioSelected {
                scenario,
                source,
                reason,
                rto_seconds,
                rpo_seconds,
            } => {
                self.scenario = Some(scenario.clone());
                self.scenario_source = Some(source.clone());
                self.scenario_reason = Some(reason.clone());
                self.rto_seconds = *rto_seconds;
                self.rpo_seconds = *rpo_seconds;
            }
            Fact::SeverityChanged { to, .. } => self.severity = Some(to.clone()),
            Fact::VerdictChanged {
                component,
                to,
                reason,
                numbers,
                last_good_at,
                last_good_numbers,
                ..
            } => {
                let known = self.components.get(component);
                let worst = known.map_or(*to, |known| known.worst.max(*to));
                let (good_at, good_numbers) = if Fact::answers(*to, *last_good_at) {
                    (Some(at), numbers.clone())
                } else if last_good_at.is_some() {
                    (*last_good_at, last_good_numbers.clone())
                } else {
                    // A host that has just taken over has seen nothing good yet; the record may have.
                    known.map_or((None, Vec::new()), |known| {
                        (known.last_good_at, known.last_good_numbers.clone())
                    })
                };
                if *to >= Verdict::Degraded && self.detected_at.is_none() {
                    self.detected_at = Some(at);
                    self.served_until = good_at.filter(|good| *good < at);
                }
                self.components.insert(
                    component.clone(),
                    ComponentState {
                        verdict: *to,
                        worst,
                        since: at,
                        reason: reason.clone(),
                        last_good_at: good_at,
                        last_good_numbers: good_numbers,
                    },
                );
            }
            Fact::PlaceholderSet {
                name,
                value,
                secret,
            } => {
                self.placeholders.insert(
                    name.clone(),
                    PlaceholderValue {
                        value: value.clone(),
                        secret: *secret,
                    },
                );
            }
            Fact::BranchChosen {
                scenario,
                group,
                option,
                ..
            } => {
                self.branches
                    .insert(format!("{scenario}/{group}"), option.clone());
            }
            Fact::StepStarted {
                step,
                run,
                block,
                title,
                command,
                interpreter,
                risk,
                target,
                confirmed,
                timeout_seconds,
            } => {
                self.first_action_at.get_or_insert(at);
                let known = self.steps.entry(step.to_string()).or_default();
                known.runs.push((*block, *run));
                known.skipped = None;
                known.marked_done = None;
                self.runs.insert(
                    *run,
                    Run {
                        step: step.clone(),
                        block: *block,
                        title: title.clone(),
                        command: command.clone(),
                        interpreter: interpreter.clone(),
                        risk: *risk,
                        target: target.clone(),
                        confirmed: confirmed.clone(),
                        timeout_seconds: *timeout_seconds,
                        actor: entry.actor.clone(),
                        started_at: at,
                        ended_at: None,
                        end: None,
                        duration_ms: None,
                        output_bytes: 0,
                        transcript_sha256: None,
                        tail: String::new(),
                        cancel_requested: false,
                    },
                );
            }
            Fact::RunEnded {
                run,
                end,
                duration_ms,
                output_bytes,
                transcript_sha256,
                tail,
            } => {
                // The first end stands; only "nobody knows" gives way to a keeper's record found later.
                if let Some(known) = self
                    .runs
                    .get_mut(run)
                    .filter(|known| matches!(known.end, None | Some(RunEnd::Lost)))
                {
                    known.end = Some(end.clone());
                    known.ended_at = Some(at);
                    known.duration_ms = Some(*duration_ms);
                    known.output_bytes = *output_bytes;
                    known.transcript_sha256.clone_from(transcript_sha256);
                    known.tail.clone_from(tail);
                }
            }
            Fact::CancelRequested { run } => {
                if let Some(known) = self.runs.get_mut(run) {
                    known.cancel_requested = true;
                }
            }
            Fact::StepSkipped { step, reason } => {
                self.first_action_at.get_or_insert(at);
                self.steps.entry(step.to_string()).or_default().skipped = Some(reason.clone());
            }
            Fact::StepMarkedDone { step, .. } => {
                self.first_action_at.get_or_insert(at);
                let known = self.steps.entry(step.to_string()).or_default();
                known.marked_done = Some(at);
                known.skipped = None;
            }
            Fact::NoteAdded { step, .. } => {
                self.notes += 1;
                if let Some(step) = step {
                    self.steps.entry(step.to_string()).or_default().notes += 1;
                }
            }
            Fact::Mitigated { evidence } => {
                self.mitigated_at = Some(at);
                self.mitigation_evidence = Some(evidence.clone());
            }
            Fact::MitigationLost { .. } => {
                self.mitigated_at = None;
                self.mitigation_evidence = None;
            }
            Fact::IncidentClosed { resolution } => {
                self.closed_at = Some(at);
                self.resolution = Some(resolution.clone());
            }
            Fact::RunAttached { .. } | Fact::HostChanged { .. } => {}
            Fact::Unknown { .. } => self.unknown_facts += 1,
        }
    }
}

impl ComponentState {
    fn from_view(view: &ComponentView, at: Timestamp) -> Self {
        ComponentState {
            verdict: view.verdict,
            worst: view.verdict,
            since: view.since.unwrap_or(at),
            reason: view.reason.clone(),
            last_good_at: view.served_at,
            last_good_numbers: view.served_numbers.clone(),
        }
    }
}
