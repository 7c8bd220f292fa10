//! Ending a step against its will: INT, then TERM, then KILL, each after a grace period.
//!
//! INT goes to the terminal's foreground group, as Ctrl-C would; TERM and KILL to every process of the session.
//! It must not know who asked.

use super::session;
use rustix::fd::{AsFd, OwnedFd};
use rustix::process::{Pid, Signal, kill_process_group};
use std::time::{Duration, Instant};

/// Why it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    Asked,
    TimedOut,
}

/// How far it went.
#[derive(Debug)]
pub(super) struct Cancel {
    pub reason: Reason,
    /// The last signal that was sent.
    pub signal: Signal,
    /// When the next harder one is due.
    pub due: Instant,
}

/// Between two KILLs, for what forked in the meantime.
const AGAIN: Duration = Duration::from_millis(100);

impl Cancel {
    /// Sends INT.
    pub fn begin(
        reason: Reason,
        master: &OwnedFd,
        leader: Pid,
        grace: Duration,
        now: Instant,
    ) -> Self {
        let group = rustix::termios::tcgetpgrp(master.as_fd()).unwrap_or(leader);
        // Group 1 would be everybody. A group that has gone needs no signal.
        if group.as_raw_nonzero().get() > 1 {
            _ = kill_process_group(group, Signal::INT);
        }
        Cancel {
            reason,
            signal: Signal::INT,
            due: now + grace,
        }
    }

    /// Sends the next signal if it is due.
    pub fn step(&mut self, leader: Pid, grace: Duration, now: Instant) {
        if now < self.due {
            return;
        }
        if self.signal == Signal::INT {
            self.signal = Signal::TERM;
            self.due = now + grace;
            for member in session::members(leader) {
                member.signal(Signal::TERM);
                // What is stopped would not hear it.
                member.signal(Signal::CONT);
            }
        } else {
            self.signal = Signal::KILL;
            self.due = now + AGAIN;
            for member in session::members(leader) {
                member.signal(Signal::KILL);
            }
        }
    }
}
