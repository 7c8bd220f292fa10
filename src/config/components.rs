//! The component tables of `breakglass.toml`: `[KIND.NAME]`, or `[KIND]` alone.
//!
//! Each is read by itself: what one lacks does not touch the others. It must not know how a
//! component is looked at.

use super::endpoint::endpoint;
use super::file::{Place, at_least};
use super::reader::{Table, Value, closest, number};
use super::url;
use super::{
    Command, Component, Http, PasswordFrom, Postgres, Redis, Sentinel, Settings, Threshold, Tls,
};
use crate::health::{ComponentKind, thresholds};
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::time::Duration;

pub(super) const KINDS: [(&str, ComponentKind); 6] = [
    ("postgres", ComponentKind::Postgres),
    ("redis", ComponentKind::Redis),
    ("sentinel", ComponentKind::Sentinel),
    ("http", ComponentKind::Http),
    ("tcp", ComponentKind::Tcp),
    ("command", ComponentKind::Command),
];

/// Every component of the file, in its order, and the names of those that cannot be used.
pub(super) fn read(root: &Table<'_>, place: &Place<'_>) -> (Vec<Component>, Vec<String>) {
    let mut found: Vec<(usize, Component)> = Vec::new();
    let mut unusable = Vec::new();
    for (word, kind) in KINDS {
        let Some(table) = root.table(word) else {
            continue;
        };
        let entries = table.entries();
        let is_alone = entries
            .iter()
            .any(|(_, _, value)| !value.get_ref().is_table());
        let mut take = |name: &str, table: &Table<'_>| match component(table, name, kind, place) {
            Some(component) => found.push((table.span.start, component)),
            None => unusable.push(name.to_owned()),
        };
        if is_alone {
            take(word, &table);
            continue;
        }
        for (name, span, value) in entries {
            if name.trim().is_empty() || name.chars().any(char::is_control) {
                table
                    .reader
                    .complain(&span, &table.full(name), "expected a name of one line");
            } else if let Some(inner) = table.table_of(name, value) {
                take(name, &inner);
            }
        }
    }
    found.sort_by_key(|(at, _)| *at);
    let mut components: Vec<Component> =
        found.into_iter().map(|(_, component)| component).collect();
    tell_apart(&mut components);
    (components, unusable)
}

/// Components of two kinds may bear one name (`[redis.cache]`, `[sentinel.cache]`): each then goes by kind and name.
pub(super) fn tell_apart(components: &mut [Component]) {
    let names: Vec<String> = components.iter().map(|c| c.name.clone()).collect();
    for component in components {
        if names.iter().filter(|name| **name == component.name).count() > 1 {
            let name = format!("{}-{}", component.kind.word(), component.name);
            component
                .aliases
                .push(std::mem::replace(&mut component.name, name));
        }
    }
}

fn component(
    table: &Table<'_>,
    name: &str,
    kind: ComponentKind,
    place: &Place<'_>,
) -> Option<Component> {
    let settings = match kind {
        ComponentKind::Postgres => postgres(table, place).map(Settings::Postgres),
        ComponentKind::Redis => redis(table, place).map(Settings::Redis),
        ComponentKind::Sentinel => sentinel(table, place).map(Settings::Sentinel),
        ComponentKind::Http => http(table, place).map(Settings::Http),
        ComponentKind::Tcp => tcp(table),
        ComponentKind::Command => command(table).map(Settings::Command),
        ComponentKind::Kubernetes => None,
    };
    // The common keys are read whatever became of the settings, so that they are known and checked.
    let interval = at_least(table, "interval", Duration::from_millis(100));
    let timeout = at_least(table, "timeout", Duration::from_millis(10));
    let bad_after = table.whole("bad_after", 1..=100);
    let good_after = table.whole("good_after", 1..=100);
    let aliases = table.strings("aliases");
    let limits = table
        .table("thresholds")
        .map(|limits| thresholds_of(&limits, kind));
    table.finish(|_| None);
    let mut component = Component::new(name, settings?);
    component.interval = interval.unwrap_or(component.interval);
    component.timeout = timeout.unwrap_or(component.timeout);
    component.bad_after = bad_after.unwrap_or(component.bad_after);
    component.good_after = good_after.unwrap_or(component.good_after);
    component.aliases = aliases.unwrap_or_default();
    component.thresholds = limits.unwrap_or_default();
    Some(component)
}

/// `name = 30` sets `warn`; `name = { warn = 30, down = 300 }` sets either, and `false` switches one off.
fn thresholds_of(table: &Table<'_>, kind: ComponentKind) -> BTreeMap<String, Threshold> {
    let known = thresholds::names(kind);
    let mut limits = BTreeMap::new();
    for (name, span, value) in table.entries() {
        if !known.is_empty() && !known.contains(&name) {
            let near = closest(name, known.iter().copied());
            table.reader.complain(
                &span,
                &table.full(name),
                match near {
                    Some(near) => format!("unknown number; did you mean `{near}`?"),
                    None => format!("unknown number; expected one of `{}`", known.join("`, `")),
                },
            );
            continue;
        }
        if let Some(limit) = threshold(table, name, value, kind) {
            limits.insert(name.to_owned(), limit);
        }
    }
    limits
}

