//! The runbook room: a team's own Markdown, read as it is, becomes a [`Runbook`].
//!
//! Pure: text in, values out. It must not know files, clocks, servers or the screen. What was
//! not understood is kept and said ([`Warning`]), never guessed into something that runs.
//!
//! The pipeline, in reading order: `outline` (section tree with source lines) → `lexicon` (what
//! a section is) → `plan` (which sections are scenarios) → `steps`, `tables` and `blocks` (what is done, and with what) → `annotations` (what a fence says of
//! itself) → `placeholder` (holes) → `carry` (what a block leaves to those after it) → `shell` (what a command
//! would do) → `objectives` (RTO, RPO, severity) → `links` (where a link leads; `section` has the words there). `lint` says what would fail in the night.

mod annotations;
mod blocks;
pub mod builtin;
mod carry;
mod commands;
mod fences;
mod front_matter;
mod gather;
mod info_string;
mod inline;
mod lexicon;
pub mod links;
pub mod lint;
mod listings;
mod objectives;
mod orphans;
mod outline;
pub mod parse;
pub mod patch;
mod pattern;
mod phrases;
mod placeholder;
mod plan;
mod scan;
mod section;
pub mod shell;
mod source;
mod spread;
mod steps;
mod tables;
mod transcript;

pub use parse::parse;
pub use section::section;

use serde::{Deserialize, Serialize};

/// A parsed Markdown document.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Runbook {
    /// The name it was read under: a path, or `builtin:NAME`.
    pub source: String,
    pub title: Option<String>,
    pub objectives: Vec<Objective>,
    pub scenarios: Vec<Scenario>,
    pub checklists: Vec<Checklist>,
    pub contacts: Vec<Contact>,
    pub schedule: Vec<Cadence>,
    pub warnings: Vec<Warning>,
    /// What the document says its severities mean (`P0` → "Complete system outage …").
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub severities: Vec<SeverityMeaning>,
    #[serde(default, skip_serializing_if = "FrontMatter::is_empty")]
    pub front_matter: FrontMatter,
    /// The names by which headings can be linked to, and their lines.
    #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub anchors: std::collections::BTreeMap<String, u32>,
}

/// A global or class-wide recovery objective.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Objective {
    pub kind: ObjectiveKind,
    pub scope: String,
    /// Seconds; `None` where the text gives no figure.
    pub seconds: Option<u64>,
    pub line: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ObjectiveKind {
    Rto,
    Rpo,
}

/// A scenario's name in commands and facts: the slug of its title.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ScenarioId(pub String);

impl std::fmt::Display for ScenarioId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a section of a runbook is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ScenarioKind {
    /// A situation or procedure that one picks during an incident.
    Recovery,
    Backup,
    Drill,
    Communication,
    Reference,
}

/// One failure situation (or procedure) with detection, steps, severity and objectives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scenario {
    pub id: ScenarioId,
    pub title: String,
    pub kind: ScenarioKind,
    pub line: u32,
    /// As the document names it, such as `P0` or `SEV-1`.
    pub severity: Option<String>,
    pub rto_seconds: Option<u64>,
    pub rpo_seconds: Option<u64>,
    pub detection: Vec<Line>,
    pub steps: Vec<Step>,
    /// The last line of the section, 1-based.
    #[serde(default)]
    pub end_line: u32,
    /// The author's prose that belongs to no step, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prose: Vec<Line>,
    /// Front-matter or attribute bindings: which component a detection line or the scenario means.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<String>,
}

/// A piece of text and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub text: String,
    pub line: u32,
}

/// One item of a scenario's checklist.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// The ordinal without its dot, counted through the scenario where the document's own breaks.
    pub number: String,
    pub title: String,
    /// "if available", "if no standby" …: when this step applies.
    pub condition: Option<String>,
    pub line: u32,
    /// A person does it: nothing here can be run.
    pub manual: bool,
    pub blocks: Vec<Block>,
    pub inline: Vec<Line>,
    /// The last line that belongs to the step, 1-based.
    #[serde(default)]
    pub end_line: u32,
    /// The section the step stands in where it is not a plain recovery step.
    #[serde(default)]
    pub phase: Phase,
    /// What the author wrote beside the blocks, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prose: Vec<Line>,
    /// Warnings that stand on this step ("do NOT run", "legacy").
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cautions: Vec<Line>,
    /// Steps that share a `group` are alternatives; one is chosen, the others are not taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<Branch>,
    /// Links to other sections or files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
}

/// The part of the response a step belongs to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    Prerequisite,
    Diagnosis,
    #[default]
    Recovery,
    Verification,
    Rollback,
}

/// Membership in a set of alternatives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branch {
    /// Names the set, unique within the scenario.
    pub group: String,
    /// This alternative's words: "if available", "Option 1: …", "otherwise".
    pub option: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub text: String,
    pub target: String,
    pub line: u32,
    /// Where it leads, if that is a place in the runbooks that were read together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Place>,
}

/// A line of a runbook, and the scenario that it stands in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The other runbook's source; `None` in the same one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenario: Option<ScenarioId>,
    pub line: u32,
}

