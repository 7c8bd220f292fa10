//! The secrets that the caller named, and the other ways in which the same value may be printed.

/// Shorter values are not looked for: they would blank out ordinary words.
const SHORTEST: usize = 4;
/// Shorter parts of a value of several lines, or of its base64, are not looked for.
const SHORTEST_PART: usize = 8;

/// Every spelling that is looked for.
pub(super) fn spellings(secrets: &[String]) -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = Vec::new();
    for secret in secrets {
        let lines: Vec<&str> = secret
            .split(['\n', '\r'])
            .filter(|line| !line.trim().is_empty())
            .collect();
        let shortest = if lines.len() > 1 {
            SHORTEST_PART
        } else {
            SHORTEST
        };
        for line in &lines {
            if line.len() < shortest {
                continue;
            }
            all.push(line.as_bytes().to_vec());
            all.push(url_encoded(line, false));
            all.push(url_encoded(line, true));
            all.push(line.replace('\\', "\\\\").replace('"', "\\\"").into_bytes());
            all.push(line.replace('\'', "'\\''").into_bytes());
        }
        if secret.len() >= 6 {
            all.extend(base64_cores(secret.as_bytes()));
        }
    }
    all.sort();
    all.dedup();
    all
}

fn url_encoded(text: &str, lower: bool) -> Vec<u8> {
    let mut out = Vec::new();
    for &byte in text.as_bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(byte);
        } else {
            let code = if lower {
                format!("%{byte:02x}")
            } else {
                format!("%{byte:02X}")
            };
            out.extend_from_slice(code.as_bytes());
        }
    }
    out
}

/// What of a value's base64 does not depend on what stands before and after it (as in `user:VALUE`), for each of the
/// three places in which it can begin.
fn base64_cores(value: &[u8]) -> Vec<Vec<u8>> {
    (0..3)
        .map(|before| {
            let mut padded = vec![0; before];
            padded.extend_from_slice(value);
            let whole = padded.len() / 3 * 3;
            let encoded = base64(&padded[..whole]);
            // Four digits hold three bytes; those that share bits with what stands before are left out.
            encoded[[0, 2, 3][before].min(encoded.len())..].to_vec()
        })
        .filter(|core| core.len() >= SHORTEST_PART)
        .flat_map(|core| {
            let safe = core
                .iter()
                .map(|&byte| match byte {
                    b'+' => b'-',
                    b'/' => b'_',
                    other => other,
                })
                .collect();
            [core, safe]
        })
        .collect()
}

fn base64(bytes: &[u8]) -> Vec<u8> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    bytes
        .chunks_exact(3)
        .flat_map(|three| {
            let bits = u32::from(three[0]) << 16 | u32::from(three[1]) << 8 | u32::from(three[2]);
            [18, 12, 6, 0].map(|shift| DIGITS[(bits >> shift & 63) as usize])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_found_wherever_it_begins() {
        // "user:correct horse", "ab:correct horse", "correct horse" in base64.
        for encoded in [
            "dXNlcjpjb3JyZWN0IGhvcnNl",
            "YWI6Y29ycmVjdCBob3JzZQ==",
            "Y29ycmVjdCBob3JzZQ==",
        ] {
            assert!(
                base64_cores(b"correct horse")
                    .iter()
                    .any(|core| memchr::memmem::find(encoded.as_bytes(), core).is_some()),
                "{encoded}"
            );
        }
    }
}
