//! The journal on real files, in one process; what kills a process is in `tests/it/journal.rs`.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::incident::{RunEnd, RunId, State, StepKey, Target};
use crate::paths::StateDir;
use crate::runbook::{Risk, ScenarioId};
use rusqlite::Connection;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

struct Lab {
    _folder: tempfile::TempDir,
    state_dir: StateDir,
}

impl Lab {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Lab {
            state_dir: StateDir::resolve(Some(folder.path().join("state of ana?#%"))),
            _folder: folder,
        }
    }

    fn path(&self) -> PathBuf {
        self.state_dir.journal()
    }

    fn open(&self) -> Journal {
        self.state_dir.create().unwrap();
        Journal::open(&self.path()).unwrap()
    }

    fn reader(&self) -> Reader {
        Reader::open(&self.path()).unwrap()
    }

    /// One incident: opened, a run that ended with a transcript, a note, closed. Five entries.
    fn filled(&self) -> IncidentId {
        let journal = self.open();
        let id = journal
            .append_and_wait(append(None, vec![opened("db")]))
            .unwrap()[0]
            .incident;
        let run = self.state_dir.run(id, RunId(1));
        std::fs::create_dir_all(&run.0).unwrap();
        std::fs::write(run.transcript(), "abc").unwrap();
        journal
            .append_and_wait(append(Some(id), vec![started(1)]))
            .unwrap();
        journal
            .append_and_wait(append(
                Some(id),
                vec![
                    ended(
                        1,
                        Some("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
                    ),
                    note("a `note`\nof two lines"),
                    Fact::IncidentClosed {
                        resolution: "done".into(),
                    },
                ],
            ))
            .unwrap();
        id
    }

    /// Writes into the file as somebody with an editor would, past the triggers.
    fn tamper(&self, sql: &str) {
        let connection = Connection::open(self.path()).unwrap();
        connection
            .execute_batch(
                "DROP TRIGGER entries_are_never_changed; DROP TRIGGER entries_are_never_removed;",
            )
            .unwrap();
        connection.execute_batch(sql).unwrap();
    }

    fn broken(&self, id: IncidentId) -> Vec<String> {
        self.reader()
            .verify(id, &self.state_dir)
            .unwrap()
            .broken
            .iter()
            .map(ToString::to_string)
            .collect()
    }
}

fn append(incident: Option<IncidentId>, facts: Vec<Fact>) -> Append {
    Append {
        incident,
        at: "2026-01-01T14:02:11.5Z".parse().unwrap(),
        actor: Actor {
            name: "ana".into(),
            origin: "console".into(),
        },
        facts,
    }
}

fn opened(title: &str) -> Fact {
    Fact::IncidentOpened {
        title: title.into(),
        severity: Some("P0".into()),
        drill: false,
        detected_at: None,
        components: Vec::new(),
    }
}

fn note(text: &str) -> Fact {
    Fact::NoteAdded {
        step: None,
        text: text.into(),
        decision: false,
    }
}

fn started(run: u32) -> Fact {
    Fact::StepStarted {
        step: StepKey {
            scenario: ScenarioId("db".into()),
            step: "1".into(),
        },
        run: RunId(run),
        block: 0,
        title: "Look".into(),
        command: "ls".into(),
        interpreter: "bash".into(),
        risk: Risk::Read,
        target: Target {
            name: "prod".into(),
            evidence: "PGHOST".into(),
        },
        confirmed: "one key".into(),
        timeout_seconds: None,
    }
}

fn ended(run: u32, sha: Option<&str>) -> Fact {
    Fact::RunEnded {
        run: RunId(run),
        end: RunEnd::Exited { code: 0 },
        duration_ms: 12,
        output_bytes: 3,
        transcript_sha256: sha.map(Into::into),
        tail: "abc".into(),
    }
}

