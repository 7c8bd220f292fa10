//! The consoles at a keeper's socket: bytes in and out, without ever waiting for one of them.
//!
//! It must not act on an ask; the control loop does.

use super::show::Show;
use crate::incident::fact::RunEnd;
use crate::wire::{KeeperAsk, KeeperTell, Picture};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};

/// The longest ask, in bytes: a large paste.
const ASK_LIMIT: usize = 4 << 20;
/// Read from one client before the others have their turn.
const TURN: usize = 256 << 10;
/// Clients at the same time.
const CLIENTS: usize = 64;

/// One console.
#[derive(Debug)]
pub(super) struct Peer {
    pub stream: UnixStream,
    inbox: Vec<u8>,
    outbox: Vec<u8>,
    sent: usize,
    /// The picture it waits for: the version it has, and how far it wants to look back.
    wants: Option<(u64, u32)>,
    /// How far the last picture it got looked back.
    scroll: u32,
    told_end: bool,
    /// It goes once the outbox is empty.
    leaving: bool,
    gone: bool,
}

impl Peer {
    fn new(stream: UnixStream) -> Self {
        Peer {
            stream,
            inbox: Vec::new(),
            outbox: Vec::new(),
            sent: 0,
            wants: None,
            scroll: 0,
            told_end: false,
            leaving: false,
            gone: false,
        }
    }

    pub fn has_output(&self) -> bool {
        self.sent < self.outbox.len()
    }

    /// It has read how the run ended.
    fn knows_end(&self) -> bool {
        self.told_end && !self.has_output()
    }

    pub fn tell(&mut self, tell: &KeeperTell) {
        if let Ok(line) = crate::wire::line(tell) {
            self.outbox.extend_from_slice(&line);
        }
        self.flush();
    }

    pub fn reject(&mut self, why: impl Into<String>) {
        self.tell(&KeeperTell::Rejected { why: why.into() });
    }

    pub fn want(&mut self, have: u64, scroll: u32) {
        self.wants = Some((have, scroll));
    }

    pub fn flush(&mut self) {
        while self.sent < self.outbox.len() {
            match self.stream.write(&self.outbox[self.sent..]) {
                Ok(count) if count > 0 => self.sent += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Ok(_) | Err(_) => {
                    self.gone = true;
                    return;
                }
            }
        }
        self.outbox.clear();
        self.outbox.shrink_to(64 << 10);
        self.sent = 0;
        self.gone |= self.leaving;
    }

    /// Reads what is there; every whole line is an ask.
    pub fn read(&mut self) -> Vec<KeeperAsk> {
        let mut buffer = [0_u8; 16 << 10];
        let mut taken = 0;
        while taken < TURN && self.inbox.len() <= ASK_LIMIT {
            match self.stream.read(&mut buffer) {
                Ok(0) => {
                    self.gone = true;
                    break;
                }
                Ok(count) => {
                    self.inbox.extend_from_slice(&buffer[..count]);
                    taken += count;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(_) => {
                    self.gone = true;
                    break;
                }
            }
        }
        let Some(end) = memchr::memrchr(b'\n', &self.inbox) else {
            if self.inbox.len() > ASK_LIMIT {
                self.inbox.clear();
                self.leaving = true;
                self.reject(format!("an ask is longer than {ASK_LIMIT} bytes"));
            }
            return Vec::new();
        };
        let lines: Vec<u8> = self.inbox.drain(..=end).collect();
        let mut asks = Vec::new();
        for line in lines.split(|&byte| byte == b'\n') {
            if line.is_empty() || self.leaving {
                continue;
            }
            match serde_json::from_slice(line) {
                Ok(ask) => asks.push(ask),
                Err(error) => {
                    self.leaving = true;
                    self.reject(format!("not an ask: {error}"));
                }
            }
        }
        asks
    }
}

/// Everybody who is connected.
#[derive(Debug, Default)]
pub(super) struct Clients {
    pub peers: Vec<Peer>,
    /// Somebody has read how the run ended.
    pub end_was_read: bool,
}

impl Clients {
    /// Takes whoever knocks, if the kernel says that it is the same user.
    pub fn accept(&mut self, listener: &UnixListener) {
        while let Ok((stream, _)) = listener.accept() {
            if stream.set_nonblocking(true).is_err() {
                continue;
            }
            let mut peer = Peer::new(stream);
            let mine = rustix::process::geteuid();
            let uid = rustix::net::sockopt::socket_peercred(&peer.stream).map(|peer| peer.uid);
            let why = match uid {
                Ok(uid) if uid == mine || uid.is_root() => None,
                Ok(uid) => Some(format!(
                    "the step belongs to user {}, not {}",
                    mine.as_raw(),
                    uid.as_raw()
                )),
                Err(error) => Some(format!("the kernel does not say who asks: {error}")),
            };
            let full = self.peers.len() >= CLIENTS;
            if let Some(why) = why.or_else(|| full.then(|| "too many clients".to_owned())) {
                peer.reject(why);
                continue;
            }
            self.peers.push(peer);
        }
    }

    /// Gives a picture to everyone who waits for one, has not got it and has read the one before.
    pub fn show(&mut self, show: &Show, total: u64, ended: Option<&RunEnd>) {
        let version = show.version();
        let mut made: Option<Picture> = None;
        for peer in &mut self.peers {
            let Some((have, scroll)) = peer.wants else {
                continue;
            };
            if peer.has_output() || (have == version && scroll == peer.scroll) {
                continue;
            }
            let picture = match made.take() {
                Some(picture) if picture.scroll == scroll => picture,
                Some(_) | None => Picture {
                    bytes: total,
                    ended: ended.cloned(),
                    ..show.picture(scroll)
                },
            };
            peer.wants = None;
            peer.scroll = scroll;
            let tell = KeeperTell::Picture { picture };
            peer.tell(&tell);
            if let KeeperTell::Picture { picture } = tell {
                made = Some(picture);
            }
        }
    }

    /// Tells everyone, once, how the run ended.
    pub fn tell_end(&mut self, end: &RunEnd) {
        for peer in &mut self.peers {
            if !peer.told_end {
                peer.told_end = true;
                peer.tell(&KeeperTell::Ended { end: end.clone() });
            }
        }
        self.end_was_read |= self.peers.iter().any(Peer::knows_end);
    }

    pub fn anybody_waits(&self) -> bool {
        self.peers.iter().any(|peer| peer.wants.is_some())
    }

    pub fn sweep(&mut self) {
        self.peers.retain(|peer| !peer.gone);
    }
}
