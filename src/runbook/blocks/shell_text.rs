//! A block that may be a shell text: typed lines, what they print, or neither.

use super::caption::{announces_command, announces_output};
use super::not_shell::not_shell;
use super::sql_text::{from_session, is_sql, sql_block};
use super::{Judged, is_blank_or_comment, numbered};
use crate::runbook::Role;
use crate::runbook::commands::{self, Looks};
use crate::runbook::transcript;

/// Judges a block that may be a shell text; `Err` is the role of the whole where nothing is taken apart.
pub(super) fn shell_block(
    lines: &[&str],
    labelled: bool,
    console: bool,
    caption: &str,
) -> Result<Judged, Role> {
    if let Some(session) = transcript::read(lines, console || !labelled) {
        if session.typed.iter().any(|(_, t)| !is_blank_or_comment(t)) {
            return Ok(from_session(session));
        }
        return Err(Role::Output);
    }
    let said: Vec<&str> = lines
        .iter()
        .copied()
        .filter(|l| !is_blank_or_comment(l))
        .collect();
    if said.is_empty() {
        return Err(if labelled {
            Role::Unknown
        } else {
            prose_or_output(lines)
        });
    }
    if let Some(role) = not_shell(&said, lines) {
        return Err(role);
    }
    let logical = commands::logical_lines(lines);
    let judged: Vec<(Looks, &str)> = logical
        .iter()
        .filter(|l| !is_blank_or_comment(l[0]))
        .map(|l| (commands::looks(&commands::joined(l)), l[0]))
        .collect();
    let sure = judged
        .iter()
        .filter(|(looks, _)| *looks == Looks::Command)
        .count();
    let maybe = judged
        .iter()
        .filter(|(looks, _)| *looks == Looks::Maybe)
        .count();
    let printed = judged
        .iter()
        .filter(|(looks, l)| *looks != Looks::Command && commands::looks_like_output(l))
        .count();
    let prose = judged
        .iter()
        .filter(|(looks, l)| *looks == Looks::Other && commands::looks_like_prose(l))
        .count();
    let first_sure = judged
        .first()
        .is_some_and(|(looks, _)| *looks == Looks::Command);
    let announced_output = announces_output(caption);
    let announced_command = announces_command(caption);
    let whole = |role| Judged::whole(lines, role);
    if announced_output && !first_sure && !announced_command {
        return Err(Role::Output);
    }
    if announced_output && !labelled && sure < judged.len() {
        return Err(Role::Output);
    }
    if sure == 0 && is_sql(&said) {
        return sql_block(lines).ok_or(Role::Query);
    }
    // Output under the commands that print it, without any prompt.
    if first_sure && let Some(split) = trailing_output(&logical, &judged) {
        return Ok(Judged {
            role: Role::Command,
            text: trimmed(numbered(&lines[..split])),
            expected: Some(lines[split..].join("\n").trim().to_owned()),
            interpreter: None,
        });
    }
    if first_sure
        && sure < lines.len()
        && let Some((typed, printed)) = in_turn(lines)
    {
        let printed: Vec<&str> = printed.iter().map(|i| lines[*i]).collect();
        return Ok(Judged {
            role: Role::Command,
            text: typed.iter().map(|i| (*i, lines[*i].to_owned())).collect(),
            expected: Some(printed.join("\n").trim().to_owned()),
            interpreter: None,
        });
    }
    if labelled {
        let nothing_known = sure == 0;
        if nothing_known && (prose * 2 > judged.len() || printed * 2 >= judged.len() && maybe == 0)
        {
            return Err(if printed > prose {
                Role::Output
            } else {
                Role::Unknown
            });
        }
        if nothing_known && maybe == 0 && judged.len() > 1 {
            return Err(Role::Unknown);
        }
        if nothing_known && maybe == 0 && !is_bare_program(judged[0].1) && !has_form(judged[0].1) {
            return Err(Role::Unknown);
        }
        return Ok(whole(Role::Command));
    }
    if first_sure && sure * 2 >= judged.len() && prose * 3 < judged.len() {
        return Ok(whole(Role::Command));
    }
    if sure * 3 >= judged.len() * 2 && prose == 0 && sure > 0 {
        return Ok(whole(Role::Command));
    }
    let script = lines.first().is_some_and(|l| l.starts_with("#!"));
    if script && sure > 0 {
        return Ok(whole(Role::Command));
    }
    if announced_command && sure == 0 && maybe == judged.len() {
        return Ok(whole(Role::Command));
    }
    Err(prose_or_output(lines))
}

