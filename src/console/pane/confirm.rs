//! The question before a step that changes or destroys: what would run, on what, and why it is asked.

use super::{Window, inside};
use crate::console::canvas::{self, Canvas, Rich, clean_lines, rich};
use crate::console::keymap::{Action, Context};
use crate::console::model::{Launch, Model, Proof, Stage};
use crate::console::style::{Tone, risk_tone};
use crate::console::words;
use crate::runbook::Risk;
use ratatui::layout::{Position, Rect};

const WIDTH: u16 = 96;

/// Cells of the labels at the left.
const LABEL: usize = 9;

pub fn draw(model: &Model, canvas: &mut Canvas<'_>, launch: &Launch) -> Option<Position> {
    let cells = inside(model.size, WIDTH);
    let proof = match &launch.stage {
        Stage::Ready(proof) => Some(proof),
        Stage::Filling(_) | Stage::Proving { .. } | Stage::Sent { .. } | Stage::Started { .. } => {
            None
        }
    };
    let command = command(launch, proof, cells);
    let facts = facts(model, launch, proof, cells);
    let answer = answer(model, launch, proof);
    let room = command_room(model, facts.len() + answer.len());
    let shown = command.len().min(room);
    let height = shown + 1 + facts.len() + 1 + answer.len();
    let tone = if launch.risk == Risk::Destroy {
        Tone::Bad
    } else {
        Tone::Warn
    };
    let title = format!(
        "Step {} {} {}",
        launch.step, model.look.glyphs.gap, launch.title
    );
    let window = Window {
        title: &title,
        right: Some((launch.risk.word(), risk_tone(launch.risk))),
        tone,
        width: WIDTH,
        height: height as u16,
    };
    let area = window.open(canvas, model.size);
    let top = proof.map_or(0, |proof| proof.top);
    let place = Rect {
        height: shown as u16,
        ..area
    };
    canvas.page(place, &command, top);
    let mut y = area.y + shown as u16 + 1;
    for line in &facts {
        canvas.line(area.x, y, cells, line);
        y += 1;
    }
    y += 1;
    let mut at = None;
    for line in &answer {
        if y >= area.bottom() {
            break;
        }
        let used = canvas.line(area.x, y, cells, line);
        if launch.risk == Risk::Destroy
            && let Some(proof) = proof
            && at.is_none()
        {
            let (typed, column) = proof.typed.shown(cells.saturating_sub(used + 1));
            let tone = if proof.mismatch {
                Tone::Bad
            } else {
                Tone::Strong
            };
            canvas.put(area.x + used as u16, y, cells - used, &typed, tone);
            at = Some(Position::new(area.x + (used + column) as u16, y));
        }
        y += 1;
    }
    at
}

/// How far the command can be scrolled.
pub fn overhang(model: &Model) -> usize {
    let Some(launch) = &model.launch else {
        return 0;
    };
    let Stage::Ready(proof) = &launch.stage else {
        return 0;
    };
    let cells = inside(model.size, WIDTH);
    let lines = command(launch, Some(proof), cells).len();
    let facts = facts(model, launch, Some(proof), cells).len();
    let answer = answer(model, launch, Some(proof)).len();
    lines.saturating_sub(command_room(model, facts + answer))
}

/// Lines for the command; the target and the answer are never pushed out by it.
fn command_room(model: &Model, others: usize) -> usize {
    (model.size.1 as usize).saturating_sub(others + 6).max(2)
}

fn command(launch: &Launch, proof: Option<&Proof>, cells: usize) -> Vec<Rich> {
    let text = proof.map_or(launch.command.as_str(), |proof| proof.command.as_str());
    let mut lines = Vec::new();
    for line in clean_lines(text).lines() {
        let tone = if line.trim_start().starts_with('#') {
            Tone::Dim
        } else {
            Tone::Strong
        };
        // The last column is for the arrows of the scroll.
        for piece in words::wrap(line, cells.saturating_sub(2), 4) {
            lines.push(rich(piece, tone));
        }
    }
    lines
}

fn labelled(label: &str, text: &str, tone: Tone, cells: usize) -> Vec<Rich> {
    canvas::labelled((label, LABEL), text, tone, cells)
}

fn facts(model: &Model, launch: &Launch, proof: Option<&Proof>, cells: usize) -> Vec<Rich> {
    let mut lines = Vec::new();
    for caution in &launch.cautions {
        let text = format!("{} {caution}", model.look.glyphs.caution);
        lines.extend(labelled("Caution", &text, Tone::Bad, cells));
    }
    if let Some(proof) = proof {
        lines.extend(labelled("Target", &proof.target.name, Tone::Strong, cells));
        if !proof.target.evidence.is_empty() {
            lines.extend(labelled("", &proof.target.evidence, Tone::Dim, cells));
        }
    } else {
        let text = format!("proving what it would hit{}", model.look.glyphs.ellipsis);
        lines.extend(labelled("Target", &text, Tone::Accent, cells));
    }
    let meaning = match launch.risk {
        Risk::Read => "it only looks",
        Risk::Unknown => "not understood, so it is treated as a change",
        Risk::Change => "can be undone or is expected to heal",
        Risk::Destroy => "loses data or service, or cannot be undone",
    };
    // What is known of this very command says more than what the level means.
    let mut reasons = launch.reasons.iter().take(4);
    let said = match launch.risk {
        Risk::Unknown => meaning,
        Risk::Read | Risk::Change | Risk::Destroy => reasons.next().map_or(meaning, String::as_str),
    };
    let risk = format!("{}: {said}", launch.risk.word());
    lines.extend(labelled("Risk", &risk, risk_tone(launch.risk), cells));
    for reason in reasons {
        lines.extend(labelled("", reason, Tone::Plain, cells));
    }
    if let Some(preview) = &launch.preview {
        lines.extend(labelled("Touches", preview, Tone::Plain, cells));
    }
    if launch.interactive {
        let text = "it wants somebody at the keyboard once it runs";
        lines.extend(labelled("Keyboard", text, Tone::Plain, cells));
    }
    if let Some(seconds) = launch.timeout_seconds {
        let text = format!("stopped after {}", words::span(seconds));
        lines.extend(labelled("Timeout", &text, Tone::Plain, cells));
    }
    lines
}

fn answer(model: &Model, launch: &Launch, proof: Option<&Proof>) -> Vec<Rich> {
    let key = |context, action| model.key(context, action);
    let Some(proof) = proof else {
        let leave = key(Context::Confirm, Action::Dismiss);
        return vec![vec![
            (leave, Tone::Accent),
            (
                " back; nothing runs until the target is proven".into(),
                Tone::Plain,
            ),
        ]];
    };
    if launch.risk == Risk::Destroy {
        let said = if proof.mismatch {
            vec![(
                format!("that is not `{}`: nothing was run", proof.target.name),
                Tone::Bad,
            )]
        } else {
            vec![
                (key(Context::Text, Action::Accept), Tone::Accent),
                (" run it   ".into(), Tone::Plain),
                (key(Context::Text, Action::Dismiss), Tone::Accent),
                (" do not run it".into(), Tone::Plain),
            ]
        };
        let ask = format!("Type {} to run it: ", proof.target.name);
        return vec![rich(ask, Tone::Strong), said];
    }
    vec![vec![
        (key(Context::Confirm, Action::Accept), Tone::Accent),
        (format!(" run it on {}   ", proof.target.name), Tone::Plain),
        (key(Context::Confirm, Action::Dismiss), Tone::Accent),
        (" do not run it".into(), Tone::Plain),
    ]]
}
