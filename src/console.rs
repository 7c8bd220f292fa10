//! The console: the screen. It holds no truth, and draws its first frame before it has spoken to anybody.
//!
//! `message` (the closed list of inputs) → `update` (the only place that changes the model; returns effects)
//! → `layout` and `pane/*` (draw, change nothing). `terminal`, `input`, `signals`, `frames` (of `sheet`s) and `backend` own the real
//! terminal, `pace` says when a frame may go, `link` the sockets, `keymap` the keys; `session` joins them.

pub mod backend;
pub mod canvas;
pub mod dialog;
pub mod effect;
pub mod encode;
pub mod field;
pub mod frames;
pub mod fuzzy;
pub mod input;
pub mod keymap;
pub mod layout;
pub mod link;
pub mod message;
pub mod model;
pub mod pace;
pub mod pane;
pub mod session;
pub mod sheet;
pub mod signals;
pub mod style;
pub mod terminal;
pub mod update;
pub mod words;

#[cfg(test)]
mod fixture;

use crate::cli::Common;
use color_eyre::Result;
use session::{Ended, Session};
use std::process::ExitCode;

/// The body of `breakglass` without a subcommand.
pub fn main(common: &Common) -> Result<ExitCode> {
    terminal::give_back_on_panic();
    let ended = Session::begin().and_then(|session| session.run(common));
    terminal::give_back();
    Ok(match ended? {
        // The code of a panic in a Rust program's first thread.
        _ if terminal::panicked() => ExitCode::from(101),
        Ended::Quit => ExitCode::SUCCESS,
        // As shells count a program that a signal ended.
        Ended::HungUp => ExitCode::from(128 + 1),
        Ended::Signal(signal) => ExitCode::from(128 + signal.unsigned_abs() as u8),
    })
}
