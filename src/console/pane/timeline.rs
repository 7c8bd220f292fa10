//! The timeline: what happened, newest at the bottom.

use super::health::connecting;
use super::title;
use crate::console::canvas::{Canvas, Rich, rich};
use crate::console::layout::Place;
use crate::console::model::{Focus, Incident, Model};
use crate::console::style::Tone;
use crate::console::words;
use crate::incident::timeline::Row;
use jiff::tz::TimeZone;

/// Cells before a row's text: marker, time of day, glyph.
const HEAD: usize = 12;

/// Lines of one row at most; the whole text is in its detail view.
const LINES_OF_A_ROW: usize = 3;

pub fn draw(model: &Model, canvas: &mut Canvas<'_>, place: Place) {
    let zone = if model.zone == TimeZone::UTC {
        "UTC"
    } else {
        "local time"
    };
    title(
        model,
        canvas,
        place,
        Focus::Timeline,
        "Timeline",
        &rich(zone, Tone::Dim),
    );
    let area = place.inner;
    if model.incident == Incident::Unknown {
        return connecting(model, canvas, area);
    }
    let rows = &model.timeline.rows;
    if rows.is_empty() {
        canvas.put(
            area.x + 1,
            area.y,
            (area.width as usize).saturating_sub(1),
            "nothing has happened yet",
            Tone::Dim,
        );
        return;
    }
    let room = area.height as usize;
    // The last one shown is the selected one, or the newest.
    let selected = model
        .timeline
        .selected
        .and_then(|seq| rows.iter().position(|row| row.seq == seq));
    let cells = (area.width as usize).saturating_sub(1);
    let mut lines: Vec<(usize, Rich)> = Vec::new();
    let last = match selected {
        // Some rows after it, so that one sees where one is.
        Some(at) => (at + room / 3).min(rows.len() - 1),
        None => rows.len() - 1,
    };
    for index in (0..=last).rev() {
        let of_row = lines_of(model, &rows[index], cells, place.boxed);
        for line in of_row.into_iter().rev() {
            lines.push((index, line));
        }
        if lines.len() >= room {
            break;
        }
    }
    lines.truncate(room);
    lines.reverse();
    let mut marked = false;
    for (row, (index, line)) in lines.iter().enumerate() {
        let y = area.y + row as u16;
        if selected == Some(*index) && !marked {
            canvas.put(area.x, y, 1, model.look.glyphs.marker, Tone::Accent);
            marked = true;
        }
        canvas.line(area.x + 1, y, cells, line);
    }
    let older = !model.timeline.whole || lines.first().is_some_and(|(index, _)| *index > 0);
    if older && place.boxed && area.width > 2 {
        canvas.put(
            area.right() - 1,
            area.y,
            1,
            model.look.glyphs.up_arrow,
            Tone::Accent,
        );
    }
    if last + 1 < rows.len() && place.boxed && area.width > 2 {
        let y = area.bottom() - 1;
        canvas.put(
            area.right() - 1,
            y,
            1,
            model.look.glyphs.down_arrow,
            Tone::Accent,
        );
    }
}

fn lines_of(model: &Model, row: &Row, cells: usize, may_wrap: bool) -> Vec<Rich> {
    let (glyph, tone) = model.look.row(row.kind);
    let head = vec![
        (format!("{} ", model.time_of_day(row.at)), Tone::Dim),
        (format!("{glyph} "), tone),
    ];
    let text = format!("{}{}", row.text, by(row));
    let room = cells.saturating_sub(HEAD).max(8);
    if !may_wrap {
        let mut line = head;
        line.push((text, Tone::Plain));
        return vec![line];
    }
    let clean = crate::mask::printable(&text);
    let mut pieces = words::wrap(&clean, room, 0);
    if pieces.len() > LINES_OF_A_ROW {
        let rest = pieces.split_off(LINES_OF_A_ROW - 1).join(" ");
        pieces.push(words::fit(&rest, room, model.look.glyphs.ellipsis).into_owned());
    }
    let mut lines = Vec::new();
    for (number, piece) in pieces.into_iter().enumerate() {
        let mut line = if number == 0 {
            head.clone()
        } else {
            vec![(" ".repeat(HEAD - 1), Tone::Plain)]
        };
        line.push((piece, Tone::Plain));
        lines.push(line);
    }
    lines
}

/// Who did it; what the host saw by itself needs no name.
fn by(row: &Row) -> String {
    if row.actor == "breakglass" || row.actor.is_empty() {
        String::new()
    } else {
        format!(" ({})", row.actor)
    }
}
