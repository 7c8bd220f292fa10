//! Readings in, verdicts out, as text: a look a line, and what stands after it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::config::{Component, Settings};
use crate::health::{Failure, FailureKind, Observation, Problem};
use std::fmt::Write;

fn component(kind: ComponentKind) -> Component {
    let settings = match kind {
        ComponentKind::Postgres | ComponentKind::Kubernetes => {
            Settings::Postgres(crate::config::Postgres::default())
        }
        ComponentKind::Redis => Settings::Redis(crate::config::Redis::default()),
        ComponentKind::Sentinel => Settings::Sentinel(crate::config::Sentinel::default()),
        ComponentKind::Http => Settings::Http(crate::config::Http::default()),
        ComponentKind::Tcp => Settings::Tcp {
            address: "q:1".into(),
        },
        ComponentKind::Command => Settings::Command(crate::config::Command::default()),
    };
    Component::new("it", settings)
}

/// `refused`, `timeout`, `denied` …, `!down:no_primary`, and numbers as `name=value`.
fn reading(second: i64, words: &str) -> Reading {
    let mut seen = Observation {
        summary: "fine".into(),
        ..Observation::default()
    };
    let mut failure = None;
    for word in words.split_whitespace() {
        let kind = match word {
            "refused" => Some(FailureKind::Unreachable),
            "timeout" => Some(FailureKind::Timeout),
            "denied" => Some(FailureKind::Denied),
            "garbled" => Some(FailureKind::Protocol),
            "misconfigured" => Some(FailureKind::Misconfigured),
            _ => None,
        };
        if let Some(kind) = kind {
            failure = Some(Failure {
                kind,
                message: word.into(),
            });
        } else if let Some(rest) = word.strip_prefix('!') {
            let (verdict, signal) = rest.split_once(':').unwrap();
            seen.problems.push(Problem {
                verdict: match verdict {
                    "down" => Verdict::Down,
                    _ => Verdict::Degraded,
                },
                signal: signal.into(),
                reason: signal.replace('_', " "),
            });
        } else if let Some((name, value)) = word.split_once('=') {
            seen.numbers.push(Number {
                name: name.into(),
                value: value.parse().unwrap(),
                warn: None,
                down: None,
                lower_is_worse: false,
            });
        }
    }
    Reading {
        at: Timestamp::from_second(second).unwrap(),
        took_ms: 7,
        outcome: failure.map_or(Outcome::Seen(seen), Outcome::Failed),
    }
}

/// Every line is `words of a look => verdict: reason`; a flip is marked with `*`.
fn check(component: &Component, table: &str) {
    let mut monitor = Monitor::new(std::slice::from_ref(component));
    let mut found = String::new();
    let mut expected = String::new();
    for (second, line) in table.trim().lines().enumerate() {
        let (words, after) = line.trim().split_once("=>").unwrap();
        let flip = monitor.take("it", reading(second as i64 + 1, words));
        let view = monitor.view("it").unwrap();
        if let Some(flip) = &flip {
            assert_eq!(flip.to, view.verdict);
            assert_ne!(flip.from, flip.to);
        }
        let mark = if flip.is_some() { "*" } else { "" };
        let words = words.trim();
        writeln!(
            found,
            "{words} => {mark}{}: {}",
            view.verdict.word(),
            view.reason
        )
        .unwrap();
        writeln!(expected, "{words} => {}", after.trim()).unwrap();
    }
    assert_eq!(found, expected);
}

#[test]
fn a_timeout_needs_two_looks_and_a_refusal_one() {
    check(
        &component(ComponentKind::Postgres),
        "
        up => *up: fine
        timeout => up: timeout (look 1 of 2)
        up => up: fine
        timeout => up: timeout (look 1 of 2)
        timeout => *down: timeout
        refused => down: refused
        up => down: refused; now up (look 1 of 2)
        timeout => down: timeout
        up => down: timeout; now up (look 1 of 2)
        up => *up: fine
        refused => *down: refused
        ",
    );
}

