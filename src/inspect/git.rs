//! What git knows of a file: the repository around it, and the day of its last commit.

use super::run;
use jiff::civil::Date;
use std::path::{Path, PathBuf};

/// The top folder of the repository that a folder lies in.
pub(super) fn top(folder: &Path) -> Option<PathBuf> {
    folder
        .ancestors()
        .find(|folder| folder.join(".git").exists())
        .map(Path::to_owned)
}

/// The day of the last commit that touched a file; today's where it has changes that are not committed.
pub(super) fn changed_on(repository: &Path, file: &Path) -> Option<Date> {
    let (repository, file) = (repository.to_str()?, file.to_str()?);
    let printed = run::ask(
        Path::new("git"),
        "git",
        ["-C", repository, "log", "-1", "--format=%cs", "--", file],
    )?;
    printed.out.trim().parse().ok()
}
