//! Values by the name that they are given: `PGPASSWORD=…`, `"password": "…"`, `api_key: …`, `--token …`.

use super::rules::Line;
use super::value;
use regex::bytes::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// A word that names a secret, right before `=` or `:` (with quotes and colours in between).
static NAMES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?i-u)(password|passwd|passphrase|passcode|pass|pwd|secret|token|credentials?|key|auth)(?:\x1b\[[0-9;]*m)*\\?["']?(?:\x1b\[[0-9;]*m)*([ \t]*)(=>|:=|=|:)"#,
    )
    .expect("a constant")
});

pub(super) fn assignments(line: Line<'_>, found: &mut Vec<Range<usize>>) {
    let bytes = line.bytes;
    for hit in NAMES.captures_iter(bytes) {
        let (Some(word), Some(blanks), Some(separator)) = (hit.get(1), hit.get(2), hit.get(3))
        else {
            continue;
        };
        let start = bytes[..word.start()]
            .iter()
            .rposition(|byte| !is_of_a_name(*byte))
            .map_or(0, |at| at + 1);
        let name = &bytes[start..word.end()];
        let assigned = separator.as_bytes() != b":";
        if !names_a_secret(name, word.as_bytes(), separator.as_bytes()) {
            continue;
        }
        let after = separator.end();
        // `==` compares, `::` is a path, `://` a scheme.
        if matches!(
            (separator.as_bytes(), bytes.get(after)),
            (b"=", Some(b'=')) | (b":", Some(b':' | b'/'))
        ) {
            continue;
        }
        let at = value::skip(bytes, after, true);
        if let Some(range) = value::quoted(bytes, at) {
            if !value::is_harmless(&bytes[range.clone()]) {
                found.push(range);
            }
            continue;
        }
        let spaced = at > value::skip(bytes, after, false);
        let range = if assigned {
            // `NAME= command` sets it to nothing.
            if spaced && blanks.is_empty() && separator.as_bytes() == b"=" {
                continue;
            }
            value::bare(bytes, at)
        } else {
            match after_colon(line, start, at, name) {
                Some(range) => range,
                None => continue,
            }
        };
        if !value::is_harmless(&bytes[range.clone()]) {
            found.push(range);
        }
    }
}

/// A value without quotes after a colon: in YAML, in a header, or at least one that looks like a token.
fn after_colon(line: Line<'_>, start: usize, at: usize, name: &[u8]) -> Option<Range<usize>> {
    let bytes = line.bytes;
    let range = value::bare(bytes, at);
    let text = &bytes[range.clone()];
    if value::is_strong(text) {
        return Some(range);
    }
    let before = &bytes[..start];
    let is_header = name.len() > 2 && name[..2].eq_ignore_ascii_case(b"x-")
        || name.eq_ignore_ascii_case(b"private-token");
    let at_start = !line.continued
        && before.iter().all(|byte| {
            byte.is_ascii_whitespace() || b"-?{,\"'\\+#[]0123456789;m\x1b>".contains(byte)
        });
    let in_flow = before
        .iter()
        .rfind(|byte| !byte.is_ascii_whitespace() && !b"\"'\\".contains(byte))
        .is_some_and(|byte| matches!(byte, b'{' | b','));
    if is_header || ((at_start || in_flow) && value::stands_alone(bytes, &range)) {
        // Numbers are counts, unless a password is meant.
        let counted = text.iter().all(u8::is_ascii_digit) && !names_password(name);
        return (!counted).then_some(range);
    }
    None
}

fn names_password(name: &[u8]) -> bool {
    let lower = name.to_ascii_lowercase();
    [
        &b"password"[..],
        b"passwd",
        b"passphrase",
        b"passcode",
        b"pwd",
        b"pass",
    ]
    .iter()
    .any(|word| lower.ends_with(word))
}

