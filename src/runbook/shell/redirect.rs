//! What a redirect does to the file it names.
//!
//! It must not know commands.

use super::word::OPAQUE;
use crate::runbook::Risk;

/// Whether the redirect feeds the command (`< file`).
pub(super) fn reads(text: &str) -> bool {
    operator(text) == "<"
}

/// Whether it empties the file first (`> file`).
pub(super) fn truncates(text: &str) -> bool {
    let path = text.trim_start_matches(|character: char| "0123456789&>|".contains(character));
    matches!(operator(text), ">" | ">|" | "&>") && !is_harmless(path.trim())
}

/// The file that standard output goes into (`> file`, `&> file`), if it does.
pub(super) fn file(text: &str) -> Option<&str> {
    let writes = matches!(operator(text), ">" | ">>" | ">|" | "&>" | "&>>");
    let other = text.starts_with(|digit: char| digit.is_ascii_digit() && digit != '1');
    let path = text.trim_start_matches(|c: char| c.is_ascii_digit() || "&>| ".contains(c));
    let path = path.trim_matches(['"', '\'']);
    (writes && !other && !is_harmless(path) && !path.is_empty()).then_some(path)
}

/// The level of a redirect and why; `None` where it changes nothing.
pub(super) fn judge(text: &str, path: &str) -> Option<(Risk, String)> {
    let operator = operator(text);
    if matches!(operator, "<" | "<&" | "<&-" | ">&-") {
        return network(path);
    }
    // `2>&1` copies a descriptor; `>& file` writes one.
    if operator == ">&"
        && path
            .chars()
            .all(|digit| digit.is_ascii_digit() || digit == '-')
    {
        return None;
    }
    if is_harmless(path) {
        return None;
    }
    if let Some(found) = network(path) {
        return Some(found);
    }
    let shown = path.replace(OPAQUE, "…");
    let appends = operator.contains(">>");
    let (risk, why) = written(path, appends);
    Some((risk, format!("`{operator} {shown}` {why}")))
}

/// What writing to a path does, whoever writes.
pub(super) fn written(path: &str, appends: bool) -> (Risk, &'static str) {
    if is_device(path) {
        (Risk::Destroy, "writes over a device")
    } else if path == "/proc/sysrq-trigger" {
        (Risk::Destroy, "triggers the kernel's emergency keys")
    } else if !appends && is_critical(path) {
        (Risk::Destroy, "writes over a system file")
    } else if is_kernel(path) {
        (Risk::Change, "sets a kernel parameter")
    } else {
        (Risk::Change, "writes a file")
    }
}

pub(super) fn is_harmless(path: &str) -> bool {
    matches!(
        path,
        "/dev/null" | "/dev/stdout" | "/dev/stderr" | "/dev/tty" | "/dev/zero" | "/dev/full"
    ) || path.starts_with("/dev/fd/")
}

/// A disk, or memory: everything under `/dev` that is not known to be harmless.
pub(super) fn is_device(path: &str) -> bool {
    let path = normal(path);
    path.starts_with("/dev/")
        && !is_harmless(&path)
        && !path.starts_with("/dev/tcp/")
        && !path.starts_with("/dev/udp/")
        && !path.starts_with("/dev/shm/")
}

/// A file whose loss breaks the machine.
pub(super) fn is_critical(path: &str) -> bool {
    let path = normal(path);
    [
        "/etc/", "/boot/", "/usr/", "/bin/", "/sbin/", "/lib/", "/lib64/",
    ]
    .iter()
    .any(|start| path.starts_with(start))
        || (path.starts_with("/var/lib/") && !path.starts_with("/var/lib/backup"))
}

fn is_kernel(path: &str) -> bool {
    let path = normal(path);
    path.starts_with("/proc/") || path.starts_with("/sys/")
}

fn network(path: &str) -> Option<(Risk, String)> {
    (path.starts_with("/dev/tcp/") || path.starts_with("/dev/udp/")).then(|| {
        (
            Risk::Unknown,
            format!("talks to `{}`", path.replace(OPAQUE, "…")),
        )
    })
}

/// `//etc/./passwd` is `/etc/passwd`; `..` is taken at its word.
fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let mut normal = if path.starts_with('/') {
        "/".to_owned()
    } else {
        String::new()
    };
    normal.push_str(&parts.join("/"));
    normal
}

fn operator(text: &str) -> &str {
    let text = text.trim_start_matches(|digit: char| digit.is_ascii_digit());
    let text = match text.strip_prefix('{') {
        Some(rest) => rest.split_once('}').map_or(rest, |(_, rest)| rest),
        None => text,
    };
    [
        "&>>", "<&-", ">&-", "<<<", "&>", ">>", ">|", ">&", "<&", "<>", ">", "<",
    ]
    .into_iter()
    .find(|operator| text.starts_with(operator))
    .unwrap_or(">")
}
