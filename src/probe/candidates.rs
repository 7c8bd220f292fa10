//! Values for a placeholder, from what is there: databases, standbys, masters, backup files, a command's lines.
//!
//! What a placeholder means is told by its name alone; where that says nothing, nothing is offered.

use super::{command, fault, postgres, sentinel, tls, words};
use crate::config::{Component, Config, Settings, endpoint, secret};
use crate::health::Failure;
use crate::mask::{Masker, printable};
use crate::wire::Candidate;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// The most that is offered.
const MOST: usize = 200;

/// How long a command of the config may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Values the live system offers for a placeholder, best first. Empty where there is nothing to offer.
///
/// # Errors
///
/// Why a source that fits could not be asked, in words.
pub async fn candidates(config: &Config, placeholder: &str) -> Result<Vec<Candidate>, String> {
    let wanted = normal(placeholder);
    let own = config
        .placeholders
        .iter()
        .find(|(name, _)| normal(name) == wanted);
    let found = match own {
        Some((_, run)) => lines(run).await,
        None => match Meaning::of(&wanted) {
            Some(Meaning::Backup) => Ok(backups(&config.backups)),
            Some(meaning) => live(config, meaning).await,
            None => Ok(Vec::new()),
        },
    };
    let masker = Masker::new(&config.secrets());
    let mut found =
        found.map_err(|failure| printable(&masker.mask(&failure.message)).into_owned())?;
    found.truncate(MOST);
    for candidate in &mut found {
        candidate.detail = printable(&masker.mask(&candidate.detail)).into_owned();
    }
    // A value with control characters could not be shown as what it is.
    found.retain(|candidate| !candidate.value.chars().any(char::is_control));
    Ok(found)
}

/// What a placeholder asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Backup,
    Database,
    Primary,
    Standby,
    Server,
    Port,
    Master,
}

impl Meaning {
    /// By the words of a normalised name. `backup-id` is a backup, `standby-host` a standby, `db_name` a database.
    fn of(name: &str) -> Option<Self> {
        let words: Vec<&str> = name.split('-').collect();
        let has = |any: &[&str]| words.iter().any(|word| any.contains(word));
        let is_place = has(&["host", "address", "server", "node", "ip", "instance", "pod"]);
        if has(&["backup", "dump", "snapshot", "archive", "restore"]) {
            Some(Meaning::Backup)
        } else if has(&["mymaster", "master"]) && (has(&["name", "group"]) || words.len() == 1) {
            Some(Meaning::Master)
        } else if has(&["standby", "replica", "secondary"]) {
            Some(Meaning::Standby)
        } else if has(&["primary", "leader", "master"]) && (is_place || words.len() == 1) {
            Some(Meaning::Primary)
        } else if has(&["database", "db", "dbname", "datname", "pgdatabase"]) && !is_place {
            Some(Meaning::Database)
        } else if has(&["pgport"]) {
            Some(Meaning::Port)
        } else if has(&["pghost"])
            || (is_place && has(&["postgres", "postgresql", "db", "database", "pg"]))
        {
            Some(Meaning::Server)
        } else {
            None
        }
    }
}

