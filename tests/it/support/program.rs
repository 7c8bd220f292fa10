//! The real binary in a world of its own: no environment but what is given, its own home and state folder.

use assert_cmd::cargo::cargo_bin;
use std::path::Path;
use std::process::Command;

/// The program, at home and at work in `folder`.
pub fn program(folder: &Path) -> Command {
    let mut command = Command::new(cargo_bin("breakglass"));
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", folder)
        .env("USER", "tester")
        .env("RUST_BACKTRACE", "0")
        .env("BREAKGLASS_STATE_DIR", folder.join("state"))
        .current_dir(folder);
    command
}
