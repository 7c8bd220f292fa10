//! Leaving without leaving anything behind for the shell.

use super::{Session, timespec};
use crate::console::input::Input;
use rustix::event::{PollFd, PollFlags};
use std::time::{Duration, Instant};

/// An answer of the terminal that is owed when we leave is waited for this long, so that the shell does not get it.
pub(super) const OWED_PATIENCE: Duration = Duration::from_millis(500);
pub(super) const OWED_PATIENCE_ON_SIGNAL: Duration = Duration::from_millis(50);

impl Session {
    /// Waits for the answer that the terminal owes; what is typed meanwhile is for nobody.
    pub(super) fn settle(&mut self, patience: Duration) {
        let begun = Instant::now();
        while let Some(owed) = self.pace.owed() {
            let now = Instant::now();
            let until = owed.min(begun + patience);
            if until <= now {
                return;
            }
            let timeout = timespec(until - now);
            let mut waited = [PollFd::new(&self.terminal, PollFlags::IN)];
            let polled = rustix::event::poll(&mut waited, Some(&timeout));
            let mut buffer = [0; 4096];
            let Ok(1..) = polled else { return };
            let Ok(Some(count @ 1..)) = self.terminal.read(&mut buffer) else {
                return;
            };
            let mut inputs = Vec::new();
            self.decoder.feed(&buffer[..count], &mut inputs);
            for _ in inputs.iter().filter(|input| **input == Input::Answer) {
                self.pace.answered(now);
            }
        }
    }
}
