//! Programs that are fed statements: `psql -c …`, `mysql -e …`, `redis-cli CMD`, and their prompts.
//!
//! It must not know the languages: SQL goes to its own judge, a program's verbs to the table.

use crate::runbook::Risk;
use crate::runbook::shell::judge::{Command, Judge, Language, Stdin};
use crate::runbook::shell::table::Statements;
use crate::runbook::shell::word::{Field, shown};
use crate::runbook::shell::{scan, sql};

/// Judges what the program is fed; false where its own verbs say what it does.
pub(in crate::runbook::shell) fn judge(
    judge: &mut Judge<'_>,
    command: &Command<'_>,
    statements: &Statements,
) -> bool {
    let reading = command.reading();
    if reading.any(&statements.instead) {
        return false;
    }
    let texts: Vec<Field> = reading.all(&statements.options).cloned().collect();
    let files: Vec<Field> = reading.all(&statements.files).cloned().collect();
    for file in &files {
        let said = shown(&file.text);
        judge.add(Risk::Unknown, format!("runs what `{said}` holds, unseen"));
    }
    for text in &texts {
        fed(judge, command, statements, &text.text);
    }
    // Redis runs the script that it is given as a word.
    if statements.language == "words"
        && let [verb, script, ..] = &reading.words[..]
        && verb.text.to_lowercase().starts_with("eval")
    {
        let language = Language::Other("Lua".to_owned());
        _ = judge.is_gathered(language, &script.text);
    }
    // A program with verbs of its own takes them from its words.
    if statements.language == "words" && !reading.words.is_empty() {
        return false;
    }
    if texts.is_empty() && files.is_empty() {
        match command.stdin {
            Stdin::Text(text) => fed(judge, command, statements, text),
            Stdin::Unknown => {
                let reason = format!("`{}` runs what it is fed, unseen", command.typed);
                judge.add(Risk::Unknown, reason);
            }
            Stdin::Terminal => {
                judge.interactive = true;
                judge.add(Risk::Unknown, format!("`{}` opens a prompt", command.typed));
            }
        }
    }
    judge.modifiers(command);
    // Something unread may be another `-c`.
    if reading.uncertain {
        let reason = format!(
            "`{}` takes something that is known only when it runs",
            command.typed
        );
        judge.add(Risk::Unknown, reason);
    }
    true
}

fn fed(judge: &mut Judge<'_>, command: &Command<'_>, statements: &Statements, text: &str) {
    let language = match &*statements.language {
        "sql" => Language::Sql {
            backslashes: statements.backslashes,
        },
        _ => Language::Other(command.typed.to_owned()),
    };
    if judge.is_gathered(language, text) {
        return;
    }
    match &*statements.language {
        "sql" => sql::judge(judge, text),
        "words" => {
            for line in text.lines() {
                words(judge, command, line);
            }
        }
        _ => script(judge, command, text),
    }
}

/// One command of the program's own language on a line.
fn words(judge: &mut Judge<'_>, command: &Command<'_>, line: &str) {
    if line.trim().is_empty() {
        return;
    }
    let words = scan::only_command(line).unwrap_or_else(|| line.split_whitespace().collect());
    let fields: Vec<Field> = words
        .iter()
        .map(|word| Field::literal(word.trim_matches(['"', '\''])))
        .collect();
    judge.rules(&Command::new(
        command.name,
        command.typed,
        command.program,
        &fields,
        command.stdin,
    ));
}

/// Words of a database shell's script that lose data or service.
const LOSES: [&str; 8] = [
    "drop",
    "remove(",
    "deletemany",
    "deleteone",
    "findanddelete",
    "findoneanddelete",
    "shutdown",
    "wipe",
];

/// Questions to a database shell that only look.
const ASKS: [&str; 16] = [
    "rs.status",
    "rs.conf",
    "rs.hello",
    "rs.printreplicationinfo",
    "rs.printsecondaryreplicationinfo",
    "db.stats",
    "db.serverstatus",
    "db.hello",
    "db.ismaster",
    "db.version",
    "db.currentop",
    "sh.status",
    "showdbs",
    "showcollections",
    "db.admincommand('ping')",
    "db.runcommand({ping:1})",
];

/// JavaScript for a database shell: a few plain questions are known, the rest is not.
fn script(judge: &mut Judge<'_>, command: &Command<'_>, text: &str) {
    let plain = text
        .to_lowercase()
        .replace([' ', ';', '\n'], "")
        .replace('"', "'");
    for word in LOSES {
        if plain.contains(word) {
            let said = word.trim_end_matches('(');
            judge.add(
                Risk::Destroy,
                format!("`{said}` in its script loses data or service"),
            );
        }
    }
    let asked = ASKS
        .iter()
        .any(|ask| plain == *ask || plain == format!("{ask}()") || plain == format!("{ask}().ok"));
    if !asked {
        let said = shown(text);
        let reason = format!("`{said}` is for {} and is not judged", command.typed);
        judge.add(Risk::Unknown, reason);
    }
}
