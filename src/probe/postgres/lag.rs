//! How far a replica is behind, and how full a server is.
//!
//! PURE.

use super::server::{Replica, Snapshot};
use super::trail::Trail;

/// How far a replica is behind its primary.
pub(super) struct Lag {
    pub bytes: f64,
    pub seconds: f64,
}

impl Lag {
    /// Nothing to replay is no lag, however long ago the last transaction was.
    pub fn at(
        primary: &Snapshot,
        position: u64,
        reported: Option<f64>,
        trail: &Trail,
        now: f64,
    ) -> Self {
        let bytes = primary.ahead_of(Some(position));
        let seconds = if bytes > 0.0 {
            trail.age(now, position).max(reported.unwrap_or_default())
        } else {
            0.0
        };
        Lag { bytes, seconds }
    }

    /// `None` for what does not replay, or does not let us see.
    pub fn of_replica(
        primary: &Snapshot,
        replica: &Replica,
        trail: &Trail,
        now: f64,
    ) -> Option<Self> {
        let position = replica.replayed?;
        Some(Lag::at(primary, position, replica.lag_seconds, trail, now))
    }
}

impl Snapshot {
    /// Bytes received and not replayed.
    pub(super) fn unreplayed(&self) -> f64 {
        match (self.received, self.position) {
            (Some(received), Some(replayed)) => received.saturating_sub(replayed) as f64,
            (Some(_) | None, _) => 0.0,
        }
    }

    /// Bytes that a primary has written past `position`.
    pub(super) fn ahead_of(&self, position: Option<u64>) -> f64 {
        match (self.position, position) {
            (Some(written), Some(position)) => written.saturating_sub(position) as f64,
            (Some(_) | None, _) => 0.0,
        }
    }

    /// Replicas that follow, without those that only archive.
    pub(super) fn following(&self) -> usize {
        let follows = |replica: &&Replica| {
            replica.state.is_empty() || replica.is_new || replica.replayed.is_some()
        };
        self.replicas.iter().filter(follows).count()
    }

    pub(super) fn used_percent(&self) -> f64 {
        if self.slots > 0.0 {
            100.0 * self.connections / self.slots
        } else {
            0.0
        }
    }
}