#[test]
fn what_was_appended_is_read_back_by_another_process() {
    let lab = Lab::new();
    let journal = lab.open();
    let first = journal
        .append_and_wait(append(None, vec![opened("one"), note("a")]))
        .unwrap();
    let second = journal
        .append_and_wait(append(None, vec![opened("two")]))
        .unwrap();
    assert_eq!(
        (first[0].incident, second[0].incident),
        (IncidentId(1), IncidentId(2))
    );
    drop(journal);
    // A second life goes on where the first stopped.
    let journal = lab.open();
    let more = journal
        .append_and_wait(append(Some(IncidentId(1)), vec![note("b")]))
        .unwrap();
    assert_eq!((more[0].seq, more[0].prev), (3, first[1].hash));
    let read = lab.reader().entries(IncidentId(1)).unwrap();
    assert_eq!(read, [first, more].concat());
    assert_eq!(
        lab.reader().verify(IncidentId(1), &lab.state_dir).unwrap(),
        VerifyOutcome {
            entries: 3,
            ..VerifyOutcome::default()
        }
    );
    let mode = std::fs::metadata(lab.path()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(
        journal
            .append_and_wait(append(Some(IncidentId(9)), vec![note("c")]))
            .unwrap_err()
            .to_string(),
        "there is no INC-9: `breakglass incidents` lists what there is"
    );
}

#[test]
fn acknowledgements_come_in_order_and_each_only_when_a_reader_sees_its_entry() {
    let lab = Lab::new();
    let journal = lab.open();
    let id = journal
        .append_and_wait(append(None, vec![opened("x")]))
        .unwrap()[0]
        .incident;
    let (send, acknowledged) = std::sync::mpsc::channel();
    let mut threads = Vec::new();
    for writer in 0..4 {
        let (journal, send, path) = (journal.clone(), send.clone(), lab.path());
        threads.push(std::thread::spawn(move || {
            for number in 0..50 {
                let (send, path) = (send.clone(), path.clone());
                let text = format!("{writer}/{number}");
                let seen = text.clone();
                journal
                    .append(
                        append(Some(id), vec![note(&text)]),
                        Box::new(move |outcome| {
                            outcome.unwrap();
                            let stored = number % 10 != 0
                                || Reader::open(&path)
                                    .unwrap()
                                    .entries(id)
                                    .unwrap()
                                    .iter()
                                    .any(|entry| entry.fact == note(&seen));
                            send.send((seen, stored)).unwrap();
                        }),
                    )
                    .unwrap();
            }
        }));
    }
    for thread in threads {
        thread.join().unwrap();
    }
    drop((journal, send));
    let order: Vec<String> = acknowledged
        .iter()
        .map(|(text, stored)| {
            assert!(stored, "{text} was acknowledged and is not there");
            text
        })
        .collect();
    let written: Vec<String> = lab.reader().entries(id).unwrap()[1..]
        .iter()
        .map(|entry| {
            let Fact::NoteAdded { text, .. } = &entry.fact else {
                unreachable!("{entry:?}")
            };
            text.clone()
        })
        .collect();
    assert_eq!(order.len(), 200);
    assert_eq!(order, written);
    assert_eq!(lab.broken(id), Vec::<String>::new());
}

#[test]
fn a_handle_dropped_by_an_acknowledgement_does_not_wait_for_itself() {
    let lab = Lab::new();
    let journal = lab.open();
    let (send, gone) = std::sync::mpsc::channel();
    let held = journal.clone();
    let (let_go, may_go) = std::sync::mpsc::channel::<()>();
    journal
        .append(
            append(None, vec![opened("x")]),
            Box::new(move |outcome| {
                may_go.recv().unwrap();
                drop(held);
                send.send(outcome).unwrap();
            }),
        )
        .unwrap();
    let dropped = std::thread::spawn(move || drop(journal));
    let_go.send(()).unwrap();
    gone.recv().unwrap().unwrap();
    dropped.join().unwrap();
}

#[test]
fn the_listing_needs_no_fold_and_says_the_same_as_one() {
    let lab = Lab::new();
    let id = lab.filled();
    let journal = lab.open();
    let other = journal
        .append_and_wait(append(
            None,
            vec![opened("two"), started(1), started(2), ended(1, None)],
        ))
        .unwrap()[0]
        .incident;
    let reader = lab.reader();
    for summary in reader.incidents().unwrap() {
        let entries = reader.entries(summary.id.unwrap()).unwrap();
        let state = State::replay(&entries);
        assert_eq!(summary.entries, state.last_seq);
        assert_eq!(summary.title, state.title);
        assert_eq!(summary.closed_at, state.closed_at);
        assert_eq!(summary.opened_at, state.opened_at);
        assert_eq!(summary.last_at, state.last_at);
        let without_end: Vec<RunId> = state.running().map(|(id, _)| id).collect();
        assert_eq!(
            summary.without_end.into_iter().collect::<Vec<_>>(),
            without_end
        );
    }
    assert_ne!(id, other);
    assert_eq!(reader.open_incident().unwrap(), Some(other));
}

#[test]
fn entries_are_only_ever_appended() {
    let lab = Lab::new();
    lab.filled();
    let connection = Connection::open(lab.path()).unwrap();
    for sql in ["UPDATE entries SET body = '{}'", "DELETE FROM entries"] {
        assert_eq!(
            connection.execute_batch(sql).unwrap_err().to_string(),
            "entries are only ever appended"
        );
    }
}

#[test]
fn verify_says_where_a_record_was_changed() {
    let check = |sql: &str, expected: &[&str]| {
        let lab = Lab::new();
        let id = lab.filled();
        assert_eq!(lab.broken(id), Vec::<String>::new());
        lab.tamper(sql);
        assert_eq!(lab.broken(id), expected, "{sql}");
    };
    let content = "its `at`, `actor`, `origin` or `body` is not what was hashed";
    check(
        "UPDATE entries SET body = replace(body, '\"code\":0', '\"code\":1') WHERE seq = 3",
        &[&format!("entry 3: {content}")],
    );
    check(
        "UPDATE entries SET actor = 'eve' WHERE seq = 5",
        &[&format!("entry 5: {content}")],
    );
    check(
        "UPDATE entries SET body = 'x' WHERE seq = 4",
        &["entry 4, column `body`: it is not JSON"],
    );
    check(
        "UPDATE entries SET at = '2026-01-01 14:02' WHERE seq = 1",
        &["entry 1, column `at`: it is not a time as breakglass writes it"],
    );
    check(
        "UPDATE entries SET hash = replace(hash, substr(hash, 1, 1), 'x') WHERE seq = 2",
        &["entry 2, column `hash`: it is not the hash of this entry"],
    );
    check(
        "UPDATE entries SET prev = (SELECT hash FROM entries WHERE seq = 2) WHERE seq = 4",
        &["entry 4, column `prev`: it does not follow from the entry before"],
    );
    check(
        "DELETE FROM entries WHERE seq = 3",
        &["entry 4, column `seq`: entry 3 is missing before it"],
    );
    check(
        "DELETE FROM entries WHERE seq IN (1, 2)",
        &["entry 3, column `seq`: entries 1 to 2 are missing before it"],
    );
    check(
        "DELETE FROM entries WHERE seq > 3",
        &["end of the record: it ends with entry 3, but 5 were written"],
    );
    check(
        "DELETE FROM entries",
        &["end of the record: it ends with entry 0, but 5 were written"],
    );
    check(
        "DELETE FROM incidents",
        &["end of the record: the incident is not listed, but has entries"],
    );
    check(
        "UPDATE entries SET seq = -7 WHERE seq = 5",
        &[
            "entry 18446744073709551609, column `seq`: entries 1 to 18446744073709551608 are missing before it",
            "entry 18446744073709551609: its `at`, `actor`, `origin` or `body` is not what was hashed",
            "entry 1, column `seq`: entries 18446744073709551610 to 0 are missing before it",
            "end of the record: it ends with entry 4, but 5 were written",
        ],
    );
}

#[test]
fn a_record_that_was_cut_off_stays_broken_when_the_host_goes_on_with_it() {
    let lab = Lab::new();
    let id = lab.filled();
    lab.tamper("DELETE FROM entries WHERE seq = 5");
    lab.open()
        .append_and_wait(append(Some(id), vec![note("later")]))
        .unwrap();
    assert_eq!(
        lab.broken(id),
        ["entry 6, column `seq`: entry 5 is missing before it"]
    );
}

#[test]
fn transcripts_are_part_of_the_record() {
    let lab = Lab::new();
    let id = lab.filled();
    let outcome = lab.reader().verify(id, &lab.state_dir).unwrap();
    assert_eq!((outcome.entries, outcome.transcripts), (5, 1));
    let transcript = lab.state_dir.run(id, RunId(1)).transcript();
    std::fs::write(&transcript, "abd").unwrap();
    assert_eq!(
        lab.broken(id),
        [format!(
            "run 1: its transcript `{}` was changed after the run",
            transcript.display()
        )]
    );
    std::fs::remove_file(&transcript).unwrap();
    assert!(lab.broken(id)[0].contains("cannot be read"));
    let journal = lab.open();
    journal
        .append_and_wait(append(
            Some(id),
            vec![started(2), started(3), ended(3, None)],
        ))
        .unwrap();
    let remarks: Vec<String> = lab
        .reader()
        .verify(id, &lab.state_dir)
        .unwrap()
        .remarks
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        remarks,
        [
            "run 2: no end is recorded: it runs, or nobody knows",
            "run 3: its transcript could not be written"
        ]
    );
}

