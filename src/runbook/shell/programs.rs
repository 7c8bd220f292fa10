//! Programs that a table of verbs cannot describe: those that run other commands, or a language of their own.
//!
//! Each gets a command that the table knows by name; none looks at syntax.

pub(super) mod files;
pub(super) mod http;
pub(super) mod replaced;
pub(super) mod statements;
pub(super) mod stream;

use super::judge::{Command, Judge, Language, Stdin};
use super::scan;
use super::word::{Field, OPAQUE, shown};
use crate::runbook::Risk;
use replaced::{By, marks, note};

/// The names that `by` may have in the table.
#[cfg(test)]
pub(super) const NAMES: [&str; 20] = [
    "shell", "eval", "env", "ssh", "joined", "xargs", "parallel", "su", "trap", "source", "find",
    "sed", "awk", "curl", "wget", "dd", "writes", "alias", "script", "tar",
];

pub(super) fn judge(judge: &mut Judge<'_>, by: &str, command: &Command<'_>) {
    match by {
        "shell" => shell(judge, command),
        "eval" => {
            let text = joined(command.arguments);
            if text.contains(OPAQUE) {
                let reason = "`eval` runs a text that is known only when it runs";
                judge.add(Risk::Unknown, reason.to_owned());
            }
            judge.nested(&text);
        }
        "env" => env(judge, command),
        "ssh" => ssh(judge, command),
        "joined" => {
            for tail in command.tails(0) {
                let text = joined(tail);
                judge.nested(&text);
            }
        }
        "xargs" => xargs(judge, command),
        "parallel" => parallel(judge, command),
        "su" => su(judge, command),
        "trap" => {
            if let Some(action) = command.arguments.iter().find(|field| field.text != "--") {
                judge.nested(&action.text);
            }
        }
        "source" => {
            let said = command.arguments.first().map_or("", |field| &*field.text);
            let said = shown(said);
            judge.add(Risk::Unknown, format!("runs what `{said}` holds, unseen"));
        }
        "find" => files::find(judge, command),
        "sed" => stream::sed(judge, command),
        "awk" => stream::awk(judge, command),
        "curl" => http::curl(judge, command),
        "wget" => http::wget(judge, command),
        "dd" => files::dd(judge, command),
        "tar" => files::tar(judge, command),
        "writes" => files::writes(judge, command),
        // Where an alias is used, it is judged as what it stands for.
        "alias" => {}
        "script" => script(judge, command),
        _ => judge.add(
            Risk::Unknown,
            format!("`{}` is not known here", command.typed),
        ),
    }
}

/// The arguments as one text, as a program that joins them with blanks would pass it on.
pub(super) fn joined(arguments: &[Field]) -> String {
    let texts: Vec<_> = arguments.iter().map(|field| &*field.text).collect();
    texts.join(" ")
}

/// `sh`, `bash -c TEXT`, `bash script.sh`, `bash <<EOF`, a shell at a prompt.
fn shell(judge: &mut Judge<'_>, command: &Command<'_>) {
    let mut arguments = command.arguments.iter().enumerate();
    while let Some((index, field)) = arguments.next() {
        let text = &*field.text;
        if text.is_empty() || !text.starts_with(['-', '+']) {
            let rest = &command.arguments[index..];
            let said = shown(&field.text);
            if field.is_opaque() {
                judge.add(
                    Risk::Unknown,
                    format!(
                        "`{}` runs a script that is known only when it runs",
                        command.typed
                    ),
                );
            } else if judge.table.extra().keys().any(|key| key.starts_with(text)) {
                judge.inner(rest, command.stdin);
            } else {
                judge.add(Risk::Unknown, format!("runs what `{said}` holds, unseen"));
            }
            return;
        }
        if matches!(text, "--version" | "--help") {
            return;
        }
        if matches!(text, "-o" | "+o" | "-O" | "+O" | "--rcfile" | "--init-file") {
            arguments.next();
            continue;
        }
        if text.starts_with(OPAQUE) || text[1..].contains(OPAQUE) {
            let reason = format!(
                "`{}` takes options that are known only when it runs",
                command.typed
            );
            judge.add(Risk::Unknown, reason);
        }
        if !text.starts_with("--") && text.contains('c') {
            if text.contains('o') {
                arguments.next();
            }
            match arguments.find(|(_, field)| !matches!(&*field.text, "--" | "-")) {
                Some((_, script)) if script.text.starts_with('-') => {
                    // `bash -c -e TEXT`: the text is the first word that is no option.
                    let script = arguments.find(|(_, field)| !field.text.starts_with('-'));
                    if let Some((_, script)) = script {
                        judge.nested(&script.text);
                    }
                }
                Some((_, script)) => {
                    if script.is_opaque() && script.text.trim() == OPAQUE.to_string() {
                        let reason = "`-c` runs a text that is known only when it runs";
                        judge.add(Risk::Unknown, reason.to_owned());
                    }
                    judge.nested(&script.text);
                }
                None => judge.add(Risk::Unknown, "`-c` without a text".to_owned()),
            }
            return;
        }
        if text == "-s" {
            break;
        }
    }
    fed_shell(judge, command.typed, command.stdin);
}

