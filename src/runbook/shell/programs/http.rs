//! HTTP clients: what a request does follows from its method, what a client does also from where it writes.

use crate::runbook::Risk;
use crate::runbook::shell::judge::{Command, Judge};
use crate::runbook::shell::redirect;
use crate::runbook::shell::word::{OPAQUE, shown};

/// `curl`.
pub(in crate::runbook::shell) fn curl(judge: &mut Judge<'_>, command: &Command<'_>) {
    let reading = command.reading();
    if reading.any("--version --help -V") && reading.words.is_empty() {
        return;
    }
    let data = "-d --data --data-raw --data-binary --data-ascii --data-urlencode --json -F --form --form-string";
    let mut named = false;
    for name in reading.all("-X --request") {
        named = true;
        method(judge, &name.text);
    }
    if !named {
        if reading.any("-T --upload-file") {
            method(judge, "PUT");
        } else if reading.any(data) && !reading.any("-G --get -I --head") {
            method(judge, "POST");
        }
    }
    for file in reading.all("-o --output -D --dump-header -c --cookie-jar --trace --trace-ascii") {
        if !redirect::is_harmless(&file.text) && file.text != "-" {
            let (risk, why) = redirect::written(&file.text, false);
            let said = shown(&file.text);
            judge.add(risk, format!("`curl -o {said}` {why}"));
        }
    }
    if reading.any("-O --remote-name --remote-name-all -J") {
        judge.add(Risk::Change, "`curl -O` writes a file".to_owned());
    }
    for quote in reading.all("-Q --quote --prequote --postquote") {
        let said = shown(&quote.text);
        judge.add(
            Risk::Change,
            format!("`curl -Q {said}` sends an FTP command"),
        );
    }
    if reading.any("-K --config") {
        judge.add(
            Risk::Unknown,
            "`curl -K` takes its request from a file, unseen".to_owned(),
        );
    }
    if reading.uncertain
        || command
            .arguments
            .iter()
            .any(|field| field.splits && field.text == OPAQUE.to_string())
    {
        // One unquoted variable is as a rule the address.
        let plain = reading.words.iter().filter(|word| word.splits).count() == 1
            && reading.words.len() == 1;
        if !plain {
            judge.add(
                Risk::Unknown,
                "`curl` takes something that is known only when it runs".to_owned(),
            );
        }
    }
}

/// `wget`.
pub(in crate::runbook::shell) fn wget(judge: &mut Judge<'_>, command: &Command<'_>) {
    let reading = command.reading();
    if reading.any("--version --help") && reading.words.is_empty() {
        return;
    }
    if let Some(name) = reading.value("--method") {
        method(judge, &name.text);
    } else if reading.any("--post-data --post-file") {
        method(judge, "POST");
    }
    let output = reading.value("-O --output-document");
    let quiet = output.is_some_and(|path| path.text == "-" || redirect::is_harmless(&path.text));
    if !quiet && !reading.any("--spider") {
        judge.add(Risk::Change, "`wget` writes a file".to_owned());
    }
    for option in reading.all("-e --execute --use-askpass -i --input-file") {
        let said = shown(&option.text);
        judge.add(Risk::Unknown, format!("`wget` takes `{said}`, unseen"));
    }
}

/// What a method does to what it is sent to.
fn method(judge: &mut Judge<'_>, name: &str) {
    let upper = name.to_uppercase();
    let (risk, why) = match &*upper {
        "GET" | "HEAD" | "OPTIONS" | "TRACE" | "PROPFIND" => return,
        "DELETE" => (Risk::Destroy, "asks a server to delete something"),
        "POST" | "PUT" | "PATCH" | "MKCOL" | "COPY" | "MOVE" | "PURGE" => {
            (Risk::Change, "sends a change to a server")
        }
        _ => (Risk::Unknown, "is a method that is not known here"),
    };
    let said = shown(&upper);
    judge.add(risk, format!("`{said}` {why}"));
}
