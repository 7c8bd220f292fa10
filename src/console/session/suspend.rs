//! Suspending the console as a shell's job, and coming back.

use super::{Ended, Session};
use crate::console::signals::Asked;
use crate::console::terminal;
use rustix::event::{PollFd, PollFlags};
use rustix::process::{Pid, Signal};
use std::time::{Duration, Instant};

impl Session {
    /// Gives the terminal back and stops until somebody continues us; steps and watching go on meanwhile.
    pub(super) fn suspend(&mut self) {
        let Some(scope) = scope() else { return };
        self.settle(Duration::from_millis(100));
        terminal::give_back();
        // Not by SIGTSTP, which we catch.
        let stopped = match scope {
            Scope::Process => {
                rustix::process::kill_process(rustix::process::getpid(), Signal::STOP)
            }
            Scope::Group => rustix::process::kill_current_process_group(Signal::STOP),
        };
        if stopped.is_ok() {
            self.wait_until_continued();
        }
        match self.terminal.take_again() {
            Ok(()) => self.enter(Instant::now()),
            Err(_) => {
                self.ended.get_or_insert(Ended::HungUp);
            }
        }
    }

    /// Begins the screen anew after it was somebody else's.
    pub(super) fn enter(&mut self, now: Instant) {
        self.out.bytes.clear();
        self.out.written = 0;
        self.out.bytes.extend_from_slice(terminal::ENTER);
        if self.mouse {
            self.out.bytes.extend_from_slice(terminal::MOUSE_ON);
        }
        self.pace.forget();
        self.repaint();
        self.resize(now);
    }

    /// This thread may go on for a moment after the stop was sent, while another one takes it: the terminal is not
    /// touched before we have really been stopped and continued.
    fn wait_until_continued(&mut self) {
        loop {
            let mut waited = [PollFd::new(&self.signals, PollFlags::IN)];
            _ = rustix::event::poll(&mut waited, None);
            let asked = self.signals.drain();
            for asked in &asked {
                if let Asked::Leave(signal) = asked {
                    self.ended.get_or_insert(Ended::Signal(*signal));
                }
            }
            if asked.contains(&Asked::Continued) || self.ended.is_some() {
                return;
            }
        }
    }
}

/// What is stopped.
enum Scope {
    /// This process: the shell itself started it.
    Process,
    /// All of the job: a wrapper stands between the shell and us.
    Group,
}

/// `None` where no shell with job control is above us: after `ssh host breakglass` nobody would ever continue a
/// stopped console.
fn scope() -> Option<Scope> {
    let ours = rustix::process::getpgrp();
    let session = rustix::process::getsid(None).ok()?;
    let mut above = rustix::process::getppid()?;
    for level in 0..8 {
        if rustix::process::getsid(Some(above)) != Ok(session) {
            return None;
        }
        if rustix::process::getpgid(Some(above)) != Ok(ours) {
            return Some(if level == 0 {
                Scope::Process
            } else {
                Scope::Group
            });
        }
        above = parent_of(above)?;
    }
    None
}

fn parent_of(pid: Pid) -> Option<Pid> {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    Pid::from_raw(fields.split_whitespace().nth(1)?.parse().ok()?)
}
