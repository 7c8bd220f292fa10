//! Bytes → text with lines: byte-order marks, UTF-16, line ends and broken UTF-8 are settled here.
//!
//! It must not know Markdown. Line numbers are 1-based and are those of the file as it lies on disk.

use super::Warning;
use std::borrow::Cow;

/// A document as text with `\n` line ends only, and what had to be repaired.
pub(super) fn read(bytes: &[u8]) -> (Cow<'_, str>, Vec<Warning>) {
    let mut warnings = Vec::new();
    let text = match bytes {
        [0xFF, 0xFE, rest @ ..] => Cow::Owned(utf16(rest, u16::from_le_bytes, &mut warnings)),
        [0xFE, 0xFF, rest @ ..] => Cow::Owned(utf16(rest, u16::from_be_bytes, &mut warnings)),
        _ => utf8(
            bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes),
            &mut warnings,
        ),
    };
    let text = if text.contains('\r') {
        Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        text
    };
    let text = if text.contains('\0') {
        warnings.push(Warning {
            line: line_of(text.as_bytes(), text.find('\0').unwrap_or(0)),
            message: "NUL characters are shown as `\u{FFFD}`".into(),
        });
        Cow::Owned(text.replace('\0', "\u{FFFD}"))
    } else {
        text
    };
    if text.trim().is_empty() {
        warnings.push(Warning {
            line: 1,
            message: "the document is empty".into(),
        });
    }
    (text, warnings)
}

fn utf8<'b>(bytes: &'b [u8], warnings: &mut Vec<Warning>) -> Cow<'b, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(error) => {
            warnings.push(Warning {
                line: line_of(bytes, error.valid_up_to()),
                message: "not UTF-8 from here; what cannot be read is shown as `\u{FFFD}`".into(),
            });
            String::from_utf8_lossy(bytes)
        }
    }
}

fn utf16(bytes: &[u8], join: fn([u8; 2]) -> u16, warnings: &mut Vec<Warning>) -> String {
    warnings.push(Warning {
        line: 1,
        message: "the document is UTF-16; save it as UTF-8".into(),
    });
    let units = bytes
        .chunks_exact(2)
        .map(|pair| join([pair[0], pair[1]]))
        .collect::<Vec<_>>();
    String::from_utf16_lossy(&units)
}

fn line_of(bytes: &[u8], offset: usize) -> u32 {
    let newlines = bytes.iter().take(offset).filter(|b| **b == b'\n').count();
    u32::try_from(newlines).unwrap_or(u32::MAX - 1) + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], text: &str, warned_at: &[u32]) {
        let (got, warnings) = read(bytes);
        assert_eq!(got, text);
        assert_eq!(
            warnings.iter().map(|w| w.line).collect::<Vec<_>>(),
            warned_at
        );
    }

    #[test]
    fn marks_and_line_ends_are_settled() {
        check(b"\xEF\xBB\xBF# A\r\nb\r\n", "# A\nb\n", &[]);
        check(b"a\rb", "a\nb", &[]);
        check(b"\xFF\xFE#\0 \0a\0", "# a", &[1]);
    }

    #[test]
    fn what_cannot_be_read_is_said_with_its_line() {
        check(b"ok\n\nb\xFFd\n", "ok\n\nb\u{FFFD}d\n", &[3]);
        check(b"a\n\0\n", "a\n\u{FFFD}\n", &[2]);
        check(b" \n", " \n", &[1]);
    }
}
