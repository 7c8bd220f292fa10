//! Makes a long journal for the benchmarks: one open incident of so many entries, written as the host writes them.
//!
//!     journal STATE_FOLDER ENTRIES
#![allow(clippy::unwrap_used, reason = "a helper of a benchmark, not a program")]

use breakglass::host::journal::{Append, Journal};
use breakglass::incident::{Actor, Fact, IncidentId};
use breakglass::paths::StateDir;
use jiff::Timestamp;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let state = StateDir::resolve(arguments.next().map(Into::into));
    let entries: usize = arguments.next().unwrap().parse().unwrap();
    state.create().unwrap();
    let journal = Journal::open(&state.journal()).unwrap();
    let append = |incident, facts| {
        let append = Append {
            incident,
            at: Timestamp::now(),
            actor: Actor::host(),
            facts,
        };
        journal.append_and_wait(append).unwrap();
    };
    append(
        None,
        vec![Fact::IncidentOpened {
            title: "A long night".into(),
            severity: Some("P1".into()),
            drill: false,
            detected_at: None,
            components: Vec::new(),
        }],
    );
    let notes: Vec<Fact> = (1..entries)
        .map(|number| Fact::NoteAdded {
            step: None,
            decision: false,
            text: format!("note {number}: replication is {} MB behind", number % 97),
        })
        .collect();
    for notes in notes.chunks(500) {
        append(Some(IncidentId(1)), notes.to_vec());
    }
}