fn is_of_a_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// Whether a name that ends in `word` names a secret.
fn names_a_secret(name: &[u8], word: &[u8], separator: &[u8]) -> bool {
    let lower = name.to_ascii_lowercase();
    let before = &lower[..lower.len() - word.len()];
    let stem = before
        .strip_suffix(b"_")
        .or_else(|| before.strip_suffix(b"-"))
        .or_else(|| before.strip_suffix(b"."));
    let is_environment = separator == b"="
        && name.contains(&b'_')
        && name
            .iter()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_');
    let ends_in = |words: &[&str]| {
        words
            .iter()
            .any(|word| stem.unwrap_or(before).ends_with(word.as_bytes()))
    };
    match word.to_ascii_lowercase().as_slice() {
        b"pass" => {
            stem.is_some_and(|stem| !stem.ends_with(b"by"))
                || matches!(
                    before,
                    b"db" | b"user" | b"root" | b"admin" | b"auth" | b"store" | b"key"
                )
                || (before.is_empty() && (separator != b":" || word != b"PASS"))
        }
        b"pwd" => !matches!(name, b"PWD" | b"OLDPWD" | b"pwd"),
        b"token" => !ends_in(&[
            "next",
            "page",
            "continue",
            "continuation",
            "end",
            "max",
            "stop",
            "pad",
            "per",
        ]),
        b"auth" => is_environment && !ends_in(&["basic", "enable", "use", "require", "disable"]),
        b"key" => {
            ends_in(&[
                "api",
                "access",
                "secret",
                "private",
                "encryption",
                "signing",
                "auth",
                "master",
                "shared",
                "account",
                "storage",
                "license",
                "session",
                "service",
                "ssh",
                "unseal",
                "recovery",
                "cipher",
                "crypt",
                "hmac",
                "aes",
                "rsa",
                "jwt",
                "admin",
                "deploy",
                "webhook",
                "subscription",
            ]) || (is_environment
                && !ends_in(&[
                    "public",
                    "primary",
                    "foreign",
                    "sort",
                    "partition",
                    "cache",
                    "routing",
                    "object",
                    "row",
                    "host",
                    "index",
                    "group",
                    "unique",
                    "range",
                    "hash",
                    "map",
                    "message",
                    "shard",
                ]))
        }
        // "password", "secret" and what is like them.
        _ => true,
    }
}

/// An option whose value is the next word.
static FLAGS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i-u)(?:^|[\s'])--?([a-z0-9-]*?(?:password|passwd|passphrase|secret|token|api-key|secret-key|access-key|private-key|storepass|keypass|-pass|pass))[ \t]+",
    )
    .expect("a constant")
});

/// Programs whose `--password` takes no value of its own.
static ASKERS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i-u)\b(?:psql|pg_[a-z]+|pgbench|createdb|dropdb|createuser|dropuser|vacuumdb|reindexdb|clusterdb|mysql[a-z]*|mariadb[a-z-]*)\b")
        .expect("a constant")
});

pub(super) fn flags(line: Line<'_>, found: &mut Vec<Range<usize>>) {
    let bytes = line.bytes;
    for hit in FLAGS.captures_iter(bytes) {
        let (Some(all), Some(name)) = (hit.get(0), hit.get(1)) else {
            continue;
        };
        let lower = name.as_bytes().to_ascii_lowercase();
        let asks = [
            "no-",
            "show-",
            "ask-",
            "skip-",
            "print-",
            "without-",
            "generate-",
            "prompt-",
            "force-",
            "get-",
            "list-",
            "delete-",
            "create-",
            "use-",
        ];
        if asks
            .iter()
            .any(|prefix| lower.starts_with(prefix.as_bytes()))
            || (lower == b"password" && ASKERS.is_match(&bytes[..all.start()]))
        {
            continue;
        }
        let range = value::any(bytes, all.end());
        let text = &bytes[range.clone()];
        // Another option, a file, or where `openssl` is to take it from.
        let elsewhere = [&b"-"[..], b"@", b"pass:", b"env:", b"file:", b"fd:"];
        if !elsewhere.iter().any(|start| text.starts_with(start)) && !value::is_harmless(text) {
            found.push(range);
        }
    }
}
