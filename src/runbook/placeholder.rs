//! Placeholders: the holes in a block, found as they stand in the text.
//!
//! How a value is put in is the shell room's business. Found is what a person must decide; what a
//! program fills in itself (loop variables, awk's fields, templates, `$(…)`) is left alone.

mod describe;
mod elided;
mod names;
mod quoting;
mod sample;
mod shown;

pub(super) use describe::describe;
use names::{
    choices, is_address_hole, is_crossed, is_hole_name, is_quoted_thing, is_secret, is_standard,
    is_thing, is_upper_hole,
};

use super::pattern::Lazy;
use super::{Placeholder, commands, pattern};
use quoting::State;
use regex::Regex;
use std::collections::HashMap;
use std::ops::Range;

/// What the text is, since a `$` or an upper-case word means something only in a shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flavour {
    Shell,
    Sql,
    /// Manifests and settings.
    Plain,
}

struct Patterns {
    variable: Lazy,
    assigned: Lazy,
    yours: Lazy,
    path: Lazy,
    upper: Lazy,
    brace: Lazy,
    crosses: Lazy,
    crossed_address: Lazy,
    crossed_next: Lazy,
    framed: Lazy,
    doubled: Lazy,
    pointed: Lazy,
    count: Lazy,
    bound: Lazy,
    stamp: Lazy,
    replaced: Lazy,
    date: Lazy,
    numbered: Lazy,
    version: Lazy,
    bracket: Lazy,
    replace_me: Lazy,
    psql: Lazy,
    address: Lazy,
    newest: Lazy,
    literal: Lazy,
}

