//! Reaching the host, which may have to be started first: blocking, so in a thread that lives as long as one try.
//!
//! It must not speak over the connection.

use super::inbox::Bell;
use crate::cli::Common;
use crate::paths::StateDir;
use std::io;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Connects to the host, starting it where it is not there.
pub type Start = fn(&StateDir, &Common) -> io::Result<UnixStream>;

/// What a try came to.
type Outcome = Arc<Mutex<Option<io::Result<UnixStream>>>>;

#[derive(Debug)]
enum Stage {
    /// Nothing is tried before this moment.
    Pausing(Instant),
    Trying(Outcome),
    /// There is a connection, or never will be.
    Resting,
}

/// Tries, pauses, tries again.
#[derive(Debug)]
pub struct Reach {
    start: Start,
    stage: Stage,
    pause: Duration,
    /// Whether a host that is not there is started.
    may_start: bool,
    refused: bool,
}

impl Reach {
    pub fn new(start: Start) -> Reach {
        Reach {
            start,
            stage: Stage::Pausing(Instant::now()),
            pause: FIRST_PAUSE,
            may_start: true,
            refused: false,
        }
    }

    /// When it wants to be asked again without a ring of the bell.
    pub fn deadline(&self) -> Option<Instant> {
        match self.stage {
            Stage::Pausing(until) => Some(until),
            Stage::Trying(_) | Stage::Resting => None,
        }
    }

    /// A connection, once there is one; an error for each try that failed.
    pub fn turn(
        &mut self,
        state: &StateDir,
        common: &Common,
        bell: &Arc<Bell>,
    ) -> Option<io::Result<UnixStream>> {
        match &self.stage {
            Stage::Resting => None,
            Stage::Pausing(until) if Instant::now() < *until => None,
            Stage::Pausing(_) => {
                let outcome = Outcome::default();
                self.stage = Stage::Trying(Arc::clone(&outcome));
                let (state, common, bell) = (state.clone(), common.clone(), Arc::clone(bell));
                let (start, may_start) = (self.start, self.may_start);
                let spawned = std::thread::Builder::new()
                    .name("connect".into())
                    .spawn(move || {
                        let result = if may_start {
                            start(&state, &common)
                        } else {
                            crate::host::client::connect(&state)
                        };
                        *outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
                        bell.ring();
                    });
                let error = spawned.err()?;
                self.lost();
                Some(Err(error))
            }
            Stage::Trying(outcome) => {
                let result = outcome
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .take()?;
                match &result {
                    Ok(_) => self.stage = Stage::Resting,
                    Err(_) => self.lost(),
                }
                Some(result)
            }
        }
    }

    /// The host answers: the next pause is a short one, and if it vanishes it is started again.
    pub fn works(&mut self) {
        self.pause = FIRST_PAUSE;
        self.may_start = true;
    }

    /// The connection broke, or could not be made: try again after a pause.
    pub fn lost(&mut self) {
        if self.refused {
            self.stage = Stage::Resting;
            return;
        }
        self.stage = Stage::Pausing(Instant::now() + self.pause);
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
    }

    /// The host will not talk to us, and will not next time either.
    pub fn refused(&mut self) {
        self.refused = true;
    }

    /// Somebody stopped the host, and did not mean us to start it again.
    pub fn stopped(&mut self) {
        self.may_start = false;
    }

    /// The responder wants something of the host: now, and started if need be.
    pub fn wanted(&mut self) {
        self.may_start = true;
        if let Stage::Pausing(until) = &mut self.stage {
            *until = Instant::now();
        }
    }
}
