//! The scenarios to choose from: without an incident, and in one that has no scenario yet.

use super::health::connecting;
use super::{text, title};
use crate::console::canvas::{Canvas, Rich, rich, width, wrapped};
use crate::console::keymap::{Action, Context};
use crate::console::layout::Place;
use crate::console::model::{self, Choice, Focus, Model};
use crate::console::style::Tone;
use crate::console::words;
use crate::runbook::ScenarioKind;

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScenarioLine {
    /// The scenario that is selected here, as an index into [`model::scenarios`].
    pub choice: Option<usize>,
    pub left: Rich,
    pub right: Rich,
}

/// The list as it stands: headings, scenarios, and under those that fit, why.
pub fn lines(model: &Model) -> Vec<ScenarioLine> {
    let choices = model::scenarios(model);
    let mut lines = Vec::new();
    let mut section = None;
    for (index, choice) in choices.iter().enumerate() {
        let of = heading(model, choice);
        if section.as_ref() != Some(&of) {
            section = Some(of.clone());
            let tone = if choice.score > 0 {
                Tone::Bad
            } else {
                Tone::Dim
            };
            lines.push(ScenarioLine {
                choice: None,
                left: rich(of, tone),
                right: Vec::new(),
            });
        }
        lines.push(ScenarioLine {
            choice: Some(index),
            left: rich(
                choice.scenario.title.clone(),
                if choice.score > 0 {
                    Tone::Strong
                } else {
                    Tone::Plain
                },
            ),
            right: facts(choice),
        });
        if choice.score > 0 {
            for because in choice.because.iter().take(2) {
                lines.push(ScenarioLine {
                    choice: None,
                    left: rich(format!("  {because}"), Tone::Plain),
                    right: Vec::new(),
                });
            }
        }
    }
    lines
}

/// What the scenarios below are for, and whose they are.
fn heading(model: &Model, choice: &Choice<'_>) -> String {
    let kind = match choice.scenario.kind {
        ScenarioKind::Recovery if choice.score > 0 => return "fits what is not well".into(),
        ScenarioKind::Recovery => "recovery",
        ScenarioKind::Drill => "drills",
        ScenarioKind::Backup => "backup",
        ScenarioKind::Communication => "communication",
        ScenarioKind::Reference => "reference",
    };
    format!(
        "{kind} {} {}",
        model.look.glyphs.gap,
        short_source(choice.source)
    )
}

/// `dr.md` for a path, `built in` for a runbook of the program's own.
pub fn short_source(source: &str) -> String {
    match source.strip_prefix("builtin:") {
        Some(name) => format!("built in: {name}"),
        None => source.rsplit('/').next().unwrap_or(source).to_owned(),
    }
}

/// Severity, RTO and where it stands.
fn facts(choice: &Choice<'_>) -> Rich {
    let mut facts = Vec::new();
    if let Some(severity) = &choice.scenario.severity {
        facts.push(severity.clone());
    }
    if let Some(rto) = choice.scenario.rto_seconds {
        facts.push(format!("RTO {}", words::span(rto)));
    }
    let steps = choice.scenario.steps.len();
    facts.push(format!("{steps} step{}", if steps == 1 { "" } else { "s" }));
    rich(facts.join("  "), Tone::Dim)
}

pub fn draw(model: &Model, canvas: &mut Canvas<'_>, place: Place) {
    let count = model::scenarios(model).len();
    let right: Rich = if count > 0 {
        rich(format!("{count} to choose from"), Tone::Dim)
    } else {
        Vec::new()
    };
    let heading = if model.state().is_some() {
        "Pick a scenario"
    } else {
        "Scenarios"
    };
    title(model, canvas, place, Focus::Checklist, heading, &right);
    let area = place.inner;
    if model.runbooks.is_none() {
        return connecting(model, canvas, area);
    }
    let lines = lines(model);
    if lines.is_empty() {
        let key = model.key(Context::Checklist, Action::OpenIncident);
        let text = format!(
            "no scenario was found in the runbooks: `breakglass lint` says why; `{key}` opens an empty incident"
        );
        let cells = (area.width as usize).saturating_sub(2);
        for (row, line) in wrapped(&text, cells, 0, Tone::Warn)
            .iter()
            .enumerate()
            .take(area.height as usize)
        {
            canvas.line(area.x + 1, area.y + row as u16, cells, line);
        }
        return;
    }
    let top = model.checklist_top;
    for (row, line) in lines
        .iter()
        .skip(top)
        .take(area.height as usize)
        .enumerate()
    {
        let y = area.y + row as u16;
        let indent =
            if line.choice.is_some() || line.left.iter().any(|(text, _)| text.starts_with(' ')) {
                2
            } else {
                1
            };
        if line.choice == Some(model.cursor) {
            canvas.put(area.x, y, 1, model.look.glyphs.marker, Tone::Accent);
        }
        let room = (area.width as usize).saturating_sub(indent + 1);
        let wide = width(&line.right);
        let shows_right = wide > 0 && wide + 20 < room;
        let left = if shows_right { room - wide - 2 } else { room };
        canvas.line(area.x + indent as u16, y, left, &line.left);
        if shows_right {
            let x = area.right() - 1 - wide as u16;
            canvas.line(x, y, wide, &line.right);
        }
    }
    canvas.arrows(area, top, lines.len());
}

/// The pane below: what the selected scenario says of itself.
pub fn preview(model: &Model, canvas: &mut Canvas<'_>, place: Place) {
    let choices = model::scenarios(model);
    let previewed = choices
        .get(model.previewed)
        .or_else(|| choices.get(model.cursor));
    let Some(choice) = previewed else {
        title(model, canvas, place, Focus::Lower, "Scenario", &[]);
        if model.runbooks.is_none() {
            connecting(model, canvas, place.inner);
        }
        return;
    };
    let source = format!("{}:{}", short_source(choice.source), choice.scenario.line);
    title(
        model,
        canvas,
        place,
        Focus::Lower,
        &choice.scenario.title,
        &rich(source, Tone::Dim),
    );
    let area = place.inner;
    let cells = (area.width as usize).saturating_sub(3);
    let lines = text::outline(model, choice.scenario, cells);
    let room = ratatui::layout::Rect {
        x: area.x + 1,
        width: area.width.saturating_sub(1),
        ..area
    };
    canvas.page(room, &lines, 0);
}
