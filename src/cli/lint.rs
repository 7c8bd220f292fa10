//! `breakglass lint`: what in the runbooks would fail, harm or cost time at 3 a.m.
//!
//! It decides which documents are looked at and what the exit code says; the rules stand in [`crate::runbook::lint`].

mod print;

use super::Common;
use crate::config::Config;
use crate::inspect::{Outside, Tools};
use crate::library::{self, Document};
use crate::runbook::lint::{self, Finding, Page, Settings, Severity};
use crate::runbook::{Runbook, builtin};
use color_eyre::Result;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Lint {
    /// Runbooks, folders of them, or `builtin`
    #[arg(value_name = "FILE|DIR")]
    pub paths: Vec<PathBuf>,
    /// How to print; `github` writes annotations for a workflow's log
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Do not ask the installed programs what they take
    #[arg(long)]
    pub no_tools: bool,
    /// End with 1 for notes too
    #[arg(long)]
    pub strict: bool,
    /// List every rule, with why it matters
    #[arg(long)]
    pub rules: bool,
}

const EXAMPLES: &str = "\
Exit codes: 0 nothing worse than a note, 1 a warning or an error, 2 a runbook cannot be read.

Turn a rule off:
  for a line or block   <!-- breakglass-lint disable-next-line no-way-back: it is a cache -->
  inside a fence        kubectl …   # breakglass-lint disable-line no-way-back
  for a section         <!-- breakglass-lint disable-section no-detection -->
  from here on          <!-- breakglass-lint disable no-rto -->   … enable no-rto -->
  for a file            front matter: lint-disable: [no-rto], or in the config:
                          [lint.files]
                          \"docs/old.md\" = [\"no-rto\"]
  everywhere            [lint] with disable = [\"no-rto\"]

Examples:
  breakglass lint docs/dr.md                one runbook
  breakglass lint docs/runbooks             every runbook of a folder
  breakglass lint --format github docs      annotations in a pull request
  breakglass lint --rules                   every rule, and why it matters";

/// How findings are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    #[default]
    Text,
    Json,
    Github,
}

/// The findings of one runbook, under the name it is shown by.
struct Checked {
    file: String,
    findings: Vec<Finding>,
}

impl Lint {
    pub fn run(self, common: &Common) -> Result<ExitCode> {
        if self.rules {
            super::say(&print::rules(self.format)?);
            return Ok(ExitCode::SUCCESS);
        }
        let config = Config::load(common)?;
        let own = config
            .complaints
            .iter()
            .filter(|complaint| complaint.key.starts_with("lint"));
        for complaint in own {
            super::complain(&complaint.to_string());
        }
        let tools = Tools::new(std::env::var_os("PATH"), !self.no_tools);
        let today = jiff::Zoned::now().date();
        let table = library::table(&config);
        let (asked, with_builtin) = self.asked(common, &config);
        let mut checked = Vec::new();
        let mut is_unreadable = false;
        for document in library::documents(&asked, &table) {
            let read = match document {
                Document::Read(runbook) => {
                    let path = PathBuf::from(&runbook.source);
                    std::fs::read(&path)
                        .map(|bytes| (runbook, path, bytes))
                        .map_err(|error| error.to_string())
                }
                Document::Unreadable { error, .. } => Err(error),
            };
            match read {
                Ok((runbook, path, bytes)) => {
                    let outside =
                        Outside::of_file(&tools, today, &path, config.steps.cwd.as_deref());
                    let settings = settings(&config, &path);
                    checked.push(look(&runbook, &bytes, &outside, &settings));
                }
                Err(error) => {
                    super::complain(&error);
                    is_unreadable = true;
                }
            }
        }
        if with_builtin {
            let outside = Outside::of_text(&tools, today);
            for (runbook, (_, text)) in library::builtins(&table).iter().zip(builtin::all()) {
                let settings = settings(&config, Path::new(&runbook.source));
                checked.push(look(runbook, text.as_bytes(), &outside, &settings));
            }
        }
        super::say(&print::findings(self.format, &checked)?);
        let worst = checked
            .iter()
            .flat_map(|checked| &checked.findings)
            .map(|finding| finding.severity)
            .max();
        let least = if self.strict {
            Severity::Note
        } else {
            Severity::Warning
        };
        Ok(match worst {
            _ if is_unreadable => ExitCode::from(2),
            Some(worst) if worst >= least => ExitCode::from(1),
            Some(_) | None => ExitCode::SUCCESS,
        })
    }

    /// The files to look at, and whether the built-in runbooks are among what is meant.
    fn asked(&self, common: &Common, config: &Config) -> (Vec<PathBuf>, bool) {
        let named: Vec<&PathBuf> = self.paths.iter().chain(&common.runbook).collect();
        if named.is_empty() {
            let nothing = config.runbooks.is_empty();
            return (config.runbooks.clone(), nothing);
        }
        let is_builtin = |path: &&&PathBuf| path.as_os_str() == "builtin";
        let files = named
            .iter()
            .filter(|path| !is_builtin(path))
            .map(|path| (*path).clone());
        (files.collect(), named.iter().any(|path| is_builtin(&path)))
    }
}

fn look(runbook: &Runbook, bytes: &[u8], outside: &Outside<'_>, settings: &Settings) -> Checked {
    let page = Page::new(runbook, bytes);
    Checked {
        file: shown(&runbook.source),
        findings: lint::lint(&page, outside, settings),
    }
}

/// What the config says for one runbook.
fn settings(config: &Config, path: &Path) -> Settings {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut disabled = config.lint.disable.clone();
    for (file, rules) in &config.lint.files {
        let file = std::path::absolute(file).unwrap_or_else(|_| file.clone());
        if path.starts_with(&file) {
            disabled.extend(rules.iter().cloned());
        }
    }
    let default = Settings::default();
    let days = |span: std::time::Duration| (span.as_secs() / 86_400) as u32;
    Settings {
        disabled,
        review_after_days: config
            .lint
            .review_after
            .map_or(default.review_after_days, days),
        rto_seconds: config.rto.map(|span| span.as_secs()),
    }
}

/// A path as somebody in this folder would type it.
fn shown(source: &str) -> String {
    let here = std::env::current_dir().ok();
    let inside = here.and_then(|here| {
        Path::new(source)
            .strip_prefix(here)
            .ok()
            .map(Path::to_owned)
    });
    inside.map_or_else(|| source.to_owned(), |path| path.display().to_string())
}
