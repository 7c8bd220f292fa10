//! Scripts that a command names by their path, and that are not there.

use super::page::Page;
use super::rule::{Report, Rule, Severity};
use super::{Ask, Place};
use std::collections::BTreeSet;

pub(super) const SCRIPT: Rule = Rule {
    name: "missing-script",
    severity: Severity::Warning,
    finds: "a script named by a relative path that is not in the repository",
    why: "the recovery hangs on a file that nobody on call can find",
};
pub(super) const RULES: &[&Rule] = &[&SCRIPT];

pub(super) fn check(page: &Page<'_>, ask: &dyn Ask, report: &mut Report<'_>) {
    let mut said = BTreeSet::new();
    for shell in &page.texts {
        let moves = |program: &str| {
            matches!(
                program,
                "cd" | "pushd" | "git" | "tar" | "unzip" | "curl" | "wget" | "scp" | "cp"
            )
        };
        for (index, call) in shell.calls.iter().enumerate() {
            let path = &call.typed;
            let relative =
                path.contains('/') && !path.starts_with(['/', '~', '$']) && !path.contains('…');
            // Behind a `cd` or a download the file may be anywhere.
            let moved = shell.calls[..index]
                .iter()
                .any(|before| moves(&before.program));
            if !relative || call.remote || moved || !said.insert(path.clone()) {
                continue;
            }
            let spot = shell.spot(page, call, path);
            match ask.script(path) {
                Some(Place::Missing) => report.add(
                    &SCRIPT,
                    spot,
                    format!("there is no `{path}` from the runbook's folder up to the repository's"),
                    "add the script, correct the path, or say in the step where it lies and who has it",
                ),
                None => report.add_as(
                    &SCRIPT,
                    Severity::Note,
                    spot,
                    format!("`{path}` could not be looked for: the runbook lies in no repository"),
                    "keep the runbook beside its scripts, or say in the step where it has to be run",
                ),
                Some(Place::File(_) | Place::Folder) => {}
            }
        }
    }
}
