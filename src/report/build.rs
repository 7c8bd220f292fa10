//! The whole record becomes one [`Report`].

use super::{
    ByHand, Component, Duration, Flip, Note, Patch, Report, Row, Run, Sample, Scenario, Status,
    Step, Time, Unknown, When, charts, objectives, text,
};
use crate::health::Verdict;
use crate::incident::clocks::{self, Moment};
use crate::incident::state::Standing;
use crate::incident::timeline::{self, RowKind, because, outcome};
use crate::incident::{Actor, Entry, Fact, RunEnd, RunId, State, StepKey};
use crate::runbook;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// Only grows when a field changes its meaning.
const FORMAT: u32 = 1;

/// What is said of a run that started and of which no end is in the record.
pub(super) const NO_END: &str = "outcome unknown or still running";

impl Report {
    /// Builds the report from a whole record; of an open incident it ends with the last entry.
    pub fn new(entries: &[Entry], samples: &[Sample], zone: &TimeZone) -> Report {
        let state = State::replay(entries);
        let gathered = Gathered::new(entries, &state, zone);
        let mut report = Report {
            format: FORMAT,
            id: state.id.map_or_else(|| "INC-?".into(), |id| id.to_string()),
            title: text::clean(&state.title),
            drill: state.drill,
            status: if state.closed_at.is_some() {
                Status::Closed
            } else {
                Status::Open
            },
            severity: state.severity.as_deref().map(text::clean),
            resolution: state.resolution.as_deref().map(text::lines),
            summary: Vec::new(),
            people: gathered.people,
            targets: gathered.targets,
            zone: zone.iana_name().unwrap_or("local").to_owned(),
            times: times(&state, zone),
            durations: durations(&state),
            rto: objectives::rto(entries, &state, &gathered.components),
            rpo: objectives::rpo(entries, &state),
            charts: charts::charts(samples, &state, &gathered.components),
            components: gathered.components,
            scenarios: gathered.scenarios,
            notes: gathered.notes,
            timeline: gathered.timeline,
            unknown: gathered.unknown,
        };
        report.summary = summary(&report, &state);
        report
    }
}

pub(super) fn when(at: Timestamp, zone: &TimeZone) -> When {
    When {
        utc: at,
        local: at
            .to_zoned(zone.clone())
            .strftime("%Y-%m-%d %H:%M:%S %Z")
            .to_string(),
    }
}

fn times(state: &State, zone: &TimeZone) -> Vec<Time> {
    Moment::ALL
        .into_iter()
        .map(|moment| {
            let at = moment.of(state);
            Time {
                moment,
                at: at.map(|at| when(at, zone)),
                absent: at.is_none().then(|| moment.absent(state).to_owned()),
            }
        })
        .collect()
}

fn durations(state: &State) -> Vec<Duration> {
    clocks::stretches(state)
        .into_iter()
        .map(|stretch| Duration {
            name: stretch.name.to_owned(),
            seconds: stretch.ms.map(|ms| ms as f64 / 1000.0),
            formula: stretch.formula,
            from: stretch.from_at,
            to: stretch.to_at,
            absent: stretch.absent.map(str::to_owned),
        })
        .collect()
}

/// What one walk over the entries collects.
#[derive(Default)]
struct Gathered {
    people: Vec<String>,
    targets: Vec<String>,
    components: Vec<Component>,
    scenarios: Vec<Scenario>,
    notes: Vec<Note>,
    timeline: Vec<Row>,
    unknown: Vec<Unknown>,
}

