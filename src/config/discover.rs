//! Components from the environment, found as their own clients find them.
//!
//! The environment and the files it names are handed in. It must not connect to what it finds.

use super::url;
use super::{Complaint, Component, Env, PasswordFrom, Postgres, Sentinel, Settings};
use secrecy::SecretString;
use std::io;
use std::path::{Path, PathBuf};

/// What may be asked.
#[derive(Clone, Copy)]
pub(super) struct World<'a> {
    pub env: Env<'a>,
    /// Reads a file; a private one that others may read is an error, as it is for libpq.
    pub read: &'a dyn Fn(&Path, Privacy) -> io::Result<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Privacy {
    Public,
    Private,
}

impl World<'_> {
    fn var(&self, name: &str) -> Option<String> {
        (self.env)(name).filter(|value| !value.is_empty())
    }

    fn home(&self, file: &str) -> Option<PathBuf> {
        self.var("HOME").map(|home| Path::new(&home).join(file))
    }
}

/// Every component that the environment names, and what is wrong there.
pub(super) fn discover(world: World<'_>) -> (Vec<Component>, Vec<Complaint>) {
    let mut complaints = Vec::new();
    let mut components = Vec::new();
    components.extend(
        postgres(world, &mut complaints)
            .map(|found| Component::new("postgres", Settings::Postgres(found))),
    );
    if let Some(text) = world.var("REDIS_URL") {
        match url::redis(&text) {
            Ok(found) => components.push(Component::new("redis", Settings::Redis(found))),
            Err(why) => complaints.push(complaint("REDIS_URL", why)),
        }
    }
    components.extend(
        sentinel(world, &mut complaints)
            .map(|found| Component::new("sentinel", Settings::Sentinel(found))),
    );
    (components, complaints)
}

fn complaint(variable: &str, message: impl Into<String>) -> Complaint {
    Complaint {
        file: "environment".into(),
        line: 0,
        key: variable.into(),
        message: message.into(),
    }
}

/// `DATABASE_URL` first, then the service of `PGSERVICE`, then `PGHOST` and its siblings, then libpq's defaults:
/// each fills in what those before it left open.
fn postgres(world: World<'_>, complaints: &mut Vec<Complaint>) -> Option<Postgres> {
    let from_url = world.var("DATABASE_URL").and_then(|text| {
        url::postgres(&text)
            .map_err(|why| complaints.push(complaint("DATABASE_URL", why)))
            .ok()
    });
    let has_url = from_url.is_some();
    let is_named = ["PGHOST", "PGHOSTADDR", "PGSERVICE", "PGDATABASE", "PGPORT"]
        .iter()
        .any(|name| world.var(name).is_some());
    if from_url.is_none() && !is_named {
        return None;
    }
    let mut found = from_url.unwrap_or_default();
    let service = service(world, complaints).unwrap_or_default();
    let setting = |key: &str, variable: &str| {
        service
            .iter()
            .find(|(known, _)| known == key)
            .map(|(_, value)| value.clone())
            .or_else(|| world.var(variable))
    };
    if found.hosts.is_empty() {
        let list = |text: String| text.split(',').map(|s| s.trim().to_owned()).collect();
        let hosts: Vec<String> = setting("host", "PGHOST")
            .or_else(|| setting("hostaddr", "PGHOSTADDR"))
            .map_or_else(|| vec!["localhost".into()], list);
        let ports: Vec<String> = setting("port", "PGPORT").map(list).unwrap_or_default();
        match url::pair_up(&hosts, &ports) {
            Ok(hosts) => found.hosts = hosts,
            Err(why) => {
                complaints.push(complaint("PGHOST", why));
                return None;
            }
        }
    }
    if found.user.is_empty() {
        found.user = setting("user", "PGUSER")
            .or_else(|| world.var("USER"))
            .unwrap_or_else(|| "postgres".into());
    }
    if found.database.is_empty() {
        found.database = setting("dbname", "PGDATABASE").unwrap_or_else(|| found.user.clone());
    }
    if found.password.is_none() {
        found.password = setting("password", "PGPASSWORD").map(SecretString::from);
    }
    if !has_url && let Some(mode) = setting("sslmode", "PGSSLMODE") {
        match url::tls_mode(&mode) {
            Some(tls) => found.tls = tls,
            None => complaints.push(complaint(
                "PGSSLMODE",
                "expected one of libpq's modes, such as `require`",
            )),
        }
    }
    if found.password.is_none() {
        found.password = passfile(world, &found, complaints);
    }
    Some(found)
}

