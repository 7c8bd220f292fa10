//! The edge that looks: one small client per kind of component.
//!
//! A probe is a task that sends readings. Here it is one that polls: an eye is opened on the component and keeps
//! what it needs between looks (connections, counters), [`poll`] decides when it looks. A source that is watched
//! and not asked (a Kubernetes reflector) is another task over the same [`Probe`] and sink: it keeps its cache, sends
//! an observation taken from that cache when it changes and at least once an interval, so that the age of what is
//! shown stays true, and lists anew on [`Probe::refresh`]; its `look` is one list.
//!
//! It must not judge: readings hold figures and what the component says of itself; thresholds and hysteresis are
//! `health`. Every text of a reading is stripped of secrets and control characters here, in one place.
//!
//! `poll` (when to look) · `fault` (errors in words) · `tls` · `words` (figures in words) · one file per kind ·
//! `candidates` (values for placeholders).

mod candidates;
mod command;
mod fault;
mod http;
mod poll;
pub mod postgres;
mod redis;
mod sentinel;
mod tcp;
pub mod tls;
mod words;

pub use candidates::candidates;

use crate::config::{Component, Settings, secret};
use crate::health::{
    Failure, FailureKind, Number, Observation, Outcome, Problem, Reading, Verdict,
};
use crate::mask::{Masker, printable};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio::time::Instant;

/// A probe at work; dropping it ends it.
#[derive(Debug)]
pub struct Probe {
    refresh: mpsc::Sender<()>,
    task: AbortHandle,
}

