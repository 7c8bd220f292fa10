//! `breakglass run`: walks a scenario without a screen.

use super::Common;
use color_eyre::Result;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Run {
    /// The scenario, by its id (`breakglass scenarios` lists them)
    pub scenario: String,
    /// Fill a placeholder; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// Stop before the first step above this level
    #[arg(long, default_value = "read", value_parser = ["read", "change", "destroy"])]
    pub up_to: String,
}

impl Run {
    pub fn run(self, common: &Common) -> Result<ExitCode> {
        _ = (self, common);
        Err(color_eyre::eyre::eyre!("not built yet"))
    }
}
