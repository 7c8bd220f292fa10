//! The second stage: masks what the drain read, appends it to the transcript, feeds the screen, and writes the
//! end of the run down.
//!
//! It must not know clients or signals. A transcript that cannot be written any more does not stop the run.

use super::drain::{Finish, Spout};
use super::tail::Tail;
use super::transcript::Writer;
use super::{End, show::Show};
use crate::mask::{Masker, Stream};
use crate::paths::RunDir;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a part of a line that may yet turn out to be a secret is held back, while nothing comes.
const HOLD: Duration = Duration::from_millis(20);
/// Between two events of a busy transcript.
const PAUSE: Duration = Duration::from_millis(4);
/// Reserved on the disk before the run, so that its end can be written when the disk is full.
const RESERVE: usize = 16 << 10;

/// What the recorder owns.
pub(super) struct Recorder {
    pub dir: RunDir,
    pub writer: Writer,
    pub masker: Masker,
    pub started: Instant,
}

/// Where the recorder leaves the end for the control loop.
#[derive(Debug, Default)]
pub(super) struct Outcome(Mutex<Option<(End, Result<(), String>)>>);

impl Outcome {
    fn set(&self, end: End, written: Result<(), String>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((end, written));
    }

    pub fn get(&self) -> Option<(End, Result<(), String>)> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Recorder {
    /// The recorder's thread. It goes on for the screen's sake after the end.
    pub fn run(
        mut self,
        spout: &Spout,
        show: &Show,
        outcome: &Outcome,
        woken: &super::wake::Waker,
    ) {
        let mut stream = Stream::new(&self.masker);
        let mut tail = Tail::default();
        let mut raw = Vec::new();
        let mut masked = Vec::new();
        let mut held_since: Option<Instant> = None;
        loop {
            raw.clear();
            masked.clear();
            let patience =
                held_since.map(|since| (since + HOLD).saturating_duration_since(Instant::now()));
            let notes = spout.take(&mut raw, patience);
            stream.feed(&raw, &mut masked);
            if notes.finish.is_some() {
                stream.finish(&mut masked);
                held_since = None;
            } else if !stream.holds() {
                held_since = None;
            } else if held_since.is_some_and(|since| since.elapsed() >= HOLD) {
                stream.idle(&mut masked);
                // What is held beyond that waits for more output, not for time.
                held_since = None;
            } else if !raw.is_empty() && held_since.is_none() {
                held_since = Some(Instant::now());
            }
            let at = self.started.elapsed();
            if !masked.is_empty() {
                self.writer.output(at, &masked);
                tail.push(&masked);
                show.push(&masked);
            }
            if let Some((cols, rows)) = notes.resized {
                self.writer.resize(at, cols, rows);
            }
            if let Some(finish) = notes.finish {
                let end = self.close(&finish, &tail);
                let written = write_end(&self.dir, &end).map_err(|error| error.to_string());
                outcome.set(end, written);
                woken.wake();
            } else {
                spout.linger(PAUSE);
            }
        }
    }

    fn close(&mut self, finish: &Finish, tail: &Tail) -> End {
        let mut text = tail.text();
        let transcript_sha256 = match self.writer.close(self.started.elapsed()) {
            Ok(sha256) => Some(sha256),
            Err(why) => {
                if !text.is_empty() {
                    text.push('\n');
                }
                text.push_str("[the transcript is not complete: ");
                text.push_str(&why);
                text.push(']');
                None
            }
        };
        End {
            end: finish.end.clone(),
            duration_ms: u64::try_from(finish.duration.as_millis()).unwrap_or(u64::MAX),
            output_bytes: finish.output_bytes,
            transcript_sha256,
            tail: text,
            at: finish.at,
        }
    }
}

/// Takes room on the disk for `end.json`.
pub(super) fn reserve_end(dir: &RunDir) -> std::io::Result<()> {
    let mut file = open_draft(dir)?;
    file.write_all(&[b' '; RESERVE])
}

/// Writes `end.json` beside itself, syncs it and renames it into place: it is whole or not there.
pub(super) fn write_end(dir: &RunDir, end: &End) -> std::io::Result<()> {
    let mut bytes = serde_json::to_vec(end)?;
    bytes.push(b'\n');
    let mut file = open_draft(dir)?;
    // Over the reserved blocks, not in place of them.
    file.write_all(&bytes)?;
    file.set_len(bytes.len() as u64)?;
    file.sync_all()?;
    std::fs::rename(draft(dir), dir.end())?;
    std::fs::File::open(&dir.0)?.sync_all()
}

fn draft(dir: &RunDir) -> std::path::PathBuf {
    dir.0.join("end.json.draft")
}

fn open_draft(dir: &RunDir) -> std::io::Result<std::fs::File> {
    std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(draft(dir))
}
