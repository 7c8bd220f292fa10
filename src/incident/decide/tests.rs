//! Intents in, facts or the words of a refusal out; then any sequence of them.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod observing;
mod opening;
mod running;
mod sequences;

use super::*;
use crate::health::{ComponentKind, Flip, Number, Verdict};
use crate::incident::entry::{Entry, Hash, decode, encode};
use crate::incident::fact::{IncidentId, RunEnd};
use crate::runbook::{
    Attributes, Block, Branch, FrontMatter, Line, Objective, ObjectiveKind, Phase, Placeholder,
    Risk, Role, ScenarioId, ScenarioKind,
};

fn block(text: &str, risk: Risk, holes: &[(&str, bool, &[&str])]) -> Block {
    Block {
        line: 1,
        end_line: 3,
        language: Some("bash".into()),
        role: Role::Command,
        text: text.into(),
        risk,
        placeholders: holes.iter().map(|(name, ..)| (*name).into()).collect(),
        reasons: Vec::new(),
        holes: holes
            .iter()
            .map(|(name, secret, choices)| Placeholder {
                name: (*name).into(),
                spelling: format!("<{name}>"),
                secret: *secret,
                choices: choices.iter().map(|&choice| choice.into()).collect(),
                ..Placeholder::default()
            })
            .collect(),
        expected: None,
        substeps: Vec::new(),
        interactive: false,
        attributes: Attributes::default(),
    }
}

fn step(number: &str, option: Option<&str>, blocks: Vec<Block>) -> Step {
    Step {
        number: number.into(),
        title: format!("Step {number}"),
        condition: option.map(Into::into),
        line: 1,
        manual: blocks.is_empty(),
        blocks,
        inline: Vec::new(),
        end_line: 9,
        phase: Phase::Recovery,
        prose: Vec::new(),
        cautions: Vec::new(),
        branch: option.map(|option| Branch {
            group: "way".into(),
            option: option.into(),
        }),
        links: Vec::new(),
    }
}

fn plan(id: &str, title: &str, steps: Vec<Step>) -> Scenario {
    Scenario {
        id: ScenarioId(id.into()),
        title: title.into(),
        kind: ScenarioKind::Recovery,
        line: 1,
        severity: Some("P0".into()),
        rto_seconds: Some(900),
        rpo_seconds: None,
        detection: vec![Line {
            text: "Database connection errors".into(),
            line: 2,
        }],
        steps,
        end_line: 99,
        prose: Vec::new(),
        components: Vec::new(),
    }
}

fn objective(scope: &str, kind: ObjectiveKind, seconds: u64) -> Objective {
    Objective {
        kind,
        scope: scope.into(),
        seconds: Some(seconds),
        line: 3,
    }
}

/// Steps 1 read, 2 a choice, 3 the other, 4 destroys with two holes, 5 by hand, 6 two blocks.
fn runbooks() -> Vec<Runbook> {
    vec![
        Runbook {
            source: "dr.md".into(),
            objectives: vec![
                objective("Event streams", ObjectiveKind::Rpo, 60),
                objective("Databases", ObjectiveKind::Rpo, 300),
                objective("Configuration", ObjectiveKind::Rpo, 86_400),
                objective("Critical services", ObjectiveKind::Rto, 3600),
            ],
            scenarios: vec![
                plan(
                    "db",
                    "Database Failure",
                    vec![
                        step("1", None, vec![block("ls", Risk::Read, &[])]),
                        step(
                            "2",
                            Some("if available"),
                            vec![block("promote", Risk::Change, &[])],
                        ),
                        step(
                            "3",
                            Some("if no standby"),
                            vec![block("restore", Risk::Destroy, &[])],
                        ),
                        step(
                            "4",
                            None,
                            vec![block(
                                "drop <name> <token>",
                                Risk::Destroy,
                                &[("name", false, &[]), ("token", true, &[])],
                            )],
                        ),
                        step("5", None, Vec::new()),
                        step(
                            "6",
                            None,
                            vec![
                                block("tail -f log", Risk::Read, &[]),
                                block(
                                    "set <mode>",
                                    Risk::Unknown,
                                    &[("mode", false, &["on", "off"])],
                                ),
                            ],
                        ),
                    ],
                ),
                Scenario {
                    rto_seconds: None,
                    severity: None,
                    ..plan(
                        "other",
                        "Something Else",
                        vec![step(
                            "1",
                            // A condition that stands alone.
                            Some("if needed"),
                            vec![block("true", Risk::Change, &[])],
                        )],
                    )
                },
            ],
            ..Runbook::default()
        },
        Runbook {
            source: "builtin:db".into(),
            front_matter: FrontMatter {
                severity: Some("P3".into()),
                rpo_seconds: Some(7),
                ..FrontMatter::default()
            },
            scenarios: vec![
                plan("db", "Shadowed", Vec::new()),
                Scenario {
                    severity: None,
                    ..plan("front", "Front", Vec::new())
                },
            ],
            ..Runbook::default()
        },
    ]
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap()
}

