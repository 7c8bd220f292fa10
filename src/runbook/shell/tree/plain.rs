//! Texts of nothing but plain words, pipes and comments, laid out without the parser: exactly as it would read them.
//!
//! Most blocks of a runbook are such texts. Where anything else stands in one, the parser has to look.

use super::nodes::{Kind, Laid};
use std::ops::Range;
use std::sync::LazyLock;

/// A longer text is the parser's, bytes.
const LONGEST: usize = 16 * 1024;

/// Words that mean something to the grammar; wherever one of them stands, the parser looks.
const KEYWORDS: [&str; 25] = [
    "if", "then", "elif", "else", "fi", "for", "while", "until", "do", "done", "case", "esac",
    "in", "select", "function", "coproc", "time", "declare", "typeset", "export", "readonly",
    "local", "unset", "unsetenv", "test",
];

struct Kinds {
    program: Kind,
    pipeline: Kind,
    bar: Kind,
    command: Kind,
    name: Kind,
    word: Kind,
    number: Kind,
    comment: Kind,
}

static KINDS: LazyLock<Kinds> = LazyLock::new(|| Kinds {
    program: Kind::new("program", true),
    pipeline: Kind::new("pipeline", true),
    bar: Kind::new("|", false),
    command: Kind::new("command", true),
    name: Kind::new("command_name", true),
    word: Kind::new("word", true),
    number: Kind::new("number", true),
    comment: Kind::new("comment", true),
});

/// The nodes of a plain text.
pub(super) fn lay(text: &str) -> Option<Vec<Laid<'static>>> {
    if text.len() > LONGEST {
        return None;
    }
    let mut layer = Layer {
        text,
        at: 0,
        row: Vec::with_capacity(64),
    };
    layer.open(KINDS.program, 0..text.len(), 0);
    loop {
        layer.blanks();
        match layer.next() {
            None => break,
            Some(b'\n') => layer.at += 1,
            Some(b'#') => layer.comment()?,
            Some(_) => layer.pipeline()?,
        }
    }
    let first = layer.row.get(1)?.start;
    layer.row[0].start = first;
    layer.close(0);
    Some(layer.row)
}

/// A command's words, and whether each is a number.
type Words = Vec<(Range<usize>, bool)>;

struct Layer<'t> {
    text: &'t str,
    at: usize,
    row: Vec<Laid<'static>>,
}

impl Layer<'_> {
    fn next(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.next(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
    }

    /// A comment up to the end of its line.
    fn comment(&mut self) -> Option<()> {
        let rest = &self.text[self.at..];
        let length = rest.find('\n').unwrap_or(rest.len());
        let odd = |byte: u8| byte == b'\\' || byte.is_ascii_control() && byte != b'\t';
        if rest[..length].bytes().any(odd) {
            return None;
        }
        let range = self.at..self.at + length;
        self.at = range.end;
        self.open(KINDS.comment, range, 0);
        Some(())
    }

    /// Commands with `|` between them, up to the end of the line or a comment.
    fn pipeline(&mut self) -> Option<()> {
        let mut commands: Vec<Words> = vec![Words::new()];
        let mut bars = Vec::new();
        loop {
            let before = self.at;
            self.blanks();
            let apart = self.at > before;
            let command = commands.last_mut()?;
            match self.next() {
                None | Some(b'\n') => break,
                Some(b'#') if apart => break,
                Some(b'|') if !command.is_empty() => {
                    bars.push(self.at..self.at + 1);
                    commands.push(Words::new());
                    self.at += 1;
                    if matches!(self.next(), Some(b'|' | b'&')) {
                        return None;
                    }
                }
                Some(_) => {
                    let word = self.word(command.is_empty())?;
                    commands.last_mut()?.push(word);
                }
            }
        }
        let (start, end) = (
            commands.first()?.first()?.0.start,
            commands.last()?.last()?.0.end,
        );
        if bars.is_empty() {
            self.command(&commands[0], 0);
            return Some(());
        }
        let pipeline = self.open(KINDS.pipeline, start..end, 0);
        for (index, words) in commands.iter().enumerate() {
            if let Some(bar) = index.checked_sub(1).and_then(|before| bars.get(before)) {
                self.open(KINDS.bar, bar.clone(), pipeline);
            }
            self.command(words, pipeline);
        }
        self.close(pipeline);
        Some(())
    }

    /// One plain word; what begins a command must not look like an assignment or a number.
    fn word(&mut self, first: bool) -> Option<(Range<usize>, bool)> {
        let rest = &self.text[self.at..];
        let length = rest.bytes().position(|byte| !is_plain(byte));
        let word = &rest[..length.unwrap_or(rest.len())];
        let ended = matches!(
            rest.as_bytes().get(word.len()),
            None | Some(b' ' | b'\t' | b'\n' | b'|')
        );
        let opens = word.as_bytes().first().copied()?;
        let digits = word.strip_prefix('-').unwrap_or(word);
        let odd = if first {
            !(opens.is_ascii_alphabetic() || matches!(opens, b'/' | b'.')) || word.contains('=')
        } else {
            opens == b'=' || word.contains("==") || digits.starts_with("0x")
        };
        if !ended || odd || KEYWORDS.contains(&word) {
            return None;
        }
        let range = self.at..self.at + word.len();
        self.at = range.end;
        let number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        Some((range, number))
    }

    fn command(&mut self, words: &Words, parent: usize) {
        let Some(((first, _), more)) = words.split_first() else {
            return;
        };
        let end = more.last().map_or(first.end, |(last, _)| last.end);
        let command = self.open(KINDS.command, first.start..end, parent);
        let name = self.open(KINDS.name, first.clone(), command);
        self.open(KINDS.word, first.clone(), name);
        self.close(name);
        for (range, number) in more {
            let kind = if *number { KINDS.number } else { KINDS.word };
            self.open(kind, range.clone(), command);
        }
        self.close(command);
    }

    /// Adds a node that holds nothing yet.
    fn open(&mut self, kind: Kind, range: Range<usize>, parent: usize) -> usize {
        let at = self.row.len();
        self.row.push(Laid {
            syntax: None,
            kind,
            start: range.start,
            end: range.end,
            parent,
            behind: at + 1,
        });
        at
    }

    /// All that was added since stands inside of it.
    fn close(&mut self, at: usize) {
        self.row[at].behind = self.row.len();
    }
}

