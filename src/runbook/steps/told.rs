//! A scenario that nothing divides into steps: what its author tells is one step, done by hand.

use super::{Builder, Mode, is_fact, join, mode_of, phase_of};
use crate::runbook::plan::Planned;
use crate::runbook::scan::{Kind, Node};
use crate::runbook::{Phase, ScenarioKind};
use std::collections::HashSet;

impl Builder<'_> {
    /// "Run the rollback workflow. It finds the image by itself.": there is something to tick and to note on.
    pub(super) fn tell(&mut self, planned: &Planned) {
        if planned.kind != ScenarioKind::Recovery {
            return;
        }
        let shared = self.drafts.len();
        let outline = self.outline;
        let shown: HashSet<u32> = self.detection.iter().map(|line| line.line).collect();
        let mut told = HashSet::new();
        for id in &planned.parts {
            let section = outline.at(*id);
            let top = *id == planned.section;
            let phase = phase_of(&section.said).unwrap_or_default();
            if mode_of(&section.said, top) != Mode::Steps || !top && phase != Phase::Recovery {
                continue;
            }
            for node in &section.nodes {
                let Some(text) = words(node).filter(|_| !is_fact(node)) else {
                    continue;
                };
                if shown.contains(&node.line) || text.trim().is_empty() {
                    continue;
                }
                told.insert(node.line);
                if self.drafts.len() == shared {
                    self.item_step(*id, node, &text, Phase::Recovery, None);
                } else {
                    self.attach(node);
                }
            }
        }
        self.prose.retain(|line| !told.contains(&line.line));
    }
}

fn words(node: &Node) -> Option<String> {
    match &node.kind {
        Kind::Paragraph { lines } => Some(join(lines)),
        Kind::Item { text, .. } => Some(text.clone()),
        Kind::Heading { .. } | Kind::Fence(_) | Kind::Table { .. } | Kind::Rule => None,
    }
}
