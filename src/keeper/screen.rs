//! The emulated screen of the step: bytes in, [`Picture`]s out.
//!
//! It may skip output when it is behind (the transcript never does), keeps a bounded history, and answers the few
//! terminal queries that have a fixed answer. No byte of an answer is chosen by the output.

use crate::incident::fact::RunEnd;
use crate::wire::{Hue, Ink, Picture, Span};
use std::num::NonZeroU16;
use std::panic::{AssertUnwindSafe, catch_unwind};
use vt100::{Callbacks, Parser, Screen as Cells};

/// Lines above the screen that can be scrolled to. A line costs 32 bytes a column.
const HISTORY: usize = 1000;

/// The emulator behind a picture.
pub struct Emulator {
    parser: Parser<Answers>,
    rows: u16,
    cols: u16,
}

/// What the step asked its terminal, answered.
#[derive(Debug, Default)]
struct Answers {
    bytes: Vec<u8>,
}

/// More than this is not asked by anybody who waits for the answers.
const ANSWERS_LIMIT: usize = 512;

impl Callbacks for Answers {
    fn unhandled_csi(
        &mut self,
        screen: &mut Cells,
        first: Option<u8>,
        _second: Option<u8>,
        params: &[&[u16]],
        c: char,
    ) {
        if self.bytes.len() > ANSWERS_LIMIT {
            return;
        }
        let number = params.first().and_then(|p| p.first()).copied().unwrap_or(0);
        match (first, c, number) {
            // Status: fine. Cursor: where it is. Primary and secondary attributes: a plain VT100 with colours.
            (None, 'n', 5) => self.bytes.extend_from_slice(b"\x1b[0n"),
            (None, 'n', 6) => {
                let (row, col) = screen.cursor_position();
                self.bytes
                    .extend_from_slice(format!("\x1b[{};{}R", row + 1, col + 1).as_bytes());
            }
            (None, 'c', 0) => self.bytes.extend_from_slice(b"\x1b[?1;2c"),
            (Some(b'>'), 'c', 0) => self.bytes.extend_from_slice(b"\x1b[>0;0;0c"),
            _ => {}
        }
    }
}

/// Sizes that a terminal can have here; outside of them the nearest is taken.
pub fn fit(rows: u16, cols: u16) -> (u16, u16) {
    (rows.clamp(2, 500), cols.clamp(8, 500))
}

fn size(rows: u16, cols: u16) -> (NonZeroU16, NonZeroU16) {
    (
        NonZeroU16::new(rows).unwrap_or(NonZeroU16::MIN),
        NonZeroU16::new(cols).unwrap_or(NonZeroU16::MIN),
    )
}

impl Emulator {
    pub fn new(rows: u16, cols: u16) -> Self {
        let (rows, cols) = fit(rows, cols);
        Emulator {
            parser: Self::parser(rows, cols),
            rows,
            cols,
        }
    }

    fn parser(rows: u16, cols: u16) -> Parser<Answers> {
        let (rows, cols) = size(rows, cols);
        Parser::new_with_callbacks(rows, cols, HISTORY, Answers::default())
    }

    /// Takes output in. A sequence that breaks the emulator costs its screen, not the run.
    pub fn feed(&mut self, bytes: &[u8]) {
        let fed = catch_unwind(AssertUnwindSafe(|| self.parser.process(bytes)));
        if fed.is_err() {
            self.parser = Self::parser(self.rows, self.cols);
        }
    }

    /// Goes on after a gap: whatever sequence was open is over, modes and colours are as the gap left them.
    pub fn skip(&mut self, modes: &[u8]) {
        self.feed(b"\x18\x1b[0m");
        self.feed(modes);
    }

    pub fn resize(&mut self, rows: u16, cols: u16) {
        let (rows, cols) = fit(rows, cols);
        if (rows, cols) == (self.rows, self.cols) {
            return;
        }
        (self.rows, self.cols) = (rows, cols);
        let (rows, cols) = size(rows, cols);
        let resized = catch_unwind(AssertUnwindSafe(|| self.parser.set_size(rows, cols)));
        if resized.is_err() {
            self.parser = Self::parser(self.rows, self.cols);
        }
    }

    /// What has to be told to the step, because it asked.
    pub fn take_answers(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.parser.callbacks_mut().bytes)
    }

    /// The screen, `scroll` lines back from the bottom or as far as there are.
    pub fn picture(&mut self, scroll: u32) -> Picture {
        self.parser.screen_mut().set_scrollback(scroll as usize);
        let screen = self.parser.screen();
        let scroll = screen.scrollback() as u32;
        let (row, col) = screen.cursor_position();
        let picture = Picture {
            rows: (0..self.rows)
                .map(|row| spans(screen, row, self.cols))
                .collect(),
            cursor: (!screen.hide_cursor() && scroll == 0)
                .then(|| (row.min(self.rows - 1), col.min(self.cols - 1))),
            cols: self.cols,
            history: screen.scrollback_len() as u32,
            scroll,
            application_cursor: screen.application_cursor(),
            bracketed_paste: screen.bracketed_paste(),
            version: 0,
            bytes: 0,
            ended: None::<RunEnd>,
        };
        self.parser.screen_mut().set_scrollback(0);
        picture
    }
}

