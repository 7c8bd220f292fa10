//! Titles that carry a date: what happened once, and no plan for the next time.

/// "2025-03-01: deploy failed": what happened once, and no plan for the next time.
pub(super) fn is_dated(lower: &str) -> bool {
    let bytes = lower.as_bytes();
    let digits = |range: std::ops::Range<usize>| {
        bytes
            .get(range)
            .is_some_and(|b| b.iter().all(u8::is_ascii_digit))
    };
    let dash = |at: usize| matches!(bytes.get(at), Some(b'-' | b'/' | b'.'));
    digits(0..4) && dash(4) && digits(5..7) && dash(7) && digits(8..10) && lower.len() > 10
}

/// "Retention holds, 2026-09-18": a record of that day.
pub(super) fn ends_in_date(lower: &str) -> bool {
    let tail = lower.trim_end_matches([')', ']', ' ']);
    tail.len()
        .checked_sub(10)
        .filter(|at| *at > 0 && tail.is_char_boundary(*at))
        .is_some_and(|at| {
            let date = &tail[at..];
            date.bytes().enumerate().all(|(i, b)| match i {
                4 | 7 => b == b'-',
                _ => b.is_ascii_digit(),
            })
        })
}
