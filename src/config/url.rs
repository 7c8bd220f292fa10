//! Connection URLs as the clients of PostgreSQL and Redis write them.
//!
//! Text in, settings out. No message quotes the URL: it may hold a password.

use super::endpoint::endpoint;
use super::{Postgres, Redis, Tls};
use secrecy::SecretString;

/// Settings that a URL may have put a password into.
pub(super) trait HoldsPassword {
    fn holds_password(&self) -> bool;
}

impl HoldsPassword for Postgres {
    fn holds_password(&self) -> bool {
        self.password.is_some()
    }
}

impl HoldsPassword for Redis {
    fn holds_password(&self) -> bool {
        self.password.is_some()
    }
}

/// `postgres://user:password@host:port,host:port/database?sslmode=require`, as libpq reads it. User and database
/// stay empty where it names none; parameters that only matter to an application's driver are passed over.
///
/// # Errors
///
/// What is expected.
pub fn postgres(text: &str) -> Result<Postgres, String> {
    const EXPECTED: &str = "expected a URL such as \"postgres://user@host:5432/database\"";
    let (scheme, rest) = text.trim().split_once("://").ok_or(EXPECTED)?;
    // SQLAlchemy and its like name their driver: `postgresql+asyncpg://`.
    let scheme = scheme.split('+').next().unwrap_or(scheme);
    if !matches!(scheme, "postgres" | "postgresql") {
        return Err(format!("{EXPECTED}, found `{scheme}://…`"));
    }
    let rest = rest.split('#').next().unwrap_or(rest);
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (login, rest) = rest.rsplit_once('@').unwrap_or(("", rest));
    let (addresses, database) = rest.split_once('/').unwrap_or((rest, ""));
    let (user, password) = login.split_once(':').unwrap_or((login, ""));
    let mut found = Postgres {
        user: decode(user),
        database: decode(database),
        password: (!password.is_empty()).then(|| SecretString::from(decode(password))),
        ..Postgres::default()
    };
    let mut hosts: Vec<String> = addresses
        .split(',')
        .filter(|host| !host.is_empty())
        .map(decode)
        .collect();
    let mut ports = Vec::new();
    for (key, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        let value = decode(value);
        match key {
            "host" => hosts = value.split(',').map(str::to_owned).collect(),
            "port" => ports = value.split(',').map(str::to_owned).collect(),
            "user" => found.user = value,
            "dbname" => found.database = value,
            "password" => found.password = Some(SecretString::from(value)),
            "sslmode" => {
                found.tls = tls_mode(&value)
                    .ok_or("expected `sslmode` to be one of libpq's, such as `require`")?;
            }
            _ => {}
        }
    }
    found.hosts = pair_up(&hosts, &ports)?;
    Ok(found)
}

/// Hosts with the ports that belong to them: one port for all, or one each, as libpq pairs them.
///
/// # Errors
///
/// What is expected.
pub(super) fn pair_up(hosts: &[String], ports: &[String]) -> Result<Vec<String>, String> {
    let mut paired = Vec::new();
    for (index, host) in hosts.iter().enumerate() {
        let port = match ports {
            [] => None,
            [one] => Some(one),
            many => many.get(index),
        };
        let port = match port.map(|port| port.trim()).filter(|port| !port.is_empty()) {
            None => 5432,
            Some(port) => port
                .parse::<u16>()
                .map_err(|_| "expected a port from 1 to 65535".to_owned())?,
        };
        let host = endpoint(host, Some(port)).map_err(|expected| format!("expected {expected}"))?;
        if !paired.contains(&host) {
            paired.push(host);
        }
    }
    Ok(paired)
}

