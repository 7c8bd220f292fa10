//! From an intent to its effect: prove the target, decide, journal, and act once it is durable.

use super::{ClientId, Effect, Engine, Input, Open, Pending, Proof};
use crate::host::journal::Append;
use crate::host::{runs, targets};
use crate::incident::decide::Context;
use crate::incident::{
    Actor, Entry, Fact, IncidentId, Intent, Refusal, Resolved, RunEnd, RunId, State, decide,
    resolve,
};
use crate::keeper::End;
use crate::wire::Reply;
use jiff::Timestamp;
use std::collections::BTreeMap;

impl Engine {
    pub(super) fn intend(&mut self, client: ClientId, id: u64, intent: Intent) {
        if let Intent::Run { step, block, .. } = &intent {
            self.prove(client, id, step.clone(), *block, Some(intent));
        } else {
            self.settle(client, id, &intent, None);
        }
    }

    /// Finds out what a block would hit, off the loop; goes on in [`Engine::proven`].
    pub(super) fn prove(
        &mut self,
        client: ClientId,
        id: u64,
        step: String,
        block: usize,
        intent: Option<Intent>,
    ) {
        let nobody = BTreeMap::new();
        let nothing = State::default();
        let (state, secrets) = self
            .open
            .as_ref()
            .map_or((&nothing, &nobody), |open| (&open.state, &open.secrets));
        let resolved = match resolve(state, &step, block, secrets, &self.risks) {
            Ok(resolved) => resolved,
            Err(refusal) => return self.tell(client, &Reply::Refused { id, refusal }),
        };
        let (config, views, inputs) = (
            self.config.clone(),
            self.monitor.views(),
            self.inputs.clone(),
        );
        tokio::spawn(async move {
            let Resolved {
                command,
                masked,
                interpreter,
                missing,
                risk,
                cwd: _,
                target: named,
            } = resolved;
            let (target, preview) = targets::prove(
                &config,
                &views,
                &command,
                &interpreter,
                named.as_deref(),
                missing.is_empty() && intent.is_none(),
            )
            .await;
            let proof = Proof {
                step,
                block,
                command: masked,
                target,
                missing,
                preview,
                risk,
            };
            _ = inputs
                .send(Input::Proven {
                    client,
                    id,
                    proof,
                    intent,
                })
                .await;
        });
    }

    pub(super) fn proven(
        &mut self,
        client: ClientId,
        id: u64,
        proof: Proof,
        intent: Option<Intent>,
    ) {
        if let Some(intent) = intent {
            self.settle(client, id, &intent, Some(proof));
        } else {
            let Proof {
                command,
                target,
                missing,
                preview,
                risk,
                ..
            } = proof;
            self.tell(
                client,
                &Reply::Proof {
                    id,
                    command,
                    target,
                    missing,
                    preview,
                    risk: Some(risk),
                },
            );
        }
    }

    /// Decides, and either says why not or records what follows.
    fn settle(&mut self, client: ClientId, id: u64, intent: &Intent, proof: Option<Proof>) {
        let Some(actor) = self.clients.get(&client).map(|client| client.actor.clone()) else {
            return;
        };
        let views = self.monitor.views();
        let nobody = BTreeMap::new();
        let nothing = State::default();
        let (state, secrets) = self
            .open
            .as_ref()
            .map_or((&nothing, &nobody), |open| (&open.state, &open.secrets));
        let context = Context {
            now: Timestamp::now(),
            actor: &actor,
            runbooks: &self.runbooks,
            components: &views,
            target: proof.map(|proof| proof.target),
            secrets,
            default_timeout_seconds: self.config.steps.timeout.map(|timeout| timeout.as_secs()),
            default_rto_seconds: self.config.rto.map(|rto| rto.as_secs()),
            default_rpo_seconds: self.config.rpo.map(|rpo| rpo.as_secs()),
            risks: &self.risks,
            blocked: self.alarm.as_deref(),
        };
        let facts = match decide(state, intent, &context) {
            Ok(facts) => facts,
            Err(refusal) => return self.tell(client, &Reply::Refused { id, refusal }),
        };
        let effects = match self.effects(state, intent, &facts, secrets) {
            Ok(effects) => effects,
            Err(refusal) => return self.tell(client, &Reply::Refused { id, refusal }),
        };
        if let (Intent::SetPlaceholder { name, value }, Some(open)) = (intent, &mut self.open)
            && facts
                .iter()
                .any(|fact| matches!(fact, Fact::PlaceholderSet { secret: true, .. }))
        {
            open.secrets.insert(name.clone(), value.clone());
        }
        self.record(actor, facts, effects, Some((client, id)));
    }

    /// What the facts allow, carried out once they are durable.
    fn effects(
        &self,
        state: &State,
        intent: &Intent,
        facts: &[Fact],
        secrets: &BTreeMap<String, String>,
    ) -> Result<Vec<Effect>, Refusal> {
        let Some(open) = &self.open else {
            return Ok(Vec::new());
        };
        let mut effects = Vec::new();
        for fact in facts {
            if let Fact::StepStarted {
                run,
                title,
                timeout_seconds,
                ..
            } = fact
                && let Intent::Run { step, block, .. } = intent
            {
                let resolved = resolve(state, step, *block, secrets, &self.risks)?;
                let dir = self.state_dir.run(open.id, *run);
                let mut spec = runs::spec(&self.config, dir, title, &resolved, *timeout_seconds);
                spec.secrets.extend(secrets.values().cloned());
                effects.push(Effect::Start {
                    incident: open.id,
                    run: *run,
                    spec: Box::new(spec),
                });
            } else if let Fact::CancelRequested { run } = fact {
                effects.push(Effect::Cancel {
                    incident: open.id,
                    run: *run,
                });
            }
        }
        Ok(effects)
    }

