//! A value quoted for the place where it goes.
//!
//! It must not look further than that place and the characters beside it.

use super::context::{Context, Heredoc};
use crate::runbook::shell::scope::Scope;
use crate::runbook::shell::tree::{self, Node};
use crate::runbook::shell::word;
use std::ops::Range;

/// Words that mean something to the shell where a command begins.
const RESERVED: &str = " if then else elif fi do done case esac while until for select function in time coproc { } ! [[ ]] ";

/// A value that needs no quotes, anywhere in a shell.
pub(super) fn is_plain(value: &str) -> bool {
    !value.is_empty()
        && value
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_./:@%+-".contains(c))
        && !RESERVED.contains(&format!(" {value} "))
}

/// A value that is inert in nearly any language.
pub(super) fn is_plain_in_code(value: &str) -> bool {
    !value.is_empty()
        && value
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'))
}

fn is_integer(value: &str) -> bool {
    let digits = value.strip_prefix('-').unwrap_or(value);
    !digits.is_empty() && digits.len() < 19 && digits.bytes().all(|digit| digit.is_ascii_digit())
}

fn is_name(value: &str) -> bool {
    !value.is_empty() && crate::runbook::shell::scan::name_length(value) == value.len()
}

/// The value as it may stand at `range` of `source`; the error completes "`<hole>` stands …".
pub(super) fn shell(
    context: &Context,
    source: &str,
    range: &Range<usize>,
    value: &str,
) -> Result<String, String> {
    let before = &source[..range.start];
    let after = source[range.end..].chars().next();
    let escaped = before
        .bytes()
        .rev()
        .take_while(|&byte| byte == b'\\')
        .count()
        % 2
        == 1;
    match context {
        Context::Bare => {
            // `2>x` would be a file descriptor, `@(` a pattern, `[ -f = x ]` a question, `[[ + == + ]]` a sum.
            let glued =
                after.is_some_and(|after| "<>(".contains(after)) || value.starts_with(['-', '+']);
            if is_plain(value) && !glued {
                return Ok(value.to_owned());
            }
            if escaped {
                return Err("behind a backslash, where only a plain value is safe".to_owned());
            }
            Ok(single(value))
        }
        Context::Double => {
            let backslash = if escaped { "\\" } else { "" };
            // Bash marks its own places with these two, and in double quotes of an array takes ours for them.
            if value.contains(['\u{1}', '\u{7f}']) {
                return Ok(format!("{backslash}\"{}\"", single(value)));
            }
            let value = behind(value, &['\\', '"', '$', '`']);
            Ok(format!("{backslash}{value}"))
        }
        Context::Single => Ok(value.replace('\'', "'\\''")),
        Context::Ansi => {
            let open = before.rfind('\\').map_or("", |at| &before[at..]);
            let pending = open.len() <= 10
                && open[1.min(open.len())..]
                    .chars()
                    .all(|c| c.is_ascii_hexdigit() || matches!(c, 'x' | 'u' | 'U' | 'c'));
            if escaped || (pending && !open.is_empty()) {
                return Err("behind an escape inside `$'…'`, where no value is safe".to_owned());
            }
            Ok(format!("'{}$'", single(value)))
        }
        Context::Heredoc(heredoc) => in_heredoc(heredoc, source, range, value, escaped),
        Context::Comment => Ok(String::new()),
        Context::Integer if is_integer(value) => Ok(value.to_owned()),
        Context::Integer => Err(format!(
            "where the shell computes; it takes a whole number, and `{}` is none",
            word::shown(value)
        )),
        Context::Name if is_name(value) => Ok(value.to_owned()),
        Context::Name => Err(format!(
            "in the name of a variable; it takes letters, digits and `_`, and `{}` is no name",
            word::shown(value)
        )),
        Context::PlainOnly(_) if is_plain(value) => Ok(value.to_owned()),
        Context::PlainOnly(place) => Err(format!(
            "{place}; only letters, digits and `_./:@%+-` are safe there"
        )),
        Context::Refused(place) => Err((*place).to_owned()),
    }
}

/// Single quotes around anything.
fn single(value: &str) -> String {
    format!("'{}'", value.replace('\'', "'\\''"))
}

/// A backslash before each of the characters.
fn behind(value: &str, special: &[char]) -> String {
    let mut escaped = String::with_capacity(value.len() + 8);
    for character in value.chars() {
        if special.contains(&character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

fn in_heredoc(
    heredoc: &Heredoc,
    source: &str,
    range: &Range<usize>,
    value: &str,
    escaped: bool,
) -> Result<String, String> {
    let encoded = if heredoc.quoted {
        value.to_owned()
    } else {
        let backslash = if escaped { "\\" } else { "" };
        format!("{backslash}{}", behind(value, &['\\', '$', '`']))
    };
    // The lines that the value becomes part of, with what a backslash at a line's end joins to them.
    let mut start = range.start;
    loop {
        start = source[..start].rfind('\n').map_or(0, |at| at + 1);
        let joined = !heredoc.quoted && source[..start].ends_with("\\\n");
        if !joined || start < 2 {
            break;
        }
        start -= 2;
    }
    let end = source[range.end..]
        .find('\n')
        .map_or(source.len(), |at| range.end + at);
    let lines = format!(
        "{}{encoded}{}",
        source[start..range.start].replace("\\\n", ""),
        &source[range.end..end]
    );
    for line in lines.split('\n') {
        let bare = if heredoc.dash {
            line.trim_start_matches('\t')
        } else {
            line
        };
        if bare == heredoc.delimiter {
            return Err(format!(
                "in a heredoc that the value would end, as it holds a line `{}`",
                heredoc.delimiter
            ));
        }
    }
    let at_start = source[start..range.start].trim_matches('\t').is_empty();
    if heredoc.dash && (value.contains("\n\t") || (at_start && value.starts_with('\t'))) {
        return Err("in a `<<-` heredoc, which would strip the value's tabs".to_owned());
    }
    Ok(encoded)
}

/// A value for a word that is JSON as a whole: escaped inside its strings, and a string where a value stands.
pub(super) fn json(source: &str, root: Node<'_>, range: &Range<usize>, value: &str) -> String {
    let unchanged = value.to_owned();
    let name = &source[range.clone()];
    let Some(mut node) = root.descendant_for_byte_range(range.start, range.end) else {
        return unchanged;
    };
    while let Some(parent) = node.parent().filter(Node::is_word) {
        node = parent;
    }
    if !node.is_word() {
        return unchanged;
    }
    let scope = Scope::default();
    let alternatives = word::expand(tree::text(node, source), &scope, 0);
    let [fields] = &alternatives[..] else {
        return unchanged;
    };
    let Some(field) = fields.iter().find(|field| field.text.contains(name)) else {
        return unchanged;
    };
    let text = field.text.trim();
    if !(text.starts_with('{') || text.starts_with("[{")) || field.is_opaque() {
        return unchanged;
    }
    let quoted = serde_json::Value::String(value.to_owned()).to_string();
    let is_json = |text: &str| serde_json::from_str::<serde_json::Value>(text).is_ok();
    if is_json(text) {
        return quoted[1..quoted.len() - 1].to_owned();
    }
    if is_json(&text.replace(name, "0")) {
        return if is_json(value) { unchanged } else { quoted };
    }
    unchanged
}
