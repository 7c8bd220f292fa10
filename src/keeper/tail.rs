//! The last lines of the output, kept while it streams by.

/// Bytes of output that are kept; control sequences take their share.
const KEPT: usize = 16 << 10;
/// The longest tail, in bytes of plain text.
const LIMIT: usize = 4 << 10;

/// The end of a stream.
#[derive(Debug, Default)]
pub(super) struct Tail {
    bytes: Vec<u8>,
}

impl Tail {
    pub fn push(&mut self, bytes: &[u8]) {
        if bytes.len() >= KEPT {
            self.bytes.clear();
            self.bytes.extend_from_slice(&bytes[bytes.len() - KEPT..]);
            return;
        }
        self.bytes.extend_from_slice(bytes);
        if self.bytes.len() > 4 * KEPT {
            self.bytes.drain(..self.bytes.len() - KEPT);
        }
    }

    /// At most 4 KiB of plain text, from the start of a line where the line is not longer than that.
    pub fn text(&self) -> String {
        let from = self.bytes.len().saturating_sub(KEPT);
        let plain = super::plain_text(&self.bytes[from..]);
        let plain = plain.trim_end();
        if plain.len() <= LIMIT {
            return plain.to_owned();
        }
        let mut start = plain.len() - LIMIT;
        while !plain.is_char_boundary(start) {
            start += 1;
        }
        let cut = &plain[start..];
        cut.find('\n')
            .map_or(cut, |line| &cut[line + 1..])
            .to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_end_however_it_came() {
        let text: Vec<String> = (0..5000)
            .map(|line| format!("\x1b[32mline {line} é\x1b[0m\r\n"))
            .collect();
        let text = text.concat();
        let mut whole = Tail::default();
        whole.push(text.as_bytes());
        let mut pieces = Tail::default();
        for piece in text.as_bytes().chunks(777) {
            pieces.push(piece);
        }
        assert!(whole.text().ends_with("line 4998 é\nline 4999 é"));
        assert!(whole.text().starts_with("line 4"));
        assert!(whole.text().len() <= LIMIT);
        assert_eq!(pieces.text(), whole.text());
    }

    #[test]
    fn one_long_line_is_cut_between_characters() {
        let mut tail = Tail::default();
        tail.push("é".repeat(9000).as_bytes());
        assert!(tail.text().len() <= LIMIT && tail.text().chars().all(|c| c == 'é'));
    }
}
