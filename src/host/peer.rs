//! Who is speaking: from the kernel's peer credentials, never from what a client claims.

use crate::incident::Actor;
use tokio::net::UnixStream;

/// The process at the other end of a connection.
#[derive(Debug, Clone, Copy)]
pub struct Peer {
    uid: u32,
    pid: i32,
}

impl Peer {
    /// Reads the credentials; refuses anybody but the host's own user and root.
    pub fn of(stream: &UnixStream) -> std::io::Result<Peer> {
        let credentials = stream.peer_cred()?;
        let ours = rustix::process::getuid().as_raw();
        if credentials.uid() != ours && credentials.uid() != 0 {
            return Err(std::io::Error::new(
                std::io::ErrorKind::PermissionDenied,
                format!(
                    "user {} may not speak to the host of user {ours}",
                    credentials.uid()
                ),
            ));
        }
        Ok(Peer {
            uid: credentials.uid(),
            pid: credentials.pid().unwrap_or_default(),
        })
    }

    /// Who that is; `client` is a word for what they use (`console`, `run`).
    pub fn actor(self, client: &str) -> Actor {
        let pid = self.pid;
        // Through sudo or a shared account, the audit's login uid still says who logged in.
        let login = std::fs::read_to_string(format!("/proc/{pid}/loginuid"))
            .ok()
            .and_then(|text| text.trim().parse::<u32>().ok());
        let uid = login.filter(|uid| *uid != u32::MAX).unwrap_or(self.uid);
        let name = uzers::get_user_by_uid(uid).map_or_else(
            || format!("uid {uid}"),
            |user| user.name().to_string_lossy().into_owned(),
        );
        let mut origin = format!("{client} pid {pid}");
        if let Some(from) = environment(pid, "SSH_CONNECTION")
            .as_deref()
            .and_then(|value| value.split(' ').next())
        {
            origin.push_str(" from ");
            origin.push_str(from);
        }
        Actor {
            name,
            origin: crate::mask::printable(&origin).into_owned(),
        }
    }
}

/// One variable of a process, as it was when the process started.
fn environment(pid: i32, name: &str) -> Option<String> {
    let raw = std::fs::read(format!("/proc/{pid}/environ")).ok()?;
    let prefix = format!("{name}=");
    raw.split(|byte| *byte == 0)
        .find_map(|entry| entry.strip_prefix(prefix.as_bytes()))
        .map(|value| String::from_utf8_lossy(value).into_owned())
}