#[test]
fn a_newer_journal_is_read_but_not_written() {
    let lab = Lab::new();
    let id = lab.filled();
    let body = r#"{ "fact":"page_sent", "to" : "ana", "n": 1.50 }"#;
    lab.tamper(&format!(
        "INSERT INTO entries SELECT incident, 6, at, actor, origin, '{body}', hash, hash
           FROM entries WHERE seq = 5;
         ALTER TABLE entries ADD COLUMN signature TEXT;
         UPDATE meta SET value = '2' WHERE key = 'format';"
    ));
    let error = Journal::open(&lab.path()).unwrap_err();
    assert!(
        matches!(
            error,
            JournalError::Newer {
                found: 2,
                known: FORMAT,
                ..
            }
        ),
        "{error}"
    );
    let reader = lab.reader();
    assert_eq!(reader.newer(), Some(2));
    assert_eq!(
        reader.entries(id).unwrap()[5].fact,
        Fact::Unknown {
            kind: "page_sent".into(),
            raw: body.into()
        }
    );
    assert_eq!(reader.incidents().unwrap().len(), 1);
}

#[test]
fn what_is_no_journal_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let missing = Reader::open(&path).unwrap_err().to_string();
    assert!(missing.contains("No such file"), "{missing}");
    assert!(!path.exists());

    std::fs::write(&path, "not a database, but long enough to be read as one").unwrap();
    for error in [
        Reader::open(&path).unwrap_err().to_string(),
        Journal::open(&path).unwrap_err().to_string(),
    ] {
        assert!(
            error.ends_with("it is not a journal: use another `--state-dir`"),
            "{error}"
        );
    }

    std::fs::remove_file(&path).unwrap();
    Connection::open(&path)
        .unwrap()
        .execute_batch("CREATE TABLE meta (key, value); INSERT INTO meta VALUES ('format', '1')")
        .unwrap();
    let error = Journal::open(&path).unwrap_err().to_string();
    assert!(error.contains("a database of something else"), "{error}");
    let error = Reader::open(&path).unwrap_err().to_string();
    assert!(error.contains("it is not a journal"), "{error}");
}

