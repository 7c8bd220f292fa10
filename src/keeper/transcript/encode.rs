//! Bytes to asciicast events, fast enough for a flood.
//!
//! Pure: into a buffer, never into a file.

use std::time::Duration;

/// After so much valid text in a row, an event with exact bytes ends.
const CLEAN: usize = 256;

/// `[12.345678,"o","`, or another code.
pub(super) fn open(out: &mut Vec<u8>, at: Duration, code: u8) {
    use std::io::Write;
    // Writing to a vector cannot fail.
    _ = write!(out, "[{}.{:06},\"", at.as_secs(), at.subsec_micros());
    out.push(code);
    out.extend_from_slice(b"\",\"");
}

fn shut(out: &mut Vec<u8>) {
    out.extend_from_slice(b"\"]\n");
}

/// Output as events: one where it is UTF-8, more where stretches are not.
pub(super) fn output(out: &mut Vec<u8>, at: Duration, bytes: &[u8]) {
    let mut rest = bytes;
    while !rest.is_empty() {
        let clean = valid_prefix(rest);
        if clean > 0 {
            open(out, at, b'o');
            escape(out, &rest[..clean]);
            shut(out);
            rest = &rest[clean..];
            continue;
        }
        let dirty = dirty_prefix(rest);
        let (exact, after) = rest.split_at(dirty);
        open(out, at, b'b');
        for &byte in exact {
            out.extend_from_slice(&hexadecimal_digits(byte));
        }
        shut(out);
        open(out, at, b'o');
        escape(out, String::from_utf8_lossy(exact).as_bytes());
        shut(out);
        rest = after;
    }
}

fn valid_prefix(bytes: &[u8]) -> usize {
    match std::str::from_utf8(bytes) {
        Ok(_) => bytes.len(),
        Err(error) => error.valid_up_to(),
    }
}

/// From a broken sequence up to where a good stretch of text begins.
fn dirty_prefix(bytes: &[u8]) -> usize {
    let mut length = 0;
    for (number, chunk) in bytes.utf8_chunks().enumerate() {
        if number > 0 && chunk.valid().len() >= CLEAN {
            break;
        }
        length += chunk.valid().len() + chunk.invalid().len();
    }
    length
}

/// How many bytes at the end begin a character that may go on: 0 to 3.
pub(super) fn unfinished(bytes: &[u8]) -> usize {
    let tail = &bytes[bytes.len().saturating_sub(3)..];
    for (index, &byte) in tail.iter().enumerate().rev() {
        let length = match byte {
            0x80..=0xbf => continue,
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            _ => return 0,
        };
        let here = tail.len() - index;
        let may_go_on = here < length
            && std::str::from_utf8(&tail[index..]).is_err_and(|e| e.error_len().is_none());
        return if may_go_on { here } else { 0 };
    }
    0
}

/// What a byte becomes within a JSON string: itself (0), `\` and a letter, or `\u00..` (1).
const ESCAPES: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = 1;
        byte += 1;
    }
    table[b'\n' as usize] = b'n';
    table[b'\r' as usize] = b'r';
    table[b'\t' as usize] = b't';
    table[b'"' as usize] = b'"';
    table[b'\\' as usize] = b'\\';
    table
};

/// The inside of a JSON string.
fn escape(out: &mut Vec<u8>, bytes: &[u8]) {
    out.reserve(bytes.len() + bytes.len() / 4);
    let mut rest = bytes;
    loop {
        let plain = rest
            .iter()
            .position(|&byte| ESCAPES[usize::from(byte)] != 0)
            .unwrap_or(rest.len());
        out.extend_from_slice(&rest[..plain]);
        let Some(&byte) = rest.get(plain) else { return };
        match ESCAPES[usize::from(byte)] {
            1 => {
                out.extend_from_slice(b"\\u00");
                out.extend_from_slice(&hexadecimal_digits(byte));
            }
            letter => out.extend_from_slice(&[b'\\', letter]),
        }
        rest = &rest[plain + 1..];
    }
}

fn hexadecimal_digits(byte: u8) -> [u8; 2] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    [
        DIGITS[usize::from(byte >> 4)],
        DIGITS[usize::from(byte & 15)],
    ]
}

pub(super) fn hexadecimal(bytes: &[u8], out: &mut String) {
    for &byte in bytes {
        out.extend(hexadecimal_digits(byte).map(char::from));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], events: &str) {
        let mut out = Vec::new();
        output(&mut out, Duration::from_micros(1_500_042), bytes);
        assert_eq!(String::from_utf8(out).unwrap(), events);
    }

    #[test]
    fn text_is_one_event() {
        check(
            b"a\"\\\r\n\t\x00\x1b[0m\x7f",
            "[1.500042,\"o\",\"a\\\"\\\\\\r\\n\\t\\u0000\\u001b[0m\x7f\"]\n",
        );
    }

    #[test]
    fn bytes_that_are_no_text_are_kept_beside_it() {
        check(
            b"ok\xff\x80.",
            "[1.500042,\"o\",\"ok\"]\n[1.500042,\"b\",\"ff802e\"]\n[1.500042,\"o\",\"\u{fffd}\u{fffd}.\"]\n",
        );
    }

    #[test]
    fn a_character_in_the_making_is_seen() {
        for (bytes, held) in [
            (&b"abc"[..], 0),
            (b"ab\xc3", 1),
            (b"\xe5\xae", 2),
            (b"\xf0\x9f\x98", 3),
            (b"\xf0\x9f\x98\x80", 0),
            (b"\xff", 0),
            (b"\xe0\x80", 0),
            (b"\x80\x80\x80", 0),
            (b"", 0),
        ] {
            assert_eq!(unfinished(bytes), held, "{bytes:x?}");
        }
    }
}