/// `redis://user:password@host:port/0`, or `rediss://` over TLS.
///
/// # Errors
///
/// What is expected.
pub fn redis(text: &str) -> Result<Redis, String> {
    const EXPECTED: &str = "expected a URL such as \"redis://host:6379\" or \"rediss://host:6379\"";
    let (scheme, rest) = text.trim().split_once("://").ok_or(EXPECTED)?;
    let tls = match scheme {
        "redis" | "valkey" => false,
        "rediss" | "valkeys" => true,
        _ => return Err(format!("{EXPECTED}, found `{scheme}://…`")),
    };
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    let (login, rest) = rest.rsplit_once('@').unwrap_or(("", rest));
    let addresses = rest.split('/').next().unwrap_or(rest);
    let (username, password) = login.split_once(':').unwrap_or((login, ""));
    let mut hosts = Vec::new();
    for host in addresses.split(',').filter(|host| !host.is_empty()) {
        hosts.push(
            endpoint(&decode(host), Some(6379))
                .map_err(|expected| format!("expected {expected}"))?,
        );
    }
    if hosts.is_empty() {
        hosts.push("localhost:6379".into());
    }
    Ok(Redis {
        hosts,
        username: (!username.is_empty()).then(|| decode(username)),
        password: (!password.is_empty()).then(|| SecretString::from(decode(password))),
        password_from: None,
        tls,
    })
}

/// libpq's `sslmode`, or our own three words. Where TLS is used at all, host and CA are always checked.
pub fn tls_mode(word: &str) -> Option<Tls> {
    Some(match word {
        "prefer" | "allow" => Tls::Prefer,
        "off" | "disable" => Tls::Off,
        "require" | "verify-ca" | "verify-full" => Tls::Require,
        _ => return None,
    })
}

/// Percent-encoding undone; what is not valid stays as it is.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = (*first == b'%')
            .then(|| after.get(..2))
            .flatten()
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        if let Some(byte) = code {
            bytes.push(byte);
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use secrecy::ExposeSecret;

    fn show(found: Result<Postgres, String>) -> String {
        match found {
            Ok(p) => format!(
                "{} {}:{}@{} {:?}",
                p.hosts.join(","),
                p.user,
                p.password.as_ref().map_or("", |p| p.expose_secret()),
                p.database,
                p.tls
            ),
            Err(why) => why,
        }
    }

    #[test]
    fn postgres_urls_are_read_as_libpq_reads_them() {
        let check =
            |text: &str, expected: &str| assert_eq!(show(postgres(text)), expected, "{text}");
        check("postgres://ana:s3@db:6000/app", "db:6000 ana:s3@app Prefer");
        check("postgresql://db", "db:5432 :@ Prefer");
        check(
            "postgres://ana:p%40ss%3Aword@a,b:6001/app?sslmode=verify-full",
            "a:5432,b:6001 ana:p@ss:word@app Require",
        );
        check("postgres://u:a@b@db/app", "db:5432 u:a@b@app Prefer");
        check(
            "postgresql+asyncpg://u@db/app?schema=x",
            "db:5432 u:@app Prefer",
        );
        check(
            "postgres:///app?host=/var/run/postgresql&port=5433&user=ana",
            "/var/run/postgresql:5433 ana:@app Prefer",
        );
        check("postgres://[::1]:5433/app", "[::1]:5433 :@app Prefer");
        check(
            "postgres://%2Ftmp%2Fsock/app",
            "/tmp/sock:5432 :@app Prefer",
        );
    }

    #[test]
    fn a_bad_url_is_refused_without_quoting_it() {
        for text in [
            "mysql://u:hunter2@db/app",
            "host=db password=hunter2",
            "postgres://u:hunter2@db:99999/app",
            "postgres://u:hunter2@db/app?sslmode=maybe",
        ] {
            let why = postgres(text).unwrap_err();
            assert!(why.starts_with("expected"), "{why}");
            assert!(!why.contains("hunter2"), "{why}");
        }
        assert!(
            redis("http://u:hunter2@x")
                .unwrap_err()
                .contains("`http://…`")
        );
    }

    #[test]
    fn redis_urls_are_read() {
        let found = redis("rediss://ana:s%233@cache:6380/2").unwrap();
        assert_eq!(found.hosts, ["cache:6380"]);
        assert_eq!(found.username.as_deref(), Some("ana"));
        assert_eq!(found.password.unwrap().expose_secret(), "s#3");
        assert!(found.tls);
        let found = redis("redis://:pw@localhost").unwrap();
        assert_eq!(found.hosts, ["localhost:6379"]);
        assert_eq!(found.username, None);
        assert!(!found.tls);
    }
}
