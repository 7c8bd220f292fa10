//! What stands between the brackets of a bracketed paste.
//!
//! It must not let a control character through: a paste may come from a web page, and goes into a form or a step.

/// A longer paste is handed on in pieces of at most so many bytes.
const PIECE: usize = 64 << 10;

const END: &[u8] = b"\x1b[201~";

#[derive(Debug, Default)]
pub struct Paste {
    held: Vec<u8>,
}

impl Paste {
    /// Takes bytes in, hands on pieces that are full; returns how many it took and whether the end was among them.
    pub fn take(&mut self, bytes: &[u8], mut piece: impl FnMut(String)) -> (usize, bool) {
        let end = bytes.windows(END.len()).position(|window| window == END);
        let content = end.unwrap_or_else(|| {
            // The last bytes may be the beginning of the end.
            let open = (1..END.len())
                .rev()
                .find(|length| bytes.ends_with(&END[..*length]));
            bytes.len() - open.unwrap_or(0)
        });
        for byte in &bytes[..content] {
            self.held.push(*byte);
            if self.held.len() >= PIECE {
                let rest = self.held.split_off(cut(&self.held));
                piece(clean(&self.held));
                self.held = rest;
            }
        }
        match end {
            Some(_) => {
                let text = clean(&std::mem::take(&mut self.held));
                if !text.is_empty() {
                    piece(text);
                }
                (content + END.len(), true)
            }
            None => (content, false),
        }
    }
}

/// Where a piece can end without cutting a character or a line end.
fn cut(bytes: &[u8]) -> usize {
    let mut at = bytes.len();
    for _ in 0..4 {
        let last = bytes[at - 1];
        if last.is_ascii() && last != b'\r' {
            return at;
        }
        at -= 1;
        if last >= 0xc0 || last == b'\r' {
            return at;
        }
    }
    bytes.len()
}

fn clean(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut clean = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' => {
                characters.next_if_eq(&'\n');
                clean.push('\n');
            }
            '\n' | '\t' => clean.push(character),
            _ if character.is_control() => {}
            _ => clean.push(character),
        }
    }
    clean
}
