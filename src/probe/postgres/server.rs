//! One PostgreSQL server: connecting to it, and what it says of itself.
//!
//! One round trip a look, in the simple protocol, which connection poolers pass on. It must not change anything.

use crate::config::{Postgres, Settings, Tls, endpoint, secret};
use crate::health::{Failure, FailureKind};
use crate::probe::fault::{self, Absence};
use crate::probe::tls;
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;
use tokio_postgres::config::SslMode;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, SimpleQueryMessage, SimpleQueryRow};
use tokio_postgres_rustls::MakeRustlsConnect;

/// What a server says in one look. Positions are bytes of WAL since the beginning.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Snapshot {
    pub is_standby: bool,
    pub version: String,
    pub up_seconds: f64,
    /// Written by a primary, replayed by a standby.
    pub position: Option<u64>,
    /// By a standby, from its primary.
    pub received: Option<u64>,
    /// Since the last transaction that a standby replayed was committed.
    pub replayed_seconds: Option<f64>,
    pub is_paused: bool,
    /// For ordinary users, in all.
    pub slots: f64,
    pub connections: f64,
    pub idle_in_transaction: f64,
    pub idle_in_transaction_seconds: f64,
    pub blocked: f64,
    pub receiver: Option<Receiver>,
    pub replicas: Vec<Replica>,
}

/// A standby's end of replication.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Receiver {
    pub status: String,
    pub from: Option<String>,
}

/// The sending end, for one replica.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Replica {
    pub name: String,
    pub address: String,
    /// Empty where our user may not see it.
    pub state: String,
    pub sync: String,
    /// It has just attached and not said yet how far it is.
    pub is_new: bool,
    /// `None` for what only archives.
    pub replayed: Option<u64>,
    pub lag_seconds: Option<f64>,
    pub silent_seconds: Option<f64>,
}

const QUESTION: &str = "
select pg_is_in_recovery() as is_standby,
  split_part(current_setting('server_version'), ' ', 1) as version,
  extract(epoch from now() - pg_postmaster_start_time()) as up_seconds,
  pg_wal_lsn_diff(case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end,
    '0/0') as position,
  pg_wal_lsn_diff(pg_last_wal_receive_lsn(), '0/0') as received,
  extract(epoch from now() - pg_last_xact_replay_timestamp()) as replayed_seconds,
  case when pg_is_in_recovery() then pg_is_wal_replay_paused() else false end as is_paused,
  current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
    - coalesce(nullif(current_setting('reserved_connections', true), ''), '0')::int as slots,
  a.*
from (
  select count(*) as connections,
    count(*) filter (where state like 'idle in transaction%') as idle,
    max(extract(epoch from now() - state_change)) filter (where state like 'idle in transaction%') as idle_seconds,
    count(*) filter (where wait_event_type = 'Lock') as blocked
  from pg_stat_activity
  where datid is not null and usesysid is not null and coalesce(backend_type, 'client backend') = 'client backend'
) a;
select status, r.j->>'sender_host' as host, r.j->>'sender_port' as port
from (select *, to_jsonb(w) as j from pg_stat_wal_receiver w) r;
select application_name as name, host(client_addr) as address, state, sync_state as sync,
  write_lsn is null as is_new, pg_wal_lsn_diff(replay_lsn, '0/0') as replayed, extract(epoch from replay_lag) as lag_seconds,
  extract(epoch from clock_timestamp() - (to_jsonb(r)->>'reply_time')::timestamptz) as silent_seconds
from pg_stat_replication r where state is distinct from 'backup' order by application_name, client_addr";

const DATABASES: &str = "
select datname, case when has_database_privilege(datname, 'connect') then pg_database_size(datname) end
from pg_database where datallowconn and not datistemplate order by datname";

/// Connects to one of the servers. The connection lives as long as the client; the limit on time is the caller's.
pub async fn connect(postgres: &Postgres, host: &str) -> Result<Client, Failure> {
    open(postgres, host).await.map_err(Absence::into_failure)
}

