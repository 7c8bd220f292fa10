//! The journal: SQLite (WAL, `synchronous=FULL`), append-only, group commit, hash chain.
//!
//! One thread owns the writer: order is what the chain is made of. After a failed commit it is broken for good
//! and says so; nothing is acknowledged on the strength of a retry.

use crate::incident::{Actor, Entry, Fact, IncidentId, State};
use jiff::Timestamp;
use std::path::Path;

#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    #[error("cannot open the journal `{path}`: {why}")]
    Open { path: String, why: String },
    #[error(
        "the journal `{path}` was written by a newer breakglass (format {found}, this one knows {known})"
    )]
    Newer {
        path: String,
        found: u32,
        known: u32,
    },
    #[error("the journal cannot be written: {why}")]
    Write { why: String },
    #[error("the journal cannot be read: {why}")]
    Read { why: String },
    #[error("there is no {id}: `breakglass incidents` lists what there is")]
    NoSuchIncident { id: IncidentId },
}

/// The writer's handle; cheap to clone.
#[derive(Debug, Clone)]
pub struct Journal {}

/// What to append; sequence, hash and durability are the journal's business.
#[derive(Debug, Clone)]
pub struct Append {
    /// `None` starts a new incident.
    pub incident: Option<IncidentId>,
    pub at: Timestamp,
    pub actor: Actor,
    pub facts: Vec<Fact>,
}

/// One line of `breakglass incidents`.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    pub id: IncidentId,
    pub state: State,
    pub entries: u64,
}

impl Journal {
    /// Opens or makes the journal and starts its thread.
    pub fn open(path: &Path) -> Result<Journal, JournalError> {
        Err(JournalError::Open {
            path: path.display().to_string(),
            why: "not built yet".into(),
        })
    }

    /// Queues facts and returns their entries at once (sequence and hash are settled in memory); `durable` is called
    /// from the journal's thread when the commit that holds them is on disk, or with the error.
    pub fn append(
        &self,
        append: Append,
        durable: Box<dyn FnOnce(Result<(), JournalError>) + Send>,
    ) -> Result<Vec<Entry>, JournalError> {
        _ = (append, durable);
        Err(JournalError::Write {
            why: "not built yet".into(),
        })
    }
}

/// Reads without a host: `incidents`, `report`, `verify`, and the host when it starts.
#[derive(Debug)]
pub struct Reader {}

impl Reader {
    /// Opens read-only; never creates a file.
    pub fn open(path: &Path) -> Result<Reader, JournalError> {
        Err(JournalError::Open {
            path: path.display().to_string(),
            why: "not built yet".into(),
        })
    }

    pub fn entries(&self, incident: IncidentId) -> Result<Vec<Entry>, JournalError> {
        Err(JournalError::NoSuchIncident { id: incident })
    }

    pub fn incidents(&self) -> Result<Vec<Summary>, JournalError> {
        Ok(Vec::new())
    }
}