#[test]
fn nothing_is_known_before_the_first_look() {
    let component = component(ComponentKind::Http);
    let monitor = Monitor::new(std::slice::from_ref(&component));
    let view = monitor.view("it").unwrap();
    assert_eq!(
        (view.verdict, view.reason.as_str(), view.since, view.at),
        (Verdict::Unknown, "not looked at yet", None, None)
    );
    check(
        &component,
        "timeout => unknown: timeout (look 1 of 2)\ntimeout => *down: timeout",
    );
    check(
        &component,
        "garbled => unknown: garbled (look 1 of 2)\nup => *up: fine",
    );
    check(
        &component,
        "denied => unknown: denied\ndenied => unknown: denied\nup => *up: fine",
    );
    check(&component, "refused => *down: refused");
}

#[test]
fn a_login_that_is_refused_says_nothing_about_the_component() {
    check(
        &component(ComponentKind::Redis),
        "
        up => *up: fine
        denied => up: denied (look 1 of 2)
        denied => *unknown: denied
        up => *up: fine
        misconfigured => *unknown: misconfigured
        ",
    );
}

#[test]
fn what_a_component_says_of_itself_counts_by_how_bad_it_is() {
    check(
        &component(ComponentKind::Postgres),
        "
        up => *up: fine
        !degraded:no_replica => up: no replica (look 1 of 2)
        !degraded:no_replica => *degraded: no replica
        !down:two_primaries !degraded:no_replica => *down: two primaries
        !degraded:no_replica => down: two primaries; now degraded (look 1 of 2)
        up => *degraded: no replica
        up => degraded: no replica; now up (look 1 of 2)
        up => *up: fine
        ",
    );
}

#[test]
fn a_number_clears_a_tenth_below_its_threshold() {
    check(
        &component(ComponentKind::Postgres),
        "
        replication_lag_seconds=29 => *up: fine
        replication_lag_seconds=30 => up: replication lag 30 s (degraded past 30 s) (look 1 of 2)
        replication_lag_seconds=31 => *degraded: replication lag 31 s (degraded past 30 s)
        replication_lag_seconds=28 => degraded: replication lag 28 s (degraded past 30 s)
        replication_lag_seconds=26 => degraded: replication lag 28 s (degraded past 30 s); now up (look 1 of 2)
        replication_lag_seconds=28 => *up: fine
        replication_lag_seconds=400 => up: replication lag 6m40s (down past 5m) (look 1 of 2)
        replication_lag_seconds=40 => *degraded: replication lag 40 s (degraded past 30 s)
        ",
    );
    check(
        &component(ComponentKind::Http),
        "
        certificate_days_left=15 => *up: fine
        certificate_days_left=14 => up: certificate 14 days left (degraded below 14 days left) (look 1 of 2)
        certificate_days_left=14 => *degraded: certificate 14 days left (degraded below 14 days left)
        certificate_days_left=15 => degraded: certificate 15 days left (degraded below 14 days left)
        certificate_days_left=90 => degraded: certificate 15 days left (degraded below 14 days left); now up (look 1 of 2)
        certificate_days_left=90 => *up: fine
        ",
    );
}

#[test]
fn the_components_own_thresholds_replace_the_defaults() {
    let mut own = component(ComponentKind::Command);
    (own.bad_after, own.good_after) = (1, 1);
    own.thresholds.insert(
        "value".into(),
        Threshold {
            warn: Some(10.0),
            down: Some(5.0),
        },
    );
    // `down` below `warn` says that falling is bad.
    check(
        &own,
        "
        value=11 => *up: fine
        value=9.5 => *degraded: value 9.5 (degraded below 10)
        value=5 => *down: value 5 (down below 5)
        value=20 => *up: fine
        ",
    );
}

#[test]
fn the_last_good_reading_stays_with_its_age() {
    let it = component(ComponentKind::Postgres);
    let mut monitor = Monitor::new(std::slice::from_ref(&it));
    monitor.take(
        "it",
        reading(1, "replication_lag_seconds=1 connections_used_percent=9"),
    );
    let flip = monitor.take("it", reading(2, "refused")).unwrap();
    assert_eq!(flip.last_good_at, Some(Timestamp::from_second(1).unwrap()));
    assert_eq!(flip.last_good_numbers.len(), 2);
    assert_eq!(flip.numbers, []);
    let view = monitor.view("it").unwrap();
    assert_eq!(view.numbers[0].value.to_bits(), 1.0_f64.to_bits());
    assert_eq!(view.numbers[0].warn, Some(30.0));
    assert_eq!(view.last_good_at, Some(Timestamp::from_second(1).unwrap()));
    assert_eq!(view.at, Some(Timestamp::from_second(2).unwrap()));
    assert_eq!(view.signals, ["unreachable"]);
    assert_eq!(view.history, [Some(1.0), None]);
    // One that answers carries its own numbers.
    monitor.take("it", reading(3, "up"));
    let flip = monitor
        .take("it", reading(4, "replication_lag_seconds=2"))
        .unwrap();
    assert_eq!((flip.last_good_at, flip.numbers.len()), (None, 1));
}

