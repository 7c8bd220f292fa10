//! Figures as words: durations, ages, bytes, numbers with their unit, and text cut to a width.
//!
//! Pure. It must not know panes or colours.

use crate::health::Number;
use jiff::{SignedDuration, Timestamp};
use std::borrow::Cow;
use std::fmt::Write as _;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// `00:12:41`, and `3d 04:00:00` past a day. Negative counts as zero.
pub fn clock(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let (hours, minutes, seconds) = (rest / 3600, rest / 60 % 60, rest % 60);
    if days > 0 {
        format!("{days}d {hours:02}:{minutes:02}:{seconds:02}")
    } else {
        format!("{hours:02}:{minutes:02}:{seconds:02}")
    }
}

/// `02:19`, and `1:02:19` past an hour. Negative counts as zero.
pub fn short_clock(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes:02}:{seconds:02}")
    }
}

/// The largest units only: `38s`, `5m`, `1h30m`, `2d`.
pub fn span(seconds: u64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600, seconds / 60);
    if seconds < 60 {
        format!("{seconds}s")
    } else if minutes < 60 {
        match seconds % 60 {
            0 => format!("{minutes}m"),
            rest if minutes < 10 => format!("{minutes}m{rest:02}s"),
            _ => format!("{minutes}m"),
        }
    } else if hours < 48 {
        match minutes % 60 {
            0 => format!("{hours}h"),
            rest => format!("{hours}h{rest:02}m"),
        }
    } else {
        match hours % 24 {
            0 => format!("{days}d"),
            rest => format!("{days}d{rest}h"),
        }
    }
}

/// How long ago, to the minute, so that it changes rarely: `<1m ago`, `3m ago`, `1h03m ago`.
pub fn ago(now: Timestamp, then: Timestamp) -> String {
    let seconds = seconds_between(then, now).max(0) as u64;
    if seconds < 60 {
        "<1m ago".into()
    } else {
        format!("{} ago", span(seconds / 60 * 60))
    }
}

/// Whole seconds from one moment to another; negative where the second is earlier.
pub fn seconds_between(from: Timestamp, to: Timestamp) -> i64 {
    let duration: SignedDuration = to.duration_since(from);
    duration.as_secs()
}

/// How long a run took: `0.4s` below ten seconds, then `00:41`.
pub fn took(milliseconds: u64) -> String {
    if milliseconds < 10_000 {
        format!("{:.1}s", milliseconds as f64 / 1000.0)
    } else {
        short_clock((milliseconds / 1000) as i64)
    }
}

/// `512 B`, `12.4 kB`, `1.2 GB` (powers of ten).
pub fn bytes(count: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if count < 1000 {
        return format!("{count} B");
    }
    let mut value = count as f64 / 1000.0;
    let mut unit = 0;
    while value >= 999.95 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS[unit])
}

/// `12 400`: digits in groups of three.
pub fn grouped(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut text = String::new();
    if value < 0 {
        text.push('-');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// A figure of a reading as label and value: `replication_lag_seconds` → `replication lag`, `0.4 s`.
pub fn number(number: &Number) -> (String, String) {
    let (label, unit) = unit_of(&number.name);
    (label, amount(number.value, unit))
}

/// A threshold of the same number, in the same unit.
pub fn threshold(number: &Number, value: f64) -> String {
    amount(value, unit_of(&number.name).1)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    None,
    Seconds,
    Milliseconds,
    Percent,
    Bytes,
    Days,
}

fn unit_of(name: &str) -> (String, Unit) {
    let known = [
        ("_seconds", Unit::Seconds),
        ("_milliseconds", Unit::Milliseconds),
        ("_ms", Unit::Milliseconds),
        ("_percent", Unit::Percent),
        ("_bytes", Unit::Bytes),
        ("_days", Unit::Days),
    ];
    for (suffix, unit) in known {
        if let Some(label) = name.strip_suffix(suffix) {
            return (label.replace('_', " "), unit);
        }
    }
    (name.replace('_', " "), Unit::None)
}

fn amount(value: f64, unit: Unit) -> String {
    if !value.is_finite() {
        return "not a number".into();
    }
    let plain = |value: f64| {
        if value.fract().abs() < 1e-9 && value.abs() < 9e15 {
            grouped(value as i64)
        } else if value.abs() < 10.0 {
            format!("{value:.2}")
        } else {
            format!("{value:.1}")
        }
    };
    match unit {
        Unit::None => plain(value),
        Unit::Seconds if value >= 120.0 => span(value as u64),
        Unit::Seconds => format!("{} s", plain(value)),
        Unit::Milliseconds => format!("{} ms", plain(value)),
        Unit::Percent => format!("{} %", plain(value)),
        Unit::Bytes if value >= 0.0 => bytes(value as u64),
        Unit::Bytes => format!("{} B", plain(value)),
        Unit::Days => format!("{} days", plain(value)),
    }
}

/// The text for a terminal that has only ASCII: what reads alike, else `?`, one for each character.
pub fn as_ascii(text: &str) -> String {
    let mut ascii = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            letter if letter.is_ascii() => ascii.push(letter),
            '→' | '⇒' => ascii.push_str("->"),
            '←' => ascii.push_str("<-"),
            '↔' => ascii.push_str("<->"),
            '…' => ascii.push('~'),
            '—' | '–' | '−' | '─' => ascii.push('-'),
            '·' | '•' => ascii.push('.'),
            '“' | '”' => ascii.push('"'),
            '‘' | '’' => ascii.push('\''),
            '×' => ascii.push('x'),
            '≤' => ascii.push_str("<="),
            '≥' => ascii.push_str(">="),
            _ => ascii.push('?'),
        }
    }
    ascii
}

