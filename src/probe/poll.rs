//! When to look: an interval with jitter, a limit for each look, back-off while looks fail.
//!
//! It must not know what is looked at.

use super::Look;
use super::fault;
use crate::health::{Outcome, Reading};
use jiff::Timestamp;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::Instant;

/// How far a turn is moved either way, so that many consoles do not ask at the same moment.
const JITTER: f64 = 0.1;

/// Failing looks are at most this far apart, unless the interval is longer: in an outage the first answer matters.
const LONGEST: Duration = Duration::from_secs(30);

/// The time between looks.
#[derive(Debug, Clone)]
pub(super) struct Pace {
    interval: Duration,
    /// Looks in a row that failed.
    failures: u32,
}

impl Pace {
    pub fn new(interval: Duration) -> Self {
        Pace {
            interval,
            failures: 0,
        }
    }

    /// From the start of the look that ended with `failed` to the start of the next; `random` is within 0..1.
    ///
    /// The first two failures change nothing: they are what a verdict waits for. Then the time doubles, up to eight
    /// intervals or half a minute; one answer resets it.
    pub fn next(&mut self, failed: bool, random: f64) -> Duration {
        self.failures = if failed {
            self.failures.saturating_add(1)
        } else {
            0
        };
        let doublings = self.failures.saturating_sub(2).min(3);
        let wait = (self.interval * 2_u32.pow(doublings)).min(LONGEST.max(self.interval));
        wait.mul_f64(1.0 + JITTER * (2.0 * random - 1.0))
    }
}

/// Between 0 and 1, from the seed that the standard library gives each of its hashers.
fn random() -> f64 {
    RandomState::new().build_hasher().finish() as f64 / u64::MAX as f64
}

/// One look within its limit.
pub(super) async fn reading<E: Look>(eye: &mut E) -> Reading {
    let (limit, began) = (eye.limit(), Instant::now());
    let outcome = tokio::time::timeout(limit, eye.look())
        .await
        .unwrap_or_else(|_| Outcome::Failed(fault::timed_out(limit)));
    Reading {
        at: Timestamp::now(),
        took_ms: began.elapsed().as_millis() as u64,
        outcome,
    }
}

