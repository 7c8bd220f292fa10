//! The keeper: owns the pseudo-terminal of one running step and writes its transcript.
//!
//! One process per run, detached: it survives console and host. Reading order: drain the master, mask,
//! append to the transcript, then the emulator, then clients; a slow client never costs a byte. It must not
//! know incidents, journals or runbooks: it gets a [`Spec`] and leaves an [`End`].

use crate::incident::fact::RunEnd;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

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
    pub output_bytes: u64,
    pub transcript_sha256: Option<String>,
    pub tail: String,
    /// When it ended, so that a host that was away can say so.
    pub at: jiff::Timestamp,
}

/// Starts a keeper process (`/proc/self/exe keeper`, new session) and returns its pid once it has said that the step
/// runs or could not be started. Blocking; call it off the loop.
pub fn start(spec: &Spec) -> std::io::Result<u32> {
    _ = spec;
    Err(std::io::Error::other("not built yet"))
}

/// The body of the hidden `breakglass keeper` subcommand.
pub fn main() -> color_eyre::Result<std::process::ExitCode> {
    Ok(std::process::ExitCode::FAILURE)
}
