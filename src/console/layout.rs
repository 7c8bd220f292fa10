//! Where everything stands, and the drawing of a whole frame.
//!
//! [`Areas`] is computed from the model alone, so that `update` scrolls by the same figures that the
//! panes are drawn with. Drawing changes nothing.

use super::model::{Focus, Incident, Model, Room};
use super::pane;
use super::sheet::Sheet;
use ratatui::layout::{Position, Rect};

/// The smallest terminal in which anything sensible fits: columns and rows.
pub const SMALLEST: (u16, u16) = (60, 15);

/// Where everything stands. Boxes overlap by the line that they share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Areas {
    pub status: Rect,
    /// `None` where another pane is zoomed, or where there is no such pane.
    pub health: Option<Place>,
    pub checklist: Option<Place>,
    pub timeline: Option<Place>,
    pub lower: Option<Place>,
    pub notice: Rect,
    pub footer: Rect,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// With its border, where it has one.
    pub outer: Rect,
    /// Without.
    pub inner: Rect,
    pub boxed: bool,
}

impl Place {
    fn boxed(outer: Rect) -> Self {
        Place {
            outer,
            inner: Rect {
                x: outer.x + 1,
                y: outer.y + 1,
                width: outer.width.saturating_sub(2),
                height: outer.height.saturating_sub(2),
            },
            boxed: true,
        }
    }

    fn bare(area: Rect) -> Self {
        Place {
            outer: area,
            inner: area,
            boxed: false,
        }
    }

    pub fn contains(&self, column: u16, row: u16) -> bool {
        self.outer.contains((column, row).into())
    }
}

/// Whether there is room for all panes side by side.
pub fn is_wide(size: (u16, u16)) -> bool {
    size.0 >= 100 && size.1 >= 28
}

pub fn is_too_small(size: (u16, u16)) -> bool {
    size.0 < SMALLEST.0 || size.1 < SMALLEST.1
}

/// Cells before a command in the checklist: marker, glyph, number.
const COMMAND_INDENT: usize = 6;
/// Cells behind it: its risk, and the column of the arrows.
const COMMAND_END: usize = 10;

impl Areas {
    pub fn of(model: &Model) -> Areas {
        // In a smaller one nothing is drawn; the figures must hold all the same.
        let (width, height) = (model.size.0.max(SMALLEST.0), model.size.1.max(SMALLEST.1));
        let status_height = if width >= 110 { 1 } else { 2 };
        let status = Rect::new(0, 0, width, status_height.min(height));
        let footer = Rect::new(0, height.saturating_sub(1), width, 1.min(height));
        let notice = Rect::new(0, height.saturating_sub(2), width, 1.min(height));
        let body = Rect::new(
            0,
            status.height,
            width,
            height.saturating_sub(status.height + 2),
        );
        let mut areas = Areas {
            status,
            health: None,
            checklist: None,
            timeline: None,
            lower: None,
            notice,
            footer,
        };
        if model.zoomed {
            let place = Some(Place::boxed(body));
            match model.focus {
                Focus::Health => areas.health = place,
                Focus::Checklist => areas.checklist = place,
                Focus::Timeline => areas.timeline = place,
                Focus::Lower => areas.lower = place,
            }
        } else if is_wide(model.size) {
            areas.wide(body, matches!(model.incident, Incident::None));
        } else {
            areas.narrow(body, matches!(model.incident, Incident::None));
        }
        areas
    }

    fn wide(&mut self, body: Rect, home: bool) {
        let upper = (body.height * 11 / 20).max(10);
        let left = (body.width / 4).clamp(30, 44);
        let right = if home {
            0
        } else {
            (body.width * 3 / 10).clamp(34, 64)
        };
        let row = Rect {
            height: upper,
            ..body
        };
        self.health = Some(Place::boxed(Rect { width: left, ..row }));
        let middle_x = left - 1;
        if home {
            self.checklist = Some(Place::boxed(Rect {
                x: middle_x,
                width: body.width - middle_x,
                ..row
            }));
        } else {
            let right_x = body.width - right;
            self.checklist = Some(Place::boxed(Rect {
                x: middle_x,
                width: right_x + 1 - middle_x,
                ..row
            }));
            self.timeline = Some(Place::boxed(Rect {
                x: right_x,
                width: right,
                ..row
            }));
        }
        self.lower = Some(Place::boxed(Rect {
            y: body.y + upper - 1,
            height: body.height + 1 - upper,
            ..body
        }));
    }

    fn narrow(&mut self, body: Rect, home: bool) {
        let [health, rest] = split(body, 1);
        self.health = Some(Place::bare(health));
        // The timeline's last rows, where there is room for them below the boxes.
        let tail = if home || rest.height < 14 {
            0
        } else {
            (rest.height / 6).clamp(2, 8)
        };
        let [boxes, timeline] = split(rest, rest.height - tail);
        if tail > 0 {
            self.timeline = Some(Place::bare(timeline));
        }
        let upper = (boxes.height * 3 / 5).clamp(4, boxes.height.max(5) - 1);
        self.checklist = Some(Place::boxed(Rect {
            height: upper,
            ..boxes
        }));
        self.lower = Some(Place::boxed(Rect {
            y: boxes.y + upper - 1,
            height: boxes.height + 1 - upper,
            ..boxes
        }));
    }

    /// What the checklist has room for.
    pub fn checklist_room(&self, size: (u16, u16)) -> Room {
        let width = self.checklist.map_or(size.0, |place| place.inner.width);
        let lines = match size {
            _ if !is_wide(size) => 1,
            (_, 0..50) => 2,
            _ => 4,
        };
        Room {
            lines,
            cells: (width as usize).saturating_sub(COMMAND_INDENT + COMMAND_END),
        }
    }

    /// Rows and columns for the step's terminal: the pane below without the line that says what runs.
    pub fn terminal(&self) -> Option<(u16, u16)> {
        let inner = self.lower?.inner;
        Some((inner.height.saturating_sub(1).max(1), inner.width.max(1)))
    }
}

fn split(area: Rect, first: u16) -> [Rect; 2] {
    let first = first.min(area.height);
    [
        Rect {
            height: first,
            ..area
        },
        Rect {
            y: area.y + first,
            height: area.height - first,
            ..area
        },
    ]
}

/// Draws the whole screen; says where the terminal's cursor shall be seen.
pub fn draw(model: &Model, sheet: &mut Sheet) -> Option<Position> {
    let area = sheet.area();
    if is_too_small((area.width, area.height)) {
        pane::too_small(model, sheet);
        return None;
    }
    // A resize reaches the frames before it reaches the model.
    if (area.width, area.height) != model.size {
        let mut resized = model.clone();
        resized.size = (area.width, area.height);
        return pane::draw_all(&resized, sheet);
    }
    pane::draw_all(model, sheet)
}
