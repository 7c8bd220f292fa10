//! The last two lines: what must be known, and which keys do what here.

use crate::console::canvas::Canvas;
use crate::console::keymap::{Action, Context};
use crate::console::model::{Incident, Launch, Link, Model};
use crate::console::style::Tone;
use crate::console::words;
use ratatui::layout::Rect;

/// Lines that a long one may take.
const MOST_LINES: usize = 3;

/// What is on its way, else what was just said, else the worst notice. Notices that are hidden behind
/// it are counted at the right.
pub fn draw(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let glyphs = model.look.glyphs;
    let worst = model.notices.iter().rev().max_by_key(|it| it.severity);
    let progress = model.launch.as_ref().and_then(Launch::progress);
    let (tone, text, hides) = if let Some(progress) = progress {
        let leave = model.key(Context::Checklist, Action::Dismiss);
        let proving = progress.contains("proving");
        let hint = if proving {
            format!("; `{leave}` leaves it")
        } else {
            String::new()
        };
        (
            Tone::Accent,
            format!("{} {progress}{hint}", glyphs.running),
            0,
        )
    } else if let Some(flash) = &model.flash {
        let glyph = match flash.tone {
            Tone::Good => glyphs.done,
            Tone::Warn => glyphs.degraded,
            Tone::Bad | Tone::Alarm => glyphs.failed,
            Tone::Plain | Tone::Dim | Tone::Strong | Tone::Accent | Tone::Mark => glyphs.gap,
        };
        (flash.tone, format!("{glyph} {}", flash.text), 0)
    } else if let Some(notice) = worst {
        let (glyph, tone) = model.look.severity(notice.severity);
        let hint = notice
            .hint
            .as_ref()
            .map(|hint| format!(" {} {hint}", glyphs.dash))
            .unwrap_or_default();
        (tone, format!("{glyph} {}{hint}", notice.what), 1)
    } else if let Link::Gone { why, .. } | Link::Rejected { why } = &model.link {
        (
            Tone::Bad,
            format!(
                "{} the host is away: {why}; what is shown is what was last known",
                glyphs.down
            ),
            0,
        )
    } else {
        return;
    };
    let hidden = model.notices.len().saturating_sub(hides);
    let mut cells = (area.width as usize).saturating_sub(2);
    if hidden > 0 {
        let s = if hidden == 1 { "" } else { "s" };
        let count = format!("+{hidden} notice{s} ");
        let used = canvas.right(area, area.y, &count, Tone::Warn);
        cells = cells.saturating_sub(used + 1);
    }
    if words::width(&text) <= cells || tone == Tone::Plain {
        canvas.put(area.x + 1, area.y, cells, &text, tone);
        return;
    }
    // What matters is not cut: it lies over the last line of the panes for as long as it is there.
    let mut lines = words::wrap(&crate::mask::printable(&text), cells, 2);
    if lines.len() > MOST_LINES {
        let rest = lines.split_off(MOST_LINES - 1).join(" ");
        lines.push(words::fit(&rest, cells, glyphs.ellipsis).into_owned());
    }
    let first = area.y + 1 - lines.len() as u16;
    for (row, line) in lines.iter().enumerate() {
        let y = first + row as u16;
        if y != area.y {
            canvas.clear(Rect { y, ..area });
        }
        canvas.put(area.x + 1, y, cells, line, tone);
    }
}

/// The keys that matter where we are, from the keymap; the last one is always shown.
pub fn footer(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let context = model.context();
    // A window says its keys itself.
    if matches!(
        context,
        Context::Page | Context::List | Context::Text | Context::Confirm
    ) {
        return;
    }
    let actions = actions(model, context);
    let mut pieces: Vec<(String, String)> = Vec::new();
    for action in actions {
        let key = model.key(context, action);
        if !key.is_empty() {
            pieces.push((key, word(model, action).to_owned()));
        }
    }
    let wide = |piece: &(String, String)| words::width(&piece.0) + 1 + words::width(&piece.1) + 2;
    let room = (area.width as usize).saturating_sub(2);
    let last = pieces.pop();
    let reserve = last.as_ref().map_or(0, wide);
    let mut x = 1;
    for piece in &pieces {
        if x + wide(piece) + reserve > room + 1 {
            break;
        }
        x += draw_key(canvas, area, x, piece);
    }
    if let Some(piece) = last {
        draw_key(canvas, area, x, &piece);
    }
}

fn draw_key(canvas: &mut Canvas<'_>, area: Rect, x: usize, piece: &(String, String)) -> usize {
    let room = (area.width as usize).saturating_sub(x);
    let pieces = [
        (piece.0.clone(), Tone::Accent),
        (format!(" {}", piece.1), Tone::Plain),
    ];
    canvas.line(area.x + x as u16, area.y, room, &pieces) + 2
}

fn word(model: &Model, action: Action) -> &'static str {
    if action == Action::Run && model.incident == Incident::None {
        "open with it"
    } else if action == Action::Run && model.is_choosing() {
        "take it"
    } else if action == Action::OpenIncident {
        "open empty"
    } else {
        action.short()
    }
}

/// Most needed first; the last one is kept whatever the width.
fn actions(model: &Model, context: Context) -> Vec<Action> {
    match context {
        Context::Page | Context::List | Context::Text | Context::Confirm => Vec::new(),
        Context::Attached => vec![
            Action::ScrollUp,
            Action::ScrollDown,
            Action::FollowTail,
            Action::Detach,
        ],
        Context::Anywhere
        | Context::Main
        | Context::Health
        | Context::Checklist
        | Context::Output
        | Context::Timeline => {
            let mut actions = match context {
                Context::Health => vec![Action::Detail, Action::Refresh],
                Context::Timeline => vec![Action::Detail, Action::Note, Action::Timeline],
                Context::Output => vec![
                    Action::Attach,
                    Action::ScrollUp,
                    Action::FollowTail,
                    Action::ZoomPane,
                ],
                Context::Anywhere
                | Context::Main
                | Context::Checklist
                | Context::Page
                | Context::List
                | Context::Text
                | Context::Confirm
                | Context::Attached => Vec::new(),
            };
            let common: &[Action] = match &model.incident {
                Incident::Open(state) if state.scenario.is_some() => &[
                    Action::Run,
                    Action::Skip,
                    Action::MarkDone,
                    Action::Note,
                    Action::Attach,
                    Action::CancelRun,
                    Action::RunbookText,
                    Action::PickScenario,
                    Action::NextPane,
                    Action::CloseIncident,
                    Action::Palette,
                    Action::Quit,
                    Action::Help,
                ],
                Incident::Open(_) => &[
                    Action::Run,
                    Action::PickScenario,
                    Action::Note,
                    Action::CloseIncident,
                    Action::NextPane,
                    Action::Palette,
                    Action::Quit,
                    Action::Help,
                ],
                Incident::None | Incident::Unknown => &[
                    Action::Run,
                    Action::OpenIncident,
                    Action::PickScenario,
                    Action::NextPane,
                    Action::Refresh,
                    Action::Palette,
                    Action::Quit,
                    Action::Help,
                ],
            };
            for action in common {
                if !actions.contains(action) {
                    actions.push(*action);
                }
            }
            actions
        }
    }
}
