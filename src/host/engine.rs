//! The engine: one loop that takes inputs, decides, journals, and acts once a fact is durable.
//!
//! No disk or network call stands on this loop but the ones it queues: journal, keepers, targets and
//! probes work elsewhere and report back as an [`Input`].

mod clients;
mod intents;
mod watch;

use super::journal::{Journal, JournalError, Reader};
use super::{recover, runs, server};
use crate::cli::Common;
use crate::config::Config;
use crate::health::{Monitor, Reading};
use crate::incident::{Actor, Entry, IncidentId, Intent, RunId, State, Target};
use crate::keeper::End;
use crate::paths::StateDir;
use crate::probe::Probe;
use crate::runbook::Runbook;
use crate::runbook::shell::RiskTable;
use crate::wire::{Candidate, Notice, Request, Severity};
use jiff::Timestamp;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::UnixListener;
use tokio::sync::mpsc;

/// How long an idle host waits for somebody to come back.
const LINGER: Duration = Duration::from_secs(3);

/// One connection, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClientId(pub u64);

/// Everything that can reach the loop.
#[derive(Debug)]
pub enum Input {
    Joined {
        id: ClientId,
        actor: Actor,
        client: String,
        replies: mpsc::Sender<Arc<[u8]>>,
        runbooks: Vec<String>,
        config: Option<String>,
    },
    Request {
        id: ClientId,
        request: Request,
    },
    Left {
        id: ClientId,
    },
    Durable {
        token: u64,
        outcome: Result<(), String>,
    },
    /// What a block would hit, asked for by `client`; `run` carries the intent that goes on from here.
    Proven {
        client: ClientId,
        id: u64,
        proof: Proof,
        intent: Option<Intent>,
    },
    Candidates {
        client: ClientId,
        id: u64,
        values: Vec<Candidate>,
        problem: Option<String>,
    },
    RunEnded {
        incident: IncidentId,
        run: RunId,
        end: End,
    },
    Reloaded {
        config: Result<Box<Config>, String>,
        runbooks: Vec<Runbook>,
    },
}

/// What was found out about a block a moment before it may run.
#[derive(Debug)]
pub struct Proof {
    pub step: String,
    pub block: usize,
    pub command: String,
    pub target: Target,
    pub missing: Vec<String>,
    pub preview: Option<String>,
    /// What the filled-in command would do.
    pub risk: crate::runbook::Risk,
}

/// What waits for a commit.
struct Pending {
    entries: Vec<Entry>,
    effects: Vec<Effect>,
    reply: Option<(ClientId, u64)>,
    /// Set when the entries open an incident.
    opened: bool,
}

/// What may happen once its fact is on disk.
#[derive(Debug)]
enum Effect {
    Start {
        incident: IncidentId,
        run: RunId,
        spec: Box<crate::keeper::Spec>,
    },
    Cancel {
        incident: IncidentId,
        run: RunId,
    },
}

/// The incident that is open.
struct Open {
    id: IncidentId,
    state: State,
    /// Secret placeholder values; in memory only.
    secrets: BTreeMap<String, String>,
}

/// The host's whole state.
pub struct Engine {
    common: Common,
    config: Config,
    runbooks: Vec<Runbook>,
    risks: RiskTable,
    state_dir: StateDir,
    started: Timestamp,
    monitor: Monitor,
    probes: Vec<(String, Probe)>,
    readings: mpsc::Sender<(String, Reading)>,
    read: Option<mpsc::Receiver<(String, Reading)>>,
    inputs: mpsc::Sender<Input>,
    inbox: Option<mpsc::Receiver<Input>>,
    journal: Option<Journal>,
    /// Why the journal cannot be written, once it cannot.
    alarm: Option<String>,
    open: Option<Open>,
    clients: HashMap<ClientId, clients::Client>,
    next_client: u64,
    pending: BTreeMap<u64, Pending>,
    next_token: u64,
    stopping: bool,
}

impl Engine {
    /// Opens the journal, takes over what a host before left, and starts looking at every component.
    pub fn start(
        common: Common,
        (config, complaint): (Config, Option<String>),
        state_dir: StateDir,
    ) -> Result<Engine, JournalError> {
        let (inputs, inbox) = mpsc::channel(1024);
        let (readings, read) = mpsc::channel(64);
        let (journal, alarm) = match Journal::open(&state_dir.journal()) {
            Ok(journal) => (Some(journal), None),
            Err(error) => (None, Some(error.to_string())),
        };
        let runbooks = crate::library::load(&config);
        let mut engine = Engine {
            monitor: Monitor::new(&config.components),
            common,
            risks: RiskTable::with(config.risk.clone()),
            config,
            runbooks,
            state_dir,
            started: Timestamp::now(),
            probes: Vec::new(),
            readings,
            read: Some(read),
            inputs,
            inbox: Some(inbox),
            journal,
            alarm,
            open: None,
            clients: HashMap::new(),
            next_client: 0,
            pending: BTreeMap::new(),
            next_token: 0,
            stopping: false,
        };
        if let Some(complaint) = complaint {
            engine.config.complaints.push(crate::config::Complaint {
                file: engine.common.config.clone().unwrap_or_default(),
                line: 0,
                key: String::new(),
                message: complaint,
            });
        }
        Ok(engine)
    }

