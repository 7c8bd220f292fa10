//! A small blocking client of a keeper's socket, and how to reach one whose path is too long for a socket.
//!
//! It must not know what the asks mean.

use crate::paths::RunDir;
use crate::wire::{KeeperAsk, KeeperTell};
use std::io::{BufRead, BufReader, Error, Write};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;

/// Connects to the keeper of a run, wherever its folder is: the path goes through an open folder, because a
/// socket's address holds 107 bytes. An async caller hands the stream to its runtime.
pub fn connect(dir: &RunDir) -> std::io::Result<UnixStream> {
    let folder = std::fs::File::open(&dir.0)?;
    UnixStream::connect(format!("/proc/self/fd/{}/keeper.sock", folder.as_raw_fd()))
}

/// One connection to a keeper.
#[derive(Debug)]
pub struct Client {
    reader: BufReader<UnixStream>,
    writer: UnixStream,
}

impl Client {
    pub fn connect(dir: &RunDir) -> std::io::Result<Self> {
        let writer = connect(dir)?;
        let reader = BufReader::new(writer.try_clone()?);
        Ok(Client { reader, writer })
    }

    pub fn ask(&mut self, ask: &KeeperAsk) -> std::io::Result<()> {
        self.writer.write_all(&crate::wire::line(ask)?)
    }

    /// Waits for the next answer; `None` when the keeper has gone.
    pub fn next_tell(&mut self) -> std::io::Result<Option<KeeperTell>> {
        let mut line = String::new();
        if self.reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        serde_json::from_str(&line).map(Some).map_err(Error::from)
    }

    /// Bounds the wait of [`Client::next_tell`].
    pub fn set_patience(&self, patience: Option<std::time::Duration>) -> std::io::Result<()> {
        self.writer.set_read_timeout(patience)
    }
}