impl Gathered {
    fn new(entries: &[Entry], state: &State, zone: &TimeZone) -> Self {
        let mut gathered = Gathered {
            timeline: timeline::rows(entries)
                .into_iter()
                .map(|row| Row {
                    seq: row.seq,
                    at: when(row.at, zone),
                    by: row.actor,
                    kind: row.kind,
                    text: row.text,
                })
                .collect(),
            ..Gathered::default()
        };
        let mut by_hand: BTreeMap<StepKey, Vec<ByHand>> = BTreeMap::new();
        let mut chosen: Vec<Chosen<'_>> = Vec::new();
        for entry in entries {
            gathered.walk(entry, zone, &mut by_hand, &mut chosen);
        }
        for chosen in &chosen {
            let part = scenario_part(chosen, state, zone, &by_hand);
            gathered.scenarios.retain(|known| known.id != part.id);
            gathered.scenarios.push(part);
        }
        let end = state
            .closed_at
            .or(state.last_at)
            .unwrap_or(Timestamp::UNIX_EPOCH);
        for component in &mut gathered.components {
            component.down_ms = lasted(&component.history, Verdict::Down, end);
            component.degraded_ms = lasted(&component.history, Verdict::Degraded, end);
        }
        gathered
    }

    fn walk<'a>(
        &mut self,
        entry: &'a Entry,
        zone: &TimeZone,
        by_hand: &mut BTreeMap<StepKey, Vec<ByHand>>,
        chosen: &mut Vec<Chosen<'a>>,
    ) {
        let by = text::clean(&entry.actor.name);
        if entry.actor != Actor::host() && !self.people.contains(&by) {
            self.people.push(by.clone());
        }
        let at = when(entry.at, zone);
        let mut note = |decision, step: Option<&StepKey>, words: &str| {
            self.notes.push(Note {
                seq: entry.seq,
                at: at.clone(),
                by: by.clone(),
                decision,
                step: step.map(|step| step.step.clone()),
                text: text::lines(words),
            });
        };
        match &entry.fact {
            Fact::IncidentOpened { components, .. } => {
                for view in components {
                    let since = view.since.unwrap_or(entry.at).min(entry.at);
                    self.components.push(Component {
                        name: text::clean(&view.name),
                        worst: view.verdict,
                        down_ms: 0,
                        degraded_ms: 0,
                        last: view.verdict,
                        history: vec![Flip {
                            seq: entry.seq,
                            at: when(since, zone),
                            from: None,
                            to: view.verdict,
                            reason: text::clean(&view.reason),
                            numbers: view.numbers.clone(),
                        }],
                    });
                }
            }
            Fact::VerdictChanged {
                component,
                from,
                to,
                reason,
                numbers,
                ..
            } => self.flipped(
                component,
                Flip {
                    seq: entry.seq,
                    at,
                    from: Some(*from),
                    to: *to,
                    reason: text::clean(reason),
                    numbers: numbers.clone(),
                },
            ),
            Fact::ScenarioSelected {
                scenario,
                source,
                reason,
                rto_seconds,
                rpo_seconds,
            } => chosen.push(Chosen {
                entry,
                scenario,
                source,
                reason,
                rto_seconds: *rto_seconds,
                rpo_seconds: *rpo_seconds,
            }),
            Fact::SeverityChanged { from, to, reason } => note(
                true,
                None,
                &format!(
                    "severity {} → {to}{}",
                    from.as_deref().unwrap_or("none"),
                    because(reason.as_deref())
                ),
            ),
            Fact::BranchChosen {
                option,
                not_taken,
                reason,
                ..
            } => note(
                true,
                None,
                &format!(
                    "chose {option}; not taken: {}{}",
                    not_taken.join(", "),
                    because(reason.as_deref())
                ),
            ),
            Fact::NoteAdded {
                step,
                text,
                decision,
            } => note(*decision, step.as_ref(), text),
            Fact::StepStarted { target, .. } => {
                let target = text::clean(&target.name);
                if !self.targets.contains(&target) {
                    self.targets.push(target);
                }
            }
            Fact::StepSkipped { step, reason } => {
                by_hand.entry(step.clone()).or_default().push(ByHand {
                    what: "skipped",
                    at,
                    by,
                    words: Some(text::clean(reason)),
                });
            }
            Fact::StepMarkedDone { step, note } => {
                by_hand.entry(step.clone()).or_default().push(ByHand {
                    what: "done by hand",
                    at,
                    by,
                    words: note.as_deref().map(text::clean),
                });
            }
            Fact::Unknown { kind, raw } => self.unknown.push(Unknown {
                seq: entry.seq,
                at,
                kind: text::clean(kind),
                raw: text::lines(raw),
            }),
            Fact::PlaceholderSet { .. }
            | Fact::RunEnded { .. }
            | Fact::CancelRequested { .. }
            | Fact::RunAttached { .. }
            | Fact::Mitigated { .. }
            | Fact::MitigationLost { .. }
            | Fact::IncidentClosed { .. }
            | Fact::HostChanged { .. } => {}
        }
    }

    fn flipped(&mut self, name: &str, flip: Flip) {
        let name = text::clean(name);
        let to = flip.to;
        if let Some(known) = self.components.iter_mut().find(|known| known.name == name) {
            known.worst = known.worst.max(to);
            known.last = to;
            known.history.push(flip);
        } else {
            self.components.push(Component {
                name,
                worst: to,
                down_ms: 0,
                degraded_ms: 0,
                last: to,
                history: vec![flip],
            });
        }
    }
}

