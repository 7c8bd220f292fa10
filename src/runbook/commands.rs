//! Whether a line is a command that somebody would type, or what a program prints, or prose.
//!
//! It judges looks only. What a command would do is the shell room's business.

mod programs;

use super::lexicon::list;
use std::collections::HashSet;
use std::sync::OnceLock;

fn programs() -> &'static HashSet<&'static str> {
    static SET: OnceLock<HashSet<&'static str>> = OnceLock::new();
    SET.get_or_init(|| programs::PROGRAMS.split_whitespace().collect())
}

fn ambiguous() -> &'static HashSet<&'static str> {
    static SET: OnceLock<HashSet<&'static str>> = OnceLock::new();
    SET.get_or_init(|| programs::AMBIGUOUS.split_whitespace().collect())
}

/// How sure a line is a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Looks {
    /// Prose, output or something unknown.
    Other,
    /// It has the form of one, but its program is not known.
    Maybe,
    Command,
}

/// Judges one logical line without its prompt.
pub(super) fn looks(line: &str) -> Looks {
    let line = line.trim();
    if line.is_empty() || line.starts_with("//") || line.starts_with("--") {
        return Looks::Other;
    }
    let (word, rest) = program(line);
    if word.is_empty() {
        return Looks::Other;
    }
    if is_shell_syntax(word, rest, line) {
        return Looks::Command;
    }
    let first = line.split_whitespace().next().unwrap_or_default();
    if is_assignment(first) && word.starts_with(first) {
        // `NAME=value` alone: a shell line when the value is computed, a setting otherwise.
        let computed = line.contains("$(") || line.contains('`');
        return if computed {
            Looks::Command
        } else {
            Looks::Maybe
        };
    }
    let base = word.rsplit('/').next().unwrap_or(word);
    let base = base
        .strip_prefix('\\')
        .unwrap_or(base)
        .trim_matches(['"', '\'']);
    let script =
        base.len() > 3 && list(".sh|.py|.rb|.pl|.bash|.js|.ts|.mjs").any(|end| base.ends_with(end));
    let known =
        programs().contains(base) || programs().contains(base.strip_suffix(".sh").unwrap_or(base));
    let path = ["./", "../", "~/", "$HOME/", "/"]
        .iter()
        .any(|start| word.starts_with(start))
        && word.len() > 2
        && !word.ends_with(':')
        && !word.contains("...");
    if path && (script || known || !rest.is_empty() || word.starts_with("./")) {
        return if prints_a_path(line) {
            Looks::Maybe
        } else {
            Looks::Command
        };
    }
    if script && !is_columns(line) {
        return Looks::Command;
    }
    if known {
        if ambiguous().contains(base) {
            return if reads_like_arguments(rest) {
                Looks::Command
            } else {
                Looks::Other
            };
        }
        return if is_sentence(rest) || is_columns(line) && !line.contains([' ', '\t']) {
            Looks::Maybe
        } else {
            Looks::Command
        };
    }
    if word.starts_with('$') && word.len() > 1 && !rest.is_empty() {
        return Looks::Maybe;
    }
    let named = base.len() > 1
        && base.starts_with(|c: char| c.is_ascii_lowercase())
        && base
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.'))
        && !base.ends_with('.');
    if named && !rest.is_empty() && reads_like_arguments(rest) && !is_columns(line) {
        return Looks::Maybe;
    }
    Looks::Other
}

/// The program's word and what follows, past assignments, `sudo` and the like.
pub(super) fn program(line: &str) -> (&str, &str) {
    let mut rest = line.trim();
    for _ in 0..8 {
        let (word, tail) = split_word(rest);
        let wraps = matches!(
            word,
            "sudo" | "doas" | "nohup" | "time" | "exec" | "nice" | "!"
        );
        if tail.is_empty() || !(wraps || is_assignment(word)) {
            return (word, tail);
        }
        rest = tail;
        if matches!(word, "sudo" | "doas" | "nice") {
            for _ in 0..8 {
                let (flag, tail) = split_word(rest);
                if !flag.starts_with('-') || tail.is_empty() {
                    break;
                }
                rest = if matches!(flag, "-u" | "-g" | "-n") {
                    split_word(tail).1
                } else {
                    tail
                };
            }
        }
    }
    split_word(rest)
}

