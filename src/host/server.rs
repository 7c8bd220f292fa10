//! The socket: accepts clients, turns lines into inputs of the engine and replies into lines.
//!
//! A client that does not read is let go, never waited for. It must not decide anything.

use super::engine::{ClientId, Input};
use super::peer::Peer;
use super::place::{Place, SocketPath, close_to_others};
use crate::wire::{self, LINE_LIMIT, Reply, Request, VERSION};
use std::io;
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc;

/// Replies that may wait for one client; one that is further behind is let go and comes back for a snapshot.
const BACKLOG: usize = 512;

/// Binds the socket; a stale one, whose host is gone since we hold the lock, is removed.
pub fn listen(place: &Place) -> io::Result<UnixListener> {
    let socket = place.socket();
    match std::fs::remove_file(&socket) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let path = SocketPath::new(&socket)?;
    let listener = UnixListener::bind(path.path())?;
    close_to_others(&socket)?;
    Ok(listener)
}

/// Serves one client until it leaves.
pub async fn client(id: ClientId, stream: UnixStream, inputs: mpsc::Sender<Input>) {
    let Ok(peer) = Peer::of(&stream) else { return };
    let (read, write) = stream.into_split();
    let mut lines = BufReader::new(read);
    let Ok(Some(hello)) = next(&mut lines).await else {
        return;
    };
    let (replies, queue) = mpsc::channel(BACKLOG);
    let writer = tokio::spawn(write_replies(write, queue));
    let Request::Hello {
        version,
        client,
        runbooks,
        config,
    } = hello
    else {
        reject(&replies, "the first line has to be a hello").await;
        return;
    };
    if version != VERSION {
        reject(
            &replies,
            &format!("this host speaks version {VERSION}, the client {version}: end it with `breakglass host stop` and start again"),
        )
        .await;
        return;
    }
    let actor = peer.actor(if client == "run" { "run" } else { "console" });
    if inputs
        .send(Input::Joined {
            id,
            actor,
            client,
            replies: replies.clone(),
            runbooks,
            config,
        })
        .await
        .is_err()
    {
        return;
    }
    loop {
        match next(&mut lines).await {
            Ok(Some(request)) => {
                if inputs.send(Input::Request { id, request }).await.is_err() {
                    break;
                }
            }
            Ok(None) => break,
            Err(error) => {
                reject(&replies, &format!("not understood: {error}")).await;
                break;
            }
        }
    }
    _ = inputs.send(Input::Left { id }).await;
    drop(replies);
    _ = writer.await;
}

async fn reject(replies: &mpsc::Sender<Arc<[u8]>>, why: &str) {
    if let Ok(line) = wire::line(&Reply::Rejected {
        why: why.to_owned(),
    }) {
        _ = replies.send(line.into()).await;
    }
}

/// The next request; `None` at the end of the stream.
async fn next(lines: &mut BufReader<OwnedReadHalf>) -> io::Result<Option<Request>> {
    let mut line = Vec::new();
    let mut limited = lines.take(LINE_LIMIT as u64);
    if limited.read_until(b'\n', &mut line).await? == 0 {
        return Ok(None);
    }
    if line.last() != Some(&b'\n') {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "a line without an end, or longer than allowed",
        ));
    }
    serde_json::from_slice(&line)
        .map(Some)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

async fn write_replies(mut write: OwnedWriteHalf, mut queue: mpsc::Receiver<Arc<[u8]>>) {
    let mut buffer: Vec<u8> = Vec::new();
    while let Some(line) = queue.recv().await {
        buffer.clear();
        buffer.extend_from_slice(&line);
        while buffer.len() < 64 << 10 {
            let Ok(more) = queue.try_recv() else { break };
            buffer.extend_from_slice(&more);
        }
        if write.write_all(&buffer).await.is_err() {
            break;
        }
    }
}