/// How long a component stood at a verdict, in milliseconds.
fn lasted(history: &[Flip], verdict: Verdict, end: Timestamp) -> i64 {
    let until = history
        .iter()
        .skip(1)
        .map(|flip| flip.at.utc)
        .chain(std::iter::once(end));
    history
        .iter()
        .zip(until)
        .filter(|(flip, _)| flip.to == verdict)
        .map(|(flip, until)| clocks::milliseconds(until.duration_since(flip.at.utc)).max(0))
        .sum()
}

/// A choice of a scenario.
struct Chosen<'a> {
    entry: &'a Entry,
    scenario: &'a runbook::Scenario,
    source: &'a str,
    reason: &'a str,
    rto_seconds: Option<u64>,
    rpo_seconds: Option<u64>,
}

fn scenario_part(
    chosen: &Chosen<'_>,
    state: &State,
    zone: &TimeZone,
    by_hand: &BTreeMap<StepKey, Vec<ByHand>>,
) -> Scenario {
    let (entry, scenario) = (chosen.entry, chosen.scenario);
    let key = |number: &str| StepKey {
        scenario: scenario.id.clone(),
        step: number.to_owned(),
    };
    let mut steps: Vec<Step> = scenario
        .steps
        .iter()
        .map(|step| {
            let key = key(&step.number);
            let standing = state.standing(scenario, step);
            Step {
                number: step.number.clone(),
                title: text::clean(&step.title),
                condition: step.condition.as_deref().map(text::clean),
                standing,
                chosen_instead: step
                    .branch
                    .as_ref()
                    .filter(|_| standing == Standing::NotTaken)
                    .and_then(|branch| {
                        state
                            .branches
                            .get(&format!("{}/{}", scenario.id, branch.group))
                    })
                    .map(|chosen| text::clean(chosen)),
                by_hand: by_hand.get(&key).cloned().unwrap_or_default(),
                runs: runs(state, &key, zone),
                patches: patches(step),
            }
        })
        .collect();
    // Steps of an earlier text of the runbook that ran before it was selected anew.
    for run in state.runs.values() {
        let listed = run.step.scenario != scenario.id
            || steps.iter().any(|step| step.number == run.step.step);
        if !listed {
            steps.push(Step {
                number: run.step.step.clone(),
                title: text::clean(&run.title),
                condition: None,
                standing: Standing::Open,
                chosen_instead: None,
                by_hand: by_hand.get(&run.step).cloned().unwrap_or_default(),
                runs: runs(state, &run.step, zone),
                patches: Vec::new(),
            });
        }
    }
    Scenario {
        id: scenario.id.to_string(),
        title: text::clean(&scenario.title),
        source: text::clean(chosen.source),
        reason: text::clean(chosen.reason),
        selected: when(entry.at, zone),
        by: text::clean(&entry.actor.name),
        rto_seconds: chosen.rto_seconds,
        rpo_seconds: chosen.rpo_seconds,
        steps,
    }
}

fn patches(step: &runbook::Step) -> Vec<Patch> {
    let each = step.blocks.iter().flat_map(|block| {
        let found = runbook::patch::patches(block, step);
        found.into_iter().map(|patch| Patch {
            place: text::clean(&patch.place),
            changes: patch.changes.iter().map(|it| text::clean(it)).collect(),
            by_hand: text::clean(&patch.by_hand),
            line: block.line,
        })
    });
    each.collect()
}

