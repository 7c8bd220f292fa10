//! Redis Sentinel: every Sentinel is asked what it knows, and the masters they name are asked themselves.
//!
//! `master` (PURE: one master) · `picture` (PURE: what all of them said → one observation). It must not order a failover.

mod master;
mod picture;

use super::fault::{self, Absence};
use super::redis::info::Info;
use super::redis::link::{self, Login};
use crate::config::Sentinel;
use crate::health::{Failure, Observation};
use picture::{Answer, Memory, View};
use redis::aio::MultiplexedConnection;
use redis::{Cmd, RedisError};
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::Instant;

const PORT: u16 = 26379;
const NODE_PORT: u16 = 6379;

/// A flat list of names and values, as Sentinels describe what they know.
type Fields = HashMap<String, String>;

/// What one Sentinel knows of one master.
#[derive(Debug, Clone, Default, PartialEq)]
struct Known {
    master: Fields,
    replicas: Vec<Fields>,
    /// The other Sentinels.
    sentinels: Vec<Fields>,
    /// Why no failover could be agreed on; `None` where it could.
    no_quorum: Option<String>,
}

/// What is kept between looks.
#[derive(Debug, Default)]
pub(super) struct Eye {
    connections: BTreeMap<String, MultiplexedConnection>,
    memory: Memory,
    began: Option<Instant>,
}

impl Eye {
    pub async fn look(
        &mut self,
        sentinel: &Sentinel,
        limit: Duration,
    ) -> Result<Observation, Failure> {
        let answers = self.ask(sentinel, limit.mul_f64(0.6)).await;
        let view = View::new(&answers, sentinel.master.as_deref())?;
        let nodes = ask_masters(sentinel, view.addresses(), limit.mul_f64(0.4)).await;
        let now = self.began.get_or_insert_with(Instant::now).elapsed();
        Ok(view.picture(&nodes, &mut self.memory, now.as_secs_f64()))
    }

    async fn ask(&mut self, sentinel: &Sentinel, limit: Duration) -> Vec<Answer> {
        let login = Login {
            password: sentinel.password.clone(),
            ..Login::default()
        };
        let mut asking = JoinSet::new();
        for (index, host) in sentinel.hosts.iter().enumerate() {
            let (login, host) = (login.clone(), host.clone());
            let (connection, master) = (self.connections.remove(&host), sentinel.master.clone());
            asking.spawn(async move {
                let asked = inform(connection, &host, &login, master.as_deref(), limit);
                let (connection, said) = match tokio::time::timeout(limit, asked).await {
                    Ok(Ok((connection, known))) => (Some(connection), Ok(known)),
                    Ok(Err(absence)) => (None, Err(absence.into_failure())),
                    Err(_) => (None, Err(fault::timed_out(limit))),
                };
                (index, connection, Answer { host, said })
            });
        }
        let mut answers = Vec::new();
        while let Some(asked) = asking.join_next().await {
            // A task that panicked has nothing to say; its Sentinel counts as one that was not asked.
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

/// The masters that Sentinels know, by name with their addresses, for placeholders.
pub(super) async fn masters(
    sentinel: &Sentinel,
    limit: Duration,
) -> Result<Vec<(String, String)>, Failure> {
    let answers = Eye::default().ask(sentinel, limit).await;
    let view = View::new(&answers, None)?;
    Ok(view.masters())
}

/// What one Sentinel knows.
async fn inform(
    kept: Option<MultiplexedConnection>,
    host: &str,
    login: &Login,
    master: Option<&str>,
    limit: Duration,
) -> Result<(MultiplexedConnection, Vec<Known>), Absence> {
    let question = async |mut connection| knowledge(&mut connection, master).await;
    link::ask(kept, host, PORT, login, limit, question).await
}

async fn knowledge(
    connection: &mut MultiplexedConnection,
    wanted: Option<&str>,
) -> Result<Vec<Known>, RedisError> {
    let masters: Vec<Fields> = sentinel("MASTERS", None).query_async(connection).await?;
    let mut known = Vec::new();
    for master in masters {
        let name = master.get("name").cloned().unwrap_or_default();
        let mut entry = Known {
            master,
            ..Known::default()
        };
        if wanted.is_none_or(|wanted| wanted == name) {
            let name = Some(name.as_str());
            entry.replicas = sentinel("REPLICAS", name).query_async(connection).await?;
            entry.sentinels = sentinel("SENTINELS", name).query_async(connection).await?;
            let quorum = sentinel("CKQUORUM", name)
                .query_async::<String>(connection)
                .await;
            entry.no_quorum = match quorum {
                Ok(_) => None,
                Err(error) if error.code() == Some("NOQUORUM") => {
                    Some(error.detail().unwrap_or_default().to_owned())
                }
                Err(error) => return Err(error),
            };
        }
        known.push(entry);
    }
    Ok(known)
}

fn sentinel(verb: &str, master: Option<&str>) -> Cmd {
    let mut command = redis::cmd("SENTINEL");
    command.arg(verb);
    if let Some(master) = master {
        command.arg(master);
    }
    command
}

/// Each master by itself: what Sentinels say of it may be as old as their patience.
async fn ask_masters(
    sentinel: &Sentinel,
    addresses: Vec<String>,
    limit: Duration,
) -> BTreeMap<String, Result<Info, Absence>> {
    let login = Login {
        password: sentinel.node_password.clone(),
        ..Login::default()
    };
    let mut asking = JoinSet::new();
    for address in addresses {
        let login = login.clone();
        asking.spawn(async move {
            let question = async |mut connection: MultiplexedConnection| {
                let mut command = redis::cmd("INFO");
                let command = command.arg("replication");
                let text: String = command.query_async(&mut connection).await?;
                Ok(Info::parse(&text))
            };
            let asked = link::ask(None, &address, NODE_PORT, &login, limit, question);
            let said = match tokio::time::timeout(limit, asked).await {
                Ok(asked) => asked.map(|(_, info)| info),
                Err(_) => Err(fault::timed_out(limit).into()),
            };
            (address, said)
        });
    }
    let mut nodes = BTreeMap::new();
    while let Some(asked) = asking.join_next().await {
        nodes.extend(asked);
    }
    nodes
}
