//! Arguments that a program rewrites before it runs them: `find -exec … {}`, `xargs -I{}`, `parallel`, `fd -x`.
//!
//! It must not judge what they would do; it says which words would not arrive as they were written.

use crate::runbook::shell::judge::Judge;
use crate::runbook::shell::word::{Field, OPAQUE};
use regex::Regex;
use std::sync::LazyLock;

/// A program that puts words of its own into a command that it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::runbook::shell) enum By {
    Find,
    Fd,
    /// With the texts that it replaces.
    Xargs(Vec<String>),
    Parallel(Vec<String>),
}

/// One argument of such a command, before anything is replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::runbook::shell) struct Replaced {
    pub by: By,
    pub argument: String,
}

/// Notes the arguments of such a command where somebody gathers them.
pub(in crate::runbook::shell) fn note(judge: &mut Judge<'_>, by: &By, arguments: &[Field]) {
    if judge.codes.is_none() {
        return;
    }
    judge
        .replaced
        .extend(arguments.iter().map(|field| Replaced {
            by: by.clone(),
            argument: field.text.clone(),
        }));
}

/// What a program would replace in a text.
#[derive(Debug, Default, PartialEq, Eq)]
struct Found<'t> {
    marks: usize,
    /// In order: `{}`, `{.}`, `{1}` and their like.
    braced: Vec<&'t str>,
}

impl Replaced {
    /// Why the argument would not arrive as it was meant once `fill` has put the values in.
    pub fn objection(&self, fill: impl Fn(&str) -> String) -> Option<String> {
        let filled = fill(&self.argument);
        if self.by.ends(&filled) && !self.by.ends(&self.argument) {
            return Some(format!(
                "where a word `{filled}` ends the command that {} runs",
                self.by.name()
            ));
        }
        let marks = self.by.marks(&fill);
        let before = self.by.found(&self.argument, &self.by.marks(str::to_owned));
        (self.by.found(&filled, &marks) != before).then(|| {
            let mark = marks.first().map_or("{}", String::as_str);
            format!(
                "in a command where {} puts its own words for `{mark}`, also inside the value",
                self.by.name()
            )
        })
    }

    /// Whether part of the argument is known only when the block runs, and might be `value`, which it would rewrite.
    pub fn might_rewrite(&self, value: &str) -> bool {
        self.argument.contains(OPAQUE)
            && (self.by.ends(value)
                || self.by.found(value, &self.by.marks(str::to_owned)) != Found::default())
    }
}

impl By {
    pub fn name(&self) -> &'static str {
        match self {
            By::Find => "`find -exec`",
            By::Fd => "`fd -x`",
            By::Xargs(_) => "`xargs`",
            By::Parallel(_) => "`parallel`",
        }
    }

    fn marks(&self, fill: impl Fn(&str) -> String) -> Vec<String> {
        match self {
            By::Find => vec!["{}".to_owned()],
            By::Fd => Vec::new(),
            By::Xargs(marks) | By::Parallel(marks) => marks.iter().map(|it| fill(it)).collect(),
        }
    }

    /// What a text holds that the program replaces.
    fn found<'t>(&self, text: &'t str, marks: &[String]) -> Found<'t> {
        static BRACED: LazyLock<Option<Regex>> =
            LazyLock::new(|| Regex::new(r"\{[-+.,/#%0-9]*\}|\{=|=\}|\{\{|\}\}").ok());
        let braced = match self {
            By::Find | By::Xargs(_) => None,
            By::Fd | By::Parallel(_) => BRACED.as_ref(),
        };
        Found {
            marks: marks
                .iter()
                .filter(|mark| !mark.is_empty())
                .map(|mark| text.matches(mark.as_str()).count())
                .sum(),
            braced: braced.map_or_else(Vec::new, |braced| {
                braced.find_iter(text).map(|found| found.as_str()).collect()
            }),
        }
    }

    /// Whether a word by itself ends the command.
    fn ends(&self, word: &str) -> bool {
        match self {
            By::Find => matches!(word, ";" | "+"),
            By::Fd => word == ";",
            By::Xargs(_) => false,
            By::Parallel(_) => word.starts_with(":::"),
        }
    }
}

/// What `xargs` (or `parallel`) is told to replace, by the options in front of its command.
pub(in crate::runbook::shell) fn marks(options: &[Field]) -> Vec<String> {
    let mut marks = Vec::new();
    for (index, field) in options.iter().enumerate() {
        let text = &*field.text;
        let next = || options.get(index + 1).map(|next| next.text.clone());
        if let Some(long) = text.strip_prefix("--") {
            match long.split_once('=') {
                Some(("replace", mark)) => marks.push(mark.to_owned()),
                None if long == "replace" => marks.push("{}".to_owned()),
                Some(_) | None => {}
            }
        } else if let Some(cluster) = text.strip_prefix('-')
            && let Some(at) = cluster.find(['I', 'i', 'J'])
        {
            let mark = &cluster[at + 1..];
            match (mark.is_empty(), cluster[at..].starts_with('i')) {
                (false, _) => marks.push(mark.to_owned()),
                (true, true) => marks.push("{}".to_owned()),
                (true, false) => marks.extend(next()),
            }
        }
    }
    marks
}

/// The command behind `-x` or `-X` of `fd`, up to the `;` that ends it.
pub(in crate::runbook::shell) fn fd(judge: &mut Judge<'_>, arguments: &[Field]) {
    let runs = ["-x", "-X", "--exec", "--exec-batch"];
    let Some(at) = arguments
        .iter()
        .position(|field| runs.contains(&&*field.text))
    else {
        return;
    };
    let rest = &arguments[at + 1..];
    let end = rest
        .iter()
        .position(|field| By::Fd.ends(&field.text))
        .unwrap_or(rest.len());
    note(judge, &By::Fd, &rest[..end]);
}
