//! Drafts → steps: numbers, branches, what is manual, descriptions of holes.

use super::{Built, Draft, title};
use crate::runbook::{Branch, Line, Role, Step, placeholder};

/// Settles what can only be known when all steps are there.
pub(super) fn finish(
    mut drafts: Vec<Draft>,
    detection: Vec<Line>,
    mut prose: Vec<Line>,
    pending: Vec<Line>,
) -> Built {
    if let Some(last) = drafts.last_mut() {
        last.step.cautions.extend(pending);
    } else {
        prose.extend(pending);
    }
    number(&mut drafts);
    branch(&mut drafts);
    let mut steps: Vec<Step> = drafts.into_iter().map(|d| d.step).collect();
    for step in &mut steps {
        settle(step);
    }
    Built {
        detection,
        steps,
        prose,
    }
}

/// The document's ordinals where they count up all the way, else a count of our own.
fn number(drafts: &mut [Draft]) {
    let mut last = 0;
    let counts_up = drafts.iter().all(|d| {
        let up = d.ordinal.is_some_and(|n| n > last);
        last = d.ordinal.unwrap_or(last);
        up
    });
    for (i, draft) in drafts.iter_mut().enumerate() {
        let count = u32::try_from(i).unwrap_or(u32::MAX - 1) + 1;
        let number = if counts_up {
            draft.ordinal.unwrap_or(count)
        } else {
            count
        };
        draft.step.number = number.to_string();
    }
}

/// Neighbours that are alternatives share a group.
fn branch(drafts: &mut [Draft]) {
    let mut group = 0;
    let mut i = 0;
    while i < drafts.len() {
        let Some((key, _)) = drafts[i].alternative.clone() else {
            i += 1;
            continue;
        };
        let end = (i..drafts.len())
            .find(|k| {
                drafts[*k]
                    .alternative
                    .as_ref()
                    .is_none_or(|(other, _)| *other != key)
            })
            .unwrap_or(drafts.len());
        let first = drafts[i]
            .alternative
            .as_ref()
            .map(|(_, option)| option.clone());
        let several = drafts[i..end]
            .iter()
            .any(|d| d.alternative.as_ref().map(|(_, o)| o) != first.as_ref());
        if several {
            group += 1;
        }
        // What holds for every step stands in the scenario's title.
        let all = i == 0 && end == drafts.len();
        for draft in &mut drafts[i..end] {
            let Some((_, option)) = draft.alternative.clone() else {
                continue;
            };
            if several {
                draft.step.branch = Some(Branch {
                    group: format!("branch-{group}"),
                    option,
                });
            } else if draft.step.condition.is_none() && !all {
                let lower = option.to_lowercase();
                let conditional = lower.starts_with("if ")
                    || lower.starts_with("when ")
                    || lower.starts_with("otherwise");
                draft.step.condition = conditional.then_some(option);
            }
        }
        i = end;
    }
    // "(if available)" followed by "(if no standby)".
    for i in 1..drafts.len() {
        let (before, after) = drafts.split_at_mut(i);
        let (Some(first), second) = (before.last_mut(), &mut after[0]) else {
            continue;
        };
        let (Some(one), Some(other)) =
            (first.step.condition.clone(), second.step.condition.clone())
        else {
            continue;
        };
        if first.step.branch.is_none()
            && second.step.branch.is_none()
            && title::excludes(&one, &other)
        {
            group += 1;
            for (step, option) in [(&mut first.step, one), (&mut second.step, other)] {
                step.branch = Some(Branch {
                    group: format!("branch-{group}"),
                    option,
                });
            }
        }
    }
}

fn settle(step: &mut Step) {
    let last_block = step.blocks.iter().map(|b| b.end_line).max().unwrap_or(0);
    step.end_line = step.end_line.max(last_block).max(step.line);
    let runs = step
        .blocks
        .iter()
        .any(|b| matches!(b.role, Role::Command | Role::Query));
    step.manual = !runs && step.inline.is_empty();
    let mut around: Vec<Line> = vec![Line {
        text: step.title.clone(),
        line: step.line,
    }];
    around.extend(step.prose.iter().take(50).cloned());
    for block in &mut step.blocks {
        if !block.holes.is_empty() {
            placeholder::describe(&mut block.holes, &block.text, &around);
        }
    }
    super::raise(step);
}
