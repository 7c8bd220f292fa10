//! Drawing of text, lines and boxes into the frame's cells.
//!
//! The only way by which a pane puts text on the screen: control characters are taken out here, whoever
//! the text came from. It must not know the model.

use super::sheet::Sheet;
use super::style::{Look, Tone};
use super::words;
use crate::mask;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::borrow::Cow;

/// A line of text in several inks.
pub type Rich = Vec<(String, Tone)>;

/// A line in one ink.
pub fn rich(text: impl Into<String>, tone: Tone) -> Rich {
    vec![(text.into(), tone)]
}

/// Cells that a line takes.
pub fn width(line: &[(String, Tone)]) -> usize {
    line.iter().map(|(text, _)| words::width(text)).sum()
}

pub struct Canvas<'a> {
    pub sheet: &'a mut Sheet,
    pub look: Look,
}

impl Canvas<'_> {
    /// Draws text in at most `cells` cells, with an ellipsis where it is cut; returns the cells used.
    pub fn put(&mut self, x: u16, y: u16, cells: usize, text: &str, tone: Tone) -> usize {
        self.put_styled(x, y, cells, text, self.look.ink(tone))
    }

    pub fn put_styled(&mut self, x: u16, y: u16, cells: usize, text: &str, style: Style) -> usize {
        if cells == 0 || !self.sheet.area().contains((x, y).into()) {
            return 0;
        }
        let clean = self.clean(text);
        let cut = words::fit(&clean, cells, self.look.glyphs.ellipsis);
        let buffer = self.sheet.draw(y..y + 1, (x, &cut, style));
        let plain = put_plain(buffer, x, y, &cut, style);
        let (at, rest) = (x + plain as u16, &cut[plain..]);
        if rest.is_empty() || at >= buffer.area.right() {
            return plain;
        }
        let (end, _) = buffer.set_stringn(at, y, rest, cells - plain, style);
        end.saturating_sub(x) as usize
    }

    /// Draws pieces one after the other; returns the cells used.
    pub fn line(&mut self, x: u16, y: u16, cells: usize, pieces: &[(String, Tone)]) -> usize {
        let mut used = 0;
        for (text, tone) in pieces {
            if used >= cells {
                break;
            }
            used += self.put(x + used as u16, y, cells - used, text, *tone);
        }
        used
    }

    /// Draws text that ends at the right edge of `area`, in row `y`; returns the cells used.
    pub fn right(&mut self, area: Rect, y: u16, text: &str, tone: Tone) -> usize {
        let clean = self.clean(text);
        let wide = words::width(&clean).min(area.width as usize);
        let x = area.x + area.width - wide as u16;
        self.put(x, y, wide, &clean, tone)
    }

    /// Text as this terminal can show it: no control characters, and nothing but ASCII where that is
    /// wanted.
    pub fn clean<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let clean = mask::printable(text);
        if self.look.is_ascii() && !clean.is_ascii() {
            return Cow::Owned(words::as_ascii(&clean));
        }
        clean
    }

    /// Blanks an area, whatever stood there.
    pub fn clear(&mut self, area: Rect) {
        let area = area.intersection(self.sheet.area());
        let buffer = self.sheet.draw(area.top()..area.bottom(), ("clear", area));
        for y in area.top()..area.bottom() {
            for x in area.left()..area.right() {
                buffer[(x, y)].reset();
            }
        }
    }

    /// Draws the borders of boxes that may share lines, joined where they meet.
    pub fn boxes(&mut self, boxes: &[Rect], style: Style) {
        const UP: u8 = 1;
        const RIGHT: u8 = 2;
        const DOWN: u8 = 4;
        const LEFT: u8 = 8;
        let area = self.sheet.area();
        let buffer = self.sheet.draw(area.top()..area.bottom(), (boxes, style));
        // As the buffer has its cells: row by row.
        let mut arms = vec![0; buffer.content.len()];
        let mut add = |x: u16, y: u16, bits: u8| {
            if area.contains((x, y).into()) {
                arms[buffer.index_of(x, y)] |= bits;
            }
        };
        for one in boxes {
            if one.width < 2 || one.height < 2 {
                continue;
            }
            let (left, right) = (one.left(), one.right() - 1);
            let (top, bottom) = (one.top(), one.bottom() - 1);
            for x in left + 1..right {
                add(x, top, LEFT | RIGHT);
                add(x, bottom, LEFT | RIGHT);
            }
            for y in top + 1..bottom {
                add(left, y, UP | DOWN);
                add(right, y, UP | DOWN);
            }
            add(left, top, RIGHT | DOWN);
            add(right, top, LEFT | DOWN);
            add(left, bottom, RIGHT | UP);
            add(right, bottom, LEFT | UP);
        }
        for (cell, bits) in buffer.content.iter_mut().zip(arms) {
            if bits != 0 {
                let glyph = self.look.glyphs.lines[usize::from(bits)];
                cell.set_symbol(glyph).set_style(style);
            }
        }
    }

    /// Gives the border of a box another ink, and leaves its joints as they are.
    pub fn restyle_border(&mut self, outer: Rect, style: Style) {
        let outer = outer.intersection(self.sheet.area());
        let rows = outer.top()..outer.bottom();
        let buffer = self.sheet.draw(rows, ("border", outer, style));
        for y in outer.top()..outer.bottom() {
            for x in outer.left()..outer.right() {
                let inside_x = x > outer.left() && x + 1 < outer.right();
                let inside_y = y > outer.top() && y + 1 < outer.bottom();
                if !(inside_x && inside_y) {
                    buffer[(x, y)].set_style(style);
                }
            }
        }
    }

    /// Scrolled text in an area, with arrows at its right edge where there is more.
    pub fn page(&mut self, area: Rect, lines: &[Rich], top: usize) {
        let room = area.height as usize;
        for (row, line) in lines.iter().skip(top).take(room).enumerate() {
            self.line(area.x, area.y + row as u16, area.width as usize, line);
        }
        self.arrows(area, top, lines.len());
    }

    /// Says that there is more above or below what is shown.
    pub fn arrows(&mut self, area: Rect, top: usize, count: usize) {
        if area.height == 0 || area.width == 0 {
            return;
        }
        let x = area.right() - 1;
        if top > 0 {
            self.put(x, area.y, 1, self.look.glyphs.up_arrow, Tone::Accent);
        }
        if count > top + area.height as usize {
            let y = area.bottom() - 1;
            self.put(x, y, 1, self.look.glyphs.down_arrow, Tone::Accent);
        }
    }
}

