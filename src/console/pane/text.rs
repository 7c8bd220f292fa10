//! The runbook's own words for the selected step: what was understood is marked, what was not is shown.

use super::checklist::shown_word;
use super::title;
use crate::console::canvas::{Canvas, Rich, clean_lines, rich, wrapped};
use crate::console::keymap::{Action, Context};
use crate::console::layout::{Areas, Place};
use crate::console::model::{Focus, Model};
use crate::console::style::{Tone, risk_tone};
use crate::console::words;
use crate::runbook::patch::patches;
use crate::runbook::{Block, Line, Phase, Scenario, Step};
use ratatui::layout::Rect;

pub fn draw(model: &Model, canvas: &mut Canvas<'_>, place: Place) {
    let source = model
        .state()
        .and_then(|state| state.scenario_source.clone())
        .unwrap_or_default();
    let heading = match model.picked() {
        Some((_, step)) => format!("Runbook {} step {}", model.look.glyphs.gap, step.number),
        None => "Runbook".to_owned(),
    };
    let at = model
        .picked()
        .map(|(_, step)| format!("{source}:{}", step.line));
    let right = rich(at.unwrap_or(source), Tone::Dim);
    title(model, canvas, place, Focus::Lower, &heading, &right);
    let lines = lines(model, width_of(place));
    let area = Rect {
        x: place.inner.x + 1,
        width: place.inner.width.saturating_sub(1),
        ..place.inner
    };
    if lines.is_empty() {
        let text = "no step is selected";
        canvas.put(area.x, area.y, area.width as usize, text, Tone::Dim);
    }
    canvas.page(area, &lines, model.text_top);
}

/// How many lines there are to scroll through.
pub fn count(model: &Model, areas: &Areas) -> usize {
    areas
        .lower
        .map_or(0, |place| lines(model, width_of(place)).len())
}

fn width_of(place: Place) -> usize {
    (place.inner.width as usize).saturating_sub(3)
}

fn lines(model: &Model, cells: usize) -> Vec<Rich> {
    let (Some((_, step)), Some(scenario)) = (model.picked(), model.scenario()) else {
        return Vec::new();
    };
    let mut lines = step_lines(model, step, cells);
    lines.extend(doubts(
        model,
        step.line,
        step.end_line.max(step.line),
        cells,
    ));
    lines.push(Vec::new());
    lines.push(rich(format!("About {}", scenario.title), Tone::Strong));
    lines.extend(about(model, scenario, cells));
    lines
}

/// A whole scenario before it is chosen: what it is about, and its steps.
pub fn outline(model: &Model, scenario: &Scenario, cells: usize) -> Vec<Rich> {
    let mut lines = about(model, scenario, cells);
    if !lines.is_empty() && !scenario.steps.is_empty() {
        lines.push(Vec::new());
    }
    for step in &scenario.steps {
        let condition = step
            .condition
            .as_ref()
            .map(|condition| format!(" ({condition})"))
            .unwrap_or_default();
        let worst = step
            .blocks
            .iter()
            .filter(|block| block.is_runnable())
            .map(|block| block.risk)
            .max();
        let mut line = vec![
            (format!("{:>2} ", step.number), Tone::Dim),
            (step.title.clone(), Tone::Plain),
            (condition, Tone::Warn),
            ("  ".into(), Tone::Plain),
        ];
        line.push(match worst {
            Some(risk) => (risk.word().to_owned(), risk_tone(risk)),
            None => ("by hand".to_owned(), Tone::Dim),
        });
        lines.push(line);
    }
    lines
}

/// Detection lines and the prose that belongs to no step.
fn about(model: &Model, scenario: &Scenario, cells: usize) -> Vec<Rich> {
    let mut lines = Vec::new();
    if !scenario.detection.is_empty() {
        lines.push(rich("How it shows:", Tone::Dim));
        for line in &scenario.detection {
            let text = format!("{} {}", model.look.glyphs.gap, line.text);
            lines.extend(wrapped(&text, cells, 2, Tone::Plain));
        }
    }
    lines.extend(prose(&scenario.prose, cells));
    lines
}

fn step_lines(model: &Model, step: &Step, cells: usize) -> Vec<Rich> {
    let mut lines = words(model, step, cells);
    if let Some(reason) = model
        .state()
        .zip(model.scenario())
        .and_then(|(state, scenario)| state.step(&scenario.id, &step.number))
        .and_then(|known| known.skipped.as_ref())
    {
        lines.push(Vec::new());
        lines.extend(wrapped(
            &format!("skipped: {reason}"),
            cells,
            2,
            Tone::Plain,
        ));
    }
    lines
}