/// A fenced (or indented) piece of a step.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Block {
    /// The line of the opening fence, 1-based.
    pub line: u32,
    pub end_line: u32,
    /// The fence's label in lower case, `None` where there is none.
    pub language: Option<String>,
    pub role: Role,
    /// What would be run or shown: prompts stripped and output left out of commands.
    pub text: String,
    pub risk: Risk,
    /// Names of the holes that must be filled before it can run, in order of appearance.
    pub placeholders: Vec<String>,
    /// Why the risk is what it is, in words; empty for what cannot be run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
    /// The same holes with what is known of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holes: Vec<Placeholder>,
    /// The expected output that stood in the block, where prompts told it apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// The titles of numbered comments in a fat block; all of them share one shell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub substeps: Vec<Line>,
    /// It opens a remote shell or a prompt, and wants a person at the keyboard.
    #[serde(default)]
    pub interactive: bool,
    #[serde(default, skip_serializing_if = "Attributes::is_empty")]
    pub attributes: Attributes,
}

/// What a block is; only `Command` and `Query` are ever run, `Patch` with care.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Command,
    Query,
    Patch,
    Config,
    Output,
    #[default]
    Unknown,
}

/// What a block would do, least first.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Risk {
    /// Looks.
    Read,
    /// Not understood; treated as a change, and said so.
    #[default]
    Unknown,
    /// Can be undone or is expected to heal.
    Change,
    /// Loses data or service, or cannot be undone.
    Destroy,
}

impl Risk {
    /// The word on screen and in reports.
    pub fn word(self) -> &'static str {
        match self {
            Risk::Read => "reads",
            Risk::Unknown => "unknown",
            Risk::Change => "CHANGES",
            Risk::Destroy => "DESTROYS",
        }
    }
}

/// A hole in a block that a person must fill.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placeholder {
    pub name: String,
    /// Exactly what stands in the text and is replaced, such as `<backup-id>`.
    pub spelling: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// The values the text enumerates (`<dev|prod>`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
    /// A password, token or key: asked without echo, stored masked.
    #[serde(default)]
    pub secret: bool,
    /// The line of an earlier block that sets it: a variable that blocks with shells of their own do not share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set_in: Option<u32>,
}

/// What a fence's info string says beyond the language; none of it is ever needed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Attributes {
    pub name: Option<String>,
    pub interactive: Option<bool>,
    pub cwd: Option<String>,
    pub background: Option<bool>,
    pub prompt_env: Option<String>,
    pub exclude_from_run_all: Option<bool>,
    pub interpreter: Option<String>,
    pub risk: Option<Risk>,
    pub timeout_seconds: Option<u64>,
    pub verify: Option<String>,
    pub rollback: Option<String>,
    pub target: Option<String>,
    pub when: Option<String>,
    /// Keys nobody here knows, kept as they were.
    pub other: std::collections::BTreeMap<String, String>,
}

impl Attributes {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FrontMatter {
    pub severity: Option<String>,
    pub rto_seconds: Option<u64>,
    pub rpo_seconds: Option<u64>,
    pub owner: Option<String>,
    /// `YYYY-MM-DD`.
    pub reviewed_on: Option<String>,
    /// The components that every scenario of the document is about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<String>,
    /// Words of a detection line → the signal or component they mean.
    pub bindings: std::collections::BTreeMap<String, String>,
}

impl FrontMatter {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Checklist {
    pub title: String,
    pub line: u32,
    pub items: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    pub name: String,
    /// `None` where the document holds only a stand-in such as `[Contact Info]`.
    pub value: Option<String>,
    pub line: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cadence {
    /// `daily`, `weekly`, `monthly`, `quarterly`, `yearly`, or the text as it stands.
    pub cadence: String,
    pub text: String,
    pub line: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeverityMeaning {
    pub severity: String,
    pub meaning: String,
    pub line: u32,
}

/// Something that was not understood, and what was done about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    pub line: u32,
    pub message: String,
}

impl Block {
    /// Whether breakglass would ever run it: a command, or a query against a database.
    pub fn is_runnable(&self) -> bool {
        matches!(self.role, Role::Command | Role::Query)
            && self.attributes.exclude_from_run_all != Some(true)
    }

    /// The names that only a person can give a value.
    pub fn open(&self) -> impl Iterator<Item = &str> {
        self.named(false)
    }

    /// The names that an earlier block of the document gives a value, which is asked for here nevertheless.
    pub fn carried(&self) -> impl Iterator<Item = &str> {
        self.named(true)
    }

    /// What it hands to every program after it (`export NAME=value`): the names, and the words as they stand.
    pub fn exports(&self) -> Vec<(&str, &str)> {
        if self.role == Role::Command {
            carry::exports(self)
        } else {
            Vec::new()
        }
    }

    fn named(&self, carried: bool) -> impl Iterator<Item = &str> {
        let set = |name: &str| {
            let mut holes = self
                .holes
                .iter()
                .filter(|hole| hole.name == name)
                .peekable();
            holes.peek().is_some() && holes.all(|hole| hole.set_in.is_some())
        };
        let names = self.placeholders.iter().map(String::as_str);
        names.filter(move |name| set(name) == carried)
    }

    /// The tail of `text` that is typed at the far side of a remote shell or prompt which the lines
    /// before it open (`ssh host`, then what is done there). It must never run on this side.
    pub fn far_side(&self) -> Option<&str> {
        (self.role == Role::Command)
            .then(|| blocks::far_side(&self.text))
            .flatten()
    }
}