/// What is given, with the defaults for what is left open: `false` switches a default off.
fn threshold(
    table: &Table<'_>,
    name: &str,
    value: Value<'_>,
    kind: ComponentKind,
) -> Option<Threshold> {
    let known = thresholds::find(kind, name);
    let mut limit = Threshold {
        warn: known.and_then(|known| known.warn),
        down: known.and_then(|known| known.down),
    };
    let mut is_down_given = false;
    if let Some(warn) = number(value.get_ref()) {
        limit.warn = Some(warn);
    } else if value.get_ref().is_table() {
        let inner = table.table_of(name, value)?;
        if let Some(warn) = inner.number_or_false("warn") {
            limit.warn = warn;
        }
        if let Some(down) = inner.number_or_false("down") {
            limit.down = down;
            is_down_given = true;
        }
        inner.finish(|_| None);
    } else {
        table.expected(name, value, "a number, or `{ warn = 30, down = 300 }`");
        return None;
    }
    let falls = known.map(|known| known.lower_is_worse);
    if let (Some(warn), Some(down), Some(falls)) = (limit.warn, limit.down, falls)
        && (if falls { down > warn } else { down < warn })
    {
        if is_down_given {
            let order = if falls { "below" } else { "above" };
            table.expected(name, value, &format!("`down` {order} `warn`"));
            return None;
        }
        // The default for `down` would come before the `warn` that is wanted.
        limit.down = None;
    }
    Some(limit)
}

fn postgres(table: &Table<'_>, place: &Place<'_>) -> Option<Postgres> {
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

fn redis(table: &Table<'_>, place: &Place<'_>) -> Option<Redis> {
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

fn sentinel(table: &Table<'_>, place: &Place<'_>) -> Option<Sentinel> {
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

fn http(table: &Table<'_>, place: &Place<'_>) -> Option<Http> {
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

fn tcp(table: &Table<'_>) -> Option<Settings> {
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

fn command(table: &Table<'_>) -> Option<Command> {
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

/// The address as one URL: `url`, or the variable that `url_env` names. The key says where it came from.
fn address_url(table: &Table<'_>, place: &Place<'_>) -> Option<(&'static str, String)> {
    let variable = table.filled("url_env");
    let literal = table.secret("url");
    if let Some(variable) = variable {
        if let Some(text) = (place.env)(&variable) {
            return Some(("url_env", text));
        }
        if let Some(value) = table.get("url_env") {
            table.reader.complain(
                &value.span(),
                &table.full("url_env"),
                format!("the environment variable `{variable}` is not set"),
            );
        }
    }
    let text = literal?;
    Some((
        "url",
        secrecy::ExposeSecret::expose_secret(&text).to_owned(),
    ))
}

/// Complains of a URL that could not be read, or that holds a password in the file.
fn note_url<T: url::HoldsPassword>(
    table: &Table<'_>,
    key: &'static str,
    parsed: Result<T, String>,
) -> Option<T> {
    let value = table.get(key)?;
    match parsed {
        Ok(found) => {
            if key == "url" && found.holds_password() {
                table
                    .reader
                    .complain(&value.span(), &table.full(key), IN_THE_CLEAR);
            }
            Some(found)
        }
        Err(why) => {
            table.reader.complain(&value.span(), &table.full(key), why);
            None
        }
    }
}

const IN_THE_CLEAR: &str = "a password stands in the file; it is used, but name its source with \
     `password_env`, `password_file` or `password_command` instead";

/// The keys that lead to one secret, in the order in which they win.
struct SecretKeys {
    env: &'static str,
    file: &'static str,
    command: &'static str,
    inline: &'static str,
}

const PASSWORD: SecretKeys = SecretKeys {
    env: "password_env",
    file: "password_file",
    command: "password_command",
    inline: "password",
};

const NODE_PASSWORD: SecretKeys = SecretKeys {
    env: "node_password_env",
    file: "node_password_file",
    command: "node_password_command",
    inline: "node_password",
};

#[derive(Default)]
struct Secret {
    value: Option<SecretString>,
    from: Option<PasswordFrom>,
}

impl Secret {
    fn is_given(&self) -> bool {
        self.value.is_some() || self.from.is_some()
    }
}

fn secret(table: &Table<'_>, place: &Place<'_>, keys: SecretKeys) -> Secret {
    let variable = table.filled(keys.env);
    let file = table.filled(keys.file);
    let command = table.filled(keys.command);
    let inline = table.secret(keys.inline);
    let given: Vec<&'static str> = [keys.env, keys.file, keys.command, keys.inline]
        .into_iter()
        .filter(|key| table.has(key))
        .collect();
    if let [first, second, ..] = given[..]
        && let Some(value) = table.get(second)
    {
        table.reader.complain(
            &value.span(),
            &table.full(second),
            format!("one source of a password is enough; `{first}` is used"),
        );
    }
    if let Some(variable) = variable {
        let value = (place.env)(&variable);
        if value.is_none()
            && let Some(at) = table.get(keys.env)
        {
            table.reader.complain(
                &at.span(),
                &table.full(keys.env),
                format!("the environment variable `{variable}` is not set"),
            );
        }
        return Secret {
            value: value.map(SecretString::from),
            from: None,
        };
    }
    if let Some(file) = file {
        return Secret {
            value: None,
            from: Some(PasswordFrom::File(place.path(&file))),
        };
    }
    if let Some(command) = command {
        return Secret {
            value: None,
            from: Some(PasswordFrom::Command(command)),
        };
    }
    if inline.is_some()
        && let Some(value) = table.get(keys.inline)
    {
        table
            .reader
            .complain(&value.span(), &table.full(keys.inline), IN_THE_CLEAR);
    }
    Secret {
        value: inline,
        from: None,
    }
}