/// Looks at every turn, and when asked to, until nobody listens any more.
pub(super) async fn run<E: Look>(
    mut eye: E,
    mut pace: Pace,
    name: String,
    sink: mpsc::Sender<(String, Reading)>,
    mut asked: mpsc::Receiver<()>,
) {
    loop {
        let began = Instant::now();
        let reading = reading(&mut eye).await;
        let failed = matches!(reading.outcome, Outcome::Failed(_));
        let wait = pace.next(failed, random());
        // A look that took longer than its turn is followed by a short rest, not by none.
        let next = (began + wait).max(Instant::now() + wait / 10);
        let mut newest = Some(reading);
        loop {
            tokio::select! {
                biased;
                room = sink.reserve(), if newest.is_some() => {
                    let (Ok(room), Some(reading)) = (room, newest.take()) else { return };
                    room.send((name.clone(), reading));
                }
                () = sink.closed(), if newest.is_none() => return,
                asked = asked.recv() => match asked {
                    Some(()) => break,
                    None => return,
                },
                () = tokio::time::sleep_until(next) => break,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::health::{FailureKind, Observation};
    use std::collections::VecDeque;

    const INTERVAL: Duration = Duration::from_secs(5);

    #[test]
    fn failing_looks_get_rarer_and_one_answer_resets_that() {
        let check = |interval: u64, looks: &str, expected: &[u64]| {
            let mut pace = Pace::new(Duration::from_secs(interval));
            let waits: Vec<u64> = looks
                .chars()
                .map(|look| pace.next(look == 'x', 0.5).as_secs())
                .collect();
            assert_eq!(waits, expected, "{looks}");
        };
        check(5, "oooo", &[5, 5, 5, 5]);
        check(1, "xxxxxxxo", &[1, 1, 2, 4, 8, 8, 8, 1]);
        check(5, "xxxxxxox", &[5, 5, 10, 20, 30, 30, 5, 5]);
        check(60, "xxxxx", &[60, 60, 60, 60, 60]);
    }

    #[test]
    fn jitter_stays_within_a_tenth() {
        let mut pace = Pace::new(INTERVAL);
        assert_eq!(pace.next(false, 0.0), Duration::from_millis(4_500));
        assert_eq!(pace.next(false, 1.0), Duration::from_millis(5_500));
        for _ in 0..1_000 {
            assert!((0.0..=1.0).contains(&random()));
        }
    }

    /// Answers in turn as its script says: `o` answers, `x` fails, `-` hangs.
    struct Script {
        looks: VecDeque<char>,
        told: mpsc::UnboundedSender<Instant>,
    }

    impl Look for Script {
        fn limit(&self) -> Duration {
            Duration::from_secs(3)
        }

        async fn look(&mut self) -> Outcome {
            self.told.send(Instant::now()).unwrap();
            match self.looks.pop_front() {
                Some('o') => Outcome::Seen(Observation::default()),
                Some('x') => Outcome::Failed(fault::failure(FailureKind::Protocol, "no")),
                _ => std::future::pending().await,
            }
        }
    }

    struct Rig {
        readings: mpsc::Receiver<(String, Reading)>,
        looks: mpsc::UnboundedReceiver<Instant>,
        refresh: mpsc::Sender<()>,
        task: tokio::task::JoinHandle<()>,
    }

    fn rig(script: &str, room: usize) -> Rig {
        let (sink, readings) = mpsc::channel(room);
        let (told, looks) = mpsc::unbounded_channel();
        let (refresh, asked) = mpsc::channel(1);
        let eye = Script {
            looks: script.chars().collect(),
            told,
        };
        let task = tokio::spawn(run(eye, Pace::new(INTERVAL), "it".into(), sink, asked));
        Rig {
            readings,
            looks,
            refresh,
            task,
        }
    }

    impl Rig {
        /// How it ended and how long after the look before, in whole seconds (jitter is under one).
        async fn next(&mut self) -> (char, Instant) {
            let at = self.looks.recv().await.unwrap();
            let (name, reading) = self.readings.recv().await.unwrap();
            assert_eq!(name, "it");
            let word = match reading.outcome {
                Outcome::Seen(_) => 'o',
                Outcome::Failed(failure) if failure.kind == FailureKind::Timeout => '-',
                Outcome::Failed(_) => 'x',
            };
            (word, at)
        }
    }

    #[tokio::test(start_paused = true)]
    async fn looks_at_once_then_at_every_turn_and_rarely_while_failing() {
        let mut rig = rig("ooxxxxoo", 1);
        let began = Instant::now();
        let (word, mut before) = rig.next().await;
        assert_eq!((word, before - began), ('o', Duration::ZERO));
        for (expected, least, most) in [
            ('o', 4.5, 5.5),
            ('x', 4.5, 5.5),
            ('x', 4.5, 5.5),
            ('x', 4.5, 5.5),
            ('x', 9.0, 11.0),
            ('o', 18.0, 22.0),
            ('o', 4.5, 5.5),
        ] {
            let (word, at) = rig.next().await;
            let gap = (at - before).as_secs_f64();
            assert_eq!(word, expected);
            assert!(
                (least..=most).contains(&gap),
                "{gap} is not within {least}..{most}"
            );
            before = at;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_look_that_hangs_is_a_timeout_and_the_next_one_happens() {
        let mut rig = rig("-o", 1);
        let began = Instant::now();
        let (word, _) = rig.next().await;
        assert_eq!(word, '-');
        assert_eq!(began.elapsed(), Duration::from_secs(3));
        assert_eq!(rig.next().await.0, 'o');
    }

    #[tokio::test(start_paused = true)]
    async fn a_refresh_looks_at_once() {
        let mut rig = rig("oo", 1);
        let (_, first) = rig.next().await;
        rig.refresh.send(()).await.unwrap();
        let (_, second) = rig.next().await;
        assert_eq!(first, second);
    }

    #[tokio::test(start_paused = true)]
    async fn the_latest_reading_wins_where_the_sink_is_full() {
        let mut rig = rig("oxxxxxxo", 1);
        // Nobody reads: the first one fills the sink, of the others only the last is kept.
        for _ in 0..8 {
            rig.looks.recv().await.unwrap();
        }
        tokio::task::yield_now().await;
        let first = rig.readings.recv().await.unwrap().1;
        let second = rig.readings.recv().await.unwrap().1;
        assert!(matches!(first.outcome, Outcome::Seen(_)));
        assert!(matches!(second.outcome, Outcome::Seen(_)), "{second:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn it_ends_when_nobody_listens() {
        let mut rig = rig("ooo", 1);
        rig.next().await;
        drop(rig.readings);
        rig.task.await.unwrap();
    }
}
