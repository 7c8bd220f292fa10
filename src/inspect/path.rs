//! What is installed: the folders of `PATH`, and whether a file is a program built on Cobra.

use std::ffi::OsString;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// The folders of a `PATH`; relative ones are left out, so that nothing of a work folder is ever run.
pub(super) fn folders(path: Option<OsString>) -> Vec<PathBuf> {
    let path = path.unwrap_or_default();
    std::env::split_paths(&path)
        .filter(|folder| folder.is_absolute())
        .collect()
}

pub(super) fn find(folders: &[PathBuf], name: &str) -> Option<PathBuf> {
    let plain = !name.is_empty() && !name.contains('/') && !name.starts_with('.');
    // Server programs lie where only root's `PATH` looks.
    let more = ["/usr/local/sbin", "/usr/sbin", "/sbin"].map(PathBuf::from);
    plain
        .then(|| folders.iter().chain(&more).map(|folder| folder.join(name)))?
        .find(|file| {
            file.metadata()
                .is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
        })
}

/// Whether a file is a binary with Cobra's completion in it.
pub(super) fn holds_cobra(file: &Path) -> bool {
    const WORD: &[u8] = b"__completeNoDesc";
    let Ok(mut opened) = std::fs::File::open(file) else {
        return false;
    };
    let mut magic = [0; 4];
    if opened.read_exact(&mut magic).is_err() || magic != *b"\x7fELF" {
        return false;
    }
    let finder = memchr::memmem::Finder::new(WORD);
    let mut piece = vec![0; 1 << 20];
    let mut kept = 0;
    loop {
        let Ok(count) = opened.read(&mut piece[kept..]) else {
            return false;
        };
        if count == 0 {
            return false;
        }
        let end = kept + count;
        if finder.find(&piece[..end]).is_some() {
            return true;
        }
        kept = (WORD.len() - 1).min(end);
        piece.copy_within(end - kept..end, 0);
    }
}
