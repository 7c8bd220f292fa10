//! The model: everything the screen is drawn from, and nothing that is true by itself.
//!
//! Changed only by `update`; panes read it. It must not know sockets, files or the terminal.

mod checklist;
mod hand;
mod home;
mod launch;

pub use checklist::{Item, ItemKind, Pick, Room, extent, items, line_of, picks, runnable};
pub use hand::Hand;
pub use home::{Choice, scenarios};
pub use launch::{Fill, Launch, Proof, Stage};

use super::dialog::Dialog;
use super::keymap::{Action, Context, Keymap};
use super::message::Section;
use super::style::{Look, Tone};
use crate::health::detect::Offer;
use crate::health::{ComponentView, Verdict};
use crate::incident::State;
use crate::incident::clocks::{self, Clocks};
use crate::incident::fact::{IncidentId, RunId, Target};
use crate::incident::state::{Run, Standing};
use crate::incident::timeline::Row;
use crate::runbook::{Block, Runbook, Scenario, Step};
use crate::wire::{Notice, Picture, Severity};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// What the session knows before the first frame.
#[derive(Debug, Clone)]
pub struct Settings {
    pub keymap: Keymap,
    pub ascii: bool,
    pub colour: bool,
    /// In which times of day are shown.
    pub zone: TimeZone,
    /// Columns and rows.
    pub size: (u16, u16),
    pub now: Timestamp,
}

#[derive(Debug, Clone)]
pub struct Model {
    pub keymap: Keymap,
    pub look: Look,
    pub zone: TimeZone,
    pub size: (u16, u16),
    pub now: Timestamp,

    pub link: Link,
    /// Who the host says we are.
    pub actor: String,
    pub present: Vec<String>,
    pub target: Option<Target>,
    /// `None` until the host has said what there is.
    pub runbooks: Option<Vec<Runbook>>,
    pub offers: Vec<Offer>,
    pub components: Option<Vec<ComponentView>>,
    pub incident: Incident,
    /// The incident that was closed last, for its report.
    pub closed: Option<IncidentId>,
    pub timeline: Timeline,

    pub focus: Focus,
    pub zoomed: bool,
    /// Index into [`picks`] (or, at home, into [`scenarios`]).
    pub cursor: usize,
    /// The scenario of the preview: the one under the cursor, once the hand has rested.
    pub previewed: usize,
    /// First line of the checklist that is shown.
    pub checklist_top: usize,
    pub health_cursor: usize,
    pub lower: Lower,
    /// First line of the runbook's text that is shown.
    pub text_top: usize,
    pub output: Output,
    /// Keys go to the step.
    pub attached: bool,

    pub launch: Option<Launch>,
    pub dialog: Option<Dialog>,
    /// The words of the section that a link led to last.
    pub section: Option<Section>,
    /// What was asked of the host and not answered yet.
    pub waiting: BTreeMap<u64, Await>,
    pub notices: Vec<Notice>,
    pub flash: Option<Flash>,
    pub hand: Hand,

    pub(super) next_id: u64,
    pub(super) dirty: bool,
}

/// How things stand with the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    Connecting,
    Up,
    Gone {
        why: String,
        since: Timestamp,
    },
    /// It will not talk to us.
    Rejected {
        why: String,
    },
}

/// Which incident is on screen.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Incident {
    /// The host has not said yet.
    #[default]
    Unknown,
    None,
    Open(Box<State>),
}

#[derive(Debug, Clone, Default)]
pub struct Timeline {
    /// Oldest first.
    pub rows: Vec<Row>,
    /// The selected row's sequence; `None` follows the newest.
    pub selected: Option<u64>,
    /// Everything there is has been fetched.
    pub whole: bool,
    pub asked: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    Health,
    Checklist,
    Timeline,
    Lower,
}

/// What the pane below shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lower {
    Output,
    Text,
}

