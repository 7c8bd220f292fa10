//! Terminal output as plain lines: control sequences out, overwritten progress lines collapsed.
//!
//! Pure. It must not know where the bytes came from.

use vte::{Parser, Perform};

/// The text as somebody reading the screen would quote it: no control sequences, `\r` starts the line over,
/// a backspace takes a character back, tabs stay.
pub fn plain_text(bytes: &[u8]) -> String {
    let mut parser = Parser::new();
    let mut page = Page::default();
    parser.advance(&mut page, bytes);
    page.text
}

#[derive(Default)]
struct Page {
    text: String,
    /// Where the current line starts.
    line: usize,
    /// A carriage return came: what is printed next replaces the line.
    returned: bool,
}

impl Page {
    fn begin(&mut self) {
        if std::mem::take(&mut self.returned) {
            self.text.truncate(self.line);
        }
    }
}

impl Perform for Page {
    fn print(&mut self, c: char) {
        self.begin();
        if !crate::mask::is_deceptive(c) {
            self.text.push(c);
        }
    }

    fn execute(&mut self, byte: u8) {
        match byte {
            b'\n' | 0x0b | 0x0c => {
                self.returned = false;
                self.text.push('\n');
                self.line = self.text.len();
            }
            b'\r' => self.returned = true,
            b'\t' => {
                self.begin();
                self.text.push('\t');
            }
            0x08 if self.text.len() > self.line => {
                self.text.pop();
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], plain: &str) {
        assert_eq!(plain_text(bytes), plain);
    }

    #[test]
    fn control_sequences_vanish() {
        check(b"\x1b[1;31mred\x1b[0m\r\nnext", "red\nnext");
        check(
            b"\x1b]0;title\x07a\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\",
            "alink",
        );
        check(b"\x1bP1;2|hidden\x1b\\shown\x00\x07", "shown");
    }

    #[test]
    fn progress_keeps_its_last_state() {
        check(b"10%\r50%\r100%\r\ndone\r\n", "100%\ndone\n");
        check(b"typo\x08\x08\x08\x08word", "word");
    }

    #[test]
    fn text_that_reorders_itself_is_not_quoted() {
        check("a\u{202e}b\u{2066}c".as_bytes(), "abc");
        check(b"caf\xc3\xa9 \xff", "café \u{fffd}");
    }
}