fn runs(state: &State, key: &StepKey, zone: &TimeZone) -> Vec<Run> {
    state
        .runs
        .iter()
        .filter(|(_, run)| run.step == *key)
        .map(|(id, run)| run_part(*id, run, zone))
        .collect()
}

fn run_part(id: RunId, run: &crate::incident::state::Run, zone: &TimeZone) -> Run {
    Run {
        run: id.0,
        block: run.block,
        command: text::lines(&run.command),
        interpreter: text::clean(&run.interpreter),
        risk: run.risk,
        target: text::clean(&run.target.name),
        target_evidence: text::clean(&run.target.evidence),
        confirmed: text::clean(&run.confirmed),
        by: text::clean(&run.actor.name),
        started: when(run.started_at, zone),
        ended: run.ended_at.map(|at| when(at, zone)),
        outcome: run
            .end
            .as_ref()
            .map_or_else(|| NO_END.to_owned(), |end| text::clean(&outcome(end, None))),
        exit_code: match run.end {
            Some(RunEnd::Exited { code }) => Some(code),
            Some(
                RunEnd::Signalled { .. }
                | RunEnd::TimedOut
                | RunEnd::Cancelled { .. }
                | RunEnd::NotStarted { .. }
                | RunEnd::Lost,
            )
            | None => None,
        },
        // Of a run that never began, or whose end nobody saw, it says nothing.
        duration_ms: run
            .duration_ms
            .filter(|_| !matches!(run.end, Some(RunEnd::Lost | RunEnd::NotStarted { .. }))),
        output_bytes: run.output_bytes,
        transcript_sha256: run.transcript_sha256.clone(),
        tail: text::lines(&run.tail),
    }
}

/// What a reader in a hurry needs: what broke, when it was back, what was done.
fn summary(report: &Report, state: &State) -> Vec<String> {
    let mut sentences = Vec::new();
    let affected: Vec<String> = state
        .affected()
        .map(|(name, _)| text::clean(name))
        .collect();
    if let Some((_, component)) = state.affected().next() {
        let was = if component.worst == Verdict::Down {
            "Was down"
        } else {
            "Was degraded"
        };
        sentences.push(format!("{was}: {}.", affected.join(", ")));
    }
    match (report.rto.seconds, report.rto.objective_seconds) {
        (Some(seconds), objective) => {
            let against = objective.map_or(String::new(), |objective| {
                let met = if report.rto.met == Some(true) {
                    "met"
                } else {
                    "missed"
                };
                format!(
                    " (objective {}: {met})",
                    clocks::span(objective.saturating_mul(1000))
                )
            });
            sentences.push(format!(
                "Service was restored after {}{against}.",
                text::seconds(seconds)
            ));
        }
        (None, _) => sentences.push("When service was restored is not known.".into()),
    }
    let all = || report.scenarios.iter().flat_map(|part| &part.steps);
    let runs = state.runs.len();
    let failed = state
        .runs
        .values()
        .filter_map(|run| run.end.as_ref())
        .filter(|end| !end.is_success() && **end != RunEnd::Lost)
        .count();
    let standing = |wanted| all().filter(|step| step.standing == wanted).count();
    sentences.push(format!(
        "{} ({failed} failed), {} skipped, {} not taken.",
        text::count(runs, "run"),
        text::count(standing(Standing::Skipped), "step"),
        standing(Standing::NotTaken),
    ));
    let endless = state
        .runs
        .values()
        .filter(|run| matches!(run.end, None | Some(RunEnd::Lost)))
        .count();
    if endless > 0 {
        sentences.push(format!(
            "Of {} no end is in the record: {NO_END}.",
            text::count(endless, "run")
        ));
    }
    if report.status == Status::Open {
        sentences.push(format!(
            "The incident is still open; this report ends with entry {}.",
            state.last_seq
        ));
    }
    if report
        .timeline
        .iter()
        .any(|row| row.kind == RowKind::System)
    {
        sentences.push("The watch was interrupted; the timeline says when.".into());
    }
    sentences
}
