//! The processes of the step's session, found by their session id in `/proc`.
//!
//! Each is held by a pidfd, so that a pid which was given to somebody else is never signalled.

use rustix::fd::OwnedFd;
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

/// One living process of the session.
#[derive(Debug)]
pub(super) struct Member {
    /// Readable when it has ended.
    pub fd: OwnedFd,
}

impl Member {
    pub fn signal(&self, signal: Signal) {
        // It may have ended by itself, which is what was wanted.
        _ = pidfd_send_signal(&self.fd, signal);
    }
}

/// Everything that lives in the session that `leader` leads, without the leader.
pub(super) fn members(leader: Pid) -> Vec<Member> {
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok())
        .filter_map(Pid::from_raw)
        .filter(|&pid| pid != leader && is_in(pid, leader))
        .filter_map(|pid| {
            let fd = pidfd_open(pid, PidfdFlags::empty()).ok()?;
            // Looked at again now that it is held.
            is_in(pid, leader).then_some(Member { fd })
        })
        .collect()
}

fn is_in(pid: Pid, leader: Pid) -> bool {
    std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()))
        .ok()
        .and_then(|stat| session_of(&stat))
        == Some(leader.as_raw_nonzero().get())
}

/// The session id in a line of `/proc/PID/stat`; `None` for what is dead already. The name in brackets may hold
/// anything, so the fields are counted from its last bracket.
fn session_of(stat: &str) -> Option<i32> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_ascii_whitespace();
    let state = fields.next()?;
    let session = fields.nth(2)?.parse().ok()?;
    (state != "Z" && state != "X").then_some(session)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn session_is_read_past_a_hostile_name() {
        assert_eq!(session_of("12 (sleep) S 1 12 77 0 -1"), Some(77));
        assert_eq!(session_of("12 (a) R 1 2 3 () S 1 12 78 0 -1"), Some(78));
        assert_eq!(session_of("12 (sleep) Z 1 12 77 0 -1"), None);
        assert_eq!(session_of("nonsense"), None);
    }
}
