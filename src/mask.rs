//! Secrets out of any text or stream, before it is stored, sent or shown.
//!
//! Pure. What counts as a secret: the password of a connection string, `PGPASSWORD=…` and its like, passwords on
//! command lines, bearer tokens, API keys, private keys, and every value the caller names. Text is looked at line by
//! line: one pass of an automaton finds the lines that hold a trigger word, and only those are looked at closely.

mod keys;
mod named;
mod rules;
mod scan;
mod shapes;
mod stream;
mod tools;
mod triggers;
mod value;

pub use stream::Stream;

use std::borrow::Cow;
use std::sync::Arc;

/// What stands in place of a secret; its length says nothing.
pub const REPLACEMENT: &str = "••••";

/// Knows what to hide. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Masker {
    known: Arc<triggers::Known>,
}

impl Default for Masker {
    fn default() -> Self {
        Masker::new(&[])
    }
}

impl Masker {
    /// Hides the common shapes and every one of `secrets` (those shorter than four bytes are left alone), also where
    /// they stand URL-encoded, in base64 or escaped.
    pub fn new(secrets: &[String]) -> Self {
        Masker {
            known: triggers::Known::shared(secrets),
        }
    }

    /// The text with every secret replaced. Masked text stays as it is when it is masked again.
    pub fn mask<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if !self
            .known
            .is_triggered(text.to_ascii_lowercase().as_bytes())
        {
            return Cow::Borrowed(text);
        }
        let mut stream = Stream::new(self);
        let mut out = Vec::with_capacity(text.len() + 16);
        stream.feed(text.as_bytes(), &mut out);
        stream.finish(&mut out);
        if out == text.as_bytes() {
            return Cow::Borrowed(text);
        }
        // Secrets begin and end between characters, so this copies nothing.
        Cow::Owned(match String::from_utf8(out) {
            Ok(masked) => masked,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        })
    }
}

/// Text from outside, made safe for a terminal: control characters are shown as `␛`-like pictures, newlines and tabs
/// become spaces, and what would reorder or hide text is dropped.
pub fn printable(text: &str) -> Cow<'_, str> {
    let is_plain = text.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    if is_plain || !text.chars().any(is_deceptive) {
        return Cow::Borrowed(text);
    }
    let picture = |c: char| match c {
        '\n' | '\r' | '\t' => Some(' '),
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)),
        '\u{7f}' => Some('␡'),
        c if is_deceptive(c) => None,
        c => Some(c),
    };
    Cow::Owned(
        text.replace("\r\n", " ")
            .chars()
            .filter_map(picture)
            .collect(),
    )
}

/// Characters that a terminal obeys instead of showing, or that make text read differently from what it is:
/// controls, bidirectional overrides and isolates, invisible spaces and tags.
pub fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{00ad}'
                | '\u{061c}'
                | '\u{180e}'
                | '\u{200b}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests;
