//! A list of phrases, looked for anywhere in a text in one pass over it.
//!
//! Made when it is first asked; it must not know what a phrase means.

use super::lexicon::list;
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use std::sync::OnceLock;

/// Lower-case phrases between bars.
pub(super) struct Phrases {
    list: &'static str,
    automaton: OnceLock<AhoCorasick>,
}

impl Phrases {
    pub(super) const fn new(list: &'static str) -> Phrases {
        Phrases {
            list,
            automaton: OnceLock::new(),
        }
    }

    /// Whether a lower-case text holds any of them.
    pub(super) fn any(&self, lower: &str) -> bool {
        let automaton = self.automaton.get_or_init(|| {
            debug_assert_eq!(self.list, self.list.to_lowercase());
            AhoCorasick::builder()
                // The smallest, and quick enough for lines.
                .kind(Some(AhoCorasickKind::ContiguousNFA))
                .dense_depth(1)
                .ascii_case_insensitive(true)
                .build(list(self.list))
                .expect("the phrases are constants")
        });
        automaton.is_match(lower)
    }

    /// Whether the first `most` characters of a text hold any of them, in whatever case.
    pub(super) fn any_in(&self, text: &str, most: usize) -> bool {
        if text.is_ascii() {
            return self.any(&text[..most.min(text.len())]);
        }
        self.any(&lower(text, most))
    }
}

/// The first `most` characters of a text in lower case.
pub(super) fn lower(text: &str, most: usize) -> String {
    if text.is_ascii() {
        text[..most.min(text.len())].to_ascii_lowercase()
    } else {
        text.chars()
            .take(most)
            .flat_map(char::to_lowercase)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_found_anywhere_in_any_case_and_only_near_the_front() {
        static WORDS: Phrases = Phrases::new("do not run|не запускать");
        assert!(WORDS.any("please do not run it"));
        assert!(WORDS.any_in("please Do NOT run it", 100));
        assert!(WORDS.any_in("ВНИМАНИЕ: НЕ ЗАПУСКАТЬ", 100));
        assert!(!WORDS.any_in("please do not run it", 16));
        assert!(!WORDS.any_in("das hier: НЕ ЗАПУСКАТЬ", 12));
        assert!(!WORDS.any("do not walk"));
    }
}
