//! The monitor: readings become judged views, with hysteresis, history and the last good figures.
//!
//! A verdict gets worse after `bad_after` looks in a row and better after `good_after`, but for what leaves no
//! doubt, which counts at once. It must not know how a reading was taken.

use super::judge::{Judgement, Past, judge};
use super::thresholds;
use super::{ComponentKind, ComponentView, Number, Outcome, Reading, Verdict};
use crate::config::{Component, Threshold};
use jiff::Timestamp;
use std::collections::{BTreeMap, VecDeque};

/// How many values a chart goes back.
pub const HISTORY: usize = 120;

/// Every component with its recent past.
#[derive(Debug, Default)]
pub struct Monitor {
    watched: Vec<Watched>,
}

/// A verdict that changed, with what a fact needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Flip {
    pub component: String,
    pub from: Verdict,
    pub to: Verdict,
    pub reason: String,
    pub at: Timestamp,
    /// Of the reading that flipped it.
    pub numbers: Vec<Number>,
    /// The last look that found it in service, where this one did not: when, and its figures.
    pub last_good_at: Option<Timestamp>,
    pub last_good_numbers: Vec<Number>,
}

#[derive(Debug)]
struct Watched {
    name: String,
    kind: ComponentKind,
    limits: BTreeMap<String, Threshold>,
    bad_after: u32,
    good_after: u32,
    view: ComponentView,
    history: VecDeque<Option<f64>>,
    past: Past,
    /// The reason in force, without the note on looks that are still counted.
    reason: String,
    pending: Option<Pending>,
}

/// Looks in a row that disagree with the verdict in force.
#[derive(Debug)]
struct Pending {
    is_worse: bool,
    looks: u32,
    /// What all of them agree on: the mildest of worse ones, the worst of better ones.
    agreed: Judgement,
}

impl Monitor {
    pub fn new(components: &[Component]) -> Self {
        Monitor {
            watched: components.iter().map(Watched::new).collect(),
        }
    }

    /// A monitor that believes every single look.
    pub fn single_look(components: &[Component]) -> Self {
        let mut monitor = Monitor::new(components);
        for watched in &mut monitor.watched {
            (watched.bad_after, watched.good_after) = (1, 1);
        }
        monitor
    }

    /// Goes on with other components; what is known of those that stay is kept.
    pub fn reconfigure(&mut self, components: &[Component]) {
        let mut before = std::mem::take(&mut self.watched);
        for component in components {
            let mut watched = Watched::new(component);
            let known = before.iter().position(|old| {
                old.name == watched.name
                    && old.kind == watched.kind
                    && old.view.address == watched.view.address
            });
            if let Some(index) = known {
                let old = before.swap_remove(index);
                watched = Watched {
                    limits: watched.limits,
                    bad_after: watched.bad_after,
                    good_after: watched.good_after,
                    view: ComponentView {
                        interval_seconds: watched.view.interval_seconds,
                        ..old.view
                    },
                    ..old
                };
            }
            self.watched.push(watched);
        }
    }

    /// Takes a reading; `Some` when the verdict flipped by it.
    pub fn take(&mut self, component: &str, reading: Reading) -> Option<Flip> {
        self.watched
            .iter_mut()
            .find(|watched| watched.name == component)?
            .take(reading)
    }

    /// As configured, in order; components not looked at yet are `unknown`.
    pub fn views(&self) -> Vec<ComponentView> {
        self.watched.iter().map(Watched::view).collect()
    }

    pub fn view(&self, component: &str) -> Option<ComponentView> {
        self.watched
            .iter()
            .find(|watched| watched.name == component)
            .map(Watched::view)
    }
}

impl Watched {
    fn new(component: &Component) -> Self {
        let reason = "not looked at yet";
        Watched {
            name: component.name.clone(),
            kind: component.kind,
            limits: component.thresholds.clone(),
            bad_after: component.bad_after.max(1),
            good_after: component.good_after.max(1),
            view: ComponentView {
                name: component.name.clone(),
                kind: component.kind,
                address: component.settings.address(),
                verdict: Verdict::Unknown,
                reason: reason.into(),
                since: None,
                at: None,
                took_ms: 0,
                numbers: Vec::new(),
                rows: Vec::new(),
                summary: String::new(),
                signals: Vec::new(),
                last_good_at: None,
                served_at: None,
                served_numbers: Vec::new(),
                history_name: String::new(),
                history: Vec::new(),
                interval_seconds: component.interval.as_secs_f64(),
            },
            history: VecDeque::new(),
            past: Past::new(),
            reason: reason.into(),
            pending: None,
        }
    }

    fn view(&self) -> ComponentView {
        ComponentView {
            history: self.history.iter().copied().collect(),
            ..self.view.clone()
        }
    }

