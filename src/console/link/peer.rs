//! One socket: lines in, lines out, never waiting.
//!
//! It must not know what the lines say.

use crate::wire::LINE_LIMIT;
use rustix::fd::{AsFd, BorrowedFd};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;

/// Who lets so many bytes lie unread is gone.
const OUT_LIMIT: usize = 8 << 20;
/// A buffer that grew larger than this for one line is given back.
const KEPT: usize = 64 << 10;
const CHUNK: usize = 32 << 10;

#[derive(Debug)]
pub struct Peer {
    stream: UnixStream,
    input: Vec<u8>,
    /// Up to here `input` holds no line end.
    searched: usize,
    output: Vec<u8>,
    written: usize,
}

impl Peer {
    pub fn new(stream: UnixStream) -> io::Result<Peer> {
        stream.set_nonblocking(true)?;
        Ok(Peer {
            stream,
            input: Vec::new(),
            searched: 0,
            output: Vec::new(),
            written: 0,
        })
    }

    pub fn wants_to_write(&self) -> bool {
        self.written < self.output.len()
    }

    pub fn send<T: Serialize>(&mut self, message: &T) -> io::Result<()> {
        let line = crate::wire::line(message)?;
        if self.output.len() - self.written + line.len() > OUT_LIMIT {
            return Err(io::Error::other("it does not read what it is sent"));
        }
        self.output.extend_from_slice(&line);
        self.flush()
    }

    /// Writes what can be written now.
    pub fn flush(&mut self) -> io::Result<()> {
        while self.wants_to_write() {
            match self.stream.write(&self.output[self.written..]) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(count) => self.written += count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.output.clear();
        self.output.shrink_to(KEPT);
        self.written = 0;
        Ok(())
    }

    /// Reads what there is, once; `false` at the end of the stream.
    pub fn fill(&mut self) -> io::Result<bool> {
        let length = self.input.len();
        self.input.resize(length + CHUNK, 0);
        let read = self.stream.read(&mut self.input[length..]);
        self.input.truncate(length + *read.as_ref().unwrap_or(&0));
        match read {
            Ok(0) => Ok(false),
            Ok(_) => Ok(true),
            Err(error)
                if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) =>
            {
                Ok(true)
            }
            Err(error) => Err(error),
        }
    }

    /// The next whole line that was read, parsed.
    pub fn next<T: DeserializeOwned>(&mut self) -> io::Result<Option<T>> {
        let Some(found) = self.input[self.searched..]
            .iter()
            .position(|byte| *byte == b'\n')
        else {
            self.searched = self.input.len();
            if self.input.len() > LINE_LIMIT {
                return Err(io::Error::other("it sent a line that is too long"));
            }
            return Ok(None);
        };
        let end = self.searched + found;
        let parsed = serde_json::from_slice(&self.input[..end]);
        self.input.drain(..=end);
        self.input.shrink_to(KEPT);
        self.searched = 0;
        parsed.map(Some).map_err(|error| {
            io::Error::other(format!(
                "it said something that this version does not understand: {error}"
            ))
        })
    }
}

impl AsFd for Peer {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
    use super::*;

    fn pair() -> (UnixStream, Peer) {
        let (theirs, ours) = UnixStream::pair().unwrap();
        (theirs, Peer::new(ours).unwrap())
    }

    #[test]
    fn lines_come_out_whole_however_they_arrive() {
        let (mut theirs, mut peer) = pair();
        theirs.write_all(b"[1,2").unwrap();
        assert!(peer.fill().unwrap());
        assert_eq!(peer.next::<Vec<u32>>().unwrap(), None);
        theirs.write_all(b",3]\n[4]\n[5").unwrap();
        assert!(peer.fill().unwrap());
        assert_eq!(peer.next::<Vec<u32>>().unwrap(), Some(vec![1, 2, 3]));
        assert_eq!(peer.next::<Vec<u32>>().unwrap(), Some(vec![4]));
        assert_eq!(peer.next::<Vec<u32>>().unwrap(), None);
        drop(theirs);
        assert!(!peer.fill().unwrap());
    }

    #[test]
    fn nothing_to_read_is_not_the_end() {
        let (_theirs, mut peer) = pair();
        assert!(peer.fill().unwrap());
        assert_eq!(peer.next::<u32>().unwrap(), None);
    }

    #[test]
    fn what_cannot_be_understood_is_said() {
        let (mut theirs, mut peer) = pair();
        theirs.write_all(b"{\"reply\":\"telepathy\"}\n").unwrap();
        assert!(peer.fill().unwrap());
        let error = peer.next::<crate::wire::Reply>().unwrap_err();
        assert!(error.to_string().contains("does not understand"), "{error}");
    }

    #[test]
    fn who_does_not_read_is_given_up_and_not_waited_for() {
        let (_theirs, mut peer) = pair();
        let text = "x".repeat(1 << 20);
        let given_up = (0..20).find_map(|_| peer.send(&text).err()).unwrap();
        assert!(given_up.to_string().contains("does not read"), "{given_up}");
        assert!(peer.wants_to_write());
    }
}
