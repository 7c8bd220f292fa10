//! Control sequences: `ESC [ …` and `ESC O …`, in the forms that terminals have for keys.
//!
//! Sources: xterm's control sequences (ctlseqs), the Linux console's keymap, rxvt's and kitty's documents.

use super::{Front, Input};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

/// Longer than any sequence a terminal sends.
const LONGEST: usize = 64;

/// `ESC [ parameters intermediates final`.
pub fn csi(bytes: &[u8]) -> Front {
    if bytes.get(2) == Some(&b'[') {
        // The Linux console: F1 to F5.
        return match bytes.get(3) {
            None => Front::Unfinished,
            Some(letter @ b'A'..=b'E') => key(KeyCode::F(letter - b'A' + 1), KeyModifiers::NONE, 4),
            Some(_) => Front::Is(None, 3),
        };
    }
    let mut at = 2;
    loop {
        match bytes.get(at) {
            None if at > LONGEST => return Front::Is(None, at),
            None => return Front::Unfinished,
            // rxvt ends shifted keys with what is an intermediate elsewhere.
            Some(b'$') if at > 2 && bytes[2..at].iter().all(u8::is_ascii_digit) => break,
            Some(0x20..=0x3f) => at += 1,
            Some(0x40..=0x7e) => break,
            // Not a sequence after all: what broke it is looked at again.
            Some(_) => return Front::Is(None, at),
        }
    }
    let (body, last, taken) = (&bytes[2..at], bytes[at], at + 1);
    if body == b"200" && last == b'~' {
        return Front::PasteBegins(taken);
    }
    if last == b'M' && body.is_empty() {
        // The mouse in its oldest form, which is not asked for: three bytes follow.
        return if bytes.len() < taken + 3 {
            Front::Unfinished
        } else {
            Front::Is(None, taken + 3)
        };
    }
    Front::Is(meaning(body, last), taken)
}

/// `ESC O final`, with modifiers in between where old terminals put them.
pub fn ss3(bytes: &[u8]) -> Front {
    let (modifiers, at) = match bytes.get(2) {
        None => return Front::Unfinished,
        Some(digit @ b'2'..=b'8') => (modifiers(u32::from(digit - b'0')), 3),
        Some(_) => (KeyModifiers::NONE, 2),
    };
    let Some(&last) = bytes.get(at) else {
        return Front::Unfinished;
    };
    let code = match last {
        b'a'..=b'd' => {
            let code = arrow(last.to_ascii_uppercase());
            return key(
                code.unwrap_or(KeyCode::Up),
                modifiers | KeyModifiers::CONTROL,
                at + 1,
            );
        }
        b'M' => KeyCode::Enter,
        b'I' => KeyCode::Tab,
        b'X' => KeyCode::Char('='),
        b' ' => KeyCode::Char(' '),
        b'j'..=b'y' => KeyCode::Char(char::from(last - b'j' + b'*')),
        // A byte that cannot belong to it is looked at again.
        0..0x20 | 0x7f.. => return Front::Is(None, at),
        _ => match letter(last) {
            Some(code) => code,
            None => return Front::Is(None, at + 1),
        },
    };
    key(code, modifiers, at + 1)
}

fn key(code: KeyCode, modifiers: KeyModifiers, taken: usize) -> Front {
    Front::Is(Some(Input::Key(KeyEvent::new(code, modifiers))), taken)
}

fn meaning(body: &[u8], last: u8) -> Option<Input> {
    if let Some(report) = body.strip_prefix(b"<") {
        return mouse(report, last);
    }
    // Answers to questions that are not ours, and whatever has intermediates.
    if body
        .iter()
        .any(|byte| !matches!(byte, b'0'..=b'9' | b';' | b':'))
    {
        return None;
    }
    let parameters = Parameters::read(body);
    let modifiers = modifiers(parameters.get(1, 1));
    if parameters.released {
        return None;
    }
    let code = match last {
        b'n' => return matches!(parameters.get(0, 0), 0 | 3).then_some(Input::Answer),
        b'I' if body.is_empty() => return Some(Input::Focus(true)),
        b'O' if body.is_empty() => return Some(Input::Focus(false)),
        b'Z' => return plain_key(KeyCode::BackTab, modifiers | KeyModifiers::SHIFT),
        b'a'..=b'd' if body.is_empty() => {
            return plain_key(arrow(last.to_ascii_uppercase())?, KeyModifiers::SHIFT);
        }
        b'u' => return unicode(parameters.get(0, 0), modifiers),
        b'~' if parameters.get(0, 0) == 27 => return unicode(parameters.get(2, 0), modifiers),
        b'~' => numbered(parameters.get(0, 0))?,
        b'$' => return plain_key(numbered(parameters.get(0, 0))?, KeyModifiers::SHIFT),
        b'^' => return plain_key(numbered(parameters.get(0, 0))?, KeyModifiers::CONTROL),
        b'@' => {
            let both = KeyModifiers::CONTROL | KeyModifiers::SHIFT;
            return plain_key(numbered(parameters.get(0, 0))?, both);
        }
        _ => letter(last)?,
    };
    plain_key(code, modifiers)
}

fn plain_key(code: KeyCode, modifiers: KeyModifiers) -> Option<Input> {
    Some(Input::Key(KeyEvent::new(code, modifiers)))
}

fn arrow(letter: u8) -> Option<KeyCode> {
    Some(match letter {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        _ => return None,
    })
}

