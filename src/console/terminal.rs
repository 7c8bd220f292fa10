//! The real terminal: taking it, giving it back whatever happens, reading and writing without waiting.
//!
//! The terminal is opened anew, so that not waiting concerns this process alone and not the shell that shares standard
//! input. It must not know what is drawn, nor what the bytes mean.

use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::termios::{OptionalActions, QueueSelector, Termios};
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Alternate screen, cleared, with a hidden cursor; pastes come in brackets.
pub const ENTER: &[u8] = b"\x1b[?1049h\x1b[?25l\x1b[?2004h\x1b[m\x1b[H\x1b[J";
/// Whatever somebody else left in force.
pub const PLAIN: &[u8] = b"\x1b[?25l\x1b[m";
/// Presses, releases, drags and the wheel, in the form without a limit of columns.
pub const MOUSE_ON: &[u8] = b"\x1b[?1002h\x1b[?1006h";
pub const MOUSE_OFF: &[u8] = b"\x1b[?1006l\x1b[?1002l";

/// Undoes everything that may be on, cancelling a sequence that was cut in the middle.
const LEAVE: &[u8] = b"\x18\x1b[?2026l\x1b[?1006l\x1b[?1002l\x1b[?2004l\x1b[m\x1b[?25h\x1b[?1049l";

/// How long a terminal that takes nothing is waited for before it is left as it is.
const LEAVE_PATIENCE: Duration = Duration::from_millis(200);

/// What has to be put back; here and not in `Terminal`, because a panic anywhere must find it.
static TAKEN: Mutex<Option<Taken>> = Mutex::new(None);
/// Whether it is ours to write to.
static OURS: AtomicBool = AtomicBool::new(false);
static PANICKED: AtomicBool = AtomicBool::new(false);

struct Taken {
    tty: OwnedFd,
    before: Termios,
}

/// The terminal in our hands.
#[derive(Debug)]
pub struct Terminal {
    tty: OwnedFd,
    raw: Termios,
    before: Termios,
}

impl Terminal {
    /// Switches the terminal of standard input to raw mode; `ENTER` has still to be written.
    pub fn take() -> io::Result<Terminal> {
        let (stdin, stdout) = (rustix::stdio::stdin(), rustix::stdio::stdout());
        if !rustix::termios::isatty(stdin) || !rustix::termios::isatty(stdout) {
            return Err(io::Error::other(
                "the console needs a terminal on standard input and output: use `breakglass check` or \
                 `breakglass run` without one",
            ));
        }
        let tty = open_anew(stdin)?;
        let before = rustix::termios::tcgetattr(&tty)?;
        let mut raw = before.clone();
        raw.make_raw();
        let terminal = Terminal { tty, raw, before };
        terminal.take_again()?;
        Ok(terminal)
    }

