//! The host: the engine that decides, journals, probes and starts keepers.

pub mod journal;
