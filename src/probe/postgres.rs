//! PostgreSQL: every server of the pair or cluster is asked, over a connection that stays open between looks.
//!
//! `server` (one server: connecting, what it says) · `trail` (how old a replica's position is) · `lag` · `picture` (PURE: all
//! answers → one observation). Needs no more than a login; without `pg_monitor` the server keeps details to itself.

mod lag;
mod picture;
mod server;
mod trail;

pub use server::connect;

use super::fault::{self, Absence};
use crate::config::Postgres;
use crate::health::{Failure, Observation};
use picture::picture;
use server::Snapshot;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_postgres::Client;
use trail::Trail;

/// What is kept between looks.
#[derive(Debug, Default)]
pub(super) struct Eye {
    clients: BTreeMap<String, Client>,
    trail: Trail,
    began: Option<Instant>,
    /// Looks in a row in which a server that may be the primary gave no answer in time.
    silent: u32,
}

/// What one server said.
#[derive(Debug)]
struct Answer {
    host: String,
    said: Result<Snapshot, Absence>,
}

impl Eye {
    pub async fn look(
        &mut self,
        postgres: &Postgres,
        limit: Duration,
        bad_after: u32,
    ) -> Result<Observation, Failure> {
        let answers = self.ask(postgres, limit).await;
        let now = self.began.get_or_insert_with(Instant::now).elapsed();
        self.silent = if picture::is_silent(&answers) {
            self.silent.saturating_add(1)
        } else {
            0
        };
        let is_sure = self.silent == 0 || self.silent >= bad_after;
        picture(&answers, &mut self.trail, now.as_secs_f64(), is_sure)
    }

    /// Every server at the same time, so that one that hangs hides no other.
    async fn ask(&mut self, postgres: &Postgres, limit: Duration) -> Vec<Answer> {
        let mut asking = JoinSet::new();
        for (index, host) in postgres.hosts.iter().enumerate() {
            let (postgres, host) = (postgres.clone(), host.clone());
            let client = self.clients.remove(&host);
            asking.spawn(async move {
                let (client, said) = server::look(client, &postgres, &host, limit).await;
                (index, client, Answer { host, said })
            });
        }
        let mut answers = Vec::new();
        while let Some(asked) = asking.join_next().await {
            // A task that panicked has nothing to say; its server counts as one that was not asked.
            let Ok((index, client, answer)) = asked else {
                continue;
            };
            if let Some(client) = client {
                self.clients.insert(answer.host.clone(), client);
            }
            answers.push((index, answer));
        }
        answers.sort_by_key(|(index, _)| *index);
        answers.into_iter().map(|(_, answer)| answer).collect()
    }
}

/// A server that answered, for placeholders.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Server {
    pub host: String,
    pub is_standby: bool,
    /// `standby, 0 B behind the primary`.
    pub detail: String,
}

/// Every server that answers, the primary first.
pub(super) async fn servers(postgres: &Postgres, limit: Duration) -> Result<Vec<Server>, Failure> {
    let answers = Eye::default().ask(postgres, limit).await;
    let found = picture::servers(&answers);
    if found.is_empty() {
        picture(&answers, &mut Trail::default(), 0.0, true)?;
    }
    Ok(found)
}

/// Names of the databases that can be connected to, with their sizes in bytes where they are known.
pub(super) async fn databases(
    postgres: &Postgres,
    limit: Duration,
) -> Result<Vec<(String, Option<f64>)>, Failure> {
    let mut failures = Vec::new();
    for host in &postgres.hosts {
        match server::databases(postgres, host, limit).await {
            Ok(found) => return Ok(found),
            Err(failure) => failures.push(failure),
        }
    }
    Err(fault::gravest(&failures)
        .cloned()
        .unwrap_or_else(|| fault::misconfigured("no host is configured")))
}
