//! Answers in, words and numbers out.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use std::fmt::Write;

const MASTER: &str = "role:master\nconnected_slaves:1\nslave0:ip=b,port=2,state=online,offset=80,lag=0\n\
                      master_repl_offset:100\nused_memory:1000000\nredis_version:7.0.15\nconnected_clients:3\n";
const REPLICA: &str =
    "role:slave\nmaster_host:a\nmaster_port:1\nmaster_link_status:up\nslave_repl_offset:80\n";
const CUT_OFF: &str = "role:slave\nmaster_host:a\nmaster_port:1\nmaster_link_status:down\n\
                       master_link_down_since_seconds:12\nslave_repl_offset:80\n";
const ALONE: &str = "role:master\nconnected_slaves:0\nmaster_repl_offset:100\n";

/// Text of an `INFO`; `!message` for a server that is not there.
fn answers(said: &[&str]) -> Vec<Answer> {
    let hosts = ["a:1", "b:2", "c:3"];
    let answer = |(host, text): (&&str, &&str)| Answer {
        host: (*host).to_owned(),
        said: match text.strip_prefix('!') {
            Some("full") => Err(Absence::Full("max number of clients reached".into())),
            Some("late") => Err(fault::failure(FailureKind::Timeout, "no answer").into()),
            Some("denied") => Err(fault::failure(FailureKind::Denied, "wrong password").into()),
            Some(why) => Err(fault::failure(FailureKind::Unreachable, why).into()),
            None => Ok(Info::parse(text)),
        },
    };
    hosts.iter().zip(said).map(answer).collect()
}

fn check(said: &[&str], expected: &str) {
    let found = match picture(&answers(said), &mut Counters::default(), true) {
        Err(failure) => format!("{:?}: {}\n", failure.kind, failure.message),
        Ok(seen) => {
            let mut text = format!("{}\n", seen.summary);
            for problem in &seen.problems {
                let (verdict, signal) = (problem.verdict.word(), &problem.signal);
                writeln!(text, "{verdict} {signal}: {}", problem.reason).unwrap();
            }
            text
        }
    };
    assert_eq!(found, expected);
}

#[test]
fn what_is_well() {
    check(&[MASTER, REPLICA], "master, 1 replica\n");
    check(&[ALONE], "master\n");
    check(&[REPLICA], "1 replica\n");
    let cluster = format!("{ALONE}cluster_enabled:1\n");
    check(
        &[&cluster, &cluster, REPLICA],
        "cluster, 2 masters, 1 replica\n",
    );
}

#[test]
fn without_a_master() {
    check(
        &["!connection refused", CUT_OFF],
        "no master, 1 replica\n\
         down no_master: no master answers; replica b:2 has applied the most\n\
         degraded replica_link_down: replica b:2 has not heard its master for 12 s\n",
    );
    check(
        &["!connection refused", "!connection refused"],
        "Unreachable: no server answers: connection refused\n",
    );
    assert!(is_silent(&answers(&["!late", CUT_OFF])));
    let seen = picture(
        &answers(&["!late", CUT_OFF]),
        &mut Counters::default(),
        false,
    );
    assert_eq!(seen.unwrap().problems[0].verdict, Verdict::Degraded);
}

#[test]
fn what_is_half_well() {
    check(
        &[ALONE, "!connection refused"],
        "master, 0 replicas\n\
         degraded no_replica: no replica is attached to a:1\n\
         degraded replica_unreachable: b:2 does not answer: connection refused\n",
    );
    check(
        &[ALONE, ALONE],
        "2 masters\ndown two_masters: two masters: a:1 and b:2 take writes\n",
    );
    check(
        &["!full", REPLICA],
        "no connection left\n\
         down connections_exhausted: a:1 has no connection left: max number of clients reached\n",
    );
    check(&["!denied"], "Denied: wrong password\n");
    let failing = format!("{ALONE}rdb_last_bgsave_status:err\n");
    check(
        &[&failing],
        "master\ndegraded persistence_failing: the last snapshot failed on a:1\n",
    );
    let loading = format!("{ALONE}loading:1\n");
    check(
        &[&loading],
        "master\ndown loading: a:1 is loading its data and answers nothing else\n",
    );
}

#[test]
#[allow(clippy::float_cmp, reason = "whole figures are exact")]
fn rates_are_of_the_time_between_two_looks() {
    let mut counters = Counters::default();
    let mut check = |hits: u32, misses: u32, expected: Option<f64>| {
        let info = format!("{ALONE}keyspace_hits:{hits}\nkeyspace_misses:{misses}\n");
        let seen = picture(&answers(&[&info]), &mut counters, true).unwrap();
        let rate = seen
            .numbers
            .iter()
            .find(|number| number.name == "hit_rate_percent");
        assert_eq!(rate.map(|rate| rate.value), expected, "{hits} {misses}");
    };
    check(90, 10, Some(90.0));
    check(90, 10, None);
    check(95, 15, Some(50.0));
    // Restarted: it counts from the start.
    check(1, 3, Some(25.0));
}

#[test]
fn the_numbers_of_a_pair() {
    let limited = format!("{MASTER}maxmemory:4000000\nevicted_keys:7\n");
    let seen = picture(
        &answers(&[&limited, REPLICA]),
        &mut Counters::default(),
        true,
    );
    let numbers: Vec<String> = seen
        .unwrap()
        .numbers
        .iter()
        .map(|number| format!("{} {}", number.name, number.value))
        .collect();
    assert_eq!(
        numbers,
        [
            "replicas 1",
            "replication_lag_seconds 0",
            "replication_lag_bytes 20",
            "memory_used_percent 25",
            "memory_used_bytes 1000000",
            "clients 3",
            "evicted_keys 0",
        ]
    );
}
