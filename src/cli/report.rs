//! `breakglass report`: the post-incident report.

use super::Common;
use color_eyre::Result;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Report {
    /// Which incident (`INC-7` or `7`)
    pub id: crate::incident::IncidentId,
    /// How to write it
    #[arg(long, default_value = "markdown", value_parser = ["markdown", "json"])]
    pub format: String,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<std::path::PathBuf>,
}

impl Report {
    pub fn run(self, common: &Common) -> Result<ExitCode> {
        _ = (self, common);
        Err(color_eyre::eyre::eyre!("not built yet"))
    }
}
