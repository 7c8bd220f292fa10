//! `breakglass host`: the background process.

use super::Common;
use color_eyre::Result;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Host {}

impl Host {
    pub fn run(self, common: &Common) -> Result<ExitCode> {
        _ = (self, common);
        Err(color_eyre::eyre::eyre!("not built yet"))
    }
}
