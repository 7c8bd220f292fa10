//! The engine's eyes: probes, readings, flips, and what they mean for the open incident.

use super::Engine;
use crate::health::{Outcome, Reading, detect};
use crate::incident::{Actor, observe};
use crate::wire::Reply;

impl Engine {
    pub(super) fn start_probes(&mut self) {
        self.probes.clear();
        for component in &self.config.components {
            let probe = crate::probe::spawn(component.clone(), self.readings.clone());
            self.probes.push((component.name.clone(), probe));
        }
    }

    pub(super) fn refresh(&self, component: Option<&str>) {
        for (name, probe) in &self.probes {
            if component.is_none_or(|wanted| wanted == name) {
                probe.refresh();
            }
        }
    }

    /// Judges a reading; only a flip becomes a fact.
    pub(super) fn reading(&mut self, component: &str, reading: Reading) {
        if let (Some(journal), Outcome::Seen(seen)) = (&self.journal, &reading.outcome) {
            journal.record_samples(component, reading.at, &seen.numbers);
        }
        let flip = self.monitor.take(component, reading);
        if let Some(view) = self.monitor.view(component) {
            self.tell_watchers(&Reply::Component {
                component: Box::new(view),
            });
        }
        let Some(flip) = flip else { return };
        self.tell_watchers(&Reply::Offers {
            offers: self.offers(),
        });
        if let Some(open) = &self.open {
            let facts = observe(&open.state, std::slice::from_ref(&flip));
            self.record(Actor::host(), facts, Vec::new(), None);
        }
    }

    pub(super) fn offers(&self) -> Vec<detect::Offer> {
        detect::rank(
            &self.runbooks,
            &self.config.components,
            &self.monitor.views(),
        )
    }
}
