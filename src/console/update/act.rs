//! What each action does from the panes.

use super::{fill, launch, moves, opening, output, record};
use crate::console::dialog::{
    Ask, Dialog, Page, Palette, Picker, Question, Reading, Sending, Sure,
};
use crate::console::effect::Effect;
use crate::console::field::Field;
use crate::console::keymap::{Action, Context};
use crate::console::model::{self, Focus, Incident, Lower, Model, Stage};
use crate::console::pane::linked;
use crate::console::style::Tone;
use crate::wire::Request;

pub fn act(model: &mut Model, action: Action, from: Context, effects: &mut Vec<Effect>) {
    match action {
        Action::Run => run(model, effects),
        Action::Skip => with_step(model, |step, title| Question::Skip { step, title }),
        Action::MarkDone => with_step(model, |step, title| Question::Done { step, title }),
        Action::Placeholder => fill::only(model, effects),
        Action::ChooseBranch => opening::choose_branch(model),
        Action::CancelRun => cancel(model),
        Action::Attach => output::attach(model, effects),
        Action::Detach => model.attached = false,
        Action::NextBlock => next_block(model),

        Action::OpenIncident => opening::open(model, None),
        Action::PickScenario => {
            if model.runbooks.is_some() {
                model.dialog = Some(Dialog::Picker(Picker::default()));
            } else {
                model.say(
                    Tone::Warn,
                    "the runbooks are not here yet: the host reads them",
                );
            }
        }
        Action::Note => {
            let step = step_number(model);
            ask(model, Question::Note { step });
        }
        Action::Decision => {
            let step = step_number(model);
            ask(model, Question::Decision { step });
        }
        Action::Severity => opening::severity(model),
        Action::Mitigate => ask(model, Question::Mitigate),
        Action::CloseIncident => close(model),
        Action::Report => record::report(model, effects),

        Action::Up => moves::by(model, -1),
        Action::Down => moves::by(model, 1),
        Action::PageUp => moves::page(model, -1),
        Action::PageDown => moves::page(model, 1),
        Action::Top => moves::end(model, true),
        Action::Bottom => moves::end(model, false),
        Action::NextPane => focus_next(model, 1),
        Action::PreviousPane => focus_next(model, 3),
        Action::FocusHealth => model.focus = Focus::Health,
        Action::FocusChecklist => model.focus = Focus::Checklist,
        Action::FocusTimeline => focus_timeline(model),
        Action::FocusOutput => model.focus = Focus::Lower,

        Action::ScrollUp => moves::scroll_lower(model, -1),
        Action::ScrollDown => moves::scroll_lower(model, 1),
        Action::FollowTail => output::follow_tail(model, effects),
        Action::Copy => copy(model, effects),

        Action::Detail => detail(model),
        Action::RunbookText => {
            model.lower = match model.lower {
                Lower::Output => Lower::Text,
                Lower::Text => Lower::Output,
            };
            model.text_top = 0;
        }
        Action::FollowLink => follow_link(model, 0, effects),
        Action::Timeline => {
            let whole = model.zoomed && model.focus == Focus::Timeline;
            if whole {
                model.zoomed = false;
                model.focus = Focus::Checklist;
            } else if model.state().is_some() {
                model.focus = Focus::Timeline;
                model.zoomed = true;
            }
        }
        Action::ZoomPane => model.zoomed = !model.zoomed,
        Action::Refresh => refresh(model, effects),
        Action::Reload => {
            if guard_host(model) {
                effects.push(Effect::Send(Request::Reload));
                model.say(Tone::Plain, "reading the runbooks and the config again");
            }
        }

        Action::Dismiss => dismiss(model),
        Action::Help => {
            model.dialog = Some(Dialog::Page(Page {
                what: Reading::Help { from },
                top: 0,
            }));
        }
        Action::Palette => {
            model.dialog = Some(Dialog::Palette(Palette {
                from: Some(from),
                ..Palette::default()
            }));
        }
        Action::Redraw => effects.push(Effect::Repaint),
        Action::Suspend => effects.push(Effect::Suspend),
        Action::Quit => quit(model, effects),
        Action::Accept | Action::Complete => {}
    }
    output::fetch_rows(model, effects);
    output::rescroll(model, effects);
}

