//! The patterns of the parser: those of shells and tools, which know ASCII only.
//!
//! `\w`, `\d` and `\b` with all of Unicode in them cost megabytes once compiled, and would take text for a name.

use regex::{Captures, Regex};
use std::ops::Deref;
use std::sync::OnceLock;

/// A constant pattern, compiled as [`ascii`] does when it is first looked for: most documents need few of them.
pub struct Lazy {
    pattern: &'static str,
    compiled: OnceLock<Regex>,
}

impl Lazy {
    pub const fn new(pattern: &'static str) -> Lazy {
        Lazy {
            pattern,
            compiled: OnceLock::new(),
        }
    }
}

impl Deref for Lazy {
    type Target = Regex;

    fn deref(&self) -> &Regex {
        self.compiled.get_or_init(|| ascii(self.pattern))
    }
}

/// Compiles a constant pattern in which `\w`, `\d` and `\b` mean ASCII, and everything else any character.
pub fn ascii(pattern: &str) -> Regex {
    let narrow = pattern
        .replace(r"\w", "[0-9A-Za-z_]")
        .replace(r"\d", "[0-9]")
        .replace(r"\b", r"(?-u:\b)");
    Regex::new(&narrow).expect("the pattern is a constant")
}

/// Every match with its groups; a text that holds none, as most do, costs a look and nothing more.
pub fn captures<'t>(pattern: &Regex, text: &'t str) -> impl Iterator<Item = Captures<'t>> {
    let found = pattern.is_match(text);
    found
        .then(|| pattern.captures_iter(text))
        .into_iter()
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::ascii;

    #[test]
    fn names_and_digits_are_ascii_and_the_rest_is_text() {
        let pattern = ascii(r"^[\w.-]+=\d+ (\S+)$");
        let found = pattern.captures("a_b.c=12 größe");
        assert_eq!(found.map(|found| found[1].to_owned()), Some("größe".into()));
        assert!(!pattern.is_match("größe=12 x") && !pattern.is_match("a=١٢ x"));
        assert!(ascii(r"\byour-\w").is_match("将your-name"));
    }
}
