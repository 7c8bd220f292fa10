//! How the threads of a keeper, and its signal handlers, end the wait of the control loop.

use std::io::Write;
use std::os::unix::net::UnixStream;

/// Ends the control loop's wait, from any thread.
#[derive(Debug)]
pub(super) struct Waker(UnixStream);

impl Waker {
    pub fn new() -> std::io::Result<(Self, UnixStream)> {
        let (near, far) = UnixStream::pair()?;
        near.set_nonblocking(true)?;
        far.set_nonblocking(true)?;
        Ok((Waker(near), far))
    }

    /// A handle for signal handlers.
    pub fn for_signals(&self) -> std::io::Result<UnixStream> {
        self.0.try_clone()
    }

    pub fn wake(&self) {
        // Full means that a wake is on its way already.
        _ = (&self.0).write(&[0]);
    }
}
