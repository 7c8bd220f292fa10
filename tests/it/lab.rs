//! The lab itself: it comes up, breaks as told, and leaves nothing behind.

use crate::support::lab::{Postgres, Redis, Ssh};
use crate::support::world::{lives, until};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[test]
fn postgres_fails_over_and_leaves_nothing() {
    let lab = Postgres::start();
    let pids = [lab.pid("postgres-0"), lab.pid("postgres-1")];
    let dir: PathBuf = lab.dir().to_owned();
    lab.psql("postgres-0", "create table kept as select 42 as answer");
    lab.kill("postgres-0");
    assert!(!lives(pids[0]));
    lab.promote("postgres-1");
    assert_eq!(lab.psql("postgres-1", "select answer from kept"), "42");
    lab.rebuild("postgres-0", "postgres-1");
    assert_eq!(
        lab.psql("postgres-0", "select pg_is_in_recovery(), answer from kept"),
        "t|42"
    );
    drop(lab);
    assert!(!pids.into_iter().any(lives));
    assert!(!dir.exists());
}

#[test]
fn redis_knows_its_replicas() {
    let lab = Redis::start();
    assert_eq!(lab.master(), lab.port("redis-0"));
    assert!(
        lab.cli("redis-0", &["info", "replication"])
            .contains("connected_slaves:2")
    );
}

#[test]
fn ssh_reaches_this_machine_over_a_thin_line() {
    let lab = Ssh::start(Some(256), 0);
    let said = lab.command("direct").arg("echo $((6 * 7))").output();
    assert_eq!(said.unwrap().stdout, b"42\n");
    let began = Instant::now();
    let sent = lab
        .command("lab")
        .arg("head -c 64000 /dev/urandom")
        .output();
    assert_eq!(sent.unwrap().stdout.len(), 64_000);
    // 64 kB are two seconds of such a line, and can be no less on any machine.
    assert!(began.elapsed() >= Duration::from_millis(1_900));
}

#[test]
fn redis_ends_when_whoever_started_them_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("lab");
    // The other end of the script's input, held by a process that can be killed.
    let mut holder = Command::new("sleep")
        .arg("1000")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/lab/redis");
    let started = Command::new(script)
        .arg("start")
        .arg(&dir)
        .arg("--tether")
        .env("LAB_SENTINELS", "0")
        .env("LAB_REPLICAS", "0")
        .stdin(Stdio::from(holder.stdout.take().unwrap()))
        .output()
        .unwrap();
    assert!(started.status.success(), "{started:?}");
    let pid = std::fs::read_to_string(dir.join("redis-0/pid")).unwrap();
    let pid = pid.trim();
    assert!(lives(pid));
    holder.kill().unwrap();
    holder.wait().unwrap();
    until("the server's end", || {
        (!lives(pid) && !dir.exists()).then_some(())
    });
}
