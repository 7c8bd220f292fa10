//! What each key leads to, with a host that decides for real.
#![allow(
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test that cannot go on fails"
)]

mod confirming;
mod hammering;
mod incident;
mod outputs;
mod random;
mod running;

const LARGE: (u16, u16) = (120, 40);
const SMALL: (u16, u16) = (80, 24);
