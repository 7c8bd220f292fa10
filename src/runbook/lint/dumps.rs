//! Dumps and copies that will not be there, or cannot be read, when they are needed.

use super::page::Page;
use super::rule::{Report, Rule, Severity};
use crate::runbook::shell::{Call, Output};

pub(super) const FORMAT: Rule = Rule {
    name: "dump-format",
    severity: Severity::Error,
    finds: "a plain `pg_dump` in a document that restores with `pg_restore`",
    why: "`pg_restore` refuses a text dump, and that shows on the night on which it is needed",
};
pub(super) const ADDRESS: Rule = Rule {
    name: "copy-to-address",
    severity: Severity::Error,
    finds: "`cp` or `kubectl cp` to an address such as `s3://…`",
    why: "it writes to a local path of that name, or fails: the backup never leaves the machine that is lost",
};
pub(super) const RULES: &[&Rule] = &[&FORMAT, &ADDRESS];

pub(super) fn check(page: &Page<'_>, report: &mut Report<'_>) {
    let calls = || page.texts.iter().flat_map(|shell| &shell.calls);
    let restores = calls().find(|call| call.program == "pg_restore" && reads_a_dump(call));
    let archives = calls().any(|call| call.program == "pg_dump" && !is_plain(call));
    for shell in &page.texts {
        for call in &shell.calls {
            let kept = matches!(call.output, Output::File(_)) || call.has(&["-f", "--file"]);
            if call.program == "pg_dump"
                && kept
                && is_plain(call)
                && restores.is_some()
                && !archives
            {
                report.add(
                    &FORMAT,
                    shell.spot(page, call, "pg_dump"),
                    "`pg_dump` writes SQL text here, and `pg_restore` elsewhere in this document reads only its archives",
                    "add `-Fc`, or restore with `psql -f`",
                );
            }
            let copies = matches!(&*call.program, "cp" | "mv" | "scp")
                || matches!(&*call.program, "kubectl" | "oc" | "docker" | "podman")
                    && call.begins(&["cp"]);
            let address = call.words.iter().find(|word| {
                [
                    "s3://", "gs://", "az://", "https://", "http://", "abfs://", "azure://",
                ]
                .iter()
                .any(|scheme| word.starts_with(scheme))
            });
            if let Some(address) = address.filter(|_| copies) {
                let scheme = address.split(':').next().unwrap_or("");
                let tool = match scheme {
                    "s3" => "`aws s3 cp`",
                    "gs" => "`gcloud storage cp`",
                    "az" | "azure" | "abfs" => "`az storage blob upload`",
                    _ => "`curl -T`",
                };
                report.add(
                    &ADDRESS,
                    shell.spot(page, call, address),
                    format!("`{} cp` knows no `{scheme}://`", call.program)
                        .replace("cp cp", "cp")
                        .replace("mv cp", "mv")
                        .replace("scp cp", "scp"),
                    format!("take the file here first, then send it with {tool}"),
                );
            }
        }
    }
}

/// Not `-Fc`, `-Fd`, `-Ft`, however it is spelled.
fn is_plain(call: &Call) -> bool {
    !call.arguments.iter().any(|argument| {
        let text = &*argument.text;
        let value = text
            .strip_prefix("--format=")
            .or_else(|| text.strip_prefix("-F"));
        value.is_some_and(|value| !value.starts_with('p')) || text == "--format"
    })
}

/// An archive that is read from a file or a pipe, not `--list` of something.
fn reads_a_dump(call: &Call) -> bool {
    !call.has(&["--help", "--version"])
}
