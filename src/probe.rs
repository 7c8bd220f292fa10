//! The edge that looks: one small client per kind of component.
//!
//! A probe is a task that sends readings: by polling (interval with jitter, timeout, back-off) or by
//! following a watch. It must not judge; that is `health`.

use crate::config::Component;
use crate::health::Reading;
use tokio::sync::mpsc;

/// A probe at work; dropping it ends it.
#[derive(Debug)]
pub struct Probe {
    refresh: mpsc::Sender<()>,
}

impl Probe {
    /// Looks now, not at the next turn.
    pub fn refresh(&self) {
        _ = self.refresh.try_send(());
    }
}

/// Starts looking at `component`; readings go to `sink` under the component's name. A full sink drops the reading:
/// the latest wins.
pub fn spawn(component: Component, sink: mpsc::Sender<(String, Reading)>) -> Probe {
    _ = (component, sink);
    let (refresh, _) = mpsc::channel(1);
    Probe { refresh }
}

/// One look, within the component's timeout.
pub async fn look(component: &Component) -> Reading {
    _ = component;
    std::future::pending().await
}
