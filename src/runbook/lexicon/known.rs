//! The tables of words, ready to be looked up: by how a word opens, so that a title is read once.

use super::{Topic, han, words};
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

/// The words, ready to be looked up.
pub(super) struct Words {
    /// By how their first word opens.
    pub(super) patterns: HashMap<Key, Vec<Pattern>>,
    pub(super) verbs: HashSet<&'static str>,
    pub(super) procedures: HashSet<&'static str>,
    pub(super) fillers: HashSet<&'static str>,
    pub(super) places: HashSet<&'static str>,
    pub(super) failures: HashSet<&'static str>,
    pub(super) failure_stems: HashMap<Key, Vec<&'static str>>,
    /// By their first character.
    pub(super) leads: HashMap<char, Vec<(words::Lead, String)>>,
    pub(super) wide: Vec<(Topic, String)>,
    pub(super) wide_procedures: Wide,
    pub(super) wide_fillers: Wide,
    pub(super) wide_failures: Wide,
    pub(super) wide_urgent: Wide,
    pub(super) wide_verbs: Wide,
    pub(super) last_verbs: HashSet<&'static str>,
    pub(super) urgent: HashSet<&'static str>,
}

/// Words of scripts without spaces, looked for anywhere.
pub(super) struct Wide(pub(super) Vec<String>);

impl Wide {
    fn of(text: &'static str) -> Wide {
        Wide(commas(text).map(|w| han::fold(w).into_owned()).collect())
    }

    /// The text opens with one of them, and goes on.
    pub(super) fn opens(&self, folded: &str) -> bool {
        !folded.is_ascii()
            && self.0.iter().any(|w| {
                let rest = folded.strip_prefix(w.as_str());
                rest.is_some_and(|rest| !rest.trim().is_empty())
            })
    }

    pub(super) fn any(&self, folded: &str) -> bool {
        !folded.is_ascii() && self.0.iter().any(|w| folded.contains(w.as_str()))
    }
}

/// How a word opens; no stem is shorter.
pub(super) type Key = [u8; 3];

/// The words of a topic, one behind the other.
pub(super) struct Pattern {
    pub(super) topic: Topic,
    pub(super) words: Vec<PatternWord>,
    pub(super) strong: bool,
}

pub(super) struct PatternWord {
    pub(super) text: &'static str,
    /// It is a stem: a word may go on behind it.
    pub(super) stem: bool,
}

pub(super) fn known() -> &'static Words {
    static WORDS: OnceLock<Words> = OnceLock::new();
    WORDS.get_or_init(|| {
        let strong: HashSet<&'static str> = commas(words::STRONG).collect();
        let mut patterns: HashMap<Key, Vec<Pattern>> = HashMap::new();
        for (topic, text) in words::LATIN {
            for pattern in commas(text) {
                let words: Vec<PatternWord> = pattern.split(' ').map(PatternWord::of).collect();
                let first = pattern.split(' ').next().unwrap_or_default();
                patterns
                    .entry(key(words[0].text))
                    .or_default()
                    .push(Pattern {
                        topic: *topic,
                        strong: words.len() > 1 || strong.contains(first),
                        words,
                    });
            }
        }
        let mut failure_stems: HashMap<Key, Vec<&'static str>> = HashMap::new();
        for stem in commas(words::FAILURES).filter_map(|w| w.strip_suffix('*')) {
            failure_stems.entry(key(stem)).or_default().push(stem);
        }
        let mut leads: HashMap<char, Vec<(words::Lead, String)>> = HashMap::new();
        for (lead, text) in words::LEADS {
            for word in commas(text) {
                let word = han::fold(word).into_owned();
                leads
                    .entry(word.chars().next().unwrap_or_default())
                    .or_default()
                    .push((*lead, word));
            }
        }
        Words {
            patterns,
            verbs: commas(words::VERBS).collect(),
            procedures: commas(words::PROCEDURES).collect(),
            fillers: commas(words::FILLERS).collect(),
            places: commas(words::PLACES).collect(),
            failures: commas(words::FAILURES)
                .filter(|w| !w.ends_with('*'))
                .collect(),
            failure_stems,
            leads,
            wide: words::WIDE
                .iter()
                .flat_map(|(topic, text)| {
                    commas(text).map(move |w| (*topic, han::fold(w).into_owned()))
                })
                .collect(),
            wide_procedures: Wide::of(words::WIDE_PROCEDURES),
            wide_fillers: Wide::of(words::WIDE_FILLERS),
            wide_failures: Wide::of(words::WIDE_FAILURES),
            wide_urgent: Wide::of(words::WIDE_URGENT),
            wide_verbs: Wide::of(words::WIDE_VERBS),
            last_verbs: commas(words::LAST_VERBS).collect(),
            urgent: commas(words::URGENT).collect(),
        }
    })
}

/// The entries of a table: words between commas.
pub(super) fn commas(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.split(',').map(str::trim).filter(|w| !w.is_empty())
}

pub(super) fn key(word: &str) -> Key {
    let mut key = Key::default();
    let length = word.len().min(key.len());
    key[..length].copy_from_slice(&word.as_bytes()[..length]);
    key
}

impl PatternWord {
    fn of(text: &'static str) -> PatternWord {
        let stem = text.strip_suffix('*');
        PatternWord {
            text: stem.unwrap_or(text),
            stem: stem.is_some(),
        }
    }

    pub(super) fn fits(&self, token: &str) -> bool {
        if self.stem {
            token.starts_with(self.text)
        } else {
            token == self.text
        }
    }
}
