//! The thread that writes: drains its queue, one transaction, one sync, then the acknowledgements.

use super::schema::{Head, Opened, plainly};
use super::summary::Summary;
use super::{Append, Durable, JournalError};
use crate::health::Number;
use crate::incident::entry::encode;
use crate::incident::{Entry, Hash, IncidentId};
use jiff::Timestamp;
use rusqlite::{Connection, TransactionBehavior, params};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{JoinHandle, ThreadId};
use std::time::Duration;

/// More waiting than this means that the disk has stopped answering.
const QUEUE_LIMIT: usize = 10_000;
/// Between two samples of one number.
const SAMPLE_EVERY: jiff::SignedDuration = jiff::SignedDuration::from_secs(10);
/// Samples wait this long for company, so that an idle host seldom wakes the disk.
const SAMPLES_WAIT: Duration = Duration::from_secs(30);
/// Samples beyond this many are written without waiting, and dropped beyond four times as many.
const SAMPLES_BATCH: usize = 500;
/// Samples older than this are dropped when the journal is opened.
const SAMPLES_KEPT: jiff::SignedDuration = jiff::SignedDuration::from_hours(30 * 24);

/// Held by every handle together; dropping it ends the thread.
#[derive(Debug)]
pub(super) struct Owner {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
    thread_id: ThreadId,
}

#[derive(Debug)]
struct Shared {
    inner: Mutex<Inner>,
    wake: Condvar,
}

#[derive(Debug)]
struct Inner {
    heads: BTreeMap<IncidentId, Head>,
    queue: Vec<Batch>,
    samples: Vec<(String, Sampled)>,
    last_sample: HashMap<(String, String), Timestamp>,
    broken: Option<String>,
    closing: bool,
}

/// What one `append` asked for; it is committed as a whole.
struct Batch {
    entries: Vec<Entry>,
    /// The head of the chain once these are in.
    summary: Summary,
    durable: Durable,
}

impl std::fmt::Debug for Batch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Batch({})", self.entries.len())
    }
}

#[derive(Debug)]
struct Sampled {
    name: String,
    at: Timestamp,
    value: f64,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn write_error(why: &str) -> JournalError {
    JournalError::Write {
        why: why.to_owned(),
    }
}

impl Owner {
    pub fn start(opened: Opened) -> Result<Owner, JournalError> {
        let Opened {
            path,
            connection,
            heads,
        } = opened;
        let shared = Arc::new(Shared {
            inner: Mutex::new(Inner {
                heads,
                queue: Vec::new(),
                samples: Vec::new(),
                last_sample: HashMap::new(),
                broken: None,
                closing: false,
            }),
            wake: Condvar::new(),
        });
        let its = Arc::clone(&shared);
        let at = path.clone();
        let thread = std::thread::Builder::new()
            .name("journal".into())
            .spawn(move || write(&its, connection, at))
            .map_err(|error| JournalError::Open {
                path: path.display().to_string(),
                why: error.to_string(),
            })?;
        Ok(Owner {
            shared,
            thread_id: thread.thread().id(),
            thread: Mutex::new(Some(thread)),
        })
    }

    pub fn broken(&self) -> Option<String> {
        self.shared.lock().broken.clone()
    }

    pub fn append(&self, append: Append, durable: Durable) -> Result<Vec<Entry>, JournalError> {
        let mut inner = self.shared.lock();
        if let Some(why) = &inner.broken {
            return Err(write_error(why));
        }
        if inner.queue.len() >= QUEUE_LIMIT {
            return Err(write_error(
                "the disk has not answered for too long: look at it, then restart the host",
            ));
        }
        if append.facts.is_empty() {
            drop(inner);
            durable(Ok(()));
            return Ok(Vec::new());
        }
        let mut head = match append.incident {
            Some(id) => inner
                .heads
                .get(&id)
                .cloned()
                .ok_or(JournalError::NoSuchIncident { id })?,
            None => Head {
                seq: 0,
                hash: Hash::default(),
                summary: Summary::default(),
            },
        };
        let id = append.incident.unwrap_or_else(|| {
            IncidentId(inner.heads.keys().next_back().map_or(0, |last| last.0) + 1)
        });
        let mut entries = Vec::with_capacity(append.facts.len());
        for fact in append.facts {
            let entry = Entry::new(
                id,
                head.seq + 1,
                append.at,
                append.actor.clone(),
                fact,
                head.hash,
            );
            head.seq = entry.seq;
            head.hash = entry.hash;
            head.summary.apply(&entry);
            entries.push(entry);
        }
        inner.queue.push(Batch {
            entries: entries.clone(),
            summary: head.summary.clone(),
            durable,
        });
        inner.heads.insert(id, head);
        drop(inner);
        self.shared.wake.notify_one();
        Ok(entries)
    }

