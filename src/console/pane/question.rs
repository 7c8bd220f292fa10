//! Windows that want a line of text, one of a few options, or a deliberate yes.

use super::{Window, inside};
use crate::console::canvas::{Canvas, Rich, rich, wrapped};
use crate::console::dialog::{Ask, Choosing, Options, Question, Sending, Sure};
use crate::console::field::Field;
use crate::console::keymap::{Action, Context};
use crate::console::model::Model;
use crate::console::style::Tone;
use crate::console::words;
use crate::health::Verdict;
use ratatui::layout::Position;

const WIDTH: u16 = 80;

/// Options that are shown at once.
const SHOWN: usize = 8;

/// Draws an input line; returns where its cursor stands.
pub fn input(
    model: &Model,
    canvas: &mut Canvas<'_>,
    field: &Field,
    x: u16,
    y: u16,
    cells: usize,
) -> Position {
    let prompt = format!("{} ", model.look.glyphs.marker);
    canvas.put(x, y, 2, &prompt, Tone::Accent);
    let room = cells.saturating_sub(2);
    let (shown, column) = field.shown(room);
    canvas.put(x + 2, y, room, &shown, Tone::Strong);
    Position::new(x + 2 + column as u16, y)
}

pub fn ask(model: &Model, canvas: &mut Canvas<'_>, ask: &Ask) -> Option<Position> {
    let cells = inside(model.size, WIDTH);
    let mut hint = wrapped(&ask.what.hint(), cells, 0, Tone::Dim);
    if let Some(doubts) = doubts(model, &ask.what) {
        hint.extend(wrapped(&doubts, cells, 0, Tone::Warn));
    }
    let window = Window {
        title: &ask.what.title(),
        right: None,
        tone: Tone::Accent,
        width: WIDTH,
        height: hint.len() as u16 + 4,
    };
    let area = window.open(canvas, model.size);
    let mut y = area.y;
    for line in &hint {
        canvas.line(area.x, y, cells, line);
        y += 1;
    }
    let at = input(model, canvas, &ask.field, area.x, y + 1, cells);
    let last =
        said(&ask.sending).unwrap_or_else(|| keys(model, Context::Text, "write it down", "back"));
    canvas.line(area.x, y + 3, cells, &last);
    Some(at)
}

/// What speaks against an end, for whoever says that it is over; it forbids nothing.
fn doubts(model: &Model, question: &Question) -> Option<String> {
    let is_close = *question == Question::Close;
    if !is_close && *question != Question::Mitigate {
        return None;
    }
    let mut doubts: Vec<String> = model
        .components
        .iter()
        .flatten()
        .filter(|view| view.verdict != Verdict::Up)
        .map(|view| format!("{} is {}", view.name, view.verdict.word()))
        .collect();
    let steps = model.scenario().map_or(0, |it| it.steps.len());
    let open = steps.saturating_sub(model.settled());
    if is_close && open > 0 {
        doubts.push(format!("{open} of {steps} steps are open"));
    }
    (!doubts.is_empty()).then(|| format!("mind: {}", doubts.join(", ")))
}

