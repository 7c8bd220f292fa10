//! A small typed reader over parsed TOML that keeps positions.
//!
//! Each value that is not what it should be becomes a [`Complaint`] with its line, and the rest is
//! read on: one bad key must not take its neighbours with it. The keys that were asked for are the
//! keys that are known, so that what is left over is unknown. It must not know what a key means.

use super::{Complaint, duration};
use crate::near;
use secrecy::SecretString;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::time::Duration;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

/// The text that is read and what was found wrong with it.
pub(super) struct Reader<'a> {
    pub file: &'a Path,
    pub text: &'a str,
    complaints: RefCell<Vec<Complaint>>,
}

impl<'a> Reader<'a> {
    pub fn new(file: &'a Path, text: &'a str) -> Self {
        Reader {
            file,
            text,
            complaints: RefCell::new(Vec::new()),
        }
    }

    /// Line and column of a byte, 1-based.
    pub fn position(&self, byte: usize) -> (u32, u32) {
        let before = &self.text.as_bytes()[..byte.min(self.text.len())];
        let line = line_of(before);
        let column = before.iter().rev().take_while(|b| **b != b'\n').count() + 1;
        (line as u32, column as u32)
    }

    pub fn complain(&self, span: &Range<usize>, key: &str, message: impl Into<String>) {
        self.complaints.borrow_mut().push(Complaint {
            file: self.file.to_owned(),
            line: self.position(span.start).0,
            key: key.to_owned(),
            message: message.into(),
        });
    }

    /// In the order of their lines.
    pub fn into_complaints(self) -> Vec<Complaint> {
        let mut complaints = self.complaints.into_inner();
        complaints.sort_by_key(|complaint| complaint.line);
        complaints
    }
}

/// A value and where it stands.
pub(super) type Value<'a> = &'a Spanned<DeValue<'a>>;

/// One table, with the path that leads to it.
pub(super) struct Table<'a> {
    pub reader: &'a Reader<'a>,
    pub path: String,
    pub span: Range<usize>,
    entries: &'a DeTable<'a>,
    asked: RefCell<Vec<&'static str>>,
}

impl<'a> Table<'a> {
    pub fn new(
        reader: &'a Reader<'a>,
        path: impl Into<String>,
        span: Range<usize>,
        entries: &'a DeTable<'a>,
    ) -> Self {
        Table {
            reader,
            path: path.into(),
            span,
            entries,
            asked: RefCell::default(),
        }
    }

    /// The key with the path that leads to it, as complaints name it.
    pub fn full(&self, key: &str) -> String {
        let key = if key
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
            && !key.is_empty()
        {
            key.to_owned()
        } else {
            format!("{key:?}")
        };
        if self.path.is_empty() {
            key
        } else {
            format!("{}.{key}", self.path)
        }
    }

    /// Every entry in the order of the file: key, where the key stands, value.
    pub fn entries(&self) -> Vec<(&'a str, Range<usize>, Value<'a>)> {
        let mut all: Vec<_> = self
            .entries
            .iter()
            .map(|(key, value)| (key.get_ref().as_ref(), key.span(), value))
            .collect();
        all.sort_by_key(|(_, span, _)| span.start);
        all
    }