/// Whether the host listens; says so where it does not.
pub fn guard_host(model: &mut Model) -> bool {
    if model.is_up() {
        return true;
    }
    model.say(
        Tone::Bad,
        "the host is not connected: nothing can be started or recorded until it is back",
    );
    false
}

/// Whether an incident is open; says how to open one where none is.
pub fn guard_incident(model: &mut Model) -> bool {
    if model.state().is_some() {
        return true;
    }
    let key = model.key(Context::Checklist, Action::OpenIncident);
    model.say(
        Tone::Warn,
        format!("no incident is open: `{key}` opens one"),
    );
    false
}

fn run(model: &mut Model, effects: &mut Vec<Effect>) {
    if !model.is_choosing() {
        launch::begin(model, effects);
        return;
    }
    let chosen = model::scenarios(model)
        .get(model.cursor)
        .map(|choice| choice.scenario.clone());
    if let Some(scenario) = chosen {
        opening::take_scenario(model, &scenario, effects);
    }
}

pub fn ask(model: &mut Model, what: Question) {
    if guard_incident(model) && guard_host(model) {
        model.dialog = Some(Dialog::Ask(Ask {
            what,
            field: Field::default(),
            sending: Sending::No,
        }));
    }
}

fn step_number(model: &Model) -> Option<String> {
    model.picked().map(|(_, step)| step.number.clone())
}

fn with_step(model: &mut Model, question: impl Fn(String, String) -> Question) {
    if !guard_incident(model) {
        return;
    }
    match model
        .picked()
        .map(|(_, step)| (step.number.clone(), step.title.clone()))
    {
        Some((number, title)) => ask(model, question(number, title)),
        None => model.say(Tone::Warn, "no step is selected: pick a scenario first"),
    }
}

fn close(model: &mut Model) {
    let running: Vec<String> = model
        .state()
        .iter()
        .flat_map(|state| state.running())
        .map(|(run, _)| run.to_string())
        .collect();
    if running.is_empty() {
        ask(model, Question::Close);
    } else {
        model.say(
            Tone::Warn,
            format!(
                "{} still running: wait for it or cancel it first",
                running.join(", ")
            ),
        );
    }
}

fn cancel(model: &mut Model) {
    let of_step = model.picked().and_then(|(_, step)| {
        model
            .state()?
            .running()
            .find(|(_, run)| run.step.step == step.number)
            .map(|(id, _)| id)
    });
    let shown = model
        .shown_run()
        .filter(|(_, run)| run.end.is_none())
        .map(|(id, _)| id);
    let any = model
        .state()
        .and_then(|state| state.running().next().map(|(id, _)| id));
    match of_step.or(shown).or(any) {
        Some(run) => {
            if guard_host(model) {
                model.dialog = Some(Dialog::Sure(Sure::Cancel { run }));
            }
        }
        None => model.say(Tone::Plain, "no step is running"),
    }
}

fn next_block(model: &mut Model) {
    let Some(scenario) = model.scenario() else {
        return;
    };
    let picks = model::picks(scenario);
    let Some(here) = picks.get(model.cursor) else {
        return;
    };
    let same: Vec<usize> = picks
        .iter()
        .enumerate()
        .filter(|(_, pick)| pick.step == here.step)
        .map(|(index, _)| index)
        .collect();
    let place = same.iter().position(|index| *index == model.cursor);
    if let Some(place) = place
        && let Some(next) = same.get((place + 1) % same.len().max(1))
    {
        model.cursor = *next;
    }
}

fn focus_next(model: &mut Model, steps: usize) {
    let order = [
        Focus::Health,
        Focus::Checklist,
        Focus::Timeline,
        Focus::Lower,
    ];
    let at = order
        .iter()
        .position(|focus| *focus == model.focus)
        .unwrap_or(0);
    let mut next = (at + steps) % order.len();
    if order[next] == Focus::Timeline && model.incident == Incident::None {
        next = (next + if steps == 1 { 1 } else { 3 }) % order.len();
    }
    model.focus = order[next];
}