    pub fn sample(&self, component: &str, at: Timestamp, numbers: &[Number]) {
        let mut inner = self.shared.lock();
        if inner.broken.is_some() || inner.samples.len() > 4 * SAMPLES_BATCH {
            return;
        }
        for number in numbers.iter().filter(|number| number.value.is_finite()) {
            let key = (component.to_owned(), number.name.clone());
            let due = inner
                .last_sample
                .get(&key)
                .is_none_or(|last| at.duration_since(*last) >= SAMPLE_EVERY);
            if due {
                inner.last_sample.insert(key, at);
                inner.samples.push((
                    component.to_owned(),
                    Sampled {
                        name: number.name.clone(),
                        at,
                        value: number.value,
                    },
                ));
            }
        }
        // The first one starts the thread's wait for company.
        drop(inner);
        self.shared.wake.notify_one();
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.shared.lock().closing = true;
        self.shared.wake.notify_one();
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        // The last handle may be one that an acknowledgement held: a thread cannot wait for itself.
        if let Some(thread) = thread
            && std::thread::current().id() != self.thread_id
            && thread.join().is_err()
        {
            tracing::error!("the journal's thread panicked");
        }
    }
}

enum Work {
    Entries(Vec<Batch>),
    Samples(Vec<(String, Sampled)>),
    Over,
}

/// Waits for something to write.
fn next(shared: &Shared) -> Work {
    let mut inner = shared.lock();
    loop {
        if !inner.queue.is_empty() {
            return Work::Entries(std::mem::take(&mut inner.queue));
        }
        let late = inner.samples.len() >= SAMPLES_BATCH || inner.closing;
        if late && !inner.samples.is_empty() {
            return Work::Samples(std::mem::take(&mut inner.samples));
        }
        if inner.closing {
            return Work::Over;
        }
        if inner.samples.is_empty() {
            inner = shared
                .wake
                .wait(inner)
                .unwrap_or_else(PoisonError::into_inner);
            continue;
        }
        let (woken, waited) = shared
            .wake
            .wait_timeout_while(inner, SAMPLES_WAIT, |inner| {
                inner.queue.is_empty() && !inner.closing && inner.samples.len() < SAMPLES_BATCH
            })
            .unwrap_or_else(PoisonError::into_inner);
        inner = woken;
        if waited.timed_out() && inner.queue.is_empty() {
            return Work::Samples(std::mem::take(&mut inner.samples));
        }
    }
}

fn write(shared: &Shared, mut connection: Connection, path: PathBuf) {
    let mut samples: Option<Connection> = None;
    loop {
        match next(shared) {
            Work::Over => break,
            Work::Samples(batch) => {
                if let Err(error) = keep(&mut samples, &path, &batch) {
                    tracing::warn!("samples are not kept: {}", plainly(&error));
                    samples = None;
                }
            }
            Work::Entries(batches) => {
                // Another thread may have been queuing when a commit failed.
                let broken = shared.lock().broken.clone();
                let outcome = match broken {
                    Some(why) => Err(why),
                    None => commit(&mut connection, &batches).map_err(|error| plainly(&error)),
                };
                if let Err(why) = &outcome {
                    shared.lock().broken = Some(why.clone());
                }
                for batch in batches {
                    (batch.durable)(outcome.clone().map_err(|why| write_error(&why)));
                }
            }
        }
    }
}

/// Everything that was waiting, in one transaction and one sync.
fn commit(connection: &mut Connection, batches: &[Batch]) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    {
        let mut insert = transaction.prepare_cached(
            "INSERT INTO entries (incident, seq, at, actor, origin, body, prev, hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?;
        let mut head = transaction.prepare_cached(
            "INSERT INTO incidents (id, entries, head, summary) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (id) DO UPDATE
             SET entries = excluded.entries, head = excluded.head, summary = excluded.summary",
        )?;
        for batch in batches {
            for entry in &batch.entries {
                insert.execute(params![
                    entry.incident.0.cast_signed(),
                    entry.seq.cast_signed(),
                    entry.at.to_string(),
                    entry.actor.name,
                    entry.actor.origin,
                    encode(&entry.fact),
                    entry.prev.to_string(),
                    entry.hash.to_string(),
                ])?;
            }
            if let Some(last) = batch.entries.last() {
                head.execute(params![
                    last.incident.0.cast_signed(),
                    last.seq.cast_signed(),
                    last.hash.to_string(),
                    batch.summary.text(),
                ])?;
            }
        }
    }
    transaction.commit()
}

/// Samples go through a connection of their own that does not sync: losing some costs a dot in a chart.
fn keep(
    samples: &mut Option<Connection>,
    path: &Path,
    batch: &[(String, Sampled)],
) -> rusqlite::Result<()> {
    let connection = if let Some(connection) = samples {
        connection
    } else {
        let connection = Connection::open(path)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.pragma_update(None, "synchronous", "normal")?;
        if let Some((_, newest)) = batch.last() {
            let oldest = newest.at - SAMPLES_KEPT;
            connection.execute(
                "DELETE FROM samples WHERE at < ?1",
                [oldest.as_millisecond()],
            )?;
        }
        samples.insert(connection)
    };
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    {
        let mut insert = transaction.prepare_cached(
            "INSERT OR REPLACE INTO samples (component, name, at, value) VALUES (?1, ?2, ?3, ?4)",
        )?;
        for (component, sample) in batch {
            insert.execute(params![
                component,
                sample.name,
                sample.at.as_millisecond(),
                sample.value
            ])?;
        }
    }
    transaction.commit()
}
