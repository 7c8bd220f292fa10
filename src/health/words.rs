//! Numbers in words: `replication_lag_seconds` = 412 is "replication lag 6m52s".
//!
//! The unit is the end of a number's name. It must not know which numbers are good.

/// The name without its unit, as a person says it.
pub fn label(name: &str) -> String {
    let stem = [
        "_seconds",
        "_percent",
        "_bytes",
        "_ms",
        "_days_left",
        "_days",
    ]
    .iter()
    .find_map(|unit| name.strip_suffix(unit))
    .unwrap_or(name);
    stem.replace('_', " ")
}

/// A value with its unit, in few letters.
pub fn figure(name: &str, value: f64) -> String {
    if !value.is_finite() {
        return value.to_string();
    }
    if name.ends_with("_seconds") {
        seconds(value)
    } else if name.ends_with("_percent") {
        format!("{} %", short(value))
    } else if name.ends_with("_bytes") {
        bytes(value)
    } else if name.ends_with("_ms") {
        format!("{} ms", short(value))
    } else if name.ends_with("_days_left") {
        format!("{} days left", short(value))
    } else if name.ends_with("_days") {
        format!("{} days", short(value))
    } else {
        short(value)
    }
}

/// Label and value: "connections used 97 %".
pub fn phrase(name: &str, value: f64) -> String {
    format!("{} {}", label(name), figure(name, value))
}

fn seconds(value: f64) -> String {
    if value < 120.0 {
        return format!("{} s", short(value));
    }
    let whole = value.round() as u64;
    let (hours, minutes, seconds) = (whole / 3600, whole / 60 % 60, whole % 60);
    match (hours, minutes, seconds) {
        (0, minutes, 0) => format!("{minutes}m"),
        (0, minutes, seconds) => format!("{minutes}m{seconds:02}s"),
        (hours, 0, _) => format!("{hours}h"),
        (hours, minutes, _) => format!("{hours}h{minutes:02}m"),
    }
}

fn bytes(value: f64) -> String {
    let mut value = value;
    let units = ["B", "KiB", "MiB", "GiB", "TiB"];
    let mut unit = 0;
    while value.abs() >= 1024.0 && unit + 1 < units.len() {
        value /= 1024.0;
        unit += 1;
    }
    format!("{} {}", short(value), units[unit])
}

/// At most one place after the point below 100, none above.
fn short(value: f64) -> String {
    let rounded = if value.abs() < 100.0 {
        (value * 10.0).round() / 10.0
    } else {
        value.round()
    };
    // Without the minus of a zero.
    format!("{}", if rounded == 0.0 { 0.0 } else { rounded })
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_are_said_with_their_units() {
        let check = |name: &str, value: f64, expected: &str| {
            assert_eq!(super::phrase(name, value), expected);
        };
        check("replication_lag_seconds", 0.44, "replication lag 0.4 s");
        check("replication_lag_seconds", 412.0, "replication lag 6m52s");
        check("master_link_down_seconds", 300.0, "master link down 5m");
        check(
            "idle_in_transaction_oldest_seconds",
            5400.0,
            "idle in transaction oldest 1h30m",
        );
        check("connections_used_percent", 97.04, "connections used 97 %");
        check(
            "replication_lag_bytes",
            67_108_864.0,
            "replication lag 64 MiB",
        );
        check("replication_lag_bytes", 0.0, "replication lag 0 B");
        check("response_ms", 1234.56, "response 1235 ms");
        check("certificate_days_left", 3.0, "certificate 3 days left");
        check("value", -0.01, "value 0");
    }
}
