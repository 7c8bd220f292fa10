//! Where state lives: one folder, mode 0700, named the same by every process.
//!
//! It must not create anything but the folder itself.

use crate::incident::fact::{IncidentId, RunId};
use std::path::{Path, PathBuf};

/// The state folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateDir(PathBuf);

impl StateDir {
    /// `--state-dir`, else `$BREAKGLASS_STATE_DIR`, else the XDG state folder.
    pub fn resolve(flag: Option<PathBuf>) -> Self {
        let var = |name: &str| {
            std::env::var_os(name)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
        };
        let path = flag
            .or_else(|| var("BREAKGLASS_STATE_DIR"))
            .or_else(|| var("XDG_STATE_HOME").map(|home| home.join("breakglass")))
            .or_else(|| var("HOME").map(|home| home.join(".local/state/breakglass")))
            .unwrap_or_else(|| PathBuf::from("breakglass-state"));
        StateDir(std::path::absolute(&path).unwrap_or(path))
    }

    /// Makes the folder, readable by its owner only.
    pub fn create(&self) -> std::io::Result<()> {
        use std::os::unix::fs::DirBuilderExt;
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.0)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The journal.
    pub fn journal(&self) -> PathBuf {
        self.0.join("journal.db")
    }

    /// The host's socket.
    pub fn socket(&self) -> PathBuf {
        self.0.join("host.sock")
    }

    /// Held with `flock` by the one host.
    pub fn lock(&self) -> PathBuf {
        self.0.join("host.lock")
    }

    pub fn log(&self) -> PathBuf {
        self.0.join("host.log")
    }

    /// The folder of one run: `run.json`, `transcript.cast`, `end.json`, `keeper.sock`.
    pub fn run(&self, incident: IncidentId, run: RunId) -> RunDir {
        RunDir(
            self.0
                .join("runs")
                .join(format!("{}-{}", incident.0, run.0)),
        )
    }
}

/// What one keeper writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunDir(pub PathBuf);

impl RunDir {
    pub fn transcript(&self) -> PathBuf {
        self.0.join("transcript.cast")
    }

    /// Written and synced by the keeper when the run is over.
    pub fn end(&self) -> PathBuf {
        self.0.join("end.json")
    }

    pub fn socket(&self) -> PathBuf {
        self.0.join("keeper.sock")
    }

    pub fn keeper_pid(&self) -> PathBuf {
        self.0.join("keeper.pid")
    }
}
