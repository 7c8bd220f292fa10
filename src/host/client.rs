//! How a client reaches the host, or starts it.
//!
//! Blocking: call it off a loop that answers keys. It must not say anything over the connection.

use super::place::{Place, SocketPath};
use crate::cli::Common;
use crate::paths::StateDir;
use std::io::{self, BufRead, BufReader};
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What a starting host says on its standard output once clients can connect.
pub const READY: &str = "ready";

/// Connects to a host that is at work already.
pub fn connect(state: &StateDir) -> io::Result<UnixStream> {
    let place = Place::find(state)?;
    UnixStream::connect(SocketPath::new(&place.socket())?.path())
}

/// Connects, starting a detached host first where none answers.
pub fn connect_or_start(state: &StateDir, common: &Common) -> io::Result<UnixStream> {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        if let Ok(stream) = connect(state) {
            return Ok(stream);
        }
        start(state, common)?;
        match connect(state) {
            Ok(stream) => return Ok(stream),
            Err(error) if Instant::now() > deadline => return Err(error),
            // Another host held the lock and was just leaving, or is just coming.
            Err(_) => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

/// Starts a host in a session of its own and waits until it is ready, or says why it is not.
fn start(state: &StateDir, common: &Common) -> io::Result<()> {
    let mut command = Command::new("/proc/self/exe");
    command
        .arg("host")
        .arg("start")
        .arg("--leader")
        .arg("--state-dir")
        .arg(state.path());
    if let Some(config) = &common.config {
        command.arg("--config").arg(std::path::absolute(config)?);
    }
    for runbook in &common.runbook {
        command.arg("--runbook").arg(std::path::absolute(runbook)?);
    }
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut said = String::new();
    if let Some(stdout) = child.stdout.take() {
        BufReader::new(stdout).read_line(&mut said)?;
    }
    // Reap it when it ends, so that a long-lived console leaves no zombie.
    std::thread::Builder::new()
        .name("host-reaper".into())
        .stack_size(64 << 10)
        .spawn(move || {
            _ = child.wait();
        })?;
    match said.trim() {
        READY | "" => Ok(()),
        why => Err(io::Error::other(why.to_owned())),
    }
}