/// `<Backup_ID>`, `backup-id`, `BACKUP_ID` and `backupId` are one name.
fn normal(placeholder: &str) -> String {
    let mut name = String::new();
    let mut before = ' ';
    for letter in placeholder.chars() {
        if letter.is_alphanumeric() {
            if letter.is_uppercase() && before.is_lowercase() {
                name.push('-');
            }
            name.extend(letter.to_lowercase());
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
        before = letter;
    }
    name.trim_end_matches('-').to_owned()
}

/// Each line that a command prints is a value; what follows a tab is its detail.
async fn lines(run: &str) -> Result<Vec<Candidate>, Failure> {
    let ran = command::run(run, PATIENCE).await?;
    if !ran.status.success() {
        let why = ran.err.lines().last().unwrap_or_default();
        return Err(fault::misconfigured(format!(
            "the command for it failed ({}): {why}",
            ran.status
        )));
    }
    let split = |line: &str| match line.split_once('\t') {
        Some((value, detail)) => candidate(value.trim(), detail.trim()),
        None => candidate(line.trim(), ""),
    };
    Ok(ran
        .out
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(split)
        .collect())
}

/// What running components offer. One that cannot be asked matters only where no other answers.
async fn live(config: &Config, meaning: Meaning) -> Result<Vec<Candidate>, Failure> {
    tls::install();
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    let fitting: Vec<&Component> = config
        .components
        .iter()
        .filter(|component| match component.settings {
            Settings::Postgres(_) => meaning != Meaning::Master,
            Settings::Sentinel(_) => matches!(meaning, Meaning::Master | Meaning::Primary),
            Settings::Redis(_)
            | Settings::Http(_)
            | Settings::Tcp { .. }
            | Settings::Command(_) => false,
        })
        .collect();
    let several = fitting.len() > 1;
    for component in fitting {
        match from(component, meaning).await {
            Ok(mut candidates) => {
                if several {
                    for candidate in &mut candidates {
                        candidate.detail = join(&component.name, &candidate.detail);
                    }
                }
                for candidate in candidates {
                    let is_new = |known: &Candidate| known.value != candidate.value;
                    if found.iter().all(is_new) {
                        found.push(candidate);
                    }
                }
            }
            Err(mut failure) => {
                failure.message = format!("{}: {}", component.name, failure.message);
                failures.push(failure);
            }
        }
    }
    match failures.into_iter().next() {
        Some(failure) if found.is_empty() => Err(failure),
        Some(_) | None => Ok(found),
    }
}

async fn from(component: &Component, meaning: Meaning) -> Result<Vec<Candidate>, Failure> {
    let limit = component.timeout;
    let mut settings = component.settings.clone();
    secret::fetch(&mut settings, limit)
        .await
        .map_err(fault::misconfigured)?;
    match settings {
        Settings::Postgres(postgres) if meaning == Meaning::Database => {
            let databases = postgres::databases(&postgres, limit).await?;
            let told = |(name, size): (String, Option<f64>)| {
                candidate(&name, &size.map(words::bytes).unwrap_or_default())
            };
            Ok(databases.into_iter().map(told).collect())
        }
        Settings::Postgres(postgres) => {
            let servers = postgres::servers(&postgres, limit).await?;
            let fits = |server: &postgres::Server| match meaning {
                Meaning::Standby => server.is_standby,
                Meaning::Primary => !server.is_standby,
                Meaning::Server | Meaning::Port | Meaning::Backup => true,
                Meaning::Database | Meaning::Master => false,
            };
            let told = |server: postgres::Server| {
                let (host, port) = endpoint::split(&server.host).unwrap_or((&server.host, None));
                let port = port.unwrap_or(5432).to_string();
                let value = if meaning == Meaning::Port {
                    &port
                } else {
                    host
                };
                // Servers of one host are told apart by their ports.
                candidate(value, &join(&server.host, &server.detail))
            };
            Ok(servers.into_iter().filter(fits).map(told).collect())
        }
        Settings::Sentinel(sentinel) => {
            let masters = sentinel::masters(&sentinel, limit).await?;
            let told = |(name, address): (String, String)| match meaning {
                Meaning::Primary => candidate(&address, &name),
                Meaning::Backup
                | Meaning::Database
                | Meaning::Standby
                | Meaning::Server
                | Meaning::Port
                | Meaning::Master => candidate(&name, &address),
            };
            Ok(masters.into_iter().map(told).collect())
        }
        Settings::Redis(_) | Settings::Http(_) | Settings::Tcp { .. } | Settings::Command(_) => {
            Ok(Vec::new())
        }
    }
}

/// Files and folders where backups lie, the newest first; the value is the name without its folder.
fn backups(places: &[PathBuf]) -> Vec<Candidate> {
    let mut found: Vec<(SystemTime, Candidate)> = Vec::new();
    let now = SystemTime::now();
    for place in places {
        // A folder that is not there offers nothing; `doctor` and `lint` are who complain.
        for entry in std::fs::read_dir(place).into_iter().flatten().flatten() {
            found.extend(backup(&entry.path(), now));
        }
    }
    found.sort_by(|(a, one), (b, two)| b.cmp(a).then_with(|| one.value.cmp(&two.value)));
    found.into_iter().map(|(_, candidate)| candidate).collect()
}

fn backup(path: &Path, now: SystemTime) -> Option<(SystemTime, Candidate)> {
    let name = path.file_name()?.to_str()?;
    let about = std::fs::metadata(path).ok()?;
    if name.starts_with('.') {
        return None;
    }
    let changed = about.modified().ok()?;
    let age = now.duration_since(changed).unwrap_or_default();
    let size = if about.is_dir() {
        "folder".to_owned()
    } else {
        words::bytes(about.len() as f64)
    };
    let detail = format!("{} old, {size}", words::span(age.as_secs_f64()));
    Some((changed, candidate(name, &detail)))
}

fn candidate(value: &str, detail: &str) -> Candidate {
    Candidate {
        value: value.to_owned(),
        detail: detail.to_owned(),
    }
}

fn join(one: &str, two: &str) -> String {
    if two.is_empty() {
        one.to_owned()
    } else {
        format!("{one}, {two}")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_name_says_what_is_asked_for() {
        let check = |name: &str, expected: Option<Meaning>| {
            assert_eq!(Meaning::of(&normal(name)), expected, "{name}");
        };
        check("backup-id", Some(Meaning::Backup));
        check("BACKUP_ID", Some(Meaning::Backup));
        check("<backupId>", Some(Meaning::Backup));
        check("dump file", Some(Meaning::Backup));
        check("database", Some(Meaning::Database));
        check("DB_NAME", Some(Meaning::Database));
        check("db-host", Some(Meaning::Server));
        check("standby", Some(Meaning::Standby));
        check("standby-host", Some(Meaning::Standby));
        check("replica_pod", Some(Meaning::Standby));
        check("primary-host", Some(Meaning::Primary));
        check("PGHOST", Some(Meaning::Server));
        check("PGPORT", Some(Meaning::Port));
        check("master", Some(Meaning::Master));
        check("master-name", Some(Meaning::Master));
        check("master-host", Some(Meaning::Primary));
        check("topic-name", None);
        check("component", None);
        check("", None);
    }

    #[tokio::test]
    async fn backups_come_newest_first() {
        let folder = tempfile::tempdir().unwrap();
        let hour = Duration::from_secs(3_600);
        for (name, hours, bytes) in [
            ("old.dump", 30, 10),
            ("new.dump", 4, 1_200_000),
            (".part", 1, 5),
        ] {
            let path = folder.path().join(name);
            std::fs::write(&path, vec![0; bytes]).unwrap();
            let file = std::fs::File::options().write(true).open(&path).unwrap();
            file.set_modified(SystemTime::now() - hour * hours).unwrap();
        }
        let config = Config {
            backups: vec![folder.path().to_owned(), "/nowhere".into()],
            ..Config::default()
        };
        let found = candidates(&config, "backup-id").await.unwrap();
        assert_eq!(
            found,
            [
                candidate("new.dump", "4 h old, 1.2 MB"),
                candidate("old.dump", "30 h old, 10 B"),
            ]
        );
        assert_eq!(candidates(&config, "topic").await.unwrap(), []);
    }

    #[tokio::test]
    async fn a_command_of_the_config_comes_first() {
        let mut config = Config::default();
        config.placeholders.insert(
            "backup-id".into(),
            "printf 'nightly\\t4 h old\\n\\n weekly \\nbad\\033[2J\\n'".into(),
        );
        config
            .placeholders
            .insert("topic".into(), "echo no broker >&2; exit 3".into());
        let found = candidates(&config, "BACKUP_ID").await.unwrap();
        assert_eq!(
            found,
            [candidate("nightly", "4 h old"), candidate("weekly", "")]
        );
        let why = candidates(&config, "topic").await.unwrap_err();
        assert!(why.contains("no broker"), "{why}");
    }
}
