//! The console: the screen. It holds no truth, and draws its first frame before it has spoken to anybody.
//!
//! `message` (the closed list of inputs) → `update` (the only place that changes the model; returns effects)
//! → `layout` and `pane/*` (draw, change nothing). `terminal`, `input` and `backend` own the real terminal,
//! `link` the sockets, `keymap` the keys; `session` joins them.

pub mod canvas;
pub mod dialog;
pub mod effect;
pub mod encode;
pub mod field;
pub mod fuzzy;
pub mod keymap;
pub mod layout;
pub mod message;
pub mod model;
pub mod pane;
pub mod style;
pub mod update;
pub mod words;

#[cfg(test)]
mod fixture;

/// The body of `breakglass` without a subcommand.
pub fn main(common: &crate::cli::Common) -> color_eyre::Result<std::process::ExitCode> {
    _ = common;
    Err(color_eyre::eyre::eyre!("not built yet"))
}
