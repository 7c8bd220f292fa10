//! The checklist: the scenario's steps, how each stands, and what each would run.
//!
//! The cursor is one glyph in the first column: moving it changes two cells.

use super::health::connecting;
use super::title;
use crate::console::canvas::Canvas;
use crate::console::keymap::{Action, Context};
use crate::console::layout::{Areas, Place};
use crate::console::model::{self, Focus, Item, ItemKind, Model, Pick};
use crate::console::style::{Tone, risk_tone};
use crate::console::words;
use crate::incident::fact::RunEnd;
use crate::incident::state::{Run, Standing};
use crate::runbook::{Role, Scenario, Step};
use ratatui::layout::Rect;

/// Cells that a risk word takes, so that what stands left of it lines up.
const RISK: u16 = 8;

pub fn draw(model: &Model, canvas: &mut Canvas<'_>, place: Place) {
    let Some(scenario) = model.scenario() else {
        title(model, canvas, place, Focus::Checklist, "Checklist", &[]);
        return connecting(model, canvas, place.inner);
    };
    let progress = format!("{} of {} done", model.settled(), scenario.steps.len());
    let long = format!("Checklist {} {}", model.look.glyphs.gap, scenario.title);
    let fits = words::width(&long) + words::width(&progress) + 12 < place.outer.width as usize;
    let heading = if fits { long } else { scenario.title.clone() };
    let right = [(progress, Tone::Plain)];
    title(model, canvas, place, Focus::Checklist, &heading, &right);

    let area = place.inner;
    let items = model::items(scenario, Areas::of(model).checklist_room(model.size));
    if items.is_empty() {
        let text = "this scenario has no steps: read its text, or pick another";
        canvas.put(area.x + 1, area.y, area.width as usize - 1, text, Tone::Dim);
        return;
    }
    let list = List {
        model,
        scenario,
        picks: model::picks(scenario),
        numbers: scenario
            .steps
            .iter()
            .map(|step| words::width(&step.number))
            .max()
            .unwrap_or(1)
            .min(6),
        // The last column is kept for the arrows of the scroll.
        end: area.width.saturating_sub(1),
    };
    let marked = model.picked().map(|(pick, _)| model::line_of(&items, pick));
    let top = model.checklist_top;
    for (index, item) in items
        .iter()
        .enumerate()
        .skip(top)
        .take(area.height as usize)
    {
        let line = Rect {
            y: area.y + (index - top) as u16,
            height: 1,
            ..area
        };
        if marked == Some(index) {
            canvas.put(line.x, line.y, 1, model.look.glyphs.marker, Tone::Accent);
        }
        if let Some(step) = scenario.steps.get(item.step) {
            list.item(canvas, line, item, step);
        }
    }
    canvas.arrows(area, top, items.len());
}

/// What every line of the list needs.
struct List<'a> {
    model: &'a Model,
    scenario: &'a Scenario,
    picks: Vec<Pick>,
    /// Cells of the widest number.
    numbers: usize,
    end: u16,
}

