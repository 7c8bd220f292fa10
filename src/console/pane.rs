//! The panes: each draws its part of the model, and changes nothing.
//!
//! `status` (top) · `health` · `checklist` · `home` (scenarios instead of a checklist) · `timeline` ·
//! `output` and `text` (the pane below) · `notice` (the last two lines) · the windows: `confirm`,
//! `form`, `question`, `picker`, `page` (`linked`: where a link leads).

mod checklist;
mod confirm;
mod detail;
mod form;
mod health;
mod help;
mod home;
pub mod linked;
mod notice;
mod output;
mod page;
mod picker;
mod question;
mod status;
mod text;
mod timeline;

pub use confirm::overhang as confirm_overhang;
pub use home::{ScenarioLine, lines as scenario_lines};
pub use page::{overhang as page_overhang, room as page_room};
pub use text::count as text_lines;

use super::canvas::Canvas;
use super::dialog::Dialog;
use super::layout::{Areas, Place, SMALLEST};
use super::model::{Focus, Lower, Model, Stage};
use super::sheet::Sheet;
use super::style::Tone;
use super::words;
use crate::runbook::Risk;
use ratatui::layout::{Position, Rect};

#[cfg(test)]
mod tests;

/// Draws everything into a terminal that is large enough.
pub fn draw_all(model: &Model, sheet: &mut Sheet) -> Option<Position> {
    let areas = Areas::of(model);
    let mut cursor = None;
    let mut canvas = Canvas {
        sheet,
        look: model.look,
    };
    borders(model, &mut canvas, &areas);
    status::draw(model, &mut canvas, areas.status);
    if let Some(place) = areas.health {
        health::draw(model, &mut canvas, place);
    }
    if let Some(place) = areas.checklist {
        if model.is_choosing() {
            home::draw(model, &mut canvas, place);
        } else {
            checklist::draw(model, &mut canvas, place);
        }
    }
    if let Some(place) = areas.timeline {
        timeline::draw(model, &mut canvas, place);
    }
    if let Some(place) = areas.lower {
        match model.lower {
            Lower::Text | Lower::Output if model.is_choosing() => {
                home::preview(model, &mut canvas, place);
            }
            Lower::Text => text::draw(model, &mut canvas, place),
            Lower::Output => cursor = output::draw(model, &mut canvas, place),
        }
    }
    notice::draw(model, &mut canvas, areas.notice);
    notice::footer(model, &mut canvas, areas.footer);
    windows(model, &mut canvas).or(cursor)
}

/// The window on top, if any; where the terminal's cursor belongs.
fn windows(model: &Model, canvas: &mut Canvas<'_>) -> Option<Position> {
    if let Some(dialog) = &model.dialog {
        return match dialog {
            Dialog::Ask(ask) => question::ask(model, canvas, ask),
            Dialog::Options(options) => question::options(model, canvas, options),
            Dialog::Sure(sure) => question::sure(model, canvas, *sure),
            Dialog::Picker(picker) => picker::scenarios(model, canvas, picker),
            Dialog::Palette(palette) => picker::palette(model, canvas, palette),
            Dialog::Page(page) => page::draw(model, canvas, page),
        };
    }
    let launch = model.launch.as_ref()?;
    match &launch.stage {
        Stage::Filling(fill) => form::draw(model, canvas, launch, fill),
        Stage::Proving { .. } | Stage::Ready(_) if launch.risk != Risk::Read => {
            confirm::draw(model, canvas, launch)
        }
        Stage::Proving { .. } | Stage::Ready(_) | Stage::Sent { .. } | Stage::Started { .. } => {
            None
        }
    }
}

fn borders(model: &Model, canvas: &mut Canvas<'_>, areas: &Areas) {
    let places = [areas.health, areas.checklist, areas.timeline, areas.lower];
    let boxes: Vec<Rect> = places
        .into_iter()
        .flatten()
        .filter(|place| place.boxed)
        .map(|place| place.outer)
        .collect();
    canvas.boxes(&boxes, model.look.ink(Tone::Dim));
    if model.attached
        && let Some(place) = areas.lower
    {
        canvas.restyle_border(place.outer, model.look.ink(Tone::Accent));
    }
}

