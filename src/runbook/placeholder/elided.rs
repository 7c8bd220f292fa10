//! What an author left out: three dots, a path to anywhere, a part of a name crossed out.

use super::quoting::State;
use super::{Finder, PATTERNS};
use crate::runbook::pattern;

/// More paths to anywhere than a person wrote are not compared with each other.
const MANY: usize = 200;

impl Finder<'_> {
    /// Three dots that stand for something left out.
    pub(super) fn ellipses(&mut self) {
        let text = self.text;
        let mut addresses: Vec<(usize, usize)> = Vec::new();
        for (start, mark) in text.match_indices("...").chain(text.match_indices('…')) {
            let end = start + mark.len();
            let before = self.before(start);
            let after = self.after(end);
            let opens = before.is_whitespace()
                || matches!(before, '=' | '"' | '\'' | ':' | '(' | '@' | ',' | '[' | '{');
            let closes = after.is_whitespace()
                || matches!(after, '"' | '\'' | ')' | ',' | ']' | '}' | ';' | '@' | '/');
            // `backups/raft-….tar.gz`: the middle of a file's name.
            let middle = mark == "…"
                && matches!(before, '-' | '_')
                && after == '.'
                && text[end + 1..].starts_with(|c: char| c.is_ascii_lowercase());
            if middle && self.asks(start, end) {
                self.take(start, end, "...");
                continue;
            }
            let printed = self.line_of(start).trim_start().starts_with("echo ");
            if printed || before == '.' || after == '.' || !self.asks(start, end) {
                continue;
            }
            if opens && closes {
                self.take(start, end, "...");
            } else if (closes || after == '?') && self.in_address(start) {
                addresses.push((start, end));
            } else if closes && after != '/' && matches!(before, '-' | '_') {
                // `tskey-...`: a key that opens like this.
                let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
                let from = text[..start].trim_end_matches(part).len();
                let key = text[from..start].starts_with(|c: char| c.is_ascii_alphanumeric());
                if key && self.asks(from, end) {
                    self.take(from, end, &text[from..end]);
                }
            }
        }
        // Two addresses that are both cut short are not the same value.
        let whole = |(start, end): &(usize, usize)| (self.word_start(*start), *end);
        let words: Vec<(usize, usize)> = addresses.iter().map(whole).collect();
        let same = words
            .windows(2)
            .all(|pair| text[pair[0].0..pair[0].1] == text[pair[1].0..pair[1].1]);
        for ((start, end), (from, _)) in addresses.into_iter().zip(words) {
            if same {
                self.take(start, end, "...");
            } else if self.asks(from, end) {
                self.take(from, end, &text[from..end]);
            }
        }
    }

    /// Where the word of an address begins.
    fn word_start(&self, at: usize) -> usize {
        let line_start = self.line_start(at);
        let line = &self.text[line_start..at];
        let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '(' | '=');
        line_start + line.rfind(ends).map_or(0, |i| i + 1)
    }

    /// Whether the word up to here is an address (`https://api.example.com/…`).
    fn in_address(&self, at: usize) -> bool {
        self.text[self.word_start(at)..at]
            .split_once("://")
            .is_some_and(|(scheme, _)| scheme.ends_with(|c: char| c.is_ascii_alphabetic()))
    }

    /// `history_TIMESTAMP.tar.gz`: what differs from file to file.
    pub(super) fn stamps(&mut self) {
        for found in pattern::captures(&PATTERNS.stamp, self.text) {
            if let Some(word) = found.get(1)
                && self.states[word.start()] == State::Code
                && self.after(word.end()) != '='
                && self.asks(word.start(), word.end())
            {
                self.take(word.start(), word.end(), word.as_str());
            }
        }
    }

    /// `# replace HASH with …` says which word is a hole.
    pub(super) fn replaced(&mut self) {
        let text = self.text;
        let mut names: Vec<&str> = Vec::new();
        for found in pattern::captures(&PATTERNS.replaced, text) {
            if let Some(name) = found.get(1)
                && self.states[name.start()] == State::Comment
                && !names.contains(&name.as_str())
                && names.len() < 20
            {
                names.push(name.as_str());
            }
        }
        for name in names {
            for (start, _) in text.match_indices(name) {
                let end = start + name.len();
                let edge = |c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-' | '$');
                let alone = edge(self.before(start)) && edge(self.after(end));
                if alone && !text[..start].ends_with("${") && self.asks(start, end) {
                    self.take(start, end, name);
                }
            }
        }
    }

    /// `/path/to/shop`; where several go on from there, what they share is asked for.
    pub(super) fn paths(&mut self) {
        let text = self.text;
        let mut found: Vec<(usize, &str)> = Vec::new();
        for path in PATTERNS.path.find_iter(text) {
            let word = path.as_str().trim_end_matches(['.', '-', '_', '/']);
            let before = self.before(path.start());
            let alone = !before.is_alphanumeric() && before != '/';
            if alone && self.asks(path.start(), path.start() + word.len()) {
                found.push((path.start(), word));
            }
        }
        let few = if found.len() > MANY {
            &[][..]
        } else {
            &found[..]
        };
        let holes: Vec<(usize, &str)> = found
            .iter()
            .map(|(start, word)| {
                let shared = few
                    .iter()
                    .filter_map(|(_, other)| shared(word, other))
                    .min_by_key(|shared| shared.len());
                (*start, shared.unwrap_or(word))
            })
            .collect();
        for (start, name) in holes {
            self.take(start, start + name.len(), name);
        }
    }

    /// Of a name in dots of which one part was found, the whole: nobody knows what `xxx` is by itself.
    pub(super) fn label_of(&self, start: usize, end: usize) -> Option<String> {
        let crossed = ["xxx", "XXX"]
            .iter()
            .any(|mark| self.text[start..end].contains(mark));
        if !crossed {
            return None;
        }
        let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        let line = self.line_of(start);
        let at = start - self.line_start(start);
        let from = line[..at].rfind(|c| !part(c)).map_or(0, |i| {
            i + line[i..].chars().next().map_or(1, char::len_utf8)
        });
        let rest = &line[at..];
        let to = at + rest.find(|c| !part(c)).unwrap_or(rest.len());
        let whole = line[from..to].trim_matches('.');
        (whole.len() > end - start).then(|| format!("a part of `{whole}`"))
    }
}

