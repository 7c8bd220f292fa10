//! Handles on the lab's real servers: start, break, repair, stop. The scripts under `tests/lab` do the work.
//!
//! Each handle is a lab of its own with free ports, so tests run side by side. Servers end when the handle is
//! dropped, and also when the test process dies without a word: its end of a pipe closes, and a guard sees that.

use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

/// The lab's address; everything listens on loopback only.
pub const HOST: &str = "127.0.0.1";

/// A folder of servers and the pipe that keeps them alive.
#[derive(Debug)]
struct Lab {
    script: &'static str,
    dir: PathBuf,
    tether: Option<ChildStdin>,
}

impl Lab {
    fn start(script: &'static str, settings: &[(&str, &str)]) -> Lab {
        use std::os::unix::fs::PermissionsExt;
        // PostgreSQL runs as a user of its own where the tests run as root, and must reach the folder.
        let dir = tempfile::Builder::new()
            .prefix("breakglass-lab-")
            .permissions(std::fs::Permissions::from_mode(0o711))
            .tempdir()
            .unwrap()
            .keep();
        let mut child = Command::new(path(script))
            .arg("start")
            .arg(&dir)
            .arg("--tether")
            .envs(settings.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let tether = child.stdin.take();
        let lab = Lab {
            script,
            dir,
            tether,
        };
        finish(child, &format!("{script} start"));
        lab
    }

    fn run(&self, verb: &str, arguments: &[&str]) -> String {
        let child = Command::new(path(self.script))
            .arg(verb)
            .arg(&self.dir)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        finish(child, &format!("{} {verb} {arguments:?}", self.script))
    }

    fn port(&self, server: &str) -> u16 {
        read_number(&self.dir.join(server).join("port"))
    }

    fn pid(&self, server: &str) -> u32 {
        read_number(&self.dir.join(server).join("pid"))
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        // The guard does the same when the pipe closes; this one is waited for.
        _ = Command::new(path(self.script))
            .arg("stop")
            .arg(&self.dir)
            .stdin(Stdio::null())
            .output();
        drop(self.tether.take());
    }
}

fn path(script: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/lab")
        .join(script)
}

fn finish(child: Child, what: &str) -> String {
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "{what}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout)
        .unwrap()
        .trim_end()
        .to_owned()
}

fn read_number<T: std::str::FromStr>(path: &Path) -> T
where
    T::Err: std::fmt::Debug,
{
    std::fs::read_to_string(path)
        .unwrap()
        .trim()
        .parse()
        .unwrap()
}

macro_rules! servers {
    ($lab:ident) => {
        impl $lab {
            /// Where a server's log, data and pid lie.
            pub fn dir(&self) -> &Path {
                &self.0.dir
            }
            pub fn port(&self, server: &str) -> u16 {
                self.0.port(server)
            }
            pub fn address(&self, server: &str) -> String {
                format!("{HOST}:{}", self.port(server))
            }
            pub fn pid(&self, server: &str) -> u32 {
                self.0.pid(server)
            }
            /// `kill -9`; gone when this returns.
            pub fn kill(&self, server: &str) {
                self.0.run("kill", &[server]);
            }
            /// An orderly shutdown.
            pub fn stop_server(&self, server: &str) {
                self.0.run("stop-server", &[server]);
            }
            /// Starts a stopped or killed server again, as it was; it answers when this returns.
            pub fn start_server(&self, server: &str) {
                self.0.run("start-server", &[server]);
            }
            /// SIGSTOP to the server and its processes.
            pub fn pause(&self, server: &str) {
                self.0.run("pause", &[server]);
            }
            pub fn resume(&self, server: &str) {
                self.0.run("resume", &[server]);
            }
        }
    };
}

/// A PostgreSQL primary (`postgres-0`) and its standbys (`postgres-1` …), streaming.
#[derive(Debug)]
pub struct Postgres(Lab);
servers!(Postgres);

impl Postgres {
    /// The password of `postgres` (superuser) and `watcher` (in `pg_monitor`).
    pub const PASSWORD: &str = "lab-secret-pw";