impl List<'_> {
    fn item(&self, canvas: &mut Canvas<'_>, line: Rect, item: &Item, step: &Step) {
        let glyphs = self.model.look.glyphs;
        let indent = 5 + self.numbers as u16;
        let body = Rect {
            x: line.x + indent,
            width: self.end.saturating_sub(indent),
            ..line
        };
        let cells = body.width as usize;
        match &item.kind {
            ItemKind::Alternatives { group } => self.alternatives(canvas, line, group),
            ItemKind::Header => self.header(canvas, line, step),
            ItemKind::Caution { text } => {
                let text = format!("{} {text}", glyphs.caution);
                canvas.put(body.x, line.y, cells, &text, Tone::Warn);
            }
            ItemKind::Command {
                block,
                text,
                first,
                more,
            } => {
                let rest = if *first {
                    self.command_end(canvas, body, item, step, *block)
                } else {
                    cells.saturating_sub(RISK as usize + 1)
                };
                let tone = if self.is_quiet(step) {
                    Tone::Dim
                } else {
                    Tone::Plain
                };
                let tail = if *more > 0 {
                    format!(" {}+{more}", glyphs.ellipsis)
                } else {
                    String::new()
                };
                // The count of lines that are not shown survives the cut.
                let kept = rest.saturating_sub(words::width(&tail));
                let used = canvas.put(body.x, line.y, kept, text, tone);
                let x = body.x + used as u16;
                canvas.put(x, line.y, rest.saturating_sub(used), &tail, Tone::Dim);
            }
            ItemKind::Shown { block, text } => {
                let role = step.blocks.get(*block).map_or(Role::Unknown, |it| it.role);
                let used = canvas.right(body, line.y, shown_word(role), Tone::Dim);
                canvas.put(
                    body.x,
                    line.y,
                    cells.saturating_sub(used + 1),
                    text,
                    Tone::Dim,
                );
            }
            ItemKind::Inline { text } => {
                canvas.put(body.x, line.y, cells, text, Tone::Dim);
            }
        }
    }

    fn is_quiet(&self, step: &Step) -> bool {
        matches!(
            self.model.standing(step),
            Standing::NotTaken | Standing::Skipped
        )
    }

    fn alternatives(&self, canvas: &mut Canvas<'_>, line: Rect, group: &str) {
        let glyph = self.model.look.glyphs.decision;
        let chosen = self
            .model
            .state()
            .and_then(|state| state.branches.get(&format!("{}/{group}", self.scenario.id)));
        let text = if let Some(option) = chosen {
            format!("{glyph} chosen: {option}")
        } else {
            let key = self.model.key(Context::Checklist, Action::ChooseBranch);
            format!("{glyph} one of these applies: `{key}` chooses")
        };
        let cells = (self.end as usize).saturating_sub(2);
        canvas.put(line.x + 2, line.y, cells, &text, Tone::Strong);
    }

    /// The risk at the end of a block's first line, and how its last run went where the step has several
    /// blocks. Returns the cells left for the command.
    fn command_end(
        &self,
        canvas: &mut Canvas<'_>,
        body: Rect,
        item: &Item,
        step: &Step,
        block: usize,
    ) -> usize {
        let risk = step.blocks.get(block).map(|it| it.risk).unwrap_or_default();
        let tone = if self.is_quiet(step) {
            Tone::Dim
        } else {
            risk_tone(risk)
        };
        canvas.right(body, body.y, risk.word(), tone);
        let mut rest = Rect {
            width: body.width.saturating_sub(RISK + 1),
            ..body
        };
        let own = self
            .picks
            .iter()
            .any(|pick| pick.own_line && pick.step == item.step && pick.block == Some(block));
        let run = self
            .model
            .state()
            .filter(|_| own)
            .and_then(|state| state.last_run(&self.scenario.id, &step.number, block));
        if let Some((_, run)) = run {
            let (words, tone) = outcome(self.model, run);
            let used = canvas.right(rest, body.y, &words, tone);
            rest.width = rest.width.saturating_sub(used as u16 + 1);
        }
        rest.width as usize
    }

    fn header(&self, canvas: &mut Canvas<'_>, line: Rect, step: &Step) {
        let standing = self.model.standing(step);
        let (glyph, tone) = self.model.look.standing(standing);
        let numbers = self.numbers;
        canvas.put(line.x + 2, line.y, 1, glyph, tone);
        let number = format!("{:>numbers$}", step.number);
        canvas.put(line.x + 4, line.y, numbers, &number, Tone::Dim);
        let indent = 5 + numbers as u16;
        let area = Rect {
            x: line.x + indent,
            width: self.end.saturating_sub(indent),
            ..line
        };
        let (said, tone) = self.standing_words(step, standing);
        let used = canvas.right(area, line.y, &said, tone);
        let cells = (area.width as usize).saturating_sub(used + usize::from(used > 0));
        let condition = step
            .condition
            .as_ref()
            .map(|condition| format!(" ({condition})"))
            .unwrap_or_default();
        // The condition says whether the step applies at all: the title gives way first.
        let wanted = words::width(&condition).min(cells * 2 / 3);
        let text_tone = if self.is_quiet(step) {
            Tone::Dim
        } else {
            Tone::Strong
        };
        let x = canvas.put(area.x, line.y, cells - wanted, &step.title, text_tone);
        canvas.put(area.x + x as u16, line.y, cells - x, &condition, Tone::Warn);
    }

    /// How a step stands, in words: `exit 0 00:41`, `running 00:12`, `skipped`.
    fn standing_words(&self, step: &Step, standing: Standing) -> (String, Tone) {
        let (_, tone) = self.model.look.standing(standing);
        let known = self
            .model
            .state()
            .and_then(|state| state.step(&self.scenario.id, &step.number));
        let runs = || {
            known
                .iter()
                .flat_map(|known| known.runs.iter().rev())
                .filter_map(|(_, id)| self.model.state()?.runs.get(id))
        };
        let telling = |run: &&Run| match (&run.end, standing) {
            (None, Standing::Running) => true,
            (Some(end), Standing::Failed) => !end.is_success(),
            (Some(end), Standing::UnknownOutcome) => *end == RunEnd::Lost,
            (Some(_) | None, _) => false,
        };
        match standing {
            Standing::Open if model::runnable(step).is_empty() => ("by hand".into(), Tone::Dim),
            Standing::Open => (String::new(), Tone::Plain),
            Standing::Skipped => ("skipped".into(), tone),
            Standing::NotTaken => ("not taken".into(), tone),
            Standing::Done => {
                let by_hand = known.is_some_and(|known| known.marked_done.is_some());
                match runs().next() {
                    Some(run) if !by_hand => outcome(self.model, run),
                    Some(_) | None => ("done by hand".into(), tone),
                }
            }
            Standing::Running | Standing::Failed | Standing::UnknownOutcome => {
                match runs().find(telling).or_else(|| runs().next()) {
                    Some(run) => outcome(self.model, run),
                    None => ("running".into(), tone),
                }
            }
        }
    }
}

/// What is said of a block that is never run.
pub fn shown_word(role: Role) -> &'static str {
    match role {
        // `Command` and `Query` where their author takes them out of the run.
        Role::Command | Role::Query | Role::Unknown => "not run",
        Role::Patch => "by hand",
        Role::Config => "config",
        Role::Output => "output",
    }
}

/// How one run went: `exit 0 00:41`.
pub fn outcome(model: &Model, run: &Run) -> (String, Tone) {
    match &run.end {
        None if run.cancel_requested => ("cancelling".into(), Tone::Warn),
        None => {
            let seconds = words::seconds_between(run.started_at, model.now);
            let text = format!("running {}", words::short_clock(seconds));
            (text, Tone::Accent)
        }
        Some(RunEnd::Lost) => ("outcome unknown".into(), Tone::Warn),
        Some(end) => {
            let tone = if end.is_success() {
                Tone::Good
            } else {
                Tone::Bad
            };
            let took = run.duration_ms.map(words::took).unwrap_or_default();
            (format!("{} {took:>5}", end.word()), tone)
        }
    }
}
