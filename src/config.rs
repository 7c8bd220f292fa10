//! The configuration: files, flags and environment become one checked [`Config`].
//!
//! Errors point at file, line and key and say what is expected. It must not open a connection.
//!
//! # The file
//!
//! TOML; every key is optional. Paths are relative to the file. A span of time is `"5s"`, `"2m"`, `"1h30m"` or a
//! number of seconds. A component is a table under its kind, `[postgres.main]`, or `[postgres]` where one is enough.
//! This is all there is:
//!
//! ```toml
#![doc = include_str!("config/example.toml")]
//! ```
//!
//! What is wrong in one place never takes the rest with it: a key that is unknown or of the wrong type is a
//! [`Complaint`] and the default is used; only a file that is not TOML at all is an error.
//!
//! # Without a file
//!
//! Components are found as their own clients find them: `DATABASE_URL`, `PGHOST` and its siblings (with `PGSERVICE`
//! and the password file), `REDIS_URL`, `REDIS_SENTINELS`. So they are where the file names none.
//!
//! `duration`, `endpoint` and `url` read values · `reader` keeps positions · `file`, `components`, `kinds` and `passwords`
//! give keys their meaning · `discover` asks the environment · `load` is the edge · `secret` fetches passwords.

mod components;
mod discover;
pub mod duration;
pub mod endpoint;
mod file;
mod kinds;
mod load;
mod passwords;
mod reader;
pub mod secret;
pub mod url;

/// A documented file with every key.
pub const EXAMPLE: &str = include_str!("config/example.toml");

use crate::health::ComponentKind;
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Looks a variable of the environment up.
pub type Env<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Everything that can be set, checked, with defaults filled in.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The file it came from; `None` when everything was found in the environment.
    pub source: Option<PathBuf>,
    /// Runbook files or folders, in order; the built-in ones follow unless `builtin_runbooks` is off.
    pub runbooks: Vec<PathBuf>,
    pub builtin_runbooks: bool,
    pub components: Vec<Component>,
    /// Names of components of the file that cannot be looked at as they stand there; each has a complaint.
    pub unusable: Vec<String>,
    pub steps: Steps,
    pub console: ConsoleSettings,
    pub lint: Lint,
    /// The name of what steps hit when nothing better is known ("prod-eu/dotnetagents").
    pub target: Option<String>,
    /// Extra programs and verbs for the risk table: `"mytool purge"` → level.
    pub risk: BTreeMap<String, crate::runbook::Risk>,
    /// Placeholder name → a shell command whose output lines are offered as values.
    pub placeholders: BTreeMap<String, String>,
    /// Where backup files lie, offered for placeholders that name a backup.
    pub backups: Vec<PathBuf>,
    /// Global objectives by default, when neither scenario nor runbook states one.
    pub rto: Option<Duration>,
    pub rpo: Option<Duration>,
    /// What was wrong but could be passed over; shown as notices.
    pub complaints: Vec<Complaint>,
}

/// One thing that is watched.
#[derive(Debug, Clone)]
pub struct Component {
    pub name: String,
    pub kind: ComponentKind,
    pub settings: Settings,
    pub interval: Duration,
    pub timeout: Duration,
    /// Number name → thresholds that replace the default ones.
    pub thresholds: BTreeMap<String, Threshold>,
    /// Looks in a row that must agree before a verdict worsens (`bad`) or gets better (`good`).
    pub bad_after: u32,
    pub good_after: u32,
    /// Words that tie detection lines to this component ("agent registry", "task queue").
    pub aliases: Vec<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Threshold {
    pub warn: Option<f64>,
    pub down: Option<f64>,
}

/// How to reach it, by kind.
#[derive(Debug, Clone)]
pub enum Settings {
    Postgres(Postgres),
    Redis(Redis),
    Sentinel(Sentinel),
    Http(Http),
    Tcp { address: String },
    Command(Command),
}

#[derive(Debug, Clone, Default)]
pub struct Postgres {
    /// Every server of the pair or cluster, `host:port`; a host that starts with `/` is a socket's folder.
    pub hosts: Vec<String>,
    pub user: String,
    pub database: String,
    pub password: Option<SecretString>,
    /// Where the password comes from when `password` is not known yet.
    pub password_from: Option<PasswordFrom>,
    pub tls: Tls,
}

/// A source of a secret that is read when a connection is made, so that a rotated one is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PasswordFrom {
    /// The file's first line.
    File(PathBuf),
    /// The first line that `sh -c` prints.
    Command(String),
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tls {
    /// TLS where the server offers it, as libpq's `prefer`.
    #[default]
    Prefer,
    Off,
    Require,
}

#[derive(Debug, Clone, Default)]
pub struct Redis {
    pub hosts: Vec<String>,
    pub username: Option<String>,
    pub password: Option<SecretString>,
    pub password_from: Option<PasswordFrom>,
    pub tls: bool,
}

#[derive(Debug, Clone, Default)]
pub struct Sentinel {
    pub hosts: Vec<String>,
    /// `None`: every master the Sentinels know.
    pub master: Option<String>,
    pub password: Option<SecretString>,
    pub password_from: Option<PasswordFrom>,
    /// For the Redis servers behind the Sentinels.
    pub node_password: Option<SecretString>,
    pub node_password_from: Option<PasswordFrom>,
}

#[derive(Debug, Clone, Default)]
pub struct Http {
    pub url: String,
    /// Statuses that count as up; empty means any 2xx or 3xx.
    pub expect: Vec<u16>,
    /// Text that the body must hold.
    pub contains: Option<String>,
    pub headers: BTreeMap<String, SecretString>,
}

#[derive(Debug, Clone, Default)]
pub struct Command {
    /// Run by `sh -c`.
    pub run: String,
    /// A regular expression whose first group is the number to judge.
    pub number: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Steps {
    /// The shell that runs command blocks: `bash`, with `sh` where there is none.
    pub shell: Option<String>,
    pub timeout: Option<Duration>,
    /// Between INT, TERM and KILL on cancel.
    pub grace: Duration,
    pub cwd: Option<PathBuf>,
}

impl Default for Steps {
    fn default() -> Self {
        Steps {
            shell: None,
            timeout: None,
            grace: Duration::from_secs(5),
            cwd: None,
        }
    }
}

#[derive(Debug, Clone, Default)]
pub struct ConsoleSettings {
    /// A name (`default`, `vim`) or a path.
    pub keymap: Option<String>,
    /// ASCII glyphs only.
    pub ascii: bool,
    pub mouse: bool,
}

/// What lint is told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lint {
    /// Rules that are off in every runbook.
    pub disable: Vec<String>,
    /// A runbook (or a folder of them) and the rules that are off in it.
    pub files: Vec<(PathBuf, Vec<String>)>,
    /// How long a runbook may go without a review.
    pub review_after: Option<Duration>,
}

/// Something wrong in a file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    pub file: PathBuf,
    pub line: u32,
    pub key: String,
    /// What is wrong and what is expected.
    pub message: String,
}

