//! The status line: which incident, how bad, how long, what is left, on what, with whom.

use crate::console::canvas::{Canvas, Rich, width};
use crate::console::model::{Incident, Link, Model};
use crate::console::style::Tone;
use crate::console::words;
use crate::health::Verdict;
use crate::incident::clocks::Clocks;
use ratatui::layout::Rect;

pub fn draw(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let read = model.clocks();
    let marks = marks(model);
    let bar = if area.width >= 150 { 10 } else { 6 };
    let clocks = read
        .as_ref()
        .map(|read| clocks(model, read, bar))
        .unwrap_or_default();
    let rpo = read.as_ref().and_then(rpo);
    if area.height == 1 {
        let mut right = clocks;
        right.extend(rpo);
        right.push(target(model));
        right.extend(who(model));
        row(canvas, area, area.y, &marks, &title(model), &right);
        return;
    }
    row(canvas, area, area.y, &marks, "", &clocks);
    let mut right: Vec<Rich> = rpo.into_iter().collect();
    right.push(target(model));
    right.extend(who(model));
    row(canvas, area, area.y + 1, &[], &title(model), &right);
}

/// Pieces at the left that are never cut, a title that is, and pieces at the right that are dropped from
/// the end where there is no room.
fn row(canvas: &mut Canvas<'_>, area: Rect, y: u16, left: &[Rich], title: &str, right: &[Rich]) {
    const BETWEEN: usize = 3;
    let room = (area.width as usize).saturating_sub(2);
    let taken: usize = left.iter().map(|piece| width(piece) + 2).sum();
    let least = words::width(title).min(12);
    let width_of = |kept: usize| -> usize {
        right
            .iter()
            .take(kept)
            .map(|piece| width(piece) + BETWEEN)
            .sum()
    };
    let mut kept = right.len();
    while kept > 0 && taken + least + width_of(kept) > room {
        kept -= 1;
    }
    let mut x = 1;
    for piece in left {
        let cells = (room + 1).saturating_sub(x);
        x += canvas.line(area.x + x as u16, y, cells, piece) + 2;
    }
    let for_title = room.saturating_sub(taken + width_of(kept));
    canvas.put(area.x + x as u16, y, for_title, title, Tone::Strong);
    let total = width_of(kept).saturating_sub(BETWEEN);
    let mut x = (area.width as usize).saturating_sub(1 + total);
    for piece in right.iter().take(kept) {
        let cells = (area.width as usize).saturating_sub(x);
        x += canvas.line(area.x + x as u16, y, cells, piece) + BETWEEN;
    }
}

/// What must be seen: the incident, a drill, its severity, and whatever is wrong with ourselves.
fn marks(model: &Model) -> Vec<Rich> {
    let one = |text: String, tone| vec![(text, tone)];
    let mut marks = Vec::new();
    match &model.incident {
        Incident::Unknown => marks.push(one("breakglass".into(), Tone::Strong)),
        Incident::None => {
            marks.push(one("breakglass".into(), Tone::Strong));
            marks.push(one("no incident".into(), Tone::Plain));
        }
        Incident::Open(state) => {
            let id = state.id.map_or_else(|| "INC-?".into(), |id| id.to_string());
            marks.push(one(id, Tone::Strong));
            if state.drill {
                marks.push(one(" DRILL ".into(), Tone::Mark));
            }
            if let Some(severity) = &state.severity {
                let worst = severity.contains('0') || severity.contains('1');
                let tone = if worst { Tone::Bad } else { Tone::Warn };
                marks.push(one(severity.clone(), tone));
            }
        }
    }
    match &model.link {
        Link::Up => {}
        Link::Connecting => marks.push(one(
            format!("connecting{}", model.look.glyphs.ellipsis),
            Tone::Warn,
        )),
        Link::Gone { since, .. } => marks.push(one(
            format!(" HOST GONE {} ", words::ago(model.now, *since)),
            Tone::Alarm,
        )),
        Link::Rejected { .. } => marks.push(one(" HOST REFUSES ".into(), Tone::Alarm)),
    }
    if model.journal_alarm().is_some() {
        marks.push(one(" JOURNAL BROKEN ".into(), Tone::Alarm));
    }
    marks
}

fn title(model: &Model) -> String {
    match &model.incident {
        Incident::Unknown => String::new(),
        Incident::Open(state) => match &state.scenario {
            Some(scenario) if state.title.is_empty() => scenario.title.clone(),
            Some(_) | None => state.title.clone(),
        },
        Incident::None => {
            let Some(components) = &model.components else {
                return String::new();
            };
            let count = components.len();
            let bad = components
                .iter()
                .filter(|view| view.verdict >= Verdict::Degraded)
                .count();
            let unknown = components
                .iter()
                .filter(|view| view.verdict == Verdict::Unknown)
                .count();
            match (count, bad, unknown) {
                (0, _, _) => "nothing is watched".into(),
                (_, 0, 0) => format!("all {count} components are up"),
                (_, 0, _) => format!("{} of {count} up, {unknown} unknown", count - unknown),
                (_, _, _) => format!("{bad} of {count} components are not well"),
            }
        }
    }
}

