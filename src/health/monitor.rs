//! The monitor: readings become judged views, with hysteresis, history and the last good figures.

use super::{ComponentView, Number, Reading, Verdict};
use crate::config::Component;
use jiff::Timestamp;

/// Every component with its recent past.
#[derive(Debug, Default)]
pub struct Monitor {}

/// A verdict that changed, with what a fact needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Flip {
    pub component: String,
    pub from: Verdict,
    pub to: Verdict,
    pub reason: String,
    pub at: Timestamp,
    pub numbers: Vec<Number>,
    pub last_good_at: Option<Timestamp>,
    pub last_good_numbers: Vec<Number>,
}

impl Monitor {
    pub fn new(components: &[Component]) -> Self {
        _ = components;
        Monitor {}
    }

    /// Takes a reading; `Some` when the verdict flipped by it.
    pub fn take(&mut self, component: &str, reading: Reading) -> Option<Flip> {
        _ = (component, reading);
        None
    }

    /// As configured, in order; components not looked at yet are `unknown`.
    pub fn views(&self) -> Vec<ComponentView> {
        Vec::new()
    }

    pub fn view(&self, component: &str) -> Option<ComponentView> {
        _ = component;
        None
    }
}
