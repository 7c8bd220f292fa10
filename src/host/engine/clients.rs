//! The engine's ears and mouth: who is attached, what they asked, what they are told.

use super::{ClientId, Engine, Input};
use crate::host::journal::Reader;
use crate::incident::timeline::Row;
use crate::incident::{Actor, Entry, IncidentId, State, timeline};
use crate::wire::{self, Notice, Reply, Request, Severity, VERSION};
use std::sync::Arc;
use tokio::sync::mpsc;

/// Rows of the timeline that a new watcher gets; older ones are asked for.
const RECENT_ROWS: usize = 200;

/// Somebody attached.
pub(super) struct Client {
    pub(super) actor: Actor,
    replies: mpsc::Sender<Arc<[u8]>>,
    /// Follows the open incident and the components.
    watching: bool,
}

impl Engine {
    pub(super) fn join(
        &mut self,
        id: ClientId,
        actor: Actor,
        _client: &str,
        replies: mpsc::Sender<Arc<[u8]>>,
        runbooks: &[String],
        config: Option<String>,
    ) {
        let welcome = Reply::Welcome {
            version: VERSION,
            pid: std::process::id(),
            started: self.started,
            actor: actor.name.clone(),
        };
        self.clients.insert(
            id,
            Client {
                actor,
                replies,
                watching: false,
            },
        );
        self.tell(id, &welcome);
        self.tell(
            id,
            &Reply::Target {
                target: Some(crate::host::targets::default(&self.config)),
            },
        );
        if let Some(config) = config.map(std::path::PathBuf::from)
            && self.config.source.as_ref() != Some(&config)
        {
            let ours = self
                .config
                .source
                .as_ref()
                .map_or_else(|| "no file".into(), |path| format!("`{}`", path.display()));
            self.tell(
                id,
                &Reply::Notice {
                    notice: Notice {
                        severity: Severity::Warning,
                        what: format!("the host runs with {ours}, not with `{}`", config.display()),
                        hint: Some("end it with `breakglass host stop` and start again".into()),
                        key: "other-config".into(),
                    },
                },
            );
        }
        let new: Vec<_> = runbooks
            .iter()
            .map(std::path::PathBuf::from)
            .filter(|path| !self.config.runbooks.contains(path))
            .collect();
        if !new.is_empty() {
            self.config.runbooks.splice(0..0, new);
            self.runbooks = crate::library::load(&self.config);
            self.tell_setup();
        }
    }

    pub(super) fn leave(&mut self, id: ClientId) {
        self.clients.remove(&id);
        self.tell_presence();
    }

    pub(super) fn request(&mut self, id: ClientId, request: Request) {
        match request {
            Request::Hello { .. } => self.let_go(id, "a second hello"),
            Request::Watch { incident } => self.watch(id, incident),
            Request::Intend { id: ask, intent } => self.intend(id, ask, intent),
            Request::Prove {
                id: ask,
                step,
                block,
            } => self.prove(id, ask, step, block, None),
            Request::Candidates {
                id: ask,
                placeholder,
            } => self.candidates(id, ask, placeholder),
            Request::Refresh { component } => self.refresh(component.as_deref()),
            Request::Reload => self.reload(),
            Request::Rows {
                id: ask,
                before,
                limit,
            } => {
                let rows = self.older_rows(before, limit as usize);
                self.tell(id, &Reply::Rows { id: ask, rows });
            }
            Request::Stop { force } => self.stop(id, force),
        }
    }

    fn watch(&mut self, id: ClientId, incident: Option<IncidentId>) {
        if let Some(client) = self.clients.get_mut(&id) {
            client.watching = true;
        }
        self.tell_setup_to(id);
        let reply = match (incident, &self.open) {
            (Some(wanted), open) if open.as_ref().is_none_or(|open| open.id != wanted) => {
                match self.past(wanted) {
                    Ok((state, rows)) => Reply::Incident {
                        state: Some(Box::new(state)),
                        rows,
                    },
                    Err(why) => Reply::Notice {
                        notice: Notice {
                            severity: Severity::Error,
                            what: why,
                            hint: None,
                            key: "incident".into(),
                        },
                    },
                }
            }
            (_, Some(open)) => Reply::Incident {
                state: Some(Box::new(open.state.clone())),
                rows: self.older_rows(u64::MAX, RECENT_ROWS),
            },
            (_, None) => Reply::Incident {
                state: None,
                rows: Vec::new(),
            },
        };
        self.tell(id, &reply);
        for notice in self.standing_notices() {
            self.tell(id, &Reply::Notice { notice });
        }
        self.tell_presence();
    }

    fn past(&self, id: IncidentId) -> Result<(State, Vec<Row>), String> {
        let entries = Reader::open(&self.state_dir.journal())
            .and_then(|reader| reader.entries(id))
            .map_err(|error| error.to_string())?;
        let mut rows = timeline::rows(&entries);
        rows.drain(..rows.len().saturating_sub(RECENT_ROWS));
        Ok((State::replay(&entries), rows))
    }

    /// Rows of the open incident; the whole record is read, since an end names the step of its start.
    fn older_rows(&self, before: u64, limit: usize) -> Vec<Row> {
        let Some(open) = &self.open else {
            return Vec::new();
        };
        let Ok(entries) =
            Reader::open(&self.state_dir.journal()).and_then(|reader| reader.entries(open.id))
        else {
            return Vec::new();
        };
        let mut rows = timeline::rows(&entries);
        rows.retain(|row| row.seq < before);
        rows.drain(..rows.len().saturating_sub(limit));
        rows
    }