fn split_word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    let mut depth = 0_i32;
    let mut quote = None;
    for (i, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), _) => {
                if c == open {
                    quote = None;
                }
            }
            (None, '"' | '\'') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => depth -= 1,
            (None, ' ' | '\t' | '\n') if depth <= 0 => return (&text[..i], text[i..].trim_start()),
            (None, ';' | '|' | '&') if depth <= 0 && i > 0 => {
                return (&text[..i], text[i..].trim_start());
            }
            (None, _) => {}
        }
    }
    (text, "")
}

/// `NAME=…`, the name a shell variable's.
pub(super) fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        let name = name.strip_suffix('+').unwrap_or(name);
        !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
            && !name.as_bytes()[0].is_ascii_digit()
    })
}

fn is_shell_syntax(word: &str, rest: &str, line: &str) -> bool {
    let ends = rest.is_empty() || rest.starts_with(['|', '<', '>', '&', ';', '"', '#']);
    match word {
        "if" => {
            rest.starts_with(['[', '!', '(', '$'])
                || line.contains("; then")
                || line.ends_with("then")
        }
        "for" => {
            rest.starts_with("((")
                || rest.contains(" in ")
                    && (line.contains("; do") || line.ends_with("do") || rest.contains(['$', '{']))
        }
        "while" | "until" => {
            line.contains("; do")
                || line.ends_with("do")
                || rest.starts_with(['[', '!'])
                || rest == "true"
        }
        "case" => line.ends_with(" in"),
        "." => rest.starts_with(['.', '/', '~', '$']),
        "function" => rest.contains("()") || rest.ends_with('{'),
        "(" | "{" => !rest.is_empty() && !line.contains("\":"),
        "[" | "[[" => line.contains(']'),
        "done" | "fi" | "esac" | "}" | ")" | ";;" => ends && line.len() < 200,
        "then" | "else" | "do" => ends || looks(rest) == Looks::Command,
        "elif" => rest.starts_with('['),
        _ => false,
    }
}

/// Words behind an English-looking program that only a command would have.
fn reads_like_arguments(rest: &str) -> bool {
    let words: Vec<&str> = rest.split_whitespace().take(12).collect();
    let Some(first) = words.first() else {
        return true;
    };
    if first.starts_with('-') && first.len() > 1 {
        return true;
    }
    let shelly = |w: &&str| {
        w.starts_with([
            '-', '/', '.', '$', '"', '\'', '<', '~', '|', '>', '&', '*', '{', '@',
        ]) || w.contains('/') && !w.ends_with('.')
            || w.contains(['=', '_'])
            || w.bytes().any(|b| b.is_ascii_digit())
            || w.contains('.') && !w.ends_with('.')
    };
    if words.iter().any(shelly) && !is_sentence(rest) {
        return true;
    }
    let plain = |w: &&str| {
        w.chars().all(|c| {
            c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | ':' | '.' | '_')
        }) && !is_english(w)
    };
    words.len() <= 3 && words.iter().all(plain)
}

fn is_english(word: &str) -> bool {
    matches!(
        word,
        "the"
            | "a"
            | "an"
            | "that"
            | "this"
            | "sure"
            | "to"
            | "for"
            | "and"
            | "or"
            | "of"
            | "in"
            | "on"
            | "is"
            | "are"
            | "be"
            | "if"
            | "it"
            | "with"
            | "your"
            | "all"
            | "any"
            | "until"
            | "when"
            | "from"
            | "not"
            | "was"
            | "will"
            | "should"
            | "has"
            | "have"
            | "by"
            | "as"
            | "at"
    )
}

/// A run of English: two or more of the commonest words, or a full stop behind many.
fn is_sentence(rest: &str) -> bool {
    if rest.contains(['"', '\'', '$', '|', '`']) {
        return false;
    }
    let words: Vec<&str> = rest.split_whitespace().take(30).collect();
    let common = words
        .iter()
        .filter(|w| is_english(&w.to_lowercase()))
        .count();
    let flags = words.iter().any(|w| w.starts_with('-') && w.len() > 1);
    common >= 2 && !flags || words.len() >= 5 && rest.ends_with('.') && common >= 1
}

