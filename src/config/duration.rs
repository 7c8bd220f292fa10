//! Spans of time as people write them: `5s`, `2m`, `1h30m`, `500ms`, `2 days`.
//!
//! Text in, a [`Duration`] out. It must not know where the text stood.

use std::time::Duration;

/// What is expected, for messages.
pub const EXPECTED: &str =
    "a span of time such as \"5s\", \"2m\", \"1h30m\", or a number of seconds";

/// The longest span that is accepted, a year: more is a slip of the keyboard.
const LIMIT_SECONDS: f64 = 366.0 * 86_400.0;

/// Reads a span of time; `None` where it is none.
pub fn parse(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    if let Ok(seconds) = rest.parse::<f64>() {
        return from_seconds(seconds);
    }
    if rest.is_empty() {
        return None;
    }
    let mut seconds = 0.0;
    while !rest.is_empty() {
        let digits = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .filter(|end| *end > 0)?;
        let amount: f64 = rest[..digits].parse().ok()?;
        let unit_on = rest[digits..].trim_start();
        let end = unit_on
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(unit_on.len());
        seconds += amount * unit_seconds(&unit_on[..end])?;
        rest = unit_on[end..].trim_start();
    }
    from_seconds(seconds)
}

/// A number of seconds, where it makes sense.
pub fn from_seconds(seconds: f64) -> Option<Duration> {
    (seconds.is_finite() && (0.0..=LIMIT_SECONDS).contains(&seconds))
        .then(|| Duration::from_secs_f64(seconds))
}

fn unit_seconds(unit: &str) -> Option<f64> {
    Some(match unit {
        "ms" => 0.001,
        "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
        "m" | "min" | "mins" | "minute" | "minutes" => 60.0,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3600.0,
        "d" | "day" | "days" => 86_400.0,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn spans_are_read_as_people_write_them() {
        let check = |text: &str, ms: Option<u128>| {
            assert_eq!(super::parse(text).map(|d| d.as_millis()), ms, "{text}");
        };
        check("5s", Some(5_000));
        check("2m", Some(120_000));
        check("1h30m", Some(5_400_000));
        check("1h 30 min", Some(5_400_000));
        check("500ms", Some(500));
        check("1.5s", Some(1_500));
        check("2 days", Some(172_800_000));
        check("90", Some(90_000));
        check("0.25", Some(250));
        for bad in [
            "", "s", "5x", "-5s", "5s5", "inf", "NaN", "999999d", "1..2s", "5 s now", "５s",
        ] {
            check(bad, None);
        }
    }
}