/// One row, stretches of the same ink together, plain blanks at its end left out.
fn spans(screen: &Cells, row: u16, cols: u16) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for cell in (0..cols).filter_map(|col| screen.cell(row, col)) {
        if cell.is_wide_continuation() {
            continue;
        }
        let ink = ink_of(cell);
        let text = cell.contents();
        let fresh = spans.last().is_none_or(|last| last.ink != ink);
        if fresh {
            spans.push(Span {
                text: String::new(),
                ink,
            });
        }
        if let Some(span) = spans.last_mut() {
            let before = span.text.len();
            span.text
                .extend(text.chars().filter(|&c| !crate::mask::is_deceptive(c)));
            if span.text.len() == before {
                span.text.push(' ');
            }
        }
    }
    while let Some(last) = spans.last_mut() {
        if !last.ink.is_plain() {
            break;
        }
        last.text.truncate(last.text.trim_end_matches(' ').len());
        if !last.text.is_empty() {
            break;
        }
        spans.pop();
    }
    spans
}

fn ink_of(cell: &vt100::Cell) -> Ink {
    let hue = |color| match color {
        vt100::Color::Default => None,
        vt100::Color::Idx(index) => Some(Hue::Indexed(index)),
        vt100::Color::Rgb(r, g, b) => Some(Hue::Rgb(r, g, b)),
    };
    Ink {
        fg: hue(cell.fgcolor()),
        bg: hue(cell.bgcolor()),
        bold: cell.bold(),
        dim: cell.dim(),
        italic: cell.italic(),
        underline: cell.underline(),
        inverse: cell.inverse(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(picture: &Picture) -> Vec<String> {
        picture
            .rows
            .iter()
            .map(|row| row.iter().map(|span| span.text.as_str()).collect())
            .collect()
    }

    #[test]
    fn cells_come_out_as_spans_without_trailing_blanks() {
        let mut emulator = Emulator::new(3, 20);
        emulator.feed("a\x1b[1;31mb\x1b[0m c   \r\n宽x\x1b[44m \x1b[0m".as_bytes());
        let picture = emulator.picture(0);
        assert_eq!(text(&picture), ["ab c", "宽x ", ""]);
        assert_eq!(picture.rows[0][1].ink.fg, Some(Hue::Indexed(1)));
        assert!(picture.rows[0][1].ink.bold);
        assert_eq!(picture.cursor, Some((1, 4)));
    }

    #[test]
    fn history_is_bounded_and_scrolls() {
        let mut emulator = Emulator::new(4, 20);
        for line in 0..5000 {
            emulator.feed(format!("line {line}\r\n").as_bytes());
        }
        let picture = emulator.picture(10);
        assert_eq!((picture.history, picture.scroll), (1000, 10));
        assert_eq!(text(&picture)[0], "line 4987");
        assert_eq!(picture.cursor, None);
        assert_eq!(emulator.picture(9999).scroll, 1000);
        assert_eq!(text(&emulator.picture(0))[0], "line 4997");
    }

    #[test]
    fn queries_get_fixed_answers_and_nothing_else_does() {
        let mut emulator = Emulator::new(4, 20);
        emulator.feed(b"ab\x1b[6n\x1b[5n\x1b[c\x1b[>c");
        assert_eq!(
            emulator.take_answers(),
            b"\x1b[1;3R\x1b[0n\x1b[?1;2c\x1b[>0;0;0c"
        );
        emulator.feed(b"\x1b]0;evil\x07\x1b[21t\x1bP$qm\x1b\\\x05\x1b]52;c;?\x07\x1b[?1;2c");
        assert_eq!(emulator.take_answers(), b"");
        emulator.feed(&b"\x1b[6n".repeat(10_000));
        assert!(emulator.take_answers().len() < 2 * ANSWERS_LIMIT);
    }

    #[test]
    fn text_that_reorders_itself_never_leaves() {
        let mut emulator = Emulator::new(2, 20);
        emulator.feed("a\u{202e}b\u{200b}c\u{2066}".as_bytes());
        assert_eq!(text(&emulator.picture(0))[0], "abc");
    }

    #[test]
    fn any_bytes_and_sizes_are_survived() {
        let mut state = 0x9e37_79b9_u32;
        let mut noise = || {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state
        };
        let mut emulator = Emulator::new(5, 12);
        for _ in 0..300 {
            let bytes: Vec<u8> = (0..200)
                .flat_map(|_| match noise() % 8 {
                    0 => vec![0x1b, b'['],
                    1 => (noise() % 70).to_string().into_bytes(),
                    2 => "宽\u{fe0f}".as_bytes().to_vec(),
                    3 => vec![b'@' + (noise() % 60) as u8],
                    4 => vec![b';'],
                    _ => vec![noise() as u8],
                })
                .collect();
            emulator.feed(&bytes);
            emulator.resize(noise() as u16 % 40, noise() as u16 % 90);
            let picture = emulator.picture(noise() % 50);
            assert_eq!(picture.rows.len(), usize::from(emulator.rows));
        }
    }
}
