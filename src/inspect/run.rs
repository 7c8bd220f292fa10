//! One bounded process: what it printed, or nothing when it took too long or would not start.
//!
//! It must not know what is asked.

use std::io::Read;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// A question that takes longer is not answered.
const LIMIT: Duration = Duration::from_secs(10);

/// No help is longer than this, bytes.
const LONGEST: u64 = 1 << 20;

#[derive(Debug, Default, Clone)]
pub(super) struct Printed {
    pub out: String,
    pub err: String,
    pub is_success: bool,
}

/// Asks a program: nothing is typed into it, no cluster is named to it, and it ends with its children.
pub(super) fn ask<'a>(
    program: &Path,
    name: &str,
    arguments: impl IntoIterator<Item = &'a str>,
) -> Option<Printed> {
    let mut command = Command::new(program);
    command
        .arg0(name)
        .args(arguments)
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .env("KUBECONFIG", "/dev/null")
        .env("LC_ALL", "C")
        .env("TERM", "dumb")
        .env("NO_COLOR", "1")
        .env("COLUMNS", "200")
        .env("COBRA_ACTIVE_HELP", "0");
    for pager in [
        "PAGER",
        "GIT_PAGER",
        "MANPAGER",
        "SYSTEMD_PAGER",
        "GH_PAGER",
    ] {
        command.env(pager, "cat");
    }
    finish(command.spawn().ok()?, LIMIT)
}

fn finish(mut child: Child, limit: Duration) -> Option<Printed> {
    let out = reader(child.stdout.take()?);
    let err = reader(child.stderr.take()?);
    let deadline = Instant::now() + limit;
    let mut pause = Duration::from_millis(1);
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break Some(status),
            Ok(None) if Instant::now() < deadline => thread::sleep(pause),
            Ok(None) | Err(_) => break None,
        }
        pause = (pause * 2).min(Duration::from_millis(20));
    };
    // Whatever it left behind would hold the pipes open.
    if let Some(group) = rustix::process::Pid::from_raw(child.id().cast_signed()) {
        _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    if status.is_none() {
        _ = child.kill();
        _ = child.wait();
    }
    // Somebody who left the group may still hold a pipe; nobody waits for them.
    let left = Duration::from_secs(1);
    let (out, err) = (out.recv_timeout(left).ok()?, err.recv_timeout(left).ok()?);
    Some(Printed {
        out,
        err,
        is_success: status?.success(),
    })
}

fn reader(pipe: impl Read + Send + 'static) -> mpsc::Receiver<String> {
    let (told, text) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        _ = pipe.take(LONGEST).read_to_end(&mut bytes);
        _ = told.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
    use super::*;

    #[test]
    fn what_takes_too_long_is_ended_with_its_children() {
        let mut command = Command::new("sh");
        command
            .args(["-c", "sleep 600 & sleep 600"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        let started = Instant::now();
        // Returning at all shows that nobody holds the pipes any more.
        assert!(finish(command.spawn().unwrap(), Duration::from_millis(50)).is_none());
        assert!(started.elapsed() < Duration::from_secs(60));
    }

    #[test]
    fn what_leaves_its_group_is_not_waited_for() {
        let child = Command::new("setsid")
            .args(["--wait", "sh", "-c", "sleep 30 &"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .unwrap();
        let started = Instant::now();
        assert!(finish(child, Duration::from_secs(10)).is_none());
        assert!(started.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn both_outputs_and_the_end_are_told() {
        let printed = ask(
            Path::new("/bin/sh"),
            "sh",
            ["-c", "echo out; echo err >&2; exit 3"],
        )
        .unwrap();
        assert_eq!(
            (&*printed.out, &*printed.err, printed.is_success),
            ("out\n", "err\n", false)
        );
    }
}
