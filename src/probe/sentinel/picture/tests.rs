//! What Sentinels say, and what is made of it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::probe::sentinel::Fields;
use std::fmt::Write;

/// `name=value` words.
fn fields(text: &str) -> Fields {
    text.split_whitespace()
        .filter_map(|word| word.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// A Sentinel's view: the master's flags and address, then its replicas' flags.
fn known(flags: &str, port: u16, epoch: u32, replicas: &[&str]) -> Known {
    let peer = fields("flags=sentinel");
    Known {
        master: fields(&format!(
            "name=mymaster ip=10.0.0.1 port={port} flags={flags} quorum=2 num-other-sentinels=2 \
             config-epoch={epoch} role-reported-change=38000"
        )),
        replicas: replicas
            .iter()
            .enumerate()
            .map(|(index, flags)| {
                let port = 7000 + index;
                fields(&format!("ip=10.0.0.1 port={port} {flags}"))
            })
            .collect(),
        sentinels: vec![peer.clone(), peer],
        no_quorum: None,
    }
}

const WELL: &[&str] = &[
    "flags=slave master-link-status=ok",
    "flags=slave master-link-status=ok",
];

fn well() -> Known {
    known("master", 6379, 1, WELL)
}

fn answers(said: Vec<Result<Known, Failure>>) -> Vec<Answer> {
    let hosts = ["a:1", "b:2", "c:3"];
    let answer = |(host, said): (&&str, Result<Known, Failure>)| Answer {
        host: (*host).to_owned(),
        said: said.map(|known| vec![known]),
    };
    hosts.iter().zip(said).map(answer).collect()
}

fn refused() -> Failure {
    fault::failure(FailureKind::Unreachable, "connection refused")
}

fn read(said: Vec<Result<Known, Failure>>, node: Result<Info, Absence>) -> String {
    let answers = answers(said);
    let view = match View::new(&answers, Some("mymaster")) {
        Ok(view) => view,
        Err(failure) => return format!("{:?}: {}\n", failure.kind, failure.message),
    };
    let nodes = view
        .addresses()
        .into_iter()
        .map(|address| (address, node.clone()))
        .collect();
    let seen = view.picture(&nodes, &mut Memory::default(), 0.0);
    let mut text = format!("{}\n", seen.summary);
    for problem in &seen.problems {
        let (verdict, signal) = (problem.verdict.word(), &problem.signal);
        writeln!(text, "{verdict} {signal}: {}", problem.reason).unwrap();
    }
    text
}

fn check(said: Vec<Result<Known, Failure>>, expected: &str) {
    assert_eq!(read(said, Ok(Info::default())), expected);
}

#[test]
fn all_is_well() {
    check(
        vec![Ok(well()), Ok(well()), Ok(well())],
        "mymaster 10.0.0.1:6379, 2 replicas, 3 sentinels\n",
    );
}

#[test]
fn a_dead_master_is_seen_before_the_sentinels_agree() {
    let said = || vec![Ok(well()), Ok(well()), Ok(well())];
    assert_eq!(
        read(said(), Err(refused().into())),
        "mymaster 10.0.0.1:6379, 2 replicas, 3 sentinels\n\
         down master_down: master mymaster 10.0.0.1:6379 is down: connection refused\n"
    );
    // An address that only holds where the Sentinels are is no proof of anything.
    let far = fault::failure(FailureKind::Unreachable, "no route to it");
    assert_eq!(
        read(said(), Err(far.into())),
        "mymaster 10.0.0.1:6379, 2 replicas, 3 sentinels\n"
    );
}

#[test]
fn flags_of_the_master() {
    let with = |flags: &str| known(flags, 6379, 1, WELL);
    let head = "mymaster 10.0.0.1:6379, 2 replicas, 3 sentinels\n";
    check(
        vec![Ok(with("master,s_down")), Ok(well()), Ok(well())],
        &format!(
            "{head}degraded master_down: 1 of 3 Sentinels cannot reach master mymaster 10.0.0.1:6379\n"
        ),
    );
    check(
        vec![
            Ok(with("master,s_down,o_down,failover_in_progress")),
            Ok(with("master,s_down")),
            Ok(well()),
        ],
        &format!(
            "{head}down master_down: master mymaster 10.0.0.1:6379 is down, the Sentinels agree\n\
             degraded failover_in_progress: a failover of mymaster is in progress\n"
        ),
    );
}

#[test]
fn the_newest_configuration_wins_a_disagreement() {
    check(
        vec![Ok(well()), Ok(known("master", 6380, 2, WELL)), Ok(well())],
        "mymaster 10.0.0.1:6380, 2 replicas, 3 sentinels\n\
         degraded masters_disagree: the Sentinels disagree on mymaster: 10.0.0.1:6379 (2), 10.0.0.1:6380 (1)\n",
    );
}

#[test]
fn replicas_in_trouble() {
    let replicas = &[
        "flags=slave,s_down master-link-status=err",
        "flags=slave master-link-status=err master-link-down-time=12000",
    ];
    let said = || Ok(known("master", 6379, 1, replicas));
    check(
        vec![said(), said(), said()],
        "mymaster 10.0.0.1:6379, 0 replicas, 3 sentinels\n\
         degraded no_replica: mymaster has no replica that could take over\n\
         degraded replica_link_down: replica 10.0.0.1:7000 of mymaster: is down\n\
         degraded replica_link_down: replica 10.0.0.1:7001 of mymaster: has not heard its master for 12 s\n",
    );
}

#[test]
fn a_lost_quorum() {
    check(
        vec![Ok(well()), Err(refused()), Err(refused())],
        "mymaster 10.0.0.1:6379, 2 replicas, 1 sentinel\n\
         degraded quorum_lost: no quorum for mymaster: 1 of 3 Sentinels answer, 2 are needed\n\
         degraded sentinel_unreachable: sentinel b:2 does not answer: connection refused\n\
         degraded sentinel_unreachable: sentinel c:3 does not answer: connection refused\n",
    );
    let mut alone = well();
    alone.no_quorum = Some("1 usable Sentinels. Not enough available Sentinels to reach it".into());
    check(
        vec![Ok(alone)],
        "mymaster 10.0.0.1:6379, 2 replicas, 1 sentinel\n\
         degraded quorum_lost: no quorum for mymaster: 1 usable Sentinels\n",
    );
    // One of several is configured, and it finds the others: nothing is lost.
    check(
        vec![Ok(well())],
        "mymaster 10.0.0.1:6379, 2 replicas, 1 sentinel\n",
    );
}

#[test]
fn nobody_to_ask() {
    check(
        vec![Err(refused()), Err(refused())],
        "Unreachable: no Sentinel answers: connection refused\n",
    );
    let answers = answers(vec![Ok(well())]);
    let failure = View::new(&answers, Some("other")).unwrap_err();
    assert_eq!(
        failure.message,
        "no Sentinel knows a master `other`; they know `mymaster`"
    );
}

#[test]
fn a_failover_is_remembered() {
    let mut memory = Memory::default();
    let mut rows = |port: u16, epoch: u32, now: f64| {
        let answers = answers(vec![Ok(known("master", port, epoch, WELL))]);
        let view = View::new(&answers, None).unwrap();
        let seen = view.picture(&BTreeMap::new(), &mut memory, now);
        let found = seen.rows.into_iter();
        found
            .filter(|(label, _)| label == "last failover")
            .map(|(_, value)| value)
            .next()
    };
    assert_eq!(rows(6379, 1, 0.0), None);
    assert_eq!(
        rows(6380, 2, 30.0).as_deref(),
        Some("10.0.0.1:6379 → 10.0.0.1:6380, seen 0 s ago")
    );
    assert_eq!(
        rows(6380, 2, 42.0).as_deref(),
        Some("10.0.0.1:6379 → 10.0.0.1:6380, seen 12 s ago")
    );
}
