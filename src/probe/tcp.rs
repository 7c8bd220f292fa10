//! A port that takes connections.

use super::fault;
use crate::health::{Failure, Observation};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::Instant;

/// Connects and hangs up. The limit holds for all addresses that a name has.
pub(super) async fn look(address: &str, limit: Duration) -> Result<Observation, Failure> {
    let began = Instant::now();
    let stream = tokio::time::timeout(limit, TcpStream::connect(address))
        .await
        .map_err(|_| fault::timed_out(limit))?
        .map_err(|error| fault::io(&error))?;
    let took = began.elapsed().as_secs_f64() * 1_000.0;
    let mut rows = Vec::new();
    if let Ok(peer) = stream.peer_addr()
        && peer.to_string() != address
    {
        rows.push(("address".into(), peer.to_string()));
    }
    Ok(Observation {
        numbers: vec![super::number("connect_ms", took)],
        rows,
        problems: Vec::new(),
        summary: "accepts connections".into(),
    })
}
