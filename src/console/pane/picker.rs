//! Windows in which something is looked for by typing: scenarios, actions.

use super::{Window, inside};
use crate::console::canvas::{Canvas, Rich, width};
use crate::console::dialog::{Palette, Picker};
use crate::console::keymap::{Action, Context};
use crate::console::model::{self, Model};
use crate::console::style::Tone;
use crate::console::update::{palette_hits, picker_hits};
use crate::console::words;
use crate::runbook::ScenarioKind;
use ratatui::layout::Position;

const WIDTH: u16 = 96;

pub fn scenarios(model: &Model, canvas: &mut Canvas<'_>, picker: &Picker) -> Option<Position> {
    let choices = model::scenarios(model);
    let hits = picker_hits(model, picker);
    let title = match model.scenario() {
        Some(scenario) => format!("Switch from {} to", scenario.title),
        None => "Find a scenario".to_owned(),
    };
    let lines: Vec<(Rich, Rich)> = hits
        .iter()
        .filter_map(|at| choices.get(*at))
        .map(|choice| {
            let mut left = vec![(choice.scenario.title.clone(), Tone::Plain)];
            if choice.score > 0 {
                left.push(("  fits".into(), Tone::Bad));
            }
            let mut facts = Vec::new();
            if choice.scenario.kind != ScenarioKind::Recovery {
                facts.push(kind(choice.scenario.kind).to_owned());
            }
            facts.extend(choice.scenario.severity.clone());
            facts.extend(
                choice
                    .scenario
                    .rto_seconds
                    .map(|rto| format!("RTO {}", words::span(rto))),
            );
            facts.push(super::home::short_source(choice.source));
            (left, vec![(facts.join("  "), Tone::Dim)])
        })
        .collect();
    // Why the marked one fits.
    let because = hits
        .get(picker.at)
        .and_then(|at| choices.get(*at))
        .map(|choice| choice.because.join("; "))
        .unwrap_or_default();
    let list = List {
        title: &title,
        lines,
        at: picker.at,
        below: because,
        nothing: "no scenario matches",
    };
    Some(list.draw(model, canvas, &picker.field))
}

fn kind(kind: ScenarioKind) -> &'static str {
    match kind {
        ScenarioKind::Recovery => "recovery",
        ScenarioKind::Backup => "backup",
        ScenarioKind::Drill => "drill",
        ScenarioKind::Communication => "communication",
        ScenarioKind::Reference => "reference",
    }
}

pub fn palette(model: &Model, canvas: &mut Canvas<'_>, palette: &Palette) -> Option<Position> {
    let from = palette.from.unwrap_or(Context::Checklist);
    let hits = palette_hits(palette);
    let lines: Vec<(Rich, Rich)> = hits
        .iter()
        .map(|action| {
            let keys = model.keymap.keys(from, *action).join(" ");
            (
                vec![
                    (words::pad(action.name(), 16, "…"), Tone::Strong),
                    (format!("  {}", action.help()), Tone::Plain),
                ],
                vec![(keys, Tone::Accent)],
            )
        })
        .collect();
    let list = List {
        title: "Command",
        lines,
        at: palette.at,
        below: String::new(),
        nothing: "no action matches",
    };
    Some(list.draw(model, canvas, &palette.field))
}

struct List<'a> {
    title: &'a str,
    lines: Vec<(Rich, Rich)>,
    at: usize,
    below: String,
    nothing: &'a str,
}

impl List<'_> {
    fn draw(
        &self,
        model: &Model,
        canvas: &mut Canvas<'_>,
        field: &crate::console::field::Field,
    ) -> Position {
        let cells = inside(model.size, WIDTH);
        // The same height whatever matches, so that the window stands still while one types.
        let room = (model.size.1 as usize).saturating_sub(10).clamp(3, 18);
        let count = format!("{}", self.lines.len());
        let window = Window {
            title: self.title,
            right: Some((&count, Tone::Dim)),
            tone: Tone::Accent,
            width: WIDTH,
            height: room as u16 + 5,
        };
        let area = window.open(canvas, model.size);
        let at = super::question::input(model, canvas, field, area.x, area.y, cells);
        if self.lines.is_empty() {
            canvas.put(area.x + 2, area.y + 2, cells, self.nothing, Tone::Dim);
        }
        let top = (self.at + 1).saturating_sub(room);
        for (row, (left, right)) in self.lines.iter().skip(top).take(room).enumerate() {
            let y = area.y + 2 + row as u16;
            if row + top == self.at {
                canvas.put(area.x, y, 1, model.look.glyphs.marker, Tone::Accent);
            }
            let wide = width(right).min(cells / 2);
            let left_cells = cells.saturating_sub(wide + 4);
            canvas.line(area.x + 2, y, left_cells, left);
            let x = area.x + cells as u16 - wide as u16;
            canvas.line(x, y, wide, right);
        }
        let y = area.y + 2 + room as u16;
        canvas.put(
            area.x + 2,
            y,
            cells.saturating_sub(2),
            &self.below,
            Tone::Dim,
        );
        let key = |action| model.key(Context::List, action);
        let keys = [
            (
                format!("{}/{}", key(Action::Up), key(Action::Down)),
                Tone::Accent,
            ),
            (" pick   ".to_owned(), Tone::Plain),
            (key(Action::Accept), Tone::Accent),
            (" take it   ".to_owned(), Tone::Plain),
            (key(Action::Dismiss), Tone::Accent),
            (" back".to_owned(), Tone::Plain),
        ];
        canvas.line(area.x, y + 2, cells, &keys);
        at
    }
}
