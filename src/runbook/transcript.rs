//! Shell and SQL sessions: prompts taken off, output set apart, statements kept whole.
//!
//! It must not decide whether a block is run; it only tells what was typed from what was printed.

use super::commands::{self, Looks, Open};
use super::pattern::{self, Lazy};
use regex::Regex;

/// A session as it was pasted into the document.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Transcript {
    /// What was typed, with the index of its line in the block.
    pub typed: Vec<(usize, String)>,
    pub printed: Vec<String>,
    /// Every prompt was a database's.
    pub sql: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Prompt {
    Shell,
    /// A database or another prompt that is not a shell.
    Sql,
    Other,
    Continued,
}

struct Patterns {
    shell: Lazy,
    sql: Lazy,
    sql_more: Lazy,
    other: Lazy,
}

static PATTERNS: Patterns = Patterns {
    shell: Lazy::new(
        r"^\s*(?:(?:\([\w.-]+\)\s*)?\[?[\w.-]+@[\w.-]+(?:[\s:][^\s$#%>]*)?\s?\]?\s?[$#%>]|(?:[\w.-]+ )?(?:sh|bash|zsh|ash)-\d[\d.]*[$#]|(?:/[\w./-]*|~[\w./-]*)\s?[$#]|[\w.-]+:[~/][\w./~-]*\s?[$#]|[\w.-]+ @ [\w.-]+ \S+ [$#]|[\w.-]+ /[\w./-]*[$#]|[$❯➜λ]|%)\s+(\S.*)$",
    ),
    sql: Lazy::new(
        r#"^\s*(?:\w[\w-]*[=(*!'"^][#>]|psql>|mysql>|MariaDB \[[^\]]*\]>|sqlite>|SQL>|postgres>|cqlsh(?::\w+)?>|(?:default|\w+)@cqlsh>)\s*(.*)$"#,
    ),
    sql_more: Lazy::new(r#"^\s*(?:\w[\w-]*[-('"*][#>]|->|\.\.\.>)\s+(.*)$"#),
    other: Lazy::new(
        r"^\s*(?:\d{1,3}(?:\.\d{1,3}){3}:\d+(?:\[\d+\])?>|redis[\w.:-]*>|localhost:\d+>|[\w-]+ \[[\w:]+\] [\w-]*>|\w+:(?:PRIMARY|SECONDARY)>|mongo(?:sh|s)?>|PS [A-Z]:[^>]*>|PS>|[A-Z]:\\[^>]*>|>>>|irb[^>]*>|iex[^>]*>|nomad>|rados>|ceph>|gdb>|sftp>|ftp>|lftp [^>]*>)\s*(.*)$",
    ),
};

/// The prompt a line opens with, and what stands behind it.
fn prompt(line: &str) -> Option<(Prompt, &str)> {
    // Every prompt ends in one of these.
    let may_end = |byte: u8| matches!(byte, b'$' | b'#' | b'%' | b'>') || !byte.is_ascii();
    // And none begins like a comment.
    let comment = line.trim_start().starts_with('#');
    if comment || line.len() > 4000 || !line.bytes().any(may_end) {
        return None;
    }
    let patterns = &PATTERNS;
    let has = |byte: u8| line.as_bytes().contains(&byte);
    let (pointed, hashed) = (has(b'>'), has(b'#'));
    let rest = |regex: &Regex| {
        pattern::captures(regex, line)
            .next()
            .and_then(|c| c.get(1))
            .map(|m| m.as_str())
    };
    if pointed && let Some(rest) = rest(&patterns.other) {
        return Some((Prompt::Other, rest));
    }
    if (pointed || hashed)
        && let Some(rest) = rest(&patterns.sql)
    {
        return Some((Prompt::Sql, rest));
    }
    if let Some(rest) = rest(&patterns.shell) {
        // `$ 5.00` and `% of pods` are no prompts.
        let typed = rest.trim_start();
        let percent = line.trim_start().starts_with('%');
        if !percent || commands::looks(typed) == Looks::Command {
            return Some((Prompt::Shell, rest));
        }
    }
    if let Some(typed) = line.trim_start().strip_prefix('$')
        && typed.starts_with(|c: char| c.is_ascii_lowercase())
        && typed.contains(' ')
        && commands::looks(typed) == Looks::Command
    {
        return Some((Prompt::Shell, typed));
    }
    // `mon-a# ceph -s`: a host's or pod's name, and a command behind it.
    if let Some((name, typed)) = line.trim_start().split_once("# ")
        && (2..=40).contains(&name.len())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        && (commands::looks(typed) == Looks::Command || is_host(name) && opens_command(typed))
    {
        return Some((Prompt::Shell, typed));
    }
    if !(pointed || hashed) {
        return None;
    }
    rest(&patterns.sql_more).map(|rest| (Prompt::Continued, rest))
}

/// `ncn-w001`, `node-3`: no word of a sentence.
fn is_host(name: &str) -> bool {
    name.contains('-') && name.ends_with(|c: char| c.is_ascii_digit())
}

/// An assignment, or a program that nobody knows with what it is given.
fn opens_command(text: &str) -> bool {
    let word = text.split_whitespace().next().unwrap_or_default();
    let name = word.split_once('=').map_or(word, |(name, _)| name);
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(plain)
}

/// Reads a block as a session; `None` where it shows no prompt.
pub(super) fn read(lines: &[&str], labelled_console: bool) -> Option<Transcript> {
    let prompts: Vec<Option<(Prompt, &str)>> = lines.iter().map(|l| prompt(l)).collect();
    let starts = |p: &Option<(Prompt, &str)>| p.is_some_and(|(kind, _)| kind != Prompt::Continued);
    if !prompts.iter().any(starts) {
        if let Some(typed) = bare_statements(lines) {
            return Some(Transcript {
                typed,
                printed: Vec::new(),
                sql: true,
            });
        }
        return root_session(lines, labelled_console);
    }
    let mut transcript = Transcript {
        sql: prompts
            .iter()
            .flatten()
            .all(|(kind, _)| matches!(kind, Prompt::Sql | Prompt::Continued)),
        ..Transcript::default()
    };
    let mut i = 0;
    while i < lines.len() {
        match prompts[i] {
            Some((kind @ (Prompt::Shell | Prompt::Other | Prompt::Sql), text)) => {
                i = if kind == Prompt::Sql {
                    statement(lines, &prompts, i, text, &mut transcript)
                } else {
                    command(lines, &prompts, i, text, &mut transcript)
                };
            }
            Some((Prompt::Continued, _)) | None => {
                let text = lines[i].trim();
                let comment = text.starts_with("# ") && transcript.printed.is_empty();
                if comment && !transcript.sql {
                    transcript.typed.push((i, text.to_owned()));
                } else if !text.is_empty() || !transcript.printed.is_empty() {
                    transcript.printed.push(lines[i].trim_end().to_owned());
                }
                i += 1;
            }
        }
    }
    while transcript
        .printed
        .last()
        .is_some_and(|l| l.trim().is_empty())
    {
        transcript.printed.pop();
    }
    Some(transcript)
}

/// A shell command with the lines it goes on in; the index behind it.
fn command(
    lines: &[&str],
    prompts: &[Option<(Prompt, &str)>],
    at: usize,
    text: &str,
    transcript: &mut Transcript,
) -> usize {
    let mut open = Open::default();
    let mut goes_on = open.goes_on(text, true);
    transcript.typed.push((at, text.trim_end().to_owned()));
    let mut i = at + 1;
    while goes_on && i < lines.len() {
        if prompts[i].is_some_and(|(kind, _)| kind != Prompt::Continued) {
            break;
        }
        let text = lines[i].strip_prefix("> ").unwrap_or(lines[i]);
        goes_on = open.goes_on(text, false);
        transcript.typed.push((i, text.trim_end().to_owned()));
        i += 1;
    }
    i
}

/// An SQL statement up to its semicolon; the index behind it.
fn statement(
    lines: &[&str],
    prompts: &[Option<(Prompt, &str)>],
    at: usize,
    text: &str,
    transcript: &mut Transcript,
) -> usize {
    let ended = |text: &str| {
        text.trim_end().ends_with(';')
            || text.trim_start().starts_with('\\')
            || text.trim().is_empty()
    };
    let mut done = ended(text);
    if !text.trim().is_empty() {
        transcript.typed.push((at, text.trim_end().to_owned()));
    }
    let mut i = at + 1;
    while !done && i < lines.len() {
        let text = match prompts[i] {
            Some((Prompt::Continued, text)) => text,
            Some((Prompt::Shell | Prompt::Sql | Prompt::Other, _)) => break,
            None => lines[i],
        };
        if text.trim().is_empty()
            || commands::looks_like_output(text) && prompts[i].is_none() && !text.starts_with(' ')
        {
            break;
        }
        done = ended(text);
        transcript.typed.push((i, text.trim_end().to_owned()));
        i += 1;
    }
    i
}

/// `> SET GLOBAL …;` on every line: a database's prompt, if each is a whole statement.
fn bare_statements(lines: &[&str]) -> Option<Vec<(usize, String)>> {
    let said = lines
        .iter()
        .enumerate()
        .filter(|(_, l)| !l.trim().is_empty());
    let typed: Option<Vec<(usize, String)>> = said
        .map(|(i, line)| {
            let text = line.trim().strip_prefix("> ")?.trim();
            let whole = text.ends_with(';') && commands::looks_like_sql(text);
            whole.then(|| (i, text.to_owned()))
        })
        .collect();
    typed.filter(|typed| !typed.is_empty())
}

/// `# oc …` on every line that is not output: a root prompt, if each line behind it is a command.
fn root_session(lines: &[&str], labelled_console: bool) -> Option<Transcript> {
    let hashed: Vec<&str> = lines.iter().filter_map(|l| l.strip_prefix("# ")).collect();
    let commands = hashed.iter().filter(|l| is_typed(l)).count();
    if commands == 0 || commands < hashed.len() && !labelled_console {
        return None;
    }
    let mut bare = lines
        .iter()
        .filter(|l| !l.trim().is_empty() && !l.starts_with('#'));
    if bare.any(|l| commands::looks(l) == Looks::Command) {
        return None;
    }
    let mut transcript = Transcript::default();
    let mut open = Open::default();
    let mut goes_on = false;
    for (i, line) in lines.iter().enumerate() {
        if goes_on {
            goes_on = open.goes_on(line, false);
            transcript.typed.push((i, line.trim_end().to_owned()));
        } else if let Some(text) = line.strip_prefix("# ") {
            if is_typed(text) {
                goes_on = open.goes_on(text, true);
                transcript.typed.push((i, text.trim_end().to_owned()));
            } else {
                transcript.typed.push((i, line.trim_end().to_owned()));
            }
        } else if !line.trim().is_empty() {
            transcript.printed.push(line.trim_end().to_owned());
        }
    }
    Some(transcript)
}

/// Strict: a known program with arguments, lower case, not the start of a sentence.
fn is_typed(text: &str) -> bool {
    commands::looks(text) == Looks::Command
        && !text.trim_end().ends_with([':', '.'])
        && text.starts_with(|c: char| c.is_ascii_lowercase() || matches!(c, '/' | '.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, typed: &[&str], printed: &[&str], sql: bool) {
        let lines: Vec<&str> = text.lines().collect();
        let got = read(&lines, false).unwrap_or_default();
        assert_eq!(
            got.typed.iter().map(|t| t.1.as_str()).collect::<Vec<_>>(),
            typed
        );
        assert_eq!(got.printed, printed);
        assert_eq!(got.sql, sql);
    }

    #[test]
    fn prompts_are_taken_off_and_output_is_set_apart() {
        check(
            "$ oc get co\nNAME  X\netcd  True\n$ oc adm top node",
            &["oc get co", "oc adm top node"],
            &["NAME  X", "etcd  True"],
            false,
        );
        check("$ a \\\n  --b\nout", &["a \\", "  --b"], &["out"], false);
        check(
            "[root@db1 ~]# systemctl stop x",
            &["systemctl stop x"],
            &[],
            false,
        );
        check(
            "root@pod:/# ls /data\nfile",
            &["ls /data"],
            &["file"],
            false,
        );
        check(
            "# oc get nodes\n# oc describe node x",
            &["oc get nodes", "oc describe node x"],
            &[],
            false,
        );
    }

    #[test]
    fn database_prompts() {
        check(
            "postgres=# SELECT 1\npostgres-# FROM x;\n 1\n---\n(1 row)",
            &["SELECT 1", "FROM x;"],
            &[" 1", "---", "(1 row)"],
            true,
        );
        check(
            "> SET GLOBAL x='pc.bootstrap=true';\n> SELECT 1;",
            &["SET GLOBAL x='pc.bootstrap=true';", "SELECT 1;"],
            &[],
            true,
        );
        check("> SELECT one of the nodes", &[], &[], false);
        check("psql> \\dt\nList", &["\\dt"], &["List"], true);
    }

    #[test]
    fn comments_are_no_prompts() {
        let read = |text: &str| read(&text.lines().collect::<Vec<_>>(), false);
        assert_eq!(read("# Promote standby to primary\nkubectl exec x"), None);
        assert_eq!(read("# Verify that all is well"), None);
        assert_eq!(read("kubectl get pods"), None);
    }
}
