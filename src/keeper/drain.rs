//! The first stage: reads the master, as fast as the kernel gives, into a bounded buffer that the recorder empties.
//!
//! It must not look at the bytes. When the recorder is behind, reading stops and the step waits: nothing is lost.

use rustix::fd::{AsFd, OwnedFd};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Bytes that may wait for the recorder.
pub(super) const CAPACITY: usize = 512 << 10;
/// So many waiting bytes end the recorder's pause.
const PLENTY: usize = 128 << 10;
/// A terminal gives at most 4 KiB for one read, less where more is asked.
const READ: usize = 64 << 10;

/// What goes to the recorder, in order.
#[derive(Debug, Default)]
pub(super) struct Pending {
    pub bytes: Vec<u8>,
    /// The new size of the terminal, as columns and rows.
    pub resized: Option<(u16, u16)>,
    /// The run is over: what is in `bytes` is the last of it.
    pub finish: Option<Finish>,
    /// The recorder wants to be woken at so many bytes; a wake costs a system call, so none is spent on a busy one.
    wake_at: Option<usize>,
    /// The drain waits for room.
    stuck: bool,
}

/// What the recorder cannot know about the end.
#[derive(Debug, Clone)]
pub(super) struct Finish {
    pub end: crate::incident::fact::RunEnd,
    pub duration: Duration,
    pub output_bytes: u64,
    pub at: jiff::Timestamp,
}

/// Between the drain and the recorder.
#[derive(Debug, Default)]
pub(super) struct Spout {
    pending: Mutex<Pending>,
    filled: Condvar,
    emptied: Condvar,
    /// Bytes read from the terminal so far.
    pub total: AtomicU64,
    /// The terminal has no writer left, or is gone.
    pub closed: AtomicBool,
    /// The drain waits for room.
    pub blocked: AtomicBool,
}

impl Spout {
    fn lock(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, bytes: &[u8]) {
        let mut pending = self.lock();
        while pending.bytes.len() >= CAPACITY {
            pending.stuck = true;
            self.blocked.store(true, Ordering::Relaxed);
            pending = self
                .emptied
                .wait(pending)
                .unwrap_or_else(PoisonError::into_inner);
        }
        self.blocked.store(false, Ordering::Relaxed);
        pending.bytes.extend_from_slice(bytes);
        self.total.fetch_add(bytes.len() as u64, Ordering::Release);
        let wake = pending
            .wake_at
            .is_some_and(|bytes| pending.bytes.len() >= bytes);
        if wake {
            pending.wake_at = None;
        }
        drop(pending);
        if wake {
            self.filled.notify_one();
        }
    }

    /// Tells the recorder that the terminal has another size.
    pub fn resize(&self, cols: u16, rows: u16) {
        self.lock().resized = Some((cols, rows));
        self.filled.notify_one();
    }

    /// Tells the recorder that the run is over.
    pub fn finish(&self, finish: Finish) {
        self.lock().finish = Some(finish);
        self.filled.notify_one();
    }

    /// Swaps what waits with `into` (empty); waits until there is something, or until `patience` is over.
    pub fn take(&self, into: &mut Vec<u8>, patience: Option<Duration>) -> Pending {
        let mut pending = self.lock();
        pending.wake_at = Some(1);
        let idle =
            |p: &mut Pending| p.bytes.is_empty() && p.resized.is_none() && p.finish.is_none();
        pending = match patience {
            None => self
                .filled
                .wait_while(pending, idle)
                .unwrap_or_else(PoisonError::into_inner),
            Some(patience) => {
                self.filled
                    .wait_timeout_while(pending, patience, idle)
                    .unwrap_or_else(PoisonError::into_inner)
                    .0
            }
        };
        pending.wake_at = None;
        std::mem::swap(&mut pending.bytes, into);
        let notes = Pending {
            bytes: Vec::new(),
            resized: pending.resized.take(),
            finish: pending.finish.take(),
            ..Pending::default()
        };
        let stuck = std::mem::take(&mut pending.stuck);
        drop(pending);
        if stuck {
            self.emptied.notify_one();
        }
        notes
    }

    /// Pauses for `pause` so that small reads become one event; plenty of bytes or the end cut it short.
    pub fn linger(&self, pause: Duration) {
        let mut pending = self.lock();
        pending.wake_at = Some(PLENTY);
        drop(
            self.filled
                .wait_timeout_while(pending, pause, |p| {
                    p.bytes.len() < PLENTY && p.finish.is_none()
                })
                .unwrap_or_else(PoisonError::into_inner),
        );
    }
}

/// The drain thread: reads until the terminal is gone.
pub(super) fn run(master: &OwnedFd, spout: &Spout, woken: &super::wake::Waker) {
    let mut buffer = vec![0_u8; READ];
    loop {
        match rustix::io::read(master.as_fd(), &mut buffer[..]) {
            Ok(count) if count > 0 => spout.push(&buffer[..count]),
            Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => {}
            // The end of output on a master is EIO.
            Ok(_) | Err(_) => break,
        }
    }
    spout.closed.store(true, Ordering::Release);
    woken.wake();
}
