//! What the host saw by itself: flips of verdicts become facts, and so does the return of service.

use crate::health::{Flip, Number, Verdict};
use crate::incident::fact::Fact;
use crate::incident::state::{ComponentState, State};
use jiff::Timestamp;

/// The facts that follow from flips while the incident is open, in order; none where it is not.
///
/// The record's verdict is what a flip is measured against: a host that has just taken over starts
/// from `unknown`, and what it sees again is no news. Each fact happened at its flip's `at`; the last
/// flip's time is also that of `Mitigated` or `MitigationLost`, which come last.
pub fn observe(state: &State, flips: &[Flip]) -> Vec<Fact> {
    if !state.is_open() {
        return Vec::new();
    }
    // Only what the judgement below needs of the state is carried along.
    let mut after = State {
        components: state.components.clone(),
        ..State::default()
    };
    let mut facts = Vec::new();
    let mut reddened: Vec<&Flip> = Vec::new();
    for flip in flips {
        let known = after.components.get(&flip.component);
        let from = known.map_or(flip.from, |known| known.verdict);
        if from == flip.to {
            continue;
        }
        let worst = known.map_or(flip.to, |known| known.worst.max(flip.to));
        after.components.insert(
            flip.component.clone(),
            ComponentState {
                verdict: flip.to,
                worst,
                since: flip.at,
                reason: flip.reason.clone(),
                last_good_at: flip.last_good_at,
                last_good_numbers: Vec::new(),
            },
        );
        if flip.to > from && flip.to >= Verdict::Degraded {
            reddened.push(flip);
        }
        facts.push(Fact::VerdictChanged {
            component: flip.component.clone(),
            from,
            to: flip.to,
            reason: flip.reason.clone(),
            numbers: plain(&flip.numbers),
            last_good_at: flip.last_good_at,
            last_good_numbers: plain(&flip.last_good_numbers),
        });
    }
    if facts.is_empty() {
        return facts;
    }
    let restored = {
        let mut affected = after.affected().peekable();
        affected.peek().is_some() && affected.all(|(_, state)| state.is_restored())
    };
    match state.mitigated_at {
        None if restored => facts.push(Fact::Mitigated {
            evidence: after
                .affected()
                .map(|(name, state)| {
                    format!(
                        "{name} {} since {}: {}",
                        state.verdict.word(),
                        second(state.since),
                        state.reason
                    )
                })
                .collect::<Vec<_>>()
                .join("; "),
        }),
        Some(_) if !restored => {
            // A component that only got slower does not undo the return of one that was down.
            let lost = reddened.into_iter().find(|flip| {
                after
                    .affected()
                    .any(|(name, state)| name == flip.component && state.verdict == state.worst)
            });
            if let Some(flip) = lost {
                facts.push(Fact::MitigationLost {
                    evidence: format!(
                        "{} {} since {}: {}",
                        flip.component,
                        flip.to.word(),
                        second(flip.at),
                        flip.reason
                    ),
                });
            }
        }
        None | Some(_) => {}
    }
    facts
}

/// A moment in words that people read in a hurry; the entry has it exactly.
fn second(at: Timestamp) -> impl std::fmt::Display {
    at.strftime("%Y-%m-%d %H:%M:%S UTC")
}

/// Numbers as they can be written and read back to the same bits: no infinities, six decimals.
pub(super) fn plain(numbers: &[Number]) -> Vec<Number> {
    let round = |value: f64| (value * 1e6).round() / 1e6;
    let limit = |value: Option<f64>| value.filter(|value| value.is_finite()).map(round);
    numbers
        .iter()
        .filter(|number| number.value.is_finite())
        .map(|number| Number {
            value: round(number.value),
            warn: limit(number.warn),
            down: limit(number.down),
            ..number.clone()
        })
        .collect()
}
