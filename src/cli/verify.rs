//! `breakglass verify`: checks the chain of entries and transcripts.

use super::{Common, say};
use crate::host::journal::{Reader, VerifyOutcome};
use crate::incident::IncidentId;
use crate::incident::timeline::line;
use crate::paths::StateDir;
use color_eyre::Result;
use color_eyre::eyre::eyre;
use std::fmt::Write as _;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Verify {
    /// Which incident (`INC-7` or `7`)
    pub id: crate::incident::IncidentId,
}

impl Verify {
    /// 0 where it is intact, 1 where it is broken, 2 (an error) where it cannot be read.
    pub fn run(self, common: &Common) -> Result<ExitCode> {
        let state_dir = StateDir::resolve(common.state_dir.clone());
        let reader = Reader::open(&state_dir.journal())?;
        if let Some(format) = reader.newer() {
            // Its chain may be made differently: neither "intact" nor "broken" would be the truth.
            return Err(eyre!(
                "the journal was written by a newer breakglass (format {format}): verify it with that version"
            ));
        }
        let outcome = reader.verify(self.id, &state_dir)?;
        say(&words(self.id, &outcome));
        Ok(if outcome.is_intact() {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(1)
        })
    }
}

fn words(id: IncidentId, outcome: &VerifyOutcome) -> String {
    let mut text = String::new();
    let checked = format!(
        "{} entries and {} transcripts checked",
        outcome.entries, outcome.transcripts
    );
    _ = if outcome.is_intact() {
        writeln!(text, "{id} is intact: {checked}")
    } else {
        writeln!(text, "{id} is BROKEN: {checked}")
    };
    for finding in &outcome.broken {
        _ = writeln!(text, "broken: {}", line(&finding.to_string()));
    }
    for finding in &outcome.remarks {
        _ = writeln!(text, "note: {}", line(&finding.to_string()));
    }
    text
}
