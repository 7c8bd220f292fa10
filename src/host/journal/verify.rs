//! The chain, recomputed from the text as it is stored, and the transcripts that it vouches for.

use crate::incident::entry::{chain_text, decode};
use crate::incident::{Fact, Hash, IncidentId, RunEnd, RunId};
use crate::paths::StateDir;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::Path;

/// What verifying an incident's record found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VerifyOutcome {
    pub entries: u64,
    /// Transcripts whose hash is right.
    pub transcripts: u64,
    /// Where it is broken, in order; empty where it is intact.
    pub broken: Vec<Finding>,
    /// What can not be vouched for but is no damage: a run without an end, a transcript never written.
    pub remarks: Vec<Finding>,
}

impl VerifyOutcome {
    pub fn is_intact(&self) -> bool {
        self.broken.is_empty()
    }
}

/// One thing, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub place: Place,
    pub what: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// An entry, and the column where it can be told.
    Entry {
        seq: u64,
        column: Option<&'static str>,
    },
    Run(RunId),
    /// The end of the record.
    Tail,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.place {
            Place::Entry { seq, column: None } => write!(f, "entry {seq}: {}", self.what),
            Place::Entry {
                seq,
                column: Some(column),
            } => write!(f, "entry {seq}, column `{column}`: {}", self.what),
            Place::Run(run) => write!(f, "{run}: {}", self.what),
            Place::Tail => write!(f, "end of the record: {}", self.what),
        }
    }
}

/// An entry's columns as they are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stored {
    pub seq: u64,
    pub at: String,
    pub actor: String,
    pub origin: String,
    pub body: String,
    pub prev: String,
    pub hash: String,
}

pub(super) fn verify(
    incident: IncidentId,
    stored: &[Stored],
    head: Option<(u64, String)>,
    state_dir: &StateDir,
) -> VerifyOutcome {
    let mut outcome = VerifyOutcome {
        entries: stored.len() as u64,
        ..VerifyOutcome::default()
    };
    chain(incident, stored, &mut outcome.broken);
    tail(stored, head, &mut outcome.broken);
    transcripts(incident, stored, state_dir, &mut outcome);
    outcome
}

fn at(seq: u64, column: Option<&'static str>, what: impl Into<String>) -> Finding {
    Finding {
        place: Place::Entry { seq, column },
        what: what.into(),
    }
}

fn chain(incident: IncidentId, stored: &[Stored], broken: &mut Vec<Finding>) {
    let mut expected_seq = 1;
    // The hash of the entry before; `None` after a gap, where nobody knows.
    let mut before = Some(Hash::default());
    for (index, entry) in stored.iter().enumerate() {
        let seq = entry.seq;
        if seq != expected_seq {
            let missing = if seq == expected_seq.saturating_add(1) {
                format!("entry {expected_seq} is missing before it")
            } else {
                format!(
                    "entries {expected_seq} to {} are missing before it",
                    seq.saturating_sub(1)
                )
            };
            broken.push(at(seq, Some("seq"), missing));
            before = None;
        }
        expected_seq = seq.saturating_add(1);
        let prev = entry.prev.parse::<Hash>();
        match (&prev, before) {
            (Ok(prev), Some(before)) if *prev != before => broken.push(at(
                seq,
                Some("prev"),
                "it does not follow from the entry before",
            )),
            (Err(_), _) => broken.push(at(seq, Some("prev"), "it is no SHA-256")),
            (Ok(_), _) => {}
        }
        let computed = |prev: Hash| {
            chain_text(
                prev,
                incident,
                seq,
                &entry.at,
                &entry.actor,
                &entry.origin,
                &entry.body,
            )
        };
        let from_prev = prev.ok().map(computed);
        let from_before = before.map(computed);
        let written = entry.hash.parse::<Hash>().ok();
        if written.is_some() && (written == from_prev || written == from_before) {
            before = written;
            continue;
        }
        // The entry after it (which was hashed over the right one) tells which side was changed.
        let after = stored
            .get(index + 1)
            .filter(|next| Some(next.seq) == seq.checked_add(1))
            .and_then(|next| next.prev.parse::<Hash>().ok());
        let right = from_before.or(from_prev);
        if written.is_none() || (after.is_some() && after == right) {
            broken.push(at(seq, Some("hash"), "it is not the hash of this entry"));
            before = right;
        } else {
            let (column, what) = changed(entry);
            broken.push(at(seq, column, what));
            before = written;
        }
    }
}