/// A pane's title in its upper border, and a word at the right of it. Where the focus is, the title is
/// marked.
fn title(
    model: &Model,
    canvas: &mut Canvas<'_>,
    place: Place,
    focus: Focus,
    text: &str,
    right: &[(String, Tone)],
) {
    if !place.boxed {
        return;
    }
    let focused = model.focus == focus && model.dialog.is_none();
    let tone = if focused { Tone::Accent } else { Tone::Strong };
    let room = (place.outer.width as usize).saturating_sub(4);
    let wide = super::canvas::width(right);
    let shown = if focused {
        format!(" {} {text} ", model.look.glyphs.marker)
    } else {
        format!(" {text} ")
    };
    let right_fits = wide > 0 && wide + 15 <= room;
    let left_room = if right_fits { room - wide - 3 } else { room };
    let y = place.outer.y;
    canvas.put(place.outer.x + 1, y, left_room, &shown, tone);
    if right_fits {
        let x = place.outer.right() - 3 - wide as u16;
        canvas.put(x, y, 1, " ", Tone::Plain);
        let used = canvas.line(x + 1, y, wide, right);
        canvas.put(x + 1 + used as u16, y, 1, " ", Tone::Plain);
    }
}

/// What a window looks like before anything is in it.
struct Window<'a> {
    title: &'a str,
    right: Option<(&'a str, Tone)>,
    tone: Tone,
    width: u16,
    /// Lines inside.
    height: u16,
}

impl Window<'_> {
    /// Clears a place in the middle, draws border and titles, returns what is inside.
    fn open(&self, canvas: &mut Canvas<'_>, screen: (u16, u16)) -> Rect {
        let width = self.width.min(screen.0.saturating_sub(4)).max(10);
        let height = (self.height + 2).min(screen.1.saturating_sub(2)).max(3);
        let outer = Rect {
            x: (screen.0 - width) / 2,
            y: (screen.1 - height) / 2,
            width,
            height,
        };
        canvas.clear(Rect {
            x: outer.x - 1,
            width: outer.width + 2,
            ..outer
        });
        canvas.boxes(&[outer], canvas.look.ink(self.tone));
        let taken = self.right.map_or(0, |(text, _)| words::width(text) + 3);
        let room = (width as usize).saturating_sub(4 + taken);
        let cut = words::fit(
            self.title,
            room.saturating_sub(2),
            canvas.look.glyphs.ellipsis,
        );
        canvas.put(
            outer.x + 1,
            outer.y,
            room,
            &format!(" {cut} "),
            Tone::Strong,
        );
        if let Some((text, tone)) = self.right {
            let area = Rect {
                width: outer.width - 2,
                ..outer
            };
            canvas.right(area, outer.y, &format!(" {text} "), tone);
        }
        Rect {
            x: outer.x + 2,
            y: outer.y + 1,
            width: outer.width.saturating_sub(4),
            height: outer.height.saturating_sub(2),
        }
    }
}

/// Room inside a window of this width, in cells.
fn inside(screen: (u16, u16), width: u16) -> usize {
    (width.min(screen.0.saturating_sub(4)).max(10) as usize).saturating_sub(4)
}

/// A terminal in which nothing can be shown truthfully.
pub fn too_small(model: &Model, sheet: &mut Sheet) {
    let area = sheet.area();
    let mut canvas = Canvas {
        sheet,
        look: model.look,
    };
    let cells = area.width as usize;
    let lines = [
        format!("the terminal is too small: {}x{}", area.width, area.height),
        format!("needed: {}x{}", SMALLEST.0, SMALLEST.1),
        "steps that run go on".to_owned(),
    ];
    let mut y = 0;
    for line in lines {
        for piece in words::wrap(&line, cells.max(1), 0) {
            if y < area.height {
                canvas.put(0, y, cells, &piece, Tone::Plain);
            }
            y = y.saturating_add(1);
        }
    }
}
