//! Where the primary's log stood when: so that a replica's position has an age.
//!
//! What the server reports as `replay_lag` stands still while a replica does not answer, and a standby's own clock
//! grows while nothing is written. The age of the first byte that a replica has not replayed does neither.

use std::collections::VecDeque;

const LONGEST: usize = 2_048;

/// Times (seconds) and positions, both rising.
#[derive(Debug, Default)]
pub(super) struct Trail {
    of: String,
    samples: VecDeque<(f64, u64)>,
    /// The least time between samples, once there are many.
    gap: f64,
}

impl Trail {
    /// Notes the primary's position; another primary starts anew.
    pub fn note(&mut self, primary: &str, now: f64, position: u64) {
        let last = self.samples.back().copied();
        if self.of != primary || last.is_some_and(|(_, last)| position < last) {
            self.samples.clear();
            self.gap = 0.0;
            primary.clone_into(&mut self.of);
        } else if last.is_some_and(|(at, last)| position == last || now - at < self.gap) {
            return;
        }
        self.samples.push_back((now, position));
        if self.samples.len() > LONGEST
            && let Some((began, _)) = self.samples.front()
        {
            // An age is off by a thousandth of the time that is looked back, at most.
            self.gap = 2.0 * (now - began) / LONGEST as f64;
            let mut index = 0;
            self.samples.retain(|_| {
                index += 1;
                index % 2 == 1
            });
        }
    }

    /// Seconds since the primary was first seen past `position`; 0 where it has not been.
    pub fn age(&self, now: f64, position: u64) -> f64 {
        self.samples
            .iter()
            .find(|(_, seen)| *seen > position)
            .map_or(0.0, |(at, _)| (now - at).max(0.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::float_cmp, reason = "whole seconds are exact")]
    fn the_age_of_what_was_not_replayed() {
        let mut trail = Trail::default();
        for (now, position) in [
            (0.0, 100),
            (5.0, 100),
            (10.0, 160),
            (15.0, 200),
            (20.0, 200),
        ] {
            trail.note("a", now, position);
        }
        assert_eq!(trail.age(20.0, 200), 0.0, "idle is no lag");
        assert_eq!(trail.age(300.0, 200), 0.0, "idle for long is no lag either");
        assert_eq!(trail.age(20.0, 160), 5.0);
        assert_eq!(trail.age(20.0, 159), 10.0);
        assert_eq!(trail.age(20.0, 100), 10.0);
        trail.note("b", 25.0, 90);
        assert_eq!(trail.age(30.0, 95), 0.0, "another primary starts anew");
        assert_eq!(trail.age(30.0, 80), 5.0);
    }

    #[test]
    fn it_is_bounded_and_keeps_its_ends() {
        let mut trail = Trail::default();
        for tick in 0..20_000_u32 {
            trail.note("a", f64::from(tick), u64::from(tick) * 10);
        }
        assert!(trail.samples.len() <= LONGEST);
        assert!(trail.age(20_000.0, 5) > 19_900.0);
        assert!(trail.age(20_000.0, 199_985) < 40.0);
    }
}