    /// Appends facts: the state advances now, effects and replies wait until they are durable.
    pub(super) fn record(
        &mut self,
        actor: Actor,
        facts: Vec<Fact>,
        effects: Vec<Effect>,
        reply: Option<(ClientId, u64)>,
    ) {
        if facts.is_empty() {
            if let Some((client, id)) = reply {
                self.tell(
                    client,
                    &Reply::Done {
                        id,
                        incident: self.open.as_ref().map(|open| open.id),
                        run: None,
                    },
                );
            }
            return;
        }
        self.next_token += 1;
        let token = self.next_token;
        let opened = matches!(facts.first(), Some(Fact::IncidentOpened { .. }));
        let incident = if opened {
            None
        } else {
            self.open.as_ref().map(|open| open.id)
        };
        let inputs = self.inputs.clone();
        let durable = Box::new(move |outcome: Result<(), _>| {
            let outcome =
                outcome.map_err(|error: crate::host::journal::JournalError| error.to_string());
            _ = inputs.blocking_send(Input::Durable { token, outcome });
        });
        let appended = match &self.journal {
            Some(journal) => journal
                .append(
                    Append {
                        incident,
                        at: Timestamp::now(),
                        actor,
                        facts,
                    },
                    durable,
                )
                .map_err(|error| error.to_string()),
            None => Err(self
                .alarm
                .clone()
                .unwrap_or_else(|| "there is no journal".into())),
        };
        match appended {
            Ok(entries) => {
                self.advance(&entries, opened);
                self.pending.insert(
                    token,
                    Pending {
                        entries,
                        effects,
                        reply,
                        opened,
                    },
                );
            }
            Err(why) => {
                if let Some((client, id)) = reply {
                    self.tell(
                        client,
                        &Reply::Refused {
                            id,
                            refusal: Refusal::JournalBroken { why: why.clone() },
                        },
                    );
                }
                self.raise_alarm(why);
            }
        }
    }

    fn advance(&mut self, entries: &[Entry], opened: bool) {
        if opened && let Some(first) = entries.first() {
            self.open = Some(Open {
                id: first.incident,
                state: State::default(),
                secrets: BTreeMap::new(),
            });
        }
        if let Some(open) = &mut self.open {
            for entry in entries {
                open.state.apply(entry);
            }
        }
    }

    /// A commit is on disk, or never will be.
    pub(super) fn durable(&mut self, token: u64, outcome: Result<(), String>) {
        let Some(Pending {
            entries,
            effects,
            reply,
            opened,
        }) = self.pending.remove(&token)
        else {
            return;
        };
        if let Err(why) = outcome {
            if let Some((client, id)) = reply {
                self.tell(
                    client,
                    &Reply::Refused {
                        id,
                        refusal: Refusal::JournalBroken { why: why.clone() },
                    },
                );
            }
            // What was not recorded did not happen: go back to what the disk says.
            if let Some(open) = &mut self.open
                && let Ok(entries) = crate::host::journal::Reader::open(&self.state_dir.journal())
                    .and_then(|reader| reader.entries(open.id))
            {
                open.state = State::replay(&entries);
            } else if opened {
                self.open = None;
            }
            self.raise_alarm(why);
            return;
        }
        let run = effects.iter().find_map(|effect| match effect {
            Effect::Start { run, .. } => Some(*run),
            Effect::Cancel { .. } => None,
        });
        let incident = entries.first().map(|entry| entry.incident);
        self.tell_entries(entries, opened);
        for effect in effects {
            self.act(effect);
        }
        if let Some((client, id)) = reply {
            self.tell(client, &Reply::Done { id, incident, run });
        }
        if self.open.as_ref().is_some_and(|open| !open.state.is_open()) {
            self.open = None;
        }
    }

    fn act(&mut self, effect: Effect) {
        match effect {
            Effect::Start {
                incident,
                run,
                spec,
            } => runs::start(incident, run, *spec, self.inputs.clone()),
            Effect::Cancel { incident, run } => runs::cancel(self.state_dir.run(incident, run)),
        }
    }

    pub(super) fn run_ended(&mut self, incident: IncidentId, run: RunId, end: End) {
        let known = self.open.as_ref().is_some_and(|open| {
            open.id == incident
                && open
                    .state
                    .runs
                    .get(&run)
                    .is_some_and(|run| run.end.is_none() || run.end == Some(RunEnd::Lost))
        });
        if !known {
            return;
        }
        let End {
            end,
            duration_ms,
            output_bytes,
            transcript_sha256,
            tail,
            ..
        } = end;
        let fact = Fact::RunEnded {
            run,
            end,
            duration_ms,
            output_bytes,
            transcript_sha256,
            tail,
        };
        self.record(Actor::host(), vec![fact], Vec::new(), None);
    }
}