/// Two or more runs of spaces between words, as tables print them.
pub(super) fn is_columns(line: &str) -> bool {
    let mut runs = 0;
    let mut spaces = 0;
    for c in line.trim().chars().take(400) {
        if c == ' ' || c == '\t' {
            spaces += if c == '\t' { 2 } else { 1 };
        } else {
            runs += usize::from(spaces >= 2);
            spaces = 0;
        }
    }
    runs >= 2
}

/// `/dev/sda1  20G  18G …`.
fn prints_a_path(line: &str) -> bool {
    is_columns(line) && line.bytes().filter(u8::is_ascii_digit).count() >= 3 && !line.contains(" -")
}

/// Whether a line looks like something a program printed.
pub(super) fn looks_like_output(line: &str) -> bool {
    let text = line.trim();
    let Some(first) = text.chars().next() else {
        return false;
    };
    let words: Vec<&str> = text.split_whitespace().take(6).collect();
    let upper = |w: &&str| {
        w.len() > 1
            && w.chars()
                .all(|c| c.is_ascii_uppercase() || matches!(c, '-' | '_' | '(' | ')' | '%' | '/'))
    };
    is_columns(text)
        || words.len() >= 2 && words.iter().all(upper)
        || matches!(
            first,
            '{' | '}'
                | '['
                | ']'
                | '├'
                | '│'
                | '└'
                | '┌'
                | '+'
                | '✓'
                | '✔'
                | '✗'
                | '✅'
                | '❌'
                | '"'
                | '('
                | '<'
                | '⚠'
        )
        || text.starts_with("---")
        || text.starts_with("===")
        || text.starts_with("...")
        || is_timestamp(text)
        || is_level(text)
        || is_key_value(text)
}

fn is_level(text: &str) -> bool {
    let lower: String = text.chars().take(24).flat_map(char::to_lowercase).collect();
    list("error|warning|warn|info|fatal|panic|debug|ok|success|traceback|exception|caused by").any(
        |w| {
            lower
                .strip_prefix(w)
                .is_some_and(|rest| rest.starts_with([':', ' ', '[', ']']))
        },
    )
}

fn is_key_value(text: &str) -> bool {
    text.split_once(':').is_some_and(|(key, value)| {
        !key.is_empty()
            && key.len() <= 40
            && !key.contains(['/', '$', '-', '\'', '"', '='])
            && (value.is_empty() || value.starts_with(' '))
            && key.split_whitespace().count() <= 4
    })
}

fn is_timestamp(text: &str) -> bool {
    let bytes = text.trim_start_matches(['[', '"']).as_bytes();
    let digits = |range: std::ops::Range<usize>| {
        bytes
            .get(range)
            .is_some_and(|b| b.iter().all(u8::is_ascii_digit))
    };
    let month = "Jan |Feb |Mar |Apr |May |Jun |Jul |Aug |Sep |Oct |Nov |Dec ";
    digits(0..4) && bytes.get(4) == Some(&b'-') && digits(5..7)
        || digits(0..2) && bytes.get(2) == Some(&b':') && digits(3..5)
        || list(month).any(|m| bytes.starts_with(m.as_bytes()))
            && bytes.iter().skip(4).take(3).any(u8::is_ascii_digit)
        || matches!(bytes.first(), Some(b'I' | b'W' | b'E' | b'F'))
            && digits(1..5)
            && bytes.get(5) == Some(&b' ')
}

/// Prose: capitalised, several words, nothing shell-like; or arrows and drawings.
pub(super) fn looks_like_prose(line: &str) -> bool {
    let text = line.trim();
    let words = text.split_whitespace().count();
    let first = text.chars().next().unwrap_or(' ');
    let wide = text
        .chars()
        .take(40)
        .filter(|c| u32::from(*c) > 0x2E7F)
        .count()
        >= 4;
    first.is_uppercase() && words >= 3 && !text.contains(['$', '|', '=']) && !text.contains(" -")
        || wide && looks(text) == Looks::Other
        || text.contains(['→', '─', '│', '▼', '↓'])
        || words >= 2 && first.is_ascii_digit() && text.contains(". ")
}