/// What stands in a word for itself, whatever surrounds it.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/' | b':' | b'=' | b',')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
    use super::*;
    use crate::runbook::shell::tree;
    use proptest::prelude::*;

    /// What the parser makes of a plain text is what was laid out for it; true where the text is plain.
    fn check(text: &str) -> bool {
        let Some(row) = lay(text) else {
            return false;
        };
        let parsed = tree::parse(text).unwrap();
        assert!(!parsed.has_error(), "{text:?}");
        let nodes = parsed.nodes();
        let known = |laid: &Laid<'_>| (laid.kind, laid.start..laid.end, laid.parent, laid.behind);
        let wanted: Vec<_> = nodes.row().iter().map(known).collect();
        assert_eq!(
            row.iter().map(known).collect::<Vec<_>>(),
            wanted,
            "{text:?}"
        );
        true
    }

    #[test]
    fn plain_texts_are_laid_out_as_the_parser_reads_them() {
        for text in [
            "kubectl -n shop get pods -l app=x --tail=100\nls -l 5 | grep -i error|wc -l",
            "# 1. Stop\nsystemctl stop x\n\n  # 2. \"Wait\" for $it <<EOF\n\tls -5 10.0.0.1:80  # why\n",
            "a",
            "\n\n a\t\n#",
            "a | b # c\n# d\n./x.sh -- a",
        ] {
            assert!(check(text), "{text:?}");
        }
        for text in [
            "",
            " \n",
            "a &",
            "a; b",
            "a || b",
            "a |& b",
            "a |\nb",
            "| a",
            "A=1 b",
            "if a",
            "a do",
            "a > b",
            "a#b",
            "a \\\nb",
            "a $b",
            "a \"b\"",
            "a 'b'",
            "a *",
            "a {b,c}",
            "! a",
            "5 a",
            "a =b",
            "a a==b",
            "[ a ]",
            "a ~b",
            "# a \\\nb",
            "a é",
            "a\r\nb",
            "export a",
            "-a",
        ] {
            assert!(lay(text).is_none(), "{text:?}");
        }
    }

    fn pieces(all: &[&'static str]) -> impl Strategy<Value = String> + use<> {
        let one = proptest::sample::select(all.to_vec());
        proptest::collection::vec(one, 1..24).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_words_are_read_otherwise(text in pieces(&[
            "kubectl", "ls", "a", "-n", "--x=1", "5", "-5", "0x1f", "7x", "1.2", "10:20", "a=b", "a+=b", "%1",
            "@x", "+5", ",", ":", ".", "-", "--", "/x/y", "é", "test", "eval", "source", "then", "x,y=z",
            " ", " ", " ", " ", " ", "  ", "\t", "\n", "\n", "\n\n", "|", " | ", " # c | \"d", "\n# $x (y\n", "#",
        ])) {
            check(&text);
        }

        #[test]
        fn no_letters_are_read_otherwise(text in pieces(&[
            "a", "b", "x", "E", "0", "1", "9", "-", "_", ".", "/", ":", "=", "@", "%", "+", ",", "|", "#",
            " ", " ", "\t", "\n",
        ])) {
            check(&text);
        }
    }
}
