//! A text in words, in which phrases are found whatever their case, plural or hyphens.
//!
//! It must not know what a phrase means.

use std::ops::Range;

/// A text in words, each with the place it stands at.
#[derive(Debug)]
pub(super) struct Words<'a> {
    text: &'a str,
    parts: Vec<(String, Range<usize>)>,
    /// The places of the words, in the order of the alphabet.
    sorted: Vec<usize>,
}

impl<'a> Words<'a> {
    pub fn of(text: &'a str) -> Self {
        let mut parts = Vec::new();
        let mut start: Option<(usize, bool)> = None;
        for (at, letter) in text.char_indices() {
            // Scripts without spaces stand beside Latin product names: "PostgreSQL主库故障".
            let now = letter.is_alphanumeric().then(|| is_spaceless(letter));
            if let Some((from, script)) = start
                && now != Some(script)
            {
                parts.push((stem(&text[from..at]), from..at));
                start = None;
            }
            if start.is_none() {
                start = now.map(|script| (at, script));
            }
        }
        if let Some((from, _)) = start {
            parts.push((stem(&text[from..]), from..text.len()));
        }
        let mut sorted: Vec<usize> = (0..parts.len()).collect();
        sorted.sort_by(|a, b| parts[*a].0.cmp(&parts[*b].0).then(a.cmp(b)));
        Words {
            text,
            parts,
            sorted,
        }
    }

    /// The phrase as it stands in the text.
    pub fn find(&self, phrase: &Phrase) -> Option<&'a str> {
        if phrase.is_spaceless {
            let at = self.text.find(&phrase.text)?;
            return self.text.get(at..at + phrase.text.len());
        }
        let wanted = &phrase.words;
        let first = wanted.first()?;
        let from = self.sorted.partition_point(|at| self.parts[*at].0 < *first);
        let found = self.sorted[from..]
            .iter()
            .take_while(|at| self.parts[**at].0 == *first)
            .filter_map(|at| self.parts.get(*at..at + wanted.len()))
            .find(|window| window.iter().map(|(word, _)| word).eq(wanted))?;
        let (first, last) = (found.first()?, found.last()?);
        self.text.get(first.1.start..last.1.end)
    }

    pub fn find_any(&self, phrases: &[Phrase]) -> Option<&'a str> {
        phrases.iter().find_map(|phrase| self.find(phrase))
    }
}

/// A phrase, made ready for being looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Phrase {
    text: String,
    words: Vec<String>,
    is_spaceless: bool,
}

impl Phrase {
    pub fn new(text: &str) -> Self {
        Phrase {
            text: text.to_owned(),
            words: Words::of(text)
                .parts
                .into_iter()
                .map(|(word, _)| word)
                .collect(),
            is_spaceless: text.chars().any(is_spaceless),
        }
    }

    pub fn all(texts: &[&str]) -> Vec<Self> {
        texts.iter().map(|text| Phrase::new(text)).collect()
    }
}

fn is_spaceless(letter: char) -> bool {
    matches!(u32::from(letter), 0x2E80..=0x9FFF | 0xAC00..=0xD7AF | 0xF900..=0xFAFF | 0x2_0000..=0x3_FFFF)
}

/// Lower case, without the `s` of a plural.
fn stem(word: &str) -> String {
    let mut word = word.to_lowercase();
    if word.len() > 3 && word.ends_with('s') && !word.ends_with("ss") {
        word.pop();
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_found_as_whole_words() {
        let check = |text: &str, phrase: &str, found: Option<&str>| {
            assert_eq!(
                Words::of(text).find(&Phrase::new(phrase)),
                found,
                "{phrase} in {text}"
            );
        };
        check(
            "Database connection errors",
            "connection error",
            Some("connection errors"),
        );
        check(
            "PostgreSQL Primary Failure",
            "postgresql",
            Some("PostgreSQL"),
        );
        check(
            "kubectl exec -it postgres-0 --",
            "postgres",
            Some("postgres"),
        );
        check("redis-cli -h x", "redis cli", Some("redis-cli"));
        check("rapid", "api", None);
        check("pg_ctl promote", "pg ctl", Some("pg_ctl"));
        check("PostgreSQL主库故障", "postgresql", Some("PostgreSQL"));
        check("PostgreSQL主库故障", "主库", Some("主库"));
        check(
            "Base de données en panne",
            "base de données",
            Some("Base de données"),
        );
        check("", "redis", None);
        check("a", "a b", None);
        check("a b", "-", None);
    }
}
