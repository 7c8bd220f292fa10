//! The settings of each kind of component, one function a kind.
//!
//! Each reads all of its keys, so that they are known, before it says what is missing. It must not
//! know the keys that all kinds share.

use super::endpoint::endpoint;
use super::file::Place;
use super::passwords::{NODE_PASSWORD, PASSWORD, address_url, note_url, secret};
use super::reader::{Table, number};
use super::{Command, Http, Postgres, Redis, Sentinel, Settings, Tls, url};
use secrecy::SecretString;
use std::collections::BTreeMap;

pub(super) fn postgres(table: &Table<'_>, place: &Place<'_>) -> Option<Postgres> {
    let from_url = address_url(table, place).and_then(|(key, text)| {
        let parsed = url::postgres(&text);
        note_url(table, key, parsed)
    });
    let hosts = hosts(table, 5432);
    let user = table.filled("user");
    let database = table.filled("database");
    let secret = secret(table, place, PASSWORD);
    let tls = tls_mode(table);
    let mut found = from_url.unwrap_or_default();
    if let Some(hosts) = hosts {
        found.hosts = hosts;
    }
    if let Some(user) = user {
        found.user = user;
    }
    if found.user.is_empty() {
        found.user = (place.env)("USER").unwrap_or_else(|| "postgres".into());
    }
    if let Some(database) = database {
        found.database = database;
    }
    if found.database.is_empty() {
        found.database = "postgres".into();
    }
    if secret.is_given() {
        (found.password, found.password_from) = (secret.value, secret.from);
    }
    found.tls = tls.unwrap_or(found.tls);
    if found.hosts.is_empty() {
        if !table.has("hosts") && !table.has("url") && !table.has("url_env") {
            table.missing(
                "hosts",
                "addresses such as [\"10.0.0.1:5432\", \"10.0.0.2:5432\"]",
            );
        }
        return None;
    }
    Some(found)
}

pub(super) fn redis(table: &Table<'_>, place: &Place<'_>) -> Option<Redis> {
    let from_url = address_url(table, place).and_then(|(key, text)| {
        let parsed = url::redis(&text);
        note_url(table, key, parsed)
    });
    let hosts = hosts(table, 6379);
    let username = table.filled("username");
    let secret = secret(table, place, PASSWORD);
    let tls = table.boolean("tls");
    let mut found = from_url.unwrap_or_default();
    if let Some(hosts) = hosts {
        found.hosts = hosts;
    }
    found.username = username.or(found.username);
    if secret.is_given() {
        (found.password, found.password_from) = (secret.value, secret.from);
    }
    found.tls = tls.unwrap_or(found.tls);
    if found.hosts.is_empty() {
        if !table.has("hosts") && !table.has("url") && !table.has("url_env") {
            table.missing("hosts", "addresses such as [\"10.0.0.1:6379\"]");
        }
        return None;
    }
    Some(found)
}

pub(super) fn sentinel(table: &Table<'_>, place: &Place<'_>) -> Option<Sentinel> {
    let hosts = hosts(table, 26379);
    let master = table.filled("master");
    let own = secret(table, place, PASSWORD);
    let node = secret(table, place, NODE_PASSWORD);
    let hosts = hosts.unwrap_or_default();
    if hosts.is_empty() {
        if !table.has("hosts") {
            table.missing("hosts", "addresses such as [\"10.0.0.1:26379\"]");
        }
        return None;
    }
    Some(Sentinel {
        hosts,
        master,
        password: own.value,
        password_from: own.from,
        node_password: node.value,
        node_password_from: node.from,
    })
}

pub(super) fn http(table: &Table<'_>, place: &Place<'_>) -> Option<Http> {
    let address = table.filled("url");
    let expect = statuses(table);
    let contains = table.filled("contains");
    let headers = table
        .table("headers")
        .map(|headers| header_values(&headers, place))
        .unwrap_or_default();
    let Some(address) = address else {
        if !table.has("url") {
            table.missing("url", "an address such as \"https://example.com/health\"");
        }
        return None;
    };
    let is_web = reqwest::Url::parse(&address)
        .is_ok_and(|parsed| matches!(parsed.scheme(), "http" | "https") && parsed.has_host());
    if !is_web {
        if let Some(value) = table.get("url") {
            table.expected("url", value, "an `http://` or `https://` address");
        }
        return None;
    }
    Some(Http {
        url: address,
        expect,
        contains,
        headers,
    })
}

