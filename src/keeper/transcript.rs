//! The transcript of a run: [asciicast v2](https://docs.asciinema.org/manual/asciicast/v2/), so that any player
//! replays it, with one event of our own so that no byte is lost.
//!
//! `[seconds, "o", text]` is output and `[seconds, "r", "COLSxROWS"]` a new size, as the format has them. Output that
//! is not UTF-8 stands in an `o` event with U+FFFD in place of what is not, for players; the event right before it,
//! `[seconds, "b", hexadecimal]`, holds the exact bytes of that `o` event. Players pass over codes they do not know.
//!
//! The file is complete after every event: a keeper that is killed leaves a shorter transcript, not a broken one
//! (a last line that was torn is passed over by the reader). It must not know what a secret is.

mod encode;
mod read;

pub use read::{picture, plain, read_bytes};

use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{Error, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

/// What stands in the first line.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Header {
    pub version: u32,
    pub width: u16,
    pub height: u16,
    /// Seconds since 1970.
    pub timestamp: i64,
    pub title: String,
    pub env: std::collections::BTreeMap<String, String>,
}

/// Appends events to a transcript and hashes what it appends.
#[derive(Debug)]
pub struct Writer {
    file: File,
    sha256: Sha256,
    /// Bytes of whole events in the file.
    length: u64,
    /// The first bytes of a character whose last ones have not come yet.
    partial: Vec<u8>,
    sheet: encode::Sheet,
    /// Why nothing more is written.
    broken: Option<String>,
}

/// The file is handed to the disk in portions of so many bytes.
const PORTION: u64 = 8 << 20;
/// Output that goes into one event; a longer piece is split.
const EVENT: usize = 64 << 10;

impl Writer {
    /// Makes the file, readable by its owner only, and writes the header.
    ///
    /// # Errors
    /// It cannot be written, or is there already: a transcript is never overwritten.
    pub fn create(path: &Path, header: &Header) -> std::io::Result<Self> {
        let mut file = std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)?;
        let line = crate::wire::line(header)?;
        file.write_all(&line)?;
        let mut sha256 = Sha256::new();
        sha256.update(&line);
        Ok(Writer {
            file,
            sha256,
            length: line.len() as u64,
            partial: Vec::new(),
            sheet: encode::Sheet::default(),
            broken: None,
        })
    }

    /// Appends output. An error is kept for [`Writer::close`].
    pub fn output(&mut self, at: Duration, bytes: &[u8]) {
        if self.partial.is_empty() {
            self.pieces(at, bytes);
        } else {
            let mut joined = std::mem::take(&mut self.partial);
            joined.extend_from_slice(bytes);
            self.pieces(at, &joined);
        }
    }

    fn pieces(&mut self, at: Duration, bytes: &[u8]) {
        let (mut rest, partial) = bytes.split_at(bytes.len() - encode::unfinished(bytes));
        self.partial.extend_from_slice(partial);
        while rest.len() > EVENT {
            let cut = EVENT - encode::unfinished(&rest[..EVENT]);
            let (piece, after) = rest.split_at(cut);
            self.event(at, piece);
            rest = after;
        }
        self.event(at, rest);
    }

    fn event(&mut self, at: Duration, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        self.sheet.clear();
        encode::output(&mut self.sheet, at, bytes);
        self.append();
    }

    /// Appends a change of size.
    pub fn resize(&mut self, at: Duration, cols: u16, rows: u16) {
        self.sheet.clear();
        encode::resize(&mut self.sheet, at, cols, rows);
        self.append();
    }

    /// Appends the events that stand on the sheet.
    fn append(&mut self) {
        if self.broken.is_some() {
            return;
        }
        let events = self.sheet.written();
        if let Err(error) = self.file.write_all(events) {
            self.broken = Some(error.to_string());
            // What is left is whole events; if even that fails, the reader passes over a torn line.
            _ = self.file.set_len(self.length);
            return;
        }
        let before = self.length / PORTION;
        self.length += events.len() as u64;
        self.sha256.update(events);
        if self.length / PORTION != before {
            self.hand_over(before * PORTION);
        }
    }

    /// Sets the disk to work on what was written since `from`, without waiting: the sync at the end then finds little
    /// left to do, whatever the step has printed. It also lets go of pages that nobody reads meanwhile.
    fn hand_over(&self, from: u64) {
        let from = from.saturating_sub(PORTION);
        let length = std::num::NonZeroU64::new(self.length - from);
        _ = rustix::fs::fadvise(&self.file, from, length, rustix::fs::Advice::DontNeed);
    }

    /// Writes what is left, syncs the file and returns its SHA-256, hexadecimal.
    ///
    /// # Errors
    /// What kept a part of the output, now or before, from being written.
    pub fn close(&mut self, at: Duration) -> Result<String, String> {
        let partial = std::mem::take(&mut self.partial);
        self.event(at, &partial);
        if self.broken.is_none()
            && let Err(error) = self.file.sync_all()
        {
            self.broken = Some(error.to_string());
        }
        if let Some(why) = &self.broken {
            return Err(why.clone());
        }
        // Nothing is appended after the hash was taken.
        self.broken = Some("the transcript is closed".into());
        let mut hex = String::new();
        encode::hexadecimal(&std::mem::take(&mut self.sha256).finalize(), &mut hex);
        Ok(hex)
    }
}

/// SHA-256 of a whole transcript, as [`Writer::close`] gave it.
///
/// # Errors
/// It cannot be read.
pub fn sha256_of(path: &Path) -> std::io::Result<String> {
    let mut file = File::open(path)?;
    let mut sha256 = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match std::io::Read::read(&mut file, &mut buffer) {
            Ok(0) => break,
            Ok(count) => sha256.update(&buffer[..count]),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Error::new(error.kind(), error.to_string())),
        }
    }
    let mut hex = String::new();
    encode::hexadecimal(&sha256.finalize(), &mut hex);
    Ok(hex)
}
