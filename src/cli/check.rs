//! `breakglass check`: one reading of every component.
//!
//! All are looked at side by side, each within its own timeout, and judged by that one look.

use super::{Common, Format};
use crate::config::{Component, Config};
use crate::health::{
    ComponentView, Failure, FailureKind, Monitor, Outcome, Reading, Verdict, words,
};
use crate::mask::{Masker, printable};
use color_eyre::Result;
use color_eyre::eyre::{WrapErr, bail};
use jiff::Timestamp;
use serde::Serialize;
use std::io::IsTerminal;
use std::process::ExitCode;
use std::time::Duration;
use tokio::task::LocalSet;
use unicode_width::UnicodeWidthStr;

#[derive(Debug, clap::Args)]
pub struct Check {
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

impl Check {
    pub fn run(self, common: &Common) -> Result<ExitCode> {
        let config = Config::load(common)?;
        for complaint in &config.complaints {
            super::complain(&complaint.to_string());
        }
        if config.components.is_empty() {
            if !config.unusable.is_empty() {
                bail!("no component can be looked at; see the lines above");
            }
            bail!(
                "no components are configured; name them in `breakglass.toml`, or set `DATABASE_URL`, `PGHOST` or `REDIS_URL`"
            );
        }
        let views = look_at_all(&config)?;
        super::say(&match self.format {
            Format::Json => json(&views)?,
            Format::Text => text(&views, Look::of_this_terminal(&config)),
        });
        let all_up = views.iter().all(|view| view.verdict == Verdict::Up);
        Ok(ExitCode::from(match (all_up, config.unusable.is_empty()) {
            (true, true) => 0,
            (false, _) => 1,
            // All that could be asked is well, but not everything could be asked.
            (true, false) => 2,
        }))
    }
}

/// Looks at every component at the same time.
fn look_at_all(config: &Config) -> Result<Vec<ComponentView>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .wrap_err("cannot start the runtime")?;
    let mut monitor = Monitor::single_look(&config.components);
    let tasks = LocalSet::new();
    runtime.block_on(tasks.run_until(async {
        let looks: Vec<_> = config
            .components
            .iter()
            .map(|component| {
                // There is no second look to wait for.
                let component = Component {
                    bad_after: 1,
                    good_after: 1,
                    ..component.clone()
                };
                let name = component.name.clone();
                (name, tokio::task::spawn_local(look(component)))
            })
            .collect();
        for (name, look) in looks {
            let reading = look.await.unwrap_or_else(|error| {
                failed(
                    FailureKind::Misconfigured,
                    format!("the probe ended without a word: {error}"),
                    Duration::ZERO,
                )
            });
            monitor.take(&name, reading);
        }
    }));
    let masker = Masker::new(&config.secrets());
    let mut views = monitor.views();
    for view in &mut views {
        view.reason = printable(&masker.mask(&view.reason)).into_owned();
    }
    Ok(views)
}

/// One look, with a limit of our own behind the probe's.
async fn look(component: Component) -> Reading {
    let limit = component.timeout + Duration::from_millis(500);
    tokio::time::timeout(limit, crate::probe::look(&component))
        .await
        .unwrap_or_else(|_| {
            failed(
                FailureKind::Timeout,
                format!("no answer within {:?}", component.timeout),
                component.timeout,
            )
        })
}

fn failed(kind: FailureKind, message: String, took: Duration) -> Reading {
    Reading {
        at: Timestamp::now(),
        took_ms: took.as_millis() as u64,
        outcome: Outcome::Failed(Failure { kind, message }),
    }
}

/// The contract's document, apart from what the wire carries.
#[derive(Serialize)]
struct Document<'a> {
    components: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    kind: &'a str,
    verdict: &'a str,
    reason: &'a str,
    at: Option<Timestamp>,
    took_ms: u64,
    numbers: Vec<Figure<'a>>,
}

#[derive(Serialize)]
struct Figure<'a> {
    name: &'a str,
    value: f64,
    warn: Option<f64>,
    down: Option<f64>,
}

fn json(views: &[ComponentView]) -> Result<String> {
    let components = views
        .iter()
        .map(|view| Row {
            name: &view.name,
            kind: view.kind.word(),
            verdict: view.verdict.word(),
            reason: &view.reason,
            at: view.at,
            took_ms: view.took_ms,
            numbers: view
                .numbers
                .iter()
                .map(|number| Figure {
                    name: &number.name,
                    value: number.value,
                    warn: number.warn,
                    down: number.down,
                })
                .collect(),
        })
        .collect();
    let mut text = serde_json::to_string_pretty(&Document { components })?;
    text.push('\n');
    Ok(text)
}

/// What the terminal can show.
#[derive(Debug, Clone, Copy)]
struct Look {
    is_ascii: bool,
    is_coloured: bool,
}

