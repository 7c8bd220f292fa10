//! The pen: which colours and modifiers the terminal writes with now, and the shortest way to others.

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

/// Modifiers that are seen where there is no character.
pub const SHOWS_ON_BLANK: Modifier = Modifier::UNDERLINED
    .union(Modifier::REVERSED)
    .union(Modifier::CROSSED_OUT);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pen {
    foreground: Color,
    background: Color,
    modifier: Modifier,
}

impl Default for Pen {
    fn default() -> Self {
        Pen {
            foreground: Color::Reset,
            background: Color::Reset,
            modifier: Modifier::empty(),
        }
    }
}

/// On and off codes (SGR, ECMA-48). Bold and dim share their off code, so they go together.
const MODIFIERS: [(Modifier, u8, u8); 9] = [
    (Modifier::BOLD, 1, 22),
    (Modifier::DIM, 2, 22),
    (Modifier::ITALIC, 3, 23),
    (Modifier::UNDERLINED, 4, 24),
    (Modifier::SLOW_BLINK, 5, 25),
    (Modifier::RAPID_BLINK, 6, 25),
    (Modifier::REVERSED, 7, 27),
    (Modifier::HIDDEN, 8, 28),
    (Modifier::CROSSED_OUT, 9, 29),
];

impl Pen {
    /// Takes the pen that this cell is written with.
    pub fn text(&mut self, cell: &Cell, out: &mut Vec<u8>) {
        let wanted = Pen {
            foreground: cell.fg,
            background: cell.bg,
            modifier: cell.modifier,
        };
        self.change(wanted, out);
    }

    /// Takes a pen that this blank can be written with: what does not show on a blank stays as it is.
    pub fn blank(&mut self, cell: &Cell, out: &mut Vec<u8>) {
        let shows = cell.modifier & SHOWS_ON_BLANK;
        if shows == self.modifier & SHOWS_ON_BLANK
            && cell.bg == self.background
            && (shows.is_empty() || cell.fg == self.foreground)
        {
            return;
        }
        self.text(cell, out);
    }

    /// The pen of a new terminal.
    pub fn plain(&mut self, out: &mut Vec<u8>) {
        self.change(Pen::default(), out);
    }

    fn change(&mut self, wanted: Pen, out: &mut Vec<u8>) {
        if *self == wanted {
            return;
        }
        let mut step = Codes::default();
        self.codes_to(wanted, &mut step);
        let mut anew = Codes::default();
        anew.add(0);
        Pen::default().codes_to(wanted, &mut anew);
        let shorter = if wanted == Pen::default() {
            b"".as_slice()
        } else if anew.bytes().len() < step.bytes().len() {
            anew.bytes()
        } else {
            step.bytes()
        };
        out.extend_from_slice(b"\x1b[");
        out.extend_from_slice(shorter);
        out.push(b'm');
        *self = wanted;
    }

    fn codes_to(self, wanted: Pen, codes: &mut Codes) {
        let mut on = wanted.modifier - self.modifier;
        let off = self.modifier - wanted.modifier;
        let mut done = 0;
        for (modifier, _, code) in MODIFIERS {
            if off.contains(modifier) && code != done {
                codes.add(code);
                done = code;
                // What shares the off code and stays has to be set again.
                for (other, _, shared) in MODIFIERS {
                    if shared == code {
                        on |= other & wanted.modifier;
                    }
                }
            }
        }
        for (modifier, code, _) in MODIFIERS {
            if on.contains(modifier) {
                codes.add(code);
            }
        }
        if self.foreground != wanted.foreground {
            codes.colour(wanted.foreground, 30);
        }
        if self.background != wanted.background {
            codes.colour(wanted.background, 40);
        }
    }
}

/// Numbers between semicolons; the longest there can be fits.
#[derive(Default)]
struct Codes {
    text: Vec<u8>,
}

impl Codes {
    fn bytes(&self) -> &[u8] {
        &self.text
    }

    fn add(&mut self, code: u8) {
        if !self.text.is_empty() {
            self.text.push(b';');
        }
        if code >= 100 {
            self.text.push(b'0' + code / 100);
        }
        if code >= 10 {
            self.text.push(b'0' + code / 10 % 10);
        }
        self.text.push(b'0' + code % 10);
    }

    /// `base` is 30 for the foreground, 40 for the background.
    fn colour(&mut self, colour: Color, base: u8) {
        let code = match colour {
            Color::Reset => base + 9,
            Color::Black => base,
            Color::Red => base + 1,
            Color::Green => base + 2,
            Color::Yellow => base + 3,
            Color::Blue => base + 4,
            Color::Magenta => base + 5,
            Color::Cyan => base + 6,
            Color::Gray => base + 7,
            Color::DarkGray => base + 60,
            Color::LightRed => base + 61,
            Color::LightGreen => base + 62,
            Color::LightYellow => base + 63,
            Color::LightBlue => base + 64,
            Color::LightMagenta => base + 65,
            Color::LightCyan => base + 66,
            Color::White => base + 67,
            Color::Indexed(index) => {
                self.add(base + 8);
                self.add(5);
                return self.add(index);
            }
            Color::Rgb(red, green, blue) => {
                self.add(base + 8);
                self.add(2);
                self.add(red);
                self.add(green);
                return self.add(blue);
            }
        };
        self.add(code);
    }
}
