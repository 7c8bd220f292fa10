//! When the next frame may go: one in flight, so that a thin line never holds more than the last thing seen.
//!
//! After some bytes the terminal is asked for its status (`CSI 5 n`); its answer says that all before has been shown.
//! Where a terminal never answers, time and a byte rate take over. It must not write, read or look at a clock: times
//! are handed in.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The question, appended to a frame.
pub const QUESTION: &[u8] = b"\x1b[5n";

/// Thirty frames a second.
const SPACING: Duration = Duration::from_millis(33);
/// So many bytes go unasked.
const UNASKED: usize = 256;
/// A key's frame may go while at most so many bytes are unanswered.
const WINDOW: usize = 2048;
/// How long an answer is waited for, at first; later it depends on how long answers took.
const PATIENCE: Duration = Duration::from_millis(250);
const PATIENCE_LIMIT: Duration = Duration::from_secs(2);
/// After so many questions in a row without an answer they are left out …
const SILENT: u32 = 3;
/// … for this long: another terminal may have been attached meanwhile.
const ASK_AGAIN: Duration = Duration::from_secs(60);
/// After so many late answers in a row the count of questions is begun anew.
const LATE: u32 = 8;
/// Output may change the screen by so many bytes a second …
const RATE: f64 = 24_000.0;
/// … and by so many at once after a pause.
const BURST: f64 = 8_000.0;
/// What keys caused is not held back by the rate, but output waits for it up to this debt.
const DEBT: f64 = -12_000.0;
/// Output this soon after a key is taken for the key's echo.
const ECHO: Duration = Duration::from_millis(100);

/// Why a frame is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// Somebody pressed a key, pasted, or changed the size: they wait for it.
    Key,
    /// Anything else: output, readings, the clock.
    Output,
}

#[derive(Debug)]
struct Asked {
    at: Instant,
    bytes: usize,
}

#[derive(Debug)]
pub struct Pace {
    /// Questions without an answer yet, the oldest first.
    asked: VecDeque<Asked>,
    /// Questions that were given up, and whose answers may still come.
    given_up: u32,
    /// Answers in a row that came after their question was given up.
    late: u32,
    unasked_bytes: usize,
    last_frame: Option<Instant>,
    last_key_frame: Option<Instant>,
    tokens: f64,
    filled_at: Instant,
    patience: Duration,
    /// Questions in a row without an answer.
    silence: u32,
    silent_since: Option<Instant>,
    key_at: Option<Instant>,
}

impl Pace {
    pub fn new(now: Instant) -> Self {
        Pace {
            asked: VecDeque::new(),
            given_up: 0,
            late: 0,
            unasked_bytes: 0,
            last_frame: None,
            last_key_frame: None,
            tokens: BURST,
            filled_at: now,
            patience: PATIENCE,
            silence: 0,
            silent_since: None,
            key_at: None,
        }
    }

    /// A key was pressed: the next output is taken for its echo.
    pub fn pressed(&mut self, now: Instant) {
        self.key_at = Some(now);
    }

    /// The terminal answered a question.
    pub fn answered(&mut self, now: Instant) {
        self.silence = 0;
        self.silent_since = None;
        if self.given_up > 0 {
            // It does answer, only later than was thought.
            self.given_up -= 1;
            self.late += 1;
            self.patience = (self.patience * 2).min(PATIENCE_LIMIT);
            if self.late == LATE {
                // Or an answer was lost, and each is taken for the one before since.
                self.forget();
                self.patience = PATIENCE;
            }
            return;
        }
        self.late = 0;
        if let Some(asked) = self.asked.pop_front() {
            let took = now.saturating_duration_since(asked.at);
            self.patience = (took * 3)
                .clamp(PATIENCE, PATIENCE_LIMIT)
                .max(self.patience * 7 / 8);
        }
    }

    /// Whether a frame may go now: `None` if so, else when to ask next.
    pub fn wait(&mut self, cause: Cause, now: Instant) -> Option<Instant> {
        self.give_up(now);
        let cause = self.promoted(cause, now);
        let mut until = now;
        match cause {
            Cause::Key => {
                until = until.max(self.last_key_frame.map_or(now, |last| last + SPACING));
                let in_flight: usize = self.asked.iter().map(|asked| asked.bytes).sum();
                if in_flight > WINDOW
                    && let Some(oldest) = self.asked.front()
                {
                    until = until.max(oldest.at + self.patience);
                }
            }
            Cause::Output => {
                until = until.max(self.last_frame.map_or(now, |last| last + SPACING));
                if let Some(newest) = self.asked.back() {
                    until = until.max(newest.at + self.patience);
                }
                self.fill(now);
                if self.tokens < 0.0 {
                    until = until.max(now + Duration::from_secs_f64(-self.tokens / RATE));
                }
            }
        }
        (until > now).then_some(until)
    }

    /// A frame of so many bytes is about to be written: whether the question goes with it.
    pub fn sends(&mut self, bytes: usize, cause: Cause, now: Instant) -> bool {
        if self.promoted(cause, now) == Cause::Key {
            self.last_key_frame = Some(now);
            if cause == Cause::Output {
                self.key_at = None;
            }
        }
        self.last_frame = Some(now);
        self.fill(now);
        self.tokens = (self.tokens - bytes as f64).max(DEBT);
        self.unasked_bytes += bytes;
        if self.unasked_bytes <= UNASKED || self.is_silent(now) {
            return false;
        }
        self.asked.push_back(Asked {
            at: now,
            bytes: std::mem::take(&mut self.unasked_bytes),
        });
        true
    }

    /// Until when an answer may be expected that would land in the next program's input.
    pub fn owed(&self) -> Option<Instant> {
        self.asked.back().map(|asked| asked.at + self.patience)
    }

    /// The terminal was somebody else's meanwhile.
    pub fn forget(&mut self) {
        self.asked.clear();
        self.given_up = 0;
        self.late = 0;
        self.unasked_bytes = 0;
    }

    fn promoted(&self, cause: Cause, now: Instant) -> Cause {
        match (cause, self.key_at) {
            (Cause::Output, Some(pressed)) if now.saturating_duration_since(pressed) <= ECHO => {
                Cause::Key
            }
            (Cause::Key | Cause::Output, _) => cause,
        }
    }

    fn give_up(&mut self, now: Instant) {
        while self
            .asked
            .front()
            .is_some_and(|asked| asked.at + self.patience <= now)
        {
            self.asked.pop_front();
            self.given_up += 1;
            self.silence += 1;
            if self.silence == SILENT {
                self.silent_since = Some(now);
            }
        }
    }

    fn is_silent(&mut self, now: Instant) -> bool {
        match self.silent_since {
            Some(since) if now.saturating_duration_since(since) < ASK_AGAIN => true,
            Some(_) => {
                self.silence = 0;
                self.silent_since = None;
                self.given_up = 0;
                false
            }
            None => false,
        }
    }

    fn fill(&mut self, now: Instant) {
        let seconds = now.saturating_duration_since(self.filled_at).as_secs_f64();
        self.tokens = (self.tokens + seconds * RATE).min(BURST);
        self.filled_at = now;
    }
}

#[cfg(test)]
mod tests;
