//! What stands under a shell's label, or none, and is no shell text: settings, timetables, addresses.

use super::is_workload;
use crate::runbook::Role;
use crate::runbook::commands::{self, Looks};
use crate::runbook::lexicon::list;

/// Things that stand under a shell's label, or none, and are no shell text.
pub(super) fn not_shell(said: &[&str], lines: &[&str]) -> Option<Role> {
    let first = said[0].trim();
    let all = |test: &dyn Fn(&str) -> bool| said.iter().all(|l| test(l.trim()));
    if all(&|l| l.contains("://") && !l.contains(' ') && !l.contains('=')) {
        return Some(Role::Unknown);
    }
    // A list of boxes to tick.
    if all(&|l| {
        let item = l.trim_start_matches(['-', '*']).trim_start();
        ["[ ] ", "[x] ", "[X] ", "☐ "]
            .iter()
            .any(|b| item.starts_with(b))
    }) {
        return Some(Role::Unknown);
    }
    if all(&is_path) {
        return Some(Role::Unknown);
    }
    if all(&|l| {
        matches!(
            l.trim_matches(['.', '<', '>', '[', ']']),
            "" | "TODO" | "TBD" | "FIXME" | "N/A" | "n/a"
        )
    }) {
        return Some(Role::Unknown);
    }
    if said.iter().any(|l| is_crontab(l)) && all(&|l| is_crontab(l) || commands::is_assignment(l)) {
        return Some(Role::Config);
    }
    if all(&is_setting) && !lines.iter().any(|l| l.trim_start().starts_with("export ")) {
        return Some(Role::Config);
    }
    if said.len() >= 2 && all(&is_server_setting) {
        return Some(Role::Config);
    }
    if all(&is_entry) {
        return Some(Role::Config);
    }
    if is_message(said) {
        return Some(Role::Unknown);
    }
    if first.starts_with('[')
        && first.ends_with(']')
        && !first.starts_with("[[")
        && !first.starts_with("[ ")
    {
        return Some(Role::Config);
    }
    if lines.iter().any(|l| l.starts_with("apiVersion:")) && !lines.iter().any(|l| l.contains("<<"))
    {
        return Some(if is_workload(lines) {
            Role::Patch
        } else {
            Role::Config
        });
    }
    if (first == "{" || first.starts_with("{\"") || first == "[" || first.starts_with("[{"))
        && !first.contains(';')
    {
        return Some(Role::Config);
    }
    if said.iter().any(|l| is_powershell(l))
        && said
            .iter()
            .all(|l| commands::looks(l) != Looks::Command || is_powershell(l))
    {
        return Some(Role::Unknown);
    }
    if all(&|l| l.starts_with("s3://") || l.starts_with("gs://")) {
        return Some(Role::Unknown);
    }
    // A query of a log store.
    if ["filter @", "fields @", "stats count("]
        .iter()
        .any(|q| first.starts_with(q))
    {
        return Some(Role::Unknown);
    }
    let requests = ["GET ", "POST ", "PUT ", "DELETE ", "PATCH ", "HEAD "];
    if requests.iter().any(|r| first.starts_with(r)) && first.split_whitespace().count() <= 3 {
        return Some(Role::Unknown);
    }
    if lines
        .iter()
        .take(60)
        .any(|l| l.contains(['├', '└', '┌', '╔', '▼', '▲']))
        && !commands_lead(said)
    {
        return Some(Role::Unknown);
    }
    None
}

fn commands_lead(said: &[&str]) -> bool {
    said.first()
        .is_some_and(|l| commands::looks(l) == Looks::Command)
}

