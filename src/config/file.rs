//! `breakglass.toml` → [`Config`]: what each key outside the components means.
//!
//! It must not read a file, a clock or a secret; the environment is handed in.

use super::components;
use super::reader::{Reader, Table, Value, closest};
use super::{Config, ConsoleSettings, Env, Lint, Steps};
use crate::runbook::Risk;
use crate::runbook::lint::{rule_named, rules as lint_rules};
use color_eyre::Result;
use color_eyre::eyre::eyre;
use std::path::{Path, PathBuf};
use std::time::Duration;
use toml::de::DeTable;

/// Reads the text of a config file that lies at `path`.
///
/// # Errors
///
/// A syntax error, with file, line and column. Everything else is a complaint in the result.
pub(super) fn parse(text: &str, path: &Path, env: Env<'_>) -> Result<Read> {
    let reader = Reader::new(path, text);
    let document = DeTable::parse(text).map_err(|error| {
        let (line, column) = reader.position(error.span().map_or(0, |span| span.start));
        eyre!(
            "{}:{line}:{column}: {}",
            path.display(),
            error.message().replace('\n', ", ")
        )
    })?;
    let root = Table::new(&reader, "", 0..0, document.get_ref());
    let place = Place {
        folder: path.parent().unwrap_or(Path::new("")),
        env,
    };
    let mut config = read(&root, &place);
    config.source = Some(path.to_owned());
    let names_components = components::KINDS.iter().any(|(word, _)| root.has(word));
    config.complaints = reader.into_complaints();
    Ok(Read {
        config,
        names_components,
    })
}

/// What a file said.
pub(super) struct Read {
    pub config: Config,
    /// Whether it holds component tables at all, usable or not.
    pub names_components: bool,
}

/// What paths and names are relative to.
pub(super) struct Place<'a> {
    pub folder: &'a Path,
    pub env: Env<'a>,
}

impl Place<'_> {
    /// A path of the file: relative to the file's folder, `~/` to the home folder.
    pub fn path(&self, text: &str) -> PathBuf {
        if let Some(rest) = text.strip_prefix("~/")
            && let Some(home) = (self.env)("HOME")
        {
            return Path::new(&home).join(rest);
        }
        self.folder.join(text)
    }

    fn paths(&self, texts: Option<Vec<String>>) -> Vec<PathBuf> {
        texts
            .unwrap_or_default()
            .iter()
            .map(|text| self.path(text))
            .collect()
    }
}

fn read(root: &Table<'_>, place: &Place<'_>) -> Config {
    let mut config = Config {
        runbooks: place.paths(root.strings("runbooks")),
        builtin_runbooks: root.boolean("builtin_runbooks").unwrap_or(true),
        target: root.filled("target"),
        backups: place.paths(root.strings("backups")),
        ..Config::default()
    };
    if let Some(table) = root.table("steps") {
        config.steps = steps(&table, place);
    }
    if let Some(table) = root.table("console") {
        config.console = console(&table, place);
    }
    if let Some(table) = root.table("lint") {
        config.lint = lint(&table, place);
    }
    if let Some(table) = root.table("risk") {
        for (key, _, value) in table.entries() {
            if let Some(level) = risk(&table, key, value) {
                config.risk.insert(key.to_owned(), level);
            }
        }
    }
    if let Some(table) = root.table("placeholders") {
        config.placeholders = table.string_map();
    }
    if let Some(table) = root.table("objectives") {
        config.rto = above_zero(&table, "rto");
        config.rpo = above_zero(&table, "rpo");
        table.finish(|_| None);
    }
    (config.components, config.unusable) = components::read(root, place);
    root.finish(|key| match key {
        "component" | "components" => Some(
            "a component stands under its kind, such as `[postgres.main]` or `[http.api]`".into(),
        ),
        "kubernetes" => Some("Kubernetes is not watched by this version".into()),
        _ => None,
    });
    config
}

fn steps(table: &Table<'_>, place: &Place<'_>) -> Steps {
    let steps = Steps {
        shell: table.filled("shell"),
        timeout: above_zero(table, "timeout"),
        grace: table.duration("grace").unwrap_or(Steps::default().grace),
        cwd: table.filled("cwd").map(|text| place.path(&text)),
    };
    table.finish(|_| None);
    steps
}

fn console(table: &Table<'_>, place: &Place<'_>) -> ConsoleSettings {
    let keymap = table.filled("keymap").map(|name| {
        let is_path = name.contains(['/', '.']);
        if is_path {
            place.path(&name).to_string_lossy().into_owned()
        } else {
            name
        }
    });
    let console = ConsoleSettings {
        keymap,
        ascii: table.boolean("ascii").unwrap_or(false),
        mouse: table.boolean("mouse").unwrap_or(false),
    };
    table.finish(|_| None);
    console
}

fn lint(table: &Table<'_>, place: &Place<'_>) -> Lint {
    let mut lint = Lint {
        disable: rules(table, "disable", table.get("disable")),
        review_after: at_least(table, "review_after", Duration::from_secs(86_400)),
        files: Vec::new(),
    };
    if let Some(files) = table.table("files") {
        for (path, _, value) in files.entries() {
            let rules = rules(&files, path, Some(value));
            lint.files.push((place.path(path), rules));
        }
    }
    table.finish(|_| None);
    lint
}

/// Names of rules, each known.
fn rules(table: &Table<'_>, key: &str, value: Option<Value<'_>>) -> Vec<String> {
    let names = value.map_or(Vec::new(), |value| table.strings_of(key, value));
    let (known, unknown): (Vec<String>, Vec<String>) = names
        .into_iter()
        .partition(|name| rule_named(name).is_some());
    for (name, value) in unknown.into_iter().filter_map(|name| Some((name, value?))) {
        let near = closest(&name, lint_rules().map(|rule| rule.name)).map_or_else(
            || "see `breakglass lint --rules`".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        table.complain(key, value, &format!("there is no rule `{name}`; {near}"));
    }
    known
}

fn risk(table: &Table<'_>, key: &str, value: Value<'_>) -> Option<Risk> {
    const LEVELS: [&str; 4] = ["read", "change", "destroy", "unknown"];
    let level = match value.get_ref().as_str() {
        Some("read") => Some(Risk::Read),
        Some("change") => Some(Risk::Change),
        Some("destroy") => Some(Risk::Destroy),
        Some("unknown") => Some(Risk::Unknown),
        Some(_) | None => None,
    };
    if level.is_none() {
        let near = value
            .get_ref()
            .as_str()
            .and_then(|word| closest(word, LEVELS.into_iter()))
            .map(|near| format!(" (did you mean `{near}`?)"))
            .unwrap_or_default();
        table.expected(
            key,
            value,
            &format!("`read`, `change`, `destroy` or `unknown`{near}"),
        );
    }
    level
}

/// A span of time that is longer than nothing.
pub(super) fn above_zero(table: &Table<'_>, key: &'static str) -> Option<Duration> {
    at_least(table, key, Duration::from_millis(1))
}

/// A span of time of at least `least`.
pub(super) fn at_least(table: &Table<'_>, key: &'static str, least: Duration) -> Option<Duration> {
    let span = table.duration(key)?;
    if span >= least {
        return Some(span);
    }
    if let Some(value) = table.get(key) {
        table.expected(key, value, &format!("at least {least:?}"));
    }
    None
}
