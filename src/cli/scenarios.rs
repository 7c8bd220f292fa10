//! `breakglass scenarios`: what the runbooks parsed to.

use super::Common;
use color_eyre::Result;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Scenarios {
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    pub format: super::Format,
}

impl Scenarios {
    pub fn run(self, common: &Common) -> Result<ExitCode> {
        _ = (self, common);
        Err(color_eyre::eyre::eyre!("not built yet"))
    }
}