/// A shell that reads its commands.
fn fed_shell(judge: &mut Judge<'_>, name: &str, stdin: &Stdin) {
    match stdin {
        Stdin::Text(text) => judge.nested(&text.clone()),
        Stdin::Unknown => {
            judge.add(
                Risk::Unknown,
                format!("`{name}` runs what it is fed, unseen"),
            );
        }
        Stdin::Terminal => {
            judge.interactive = true;
            judge.add(Risk::Unknown, format!("`{name}` opens a shell"));
        }
    }
}

/// Programs that set an environment and run the rest: `env`, `sudo`.
fn env(judge: &mut Judge<'_>, command: &Command<'_>) {
    let reading = command.reading();
    for split in reading.all("-S --split-string") {
        judge.nested(&split.text);
    }
    let shell = reading.any("-i --login -s --shell") && matches!(command.name, "sudo" | "doas");
    let mut ran = false;
    for (index, tail) in command.tails(0).into_iter().enumerate() {
        let start = tail.iter().position(|field| {
            let length = scan::name_length(&field.text);
            length == 0 || !field.text[length..].starts_with('=')
        });
        let Some(start) = start else { continue };
        for field in &tail[..start] {
            let name = &field.text[..scan::name_length(&field.text)];
            if super::table::SHIPPED.running_variables.contains(name) {
                let reason = format!("`{name}=` names a program that others run");
                judge.add(Risk::Unknown, reason);
            }
        }
        ran = true;
        if index == 0 {
            judge.inner(&tail[start..], command.stdin);
        } else {
            judge.severe(|judge| judge.inner(&tail[start..], command.stdin));
        }
    }
    if shell && !ran {
        fed_shell(judge, command.typed, command.stdin);
    } else if reading.any("-e --edit") && command.name == "sudo" {
        judge.interactive = true;
        judge.add(Risk::Change, "`sudo -e` edits files".to_owned());
    }
}

/// `ssh host`, `ssh host 'CMD'`, `ssh host <<EOF`.
fn ssh(judge: &mut Judge<'_>, command: &Command<'_>) {
    let reading = command.reading();
    for option in reading.all("-o") {
        let lower = option.text.to_lowercase();
        if lower.starts_with("proxycommand") || lower.starts_with("localcommand") {
            let reason = format!("`-o {}` runs a program", shown(&option.text));
            judge.add(Risk::Unknown, reason);
        }
    }
    if reading.any("-V -Q -G") {
        return;
    }
    let verbs = usize::from(command.name == "gcloud");
    let tails = command.tails(1 + verbs);
    for (index, tail) in tails.iter().enumerate() {
        let text = joined(tail);
        if index > 0 {
            judge.severe(|judge| judge.nested(&text));
        } else if text.starts_with(OPAQUE) {
            let reason = "the far shell runs a text that is known only when it runs";
            judge.add(Risk::Unknown, reason.to_owned());
            judge.severe(|judge| judge.nested(&text));
        } else if let (Stdin::Text(fed), [only]) = (command.stdin, &tail[..]) {
            judge.inner(std::slice::from_ref(only), &Stdin::Text(fed.clone()));
        } else {
            let piped = *command.stdin != Stdin::Terminal;
            let interactive = judge.interactive;
            judge.nested(&text);
            if piped {
                judge.interactive = interactive;
            }
            // What is fed to the far command may be its script.
            if let Stdin::Text(fed) = command.stdin {
                judge.severe(|judge| judge.inner(tail, &Stdin::Text(fed.clone())));
            }
        }
    }
    if tails.is_empty() && !reading.any("-N -f") {
        fed_shell(judge, "ssh", command.stdin);
    }
}

