//! The leader of the step's session: starts the step, waits for it, and stays so that its terminal stays.
//!
//! It talks to its keeper over the socket that is its standard input, and has the PTY as standard output. It must
//! not touch the transcript, nor end before the keeper lets it go (closes the socket, or dies).

use rustix::process::{Pid, WaitId, WaitIdOptions};
use serde::{Deserialize, Serialize};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;

/// From the keeper: what to start.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Order {
    pub argv: Vec<String>,
    pub env: Vec<(String, String)>,
    pub cwd: Option<PathBuf>,
}

/// To the keeper, one JSON document a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Word {
    Started { pid: u32 },
    Failed { why: String },
    Exited { code: i32 },
    Signalled { signal: i32 },
}

/// What a step's own signals, or the terminal's, may send to its whole group. They are caught rather than ignored,
/// because what is ignored stays ignored in the step.
const CAUGHT: [i32; 10] = {
    use signal_hook::consts::signal as s;
    [
        s::SIGHUP,
        s::SIGINT,
        s::SIGQUIT,
        s::SIGTERM,
        s::SIGTSTP,
        s::SIGTTIN,
        s::SIGTTOU,
        s::SIGUSR1,
        s::SIGUSR2,
        s::SIGALRM,
    ]
};

/// The body of `breakglass keeper --lead`.
pub(super) fn main() -> color_eyre::Result<ExitCode> {
    let caught = Arc::new(std::sync::atomic::AtomicBool::new(false));
    for signal in CAUGHT {
        signal_hook::flag::register(signal, Arc::clone(&caught))?;
    }
    let socket = UnixStream::from(rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdin(), 3)?);
    let mut reader = BufReader::new(socket.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let order: Order = serde_json::from_str(&line)?;
    let terminal = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdout(), 3)?;
    let null = std::fs::OpenOptions::new()
        .read(true)
        .write(true)
        .open("/dev/null")?;
    rustix::stdio::dup2_stdin(&null)?;
    rustix::stdio::dup2_stdout(&null)?;

    let Some((program, arguments)) = order.argv.split_first() else {
        tell(
            &socket,
            &Word::Failed {
                why: "there is no command".into(),
            },
        )?;
        return Ok(ExitCode::FAILURE);
    };
    let mut command = Command::new(program);
    command
        .args(arguments)
        .envs(order.env)
        .stdin(Stdio::from(terminal.try_clone()?))
        .stdout(Stdio::from(terminal.try_clone()?))
        .stderr(Stdio::from(terminal.try_clone()?));
    if let Some(cwd) = &order.cwd {
        command.current_dir(cwd);
    }
    let spawned = command.spawn();
    // It holds copies of the terminal, which would keep the end of the output from being seen.
    drop(command);
    let step = match spawned {
        Ok(step) => step,
        Err(error) => {
            let why = why_not(program, order.cwd.as_deref(), &error);
            tell(&socket, &Word::Failed { why })?;
            return Ok(ExitCode::FAILURE);
        }
    };
    tell(&socket, &Word::Started { pid: step.id() })?;
    let pid = Pid::from_child(&step);
    let teller = socket.try_clone()?;
    std::thread::Builder::new()
        .stack_size(128 << 10)
        .spawn(move || {
            // Looked at, not taken: should a signal to the whole group hit this process before it has told, the keeper
            // inherits the step and still learns how it ended.
            if let Some(status) = ended(pid) {
                // First the terminal, then the word: once the keeper hears it, the end of the output is in sight.
                drop(terminal);
                // A keeper that is gone needs no answer; the main thread sees it too and ends.
                _ = tell(&teller, &status);
            }
        })?;
    let mut rest = [0_u8; 64];
    while reader.read(&mut rest)? > 0 {}
    Ok(ExitCode::SUCCESS)
}

fn tell(mut socket: &UnixStream, word: &Word) -> std::io::Result<()> {
    socket.write_all(&crate::wire::line(word)?)
}

/// Waits for the step's end, and leaves it to be waited for.
fn ended(step: Pid) -> Option<Word> {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
    let status = loop {
        match rustix::process::waitid(WaitId::Pid(step), options) {
            Ok(status) => break status?,
            Err(rustix::io::Errno::INTR) => {}
            Err(_) => return None,
        }
    };
    Some(match (status.exit_status(), status.terminating_signal()) {
        (Some(code), _) => Word::Exited { code },
        (None, signal) => Word::Signalled {
            signal: signal.unwrap_or(0),
        },
    })
}

fn why_not(program: &str, cwd: Option<&std::path::Path>, error: &std::io::Error) -> String {
    match cwd {
        Some(cwd) if !cwd.is_dir() => format!("the folder `{}` is not there", cwd.display()),
        _ => format!("`{program}`: {error}"),
    }
}
