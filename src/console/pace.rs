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
mod tests {
    use super::*;

    const fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    #[test]
    fn the_first_key_after_a_pause_goes_at_once_and_the_next_a_frame_later() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        assert_eq!(pace.wait(Cause::Key, start), None);
        assert!(!pace.sends(100, Cause::Key, start));
        assert_eq!(pace.wait(Cause::Key, start + ms(5)), Some(start + SPACING));
        assert_eq!(pace.wait(Cause::Key, start + SPACING), None);
    }

    #[test]
    fn output_waits_for_the_answer_to_the_frame_before() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        assert!(pace.sends(3000, Cause::Output, start));
        assert_eq!(
            pace.wait(Cause::Output, start + ms(100)),
            Some(start + PATIENCE)
        );
        pace.answered(start + ms(120));
        assert_eq!(pace.wait(Cause::Output, start + ms(120)), None);
    }

    #[test]
    fn a_key_passes_a_little_that_is_in_flight_but_not_much() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        pace.sends(1000, Cause::Output, start);
        assert_eq!(pace.wait(Cause::Key, start + ms(1)), None);
        pace.sends(1500, Cause::Key, start + ms(1));
        assert!(pace.wait(Cause::Key, start + ms(60)).is_some());
        pace.answered(start + ms(60));
        assert_eq!(pace.wait(Cause::Key, start + ms(60)), None);
    }

    #[test]
    fn small_frames_add_up_to_a_question() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        let asked: Vec<_> = (0..6).map(|_| pace.sends(100, Cause::Key, start)).collect();
        assert_eq!(asked, [false, false, true, false, false, true]);
    }

    #[test]
    fn a_terminal_that_never_answers_is_asked_no_more_and_still_fed() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        let mut now = start;
        let mut asked = 0;
        let mut frames = 0;
        while now < start + ms(10_000) {
            match pace.wait(Cause::Output, now) {
                None => {
                    asked += u32::from(pace.sends(2000, Cause::Output, now));
                    frames += 1;
                }
                Some(later) => now = later,
            }
        }
        assert_eq!(asked, SILENT);
        assert!((80..=125).contains(&frames), "{frames}");
        // A minute later it is given another chance.
        now = start + ms(75_000);
        assert_eq!(pace.wait(Cause::Output, now), None);
        assert!(pace.sends(2000, Cause::Output, now));
    }

    #[test]
    fn a_far_terminal_is_waited_for_longer() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        let mut now = start;
        for _ in 0..6 {
            while let Some(later) = pace.wait(Cause::Output, now) {
                now = later;
            }
            pace.sends(2000, Cause::Output, now);
            now += ms(600);
            _ = pace.wait(Cause::Output, now);
            pace.answered(now);
        }
        pace.sends(2000, Cause::Output, now);
        let until = pace.wait(Cause::Output, now + ms(300));
        assert!(
            until.is_some_and(|until| until > now + ms(600)),
            "waits past the usual 600 ms"
        );
    }

    #[test]
    fn a_lost_answer_does_not_slow_the_screen_for_good() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        pace.sends(1000, Cause::Output, start);
        let mut now = start;
        for _ in 0..20 {
            while let Some(later) = pace.wait(Cause::Output, now) {
                now = later;
            }
            pace.sends(300, Cause::Output, now);
            pace.answered(now + ms(5));
        }
        pace.sends(300, Cause::Output, now + ms(40));
        pace.answered(now + ms(45));
        assert_eq!(pace.wait(Cause::Output, now + ms(80)), None);
    }

    #[test]
    fn output_stays_under_its_rate_whatever_it_wants() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        let mut now = start;
        let mut bytes = 0;
        while now < start + ms(20_000) {
            match pace.wait(Cause::Output, now) {
                None => {
                    if pace.sends(5000, Cause::Output, now) {
                        pace.answered(now + ms(1));
                    }
                    bytes += 5000;
                }
                Some(later) => now = later,
            }
        }
        let rate = bytes / 20;
        assert!((22_000..=25_500).contains(&rate), "{rate} bytes a second");
    }

    #[test]
    fn at_most_thirty_frames_a_second_of_small_output() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        let mut now = start;
        let mut frames = 0;
        while now < start + ms(1000) {
            match pace.wait(Cause::Output, now) {
                None => {
                    if pace.sends(50, Cause::Output, now) {
                        pace.answered(now);
                    }
                    frames += 1;
                }
                Some(later) => now = later,
            }
        }
        assert!((29..=31).contains(&frames), "{frames}");
    }

    #[test]
    fn an_echo_is_not_held_back_by_the_rate() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        pace.sends(20_000, Cause::Output, start);
        pace.answered(start + ms(1));
        let now = start + ms(50);
        assert!(pace.wait(Cause::Output, now).is_some());
        pace.pressed(now);
        assert_eq!(pace.wait(Cause::Output, now), None);
        pace.sends(50, Cause::Output, now);
        assert!(
            pace.wait(Cause::Output, now + SPACING).is_some(),
            "one frame, not all that follow"
        );
    }

    #[test]
    fn an_answer_that_is_owed_is_known() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        assert_eq!(pace.owed(), None);
        pace.sends(3000, Cause::Key, start);
        assert_eq!(pace.owed(), Some(start + PATIENCE));
        pace.answered(start + ms(5));
        assert_eq!(pace.owed(), None);
    }
}
