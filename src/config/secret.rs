//! Passwords from where the configuration says they are, fetched when they are needed.
//!
//! The edge: it reads files and runs commands, each within a limit. It must not put a secret into a
//! message, an argument list or a log.

use super::{PasswordFrom, Settings};
use secrecy::{ExposeSecret, SecretString};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::AsyncReadExt;

/// The most of a file or an output that is read, in bytes.
const LIMIT: u64 = 64 << 10;

/// Every secret of these settings that is known by now.
pub fn known(settings: &Settings) -> Vec<String> {
    let mut secrets: Vec<&SecretString> = Vec::new();
    match settings {
        Settings::Postgres(postgres) => secrets.extend(&postgres.password),
        Settings::Redis(redis) => secrets.extend(&redis.password),
        Settings::Sentinel(sentinel) => {
            secrets.extend(&sentinel.password);
            secrets.extend(&sentinel.node_password);
        }
        Settings::Http(http) => secrets.extend(http.headers.values()),
        Settings::Tcp { .. } | Settings::Command(_) => {}
    }
    secrets
        .into_iter()
        .map(|secret| secret.expose_secret().to_owned())
        .filter(|secret| !secret.is_empty())
        .collect()
}

/// Where secrets of these settings are still to be fetched from.
pub fn sources(settings: &Settings) -> Vec<&PasswordFrom> {
    match settings {
        Settings::Postgres(postgres) => postgres.password_from.iter().collect(),
        Settings::Redis(redis) => redis.password_from.iter().collect(),
        Settings::Sentinel(sentinel) => sentinel
            .password_from
            .iter()
            .chain(&sentinel.node_password_from)
            .collect(),
        Settings::Http(_) | Settings::Tcp { .. } | Settings::Command(_) => Vec::new(),
    }
}

/// Fills in every password that is named by a file or a command, anew each time. Settings without any are left alone.
///
/// # Errors
///
/// Why it could not be had, in words and without the secret.
pub async fn fetch(settings: &mut Settings, limit: Duration) -> Result<(), String> {
    let holes: Vec<(&mut Option<SecretString>, &PasswordFrom)> = match settings {
        Settings::Postgres(postgres) => {
            hole(&mut postgres.password, postgres.password_from.as_ref())
        }
        Settings::Redis(redis) => hole(&mut redis.password, redis.password_from.as_ref()),
        Settings::Sentinel(sentinel) => {
            let mut holes = hole(&mut sentinel.password, sentinel.password_from.as_ref());
            holes.extend(hole(
                &mut sentinel.node_password,
                sentinel.node_password_from.as_ref(),
            ));
            holes
        }
        Settings::Http(_) | Settings::Tcp { .. } | Settings::Command(_) => Vec::new(),
    };
    for (password, from) in holes {
        *password = Some(read(from, limit).await?);
    }
    Ok(())
}

fn hole<'a>(
    password: &'a mut Option<SecretString>,
    from: Option<&'a PasswordFrom>,
) -> Vec<(&'a mut Option<SecretString>, &'a PasswordFrom)> {
    from.map(|from| (password, from)).into_iter().collect()
}

async fn read(from: &PasswordFrom, limit: Duration) -> Result<SecretString, String> {
    match from {
        PasswordFrom::File(path) => tokio::time::timeout(limit, read_file(path))
            .await
            .unwrap_or_else(|_| Err(format!("reading it took longer than {limit:?}")))
            .map_err(|why| format!("the password file `{}`: {why}", path.display())),
        PasswordFrom::Command(command) => run(command, limit)
            .await
            .map_err(|why| format!("the password command failed: {why}")),
    }
}

async fn read_file(path: &Path) -> Result<SecretString, String> {
    let file = tokio::fs::File::open(path)
        .await
        .map_err(|error| error.to_string())?;
    let mut text = Vec::new();
    file.take(LIMIT)
        .read_to_end(&mut text)
        .await
        .map_err(|error| error.to_string())?;
    first_line(text)
}

async fn run(command: &str, limit: Duration) -> Result<SecretString, String> {
    let mut child = tokio::process::Command::new("sh")
        .arg("-c")
        .arg(command)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| error.to_string())?;
    let group = child
        .id()
        .and_then(|pid| rustix::process::Pid::from_raw(pid as i32));
    let (Some(out), Some(err)) = (child.stdout.take(), child.stderr.take()) else {
        return Err("its output cannot be read".into());
    };
    let work = async {
        let (mut text, mut complaint) = (Vec::new(), Vec::new());
        let (mut out, mut err) = (out.take(LIMIT), err.take(LIMIT));
        let (read, heard) =
            tokio::join!(out.read_to_end(&mut text), err.read_to_end(&mut complaint));
        read.and(heard).map_err(|error| error.to_string())?;
        let status = child.wait().await.map_err(|error| error.to_string())?;
        if status.success() {
            return first_line(text);
        }
        let complaint = String::from_utf8_lossy(&complaint);
        let complaint = complaint.lines().next().unwrap_or_default();
        Err(format!("{status}: {}", crate::mask::printable(complaint)))
    };
    let ended = tokio::time::timeout(limit, work).await;
    if ended.is_err()
        && let Some(group) = group
    {
        // What it started goes with it; a group that is gone by now is as good.
        _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    ended.unwrap_or_else(|_| Err(format!("it took longer than {limit:?}")))
}

fn first_line(text: Vec<u8>) -> Result<SecretString, String> {
    let text = String::from_utf8(text).map_err(|_| "it is not UTF-8".to_owned())?;
    match text.lines().next() {
        Some(line) if !line.is_empty() => Ok(SecretString::from(line)),
        Some(_) | None => Err("its first line is empty".into()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::config::Redis;

    fn fetched(from: PasswordFrom, limit: Duration) -> Result<String, String> {
        let mut settings = Settings::Redis(Redis {
            password_from: Some(from),
            ..Redis::default()
        });
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
            .block_on(fetch(&mut settings, limit))?;
        Ok(known(&settings).remove(0))
    }

    #[test]
    fn a_password_is_the_first_line_of_a_file_or_an_output() {
        let long = Duration::from_secs(20);
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "s3cret\nrest\n").unwrap();
        let from = PasswordFrom::File(file.path().to_owned());
        assert_eq!(fetched(from, long).unwrap(), "s3cret");
        let from = PasswordFrom::Command("printf 's3\\nrest'".into());
        assert_eq!(fetched(from, long).unwrap(), "s3");
    }

    #[test]
    fn what_goes_wrong_is_said_without_the_secret() {
        let long = Duration::from_secs(20);
        let check = |from, limit, expected: &str| {
            let why = fetched(from, limit).unwrap_err();
            assert!(why.contains(expected), "{why}");
        };
        let file = |path: &str| PasswordFrom::File(path.into());
        let command = |text: &str| PasswordFrom::Command(text.into());
        check(
            file("/nowhere/secret"),
            long,
            "`/nowhere/secret`: No such file",
        );
        check(file("/dev/null"), long, "first line is empty");
        check(
            command("echo hunter2; echo no vault >&2; exit 3"),
            long,
            "exit status: 3: no vault",
        );
        check(
            command("sleep 1000"),
            Duration::from_millis(50),
            "longer than 50ms",
        );
    }
}
