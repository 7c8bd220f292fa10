//! One bash word: quotes taken off, variables and literal substitutions resolved where that is certain.
//!
//! It must not guess: what cannot be known becomes [`OPAQUE`], and whoever reads the field has to treat that
//! as "anything".

use super::scan;
use super::scope::Scope;

/// Stands in a field for text that is known only when the block runs.
pub(super) const OPAQUE: char = '\u{E0FF}';

/// Alternatives of one word that are followed at most; beyond that it is opaque.
const MAX_ALTERNATIVES: usize = 8;

/// One argument as a program would receive it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Field {
    pub text: String,
    /// Opaque and unquoted: it may become no word, or several.
    pub splits: bool,
    /// An unquoted `*`, `?` or `[` stands in it.
    pub glob: bool,
}

impl Field {
    pub fn literal(text: impl Into<String>) -> Field {
        Field {
            text: text.into(),
            ..Field::default()
        }
    }

    pub fn opaque() -> Field {
        Field {
            text: OPAQUE.to_string(),
            splits: true,
            glob: false,
        }
    }

    /// The text, where all of it is known.
    pub fn known(&self) -> Option<&str> {
        (!self.is_opaque()).then_some(&*self.text)
    }

    pub fn is_opaque(&self) -> bool {
        self.text.contains(OPAQUE)
    }
}

/// What a variable or substitution may hold.
pub(super) type Values = Vec<String>;

/// The fields that a raw word may become, one list for each alternative; never empty.
pub(super) fn expand(raw: &str, scope: &Scope, depth: usize) -> Vec<Vec<Field>> {
    if !raw.contains('{') {
        return expand_one(raw, scope, depth);
    }
    let words = scan::braces(raw);
    let mut all: Vec<Vec<Field>> = vec![Vec::new()];
    for word in words {
        let alternatives = expand_one(&word, scope, depth);
        all = combine(&all, &alternatives);
    }
    all
}

/// Every argv that a list of raw words may become, at most 32.
pub(super) fn expand_all(raws: &[&str], scope: &Scope) -> Vec<Vec<Field>> {
    let mut all: Vec<Vec<Field>> = vec![Vec::with_capacity(raws.len())];
    for raw in raws {
        if is_plain(raw) {
            for argv in &mut all {
                argv.push(Field::literal(*raw));
            }
            continue;
        }
        let alternatives = expand(raw, scope, 0);
        if let [only] = &alternatives[..] {
            for argv in &mut all {
                argv.extend_from_slice(only);
            }
            continue;
        }
        let mut next = combine(&all, &alternatives);
        if next.len() > 32 {
            next = combine(&all, &[vec![Field::opaque()]]);
        }
        all = next;
    }
    all
}

/// Whether a raw word stands for itself: no quote, no expansion, nothing that a shell looks at.
fn is_plain(raw: &str) -> bool {
    let plain = |b: u8| {
        b.is_ascii_alphanumeric()
            || matches!(
                b,
                b'-' | b'_' | b'.' | b'/' | b':' | b'=' | b'@' | b'%' | b'+' | b','
            )
    };
    !raw.is_empty() && raw.bytes().all(plain)
}

fn combine(heads: &[Vec<Field>], tails: &[Vec<Field>]) -> Vec<Vec<Field>> {
    heads
        .iter()
        .flat_map(|head| tails.iter().map(|tail| [&head[..], &tail[..]].concat()))
        .collect()
}

/// One alternative under construction.
#[derive(Clone, Default)]
struct Building {
    done: Vec<Field>,
    open: Option<Field>,
}

struct Word {
    alternatives: Vec<Building>,
}

impl Word {
    fn text(&mut self, text: &str) {
        for alternative in &mut self.alternatives {
            alternative.open.get_or_insert_default().text.push_str(text);
        }
    }

    fn glob(&mut self, character: char) {
        for alternative in &mut self.alternatives {
            let open = alternative.open.get_or_insert_default();
            open.text.push(character);
            open.glob = true;
        }
    }

    fn values(&mut self, values: &Values, quoted: bool) {
        if values.len() * self.alternatives.len() > MAX_ALTERNATIVES {
            self.values(&vec![OPAQUE.to_string()], quoted);
            return;
        }
        let mut next = Vec::new();
        for alternative in &self.alternatives {
            for value in values {
                let mut grown = alternative.clone();
                grown.append(value, quoted);
                next.push(grown);
            }
        }
        self.alternatives = next;
    }
}

impl Building {
    fn append(&mut self, value: &str, quoted: bool) {
        if quoted {
            self.open.get_or_insert_default().text.push_str(value);
            return;
        }
        let mut rest = value;
        while !rest.is_empty() {
            let end = rest.find([' ', '\t', '\n']).unwrap_or(rest.len());
            if end > 0 {
                let open = self.open.get_or_insert_default();
                open.text.push_str(&rest[..end]);
                open.splits |= open.text.contains(OPAQUE);
                open.glob |= rest[..end].contains(['*', '?', '[']);
            }
            rest = &rest[end..];
            let trimmed = rest.trim_start_matches([' ', '\t', '\n']);
            if trimmed.len() < rest.len() {
                self.done.extend(self.open.take());
            }
            rest = trimmed;
        }
    }