/// Cells that a text takes, as it is drawn: grapheme by grapheme.
pub fn width(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.graphemes(true).map(UnicodeWidthStr::width).sum()
}

/// The text cut to `cells`, ending in `ellipsis` (one cell) where something was left out.
pub fn fit<'t>(text: &'t str, cells: usize, ellipsis: &str) -> Cow<'t, str> {
    if width(text) <= cells {
        return text.into();
    }
    if cells == 0 {
        return "".into();
    }
    let mut kept = 0;
    if text.is_ascii() {
        kept = cells - 1;
    } else {
        let mut used = 0;
        for grapheme in text.graphemes(true) {
            used += width(grapheme);
            if used > cells - 1 {
                break;
            }
            kept += grapheme.len();
        }
    }
    format!("{}{ellipsis}", text[..kept].trim_end()).into()
}

/// The text, cut or padded on the right, exactly `cells` wide.
pub fn pad(text: &str, cells: usize, ellipsis: &str) -> String {
    let mut text = fit(text, cells, ellipsis).into_owned();
    let missing = cells.saturating_sub(width(&text));
    _ = write!(text, "{:missing$}", "");
    text
}

/// Breaks a text into lines of at most `cells`, at spaces where it can, within words where it must.
/// A line that goes on from a broken one starts with `indent` spaces.
pub fn wrap(text: &str, cells: usize, indent: usize) -> Vec<String> {
    let cells = cells.max(1);
    let indent = indent.min(cells / 3);
    let mut lines = Vec::new();
    for source in text.split('\n') {
        let mut line = Filling::default();
        for word in source.split_inclusive(' ') {
            let bare = word.trim_end_matches(' ');
            let wide = width(bare);
            if line.used + wide > cells && line.words {
                lines.push(line.turn(indent));
            }
            if line.used + wide <= cells {
                line.push(bare, wide);
            } else {
                for grapheme in bare.graphemes(true) {
                    let wide = width(grapheme);
                    if line.used + wide > cells && line.words {
                        lines.push(line.turn(indent));
                    }
                    line.push(grapheme, wide);
                }
            }
            // Spaces at the end of a line may stand over its edge; they are cut off there.
            let spaces = word.len() - bare.len();
            line.text.push_str(&word[bare.len()..]);
            line.used += spaces;
        }
        lines.push(line.turn(0));
    }
    lines
}

/// A line that is being filled.
#[derive(Default)]
struct Filling {
    text: String,
    used: usize,
    /// More stands in it than the indent.
    words: bool,
}

impl Filling {
    fn push(&mut self, text: &str, wide: usize) {
        self.text.push_str(text);
        self.used += wide;
        self.words |= wide > 0;
    }

