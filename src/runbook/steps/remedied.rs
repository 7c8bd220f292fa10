//! A table of troubles and remedies: each row is one way on, and choosing it is a decision.

use super::Builder;
use crate::runbook::Phase;
use crate::runbook::remedies::Remedy;
use crate::runbook::scan::{Kind, Marker, Node};

impl Builder<'_> {
    pub(super) fn remedies(&mut self, id: usize, told: &[Remedy], phase: Phase) {
        for row in told {
            let node = Node {
                line: row.line,
                end_line: row.line,
                indent: 0,
                kind: Kind::Item {
                    marker: Marker::Bullet,
                    text: row.told.clone(),
                },
                admonition: None,
            };
            let option = Some((id, row.trouble.clone()));
            self.item_step(id, &node, &row.told, phase, option);
            if let Some(draft) = self.drafts.last_mut() {
                draft.step.prose.extend(row.lines());
            }
        }
    }
}