    fn finish(mut self) -> Vec<Field> {
        self.done.extend(self.open.take());
        self.done
    }
}

fn expand_one(raw: &str, scope: &Scope, depth: usize) -> Vec<Vec<Field>> {
    let mut word = Word {
        alternatives: vec![Building::default()],
    };
    if raw.starts_with("<(") || raw.starts_with(">(") {
        let end = scan::paren_end(raw, 1);
        scope.met(inside(raw, 2, end, ')'));
        return vec![vec![Field {
            splits: false,
            ..Field::opaque()
        }]];
    }
    let mut rest = raw;
    while let Some(character) = rest.chars().next() {
        rest = match character {
            '\\' => {
                let next = rest[1..].chars().next();
                if let Some(next) = next.filter(|&next| next != '\n') {
                    word.text(next.encode_utf8(&mut [0; 4]));
                }
                &rest[1 + next.map_or(0, char::len_utf8)..]
            }
            '\'' => {
                let end = rest[1..].find('\'').map_or(rest.len(), |end| end + 1);
                word.text(&rest[1..end].replace("${_opaque_}", &OPAQUE.to_string()));
                rest.get(end + 1..).unwrap_or("")
            }
            '"' => double_quoted(&mut word, &rest[1..], true, scope, depth),
            '$' if rest.starts_with("$'") => {
                let (text, length) = scan::ansi_c(&rest[2..]);
                word.text(&text);
                &rest[2 + length..]
            }
            '$' if rest.starts_with("$\"") => {
                double_quoted(&mut word, &rest[2..], true, scope, depth)
            }
            '$' | '`' => {
                let (values, length) = dollar(rest, scope, depth);
                match values {
                    Some((values, many)) => word.values(&values, !many),
                    None => word.text("$"),
                }
                &rest[length..]
            }
            '*' | '?' | '[' => {
                word.glob(character);
                &rest[1..]
            }
            _ => {
                let plain = |c: char| !matches!(c, '\\' | '\'' | '"' | '$' | '`' | '*' | '?' | '[');
                let length = rest.find(|c| !plain(c)).unwrap_or(rest.len());
                word.text(&rest[..length]);
                &rest[length..]
            }
        };
    }
    word.alternatives
        .into_iter()
        .map(Building::finish)
        .collect()
}

/// The body of a heredoc whose delimiter is not quoted.
pub(super) fn heredoc(body: &str, scope: &Scope) -> String {
    let mut word = Word {
        alternatives: vec![Building::default()],
    };
    double_quoted(&mut word, body, false, scope, 0);
    match &word.alternatives[..] {
        [only] if only.done.is_empty() => only.open.clone().unwrap_or_default().text,
        // Several alternatives: what differs is not followed.
        _ => {
            let mut texts: Vec<String> = Vec::new();
            for alternative in word.alternatives {
                let fields: Vec<_> = alternative.finish().into_iter().map(|f| f.text).collect();
                texts.push(fields.join(" "));
            }
            texts.join("\n")
        }
    }
}

/// Reads up to the closing quote (or, in a heredoc, to the end) and returns what follows it.
fn double_quoted<'t>(
    word: &mut Word,
    mut rest: &'t str,
    closes: bool,
    scope: &Scope,
    depth: usize,
) -> &'t str {
    word.text("");
    while let Some(character) = rest.chars().next() {
        match character {
            '"' if closes => return &rest[1..],
            '\\' => {
                let next = rest[1..].chars().next();
                match next {
                    Some('\n') => {}
                    Some(next @ ('$' | '`' | '\\')) => {
                        word.text(next.encode_utf8(&mut [0; 4]));
                    }
                    Some(next @ '"') if closes => {
                        word.text(next.encode_utf8(&mut [0; 4]));
                    }
                    Some(next) => word.text(&format!("\\{next}")),
                    None => word.text("\\"),
                }
                rest = &rest[1 + next.map_or(0, char::len_utf8)..];
            }
            '$' | '`' => {
                let (values, length) = dollar(rest, scope, depth);
                match values {
                    Some((values, _)) => {
                        // `"$@"` is several words even inside quotes.
                        let many = rest.starts_with("$@")
                            || rest.starts_with("${@")
                            || rest.contains("[@]");
                        word.values(&values, !many);
                    }
                    None => word.text("$"),
                }
                rest = &rest[length..];
            }
            _ => {
                // A quote that closes nothing is a letter like any other.
                let first = character.len_utf8();
                let more = rest[first..].find(['"', '\\', '$', '`']);
                let length = more.map_or(rest.len(), |more| first + more);
                word.text(&rest[..length]);
                rest = &rest[length..];
            }
        }
    }
    rest
}

