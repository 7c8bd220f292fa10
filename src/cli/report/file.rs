//! Files that are whole or not there: written beside their name, synced, and then given it.
//!
//! It must not know what stands in them.

use std::fs::{File, OpenOptions};
use std::io::{Error, ErrorKind, Result, Write};
use std::path::{Path, PathBuf};

/// Puts `bytes` under this very name; an old file stays until the new one is whole.
/// What is no regular file (`/dev/stdout`, a pipe) is written to as it is; a link is followed.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let path = match std::fs::canonicalize(path) {
        Ok(path) if path.is_dir() => {
            return Err(Error::other("it is a folder; name a file in it"));
        }
        Ok(path) if !path.is_file() => {
            return OpenOptions::new().write(true).open(path)?.write_all(bytes);
        }
        Ok(path) => path,
        Err(_) => path.to_owned(),
    };
    let part = Part::write(&path, bytes)?;
    std::fs::rename(&part.0, path)
}

/// Puts `bytes` into a new file of `folder`: `NAME.EXTENSION`, or, where that is taken, `NAME-2.EXTENSION` and so on.
/// Nothing that is there is touched. The new file's path.
pub fn add(folder: &Path, name: &str, extension: &str, bytes: &[u8]) -> Result<PathBuf> {
    let part = Part::write(&folder.join(format!("{name}.{extension}")), bytes)?;
    for number in 1..10_000 {
        let path = folder.join(match number {
            1 => format!("{name}.{extension}"),
            _ => format!("{name}-{number}.{extension}"),
        });
        match rename_to_new(&part.0, &path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

/// Renames, but never onto something that is there.
fn rename_to_new(from: &Path, to: &Path) -> Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        // A file system that cannot: a second name for the file does the same.
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => std::fs::hard_link(from, to),
        done => Ok(done?),
    }
}

/// A file that is removed unless it was renamed.
struct Part(PathBuf);

impl Part {
    /// Writes and syncs it beside the name it is meant for.
    fn write(path: &Path, bytes: &[u8]) -> Result<Part> {
        let mut beside = path.file_name().unwrap_or_default().to_owned();
        beside.push(format!(".{}.part", std::process::id()));
        let path = path.with_file_name(beside);
        let mut file: File = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path)?;
        let part = Part(path);
        file.write_all(bytes)?;
        file.sync_all()?;
        Ok(part)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // After the rename there is nothing to remove.
        _ = std::fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn what_is_there_is_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let add = |text: &str| add(folder.path(), "INC-7", "md", text.as_bytes()).unwrap();
        // A link that leads nowhere is something that is there.
        std::os::unix::fs::symlink("/nowhere/else", folder.path().join("INC-7-2.md")).unwrap();
        assert_eq!(add("first"), folder.path().join("INC-7.md"));
        assert_eq!(add("second"), folder.path().join("INC-7-3.md"));
        assert_eq!(
            names(folder.path()),
            ["INC-7-2.md", "INC-7-3.md", "INC-7.md"]
        );
        let read = |name| std::fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(
            (read("INC-7.md"), read("INC-7-3.md")),
            ("first".into(), "second".into())
        );
    }

    #[test]
    fn replacing_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("r.md");
        replace(&path, b"one").unwrap();
        replace(&path, b"two").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
        assert_eq!(names(folder.path()), ["r.md"]);
        assert!(replace(folder.path(), b"x").is_err());
        assert!(add(&folder.path().join("none"), "a", "md", b"x").is_err());
    }
}
