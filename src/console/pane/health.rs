//! The health pane: every component in the configured order, with the reason where it is not well.

use super::title;
use crate::console::canvas::{Canvas, Rich, width};
use crate::console::layout::Place;
use crate::console::model::{Focus, Model, is_stale};
use crate::console::style::Tone;
use crate::console::words;
use crate::health::{ComponentView, Verdict};
use ratatui::layout::Rect;

const NOTHING: &str =
    "nothing watched: name components in breakglass.toml, or set PGHOST, REDIS_URL …";

pub fn draw(model: &Model, canvas: &mut Canvas<'_>, place: Place) {
    if !place.boxed {
        return one_line(model, canvas, place.inner);
    }
    let count: Rich = match &model.components {
        Some(all) if !all.is_empty() => {
            let up = all
                .iter()
                .filter(|view| view.verdict == Verdict::Up)
                .count();
            let tone = if up == all.len() {
                Tone::Good
            } else {
                Tone::Bad
            };
            vec![(format!("{up}/{} up", all.len()), tone)]
        }
        Some(_) | None => Vec::new(),
    };
    title(model, canvas, place, Focus::Health, "Health", &count);
    let area = place.inner;
    let Some(components) = &model.components else {
        return connecting(model, canvas, area);
    };
    if components.is_empty() {
        let lines = words::wrap(NOTHING, (area.width as usize).saturating_sub(1), 0);
        for (row, line) in lines.iter().enumerate().take(area.height as usize) {
            let y = area.y + row as u16;
            canvas.put(area.x + 1, y, area.width as usize - 1, line, Tone::Dim);
        }
        return;
    }
    let names = components
        .iter()
        .map(|view| words::width(&view.name))
        .max()
        .unwrap_or(0)
        .min(16);
    // With reasons where they fit; a line each where they do not.
    let cells = (area.width as usize).saturating_sub(2);
    let mut lines = lines_of(model, components, names, cells, true);
    if lines.len() > area.height as usize {
        lines = lines_of(model, components, names, cells, false);
    }
    let room = area.height as usize;
    let at = lines
        .iter()
        .position(|(of, _)| *of == model.health_cursor)
        .unwrap_or(0);
    let top = (at + 1)
        .saturating_sub(room)
        .min(lines.len().saturating_sub(room));
    for (row, (of, line)) in lines.iter().enumerate().skip(top).take(room) {
        let y = area.y + (row - top) as u16;
        if row == at && *of == model.health_cursor && model.focus == Focus::Health {
            canvas.put(area.x, y, 1, model.look.glyphs.marker, Tone::Accent);
        }
        canvas.line(area.x + 2, y, cells, line);
    }
    canvas.arrows(area, top, lines.len());
}

/// What any pane says before the host has said anything.
pub fn connecting(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let text = format!("connecting{}", model.look.glyphs.ellipsis);
    let cells = (area.width as usize).saturating_sub(1);
    canvas.put(area.x + 1, area.y, cells, &text, Tone::Dim);
}

fn lines_of(
    model: &Model,
    components: &[ComponentView],
    names: usize,
    cells: usize,
    with_reasons: bool,
) -> Vec<(usize, Rich)> {
    let ellipsis = model.look.glyphs.ellipsis;
    let mut lines = Vec::new();
    for (index, view) in components.iter().enumerate() {
        let (glyph, tone) = model.look.verdict(view.verdict);
        let mut head = vec![
            (format!("{glyph} "), tone),
            (words::pad(&view.name, names, ellipsis), Tone::Plain),
            ("  ".to_owned(), Tone::Plain),
        ];
        if view.at.is_none() {
            head.push(("not seen yet".into(), Tone::Dim));
            lines.push((index, head));
            continue;
        }
        if view.verdict == Verdict::Up {
            head.push((view.summary.clone(), Tone::Dim));
            lines.push((index, head));
            continue;
        }
        head.push((view.verdict.word().to_owned(), tone));
        if !with_reasons {
            head.push((format!(": {}", view.reason), Tone::Plain));
            lines.push((index, head));
            continue;
        }
        if let Some(since) = view.since {
            let since = words::ago(model.now, since);
            let text = format!(" {}", since.trim_end_matches(" ago"));
            head.push((text, Tone::Plain));
        }
        lines.push((index, head));
        let reason = crate::mask::printable(&view.reason);
        for line in words::wrap(&reason, cells.saturating_sub(2), 0)
            .into_iter()
            .take(3)
        {
            lines.push((index, vec![(format!("  {line}"), Tone::Plain)]));
        }
        if is_stale(view)
            && let Some(good) = view.last_good_at
        {
            let seen = format!("  last seen {}", words::ago(model.now, good));
            lines.push((index, vec![(seen, Tone::Dim)]));
        }
    }
    lines
}

/// Glyphs and names in one line; where not all fit, those that are not well come first.
fn one_line(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let Some(components) = &model.components else {
        return connecting(model, canvas, area);
    };
    let room = area.width as usize;
    if components.is_empty() {
        canvas.put(area.x + 1, area.y, room - 1, NOTHING, Tone::Dim);
        return;
    }
    let piece = |index: usize, view: &ComponentView| -> Rich {
        let (glyph, tone) = model.look.verdict(view.verdict);
        let picked = index == model.health_cursor && model.focus == Focus::Health;
        let mark = if picked {
            model.look.glyphs.marker
        } else {
            " "
        };
        let mut piece = vec![
            (mark.to_owned(), Tone::Accent),
            (format!("{glyph} "), tone),
            (view.name.clone(), Tone::Plain),
        ];
        if view.verdict != Verdict::Up {
            piece.push((format!(" {}", view.verdict.word()), tone));
        }
        piece.push((" ".into(), Tone::Plain));
        piece
    };
    let mut pieces: Vec<(Verdict, Rich)> = components
        .iter()
        .enumerate()
        .map(|(index, view)| (view.verdict, piece(index, view)))
        .collect();
    let total: usize = pieces.iter().map(|(_, piece)| width(piece)).sum();
    if total > room {
        pieces.sort_by_key(|(verdict, _)| std::cmp::Reverse(*verdict));
    }
    let mut x = 0;
    let mut shown = 0;
    for (_, piece) in &pieces {
        let reserve = if shown + 1 < pieces.len() { 4 } else { 0 };
        if x + width(piece) + reserve > room {
            break;
        }
        x += canvas.line(area.x + x as u16, area.y, room - x, piece);
        shown += 1;
    }
    if shown < pieces.len() {
        let more = format!(" +{}", pieces.len() - shown);
        canvas.put(area.x + x as u16, area.y, room - x, &more, Tone::Dim);
    }
}