impl Look {
    fn of_this_terminal(config: &Config) -> Self {
        let var = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(var);
        let is_utf8 = locale.is_some_and(|locale| {
            let locale = locale.to_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        });
        let is_plain = var("NO_COLOR").is_some() || var("TERM").is_some_and(|term| term == "dumb");
        Look {
            is_ascii: config.console.ascii || !is_utf8,
            is_coloured: std::io::stdout().is_terminal() && !is_plain,
        }
    }

    fn glyph(self, verdict: Verdict) -> &'static str {
        match (verdict, self.is_ascii) {
            (Verdict::Up, false) => "●",
            (Verdict::Degraded, false) => "▲",
            (Verdict::Down, false) => "✖",
            (Verdict::Unknown, _) => "?",
            (Verdict::Up, true) => "*",
            (Verdict::Degraded, true) => "!",
            (Verdict::Down, true) => "x",
        }
    }

    fn paint(self, verdict: Verdict, text: &str) -> String {
        if !self.is_coloured {
            return text.to_owned();
        }
        let colour = match verdict {
            Verdict::Up => 32,
            Verdict::Unknown => 35,
            Verdict::Degraded => 33,
            Verdict::Down => 31,
        };
        format!("\u{1b}[{colour}m{text}\u{1b}[0m")
    }
}

/// A line each: glyph, word, name, reason, figures.
fn text(views: &[ComponentView], look: Look) -> String {
    let names: Vec<String> = views
        .iter()
        .map(|view| printable(&view.name).into_owned())
        .collect();
    let width = |texts: &mut dyn Iterator<Item = &str>| texts.map(UnicodeWidthStr::width).max();
    let names_wide = width(&mut names.iter().map(String::as_str)).unwrap_or(0);
    let reasons_wide = width(&mut views.iter().map(|view| view.reason.as_str()))
        .unwrap_or(0)
        .min(48);
    let mut text = String::new();
    for (view, name) in views.iter().zip(&names) {
        let verdict = look.paint(
            view.verdict,
            &format!("{} {:8}", look.glyph(view.verdict), view.verdict.word()),
        );
        let mut line = format!(
            "{verdict}  {}  {}",
            padded(name, names_wide),
            padded(&view.reason, reasons_wide)
        );
        let joint = if look.is_ascii { ", " } else { " · " };
        let mut figures: Vec<String> = view
            .numbers
            .iter()
            .map(|number| words::phrase(&number.name, number.value))
            .collect();
        if view.last_good_at.is_some() {
            figures.push(format!("{} ms", view.took_ms));
        }
        line.push_str("  ");
        line.push_str(&figures.join(joint));
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn padded(text: &str, width: usize) -> String {
    let gap = width.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(gap))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::config::{Postgres, Settings};
    use crate::health::{Number, Observation};

    fn views() -> Vec<ComponentView> {
        let components = [
            Component::new("main", Settings::Postgres(Postgres::default())),
            Component::new(
                "broker",
                Settings::Tcp {
                    address: "b:1".into(),
                },
            ),
        ];
        let mut monitor = Monitor::single_look(&components);
        let at = Timestamp::from_second(1_767_225_600).unwrap();
        monitor.take(
            "main",
            Reading {
                at,
                took_ms: 12,
                outcome: Outcome::Seen(Observation {
                    numbers: vec![Number {
                        name: "replication_lag_seconds".into(),
                        value: 0.4,
                        warn: None,
                        down: None,
                        lower_is_worse: false,
                    }],
                    summary: "primary, 1 replica".into(),
                    ..Observation::default()
                }),
            },
        );
        monitor.take(
            "broker",
            Reading {
                at,
                took_ms: 1,
                outcome: Outcome::Failed(Failure {
                    kind: FailureKind::Unreachable,
                    message: "connection refused".into(),
                }),
            },
        );
        monitor.views()
    }

    #[test]
    fn the_document_is_the_contracts() {
        let found: serde_json::Value = serde_json::from_str(&json(&views()).unwrap()).unwrap();
        let expected = serde_json::json!({"components": [
            {"name": "main", "kind": "postgres", "verdict": "up", "reason": "primary, 1 replica",
             "at": "2026-01-01T00:00:00Z", "took_ms": 12, "numbers": [
                {"name": "replication_lag_seconds", "value": 0.4, "warn": 30.0, "down": 300.0}]},
            {"name": "broker", "kind": "tcp", "verdict": "down", "reason": "connection refused",
             "at": "2026-01-01T00:00:00Z", "took_ms": 1, "numbers": []}]});
        assert_eq!(found, expected);
    }

    #[test]
    fn a_line_says_it_in_glyph_and_word() {
        let plain = Look {
            is_ascii: false,
            is_coloured: false,
        };
        assert_eq!(
            text(&views(), plain),
            "● up        main    primary, 1 replica  replication lag 0.4 s · 12 ms\n\
             ✖ down      broker  connection refused\n"
        );
        let serial = Look {
            is_ascii: true,
            ..plain
        };
        assert!(text(&views(), serial).is_ascii());
        let coloured = Look {
            is_coloured: true,
            ..plain
        };
        assert!(text(&views(), coloured).contains("\u{1b}[31m✖ down    \u{1b}[0m  broker"));
    }
}
