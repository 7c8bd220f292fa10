//! Cells → bytes, as few as possible: what ratatui calls its backend, writing into memory.
//!
//! It remembers where the cursor stands and which pen is in force, over frames. It must not write to the terminal
//! (`session` does, a frame at a time), and lets no control character of a cell through.

mod pen;

use pen::Pen;
use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use ratatui::style::Color;
use std::convert::Infallible;
use unicode_width::UnicodeWidthStr;

/// A frame of more bytes than this is shown by the terminal in one go, where it can.
const LARGE: usize = 256;
const BEGIN_UPDATE: &[u8] = b"\x1b[?2026h";
const END_UPDATE: &[u8] = b"\x1b[?2026l";

/// The screen, as this side knows it.
#[derive(Debug)]
pub struct Screen {
    out: Vec<u8>,
    size: Size,
    /// Where the terminal's cursor stands; `None` where that cannot be known for sure.
    cursor: Option<Position>,
    cursor_shown: bool,
    pen: Pen,
}

impl Screen {
    /// A cleared screen with a hidden cursor.
    pub fn new(size: Size) -> Self {
        let mut screen = Screen {
            out: Vec::with_capacity(16 << 10),
            size,
            cursor: None,
            cursor_shown: false,
            pen: Pen::default(),
        };
        screen.begin();
        screen
    }

    pub fn set_size(&mut self, size: Size) {
        self.size = size;
        // A terminal may reflow or move the cursor when it is resized.
        self.cursor = None;
    }

    /// Nothing is known of the terminal any more (it was given to somebody else meanwhile).
    pub fn forget(&mut self) {
        self.cursor = None;
        self.cursor_shown = false;
        self.pen = Pen::default();
    }

    /// Takes the bytes of the frame that was drawn, ready to be written; empty where nothing changed.
    pub fn take_frame(&mut self, frame: &mut Vec<u8>) {
        let body = &self.out[BEGIN_UPDATE.len()..];
        if body.len() > LARGE {
            frame.extend_from_slice(&self.out);
            frame.extend_from_slice(END_UPDATE);
        } else {
            frame.extend_from_slice(body);
        }
        self.begin();
    }

    fn begin(&mut self) {
        self.out.clear();
        self.out.extend_from_slice(BEGIN_UPDATE);
    }

    fn number(&mut self, number: u16) {
        let mut digits = [0u8; 5];
        let mut at = digits.len();
        let mut rest = number;
        loop {
            at -= 1;
            digits[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        self.out.extend_from_slice(&digits[at..]);
    }

    /// `CSI number letter`, the number left out where it is 1.
    fn control(&mut self, number: u16, letter: u8) {
        self.out.extend_from_slice(b"\x1b[");
        if number != 1 {
            self.number(number);
        }
        self.out.push(letter);
    }

    /// Moves the cursor by the shortest way.
    fn move_to(&mut self, to: Position) {
        if self.cursor == Some(to) {
            return;
        }
        match self.cursor {
            Some(from) if from.y == to.y && to.x > from.x => self.control(to.x - from.x, b'C'),
            Some(from) if from.y == to.y && to.x == 0 => self.out.push(b'\r'),
            Some(from) if from.y == to.y && from.x - to.x <= 3 => {
                self.out
                    .extend(std::iter::repeat_n(b'\x08', usize::from(from.x - to.x)));
            }
            Some(from) if from.y == to.y => self.control(from.x - to.x, b'D'),
            // In raw mode a line feed keeps the column, and above the last line it never scrolls.
            Some(from) if to.y > from.y && to.y - from.y <= 3 && (to.x == 0 || to.x == from.x) => {
                if to.x != from.x {
                    self.out.push(b'\r');
                }
                self.out
                    .extend(std::iter::repeat_n(b'\n', usize::from(to.y - from.y)));
            }
            Some(from) if to.x == from.x && to.y > from.y => self.control(to.y - from.y, b'B'),
            Some(from) if to.x == from.x => self.control(from.y - to.y, b'A'),
            _ => {
                self.out.extend_from_slice(b"\x1b[");
                if to.y != 0 || to.x != 0 {
                    self.number(to.y + 1);
                }
                if to.x != 0 {
                    self.out.push(b';');
                    self.number(to.x + 1);
                }
                self.out.push(b'H');
            }
        }
        self.cursor = Some(to);
    }

    fn cell(&mut self, at: Position, cell: &Cell) {
        let symbol = cell.symbol();
        self.move_to(at);
        if symbol == " " {
            self.pen.blank(cell, &mut self.out);
        } else {
            self.pen.text(cell, &mut self.out);
        }
        if symbol.is_empty() {
            self.out.push(b' ');
        } else if symbol.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
            self.out.extend_from_slice(symbol.as_bytes());
        } else {
            let mut buffer = [0; 4];
            for character in symbol.chars() {
                let shown = if character.is_control() {
                    char::REPLACEMENT_CHARACTER
                } else {
                    character
                };
                self.out
                    .extend_from_slice(shown.encode_utf8(&mut buffer).as_bytes());
            }
        }
        let width = if symbol.is_ascii() {
            symbol.len().max(1)
        } else {
            symbol.width().max(1)
        };
        let x = at.x.saturating_add(width as u16);
        // After the last column the cursor hangs; and terminals differ in how wide they take clusters and emoji.
        self.cursor =
            (x < self.size.width && width_is_certain(symbol)).then_some(Position { x, y: at.y });
    }

    /// Blanks `count` cells from here on, to the end of the line or not.
    fn erase(&mut self, at: Position, count: u16, cell: &Cell) {
        self.move_to(at);
        self.pen.blank(cell, &mut self.out);
        if at.x + count == self.size.width {
            self.out.extend_from_slice(b"\x1b[K");
        } else {
            self.control(count, b'X');
        }
    }
}

fn width_is_certain(symbol: &str) -> bool {
    let mut characters = symbol.chars();
    let first = characters.next();
    characters.next().is_none() && first.is_none_or(|character| character < '\u{1f000}')
}

/// A blank that erasing makes too: no colour behind it, and nothing that shows on a blank.
fn erasable(cell: &Cell) -> bool {
    cell.symbol() == " "
        && cell.bg == Color::Reset
        && !cell.modifier.intersects(pen::SHOWS_ON_BLANK)
}

impl Backend for Screen {
    type Error = Infallible;

