//! A line of text that is typed: the one input that every dialog uses.
//!
//! It must not know what the text is for. Secret ones are never shown.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tui_input::{Input, InputRequest};

/// The longest text a field takes, in bytes; a paste is cut there.
pub const LIMIT: usize = 16 * 1024;

#[derive(Debug, Clone, Default)]
pub struct Field {
    input: Input,
    pub secret: bool,
}

impl Field {
    pub fn with(text: impl Into<String>) -> Self {
        Field {
            input: Input::new(text.into()),
            secret: false,
        }
    }

    pub fn secret() -> Self {
        Field {
            input: Input::default(),
            secret: true,
        }
    }

    pub fn text(&self) -> &str {
        self.input.value()
    }

    /// Without the spaces around it.
    pub fn trimmed(&self) -> &str {
        self.input.value().trim()
    }

    pub fn is_empty(&self) -> bool {
        self.trimmed().is_empty()
    }

    pub fn set(&mut self, text: impl Into<String>) {
        self.input = Input::new(text.into());
    }

    /// Takes a key that edits; `false` where it means nothing to a line of text.
    pub fn key(&mut self, key: &KeyEvent) -> bool {
        let Some(request) = request(key) else {
            return false;
        };
        if matches!(request, InputRequest::InsertChar(_)) && self.text().len() >= LIMIT {
            return true;
        }
        _ = self.input.handle(request);
        true
    }

    /// Inserts pasted text: control characters are dropped, newlines and tabs become spaces.
    pub fn paste(&mut self, text: &str) {
        for letter in text.trim_end_matches(['\n', '\r']).chars() {
            if self.text().len() >= LIMIT {
                return;
            }
            let letter = match letter {
                '\n' | '\t' => ' ',
                letter if letter.is_control() => continue,
                letter => letter,
            };
            _ = self.input.handle(InputRequest::InsertChar(letter));
        }
    }

    /// What is drawn in `cells` cells, and where the cursor stands in it.
    pub fn shown(&self, cells: usize) -> (String, usize) {
        if self.secret {
            let letters = self.text().chars().count();
            let dots = letters.min(cells.saturating_sub(1));
            return ("*".repeat(dots), dots);
        }
        let scroll = self.input.visual_scroll(cells.saturating_sub(1).max(1));
        let cursor = self.input.visual_cursor().saturating_sub(scroll);
        let mut text = String::new();
        let mut at = 0;
        for grapheme in unicode_segmentation::UnicodeSegmentation::graphemes(self.text(), true) {
            let wide = crate::console::words::width(grapheme);
            if at >= scroll && at + wide <= scroll + cells {
                text.push_str(grapheme);
            }
            at += wide;
        }
        (text, cursor.min(cells.saturating_sub(1)))
    }
}

#[allow(
    clippy::wildcard_enum_match_arm,
    reason = "what is not named here edits nothing"
)]
fn request(key: &KeyEvent) -> Option<InputRequest> {
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    let alt = key.modifiers.contains(KeyModifiers::ALT);
    let request = match key.code {
        KeyCode::Char('a') if control => InputRequest::GoToStart,
        KeyCode::Char('e') if control => InputRequest::GoToEnd,
        KeyCode::Char('b') if control => InputRequest::GoToPrevChar,
        KeyCode::Char('f') if control => InputRequest::GoToNextChar,
        KeyCode::Char('h') if control => InputRequest::DeletePrevChar,
        KeyCode::Char('d') if control => InputRequest::DeleteNextChar,
        KeyCode::Char('k') if control => InputRequest::DeleteTillEnd,
        KeyCode::Char('u') if control => InputRequest::DeleteFromStart,
        KeyCode::Char('w') if control => InputRequest::DeletePrevWord,
        KeyCode::Char('y') if control => InputRequest::Yank,
        KeyCode::Char('b') if alt => InputRequest::GoToPrevWord,
        KeyCode::Char('f') if alt => InputRequest::GoToNextWord,
        KeyCode::Char('d') if alt => InputRequest::DeleteNextWord,
        KeyCode::Char(letter) if !control && !alt => InputRequest::InsertChar(letter),
        KeyCode::Backspace if alt || control => InputRequest::DeletePrevWord,
        KeyCode::Backspace => InputRequest::DeletePrevChar,
        KeyCode::Delete => InputRequest::DeleteNextChar,
        KeyCode::Left if control || alt => InputRequest::GoToPrevWord,
        KeyCode::Right if control || alt => InputRequest::GoToNextWord,
        KeyCode::Left => InputRequest::GoToPrevChar,
        KeyCode::Right => InputRequest::GoToNextChar,
        KeyCode::Home => InputRequest::GoToStart,
        KeyCode::End => InputRequest::GoToEnd,
        _ => return None,
    };
    Some(request)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Field {
        let mut field = Field::default();
        for letter in text.chars() {
            assert!(field.key(&KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE)));
        }
        field
    }

    #[test]
    fn typing_and_editing() {
        let mut field = typed("prod eu");
        field.key(&KeyEvent::new(KeyCode::Char('w'), KeyModifiers::CONTROL));
        assert_eq!(field.text(), "prod ");
        field.key(&KeyEvent::new(KeyCode::Home, KeyModifiers::NONE));
        field.key(&KeyEvent::new(KeyCode::Char('x'), KeyModifiers::SHIFT));
        assert_eq!(field.text(), "xprod ");
    }

    #[test]
    fn enter_and_function_keys_are_not_text() {
        let mut field = typed("a");
        for code in [KeyCode::Enter, KeyCode::Tab, KeyCode::Esc, KeyCode::F(3)] {
            assert!(!field.key(&KeyEvent::new(code, KeyModifiers::NONE)));
        }
        assert_eq!(field.text(), "a");
    }

    #[test]
    fn pasted_control_characters_are_dropped() {
        let mut field = Field::default();
        field.paste("one\ttwo\u{1b}[31m\nthree\n");
        assert_eq!(field.text(), "one two[31m three");
    }

    #[test]
    fn a_secret_is_never_shown() {
        let mut field = Field::secret();
        field.paste("hunter2");
        assert_eq!(field.shown(20).0, "*******");
    }

    #[test]
    fn a_long_text_scrolls_with_its_cursor() {
        let field = typed("abcdefghijklmnop");
        let (shown, cursor) = field.shown(6);
        assert!(shown.ends_with('p'), "{shown}");
        assert_eq!(cursor, 5);
    }
}
