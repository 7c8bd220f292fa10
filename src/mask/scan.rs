//! Finding the first trigger in a lot of text, fast: most text has none.
//!
//! Vector instructions look for fragments of three or four bytes, of which every trigger holds one; what they find is
//! compared in full. Where the processor has no such instructions, an automaton does the same.

use aho_corasick::{AhoCorasick, Span, packed};
use std::ops::Range;

/// Every trigger holds one of these or of [`SHORT`], none begins another, and there are no more than the instructions
/// can take (64). Four bytes are rarely there by chance.
#[rustfmt::skip]
const LONG: &[&str] = &[
    "pass", "secr", "toke", "cred", "auth", "s-cl", "mysq", "riad", "curl", "wget", "dock", "podm", "rabb", "cqls",
    "deto", "mong", "ldap", "m-li", "kv p", "setu", "ntif", "432:", "433:", "bear", "cook", "akia", "asia", "ghp_",
    "gho_", "ghu_", "ghs_", "ghr_", "b_pa", "lpat", "xapp", "aiza", "ya29", "k_li", "k_te", "hvs.", "hvb.", "npm_",
    "pypi", "dop_", "slac", "-beg",
];

/// For triggers that have nothing longer in common.
const SHORT: &[&str] = &[
    "://", ":\\/", "pwd", "key", ":*:", "xox", "sk-", "sg.", "eyj",
];

/// The most patterns that the vector instructions can take.
const MOST: usize = 64;

/// Looks for a set of patterns in text that is lower case already.
#[derive(Debug)]
pub(super) enum Scan {
    Fast(Fast),
    Slow(AhoCorasick),
}

#[derive(Debug)]
pub(super) struct Fast {
    searcher: packed::Searcher,
    /// By fragment: the patterns that hold it, and where.
    holders: Vec<Vec<(Vec<u8>, usize)>>,
}

impl Scan {
    /// For the built-in words; they are looked for together, one after the other.
    pub fn for_words(words: &[Vec<u8>]) -> [Self; 2] {
        let holds = |word: &Vec<u8>| {
            LONG.iter()
                .any(|fragment| memchr::memmem::find(word, fragment.as_bytes()).is_some())
        };
        let (long, short): (Vec<_>, Vec<_>) = words.iter().cloned().partition(holds);
        let bytes = |fragments: &'static [&str]| fragments.iter().map(|text| text.as_bytes());
        [
            Scan::new(&long, bytes(LONG)),
            Scan::new(&short, bytes(SHORT)),
        ]
    }

    /// For named secrets, lower case.
    pub fn for_named(named: &[Vec<u8>]) -> Self {
        Scan::new(named, named.iter().map(Vec::as_slice))
    }

    fn new<'a>(patterns: &[Vec<u8>], fragments: impl ExactSizeIterator<Item = &'a [u8]>) -> Self {
        let fast = (fragments.len() <= MOST)
            .then(|| Fast::new(patterns, &fragments.collect::<Vec<_>>()))
            .flatten();
        fast.map_or_else(|| Scan::slow(patterns), Scan::Fast)
    }

    fn slow(patterns: &[Vec<u8>]) -> Self {
        Scan::Slow(AhoCorasick::new(patterns).expect("the patterns are few and short"))
    }

    /// The first pattern in `lower` at or after `from`, or one that begins on the same line.
    pub fn find(&self, lower: &[u8], from: usize) -> Option<Range<usize>> {
        match self {
            Scan::Fast(fast) => fast.find(lower, from),
            Scan::Slow(slow) => slow
                .find(&lower[from..])
                .map(|hit| from + hit.start()..from + hit.end()),
        }
    }
}

impl Fast {
    fn new(patterns: &[Vec<u8>], fragments: &[&[u8]]) -> Option<Self> {
        let mut holders = vec![Vec::new(); fragments.len()];
        for pattern in patterns {
            // The shortest that it holds, so that one which equals it is taken.
            let (index, at) = fragments.iter().enumerate().find_map(|(index, fragment)| {
                memchr::memmem::find(pattern, fragment).map(|at| (index, at))
            })?;
            holders[index].push((pattern.clone(), at));
        }
        let searcher = packed::Config::new()
            .heuristic_pattern_limits(false)
            .builder()
            .extend(fragments)
            .build()?;
        Some(Fast { searcher, holders })
    }

    fn find(&self, lower: &[u8], from: usize) -> Option<Range<usize>> {
        let mut at = from;
        loop {
            let span = Span {
                start: at,
                end: lower.len(),
            };
            let hit = self.searcher.find_in(lower, span)?;
            let whole =
                self.holders[hit.pattern().as_usize()]
                    .iter()
                    .find_map(|(pattern, offset)| {
                        let start = hit.start().checked_sub(*offset)?;
                        let end = start + pattern.len();
                        (start >= from && lower.get(start..end) == Some(pattern.as_slice()))
                            .then_some(start..end)
                    });
            if whole.is_some() {
                return whole;
            }
            at = hit.start() + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    #[test]
    fn every_trigger_holds_a_fragment() {
        for fragments in [LONG, SHORT] {
            assert!(fragments.len() <= MOST);
            for one in fragments {
                for other in fragments {
                    assert!(
                        one == other || !other.starts_with(one),
                        "{one} begins {other}"
                    );
                }
            }
        }
        for word in super::super::triggers::words() {
            let holds =
                |fragment: &&str| memchr::memmem::find(&word, fragment.as_bytes()).is_some();
            assert!(
                LONG.iter().chain(SHORT).any(holds),
                "{}",
                String::from_utf8_lossy(&word)
            );
        }
    }

    proptest::proptest! {
        /// Both ways agree on which lines hold a trigger.
        #[test]
        fn fast_and_slow_agree(pieces in proptest::collection::vec(
            proptest::sample::select(vec![
                "pass", "word", "_", "key", "api", "tok", "en", "sk-", "xox", "b-", "://", "ey", "eyj", "auth", " ",
                "orization", "ghp", "_live_", "sk", "432:", ":5", "redis-cli", "x", "=", "credential",
            ]),
            0..12,
        )) {
            let text = pieces.concat();
            let words = super::super::triggers::words();
            let scans = Scan::for_words(&words);
            let fast = scans.iter().any(|scan| scan.find(text.as_bytes(), 0).is_some());
            proptest::prop_assert_eq!(fast, Scan::slow(&words).find(text.as_bytes(), 0).is_some());
        }
    }
}