/// `logs/mysql/error.log`: a file or folder that is named, and nothing that could be started.
fn is_path(line: &str) -> bool {
    let path = line.split(" #").next().unwrap_or(line).trim_end();
    let name = path
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or(path);
    let ending = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty());
    let started = "sh|bash|zsh|py|rb|pl|js|ts|mjs|php|jar|bin|run|exe|ps1|bat|cmd|AppImage";
    let file = ending.is_some_and(|(_, ending)| {
        ending.starts_with(|c: char| c.is_ascii_alphabetic())
            && !list(started).any(|known| known == ending)
    });
    path.contains('/')
        && !path.contains(char::is_whitespace)
        && !path.contains([';', '|', '&', '$', '(', '`', '=', '"', '\''])
        && !path.contains("://")
        && (file || path.ends_with('/'))
}

/// `KEY=value` with nothing behind it and nothing computed.
fn is_setting(line: &str) -> bool {
    let Some((name, value)) = line.split_once('=') else {
        return false;
    };
    let upper = !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_' || b == b'.');
    let value = value.trim();
    let one_word = value.starts_with(['"', '\''])
        || !value.contains(' ')
        || value
            .split_once(" #")
            .is_some_and(|(v, _)| !v.trim().contains(' '));
    let alone = !commands::sets_for_a_command(line.trim());
    upper && alone && one_word && !value.contains("$(") && !value.contains('`')
}

/// `DBHost=localhost`: a word of a server's settings, in capitals as no shell variable is written.
fn is_server_setting(line: &str) -> bool {
    line.split_once('=').is_some_and(|(name, value)| {
        let lower = |b: u8| b.is_ascii_lowercase();
        name.starts_with(|c: char| c.is_ascii_uppercase())
            && name.bytes().any(lower)
            && name.bytes().all(|b| b.is_ascii_alphanumeric())
            && !value.is_empty()
            && !value.contains(['$', '`', ' '])
    })
}

/// `name = value`, as a settings' file has it and no shell.
fn is_entry(line: &str) -> bool {
    line.split_once(" = ").is_some_and(|(name, value)| {
        !value.trim().is_empty()
            && name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name
                .trim_end()
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
    })
}

/// A mail to be written: two or more of its headers, and no text that a command is fed with.
fn is_message(said: &[&str]) -> bool {
    let heads = ["To: ", "Cc: ", "From: ", "Subject: ", "Body: "];
    let typed = said.iter().take_while(|l| !l.contains("<<"));
    typed
        .filter(|l| heads.iter().any(|h| l.trim_start().starts_with(h)))
        .count()
        >= 2
}

fn is_crontab(line: &str) -> bool {
    let line = line.trim();
    if line.starts_with("@daily ")
        || line.starts_with("@hourly ")
        || line.starts_with("@weekly ")
        || line.starts_with("@reboot ")
    {
        return true;
    }
    let mut fields = line.split_whitespace();
    let timed = (0..5).all(|_| {
        fields.next().is_some_and(|f| {
            f.len() <= 20
                && f.chars()
                    .all(|c| c.is_ascii_digit() || matches!(c, '*' | '/' | ',' | '-'))
                && f.contains(|c: char| c.is_ascii_digit() || c == '*')
        })
    });
    timed && fields.next().is_some()
}

fn is_powershell(line: &str) -> bool {
    let text = line.trim();
    let first = text.split_whitespace().next().unwrap_or_default();
    let verb = first.split_once('-').is_some_and(|(verb, noun)| {
        matches!(
            verb,
            "Get"
                | "Set"
                | "New"
                | "Remove"
                | "Start"
                | "Stop"
                | "Restart"
                | "Invoke"
                | "Test"
                | "Write"
                | "Import"
                | "Export"
                | "Add"
                | "Enable"
                | "Disable"
                | "Restore"
                | "Backup"
                | "Connect"
                | "Copy"
                | "Select"
                | "Where"
                | "Update"
                | "Install"
                | "Resolve"
                | "Clear"
        ) && noun.starts_with(|c: char| c.is_ascii_uppercase())
    });
    verb || text.starts_with("$env:") || text.starts_with('$') && text.contains(" = ")
}
