//! Programs that write where an argument says: `dd`, `tee`, `cp` and their like, and `find` with its actions.

use super::replaced;
use crate::runbook::Risk;
use crate::runbook::shell::judge::{Command, Judge, Stdin};
use crate::runbook::shell::redirect;
use crate::runbook::shell::word::{Field, OPAQUE, shown};

/// `dd of=…`.
pub(in crate::runbook::shell) fn dd(judge: &mut Judge<'_>, command: &Command<'_>) {
    for field in command.arguments {
        if let Some(path) = field.text.strip_prefix("of=") {
            let (risk, why) = if path.contains(OPAQUE) {
                (Risk::Destroy, "writes over whatever it is given")
            } else if redirect::is_harmless(path) {
                continue;
            } else {
                redirect::written(path, false)
            };
            let said = shown(&field.text);
            judge.add(risk, format!("`dd {said}` {why}"));
        } else if field.text.starts_with(OPAQUE) {
            judge.add(
                Risk::Unknown,
                "`dd` takes something that is known only when it runs".to_owned(),
            );
        }
    }
}

/// Programs whose words are files that they write: all of `tee`'s, the last of `cp`'s and `mv`'s.
pub(in crate::runbook::shell) fn writes(judge: &mut Judge<'_>, command: &Command<'_>) {
    let reading = command.reading();
    if reading.any("--help --version") {
        return;
    }
    let appends = command.name == "tee" && reading.any("-a --append");
    let all = command.name == "tee";
    let words = &reading.words[..];
    let from = if all {
        0
    } else {
        words.len().saturating_sub(1)
    };
    for field in &words[from..] {
        if all && redirect::is_harmless(&field.text) {
            continue;
        }
        let (risk, why) = redirect::written(&field.text, appends);
        let said = shown(&field.text);
        // Copying into a system folder is what an installation does; onto a device is not.
        let installs = risk == Risk::Destroy && !all && !redirect::is_device(&field.text);
        let risk = if installs { Risk::Change } else { risk };
        judge.add(risk, format!("`{} … {said}` {why}", command.typed));
    }
    let sources = &words[..from];
    if command.name == "mv" && words.last().is_some_and(|to| to.text == "/dev/null") {
        judge.add(Risk::Destroy, "`mv … /dev/null` loses the file".to_owned());
    }
    if command.name == "cp" && sources.iter().any(|from| from.text == "/dev/null") {
        judge.add(Risk::Destroy, "`cp /dev/null` empties the file".to_owned());
    }
    if command.name == "mv" && sources.iter().any(|from| is_data(&from.text)) {
        judge.add(
            Risk::Destroy,
            "`mv` takes data from where its server looks".to_owned(),
        );
    }
    if reading.uncertain && words.is_empty() {
        judge.add(Risk::Change, format!("`{}` writes a file", command.name));
    }
}

fn is_data(path: &str) -> bool {
    path.starts_with("/var/lib/")
}