fn prose_or_output(lines: &[&str]) -> Role {
    let said: Vec<&&str> = lines.iter().filter(|l| !l.trim().is_empty()).collect();
    let printed = said
        .iter()
        .filter(|l| commands::looks_like_output(l))
        .count();
    if printed * 2 >= said.len() && !said.is_empty() {
        Role::Output
    } else {
        Role::Unknown
    }
}

/// A lower-case word and its arguments, under a shell's label: a tool nobody here knows.
fn has_form(line: &str) -> bool {
    let line = line.trim();
    let (word, rest) = commands::program(line);
    word.len() > 1
        && !rest.is_empty()
        && word.starts_with(|c: char| c.is_ascii_lowercase())
        && word
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.'))
        && !line.ends_with(['.', ':', '!', '?'])
        && rest.contains(['-', '/', '=', '<', '[', '$', ':', '"'])
        && !commands::looks_like_output(line)
        && !commands::looks_like_prose(line)
}

/// A single word that could well be a tool of the team's own: `rebuild-index`.
fn is_bare_program(line: &str) -> bool {
    let text = line.trim();
    !text.contains(char::is_whitespace)
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.contains(['-', '_'])
        && !text.contains("://")
        && !text.contains(['{', '[', ':'])
}

/// Where the output starts that follows the last command of a block without prompts; `judged` is how its statements
/// look, without blanks and comments.
fn trailing_output(logical: &[Vec<&str>], judged: &[(Looks, &str)]) -> Option<usize> {
    let mut judged = judged.iter().map(|(looks, _)| *looks);
    let mut at = 0;
    let mut last_command_end = 0;
    let mut printed = 0;
    let mut other = 0;
    let mut headed = false;
    let json = logical.iter().any(|l| commands::is_quoted_key(l[0].trim()));
    for group in logical {
        let line = group[0];
        at += group.len();
        let known = (!is_blank_or_comment(line))
            .then(|| judged.next())
            .flatten();
        if line.trim().is_empty() {
            continue;
        }
        let looks = || match known {
            Some(looks) if commands::is_one_line(group) => looks,
            _ => commands::looks(line),
        };
        let sure = !(json && is_bracket(line)) && looks() == Looks::Command;
        if line.trim_start().starts_with('#') || sure {
            if printed > 0 || other > 0 {
                // Commands and output in turn cannot be told apart without prompts.
                return None;
            }
            last_command_end = at;
        } else if commands::looks_like_output(line) {
            printed += 1;
            headed |= other == 0 && commands::is_columns(line);
        } else {
            other += 1;
        }
    }
    // Under a table's head its rows may be anything.
    (printed > other || headed && printed == other).then_some(last_command_end)
}

/// Commands and what they print in turn, set apart by empty lines: what was typed, and what was printed.
fn in_turn(lines: &[&str]) -> Option<(Vec<usize>, Vec<usize>)> {
    let (mut typed, mut printed) = (Vec::new(), Vec::new());
    let mut after_blank = true;
    let mut answers = false;
    let mut groups = 0;
    let json = lines.iter().any(|l| commands::is_quoted_key(l.trim()));
    for (i, line) in lines.iter().enumerate() {
        if line.trim().is_empty() {
            after_blank = true;
            continue;
        }
        let sure = !(json && is_bracket(line))
            && commands::looks(line) == Looks::Command
            && !line.trim_end().ends_with('\\');
        if sure && (after_blank || !answers) {
            groups += usize::from(answers || groups == 0);
            answers = false;
            typed.push(i);
        } else if commands::looks_like_output(line) && !sure {
            answers = true;
            printed.push(i);
        } else {
            return None;
        }
        after_blank = false;
    }
    (groups >= 2 && printed.len() > typed.len()).then_some((typed, printed))
}

/// A line of nothing but JSON's brackets.
fn is_bracket(line: &str) -> bool {
    line.trim().chars().all(|c| "{}[],".contains(c))
}

fn trimmed(mut text: Vec<(usize, String)>) -> Vec<(usize, String)> {
    while text.last().is_some_and(|(_, t)| t.trim().is_empty()) {
        text.pop();
    }
    text
}
