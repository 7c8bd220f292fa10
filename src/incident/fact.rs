//! Facts: what a later reader of an incident needs, in the past tense and with results inside.
//!
//! A fact is never changed once a release has written it; new ones are added. It must not hold
//! anything transient (keys, ticks, output bytes) nor anything that has to be judged again.

use crate::health::{ComponentView, Number, Verdict};
use crate::runbook::{Risk, Scenario};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// `INC-7`: counted within one state folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IncidentId(pub u64);

impl fmt::Display for IncidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "INC-{}", self.0)
    }
}

impl std::str::FromStr for IncidentId {
    type Err = String;

    /// Reads `INC-7`, `inc-7` or `7`.
    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text
            .strip_prefix("INC-")
            .or_else(|| text.strip_prefix("inc-"))
            .unwrap_or(text);
        digits.parse().map(IncidentId).map_err(|_| {
            format!("`{text}` is not an incident id; `breakglass incidents` lists them (`INC-7`)")
        })
    }
}

/// A run's number within its incident; shown as `run 3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct RunId(pub u32);

/// From a number, and from its text: as the key of a JSON object it is text, and inside a tagged message serde does
/// not turn it back by itself.
impl<'de> Deserialize<'de> for RunId {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Either;
        impl serde::de::Visitor<'_> for Either {
            type Value = RunId;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the number of a run")
            }

            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<RunId, E> {
                number.try_into().map(RunId).map_err(E::custom)
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<RunId, E> {
                text.parse().map(RunId).map_err(E::custom)
            }
        }
        from.deserialize_any(Either)
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "run {}", self.0)
    }
}

/// Which step of which scenario: stable while the incident lasts, also across a switch and back.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StepKey {
    pub scenario: crate::runbook::ScenarioId,
    /// The step's number as the scenario counts it.
    pub step: String,
}

impl fmt::Display for StepKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.scenario, self.step)
    }
}

/// What a run would hit, as proven a moment before it starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// What the operator types to confirm: a cluster/namespace, a database, a host.
    pub name: String,
    /// Where that was read: "current context of …", "PGHOST", "this host".
    pub evidence: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Fact {
    IncidentOpened {
        title: String,
        severity: Option<String>,
        drill: bool,
        /// When the first component that is not up left `up`, where the host saw it.
        detected_at: Option<Timestamp>,
        /// Every component as it stood at that moment.
        components: Vec<ComponentView>,
    },
    /// A scenario was chosen, first or in the middle. The whole scenario is kept, so that the record
    /// stays readable when the runbook changes.
    ScenarioSelected {
        scenario: Box<Scenario>,
        /// The runbook it came from.
        source: String,
        /// Why it was offered or taken: the detection lines that matched, or the operator's word.
        reason: String,
        rto_seconds: Option<u64>,
        rpo_seconds: Option<u64>,
    },
    SeverityChanged {
        from: Option<String>,
        to: String,
        reason: Option<String>,
    },
    /// A verdict flipped while the incident was open.
    VerdictChanged {
        component: String,
        from: Verdict,
        to: Verdict,
        reason: String,
        /// The numbers of the reading that flipped it, with the thresholds then in force.
        numbers: Vec<Number>,
        /// The last reading that found it in service (up or degraded), where this one did not.
        last_good_at: Option<Timestamp>,
        last_good_numbers: Vec<Number>,
    },
    PlaceholderSet {
        name: String,
        /// Masked where it is a secret.
        value: String,
        secret: bool,
    },
    /// One of a set of alternatives was chosen.
    BranchChosen {
        scenario: crate::runbook::ScenarioId,
        group: String,
        option: String,
        not_taken: Vec<String>,
        reason: Option<String>,
    },
    StepStarted {
        step: StepKey,
        run: RunId,
        /// Index of the block within the step.
        block: usize,
        title: String,
        /// As it is run, secrets masked.
        command: String,
        interpreter: String,
        risk: Risk,
        target: Target,
        confirmed: String,
        timeout_seconds: Option<u64>,
    },
    RunEnded {
        run: RunId,
        end: RunEnd,
        /// Milliseconds from the start of the process to its end.
        duration_ms: u64,
        /// Bytes it printed.
        output_bytes: u64,
        /// SHA-256 of the transcript file, hexadecimal; `None` where it could not be written.
        transcript_sha256: Option<String>,
        /// The last lines of the output, stripped of control sequences, secrets masked.
        tail: String,
    },
    CancelRequested {
        run: RunId,
    },
    RunAttached {
        run: RunId,
    },
    StepSkipped {
        step: StepKey,
        reason: String,
    },
    StepMarkedDone {
        step: StepKey,
        note: Option<String>,
    },
    NoteAdded {
        step: Option<StepKey>,
        text: String,
        decision: bool,
    },
    /// Service was restored, by hand or because every component that was red answers again.
    Mitigated {
        evidence: String,
    },
    /// It went red again after `Mitigated`.
    MitigationLost {
        evidence: String,
    },
    IncidentClosed {
        resolution: String,
    },
    /// The host that watched stopped and another took over; nothing was watched in between.
    HostChanged {
        /// When the host before last wrote.
        gap_seconds: Option<u64>,
    },
    /// Written by a newer version; kept as it is, shown as such.
    #[serde(skip)]
    Unknown {
        kind: String,
        /// The stored text, byte for byte.
        raw: String,
    },
}

impl Fact {
    /// Whether the look that flipped a verdict `to` this found the component in service itself: a flip to
    /// "degraded" can be counted at a look that got no answer, and then names an earlier one that did.
    pub fn answers(to: Verdict, last_good_at: Option<Timestamp>) -> bool {
        matches!(to, Verdict::Up | Verdict::Degraded) && last_good_at.is_none()
    }
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum RunEnd {
    Exited {
        code: i32,
    },
    Signalled {
        signal: i32,
    },
    TimedOut,
    Cancelled {
        signal: i32,
    },
    /// It could not be started.
    NotStarted {
        why: String,
    },
    /// The keeper vanished without a word (power, `kill -9`): nobody knows.
    Lost,
}

impl RunEnd {
    pub fn is_success(&self) -> bool {
        *self == RunEnd::Exited { code: 0 }
    }

    /// `exit 0`, `signal 9`, `timed out`, `cancelled`, `not started`, `outcome unknown`.
    pub fn word(&self) -> String {
        match self {
            RunEnd::Exited { code } => format!("exit {code}"),
            RunEnd::Signalled { signal } => format!("signal {signal}"),
            RunEnd::TimedOut => "timed out".into(),
            RunEnd::Cancelled { .. } => "cancelled".into(),
            RunEnd::NotStarted { .. } => "not started".into(),
            RunEnd::Lost => "outcome unknown".into(),
        }
    }
}
