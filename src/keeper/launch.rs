//! Starting a keeper process from the host, and the one line with which it answers.
//!
//! It must not know what the keeper does with its [`Spec`].

use super::Spec;
use serde::{Deserialize, Serialize};
use std::io::{Error, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

/// What a keeper says on standard output before it lets go of it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Answer {
    Started,
    Failed(String),
}

/// The longest answer that is read, in bytes.
const ANSWER_LIMIT: u64 = 64 << 10;

/// Starts a keeper process (`/proc/self/exe keeper`, new session) and returns its pid once it has said that the step
/// runs. Blocking; call it off the loop.
///
/// # Errors
/// `could not be started: …`; where the keeper itself came up, `end.json` says [`RunEnd::NotStarted`] too.
///
/// [`RunEnd::NotStarted`]: crate::incident::fact::RunEnd::NotStarted
pub fn start(spec: &Spec) -> std::io::Result<u32> {
    start_with(Path::new("/proc/self/exe"), spec)
}

/// The same with another program than this one, for callers that are not `breakglass` themselves.
pub fn start_with(program: &Path, spec: &Spec) -> std::io::Result<u32> {
    let failed = |why: &dyn std::fmt::Display| Error::other(format!("could not be started: {why}"));
    let mut keeper = Command::new(program)
        .arg0("breakglass")
        .arg("keeper")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| failed(&error))?;
    let pid = keeper.id();
    let told = hand_over(&mut keeper, spec);
    // Its parent has to wait for it, or it stays behind as a zombie; it may live for hours.
    std::thread::Builder::new()
        .name("keeper-wait".into())
        .stack_size(64 << 10)
        .spawn(move || _ = keeper.wait())?;
    match told.map_err(|error| failed(&error))? {
        Answer::Started => Ok(pid),
        Answer::Failed(why) => Err(failed(&why)),
    }
}

fn hand_over(keeper: &mut std::process::Child, spec: &Spec) -> std::io::Result<Answer> {
    let mut text = String::new();
    if let (Some(mut stdin), Some(stdout)) = (keeper.stdin.take(), keeper.stdout.take()) {
        let sent = stdin.write_all(&serde_json::to_vec(spec)?);
        drop(stdin);
        stdout.take(ANSWER_LIMIT).read_to_string(&mut text)?;
        if text.is_empty() {
            sent?;
        }
    }
    serde_json::from_str(&text).map_err(|_| Error::other("the keeper died before it could answer"))
}
