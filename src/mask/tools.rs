//! Values by the program or the statement that takes them: `redis-cli -a …`, `mysql -p…`, `PASSWORD '…'`.

use super::rules::Line;
use super::value;
use regex::bytes::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// What the value looks like where a pattern ends.
#[derive(Clone, Copy)]
enum Takes {
    /// The next word.
    Word,
    /// A word whose part after the first colon is the secret.
    UserAndPassword,
    /// Every `name=value` up to the end of the command.
    Pairs,
    /// The last of the words up to the end of the command.
    LastWord,
}

/// Between a program and its option: the same command.
macro_rules! option_of {
    ($program:literal, $option:literal) => {
        concat!(
            r"(?-u)\b(?:",
            $program,
            r")\b[^|;&]*?[ \t](?:",
            $option,
            ")"
        )
    };
}

static COMMANDS: LazyLock<Vec<(Regex, Takes)>> = LazyLock::new(|| {
    [
        (option_of!("redis-cli", r"-a[ \t]+|--pass[ \t]+"), Takes::Word),
        (option_of!("redis-cli", r"(?i:auth)[ \t]+"), Takes::LastWord),
        // Typed at a prompt, or in a script of commands.
        (r"(?-u)(?:^|> ?)(?:AUTH|auth)[ \t]+", Takes::LastWord),
        (r"(?i-u)\bsetuser[ \t]+\S+[^|;&]*?[ \t]>", Takes::Word),
        (
            r"(?i-u)(?:\brequirepass|\bmasterauth|\bauth-pass[ \t]+\S+)[ \t]+",
            Takes::Word,
        ),
        (option_of!(r"mysql[a-z]*|mariadb[a-z-]*", r"-p"), Takes::Word),
        (r"(?-u)\bsshpass[ \t]+-p[ \t]*", Takes::Word),
        (
            option_of!("curl|wget", r"-u[ \t]*|-U[ \t]*|--user[ =]|--proxy-user[ =]"),
            Takes::UserAndPassword,
        ),
        (option_of!(r"(?:docker|podman)[ \t]+login", r"-p[ \t]*"), Takes::Word),
        (option_of!("rabbitmqadmin|cqlsh|mongo[a-z]*", r"-p[ \t]*"), Takes::Word),
        (option_of!("nodetool", r"-pw[ \t]+"), Takes::Word),
        (option_of!("ldap[a-z]+", r"-w[ \t]*"), Takes::Word),
        (
            r"(?-u)\brabbitmqctl\b[^|;&]*?[ \t](?:add_user|change_password|authenticate_user)[ \t]+\S+[ \t]+",
            Takes::Word,
        ),
        (r"(?-u)[ \t]pass:", Takes::Word),
        (r#"(?-u)--from-literal[= \t]+["']?[A-Za-z0-9._-]+="#, Takes::Word),
        (r"(?-u)\bvault kv put[ \t]", Takes::Pairs),
    ]
    .into_iter()
    .map(|(pattern, takes)| (Regex::new(pattern).expect("a constant"), takes))
    .collect()
});

pub(super) fn commands(line: Line<'_>, found: &mut Vec<Range<usize>>) {
    let bytes = line.bytes;
    for (pattern, takes) in COMMANDS.iter() {
        for hit in pattern.find_iter(bytes) {
            let at = hit.end();
            match takes {
                Takes::Word => push(bytes, value::any(bytes, at), found),
                Takes::UserAndPassword => {
                    let word = value::any(bytes, at);
                    if let Some(colon) = memchr::memchr(b':', &bytes[word.clone()]) {
                        push(bytes, word.start + colon + 1..word.end, found);
                    }
                }
                Takes::LastWord => {
                    if let Some(last) = words(bytes, at).pop() {
                        push(bytes, last, found);
                    }
                }
                Takes::Pairs => {
                    for word in words(bytes, at) {
                        if let Some(equals) = memchr::memchr(b'=', &bytes[word.clone()]) {
                            let value = value::any(bytes, word.start + equals + 1);
                            push(bytes, value, found);
                        }
                    }
                }
            }
        }
    }
}

fn push(bytes: &[u8], range: Range<usize>, found: &mut Vec<Range<usize>>) {
    if !value::is_harmless(&bytes[range.clone()]) {
        found.push(range);
    }
}

/// The words from `at` to the end of the command.
fn words(bytes: &[u8], mut at: usize) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    loop {
        at = value::skip(bytes, at, true);
        match bytes.get(at) {
            None | Some(b'|' | b';' | b'&' | b'#') => return words,
            Some(_) => {}
        }
        if let Some(inside) = value::quoted(bytes, at) {
            at = inside.end + 1;
            words.push(inside);
        } else {
            let word = value::bare(bytes, at);
            at = word.end.max(at + 1);
            if !word.is_empty() {
                words.push(word);
            }
        }
    }
}

static STATEMENTS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i-u)\b(?:identified(?:[ \t]+with[ \t]+\S+)?[ \t]+by(?:[ \t]+password)?|password(?:[ \t]+for[ \t]+\S+[ \t]*=)?)(?:[ \t]+|[ \t]*\()['$]")
        .expect("a constant")
});

/// A string literal after `PASSWORD` or `IDENTIFIED BY`.
pub(super) fn sql(line: Line<'_>, found: &mut Vec<Range<usize>>) {
    let bytes = line.bytes;
    for hit in STATEMENTS.find_iter(bytes) {
        let at = hit.end() - 1;
        if bytes[at] == b'\'' {
            if let Some(range) = value::quoted(bytes, at) {
                push(bytes, range, found);
            }
        } else if bytes[at..].starts_with(b"$$") {
            let start = at + 2;
            let end = memchr::memmem::find(&bytes[start..], b"$$").unwrap_or(bytes.len() - start);
            push(bytes, start..start + end, found);
        }
    }
}

static PGPASS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?-u)^[A-Za-z0-9_.*/-]+:(?:[0-9]{1,5}|\*):[^:\s]+:[^:\s]+:(\S+)$")
        .expect("a constant")
});

/// A line of `.pgpass`.
pub(super) fn pgpass(line: Line<'_>, found: &mut Vec<Range<usize>>) {
    if let Some(password) = PGPASS.captures(line.bytes).and_then(|hit| hit.get(1)) {
        push(line.bytes, password.range(), found);
    }
}
