//! Values put into SQL: a literal where a value stands, an identifier where a name does.
//!
//! It must not know what a statement does. At the end the tokens must be what they were, with one literal or one
//! name (or one and its dots) in the place of each hole.

use super::encode::is_plain_in_code;
use super::{Filling, Placed, filled, places};
use crate::runbook::shell::sql::lex::{Dialect, Kind, Token, lex_all};

/// Words after which a name is expected.
const NAMES: &str = " FROM JOIN INTO UPDATE TABLE DATABASE SCHEMA VIEW SEQUENCE INDEX ROLE USER KEYSPACE TRUNCATE \
    EXTENSION TABLESPACE PUBLICATION SUBSCRIPTION FUNCTION PROCEDURE TRIGGER COLUMN CONSTRAINT REINDEX VACUUM ANALYZE \
    DESCRIBE USE OWNED OWNER REFERENCES TYPE DOMAIN SERVER POLICY RENAME COPY CLUSTER LISTEN NOTIFY GROUP ";

/// Words whose string is code in its turn.
const RUNS: &str = " PROGRAM EXECUTE ";

/// What each hole of an SQL text becomes; a hole in a comment becomes nothing.
pub(super) fn place(text: &str, fillings: &[Filling], backslashes: bool) -> Result<Placed, String> {
    let dialect = Dialect {
        backslashes,
        hash_comments: backslashes,
    };
    let (tokens, _) = lex_all(text, dialect);
    let mut placed = Placed::new();
    for filling in fillings {
        let Some(start) = text.find(&filling.name) else {
            continue;
        };
        let Some(index) = tokens.iter().position(|token| token.range.contains(&start)) else {
            return Err(format!(
                "`{}` stands where nothing can be put",
                filling.spelling
            ));
        };
        if tokens[index].kind == Kind::Comment {
            continue;
        }
        let encoded = one(text, &tokens, index, filling, backslashes)
            .map_err(|why| format!("`{}` stands {why}", filling.spelling))?;
        placed.insert(filling.name.clone(), encoded);
    }
    if is_kept(text, &tokens, &placed, dialect) {
        return Ok(placed);
    }
    let spellings: Vec<_> = fillings.iter().map(|hole| &*hole.spelling).collect();
    Err(format!(
        "the values for `{}` would change what the SQL does; type the statement by hand",
        spellings.join("`, `")
    ))
}

/// One hole; the error completes "`<hole>` stands …".
fn one(
    text: &str,
    tokens: &[Token],
    index: usize,
    filling: &Filling,
    backslashes: bool,
) -> Result<String, String> {
    let token = &tokens[index];
    let value = &*filling.value;
    let whole = text[token.range.clone()] == *filling.name;
    let before = tokens[..index]
        .iter()
        .rev()
        .find(|token| token.kind != Kind::Comment);
    let runs = before.is_some_and(|before| {
        before.kind == Kind::Word && RUNS.contains(&format!(" {} ", before.text))
    });
    let called = is_argument_of_runner(&tokens[..index]);
    let plain_only = |place: &str| {
        if is_plain_in_code(value) {
            Ok(value.to_owned())
        } else {
            Err(format!(
                "{place}; only letters, digits, `_` and `.` are safe there"
            ))
        }
    };
    match token.kind {
        Kind::String | Kind::EscapeString | Kind::DollarString if runs || called => {
            plain_only("in a text that the server runs")
        }
        Kind::String => {
            // What a backslash means in a plain string depends on the server's settings.
            if backslashes && value.contains('\\') {
                return Err("in a string of a server for which a backslash is special".to_owned());
            }
            let quotes = text[token.range.clone()].starts_with(['u', 'U', 'b', 'B', 'x', 'X']);
            if quotes {
                return plain_only("in a string of a special kind");
            }
            Ok(value.replace('\'', "''"))
        }
        Kind::EscapeString => Ok(value.replace('\\', "\\\\").replace('\'', "\\'")),
        Kind::Identifier if text[token.range.clone()].starts_with('"') && !backslashes => {
            Ok(value.replace('"', "\"\""))
        }
        Kind::Identifier => plain_only("in a quoted name"),
        Kind::DollarString => dollar(text, tokens, token, filling),
        Kind::Meta => plain_only("in a command of psql"),
        Kind::Word if whole => Ok(value_or_name(text, tokens, index, value, backslashes)?),
        Kind::Word | Kind::Number | Kind::Opaque | Kind::Sign | Kind::Comment => {
            let inert =
                !value.is_empty() && value.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            if inert {
                Ok(value.to_owned())
            } else {
                Err("inside a name; only letters, digits and `_` are safe there".to_owned())
            }
        }
    }
}

