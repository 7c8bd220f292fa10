//! What waits for the loop: bounded, and of readings and pictures only the newest.
//!
//! It must not know sockets.

use crate::console::message::{Host, Keeper, Message};
use crate::wire::{KeeperTell, Reply};
use rustix::event::EventfdFlags;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use std::collections::VecDeque;
use std::io;
use std::sync::{Condvar, Mutex, PoisonError};

/// The thread that reads the sockets waits while so many messages are not looked at.
const LIMIT: usize = 256;

/// Wakes whoever polls it; ringing twice is ringing once.
#[derive(Debug)]
pub struct Bell(OwnedFd);

impl Bell {
    pub fn new() -> io::Result<Bell> {
        let flags = EventfdFlags::NONBLOCK | EventfdFlags::CLOEXEC;
        Ok(Bell(rustix::event::eventfd(0, flags)?))
    }

    pub fn ring(&self) {
        // It fails only when it has been rung 2^64 times and nobody listened.
        _ = rustix::io::write(&self.0, &1u64.to_ne_bytes());
    }

    pub fn hush(&self) {
        _ = rustix::io::read(&self.0, &mut [0; 8]);
    }
}

impl AsFd for Bell {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

#[derive(Debug)]
pub struct Inbox {
    messages: Mutex<VecDeque<Message>>,
    room: Condvar,
    bell: Bell,
}

impl Inbox {
    pub fn new() -> io::Result<Inbox> {
        Ok(Inbox {
            messages: Mutex::default(),
            room: Condvar::new(),
            bell: Bell::new()?,
        })
    }

    /// Puts a message in, without waiting.
    pub fn push(&self, message: Message) {
        let mut messages = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
        let place = (0..messages.len())
            .rev()
            // A reading is not moved before what was said about all components after it.
            .take_while(|at| !is_barrier(&messages[*at]))
            .find(|at| replaces(&message, &messages[*at]));
        match place {
            Some(at) => messages[at] = message,
            None => messages.push_back(message),
        }
        drop(messages);
        self.bell.ring();
    }

    /// Waits until there is room for more.
    pub fn wait_for_room(&self) {
        let mut messages = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
        while messages.len() >= LIMIT {
            messages = self
                .room
                .wait(messages)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    pub fn drain(&self) -> VecDeque<Message> {
        self.bell.hush();
        let mut messages = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
        let drained = std::mem::take(&mut *messages);
        self.room.notify_all();
        drained
    }
}

impl AsFd for Inbox {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.bell.as_fd()
    }
}

fn is_barrier(message: &Message) -> bool {
    matches!(
        message,
        Message::Host(Host::Reply(Reply::Components { .. }) | Host::Gone { .. })
            | Message::Keeper {
                event: Keeper::Gone | Keeper::Tell(KeeperTell::Ended { .. }),
                ..
            }
    )
}

/// Whether nobody needs to see `old` any more once `new` is there.
fn replaces(new: &Message, old: &Message) -> bool {
    if let (
        Message::Host(Host::Reply(Reply::Component { component: new })),
        Message::Host(Host::Reply(Reply::Component { component: old })),
    ) = (new, old)
    {
        return new.name == old.name;
    }
    let picture_of = |message: &Message| match message {
        Message::Keeper {
            run,
            event: Keeper::Tell(KeeperTell::Picture { .. }),
        } => Some(*run),
        Message::Keeper { .. }
        | Message::Terminal(_)
        | Message::Host(_)
        | Message::Tick(_)
        | Message::Rested
        | Message::Configured(_)
        | Message::Section(_)
        | Message::Reported { .. } => None,
    };
    picture_of(new).is_some() && picture_of(new) == picture_of(old)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
    use super::*;
    use crate::incident::RunId;
    use crate::wire::Picture;

    fn picture(run: u32, version: u64) -> Message {
        let picture = Picture {
            version,
            ..Picture::default()
        };
        Message::Keeper {
            run: RunId(run),
            event: Keeper::Tell(KeeperTell::Picture { picture }),
        }
    }

    #[test]
    fn of_pictures_the_newest_is_kept_and_nothing_else_is_lost() {
        let inbox = Inbox::new().unwrap();
        let connecting = Message::Host(Host::Connecting);
        inbox.push(picture(1, 1));
        inbox.push(connecting.clone());
        inbox.push(picture(2, 7));
        inbox.push(picture(1, 2));
        inbox.push(connecting.clone());
        let expected = [picture(1, 2), connecting.clone(), picture(2, 7), connecting];
        assert_eq!(Vec::from(inbox.drain()), expected);
        assert!(inbox.drain().is_empty());
    }

    #[test]
    fn nothing_overtakes_the_end_of_a_run() {
        let inbox = Inbox::new().unwrap();
        let gone = Message::Keeper {
            run: RunId(1),
            event: Keeper::Gone,
        };
        for message in [picture(1, 1), gone.clone(), picture(1, 2)] {
            inbox.push(message);
        }
        assert_eq!(
            Vec::from(inbox.drain()),
            [picture(1, 1), gone, picture(1, 2)]
        );
    }

    #[test]
    fn a_full_inbox_holds_the_reader_back_until_it_is_looked_at() {
        let inbox = std::sync::Arc::new(Inbox::new().unwrap());
        for _ in 0..LIMIT {
            inbox.push(Message::Host(Host::Connecting));
        }
        let theirs = std::sync::Arc::clone(&inbox);
        let reader = std::thread::spawn(move || {
            theirs.wait_for_room();
            theirs.push(picture(1, 1));
        });
        assert_eq!(inbox.drain().len(), LIMIT);
        reader.join().unwrap();
        assert_eq!(Vec::from(inbox.drain()), [picture(1, 1)]);
    }
}
