//! `breakglass host`: the background process — start, stop, status.

use super::{Common, complain, say};
use crate::host::client;
use crate::paths::StateDir;
use crate::wire::{self, Reply, Request, VERSION};
use clap::Subcommand;
use color_eyre::Result;
use color_eyre::eyre::eyre;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Host {
    #[command(subcommand)]
    command: HostCommand,
}

#[derive(Debug, Subcommand)]
enum HostCommand {
    /// Start it (consoles do so by themselves) and stay in the foreground, also when nobody is attached
    Start {
        /// In a session of its own, until nobody is attached and no incident is open
        #[arg(long)]
        detached: bool,
        /// What `--detached` runs: leads the session
        #[arg(long, hide = true)]
        leader: bool,
    },
    /// End it; refused while a step runs unless forced (steps go on by themselves)
    Stop {
        /// Even while a step runs
        #[arg(long)]
        force: bool,
    },
    /// Say whether one is at work
    Status,
}

impl Host {
    pub fn run(self, common: &Common) -> Result<ExitCode> {
        let state = StateDir::resolve(common.state_dir.clone());
        match self.command {
            HostCommand::Start { detached: true, .. } => {
                client::connect_or_start(&state, common)?;
                say("a host is at work\n");
                Ok(ExitCode::SUCCESS)
            }
            HostCommand::Start { leader, .. } => start(common, &state, leader),
            HostCommand::Stop { force } => stop(&state, force),
            HostCommand::Status => status(&state),
        }
    }
}

fn start(common: &Common, state: &StateDir, leader: bool) -> Result<ExitCode> {
    if leader {
        rustix::process::setsid().map_err(|error| eyre!("cannot start a session: {error}"))?;
        log_to(state);
    }
    let served = crate::host::serve(common, leader, || {
        say(&format!("{}\n", client::READY));
        if leader {
            leave_terminal();
        }
    });
    match served {
        Ok(true) => Ok(ExitCode::SUCCESS),
        Ok(false) if leader => {
            say(&format!("{}\n", client::READY));
            Ok(ExitCode::SUCCESS)
        }
        Ok(false) => Err(eyre!(
            "a host is at work already: `breakglass host stop` ends it"
        )),
        Err(error) => {
            if leader {
                say(&format!("{error:#}\n").replace('\n', " "));
            }
            Err(error)
        }
    }
}

/// The log is a convenience: a host that cannot write it works all the same.
fn log_to(state: &StateDir) {
    use std::os::unix::fs::OpenOptionsExt;
    if state.create().is_err() {
        return;
    }
    let Ok(file) = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(state.log())
    else {
        return;
    };
    _ = tracing_subscriber::fmt()
        .with_writer(std::sync::Mutex::new(file))
        .with_ansi(false)
        .try_init();
}

/// Standard streams go to nowhere, so that whoever started the host is not held by an open pipe.
fn leave_terminal() {
    if let Ok(null) = std::fs::OpenOptions::new()
        .read(true)
        .write(true)
        .open("/dev/null")
    {
        _ = rustix::stdio::dup2_stdin(&null);
        _ = rustix::stdio::dup2_stdout(&null);
        _ = rustix::stdio::dup2_stderr(&null);
    }
}

fn ask(state: &StateDir, requests: &[Request]) -> std::io::Result<Option<BufReader<UnixStream>>> {
    let mut stream = match client::connect(state) {
        Ok(stream) => stream,
        Err(error)
            if matches!(
                error.kind(),
                std::io::ErrorKind::NotFound | std::io::ErrorKind::ConnectionRefused
            ) =>
        {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let hello = Request::Hello {
        version: VERSION,
        client: "host".into(),
        runbooks: Vec::new(),
        config: None,
    };
    for request in std::iter::once(&hello).chain(requests) {
        stream.write_all(&wire::line(request)?)?;
    }
    Ok(Some(BufReader::new(stream)))
}

fn stop(state: &StateDir, force: bool) -> Result<ExitCode> {
    let Some(lines) = ask(state, &[Request::Stop { force }])? else {
        say("no host is at work\n");
        return Ok(ExitCode::SUCCESS);
    };
    for line in lines.lines() {
        let reply: Reply = serde_json::from_str(&line?)?;
        if let Reply::Refused { refusal, .. } = reply {
            complain(&format!(
                "{refusal}; `--force` ends the host all the same, and steps go on"
            ));
            return Ok(ExitCode::from(2));
        } else if let Reply::Rejected { why } = reply {
            return Err(eyre!("{why}"));
        }
    }
    say("the host has ended\n");
    Ok(ExitCode::SUCCESS)
}

fn status(state: &StateDir) -> Result<ExitCode> {
    let Some(lines) = ask(state, &[])? else {
        say("no host is at work\n");
        return Ok(ExitCode::from(1));
    };
    for line in lines.lines() {
        let reply: Reply = serde_json::from_str(&line?)?;
        if let Reply::Welcome { pid, started, .. } = reply {
            say(&format!(
                "a host is at work: pid {pid}, since {started}, state in `{}`\n",
                state.path().display()
            ));
            return Ok(ExitCode::SUCCESS);
        } else if let Reply::Rejected { why } = reply {
            return Err(eyre!("{why}"));
        }
    }
    Err(eyre!("the host went away without an answer"))
}