    fn draw<'a, I>(&mut self, content: I) -> Result<(), Infallible>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut content = content.peekable();
        while let Some((x, y, cell)) = content.next() {
            let at = Position { x, y };
            if !erasable(cell) {
                self.cell(at, cell);
                continue;
            }
            let mut count = 1;
            while content
                .next_if(|(next, row, cell)| *row == y && *next == x + count && erasable(cell))
                .is_some()
            {
                count += 1;
            }
            let to_the_end = x + count == self.size.width;
            if count > 8 || (to_the_end && count > 3) {
                self.erase(at, count, cell);
            } else {
                for offset in 0..count {
                    self.cell(Position { x: x + offset, y }, cell);
                }
            }
        }
        Ok(())
    }

    fn hide_cursor(&mut self) -> Result<(), Infallible> {
        if self.cursor_shown {
            self.out.extend_from_slice(b"\x1b[?25l");
            self.cursor_shown = false;
        }
        Ok(())
    }

    fn show_cursor(&mut self) -> Result<(), Infallible> {
        if !self.cursor_shown {
            self.out.extend_from_slice(b"\x1b[?25h");
            self.cursor_shown = true;
        }
        Ok(())
    }

    fn get_cursor_position(&mut self) -> Result<Position, Infallible> {
        Ok(self.cursor.unwrap_or_default())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> Result<(), Infallible> {
        self.move_to(position.into());
        Ok(())
    }

    fn clear(&mut self) -> Result<(), Infallible> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, region: ClearType) -> Result<(), Infallible> {
        self.pen.plain(&mut self.out);
        let sequence: &[u8] = match region {
            ClearType::All => {
                self.cursor = None;
                self.move_to(Position::ORIGIN);
                b"\x1b[J"
            }
            ClearType::AfterCursor => b"\x1b[J",
            ClearType::BeforeCursor => b"\x1b[1J",
            ClearType::CurrentLine => b"\x1b[2K",
            ClearType::UntilNewLine => b"\x1b[K",
        };
        self.out.extend_from_slice(sequence);
        Ok(())
    }

    fn size(&self) -> Result<Size, Infallible> {
        Ok(self.size)
    }

    fn window_size(&mut self) -> Result<WindowSize, Infallible> {
        Ok(WindowSize {
            columns_rows: self.size,
            pixels: Size::ZERO,
        })
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
