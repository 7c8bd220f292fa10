//! Probes against real servers: what is well, what breaks, and what is seen of it.

mod postgres;
mod redis;
mod web;

use breakglass::config::{Component, Settings};
use breakglass::health::{Failure, Observation, Outcome, Reading, Verdict};
use breakglass::probe::{self, Probe};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::Instant;

/// Longer than anything takes that is going to happen.
const PATIENCE: Duration = Duration::from_secs(60);

fn component(settings: Settings) -> Component {
    let mut component = Component::new("it", settings);
    component.interval = Duration::from_millis(200);
    component.timeout = Duration::from_secs(10);
    component
}

async fn look(settings: Settings) -> Outcome {
    probe::look(&component(settings)).await.outcome
}

async fn seen(settings: Settings) -> Observation {
    match look(settings).await {
        Outcome::Seen(seen) => seen,
        Outcome::Failed(failure) => panic!("{failure:?}"),
    }
}

async fn failed(settings: Settings) -> Failure {
    match look(settings).await {
        Outcome::Seen(seen) => panic!("{seen:?}"),
        Outcome::Failed(failure) => failure,
    }
}

/// A probe that goes on, as the host's do.
struct Watch {
    probe: Probe,
    readings: mpsc::Receiver<(String, Reading)>,
}

impl Watch {
    fn start(component: Component) -> Watch {
        let (sink, readings) = mpsc::channel(1);
        Watch {
            probe: probe::spawn(component, sink),
            readings,
        }
    }

    async fn next(&mut self) -> Outcome {
        let next = tokio::time::timeout(PATIENCE, self.readings.recv());
        next.await.unwrap().unwrap().1.outcome
    }

    /// Waits for an observation that fits; says what was seen last where none comes.
    async fn until(&mut self, what: &str, fits: impl Fn(&Observation) -> bool) -> Observation {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let outcome = self.next().await;
            assert!(Instant::now() < deadline, "{what}: {outcome:#?}");
            if let Outcome::Seen(seen) = outcome
                && fits(&seen)
            {
                return seen;
            }
        }
    }
}

fn raised<'a>(seen: &'a Observation, signal: &str) -> Option<(Verdict, &'a str)> {
    let found = seen.problems.iter().find(|known| known.signal == signal)?;
    Some((found.verdict, found.reason.as_str()))
}

fn number(seen: &Observation, name: &str) -> Option<f64> {
    let found = seen.numbers.iter().find(|number| number.name == name);
    found.map(|number| number.value)
}
