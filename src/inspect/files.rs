//! Files that a runbook names.

use crate::runbook::lint::Place;
use std::path::Path;

/// Text files up to this size are read for their headings, bytes.
const LONGEST: u64 = 4 << 20;

/// What a link from a document in `folder` leads to; sites leave endings out.
pub(super) fn linked(folder: &Path, path: &str) -> Place {
    let plain = path.trim_end_matches('/');
    let bare = plain.strip_suffix(".html").unwrap_or(plain);
    let endings = [
        "",
        ".md",
        ".mdx",
        ".markdown",
        "/index.md",
        "/README.md",
        "/_index.md",
    ];
    [plain, bare]
        .into_iter()
        .flat_map(|name| endings.map(|ending| folder.join(format!("{name}{ending}"))))
        .find(|file| file.exists())
        .map_or(Place::Missing, |file| place(&file))
}

/// A script named by a relative path: from the folder where steps run, or from any between the runbook's and the
/// repository's. `None` where there is no repository to look through.
pub(super) fn script(
    folder: &Path,
    repository: &Path,
    cwd: Option<&Path>,
    path: &str,
) -> Option<Place> {
    let up = folder
        .ancestors()
        .take_while(|up| up.starts_with(repository));
    let found = cwd
        .into_iter()
        .chain(up)
        .map(|from| from.join(path))
        .find(|file| file.exists());
    Some(found.map_or(Place::Missing, |file| {
        if file.is_dir() {
            Place::Folder
        } else {
            Place::File(None)
        }
    }))
}

fn place(file: &Path) -> Place {
    match file.metadata() {
        Ok(data) if data.is_dir() => Place::Folder,
        Ok(data) if data.len() <= LONGEST => Place::File(std::fs::read_to_string(file).ok()),
        Ok(_) | Err(_) => Place::File(None),
    }
}
