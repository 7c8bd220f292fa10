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

/// Connects and logs in; `default_port` where the address has none.
pub(in crate::probe) async fn connect(
    host: &str,
    default_port: u16,
    login: &Login,
    limit: Duration,
) -> Result<MultiplexedConnection, Absence> {
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
    let client = Client::open(info.set_redis_settings(settings)).map_err(absence)?;
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(limit))
        .set_response_timeout(Some(limit));
    let mut connection = client
        .get_multiplexed_async_connection_with_config(&config)
        .await
        .map_err(absence)?;
    if let Some(password) = &login.password {
        // Not left to the crate, which hides what the server answered.
        let mut auth = redis::cmd("AUTH");
        if let Some(username) = &login.username {
            auth.arg(username);
        }
        auth.arg(password.expose_secret());
        auth.exec_async(&mut connection).await.map_err(absence)?;
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
