//! A connection to one Redis server or Sentinel, and its errors in words.

use crate::config::endpoint;
use crate::health::FailureKind;
use crate::probe::fault::{self, Absence};
use redis::aio::MultiplexedConnection;
use redis::{
    AsyncConnectionConfig, Client, ConnectionAddr, ErrorKind, IntoConnectionInfo,
    RedisConnectionInfo, RedisError,
};
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;

/// How to be let in.
#[derive(Debug, Clone, Default)]
pub(in crate::probe) struct Login {
    pub username: Option<String>,
    pub password: Option<SecretString>,
    pub tls: bool,
}

/// Asks a server over `kept`, the connection of the last look, where it still holds, or else over a new one;
/// `default_port` where the address has none.
///
/// A connection that is closed while it is asked tells of what was: the server ended, or a Sentinel gave it another
/// master, which drops its clients. It is asked once more, and that answer counts.
pub(in crate::probe) async fn ask<T, F>(
    kept: Option<MultiplexedConnection>,
    host: &str,
    default_port: u16,
    login: &Login,
    limit: Duration,
    question: impl Fn(MultiplexedConnection) -> F,
) -> Result<(MultiplexedConnection, T), Absence>
where
    F: Future<Output = Result<T, RedisError>>,
{
    if let Some(connection) = kept {
        match question(connection.clone()).await {
            Ok(answer) => return Ok((connection, answer)),
            Err(error) if error.is_io_error() || error.is_connection_dropped() => {}
            Err(error) => return Err(absence(error)),
        }
    }
    let client = client(host, default_port, login)?;
    let ask = async || {
        let connection = connect(&client, login, limit).await?;
        let answer = question(connection.clone()).await?;
        Ok((connection, answer))
    };
    let mut asked = ask().await;
    let is_closed =
        |error: &RedisError| error.is_connection_dropped() && !error.is_connection_refusal();
    if asked.as_ref().is_err_and(is_closed) {
        asked = ask().await;
    }
    asked.map_err(absence)
}

fn client(host: &str, default_port: u16, login: &Login) -> Result<Client, Absence> {
    let (name, port) = endpoint::split(host).map_err(fault::misconfigured)?;
    let port = port.unwrap_or(default_port);
    let address = if name.starts_with('/') {
        ConnectionAddr::Unix(name.into())
    } else if login.tls {
        ConnectionAddr::TcpTls {
            host: name.to_owned(),
            port,
            insecure: false,
            tls_params: None,
        }
    } else {
        ConnectionAddr::Tcp(name.to_owned(), port)
    };
    let settings = RedisConnectionInfo::default().set_skip_set_lib_name();
    let info = address.into_connection_info().map_err(absence)?;
    Client::open(info.set_redis_settings(settings)).map_err(absence)
}

/// Connects and logs in.
async fn connect(
    client: &Client,
    login: &Login,
    limit: Duration,
) -> Result<MultiplexedConnection, RedisError> {
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(limit))
        .set_response_timeout(Some(limit));
    let mut connection = client
        .get_multiplexed_async_connection_with_config(&config)
        .await?;
    if let Some(password) = &login.password {
        // Not left to the crate, which hides what the server answered.
        let mut auth = redis::cmd("AUTH");
        if let Some(username) = &login.username {
            auth.arg(username);
        }
        auth.arg(password.expose_secret());
        auth.exec_async(&mut connection).await?;
    }
    Ok(connection)
}

/// What an error means. The server's own words are kept, without their code.
pub(in crate::probe) fn absence(error: RedisError) -> Absence {
    let failed = |kind, message: String| Absence::Failed(fault::failure(kind, message));
    let words = error
        .detail()
        .map_or_else(|| fault::text(&error), str::to_owned);
    match error.code() {
        Some("NOAUTH") => {
            let message = "it wants a password and none is configured";
            return failed(FailureKind::Denied, message.into());
        }
        Some("WRONGPASS" | "NOPERM" | "DENIED") => return failed(FailureKind::Denied, words),
        _ if words.contains("max number of clients") => return Absence::Full(words),
        _ if words.contains("AUTH <password> called without any password") => {
            let message = "a password is configured and it wants none";
            return failed(FailureKind::Denied, message.into());
        }
        Some(_) | None => {}
    }
    if let Some(tls) = fault::find::<rustls::Error>(&error) {
        return failed(FailureKind::Protocol, format!("TLS: {tls}"));
    }
    if let Some(io) = fault::find::<std::io::Error>(&error) {
        return Absence::Failed(fault::io(io));
    }
    #[allow(
        clippy::wildcard_enum_match_arm,
        reason = "the crate's list of kinds is open"
    )]
    match error.kind() {
        ErrorKind::AuthenticationFailed => failed(FailureKind::Denied, words),
        ErrorKind::InvalidClientConfig => failed(FailureKind::Misconfigured, words),
        ErrorKind::Io => failed(FailureKind::Unreachable, words),
        _ => failed(FailureKind::Protocol, words),
    }
}
