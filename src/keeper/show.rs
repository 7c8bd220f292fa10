//! The third stage: a bounded ring between the recorder and the emulator, and the version that clients wait for.
//!
//! When the emulator is behind, the oldest bytes are dropped; what they switched (modes, colours) is kept.

use super::keys::Keys;
use super::screen::Emulator;
use super::wake::Waker;
use crate::wire::Picture;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Bytes that may wait for the emulator.
const RING: usize = 64 << 10;
/// From so many bytes at once on, the emulator keeps its pace; an echo or an answer is shown at once.
const BUSY: usize = 4 << 10;
/// Switches that are kept from what was dropped, in bytes.
const SWITCHES: usize = 1 << 10;
/// The emulator's pace while it is flooded: about thirty screens a second, which leaves the cores to the transcript.
const FRAME: Duration = Duration::from_millis(33);

#[derive(Debug, Default)]
struct Ring {
    bytes: Vec<u8>,
    /// Sequences that were dropped but have to be obeyed; `Some` when there is a gap before `bytes`.
    gap: Option<Vec<u8>>,
    waiting: bool,
}

/// The screen as the rest of the keeper sees it.
pub(super) struct Show {
    ring: Mutex<Ring>,
    filled: Condvar,
    emulator: Mutex<Emulator>,
    version: AtomicU64,
    /// Somebody waits for the next version.
    pub awaited: AtomicBool,
}

impl Show {
    pub fn new(rows: u16, cols: u16) -> Self {
        Show {
            ring: Mutex::default(),
            filled: Condvar::new(),
            emulator: Mutex::new(Emulator::new(rows, cols)),
            version: AtomicU64::new(1),
            awaited: AtomicBool::new(false),
        }
    }

    /// Takes masked output in; never waits.
    pub fn push(&self, bytes: &[u8]) {
        let mut ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
        let excess = (ring.bytes.len() + bytes.len()).saturating_sub(RING);
        if excess > 0 {
            let mut gap = ring.gap.take().unwrap_or_default();
            let old = excess.min(ring.bytes.len());
            keep_switches(&ring.bytes[..old], &mut gap);
            keep_switches(&bytes[..excess - old], &mut gap);
            ring.bytes.drain(..old);
            ring.bytes.extend_from_slice(&bytes[excess - old..]);
            ring.gap = Some(gap);
        } else {
            ring.bytes.extend_from_slice(bytes);
        }
        if std::mem::take(&mut ring.waiting) {
            drop(ring);
            self.filled.notify_one();
        }
    }

    /// The emulator's thread.
    pub fn run(&self, keys: &Keys, woken: &Waker) {
        let mut bytes = Vec::new();
        loop {
            bytes.clear();
            let gap = {
                let mut ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
                ring.waiting = ring.bytes.is_empty();
                ring = self
                    .filled
                    .wait_while(ring, |ring| ring.bytes.is_empty())
                    .unwrap_or_else(PoisonError::into_inner);
                std::mem::swap(&mut ring.bytes, &mut bytes);
                ring.gap.take()
            };
            let answers = {
                let mut emulator = self.emulator();
                let mut rest = &bytes[..];
                if let Some(switches) = &gap {
                    emulator.skip(switches);
                    // The gap may end within a sequence or a character; a line is a safe place to go on from.
                    rest = memchr::memchr(b'\n', rest).map_or(rest, |line| &rest[line..]);
                }
                emulator.feed(rest);
                emulator.take_answers()
            };
            if !answers.is_empty() {
                // A step that does not read its answers loses them.
                _ = keys.push(&answers);
            }
            self.changed(woken);
            if bytes.len() >= BUSY {
                std::thread::sleep(FRAME);
            }
        }
    }

    fn emulator(&self) -> MutexGuard<'_, Emulator> {
        self.emulator.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something that pictures show is different now.
    pub fn changed(&self, woken: &Waker) {
        self.version.fetch_add(1, Ordering::SeqCst);
        if self.awaited.swap(false, Ordering::SeqCst) {
            woken.wake();
        }
    }

    pub fn version(&self) -> u64 {
        self.version.load(Ordering::SeqCst)
    }

    pub fn resize(&self, rows: u16, cols: u16, woken: &Waker) {
        self.emulator().resize(rows, cols);
        self.changed(woken);
    }

    /// The screen now. Its version is read first: a change in between is told again rather than missed.
    pub fn picture(&self, scroll: u32) -> Picture {
        let version = self.version();
        let picture = self.emulator().picture(scroll);
        Picture { version, ..picture }
    }
}

/// Private modes, and the last colours, out of bytes that the emulator will not see.
fn keep_switches(dropped: &[u8], into: &mut Vec<u8>) {
    for start in memchr::memmem::find_iter(dropped, b"\x1b[?") {
        let rest = &dropped[start + 3..];
        let length = rest
            .iter()
            .position(|byte| !byte.is_ascii_digit() && *byte != b';');
        if let Some(length) = length.filter(|&length| matches!(rest[length], b'h' | b'l')) {
            into.extend_from_slice(&dropped[start..start + 4 + length]);
        }
    }
    let colours = memchr::memmem::rfind_iter(dropped, b"\x1b[")
        .take(64)
        .find_map(|start| {
            let rest = &dropped[start + 2..];
            let length = rest
                .iter()
                .position(|byte| !byte.is_ascii_digit() && *byte != b';')?;
            (rest[length] == b'm').then(|| &dropped[start..start + 3 + length])
        });
    into.extend_from_slice(colours.unwrap_or_default());
    if into.len() > SWITCHES {
        into.drain(..into.len() - SWITCHES);
        let whole = memchr::memchr(0x1b, into).unwrap_or(into.len());
        into.drain(..whole);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    #[test]
    fn what_is_skipped_still_switches() {
        let mut kept = Vec::new();
        keep_switches(
            b"x\x1b[?25l\x1b[31mred\x1b[2J\x1b[?1049;2004h\x1b[32mgreen\x1b[K text",
            &mut kept,
        );
        assert_eq!(kept, b"\x1b[?25l\x1b[?1049;2004h\x1b[32m");
        keep_switches(&b"\x1b[?25h".repeat(1000), &mut kept);
        assert!(kept.len() <= SWITCHES && kept.starts_with(b"\x1b[?25h"));
    }

    #[test]
    fn newest_bytes_stay_when_it_is_behind() {
        let show = Show::new(4, 20);
        show.push(b"\x1b[?2004h");
        for _ in 0..100 {
            show.push(&b"old\n".repeat(1000));
        }
        show.push(b"\nnew");
        let ring = show.ring.lock().unwrap();
        assert_eq!(ring.bytes.len(), RING);
        assert!(ring.bytes.ends_with(b"\nnew"));
        assert_eq!(ring.gap.as_deref(), Some(&b"\x1b[?2004h"[..]));
    }
}