#[test]
fn a_second_writer_breaks_itself_and_not_the_chain() {
    let lab = Lab::new();
    let first = lab.open();
    let id = first
        .append_and_wait(append(None, vec![opened("x")]))
        .unwrap()[0]
        .incident;
    let second = lab.open();
    first
        .append_and_wait(append(Some(id), vec![note("first")]))
        .unwrap();
    let refused = second
        .append_and_wait(append(Some(id), vec![note("second")]))
        .unwrap_err();
    assert!(matches!(refused, JournalError::Write { .. }), "{refused}");
    // Broken for good: not even what would fit now is taken.
    assert!(second.broken().is_some());
    assert!(
        second
            .append_and_wait(append(None, vec![opened("y")]))
            .is_err()
    );
    first
        .append_and_wait(append(Some(id), vec![note("third")]))
        .unwrap();
    assert_eq!(lab.reader().entries(id).unwrap().len(), 3);
    assert_eq!(lab.broken(id), Vec::<String>::new());
}

#[test]
fn samples_are_thinned_and_read_back_by_time() {
    let lab = Lab::new();
    let journal = lab.open();
    let number = |value| Number {
        name: "replication_lag_seconds".into(),
        value,
        warn: None,
        down: None,
        lower_is_worse: false,
    };
    let at = |second: i64| Timestamp::from_second(1_767_225_600 + second).unwrap();
    for second in 0..35 {
        journal.record_samples("postgres", at(second), &[number(second as f64)]);
    }
    journal.record_samples("postgres", at(50), &[number(f64::NAN)]);
    journal.record_samples("redis", at(3), &[number(3.0)]);
    drop(journal);
    let values = |from, to| -> Vec<f64> {
        lab.reader()
            .samples("postgres", at(from), at(to))
            .unwrap()
            .iter()
            .map(|sample| sample.value)
            .collect()
    };
    assert_eq!(values(0, 100), [0.0, 10.0, 20.0, 30.0]);
    assert_eq!(values(10, 20), [10.0, 20.0]);
    assert_eq!(lab.reader().last_sample_at().unwrap(), Some(at(30)));
}

#[test]
fn ten_thousand_entries_are_listed_without_reading_them() {
    let lab = Lab::new();
    let journal = lab.open();
    let id = journal
        .append_and_wait(append(None, vec![opened("long")]))
        .unwrap()[0]
        .incident;
    journal
        .append_and_wait(append(
            Some(id),
            (0..9_999)
                .map(|number| note(&format!("note {number}")))
                .collect(),
        ))
        .unwrap();
    drop(journal);
    lab.tamper("UPDATE entries SET at = 'unreadable'");
    assert!(lab.reader().entries(id).is_err());
    assert_eq!(lab.reader().incidents().unwrap()[0].entries, 10_000);
    // Nor does a host that goes on with it read them.
    let more = lab
        .open()
        .append_and_wait(append(Some(id), vec![note("more")]))
        .unwrap();
    assert_eq!(more[0].seq, 10_001);
}
