//! The words that make a line worth a closer look, in one automaton with the secrets that the caller named.
//!
//! It must not decide what is a secret; the rules do.

use super::{named, rules::Rules};
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
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
    /// Words and named secrets, without regard to case.
    pub triggers: AhoCorasick,
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
        // A secret of many kilobytes is better served by a smaller automaton.
        let kind = (patterns.iter().map(Vec::len).sum::<usize>() < 16 << 10)
            .then_some(AhoCorasickKind::DFA);
        Known {
            triggers: AhoCorasick::builder()
                .ascii_case_insensitive(true)
                .kind(kind)
                .build(&patterns)
                .expect("the patterns are few and short"),
            secrets: (!named.is_empty()).then(|| {
                AhoCorasick::builder()
                    .match_kind(MatchKind::LeftmostLongest)
                    .build(&named)
                    .expect("the patterns are few and short")
            }),
            rules,
            patterns,
            named,
            longest,
        }
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
