//! The words that make a line worth a closer look, in one automaton with the secrets that the caller named.
//!
//! It must not decide what is a secret; the rules do.

use super::{named, rules::Rules, scan::Scan};
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use std::ops::Range;
use std::sync::{Arc, LazyLock};

/// Words and the rules that they call for. Case does not matter here. Everything that a rule hides begins at or
/// after one of its words: that is what lets a stream pass on what stands before.
#[rustfmt::skip]
const WORDS: &[(Rules, &[&str])] = &[
    (Rules::URL, &[
        "://", ":\\/\\/",
    ]),
    (Rules::KEY, &[
        "passw", "passphrase", "passcode", "_pass", "-pass", ".pass", "pass=", "\"pass\"", "'pass'", "dbpass", "pwd",
        "secret", "token", "credential", "_key", "-key", "apikey", "accesskey", "privatekey", "masterkey",
        "accountkey", "sharedkey", "signingkey", "encryptionkey", "_auth",
    ]),
    (Rules::FLAG, &[
        "-passw", "-pass", "-secret", "-token", "-api-key", "-private-key", "-access-key", "storepass", "keypass",
    ]),
    (Rules::TOOL, &[
        "redis-cli", "mysql", "mariadb", "sshpass", "curl", "wget", "docker", "podman", "rabbitmq", "cqlsh",
        "nodetool", "mongo", "ldap", "pass:", "--from-literal", "vault kv put", "requirepass", "masterauth",
        "auth-pass", "auth ", "setuser",
    ]),
    (Rules::SQL, &[
        "passw", "identified",
    ]),
    (Rules::PGPASS, &[
        ":5432:", ":*:", ":6432:", ":5433:",
    ]),
    (Rules::AUTHORIZATION, &[
        "authorization", "bearer", "cookie",
    ]),
    (Rules::SHAPE, &[
        "akia", "asia", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xoxa-", "xoxb-", "xoxe-",
        "xoxo-", "xoxp-", "xoxr-", "xoxs-", "xapp-", "aiza", "ya29.", "sk-", "sk_live_", "sk_test_", "rk_live_",
        "rk_test_", "sg.", "hvs.", "hvb.", "npm_", "pypi-", "dop_v1_", "eyj", "hooks.slack.com/",
    ]),
    (Rules::PEM, &[
        "-----begin",
    ]),
];

/// What a masker knows.
#[derive(Debug)]
pub(super) struct Known {
    /// Words and named secrets, without regard to case, where they overlap.
    triggers: AhoCorasick,
    /// The same, to find the first one in a lot of text.
    scans: Vec<Scan>,
    /// By pattern of `triggers`.
    rules: Vec<Rules>,
    /// The patterns themselves, lower case.
    patterns: Vec<Vec<u8>>,
    /// The named secrets as they are, the longest first where one begins another.
    pub secrets: Option<AhoCorasick>,
    named: Vec<Vec<u8>>,
    /// Bytes of the longest pattern.
    pub longest: usize,
}

impl Known {
    pub fn shared(secrets: &[String]) -> Arc<Self> {
        static WORDS_ALONE: LazyLock<Arc<Known>> =
            LazyLock::new(|| Arc::new(Known::new(Vec::new())));
        let named = named::spellings(secrets);
        if named.is_empty() {
            Arc::clone(&WORDS_ALONE)
        } else {
            Arc::new(Known::new(named))
        }
    }

    fn new(named: Vec<Vec<u8>>) -> Self {
        let mut rules: Vec<Rules> = Vec::new();
        let mut patterns: Vec<Vec<u8>> = Vec::new();
        for &(rule, words) in WORDS {
            for word in words {
                if let Some(index) = patterns.iter().position(|known| known == word.as_bytes()) {
                    rules[index] = rules[index].and(rule);
                } else {
                    patterns.push(word.as_bytes().to_vec());
                    rules.push(rule);
                }
            }
        }
        for secret in &named {
            patterns.push(secret.to_ascii_lowercase());
            rules.push(Rules::NAMED);
        }
        let longest = patterns.iter().map(Vec::len).max().unwrap_or(1);
        let mut scans = Vec::from(Scan::for_words(&words()));
        if !named.is_empty() {
            let lower: Vec<Vec<u8>> = named.iter().map(|name| name.to_ascii_lowercase()).collect();
            scans.push(Scan::for_named(&lower));
        }
        Known {
            triggers: AhoCorasick::builder()
                .ascii_case_insensitive(true)
                // Only lines that a scan has found are looked at: a tenth of the memory counts for more than speed.
                .kind(Some(AhoCorasickKind::ContiguousNFA))
                .build(&patterns)
                .expect("the patterns are few and short"),
            secrets: (!named.is_empty()).then(|| {
                AhoCorasick::builder()
                    .match_kind(MatchKind::LeftmostLongest)
                    .build(&named)
                    .expect("the patterns are few and short")
            }),
            scans,
            rules,
            patterns,
            named,
            longest,
        }
    }

