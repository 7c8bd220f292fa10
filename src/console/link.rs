//! The console's end of the sockets: to the host, and to the keeper of the run that is followed.
//!
//! One thread waits on both, parses what comes and puts it into the [`inbox`]; the loop that answers keys never waits
//! for it. A host that is gone is connected to again, more slowly each time. It must not decide anything: what is sent
//! comes from `update`, what comes goes there.

mod configured;
mod connect;
mod inbox;
mod peer;
mod work;

pub use connect::Start;

use super::message::{Host, Message};
use crate::cli::Common;
use crate::incident::{IncidentId, RunId};
use crate::wire::{KeeperAsk, Reply, Request};
use inbox::{Bell, Inbox};
use rustix::fd::{AsFd, BorrowedFd};
use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

/// More than anybody can type while nothing is read.
const COMMAND_LIMIT: usize = 1024;

/// What the loop wants of the thread.
#[derive(Debug)]
enum Command {
    Send(Request),
    Follow(Option<(IncidentId, RunId)>),
    Ask(KeeperAsk),
    WriteReport(IncidentId),
    ReadSection { source: String, line: u32 },
}

#[derive(Debug)]
struct Shared {
    inbox: Inbox,
    commands: Mutex<VecDeque<Command>>,
    /// Wakes the thread.
    bell: Arc<Bell>,
}

/// The loop's handle.
#[derive(Debug)]
pub struct Link {
    shared: Arc<Shared>,
}

impl Link {
    /// Starts the thread: it reaches for the host, by `start` where it has to be started, and reads the operator's files.
    pub fn new(common: &Common, start: Start) -> io::Result<Link> {
        let shared = Arc::new(Shared {
            inbox: Inbox::new()?,
            commands: Mutex::default(),
            bell: Arc::new(Bell::new()?),
        });
        let (theirs, common) = (Arc::clone(&shared), common.clone());
        std::thread::Builder::new()
            .name("link".into())
            .spawn(move || work::Work::new(theirs, common, start).run())?;
        Ok(Link { shared })
    }

    pub fn send(&self, request: Request) {
        self.command(Command::Send(request));
    }

    pub fn follow(&self, run: Option<(IncidentId, RunId)>) {
        self.command(Command::Follow(run));
    }

    pub fn ask(&self, ask: KeeperAsk) {
        self.command(Command::Ask(ask));
    }

    /// Writes the report so far, in a thread of its own.
    pub fn write_report(&self, incident: IncidentId) {
        self.command(Command::WriteReport(incident));
    }

    /// Reads a part of a runbook, in a thread of its own.
    pub fn read_section(&self, source: String, line: u32) {
        self.command(Command::ReadSection { source, line });
    }

    /// Everything that came since the last call, in order.
    pub fn drain(&self) -> VecDeque<Message> {
        self.shared.inbox.drain()
    }

    fn command(&self, command: Command) {
        let mut commands = self
            .shared
            .commands
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if commands.len() < COMMAND_LIMIT {
            commands.push_back(command);
        } else if let Command::Send(request) = command
            && let Some(id) = id_of(&request)
        {
            let why = "too much is waiting for the host already: try again";
            self.shared.inbox.push(failed(id, why));
        }
        self.shared.bell.ring();
    }
}

/// Readable when `drain` has something.
impl AsFd for Link {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.shared.inbox.as_fd()
    }
}

fn failed(id: u64, why: &str) -> Message {
    Message::Host(Host::Reply(Reply::Failed {
        id,
        why: why.to_owned(),
    }))
}

/// What an answer would be matched with.
fn id_of(request: &Request) -> Option<u64> {
    match request {
        Request::Intend { id, .. }
        | Request::Prove { id, .. }
        | Request::Candidates { id, .. }
        | Request::Rows { id, .. } => Some(*id),
        Request::Hello { .. }
        | Request::Watch { .. }
        | Request::Refresh { .. }
        | Request::Reload
        | Request::Stop { .. } => None,
    }
}

#[cfg(test)]
mod tests;
