//! What the integration tests share. It must not hold tests.

#![allow(dead_code, reason = "each capability uses its own part")]

pub mod keeper;
pub mod lab;
pub mod program;
pub mod terminal;
pub mod world;

pub use program::program;
