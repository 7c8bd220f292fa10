//! What a block only shows or looks for: nobody has to know its value.

use super::quoting::State;
use super::{Finder, NEAR, PATTERNS};
use crate::runbook::lexicon::list;
use crate::runbook::pattern;
use std::collections::HashSet;
use std::ops::Range;

/// A block that reads more variables than this is a program, not a look.
const MANY: usize = 400;

/// The heredocs of a text that write a report or a page: what is blank in them is filled in afterwards.
pub(super) fn reports(text: &str, states: &[State]) -> Vec<Range<usize>> {
    let inside = |at: usize| matches!(states.get(at), Some(State::Heredoc | State::Literal));
    let mut found = Vec::new();
    for (at, _) in text.match_indices("<<") {
        if states[at] != State::Code {
            continue;
        }
        let start = text[at..].find('\n').map_or(text.len(), |i| at + i + 1);
        if !inside(start) {
            continue;
        }
        let line_start = text[..at].rfind('\n').map_or(0, |i| i + 1);
        let written = text[line_start..start]
            .split(|c: char| c.is_whitespace() || matches!(c, '>' | '"' | '\'' | ';'))
            .any(|w| list(".md|.txt|.html|.adoc|.rst").any(|end| w.ends_with(end)));
        if written {
            let end = (start..text.len()).find(|i| !inside(*i));
            found.push(start..end.unwrap_or(text.len()));
        }
    }
    found
}

impl Finder<'_> {
    /// Variables of which the text only says whether they are set, and to what.
    pub(super) fn only_shown(&self) -> HashSet<String> {
        let mut shown = HashSet::new();
        let mut used = HashSet::new();
        let says = ["echo ", " -z ", " -n "]
            .iter()
            .any(|mark| self.text.contains(mark));
        if !says || self.text.bytes().filter(|b| *b == b'$').count() > MANY {
            return HashSet::new();
        }
        for found in pattern::captures(&PATTERNS.variable, self.text) {
            let Some(all) = found.get(0) else { continue };
            let Some(name) = found.get(1).or_else(|| found.get(2)) else {
                continue;
            };
            // `${X:?…}` and `${X:-…}` say themselves what they want.
            let plain = found.get(3).is_none();
            if plain && self.is_shown(all.start(), all.end()) {
                shown.insert(name.as_str());
            } else {
                used.insert(name.as_str());
            }
        }
        shown
            .difference(&used)
            .map(|name| (*name).to_owned())
            .collect()
    }

    fn is_shown(&self, start: usize, end: usize) -> bool {
        if !matches!(self.states[start], State::Code | State::Double) {
            return false;
        }
        let (before, after) = self.command_around(start, end);
        let words = before.trim_start();
        let tested = ["[ -z ", "[ -n ", "[[ -z ", "[[ -n ", "test -z ", "test -n "]
            .iter()
            .find_map(|test| {
                words
                    .strip_prefix("if ")
                    .unwrap_or(words)
                    .strip_prefix(test)
            })
            .is_some_and(|rest| matches!(rest.trim(), "" | "\""));
        let printed = words.starts_with("echo ")
            && !after.contains(['|', '>', '`'])
            && !words.contains(['`', '>'])
            && !words.contains("$(");
        tested || printed
    }

    /// What stands before and behind a place in its own command, pipes and all.
    pub(super) fn command_around(&self, start: usize, end: usize) -> (&str, &str) {
        let line = self.line_of(start);
        let at = start - self.line_start(start);
        let before = &line[..at];
        let from = [";", "&&", "||", " then ", " do "]
            .iter()
            .filter_map(|mark| before.rfind(mark).map(|i| i + mark.len()))
            .max()
            .unwrap_or(0);
        let after = line.get(at + (end - start)..).unwrap_or_default();
        let to = [";", "&&", "||"]
            .iter()
            .filter_map(|mark| after.find(mark))
            .min()
            .unwrap_or(after.len());
        (&before[from..], &after[..to])
    }

    /// `grep -E 'A|B'`: one of several patterns.
    fn is_alternative(&self, start: usize, end: usize) -> bool {
        self.states[start] != State::Code && (self.before(start) == '|' || self.after(end) == '|')
    }

    /// `os.environ['DB_KEY']` names a variable.
    pub(super) fn names_a_setting(&self, start: usize) -> bool {
        let quoted = matches!(self.before(start), '\'' | '"');
        if quoted && list("process.env|os.environ").any(|reads| self.text.contains(reads)) {
            return true;
        }
        let before = self.text[self.line_start(start)..start].trim_end_matches(['"', '\'']);
        list("environ[|environ.get(|getenv(|ENV[|ENV.fetch(|process.env[")
            .any(|reads| before.ends_with(reads))
    }

    /// `-d '{"id": "${ID}"}'`: no shell looks into single quotes, and what the author meant is missing.
    pub(super) fn in_quoted_json(&self, at: usize, spelling: &str) -> bool {
        let name = spelling
            .strip_prefix("${")
            .and_then(|s| s.strip_suffix('}'));
        let shouted = name.is_some_and(|name| {
            name.bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
        });
        if !shouted || self.states[at] != State::Single {
            return false;
        }
        let quoted = self.states[..at]
            .iter()
            .rev()
            .take(NEAR)
            .take_while(|state| **state == State::Single)
            .count();
        let body = self.text[at - quoted..at].trim_start_matches('\'');
        let opens = body.starts_with(['{', '[']);
        opens && body[1..].starts_with(|c: char| c.is_whitespace() || matches!(c, '"' | '{'))
    }

    /// `grep DB_URL .env`: whether a setting is there, and what it says.
    pub(super) fn is_looked_for(&self, start: usize, end: usize) -> bool {
        let (before, after) = self.command_around(start, end);
        let (piped, before) = before.rsplit_once(" | ").unwrap_or(("", before));
        let after = after.split(" | ").next().unwrap_or(after);
        let program = before.trim_start().trim_start_matches("sudo ").trim_start();
        let searches = list("grep|egrep|fgrep|zgrep|rg|ag|printenv").any(|p| {
            program
                .strip_prefix(p)
                .is_some_and(|rest| rest.starts_with(' '))
        });
        let environment = || {
            let mut words = piped.split_whitespace();
            words.any(|w| matches!(w, "env" | "printenv" | "export") || w.contains(".env"))
        };
        searches
            && (program.starts_with("printenv")
                || environment()
                || self.is_alternative(start, end)
                || after.split_whitespace().any(|w| {
                    let file = w.trim_matches(['"', '\'']);
                    list(".conf|.cnf|.cfg|.ini|.yml|.yaml|.toml|.json|.properties|.xml|.php|.py|.js|.ts|.rb|.sh|environ")
                        .any(|ending| file.ends_with(ending))
                        || file.contains(".env")
                }))
    }
}
