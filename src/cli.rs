//! The command line: what there is, and which small file does it.
//!
//! Exit codes are contracts: 0 done or clean, 1 a finding or a failed step, 2 it could not be asked.

use clap::{Args, Parser, Subcommand, ValueEnum};
use color_eyre::Result;
use std::path::PathBuf;
use std::process::ExitCode;

mod check;
mod host;
mod incidents;
mod lint;
pub mod query;
pub mod report;
mod run;
mod scenarios;
mod verify;

/// The console for the person on call: live health, your own recovery runbook step by step, and a
/// timeline that becomes the post-incident report.
#[derive(Debug, Parser)]
#[command(version, about, after_help = EXAMPLES)]
pub struct Cli {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub command: Option<Command>,
}

const EXAMPLES: &str = "Examples:
  breakglass                                      open the console
  breakglass --runbook docs/dr.md                 … with your own runbook
  breakglass check                                one look at every component
  breakglass run postgresql-primary-failure --up-to read
  breakglass report INC-7 -o inc-7.md";

/// What every command takes, before or after its name.
#[derive(Debug, Clone, Default, Args)]
pub struct Common {
    /// Read this config file [default: ./breakglass.toml, else the XDG config folder]
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
    /// Keep state in this folder [default: $BREAKGLASS_STATE_DIR, else the XDG state folder]
    #[arg(long, value_name = "DIR", global = true)]
    pub state_dir: Option<PathBuf>,
    /// Read this runbook, or every Markdown file of this folder; may be repeated
    #[arg(long, value_name = "FILE|DIR", global = true)]
    pub runbook: Vec<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Look once at every component and say how it stands
    Check(check::Check),
    /// Show what the runbooks parsed to
    Scenarios(scenarios::Scenarios),
    /// Find what in the runbooks would fail, before the night
    ///
    /// Looks at the named runbooks; without any, at those of the config; without those, at the built-in ones. Commands
    /// are checked against the programs installed here, which are asked for completion and help and run for nothing else.
    Lint(lint::Lint),
    /// Walk a scenario without a screen, up to a level of risk
    Run(run::Run),
    /// List past and open incidents
    Incidents(incidents::Incidents),
    /// Write an incident's report
    Report(report::Report),
    /// Check the chain of an incident's entries and its transcripts
    Verify(verify::Verify),
    /// The background process that watches, records and starts steps
    Host(host::Host),
    /// One running step (started by the host)
    #[command(hide = true)]
    Keeper {
        /// Lead the step's session (started by the keeper)
        #[arg(long)]
        lead: bool,
    },
    /// One SQL block (started by a keeper)
    #[command(hide = true)]
    Query(query::Query),
}

/// How a command prints.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    #[default]
    Text,
    Json,
}

impl Cli {
    /// Does what was asked; the exit code is the contract's.
    pub fn run(self) -> Result<ExitCode> {
        let common = self.common;
        let outcome = match self.command {
            None => crate::console::main(&common),
            Some(Command::Check(command)) => command.run(&common),
            Some(Command::Scenarios(command)) => command.run(&common),
            Some(Command::Lint(command)) => command.run(&common),
            Some(Command::Run(command)) => command.run(&common),
            Some(Command::Incidents(command)) => command.run(&common),
            Some(Command::Report(command)) => command.run(&common),
            Some(Command::Verify(command)) => command.run(&common),
            Some(Command::Host(command)) => command.run(&common),
            Some(Command::Keeper { lead }) => crate::keeper::main(lead),
            Some(Command::Query(command)) => command.run(&common),
        };
        outcome.or_else(|error| {
            complain(&format!("{error:#}"));
            Ok(ExitCode::from(2))
        })
    }
}

/// Prints to standard output; a reader that went away (`| head`) is not an error.
pub fn say(text: &str) {
    use std::io::Write;
    _ = std::io::stdout().lock().write_all(text.as_bytes());
}

/// Prints a complaint, one line, to standard error.
pub fn complain(text: &str) {
    use std::io::Write;
    _ = writeln!(std::io::stderr().lock(), "breakglass: {text}");
}