    fn stop(&mut self, id: ClientId, force: bool) {
        let runs: Vec<_> = self
            .open
            .iter()
            .flat_map(|open| open.state.running().map(|(run, _)| run))
            .collect();
        if !runs.is_empty() && !force {
            self.tell(
                id,
                &Reply::Refused {
                    id: 0,
                    refusal: crate::incident::Refusal::StillRunning { runs },
                },
            );
            return;
        }
        self.tell(id, &Reply::Stopping);
        self.stopping = true;
    }

    fn reload(&mut self) {
        let (common, inputs) = (self.common.clone(), self.inputs.clone());
        tokio::task::spawn_blocking(move || {
            let config = crate::config::Config::load(&common).map_err(|error| format!("{error:#}"));
            let runbooks = config
                .as_ref()
                .map(crate::library::load)
                .unwrap_or_default();
            _ = inputs.blocking_send(Input::Reloaded {
                config: config.map(Box::new),
                runbooks,
            });
        });
    }

    fn candidates(&mut self, client: ClientId, id: u64, placeholder: String) {
        let (config, inputs) = (self.config.clone(), self.inputs.clone());
        tokio::spawn(async move {
            let (values, problem) = match crate::probe::candidates(&config, &placeholder).await {
                Ok(values) => (values, None),
                Err(why) => (Vec::new(), Some(why)),
            };
            _ = inputs
                .send(Input::Candidates {
                    client,
                    id,
                    values,
                    problem,
                })
                .await;
        });
    }

    /// What every watcher needs before anything else: runbooks, offers, components.
    pub(super) fn tell_setup(&mut self) {
        for id in self.watching() {
            self.tell_setup_to(id);
        }
    }

    fn watching(&self) -> Vec<ClientId> {
        let watching = self.clients.iter().filter(|(_, client)| client.watching);
        watching.map(|(id, _)| *id).collect()
    }

    fn tell_setup_to(&mut self, id: ClientId) {
        self.tell(
            id,
            &Reply::Components {
                components: self.monitor.views(),
            },
        );
        self.tell(
            id,
            &Reply::Runbooks {
                runbooks: self.runbooks.clone(),
                offers: self.offers(),
            },
        );
    }

    /// Entries that are durable by now; an incident that was just opened is told whole.
    pub(super) fn tell_entries(&mut self, entries: Vec<Entry>, opened: bool) {
        if opened && let Some(open) = &self.open {
            let reply = Reply::Incident {
                state: Some(Box::new(open.state.clone())),
                rows: timeline::rows(&entries),
            };
            self.tell_watchers(&reply);
        } else if !entries.is_empty() {
            self.tell_watchers(&Reply::Entries { entries });
        }
    }

    fn standing_notices(&self) -> Vec<Notice> {
        let mut notices: Vec<Notice> = self.alarm.iter().map(|why| alarm_notice(why)).collect();
        notices.extend(
            self.config
                .complaints
                .iter()
                .enumerate()
                .map(|(index, complaint)| Notice {
                    severity: Severity::Warning,
                    what: complaint.to_string(),
                    hint: None,
                    key: format!("config-{index}"),
                }),
        );
        notices
    }

    pub(super) fn raise_alarm(&mut self, why: String) {
        self.notice(alarm_notice(&why));
        self.alarm = Some(why);
    }

    pub(super) fn notice(&mut self, notice: Notice) {
        self.tell_watchers(&Reply::Notice { notice });
    }

    pub(super) fn clear_notice(&mut self, key: &str) {
        self.notice(Notice {
            severity: Severity::Info,
            what: String::new(),
            hint: None,
            key: key.into(),
        });
    }

    fn tell_presence(&mut self) {
        let mut actors: Vec<String> = self
            .clients
            .values()
            .filter(|client| client.watching)
            .map(|client| client.actor.name.clone())
            .collect();
        actors.sort();
        self.tell_watchers(&Reply::Present { actors });
    }

    pub(super) fn say_goodbye(&mut self) {
        self.tell_watchers(&Reply::Stopping);
    }

    pub(super) fn tell_watchers(&mut self, reply: &Reply) {
        let Ok(line) = wire::line(reply) else { return };
        let line: Arc<[u8]> = line.into();
        for id in self.watching() {
            self.send(id, line.clone(), matches!(reply, Reply::Component { .. }));
        }
    }

    pub(super) fn tell(&mut self, id: ClientId, reply: &Reply) {
        if let Ok(line) = wire::line(reply) {
            self.send(id, line.into(), false);
        }
    }

    /// Queues a line; a client that does not read is let go, and only readings may be dropped for it.
    fn send(&mut self, id: ClientId, line: Arc<[u8]>, droppable: bool) {
        let Some(client) = self.clients.get(&id) else {
            return;
        };
        if client.replies.try_send(line).is_err() && !droppable {
            self.clients.remove(&id);
        }
    }

    fn let_go(&mut self, id: ClientId, why: &str) {
        self.tell(id, &Reply::Rejected { why: why.into() });
        self.clients.remove(&id);
    }
}

fn alarm_notice(why: &str) -> Notice {
    Notice {
        severity: Severity::Error,
        what: format!("NOTHING IS RECORDED: {why}"),
        hint: Some("no step starts until the journal can be written; health goes on; restart with another --state-dir".into()),
        key: "journal".into(),
    }
}
