//! Redis: every server is asked for its `INFO`, over a connection that stays open between looks.
//!
//! `link` (connecting, errors in words) · `info` (PURE: the answer) · `picture` (PURE: all answers → one observation).

pub(super) mod info;
pub(super) mod link;
mod picture;

use super::fault::{self, Absence};
use crate::config::Redis;
use crate::health::{Failure, Observation};
use info::Info;
use link::Login;
use picture::Counters;
use redis::aio::MultiplexedConnection;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::task::JoinSet;

const PORT: u16 = 6379;

/// What is kept between looks.
#[derive(Debug, Default)]
pub(super) struct Eye {
    connections: BTreeMap<String, MultiplexedConnection>,
    counters: Counters,
    /// Looks in a row in which a server that may be the master gave no answer in time.
    silent: u32,
}

/// What one server said.
#[derive(Debug)]
struct Answer {
    host: String,
    said: Result<Info, Absence>,
}

impl Eye {
    pub async fn look(
        &mut self,
        redis: &Redis,
        limit: Duration,
        bad_after: u32,
    ) -> Result<Observation, Failure> {
        let answers = self.ask(redis, limit).await;
        self.silent = if picture::is_silent(&answers) {
            self.silent.saturating_add(1)
        } else {
            0
        };
        let is_sure = self.silent == 0 || self.silent >= bad_after;
        picture::picture(&answers, &mut self.counters, is_sure)
    }

    async fn ask(&mut self, redis: &Redis, limit: Duration) -> Vec<Answer> {
        let login = Login {
            username: redis.username.clone(),
            password: redis.password.clone(),
            tls: redis.tls,
        };
        let mut asking = JoinSet::new();
        for (index, host) in redis.hosts.iter().enumerate() {
            let (login, host) = (login.clone(), host.clone());
            let connection = self.connections.remove(&host);
            asking.spawn(async move {
                let asked =
                    tokio::time::timeout(limit, inform(connection, &host, &login, limit)).await;
                let (connection, said) = match asked {
                    Ok(Ok((connection, info))) => (Some(connection), Ok(info)),
                    Ok(Err(absence)) => (None, Err(absence)),
                    Err(_) => (None, Err(fault::timed_out(limit).into())),
                };
                (index, connection, Answer { host, said })
            });
        }
        let mut answers = Vec::new();
        while let Some(asked) = asking.join_next().await {
            // A task that panicked has nothing to say; its server counts as one that was not asked.
            let Ok((index, connection, answer)) = asked else {
                continue;
            };
            if let Some(connection) = connection {
                self.connections.insert(answer.host.clone(), connection);
            }
            answers.push((index, answer));
        }
        answers.sort_by_key(|(index, _)| *index);
        answers.into_iter().map(|(_, answer)| answer).collect()
    }
}

/// One server's `INFO`.
async fn inform(
    kept: Option<MultiplexedConnection>,
    host: &str,
    login: &Login,
    limit: Duration,
) -> Result<(MultiplexedConnection, Info), Absence> {
    let question = async |mut connection: MultiplexedConnection| {
        let text: String = redis::cmd("INFO").query_async(&mut connection).await?;
        Ok(Info::parse(&text))
    };
    link::ask(kept, host, PORT, login, limit, question).await
}