    fn take(&mut self, reading: Reading) -> Option<Flip> {
        let (judgement, past) = judge(self.kind, &self.limits, &self.past, &reading);
        self.past = past;
        let at = reading.at;
        self.view.at = Some(at);
        self.view.took_ms = reading.took_ms;
        let numbers = judgement.numbers.clone();
        let serves = matches!(reading.outcome, Outcome::Seen(_))
            && matches!(judgement.verdict, Verdict::Up | Verdict::Degraded);
        self.remember(reading, &judgement);
        if serves {
            self.view.served_at = Some(at);
            self.view.served_numbers.clone_from(&numbers);
        }
        let (from, flipped) = (self.view.verdict, self.weigh(judgement, at));
        flipped.then(|| {
            let before = (!serves).then_some(&self.view);
            Flip {
                component: self.name.clone(),
                from,
                to: self.view.verdict,
                reason: self.reason.clone(),
                at,
                numbers,
                last_good_at: before.and_then(|view| view.served_at),
                last_good_numbers: before.map_or_else(Vec::new, |view| view.served_numbers.clone()),
            }
        })
    }

    /// Keeps the figures of a reading that answered, and a gap for one that did not.
    fn remember(&mut self, reading: Reading, judgement: &Judgement) {
        let value = match reading.outcome {
            Outcome::Failed(_) => None,
            Outcome::Seen(seen) => {
                let main = main_number(self.kind, &judgement.numbers);
                if self.view.history_name != main
                    && (self.view.history_name.is_empty()
                        || rank(self.kind, &main) < rank(self.kind, &self.view.history_name))
                {
                    self.view.history_name = main;
                    self.history.clear();
                }
                self.view.numbers.clone_from(&judgement.numbers);
                self.view.rows = seen.rows;
                self.view.summary = seen.summary;
                self.view.last_good_at = Some(reading.at);
                if self.view.history_name == ROUND_TRIP {
                    Some(reading.took_ms as f64)
                } else {
                    self.view
                        .numbers
                        .iter()
                        .find(|number| number.name == self.view.history_name)
                        .map(|number| number.value)
                }
            }
        };
        while self.history.len() >= HISTORY {
            self.history.pop_front();
        }
        self.history.push_back(value);
    }

    /// Lets a judgement count; true when the verdict in force changed by it.
    fn weigh(&mut self, judgement: Judgement, at: Timestamp) -> bool {
        let current = self.view.verdict;
        if judgement.verdict == current {
            self.pending = None;
            self.adopt(judgement);
            self.view.since.get_or_insert(at);
            return false;
        }
        // Nothing stands against a first good look, nor against the end of not knowing.
        let is_worse = judgement.verdict > current;
        let at_once = judgement.at_once && is_worse
            || current == Verdict::Unknown && judgement.verdict == Verdict::Up;
        let needed = if is_worse {
            self.bad_after
        } else {
            self.good_after
        };
        let mut pending = match self.pending.take() {
            Some(pending) if pending.is_worse == is_worse => pending,
            Some(_) | None => Pending {
                is_worse,
                looks: 0,
                agreed: judgement.clone(),
            },
        };
        pending.looks += 1;
        let milder = judgement.verdict < pending.agreed.verdict;
        if pending.agreed.verdict == judgement.verdict || milder == is_worse {
            pending.agreed = judgement.clone();
        }
        let agreed = if at_once {
            judgement
        } else if pending.looks >= needed {
            pending.agreed
        } else {
            let look = format!("look {} of {needed}", pending.looks);
            self.view.reason = if is_worse {
                format!("{} ({look})", judgement.reason)
            } else {
                format!("{}; now {} ({look})", self.reason, judgement.verdict.word())
            };
            self.pending = Some(pending);
            return false;
        };
        self.pending = None;
        self.view.verdict = agreed.verdict;
        self.view.since = Some(at);
        self.adopt(agreed);
        true
    }

    fn adopt(&mut self, judgement: Judgement) {
        self.view.reason.clone_from(&judgement.reason);
        self.reason = judgement.reason;
        self.view.signals = judgement.signals;
    }
}

/// What is charted where a component reports no number.
const ROUND_TRIP: &str = "took_ms";

/// The number of a reading that says most about this kind of component.
fn main_number(kind: ComponentKind, numbers: &[Number]) -> String {
    numbers
        .iter()
        .min_by_key(|number| rank(kind, &number.name))
        .map_or_else(|| ROUND_TRIP.to_owned(), |number| number.name.clone())
}

fn rank(kind: ComponentKind, name: &str) -> usize {
    let known = thresholds::names(kind);
    let last = known.len() + usize::from(name == ROUND_TRIP);
    known.iter().position(|row| *row == name).unwrap_or(last)
}

#[cfg(test)]
mod tests;
