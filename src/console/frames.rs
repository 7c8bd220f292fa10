//! Frames: what is on the screen, what shall be, and the cells that have to be sent.
//!
//! Most rows of a frame are those of the frame before, and are passed over; what has to be sent of the others ratatui
//! says. It must not know what is drawn.

use super::backend::Screen;
use super::sheet::Sheet;
use ratatui::backend::Backend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect, Size};

#[derive(Debug)]
pub struct Frames {
    screen: Screen,
    shown: Sheet,
    next: Sheet,
    /// The frame before the last stands in `next` still.
    is_used: bool,
}

impl Frames {
    /// A screen that is clear.
    pub fn new(size: Size) -> Self {
        let area = Rect::new(0, 0, size.width, size.height);
        Frames {
            screen: Screen::new(size),
            shown: Sheet::blank(area),
            next: Sheet::blank(area),
            is_used: false,
        }
    }

    /// The terminal has this size now; what it shows is drawn anew with the next frame.
    pub fn resize(&mut self, size: Size) {
        self.screen.set_size(size);
        let area = Rect::new(0, 0, size.width, size.height);
        if area != self.shown.area() {
            self.shown.resize(area);
            self.next.resize(area);
            self.clear();
        }
    }

    /// Nothing is known of the terminal any more.
    pub fn forget(&mut self) {
        self.screen.forget();
        self.clear();
    }

    fn clear(&mut self) {
        let Ok(()) = self.screen.clear();
        self.shown.reset();
    }

    /// Draws a frame; `paint` gets blank cells, and says where the cursor shall be seen.
    pub fn draw(&mut self, paint: impl FnOnce(&mut Sheet) -> Option<Position>) {
        self.rest();
        let cursor = paint(&mut self.next);
        let width = usize::from(self.next.area().width).max(1);
        let [shown, next] =
            [&self.shown, &self.next].map(|sheet| sheet.cells().content.chunks(width));
        for (y, (before, after)) in shown.zip(next).enumerate() {
            if self.shown.is_same_row(&self.next, y) {
                continue;
            }
            let (before, after) = (row(before, y), row(after, y));
            let Ok(()) = self.screen.draw(before.diff_iter(&after));
        }
        let Ok(()) = match cursor {
            Some(at) => self
                .screen
                .show_cursor()
                .and_then(|()| self.screen.set_cursor_position(at)),
            None => self.screen.hide_cursor(),
        };
        std::mem::swap(&mut self.shown, &mut self.next);
        self.is_used = true;
    }

    /// Makes ready for the next frame, once this one is on its way.
    pub fn rest(&mut self) {
        if std::mem::take(&mut self.is_used) {
            self.next.reset();
        }
    }

    /// Takes the bytes that bring the terminal from the last frame to this one.
    pub fn take(&mut self, bytes: &mut Vec<u8>) {
        self.screen.take_frame(bytes);
    }
}

fn row(cells: &[Cell], y: usize) -> Buffer {
    Buffer {
        area: Rect::new(0, y as u16, cells.len() as u16, 1),
        content: cells.to_vec(),
    }
}