async fn open(postgres: &Postgres, host: &str) -> Result<Client, Absence> {
    let password = password(postgres).await?;
    let (name, port) = endpoint::split(host).map_err(fault::misconfigured)?;
    let mut config = tokio_postgres::Config::new();
    config
        .host(name)
        .port(port.unwrap_or(5432))
        .user(&postgres.user)
        .dbname(&postgres.database)
        .application_name("breakglass");
    if let Some(password) = password {
        config.password(password.expose_secret());
    }
    config.ssl_mode(match postgres.tls {
        Tls::Prefer => SslMode::Prefer,
        Tls::Off => SslMode::Disable,
        Tls::Require => SslMode::Require,
    });
    let trust = match postgres.tls {
        Tls::Require => tls::checked(),
        Tls::Prefer | Tls::Off => tls::unchecked(),
    };
    let connector = MakeRustlsConnect::new(trust?);
    let mut connected = config.connect(connector.clone()).await;
    if postgres.tls == Tls::Prefer
        && let Err(error) = &connected
        && fault::find::<rustls::Error>(error).is_some()
    {
        // As libpq: where TLS cannot be agreed on, a plain connection is preferred to none.
        connected = config.ssl_mode(SslMode::Disable).connect(connector).await;
    }
    let (client, connection) = connected.map_err(|error| absence(&error))?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!("a connection to PostgreSQL ended: {}", fault::text(&error));
        }
    });
    Ok(client)
}

async fn password(postgres: &Postgres) -> Result<Option<SecretString>, Failure> {
    if postgres.password.is_some() || postgres.password_from.is_none() {
        return Ok(postgres.password.clone());
    }
    let mut settings = Settings::Postgres(postgres.clone());
    secret::fetch(&mut settings, Duration::from_secs(10))
        .await
        .map_err(fault::misconfigured)?;
    Ok(match settings {
        Settings::Postgres(postgres) => postgres.password,
        Settings::Redis(_)
        | Settings::Sentinel(_)
        | Settings::Http(_)
        | Settings::Tcp { .. }
        | Settings::Command(_) => None,
    })
}

/// One look. The client is handed back where it can be used again.
pub(super) async fn look(
    client: Option<Client>,
    postgres: &Postgres,
    host: &str,
    limit: Duration,
) -> (Option<Client>, Result<Snapshot, Absence>) {
    let asked = tokio::time::timeout(limit, async {
        if let Some(client) = client.filter(|client| !client.is_closed()) {
            match snapshot(&client).await {
                Ok(seen) => return Ok((client, seen)),
                // The server was restarted since the last look, or is going down: that is not yet an answer.
                Err(error) if is_gone(&error) => {}
                Err(error) => return Err(absence(&error)),
            }
        }
        let client = open(postgres, host).await?;
        // What hangs is cancelled by the server, too, and nothing of ours ever writes.
        let settings = format!(
            "set statement_timeout = {}; set default_transaction_read_only = on",
            limit.as_millis().max(1)
        );
        let asked = async {
            client.batch_execute(&settings).await?;
            snapshot(&client).await
        };
        let seen = asked.await.map_err(|error| absence(&error))?;
        Ok((client, seen))
    });
    match asked.await {
        Ok(Ok((client, seen))) => (Some(client), Ok(seen)),
        Ok(Err(absence)) => (None, Err(absence)),
        Err(_) => (None, Err(Absence::Failed(fault::timed_out(limit)))),
    }
}

fn is_gone(error: &tokio_postgres::Error) -> bool {
    error.is_closed()
        || fault::find::<std::io::Error>(error).is_some()
        || error.code().is_some_and(|code| {
            *code == SqlState::ADMIN_SHUTDOWN || *code == SqlState::CRASH_SHUTDOWN
        })
}

/// What an error means. The server's own words are kept: they say what to do.
fn absence(error: &tokio_postgres::Error) -> Absence {
    let failed = |kind, message: String| Absence::Failed(fault::failure(kind, message));
    if let Some(said) = error.as_db_error() {
        let message = said.message().to_owned();
        let code = said.code();
        if *code == SqlState::TOO_MANY_CONNECTIONS {
            return Absence::Full(message);
        }
        let kind = if *code == SqlState::INVALID_PASSWORD
            || *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION
            || *code == SqlState::INSUFFICIENT_PRIVILEGE
        {
            FailureKind::Denied
        } else if *code == SqlState::INVALID_CATALOG_NAME {
            FailureKind::Misconfigured
        } else if *code == SqlState::QUERY_CANCELED {
            FailureKind::Timeout
        } else {
            FailureKind::Protocol
        };
        return failed(kind, message);
    }
    if let Some(tls) = fault::find::<rustls::Error>(error) {
        return failed(FailureKind::Protocol, format!("TLS: {tls}"));
    }
    if let Some(io) = fault::find::<std::io::Error>(error) {
        return Absence::Failed(fault::io(io));
    }
    let message = fault::text(error);
    if message.contains("password missing") {
        let message = "it wants a password and none is configured";
        failed(FailureKind::Denied, message.into())
    } else if error.is_closed() {
        failed(FailureKind::Unreachable, message)
    } else {
        failed(FailureKind::Protocol, message)
    }
}

