//! Any command: its exit code, or a number read from its output.

use super::fault;
use super::{number, problem, words};
use crate::config::Command;
use crate::health::{Failure, FailureKind, Observation, Verdict};
use regex::Regex;
use rustix::process::{Pid, Signal, kill_process_group};
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt};

/// How much of an output is kept, in bytes; the rest is read and dropped, so that the command does not stall.
const KEPT: usize = 64 << 10;

/// What a command did.
#[derive(Debug)]
pub(super) struct Ran {
    pub status: ExitStatus,
    pub out: String,
    pub err: String,
}

/// A command and everything it started; all of it ends with this.
struct Group(Option<Pid>);

impl Group {
    fn kill(&mut self) {
        if let Some(group) = self.0.take() {
            // Nobody left in it is as good.
            _ = kill_process_group(group, Signal::KILL);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Runs `sh -c` without a terminal or input. What it leaves in the background is ended with it.
pub(super) async fn run(command: &str, limit: Duration) -> Result<Ran, Failure> {
    let mut child = tokio::process::Command::new("sh")
        .arg("-c")
        .arg(command)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| fault::misconfigured(format!("`sh` does not start: {error}")))?;
    let mut group = Group(child.id().and_then(|id| Pid::from_raw(id as i32)));
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let ran = async {
        let output = async { tokio::join!(kept(out), kept(err)) };
        tokio::pin!(output);
        tokio::select! {
            biased;
            // Both pipes closed: it is over, or about to be.
            (out, err) = &mut output => Ok((child.wait().await, out, err)),
            status = child.wait() => {
                // What it left behind may hold the pipes open for ever.
                group.kill();
                let (out, err) = output.await;
                Ok((status, out, err))
            }
        }
    };
    let ended = tokio::time::timeout(limit, ran).await;
    let (status, out, err) = ended.map_err(|_| fault::timed_out(limit))??;
    Ok(Ran {
        status: status.map_err(|error| fault::io(&error))?,
        out,
        err,
    })
}

/// The beginning of a stream, read to its end.
async fn kept(stream: Option<impl AsyncRead + Unpin>) -> String {
    let Some(mut stream) = stream else {
        return String::new();
    };
    let (mut text, mut buffer) = (Vec::new(), vec![0; 8 << 10]);
    while let Ok(count @ 1..) = stream.read(&mut buffer).await {
        let room = KEPT.saturating_sub(text.len()).min(count);
        text.extend_from_slice(buffer.get(..room).unwrap_or_default());
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// One look: the command has to succeed, and to print a number where one is asked for.
pub(super) async fn look(command: &Command, limit: Duration) -> Result<Observation, Failure> {
    let pattern = match &command.number {
        None => None,
        Some(pattern) => {
            let wrong = |_| fault::misconfigured(format!("`{pattern}` is no regular expression"));
            Some(Regex::new(pattern).map_err(wrong)?)
        }
    };
    let ran = run(&command.run, limit).await?;
    judge(&ran, pattern.as_ref())
}

fn judge(ran: &Ran, pattern: Option<&Regex>) -> Result<Observation, Failure> {
    let last_words = last_line(&ran.err).or_else(|| last_line(&ran.out));
    let mut seen = Observation::default();
    let ended = match (ran.status.code(), ran.status.signal()) {
        (Some(code), _) => {
            seen.numbers.push(number("exit_code", f64::from(code)));
            format!("exit {code}")
        }
        (None, Some(signal)) => format!("ended by signal {signal}"),
        (None, None) => "ended".into(),
    };
    seen.rows.push(("ended".into(), ended.clone()));
    if let Some(line) = last_line(&ran.out) {
        seen.rows.push(("last line".into(), line.into()));
    }
    if let Some(line) = last_line(&ran.err) {
        seen.rows.push(("last complaint".into(), line.into()));
    }
    if !ran.status.success() {
        let reason = match last_words {
            Some(line) => format!("{ended}: {line}"),
            None => ended.clone(),
        };
        // The shell's own way to say that there is nothing to run.
        if matches!(ran.status.code(), Some(126 | 127)) {
            return Err(fault::misconfigured(reason));
        }
        seen.problems
            .push(problem(Verdict::Down, "command_failed", reason));
    }
    seen.summary = ended;
    if let Some(pattern) = pattern {
        match value(&ran.out, pattern) {
            Some(value) => {
                seen.numbers.insert(0, number("value", value));
                seen.summary = words::figure(value);
            }
            None if ran.status.success() => {
                let message = format!("no number in its output matches `{pattern}`");
                return Err(fault::failure(FailureKind::Protocol, message));
            }
            None => {}
        }
    }
    Ok(seen)
}

/// The first group of the first match, or the whole match where the pattern has no group.
fn value(text: &str, pattern: &Regex) -> Option<f64> {
    let found = pattern.captures(text)?;
    let matched = found.get(1).or_else(|| found.get(0))?;
    let number: f64 = matched.as_str().trim().parse().ok()?;
    number.is_finite().then_some(number)
}

fn last_line(text: &str) -> Option<&str> {
    text.lines()
        .map(str::trim)
        .rev()
        .find(|line| !line.is_empty())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn numbers_are_found() {
        let check = |text: &str, pattern: &str, expected: Option<f64>| {
            let pattern = Regex::new(pattern).unwrap();
            assert_eq!(value(text, &pattern), expected, "{text} {pattern}");
        };
        check("depth 42\n", "depth ([0-9]+)", Some(42.0));
        check("42", "[0-9]+", Some(42.0));
        check("lag: -1.5e3 ms", "lag: (\\S+)", Some(-1500.0));
        check("nothing", "([0-9]+)", None);
        check("value inf", "value (\\S+)", None);
    }

    fn seen(code: i32, out: &str, err: &str) -> Result<Observation, Failure> {
        let ran = Ran {
            status: ExitStatus::from_raw(code << 8),
            out: out.into(),
            err: err.into(),
        };
        judge(&ran, Some(&Regex::new("n=([0-9]+)").unwrap()))
    }

    #[test]
    fn an_exit_code_and_a_number_are_judged_apart() {
        let well = seen(0, "n=7\n", "").unwrap();
        assert_eq!((well.summary.as_str(), well.problems.len()), ("7", 0));
        let failed = seen(3, "n=7\n", "queue is stuck\n\n").unwrap();
        assert_eq!(failed.problems[0].reason, "exit 3: queue is stuck");
        assert_eq!(failed.numbers.len(), 2);
        assert_eq!(seen(0, "none", "").unwrap_err().kind, FailureKind::Protocol);
        assert_eq!(
            seen(127, "", "sh: 1: nope: not found").unwrap_err(),
            fault::misconfigured("exit 127: sh: 1: nope: not found")
        );
    }
}
