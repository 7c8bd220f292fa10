//! Bytes to asciicast events, fast enough for a flood.
//!
//! Pure: into a buffer, never into a file.

use std::time::Duration;

/// After so much valid text in a row, an event with exact bytes ends.
const CLEAN: usize = 256;

/// Where events are written before they go to the file. Its room is kept, so that it is made only once, and a copy
/// into it is of a fixed length wherever it can be.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    bytes: Vec<u8>,
    used: usize,
}

impl Sheet {
    pub fn clear(&mut self) {
        self.used = 0;
    }

    pub fn written(&self) -> &[u8] {
        &self.bytes[..self.used]
    }

    /// Makes sure that there is room for so many bytes more.
    fn make_room(&mut self, count: usize) {
        if self.bytes.len() < self.used + count {
            self.bytes.resize(self.used + count + (4 << 10), 0);
        }
    }

    fn put(&mut self, bytes: &[u8]) {
        self.make_room(bytes.len());
        self.bytes[self.used..self.used + bytes.len()].copy_from_slice(bytes);
        self.used += bytes.len();
    }

    /// Copies `N` bytes, of which the first `count` count. There must be room.
    fn put_some<const N: usize>(&mut self, bytes: [u8; N], count: usize) {
        self.bytes[self.used..self.used + N].copy_from_slice(&bytes);
        self.used += count;
    }
}

/// `[12.345678,"o","`, or another code.
pub(super) fn open(out: &mut Sheet, at: Duration, code: char) {
    let head = format!("[{}.{:06},\"{code}\",\"", at.as_secs(), at.subsec_micros());
    out.put(head.as_bytes());
}

fn shut(out: &mut Sheet) {
    out.put(b"\"]\n");
}

/// A change of size, as an event.
pub(super) fn resize(out: &mut Sheet, at: Duration, cols: u16, rows: u16) {
    open(out, at, 'r');
    out.put(format!("{cols}x{rows}").as_bytes());
    shut(out);
}

/// Output as events: one where it is UTF-8, more where stretches are not.
pub(super) fn output(out: &mut Sheet, at: Duration, bytes: &[u8]) {
    let mut rest = bytes;
    while !rest.is_empty() {
        let clean = valid_prefix(rest);
        if clean > 0 {
            open(out, at, 'o');
            escape(out, &rest[..clean]);
            shut(out);
            rest = &rest[clean..];
            continue;
        }
        let dirty = dirty_prefix(rest);
        let (exact, after) = rest.split_at(dirty);
        open(out, at, 'b');
        for &byte in exact {
            out.put(&hexadecimal_digits(byte));
        }
        shut(out);
        open(out, at, 'o');
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

/// What stands after the backslash where a byte is escaped; `u` for those that have no letter.
const fn letter(byte: u8) -> u8 {
    match byte {
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        b'"' | b'\\' => byte,
        _ => b'u',
    }
}

/// The same byte eight times.
const fn eight(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// Of eight bytes, how many come before the first that has to be escaped; 8 where none has to be. Each byte is a lane
/// of one number: no branch for a byte, and no carry from one into the next.
fn plain_lanes(bytes: [u8; 8]) -> usize {
    const LOW: u64 = eight(0x7f);
    let word = u64::from_le_bytes(bytes);
    // The high bit of a lane is set where it is no control character, or is not zero.
    let no_control = ((word & LOW) + eight(0x60)) | word;
    let is_not = |byte: u8| {
        let difference = word ^ eight(byte);
        ((difference & LOW) + LOW) | difference
    };
    let escaped = !(no_control & is_not(b'"') & is_not(b'\\')) & eight(0x80);
    escaped.trailing_zeros() as usize / 8
}

/// So much is escaped before room is made again.
const BLOCK: usize = 4 << 10;
/// A byte becomes at most six.
const GROWTH: usize = 6;

/// The inside of a JSON string.
fn escape(out: &mut Sheet, bytes: &[u8]) {
    for block in bytes.chunks(BLOCK) {
        out.make_room(block.len() * GROWTH + 8);
        escape_block(out, block);
    }
}

fn escape_block(out: &mut Sheet, mut rest: &[u8]) {
    while let Some((&lanes, after)) = rest.split_first_chunk::<8>() {
        let plain = plain_lanes(lanes);
        out.put_some(lanes, plain);
        rest = if plain == 8 {
            after
        } else {
            escape_one(out, &rest[plain..])
        };
    }
    while let Some((&byte, after)) = rest.split_first() {
        if byte < 0x20 || byte == b'"' || byte == b'\\' {
            rest = escape_one(out, rest);
        } else {
            out.put_some([byte], 1);
            rest = after;
        }
    }
}

/// Escapes the first byte, or the end of a line, which is two.
fn escape_one<'a>(out: &mut Sheet, bytes: &'a [u8]) -> &'a [u8] {
    if let [b'\r', b'\n', after @ ..] = bytes {
        out.put_some(*b"\\r\\n", 4);
        return after;
    }
    let Some((&byte, after)) = bytes.split_first() else {
        return bytes;
    };
    let letter = letter(byte);
    let [high, low] = hexadecimal_digits(byte);
    let count = if letter == b'u' { GROWTH } else { 2 };
    out.put_some([b'\\', letter, b'0', b'0', high, low], count);
    after
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
        let mut out = Sheet::default();
        output(&mut out, Duration::from_micros(1_500_042), bytes);
        assert_eq!(std::str::from_utf8(out.written()).unwrap(), events);
    }

    #[test]
    fn text_is_one_event() {
        check(
            b"a\"\\\r\n\t\x00\x1b[0m\x7f",
            "[1.500042,\"o\",\"a\\\"\\\\\\r\\n\\t\\u0000\\u001b[0m\x7f\"]\n",
        );
    }

    #[test]
    fn every_byte_is_escaped_wherever_it_stands() {
        for byte in 0..0x80_u8 {
            for before in 0..9 {
                let text = format!(
                    "{}{}{}",
                    "x".repeat(before),
                    char::from(byte),
                    "y".repeat(9)
                );
                let mut out = Sheet::default();
                escape(&mut out, text.as_bytes());
                let json = format!("\"{}\"", std::str::from_utf8(out.written()).unwrap());
                assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
            }
        }
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