static PATTERNS: Patterns = Patterns {
    variable: Lazy::new(r"\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-=?])([^{}]*))?\})"),
    assigned: Lazy::new(
        r#"(?m)(?:^|[\s;&|({!])(?:([A-Za-z_]\w*)(?:\[[^\]\s]*\])?\+?=|for\s+([A-Za-z_]\w*)\s|select\s+([A-Za-z_]\w*)\s+in\b|(?:read|mapfile|readarray)(?:\s+-\w+(?:\s*(?:\d+|"[^"\n]*"|'[^'\n]*'))?)*((?:\s+[A-Za-z_]\w*)+)|printf\s+-v\s+([A-Za-z_]\w*))"#,
    ),
    yours: Lazy::new(
        r"(?i)\b(?:(?:your|votre|deine?|seu|sua|tu)[-_][a-z0-9]+|your\.[a-z0-9]+|your(?:user(?:name)?|domain|host(?:name)?|server|org|company|repo|bucket|account|password))(?:[-_.][a-z0-9]+)*",
    ),
    path: Lazy::new(
        r"(?:[~.]?/)?(?:path/to|ruta/al?|caminho/para|chemin/vers|pfad/zu[mr]?)/[A-Za-z0-9_./-]+|/(?:ruta|caminho|chemin|pfad)/[A-Za-z0-9_./-]+",
    ),
    upper: Lazy::new(r"[A-Z][A-Z0-9]*(?:[_-][A-Z0-9]+)+|[A-Z]{3,}"),
    brace: Lazy::new(r"\{([a-z][a-z0-9]*(?:[_-][a-z0-9]+)*|[A-Z][A-Z0-9_]+)\}"),
    crosses: Lazy::new(r"[A-Za-z0-9_-]*(?:XXX+|xxx+)[A-Za-z0-9_-]*"),
    crossed_next: Lazy::new(r"(?:[a-z0-9]+-)*(?:yyyyy+|zzz+|YYY+|ZZZ+)"),
    framed: Lazy::new(
        r"__[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*__|\bvN{2,4}\b|\b(?:user|username|root|admin)@(?:host|hostname|server)\b",
    ),
    doubled: Lazy::new(r"\{\{ ?([A-Za-z][A-Za-z0-9]*(?:[_-][A-Za-z0-9]+)*) ?\}\}"),
    pointed: Lazy::new(r"«([^«»\n]{1,60})»|＜([^＜＞\n]{1,60})＞|〈([^〈〉\n]{1,60})〉"),
    count: Lazy::new(r"--[a-z][a-z-]*[= ]N\b|\s-n N\b"),
    stamp: Lazy::new(r"\b(?:[a-z0-9]+[-_])+(TIMESTAMP|DATETIME|DATE|VERSION|ID|TS)\b"),
    replaced: Lazy::new(
        r"\b(?i:replace|substitute|ersetze|reemplaza|reemplace|substitua|remplacez|замените)\s+[`'\x22<]?([A-Z][A-Z0-9_-]+)\b",
    ),
    crossed_address: Lazy::new(r"[0-9x]+(?:\.(?:[0-9]+|x+)){3}|[0-9X]+(?:\.(?:[0-9]+|X+)){3}"),
    date: Lazy::new(
        r"(?:YYYY|AAAA|JJJJ)[-_/.]?(?:MM|mm)(?:[-_/.]?(?:DD|dd|JJ|TT))?(?:[-_T]?(?:HH|hh)(?:[-_:.]?(?:MM|mm))?(?:[-_:.]?(?:SS|ss))?Z?)?|yyyy[-_/.]?mm[-_/.]?dd(?:[-_T]?hh(?:[-_:.]?mm)?(?:[-_:.]?ss)?)?|HHMMSS|HH:MM(?::SS)?",
    ),
    numbered: Lazy::new(r"\b[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*-(?:X{1,2}|N{1,2}|Y)\b"),
    version: Lazy::new(
        r"\bv?X\.Y(?:\.Z)?\b|\bv?\d+(?:\.\d+)*\.[XYZ](?:\.[XYZ])*\b|\bX\.X\.X\.X\b|\bx\.x\.x(?:\.x)?\b",
    ),
    bracket: Lazy::new(r"\[([A-Za-z\u{C0}-\u{10FFFF}][A-Za-z0-9_ |/\u{C0}-\u{10FFFF}-]{1,40})\]"),
    replace_me: Lazy::new(
        r"(?i)\b(?:change[-_]?me|replace[-_]?me|replace[-_]with[-_][a-z0-9_-]+|(?:insert|enter|put|paste|add)[-_][a-z0-9_-]+|[a-z0-9]+(?:[-_][a-z0-9]+)*[-_](?:here|goes[-_]here))\b",
    ),
    bound: Lazy::new(r"[\s=(,]:([a-z_]\w*)"),
    psql: Lazy::new(r#":['"]([a-z_]\w*)['"]"#),
    address: Lazy::new(r"\b[a-z]+(?:_[a-z]+)*_(?:ip|address)\b"),
    newest: Lazy::new(r"[a-z0-9][-_]LATEST(?:_[a-z]|\b)|[/@]LATEST(?:[-_./][a-z]|$|\s)"),
    literal: Lazy::new(r"\b([a-z_]+) ?= ?'([a-z]+(?:-[a-z]+)+)'"),
};

/// How far a match is looked around at, in bytes.
const NEAR: usize = 2000;

/// The holes of a block, in order of appearance.
pub(super) fn find(text: &str, flavour: Flavour) -> Vec<Placeholder> {
    let states = match flavour {
        Flavour::Shell => quoting::shell(text),
        Flavour::Sql => quoting::sql(text),
        Flavour::Plain => quoting::plain(text),
    };
    let mut finder = Finder {
        text,
        states: &states,
        taken: vec![false; text.len()],
        reports: shown::reports(text, &states),
        found: Vec::new(),
    };
    finder.angles();
    if flavour == Flavour::Shell {
        finder.variables();
    }
    finder.words(flavour);
    finder.finish()
}

/// Whether each byte of a shell text stands outside of quotes, comments and heredocs.
pub(super) fn states(text: &str) -> Vec<bool> {
    let states = quoting::shell(text);
    states.iter().map(|state| *state == State::Code).collect()
}

/// The variables that a shell text leaves set, and where; a command's own (`A=1 ./run.sh`) are not.
pub(super) fn assigned(text: &str) -> Vec<(&str, usize)> {
    let mut found = names_set(text);
    if found.is_empty() {
        return found;
    }
    let states = quoting::shell(text);
    found.retain(|(name, at)| {
        let rest = text[*at..].lines().next().unwrap_or_default();
        let own = rest.starts_with(name) && commands::sets_for_a_command(rest);
        states[*at] == State::Code && !own
    });
    found
}

/// Every name that a text sets, with its first place.
fn names_set(text: &str) -> Vec<(&str, usize)> {
    let mut set = Vec::new();
    let sets = ["=", "for", "select", "read", "mapfile", "printf"];
    if !sets.iter().any(|word| text.contains(word)) {
        return set;
    }
    for found in pattern::captures(&PATTERNS.assigned, text) {
        for group in [1, 2, 3, 5] {
            if let Some(name) = found.get(group) {
                set.push((name.as_str(), name.start()));
            }
        }
        if let Some(names) = found.get(4) {
            for name in names.as_str().split_whitespace() {
                set.push((name, names.start()));
            }
        }
    }
    set
}

/// What the patterns cannot do without, in lower case; a text that holds none of it is not searched for them.
mod needed {
    pub const YOURS: &[&str] = &[
        "your", "votre", "dein", "seu-", "seu_", "sua-", "sua_", "tu-", "tu_",
    ];
    pub const PATH: &[&str] = &["path/", "ruta/", "caminho/", "chemin/", "pfad/"];
    pub const REPLACE_ME: &[&str] = &[
        "change", "replace", "insert", "enter", "put", "paste", "add", "here",
    ];
    pub const FRAMED: &[&str] = &["__", "vnn", "@host", "@server"];
    pub const ADDRESS: &[&str] = &["_ip", "_address"];
}

struct Finder<'t> {
    text: &'t str,
    states: &'t [State],
    taken: Vec<bool>,
    /// Texts that are written for people, to be gone through later.
    reports: Vec<Range<usize>>,
    found: Vec<(usize, Placeholder)>,
}

