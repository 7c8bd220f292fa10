//! Figures in words, as rows and reasons show them.

/// A size in bytes: `0 B`, `1.2 GB` (powers of 1000).
pub(super) fn bytes(bytes: f64) -> String {
    let mut value = bytes;
    for unit in ["B", "kB", "MB", "GB", "TB"] {
        if value.abs() < 999.5 || unit == "TB" {
            return if unit == "B" || value.abs() >= 99.5 {
                format!("{value:.0} {unit}")
            } else {
                format!("{value:.1} {unit}")
            };
        }
        value /= 1000.0;
    }
    String::new()
}

/// A span of time: `0.4 s`, `38 s`, `12 min`, `3 h`, `5 d`.
pub(super) fn span(seconds: f64) -> String {
    let seconds = seconds.max(0.0);
    if seconds < 0.05 {
        "0 s".into()
    } else if seconds < 9.95 {
        let text = format!("{seconds:.1}");
        format!("{} s", text.strip_suffix(".0").unwrap_or(&text))
    } else if seconds < 120.0 {
        format!("{seconds:.0} s")
    } else if seconds < 2.0 * 3_600.0 {
        format!("{:.0} min", (seconds / 60.0).floor())
    } else if seconds < 2.0 * 86_400.0 {
        format!("{:.0} h", (seconds / 3_600.0).floor())
    } else {
        format!("{:.0} d", (seconds / 86_400.0).floor())
    }
}

/// `1 replica`, `2 replicas`.
pub(super) fn count(number: usize, noun: &str) -> String {
    if number == 1 {
        format!("1 {noun}")
    } else {
        format!("{number} {noun}s")
    }
}

/// A number without needless digits: `42`, `0.5`.
pub(super) fn figure(value: f64) -> String {
    let text = format!("{value:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    text.to_owned()
}

/// `200, 204 or 301`.
pub(super) fn any_of(values: &[u16]) -> String {
    let all: Vec<String> = values.iter().map(u16::to_string).collect();
    match all.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        Some((only, _)) => only.clone(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn figures_read_well() {
        let check = |found: String, expected: &str| assert_eq!(found, expected);
        check(super::bytes(0.0), "0 B");
        check(super::bytes(999.0), "999 B");
        check(super::bytes(999.9), "1.0 kB");
        check(super::bytes(1_234_567_890.0), "1.2 GB");
        check(super::bytes(250e6), "250 MB");
        check(super::span(0.0), "0 s");
        check(super::span(0.42), "0.4 s");
        check(super::span(3.0), "3 s");
        check(super::span(38.4), "38 s");
        check(super::span(754.0), "12 min");
        check(super::span(4.0 * 86_400.0), "4 d");
        check(super::figure(42.0), "42");
        check(super::figure(0.5), "0.5");
        check(super::figure(100.0), "100");
        check(super::count(1, "replica"), "1 replica");
        check(super::count(0, "replica"), "0 replicas");
    }
}