/// The settings of the service that `PGSERVICE` names; `None` where none is named or found.
fn service(world: World<'_>, complaints: &mut Vec<Complaint>) -> Option<Vec<(String, String)>> {
    let name = world.var("PGSERVICE")?;
    let files: Vec<PathBuf> = [
        world.var("PGSERVICEFILE").map(PathBuf::from),
        world.home(".pg_service.conf"),
        world
            .var("PGSYSCONFDIR")
            .map(|folder| Path::new(&folder).join("pg_service.conf")),
    ]
    .into_iter()
    .flatten()
    .collect();
    for file in &files {
        let Ok(text) = (world.read)(file, Privacy::Public) else {
            continue;
        };
        let mut inside = false;
        let mut settings = None;
        for line in text.lines().map(str::trim) {
            if let Some(section) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
                inside = section == name;
                if inside {
                    settings.get_or_insert_with(Vec::new);
                }
            } else if inside
                && !line.starts_with('#')
                && let Some((key, value)) = line.split_once('=')
                && let Some(settings) = &mut settings
            {
                settings.push((key.trim().to_owned(), value.trim().to_owned()));
            }
        }
        if settings.is_some() {
            return settings;
        }
    }
    complaints.push(complaint(
        "PGSERVICE",
        format!("the service `{name}` is in no service file; expected it in `PGSERVICEFILE` or `~/.pg_service.conf`"),
    ));
    None
}

/// The password that libpq would find in its password file.
pub(super) fn passfile(
    world: World<'_>,
    server: &Postgres,
    complaints: &mut Vec<Complaint>,
) -> Option<SecretString> {
    let named = world.var("PGPASSFILE").map(PathBuf::from);
    let file = named.clone().or_else(|| world.home(".pgpass"))?;
    let text = match (world.read)(&file, Privacy::Private) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound && named.is_none() => return None,
        Err(error) => {
            let known = complaint(
                "PGPASSFILE",
                format!(
                    "the password file `{}` is not used: {error}",
                    file.display()
                ),
            );
            if !complaints.contains(&known) {
                complaints.push(known);
            }
            return None;
        }
    };
    server.hosts.iter().find_map(|host| {
        let (host, port) = super::endpoint::split(host).ok()?;
        let host = if host.starts_with('/') {
            "localhost"
        } else {
            host
        };
        let wanted = [
            host.to_owned(),
            port.unwrap_or(5432).to_string(),
            server.database.clone(),
            server.user.clone(),
        ];
        text.lines().find_map(|line| pass_line(line, &wanted))
    })
}

/// `host:port:database:user:password`, with `*` for any and `\` before a `:` that is meant.
fn pass_line(line: &str, wanted: &[String; 4]) -> Option<SecretString> {
    if line.starts_with('#') {
        return None;
    }
    let (mut keys, mut field) = (Vec::new(), String::new());
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match letter {
            ':' if keys.len() < 4 => keys.push(std::mem::take(&mut field)),
            '\\' => field.extend(letters.next()),
            letter => field.push(letter),
        }
    }
    let fits = keys.len() == 4
        && keys
            .iter()
            .zip(wanted)
            .all(|(key, wanted)| key == "*" || key == wanted);
    (fits && !field.is_empty()).then(|| SecretString::from(field))
}

fn sentinel(world: World<'_>, complaints: &mut Vec<Complaint>) -> Option<Sentinel> {
    let text = world.var("REDIS_SENTINELS")?;
    let mut hosts = Vec::new();
    for host in text.split(',').filter(|host| !host.trim().is_empty()) {
        match super::endpoint::endpoint(host, Some(26379)) {
            Ok(host) => hosts.push(host),
            Err(expected) => {
                complaints.push(complaint("REDIS_SENTINELS", format!("expected {expected}")));
            }
        }
    }
    (!hosts.is_empty()).then(|| Sentinel {
        hosts,
        master: world.var("REDIS_SENTINEL_MASTER"),
        password: world.var("REDIS_SENTINEL_PASSWORD").map(SecretString::from),
        password_from: None::<PasswordFrom>,
        node_password: world.var("REDIS_PASSWORD").map(SecretString::from),
        node_password_from: None,
    })
}