#[test]
fn what_stood_before_a_loss_is_kept_though_what_is_left_answers() {
    let it = component(ComponentKind::Postgres);
    let mut monitor = Monitor::single_look(std::slice::from_ref(&it));
    let at = |second| Some(Timestamp::from_second(second).unwrap());
    monitor.take("it", reading(1, "replication_lag_seconds=1"));
    monitor.take("it", reading(2, "replication_lag_seconds=40"));
    let lost = "!down:no_primary replication_lag_seconds=900";
    let flip = monitor.take("it", reading(3, lost)).unwrap();
    assert_eq!(
        (flip.to, flip.last_good_at, flip.last_good_numbers[0].value),
        (Verdict::Down, at(2), 40.0),
        "a slow standby is still the standby that is promoted"
    );
    monitor.take("it", reading(4, lost));
    let view = monitor.view("it").unwrap();
    assert_eq!((view.last_good_at, view.served_at), (at(4), at(2)));
    assert_eq!(view.served_numbers, flip.last_good_numbers);
}

#[test]
fn the_history_is_short_and_follows_the_number_that_says_most() {
    let it = component(ComponentKind::Postgres);
    let mut monitor = Monitor::new(std::slice::from_ref(&it));
    monitor.take("it", reading(1, "up"));
    let view = monitor.view("it").unwrap();
    assert_eq!(
        (view.history_name.as_str(), &view.history[..]),
        ("took_ms", &[Some(7.0)][..])
    );
    monitor.take("it", reading(2, "connections_used_percent=9"));
    assert_eq!(
        monitor.view("it").unwrap().history_name,
        "connections_used_percent"
    );
    for second in 0..300 {
        monitor.take(
            "it",
            reading(
                second,
                "replication_lag_seconds=1 connections_used_percent=9",
            ),
        );
    }
    let view = monitor.view("it").unwrap();
    assert_eq!(view.history_name, "replication_lag_seconds");
    assert_eq!(view.history.len(), HISTORY);
    monitor.take("it", reading(400, "connections_used_percent=9"));
    assert_eq!(monitor.view("it").unwrap().history.last(), Some(&None));
}

#[test]
fn too_many_connections_is_not_a_bad_password() {
    let it = component(ComponentKind::Postgres);
    let mut monitor = Monitor::single_look(std::slice::from_ref(&it));
    let mut full = reading(1, "denied");
    full.outcome = Outcome::Failed(Failure {
        kind: FailureKind::Denied,
        message: "FATAL: sorry, too many clients already".into(),
    });
    monitor.take("it", full);
    let view = monitor.view("it").unwrap();
    assert_eq!(view.verdict, Verdict::Down);
    assert_eq!(view.signals, ["connections_exhausted", "denied"]);
}

#[test]
fn what_stays_configured_is_not_forgotten() {
    let it = component(ComponentKind::Tcp);
    let mut monitor = Monitor::new(std::slice::from_ref(&it));
    monitor.take("it", reading(1, "refused"));
    let mut other = component(ComponentKind::Http);
    other.name = "other".into();
    let mut longer = it.clone();
    longer.interval = std::time::Duration::from_secs(60);
    monitor.reconfigure(&[other, longer]);
    let views = monitor.views();
    assert_eq!(views[0].verdict, Verdict::Unknown);
    assert_eq!(views[1].verdict, Verdict::Down);
    assert_eq!(views[1].interval_seconds.to_bits(), 60.0_f64.to_bits());
    assert_eq!(monitor.take("gone", reading(2, "up")), None);
}
