//! The journal against what kills processes and fills disks. A test starts itself again as the one that dies.

use crate::support::world::World;
use breakglass::host::journal::{Append, Journal, Reader};
use breakglass::incident::{Actor, Fact, IncidentId};
use breakglass::paths::StateDir;
use jiff::Timestamp;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Names the journal that a test which was started again writes to.
const MARK: &str = "BREAKGLASS_TEST_JOURNAL";
/// Not root, and in no group.
const NOBODY: u32 = 65534;

fn append(incident: Option<IncidentId>, fact: Fact) -> Append {
    Append {
        incident,
        at: Timestamp::now(),
        actor: Actor::host(),
        facts: vec![fact],
    }
}

fn opened() -> Fact {
    Fact::IncidentOpened {
        title: "a long night".into(),
        severity: Some("P1".into()),
        drill: false,
        detected_at: None,
        components: Vec::new(),
    }
}

fn note(text: String) -> Fact {
    Fact::NoteAdded {
        step: None,
        text,
        decision: false,
    }
}

/// In the process that was started again: says `acked INCIDENT SEQ` for each entry that is on disk, and
/// `refused` for each that is not, until ten were refused or somebody kills it.
fn write_until_the_end(path: &Path) {
    let say = |line: String| {
        std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
    };
    let journal = Journal::open(path).unwrap();
    let first = journal.append_and_wait(append(None, opened())).unwrap();
    let incident = first[0].incident;
    say(format!("\nacked {incident} 1\n"));
    let (mut queued, settled) = (0, Arc::new(AtomicU64::new(0)));
    let mut refused = 0;
    while refused < 10 {
        queued += 1;
        let now = Arc::clone(&settled);
        let text = format!("note {queued} {}", "x".repeat(300));
        let outcome = journal.append(
            append(Some(incident), note(text)),
            Box::new(move |outcome| {
                now.fetch_add(1, Ordering::SeqCst);
                match outcome {
                    Ok(()) => say(format!("acked {incident} {}\n", queued + 1)),
                    Err(_) => say("refused\n".into()),
                }
            }),
        );
        if outcome.is_err() {
            refused += 1;
            settled.fetch_add(1, Ordering::SeqCst);
            say("refused\n".into());
        }
        // Some entries share a commit, but the queue stays short.
        while queued - settled.load(Ordering::SeqCst) > 50 {
            std::thread::yield_now();
        }
    }
}

/// This very test in a process of its own, writing to `path`.
fn again(test: &str, path: &Path) -> Vec<std::ffi::OsString> {
    vec![
        format!("{MARK}={}", path.display()).into(),
        std::env::current_exe().unwrap().into(),
        test.into(),
        "--exact".into(),
        "--nocapture".into(),
        "--test-threads=1".into(),
    ]
}

fn acked(line: &str) -> Option<(IncidentId, u64)> {
    let (incident, seq) = line.strip_prefix("acked ")?.split_once(' ')?;
    Some((incident.parse().unwrap(), seq.parse().unwrap()))
}

