//! A table of steps, or of troubles and remedies: there each row is one way on, and choosing it is a decision.

use super::Builder;
use super::take::take_text;
use crate::runbook::Phase;
use crate::runbook::scan::{Kind, Marker, Node};
use crate::runbook::tables::{Told, When};

impl Builder<'_> {
    pub(super) fn rows(
        &mut self,
        id: usize,
        told: &[Told],
        phase: Phase,
        alternative: Option<&(usize, String)>,
    ) {
        for row in told {
            let (marker, option) = match &row.when {
                When::Step(n) => (Marker::Ordered(*n), alternative.cloned()),
                When::Trouble(trouble) => (Marker::Bullet, Some((id, trouble.clone()))),
            };
            let node = Node {
                line: row.line,
                end_line: row.line,
                indent: 0,
                kind: Kind::Item {
                    marker,
                    text: row.text.clone(),
                },
                admonition: None,
            };
            self.item_step(id, &node, &row.text, phase, option);
            if let Some(draft) = self.drafts.last_mut() {
                if let When::Trouble(trouble) = &row.when {
                    // What it is for is seen before what it does.
                    draft.step.title = format!("{trouble}: {}", draft.step.title);
                }
                for text in &row.beside {
                    take_text(&mut draft.step, text, &node);
                }
            }
        }
    }
}