impl Finder<'_> {
    /// `«backup»`, `＜バックアップ＞`: what looks like `<…>` and is none to a shell.
    pub(super) fn pointed(&mut self) {
        for found in pattern::captures(&PATTERNS.pointed, self.text) {
            let all = found.get(0);
            let inner = (1..4).find_map(|group| found.get(group));
            if let (Some(all), Some(inner)) = (all, inner)
                && self.asks(all.start(), all.end())
            {
                self.take(all.start(), all.end(), inner.as_str());
            }
        }
    }

    /// `{{pod_name}}` outside of quotes, where no program's template stands.
    pub(super) fn doubled(&mut self) {
        for found in pattern::captures(&PATTERNS.doubled, self.text) {
            if let (Some(all), Some(name)) = (found.get(0), found.get(1))
                && self.states[all.start()] == State::Code
                && !matches!(self.before(all.start()), '$' | '=' | '{')
                && self.asks(all.start(), all.end())
            {
                self.take(all.start(), all.end(), name.as_str());
            }
        }
    }

    /// `__DB_HOST__`, `vNNN`, `user@host`: nothing is called that.
    pub(super) fn framed(&mut self) {
        let edge = |c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-' | '.');
        for found in PATTERNS.framed.find_iter(self.text) {
            let (start, end) = (found.start(), found.end());
            if edge(self.before(start)) && edge(self.after(end)) && self.asks(start, end) {
                self.take(start, end, found.as_str());
            }
        }
    }

    /// `--replicas=N`: how many.
    pub(super) fn counts(&mut self) {
        for found in PATTERNS.count.find_iter(self.text) {
            let start = found.end() - 1;
            let ends = matches!(self.after(found.end()), ' ' | '\n' | '"' | ')' | ';');
            if ends && self.states[start] == State::Code && self.asks(start, found.end()) {
                self.take(start, found.end(), "N");
            }
        }
    }

    /// `WHERE id = :user_id`: a value that is bound by name.
    pub(super) fn bound(&mut self) {
        for found in pattern::captures(&PATTERNS.bound, self.text) {
            if let Some(name) = found.get(1)
                && self.asks(name.start() - 1, name.end())
            {
                self.take(name.start() - 1, name.end(), name.as_str());
            }
        }
    }
}

/// The folders that two paths have in common, where that is more than the words that stand for "anywhere".
fn shared<'t>(one: &'t str, other: &str) -> Option<&'t str> {
    let mut end = 0;
    let mut folders = one.split_inclusive('/').zip(other.split_inclusive('/'));
    let mut parts = 0;
    for (mine, theirs) in folders.by_ref() {
        if mine.trim_end_matches('/') != theirs.trim_end_matches('/') {
            break;
        }
        end += mine.len();
        parts += usize::from(!matches!(mine, "/" | "./" | "~/" | "../"));
    }
    (parts >= 3).then(|| one[..end].trim_end_matches('/'))
}
