//! Reads without a host: `incidents`, `report`, `verify`, and the host when it starts.
//!
//! It must not write, nor make a journal where there is none.

use super::schema::{self, FORMAT, plainly, whole};
use super::verify::{self, Stored, VerifyOutcome};
use super::{JournalError, Summary};
use crate::incident::entry::decode;
use crate::incident::{Actor, Entry, Hash, IncidentId};
use crate::paths::StateDir;
use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, Row};
use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

#[derive(Debug)]
pub struct Reader {
    // Dropped in this order: the connection before the folder it reads from.
    connection: Connection,
    newer: Option<u32>,
    _copy: Option<Copy>,
}

/// One kept number of a component.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    pub at: Timestamp,
    pub name: String,
    pub value: f64,
}

/// A private copy of a journal, removed when the reader goes.
#[derive(Debug)]
struct Copy(PathBuf);

impl Drop for Copy {
    fn drop(&mut self) {
        // What stays behind is a private file in the temporary folder; there is nobody to tell.
        _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Reader {
    /// Opens read-only; never creates a journal. Works in a folder that cannot be written, and on the journal
    /// of a newer version, whose facts become `Fact::Unknown`.
    pub fn open(path: &Path) -> Result<Reader, JournalError> {
        let failed = |why: String| JournalError::Open {
            path: path.display().to_string(),
            why,
        };
        if let Err(error) = std::fs::metadata(path) {
            return Err(failed(error.to_string()));
        }
        let plain = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
            .and_then(|connection| Ok((schema::format(&connection)?, connection)));
        let (format, connection, copy) = match plain {
            Ok((format, connection)) => (format, connection, None),
            Err(error) if needs_a_folder_to_write(&error) => {
                open_in_read_only_folder(path).map_err(failed)?
            }
            Err(error) => return Err(failed(plainly(&error))),
        };
        connection
            .busy_timeout(std::time::Duration::from_secs(5))
            .map_err(|error| failed(plainly(&error)))?;
        let Some(format) = format else {
            return Err(failed(
                "it is not a journal: use another `--state-dir`".into(),
            ));
        };
        Ok(Reader {
            connection,
            newer: (format > FORMAT).then_some(format),
            _copy: copy,
        })
    }

    /// The format of a journal that a newer version wrote.
    pub fn newer(&self) -> Option<u32> {
        self.newer
    }

    /// The whole record of an incident, in order.
    pub fn entries(&self, incident: IncidentId) -> Result<Vec<Entry>, JournalError> {
        self.stored(incident)?
            .into_iter()
            .map(|stored| entry(incident, stored))
            .collect()
    }

    /// Every incident, oldest first, without folding any.
    pub fn incidents(&self) -> Result<Vec<Summary>, JournalError> {
        self.query(
            "SELECT id, entries, summary FROM incidents ORDER BY id",
            [],
            |row| {
                let summary: String = row.get(2)?;
                Ok(Summary {
                    entries: whole(row, 1)?,
                    ..Summary::read(IncidentId(whole(row, 0)?), &summary)
                })
            },
        )
    }

    /// The incident that is open, if any: what a host that starts goes on with.
    pub fn open_incident(&self) -> Result<Option<IncidentId>, JournalError> {
        Ok(self
            .incidents()?
            .into_iter()
            .rev()
            .find(Summary::is_open)
            .and_then(|summary| summary.id))
    }

    /// The kept numbers of a component between two moments, both included, oldest first.
    pub fn samples(
        &self,
        component: &str,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<Sample>, JournalError> {
        self.query(
            "SELECT at, name, value FROM samples
             WHERE component = ?1 AND at BETWEEN ?2 AND ?3 ORDER BY at, name",
            rusqlite::params![component, from.as_millisecond(), to.as_millisecond()],
            |row| {
                Ok(Sample {
                    at: Timestamp::from_millisecond(row.get(0)?).unwrap_or_default(),
                    name: row.get(1)?,
                    value: row.get(2)?,
                })
            },
        )
    }

    /// When anything was last looked at, as far as samples were kept.
    pub fn last_sample_at(&self) -> Result<Option<Timestamp>, JournalError> {
        let newest = self.query("SELECT max(at) FROM samples", [], |row| {
            let at: Option<i64> = row.get(0)?;
            Ok(at.and_then(|at| Timestamp::from_millisecond(at).ok()))
        })?;
        Ok(newest.into_iter().flatten().next())
    }

    /// Recomputes the chain from the stored text, and the hashes of the transcripts.
    pub fn verify(
        &self,
        incident: IncidentId,
        state_dir: &StateDir,
    ) -> Result<VerifyOutcome, JournalError> {
        let stored = self.stored(incident)?;
        let head: Option<(u64, String)> = self
            .connection
            .query_row(
                "SELECT entries, head FROM incidents WHERE id = ?1",
                [incident.0.cast_signed()],
                |row| Ok((whole(row, 0)?, row.get(1)?)),
            )
            .optional()
            .map_err(|error| unreadable(&error))?;
        Ok(verify::verify(incident, &stored, head, state_dir))
    }

    fn stored(&self, incident: IncidentId) -> Result<Vec<Stored>, JournalError> {
        let rows = self.query(
            "SELECT seq, at, actor, origin, body, prev, hash FROM entries
             WHERE incident = ?1 ORDER BY seq",
            [incident.0.cast_signed()],
            |row| {
                Ok(Stored {
                    seq: whole(row, 0)?,
                    at: text(row, 1)?,
                    actor: text(row, 2)?,
                    origin: text(row, 3)?,
                    body: text(row, 4)?,
                    prev: text(row, 5)?,
                    hash: text(row, 6)?,
                })
            },
        )?;
        let known = || {
            self.connection
                .query_row(
                    "SELECT count(*) > 0 FROM incidents WHERE id = ?1",
                    [incident.0.cast_signed()],
                    |row| row.get(0),
                )
                .map_err(|error| unreadable(&error))
        };
        if rows.is_empty() && !known()? {
            return Err(JournalError::NoSuchIncident { id: incident });
        }
        Ok(rows)
    }

    fn query<T>(
        &self,
        sql: &str,
        with: impl rusqlite::Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, JournalError> {
        let rows = || -> rusqlite::Result<Vec<T>> {
            let mut statement = self.connection.prepare_cached(sql)?;
            let rows = statement.query_map(with, read)?;
            rows.collect()
        };
        rows().map_err(|error| unreadable(&error))
    }
}

/// Text as it stands; bytes that are no UTF-8 (somebody wrote there) are shown, and break the chain.
fn text(row: &Row<'_>, column: usize) -> rusqlite::Result<String> {
    Ok(match row.get_ref(column)? {
        rusqlite::types::ValueRef::Text(bytes) | rusqlite::types::ValueRef::Blob(bytes) => {
            String::from_utf8_lossy(bytes).into_owned()
        }
        rusqlite::types::ValueRef::Null => String::new(),
        rusqlite::types::ValueRef::Integer(number) => number.to_string(),
        rusqlite::types::ValueRef::Real(number) => number.to_string(),
    })
}

fn entry(incident: IncidentId, stored: Stored) -> Result<Entry, JournalError> {
    let bad = |column: &str, what: &str| JournalError::Read {
        why: format!(
            "{incident}, entry {}: `{what}` in column `{column}` was not written by breakglass; `breakglass verify {incident}` says more",
            stored.seq
        ),
    };
    let hash = |column: &str, text: &str| -> Result<Hash, JournalError> {
        text.parse().map_err(|_| bad(column, text))
    };
    Ok(Entry {
        incident,
        seq: stored.seq,
        at: stored.at.parse().map_err(|_| bad("at", &stored.at))?,
        fact: decode(&stored.body),
        prev: hash("prev", &stored.prev)?,
        hash: hash("hash", &stored.hash)?,
        actor: Actor {
            name: stored.actor,
            origin: stored.origin,
        },
    })
}

fn unreadable(error: &rusqlite::Error) -> JournalError {
    JournalError::Read {
        why: plainly(error),
    }
}

/// WAL needs a shared-memory file beside the journal; where it cannot be made, SQLite says one of these.
fn needs_a_folder_to_write(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly)
    )
}

type Found = (Option<u32>, Connection, Option<Copy>);

/// Without a write-ahead log the file is complete and cannot change under us: read as it is. With one, what
/// it holds counts, and only a copy can be recovered.
fn open_in_read_only_folder(path: &Path) -> Result<Found, String> {
    let sql = |error: rusqlite::Error| plainly(&error);
    let beside = |suffix: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    };
    let log = beside("-wal");
    if std::fs::metadata(&log).map_or(0, |log| log.len()) == 0 {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        let connection = Connection::open_with_flags(immutable(path), flags).map_err(sql)?;
        let format = schema::format(&connection).map_err(sql)?;
        return Ok((format, connection, None));
    }
    let io = |error: std::io::Error| format!("its write-ahead log cannot be read: {error}");
    let folder = std::env::temp_dir().join(format!(
        "breakglass-read-{}-{}",
        std::process::id(),
        Timestamp::now().as_nanosecond()
    ));
    std::fs::DirBuilder::new()
        .mode(0o700)
        .create(&folder)
        .map_err(io)?;
    let copy = Copy(folder);
    std::fs::copy(path, copy.0.join("journal.db")).map_err(io)?;
    std::fs::copy(&log, copy.0.join("journal.db-wal")).map_err(io)?;
    for name in ["journal.db", "journal.db-wal"] {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(copy.0.join(name), std::fs::Permissions::from_mode(0o600))
            .map_err(io)?;
    }
    let connection = Connection::open(copy.0.join("journal.db")).map_err(sql)?;
    let format = schema::format(&connection).map_err(sql)?;
    Ok((format, connection, Some(copy)))
}

fn immutable(path: &Path) -> String {
    let mut uri = String::from("file:");
    for byte in path.as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'-' | b'_') {
            uri.push(char::from(*byte));
        } else {
            _ = write!(uri, "%{byte:02x}");
        }
    }
    uri.push_str("?immutable=1");
    uri
}
