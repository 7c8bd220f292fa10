//! `breakglass query` (hidden): runs one SQL block against the configured PostgreSQL, as a step's process.
//!
//! The text comes in the environment, so that it stands on no command line. What only reads runs in a
//! read-only transaction; a change runs against the primary only.

mod preview;
mod table;

use super::{Common, complain, say};
use crate::config::{Component, Config, Postgres, Settings};
use crate::probe::postgres::connect;
use crate::runbook::Risk;
use crate::runbook::shell::classify_sql;
use color_eyre::Result;
use color_eyre::eyre::eyre;
use std::process::ExitCode;
use tokio_postgres::{Client, SimpleQueryMessage};

pub use preview::preview;

#[derive(Debug, clap::Args)]
pub struct Query {
    /// Which PostgreSQL component [default: the first of the config]
    #[arg(long)]
    component: Option<String>,
}

impl Query {
    pub fn run(self, common: &Common) -> Result<ExitCode> {
        let text = std::env::var("BREAKGLASS_STEP")
            .map_err(|_| eyre!("no query was handed over in BREAKGLASS_STEP"))?;
        let config = Config::load(common)?;
        let component = choose(&config, self.component.as_deref())?;
        crate::probe::tls::install();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(execute(component, &text))
    }
}

/// The component a query runs against.
fn choose<'a>(config: &'a Config, name: Option<&str>) -> Result<(&'a Component, &'a Postgres)> {
    let found = config
        .components
        .iter()
        .find_map(|component| match &component.settings {
            Settings::Postgres(postgres) if name.is_none_or(|name| name == component.name) => {
                Some((component, postgres))
            }
            Settings::Postgres(_)
            | Settings::Redis(_)
            | Settings::Sentinel(_)
            | Settings::Http(_)
            | Settings::Tcp { .. }
            | Settings::Command(_) => None,
        });
    found.ok_or_else(|| eyre!("no PostgreSQL component is configured: add `[postgres.NAME]` to breakglass.toml, or set PGHOST"))
}

async fn execute((component, postgres): (&Component, &Postgres), text: &str) -> Result<ExitCode> {
    let reads = classify_sql(text).risk == Risk::Read;
    let (host, client) = reach(component, postgres, !reads).await?;
    say(&format!(
        "{} on {host}/{}\n",
        if reads { "read-only" } else { "read-write" },
        postgres.database
    ));
    if reads {
        client.batch_execute("BEGIN READ ONLY").await?;
    }
    match client.simple_query(text).await {
        Ok(messages) => {
            say(&table::render(&messages));
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            let said = error.as_db_error().map_or_else(
                || error.to_string(),
                |db| {
                    let hint = db
                        .hint()
                        .map(|hint| format!("\nhint: {hint}"))
                        .unwrap_or_default();
                    format!("{} ({}){hint}", db.message(), db.code().code())
                },
            );
            complain(&said);
            Ok(ExitCode::from(1))
        }
    }
}

/// The primary; where only looking is asked for, a standby is better than nothing.
async fn reach(
    component: &Component,
    postgres: &Postgres,
    write: bool,
) -> Result<(String, Client)> {
    let mut standby = None;
    let mut problems = Vec::new();
    for host in &postgres.hosts {
        match tokio::time::timeout(component.timeout, connect(postgres, host)).await {
            Ok(Ok(client)) => {
                let row = client.simple_query("SELECT pg_is_in_recovery()").await?;
                let recovering = row.iter().any(|message| matches!(message, SimpleQueryMessage::Row(row) if row.get(0) == Some("t")));
                if !recovering {
                    return Ok((host.clone(), client));
                }
                standby.get_or_insert((host.clone(), client));
            }
            Ok(Err(failure)) => problems.push(format!("{host}: {}", failure.message)),
            Err(_) => problems.push(format!("{host}: no answer within {:?}", component.timeout)),
        }
    }
    match standby {
        Some(found) if !write => Ok(found),
        Some(_) => Err(eyre!(
            "no primary answers, and a standby cannot be written to; {}",
            problems.join("; ")
        )),
        None => Err(eyre!("no server answers; {}", problems.join("; "))),
    }
}