    /// Takes the line and begins the next one.
    fn turn(&mut self, indent: usize) -> String {
        let next = Filling {
            text: " ".repeat(indent),
            used: indent,
            words: false,
        };
        let mut line = std::mem::replace(self, next).text;
        line.truncate(line.trim_end_matches(' ').len());
        line
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
    use super::*;

    #[test]
    fn durations_read_as_people_say_them() {
        assert_eq!(clock(761), "00:12:41");
        assert_eq!(clock(3 * 86_400 + 14_400), "3d 04:00:00");
        assert_eq!(short_clock(139), "02:19");
        assert_eq!(short_clock(3739), "1:02:19");
        assert_eq!(short_clock(-5), "00:00");
        assert_eq!(span(38), "38s");
        assert_eq!(span(300), "5m");
        assert_eq!(span(301), "5m01s");
        assert_eq!(span(5400), "1h30m");
        assert_eq!(span(172_800), "2d");
        assert_eq!(took(430), "0.4s");
        assert_eq!(took(41_000), "00:41");
    }

    #[test]
    fn ages_change_once_a_minute() {
        let then: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let at = |seconds: i64| ago(then + SignedDuration::from_secs(seconds), then);
        assert_eq!(at(59), "<1m ago");
        assert_eq!(at(60), at(119));
        assert_eq!(at(119), "1m ago");
        assert_eq!(at(3780), "1h03m ago");
        assert_eq!(at(-4), "<1m ago");
    }

    #[test]
    fn numbers_carry_their_unit() {
        let of = |name: &str, value| {
            let (label, value) = number(&Number {
                name: name.into(),
                value,
                warn: None,
                down: None,
                lower_is_worse: false,
            });
            format!("{label}: {value}")
        };
        assert_eq!(
            of("replication_lag_seconds", 0.4),
            "replication lag: 0.40 s"
        );
        assert_eq!(
            of("replication_lag_bytes", 12_400.0),
            "replication lag: 12.4 kB"
        );
        assert_eq!(of("connections", 12_400.0), "connections: 12 400");
        assert_eq!(of("hit_rate_percent", 93.25), "hit rate: 93.2 %");
        assert_eq!(of("round_trip_ms", 3.0), "round trip: 3 ms");
        assert_eq!(of("x", f64::NAN), "x: not a number");
    }

    #[test]
    fn bytes_round_without_falling_over_the_unit() {
        assert_eq!(bytes(999), "999 B");
        assert_eq!(bytes(999_999), "1.0 MB");
        assert_eq!(bytes(u64::MAX), "18446.7 PB");
    }

    #[test]
    fn text_is_cut_by_cells_and_says_so() {
        assert_eq!(fit("PostgreSQL", 10, "…"), "PostgreSQL");
        assert_eq!(fit("PostgreSQL primary", 10, "…"), "PostgreSQ…");
        assert_eq!(fit("数据库故障", 5, "…"), "数据…");
        assert_eq!(fit("abc", 0, "…"), "");
        assert_eq!(pad("数", 4, "…"), "数  ");
    }

    #[test]
    fn wrapping_loses_nothing_but_spaces_at_the_ends() {
        assert_eq!(
            wrap("kubectl exec -it postgres-0 -n dotnetagents", 16, 2),
            ["kubectl exec -it", "  postgres-0 -n", "  dotnetagents"]
        );
        assert_eq!(wrap("aaaaaaaaaa", 4, 0), ["aaaa", "aaaa", "aa"]);
        assert_eq!(wrap("", 4, 0), [""]);
        assert_eq!(wrap("  indented", 20, 0), ["  indented"]);
    }

    proptest::proptest! {
        #[test]
        fn wrapped_lines_fit_and_keep_every_letter(text in "\\PC{0,60}", cells in 2usize..30, indent in 0usize..4) {
            let lines = wrap(&text, cells, indent);
            for line in &lines {
                // One character can be wider than a very narrow line.
                let one = line.trim_start().graphemes(true).count() <= 1;
                proptest::prop_assert!(width(line) <= cells || one, "{line:?}");
            }
            let squeeze = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
            proptest::prop_assert_eq!(squeeze(&lines.concat()), squeeze(&text));
        }

        #[test]
        fn fitted_text_fits(text in "\\PC{0,60}", cells in 0usize..30) {
            proptest::prop_assert!(width(&fit(&text, cells, "…")) <= cells);
            proptest::prop_assert_eq!(width(&pad(&text, cells, "…")), cells);
        }
    }
}
