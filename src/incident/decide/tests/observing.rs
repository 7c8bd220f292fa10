//! What the host saw by itself, and what the fold keeps of it.

use super::*;

#[test]
fn service_counts_as_restored_when_what_was_down_is_up_again() {
    let mut world = World::new();
    world.components.push(view("redis", Verdict::Degraded, -9));
    world.intend(&open(None)).unwrap();
    assert_eq!(
        world.see(&[flip("postgres", Verdict::Down, 10)]),
        Vec::<String>::new(),
        "what the record has already is no news"
    );
    assert_eq!(
        world.see(&[flip("kafka", Verdict::Down, 11)]),
        ["verdict_changed"]
    );
    assert_eq!(
        world.see(&[flip("postgres", Verdict::Up, 12)]),
        ["verdict_changed"],
        "kafka is still down"
    );
    assert_eq!(
        world.see(&[flip("kafka", Verdict::Up, 13)]),
        ["verdict_changed", "mitigated"],
        "redis was never down"
    );
    assert_eq!(
        world.see(&[flip("kafka", Verdict::Degraded, 14)]),
        ["verdict_changed"]
    );
    assert!(world.state.mitigated_at.is_some());
    assert_eq!(
        world.see(&[flip("redis", Verdict::Down, 15)]),
        ["verdict_changed", "mitigation_lost"]
    );
    assert_eq!(world.state.mitigated_at, None);
    world.intend(&close()).unwrap();
    assert_eq!(
        world.see(&[flip("redis", Verdict::Up, 16)]),
        Vec::<String>::new()
    );
}

#[test]
fn a_standby_that_was_promoted_serves_though_it_has_no_standby_itself() {
    let mut world = World::with_db();
    assert_eq!(
        world.see(&[flip("postgres", Verdict::Degraded, 10)]),
        ["verdict_changed", "mitigated"]
    );
    let evidence = world.state.mitigation_evidence.clone().unwrap();
    assert!(
        evidence.starts_with("postgres degraded since "),
        "{evidence}"
    );
    assert_eq!(
        world.see(&[flip("postgres", Verdict::Up, 20)]),
        ["verdict_changed"]
    );
    assert_eq!(
        world.see(&[flip("postgres", Verdict::Down, 30)]),
        ["verdict_changed", "mitigation_lost"]
    );
}

#[test]
fn an_incident_in_which_nothing_was_red_is_never_mitigated_by_itself() {
    let mut world = World::new();
    world.components = vec![view("postgres", Verdict::Unknown, -1)];
    world.intend(&open(None)).unwrap();
    assert_eq!(
        world.see(&[flip("postgres", Verdict::Up, 3)]),
        ["verdict_changed"]
    );
    assert_eq!(
        world.see(&[
            flip("postgres", Verdict::Degraded, 4),
            flip("postgres", Verdict::Up, 5)
        ]),
        ["verdict_changed", "verdict_changed", "mitigated"]
    );
}
#[test]
fn a_flip_that_was_counted_at_a_look_without_an_answer_keeps_the_look_before() {
    let lag = |value| {
        vec![Number {
            name: "replication_lag_seconds".into(),
            value,
            warn: None,
            down: None,
            lower_is_worse: false,
        }]
    };
    let mut world = World::new();
    world.components = vec![view("postgres", Verdict::Up, -30)];
    world.intend(&open(Some("db"))).unwrap();
    // Degraded, and the look that counted was the second one, which got no answer.
    let degraded = Flip {
        last_good_at: Some(at(-4)),
        last_good_numbers: lag(7.0),
        ..flip("postgres", Verdict::Degraded, 50)
    };
    world.see(&[degraded]);
    let kept = |world: &World| {
        let known = &world.state.components["postgres"];
        let value = known.last_good_numbers.first().map(|number| number.value);
        (known.last_good_at, value)
    };
    assert_eq!(kept(&world), (Some(at(-4)), Some(7.0)));
    assert_eq!(world.state.served_until, Some(at(-4)));
    // A host that has just taken over, and whose first look fails, has seen nothing good yet.
    world.see(&[flip("postgres", Verdict::Down, 60)]);
    assert_eq!(kept(&world), (Some(at(-4)), Some(7.0)));
    // One that answers says itself what stands.
    let answered = Flip {
        numbers: lag(0.0),
        ..flip("postgres", Verdict::Up, 70)
    };
    world.see(&[answered]);
    let last = world
        .entries
        .iter()
        .rev()
        .find(|entry| matches!(entry.fact, Fact::VerdictChanged { .. }));
    assert_eq!(kept(&world), (last.map(|entry| entry.at), Some(0.0)));
}

#[test]
fn of_what_answers_while_it_is_degraded_nothing_is_known_from_before() {
    let mut world = World::new();
    world.components = vec![ComponentView {
        served_at: Some(at(-1)),
        ..view("postgres", Verdict::Degraded, -30)
    }];
    world.intend(&open(Some("db"))).unwrap();
    assert_eq!(world.state.served_until, None);
    world = World::new();
    world.components = vec![ComponentView {
        served_at: Some(at(-31)),
        ..view("postgres", Verdict::Down, -30)
    }];
    world.intend(&open(Some("db"))).unwrap();
    assert_eq!(world.state.served_until, Some(at(-31)));
}
