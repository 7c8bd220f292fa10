//! Whether a line is a command that somebody would type, or what a program prints, or prose.
//!
//! It judges looks only. What a command would do is the shell room's business.

mod printed;
mod programs;
mod sql;
mod statement;

use printed::prints_a_path;
pub(super) use printed::{is_columns, looks_like_output, looks_like_prose};
pub(super) use sql::looks_like_sql;
pub(super) use statement::{Open, is_one_line, joined, logical_lines};

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

fn tools() -> &'static HashSet<&'static str> {
    static SET: OnceLock<HashSet<&'static str>> = OnceLock::new();
    SET.get_or_init(|| programs::TOOLS.split_whitespace().collect())
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
    let line = without_remark(line.trim());
    if line.is_empty() || line.starts_with("//") || line.starts_with("--") {
        return Looks::Other;
    }
    let (word, rest) = program(line);
    let traced = word == "at" && rest.contains('(');
    if word.is_empty() || traced || is_quoted_key(line) {
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
    let base = base.strip_suffix(".exe").unwrap_or(base);
    let script = base.len() > 3
        && base.contains('.')
        && list(".sh|.py|.rb|.pl|.bash|.js|.ts|.mjs").any(|end| base.ends_with(end));
    let known = programs().contains(base)
        || base
            .strip_suffix(".sh")
            .is_some_and(|b| programs().contains(b));
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
        let tool = tools().contains(base);
        if tool || ambiguous().contains(base) {
            if is_columns(line) && !line.contains(" -") {
                return Looks::Other;
            }
            let words_only = tool && (are_plain_words(rest, 8) || names_a_program(rest));
            return if reads_like_arguments(rest) || words_only {
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

/// The line up to a comment behind it, which is prose.
fn without_remark(line: &str) -> &str {
    let Some(at) = line.find(" #") else {
        return line;
    };
    let code = &line[..at];
    let quoted = ['"', '\'', '`']
        .iter()
        .any(|quote| code.matches(*quote).count() % 2 == 1);
    if quoted || code.trim().is_empty() {
        line
    } else {
        code.trim_end()
    }
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

/// The first word of a shell text, quotes and all, and what follows it.
pub(super) fn word(text: &str) -> (&str, &str) {
    split_word(text)
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

/// `NAME=value ./program`: the assignment is that command's, and nobody else sees it.
pub(super) fn sets_for_a_command(line: &str) -> bool {
    let mut rest = line.trim();
    let mut set = false;
    loop {
        let (word, tail) = split_word(rest);
        if !is_assignment(word) {
            return set && !word.is_empty() && !word.starts_with(['#', ';', '|', '&', ')', '\\']);
        }
        set = true;
        // `ID=<backup id>` is one word, once it is filled.
        let hole = word.contains("=<") && !word.contains('>');
        rest = match tail.split_once('>').filter(|_| hole) {
            Some((_, tail)) => tail.trim_start(),
            None => tail,
        };
    }
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
        "[" | "[[" => line.contains(']') && line[word.len()..].starts_with(' '),
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
            '-', '/', '.', '$', '"', '\'', '<', '~', '|', '>', '&', '*', '{', '@', '[',
        ]) || w.contains('/') && !w.ends_with('.')
            || w.contains(['=', '_'])
            || w.bytes().any(|b| b.is_ascii_digit())
            || w.contains('.') && !w.ends_with('.')
    };
    if words.iter().any(shelly) && !is_sentence(rest) {
        return true;
    }
    are_plain_words(rest, 3)
}

/// A few lower-case words, none of them an English particle.
fn are_plain_words(rest: &str, most: usize) -> bool {
    let words: Vec<&str> = rest.split_whitespace().take(most + 1).collect();
    let plain = |w: &&str| {
        w.chars().all(|c| {
            c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | ':' | '.' | '_')
        }) && !is_english(w)
    };
    words.len() <= most && words.iter().all(plain)
}

/// `compose exec cache redis-cli FLUSHALL`: lower-case words up to a program's name, then what it is told.
fn names_a_program(rest: &str) -> bool {
    let words: Vec<&str> = rest.split_whitespace().take(12).collect();
    let inner = words
        .iter()
        .skip(1)
        .position(|w| programs().contains(w) && !ambiguous().contains(w) && !tools().contains(w));
    inner.is_some_and(|i| are_plain_words(&words[..=i].join(" "), 12))
        && !words.iter().any(|w| is_english_in_any_case(w))
}

/// The longest of the words below, bytes.
const LONGEST_ENGLISH: usize = 6;

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

fn is_english_in_any_case(word: &str) -> bool {
    let mut lower = [0; LONGEST_ENGLISH];
    let Some(lower) = lower.get_mut(..word.len()) else {
        return false;
    };
    lower.copy_from_slice(word.as_bytes());
    lower.make_ascii_lowercase();
    std::str::from_utf8(lower).is_ok_and(is_english)
}

/// A run of English: two or more of the commonest words, or a full stop behind many.
fn is_sentence(rest: &str) -> bool {
    if rest.contains(['"', '\'', '$', '|', '`']) {
        return false;
    }
    let words: Vec<&str> = rest.split_whitespace().take(30).collect();
    let common = words.iter().filter(|w| is_english_in_any_case(w)).count();
    let flags = words.iter().any(|w| w.starts_with('-') && w.len() > 1);
    common >= 2 && !flags || words.len() >= 5 && rest.ends_with('.') && common >= 1
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

/// `"host": "10.0.0.1",` is a line of JSON, whatever program has that name.
pub(super) fn is_quoted_key(line: &str) -> bool {
    let behind = line
        .strip_prefix('"')
        .and_then(|rest| rest.split_once('"'))
        .map(|(_, behind)| behind.trim_start());
    behind.is_some_and(|rest| rest.starts_with(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_told_from_prose_and_output() {
        for line in [
            "kubectl get pods -n x",
            "curl.exe http://YOUR_HOST/health",
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
            "docker compose exec cache redis-cli FLUSHALL",
            "make down    # Stops all of it and removes what the volumes hold",
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
            "host    replication    standby    10.0.0.7/32    md5",
            "docker services DOWN",
        ] {
            assert_eq!(looks(line), Looks::Other, "{line}");
        }
        assert_eq!(looks("mytool purge --all"), Looks::Maybe);
        assert_eq!(looks("KEY=value"), Looks::Maybe);
    }

    #[test]
    fn an_assignment_is_told_from_a_commands_own() {
        for line in [
            "TOKEN=\"a:$T\" ./daemon",
            "A=1 B='x y' run.sh --now",
            "PGPASSWORD=x psql -h db",
        ] {
            assert!(sets_for_a_command(line), "{line}");
        }
        for line in [
            "A=1",
            "A='x y' # why",
            "A=1; ls",
            "A=$(ls | head -1)",
            "A=<backup id> # of last night",
            "A=1 && ls",
            "ls",
            "",
        ] {
            assert!(!sets_for_a_command(line), "{line}");
        }
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