#[derive(Debug, Clone, Default)]
pub struct Output {
    pub run: Option<RunId>,
    pub picture: Option<Picture>,
    /// Lines back from the end; 0 follows it.
    pub scroll: u32,
    /// Its keeper is (or is being) talked to.
    pub live: bool,
    /// Its keeper has gone, and pictures come from the transcript.
    pub recorded: bool,
    /// Rows and columns its terminal was last told.
    pub told: Option<(u16, u16)>,
}

/// What an answer from the host is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Await {
    /// The dialog on screen sent it, and closes when it is done.
    Dialog,
    Proof,
    Start,
    Placeholder {
        name: String,
    },
    Candidates {
        name: String,
    },
    Attach {
        run: RunId,
    },
    Rows,
    /// Only a refusal is of interest.
    Plain,
}

/// One line said to the responder, until the next one or `esc`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flash {
    pub tone: Tone,
    pub text: String,
}

impl Model {
    pub fn new(settings: Settings) -> Self {
        Model {
            keymap: settings.keymap,
            look: Look::new(settings.ascii, settings.colour),
            zone: settings.zone,
            size: settings.size,
            now: settings.now,
            link: Link::Connecting,
            actor: String::new(),
            present: Vec::new(),
            target: None,
            runbooks: None,
            offers: Vec::new(),
            components: None,
            incident: Incident::Unknown,
            closed: None,
            timeline: Timeline::default(),
            focus: Focus::Checklist,
            zoomed: false,
            cursor: 0,
            previewed: 0,
            checklist_top: 0,
            health_cursor: 0,
            lower: Lower::Output,
            text_top: 0,
            output: Output::default(),
            attached: false,
            launch: None,
            dialog: None,
            section: None,
            waiting: BTreeMap::new(),
            notices: Vec::new(),
            flash: None,
            hand: Hand::default(),
            next_id: 1,
            dirty: true,
        }
    }

    /// Whether what is on the terminal is out of date.
    pub fn dirty(&self) -> bool {
        self.dirty
    }

    /// The terminal shows this model now.
    pub fn drawn(&mut self) {
        self.dirty = false;
    }

    /// Whether it waits for the hand to rest.
    pub fn wants_rest(&self) -> bool {
        self.is_choosing() && self.previewed != self.cursor
    }

    /// Whether anything on screen moves with the clock.
    pub fn wants_tick(&self) -> bool {
        self.ticks_by_the_second() || self.ticks_by_the_minute()
    }

    /// The incident's age, what is left of its RTO, how long a step has been running.
    pub(super) fn ticks_by_the_second(&self) -> bool {
        self.state().is_some()
    }

    /// "last seen 3m ago", "host gone 2m ago".
    pub(super) fn ticks_by_the_minute(&self) -> bool {
        matches!(self.link, Link::Gone { .. })
            || self
                .components
                .iter()
                .flatten()
                .any(|view| is_stale(view) || view.verdict != Verdict::Up)
    }

    /// The clocks of the open incident.
    pub fn clocks(&self) -> Option<Clocks> {
        let views = self.components.as_deref().unwrap_or_default();
        Some(clocks::read(self.state()?, views, self.now))
    }

    /// The open incident.
    pub fn state(&self) -> Option<&State> {
        match &self.incident {
            Incident::Open(state) => Some(state),
            Incident::Unknown | Incident::None => None,
        }
    }

    pub fn incident_id(&self) -> Option<IncidentId> {
        self.state()?.id
    }

    /// The scenario that is being walked.
    pub fn scenario(&self) -> Option<&Scenario> {
        self.state()?.scenario.as_deref()
    }

    /// Whether the list of scenarios stands where the checklist would.
    pub fn is_choosing(&self) -> bool {
        match &self.incident {
            Incident::Unknown => false,
            Incident::None => true,
            Incident::Open(state) => state.scenario.is_none(),
        }
    }

    /// What the checklist's cursor stands on.
    pub fn picked(&self) -> Option<(Pick, &Step)> {
        let scenario = self.scenario()?;
        let pick = *picks(scenario).get(self.cursor)?;
        Some((pick, scenario.steps.get(pick.step)?))
    }