/// Whether a code span in prose is a command one could type, and not a name or a value.
pub(super) fn is_inline_command(span: &str) -> bool {
    let span = span.trim();
    let span = span.strip_prefix("$ ").unwrap_or(span).trim();
    if !span.contains(' ') || span.len() > 400 {
        return false;
    }
    let (word, rest) = program(span);
    !rest.is_empty()
        && !matches!(word, "." | ":" | "[" | "{" | "(")
        && looks(span) == Looks::Command
}

/// Statements of SQL and its relatives, by their first words.
pub(super) fn looks_like_sql(text: &str) -> bool {
    let text = text.trim_start();
    let length = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let word = &text[..length];
    let upper = word.to_ascii_uppercase();
    let shouted = word == upper;
    let rest = text[length..].trim_start();
    let next = rest
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .next()
        .unwrap_or_default()
        .to_ascii_uppercase();
    let contains = |needle: &str| {
        let head: String = text.chars().take(4000).collect();
        head.to_ascii_lowercase()
            .split_whitespace()
            .any(|w| w == needle)
    };
    let ended = text.trim_end().ends_with(';') || text.contains(";\n");
    match upper.as_str() {
        "SELECT" => !rest.is_empty() && (shouted || contains("from") || ended),
        "INSERT" => next == "INTO",
        "UPDATE" => contains("set") && (shouted || ended),
        "DELETE" => next == "FROM" && (shouted || ended),
        "ALTER" | "CREATE" | "DROP" => matches!(
            next.as_str(),
            "TABLE"
                | "DATABASE"
                | "INDEX"
                | "USER"
                | "ROLE"
                | "SYSTEM"
                | "SCHEMA"
                | "VIEW"
                | "EXTENSION"
                | "SEQUENCE"
                | "PUBLICATION"
                | "SUBSCRIPTION"
                | "UNIQUE"
                | "OR"
                | "MATERIALIZED"
                | "FUNCTION"
                | "TRIGGER"
                | "KEYSPACE"
                | "TYPE"
                | "LOGIN"
                | "TABLESPACE"
                | "TEMP"
                | "POLICY"
        ),
        "WITH" => shouted && text.contains('('),
        "SHOW" | "TRUNCATE" => shouted && !rest.is_empty(),
        "VACUUM" | "REINDEX" | "ANALYZE" | "EXPLAIN" | "GRANT" | "REVOKE" | "CHECKPOINT"
        | "COMMIT" | "BEGIN" | "ROLLBACK" | "CALL" | "DESCRIBE" | "KILL" | "USE" | "PRAGMA"
        | "RESTORE" | "BACKUP" | "STOP" | "START" | "FLUSH" | "LOCK" | "UNLOCK" | "SET"
        | "RESET" | "MERGE" | "EXEC" | "DBCC" | "COPY" => shouted && ended,
        _ => false,
    }
}

/// Lines joined where one goes on: `\` at the end, an open quote, a heredoc.
pub(super) fn logical_lines<'t>(lines: &[&'t str]) -> Vec<Vec<&'t str>> {
    let mut out: Vec<Vec<&str>> = Vec::new();
    let mut open = Open::default();
    let mut current: Vec<&str> = Vec::new();
    for line in lines {
        current.push(line);
        if !open.goes_on(line, current.len() == 1) {
            out.push(std::mem::take(&mut current));
        }
    }
    if !current.is_empty() {
        out.push(current);
    }
    out
}

/// The statement's lines as one, as far as its program can stand.
pub(super) fn joined(lines: &[&str]) -> String {
    let mut out = String::new();
    for line in lines.iter().take(12) {
        let text = line.trim_end();
        out.push_str(text.strip_suffix('\\').unwrap_or(text));
        out.push(' ');
        if !text.ends_with('\\') || out.len() > 2000 {
            break;
        }
    }
    out
}