impl Probe {
    /// Looks now, not at the next turn.
    pub fn refresh(&self) {
        _ = self.refresh.try_send(());
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Starts looking at `component`, at once and then at every turn; readings go to `sink` under the component's name.
/// While the sink is full the newest reading waits and replaces the one before: the latest wins. Needs a runtime.
pub fn spawn(component: Component, sink: mpsc::Sender<(String, Reading)>) -> Probe {
    let (refresh, asked) = mpsc::channel(1);
    let pace = poll::Pace::new(component.interval);
    let name = component.name.clone();
    let eye = Eye::open(component);
    let task = tokio::spawn(poll::run(eye, pace, name, sink, asked)).abort_handle();
    Probe { refresh, task }
}

/// One look, within the component's timeout.
pub async fn look(component: &Component) -> Reading {
    poll::reading(&mut Eye::open(component.clone())).await
}

/// A figure without thresholds; `health` knows those.
fn number(name: &str, value: f64) -> Number {
    Number {
        name: name.into(),
        value,
        warn: None,
        down: None,
        lower_is_worse: false,
    }
}

fn problem(verdict: Verdict, signal: &str, reason: impl Into<String>) -> Problem {
    Problem {
        verdict,
        signal: signal.into(),
        reason: reason.into(),
    }
}

/// Something that can be looked at again and again.
trait Look: Send {
    /// How long one look may take.
    fn limit(&self) -> Duration;

    /// Looks once. What was not finished within the limit is dropped.
    fn look(&mut self) -> impl Future<Output = Outcome> + Send;
}

/// An open eye on one component.
#[derive(Debug)]
struct Eye {
    component: Component,
    kind: Kind,
    keys: Option<Keys>,
}

/// The settings with passwords that were fetched.
#[derive(Debug)]
struct Keys {
    settings: Settings,
    fetched: Instant,
    was_refused: bool,
}

/// How long fetched passwords are good for. One that was rotated meanwhile is fetched at the first refusal.
const KEYS_LAST: Duration = Duration::from_secs(60);

#[derive(Debug)]
enum Kind {
    Postgres(postgres::Eye),
    Redis(redis::Eye),
    Sentinel(sentinel::Eye),
    Http(http::Eye),
    Tcp,
    Command,
}

impl Eye {
    fn open(component: Component) -> Self {
        tls::install();
        let kind = match &component.settings {
            Settings::Postgres(_) => Kind::Postgres(postgres::Eye::default()),
            Settings::Redis(_) => Kind::Redis(redis::Eye::default()),
            Settings::Sentinel(_) => Kind::Sentinel(sentinel::Eye::default()),
            Settings::Http(_) => Kind::Http(http::Eye::default()),
            Settings::Tcp { .. } => Kind::Tcp,
            Settings::Command(_) => Kind::Command,
        };
        Eye {
            component,
            kind,
            keys: None,
        }
    }

    /// The settings with every password filled in. Where it cannot be had now, the one before is tried again: what
    /// keeps passwords may be down, too.
    async fn settings(&mut self, limit: Duration) -> Result<Settings, Failure> {
        if secret::sources(&self.component.settings).is_empty() {
            return Ok(self.component.settings.clone());
        }
        if let Some(keys) = &self.keys
            && !keys.was_refused
            && keys.fetched.elapsed() < KEYS_LAST
        {
            return Ok(keys.settings.clone());
        }
        let mut settings = self.component.settings.clone();
        match (secret::fetch(&mut settings, limit).await, &self.keys) {
            (Ok(()), _) => {}
            (Err(_), Some(before)) => settings.clone_from(&before.settings),
            (Err(why), None) => return Err(fault::misconfigured(why)),
        }
        self.keys = Some(Keys {
            settings: settings.clone(),
            fetched: Instant::now(),
            was_refused: false,
        });
        Ok(settings)
    }

    /// The look of a kind. `settings` have their passwords; `limit` leaves room to report what timed out.
    async fn observe(
        &mut self,
        settings: &Settings,
        limit: Duration,
    ) -> Result<Observation, Failure> {
        match (&mut self.kind, settings) {
            (Kind::Postgres(eye), Settings::Postgres(postgres)) => {
                eye.look(postgres, limit, self.component.bad_after).await
            }
            (Kind::Redis(eye), Settings::Redis(redis)) => {
                eye.look(redis, limit, self.component.bad_after).await
            }
            (Kind::Sentinel(eye), Settings::Sentinel(sentinel)) => eye.look(sentinel, limit).await,
            (Kind::Http(eye), Settings::Http(http)) => eye.look(http, limit).await,
            (_, Settings::Tcp { address }) => tcp::look(address, limit).await,
            (_, Settings::Command(command)) => command::look(command, limit).await,
            (
                Kind::Postgres(_)
                | Kind::Redis(_)
                | Kind::Sentinel(_)
                | Kind::Http(_)
                | Kind::Tcp
                | Kind::Command,
                Settings::Postgres(_)
                | Settings::Redis(_)
                | Settings::Sentinel(_)
                | Settings::Http(_),
            ) => Err(fault::misconfigured("the settings are of another kind")),
        }
    }
}

impl Look for Eye {
    fn limit(&self) -> Duration {
        self.component.timeout
    }

    async fn look(&mut self) -> Outcome {
        let limit = self.component.timeout.mul_f64(0.9);
        let (settings, seen) = match self.settings(limit).await {
            Ok(settings) => {
                let seen = self.observe(&settings, limit).await;
                (settings, seen)
            }
            Err(failure) => (self.component.settings.clone(), Err(failure)),
        };
        if let (Err(failure), Some(keys)) = (&seen, &mut self.keys) {
            keys.was_refused = failure.kind == FailureKind::Denied;
        }
        let masker = Masker::new(&secret::known(&settings));
        let clean = |text: &mut String| *text = printable(&masker.mask(text)).into_owned();
        match seen {
            Ok(mut seen) => {
                clean(&mut seen.summary);
                for (label, value) in &mut seen.rows {
                    clean(label);
                    clean(value);
                }
                for problem in &mut seen.problems {
                    clean(&mut problem.reason);
                }
                Outcome::Seen(seen)
            }
            Err(mut failure) => {
                clean(&mut failure.message);
                Outcome::Failed(failure)
            }
        }
    }
}
