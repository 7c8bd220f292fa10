//! `breakglass verify`: checks the chain of entries and transcripts.

use super::Common;
use color_eyre::Result;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Verify {
    /// Which incident (`INC-7` or `7`)
    pub id: crate::incident::IncidentId,
}

impl Verify {
    pub fn run(self, common: &Common) -> Result<ExitCode> {
        _ = (self, common);
        Err(color_eyre::eyre::eyre!("not built yet"))
    }
}
