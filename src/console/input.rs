//! Bytes from the terminal → keys, pastes, mouse and the answer to our status question.
//!
//! Knows the forms of xterm, tmux, screen, the Linux console, rxvt and the CSI u keys of kitty. It must not read
//! anything itself: bytes are handed in as they come, cut anywhere, and cutting never changes the result. The one
//! thing that time decides is a lone escape: [`Decoder::patience`] says how long to wait, [`Decoder::flush`] ends it.

mod paste;
mod sequence;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseEvent};
use paste::Paste;
use std::time::Duration;

/// What came from the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    Key(KeyEvent),
    /// Clean text: line ends are `\n`, no other control characters but tabs.
    Paste(String),
    Mouse(MouseEvent),
    /// The terminal got or lost the focus.
    Focus(bool),
    /// The terminal has worked off everything up to a `CSI 5 n`.
    Answer,
}

/// How long the rest of a sequence may take after a lone escape: a press of Esc has no rest.
const ESCAPE_PATIENCE: Duration = Duration::from_millis(40);
/// And after more than that, which no single key sends.
const SEQUENCE_PATIENCE: Duration = Duration::from_millis(500);

/// Holds what has come of an unfinished sequence.
#[derive(Debug, Default)]
pub struct Decoder {
    pending: Vec<u8>,
    paste: Option<Paste>,
    /// A lone escape was given up a moment ago: what comes next may be its belated rest.
    gave_up: bool,
}

/// What the front of the buffer is.
enum Front {
    /// Something (or nothing of meaning), and how many bytes it took.
    Is(Option<Input>, usize),
    PasteBegins(usize),
    /// Cannot be told yet.
    Unfinished,
}

impl Decoder {
    /// Takes bytes in; appends what they mean to `out`.
    pub fn feed(&mut self, bytes: &[u8], out: &mut Vec<Input>) {
        if std::mem::take(&mut self.gave_up) && self.pending.is_empty() {
            // `[A` in one piece right after an escape is an arrow key that a slow line tore apart: nobody types it
            // so fast, and taken as two keys it would do two things that nobody asked for.
            if matches!(bytes.first(), Some(b'[' | b'O')) && bytes.len() > 1 {
                self.pending.push(0x1b);
            }
        }
        self.pending.extend_from_slice(bytes);
        let mut at = 0;
        while at < self.pending.len() {
            if let Some(paste) = &mut self.paste {
                let (taken, ended) =
                    paste.take(&self.pending[at..], |text| out.push(Input::Paste(text)));
                at += taken;
                if !ended {
                    break;
                }
                self.paste = None;
                continue;
            }
            match front(&self.pending[at..]) {
                Front::Is(input, taken) => {
                    out.extend(input);
                    at += taken;
                }
                Front::PasteBegins(taken) => {
                    self.paste = Some(Paste::default());
                    at += taken;
                }
                Front::Unfinished => break,
            }
        }
        self.pending.drain(..at);
    }

    /// How long to wait for more bytes before `flush`; `None`: as long as it takes.
    pub fn patience(&self) -> Option<Duration> {
        match (&self.paste, self.pending.as_slice()) {
            (None, [0x1b]) => Some(ESCAPE_PATIENCE),
            (None, [0x1b, ..]) => Some(SEQUENCE_PATIENCE),
            _ => None,
        }
    }

    /// No more bytes came: what is held was all of it.
    pub fn flush(&mut self, out: &mut Vec<Input>) {
        if self.patience().is_none() {
            return;
        }
        let pending = std::mem::take(&mut self.pending);
        let mut rest = pending.as_slice();
        while let [0x1b, 0x1b, ..] = rest {
            out.push(key(KeyCode::Esc, KeyModifiers::NONE));
            rest = &rest[1..];
        }
        match rest {
            [0x1b] => {
                out.push(key(KeyCode::Esc, KeyModifiers::NONE));
                self.gave_up = true;
            }
            [0x1b, introducer @ (b'[' | b'O')] => {
                out.push(key(
                    KeyCode::Char(char::from(*introducer)),
                    KeyModifiers::ALT,
                ));
            }
            // The torn rest of a sequence means nothing, and must not be taken for typed characters.
            _ => {}
        }
    }
}

fn key(code: KeyCode, modifiers: KeyModifiers) -> Input {
    Input::Key(KeyEvent::new(code, modifiers))
}

fn front(bytes: &[u8]) -> Front {
    match bytes {
        [] | [0x1b] => Front::Unfinished,
        [0x1b, b'[', ..] => sequence::csi(bytes),
        [0x1b, b'O', ..] => sequence::ss3(bytes),
        [0x1b, 0x1b, ..] => match front(&bytes[1..]) {
            // Some terminals put one more escape before a key for alt; where none follows it is Esc itself.
            Front::Is(Some(Input::Key(mut event)), taken) if taken > 2 => {
                event.modifiers |= KeyModifiers::ALT;
                Front::Is(Some(Input::Key(event)), taken + 1)
            }
            Front::Unfinished => Front::Unfinished,
            Front::Is(..) | Front::PasteBegins(_) => {
                Front::Is(Some(key(KeyCode::Esc, KeyModifiers::NONE)), 1)
            }
        },
        [0x1b, ..] => match plain(&bytes[1..]) {
            Front::Is(Some(Input::Key(mut event)), taken) => {
                event.modifiers |= KeyModifiers::ALT;
                Front::Is(Some(Input::Key(event)), taken + 1)
            }
            Front::Is(other, taken) => Front::Is(other, taken + 1),
            Front::PasteBegins(taken) => Front::PasteBegins(taken),
            Front::Unfinished => Front::Unfinished,
        },
        _ => plain(bytes),
    }
}

/// A character or a control character.
fn plain(bytes: &[u8]) -> Front {
    let Some(&first) = bytes.first() else {
        return Front::Unfinished;
    };
    let control = |character: u8| (KeyCode::Char(char::from(character)), KeyModifiers::CONTROL);
    let none = KeyModifiers::NONE;
    let (code, modifiers) = match first {
        b'\r' => (KeyCode::Enter, none),
        b'\t' => (KeyCode::Tab, none),
        // Terminals differ in which of the two their backspace key sends.
        0x08 | 0x7f => (KeyCode::Backspace, none),
        0x00 => control(b' '),
        0x01..=0x1a => control(first - 1 + b'a'),
        0x1c..=0x1f => control(first - 0x1c + b'\\'),
        0x20..=0x7e => (KeyCode::Char(char::from(first)), none),
        _ => return character(bytes),
    };
    Front::Is(Some(key(code, modifiers)), 1)
}

/// A character of more than one byte.
fn character(bytes: &[u8]) -> Front {
    let window = &bytes[..bytes.len().min(4)];
    let valid = match std::str::from_utf8(window) {
        Ok(text) => text,
        Err(error) if error.valid_up_to() > 0 => {
            std::str::from_utf8(&window[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(error) => {
            return match error.error_len() {
                Some(length) => Front::Is(None, length),
                None => Front::Unfinished,
            };
        }
    };
    match valid.chars().next() {
        Some(character) if character.is_control() => Front::Is(None, character.len_utf8()),
        Some(character) => Front::Is(
            Some(key(KeyCode::Char(character), KeyModifiers::NONE)),
            character.len_utf8(),
        ),
        None => Front::Is(None, 1),
    }
}

#[cfg(test)]
mod tests;
