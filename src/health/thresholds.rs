//! The numbers that are judged, and from where on they are bad.
//!
//! One table. A component's own configuration overrides it; it must not know how a number is taken.

use super::ComponentKind;
use super::ComponentKind::{Command, Http, Postgres, Redis, Sentinel, Tcp};

/// One number that a kind of component reports.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Default {
    pub kinds: &'static [ComponentKind],
    pub name: &'static str,
    pub warn: Option<f64>,
    pub down: Option<f64>,
    pub lower_is_worse: bool,
    /// What being past `warn` is called, for detection lines.
    pub signal: &'static str,
}

const fn number(
    kinds: &'static [ComponentKind],
    name: &'static str,
    warn: Option<f64>,
    down: Option<f64>,
    signal: &'static str,
) -> Default {
    Default {
        kinds,
        name,
        warn,
        down,
        lower_is_worse: false,
        signal,
    }
}

const fn falling(
    kinds: &'static [ComponentKind],
    name: &'static str,
    warn: Option<f64>,
    down: Option<f64>,
    signal: &'static str,
) -> Default {
    Default {
        lower_is_worse: true,
        ..number(kinds, name, warn, down, signal)
    }
}

const MIB: f64 = 1024.0 * 1024.0;

/// Every known number, the one that is charted first for its kind.
#[rustfmt::skip]
pub const TABLE: &[Default] = &[
    number(&[Postgres], "replication_lag_seconds", Some(30.0), Some(300.0), "replication_lag"),
    number(&[Postgres], "connections_used_percent", Some(80.0), Some(95.0), "connections_exhausted"),
    number(&[Postgres], "replication_lag_bytes", Some(64.0 * MIB), None, "replication_lag"),
    number(&[Postgres], "idle_in_transaction_oldest_seconds", Some(300.0), None, "idle_in_transaction"),
    number(&[Postgres], "idle_in_transaction", None, None, "idle_in_transaction"),
    number(&[Postgres], "blocked", Some(5.0), None, "blocked"),
    number(&[Postgres], "connections", None, None, "connections_exhausted"),
    falling(&[Postgres, Redis, Sentinel], "replicas", None, None, "few_replicas"),
    number(&[Redis], "memory_used_percent", Some(90.0), None, "memory_full"),
    // What is a good rate is the application's to say, and a fresh cache has none.
    falling(&[Redis], "hit_rate_percent", None, None, "hit_rate_low"),
    number(&[Redis], "memory_used_bytes", None, None, "memory_full"),
    number(&[Redis], "master_link_down_seconds", Some(5.0), Some(300.0), "replica_link_down"),
    number(&[Redis, Sentinel], "replication_lag_seconds", Some(10.0), None, "replication_lag"),
    number(&[Redis, Sentinel], "replication_lag_bytes", Some(16.0 * MIB), None, "replication_lag"),
    number(&[Redis], "operations_per_second", None, None, "busy"),
    number(&[Redis], "clients", None, None, "connections_exhausted"),
    number(&[Redis], "clients_blocked", None, None, "blocked"),
    number(&[Redis], "evicted_keys", None, None, "memory_full"),
    falling(&[Sentinel], "sentinels", None, None, "few_sentinels"),
    number(&[Http], "response_ms", Some(2_000.0), None, "slow"),
    falling(&[Http], "certificate_days_left", Some(14.0), Some(2.0), "certificate_expiring"),
    number(&[Tcp], "connect_ms", Some(1_000.0), None, "slow"),
    number(&[Command], "value", None, None, "number_high"),
    number(&[Command], "exit_code", None, None, "command_failed"),
];

/// What is known of a number of this kind of component.
pub fn find(kind: ComponentKind, name: &str) -> Option<&'static Default> {
    TABLE
        .iter()
        .find(|row| row.name == name && row.kinds.contains(&kind))
}

/// The numbers that a kind reports, in the order of the table.
pub fn names(kind: ComponentKind) -> Vec<&'static str> {
    TABLE
        .iter()
        .filter(|row| row.kinds.contains(&kind))
        .map(|row| row.name)
        .collect()
}

/// Whether a number is bad when it falls; `None` where its name is not known, or may be either.
pub fn lower_is_worse(name: &str) -> Option<bool> {
    TABLE
        .iter()
        .find(|row| row.name == name && row.kinds != [Command])
        .map(|row| row.lower_is_worse)
}
