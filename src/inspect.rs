//! The edge that lint looks through: installed programs, files beside a runbook, git, today's date.
//!
//! It answers the questions of [`crate::runbook::lint::Ask`] and must not know any rule. Of the installed programs it
//! runs nothing but completion and help, each with a limit on time and output, and asks every question once.
//!
//! In reading order: `run` (one bounded process) → `path` (what is installed) → `cobra` and `help` (two ways to ask) →
//! `files` and `git`.

mod cobra;
mod files;
mod git;
mod help;
mod path;
mod run;

use crate::runbook::lint::{Ask, Place, Takes, Word};
use jiff::civil::Date;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The programs of this machine, asked at most once for each question of a run.
#[derive(Debug)]
pub struct Tools {
    folders: Vec<PathBuf>,
    /// `None`: programs are not asked at all.
    asks: bool,
    kinds: RefCell<BTreeMap<String, Option<Kind>>>,
    words: RefCell<Answers<Word>>,
    options: RefCell<Answers<Takes>>,
}

/// Answers by the command's path and the word that was asked for.
type Answers<T> = BTreeMap<(Vec<String>, String), Option<T>>;

/// How a program can be asked.
#[derive(Debug, Clone)]
enum Kind {
    Cobra(cobra::Program),
    Help(help::Program),
}

impl Tools {
    /// The programs in the folders of `PATH`; with `asks` off they are only looked for.
    pub fn new(path: Option<OsString>, asks: bool) -> Self {
        Tools {
            folders: path::folders(path),
            asks,
            kinds: RefCell::default(),
            words: RefCell::default(),
            options: RefCell::default(),
        }
    }

    /// How to ask a program; found out once.
    fn kind(&self, name: &str) -> Option<Kind> {
        if !self.asks {
            return None;
        }
        if let Some(known) = self.kinds.borrow().get(name) {
            return known.clone();
        }
        let kind = path::find(&self.folders, name).and_then(|file| {
            if path::holds_cobra(&file) {
                Some(Kind::Cobra(cobra::Program::new(
                    name,
                    file,
                    self.folders.clone(),
                )))
            } else {
                help::Program::new(name, file).map(Kind::Help)
            }
        });
        self.kinds
            .borrow_mut()
            .insert(name.to_owned(), kind.clone());
        kind
    }

    fn subcommand(&self, path: &[String], word: &str) -> Option<Word> {
        let key = (path.to_vec(), word.to_owned());
        if let Some(known) = self.words.borrow().get(&key) {
            return known.clone();
        }
        let answer = self.kind(path.first()?).and_then(|kind| match kind {
            Kind::Cobra(program) => program.subcommand(&path[1..], word),
            Kind::Help(program) => program.subcommand(&path[1..], word),
        });
        self.words.borrow_mut().insert(key, answer.clone());
        answer
    }

    fn option(&self, path: &[String], option: &str) -> Option<Takes> {
        let key = (path.to_vec(), option.to_owned());
        if let Some(known) = self.options.borrow().get(&key) {
            return known.clone();
        }
        let answer = self.kind(path.first()?).and_then(|kind| match kind {
            Kind::Cobra(program) => program.option(&path[1..], option),
            Kind::Help(program) => program.option(&path[1..], option),
        });
        self.options.borrow_mut().insert(key, answer.clone());
        answer
    }
}

/// What can be asked about one runbook.
#[derive(Debug)]
pub struct Outside<'t> {
    tools: &'t Tools,
    today: Date,
    /// The runbook's file; `None` for a built-in one.
    file: Option<PathBuf>,
    /// The top of the repository it lies in.
    repository: Option<PathBuf>,
    /// Where its steps run, if the config says so.
    cwd: Option<PathBuf>,
}

impl<'t> Outside<'t> {
    pub fn of_file(tools: &'t Tools, today: Date, file: &Path, cwd: Option<&Path>) -> Self {
        let file = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
        Outside {
            tools,
            today,
            repository: file.parent().and_then(git::top),
            file: Some(file),
            cwd: cwd.map(Path::to_owned),
        }
    }

    /// A runbook that lies in no file.
    pub fn of_text(tools: &'t Tools, today: Date) -> Self {
        Outside {
            tools,
            today,
            file: None,
            repository: None,
            cwd: None,
        }
    }
}

impl Ask for Outside<'_> {
    fn is_installed(&self, program: &str) -> bool {
        path::find(&self.tools.folders, program).is_some()
    }

    fn subcommand(&self, path: &[String], word: &str) -> Option<Word> {
        self.tools.subcommand(path, word)
    }

    fn option(&self, path: &[String], option: &str) -> Option<Takes> {
        self.tools.option(path, option)
    }

    fn file(&self, path: &str) -> Option<Place> {
        Some(files::linked(self.file.as_deref()?.parent()?, path))
    }

    fn script(&self, path: &str) -> Option<Place> {
        let folder = self.file.as_deref()?.parent()?;
        files::script(
            folder,
            self.repository.as_deref()?,
            self.cwd.as_deref(),
            path,
        )
    }

    fn changed_on(&self) -> Option<Date> {
        git::changed_on(self.repository.as_deref()?, self.file.as_deref()?)
    }

    fn today(&self) -> Date {
        self.today
    }
}