    /// Whether text, lower case, holds any trigger.
    pub fn is_triggered(&self, lower: &[u8]) -> bool {
        Hits::new(self, lower).next_from(0).is_some()
    }

    /// The rules that the words of a line call for.
    pub fn rules_for(&self, line: &[u8]) -> Rules {
        self.triggers
            .find_overlapping_iter(line)
            .fold(Rules::NONE, |rules, found| {
                rules.and(self.rules[found.pattern().as_usize()])
            })
    }

    /// How many bytes at the end of `line` may be the beginning of a pattern.
    pub fn begun(&self, line: &[u8]) -> usize {
        longest_begun(line, &self.patterns, 1, <[u8]>::eq_ignore_ascii_case)
    }

    /// How many bytes at the end of `line` may be the beginning of a named secret; fewer than four are not counted,
    /// or a prompt that ends like a secret begins would wait for ever.
    pub fn secret_begun(&self, line: &[u8]) -> usize {
        longest_begun(line, &self.named, 4, |a, b| a == b)
    }

    /// Where the last word of `line` may become a token whose shape gives it away.
    pub fn shape_begun(&self, line: &[u8]) -> Option<usize> {
        let word = line
            .iter()
            .rposition(|byte| byte.is_ascii_whitespace() || *byte < 0x20)
            .map_or(0, |at| at + 1);
        self.triggers
            .find_overlapping_iter(&line[word..])
            .filter(|found| self.rules[found.pattern().as_usize()].has(Rules::SHAPE))
            .map(|found| word + found.start())
            .min()
    }
}

/// The built-in words.
pub(super) fn words() -> Vec<Vec<u8>> {
    let mut words: Vec<Vec<u8>> = WORDS
        .iter()
        .flat_map(|(_, words)| words.iter().map(|word| word.as_bytes().to_vec()))
        .collect();
    words.sort();
    words.dedup();
    words
}

/// The triggers of one text, from front to back.
pub(super) struct Hits<'a> {
    known: &'a Known,
    lower: &'a [u8],
    /// By scan, what was found last: what is far away is not looked for again at every hit of another scan that is
    /// near.
    found: Vec<Found>,
}

#[derive(Clone)]
enum Found {
    NotLookedFor,
    Nothing,
    At(Range<usize>),
}

impl<'a> Hits<'a> {
    pub fn new(known: &'a Known, lower: &'a [u8]) -> Self {
        Hits {
            known,
            lower,
            found: vec![Found::NotLookedFor; known.scans.len()],
        }
    }

    /// A trigger on the first line, at or after `from`, that holds one.
    pub fn next_from(&mut self, from: usize) -> Option<Range<usize>> {
        let mut first: Option<Range<usize>> = None;
        for (scan, found) in self.known.scans.iter().zip(&mut self.found) {
            match found {
                Found::Nothing => continue,
                Found::At(hit) if hit.start >= from => {}
                Found::NotLookedFor | Found::At(_) => {
                    *found = scan
                        .find(self.lower, from)
                        .map_or(Found::Nothing, Found::At);
                }
            }
            if let Found::At(hit) = found
                && first.as_ref().is_none_or(|first| hit.start < first.start)
            {
                first = Some(hit.clone());
            }
        }
        first
    }
}

fn longest_begun(
    line: &[u8],
    patterns: &[Vec<u8>],
    least: usize,
    same: impl Fn(&[u8], &[u8]) -> bool,
) -> usize {
    patterns
        .iter()
        .filter_map(|pattern| {
            let most = (pattern.len() - 1).min(line.len());
            (least..=most)
                .rev()
                .find(|&count| same(&line[line.len() - count..], &pattern[..count]))
        })
        .max()
        .unwrap_or(0)
}
