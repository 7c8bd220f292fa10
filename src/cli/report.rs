//! `breakglass report`: the post-incident report, and the file that the console's own key writes.

mod file;

use super::{Common, complain, say};
use crate::host::journal::Reader;
use crate::incident::{Entry, IncidentId, State};
use crate::paths::StateDir;
use crate::report;
use color_eyre::Result;
use color_eyre::eyre::eyre;
use jiff::tz::TimeZone;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Report {
    /// Which incident (`INC-7` or `7`)
    pub id: IncidentId,
    /// How to write it
    #[arg(long, default_value = "markdown", value_parser = ["markdown", "json"])]
    pub format: String,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

impl Report {
    pub fn run(self, common: &Common) -> Result<ExitCode> {
        let state_dir = StateDir::resolve(common.state_dir.clone());
        let reader = Reader::open(&state_dir.journal())?;
        warn_of_newer(&reader);
        let entries = reader.entries(self.id)?;
        let zone = TimeZone::system();
        let text = if self.format == "json" {
            let json = report::json(&entries, &samples(&reader, &entries), &zone);
            let mut text = serde_json::to_string_pretty(&json)?;
            text.push('\n');
            text
        } else {
            report::markdown(&entries, &samples(&reader, &entries), &zone)
        };
        match self.output {
            None => say(&text),
            Some(path) => file::replace(&path, text.as_bytes())
                .map_err(|error| eyre!("cannot write `{}`: {error}", path.display()))?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The figures kept around an incident; a report is whole without them.
fn samples(reader: &Reader, entries: &[Entry]) -> Vec<report::Sample> {
    let Some((from, to)) = report::window(entries) else {
        return Vec::new();
    };
    let state = State::replay(entries);
    let mut samples = Vec::new();
    for component in state.components.keys() {
        let kept = reader.samples(component, from, to).unwrap_or_default();
        samples.extend(kept.into_iter().map(|sample| report::Sample {
            component: component.clone(),
            name: sample.name,
            at: sample.at,
            value: sample.value,
        }));
    }
    samples
}

pub(super) fn warn_of_newer(reader: &Reader) {
    if let Some(format) = reader.newer() {
        complain(&format!(
            "the journal was written by a newer breakglass (format {format}); what this one does not know is shown as it stands"
        ));
    }
}

/// A report that was written to a new file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub path: PathBuf,
    /// Why it is not in the first folder.
    pub elsewhere: Option<String>,
}

/// Writes the report so far as Markdown into a new file of the first of these folders that can be written.
///
/// # Errors
/// In words: what kept it from being written.
pub fn write_so_far(
    state_dir: &StateDir,
    id: IncidentId,
    folders: &[PathBuf],
) -> Result<Written, String> {
    let reader = Reader::open(&state_dir.journal()).map_err(|error| error.to_string())?;
    let entries = reader.entries(id).map_err(|error| error.to_string())?;
    let samples = samples(&reader, &entries);
    let text = report::markdown(&entries, &samples, &TimeZone::system());
    let mut failed: Vec<String> = Vec::new();
    for folder in folders {
        match file::add(folder, &id.to_string(), "md", text.as_bytes()) {
            Ok(path) => {
                let elsewhere = (!failed.is_empty()).then(|| failed.join("; "));
                return Ok(Written { path, elsewhere });
            }
            Err(error) => failed.push(format!("`{}` cannot be written: {error}", folder.display())),
        }
    }
    Err(failed.join("; "))
}