    /// One primary and one standby.
    pub fn start() -> Postgres {
        Postgres::start_with(&[])
    }

    /// `LAB_STANDBYS`, `LAB_MAX_CONNECTIONS`, `LAB_TLS`.
    pub fn start_with(settings: &[(&str, &str)]) -> Postgres {
        Postgres(Lab::start("postgres", settings))
    }

    /// `host:port` of the first `count` servers.
    pub fn hosts(&self, count: usize) -> Vec<String> {
        (0..count)
            .map(|number| self.address(&format!("postgres-{number}")))
            .collect()
    }

    /// Makes a standby the primary, and waits until it is.
    pub fn promote(&self, server: &str) {
        self.0.run("promote", &[server]);
    }

    /// Throws a server's data away and makes it a standby of another.
    pub fn rebuild(&self, server: &str, of: &str) {
        self.0.run("rebuild", &[server, of]);
    }

    /// Unaligned, rows only.
    pub fn psql(&self, server: &str, sql: &str) -> String {
        self.0.run("psql", &[server, "-c", sql])
    }
}

/// A Redis master (`redis-0`), two replicas and three Sentinels (`sentinel-0` …) that watch it as `mymaster`.
#[derive(Debug)]
pub struct Redis(Lab);
servers!(Redis);

impl Redis {
    pub fn start() -> Redis {
        Redis::start_with(&[])
    }

    /// `LAB_REDIS_PASSWORD`, `LAB_REPLICAS`, `LAB_SENTINELS`.
    pub fn start_with(settings: &[(&str, &str)]) -> Redis {
        Redis(Lab::start("redis", settings))
    }

    /// `host:port` of `redis-0` …
    pub fn hosts(&self, count: usize) -> Vec<String> {
        (0..count)
            .map(|number| self.address(&format!("redis-{number}")))
            .collect()
    }

    /// `host:port` of `sentinel-0` …
    pub fn sentinels(&self, count: usize) -> Vec<String> {
        (0..count)
            .map(|number| self.address(&format!("sentinel-{number}")))
            .collect()
    }

    /// The port of the master that the Sentinels name.
    pub fn master(&self) -> u16 {
        self.0.run("master", &[]).parse().unwrap()
    }

    /// Its name: on a busy machine the Sentinels may have moved it already.
    pub fn master_name(&self) -> String {
        let master = self.master();
        let names = (0..).map(|number| format!("redis-{number}"));
        let mut names = names.take(8);
        names.find(|name| self.port(name) == master).unwrap()
    }

    /// What `redis-cli` prints.
    pub fn cli(&self, server: &str, arguments: &[&str]) -> String {
        let mut all = vec![server];
        all.extend(arguments);
        self.0.run("cli", &all)
    }
}

/// An SSH server (`sshd`) and, where it was asked for, a thin line (`line`) in front of it.
#[derive(Debug)]
pub struct Ssh(Lab);
servers!(Ssh);

impl Ssh {
    /// `kbit`: kilobits a second of the line, each way; `None` for no line. `delay_ms` is its latency, each way.
    pub fn start(kbit: Option<u32>, delay_ms: u32) -> Ssh {
        let (kbit, delay) = (
            kbit.map(|kbit| kbit.to_string()).unwrap_or_default(),
            delay_ms.to_string(),
        );
        Ssh(Lab::start(
            "ssh",
            &[("LAB_KBIT", &kbit), ("LAB_DELAY_MS", &delay)],
        ))
    }

    /// `ssh … HOST`, to be given more arguments: `lab` goes over the line, `direct` past it.
    pub fn command(&self, host: &str) -> Command {
        let mut ssh = Command::new("ssh");
        ssh.arg("-F").arg(self.dir().join("config")).arg(host);
        ssh
    }
}
