//! A hermetic world: its own folders, a cleared environment, and no host left behind.

use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

/// One place on earth where a test's breakglass lives.
#[derive(Debug)]
pub struct World {
    dir: tempfile::TempDir,
}

impl World {
    pub fn new() -> World {
        World {
            dir: tempfile::Builder::new()
                .prefix("breakglass-it-")
                .tempdir()
                .unwrap(),
        }
    }

    /// A world with this runbook as `dr.md` and this config.
    pub fn with(runbook: &str, config: &str) -> World {
        let world = World::new();
        world.write("dr.md", runbook);
        world.write(
            "breakglass.toml",
            &format!("runbooks = [\"dr.md\"]\nbuiltin_runbooks = false\n{config}"),
        );
        world
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    pub fn state(&self) -> PathBuf {
        self.path("state")
    }

    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// The real binary, in this world's folder.
    pub fn command(&self) -> Command {
        let mut command = super::program(self.dir());
        command
            .env("TMPDIR", self.dir())
            .env("LC_ALL", "C.UTF-8")
            .env("TZ", "UTC");
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command().args(arguments).output().unwrap()
    }

    /// Runs it, checks the exit code, and returns what it printed.
    pub fn check(&self, arguments: &[&str], code: i32) -> String {
        let output = self.run(arguments);
        let (out, err) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        assert_eq!(
            output.status.code(),
            Some(code),
            "{arguments:?}\n--- stdout\n{out}\n--- stderr\n{err}"
        );
        format!("{out}{err}")
    }

    /// The host's process, if one is at work.
    pub fn host_pid(&self) -> Option<String> {
        let output = self.run(&["host", "status"]);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let pid = said.split("pid ").nth(1)?.split(',').next()?.to_owned();
        output.status.success().then_some(pid)
    }

    /// `kill -9`; what its pid was.
    pub fn kill_host(&self) -> String {
        let pid = self.host_pid().unwrap();
        let killed = Command::new("kill").args(["-9", &pid]).status();
        assert!(killed.unwrap().success());
        pid
    }
}

impl Drop for World {
    fn drop(&mut self) {
        _ = self.command().args(["host", "stop", "--force"]).output();
        // Keepers are ended by the pids they left; a SIGTERM makes them end their step.
        for entry in std::fs::read_dir(self.state().join("runs"))
            .into_iter()
            .flatten()
            .flatten()
        {
            if let Ok(pid) = std::fs::read_to_string(entry.path().join("keeper.pid")) {
                _ = Command::new("kill").arg(pid.trim()).output();
            }
        }
    }
}

/// Whether a process is there and no zombie.
pub fn lives(pid: impl Display) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| !stat.rsplit(')').next().unwrap().starts_with(" Z"))
}

/// How long anything may take on a machine that does other things as well.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Waits until `condition` gives a value; fails, saying what for, when patience ends.
#[track_caller]
pub fn until<T>(what: &str, mut condition: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(value) = condition() {
            return value;
        }
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
