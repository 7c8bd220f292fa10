//! The journal: SQLite (WAL, `synchronous=FULL`), append-only, group commit, hash chain.
//!
//! One thread owns the writer: order is what the chain is made of. After a failed commit it is broken for good
//! and says so; nothing is acknowledged on the strength of a retry. It must not know what a fact means
//! beyond the few words of a [`Summary`].
//!
//! `schema` (tables, formats) · `writer` (the thread) · `reader` (without a host) · `verify` (the chain).

mod reader;
mod schema;
mod summary;
#[cfg(test)]
mod tests;
mod verify;
mod writer;

pub use reader::{Reader, Sample};
pub use schema::FORMAT;
pub use summary::Summary;
pub use verify::{Finding, Place, VerifyOutcome};

use crate::health::Number;
use crate::incident::{Actor, Entry, Fact, IncidentId};
use jiff::Timestamp;
use std::path::Path;
use std::sync::Arc;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    #[error("cannot open the journal `{path}`: {why}")]
    Open { path: String, why: String },
    #[error(
        "the journal `{path}` was written by a newer breakglass (format {found}, this one knows {known}): update, or use another `--state-dir`"
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

/// The writer's handle; cheap to clone. The thread ends, with all that was queued on disk, when the last
/// handle is dropped.
#[derive(Debug, Clone)]
pub struct Journal {
    owner: Arc<writer::Owner>,
}

/// What to append; sequence, hash and durability are the journal's business.
#[derive(Debug, Clone)]
pub struct Append {
    /// `None` starts a new incident.
    pub incident: Option<IncidentId>,
    pub at: Timestamp,
    pub actor: Actor,
    pub facts: Vec<Fact>,
}

/// Called from the journal's thread when the commit is on disk, or with the error.
pub type Durable = Box<dyn FnOnce(Result<(), JournalError>) + Send>;

impl Journal {
    /// Opens or makes the journal (mode 0600) and starts its thread.
    pub fn open(path: &Path) -> Result<Journal, JournalError> {
        let opened = schema::open(path)?;
        Ok(Journal {
            owner: Arc::new(writer::Owner::start(opened)?),
        })
    }

    /// Queues facts and returns their entries at once (sequence and hash are settled in memory); `durable` is called
    /// from the journal's thread when the commit that holds them is on disk, or with the error.
    ///
    /// Where this returns an error, nothing was queued and `durable` is not called.
    pub fn append(&self, append: Append, durable: Durable) -> Result<Vec<Entry>, JournalError> {
        self.owner.append(append, durable)
    }

    /// The same for a caller that may wait: returns when the entries are on disk.
    pub fn append_and_wait(&self, append: Append) -> Result<Vec<Entry>, JournalError> {
        let (done, answer) = std::sync::mpsc::sync_channel(1);
        let entries = self.append(
            append,
            Box::new(move |outcome| {
                // Nobody else holds the other end; it is there until the answer is.
                _ = done.send(outcome);
            }),
        )?;
        answer.recv().unwrap_or_else(|_| {
            Err(JournalError::Write {
                why: "its thread is gone".into(),
            })
        })?;
        Ok(entries)
    }

    /// Keeps a component's numbers for the report's charts: at most one per number in ten seconds, not part
    /// of any chain, and not worth an error when they cannot be kept.
    pub fn record_samples(&self, component: &str, at: Timestamp, numbers: &[Number]) {
        self.owner.sample(component, at, numbers);
    }

    /// Why nothing can be written any more, if so.
    pub fn broken(&self) -> Option<String> {
        self.owner.broken()
    }
}
