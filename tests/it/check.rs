//! `breakglass check` from outside: exit codes, the JSON document, and the lines for people.

use crate::support::lab::{Postgres, Redis};
use crate::support::program;
use crate::support::world::until;
use breakglass::health::{ComponentKind, thresholds};
use std::net::TcpListener;
use std::path::Path;

/// A port of this machine on which nobody listens.
fn closed_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn configure(folder: &Path, text: &str) {
    std::fs::write(folder.join("breakglass.toml"), text).unwrap();
}

#[test]
fn nothing_to_ask_is_exit_2() {
    let folder = tempfile::tempdir().unwrap();
    let output = program(folder.path())
        .args(["check", "--format", "json"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(
        text.contains("no components are configured; name them in"),
        "{text}"
    );
}

#[test]
fn a_closed_port_is_down_and_an_open_one_up() {
    let folder = tempfile::tempdir().unwrap();
    let open = TcpListener::bind("127.0.0.1:0").unwrap();
    let (open_port, closed) = (open.local_addr().unwrap().port(), closed_port());
    configure(
        folder.path(),
        &format!(
            "[tcp.broker]\naddress = '127.0.0.1:{open_port}'\n[tcp.queue]\naddress = '127.0.0.1:{closed}'\n"
        ),
    );
    let output = program(folder.path())
        .args(["check", "--format", "json"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let of = |index: usize, key: &str| document["components"][index][key].clone();
    assert_eq!(of(0, "name"), "broker");
    assert_eq!(of(0, "verdict"), "up");
    assert_eq!(of(1, "kind"), "tcp");
    assert_eq!(of(1, "verdict"), "down");
    assert!(of(1, "reason").as_str().unwrap().contains("refused"));
    assert!(of(1, "at").as_str().unwrap().ends_with('Z'));

    let output = program(folder.path())
        .env("LANG", "C.UTF-8")
        .arg("check")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("● up        broker  "), "{text}");
    assert!(lines[1].starts_with("✖ down      queue   "), "{text}");
    // Without UTF-8 there is nothing but ASCII.
    let output = program(folder.path()).arg("check").output().unwrap();
    assert!(output.stdout.is_ascii());

    configure(
        folder.path(),
        &format!("[tcp.broker]\naddress = '127.0.0.1:{open_port}'\n"),
    );
    let output = program(folder.path()).arg("check").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    // What is well does not hide what could not be asked.
    configure(
        folder.path(),
        &format!("[tcp.broker]\naddress = '127.0.0.1:{open_port}'\n[redis.cache]\n"),
    );
    let output = program(folder.path()).arg("check").output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{output:?}");
}

/// What `check --format json` says of the only component, and the exit code.
fn ask(folder: &Path) -> (serde_json::Value, Option<i32>) {
    let output = program(folder)
        .args(["check", "--format", "json"])
        .output()
        .unwrap();
    let document: serde_json::Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {output:?}"));
    (document["components"][0].clone(), output.status.code())
}

/// Every number that a real server gives has its row in the table of thresholds.
fn numbers_are_known(component: &serde_json::Value, kind: ComponentKind) {
    let numbers = component["numbers"].as_array().unwrap();
    assert!(!numbers.is_empty(), "{component}");
    for number in numbers {
        let name = number["name"].as_str().unwrap();
        let known = thresholds::find(kind, name).unwrap_or_else(|| panic!("{name} is not known"));
        assert_eq!(number["warn"].as_f64(), known.warn, "{number}");
        assert!(number["value"].is_number(), "{number}");
    }
}

#[test]
fn a_postgres_pair_is_up_until_its_primary_is_killed() {
    let lab = Postgres::start();
    let folder = tempfile::tempdir().unwrap();
    configure(
        folder.path(),
        &format!(
            "[postgres.main]\nhosts = {:?}\nuser = 'watcher'\ndatabase = 'postgres'\npassword_command = 'echo {}'\n",
            lab.hosts(2),
            Postgres::PASSWORD
        ),
    );
    // A standby that has just begun to stream may break off and begin again.
    let (main, code) = until("the standby to be seen", || {
        let (main, code) = ask(folder.path());
        (main["reason"] == "primary, 1 replica").then_some((main, code))
    });
    assert_eq!((&main["verdict"], code), (&"up".into(), Some(0)), "{main}");
    numbers_are_known(&main, ComponentKind::Postgres);

    lab.kill("postgres-0");
    let (main, code) = ask(folder.path());
    assert_eq!(
        (&main["verdict"], code),
        (&"down".into(), Some(1)),
        "{main}"
    );
    let reason = main["reason"].as_str().unwrap();
    assert!(reason.starts_with("no primary answers"), "{reason}");
    assert!(!main.to_string().contains(Postgres::PASSWORD));
}

#[test]
fn postgres_is_found_by_the_variables_of_its_own_client() {
    let lab = Postgres::start();
    let folder = tempfile::tempdir().unwrap();
    let output = program(folder.path())
        .env("PGHOST", "127.0.0.1,127.0.0.1")
        .env(
            "PGPORT",
            format!("{},{}", lab.port("postgres-0"), lab.port("postgres-1")),
        )
        .env("PGUSER", "watcher")
        .env("PGDATABASE", "postgres")
        .env("PGPASSWORD", Postgres::PASSWORD)
        .arg("check")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(
        text.starts_with("* up        postgres  primary, 1 replica  replication lag "),
        "{text}"
    );
}

#[test]
fn redis_and_its_sentinels_are_up_until_the_master_is_killed() {
    let lab = Redis::start();
    let folder = tempfile::tempdir().unwrap();
    let write = |table: &str| configure(folder.path(), table);
    let redis = format!("[redis.cache]\nhosts = {:?}\n", lab.hosts(3));
    let sentinel = format!("[sentinel.cache]\nhosts = {:?}\n", lab.sentinels(3));
    write(&sentinel);
    let (found, code) = ask(folder.path());
    assert_eq!(
        (&found["verdict"], code),
        (&"up".into(), Some(0)),
        "{found}"
    );
    numbers_are_known(&found, ComponentKind::Sentinel);
    write(&redis);
    let (found, code) = ask(folder.path());
    assert_eq!(
        (&found["verdict"], code),
        (&"up".into(), Some(0)),
        "{found}"
    );
    numbers_are_known(&found, ComponentKind::Redis);
    let master = lab.master_name();
    lab.pause("sentinel-0");
    lab.pause("sentinel-1");
    lab.kill(&master);
    let (found, code) = ask(folder.path());
    assert_eq!(code, Some(1), "{found}");
    assert_eq!(found["verdict"], "down", "{found}");
}
