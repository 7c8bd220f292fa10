//! `incidents`, `report` and `verify` of the real program, on a journal that no host holds.

use crate::support::world::World;
use breakglass::host::journal::{Append, Journal};
use breakglass::incident::entry::decode;
use breakglass::incident::{Actor, IncidentId};
use breakglass::paths::StateDir;
use std::io::Read;
use std::process::Command;

/// A world whose journal holds the fixture's incident as INC-1.
fn world_with(fixture: &str) -> World {
    let world = World::new();
    let state_dir = StateDir::resolve(Some(world.state()));
    state_dir.create().unwrap();
    let journal = Journal::open(&state_dir.journal()).unwrap();
    let path = format!(
        "{}/tests/fixtures/reports/{fixture}.jsonl",
        env!("CARGO_MANIFEST_DIR")
    );
    let mut incident: Option<IncidentId> = None;
    for line in std::fs::read_to_string(path).unwrap().lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let entries = journal
            .append_and_wait(Append {
                incident,
                at: line["at"].as_str().unwrap().parse().unwrap(),
                actor: Actor {
                    name: line["actor"].as_str().unwrap().into(),
                    origin: "console".into(),
                },
                facts: vec![decode(&line["fact"].to_string())],
            })
            .unwrap();
        incident = Some(entries[0].incident);
    }
    world
}

#[test]
fn a_past_incident_is_listed_and_reported_without_a_host() {
    let world = world_with("failover");
    assert_eq!(
        world.check(&["incidents"], 0),
        "INC-1  closed  P0  2026-01-01T14:02:40Z  00:17:49  PostgreSQL Primary Failure\n"
    );
    let printed = world.check(&["report", "INC-1"], 0);
    assert!(printed.starts_with("# INC-1: PostgreSQL Primary Failure\n"));
    assert!(printed.contains("| RTO | 15 min 00 s | 12 min 20 s | met |"));
    let json: serde_json::Value =
        serde_json::from_str(&world.check(&["report", "1", "--format", "json"], 0)).unwrap();
    assert_eq!(json["rto"]["seconds"], 740.5);
    assert!(
        !world.state().join("host.sock").exists(),
        "nobody was started"
    );
}

#[test]
fn the_local_time_is_that_of_the_reader() {
    let world = world_with("drill");
    let output = world
        .command()
        .args(["report", "1"])
        .env("TZ", "XYZ-5:30")
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(
        printed.contains("| opened | 2026-01-01 10:00:00.000 | 2026-01-01 15:30:00 XYZ |"),
        "{printed}"
    );
}

#[test]
fn a_report_file_is_replaced_as_a_whole_or_not_at_all() {
    let world = world_with("failover");
    let file = world.write("inc.md", "the old one");
    world.check(&["report", "1", "-o", "inc.md"], 0);
    let printed = world.check(&["report", "1"], 0);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), printed);

    std::fs::create_dir(world.path("folder")).unwrap();
    let said = world.check(&["report", "1", "-o", "folder"], 2);
    assert!(
        said.contains("cannot write `folder`: it is a folder; name a file in it"),
        "{said}"
    );
    let said = world.check(&["report", "1", "-o", "nowhere/inc.md"], 2);
    assert!(said.contains("cannot write `nowhere/inc.md`"), "{said}");

    // A link is followed, and what is no file is written to.
    std::os::unix::fs::symlink("inc.md", world.path("link.md")).unwrap();
    std::fs::write(&file, "old again").unwrap();
    world.check(&["report", "1", "-o", "link.md"], 0);
    assert!(world.path("link.md").is_symlink());
    assert_eq!(std::fs::read_to_string(&file).unwrap(), printed);
    let pipe = world.path("pipe");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let reader = {
        let pipe = pipe.clone();
        std::thread::spawn(move || {
            let mut text = String::new();
            std::fs::File::open(pipe)
                .unwrap()
                .read_to_string(&mut text)
                .unwrap();
            text
        })
    };
    world.check(&["report", "1", "-o", "pipe"], 0);
    assert_eq!(reader.join().unwrap(), printed);

    let mut left: Vec<String> = std::fs::read_dir(world.dir())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    assert_eq!(left, ["folder", "inc.md", "link.md", "pipe", "state"]);
}

#[test]
fn verify_says_where_and_exits_with_one() {
    let world = world_with("drill");
    assert_eq!(
        world.check(&["verify", "1"], 0),
        "INC-1 is intact: 2 entries and 0 transcripts checked\n"
    );
    rusqlite::Connection::open(world.state().join("journal.db"))
        .unwrap()
        .execute_batch(
            "DROP TRIGGER entries_are_never_changed;
             UPDATE entries SET body = replace(body, 'nothing to do', 'all done') WHERE seq = 2",
        )
        .unwrap();
    assert_eq!(
        world.check(&["verify", "1"], 1),
        "INC-1 is BROKEN: 2 entries and 0 transcripts checked\n\
         broken: entry 2: its `at`, `actor`, `origin` or `body` is not what was hashed\n"
    );
}

#[test]
fn the_journal_of_a_newer_version_is_shown_and_not_judged() {
    let world = world_with("still_open");
    rusqlite::Connection::open(world.state().join("journal.db"))
        .unwrap()
        .execute_batch("UPDATE meta SET value = '2' WHERE key = 'format'")
        .unwrap();
    let said = world.check(&["incidents"], 0);
    assert!(said.contains("INC-1  open"), "{said}");
    assert!(said.contains("written by a newer breakglass"), "{said}");
    let said = world.check(&["report", "1"], 0);
    assert!(said.contains("## Not understood"), "{said}");
    let said = world.check(&["verify", "1"], 2);
    assert!(said.contains("verify it with that version"), "{said}");
}

#[test]
fn what_cannot_be_asked_exits_with_two() {
    let world = World::new();
    let said = world.check(&["incidents"], 0);
    assert!(said.contains("no incidents yet in `"), "{said}");
    for arguments in [["report", "1"], ["verify", "1"]] {
        let said = world.check(&arguments, 2);
        assert!(said.contains("cannot open the journal"), "{said}");
    }
    let said = world.check(&["report", "seven"], 2);
    assert!(said.contains("is not an incident id"), "{said}");
    let world = world_with("drill");
    let said = world.check(&["report", "9"], 2);
    assert!(
        said.contains("there is no INC-9: `breakglass incidents` lists what there is"),
        "{said}"
    );
}
