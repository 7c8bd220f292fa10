//! Writes what was typed into the step's terminal, on a thread of its own: a step that does not read must not hold
//! up the control loop. What is typed is recorded nowhere; only its echo is, as output.

use rustix::fd::{AsFd, OwnedFd};
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, PoisonError};

/// Bytes that may wait for a step that does not read.
const CAPACITY: usize = 1 << 20;

/// Between whoever types and the terminal.
#[derive(Debug, Default)]
pub(super) struct Keys {
    waiting: Mutex<VecDeque<u8>>,
    filled: Condvar,
}

impl Keys {
    /// False where the step has not read for so long that nothing more is taken.
    pub fn push(&self, bytes: &[u8]) -> bool {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() + bytes.len() > CAPACITY {
            return false;
        }
        waiting.extend(bytes);
        drop(waiting);
        self.filled.notify_one();
        true
    }

    /// The thread: ends when the terminal is gone.
    pub fn run(&self, master: &OwnedFd) {
        loop {
            let mut waiting = self
                .filled
                .wait_while(
                    self.waiting.lock().unwrap_or_else(PoisonError::into_inner),
                    |waiting| waiting.is_empty(),
                )
                .unwrap_or_else(PoisonError::into_inner);
            let chunk: Vec<u8> = {
                let count = waiting.len().min(512);
                waiting.drain(..count).collect()
            };
            drop(waiting);
            let mut rest = &chunk[..];
            while !rest.is_empty() {
                match rustix::io::write(master.as_fd(), rest) {
                    Ok(count) => rest = rest.get(count..).unwrap_or_default(),
                    Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => {}
                    Err(_) => return,
                }
            }
        }
    }
}