/// Starts the test again and kills it with -9 in the middle of its work; the last entry it acknowledged.
fn kill_in_the_middle(test: &str, path: &Path) -> (IncidentId, u64) {
    let mut child = Command::new("env")
        .args(again(test, path))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut last = None;
    let mut count = 0;
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        if let Some(found) = acked(&line.unwrap()) {
            last = Some(found);
            count += 1;
        }
        if count == 120 {
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    last.unwrap()
}

fn child() -> Option<PathBuf> {
    std::env::var_os(MARK).map(PathBuf::from)
}

#[test]
fn what_was_acknowledged_survives_kill_9_and_the_chain_is_whole() {
    const SELF: &str = "journal::what_was_acknowledged_survives_kill_9_and_the_chain_is_whole";
    if let Some(path) = child() {
        return write_until_the_end(&path);
    }
    let world = World::new();
    let state_dir = StateDir::resolve(Some(world.state()));
    state_dir.create().unwrap();
    for life in 1..=3 {
        let (incident, last) = kill_in_the_middle(SELF, &state_dir.journal());
        assert_eq!(incident, IncidentId(life), "each life opens the next one");
        assert!(last >= 120);
        let reader = Reader::open(&state_dir.journal()).unwrap();
        let outcome = reader.verify(incident, &state_dir).unwrap();
        assert!(outcome.is_intact(), "{:?}", outcome.broken);
        assert!(outcome.entries >= last, "{} < {last}", outcome.entries);
        // The listing is right without a fold, whatever the moment of the kill.
        let listed = reader.incidents().unwrap();
        assert_eq!(listed.len() as u64, life);
        assert_eq!(listed.last().unwrap().entries, outcome.entries);
    }
    // And the next host goes on with it.
    let journal = Journal::open(&state_dir.journal()).unwrap();
    journal
        .append_and_wait(append(Some(IncidentId(3)), note("after".into())))
        .unwrap();
    drop(journal);
    world.check(&["verify", "INC-3"], 0);
}

#[test]
fn nothing_is_acknowledged_once_the_disk_is_full() {
    const SELF: &str = "journal::nothing_is_acknowledged_once_the_disk_is_full";
    if let Some(path) = child() {
        return write_until_the_end(&path);
    }
    let world = World::new();
    let state_dir = StateDir::resolve(Some(world.state()));
    state_dir.create().unwrap();
    // A file may grow to 300 kB; past that every write fails.
    let output = Command::new("bash")
        .args(["-c", "trap '' XFSZ; ulimit -f 300; exec env \"$@\"", "-"])
        .args(again(SELF, &state_dir.journal()))
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let fates: Vec<&str> = printed
        .lines()
        .filter(|line| line.starts_with("acked ") || *line == "refused")
        .collect();
    let last = fates.iter().rev().find_map(|line| acked(line));
    let (incident, last) = last.unwrap_or_else(|| panic!("nothing was written: {printed}"));
    let refused = fates.iter().position(|line| *line == "refused").unwrap();
    assert!(
        fates[refused..].iter().all(|line| *line == "refused"),
        "after a failed commit something was acknowledged"
    );
    assert!(fates.len() - refused >= 10);
    let reader = Reader::open(&state_dir.journal()).unwrap();
    let outcome = reader.verify(incident, &state_dir).unwrap();
    assert!(outcome.is_intact(), "{:?}", outcome.broken);
    assert_eq!(
        outcome.entries, last,
        "what was refused is not there, what was acknowledged is"
    );
}

/// Runs the program as somebody who cannot write to the state folder.
fn run_without_rights(world: &World, arguments: &[&str]) -> std::process::Output {
    let root = rustix_is_root();
    let state = world.state();
    let program = world.path("breakglass");
    std::fs::copy(assert_cmd::cargo::cargo_bin("breakglass"), &program).unwrap();
    let set = |path: &Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    set(&program, 0o755);
    set(world.dir(), 0o755);
    let temporary = world.path("tmp");
    std::fs::create_dir_all(&temporary).unwrap();
    set(&temporary, 0o777);
    if root {
        for entry in std::fs::read_dir(&state).unwrap() {
            chown(entry.unwrap().path(), Some(NOBODY), Some(NOBODY)).unwrap();
        }
        chown(&state, Some(NOBODY), Some(NOBODY)).unwrap();
    }
    set(&state, 0o500);
    let mut command = if root {
        let mut command = Command::new("setpriv");
        command
            .args(["--reuid", "65534", "--regid", "65534", "--clear-groups"])
            .arg(&program);
        command
    } else {
        Command::new(&program)
    };
    let output = command
        .args(arguments)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("BREAKGLASS_STATE_DIR", &state)
        .env("TMPDIR", &temporary)
        .current_dir(&temporary)
        .output()
        .unwrap();
    set(&state, 0o700);
    assert_eq!(
        std::fs::read_dir(&temporary).unwrap().count(),
        0,
        "a copy was left behind"
    );
    output
}

fn rustix_is_root() -> bool {
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::MetadataExt::uid(&std::fs::metadata(folder.path()).unwrap()) == 0
}

fn says(output: &std::process::Output, words: &str) {
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success() && said.contains(words), "{said}");
}

#[test]
fn a_folder_that_cannot_be_written_is_still_read() {
    let world = World::new();
    let state_dir = StateDir::resolve(Some(world.state()));
    state_dir.create().unwrap();
    let journal = Journal::open(&state_dir.journal()).unwrap();
    journal.append_and_wait(append(None, opened())).unwrap();
    drop(journal);
    assert!(!world.state().join("journal.db-wal").exists());
    says(
        &run_without_rights(&world, &["incidents"]),
        "INC-1  open  P1",
    );
    says(
        &run_without_rights(&world, &["report", "1"]),
        "# INC-1: a long night",
    );
    says(
        &run_without_rights(&world, &["verify", "1"]),
        "INC-1 is intact: 1 entries",
    );
}

#[test]
fn what_a_killed_host_left_is_read_where_nothing_can_be_written() {
    const SELF: &str = "journal::what_a_killed_host_left_is_read_where_nothing_can_be_written";
    if let Some(path) = child() {
        return write_until_the_end(&path);
    }
    let world = World::new();
    let state_dir = StateDir::resolve(Some(world.state()));
    state_dir.create().unwrap();
    let (incident, last) = kill_in_the_middle(SELF, &state_dir.journal());
    let beside = |suffix: &str| world.state().join(format!("journal.db{suffix}"));
    assert!(beside("-wal").metadata().unwrap().len() > 0);
    let intact = |output: &std::process::Output| {
        says(output, &format!("{incident} is intact: "));
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let entries: u64 = said.split(' ').nth(3).unwrap().parse().unwrap();
        assert!(entries >= last, "{said} but {last} were acknowledged");
    };
    intact(&run_without_rights(&world, &["verify", "1"]));
    std::fs::remove_file(beside("-shm")).unwrap();
    intact(&run_without_rights(&world, &["verify", "1"]));
}