fn view(name: &str, verdict: Verdict, since: i64) -> ComponentView {
    ComponentView {
        name: name.into(),
        kind: ComponentKind::Postgres,
        address: "127.0.0.1:5432".into(),
        verdict,
        reason: "no primary answers".into(),
        since: Some(at(since)),
        at: Some(at(since)),
        took_ms: 1,
        numbers: vec![Number {
            name: "replication_lag_seconds".into(),
            value: 0.4,
            warn: Some(f64::INFINITY),
            down: None,
            lower_is_worse: false,
        }],
        rows: Vec::new(),
        summary: String::new(),
        signals: Vec::new(),
        last_good_at: Some(at(since - 2)),
        served_at: None,
        served_numbers: Vec::new(),
        history_name: String::new(),
        history: vec![Some(1.0)],
        interval_seconds: 5.0,
    }
}

fn flip(component: &str, to: Verdict, second: i64) -> Flip {
    Flip {
        component: component.into(),
        from: Verdict::Unknown,
        to,
        reason: format!("seen {}", to.word()),
        at: at(second),
        numbers: Vec::new(),
        last_good_at: None,
        last_good_numbers: Vec::new(),
    }
}

/// An incident in memory, as the engine keeps one.
struct World {
    state: State,
    entries: Vec<Entry>,
    runbooks: Vec<Runbook>,
    components: Vec<ComponentView>,
    secrets: BTreeMap<String, String>,
    target: Option<Target>,
    blocked: Option<String>,
}

impl World {
    fn new() -> Self {
        World {
            state: State::default(),
            entries: Vec::new(),
            runbooks: runbooks(),
            components: vec![view("postgres", Verdict::Down, -30)],
            secrets: BTreeMap::new(),
            target: Some(Target {
                name: "prod".into(),
                evidence: "PGHOST".into(),
            }),
            blocked: None,
        }
    }

    fn with_db() -> Self {
        let mut world = World::new();
        world.intend(&open(Some("db"))).unwrap();
        world
    }

    fn record(&mut self, fact: Fact) {
        let prev = self
            .entries
            .last()
            .map_or(Hash::default(), |last| last.hash);
        let seq = self.entries.len() as u64 + 1;
        let entry = Entry::new(
            IncidentId(1),
            seq,
            at(seq as i64),
            Actor::host(),
            fact,
            prev,
        );
        self.state.apply(&entry);
        self.entries.push(entry);
    }

    fn ask(&self, intent: &Intent) -> Result<Vec<Fact>, Refusal> {
        let actor = Actor {
            name: "ana".into(),
            origin: "console".into(),
        };
        let risks = RiskTable::default();
        decide(
            &self.state,
            intent,
            &Context {
                now: at(self.entries.len() as i64),
                actor: &actor,
                runbooks: &self.runbooks,
                components: &self.components,
                target: self.target.clone(),
                secrets: &self.secrets,
                default_timeout_seconds: Some(600),
                default_rto_seconds: None,
                default_rpo_seconds: Some(1),
                risks: &risks,
                blocked: self.blocked.as_deref(),
            },
        )
    }

    fn intend(&mut self, intent: &Intent) -> Result<Vec<Fact>, Refusal> {
        let facts = self.ask(intent)?;
        for fact in &facts {
            if let (
                Fact::PlaceholderSet { secret: true, .. },
                Intent::SetPlaceholder { name, value },
            ) = (fact, intent)
            {
                self.secrets.insert(name.clone(), value.clone());
            }
            self.record(fact.clone());
        }
        Ok(facts)
    }

    fn end(&mut self, run: u32, end: RunEnd) {
        self.record(Fact::RunEnded {
            run: RunId(run),
            end,
            duration_ms: 5,
            output_bytes: 0,
            transcript_sha256: None,
            tail: String::new(),
        });
    }

    fn see(&mut self, flips: &[Flip]) -> Vec<String> {
        let facts = observe(&self.state, flips);
        let words = facts
            .iter()
            .map(|fact| {
                let json: serde_json::Value = serde_json::from_str(&encode(fact)).unwrap();
                json["fact"].as_str().unwrap().to_owned()
            })
            .collect();
        for fact in facts {
            self.record(fact);
        }
        words
    }

    /// The refusal's words, or `""` where it was allowed.
    fn refused(&mut self, intent: &Intent) -> String {
        self.intend(intent)
            .err()
            .map_or(String::new(), |refusal| refusal.to_string())
    }
}

fn open(scenario: Option<&str>) -> Intent {
    Intent::Open {
        title: None,
        scenario: scenario.map(|id| ScenarioId(id.into())),
        severity: None,
        drill: false,
    }
}

fn run(step: &str, block: usize, confirmation: Confirmation) -> Intent {
    Intent::Run {
        step: step.into(),
        block,
        confirmation,
    }
}

fn typed(target: &str) -> Confirmation {
    Confirmation::Typed {
        target: target.into(),
    }
}

fn shown(target: &str) -> Confirmation {
    Confirmation::Shown {
        target: target.into(),
    }
}

fn set(name: &str, value: &str) -> Intent {
    Intent::SetPlaceholder {
        name: name.into(),
        value: value.into(),
    }
}

fn choose_way(option: &str) -> Intent {
    Intent::ChooseBranch {
        group: "way".into(),
        option: option.into(),
        reason: None,
    }
}

fn close() -> Intent {
    Intent::Close {
        resolution: "promoted the standby".into(),
    }
}