/// Which of the hashed columns was changed, where the text itself betrays it.
fn changed(entry: &Stored) -> (Option<&'static str>, String) {
    let read = entry.at.parse::<Timestamp>();
    if read.map_or(true, |read| read.to_string() != entry.at) {
        return (
            Some("at"),
            "it is not a time as breakglass writes it".into(),
        );
    }
    if serde_json::from_str::<serde_json::Value>(&entry.body).is_err() {
        return (Some("body"), "it is not JSON".into());
    }
    (
        None,
        "its `at`, `actor`, `origin` or `body` is not what was hashed".into(),
    )
}

fn tail(stored: &[Stored], head: Option<(u64, String)>, broken: &mut Vec<Finding>) {
    let (last, hash) = stored
        .last()
        .map_or((0, ""), |last| (last.seq, last.hash.as_str()));
    let mut push = |what: String| {
        broken.push(Finding {
            place: Place::Tail,
            what,
        });
    };
    match head {
        None => push("the incident is not listed, but has entries".into()),
        Some((entries, _)) if entries > last => push(format!(
            "it ends with entry {last}, but {entries} were written"
        )),
        Some((entries, _)) if entries < last => push(format!(
            "it ends with entry {last}, but only {entries} were written by breakglass"
        )),
        Some((_, head)) if head != hash => {
            push("the last entry's hash is not the one that was written".into());
        }
        Some(_) => {}
    }
}

fn transcripts(
    incident: IncidentId,
    stored: &[Stored],
    state_dir: &StateDir,
    outcome: &mut VerifyOutcome,
) {
    let mut runs: BTreeMap<RunId, Option<(RunEnd, Option<String>)>> = BTreeMap::new();
    for entry in stored {
        match decode(&entry.body) {
            Fact::StepStarted { run, .. } => {
                runs.insert(run, None);
            }
            Fact::RunEnded {
                run,
                end,
                transcript_sha256,
                ..
            } => {
                runs.insert(run, Some((end, transcript_sha256)));
            }
            Fact::IncidentOpened { .. }
            | Fact::ScenarioSelected { .. }
            | Fact::SeverityChanged { .. }
            | Fact::VerdictChanged { .. }
            | Fact::PlaceholderSet { .. }
            | Fact::BranchChosen { .. }
            | Fact::CancelRequested { .. }
            | Fact::RunAttached { .. }
            | Fact::StepSkipped { .. }
            | Fact::StepMarkedDone { .. }
            | Fact::NoteAdded { .. }
            | Fact::Mitigated { .. }
            | Fact::MitigationLost { .. }
            | Fact::IncidentClosed { .. }
            | Fact::HostChanged { .. }
            | Fact::Unknown { .. } => {}
        }
    }
    for (run, end) in runs {
        let finding = |what: String| Finding {
            place: Place::Run(run),
            what,
        };
        match end {
            None => outcome.remarks.push(finding(
                "no end is recorded: it runs, or nobody knows".into(),
            )),
            Some((RunEnd::Lost, None)) => outcome.remarks.push(finding(
                "its outcome is unknown, and no transcript is vouched for".into(),
            )),
            Some((RunEnd::NotStarted { .. }, None)) => {}
            Some((_, None)) => outcome
                .remarks
                .push(finding("its transcript could not be written".into())),
            Some((_, Some(recorded))) => {
                let path = state_dir.run(incident, run).transcript();
                match sha256(&path) {
                    Ok(found) if found.eq_ignore_ascii_case(&recorded) => outcome.transcripts += 1,
                    Ok(_) => outcome.broken.push(finding(format!(
                        "its transcript `{}` was changed after the run",
                        path.display()
                    ))),
                    Err(error) => outcome.broken.push(finding(format!(
                        "its transcript `{}` cannot be read: {error}",
                        path.display()
                    ))),
                }
            }
        }
    }
}

fn sha256(path: &Path) -> std::io::Result<String> {
    use std::io::Read;
    let mut file = std::fs::File::open(path)?;
    let mut sha = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(Hash(sha.finalize().into()).to_string());
        }
        sha.update(&buffer[..read]);
    }
}
