//! Where a link in a step's text leads: a step or a scenario of the runbooks, in their own words.

use super::text;
use crate::console::canvas::{Rich, rich, wrapped};
use crate::console::model::Model;
use crate::console::style::Tone;
use crate::runbook::{Link, Place};

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

fn led_to(model: &Model, place: &Place, cells: usize) -> Vec<Rich> {
    let own = model
        .state()
        .and_then(|state| state.scenario_source.as_ref());
    let source = place.source.as_ref().or(own);
    let name = source.map_or("", String::as_str);
    let mut lines = vec![rich(format!("{name}:{}", place.line), Tone::Dim)];
    let scenario = model
        .runbooks
        .iter()
        .flatten()
        .filter(|runbook| Some(&runbook.source) == source)
        .flat_map(|runbook| &runbook.scenarios)
        .find(|scenario| Some(&scenario.id) == place.scenario.as_ref());
    let Some(scenario) = scenario else {
        let text = "this part belongs to no scenario, so only its place is known";
        lines.extend(wrapped(text, cells, 0, Tone::Plain));
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