    /// Raw mode, after a suspension.
    pub fn take_again(&self) -> io::Result<()> {
        let taken = Taken {
            tty: self.tty.try_clone()?,
            before: self.before.clone(),
        };
        *TAKEN.lock().unwrap_or_else(PoisonError::into_inner) = Some(taken);
        rustix::termios::tcsetattr(&self.tty, OptionalActions::Now, &self.raw)?;
        OURS.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Columns and rows; 80×24 where the terminal does not know.
    pub fn size(&self) -> (u16, u16) {
        match rustix::termios::tcgetwinsize(&self.tty) {
            Ok(size) if size.ws_col > 0 && size.ws_row > 0 => (size.ws_col, size.ws_row),
            Ok(_) | Err(_) => (80, 24),
        }
    }

    /// What there is to read: `None` when nothing is, 0 bytes when the terminal has gone.
    pub fn read(&self, buffer: &mut [u8]) -> io::Result<Option<usize>> {
        match rustix::io::read(&self.tty, buffer) {
            Ok(count) => Ok(Some(count)),
            Err(Errno::AGAIN | Errno::INTR) => Ok(None),
            Err(Errno::IO | Errno::NXIO) => Ok(Some(0)),
            Err(error) => Err(error.into()),
        }
    }

    /// How much of it was written: `None` when the terminal takes nothing now.
    pub fn write(&self, bytes: &[u8]) -> io::Result<Option<usize>> {
        if !OURS.load(Ordering::Relaxed) {
            return Err(io::Error::other("the terminal has been given back"));
        }
        match rustix::io::write(&self.tty, bytes) {
            Ok(count) => Ok(Some(count)),
            Err(Errno::AGAIN | Errno::INTR) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

impl AsFd for Terminal {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.tty.as_fd()
    }
}

/// An own description of the same terminal, one that never waits. Where it cannot be had (after `su` the device belongs
/// to somebody else) the given one is used, and then a write may wait.
fn open_anew(stdin: BorrowedFd<'_>) -> io::Result<OwnedFd> {
    let flags = OFlags::RDWR | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    for path in ["/proc/self/fd/0", "/dev/tty"] {
        if let Ok(tty) = rustix::fs::open(path, flags, Mode::empty())
            && rustix::termios::isatty(&tty)
        {
            return Ok(tty);
        }
    }
    Ok(rustix::io::fcntl_dupfd_cloexec(stdin, 3)?)
}

/// Gives the terminal back as it was: screen, cursor, pastes, mouse, and line mode. Does nothing where it is not taken.
pub fn give_back() {
    // A panic while the lock is held finds it locked: then somebody is giving it back already.
    let taken = match TAKEN.try_lock() {
        Ok(mut taken) => taken.take(),
        Err(std::sync::TryLockError::Poisoned(poisoned)) => poisoned.into_inner().take(),
        Err(std::sync::TryLockError::WouldBlock) => None,
    };
    let Some(taken) = taken else {
        return;
    };
    OURS.store(false, Ordering::Relaxed);
    write_all(&taken.tty, LEAVE);
    // Nothing that was typed at the console is for the shell, and no late answer of the terminal either.
    _ = rustix::termios::tcflush(&taken.tty, QueueSelector::IFlush);
    _ = rustix::termios::tcsetattr(&taken.tty, OptionalActions::Now, &taken.before);
}

fn write_all(tty: &OwnedFd, mut bytes: &[u8]) {
    let deadline = Instant::now() + LEAVE_PATIENCE;
    while !bytes.is_empty() {
        match rustix::io::write(tty, bytes) {
            Ok(count) => bytes = &bytes[count..],
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) if Instant::now() < deadline => {
                std::thread::sleep(Duration::from_millis(2));
            }
            Err(_) => return,
        }
    }
}

/// From now on a panic gives the terminal back before it says anything, and ends the process whichever thread it is in.
pub fn give_back_on_panic() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        give_back();
        report(panic);
        PANICKED.store(true, Ordering::Relaxed);
        // The loop, if it is another thread's panic, leaves on this.
        _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::TERM);
    }));
}

/// Whether a panic has been reported.
pub fn panicked() -> bool {
    PANICKED.load(Ordering::Relaxed)
}

/// Whether the terminal may have no glyphs beyond ASCII: a locale that is not UTF-8, or an old terminal.
pub fn is_ascii() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .filter_map(std::env::var_os)
        .find(|value| !value.is_empty());
    let speaks_utf8 = locale.is_none_or(|locale| {
        let locale = locale.to_string_lossy().to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    });
    let term = std::env::var("TERM").unwrap_or_default();
    !speaks_utf8
        || matches!(term.as_str(), "linux" | "ansi" | "dumb" | "")
        || term.starts_with("vt")
}

/// Whether colours may be used: `NO_COLOR` is not set, and the terminal has some.
pub fn has_colour() -> bool {
    let term = std::env::var("TERM").unwrap_or_default();
    let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    wanted && term != "dumb" && !term.starts_with("vt1") && !term.starts_with("vt2")
}
