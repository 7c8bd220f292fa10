//! Texts of nothing but plain words, pipes and comments, laid out without the parser: exactly as it would read them.
//!
//! Most blocks of a runbook are such texts. Where anything else stands in one, the parser has to look.

use super::nodes::{Kind, Laid};
use std::ops::Range;
use std::sync::LazyLock;

/// A longer text is the parser's, bytes.
const LONGEST: usize = 16 * 1024;

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
pub(super) fn lay(text: &str) -> Option<Vec<Laid>> {
    if text.len() > LONGEST {
        return None;
    }
    let mut layer = Layer {
        text,
        at: 0,
        row: Vec::with_capacity(text.len() / 4 + 8),
    };
    layer.open(&KINDS.program, 0..text.len(), 0);
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
    let behind = layer.row.len() as u32;
    layer.row[0].start = first;
    layer.row[0].behind = behind;
    Some(layer.row)
}

struct Layer<'t> {
    text: &'t str,
    at: usize,
    row: Vec<Laid>,
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
        self.open(&KINDS.comment, range, 0);
        Some(())
    }

    /// Commands with `|` between them, up to the end of the line or a comment.
    fn pipeline(&mut self) -> Option<()> {
        let line = self.text.as_bytes()[self.at..].iter();
        let piped = line
            .take_while(|byte| !matches!(byte, b'\n' | b'#'))
            .any(|byte| *byte == b'|');
        let pipeline = piped.then(|| self.open(&KINDS.pipeline, self.at..self.at, 0));
        let parent = pipeline.unwrap_or(0);
        loop {
            self.command(parent)?;
            if self.next() != Some(b'|') {
                break;
            }
            self.open(&KINDS.bar, self.at..self.at + 1, parent);
            self.at += 1;
            if matches!(self.next(), Some(b'|' | b'&')) {
                return None;
            }
            self.blanks();
        }
        if let Some(pipeline) = pipeline {
            self.close(pipeline);
        }
        Some(())
    }

    /// A command up to what ends it.
    fn command(&mut self, parent: usize) -> Option<()> {
        let command = self.open(&KINDS.command, self.at..self.at, parent);
        let name = self.open(&KINDS.name, self.at..self.at, command);
        self.word(true, name)?;
        self.close(name);
        loop {
            let before = self.at;
            self.blanks();
            match self.next() {
                None | Some(b'\n' | b'|') => break,
                Some(b'#') if self.at > before => break,
                Some(_) => self.word(false, command)?,
            }
        }
        self.close(command);
        Some(())
    }

    /// One plain word; what begins a command must not look like an assignment or a number.
    fn word(&mut self, first: bool, parent: usize) -> Option<()> {
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
        if !ended || odd || is_keyword(word) {
            return None;
        }
        let number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let kind = if number { &KINDS.number } else { &KINDS.word };
        let range = self.at..self.at + word.len();
        self.at = range.end;
        self.open(kind, range, parent);
        Some(())
    }

    /// Adds a node that holds nothing yet.
    fn open(&mut self, kind: &'static Kind, range: Range<usize>, parent: usize) -> usize {
        let at = self.row.len();
        self.row.push(Laid {
            kind,
            start: range.start as u32,
            end: range.end as u32,
            parent: parent as u32,
            behind: at as u32 + 1,
        });
        at
    }

    /// All that was added since stands inside of it, and it ends with the last of that.
    fn close(&mut self, at: usize) {
        let behind = self.row.len();
        self.row[at].end = self.row[behind - 1].end;
        self.row[at].behind = behind as u32;
    }
}

/// Words that mean something to the grammar; wherever one of them stands, the parser looks.
fn is_keyword(word: &str) -> bool {
    matches!(
        word,
        "if" | "then"
            | "elif"
            | "else"
            | "fi"
            | "for"
            | "while"
            | "until"
            | "do"
            | "done"
            | "case"
            | "esac"
            | "in"
            | "select"
            | "function"
            | "coproc"
            | "time"
            | "declare"
            | "typeset"
            | "export"
            | "readonly"
            | "local"
            | "unset"
            | "unsetenv"
            | "test"
    )
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
        assert_eq!(row, nodes.row(), "{text:?}");
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