fn letter(letter: u8) -> Option<KeyCode> {
    Some(match letter {
        b'A'..=b'D' => return arrow(letter),
        b'E' => KeyCode::KeypadBegin,
        b'F' => KeyCode::End,
        b'H' => KeyCode::Home,
        b'P'..=b'S' => KeyCode::F(letter - b'P' + 1),
        _ => return None,
    })
}

/// The keys of `CSI number ~`.
fn numbered(number: u32) -> Option<KeyCode> {
    Some(match number {
        1 | 7 => KeyCode::Home,
        2 => KeyCode::Insert,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        11..=15 => KeyCode::F(number as u8 - 10),
        17..=21 => KeyCode::F(number as u8 - 11),
        23..=26 => KeyCode::F(number as u8 - 12),
        28 | 29 => KeyCode::F(number as u8 - 13),
        31..=34 => KeyCode::F(number as u8 - 14),
        _ => return None,
    })
}

/// xterm's modifier parameter: one more than the sum of its bits.
fn modifiers(parameter: u32) -> KeyModifiers {
    let bits = parameter.saturating_sub(1);
    let mut modifiers = KeyModifiers::NONE;
    for (bit, modifier) in [
        (1, KeyModifiers::SHIFT),
        (2, KeyModifiers::ALT),
        (4, KeyModifiers::CONTROL),
        (8, KeyModifiers::SUPER),
        (16, KeyModifiers::HYPER),
        (32, KeyModifiers::META),
    ] {
        if bits & bit != 0 {
            modifiers |= modifier;
        }
    }
    modifiers
}

/// A key given as its code point.
fn unicode(code: u32, modifiers: KeyModifiers) -> Option<Input> {
    let code = match char::from_u32(code)? {
        '\r' => KeyCode::Enter,
        '\t' if modifiers.contains(KeyModifiers::SHIFT) => KeyCode::BackTab,
        '\t' => KeyCode::Tab,
        '\u{1b}' => KeyCode::Esc,
        '\u{8}' | '\u{7f}' => KeyCode::Backspace,
        // Keys that only this form has: media keys, modifiers by themselves.
        '\u{e000}'..='\u{f8ff}' => return None,
        character if character.is_control() => return None,
        character if modifiers.contains(KeyModifiers::SHIFT) => {
            let mut upper = character.to_uppercase();
            KeyCode::Char(match (upper.next(), upper.next()) {
                (Some(single), None) => single,
                _ => character,
            })
        }
        character => KeyCode::Char(character),
    };
    plain_key(code, modifiers)
}

/// `CSI < button ; column ; row M` (pressed) or `m` (released).
fn mouse(report: &[u8], last: u8) -> Option<Input> {
    let parameters = Parameters::read(report);
    let button = parameters.get(0, 0);
    // Without its three numbers it is no report; buttons from 128 on are those of gaming mice.
    if button >= 128 || report.split(|byte| *byte == b';').count() != 3 {
        return None;
    }
    let which = match button & 3 {
        0 => MouseButton::Left,
        1 => MouseButton::Middle,
        _ => MouseButton::Right,
    };
    let kind = match (last, button & 64 != 0, button & 32 != 0, button & 3) {
        (b'M', true, _, 0) => MouseEventKind::ScrollUp,
        (b'M', true, _, 1) => MouseEventKind::ScrollDown,
        (b'M', true, _, 2) => MouseEventKind::ScrollLeft,
        (b'M', true, _, _) => MouseEventKind::ScrollRight,
        (b'M', false, true, 3) => MouseEventKind::Moved,
        (b'M', false, true, _) => MouseEventKind::Drag(which),
        (b'M', false, false, 0..=2) => MouseEventKind::Down(which),
        (b'm', false, _, 0..=2) => MouseEventKind::Up(which),
        _ => return None,
    };
    let mut modifiers = KeyModifiers::NONE;
    for (bit, modifier) in [
        (4, KeyModifiers::SHIFT),
        (8, KeyModifiers::ALT),
        (16, KeyModifiers::CONTROL),
    ] {
        if button & bit != 0 {
            modifiers |= modifier;
        }
    }
    let place = |index| u16::try_from(parameters.get(index, 1).saturating_sub(1)).ok();
    Some(Input::Mouse(MouseEvent {
        kind,
        column: place(1)?,
        row: place(2)?,
        modifiers,
    }))
}

/// Numbers between semicolons; of sub-parameters only the first, and whether the key was released.
struct Parameters {
    numbers: [u32; 4],
    released: bool,
}

impl Parameters {
    fn read(body: &[u8]) -> Self {
        let mut numbers = [0; 4];
        let mut released = false;
        for (index, parameter) in body.split(|byte| *byte == b';').take(4).enumerate() {
            let mut parts = parameter.split(|byte| *byte == b':');
            numbers[index] = number(parts.next().unwrap_or_default());
            // kitty: 1 pressed, 2 repeated, 3 released.
            released |= index == 1 && parts.next() == Some(b"3");
        }
        Parameters { numbers, released }
    }

    /// A parameter that is absent or zero has its default.
    fn get(&self, index: usize, default: u32) -> u32 {
        match self.numbers.get(index) {
            Some(0) | None => default,
            Some(number) => *number,
        }
    }
}

fn number(digits: &[u8]) -> u32 {
    digits.iter().fold(0, |number: u32, digit| {
        number
            .saturating_mul(10)
            .saturating_add(u32::from(digit.wrapping_sub(b'0')))
    })
}