async fn snapshot(client: &Client) -> Result<Snapshot, tokio_postgres::Error> {
    let mut results: Vec<Vec<SimpleQueryRow>> = vec![Vec::new()];
    for message in client.simple_query(QUESTION).await? {
        match message {
            SimpleQueryMessage::Row(row) => {
                if let Some(rows) = results.last_mut() {
                    rows.push(row);
                }
            }
            SimpleQueryMessage::CommandComplete(_) => results.push(Vec::new()),
            // The list is open; what else there is holds no rows.
            SimpleQueryMessage::RowDescription(_) | _ => {}
        }
    }
    let mut results = results.into_iter();
    let mut next = || results.next().unwrap_or_default();
    let (own, receivers, replicas) = (next(), next(), next());
    let mut seen = own.first().map(own_state).unwrap_or_default();
    seen.receiver = receivers.first().map(|row| Receiver {
        status: text(row, "status"),
        from: row
            .get("host")
            .map(|host| format!("{host}:{}", text(row, "port"))),
    });
    seen.replicas = replicas.iter().map(replica).collect();
    Ok(seen)
}

fn own_state(row: &SimpleQueryRow) -> Snapshot {
    Snapshot {
        is_standby: row.get("is_standby") == Some("t"),
        version: text(row, "version"),
        up_seconds: number(row, "up_seconds").unwrap_or_default(),
        position: position(row, "position"),
        received: position(row, "received"),
        replayed_seconds: number(row, "replayed_seconds"),
        is_paused: row.get("is_paused") == Some("t"),
        slots: number(row, "slots").unwrap_or_default(),
        connections: number(row, "connections").unwrap_or_default(),
        idle_in_transaction: number(row, "idle").unwrap_or_default(),
        idle_in_transaction_seconds: number(row, "idle_seconds").unwrap_or_default(),
        blocked: number(row, "blocked").unwrap_or_default(),
        receiver: None,
        replicas: Vec::new(),
    }
}

fn replica(row: &SimpleQueryRow) -> Replica {
    Replica {
        name: text(row, "name"),
        address: text(row, "address"),
        state: text(row, "state"),
        sync: text(row, "sync"),
        is_new: row.get("is_new") == Some("t"),
        replayed: position(row, "replayed"),
        lag_seconds: number(row, "lag_seconds"),
        silent_seconds: number(row, "silent_seconds"),
    }
}

fn text(row: &SimpleQueryRow, column: &str) -> String {
    row.get(column).unwrap_or_default().to_owned()
}

fn number(row: &SimpleQueryRow, column: &str) -> Option<f64> {
    row.get(column)?.parse().ok()
}

fn position(row: &SimpleQueryRow, column: &str) -> Option<u64> {
    row.get(column)?.parse().ok()
}

/// Databases of a server, and their sizes where our user may know them.
pub(super) async fn databases(
    postgres: &Postgres,
    host: &str,
    limit: Duration,
) -> Result<Vec<(String, Option<f64>)>, Failure> {
    let asked = tokio::time::timeout(limit, async {
        let client = open(postgres, host).await?;
        let asked = client.simple_query(DATABASES).await;
        asked.map_err(|error| absence(&error))
    });
    let messages = asked
        .await
        .map_err(|_| fault::timed_out(limit))?
        .map_err(Absence::into_failure)?;
    let mut found = Vec::new();
    for message in &messages {
        if let SimpleQueryMessage::Row(row) = message
            && let Some(name) = row.get(0)
        {
            let size = row.get(1).and_then(|size| size.parse().ok());
            found.push((name.to_owned(), size));
        }
    }
    Ok(found)
}