impl std::fmt::Display for Complaint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.file.display())?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        write!(f, ": `{}`: {}", self.key, self.message)
    }
}

impl Settings {
    /// The servers that it is made of, `host:port`; empty where they have no such address.
    pub fn servers(&self) -> &[String] {
        match self {
            Settings::Postgres(postgres) => &postgres.hosts,
            Settings::Redis(redis) => &redis.hosts,
            Settings::Sentinel(sentinel) => &sentinel.hosts,
            Settings::Http(_) | Settings::Tcp { .. } | Settings::Command(_) => &[],
        }
    }

    pub fn kind(&self) -> ComponentKind {
        match self {
            Settings::Postgres(_) => ComponentKind::Postgres,
            Settings::Redis(_) => ComponentKind::Redis,
            Settings::Sentinel(_) => ComponentKind::Sentinel,
            Settings::Http(_) => ComponentKind::Http,
            Settings::Tcp { .. } => ComponentKind::Tcp,
            Settings::Command(_) => ComponentKind::Command,
        }
    }
}

impl Settings {
    /// Where it is looked at, without secrets: `10.0.0.1:5432,10.0.0.2:5432/app`.
    pub fn address(&self) -> String {
        match self {
            Settings::Postgres(postgres) => {
                format!("{}/{}", postgres.hosts.join(","), postgres.database)
            }
            Settings::Redis(redis) => redis.hosts.join(","),
            Settings::Sentinel(sentinel) => match &sentinel.master {
                Some(master) => format!("{}/{master}", sentinel.hosts.join(",")),
                None => sentinel.hosts.join(","),
            },
            Settings::Http(http) => match reqwest::Url::parse(&http.url) {
                Ok(mut url) => {
                    // Credentials and tokens go into the login and the query.
                    _ = url.set_username("");
                    _ = url.set_password(None);
                    url.set_query(None);
                    url.set_fragment(None);
                    url.into()
                }
                Err(_) => String::new(),
            },
            Settings::Tcp { address } => address.clone(),
            Settings::Command(command) => crate::mask::Masker::new(&[])
                .mask(&command.run)
                .into_owned(),
        }
    }
}

impl Component {
    /// With the defaults of its kind.
    pub fn new(name: impl Into<String>, settings: Settings) -> Self {
        let kind = settings.kind();
        let (interval, timeout) = match kind {
            ComponentKind::Kubernetes
            | ComponentKind::Postgres
            | ComponentKind::Redis
            | ComponentKind::Sentinel
            | ComponentKind::Tcp => (5, 3),
            ComponentKind::Http => (10, 5),
            ComponentKind::Command => (30, 10),
        };
        Component {
            name: name.into(),
            kind,
            settings,
            interval: Duration::from_secs(interval),
            timeout: Duration::from_secs(timeout),
            thresholds: BTreeMap::new(),
            bad_after: 2,
            good_after: 2,
            aliases: Vec::new(),
        }
    }
}

impl Config {
    /// Reads the text of a config file that lies at `path`; components are those of the file alone.
    ///
    /// # Errors
    ///
    /// A syntax error, with file, line and column. Everything else is a complaint in the result.
    pub fn parse(text: &str, path: &Path, env: Env<'_>) -> color_eyre::Result<Config> {
        Ok(file::parse(text, path, env)?.config)
    }

    /// `--config`, else `./breakglass.toml`, else `breakglass/breakglass.toml` in the XDG config folder, else the
    /// environment. `--runbook` goes before the file's own runbooks. Passwords of files and commands are not
    /// fetched here (see [`secret`]).
    ///
    /// # Errors
    ///
    /// A file that cannot be read or is not TOML.
    pub fn load(common: &crate::cli::Common) -> color_eyre::Result<Config> {
        load::load(common)
    }

    /// Every secret that is known by now, for the masker.
    pub fn secrets(&self) -> Vec<String> {
        self.components
            .iter()
            .flat_map(|component| secret::known(&component.settings))
            .collect()
    }
}

#[cfg(test)]
mod tests;