/// `tar`: what it does is in its first letters, with a dash or without.
pub(in crate::runbook::shell) fn tar(judge: &mut Judge<'_>, command: &Command<'_>) {
    let reading = command.reading();
    if reading.any("--help --version") && reading.words.is_empty() {
        return;
    }
    let bundled = command
        .arguments
        .first()
        .map(|field| &*field.text)
        .filter(|text| !text.starts_with('-'))
        .unwrap_or("");
    let does = |letter: char, names: &str| bundled.contains(letter) || reading.any(names);
    let mut known = false;
    if does('x', "-x --extract --get") {
        known = true;
        if !reading.any("-O --to-stdout") {
            judge.add(Risk::Change, "`tar -x` writes files".to_owned());
        }
    }
    if does('c', "-c --create") {
        known = true;
        let file = reading.value("-f --file").map(|file| file.text.clone());
        let to_stdout = if bundled.contains('f') {
            reading.words.get(1).is_some_and(|file| file.text == "-")
        } else {
            file.as_deref() == Some("-")
        };
        if !to_stdout {
            judge.add(Risk::Change, "`tar -c` writes an archive".to_owned());
        }
    }
    if does('r', "-r --append") || does('u', "-u --update") || reading.any("-A --concatenate") {
        known = true;
        judge.add(Risk::Change, "`tar -r` writes an archive".to_owned());
    }
    known |= does('t', "-t --list") || does('d', "-d --diff --compare");
    if reading.any("--delete") {
        known = true;
        judge.add(
            Risk::Destroy,
            "`tar --delete` removes from an archive".to_owned(),
        );
    }
    if reading.any("--remove-files") {
        judge.add(
            Risk::Destroy,
            "`tar --remove-files` removes what it packed".to_owned(),
        );
    }
    if reading.any("--recursive-unlink --unlink-first -U") {
        judge.add(
            Risk::Destroy,
            "`tar --recursive-unlink` removes what stands in its way".to_owned(),
        );
    }
    let runs = "--to-command --checkpoint-action -I --use-compress-program --rsh-command -F --info-script --new-volume-script";
    if reading.any(runs) || bundled.contains('I') {
        judge.add(Risk::Unknown, "`tar` runs another program".to_owned());
    }
    if !known || reading.uncertain {
        judge.add(
            Risk::Unknown,
            "`tar` is told what to do only when it runs".to_owned(),
        );
    }
}

/// `find … -delete`, `-exec CMD`, `-fprint FILE`.
pub(in crate::runbook::shell) fn find(judge: &mut Judge<'_>, command: &Command<'_>) {
    let mut at = 0;
    let mut expression = false;
    while let Some(field) = command.arguments.get(at) {
        at += 1;
        let text = &*field.text;
        expression |= text.starts_with(['-', '(', '!']) && text.len() > 1 && !is_leading(text);
        match text {
            "-delete" => judge.add(
                Risk::Destroy,
                "`find -delete` removes what it finds".to_owned(),
            ),
            "-exec" | "-execdir" | "-ok" | "-okdir" => {
                let rest = &command.arguments[at..];
                let end = rest
                    .iter()
                    .position(|field| matches!(&*field.text, ";" | "+"))
                    .unwrap_or(rest.len());
                replaced::note(judge, &replaced::By::Find, &rest[..end]);
                let argv: Vec<Field> = rest[..end].iter().map(found).collect();
                judge.inner(&argv, &Stdin::Unknown);
                judge.interactive |= text.starts_with("-ok");
                at += end;
            }
            "-fprint" | "-fprint0" | "-fls" | "-fprintf" => {
                let said = shown(text);
                judge.add(Risk::Change, format!("`find {said}` writes a file"));
                at += 1;
            }
            "-name" | "-iname" | "-path" | "-ipath" | "-wholename" | "-regex" | "-iregex"
            | "-type" | "-xtype" | "-size" | "-mtime" | "-mmin" | "-ctime" | "-cmin" | "-atime"
            | "-amin" | "-newer" | "-user" | "-group" | "-perm" | "-maxdepth" | "-mindepth"
            | "-printf" | "-uid" | "-gid" | "-links" | "-inum" | "-lname" | "-newermt"
            | "-newerct" | "-regextype" | "-samefile" | "-fstype" => at += 1,
            _ if text.contains(OPAQUE) && (expression || field.splits || text.starts_with('-')) => {
                judge.add(
                    Risk::Unknown,
                    "`find` takes something that is known only when it runs".to_owned(),
                );
            }
            _ => {}
        }
    }
}

/// Options that stand before the paths.
fn is_leading(text: &str) -> bool {
    matches!(text, "-L" | "-H" | "-P") || text.starts_with("-O") || text.starts_with("-D")
}

fn found(field: &Field) -> Field {
    Field {
        text: field.text.replace("{}", &OPAQUE.to_string()),
        ..field.clone()
    }
}
