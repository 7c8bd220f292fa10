//! A detection section: its bullets and sentences, and the commands that look.

use super::Builder;
use super::take::join;
use crate::runbook::scan::Kind;
use crate::runbook::{Line, Phase, Role, inline};

impl Builder<'_> {
    /// Bullets and sentences of a detection section; its commands are steps of the diagnosis.
    pub(super) fn detect(&mut self, id: usize) {
        let outline = self.outline;
        let mut caption: Option<(String, u32)> = None;
        for node in &outline.at(id).nodes {
            match &node.kind {
                Kind::Item { text, .. } => {
                    let words = inline::plain(text);
                    if !words.is_empty() {
                        caption = Some((text.clone(), node.line));
                        self.detection.push(Line {
                            text: words,
                            line: node.line,
                        });
                    }
                }
                Kind::Paragraph { lines } => {
                    let text = join(lines);
                    let words = inline::plain(&text);
                    caption = Some((text, node.line));
                    if !words.ends_with([':', '：']) && !words.is_empty() {
                        self.detection.push(Line {
                            text: words,
                            line: node.line,
                        });
                    }
                }
                Kind::Table { rows } => {
                    for row in rows.iter().skip(1) {
                        let words = row
                            .cells
                            .iter()
                            .map(|c| inline::plain(c))
                            .filter(|c| !c.is_empty())
                            .collect::<Vec<_>>()
                            .join(" · ");
                        self.detection.push(Line {
                            text: words,
                            line: row.line,
                        });
                    }
                }
                Kind::Fence(_) => {
                    if self
                        .blocks
                        .get(node.line)
                        .is_some_and(|b| matches!(b.role, Role::Command | Role::Query))
                    {
                        let (title, line) = caption.take().unwrap_or_default();
                        self.fence_step(node, id, Phase::Diagnosis, &title, line, None);
                    }
                }
                Kind::Heading { .. } | Kind::Rule => {}
            }
        }
    }
}
