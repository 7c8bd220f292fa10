//! Suspending the console as a shell's job, and coming back.

use super::{Ended, Session};
use crate::console::signals::Asked;
use crate::console::terminal;
use rustix::event::{PollFd, PollFlags};
use rustix::process::Signal;
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// This process: the shell itself started it.
    Process,
    /// All of the job: a wrapper stands between the shell and us.
    Group,
}

/// How a process stands to the shells above it. Plain numbers: a leader outside of a container's pid namespace is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Standing {
    parent: i32,
    group: i32,
    session: i32,
}

/// `None` where no shell with job control is above us: after `ssh host breakglass` nobody would ever continue a
/// stopped console.
fn scope() -> Option<Scope> {
    scope_of(rustix::process::getpid().as_raw_nonzero().get(), |pid| {
        standing(&std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
    })
}

fn scope_of(pid: i32, look: impl Fn(i32) -> Option<Standing>) -> Option<Scope> {
    let ours = look(pid)?;
    let mut above = ours.parent;
    for level in 0..8 {
        let theirs = look(above)?;
        if theirs.session != ours.session {
            return None;
        }
        if theirs.group != ours.group {
            return Some(if level == 0 {
                Scope::Process
            } else {
                Scope::Group
            });
        }
        above = theirs.parent;
    }
    None
}

/// Reads a line of `/proc/PID/stat`, as proc_pid_stat(5) has it; the name in brackets may hold anything.
fn standing(stat: &str) -> Option<Standing> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut numbers = fields.split_whitespace().skip(1).map(str::parse);
    Some(Standing {
        parent: numbers.next()?.ok()?,
        group: numbers.next()?.ok()?,
        session: numbers.next()?.ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `processes`: pid, parent, group, session; the console is 9.
    #[track_caller]
    fn check(processes: &[[i32; 4]], expected: Option<Scope>) {
        let look = |pid| {
            let found = processes.iter().find(|process| process[0] == pid)?;
            let [pid, parent, group, session] = found;
            standing(&format!(
                "{pid} (a) b (c) S {parent} {group} {session} 34816 {group} 4194304"
            ))
        };
        assert_eq!(scope_of(9, look), expected);
    }

    #[test]
    fn a_shell_or_what_stands_between_is_found() {
        check(&[[9, 5, 9, 5], [5, 1, 5, 5]], Some(Scope::Process));
        check(
            &[[9, 8, 8, 5], [8, 5, 8, 5], [5, 1, 5, 5]],
            Some(Scope::Group),
        );
        // The shell's session began outside of this pid namespace.
        check(&[[9, 5, 9, 0], [5, 1, 5, 0]], Some(Scope::Process));
    }

    #[test]
    fn without_a_shell_nothing_is_stopped() {
        // It leads its session: `ssh host breakglass`; above it is another one, of this namespace or not.
        check(&[[9, 5, 9, 9], [5, 1, 5, 5]], None);
        check(&[[9, 5, 9, 9], [5, 1, 0, 0]], None);
        // Its parent is outside of the namespace, or it is the first process in it.
        check(&[[9, 0, 9, 9]], None);
        check(&[[9, 1, 1, 1], [1, 0, 1, 1]], None);
    }
}
