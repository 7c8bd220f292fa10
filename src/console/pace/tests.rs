//! The pace on schedules that take no real time.

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
