//! States and a moment in, figures out.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::health::Verdict;
use crate::incident::state::ComponentState;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap()
}

fn open() -> State {
    State {
        detected_at: Some(at(0)),
        served_until: Some(at(-3) + SignedDuration::from_millis(500)),
        opened_at: Some(at(30)),
        rto_seconds: Some(900),
        rpo_seconds: Some(300),
        ..State::default()
    }
}

fn component(worst: Verdict, number: &str, value: f64) -> ComponentState {
    ComponentState {
        verdict: worst,
        worst,
        since: at(0),
        reason: String::new(),
        last_good_at: Some(at(-2)),
        last_good_numbers: vec![Number {
            name: number.into(),
            value,
            warn: None,
            down: None,
            lower_is_worse: false,
        }],
    }
}

#[test]
fn the_rto_counts_from_detection_past_zero_and_stops_when_service_is_back() {
    let mut state = open();
    let rto = |state: &State, now| {
        let rto = read(state, &[], at(now)).rto.unwrap();
        (hms(rto.used), hms(rto.left), rto.stopped)
    };
    let said = |used: &str, left: &str, stopped| (used.to_owned(), left.to_owned(), stopped);
    assert_eq!(rto(&state, 761), said("00:12:41", "00:02:19", false));
    assert_eq!(rto(&state, 905), said("00:15:05", "-00:00:05", false));
    state.mitigated_at = Some(at(800));
    assert_eq!(rto(&state, 905), said("00:13:20", "00:01:40", true));
    assert_eq!(hms(read(&state, &[], at(905)).age), "00:15:05");
    state.closed_at = Some(at(1000));
    assert_eq!(hms(read(&state, &[], at(5000)).age), "00:16:40");
    state.rto_seconds = Some(u64::MAX);
    assert!(read(&state, &[], at(905)).rto.unwrap().left > SignedDuration::ZERO);
}

#[test]
fn what_would_be_lost_is_the_lag_before_the_loss_else_the_backups_age() {
    let mut state = open();
    assert_eq!(read(&state, &[], at(10)).at_risk, None);
    state
        .components
        .insert("files".into(), component(Verdict::Down, BACKUP_AGE, 100.0));
    let risk = |state: &State| {
        let risk = read(state, &[], at(10)).at_risk.unwrap();
        (risk.component, risk.seconds, risk.as_of)
    };
    assert_eq!(risk(&state), ("files".into(), 112.0, at(-2)));
    state.components.insert(
        "postgres".into(),
        component(Verdict::Down, REPLICATION_LAG, 38.0),
    );
    // One that was never down does not count, however far it lags.
    state.components.insert(
        "redis".into(),
        component(Verdict::Up, REPLICATION_LAG, 99.0),
    );
    assert_eq!(risk(&state), ("postgres".into(), 38.0, at(-2)));
}

#[test]
fn a_duration_that_is_not_known_says_why() {
    let mut state = open();
    let said = |state: &State| -> Vec<String> {
        stretches(state)
            .iter()
            .map(|stretch| {
                let value = stretch
                    .ms
                    .map_or_else(|| stretch.absent.unwrap().to_owned(), |ms| ms.to_string());
                format!("{} = {} = {value}", stretch.name, stretch.formula)
            })
            .collect()
    };
    assert_eq!(
        said(&state),
        [
            "time to detect, at most = detected − last seen in service = 2500",
            "time to acknowledge = opened − detected = 30000",
            "time to first action = first action − detected = no step was run, skipped or marked",
            "time to mitigate = mitigated − detected = service is not restored yet",
            "time to resolve = resolved − detected = it is still open",
        ]
    );
    state.detected_at = None;
    state.closed_at = Some(at(60));
    assert_eq!(
        said(&state)[1..],
        [
            "time to acknowledge = opened − detected = nothing red was seen by the host",
            "time to first action = first action − opened = no step was run, skipped or marked",
            "time to mitigate = mitigated − opened = nothing in the record shows that service was restored",
            "time to resolve = resolved − opened = 30000",
        ]
    );
    // People can know before probes do …
    state.detected_at = Some(at(40));
    assert_eq!(
        said(&state)[1],
        "time to acknowledge = opened − detected = it was opened before anything red was seen"
    );
    assert_eq!(
        said(&state)[4],
        "time to resolve = resolved − opened = 30000"
    );
    // … but in a drill it is they who break things.
    state.drill = true;
    assert_eq!(
        said(&state)[4],
        "time to resolve = resolved − detected = 20000"
    );
}

#[test]
fn spans_are_read_at_a_glance() {
    assert_eq!(
        [7, 12_345, 245_000, 7_380_000].map(span),
        ["7 ms", "12.3 s", "4 min 05 s", "2 h 03 min 00 s"]
    );
}
