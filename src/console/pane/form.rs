//! The form that asks for placeholders: one at a time, with what is known of it and what can be picked.

use super::{Window, inside};
use crate::console::canvas::{Canvas, Rich, clean_lines, rich, wrapped};
use crate::console::keymap::{Action, Context};
use crate::console::model::{Fill, Launch, Model};
use crate::console::style::Tone;
use crate::console::words;
use ratatui::layout::Position;

const WIDTH: u16 = 88;

/// Offered values that are shown at once.
const OFFERED: usize = 8;

pub fn draw(
    model: &Model,
    canvas: &mut Canvas<'_>,
    launch: &Launch,
    fill: &Fill,
) -> Option<Position> {
    let cells = inside(model.size, WIDTH);
    let title = format!("Step {} needs a value", launch.step);
    let count = format!(
        "{} of {}",
        (fill.at + 1).min(fill.holes.len()),
        fill.holes.len()
    );
    let Some(hole) = fill.hole() else {
        let window = Window {
            title: &title,
            right: None,
            tone: Tone::Accent,
            width: WIDTH,
            height: 1,
        };
        let area = window.open(canvas, model.size);
        let text = format!("writing them down{}", model.look.glyphs.ellipsis);
        canvas.put(area.x, area.y, cells, &text, Tone::Plain);
        return None;
    };
    let mut head = vec![rich(hole.name.clone(), Tone::Strong)];
    if let Some(described) = &hole.description {
        head.extend(
            wrapped(described, cells, 0, Tone::Plain)
                .into_iter()
                .take(3),
        );
    }
    if let Some(line) = in_command(launch, &hole.spelling, cells) {
        head.push(line);
    }
    if !fill.only && model.has_secret(&hole.name) {
        let text = "asked again: the host that knew it has ended, and a secret is never stored";
        head.extend(wrapped(text, cells, 0, Tone::Warn));
    }
    head.push(Vec::new());
    let offered = offers(model, fill, cells);
    let mut tail: Vec<Rich> = Vec::new();
    if !offered.is_empty() {
        tail.push(Vec::new());
    }
    tail.extend(offered);
    tail.push(Vec::new());
    tail.push(match &fill.error {
        Some(error) => rich(error.clone(), Tone::Bad),
        None => keys(model, hole.secret, !fill.offered().is_empty()),
    });
    let window = Window {
        title: &title,
        right: Some((&count, Tone::Plain)),
        tone: Tone::Accent,
        width: WIDTH,
        height: (head.len() + 1 + tail.len()) as u16,
    };
    let area = window.open(canvas, model.size);
    let mut y = area.y;
    for line in &head {
        canvas.line(area.x, y, cells, line);
        y += 1;
    }
    let at = super::question::input(model, canvas, &fill.field, area.x, y, cells);
    y += 1;
    for line in &tail {
        if y < area.bottom() {
            canvas.line(area.x, y, cells, line);
        }
        y += 1;
    }
    Some(at)
}

/// The line of the command in which it stands.
fn in_command(launch: &Launch, spelling: &str, cells: usize) -> Option<Rich> {
    if spelling.is_empty() {
        return None;
    }
    let clean = clean_lines(&launch.command);
    let line = clean.lines().find(|line| line.contains(spelling))?.trim();
    let at = line.find(spelling)?;
    let (before, rest) = line.split_at(at);
    let after = rest.get(spelling.len()..).unwrap_or_default();
    // What stands before gives way, so that the hole is seen.
    let room = cells.saturating_sub(words::width(spelling) + words::width(after).min(cells / 3));
    let before: String = if words::width(before) > room {
        let kept: Vec<char> = before.chars().rev().take(room.saturating_sub(1)).collect();
        format!("…{}", kept.into_iter().rev().collect::<String>())
    } else {
        before.to_owned()
    };
    Some(vec![
        (before, Tone::Dim),
        (spelling.to_owned(), Tone::Accent),
        (after.to_owned(), Tone::Dim),
    ])
}

fn offers(model: &Model, fill: &Fill, cells: usize) -> Vec<Rich> {
    let offered = fill.offered();
    let mut lines: Vec<Rich> = Vec::new();
    if fill.hole().is_some_and(|hole| hole.secret) {
        let text = "a secret: it is not shown, and stored masked";
        return vec![rich(text, Tone::Dim)];
    }
    let wide = offered
        .iter()
        .map(|one| words::width(&one.value))
        .max()
        .unwrap_or(0)
        .min(cells / 2);
    let top = fill.marked.map_or(0, |at| (at + 1).saturating_sub(OFFERED));
    for (index, one) in offered.iter().enumerate().skip(top).take(OFFERED) {
        let marked = fill.marked == Some(index);
        let mark = if marked {
            model.look.glyphs.marker
        } else {
            " "
        };
        let value = words::pad(&one.value, wide, model.look.glyphs.ellipsis);
        lines.push(vec![
            (format!("{mark} "), Tone::Accent),
            (value, if marked { Tone::Strong } else { Tone::Plain }),
            (format!("  {}", one.detail), Tone::Dim),
        ]);
    }
    let more = offered.len().saturating_sub(top + OFFERED);
    if more > 0 {
        lines.push(rich(format!("  {more} more: type to narrow"), Tone::Dim));
    }
    if fill.candidates.is_none() {
        let text = format!("  asking the system{}", model.look.glyphs.ellipsis);
        lines.push(rich(text, Tone::Dim));
    }
    if let Some(problem) = &fill.problem {
        lines.push(rich(format!("  {problem}"), Tone::Warn));
    }
    lines
}

fn keys(model: &Model, secret: bool, offered: bool) -> Rich {
    let key = |action| model.key(Context::List, action);
    let mut line = vec![
        (key(Action::Accept), Tone::Accent),
        (" take it   ".into(), Tone::Plain),
    ];
    if offered && !secret {
        line.push((
            format!("{}/{}", key(Action::Up), key(Action::Down)),
            Tone::Accent,
        ));
        line.push((" pick   ".into(), Tone::Plain));
        line.push((key(Action::Complete), Tone::Accent));
        line.push((" edit the picked one   ".into(), Tone::Plain));
    }
    line.push((key(Action::Dismiss), Tone::Accent));
    line.push((" back".into(), Tone::Plain));
    line
}
