//! The keeper: owns the pseudo-terminal of one running step and writes its transcript.
//!
//! One process per run, detached: it survives console and host. Reading order: drain the master, mask,
//! append to the transcript, then the emulator, then clients; a slow client never costs a byte. It must not
//! know incidents, journals or runbooks: it gets a [`Spec`] and leaves an [`End`].
//!
//! ```text
//! host ──Spec──▶ keeper ──socket──▶ leader ──fork──▶ the step
//!                 │ PTY master       │ leads the session, holds the PTY open, waits for the step
//!                 ├─ drain    reads the master, nothing else
//!                 ├─ record   masks, appends the transcript, hashes it; writes `end.json`
//!                 ├─ screen   emulates the terminal, skipping when it is behind
//!                 ├─ keys     writes what was typed into the master
//!                 └─ control  clients, signals, timeout, cancel: one poll loop
//! ```
//!
//! The leader is a second, tiny process because a terminal is hung up when the leader of its session goes:
//! were the step itself the leader, everything it left in the background (a port forward that the next step
//! needs) would lose its terminal and get a HUP at once. It is not the keeper either, so that a step which
//! signals its own group (`kill 0`) cannot hit the process that has to write down how it ended. Leader and step
//! share one process group, whose members have no parent in the session but outside of the group: the kernel
//! calls that an orphaned group and ignores terminal stops in it, so a stray Ctrl-Z cannot freeze a step.
//!
//! The run ends when the step's own process does. Whatever it left behind keeps its terminal: the keeper stays
//! for as long as a process of the session lives, with `end.json` long written. [`is_alive`] therefore does not
//! mean that the run goes on; `end.json` is asked first.

use crate::incident::fact::RunEnd;
use crate::paths::RunDir;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

mod cancel;
mod client;
mod clients;
mod control;
mod drain;
mod keys;
mod launch;
mod lead;
mod plain;
mod record;
mod screen;
mod session;
mod setup;
mod show;

mod tail;
pub mod transcript;
mod wake;

pub use client::{Client, connect};
pub use launch::{start, start_with};
pub use plain::plain_text;

/// What to run, handed over on standard input so that nothing secret stands on a command line.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Spec {
    /// The run's folder, made by the host (mode 0700): `transcript.cast`, `end.json`, `keeper.sock` and `keeper.pid` go there.
    pub dir: PathBuf,
    /// Shown in the transcript's header.
    pub title: String,
    /// Program and arguments, such as `bash`, `-c`, TEXT.
    pub argv: Vec<String>,
    /// Set on top of the environment that the host was started with.
    pub env: Vec<(String, String)>,
    pub cwd: Option<PathBuf>,
    pub rows: u16,
    pub cols: u16,
    pub timeout_seconds: Option<f64>,
    /// Between INT, TERM and KILL.
    pub grace_seconds: f64,
    /// Values that must not appear anywhere.
    pub secrets: Vec<String>,
}

/// How it ended: `end.json`, written, synced and renamed into place before the keeper leaves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct End {
    pub end: RunEnd,
    pub duration_ms: u64,
    /// Bytes the step printed, before masking.
    pub output_bytes: u64,
    /// `None` where the transcript could not be written to its end (a full disk); `tail` says so then.
    pub transcript_sha256: Option<String>,
    pub tail: String,
    /// When it ended, so that a host that was away can say so.
    pub at: jiff::Timestamp,
}

impl End {
    /// Reads `end.json`; `None` while there is none.
    ///
    /// # Errors
    /// The file is there but cannot be read or is not what a keeper writes.
    pub fn read(dir: &RunDir) -> std::io::Result<Option<End>> {
        match std::fs::read(dir.end()) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map(Some)
                .map_err(std::io::Error::from),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Whether a keeper process holds this run's folder. It locks `keeper.pid` for as long as it lives, so a pid that
/// was given to somebody else is not taken for it.
pub fn is_alive(dir: &RunDir) -> bool {
    use rustix::fs::{FlockOperation, flock};
    std::fs::File::open(dir.keeper_pid()).is_ok_and(|file| {
        flock(&file, FlockOperation::NonBlockingLockShared) == Err(rustix::io::Errno::WOULDBLOCK)
    })
}

/// The body of the hidden `breakglass keeper` subcommand.
pub fn main(lead: bool) -> color_eyre::Result<std::process::ExitCode> {
    if lead { lead::main() } else { setup::main() }
}