fn clocks(model: &Model, read: &Clocks, bar: usize) -> Vec<Rich> {
    let mut pieces = vec![vec![(words::clock(read.age.as_secs()), Tone::Plain)]];
    let Some(rto) = read.rto else {
        pieces.push(vec![("no RTO".into(), Tone::Dim)]);
        return pieces;
    };
    let used = rto.used.as_secs().max(0) as u64;
    // As the age beside it, whole seconds that have passed count.
    let left = rto.objective_seconds as i64 - used as i64;
    let full = (used.min(rto.objective_seconds) * bar as u64)
        .checked_div(rto.objective_seconds)
        .unwrap_or(bar as u64) as usize;
    let tone = if left < 0 {
        Tone::Bad
    } else if left * 4 < rto.objective_seconds as i64 && !rto.stopped {
        Tone::Warn
    } else {
        Tone::Good
    };
    let (figure, figure_tone) = match (rto.stopped, left < 0) {
        (false, false) => (
            format!("{} left", words::short_clock(left)),
            // Plain while there is time: the digits then cost the line the fewest bytes.
            if tone == Tone::Warn {
                Tone::Warn
            } else {
                Tone::Plain
            },
        ),
        (false, true) => (format!("over by {}", words::short_clock(-left)), Tone::Bad),
        (true, false) => (
            format!("met in {}", words::short_clock(used as i64)),
            Tone::Good,
        ),
        (true, true) => (
            format!("missed by {}", words::short_clock(-left)),
            Tone::Bad,
        ),
    };
    let glyphs = model.look.glyphs;
    pieces.push(vec![
        ("RTO ".into(), Tone::Plain),
        (glyphs.bar_full.repeat(full), tone),
        (glyphs.bar_empty.repeat(bar.saturating_sub(full)), Tone::Dim),
        (" ".into(), Tone::Plain),
        (figure, figure_tone),
    ]);
    pieces
}

fn rpo(read: &Clocks) -> Option<Rich> {
    let at_risk = read.at_risk.as_ref().map(|risk| risk.seconds.max(0.0));
    let shown = |seconds: f64| words::span(seconds.ceil() as u64);
    let piece = match (at_risk, read.rpo_objective_seconds) {
        (None, None) => return None,
        (Some(risk), None) => vec![(format!("RPO {}", shown(risk)), Tone::Plain)],
        (None, Some(objective)) => {
            vec![(format!("RPO ?/{}", words::span(objective)), Tone::Plain)]
        }
        (Some(risk), Some(objective)) => {
            let text = format!("RPO {}/{}", shown(risk), words::span(objective));
            if risk > objective as f64 {
                vec![(format!("{text} exceeded"), Tone::Bad)]
            } else {
                vec![(text, Tone::Plain)]
            }
        }
    };
    Some(piece)
}

/// What steps would hit: what the host says, else what the last run did hit.
fn target(model: &Model) -> Rich {
    let said = model.target.as_ref().map(|target| target.name.clone());
    let of_run = || {
        let run = model.state()?.runs.values().next_back()?;
        Some(run.target.name.clone())
    };
    match said.or_else(of_run) {
        None if model.incident == Incident::Unknown => Vec::new(),
        Some(name) => vec![(name, Tone::Strong)],
        None => vec![("target not known".into(), Tone::Dim)],
    }
}

fn who(model: &Model) -> Option<Rich> {
    let mut names: Vec<&str> = model.present.iter().map(String::as_str).collect();
    if names.is_empty() && !model.actor.is_empty() {
        names.push(&model.actor);
    }
    if names.is_empty() {
        return None;
    }
    // Somebody with two consoles is named once, with their number.
    names.sort_unstable();
    let mut people: Vec<(&str, usize)> = Vec::new();
    for name in names {
        match people.last_mut() {
            Some((last, count)) if *last == name => *count += 1,
            Some(_) | None => people.push((name, 1)),
        }
    }
    let shown: Vec<String> = people
        .iter()
        .take(3)
        .map(|(name, count)| match count {
            1 => (*name).to_owned(),
            _ => format!("{name} ({count})"),
        })
        .collect();
    let shown = shown.join(", ");
    let more = people.len().saturating_sub(3);
    let text = if more > 0 {
        format!("{shown} +{more}")
    } else {
        shown
    };
    Some(vec![(text, Tone::Plain)])
}
