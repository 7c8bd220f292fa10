//! Windows that are read and scrolled: help, a component, a row of the timeline.

use super::{Window, detail, help, inside, linked};
use crate::console::canvas::{Canvas, Rich, rich, wrapped};
use crate::console::dialog::{Dialog, Page, Reading};
use crate::console::keymap::{Action, Context};
use crate::console::model::Model;
use crate::console::style::Tone;
use ratatui::layout::{Position, Rect};

const WIDTH: u16 = 100;

pub fn draw(model: &Model, canvas: &mut Canvas<'_>, page: &Page) -> Option<Position> {
    let cells = inside(model.size, WIDTH);
    let (title, lines) = content(model, page, cells);
    let room = lines.len().min(room(model));
    let window = Window {
        title: &title,
        right: None,
        tone: Tone::Accent,
        width: WIDTH,
        height: room as u16 + 2,
    };
    let area = window.open(canvas, model.size);
    let place = Rect {
        height: room as u16,
        ..area
    };
    canvas.page(place, &lines, page.top);
    let key = |action| model.key(Context::Page, action);
    let mut keys = Vec::new();
    if lines.len() > room {
        keys.push((
            format!(
                "{}/{} {}/{}",
                key(Action::Up),
                key(Action::Down),
                key(Action::PageUp),
                key(Action::PageDown)
            ),
            Tone::Accent,
        ));
        keys.push((" scroll   ".to_owned(), Tone::Plain));
    }
    if matches!(page.what, Reading::Component { .. }) {
        keys.push((key(Action::Refresh), Tone::Accent));
        keys.push((" look now   ".to_owned(), Tone::Plain));
    }
    if matches!(page.what, Reading::Link { .. }) && linked::count(model) > 1 {
        keys.push((key(Action::FollowLink), Tone::Accent));
        keys.push((" next link   ".to_owned(), Tone::Plain));
    }
    keys.push((key(Action::Dismiss), Tone::Accent));
    keys.push((" back".to_owned(), Tone::Plain));
    canvas.line(area.x, area.bottom().saturating_sub(1), cells, &keys);
    None
}

/// Lines that are shown at once.
pub fn room(model: &Model) -> usize {
    (model.size.1 as usize).saturating_sub(8).max(3)
}

/// How far a page can be scrolled; `None` where the window is not one.
pub fn overhang(model: &Model, dialog: &Dialog) -> Option<usize> {
    let Dialog::Page(page) = dialog else {
        return None;
    };
    let (_, lines) = content(model, page, inside(model.size, WIDTH));
    Some(lines.len().saturating_sub(room(model)))
}

fn content(model: &Model, page: &Page, cells: usize) -> (String, Vec<Rich>) {
    match &page.what {
        Reading::Help { from } => ("Keys".into(), help::lines(model, *from, cells)),
        Reading::Component { name } => (name.clone(), detail::lines(model, name, cells)),
        Reading::Row { seq } => (format!("Entry {seq}"), row(model, *seq, cells)),
        Reading::Link { at } => linked::content(model, *at, cells),
    }
}

fn row(model: &Model, seq: u64, cells: usize) -> Vec<Rich> {
    let Some(row) = model.timeline.rows.iter().find(|row| row.seq == seq) else {
        return vec![rich("it is not in the timeline any more", Tone::Dim)];
    };
    let local = row.at.to_zoned(model.zone.clone());
    let mut lines = vec![
        rich(
            format!("{} UTC", row.at.strftime("%Y-%m-%d %H:%M:%S%.3f")),
            Tone::Plain,
        ),
        rich(
            format!("{}", local.strftime("%Y-%m-%d %H:%M:%S %Z")),
            Tone::Dim,
        ),
        rich(format!("by {}", row.actor), Tone::Dim),
        Vec::new(),
    ];
    lines.extend(wrapped(&row.text, cells, 0, Tone::Plain));
    lines
}