    pub fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    pub fn get(&self, key: &'static str) -> Option<Value<'a>> {
        self.asked.borrow_mut().push(key);
        self.entries.get(key)
    }

    /// Complains at a key: what was found there is not `expected`.
    pub fn expected(&self, key: &str, value: Value<'a>, expected: &str) {
        self.reader.complain(
            &value.span(),
            &self.full(key),
            format!("expected {expected}, found {}", describe(value.get_ref())),
        );
    }

    /// Complains that the table lacks `key`.
    pub fn missing(&self, key: &str, expected: &str) {
        self.reader.complain(
            &self.span,
            &self.path,
            format!("`{key}` is missing: expected {expected}"),
        );
    }

    pub fn string(&self, key: &'static str) -> Option<String> {
        let value = self.get(key)?;
        let found = value.get_ref().as_str().map(str::to_owned);
        if found.is_none() {
            self.expected(key, value, "a text in quotes");
        }
        found
    }

    /// A text that is never quoted in a complaint.
    pub fn secret(&self, key: &'static str) -> Option<SecretString> {
        let value = self.get(key)?;
        let found = value.get_ref().as_str().map(SecretString::from);
        if found.is_none() {
            self.reader
                .complain(&value.span(), &self.full(key), "expected a text in quotes");
        }
        found
    }

    /// A text with something in it.
    pub fn filled(&self, key: &'static str) -> Option<String> {
        let text = self.string(key)?;
        if text.trim().is_empty()
            && let Some(value) = self.entries.get(key)
        {
            self.expected(key, value, "a text that is not empty");
            return None;
        }
        Some(text)
    }

    pub fn boolean(&self, key: &'static str) -> Option<bool> {
        let value = self.get(key)?;
        let found = value.get_ref().as_bool();
        if found.is_none() {
            self.expected(key, value, "`true` or `false`");
        }
        found
    }

    /// A whole number within `range`.
    pub fn whole(&self, key: &'static str, range: std::ops::RangeInclusive<u32>) -> Option<u32> {
        let value = self.get(key)?;
        let found = number(value.get_ref())
            .filter(|n| n.fract() == 0.0 && *n >= 0.0)
            .map(|n| n as u32)
            .filter(|n| range.contains(n));
        if found.is_none() {
            let expected = format!("a whole number from {} to {}", range.start(), range.end());
            self.expected(key, value, &expected);
        }
        found
    }

    /// A number, or `Some(None)` for a `false` that switches it off.
    pub fn number_or_false(&self, key: &'static str) -> Option<Option<f64>> {
        let value = self.get(key)?;
        if value.get_ref().as_bool() == Some(false) {
            return Some(None);
        }
        let found = number(value.get_ref()).filter(|n| n.is_finite());
        if found.is_none() {
            self.expected(key, value, "a number, or `false` for none");
        }
        found.map(Some)
    }

    pub fn duration(&self, key: &'static str) -> Option<Duration> {
        let value = self.get(key)?;
        let found = match value.get_ref().as_str() {
            Some(text) => duration::parse(text),
            None => number(value.get_ref()).and_then(duration::from_seconds),
        };
        if found.is_none() {
            self.expected(key, value, duration::EXPECTED);
        }
        found
    }

    /// A list of texts; one text alone is a list of one. Entries that are none are complained of and left out.
    pub fn strings(&self, key: &'static str) -> Option<Vec<String>> {
        let value = self.get(key)?;
        if value.get_ref().as_str().is_none() && value.get_ref().as_array().is_none() {
            self.expected(key, value, "a list of texts in quotes");
            return None;
        }
        Some(self.strings_of(key, value))
    }

    /// Reads `value`, found under `key`, as a list of texts; what is none is complained of.
    pub fn strings_of(&self, key: &str, value: Value<'a>) -> Vec<String> {
        if let Some(text) = value.get_ref().as_str() {
            return vec![text.to_owned()];
        }
        if let Some(items) = value.get_ref().as_array() {
            return self.string_items(key, items);
        }
        self.expected(key, value, "a list of texts in quotes");
        Vec::new()
    }

    /// Complains at a key, in words of the caller's.
    pub fn complain(&self, key: &str, value: Value<'a>, message: &str) {
        self.reader
            .complain(&value.span(), &self.full(key), message);
    }

    fn string_items(&self, key: &str, items: &'a DeArray<'a>) -> Vec<String> {
        let mut texts = Vec::new();
        for item in items {
            match item.get_ref().as_str() {
                Some(text) => texts.push(text.to_owned()),
                None => self.expected(key, item, "a text in quotes"),
            }
        }
        texts
    }

    /// A table below this one.
    pub fn table(&self, key: &'static str) -> Option<Table<'a>> {
        let value = self.get(key)?;
        self.table_of(key, value)
    }

    /// Reads `value`, found under `key`, as a table.
    pub fn table_of(&self, key: &str, value: Value<'a>) -> Option<Table<'a>> {
        let Some(entries) = value.get_ref().as_table() else {
            self.expected(key, value, "a table");
            return None;
        };
        Some(Table::new(
            self.reader,
            self.full(key),
            self.place_of(key, value),
            entries,
        ))
    }

    /// Where a key stands; for a table that is its header.
    fn place_of(&self, key: &str, value: Value<'a>) -> Range<usize> {
        self.entries
            .get_key_value(key)
            .map_or_else(|| value.span(), |(key, _)| key.span())
    }

    /// Every entry as a text.
    pub fn string_map(&self) -> BTreeMap<String, String> {
        let mut map = BTreeMap::new();
        for (key, _, value) in self.entries() {
            match value.get_ref().as_str() {
                Some(text) => {
                    map.insert(key.to_owned(), text.to_owned());
                }
                None => self.expected(key, value, "a text in quotes"),
            }
        }
        map
    }

    /// Complains of every key that nobody asked for. `hint` may know better than a similar name what is meant.
    pub fn finish(&self, hint: impl Fn(&str) -> Option<String>) {
        let asked = self.asked.borrow();
        for (key, span, _) in self.entries() {
            if asked.contains(&key) {
                continue;
            }
            let mut known: Vec<&str> = asked.clone();
            known.sort_unstable();
            known.dedup();
            let advice = hint(key)
                .or_else(|| {
                    closest(key, known.iter().copied())
                        .map(|near| format!("did you mean `{near}`?"))
                })
                .unwrap_or_else(|| format!("expected one of `{}`", known.join("`, `")));
            self.reader
                .complain(&span, &self.full(key), format!("unknown key; {advice}"));
        }
    }
}

/// The line that the end of `text` stands on, 1-based.
pub(super) fn line_of(text: &[u8]) -> usize {
    text.split(|byte| *byte == b'\n').count()
}

pub(super) fn number(value: &DeValue<'_>) -> Option<f64> {
    if let Some(integer) = value.as_integer() {
        return i64::from_str_radix(integer.as_str(), integer.radix())
            .ok()
            .map(|n| n as f64);
    }
    value.as_float()?.as_str().parse().ok()
}

/// A value in a few words, without what may be a secret.
fn describe(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) if text.is_empty() => "an empty text".into(),
        DeValue::String(text) if text.chars().count() <= 40 => format!("{:?}", text.as_ref()),
        DeValue::String(_) => "a long text".into(),
        DeValue::Integer(number) => format!("the number {number}"),
        DeValue::Float(number) => format!("the number {number}"),
        DeValue::Boolean(flag) => format!("`{flag}`"),
        DeValue::Datetime(_) => "a date".into(),
        DeValue::Array(_) => "a list".into(),
        DeValue::Table(_) => "a table".into(),
    }
}

/// The known word that `word` is probably a slip of.
pub(super) fn closest<'k>(word: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let limit = match word.chars().count() {
        0..=2 => 1,
        3..=5 => 2,
        _ => 3,
    };
    let word = word.to_lowercase().replace('-', "_");
    known
        .map(|candidate| {
            (
                near::distance(&word, &candidate.replace('-', "_")),
                candidate,
            )
        })
        .filter(|(distance, candidate)| *distance <= limit && *distance < candidate.len())
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_keyboard_is_recognised() {
        let known = ["hosts", "user", "database", "password_env", "timeout"];
        let check = |word: &str, meant: Option<&str>| {
            assert_eq!(closest(word, known.into_iter()), meant, "{word}");
        };
        check("host", Some("hosts"));
        check("Hosts", Some("hosts"));
        check("tiemout", Some("timeout"));
        check("password-env", Some("password_env"));
        check("databse", Some("database"));
        check("colour", None);
        check("x", None);
    }

    #[test]
    fn positions_count_from_one() {
        let reader = Reader::new(Path::new("x"), "a\nbc\n");
        assert_eq!(reader.position(0), (1, 1));
        assert_eq!(reader.position(3), (2, 2));
        assert_eq!(reader.position(99), (3, 1));
    }
}
