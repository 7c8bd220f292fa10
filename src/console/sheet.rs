//! A frame's cells, and for each row a number that stands for what was drawn into it.
//!
//! Rows whose numbers are the same look the same, so that nobody has to compare their cells: a frame has thousands, and
//! few of them change. It must not know what is drawn.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

#[derive(Debug)]
pub struct Sheet {
    buffer: Buffer,
    marks: Vec<u64>,
}

/// Spreads the bits of a sum; what it is does not matter, but that it is odd.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

impl Sheet {
    /// Without anything on it.
    pub fn blank(area: Rect) -> Self {
        Sheet {
            buffer: Buffer::empty(area),
            marks: vec![0; area.height.into()],
        }
    }

    pub fn area(&self) -> Rect {
        self.buffer.area
    }

    pub fn cells(&self) -> &Buffer {
        &self.buffer
    }

    /// The cells, for `what` to be drawn into these rows and no others. What is drawn must follow from `what` and from
    /// what was drawn before: that is what the rows' numbers are made of.
    pub fn draw(&mut self, rows: Range<u16>, what: impl Hash) -> &mut Buffer {
        let mut hasher = DefaultHasher::new();
        what.hash(&mut hasher);
        let number = hasher.finish();
        let top = self.buffer.area.top();
        let rows =
            usize::from(rows.start.saturating_sub(top))..usize::from(rows.end.saturating_sub(top));
        let end = rows.end.min(self.marks.len());
        for mark in &mut self.marks[rows.start.min(end)..end] {
            *mark = mark
                .rotate_left(5)
                .wrapping_add(number)
                .wrapping_mul(SPREAD);
        }
        &mut self.buffer
    }

    /// Whether row `y` is the same on both.
    pub fn is_same_row(&self, other: &Sheet, y: usize) -> bool {
        self.marks.get(y) == other.marks.get(y)
    }

    pub fn resize(&mut self, area: Rect) {
        self.buffer.resize(area);
        self.marks.resize(area.height.into(), 0);
    }

    pub fn reset(&mut self) {
        self.buffer.reset();
        self.marks.fill(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::style::Style;

    #[test]
    fn rows_are_told_apart_by_what_was_drawn_into_them() {
        let drawn = |texts: &[(u16, &str)]| {
            let mut sheet = Sheet::blank(Rect::new(0, 0, 9, 3));
            for (y, text) in texts {
                sheet
                    .draw(*y..y + 1, text)
                    .set_string(0, *y, text, Style::new());
            }
            sheet
        };
        let one = drawn(&[(0, "a"), (1, "b")]);
        let same = |other: &Sheet| [0, 1, 2].map(|y| one.is_same_row(other, y));
        assert_eq!(same(&drawn(&[(1, "b"), (0, "a")])), [true; 3]);
        assert_eq!(same(&drawn(&[(0, "a"), (1, "c")])), [true, false, true]);
        assert_eq!(
            same(&drawn(&[(0, "a"), (0, "a"), (1, "b")])),
            [false, true, true]
        );
        assert_eq!(same(&drawn(&[])), [false, false, true]);
        let mut other = drawn(&[(0, "z")]);
        other.reset();
        assert_eq!(other.cells(), drawn(&[]).cells());
        assert!(other.is_same_row(&drawn(&[]), 0));
        // Beyond the frame there is nothing to draw into.
        other.draw(2..9, "x");
        other.draw(7..9, "x");
        assert!(!other.is_same_row(&one, 2));
    }
}
