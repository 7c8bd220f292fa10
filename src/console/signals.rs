//! Signals as something a loop can wait for.
//!
//! It must not act on them.

use rustix::fd::{AsFd, BorrowedFd};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGWINCH};
use std::io::{self, Read};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What a signal asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    Resize,
    Suspend,
    /// We were stopped and go on: the terminal may look like anything.
    Continued,
    /// To leave, by this signal.
    Leave(i32),
}

const WATCHED: [(i32, Asked); 7] = [
    (SIGHUP, Asked::Leave(SIGHUP)),
    (SIGTERM, Asked::Leave(SIGTERM)),
    (SIGINT, Asked::Leave(SIGINT)),
    (SIGQUIT, Asked::Leave(SIGQUIT)),
    (SIGTSTP, Asked::Suspend),
    (SIGCONT, Asked::Continued),
    (SIGWINCH, Asked::Resize),
];

#[derive(Debug)]
pub struct Signals {
    pipe: UnixStream,
    came: [Arc<AtomicBool>; WATCHED.len()],
}

impl Signals {
    /// Takes the signals over for the rest of the process's life.
    pub fn take() -> io::Result<Signals> {
        let (pipe, write) = UnixStream::pair()?;
        pipe.set_nonblocking(true)?;
        write.set_nonblocking(true)?;
        let came: [Arc<AtomicBool>; WATCHED.len()] = Default::default();
        for ((signal, _), flag) in WATCHED.iter().zip(&came) {
            // The flag first, so that whoever is woken finds it set.
            signal_hook::flag::register(*signal, Arc::clone(flag))?;
            signal_hook::low_level::pipe::register(*signal, write.try_clone()?)?;
        }
        Ok(Signals { pipe, came })
    }

    /// What came since the last call, the most urgent first.
    pub fn drain(&mut self) -> Vec<Asked> {
        let mut buffer = [0; 64];
        while matches!(self.pipe.read(&mut buffer), Ok(count) if count == buffer.len()) {}
        WATCHED
            .iter()
            .zip(&self.came)
            .filter(|(_, flag)| flag.swap(false, Ordering::Relaxed))
            .map(|((_, asked), _)| *asked)
            .collect()
    }
}

impl AsFd for Signals {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.pipe.as_fd()
    }
}
