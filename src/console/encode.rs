//! Keys as the bytes a terminal would send: for the step that the responder is attached to.
//!
//! The forms are xterm's. It must not know the model.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// The bytes of a key as text; `None` where a terminal sends nothing for it. `application` is the
/// step's cursor-key mode (DECCKM).
#[allow(
    clippy::wildcard_enum_match_arm,
    reason = "what is not named here sends nothing"
)]
pub fn key(key: &KeyEvent, application: bool) -> Option<String> {
    let alt = key.modifiers.contains(KeyModifiers::ALT);
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    let with_alt = |text: String| {
        if alt { format!("\u{1b}{text}") } else { text }
    };
    let text = match key.code {
        KeyCode::Char(letter) if control => with_alt(control_letter(letter)?.to_string()),
        KeyCode::Char(letter) => with_alt(letter.to_string()),
        KeyCode::Enter => with_alt("\r".into()),
        KeyCode::Tab => with_alt("\t".into()),
        KeyCode::BackTab => "\u{1b}[Z".into(),
        KeyCode::Backspace if control => with_alt("\u{8}".into()),
        KeyCode::Backspace => with_alt("\u{7f}".into()),
        KeyCode::Esc => with_alt("\u{1b}".into()),
        KeyCode::Up => cursor('A', key.modifiers, application),
        KeyCode::Down => cursor('B', key.modifiers, application),
        KeyCode::Right => cursor('C', key.modifiers, application),
        KeyCode::Left => cursor('D', key.modifiers, application),
        KeyCode::Home => cursor('H', key.modifiers, application),
        KeyCode::End => cursor('F', key.modifiers, application),
        KeyCode::Insert => tilde(2, key.modifiers),
        KeyCode::Delete => tilde(3, key.modifiers),
        KeyCode::PageUp => tilde(5, key.modifiers),
        KeyCode::PageDown => tilde(6, key.modifiers),
        KeyCode::F(number) => function(number, key.modifiers)?,
        _ => return None,
    };
    Some(text)
}

/// A paste as the step wants it. The end marker is taken out of the text, so that pasted text cannot
/// end the paste by itself.
pub fn paste(text: &str, bracketed: bool) -> String {
    let text = text.replace("\r\n", "\r").replace('\n', "\r");
    if bracketed {
        format!("\u{1b}[200~{}\u{1b}[201~", text.replace('\u{1b}', ""))
    } else {
        text
    }
}

fn control_letter(letter: char) -> Option<char> {
    match letter.to_ascii_lowercase() {
        letter @ 'a'..='z' => char::from_u32(u32::from(letter) - u32::from('a') + 1),
        ' ' | '@' | '2' => Some('\0'),
        '[' | '3' => Some('\u{1b}'),
        '\\' | '4' => Some('\u{1c}'),
        ']' | '5' => Some('\u{1d}'),
        '^' | '6' => Some('\u{1e}'),
        '_' | '/' | '7' => Some('\u{1f}'),
        '?' | '8' => Some('\u{7f}'),
        _ => None,
    }
}

/// 1 plus shift 1, alt 2, control 4.
fn modifier(modifiers: KeyModifiers) -> u8 {
    1 + u8::from(modifiers.contains(KeyModifiers::SHIFT))
        + 2 * u8::from(modifiers.contains(KeyModifiers::ALT))
        + 4 * u8::from(modifiers.contains(KeyModifiers::CONTROL))
}

fn cursor(letter: char, modifiers: KeyModifiers, application: bool) -> String {
    match modifier(modifiers) {
        1 if application => format!("\u{1b}O{letter}"),
        1 => format!("\u{1b}[{letter}"),
        code => format!("\u{1b}[1;{code}{letter}"),
    }
}

fn tilde(number: u8, modifiers: KeyModifiers) -> String {
    match modifier(modifiers) {
        1 => format!("\u{1b}[{number}~"),
        code => format!("\u{1b}[{number};{code}~"),
    }
}

fn function(number: u8, modifiers: KeyModifiers) -> Option<String> {
    let text = match number {
        1..=4 => {
            let letter = char::from(b'P' + number - 1);
            match modifier(modifiers) {
                1 => format!("\u{1b}O{letter}"),
                code => format!("\u{1b}[1;{code}{letter}"),
            }
        }
        5 => tilde(15, modifiers),
        6..=10 => tilde(number + 11, modifiers),
        11 | 12 => tilde(number + 12, modifiers),
        _ => return None,
    };
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: KeyCode, modifiers: KeyModifiers, application: bool, expected: &str) {
        assert_eq!(
            key(&KeyEvent::new(code, modifiers), application).as_deref(),
            Some(expected)
        );
    }

    #[test]
    fn letters_and_control_letters() {
        check(KeyCode::Char('ü'), KeyModifiers::NONE, false, "ü");
        check(KeyCode::Char('c'), KeyModifiers::CONTROL, false, "\u{3}");
        check(KeyCode::Char('C'), KeyModifiers::CONTROL, false, "\u{3}");
        check(KeyCode::Char('x'), KeyModifiers::ALT, false, "\u{1b}x");
        check(KeyCode::Char(']'), KeyModifiers::CONTROL, false, "\u{1d}");
        check(KeyCode::Enter, KeyModifiers::NONE, false, "\r");
        check(KeyCode::Backspace, KeyModifiers::NONE, false, "\u{7f}");
    }

    #[test]
    fn cursor_keys_follow_the_steps_mode() {
        check(KeyCode::Up, KeyModifiers::NONE, false, "\u{1b}[A");
        check(KeyCode::Up, KeyModifiers::NONE, true, "\u{1b}OA");
        check(KeyCode::Left, KeyModifiers::CONTROL, true, "\u{1b}[1;5D");
        check(KeyCode::End, KeyModifiers::NONE, true, "\u{1b}OF");
        check(KeyCode::Delete, KeyModifiers::SHIFT, false, "\u{1b}[3;2~");
        check(KeyCode::F(1), KeyModifiers::NONE, false, "\u{1b}OP");
        check(KeyCode::F(5), KeyModifiers::NONE, false, "\u{1b}[15~");
        check(KeyCode::F(12), KeyModifiers::NONE, false, "\u{1b}[24~");
    }

    #[test]
    fn a_paste_cannot_leave_its_brackets() {
        assert_eq!(
            paste("a\nb\u{1b}[201~rm -rf /\n", true),
            "\u{1b}[200~a\rb[201~rm -rf /\r\u{1b}[201~"
        );
        assert_eq!(paste("a\r\nb", false), "a\rb");
    }
}
