//! How a key is spelled in keymap files and on screen: `enter`, `ctrl-r`, `shift-tab`, `G`, `?`.
//!
//! Only what a terminal really sends can be spelled: `ctrl-i` is refused, because it arrives as `tab`.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key with its modifiers, in the one form that comparing needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Chord {
    pub code: KeyCode,
    pub modifiers: KeyModifiers,
}

const NAMED: [(&str, KeyCode); 15] = [
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("space", KeyCode::Char(' ')),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("insert", KeyCode::Insert),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pageup", KeyCode::PageUp),
    ("pagedown", KeyCode::PageDown),
];

impl Chord {
    /// The shift of a character is in the character, and control does not tell cases apart.
    pub fn of(key: KeyEvent) -> Chord {
        let mut modifiers = key.modifiers;
        let mut code = key.code;
        if let KeyCode::Char(character) = code {
            modifiers -= KeyModifiers::SHIFT;
            if modifiers.contains(KeyModifiers::CONTROL) {
                code = KeyCode::Char(character.to_ascii_lowercase());
            }
        } else if code == KeyCode::BackTab {
            modifiers |= KeyModifiers::SHIFT;
            code = KeyCode::Tab;
        }
        Chord { code, modifiers }
    }

    /// Whether pressing it types a character.
    pub fn is_text(self) -> bool {
        matches!(self.code, KeyCode::Char(_)) && self.modifiers.is_empty()
    }

    /// Reads a spelling; the error says what is expected.
    pub fn parse(text: &str) -> Result<Chord, String> {
        let mut rest = text;
        let mut modifiers = KeyModifiers::NONE;
        loop {
            let (prefix, modifier) = if rest.starts_with("ctrl-") {
                ("ctrl-", KeyModifiers::CONTROL)
            } else if rest.starts_with("alt-") {
                ("alt-", KeyModifiers::ALT)
            } else if rest.starts_with("shift-") {
                ("shift-", KeyModifiers::SHIFT)
            } else {
                break;
            };
            if rest.len() == prefix.len() {
                break;
            }
            modifiers |= modifier;
            rest = &rest[prefix.len()..];
        }
        let code = code(rest).ok_or_else(|| {
            format!(
                "`{text}` is not a key: expected a character, `enter`, `esc`, `tab`, `space`, `backspace`, \
                 `delete`, `insert`, `up`, `down`, `left`, `right`, `home`, `end`, `pageup`, `pagedown` or `f1` to \
                 `f12`, with `ctrl-`, `alt-` or `shift-` before it"
            )
        })?;
        if let KeyCode::Char(character) = code {
            if modifiers.contains(KeyModifiers::SHIFT) && character != ' ' {
                return Err(format!(
                    "`{text}` cannot be told from a character: write the character that shift makes (`G`, `?`)"
                ));
            }
            if modifiers.contains(KeyModifiers::CONTROL) {
                Self::check_control(text, character)?;
            }
        }
        Ok(Chord::of(KeyEvent::new(code, modifiers)))
    }

    /// What control and a character arrive as.
    fn check_control(text: &str, character: char) -> Result<(), String> {
        let arrives_as = match character.to_ascii_lowercase() {
            'i' => "tab",
            'm' => "enter",
            'h' => "backspace",
            '[' => "esc",
            'a'..='z' | '\\' | ']' | '^' | '_' | '@' | ' ' => return Ok(()),
            _ => {
                return Err(format!(
                    "`{text}` is sent by no terminal: after `ctrl-` expected a letter or one of \\ ] ^ _ @ space"
                ));
            }
        };
        Err(format!(
            "`{text}` arrives as `{arrives_as}` in a terminal: write `{arrives_as}`"
        ))
    }

    /// As it is shown; `parse` reads it back.
    pub fn spell(self) -> String {
        let mut text = String::new();
        for (modifier, prefix) in [
            (KeyModifiers::CONTROL, "ctrl-"),
            (KeyModifiers::ALT, "alt-"),
            (KeyModifiers::SHIFT, "shift-"),
        ] {
            if self.modifiers.contains(modifier) {
                text.push_str(prefix);
            }
        }
        if let Some((name, _)) = NAMED.iter().find(|(_, code)| *code == self.code) {
            text.push_str(name);
        } else if let KeyCode::Char(character) = self.code {
            text.push(character);
        } else if let KeyCode::F(number) = self.code {
            text.push('f');
            text.push_str(&number.to_string());
        } else {
            text.push_str("unknown");
        }
        text
    }
}

fn code(name: &str) -> Option<KeyCode> {
    if let Some((_, code)) = NAMED.iter().find(|(known, _)| *known == name) {
        return Some(*code);
    }
    let mut characters = name.chars();
    match (characters.next(), characters.next()) {
        (Some(character), None) if !character.is_control() => Some(KeyCode::Char(character)),
        (Some('f'), Some(_)) => name[1..]
            .parse::<u8>()
            .ok()
            .filter(|number| (1..=12).contains(number) && !name[1..].starts_with('0'))
            .map(KeyCode::F),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
    use super::*;

    #[test]
    fn spelled_keys_read_back() {
        for text in [
            "a",
            "G",
            "?",
            "-",
            "enter",
            "esc",
            "space",
            "ctrl-r",
            "ctrl-]",
            "ctrl-space",
            "alt-x",
            "alt-X",
            "shift-tab",
            "shift-up",
            "ctrl-alt-left",
            "f1",
            "f12",
            "alt--",
            "ü",
            "ctrl-\\",
        ] {
            assert_eq!(Chord::parse(text).unwrap().spell(), text);
        }
    }

    #[test]
    fn what_no_terminal_sends_is_refused_with_what_to_write() {
        for (text, expected) in [
            ("ctrl-i", "write `tab`"),
            ("ctrl-m", "write `enter`"),
            ("ctrl-[", "write `esc`"),
            ("ctrl-h", "write `backspace`"),
            ("shift-a", "write the character"),
            ("ctrl-1", "after `ctrl-` expected"),
            ("return", "is not a key"),
            ("f13", "is not a key"),
            ("f01", "is not a key"),
            ("", "is not a key"),
            ("ctrl-", "is not a key"),
        ] {
            let error = Chord::parse(text).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn events_compare_whatever_the_terminal_says_of_shift() {
        let upper = KeyEvent::new(KeyCode::Char('G'), KeyModifiers::SHIFT);
        assert_eq!(Chord::of(upper), Chord::parse("G").unwrap());
        let back = KeyEvent::new(KeyCode::BackTab, KeyModifiers::NONE);
        assert_eq!(Chord::of(back), Chord::parse("shift-tab").unwrap());
        let control = KeyEvent::new(KeyCode::Char('R'), KeyModifiers::CONTROL);
        assert_eq!(Chord::of(control), Chord::parse("ctrl-r").unwrap());
    }
}
