//! One step under a keeper of its own, without a host.

use super::world::{PATIENCE, until};
use breakglass::keeper::{Client, End, Spec, is_alive, start_with, transcript};
use breakglass::paths::RunDir;
use breakglass::wire::{KeeperAsk, KeeperTell, Picture};
use rustix::process::{Pid, Signal, kill_process};
use std::path::Path;
use std::time::Instant;

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_breakglass");

/// A folder for one run, and what to run in it.
pub struct Run {
    _folder: tempfile::TempDir,
    pub dir: RunDir,
    pub spec: Spec,
}

impl Run {
    pub fn new(script: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let dir = RunDir(folder.path().to_owned());
        let spec = Spec {
            dir: dir.0.clone(),
            title: "a step".into(),
            argv: ["bash", "-c", script].map(String::from).to_vec(),
            env: Vec::new(),
            cwd: None,
            rows: 24,
            cols: 80,
            timeout_seconds: None,
            grace_seconds: 0.2,
            secrets: Vec::new(),
        };
        Run {
            _folder: folder,
            dir,
            spec,
        }
    }

    pub fn start(&self) -> u32 {
        start_with(Path::new(PROGRAM), &self.spec).unwrap()
    }

    #[track_caller]
    pub fn end(&self) -> End {
        until("the end", || End::read(&self.dir).unwrap())
    }

    #[track_caller]
    pub fn run(&self) -> End {
        self.start();
        self.end()
    }

    pub fn bytes(&self) -> Vec<u8> {
        transcript::read_bytes(&self.dir.transcript()).unwrap()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes()).into_owned()
    }

    pub fn client(&self) -> Client {
        let client = Client::connect(&self.dir).unwrap();
        client.set_patience(Some(PATIENCE)).unwrap();
        client
    }

    /// Waits until the transcript holds this.
    #[track_caller]
    pub fn printed(&self, what: &str) {
        until(what, || {
            let bytes = transcript::read_bytes(&self.dir.transcript()).ok()?;
            memchr::memmem::find(&bytes, what.as_bytes()).map(drop)
        });
    }
}

impl Drop for Run {
    /// No keeper, and no step, stays behind a test that failed.
    fn drop(&mut self) {
        if is_alive(&self.dir)
            && let Ok(pid) = std::fs::read_to_string(self.dir.keeper_pid())
            && !pid.trim().is_empty()
        {
            kill(Signal::TERM, pid.trim());
        }
    }
}

/// Signals one process. Never a group, and never by the `kill` program: some take `-12345` for `-1`, which is everybody.
pub fn kill(signal: Signal, pid: &str) {
    let pid = pid
        .parse()
        .ok()
        .filter(|&pid| pid > 1)
        .and_then(Pid::from_raw);
    // It may have ended by itself.
    _ = kill_process(pid.expect("the pid of one process"), signal);
}

pub fn lines(picture: &Picture) -> Vec<String> {
    picture
        .rows
        .iter()
        .map(|row| row.iter().map(|span| span.text.as_str()).collect())
        .collect()
}

/// Asks for pictures until one holds `what`.
#[track_caller]
pub fn seen(client: &mut Client, what: &str) -> Picture {
    let deadline = Instant::now() + PATIENCE;
    let ask = |have| KeeperAsk::Picture { have, scroll: 0 };
    client.ask(&ask(0)).unwrap();
    loop {
        assert!(Instant::now() < deadline, "never saw {what}");
        match client.next_tell().unwrap().expect("the keeper is there") {
            KeeperTell::Picture { picture } => {
                if lines(&picture).iter().any(|line| line.contains(what)) {
                    return picture;
                }
                client.ask(&ask(picture.version)).unwrap();
            }
            // The picture comes as well.
            KeeperTell::Ended { .. } => {}
            KeeperTell::Rejected { why } => panic!("{why}"),
        }
    }
}
