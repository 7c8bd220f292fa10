//! The incident room: what happened, what it means, and what may happen next.
//!
//! Pure: it knows no clock (times are handed in), no runtime, no disk and no terminal.
//!
//! `fact` (what happened, past tense) · `entry` (a fact with sequence, time, actor, origin, hash) ·
//! `state` (the fold: copies, never judges) · `decide` (an intent becomes facts or a refusal; the
//! only place that may refuse) · `clocks` (RTO, RPO, time to detect) · `timeline` (entries → rows).

pub mod clocks;
pub mod decide;
pub mod entry;
pub mod fact;
pub mod state;
pub mod timeline;

pub use self::decide::{
    Confirmation, Intent, Refusal, Resolved, decide, is_handed_on, observe, resolve,
};
pub use entry::{Actor, Entry, Hash};
pub use fact::{Fact, IncidentId, RunEnd, RunId, StepKey, Target};
pub use state::State;
