//! Runs: from a decided step to a keeper, and from a keeper's end to an input of the engine.
//!
//! It must not decide whether something may run; by the time it is called, that is on disk.

use super::engine::Input;
use crate::config::Config;
use crate::host::place::SocketPath;
use crate::incident::{IncidentId, Resolved, RunEnd, RunId};
use crate::keeper::{self, End, Spec};
use crate::paths::RunDir;
use crate::wire::{self, KeeperAsk, KeeperTell};
use jiff::Timestamp;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::Duration;
use tokio::sync::mpsc;

/// The variable that hands a step its text, so that it stands on no command line for others to read.
const STEP: &str = "BREAKGLASS_STEP";

/// What a keeper is told.
///
/// A shell text runs as one `eval`, so that a block's lines share one shell. What changes something stops at the
/// first command that fails (`set -e`); what only reads goes on, since the next look may tell more.
pub fn spec(
    config: &Config,
    dir: RunDir,
    title: &str,
    resolved: &Resolved,
    timeout_seconds: Option<u64>,
) -> Spec {
    let mut env = vec![("TERM".to_owned(), "xterm-256color".to_owned())];
    let text = resolved.command.clone();
    let argv = match resolved.interpreter.as_str() {
        "psql" => {
            env.push((STEP.to_owned(), text));
            let mut argv: Vec<String> = ["/proc/self/exe", "query"].map(String::from).to_vec();
            if let Some(file) = &config.source {
                argv.extend(["--config".to_owned(), file.display().to_string()]);
            }
            argv
        }
        shell @ ("bash" | "sh" | "zsh" | "dash" | "ksh") => {
            env.push((STEP.to_owned(), text));
            let strict = if resolved.risk > crate::runbook::Risk::Read {
                "set -e; "
            } else {
                ""
            };
            let shell = if shell == "bash" {
                config.steps.shell.clone().unwrap_or_else(preferred_shell)
            } else {
                shell.to_owned()
            };
            vec![
                shell,
                "-c".to_owned(),
                format!("step=${STEP}; unset {STEP}; {strict}eval \"$step\""),
            ]
        }
        other => {
            let flag = match other {
                "cqlsh" | "mysql" | "node" | "ruby" | "perl" => "-e",
                "mongosh" => "--eval",
                "pwsh" => "-Command",
                _ => "-c",
            };
            vec![other.to_owned(), flag.to_owned(), text]
        }
    };
    Spec {
        dir: dir.0,
        title: title.to_owned(),
        argv,
        env,
        cwd: cwd(config, resolved.cwd.as_deref()),
        rows: 24,
        cols: 100,
        timeout_seconds: timeout_seconds.map(|seconds| seconds as f64),
        grace_seconds: config.steps.grace.as_secs_f64(),
        secrets: config.secrets(),
    }
}

/// The author's `cwd` on the fence, below the folder in which steps run.
fn cwd(config: &Config, asked: Option<&str>) -> Option<PathBuf> {
    let steps = config.steps.cwd.clone();
    match (steps, asked) {
        (steps, None) => steps,
        (Some(steps), Some(asked)) => Some(steps.join(asked)),
        (None, Some(asked)) => Some(PathBuf::from(asked)),
    }
}

/// `bash` where there is one, as runbooks expect it, else `sh`.
fn preferred_shell() -> String {
    let found = std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|dir| dir.join("bash").is_file()));
    if found { "bash" } else { "sh" }.to_owned()
}

/// Starts a keeper, off the loop, and follows it to its end.
pub fn start(incident: IncidentId, run: RunId, spec: Spec, inputs: mpsc::Sender<Input>) {
    tokio::task::spawn_blocking(move || {
        let dir = RunDir(spec.dir.clone());
        let made = std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&dir.0);
        match made.and_then(|()| keeper::start(&spec)) {
            Ok(_) => wait(incident, run, dir, inputs),
            Err(error) => {
                let end = read_end(&dir).unwrap_or_else(|| {
                    ended(RunEnd::NotStarted {
                        why: error.to_string(),
                    })
                });
                _ = inputs.blocking_send(Input::RunEnded { incident, run, end });
            }
        }
    });
}

/// Follows a keeper that was started earlier.
pub fn follow(incident: IncidentId, run: RunId, dir: RunDir, inputs: mpsc::Sender<Input>) {
    wait(incident, run, dir, inputs);
}

/// A thread that waits for the keeper's end: on its socket, then for `end.json`.
fn wait(incident: IncidentId, run: RunId, dir: RunDir, inputs: mpsc::Sender<Input>) {
    let waiting = inputs.clone();
    let spawned = std::thread::Builder::new()
        .name(format!("{run}"))
        .stack_size(128 << 10)
        .spawn(move || {
            let end = wait_for_end(&dir);
            _ = waiting.blocking_send(Input::RunEnded { incident, run, end });
        });
    if spawned.is_err() {
        tracing::error!("no thread to wait for {run}: its end is found when the host starts again");
    }
}

fn wait_for_end(dir: &RunDir) -> End {
    let mut gone = 0;
    loop {
        if let Some(end) = read_end(dir) {
            return end;
        }
        // Blocks until the keeper says that the step ended, or goes.
        _ = wait_on_socket(dir);
        if let Some(end) = read_end(dir) {
            return end;
        }
        gone = if is_alive(dir) { 0 } else { gone + 1 };
        if gone > 2 {
            return read_end(dir).unwrap_or_else(|| ended(RunEnd::Lost));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Whether the keeper of a run is still there; its pid may have been given to somebody else since.
fn is_alive(dir: &RunDir) -> bool {
    let Ok(pid) = std::fs::read_to_string(dir.keeper_pid()) else {
        return false;
    };
    std::fs::read(format!("/proc/{}/cmdline", pid.trim()))
        .is_ok_and(|line| line.split(|byte| *byte == 0).any(|word| word == b"keeper"))
}

fn wait_on_socket(dir: &RunDir) -> std::io::Result<()> {
    let stream = UnixStream::connect(SocketPath::new(&dir.socket())?.path())?;
    for line in BufReader::new(stream).lines() {
        if let Ok(KeeperTell::Ended { .. }) = serde_json::from_str(&line?) {
            break;
        }
    }
    Ok(())
}

fn read_end(dir: &RunDir) -> Option<End> {
    serde_json::from_slice(&std::fs::read(dir.end()).ok()?).ok()
}

fn ended(end: RunEnd) -> End {
    End {
        end,
        duration_ms: 0,
        output_bytes: 0,
        transcript_sha256: None,
        tail: String::new(),
        at: Timestamp::now(),
    }
}

/// Asks a keeper to end its step: INT, then TERM, then KILL.
pub fn cancel(dir: RunDir) {
    tokio::task::spawn_blocking(move || {
        let said =
            UnixStream::connect(SocketPath::new(&dir.socket())?.path()).and_then(|mut stream| {
                let line = wire::line(&KeeperAsk::Cancel)?;
                stream.write_all(&line)
            });
        said.inspect_err(|error| {
            tracing::error!("cannot reach the keeper in `{}`: {error}", dir.0.display());
        })
    });
}
