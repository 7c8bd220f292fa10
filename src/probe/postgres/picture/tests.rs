//! Answers in, words and numbers out.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::probe::postgres::server::Receiver;
use std::fmt::Write;

fn primary(position: u64, replicas: &[(&str, u64)]) -> Result<Snapshot, Absence> {
    Ok(Snapshot {
        version: "15.4".into(),
        up_seconds: 3.0 * 3_600.0,
        position: Some(position),
        slots: 50.0,
        connections: 10.0,
        replicas: replicas
            .iter()
            .map(|(name, replayed)| Replica {
                name: (*name).into(),
                state: "streaming".into(),
                sync: "async".into(),
                replayed: Some(*replayed),
                ..Replica::default()
            })
            .collect(),
        ..Snapshot::default()
    })
}

fn standby(received: u64, replayed: u64) -> Result<Snapshot, Absence> {
    Ok(Snapshot {
        is_standby: true,
        position: Some(replayed),
        received: Some(received),
        replayed_seconds: Some(38.0),
        slots: 50.0,
        connections: 5.0,
        receiver: Some(Receiver {
            status: "streaming".into(),
            from: Some("a:1".into()),
        }),
        ..Snapshot::default()
    })
}

fn lonely(received: u64, replayed: u64) -> Result<Snapshot, Absence> {
    standby(received, replayed).map(|standby| Snapshot {
        receiver: None,
        ..standby
    })
}

fn gone(kind: FailureKind, message: &str) -> Result<Snapshot, Absence> {
    Err(Absence::Failed(fault::failure(kind, message)))
}

fn refused() -> Result<Snapshot, Absence> {
    gone(FailureKind::Unreachable, "connection refused")
}

fn answers(said: Vec<Result<Snapshot, Absence>>) -> Vec<Answer> {
    let hosts = ["a:1", "b:2", "c:3"];
    hosts
        .iter()
        .zip(said)
        .map(|(host, said)| Answer {
            host: (*host).into(),
            said,
        })
        .collect()
}

/// Summary and problems, one a line.
fn read(said: Vec<Result<Snapshot, Absence>>, is_sure: bool) -> String {
    match picture(&answers(said), &mut Trail::default(), 0.0, is_sure) {
        Err(failure) => format!("{:?}: {}\n", failure.kind, failure.message),
        Ok(seen) => {
            let mut text = format!("{}\n", seen.summary);
            for problem in &seen.problems {
                let (verdict, signal) = (problem.verdict.word(), &problem.signal);
                writeln!(text, "{verdict} {signal}: {}", problem.reason).unwrap();
            }
            text
        }
    }
}

fn check(said: Vec<Result<Snapshot, Absence>>, expected: &str) {
    assert_eq!(read(said, true), expected);
}

#[test]
fn a_pair_that_is_well() {
    check(
        vec![primary(900, &[("b", 900)]), standby(900, 900)],
        "primary, 1 replica\n",
    );
    check(vec![primary(900, &[])], "primary\n");
    check(vec![standby(900, 900)], "standby\n");
}

#[test]
fn a_replica_counts_from_when_it_is_attached_and_what_only_receives_never() {
    let with = |change: fn(&mut Replica)| {
        let mut primary = primary(900, &[("b", 900)]).unwrap();
        primary.replicas[0].replayed = None;
        change(&mut primary.replicas[0]);
        let said = answers(vec![Ok(primary), standby(900, 900)]);
        let seen = picture(&said, &mut Trail::default(), 0.0, true).unwrap();
        let row = seen.rows.iter().find(|(label, _)| label == "replica b");
        (seen.summary, row.unwrap().1.clone())
    };
    let (summary, row) = with(|replica| replica.is_new = true);
    assert_eq!(summary, "primary, 1 replica");
    assert_eq!(row, "streaming, has not said yet how far it is");
    let (summary, row) = with(|_| {});
    assert_eq!(summary, "primary, 0 replicas");
    assert_eq!(row, "streaming, receives only");
}

#[test]
fn a_dead_primary_is_seen_from_its_standby() {
    check(
        vec![refused(), lonely(900, 900)],
        "no primary, 1 standby\n\
         down no_primary: no primary answers; standby b:2 is 0 B behind what it last received\n",
    );
    check(
        vec![refused(), lonely(900, 700), lonely(950, 800)],
        "no primary, 2 standbys\n\
         down no_primary: no primary answers; standby c:3 is 150 B behind what it last received\n",
    );
    check(
        vec![refused(), refused()],
        "Unreachable: no server answers: connection refused\n",
    );
}

#[test]
fn a_slow_primary_is_not_dead_yet() {
    let slow = || gone(FailureKind::Timeout, "no answer within 3 s");
    let said = || vec![slow(), standby(900, 900)];
    assert!(is_silent(&answers(said())));
    assert!(!is_silent(&answers(vec![refused(), standby(900, 900)])));
    assert!(!is_silent(&answers(vec![primary(900, &[]), slow()])));
    assert!(read(said(), false).contains("degraded no_primary: no primary answered in time"));
    assert!(read(said(), true).contains("down no_primary: no primary answers"));
}