/// `xargs CMD`: the command with something more at its end, or where `{}` stands.
fn xargs(judge: &mut Judge<'_>, command: &Command<'_>) {
    let reading = command.reading();
    let replaced = reading
        .value("-I -i --replace -J")
        .map_or("{}", |field| &field.text)
        .to_owned();
    let holes = reading.any("-I -i --replace -J");
    for (index, tail) in command.tails(0).into_iter().enumerate() {
        let options = &command.arguments[..command.arguments.len() - tail.len()];
        note(judge, &By::Xargs(marks(options)), tail);
        let mut argv: Vec<Field> = tail.to_vec();
        if holes {
            for field in &mut argv {
                if field.text.contains(&replaced) {
                    field.text = field.text.replace(&replaced, &OPAQUE.to_string());
                }
            }
        } else {
            let fed = match command.stdin {
                Stdin::Text(text) => text.split_whitespace().map(Field::literal).collect(),
                Stdin::Terminal | Stdin::Unknown => vec![Field::opaque()],
            };
            argv.extend(fed);
        }
        if index == 0 {
            judge.inner(&argv, &Stdin::Unknown);
        } else {
            judge.severe(|judge| judge.inner(&argv, &Stdin::Unknown));
        }
    }
}

/// GNU parallel: the words before `:::`, joined and run by a shell.
fn parallel(judge: &mut Judge<'_>, command: &Command<'_>) {
    let Some(tail) = command.tails(0).into_iter().next() else {
        judge.add(
            Risk::Unknown,
            "`parallel` runs what it is fed, unseen".to_owned(),
        );
        return;
    };
    let end = tail
        .iter()
        .position(|field| field.text.starts_with(":::"))
        .unwrap_or(tail.len());
    let options = &command.arguments[..command.arguments.len() - tail.len()];
    note(judge, &By::Parallel(marks(options)), &tail[..end]);
    if end == 0 {
        for line in &tail[1..] {
            judge.nested(&line.text);
        }
        return;
    }
    let mut text = joined(&tail[..end]).replace("{}", &OPAQUE.to_string());
    text.push(' ');
    text.push(OPAQUE);
    judge.nested(&text);
}

/// `su - postgres -c 'CMD'`, `runuser -u postgres -- CMD`.
fn su(judge: &mut Judge<'_>, command: &Command<'_>) {
    let reading = command.reading();
    let mut ran = false;
    for text in reading.all("-c --command --session-command") {
        ran = true;
        judge.nested(&text.text);
    }
    if command.name == "runuser" && reading.any("-u --user") {
        for tail in command.tails(0) {
            ran = true;
            judge.inner(tail, command.stdin);
        }
    }
    if !ran {
        fed_shell(judge, command.typed, command.stdin);
    }
}

/// Interpreters: their text is not judged, so it is unknown, with what is plainly destructive in it said.
fn script(judge: &mut Judge<'_>, command: &Command<'_>) {
    let reading = command.reading();
    if reading.any("--version --help -V") && reading.words.is_empty() {
        return;
    }
    let module = reading.value("-m").and_then(Field::known).unwrap_or("");
    if command.name == "python" && matches!(module, "json.tool" | "this" | "calendar") {
        return;
    }
    let code = reading.value("-c -e -E --eval -pe -ne -r");
    let language = || Language::Other(command.typed.to_owned());
    if let Stdin::Text(text) = command.stdin {
        _ = judge.is_gathered(language(), text);
    }
    if command.name == "sqlite3" {
        for word in reading.words.iter().skip(1) {
            _ = judge.is_gathered(language(), &word.text);
        }
    }
    match (code, reading.words.first(), command.stdin) {
        (Some(code), _, _) => {
            _ = judge.is_gathered(language(), &code.text);
            let said = shown(&code.text);
            judge.add(
                Risk::Unknown,
                format!("`{said}` is {} and is not judged", command.typed),
            );
        }
        (None, Some(file), _) => {
            let said = shown(&file.text);
            judge.add(Risk::Unknown, format!("runs what `{said}` holds, unseen"));
        }
        (None, None, Stdin::Terminal) => {
            judge.interactive = module.is_empty();
            judge.add(Risk::Unknown, format!("`{}` opens a prompt", command.typed));
        }
        (None, None, Stdin::Text(_) | Stdin::Unknown) => {
            judge.add(
                Risk::Unknown,
                format!("`{}` runs what it is fed, unseen", command.typed),
            );
        }
    }
}
