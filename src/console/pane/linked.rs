//! Where a link in a step's text leads: a step or a scenario of the runbooks, in their own words.

use super::text;
use crate::console::canvas::{Rich, rich, wrapped};
use crate::console::model::Model;
use crate::console::style::Tone;
use crate::runbook::{Link, Place, Scenario};

/// How many links the selected step's text has.
pub fn count(model: &Model) -> usize {
    model.picked().map_or(0, |(_, step)| step.links.len())
}

/// Title and lines.
pub fn content(model: &Model, at: usize, cells: usize) -> (String, Vec<Rich>) {
    let link = model.picked().and_then(|(_, step)| step.links.get(at));
    let Some(link) = link else {
        let gone = rich("the step has no such link any more", Tone::Dim);
        return ("Link".into(), vec![gone]);
    };
    let title = if link.text.is_empty() {
        &link.target
    } else {
        &link.text
    };
    let lines = match &link.to {
        Some(place) => led_to(model, place, cells),
        None => nowhere(link, cells),
    };
    (format!("Link: {title}"), lines)
}

fn nowhere(link: &Link, cells: usize) -> Vec<Rich> {
    let mut lines = wrapped(&link.target, cells, 2, Tone::Strong);
    let text = "nothing that was read has it: its address is on the clipboard";
    lines.extend(wrapped(text, cells, 0, Tone::Plain));
    lines
}

/// The section that link `at` of the selected step leads to, where nothing that was parsed has its words.
pub fn to_read(model: &Model, at: usize) -> Option<(String, u32)> {
    let (_, step) = model.picked()?;
    let place = step.links.get(at)?.to.as_ref()?;
    if scenario_at(model, place).is_some() {
        return None;
    }
    Some((source_of(model, place)?.clone(), place.line))
}

fn source_of<'m>(model: &'m Model, place: &'m Place) -> Option<&'m String> {
    place.source.as_ref().or(model.source())
}

fn scenario_at<'m>(model: &'m Model, place: &'m Place) -> Option<&'m Scenario> {
    let runbook = model.runbook(source_of(model, place))?;
    runbook
        .scenarios
        .iter()
        .find(|scenario| Some(&scenario.id) == place.scenario.as_ref())
}

fn led_to(model: &Model, place: &Place, cells: usize) -> Vec<Rich> {
    let source = source_of(model, place);
    let name = source.map_or("", String::as_str);
    let mut lines = vec![rich(format!("{name}:{}", place.line), Tone::Dim)];
    let Some(scenario) = scenario_at(model, place) else {
        lines.push(Vec::new());
        let known = model
            .section
            .as_ref()
            .filter(|section| section.source == name && section.line == place.line);
        match known.map(|section| &section.words) {
            None => lines.push(rich("reading it", Tone::Dim)),
            Some(Err(why)) => lines.extend(wrapped(why, cells, 0, Tone::Bad)),
            Some(Ok(words)) => lines.extend(as_written(words, cells)),
        }
        return lines;
    };
    lines.push(rich(scenario.title.clone(), Tone::Strong));
    let step = scenario.steps.iter().find(|step| {
        place.line > scenario.line && (step.line..=step.end_line).contains(&place.line)
    });
    lines.push(Vec::new());
    match step {
        Some(step) => lines.extend(text::words(model, step, cells)),
        None => lines.extend(text::outline(model, scenario, cells)),
    }
    lines
}

/// Markdown as it stands in the file: nothing of it can be run from here.
fn as_written(words: &[String], cells: usize) -> Vec<Rich> {
    let mut lines = Vec::new();
    for (number, line) in words.iter().enumerate() {
        let tone = if number == 0 && line.starts_with('#') {
            Tone::Strong
        } else {
            Tone::Plain
        };
        if line.trim().is_empty() {
            lines.push(Vec::new());
        } else {
            lines.extend(wrapped(line, cells, 2, tone));
        }
    }
    lines
}