/// A step as its author wrote it, with what was understood of it.
pub fn words(model: &Model, step: &Step, cells: usize) -> Vec<Rich> {
    let mut head = vec![
        (format!("{} ", step.number), Tone::Dim),
        (step.title.clone(), Tone::Strong),
    ];
    if let Some(condition) = &step.condition {
        head.push((format!(" ({condition})"), Tone::Warn));
    }
    head.push((phase(step.phase).into(), Tone::Dim));
    let mut lines = vec![head];
    if let Some(branch) = &step.branch {
        let text = format!(
            "{} one of several: {}",
            model.look.glyphs.decision, branch.option
        );
        lines.extend(wrapped(&text, cells, 2, Tone::Strong));
    }
    for caution in &step.cautions {
        let text = format!("{} {}", model.look.glyphs.caution, caution.text);
        lines.extend(wrapped(&text, cells, 2, Tone::Warn));
    }
    lines.extend(prose(&step.prose, cells));
    for block in &step.blocks {
        lines.push(Vec::new());
        lines.extend(block_lines(model, step, block, cells));
    }
    for inline in &step.inline {
        let text = format!("in the text, not run: {}", inline.text);
        lines.extend(wrapped(&text, cells, 2, Tone::Plain));
    }
    let key = model.key(Context::Checklist, Action::FollowLink);
    for link in &step.links {
        let text = format!("see {} ({}): `{key}` follows", link.text, link.target);
        lines.extend(wrapped(&text, cells, 2, Tone::Dim));
    }
    lines
}

fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Prerequisite => "  before you begin",
        Phase::Diagnosis => "  diagnosis",
        Phase::Recovery => "",
        Phase::Verification => "  verification",
        Phase::Rollback => "  way back",
    }
}

fn prose(prose: &[Line], cells: usize) -> Vec<Rich> {
    prose
        .iter()
        .flat_map(|line| wrapped(&line.text, cells, 0, Tone::Plain))
        .collect()
}

fn block_lines(model: &Model, step: &Step, block: &Block, cells: usize) -> Vec<Rich> {
    let language = block.language.as_deref().unwrap_or("no language");
    let mut head = vec![(format!("{language}, line {}: ", block.line), Tone::Dim)];
    if block.is_runnable() {
        head.push((block.risk.word().into(), risk_tone(block.risk)));
        if !block.reasons.is_empty() {
            head.push((format!(" ({})", block.reasons.join("; ")), Tone::Dim));
        }
        if block.interactive {
            head.push((", wants somebody at the keyboard".into(), Tone::Dim));
        }
    } else {
        head.push((
            format!("{}: shown, never run", shown_word(block.role)),
            Tone::Warn,
        ));
    }
    let mut lines = vec![head];
    for patch in patches(block, step) {
        let text = format!("would change {}:", patch.place);
        lines.extend(wrapped(&text, cells, 2, Tone::Strong));
        for change in &patch.changes {
            let text = format!("  {} {change}", model.look.glyphs.gap);
            lines.extend(wrapped(&text, cells, 4, Tone::Plain));
        }
        let key = model.key(Context::Checklist, Action::MarkDone);
        let text = format!("  by hand: {}; then `{key}` marks it done", patch.by_hand);
        lines.extend(wrapped(&text, cells, 4, Tone::Dim));
    }
    let quiet = !block.is_runnable();
    for line in clean_lines(&block.text).lines() {
        let is_comment = line.trim_start().starts_with('#');
        let tone = if quiet || is_comment {
            Tone::Dim
        } else {
            Tone::Plain
        };
        for piece in words::wrap(line, cells.saturating_sub(2), 4) {
            lines.push(vec![("  ".into(), Tone::Plain), (piece, tone)]);
        }
    }
    for hole in &block.holes {
        let described = hole
            .description
            .as_ref()
            .map(|text| format!(": {text}"))
            .unwrap_or_default();
        let value = model
            .state()
            .and_then(|state| state.placeholders.get(&hole.name))
            .map(|value| format!(" = {}", value.value))
            .unwrap_or_default();
        let text = format!("to fill in: {}{value}{described}", hole.name);
        lines.extend(wrapped(&text, cells, 2, Tone::Warn));
    }
    if let Some(expected) = &block.expected {
        lines.push(rich("expected output:", Tone::Dim));
        for line in clean_lines(expected).lines() {
            lines.push(rich(format!("  {line}"), Tone::Dim));
        }
    }
    lines
}

/// What the parser did not understand between two lines of the document.
fn doubts(model: &Model, from: u32, to: u32, cells: usize) -> Vec<Rich> {
    model
        .runbook(model.source())
        .into_iter()
        .flat_map(|runbook| &runbook.warnings)
        .filter(|warning| (from..=to).contains(&warning.line))
        .flat_map(|warning| {
            let text = format!(
                "{} line {}, not understood: {}",
                model.look.glyphs.caution, warning.line, warning.message
            );
            wrapped(&text, cells, 2, Tone::Warn)
        })
        .collect()
}
