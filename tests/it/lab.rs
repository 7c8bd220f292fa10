//! The lab itself: it comes up, breaks as told, and leaves nothing behind.

use crate::support::lab::{Postgres, Redis};
use std::path::PathBuf;

fn runs(pid: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| !stat.rsplit(')').next().unwrap().starts_with(" Z"))
}

#[test]
fn postgres_fails_over_and_leaves_nothing() {
    let lab = Postgres::start();
    let pids = [lab.pid("postgres-0"), lab.pid("postgres-1")];
    let dir: PathBuf = lab.dir().to_owned();
    lab.psql("postgres-0", "create table kept as select 42 as answer");
    lab.kill("postgres-0");
    assert!(!runs(pids[0]));
    lab.promote("postgres-1");
    assert_eq!(lab.psql("postgres-1", "select answer from kept"), "42");
    lab.rebuild("postgres-0", "postgres-1");
    assert_eq!(
        lab.psql("postgres-0", "select pg_is_in_recovery(), answer from kept"),
        "t|42"
    );
    drop(lab);
    assert!(!pids.into_iter().any(runs));
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