/// A hole that is a word of its own.
fn value_or_name(
    text: &str,
    tokens: &[Token],
    index: usize,
    value: &str,
    backslashes: bool,
) -> Result<String, String> {
    let range = &tokens[index].range;
    let before = tokens[..index]
        .iter()
        .rev()
        .find(|token| token.kind != Kind::Comment);
    let after = tokens[index + 1..]
        .iter()
        .find(|token| token.kind != Kind::Comment);
    let dotted = text[..range.start].ends_with('.') || text[range.end..].starts_with('.');
    let named = before.is_some_and(|before| {
        before.kind == Kind::Word && NAMES.contains(&format!(" {} ", before.text))
    }) || is_after_exists(&tokens[..index]);
    let called =
        after.is_some_and(|after| after.is_sign("(")) && text[range.end..].starts_with('(');
    if called {
        return Err("in the name of a function, which cannot be filled".to_owned());
    }
    if dotted || named {
        let parts: Vec<&str> = if dotted {
            vec![value]
        } else {
            value.split('.').collect()
        };
        let simple = |part: &&str| {
            part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        };
        let all_simple = parts.iter().all(simple);
        let quote = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
        return match (backslashes, all_simple) {
            // MySQL's quotes are others; a plain name needs none.
            (true, true) => Ok(value.to_owned()),
            (true, false) => Err(
                "where a name is expected; only letters, digits and `_` are safe there".to_owned(),
            ),
            (false, true) => Ok(parts.into_iter().map(quote).collect::<Vec<_>>().join(".")),
            (false, false) if value.is_empty() => {
                Err("where a name is expected, and is empty".to_owned())
            }
            (false, false) => Ok(quote(value)),
        };
    }
    let number = {
        let digits = value.replacen('.', "", 1);
        !digits.is_empty()
            && digits.len() < 30
            && digits.bytes().all(|digit| digit.is_ascii_digit())
            && value.starts_with(|c: char| c.is_ascii_digit())
            && value.ends_with(|c: char| c.is_ascii_digit())
    };
    if number {
        return Ok(value.to_owned());
    }
    if backslashes && value.contains('\\') {
        return Err("in SQL for a server for which a backslash is special".to_owned());
    }
    Ok(format!("'{}'", value.replace('\'', "''")))
}

/// `DROP TABLE IF EXISTS <name>`.
fn is_after_exists(tokens: &[Token]) -> bool {
    let words: Vec<&str> = tokens
        .iter()
        .rev()
        .filter(|token| token.kind != Kind::Comment)
        .take(3)
        .map(|token| &*token.text)
        .collect();
    matches!(
        words[..],
        ["EXISTS", "IF", _] | ["EXISTS", "NOT", "IF"] | ["CONCURRENTLY", "INDEX", _]
    )
}

/// Whether the tokens end inside the call of a function that runs the text that it is given.
fn is_argument_of_runner(tokens: &[Token]) -> bool {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().rev() {
        if token.is_sign(")") {
            depth += 1;
        } else if token.is_sign("(") {
            if depth == 0 {
                let name = at.checked_sub(1).map_or("", |name| &*tokens[name].text);
                let name = name.to_lowercase();
                return name.starts_with("dblink") || name.starts_with("query_to_xml");
            }
            depth -= 1;
        } else if token.is_sign(";") {
            return false;
        }
    }
    false
}

/// `$tag$ … $tag$`: code in a `DO` or a function, data anywhere else.
fn dollar(
    text: &str,
    tokens: &[Token],
    token: &Token,
    filling: &Filling,
) -> Result<String, String> {
    let raw = &text[token.range.clone()];
    let tag = raw[1..].find('$').map_or("$$", |end| &raw[..end + 2]);
    let is_code = tokens.iter().any(|token| {
        token.is_word("DO") || token.is_word("FUNCTION") || token.is_word("PROCEDURE")
    });
    let encoded = if is_code {
        let inner = place(&token.text, std::slice::from_ref(filling), false)?;
        inner
            .get(&filling.name)
            .cloned()
            .unwrap_or_else(|| filling.spelling.clone())
    } else {
        filling.value.clone()
    };
    let body = token.text.replace(&filling.name, &encoded);
    if body.contains(tag) || body.ends_with('$') || encoded.contains('$') && tag == "$$" {
        return Err(format!("in a `{tag}` string that the value would end"));
    }
    Ok(encoded)
}

/// Whether the text with the values has the tokens that it had, a name or literal for each hole.
fn is_kept(text: &str, tokens: &[Token], placed: &Placed, dialect: Dialect) -> bool {
    let places = places(text, placed);
    let filled = filled(text, &places);
    let (found, closed) = lex_all(&filled, dialect);
    let (_, was_closed) = lex_all(text, dialect);
    if closed != was_closed {
        return false;
    }
    let mut found = found.iter();
    for token in tokens {
        let Some(new) = found.next() else {
            return false;
        };
        let holds: Vec<_> = places
            .iter()
            .filter(|(at, _, _)| token.range.contains(at))
            .collect();
        if holds.is_empty() {
            if (token.kind, &token.text) != (new.kind, &new.text) {
                return false;
            }
            continue;
        }
        let whole = holds.len() == 1 && text[token.range.clone()] == *holds[0].1;
        let fits = match token.kind {
            Kind::Word if whole => matches!(
                new.kind,
                Kind::Word | Kind::String | Kind::Identifier | Kind::Number
            ),
            Kind::Word | Kind::Number => matches!(new.kind, Kind::Word | Kind::Number),
            kind @ (Kind::String
            | Kind::EscapeString
            | Kind::Identifier
            | Kind::DollarString
            | Kind::Meta
            | Kind::Opaque
            | Kind::Sign
            | Kind::Comment) => new.kind == kind,
        };
        if !fits {
            return false;
        }
        // `"public"."users"`: a name may have become one with dots.
        if whole && new.kind == Kind::Identifier {
            let dots = holds[0].2.matches("\".\"").count();
            for _ in 0..dots * 2 {
                let more = found.next();
                let part =
                    more.is_some_and(|more| more.is_sign(".") || more.kind == Kind::Identifier);
                if !part {
                    return false;
                }
            }
        }
    }
    found.next().is_none()
}
