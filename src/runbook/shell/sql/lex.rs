//! SQL cut into tokens, each with its place: words, quoted identifiers, strings, numbers, signs.
//!
//! Source for the forms: the lexical chapter of PostgreSQL's manual; MySQL's where [`Dialect`] says so.

use crate::runbook::shell::word::OPAQUE;
use std::ops::Range;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::runbook::shell) struct Dialect {
    /// A backslash in a plain string takes the next character with it (MySQL).
    pub backslashes: bool,
    /// `#` begins a comment (MySQL).
    pub hash_comments: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::runbook::shell) enum Kind {
    Word,
    /// `"name"` or `` `name` ``.
    Identifier,
    /// `'…'`.
    String,
    /// `E'…'`: backslashes are escapes.
    EscapeString,
    /// `$tag$…$tag$`.
    DollarString,
    Number,
    Sign,
    /// A psql command, to the end of its line.
    Meta,
    /// Something known only at run time.
    Opaque,
    Comment,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::runbook::shell) struct Token {
    pub kind: Kind,
    /// Words in upper case, quoted things without their quotes, the rest as it stands.
    pub text: String,
    pub range: Range<usize>,
}

impl Token {
    pub fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text == word
    }

    pub fn is_sign(&self, sign: &str) -> bool {
        self.kind == Kind::Sign && self.text == sign
    }
}

/// The tokens without comments; and whether every quote and comment was closed.
pub(in crate::runbook::shell) fn lex(text: &str, dialect: Dialect) -> (Vec<Token>, bool) {
    let (mut tokens, closed) = lex_all(text, dialect);
    tokens.retain(|token| token.kind != Kind::Comment);
    (tokens, closed)
}

/// The tokens with comments.
pub(in crate::runbook::shell) fn lex_all(text: &str, dialect: Dialect) -> (Vec<Token>, bool) {
    let mut lexer = Lexer {
        text,
        at: 0,
        tokens: Vec::new(),
        closed: true,
    };
    while lexer.at < text.len() {
        lexer.token(dialect);
    }
    (lexer.tokens, lexer.closed)
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    tokens: Vec<Token>,
    closed: bool,
}

impl<'t> Lexer<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn push(&mut self, kind: Kind, text: String, length: usize) {
        let end = (self.at + length).min(self.text.len());
        self.tokens.push(Token {
            kind,
            text,
            range: self.at..end,
        });
        self.at = end;
    }

    fn token(&mut self, dialect: Dialect) {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else {
            return;
        };
        let after = &rest[first.len_utf8()..];
        let second = after.chars().next();
        match first {
            _ if first.is_whitespace() => self.at += first.len_utf8(),
            '-' if second == Some('-') => self.line_comment(),
            '#' if dialect.hash_comments => self.line_comment(),
            '/' if second == Some('*') => self.block_comment(),
            '\'' => self.quoted(0, '\'', Kind::String, dialect.backslashes),
            '"' => self.quoted(0, '"', Kind::Identifier, dialect.backslashes),
            '`' => self.quoted(0, '`', Kind::Identifier, false),
            'e' | 'E' if second == Some('\'') => self.quoted(1, '\'', Kind::EscapeString, true),
            'n' | 'N' | 'b' | 'B' | 'x' | 'X' if second == Some('\'') => {
                self.quoted(1, '\'', Kind::String, dialect.backslashes);
            }
            'u' | 'U' if after.starts_with("&'") => self.quoted(2, '\'', Kind::String, false),
            'u' | 'U' if after.starts_with("&\"") => self.quoted(2, '"', Kind::Identifier, false),
            '$' => self.dollar(),
            '\\' => {
                let length = rest.find('\n').unwrap_or(rest.len());
                self.push(Kind::Meta, rest[..length].to_owned(), length);
            }
            OPAQUE => self.push(Kind::Opaque, OPAQUE.to_string(), OPAQUE.len_utf8()),
            // psql puts `:name` in as it is.
            ':' if second.is_some_and(|next| next.is_alphabetic() || next == '_')
                && !self.text[..self.at].ends_with([':', '[']) =>
            {
                self.push(Kind::Opaque, ":".to_owned(), 1);
            }
            _ if first.is_alphabetic() || first == '_' => {
                let length = rest
                    .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$')) || c == OPAQUE)
                    .unwrap_or(rest.len());
                self.push(Kind::Word, rest[..length].to_uppercase(), length);
            }
            _ if first.is_ascii_digit() => {
                let length = rest
                    .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_')))
                    .unwrap_or(rest.len());
                self.push(Kind::Number, rest[..length].to_owned(), length);
            }
            _ => self.push(Kind::Sign, first.to_string(), first.len_utf8()),
        }
    }

    fn line_comment(&mut self) {
        let length = self.rest().find('\n').unwrap_or(self.rest().len());
        self.push(Kind::Comment, String::new(), length);
    }

    /// Nests, as PostgreSQL's do; `/*! … */` is code to MySQL and is read as such.
    fn block_comment(&mut self) {
        let rest = self.rest();
        if rest.starts_with("/*!") || rest.starts_with("/*M!") {
            let inside =
                rest[2..].trim_start_matches(|c: char| c.is_ascii_digit() || "M!".contains(c));
            self.push(Kind::Comment, String::new(), rest.len() - inside.len());
            return;
        }
        let bytes = rest.as_bytes();
        let (mut depth, mut at) = (0_usize, 0);
        while at + 1 < bytes.len() {
            match &bytes[at..at + 2] {
                b"/*" => {
                    depth += 1;
                    at += 2;
                }
                b"*/" => {
                    depth -= 1;
                    at += 2;
                    if depth == 0 {
                        self.push(Kind::Comment, String::new(), at);
                        return;
                    }
                }
                _ => at += 1,
            }
        }
        self.closed = false;
        self.push(Kind::Comment, String::new(), rest.len());
    }

    fn quoted(&mut self, prefix: usize, quote: char, kind: Kind, backslashes: bool) {
        let start = prefix + 1;
        let body = &self.rest()[start..];
        let mut inside = String::new();
        let mut characters = body.char_indices().peekable();
        while let Some((at, character)) = characters.next() {
            if character == '\\' && backslashes {
                inside.extend(characters.next().map(|(_, next)| next));
            } else if character != quote {
                inside.push(character);
            } else if characters.next_if(|(_, next)| *next == quote).is_some() {
                inside.push(quote);
            } else {
                self.push(kind, inside, start + at + 1);
                return;
            }
        }
        self.closed = false;
        self.push(kind, inside, start + body.len());
    }

    /// `$tag$…$tag$`, `$1`, or a variable that somebody else fills.
    fn dollar(&mut self) {
        let rest = self.rest();
        let tag = rest[1..]
            .find(|c: char| !(c.is_alphanumeric() || c == '_'))
            .unwrap_or(rest.len() - 1);
        let name = &rest[1..=tag];
        let numbered = name.starts_with(|c: char| c.is_ascii_digit());
        if rest[1 + tag..].starts_with('$') && !numbered {
            let quote = &rest[..tag + 2];
            let body = &rest[quote.len()..];
            if let Some(end) = body.find(quote) {
                let length = quote.len() * 2 + end;
                self.push(Kind::DollarString, body[..end].to_owned(), length);
            } else {
                self.closed = false;
                self.push(Kind::DollarString, body.to_owned(), rest.len());
            }
            return;
        }
        let parameter = tag > 0 && name.chars().all(|c| c.is_ascii_digit());
        let kind = if parameter {
            Kind::Number
        } else {
            Kind::Opaque
        };
        self.push(kind, rest[..=tag].to_owned(), 1 + tag);
    }
}
