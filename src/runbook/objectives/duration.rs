//! Durations, as people write them.
//!
//! "< 1 hour", "15 min", "2-4 hours" (the upper end: an objective is kept or not), "1h30m", "30 分钟",
//! "zero". What has no figure stays `None`.

use crate::runbook::lexicon::list;

/// The duration in a text, in seconds; of a range its upper end, of several the first.
pub(super) fn seconds(text: &str) -> Option<u64> {
    let lower = text.to_lowercase();
    let chars: Vec<char> = lower.chars().take(400).collect();
    let mut total: Option<f64> = None;
    let mut pending: Option<f64> = None;
    let mut i = 0;
    while i < chars.len() {
        if !chars[i].is_ascii_digit() {
            i += 1;
            continue;
        }
        let start = i;
        while i < chars.len()
            && (chars[i].is_ascii_digit()
                || matches!(chars[i], '.' | ',')
                    && chars.get(i + 1).is_some_and(char::is_ascii_digit))
        {
            i += 1;
        }
        let figure: String = chars[start..i].iter().filter(|c| **c != ',').collect();
        let Ok(figure) = figure.parse::<f64>() else {
            continue;
        };
        while i < chars.len() && matches!(chars[i], ' ' | '\u{a0}' | '-') && !is_range(&chars, i) {
            i += 1;
        }
        let unit: String = chars[i..].iter().take(12).collect();
        if let Some((factor, length)) = unit_of(&unit) {
            i += length;
            let value = figure * factor;
            match total {
                // `1h30m` and `1 hour 30 minutes` add up; anything later is another figure.
                Some(sum) if factor < 3600.0 && pending.is_none() && joined(&chars, start) => {
                    total = Some(sum + value);
                }
                Some(_) => break,
                None => total = Some(value),
            }
            pending = None;
        } else if total.is_none() {
            // `2-4 hours`: the first figure waits for its unit.
            pending = Some(figure);
        } else {
            break;
        }
    }
    total.map(|value| value as u64).or_else(|| {
        let zero = lower.contains("zero")
            || lower.contains("near-zero")
            || lower.trim() == "0"
            || lower.trim_start().starts_with("0 (");
        zero.then_some(0)
    })
}

/// A `timeout` attribute: a duration, or bare seconds.
pub(in crate::runbook) fn timeout_seconds(text: &str) -> Option<u64> {
    text.trim().parse().ok().or_else(|| seconds(text))
}

fn is_range(chars: &[char], at: usize) -> bool {
    chars[at] == '-'
        && chars
            .get(at + 1)
            .is_some_and(|c| c.is_ascii_digit() || *c == ' ')
}

/// Whether only a space or "and" lies between a unit and the figure at `start`.
fn joined(chars: &[char], start: usize) -> bool {
    let before: String = chars[start.saturating_sub(8)..start].iter().collect();
    let before = before.trim_end();
    !before.ends_with([',', ';', '/', '(', '-', '–', '|'])
        && !before.ends_with("to")
        && !before.ends_with("or")
}

fn unit_of(text: &str) -> Option<(f64, usize)> {
    const UNITS: &[(f64, &str)] = &[
        (0.001, "milliseconds|ms"),
        (
            1.0,
            "seconds|second|secs|sec|secondes|segundos|sekunden|giây|секунд|сек|秒|초",
        ),
        (
            60.0,
            "minutes|minute|minutos|minuten|mins|min|phút|минут|мин|分钟|分鐘|分|분",
        ),
        (
            3600.0,
            "hours|hour|hrs|hr|heures|heure|horas|hora|stunden|stunde|giờ|часов|часа|час|小时|小時|時間|시간",
        ),
        (
            86400.0,
            "days|day|jours|jour|días|dias|tage|tag|ngày|дней|день|дня|天|日|일",
        ),
        (
            604_800.0,
            "weeks|week|semaines|semanas|wochen|tuần|недель|недели|周|週間|주",
        ),
    ];
    for (factor, words) in UNITS {
        for word in list(words) {
            if text.starts_with(word) {
                return Some((*factor, word.chars().count()));
            }
        }
    }
    // One letter counts only where the word ends behind it.
    let mut chars = text.chars();
    let factor = match chars.next()? {
        's' => 1.0,
        'm' => 60.0,
        'h' => 3600.0,
        'd' => 86400.0,
        'w' => 604_800.0,
        _ => return None,
    };
    chars
        .next()
        .is_none_or(|c| !c.is_alphabetic())
        .then_some((factor, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (text, expected) in [
            ("< 1 hour", Some(3600)),
            ("15 minutes", Some(900)),
            ("5 minutes (with replication)", Some(300)),
            ("1 hour (based on backup frequency)", Some(3600)),
            ("2-4 hours", Some(14400)),
            ("5–10 min", Some(600)),
            ("1h30m", Some(5400)),
            ("1 hour 30 minutes", Some(5400)),
            ("30 分钟", Some(1800)),
            ("24h", Some(86400)),
            ("0 (synchronous replication)", Some(0)),
            ("near-zero", Some(0)),
            ("as soon as possible", None),
            ("24 hours (SQLite) / 1 hour (PostgreSQL)", Some(86400)),
            ("< 15 min", Some(900)),
            ("1.5 hours", Some(5400)),
            ("3 members", None),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }
}
