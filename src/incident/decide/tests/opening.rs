//! Opening, objectives, and what a closed incident still takes.

use super::*;

#[test]
fn opening_takes_what_the_scenario_says() {
    let world = World::with_db();
    let state = &world.state;
    assert_eq!(state.title, "Database Failure");
    assert_eq!(state.severity.as_deref(), Some("P0"));
    assert_eq!(state.detected_at, Some(at(-30)));
    assert_eq!(state.rto_seconds, Some(900), "the scenario's own");
    assert_eq!(
        state.rpo_seconds,
        Some(300),
        "the document's objective for databases, though event streams are stricter"
    );
    assert_eq!(state.scenario_source.as_deref(), Some("dr.md"));
}

#[test]
fn objectives_fall_back_to_front_matter_then_to_the_strictest_then_to_the_config() {
    let objectives = |id: &str| {
        let mut world = World::new();
        world.intend(&open(Some(id))).unwrap();
        (
            world.state.rto_seconds,
            world.state.rpo_seconds,
            world.state.severity.clone(),
        )
    };
    assert_eq!(objectives("other"), (Some(3600), Some(300), None));
    assert_eq!(objectives("front"), (Some(900), Some(7), Some("P3".into())));
    let mut world = World::new();
    world.runbooks[0].objectives.clear();
    world.intend(&open(Some("other"))).unwrap();
    assert_eq!(
        (world.state.rto_seconds, world.state.rpo_seconds),
        (None, Some(1))
    );
}

#[test]
fn an_empty_incident_is_named_after_what_is_red() {
    let mut world = World::new();
    world.intend(&open(None)).unwrap();
    assert_eq!(world.state.title, "postgres down: no primary answers");
    assert_eq!(
        world.refused(&run("1", 0, Confirmation::Key)),
        "no scenario is selected: pick one first"
    );
}

#[test]
fn one_incident_at_a_time_and_a_closed_one_takes_notes_only() {
    let mut world = World::new();
    let note = Intent::Note {
        step: None,
        text: "called the DBA".into(),
        decision: false,
    };
    assert_eq!(world.refused(&note), "no incident is open: open one first");
    world.intend(&open(Some("db"))).unwrap();
    assert_eq!(
        world.refused(&open(None)),
        "INC-1 is open already: close it first, or switch its scenario"
    );
    assert_eq!(
        world.refused(&Intent::Close {
            resolution: "  ".into()
        }),
        "the resolution is empty: say it in a few words"
    );
    world.intend(&close()).unwrap();
    assert_eq!(
        world.refused(&run("1", 0, Confirmation::Key)),
        "INC-1 is closed: notes can still be added, for anything else open a new incident"
    );
    assert_eq!(world.refused(&note), "");
    assert!(matches!(
        world.ask(&open(None)).unwrap()[..],
        [Fact::IncidentOpened { .. }]
    ));
}