impl Finder<'_> {
    fn free(&self, start: usize, end: usize) -> bool {
        self.states[start] != State::Comment && !self.taken[start..end].iter().any(|t| *t)
    }

    /// Free, and not in a report whose blanks are filled in when all is over.
    fn asks(&self, start: usize, end: usize) -> bool {
        self.free(start, end) && !self.reports.iter().any(|r| r.contains(&start))
    }

    fn take(&mut self, start: usize, end: usize, name: &str) -> &mut Placeholder {
        self.taken[start..end].fill(true);
        let spelling = self.text[start..end].to_owned();
        self.found.push((
            start,
            Placeholder {
                name: name.trim().to_owned(),
                spelling,
                secret: is_secret(name),
                ..Placeholder::default()
            },
        ));
        let last = self.found.len() - 1;
        &mut self.found[last].1
    }

    fn before(&self, at: usize) -> char {
        self.text[..at].chars().next_back().unwrap_or('\n')
    }

    fn after(&self, at: usize) -> char {
        self.text[at..].chars().next().unwrap_or('\n')
    }

    /// `<backup-id>`, `<dev|prod>`, `<from vault>`.
    fn angles(&mut self) {
        let bytes = self.text.as_bytes();
        let mut at = 0;
        while let Some(open) = self.text[at..].find('<').map(|i| at + i) {
            at = open + 1;
            let Some(length) = self.text[at..]
                .char_indices()
                .take(82)
                .find(|(_, c)| {
                    matches!(
                        c,
                        '>' | '<' | '\n' | '"' | '`' | ';' | '&' | '$' | '{' | '}' | '\\'
                    )
                })
                .filter(|(_, c)| *c == '>')
                .map(|(i, _)| i)
            else {
                continue;
            };
            let close = at + length;
            let inner = &self.text[at..close];
            let heredoc = open > 0 && bytes[open - 1] == b'<';
            if heredoc || !is_hole_name(inner) || !self.asks(open, close + 1) {
                continue;
            }
            let choices = choices(inner);
            // `<env: dev|prod>` and `<dev|prod>`.
            let name = inner.trim_matches(['…', '.', ' ']);
            let name = if name.is_empty() { inner } else { name };
            let hole = self.take(open, close + 1, name);
            hole.choices = choices;
            at = close + 1;
        }
    }

    /// `$VAR` and `${VAR:-x}` that nothing in the block sets.
    fn variables(&mut self) {
        if !self.text.contains('$') {
            return;
        }
        let mut set: HashMap<&str, usize> = HashMap::new();
        for (name, at) in names_set(self.text) {
            set.entry(name).or_insert(at);
        }
        let shown = self.only_shown();
        let sourced = self.sourced();
        for found in pattern::captures(&PATTERNS.variable, self.text) {
            let Some(all) = found.get(0) else { continue };
            let Some(name) = found.get(1).or_else(|| found.get(2)) else {
                continue;
            };
            let process = name.as_str() == "env" && self.after(all.end()) == ':';
            let escaped = self.text[..all.start()]
                .bytes()
                .rev()
                .take_while(|b| *b == b'\\')
                .count()
                % 2
                == 1;
            let quoted = matches!(self.states[all.start()], State::Single | State::Literal)
                && !self.in_quoted_json(all.start(), all.as_str());
            let known = set.get(name.as_str()).is_some_and(|at| {
                // `X=${X:-default}` sets what it asks for; what is set later is not set yet.
                self.text.get(*at..all.start()).is_some_and(|between| {
                    !matches!(between.trim_start_matches(name.as_str()), "=" | "=\"")
                })
            });
            if escaped
                || process
                || quoted
                || known
                || is_standard(name.as_str())
                || sourced.is_some_and(|at| at < all.start())
                || shown.contains(name.as_str())
                || !self.free(all.start(), all.end())
            {
                continue;
            }
            let operator = found.get(3).map(|m| m.as_str()).unwrap_or_default();
            let argument = found.get(4).map(|m| m.as_str().trim().to_owned());
            let hole = self.take(all.start(), all.end(), name.as_str());
            if operator.ends_with('?') {
                hole.description = argument.filter(|a| !a.is_empty());
            } else if operator.ends_with(['-', '=']) {
                hole.default = argument;
            }
        }
    }

    fn words(&mut self, flavour: Flavour) {
        let patterns = &PATTERNS;
        let shell = flavour == Flavour::Shell;
        let text = self.text;
        let has = |byte: u8| text.as_bytes().contains(&byte);
        // Beyond ASCII a letter has more than two cases.
        let other = !text.is_ascii();
        let lower = text.to_ascii_lowercase();
        let mut letters = [false; 256];
        for byte in lower.bytes() {
            letters[usize::from(byte)] = true;
        }
        let spelled = |part: &str| part.bytes().all(|byte| letters[usize::from(byte)]);
        let says = |needed: &[&str]| {
            let held = |part: &&str| spelled(part) && lower.contains(part);
            other || needed.iter().any(held)
        };
        let shouts = other || text.bytes().any(|byte| byte.is_ascii_uppercase());
        if shouts || text.contains("yyyy") {
            self.dates();
        }
        if says(needed::YOURS) {
            self.yours();
        }
        if says(needed::PATH) {
            self.paths();
        }
        if says(needed::REPLACE_ME) {
            self.fillers();
        }
        if text.contains("XXX") || text.contains("xxx") {
            self.each(&patterns.crossed_address, is_crossed);
            self.each(&patterns.crossed_next, |finder, start, end| {
                let edge = |c: char| !c.is_ascii_alphanumeric() && c != '_';
                edge(finder.before(start)) && edge(finder.after(end))
            });
            self.each(&patterns.crosses, is_crossed);
        }
        if shouts || text.contains("x.x") {
            self.each(&patterns.version, |finder, start, _| {
                finder.before(start) != '-'
            });
        }
        if shouts {
            self.each(&patterns.numbered, |finder, start, end| {
                finder.before(start) != '-' && !matches!(finder.after(end), '-' | '=' | '_')
            });
        }
        if has(b'{') {
            self.braces(shell);
        }
        self.ellipses();
        if other {
            self.pointed();
        }
        if shell {
            if text.contains("{{") {
                self.doubled();
            }
            if says(needed::FRAMED) {
                self.framed();
            }
            if shouts {
                self.counts();
                self.stamps();
                if has(b'#') {
                    self.replaced();
                }
                self.newest();
                self.each(&patterns.upper, is_upper_hole);
            }
            if says(needed::ADDRESS) {
                self.each(&patterns.address, is_address_hole);
            }
            if has(b'[') {
                self.brackets();
            }
        }
        if flavour == Flavour::Sql && shouts {
            self.each(&patterns.upper, is_quoted_thing);
        }
        if flavour == Flavour::Sql && has(b':') {
            for found in pattern::captures(&patterns.psql, self.text) {
                if let (Some(all), Some(name)) = (found.get(0), found.get(1))
                    && self.free(all.start(), all.end())
                    && self.before(all.start()) != ':'
                {
                    self.take(all.start(), all.end(), name.as_str());
                }
            }
            self.bound();
        }
        if flavour == Flavour::Sql && has(b'\'') {
            self.literals();
        }
    }

    /// `YYYY-MM-DD`, unless a function formats by it.
    fn dates(&mut self) {
        self.each(&PATTERNS.date, |finder, start, end| {
            let before = &finder.text[finder.line_start(start)..start];
            let formats = [
                "to_char",
                "to_timestamp",
                "to_date",
                "date_format",
                "strftime",
                "format(",
            ];
            let alone = !finder.before(start).is_ascii_alphabetic()
                && !finder.after(end).is_ascii_alphabetic();
            alone
                && !formats
                    .iter()
                    .any(|f| before.to_ascii_lowercase().contains(f))
        });
    }

    /// `CHANGE_ME`, `password-here`.
    fn fillers(&mut self) {
        self.each(&PATTERNS.replace_me, |finder, start, end| {
            let word = &finder.text[start..end];
            let shouted = word.chars().any(|c| c.is_ascii_uppercase())
                && !word.chars().any(|c| c.is_ascii_lowercase());
            let named = word.to_ascii_lowercase();
            let ends = named.ends_with("here")
                || named.starts_with("change")
                || named.starts_with("replace");
            (shouted || ends)
                && named != "somewhere"
                && !named.ends_with("-where")
                && finder.before(start) != '-'
                && finder.after(end) != '='
        });
    }

    /// Takes every match that the test lets through; its name is its own text.
    fn each(&mut self, pattern: &Regex, test: impl Fn(&Self, usize, usize) -> bool) {
        for found in pattern.find_iter(self.text) {
            let word = found.as_str().trim_end_matches(['.', '-', '_']);
            let (start, end) = (found.start(), found.start() + word.len());
            if end > start && self.asks(start, end) && test(self, start, end) {
                let around = self.label_of(start, end);
                self.take(start, end, word).description = around;
            }
        }
    }

    /// `{namespace}`, but not `${x}`, `%{x}`, `{{ x }}`, JSON, brace lists or awk.
    fn braces(&mut self, shell: bool) {
        for found in pattern::captures(&PATTERNS.brace, self.text) {
            let (Some(all), Some(name)) = (found.get(0), found.get(1)) else {
                continue;
            };
            let before = self.before(all.start());
            let template = matches!(before, '$' | '%' | '@' | '{' | '#' | '\\')
                || self.after(all.end()) == '}';
            let quoted = matches!(
                self.states[all.start()],
                State::Single | State::Literal | State::Heredoc
            );
            // `stash@{upstream}`, `func() {return}`.
            let code = before == ')'
                || !shell && before != '/' && before != '-' && before != ' ' && before != '"';
            let barred = template || code || shell && quoted;
            if !barred && self.asks(all.start(), all.end()) {
                self.take(all.start(), all.end(), name.as_str());
            }
        }
    }

    /// `[pod-name]` and `[dev|prod]` standing alone as words.
    fn brackets(&mut self) {
        for found in pattern::captures(&PATTERNS.bracket, self.text) {
            let (Some(all), Some(name)) = (found.get(0), found.get(1)) else {
                continue;
            };
            let name = name.as_str();
            let (before, after) = (self.before(all.start()), self.after(all.end()));
            let shouted =
                name.len() > 2 && name.chars().all(|c| c.is_ascii_uppercase() || c == '_');
            let alone = before == ' ' && matches!(after, ' ' | '\n')
                || shouted
                    && matches!(before, ' ' | '=' | '/' | ':' | '@')
                    && matches!(after, ' ' | '\n' | '=' | '/' | ':' | '@' | '.');
            let first = self.line_of(all.start()).trim_start().starts_with('[');
            let thing = is_thing(name);
            let alone = alone
                || thing
                    && matches!(before, ' ' | '=' | '/' | ':' | '@' | '_' | '-' | '.')
                    && matches!(after, ' ' | '\n' | '/' | ':' | '@' | '_' | '-' | '.');
            let hole = thing
                || name.contains(['-', '_', '|', ' '])
                || name.chars().all(|c| c.is_ascii_uppercase());
            let usage = matches!(
                name.to_ascii_lowercase().as_str(),
                "a-z" | "options" | "flags" | "args" | "y/n" | "error" | "info" | "warn"
            ) || name.starts_with(' ')
                || name.ends_with(' ');
            let code = self.states[all.start()] == State::Code;
            if alone && !first && hole && !usage && code && self.asks(all.start(), all.end()) {
                let choices = choices(name);
                self.take(all.start(), all.end(), name).choices = choices;
            }
        }
    }

    /// The line around a match; of a very long one only what lies near.
    fn line_of(&self, at: usize) -> &str {
        let start = self.line_start(at);
        let mut end = (at + NEAR).min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        let end = self.text[at..end].find('\n').map_or(end, |i| at + i);
        &self.text[start..end]
    }

    fn line_start(&self, at: usize) -> usize {
        let mut from = at.saturating_sub(NEAR);
        while !self.text.is_char_boundary(from) {
            from += 1;
        }
        self.text[from..at]
            .rfind('\n')
            .map_or(from, |i| from + i + 1)
    }

    fn finish(mut self) -> Vec<Placeholder> {
        self.found.sort_by_key(|(at, _)| *at);
        let mut seen = std::collections::HashSet::new();
        let mut holes: Vec<Placeholder> = Vec::new();
        for (_, hole) in self.found {
            if seen.insert((hole.name.clone(), hole.spelling.clone())) {
                holes.push(hole);
            }
        }
        holes
    }
}

#[cfg(test)]
mod tests;
