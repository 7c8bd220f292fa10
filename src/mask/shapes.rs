//! Values by their looks or by the syntax around them: connection strings, headers, tokens, private keys.

use super::rules::Line;
use super::value;
use regex::bytes::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// `scheme://user:`.
static URLS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?-u)[a-zA-Z][a-zA-Z0-9+.-]*:(?:\\?/){2}[^\s/:@?#"'<>`\[\x00-\x1f]*:"#)
        .expect("a constant")
});

pub(super) fn url(line: Line<'_>, found: &mut Vec<Range<usize>>) {
    // Most addresses name nobody.
    if memchr::memchr(b'@', line.bytes).is_none() {
        return;
    }
    for hit in URLS.find_iter(line.bytes) {
        if let Password::At(range) = password_of_url(line.bytes, hit.end()) {
            found.push(range);
        }
    }
}

enum Password {
    At(Range<usize>),
    /// The line ends before it is clear whether this is a password or a port.
    Open,
    None,
}

fn password_of_url(bytes: &[u8], start: usize) -> Password {
    let word = bytes[start..]
        .iter()
        .take_while(|byte| **byte > b' ' && !b"\"'<>`".contains(byte))
        .count();
    let rest = &bytes[start..start + word];
    let host = rest
        .iter()
        .position(|byte| matches!(byte, b'/' | b'?' | b'#'))
        .unwrap_or(word);
    let before_host = rest[..host].iter().rposition(|byte| *byte == b'@');
    // A password with a slash that was not escaped; a port is all digits.
    let is_port = rest[..host].iter().all(u8::is_ascii_digit) && host < word;
    let end = before_host.or_else(|| {
        let anywhere = rest.iter().rposition(|byte| *byte == b'@');
        anywhere.filter(|_| !is_port)
    });
    match end {
        Some(end) if value::is_harmless(&rest[..end]) => Password::None,
        Some(end) => Password::At(start..start + end),
        None if start + word == bytes.len() && !is_port => Password::Open,
        None => Password::None,
    }
}

/// Where a connection string whose password may still go on begins to matter.
pub(super) fn open_url(bytes: &[u8]) -> Option<usize> {
    URLS.find_iter(bytes)
        .map(|hit| hit.end())
        .find(|&start| matches!(password_of_url(bytes, start), Password::Open))
}

static AUTHORIZATION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?i-u)authorization(?:\x1b\[[0-9;]*m)*\\?["']?(?:\x1b\[[0-9;]*m)*[ \t]*(?:=>|:=|=|:)[ \t]*(?:\x1b\[[0-9;]*m)*\\?["']?(?:(bearer|basic|token|apikey|negotiate|digest|aws4-hmac-sha256)[ \t]+)?"#,
    )
    .expect("a constant")
});
static BEARER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i-u)\bbearer[ \t]+([a-z0-9._~+/=-]{8,})").expect("a constant"));
static COOKIE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"(?i-u)\bcookie\\?["']?:[ \t]*["']?"#).expect("a constant"));

pub(super) fn authorization(line: Line<'_>, found: &mut Vec<Range<usize>>) {
    let bytes = line.bytes;
    for hit in AUTHORIZATION.captures_iter(bytes) {
        let Some(all) = hit.get(0) else { continue };
        let range = value::bare(bytes, all.end());
        let text = &bytes[range.clone()];
        if value::is_harmless(text) {
            continue;
        }
        let scheme = hit
            .get(1)
            .map(|scheme| scheme.as_bytes().to_ascii_lowercase());
        match scheme.as_deref() {
            Some(b"digest" | b"aws4-hmac-sha256") => {
                found.push(all.end()..to_quote(bytes, all.end()));
            }
            Some(_) if value::stands_alone(bytes, &range) || value::is_strong(text) => {
                found.push(range);
            }
            None if value::is_strong(text) => {
                found.push(range);
            }
            Some(_) | None => {}
        }
    }
    for hit in BEARER.captures_iter(bytes) {
        if let Some(token) = hit.get(1)
            && value::is_strong(token.as_bytes())
        {
            found.push(token.range());
        }
    }
    for hit in COOKIE.find_iter(bytes) {
        let range = hit.end()..to_quote(bytes, hit.end());
        if bytes[range.clone()].contains(&b'=') {
            found.push(range);
        }
    }
}

fn to_quote(bytes: &[u8], at: usize) -> usize {
    bytes[at..]
        .iter()
        .position(|byte| matches!(byte, b'"' | b'\''))
        .map_or(bytes.len(), |end| at + end)
}

static TOKENS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?-u)\b(?:(?:AKIA|ASIA)[0-9A-Z]{16}\b",
        r"|gh[pousr]_[A-Za-z0-9]{20,}",
        r"|github_pat_[A-Za-z0-9_]{20,}",
        r"|glpat-[A-Za-z0-9_-]{16,}",
        r"|xox[abeoprs]-[A-Za-z0-9-]{10,}",
        r"|xapp-[A-Za-z0-9-]{10,}",
        r"|AIza[A-Za-z0-9_-]{30,}",
        r"|ya29\.[A-Za-z0-9_-]{20,}",
        r"|sk-[A-Za-z0-9_-]{20,}",
        r"|[sr]k_(?:live|test)_[A-Za-z0-9]{16,}",
        r"|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}",
        r"|hv[sb]\.[A-Za-z0-9_-]{20,}",
        r"|npm_[A-Za-z0-9]{30,}",
        r"|pypi-[A-Za-z0-9_-]{30,}",
        r"|dop_v1_[a-f0-9]{32,}",
        r"|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?",
        r"|hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9_/-]+)",
    ))
    .expect("a constant")
});

pub(super) fn tokens(line: Line<'_>, found: &mut Vec<Range<usize>>) {
    for hit in TOKENS.find_iter(line.bytes) {
        // What says which kind it is stays, where it is not a part of the secret.
        let kept = if hit.as_bytes().starts_with(b"hooks.") {
            "hooks.slack.com/".len()
        } else {
            0
        };
        found.push(hit.start() + kept..hit.end());
    }
}

static PEM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?-u)-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----").expect("a constant")
});

/// A private key on one line, or the rest of the line on which one begins.
pub(super) fn pem(line: Line<'_>, found: &mut Vec<Range<usize>>) {
    if let Some(begin) = PEM.find(line.bytes) {
        let rest = &line.bytes[begin.end()..];
        let end = memchr::memmem::find(rest, b"-----END")
            .or_else(|| rest.iter().position(|byte| *byte == b'"'))
            .unwrap_or(rest.len());
        found.push(begin.end()..begin.end() + end);
    }
}

/// Whether a private key begins on this line and goes on after it.
pub(super) fn opens_pem(line: &[u8]) -> bool {
    PEM.find(line).is_some_and(|begin| {
        let rest = &line[begin.end()..];
        memchr::memmem::find(rest, b"-----END").is_none() && !rest.contains(&b'"')
    })
}

/// Whether a line can stand within a private key: base64, a header, or nothing. Indented as it may be.
pub(super) fn is_within_pem(line: &[u8]) -> bool {
    let text = line.trim_ascii();
    let text = text.strip_prefix(b"> ").unwrap_or(text);
    text.iter()
        .all(|byte| byte.is_ascii_alphanumeric() || b"+/=\\\"',|".contains(byte))
        || text.starts_with(b"Proc-Type: ")
        || text.starts_with(b"DEK-Info: ")
        || text.starts_with(b"Comment: ")
        || text.starts_with(b"Version: ")
}
