//! The output pane: the terminal of one run, drawn from the cells its keeper sends.

use super::checklist::outcome;
use super::health::connecting;
use super::title;
use crate::console::canvas::{Canvas, Rich, clean_lines, rich};
use crate::console::keymap::{Action, Context};
use crate::console::layout::Place;
use crate::console::model::{Focus, Incident, Model};
use crate::console::style::Tone;
use crate::console::words;
use crate::incident::fact::RunId;
use crate::incident::is_handed_on;
use crate::incident::state::Run;
use crate::wire::{Hue, Ink, Picture};
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Modifier, Style};

/// Draws the pane; where the step's cursor stands while keys go to it.
pub fn draw(model: &Model, canvas: &mut Canvas<'_>, place: Place) -> Option<Position> {
    let area = place.inner;
    let Some((id, run)) = model.shown_run() else {
        title(model, canvas, place, Focus::Lower, "Output", &[]);
        if model.incident == Incident::Unknown {
            connecting(model, canvas, area);
        } else {
            let key = model.key(Context::Checklist, Action::Run);
            let text = format!("nothing has run here yet: `{key}` runs the selected step");
            let cells = (area.width as usize).saturating_sub(1);
            canvas.put(area.x + 1, area.y, cells, &text, Tone::Dim);
        }
        return None;
    };
    heading(model, canvas, place, id, run);
    let first = Rect { height: 1, ..area };
    let rest = Rect {
        y: area.y + 1,
        height: area.height.saturating_sub(1),
        ..area
    };
    command(model, canvas, first, run);
    let shown = model.output.picture.as_ref();
    if let Some(picture) = shown {
        cells(model, canvas, rest, picture);
        model.attached.then(|| cursor(rest, picture)).flatten()
    } else {
        tail(model, canvas, rest, run);
        None
    }
}

/// Run, step, how it stands, how much it has printed; how to leave while keys go to it.
fn heading(model: &Model, canvas: &mut Canvas<'_>, place: Place, id: RunId, run: &Run) {
    let gap = model.look.glyphs.gap;
    let text = format!(
        "Output {gap} {id} {gap} step {} {}",
        run.step.step, run.title
    );
    let (stands, tone) = outcome(model, run);
    let printed = match &model.output.picture {
        Some(picture) => picture.bytes.max(run.output_bytes),
        None => run.output_bytes,
    };
    let mut right: Rich = Vec::new();
    if model.attached {
        let key = model.key(Context::Attached, Action::Detach);
        right.push((
            format!(" KEYS GO TO THE STEP {gap} {key} leaves "),
            Tone::Mark,
        ));
        right.push((" ".into(), Tone::Plain));
    }
    if model.output.scroll > 0 {
        let key = model.key(
            if model.attached {
                Context::Attached
            } else {
                Context::Checklist
            },
            Action::FollowTail,
        );
        right.push((
            format!("{} lines back, {key} follows  ", model.output.scroll),
            Tone::Warn,
        ));
    }
    if model.output.recorded && run.end.is_none() {
        let text = "its terminal cannot be reached  ";
        right.push((text.into(), Tone::Warn));
    }
    right.push((stands, tone));
    right.push((format!("  {}", words::bytes(printed)), Tone::Plain));
    title(model, canvas, place, Focus::Lower, &text, &right);
}

/// What runs, and on what.
fn command(model: &Model, canvas: &mut Canvas<'_>, line: Rect, run: &Run) {
    let mut told = run.command.lines().filter(|line| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with('#') && !is_handed_on(line)
    });
    let text = told.next().unwrap_or(&run.command);
    let more = told.count();
    let on = format!("on {}", run.target.name);
    let used = canvas.right(line, line.y, &on, Tone::Dim);
    let cells = (line.width as usize).saturating_sub(used + 2);
    let more = if more > 0 {
        format!(" {}+{more}", model.look.glyphs.ellipsis)
    } else {
        String::new()
    };
    let kept = cells.saturating_sub(words::width(&more));
    let pieces = [(format!("$ {text}"), Tone::Dim)];
    let x = canvas.line(line.x, line.y, kept, &pieces);
    canvas.put(
        line.x + x as u16,
        line.y,
        cells - x.min(cells),
        &more,
        Tone::Dim,
    );
}

fn cells(model: &Model, canvas: &mut Canvas<'_>, area: Rect, picture: &Picture) {
    // A picture taller than the pane: its end is what matters.
    let skip = picture.rows.len().saturating_sub(area.height as usize);
    for (row, spans) in picture.rows.iter().skip(skip).enumerate() {
        let y = area.y + row as u16;
        let mut x = 0;
        for span in spans {
            let room = (area.width as usize).saturating_sub(x);
            if room == 0 {
                break;
            }
            let text = canvas.clean(&span.text).into_owned();
            let style = style(model, &span.ink);
            let at = area.x + x as u16;
            let buffer = canvas.sheet.draw(y..y + 1, (at, room, &text, style));
            let (end, _) = buffer.set_stringn(at, y, &text, room, style);
            x = end.saturating_sub(area.x) as usize;
        }
    }
}

fn cursor(area: Rect, picture: &Picture) -> Option<Position> {
    let (row, column) = picture.cursor?;
    let skip = picture.rows.len().saturating_sub(area.height as usize) as u16;
    let at = Position::new(area.x + column, area.y + row.checked_sub(skip)?);
    area.contains(at).then_some(at)
}

fn style(model: &Model, ink: &Ink) -> Style {
    let mut style = Style::new();
    if model.look.colour {
        if let Some(hue) = ink.fg {
            style = style.fg(colour(hue));
        }
        if let Some(hue) = ink.bg {
            style = style.bg(colour(hue));
        }
    }
    for (on, modifier) in [
        (ink.bold, Modifier::BOLD),
        (ink.dim, Modifier::DIM),
        (ink.italic, Modifier::ITALIC),
        (ink.underline, Modifier::UNDERLINED),
        (ink.inverse, Modifier::REVERSED),
    ] {
        if on {
            style = style.add_modifier(modifier);
        }
    }
    style
}

fn colour(hue: Hue) -> Color {
    match hue {
        Hue::Indexed(index) => Color::Indexed(index),
        Hue::Rgb(red, green, blue) => Color::Rgb(red, green, blue),
    }
}

/// The last lines as the record has them, where there is no terminal any more (or not yet).
fn tail(model: &Model, canvas: &mut Canvas<'_>, area: Rect, run: &Run) {
    let width = (area.width as usize).saturating_sub(1);
    if run.end.is_none() {
        let text = if model.output.live {
            format!("reaching the step's terminal{}", model.look.glyphs.ellipsis)
        } else if model.output.recorded {
            format!("reading its transcript{}", model.look.glyphs.ellipsis)
        } else {
            "the step's terminal cannot be reached; the step itself goes on".to_owned()
        };
        canvas.put(area.x, area.y, width, &text, Tone::Dim);
        return;
    }
    let clean = clean_lines(&run.tail);
    let lines: Vec<&str> = clean.lines().collect();
    if lines.is_empty() {
        canvas.line(
            area.x,
            area.y,
            width,
            &rich("it printed nothing", Tone::Dim),
        );
        return;
    }
    let room = (area.height as usize).saturating_sub(1).max(1);
    let skip = lines.len().saturating_sub(room);
    canvas.put(
        area.x,
        area.y,
        width,
        "its last lines, from the record:",
        Tone::Dim,
    );
    for (row, line) in lines.iter().skip(skip).enumerate() {
        canvas.put(area.x, area.y + 1 + row as u16, width, line, Tone::Plain);
    }
}
