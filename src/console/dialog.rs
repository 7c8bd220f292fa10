//! The windows over the panes: what each holds while it is open.
//!
//! There is one at most. What a window does is `update/dialogs`; how it looks is `pane/*`.

use super::field::Field;
use super::keymap::{Action, Context};
use crate::incident::fact::RunId;
use crate::runbook::ScenarioId;

#[derive(Debug, Clone)]
pub enum Dialog {
    Ask(Ask),
    Options(Options),
    Picker(Picker),
    Palette(Palette),
    Sure(Sure),
    Page(Page),
}

impl Dialog {
    pub fn context(&self) -> Context {
        match self {
            Dialog::Ask(_) => Context::Text,
            Dialog::Options(_) | Dialog::Picker(_) | Dialog::Palette(_) => Context::List,
            Dialog::Sure(_) => Context::Confirm,
            Dialog::Page(_) => Context::Page,
        }
    }
}

/// One line of text is wanted.
#[derive(Debug, Clone)]
pub struct Ask {
    pub what: Question,
    pub field: Field,
    pub sending: Sending,
}

/// How an answer that was sent stands. While it is on its way, nothing more is taken; when it is
/// refused, the window stays with what was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Sending {
    #[default]
    No,
    /// With this request's id.
    Sent(u64),
    Refused(String),
}

impl Sending {
    pub fn is_sent(&self) -> bool {
        matches!(self, Sending::Sent(_))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    Note {
        step: Option<String>,
    },
    Decision {
        step: Option<String>,
    },
    Skip {
        step: String,
        title: String,
    },
    Done {
        step: String,
        title: String,
    },
    Mitigate,
    Close,
    Switch {
        to: ScenarioId,
        title: String,
        from: String,
    },
}

impl Question {
    pub fn title(&self) -> String {
        match self {
            Question::Note { step: None } => "Note".into(),
            Question::Note { step: Some(step) } => format!("Note on step {step}"),
            Question::Decision { .. } => "Decision".into(),
            Question::Skip { step, title } => format!("Skip step {step}: {title}"),
            Question::Done { step, title } => format!("Step {step} is done: {title}"),
            Question::Mitigate => "Service is restored".into(),
            Question::Close => "Close the incident".into(),
            Question::Switch { title, .. } => format!("Switch to {title}"),
        }
    }

    /// What is asked for, and what becomes of it.
    pub fn hint(&self) -> String {
        match self {
            Question::Note { .. } => "what you saw or think; it goes into the timeline".into(),
            Question::Decision { .. } => "what was decided, and why".into(),
            Question::Skip { .. } => "why it is not needed (required)".into(),
            Question::Done { .. } => "what was done by hand (may stay empty)".into(),
            Question::Mitigate => "how you know (required); the RTO clock stops".into(),
            Question::Close => "how it was resolved (required); the report starts with it".into(),
            Question::Switch { from, .. } => {
                format!("leaves `{from}`, its record stays; why (required)")
            }
        }
    }

    pub fn is_required(&self) -> bool {
        match self {
            Question::Done { .. } => false,
            Question::Note { .. }
            | Question::Decision { .. }
            | Question::Skip { .. }
            | Question::Mitigate
            | Question::Close
            | Question::Switch { .. } => true,
        }
    }
}

/// One of a few is chosen, with a line of text beside it.
#[derive(Debug, Clone)]
pub struct Options {
    pub what: Choosing,
    pub options: Vec<Choosable>,
    pub at: usize,
    pub field: Field,
    pub sending: Sending,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choosable {
    pub value: String,
    pub detail: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choosing {
    /// The line is the incident's title, the options are severities.
    Open {
        scenario: Option<ScenarioId>,
        /// The scenario's title.
        title: Option<String>,
        drill: bool,
    },
    /// The line is the reason.
    Severity,
    /// The line is the reason.
    Branch { group: String, step: String },
}

/// A scenario is looked for.
#[derive(Debug, Clone, Default)]
pub struct Picker {
    pub field: Field,
    /// Index into the hits.
    pub at: usize,
}

/// An action is looked for.
#[derive(Debug, Clone, Default)]
pub struct Palette {
    pub field: Field,
    pub at: usize,
    /// The pane it was opened from: what is found is done there.
    pub from: Option<Context>,
}

/// A question that wants a deliberate key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sure {
    Quit,
    Cancel { run: RunId },
}

/// Something that is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    pub what: Reading,
    /// First line that is shown.
    pub top: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    Help {
        from: Context,
    },
    /// By name, because the list may change under it.
    Component {
        name: String,
    },
    /// A timeline row by its sequence.
    Row {
        seq: u64,
    },
    /// Where a link of the selected step leads.
    Link {
        at: usize,
    },
}

/// What the palette offers: everything that can be done from a pane.
pub fn palette_actions() -> Vec<Action> {
    Action::ALL
        .iter()
        .copied()
        .filter(|action| action.fits(Context::Main) || action.fits(Context::Anywhere))
        .filter(|action| !matches!(action, Action::Palette | Action::Dismiss))
        .collect()
}