/// Draws the ASCII that `text`, which fits, begins with, but for a character to which something may be added: most text
/// is nothing else, and needs nobody to find the borders of its characters. Returns the cells used.
fn put_plain(buffer: &mut Buffer, x: u16, y: u16, text: &str, style: Style) -> usize {
    let ascii = text.bytes().take_while(u8::is_ascii).count();
    let plain = if ascii == text.len() {
        ascii
    } else {
        ascii.saturating_sub(1)
    };
    let plain = plain.min((buffer.area.right() - x).into());
    let start = buffer.index_of(x, y);
    let cells = &mut buffer.content[start..start + plain];
    for (cell, byte) in cells.iter_mut().zip(text.bytes()) {
        cell.set_char(byte.into()).set_style(style);
    }
    plain
}

/// Wraps a text in one ink into lines; what goes on is indented by `indent`.
pub fn wrapped(text: &str, cells: usize, indent: usize, tone: Tone) -> Vec<Rich> {
    words::wrap(&clean_lines(text), cells, indent)
        .into_iter()
        .map(|line| rich(line, tone))
        .collect()
}

/// A label of a fixed width, and a text wrapped beside it.
pub fn labelled((label, width): (&str, usize), text: &str, tone: Tone, cells: usize) -> Vec<Rich> {
    wrapped(text, cells.saturating_sub(width), 0, tone)
        .into_iter()
        .enumerate()
        .map(|(row, line)| {
            let head = if row == 0 { label } else { "" };
            let mut labelled = vec![(format!("{head:width$}"), Tone::Dim)];
            labelled.extend(line);
            labelled
        })
        .collect()
}

/// Control characters out, line ends kept, tabs as spaces.
pub fn clean_lines(text: &str) -> String {
    let lines: Vec<String> = text
        .lines()
        .map(|line| mask::printable(&line.replace('\t', "    ")).into_owned())
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::buffer::Cell;

    #[test]
    fn boxes_that_share_a_line_are_joined() {
        let mut sheet = Sheet::blank(Rect::new(0, 0, 7, 5));
        let mut canvas = Canvas {
            sheet: &mut sheet,
            look: Look::new(false, false),
        };
        canvas.boxes(
            &[
                Rect::new(0, 0, 4, 3),
                Rect::new(3, 0, 4, 3),
                Rect::new(0, 2, 7, 3),
            ],
            Style::new(),
        );
        let expected = Buffer::with_lines(["┌──┬──┐", "│  │  │", "├──┴──┤", "│     │", "└─────┘"]);
        assert_eq!(sheet.cells(), &expected);
    }

    #[test]
    fn nothing_is_drawn_outside_the_frame() {
        let mut sheet = Sheet::blank(Rect::new(0, 0, 4, 2));
        let mut canvas = Canvas {
            sheet: &mut sheet,
            look: Look::new(false, false),
        };
        assert_eq!(canvas.put(9, 9, 5, "text", Tone::Plain), 0);
        canvas.boxes(&[Rect::new(2, 1, 9, 9)], Style::new());
        canvas.clear(Rect::new(0, 0, 90, 90));
        canvas.right(Rect::new(0, 0, 4, 1), 0, "longer than that", Tone::Plain);
    }

    proptest::proptest! {
        /// The short way for plain text ends with the cells that ratatui's own makes.
        #[test]
        fn text_is_drawn_as_ratatui_draws_it(
            pieces in proptest::collection::vec(proptest::sample::select(vec![
                "plain", " ", "e\u{301}", "\u{301}", "数据", "…", "1\u{fe0f}\u{20e3}", "👩\u{200d}🚒", "x", "\t", "\u{1b}",
            ]), 0..8),
            x in 0_u16..12,
            cells in 1_usize..14,
        ) {
            let text = pieces.concat();
            let area = Rect::new(0, 0, 12, 1);
            let mut ours = Sheet::blank(area);
            *ours.draw(0..1, "") = Buffer::filled(area, Cell::new("字"));
            let mut theirs = ours.cells().clone();
            let mut canvas = Canvas { sheet: &mut ours, look: Look::new(false, false) };
            let style = canvas.look.ink(Tone::Bad);
            let used = canvas.put_styled(x, 0, cells, &text, style);
            let cut = words::fit(&canvas.clean(&text), cells, canvas.look.glyphs.ellipsis).into_owned();
            let (end, _) = theirs.set_stringn(x, 0, &cut, cells, style);
            proptest::prop_assert_eq!((ours.cells(), used), (&theirs, usize::from(end - x)));
        }
    }
}