pub fn options(model: &Model, canvas: &mut Canvas<'_>, options: &Options) -> Option<Position> {
    let cells = inside(model.size, WIDTH);
    let (title, label, verb) = match &options.what {
        Choosing::Open { title, drill, .. } => {
            let what = if *drill { "a drill" } else { "an incident" };
            let title = match title {
                Some(title) => format!("Open {what}: {title}"),
                None => format!("Open {what} without a scenario"),
            };
            (title, "What is broken, in a few words:", "open it")
        }
        Choosing::Severity => (
            "Severity".to_owned(),
            "Why it changes (may stay empty):",
            "set it",
        ),
        Choosing::Branch { step, .. } => (
            format!("Which alternative of step {step} applies"),
            "How you know (may stay empty):",
            "choose it",
        ),
    };
    let shown = options.options.len().min(SHOWN);
    let is_open = matches!(options.what, Choosing::Open { .. });
    let extra = if is_open { 3 } else { 0 };
    let window = Window {
        title: &title,
        right: None,
        tone: Tone::Accent,
        width: WIDTH,
        height: (shown + 5 + extra) as u16,
    };
    let area = window.open(canvas, model.size);
    let mut y = area.y;
    canvas.put(area.x, y, cells, label, Tone::Dim);
    let at = input(model, canvas, &options.field, area.x, y + 1, cells);
    y += 3;
    if is_open {
        canvas.put(area.x, y, cells, "Severity:", Tone::Dim);
        y += 1;
    }
    let wide = options
        .options
        .iter()
        .map(|option| words::width(&option.value))
        .max()
        .unwrap_or(0)
        .min(cells / 2);
    let top = (options.at + 1).saturating_sub(SHOWN);
    for (index, option) in options.options.iter().enumerate().skip(top).take(SHOWN) {
        let marked = index == options.at;
        let mark = if marked {
            model.look.glyphs.marker
        } else {
            " "
        };
        let value = if option.value.is_empty() {
            words::pad(model.look.glyphs.dash, wide, model.look.glyphs.ellipsis)
        } else {
            words::pad(&option.value, wide, model.look.glyphs.ellipsis)
        };
        let line = [
            (format!("{mark} "), Tone::Accent),
            (value, if marked { Tone::Strong } else { Tone::Plain }),
            (format!("  {}", option.detail), Tone::Dim),
        ];
        canvas.line(area.x, y, cells, &line);
        y += 1;
    }
    y += 1;
    if let Choosing::Open { drill, .. } = &options.what {
        let key = model.key(Context::List, Action::Complete);
        let line = if *drill {
            vec![
                (" DRILL ".to_owned(), Tone::Mark),
                (
                    format!(" marked everywhere; `{key}` makes it real"),
                    Tone::Plain,
                ),
            ]
        } else {
            vec![
                ("for real".to_owned(), Tone::Strong),
                (format!("; `{key}` makes it a drill"), Tone::Plain),
            ]
        };
        canvas.line(area.x, y, cells, &line);
        y += 2;
    }
    let pick = format!(
        "{}/{}",
        model.key(Context::List, Action::Up),
        model.key(Context::List, Action::Down)
    );
    let last = said(&options.sending).unwrap_or_else(|| {
        let mut line = vec![(pick, Tone::Accent), (" pick   ".to_owned(), Tone::Plain)];
        line.extend(keys(model, Context::List, verb, "back"));
        line
    });
    canvas.line(area.x, y, cells, &last);
    Some(at)
}

pub fn sure(model: &Model, canvas: &mut Canvas<'_>, sure: Sure) -> Option<Position> {
    let cells = inside(model.size, WIDTH);
    let (title, text, verb, stay, tone) = match sure {
        Sure::Quit => {
            let running = model.state().map_or(0, |state| state.running().count());
            let id = model
                .incident_id()
                .map_or_else(|| "the incident".to_owned(), |id| id.to_string());
            let steps = match running {
                0 => String::new(),
                1 => "The step that runs goes on. ".to_owned(),
                count => format!("The {count} steps that run go on. "),
            };
            let text = format!(
                "{steps}The host keeps watching and writing down, {id} stays open. `breakglass` brings you back here."
            );
            (
                "Leave the console?".to_owned(),
                text,
                "leave",
                "stay",
                Tone::Accent,
            )
        }
        Sure::Cancel { run } => {
            let known = model.state().and_then(|state| state.runs.get(&run));
            let title = match known {
                Some(known) => format!("Cancel {run}: {}?", known.title),
                None => format!("Cancel {run}?"),
            };
            let text = "It gets INT, then TERM, then KILL, with time between them to clean up. \
                        What it has done so far stays done.";
            (title, text.to_owned(), "cancel it", "let it run", Tone::Bad)
        }
    };
    let lines = wrapped(&text, cells, 0, Tone::Plain);
    let window = Window {
        title: &title,
        right: None,
        tone,
        width: WIDTH,
        height: lines.len() as u16 + 2,
    };
    let area = window.open(canvas, model.size);
    for (row, line) in lines.iter().enumerate() {
        canvas.line(area.x, area.y + row as u16, cells, line);
    }
    let answer = keys(model, Context::Confirm, verb, stay);
    canvas.line(area.x, area.y + lines.len() as u16 + 1, cells, &answer);
    None
}

/// How an answer that was sent stands.
fn said(sending: &Sending) -> Option<Rich> {
    match sending {
        Sending::No => None,
        Sending::Sent(_) => Some(rich("writing it down", Tone::Accent)),
        Sending::Refused(why) => Some(rich(why.clone(), Tone::Bad)),
    }
}

/// The way on and the way out.
fn keys(model: &Model, context: Context, on: &str, out: &str) -> Rich {
    let mut line = Vec::new();
    for (action, word) in [(Action::Accept, on), (Action::Dismiss, out)] {
        line.push((model.key(context, action), Tone::Accent));
        line.push((format!(" {word}   "), Tone::Plain));
    }
    line
}