/// A `$…` or backtick: its values, whether they may split, and its length; `None` for a plain `$`.
fn dollar(rest: &str, scope: &Scope, depth: usize) -> (Option<(Values, bool)>, usize) {
    let opaque = || vec![OPAQUE.to_string()];
    if depth > 12 {
        return (Some((opaque(), true)), rest.len());
    }
    if rest.starts_with('`') {
        let end = scan::backtick_end(rest);
        let inner = inside(rest, 1, end, '`').replace("\\`", "`");
        return (Some((substituted(&inner, scope, depth), true)), end);
    }
    if rest.starts_with("$(") {
        let end = scan::paren_end(rest, 1);
        if rest.starts_with("$((") {
            // What is computed may hold substitutions of its own.
            let inner = inside(rest, 3, end, ')');
            _ = expand_one(&inner.replace(['\'', '"'], " "), scope, depth + 1);
            return (Some((opaque(), false)), end);
        }
        let inner = inside(rest, 2, end, ')');
        return (Some((substituted(inner, scope, depth), true)), end);
    }
    if rest.starts_with("${") {
        let end = scan::brace_end(rest, 1);
        let inner = inside(rest, 2, end, '}');
        return (Some((parameter(inner, scope, depth), true)), end);
    }
    let name = scan::name_length(&rest[1..]);
    if name > 0 {
        let values = scope.values(&rest[1..=name], depth + 1);
        return (Some((values, true)), 1 + name);
    }
    match rest[1..].chars().next() {
        // A number cannot be a word of its own making.
        Some('?' | '$' | '#' | '!') => (Some((opaque(), false)), 2),
        Some('@' | '*' | '-' | '0'..='9') => (Some((opaque(), true)), 2),
        _ => (None, 1),
    }
}

/// The text between an opening of `start` bytes and the closing character before `end`.
fn inside(text: &str, start: usize, end: usize, closing: char) -> &str {
    let upto = text.get(start..end).unwrap_or("");
    upto.strip_suffix(closing).unwrap_or(upto)
}

/// `${…}`: a plain name, and the default forms of one.
fn parameter(inner: &str, scope: &Scope, depth: usize) -> Values {
    let name = scan::name_length(inner);
    let (name, operation) = inner.split_at(name);
    let mut values = scope.values(name, depth + 1);
    let default = [":-", "-", ":=", "="]
        .into_iter()
        .find_map(|operator| operation.strip_prefix(operator));
    match (operation, default) {
        _ if name.is_empty() => vec![OPAQUE.to_string()],
        ("", _) => values,
        (_, Some(default)) => {
            for alternative in expand_one(default, scope, depth + 1) {
                let texts: Vec<_> = alternative.into_iter().map(|field| field.text).collect();
                values.push(texts.join(" "));
            }
            values
        }
        _ => {
            _ = expand_one(operation, scope, depth + 1);
            vec![OPAQUE.to_string()]
        }
    }
}

/// What `$(…)` prints.
fn substituted(inner: &str, scope: &Scope, depth: usize) -> Values {
    scope.met(inner);
    printed(inner, scope, depth)
}

/// What a command prints, where that is plain from its text: `echo rm`, `which kubectl`.
pub(super) fn printed(inner: &str, scope: &Scope, depth: usize) -> Values {
    let opaque = || vec![OPAQUE.to_string()];
    if inner.trim().is_empty() {
        return vec![String::new()];
    }
    let Some(words) = scan::only_command(inner) else {
        return opaque();
    };
    let arguments = match words[..] {
        ["echo", ref arguments @ ..] => match arguments {
            ["-n" | "-e" | "-ne" | "-en", rest @ ..] => rest,
            all => all,
        },
        [
            "printf",
            "%s" | "'%s'" | "\"%s\"" | "'%s\\n'" | "\"%s\\n\"",
            ref rest @ ..,
        ] => rest,
        ["printf", only] if !only.contains(['%', '\\']) => &[only],
        ["which", ref only @ ..]
        | ["command", "-v", ref only @ ..]
        | ["type", "-p", ref only @ ..]
            if only.len() == 1 =>
        {
            only
        }
        _ => return opaque(),
    };
    let mut values = vec![Vec::new()];
    for argument in arguments {
        if argument.contains('\\') {
            return opaque();
        }
        values = combine(&values, &expand(argument, scope, depth + 1));
    }
    if values.len() > MAX_ALTERNATIVES {
        return opaque();
    }
    values
        .into_iter()
        .map(|fields| {
            let texts: Vec<_> = fields.into_iter().map(|field| field.text).collect();
            texts.join(" ")
        })
        .collect()
}

/// A piece of the text as it may stand in a reason: short, on one line.
pub(super) fn shown(text: &str) -> String {
    if text.len() <= 60 && text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.to_owned();
    }
    let one_line: String = text
        .chars()
        .map(|character| match character {
            OPAQUE => '…',
            character if character.is_control() => ' ',
            character => character,
        })
        .collect();
    let mut short: String = one_line.chars().take(60).collect();
    if one_line.chars().count() > 60 {
        short.push('…');
    }
    short
}
