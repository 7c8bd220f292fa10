//! `breakglass incidents`: past incidents, one line each, the id first.

use super::{Common, complain, say};
use crate::host::journal::{Reader, Summary};
use crate::incident::clocks::hms;
use crate::incident::timeline::line;
use crate::paths::StateDir;
use color_eyre::Result;
use jiff::Timestamp;
use std::fmt::Write as _;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Incidents {}

impl Incidents {
    #[allow(clippy::unused_self, reason = "every subcommand is run the same way")]
    pub fn run(self, common: &Common) -> Result<ExitCode> {
        let path = StateDir::resolve(common.state_dir.clone()).journal();
        if !path.exists() {
            complain(&format!("no incidents yet in `{}`", path.display()));
            return Ok(ExitCode::SUCCESS);
        }
        let reader = Reader::open(&path)?;
        super::report::warn_of_newer(&reader);
        say(&listing(&reader.incidents()?, Timestamp::now()));
        Ok(ExitCode::SUCCESS)
    }
}

/// `INC-7  open    P0  2026-01-01T14:02:40Z  00:12:41  PostgreSQL Primary Failure`
fn listing(summaries: &[Summary], now: Timestamp) -> String {
    let rows: Vec<[String; 6]> = summaries.iter().map(|summary| row(summary, now)).collect();
    let mut widths = [0; 6];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    for row in &rows {
        let mut spaced = String::new();
        for (cell, width) in row.iter().zip(widths) {
            _ = write!(spaced, "{cell:width$}  ");
        }
        text.push_str(spaced.trim_end());
        text.push('\n');
    }
    text
}

fn row(summary: &Summary, now: Timestamp) -> [String; 6] {
    let opened = summary.opened_at;
    // As the console counts: a drill is opened before anything is broken.
    let start = match (summary.detected_at, opened) {
        (Some(detected), Some(opened)) if !summary.drill => Some(detected.min(opened)),
        (detected, opened) => detected.or(opened),
    };
    let until = summary.closed_at.unwrap_or(now);
    let drill = if summary.drill { "drill: " } else { "" };
    let endless = if summary.without_end.is_empty() {
        String::new()
    } else {
        let runs: Vec<String> = summary
            .without_end
            .iter()
            .map(ToString::to_string)
            .collect();
        format!(" ({}: outcome unknown or still running)", runs.join(", "))
    };
    [
        summary
            .id
            .map_or_else(|| "INC-?".to_owned(), |id| id.to_string()),
        if summary.closed_at.is_some() {
            "closed".to_owned()
        } else {
            "open".to_owned()
        },
        summary.severity.as_deref().map_or("-".to_owned(), line),
        opened.map_or("-".to_owned(), |at| {
            at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
        }),
        start.map_or("-".to_owned(), |start| {
            hms(until.duration_since(start).max(jiff::SignedDuration::ZERO))
        }),
        format!("{drill}{}{endless}", line(&summary.title)),
    ]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use crate::incident::{IncidentId, RunId};

    #[test]
    fn each_incident_is_a_line_with_its_id_first() {
        let at = |text: &str| Some(text.parse().unwrap());
        let summaries = [
            Summary {
                id: Some(IncidentId(7)),
                title: "PostgreSQL\nPrimary Failure".into(),
                severity: Some("P0".into()),
                detected_at: at("2026-01-01T14:02:11Z"),
                opened_at: at("2026-01-01T14:02:40Z"),
                closed_at: at("2026-01-01T14:14:52Z"),
                ..Summary::default()
            },
            Summary {
                id: Some(IncidentId(12)),
                title: "Redis".into(),
                drill: true,
                opened_at: at("2026-01-02T00:00:00Z"),
                without_end: [RunId(3)].into(),
                ..Summary::default()
            },
        ];
        assert_eq!(
            listing(&summaries, "2026-01-03T01:00:05Z".parse().unwrap()),
            "\
INC-7   closed  P0  2026-01-01T14:02:40Z  00:12:41  PostgreSQL Primary Failure
INC-12  open    -   2026-01-02T00:00:00Z  25:00:05  drill: Redis (run 3: outcome unknown or still running)
"
        );
    }
}