    /// The loop; ends when nobody needs the host, or on a signal.
    pub async fn run(mut self, listener: UnixListener, on_demand: bool) {
        let (Some(mut inbox), Some(mut read)) = (self.inbox.take(), self.read.take()) else {
            return;
        };
        self.take_over();
        self.start_probes();
        let (Ok(mut term), Ok(mut int), Ok(mut hup)) = (
            tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()),
            tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt()),
            tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()),
        ) else {
            return;
        };
        while !self.stopping {
            let idle = on_demand && self.is_idle();
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => {
                        self.next_client += 1;
                        tokio::spawn(server::client(ClientId(self.next_client), stream, self.inputs.clone()));
                    }
                    // Out of descriptors, for example: leave the loop time for those that close some.
                    Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
                },
                Some(input) = inbox.recv() => self.take(input),
                Some((component, reading)) = read.recv() => self.reading(&component, reading),
                _ = term.recv() => self.stopping = true,
                _ = int.recv() => self.stopping = true,
                _ = hup.recv() => {}
                () = tokio::time::sleep(LINGER), if idle => self.stopping = true,
            }
        }
        self.say_goodbye();
        // What is queued is on its way to the disk; the journal's thread finishes it when its handle goes.
        drop(self.journal.take());
        let deadline = tokio::time::sleep(Duration::from_secs(2));
        tokio::pin!(deadline);
        while !self.pending.is_empty() {
            tokio::select! {
                Some(input) = inbox.recv() => if let Input::Durable { token, .. } = input { self.pending.remove(&token); },
                () = &mut deadline => break,
            }
        }
    }

    fn is_idle(&self) -> bool {
        self.clients.is_empty() && self.pending.is_empty() && self.open.is_none()
    }

    fn take(&mut self, input: Input) {
        match input {
            Input::Joined {
                id,
                actor,
                client,
                replies,
                runbooks,
                config,
            } => self.join(id, actor, &client, replies, &runbooks, config),
            Input::Request { id, request } => self.request(id, request),
            Input::Left { id } => self.leave(id),
            Input::Durable { token, outcome } => self.durable(token, outcome),
            Input::Proven {
                client,
                id,
                proof,
                intent,
            } => self.proven(client, id, proof, intent),
            Input::Candidates {
                client,
                id,
                values,
                problem,
            } => {
                self.tell(
                    client,
                    &crate::wire::Reply::Candidates {
                        id,
                        values,
                        problem,
                    },
                );
            }
            Input::RunEnded { incident, run, end } => self.run_ended(incident, run, end),
            Input::Reloaded { config, runbooks } => self.reloaded(config, runbooks),
        }
    }

    /// Goes on with the incident that was open when the last host ended.
    fn take_over(&mut self) {
        let Ok(reader) = Reader::open(&self.state_dir.journal()) else {
            return;
        };
        let Ok(Some((id, state))) = recover::open_incident(&reader) else {
            return;
        };
        // It watched for as long as it kept samples, whether or not there was anything to record.
        let watched = reader.last_sample_at().ok().flatten();
        let gap = state
            .last_at
            .max(watched)
            .and_then(|last| u64::try_from(Timestamp::now().duration_since(last).as_secs()).ok());
        let running: Vec<RunId> = state.running().map(|(run, _)| run).collect();
        self.open = Some(Open {
            id,
            state,
            secrets: BTreeMap::new(),
        });
        self.record(
            Actor::host(),
            vec![crate::incident::Fact::HostChanged { gap_seconds: gap }],
            Vec::new(),
            None,
        );
        for run in running {
            runs::follow(id, run, self.state_dir.run(id, run), self.inputs.clone());
        }
    }

    fn reloaded(&mut self, config: Result<Box<Config>, String>, runbooks: Vec<Runbook>) {
        match config {
            Ok(config) => {
                self.config = *config;
                self.risks = RiskTable::with(self.config.risk.clone());
                self.monitor = Monitor::new(&self.config.components);
                self.start_probes();
                self.clear_notice("reload");
            }
            Err(why) => self.notice(Notice {
                severity: Severity::Error,
                what: format!("the config was not read again: {why}"),
                hint: Some("what was in force before stays so".into()),
                key: "reload".into(),
            }),
        }
        self.runbooks = runbooks;
        self.tell_setup();
    }
}
