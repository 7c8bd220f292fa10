//! The thin binary: errors get their face, arguments their meaning, and `cli` does the rest.

use clap::Parser;

fn main() -> color_eyre::Result<std::process::ExitCode> {
    color_eyre::config::HookBuilder::default()
        .display_location_section(false)
        .display_env_section(false)
        .install()?;
    breakglass::cli::Cli::parse().run()
}
