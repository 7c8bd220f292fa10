//! The integration tests: one binary, a module per capability.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod check;
mod config;
mod journal;
mod keeper;
mod lab;
mod lint;
mod probes;
mod rehearsal;
mod report;
mod run;
mod support;
mod terminal;
