//! Any sequence of intents, ends and flips: what must hold whatever happens.

use super::*;
use proptest::prelude::*;

/// What may happen to an incident, from any side.
#[derive(Debug, Clone)]
enum Happening {
    Intend(Intent),
    End(u32, i32),
    Flip(usize, Verdict),
    RestartedHost,
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("on".to_owned()),
        Just("if available".to_owned()),
        Just("if no standby".to_owned()),
        "[ -~\n]{0,12}",
        ".{0,6}",
    ]
}

fn confirmation() -> impl Strategy<Value = Confirmation> {
    prop_oneof![
        Just(Confirmation::Key),
        Just(shown("prod")),
        Just(typed("prod")),
        Just(typed("dev")),
        Just(Confirmation::UpTo { level: Risk::Read }),
        Just(Confirmation::UpTo {
            level: Risk::Destroy
        }),
    ]
}

fn intent() -> impl Strategy<Value = Intent> {
    let id = || prop::sample::select(vec!["db", "other", "front", "none"]);
    let number = || (0..8u32).prop_map(|number| number.to_string());
    prop_oneof![
        (
            prop::option::of(words()),
            prop::option::of(id()),
            any::<bool>()
        )
            .prop_map(|(title, scenario, drill)| Intent::Open {
                title,
                scenario: scenario.map(|id| ScenarioId(id.into())),
                severity: None,
                drill,
            }),
        (id(), prop::option::of(words())).prop_map(|(id, reason)| Intent::SelectScenario {
            scenario: ScenarioId(id.into()),
            reason,
        }),
        (words(), prop::option::of(words()))
            .prop_map(|(to, reason)| Intent::ChangeSeverity { to, reason }),
        (
            prop::sample::select(vec!["name", "token", "mode", "else"]),
            words()
        )
            .prop_map(|(name, value)| set(name, &value)),
        words().prop_map(|option| choose_way(&option)),
        (number(), 0..3usize, confirmation()).prop_map(|(step, block, confirmation)| {
            Intent::Run {
                step,
                block,
                confirmation,
            }
        }),
        (0..9u32).prop_map(|run| Intent::Cancel { run: RunId(run) }),
        (0..9u32).prop_map(|run| Intent::Attach { run: RunId(run) }),
        (number(), words()).prop_map(|(step, reason)| Intent::Skip { step, reason }),
        (number(), prop::option::of(words()))
            .prop_map(|(step, note)| Intent::MarkDone { step, note }),
        (prop::option::of(number()), words(), any::<bool>()).prop_map(|(step, text, decision)| {
            Intent::Note {
                step,
                text,
                decision,
            }
        }),
        words().prop_map(|evidence| Intent::Mitigate { evidence }),
        words().prop_map(|resolution| Intent::Close { resolution }),
    ]
}

fn happening() -> impl Strategy<Value = Happening> {
    let verdict = prop::sample::select(vec![
        Verdict::Up,
        Verdict::Unknown,
        Verdict::Degraded,
        Verdict::Down,
    ]);
    prop_oneof![
        8 => intent().prop_map(Happening::Intend),
        8 => (0..8u32, 0..3usize, confirmation()).prop_map(|(step, block, confirmation)| {
            Happening::Intend(run(&step.to_string(), block, confirmation))
        }),
        3 => (0..9u32, 0..2i32).prop_map(|(run, code)| Happening::End(run, code)),
        2 => (0..3usize, verdict).prop_map(|(component, to)| Happening::Flip(component, to)),
        1 => Just(Happening::RestartedHost),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_replays_to_the_same_state(happenings in prop::collection::vec(happening(), 1..60)) {
        let mut world = World::new();
        world.intend(&open(Some("db"))).unwrap();
        let mut last_run = 0;
        for happening in happenings {
            let before = world.state.clone();
            match happening {
                Happening::Intend(intent) => {
                    if before.closed_at.is_some() && matches!(intent, Intent::Open { .. }) {
                        // The engine would start another record.
                        continue;
                    }
                    for fact in world.intend(&intent).unwrap_or_default() {
                        if let Fact::StepStarted { run, step, block, .. } = &fact {
                            prop_assert!(run.0 > last_run, "run ids only grow");
                            last_run = run.0;
                            let twice = before
                                .running()
                                .any(|(_, running)| running.step == *step && running.block == *block);
                            prop_assert!(!twice, "{step} block {block} ran already");
                        }
                        let note = matches!(fact, Fact::NoteAdded { .. });
                        prop_assert!(before.closed_at.is_none() || note, "{fact:?} after the close");
                    }
                }
                Happening::End(run, code) => {
                    if before.runs.get(&RunId(run)).is_some_and(|run| run.end.is_none()) {
                        world.end(run, RunEnd::Exited { code });
                    }
                }
                Happening::Flip(component, to) => {
                    let name = ["postgres", "redis", "kafka"][component];
                    world.see(&[flip(name, to, world.entries.len() as i64)]);
                }
                Happening::RestartedHost => world.secrets.clear(),
            }
            if before.closed_at.is_some() {
                prop_assert_eq!(world.state.running().count(), 0);
            }
        }
        let reread: Vec<Entry> = world
            .entries
            .iter()
            .map(|entry| Entry { fact: decode(&encode(&entry.fact)), ..entry.clone() })
            .collect();
        prop_assert_eq!(&reread, &world.entries);
        prop_assert_eq!(State::replay(&reread), world.state);
    }
}
