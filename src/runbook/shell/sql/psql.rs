//! psql's own commands: `\copy`, `\!`, `\gexec` and their like; most of them only look.
//!
//! It must not know SQL: what stands inside a command goes back to whoever judges that.

use crate::runbook::Risk;
use crate::runbook::shell::judge::Judge;
use crate::runbook::shell::word::{OPAQUE, shown};

/// Commands that look, or steer the session.
const HARMLESS: &str = " \\g \\gx \\x \\q \\c \\connect \\conninfo \\timing \\pset \\echo \\qecho \\warn \\set \
    \\unset \\a \\t \\h \\help \\? \\l \\z \\encoding \\if \\elif \\else \\endif \\watch \\gset \\crosstabview \
    \\p \\r \\errverbose \\sf \\sv \\f \\H \\C \\T \\o \\out \\G ";

/// Judges one command, with its backslash, to the end of its line.
pub(super) fn judge(judge: &mut Judge<'_>, text: &str) {
    let text = text.trim_end();
    let (name, argument) = text.split_once([' ', '\t']).unwrap_or((text, ""));
    let argument = argument.trim();
    let said = shown(name);
    if let Some(program) = text.strip_prefix("\\!") {
        judge.nested(program);
        return;
    }
    match name.trim_end_matches('+') {
        "\\gexec" => judge.add(
            Risk::Unknown,
            "`\\gexec` runs what a query gives".to_owned(),
        ),
        "\\i" | "\\ir" | "\\include" | "\\include_relative" => {
            let reason = format!("`{said}` runs what a file holds, unseen");
            judge.add(Risk::Unknown, reason);
        }
        "\\copy" => copy(judge, argument),
        "\\o" | "\\out" | "\\w" | "\\write" | "\\g" | "\\gx" | "\\s" if !argument.is_empty() => {
            if let Some(program) = argument.strip_prefix('|') {
                judge.add(Risk::Unknown, format!("`{said} |` runs a program"));
                judge.severe(|judge| judge.nested(program));
            } else {
                judge.add(Risk::Change, format!("`{said}` writes a file"));
            }
        }
        "\\lo_unlink" => judge.add(
            Risk::Destroy,
            "`\\lo_unlink` removes a large object".to_owned(),
        ),
        "\\lo_import" | "\\lo_export" | "\\password" => {
            judge.add(Risk::Change, format!("`{said}` changes something"));
        }
        "\\e" | "\\edit" | "\\ef" | "\\ev" => {
            judge.interactive = true;
            judge.add(Risk::Unknown, format!("`{said}` opens an editor"));
        }
        _ if argument.contains('`') => {
            judge.add(Risk::Unknown, format!("`{said}` runs a program"));
            for program in argument.split('`').skip(1).step_by(2) {
                judge.severe(|judge| judge.nested(program));
            }
        }
        other if HARMLESS.contains(&format!(" {other} ")) => {}
        other if other.starts_with("\\d") || other.starts_with("\\l") => {}
        _ => {
            let reason = format!("`{said}` is no psql command that is known here");
            judge.add(Risk::Unknown, reason);
        }
    }
}

/// `\copy TABLE|(QUERY) FROM|TO FILE|PROGRAM|STDOUT`.
fn copy(judge: &mut Judge<'_>, argument: &str) {
    let upper = argument.replace(OPAQUE, " ").to_uppercase();
    if upper.contains("PROGRAM") {
        judge.add(
            Risk::Unknown,
            "`\\copy … program` runs a program".to_owned(),
        );
        for program in argument.split('\'').skip(1).step_by(2) {
            judge.severe(|judge| judge.nested(program));
        }
    }
    let prints = upper.trim_end().ends_with("TO STDOUT");
    if !prints {
        judge.add(Risk::Change, "`\\copy` writes rows or a file".to_owned());
    }
    if let Some(query) = argument.strip_prefix('(') {
        judge.severe(|judge| super::judge(judge, query));
    }
}
