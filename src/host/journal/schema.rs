//! The tables of the journal and the formats it has had.

use super::JournalError;
use super::summary::Summary;
use crate::incident::{Hash, IncidentId};
use rusqlite::{Connection, OptionalExtension};
use std::collections::BTreeMap;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// The format this version writes.
pub const FORMAT: u32 = 1;

/// `bgls`: tells a journal from any other SQLite file.
const APPLICATION_ID: i32 = 0x6267_6c73;

// `incidents` is the head of each chain and its line in a listing. It is written in the transaction
// of the entries it sums up, so it is right after any crash; that it names the last sequence and hash is
// what makes a chain that lost its tail tell.
const TABLES: &str = "
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE incidents (
    id INTEGER PRIMARY KEY,
    entries INTEGER NOT NULL,
    head TEXT NOT NULL,
    summary TEXT NOT NULL
) STRICT;
CREATE TABLE entries (
    incident INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    origin TEXT NOT NULL,
    body TEXT NOT NULL,
    prev TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (incident, seq)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER entries_are_never_changed BEFORE UPDATE ON entries
BEGIN SELECT RAISE(ABORT, 'entries are only ever appended'); END;
CREATE TRIGGER entries_are_never_removed BEFORE DELETE ON entries
BEGIN SELECT RAISE(ABORT, 'entries are only ever appended'); END;
CREATE TABLE samples (
    component TEXT NOT NULL,
    name TEXT NOT NULL,
    at INTEGER NOT NULL,
    value REAL NOT NULL,
    PRIMARY KEY (component, name, at)
) STRICT, WITHOUT ROWID;
";

/// A journal ready for its thread.
pub(super) struct Opened {
    pub path: PathBuf,
    pub connection: Connection,
    pub heads: BTreeMap<IncidentId, Head>,
}

/// The end of one chain.
#[derive(Debug, Clone)]
pub(super) struct Head {
    pub seq: u64,
    pub hash: Hash,
    pub summary: Summary,
}

pub(super) fn open(path: &Path) -> Result<Opened, JournalError> {
    let failed = |why: String| JournalError::Open {
        path: path.display().to_string(),
        why,
    };
    let io = |error: std::io::Error| failed(error.to_string());
    let sql = |error: rusqlite::Error| failed(plainly(&error));
    let fresh = !path.exists();
    let file = std::fs::OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
        .map_err(io)?;
    let mode = file.metadata().map_err(io)?.permissions().mode();
    if mode & 0o077 != 0 {
        file.set_permissions(std::fs::Permissions::from_mode(0o600))
            .map_err(io)?;
    }
    let mut connection = Connection::open(path).map_err(sql)?;
    connection
        .busy_timeout(std::time::Duration::from_secs(5))
        .map_err(sql)?;
    let found = format(&connection).map_err(sql)?;
    match found {
        Some(found) if found > FORMAT => {
            return Err(JournalError::Newer {
                path: path.display().to_string(),
                found,
                known: FORMAT,
            });
        }
        Some(_) => {}
        None => refuse_foreign(&connection).map_err(failed)?,
    }
    let wal: String = connection
        .pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))
        .map_err(sql)?;
    if wal != "wal" {
        return Err(failed(format!(
            "this file system cannot hold it (journal mode `{wal}` instead of `wal`): use another `--state-dir`"
        )));
    }
    connection
        .pragma_update(None, "synchronous", "full")
        .map_err(sql)?;
    if found.is_none() {
        create(&mut connection).map_err(sql)?;
    }
    if fresh && let Some(folder) = path.parent() {
        // The file's name must survive a power cut as its content does.
        std::fs::File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(io)?;
    }
    let heads = heads(&connection).map_err(sql)?;
    Ok(Opened {
        path: path.to_owned(),
        connection,
        heads,
    })
}

/// The format of a journal; `None` where the file is empty or holds something else.
pub(super) fn format(connection: &Connection) -> rusqlite::Result<Option<u32>> {
    let there: bool = connection.query_row(
        "SELECT count(*) > 0 FROM sqlite_schema WHERE type = 'table' AND name = 'meta'",
        [],
        |row| row.get(0),
    )?;
    let id: i32 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    if !there || id != APPLICATION_ID {
        return Ok(None);
    }
    let text: Option<String> = connection
        .query_row("SELECT value FROM meta WHERE key = 'format'", [], |row| {
            row.get(0)
        })
        .optional()?;
    Ok(text.and_then(|text| text.parse().ok()))
}

fn refuse_foreign(connection: &Connection) -> Result<(), String> {
    let tables: u32 = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(|error| plainly(&error))?;
    if tables == 0 {
        Ok(())
    } else {
        Err("it is a database of something else: use another `--state-dir`".into())
    }
}

fn create(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.execute_batch(TABLES)?;
    transaction.execute(
        "INSERT INTO meta (key, value) VALUES ('format', ?1)",
        [FORMAT.to_string()],
    )?;
    transaction.commit()
}

fn heads(connection: &Connection) -> rusqlite::Result<BTreeMap<IncidentId, Head>> {
    connection
        .prepare("SELECT id, entries, head, summary FROM incidents")?
        .query_map([], |row| {
            let id = IncidentId(whole(row, 0)?);
            let head: String = row.get(2)?;
            let summary: String = row.get(3)?;
            Ok((
                id,
                Head {
                    seq: whole(row, 1)?,
                    // A head that is no hash breaks the chain at the next entry, where `verify` says so.
                    hash: head.parse().unwrap_or_default(),
                    summary: Summary::read(id, &summary),
                },
            ))
        })?
        .collect()
}

/// A count as SQLite keeps it; a negative one (somebody wrote there) reads as a hole no chain has.
pub(super) fn whole(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(column).map(i64::cast_unsigned)
}

/// SQLite's words, with what to do where it is known.
pub(super) fn plainly(error: &rusqlite::Error) -> String {
    use rusqlite::ErrorCode;
    let text = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => "the disk is full: make room, then restart the host".into(),
        Some(ErrorCode::ReadOnly) => format!("{text}: the folder must be writable"),
        Some(ErrorCode::NotADatabase) => "it is not a journal: use another `--state-dir`".into(),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            format!("{text}: another program holds it")
        }
        _ => text,
    }
}
