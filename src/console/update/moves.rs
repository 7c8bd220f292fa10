//! Moving in the panes.

use crate::console::layout::Areas;
use crate::console::model::{self, Focus, ItemKind, Lower, Model};

/// One line up or down in the focused pane.
pub fn by(model: &mut Model, lines: i32) {
    match model.focus {
        Focus::Health => {
            let last = model
                .components
                .as_ref()
                .map_or(0, Vec::len)
                .saturating_sub(1);
            model.health_cursor = moved(model.health_cursor, lines, last);
        }
        Focus::Checklist => {
            let before = model.cursor;
            model.cursor = moved(model.cursor, lines, last_pick(model));
            if model.cursor != before {
                model.text_top = 0;
            }
        }
        Focus::Timeline => timeline(model, lines),
        Focus::Lower => scroll_lower_lines(model, lines),
    }
}

pub fn page(model: &mut Model, pages: i32) {
    let areas = Areas::of(model);
    let place = match model.focus {
        Focus::Health => areas.health,
        Focus::Checklist => areas.checklist,
        Focus::Timeline => areas.timeline,
        Focus::Lower => areas.lower,
    };
    let room = place
        .map_or(1, |place| i32::from(place.inner.height))
        .max(2)
        - 1;
    let lines = match model.focus {
        // A step takes about three lines.
        Focus::Checklist if !model.is_choosing() => (room / 3).max(1),
        Focus::Health | Focus::Checklist | Focus::Timeline | Focus::Lower => room,
    };
    by(model, pages * lines);
}

/// To the first or the last line.
pub fn end(model: &mut Model, first: bool) {
    match model.focus {
        Focus::Timeline => {
            model.timeline.selected = if first {
                model.timeline.rows.first().map(|row| row.seq)
            } else {
                None
            };
        }
        Focus::Lower if model.lower == Lower::Output => {
            model.output.scroll = if first { history(model) } else { 0 };
        }
        Focus::Health | Focus::Checklist | Focus::Lower => {
            by(model, if first { -1_000_000 } else { 1_000_000 });
        }
    }
}

/// Half a page of the pane below, wherever the focus is.
pub fn scroll_lower(model: &mut Model, halves: i32) {
    let room = Areas::of(model)
        .lower
        .map_or(2, |place| i32::from(place.inner.height));
    scroll_lower_lines(model, halves * (room / 2).max(1));
}

/// Selects what stands on this line of the checklist pane.
pub fn click_checklist(model: &mut Model, line: usize) {
    let line = line + model.checklist_top;
    if model.is_choosing() {
        let lines = crate::console::pane::scenario_lines(model);
        if let Some(choice) = lines.get(line).and_then(|line| line.choice) {
            model.cursor = choice;
        }
        return;
    }
    let Some(scenario) = model.scenario() else {
        return;
    };
    let items = model::items(scenario, Areas::of(model).checklist_room(model.size));
    let picks = model::picks(scenario);
    let Some(item) = items.get(line) else {
        return;
    };
    let clicked = match &item.kind {
        ItemKind::Command { block, .. } => Some(*block),
        ItemKind::Alternatives { .. }
        | ItemKind::Header
        | ItemKind::Caution { .. }
        | ItemKind::Shown { .. }
        | ItemKind::Inline { .. } => None,
    };
    let exact = picks
        .iter()
        .position(|pick| pick.step == item.step && clicked.is_some() && pick.block == clicked);
    let step = picks.iter().position(|pick| pick.step == item.step);
    if let Some(at) = exact.or(step) {
        model.cursor = at;
    }
}

fn last_pick(model: &Model) -> usize {
    let count = if model.is_choosing() {
        model::scenarios(model).len()
    } else {
        model
            .scenario()
            .map_or(0, |scenario| model::picks(scenario).len())
    };
    count.saturating_sub(1)
}

fn moved(at: usize, by: i32, last: usize) -> usize {
    let step = by.unsigned_abs() as usize;
    if by < 0 {
        at.saturating_sub(step)
    } else {
        at.saturating_add(step).min(last)
    }
}

fn timeline(model: &mut Model, lines: i32) {
    let rows = &model.timeline.rows;
    let last = rows.len().saturating_sub(1);
    let at = match model.timeline.selected {
        Some(seq) => rows.iter().position(|row| row.seq == seq).unwrap_or(last),
        None if lines < 0 => last + 1,
        None => return,
    };
    let next = moved(at, lines, last + 1);
    model.timeline.selected = rows.get(next).map(|row| row.seq);
}

fn history(model: &Model) -> u32 {
    model
        .output
        .picture
        .as_ref()
        .map_or(0, |picture| picture.history)
}

fn scroll_lower_lines(model: &mut Model, lines: i32) {
    match model.lower {
        Lower::Output => {
            let step = lines.unsigned_abs();
            model.output.scroll = if lines < 0 {
                (model.output.scroll + step).min(history(model))
            } else {
                model.output.scroll.saturating_sub(step)
            };
        }
        // `settle` keeps it within the text.
        Lower::Text => model.text_top = moved(model.text_top, lines, 1_000_000),
    }
}