    /// The block that `run` would run.
    pub fn picked_block(&self) -> Option<(Pick, &Step, usize, &Block)> {
        let (pick, step) = self.picked()?;
        let index = pick.block?;
        Some((pick, step, index, step.blocks.get(index)?))
    }

    pub fn standing(&self, step: &Step) -> Standing {
        match self.state() {
            Some(state) => self
                .scenario()
                .map_or(Standing::Open, |scenario| state.standing(scenario, step)),
            None => Standing::Open,
        }
    }

    /// The run that the output pane shows.
    /// What was parsed under this name.
    pub fn runbook(&self, source: Option<&String>) -> Option<&Runbook> {
        let runbooks = self.runbooks.as_deref()?;
        runbooks
            .iter()
            .find(|runbook| Some(&runbook.source) == source)
    }

    /// Where the incident's scenario comes from.
    pub fn source(&self) -> Option<&String> {
        self.state()?.scenario_source.as_ref()
    }

    /// How many steps of the scenario need nothing more.
    pub fn settled(&self) -> usize {
        let steps = self.scenario().map_or(&[][..], |scenario| &scenario.steps);
        let is_settled = |standing| {
            matches!(
                standing,
                Standing::Done | Standing::Skipped | Standing::NotTaken
            )
        };
        steps
            .iter()
            .filter(|step| is_settled(self.standing(step)))
            .count()
    }

    pub fn shown_run(&self) -> Option<(RunId, &Run)> {
        let id = self.output.run?;
        Some((id, self.state()?.runs.get(&id)?))
    }

    /// Whether the record says that this placeholder was filled with a secret, which itself is stored nowhere.
    pub fn has_secret(&self, name: &str) -> bool {
        self.state()
            .and_then(|state| state.placeholders.get(name))
            .is_some_and(|value| value.secret)
    }

    pub fn component(&self) -> Option<&ComponentView> {
        self.components.as_ref()?.get(self.health_cursor)
    }

    /// Whether the host listens.
    pub fn is_up(&self) -> bool {
        self.link == Link::Up
    }

    /// The notice that says the journal cannot be written, if it is so.
    pub fn journal_alarm(&self) -> Option<&Notice> {
        self.notices
            .iter()
            .find(|notice| notice.severity == Severity::Error && notice.key.starts_with("journal"))
    }

    /// Where a key pressed now is looked up.
    pub fn context(&self) -> Context {
        if let Some(dialog) = &self.dialog {
            return dialog.context();
        }
        if let Some(context) = self.launch.as_ref().and_then(Launch::context) {
            return context;
        }
        if self.attached {
            return Context::Attached;
        }
        match self.focus {
            Focus::Health => Context::Health,
            Focus::Checklist => Context::Checklist,
            Focus::Timeline => Context::Timeline,
            Focus::Lower => Context::Output,
        }
    }

    /// The first key that does this where we are, for hints; empty where there is none.
    pub fn key(&self, context: Context, action: Action) -> String {
        self.keymap
            .keys(context, action)
            .into_iter()
            .next()
            .unwrap_or_default()
    }

    pub(super) fn dialog_is(&self, test: impl Fn(&Dialog) -> bool) -> bool {
        self.dialog.as_ref().is_some_and(test)
    }

    pub fn say(&mut self, tone: Tone, text: impl Into<String>) {
        self.flash = Some(Flash {
            tone,
            text: text.into(),
        });
    }

    pub(super) fn ask_id(&mut self, what: Await) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        self.waiting.insert(id, what);
        id
    }

    /// A time of day as the setting wants it.
    pub fn time_of_day(&self, at: Timestamp) -> String {
        at.to_zoned(self.zone.clone())
            .strftime("%H:%M:%S")
            .to_string()
    }
}

/// Whether what is shown of a component is older than the last look at it.
pub fn is_stale(view: &ComponentView) -> bool {
    match (view.last_good_at, view.at) {
        (Some(good), Some(at)) => good < at && view.verdict != Verdict::Up,
        (None, _) | (_, None) => false,
    }
}
