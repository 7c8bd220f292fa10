//! `breakglass report`: the post-incident report.

use super::{Common, complain, say};
use crate::host::journal::Reader;
use crate::paths::StateDir;
use crate::report;
use color_eyre::Result;
use color_eyre::eyre::eyre;
use jiff::tz::TimeZone;
use std::io::Write;
use std::path::{Path, PathBuf};
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
        let state_dir = StateDir::resolve(common.state_dir.clone());
        let reader = Reader::open(&state_dir.journal())?;
        warn_of_newer(&reader);
        let entries = reader.entries(self.id)?;
        let zone = TimeZone::system();
        let text = if self.format == "json" {
            let mut text = serde_json::to_string_pretty(&report::json(&entries, &zone))?;
            text.push('\n');
            text
        } else {
            report::markdown(&entries, &zone)
        };
        match self.output {
            None => say(&text),
            Some(path) => put(&path, text.as_bytes())
                .map_err(|error| eyre!("cannot write `{}`: {error}", path.display()))?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

pub(super) fn warn_of_newer(reader: &Reader) {
    if let Some(format) = reader.newer() {
        complain(&format!(
            "the journal was written by a newer breakglass (format {format}); what this one does not know is shown as it stands"
        ));
    }
}

/// Writes beside the file and renames: it is never half there, and an old one stays until the new one is whole.
/// What is no regular file (`/dev/stdout`, a pipe) is written to as it is; a link is followed.
fn put(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let path = match std::fs::canonicalize(path) {
        Ok(path) if path.is_dir() => {
            return Err(std::io::Error::other("it is a folder; name a file in it"));
        }
        Ok(path) if !path.is_file() => {
            return std::fs::OpenOptions::new()
                .write(true)
                .open(path)?
                .write_all(bytes);
        }
        Ok(path) => path,
        Err(_) => path.to_owned(),
    };
    let mut beside = path.file_name().unwrap_or_default().to_owned();
    beside.push(format!(".{}.part", std::process::id()));
    let part = Part(path.with_file_name(beside));
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&part.0)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&part.0, path)
}

/// A file that is removed unless it was renamed.
struct Part(PathBuf);

impl Drop for Part {
    fn drop(&mut self) {
        // After the rename there is nothing to remove.
        _ = std::fs::remove_file(&self.0);
    }
}