fn focus_timeline(model: &mut Model) {
    if model.incident == Incident::None {
        model.say(
            Tone::Plain,
            "the timeline begins when an incident is opened",
        );
    } else {
        model.focus = Focus::Timeline;
    }
}

fn copy(model: &mut Model, effects: &mut Vec<Effect>) {
    let shown = model
        .shown_run()
        .filter(|_| model.focus == Focus::Lower && model.lower == Lower::Output)
        .map(|(_, run)| run.command.clone());
    let text = shown.or_else(|| {
        model
            .picked_block()
            .map(|(_, _, _, block)| block.text.clone())
    });
    match text {
        Some(text) => {
            effects.push(Effect::Copy(text));
            model.say(Tone::Plain, "the command is on the clipboard");
        }
        None => model.say(Tone::Plain, "there is no command here to copy"),
    }
}

fn detail(model: &mut Model) {
    let what = match model.focus {
        Focus::Health => model.component().map(|view| Reading::Component {
            name: view.name.clone(),
        }),
        Focus::Timeline => {
            let newest = model.timeline.rows.last().map(|row| row.seq);
            model
                .timeline
                .selected
                .or(newest)
                .map(|seq| Reading::Row { seq })
        }
        Focus::Checklist => {
            model.lower = Lower::Text;
            model.text_top = 0;
            None
        }
        Focus::Lower => {
            model.zoomed = !model.zoomed;
            None
        }
    };
    if let Some(what) = what {
        model.dialog = Some(Dialog::Page(Page { what, top: 0 }));
    }
}

/// Shows where the selected step's link `at` leads; an address that nothing here has goes to the clipboard.
pub fn follow_link(model: &mut Model, at: usize, effects: &mut Vec<Effect>) {
    let links = model.picked().map_or(&[][..], |(_, step)| &step.links);
    let Some(link) = links.get(at % links.len().max(1)) else {
        return model.say(Tone::Plain, "this step's text links to nothing");
    };
    if link.to.is_none() {
        effects.push(Effect::Copy(link.target.clone()));
    }
    let at = at % links.len();
    if let Some((source, line)) = linked::to_read(model, at) {
        effects.push(Effect::ReadSection { source, line });
    }
    let what = Reading::Link { at };
    model.dialog = Some(Dialog::Page(Page { what, top: 0 }));
}

fn refresh(model: &mut Model, effects: &mut Vec<Effect>) {
    if guard_host(model) {
        let component = match model.focus {
            Focus::Health => model.component().map(|view| view.name.clone()),
            Focus::Checklist | Focus::Timeline | Focus::Lower => None,
        };
        let what = component
            .clone()
            .unwrap_or_else(|| "every component".into());
        effects.push(Effect::Send(Request::Refresh { component }));
        model.say(Tone::Plain, format!("looking at {what} now"));
    }
}

/// The innermost thing that can be left: a proof that is awaited, what was said, a zoomed pane, the
/// runbook's text, an old notice.
fn dismiss(model: &mut Model) {
    let proving = matches!(
        model.launch.as_ref().map(|launch| &launch.stage),
        Some(Stage::Proving { .. })
    );
    if proving {
        model.launch = None;
        model.say(Tone::Plain, "left: nothing was run");
    } else if model.flash.is_some() {
        model.flash = None;
    } else if model.zoomed {
        model.zoomed = false;
    } else if model.lower == Lower::Text {
        model.lower = Lower::Output;
    } else if model.timeline.selected.is_some() {
        model.timeline.selected = None;
    } else if let Some(at) = model
        .notices
        .iter()
        .rposition(|notice| !notice.key.starts_with("journal"))
    {
        model.notices.remove(at);
    }
}

fn quit(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.state().is_some() {
        model.dialog = Some(Dialog::Sure(Sure::Quit));
    } else {
        effects.push(Effect::Quit);
    }
}
