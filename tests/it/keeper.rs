//! The keeper, with the real binary: how runs end, what is recorded, and what outlives what.

mod cancel;
mod clients;
mod ends;
mod outliving;
mod terminal;
mod transcript;