fn statuses(table: &Table<'_>) -> Vec<u16> {
    let Some(value) = table.get("expect") else {
        return Vec::new();
    };
    let alone = std::slice::from_ref(value);
    let items = value.get_ref().as_array().map_or(alone, |items| items);
    let mut statuses = Vec::new();
    for item in items {
        match number(item.get_ref()) {
            Some(status) if (100.0..=599.0).contains(&status) && status.fract() == 0.0 => {
                statuses.push(status as u16);
            }
            Some(_) | None => table.expected("expect", item, "statuses such as 200 or [200, 204]"),
        }
    }
    statuses
}

fn header_values(table: &Table<'_>, place: &Place<'_>) -> BTreeMap<String, SecretString> {
    let mut headers = BTreeMap::new();
    for (name, span, value) in table.entries() {
        let secret = if let Some(text) = value.get_ref().as_str() {
            SecretString::from(text)
        } else if let Some(inner) = value
            .get_ref()
            .as_table()
            .and_then(|_| table.table_of(name, value))
        {
            let variable = inner.filled("env");
            inner.finish(|_| None);
            let Some(variable) = variable else {
                if !inner.has("env") {
                    inner.missing("env", "the name of an environment variable");
                }
                continue;
            };
            let Some(text) = (place.env)(&variable) else {
                table.reader.complain(
                    &span,
                    &table.full(name),
                    format!("the environment variable `{variable}` is not set"),
                );
                continue;
            };
            SecretString::from(text)
        } else {
            table.reader.complain(
                &span,
                &table.full(name),
                "expected a text in quotes, or `{ env = \"VARIABLE\" }`",
            );
            continue;
        };
        headers.insert(name.to_owned(), secret);
    }
    headers
}

pub(super) fn tcp(table: &Table<'_>) -> Option<Settings> {
    let value = table.get("address");
    let Some(value) = value else {
        table.missing("address", "an address such as \"10.0.0.1:9092\"");
        return None;
    };
    let text = table.filled("address")?;
    match endpoint(&text, None) {
        Ok(address) => Some(Settings::Tcp { address }),
        Err(expected) => {
            table.expected("address", value, &expected);
            None
        }
    }
}

pub(super) fn command(table: &Table<'_>) -> Option<Command> {
    let run = table.filled("run");
    let number = table.filled("number").filter(|pattern| {
        let complaint = match regex::Regex::new(pattern) {
            Ok(regex) if regex.captures_len() > 1 => return true,
            Ok(_) => "a regular expression with a group, such as \"lag: ([0-9.]+)\"".to_owned(),
            Err(error) => {
                let why = error.to_string();
                let why = why.lines().last().unwrap_or_default();
                format!(
                    "a regular expression ({})",
                    why.trim_start_matches("error: ")
                )
            }
        };
        if let Some(value) = table.get("number") {
            table.expected("number", value, &complaint);
        }
        false
    });
    if run.is_none() && !table.has("run") {
        table.missing(
            "run",
            "a shell command, such as \"systemctl is-active app\"",
        );
    }
    Some(Command { run: run?, number })
}

fn hosts(table: &Table<'_>, default_port: u16) -> Option<Vec<String>> {
    let value = table.get("hosts")?;
    let texts = table.strings("hosts")?;
    let mut hosts = Vec::new();
    for text in texts.iter().flat_map(|text| text.split(',')) {
        match endpoint(text, Some(default_port)) {
            Ok(host) if hosts.contains(&host) => {}
            Ok(host) => hosts.push(host),
            Err(expected) => table.reader.complain(
                &value.span(),
                &table.full("hosts"),
                format!("expected {expected}, found {text:?}"),
            ),
        }
    }
    if texts.is_empty() {
        table.expected("hosts", value, "at least one address");
    }
    Some(hosts)
}

fn tls_mode(table: &Table<'_>) -> Option<Tls> {
    let value = table.get("tls")?;
    let mode = match (value.get_ref().as_str(), value.get_ref().as_bool()) {
        (Some(word), _) => url::tls_mode(word),
        (None, Some(true)) => Some(Tls::Require),
        (None, Some(false)) => Some(Tls::Off),
        (None, None) => None,
    };
    if mode.is_none() {
        table.expected("tls", value, "\"prefer\", \"require\" or \"off\"");
    }
    mode
}
