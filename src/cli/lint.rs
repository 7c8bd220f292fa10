//! `breakglass lint`: what is wrong with the runbooks.

use super::Common;
use color_eyre::Result;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Lint {
    /// How to print
    #[arg(long, default_value = "text", value_parser = ["text", "json", "github"])]
    pub format: String,
}

impl Lint {
    pub fn run(self, common: &Common) -> Result<ExitCode> {
        _ = (self, common);
        Err(color_eyre::eyre::eyre!("not built yet"))
    }
}
