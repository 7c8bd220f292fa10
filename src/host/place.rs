//! Where a host is met: the lock and the socket, in the state folder where that can be written.
//!
//! A state folder that cannot be written must not hide the health of production: host and clients
//! then meet in a private folder below the temporary one, and the journal is said to be broken.

use crate::paths::StateDir;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// The kernel's limit for a socket's path, in bytes, less its final zero.
const SOCKET_PATH_LIMIT: usize = 107;

/// The folder that holds lock and socket.
#[derive(Debug, Clone)]
pub struct Place {
    dir: PathBuf,
}

impl Place {
    /// Finds it, making the folder where needed.
    pub fn find(state: &StateDir) -> io::Result<Place> {
        let wanted = Place {
            dir: state.path().to_owned(),
        };
        let Err(reason) = state.create().and_then(|()| wanted.open_lock()) else {
            return Ok(wanted);
        };
        let uid = rustix::process::getuid().as_raw();
        let digest = crate::incident::entry::digest(state.path().as_os_str().as_encoded_bytes());
        let dir =
            std::env::temp_dir().join(format!("breakglass-{uid}-{}", &digest.to_string()[..12]));
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&dir)?;
        let meta = std::fs::symlink_metadata(&dir)?;
        if !meta.is_dir() || meta.uid() != uid || meta.mode() & 0o077 != 0 {
            return Err(io::Error::other(format!(
                "the state folder `{}` cannot be written ({reason}), and `{}` is not a private folder of yours",
                state.path().display(),
                dir.display()
            )));
        }
        Ok(Place { dir })
    }

    fn open_lock(&self) -> io::Result<File> {
        OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .mode(0o600)
            .open(self.dir.join("host.lock"))
    }

    /// Takes the one host's lock; `None` while another host holds it.
    pub fn lock(&self) -> io::Result<Option<File>> {
        let file = self.open_lock()?;
        match rustix::fs::flock(&file, rustix::fs::FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Some(file)),
            Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    pub fn socket(&self) -> PathBuf {
        self.dir.join("host.sock")
    }

    /// Removes the socket; the lock file stays, so that two hosts never lock different files.
    pub fn leave(&self) {
        _ = std::fs::remove_file(self.socket());
    }
}

/// A path that fits into a socket address, however long the folder's name is.
#[derive(Debug)]
pub struct SocketPath {
    path: PathBuf,
    _dir: Option<OwnedFd>,
}

impl SocketPath {
    /// Goes through `/proc/self/fd` where the path itself is too long.
    pub fn new(socket: &Path) -> io::Result<SocketPath> {
        if socket.as_os_str().len() <= SOCKET_PATH_LIMIT {
            return Ok(SocketPath {
                path: socket.to_owned(),
                _dir: None,
            });
        }
        let (Some(dir), Some(name)) = (socket.parent(), socket.file_name()) else {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "a socket needs a folder and a name",
            ));
        };
        let flags =
            rustix::fs::OFlags::PATH | rustix::fs::OFlags::DIRECTORY | rustix::fs::OFlags::CLOEXEC;
        let fd = rustix::fs::open(dir, flags, rustix::fs::Mode::empty())?;
        let path = PathBuf::from(format!("/proc/self/fd/{}", fd.as_raw_fd())).join(name);
        Ok(SocketPath {
            path,
            _dir: Some(fd),
        })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Makes a socket readable and writable by its owner only.
pub fn close_to_others(socket: &Path) -> io::Result<()> {
    std::fs::set_permissions(socket, std::fs::Permissions::from_mode(0o600))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    #[test]
    fn one_host_holds_the_lock() {
        let dir = tempfile::tempdir().unwrap();
        let place = Place::find(&StateDir::resolve(Some(dir.path().join("state")))).unwrap();
        let held = place.lock().unwrap();
        assert!(held.is_some());
        assert!(place.lock().unwrap().is_none());
        drop(held);
        assert!(place.lock().unwrap().is_some());
    }

    #[test]
    fn a_long_folder_name_still_holds_a_socket() {
        let dir = tempfile::tempdir().unwrap();
        let deep = dir.path().join("x".repeat(120));
        std::fs::create_dir(&deep).unwrap();
        let socket = deep.join("host.sock");
        let listener =
            std::os::unix::net::UnixListener::bind(SocketPath::new(&socket).unwrap().path())
                .unwrap();
        assert!(socket.exists());
        std::os::unix::net::UnixStream::connect(SocketPath::new(&socket).unwrap().path()).unwrap();
        drop(listener);
    }
}