/// What a shell line leaves open for the next.
#[derive(Debug, Default)]
pub(super) struct Open {
    quote: Option<char>,
    heredoc: Option<String>,
}

impl Open {
    /// Whether the statement goes on in the next line.
    pub(super) fn goes_on(&mut self, line: &str, first: bool) -> bool {
        if let Some(end) = &self.heredoc {
            if line.trim() == end {
                self.heredoc = None;
            }
            return self.heredoc.is_some();
        }
        if first && line.trim_start().starts_with('#') {
            return false;
        }
        self.heredoc = self.read(line);
        let trimmed = line.trim_end();
        self.heredoc.is_some()
            || self.quote.is_some()
            || trimmed.ends_with('\\') && !trimmed.ends_with("\\\\")
    }

    /// Follows quotes through a line; the word that ends a heredoc opened in it.
    fn read(&mut self, line: &str) -> Option<String> {
        let mut heredoc = None;
        let mut previous = ' ';
        let mut chars = line.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            match (self.quote, c) {
                (Some(open), _) if c == open => self.quote = None,
                (None | Some('"'), '\\') => {
                    chars.next();
                }
                (Some(_), _) => {}
                (None, '#') if previous.is_whitespace() => break,
                (None, '"') => self.quote = Some('"'),
                (None, '\'') => {
                    // An apostrophe inside a word of prose is no quote.
                    let in_word = previous.is_alphanumeric()
                        && chars.peek().is_some_and(|(_, n)| n.is_alphabetic());
                    if !in_word {
                        self.quote = Some('\'');
                    }
                }
                (None, '<') if previous == '<' => {
                    let rest = &line[at + 1..];
                    if rest.starts_with('<') {
                        chars.next();
                    } else {
                        let word: String = rest
                            .trim_start_matches(['-', '~'])
                            .trim_start()
                            .trim_start_matches(['\'', '"', '\\'])
                            .chars()
                            .take_while(|c| c.is_alphanumeric() || *c == '_')
                            .collect();
                        if word.starts_with(|c: char| !c.is_ascii_digit()) {
                            heredoc = Some(word);
                        }
                    }
                }
                (None, _) => {}
            }
            previous = c;
        }
        heredoc
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_told_from_prose_and_output() {
        for line in [
            "kubectl get pods -n x",
            "sudo -u postgres psql",
            "FOO=bar ./restore.sh <id>",
            "make restore",
            "find /var/log -size +1M",
            "for p in $(cat x); do",
            "done",
            "X=$(date)",
            "/usr/local/bin/thing --go",
            "docker compose up -d",
            "git status",
        ] {
            assert_eq!(looks(line), Looks::Command, "{line}");
        }
        for line in [
            "NAME READY STATUS",
            "make sure that the pods are up",
            "find the broken node in the list",
            "Error from server (NotFound)",
            "The cluster is down",
            "postgres-0   1/1   Running   0   3d",
            "- a list",
        ] {
            assert_eq!(looks(line), Looks::Other, "{line}");
        }
        assert_eq!(looks("mytool purge --all"), Looks::Maybe);
        assert_eq!(looks("KEY=value"), Looks::Maybe);
    }

    #[test]
    fn statements_stay_whole() {
        let lines = [
            "a \\",
            "  b",
            "cat <<EOF > x",
            "it's $here",
            "EOF",
            "psql -c \"select",
            "1\"",
            "c",
        ];
        let joined: Vec<usize> = logical_lines(&lines).iter().map(Vec::len).collect();
        assert_eq!(joined, [2, 3, 2, 1]);
    }

    #[test]
    fn sql_and_inline_commands() {
        assert!(looks_like_sql("SELECT pg_promote();"));
        assert!(looks_like_sql("select * from t"));
        assert!(!looks_like_sql("Select the right cluster in the menu"));
        assert!(!looks_like_sql("Update the record"));
        assert!(is_inline_command("kubectl get pods"));
        assert!(!is_inline_command("kubectl"));
        assert!(!is_inline_command("status: healthy"));
    }
}