#[test]
fn two_primaries_come_before_all_else() {
    check(
        vec![primary(900, &[]), primary(950, &[]), refused()],
        "2 primaries\n\
         down two_primaries: two primaries: a:1 and b:2 take writes\n\
         degraded replica_unreachable: c:3 does not answer: connection refused\n",
    );
}

#[test]
fn a_primary_alone_lost_its_redundancy() {
    check(
        vec![refused(), primary(900, &[])],
        "primary, 0 replicas\n\
         degraded no_replica: no replica is attached to b:2\n\
         degraded replica_unreachable: a:1 does not answer: connection refused\n",
    );
    check(
        vec![primary(900, &[]), lonely(500, 500)],
        "primary, 0 replicas\n\
         degraded no_replica: no replica is attached to a:1\n\
         degraded replica_link_down: standby b:2 receives nothing from a primary\n",
    );
}

#[test]
fn no_connection_left_is_no_dead_primary() {
    check(
        vec![
            Err(Absence::Full("sorry, too many clients already".into())),
            standby(900, 900),
        ],
        "no connection left\n\
         down connections_exhausted: a:1 has no connection left: sorry, too many clients already\n",
    );
}

#[test]
fn a_refused_login_is_not_judged() {
    let denied = || gone(FailureKind::Denied, "password authentication failed");
    check(vec![denied()], "Denied: password authentication failed\n");
    check(
        vec![denied(), standby(900, 900)],
        "Denied: a:1: password authentication failed\n",
    );
    check(
        vec![refused(), denied()],
        "Denied: a:1: connection refused; b:2: password authentication failed\n",
    );
    check(
        vec![primary(900, &[("c", 900)]), denied()],
        "primary, 1 replica\n\
         degraded replica_unreachable: b:2 refuses the login: password authentication failed\n",
    );
}

#[test]
#[allow(clippy::float_cmp, reason = "whole figures are exact")]
fn lag_is_of_the_worst_replica_and_grows_only_while_something_is_missing() {
    let mut trail = Trail::default();
    let mut check = |now: f64, said, seconds: f64, bytes: f64| {
        let seen = picture(&answers(said), &mut trail, now, true).unwrap();
        let value = |name: &str| {
            let found = seen.numbers.iter().find(|number| number.name == name);
            found.unwrap().value
        };
        assert_eq!(value("replication_lag_seconds"), seconds, "at {now}");
        assert_eq!(value("replication_lag_bytes"), bytes, "at {now}");
    };
    let pair = |written, replayed| vec![primary(written, &[("b", replayed)]), refused()];
    check(0.0, pair(100, 100), 0.0, 0.0);
    check(600.0, pair(100, 100), 0.0, 0.0);
    check(605.0, pair(180, 100), 0.0, 80.0);
    check(610.0, pair(180, 100), 5.0, 80.0);
    check(615.0, pair(300, 180), 0.0, 120.0);
    check(620.0, pair(300, 300), 0.0, 0.0);
    // A standby that lost its link is measured by its own word.
    check(625.0, vec![primary(340, &[]), lonely(300, 300)], 0.0, 40.0);
    check(655.0, vec![primary(340, &[]), lonely(300, 300)], 30.0, 40.0);
    // And without a primary by what it received.
    check(660.0, vec![refused(), lonely(300, 280)], 38.0, 20.0);
    check(665.0, vec![refused(), lonely(300, 300)], 0.0, 0.0);
}

#[test]
fn the_detail_names_every_server() {
    let mut replica = primary(2_000_000, &[("b", 1_500_000)]).unwrap();
    replica.replicas[0].address = "10.0.0.2".into();
    replica.replicas[0].lag_seconds = Some(0.42);
    replica.idle_in_transaction = 2.0;
    replica.idle_in_transaction_seconds = 340.0;
    let said = vec![Ok(replica), standby(2_000_000, 1_500_000), refused()];
    let seen = picture(&answers(said), &mut Trail::default(), 0.0, true).unwrap();
    let rows: Vec<String> = seen
        .rows
        .iter()
        .map(|(label, value)| format!("{label} = {value}"))
        .collect();
    assert_eq!(
        rows,
        [
            "a:1 = primary, PostgreSQL 15.4, up 3 h",
            "replica b (10.0.0.2) = streaming, async, 500 kB behind, 0.4 s",
            "b:2 = standby of a:1, streaming, 500 kB to replay, last transaction 38 s ago",
            "c:3 = connection refused",
            "connections = 10 of 50 (20 %) on a:1",
            "idle in transaction = 2, the oldest for 5 min",
        ]
    );
}
