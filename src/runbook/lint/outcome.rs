//! Steps that do not say what one should see, and blocks nobody can tell the meaning of.

use super::page::Page;
use super::rule::{Report, Rule, Severity};
use super::steps::verifies;
use crate::runbook::{Role, Scenario, Step};

pub(super) const OUTCOME: Rule = Rule {
    name: "step-without-outcome",
    severity: Severity::Note,
    finds: "a step with commands that does not say what one should see",
    why: "at 3 a.m. nobody remembers what this prints when all is well, so nobody can tell that it is not",
};
pub(super) const ROLE: Rule = Rule {
    name: "block-not-understood",
    severity: Severity::Note,
    finds: "a block in a recovery that is neither clearly a command nor clearly something to read",
    why: "it is shown and never run: the responder has to copy it by hand, or to know that it is only an example",
};
pub(super) const RULES: &[&Rule] = &[&OUTCOME, &ROLE];

/// Words with which people say what to look for.
const SAYS: &str = "expect|should |shows|show |prints|returns|return |output|reports|until |must |look for|you see|you will see|\
    means|indicates|if the|if there|if it|if any|if no|healthy|ready|running|green|success|fails|no errors|=|->|→|✓|\
    期望|预期|应该|显示|返回|輸出|输出|正常|期待|表示|はず|確認|출력|예상|정상|erwart|zeigt|sollte|attendu|devrait|affiche|esperad|debe|\
    muestra|ожида|должен|должн|показ|kết quả|phải|hiển thị|esperado|deve";

pub(super) fn check(page: &Page<'_>, report: &mut Report<'_>) {
    for scenario in page.recoveries() {
        for (index, step) in scenario.steps.iter().enumerate() {
            for block in step
                .blocks
                .iter()
                .filter(|block| block.role == Role::Unknown)
            {
                report.add(
                    &ROLE,
                    block.line,
                    format!("step {}: it is not clear whether this block is to be run", step.number),
                    "label the fence: ```bash or ```sql for what is run, ```text for what is only read",
                );
            }
            let runs = step.blocks.iter().any(crate::runbook::Block::is_runnable);
            if runs && !has_outcome(page, scenario, index) {
                report.add(
                    &OUTCOME,
                    step.line,
                    format!("step {} \"{}\" does not say what one should see", step.number, step.title),
                    "add a line such as \"Expected: …\" with what it prints when all is well, and what to do when not",
                );
            }
        }
    }
}

fn has_outcome(page: &Page<'_>, scenario: &Scenario, index: usize) -> bool {
    let step = &scenario.steps[index];
    let says = |text: &str| {
        let lower = text.to_lowercase();
        crate::runbook::lexicon::list(SAYS).any(|word| lower.contains(word))
    };
    let shown = step.blocks.iter().any(|block| {
        block.expected.is_some() || block.role == Role::Output || block.attributes.verify.is_some()
    });
    let comments = step
        .blocks
        .iter()
        .flat_map(|block| block.text.lines())
        .filter_map(|line| line.split_once('#').map(|(_, comment)| comment));
    let said = step.prose.iter().any(|line| says(&line.text)) || comments.into_iter().any(says);
    // What waits, or filters for one thing, says by itself what it wants.
    let waits = page.texts_of(step).any(|shell| {
        shell.calls.iter().any(|call| {
            call.begins(&["wait"]) && matches!(&*call.program, "kubectl" | "oc")
                || call.begins(&["rollout", "status"])
                || matches!(&*call.program, "pg_isready" | "await_startup")
                || call.has(&["--wait", "--fail", "--fail-with-body"])
        })
    });
    // A change is proven by the look that follows it.
    let proven = scenario
        .steps
        .get(index + 1)
        .is_some_and(|next| verifies(next) && !verifies(step))
        && changes(step);
    shown || said || waits || proven
}

fn changes(step: &Step) -> bool {
    step.blocks
        .iter()
        .any(|block| block.is_runnable() && block.risk > crate::runbook::Risk::Read)
}
