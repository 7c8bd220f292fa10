//! The responder's hand: a key that is hammered must not start what came on screen under it.
//!
//! A press of the key that was pressed right before, while the screen has changed in between, was meant for what
//! stood there before. It is passed over until the hand has rested; any other key counts at once.

use super::{Model, Stage};
use crate::console::dialog::Dialog;
use crate::incident::IncidentId;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use jiff::{SignedDuration, Timestamp};
use std::mem::Discriminant;

/// Nobody reads a screen in less, and no finger that hammers is slower.
const REST: SignedDuration = SignedDuration::from_millis(250);

/// What the next press would act on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Place {
    incident: Option<IncidentId>,
    is_choosing: bool,
    /// The window on top.
    dialog: Option<Discriminant<Dialog>>,
    /// The launch and which of its placeholders is asked for.
    launch: Option<(Discriminant<Stage>, usize)>,
    cursor: usize,
}

impl Place {
    fn of(model: &Model) -> Place {
        Place {
            incident: model.incident_id(),
            is_choosing: model.is_choosing(),
            dialog: model.dialog.as_ref().map(std::mem::discriminant),
            launch: model.launch.as_ref().map(|launch| {
                let at = match &launch.stage {
                    Stage::Filling(fill) => fill.at,
                    Stage::Proving { .. }
                    | Stage::Ready(_)
                    | Stage::Sent { .. }
                    | Stage::Started { .. } => 0,
                };
                (std::mem::discriminant(&launch.stage), at)
            }),
            cursor: model.cursor,
        }
    }
}

/// The last press, and the screen it was meant for.
#[derive(Debug, Clone, Default)]
pub struct Hand {
    last: Option<Press>,
}

#[derive(Debug, Clone)]
struct Press {
    key: (KeyCode, KeyModifiers),
    at: Timestamp,
    place: Place,
}

impl Hand {
    /// A finger was lifted long ago.
    #[cfg(test)]
    pub fn rest(&mut self) {
        self.last = None;
    }
}

impl Model {
    /// Takes note of a press; whether it was meant for a screen that is not there any more.
    pub(in crate::console) fn is_hammered(&mut self, key: &KeyEvent) -> bool {
        let key = (key.code, key.modifiers);
        let place = Place::of(self);
        let hammered = self.hand.last.as_ref().filter(|last| {
            let rested = self.now.duration_since(last.at);
            last.key == key && last.place != place && (SignedDuration::ZERO..REST).contains(&rested)
        });
        let meant_for = hammered.map(|last| last.place.clone());
        let is_hammered = meant_for.is_some();
        self.hand.last = Some(Press {
            key,
            at: self.now,
            place: meant_for.unwrap_or(place),
        });
        is_hammered
    }
}
