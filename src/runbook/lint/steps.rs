//! Steps that destroy: is there a look afterwards, and a way back?

use super::page::Page;
use super::rule::{Report, Rule, Severity};
use crate::runbook::lexicon::{self, Topic};
use crate::runbook::{Phase, Risk, Scenario, Step};

pub(super) const UNVERIFIED: Rule = Rule {
    name: "destroy-unverified",
    severity: Severity::Warning,
    finds: "a step that destroys, and nothing after it that looks whether it went well",
    why: "the responder goes on, or goes to bed, on data that nobody has looked at",
};
pub(super) const NO_WAY_BACK: Rule = Rule {
    name: "no-way-back",
    severity: Severity::Warning,
    finds: "a step that destroys, without a backup before it, an undo, or a word that there is none",
    why: "it cannot be taken back, and the one who presses the key has to find that out alone",
};
pub(super) const RULES: &[&Rule] = &[&UNVERIFIED, &NO_WAY_BACK];

pub(super) fn check(page: &Page<'_>, report: &mut Report<'_>) {
    for scenario in page.recoveries() {
        for (index, step) in scenario.steps.iter().enumerate() {
            let Some((line, reason)) = destruction(step) else {
                continue;
            };
            if step.phase == Phase::Rollback {
                continue;
            }
            // One finding for what one look at the end would mend: at the last step that destroys.
            let destroys_again = scenario.steps[index + 1..]
                .iter()
                .any(|later| destroys(later) && later.branch == step.branch);
            if !destroys_again && !looks_after(page, scenario, index) {
                report.add(
                    &UNVERIFIED,
                    line,
                    format!(
                        "after step {} ({reason}) nothing in \"{}\" looks whether all is well",
                        step.number, scenario.title
                    ),
                    "add a step that shows whether the service and its data are back",
                );
            }
            if !stops(reason) && !has_way_back(page, scenario, index) {
                report.add(
                    &NO_WAY_BACK,
                    line,
                    format!("step {} ({reason}) has no way back, and does not say so", step.number),
                    "take a backup in a step before it, or say in the step how it is undone, or that it cannot be",
                );
            }
        }
    }
}

/// The line and the reason of the first block that destroys for certain, and more than a single file.
fn destruction(step: &Step) -> Option<(u32, &str)> {
    let mut runs = step
        .blocks
        .iter()
        .filter(|block| block.is_runnable() && block.risk == Risk::Destroy);
    runs.find_map(|block| {
        let reason = block.reasons.first()?;
        let doubtful = reason.contains(" may ");
        let said = reason.split('`').nth(1).unwrap_or("");
        let one_file = said.starts_with("rm ") && !said.contains(" -");
        (!doubtful && !one_file).then_some((block.line, &**reason))
    })
}

fn destroys(step: &Step) -> bool {
    destruction(step).is_some()
}

/// What is stopped is started again.
fn stops(reason: &str) -> bool {
    reason.contains("until somebody starts it")
        || reason.contains("stops every pod")
        || reason.contains("stops a service")
}

/// Whether some step of a scenario destroys, and nothing looks afterwards.
pub(super) fn is_unverified(page: &Page<'_>, scenario: &Scenario) -> bool {
    let steps = scenario.steps.iter().enumerate();
    steps
        .filter(|(_, step)| destroys(step) && step.phase != Phase::Rollback)
        .any(|(index, _)| !looks_after(page, scenario, index))
}

/// Words of looking afterwards.
const LOOKS: &str = "verify|verif|check|confirm|validat|test |ensure|monitor|health|smoke|watch|observe|make sure|检查|确认|验证|\
    驗證|確認|検証|확인|검증|prüf|vérif|comprob|провер|kiểm tra|xác nhận|xác minh|contrôl|comprueb|valida";

/// Whether a step is there to see how things are.
pub(in crate::runbook) fn verifies(step: &Step) -> bool {
    let said = lexicon::say(&step.title);
    let title = step.title.to_lowercase();
    step.phase == Phase::Verification
        || said.is(Topic::Verification)
        || lexicon::list(LOOKS).any(|word| title.contains(word))
}

/// Something after the step, or at its own end, that looks.
pub(super) fn looks_after(page: &Page<'_>, scenario: &Scenario, index: usize) -> bool {
    let step = &scenario.steps[index];
    let later = scenario.steps[index + 1..].iter().any(|later| {
        let reads = later
            .blocks
            .iter()
            .any(|block| block.is_runnable() && block.risk == Risk::Read);
        let excluded = step.branch.is_some()
            && later.branch.as_ref().map(|branch| &branch.group)
                == step.branch.as_ref().map(|branch| &branch.group);
        // What a person does counts when it is said to be a look.
        !excluded && (verifies(later) || reads || says_look(later))
    });
    let own = step
        .blocks
        .iter()
        .any(|block| block.attributes.verify.is_some())
        || page.texts_of(step).any(|shell| {
            // In the same text, behind everything that changes.
            shell
                .calls
                .last()
                .is_some_and(|last| is_look(&last.program, &last.words))
        })
        || step
            .blocks
            .last()
            .is_some_and(|block| block.risk == Risk::Read && step.blocks.len() > 1)
        || says_look(step);
    later || own
}

fn says_look(step: &Step) -> bool {
    let comments = step
        .blocks
        .iter()
        .flat_map(|block| block.text.lines())
        .filter(|line| line.trim_start().starts_with('#'));
    let words = step
        .prose
        .iter()
        .map(|line| &*line.text)
        .chain(comments)
        .chain(step.inline.iter().map(|line| &*line.text));
    let mut words = words.map(str::to_lowercase);
    words.any(|text| lexicon::list(LOOKS).any(|word| text.contains(word)))
}

/// A command that only looks, or waits until something is so.
pub(super) fn is_look(program: &str, words: &[String]) -> bool {
    let verb = words.first().map_or("", String::as_str);
    match program {
        "kubectl" | "oc" => {
            matches!(verb, "get" | "describe" | "wait" | "logs" | "top")
                || verb == "rollout" && words.get(1).is_some_and(|word| word == "status")
        }
        "systemctl" => matches!(verb, "status" | "is-active" | "show"),
        "curl" | "pg_isready" | "grep" | "ls" | "df" | "test" | "[" | "diff" | "cmp" => true,
        "psql" => words
            .iter()
            .any(|word| word.to_lowercase().starts_with("select")),
        "docker" | "podman" | "docker-compose" => words
            .iter()
            .take(2)
            .any(|word| matches!(word.as_str(), "ps" | "inspect" | "logs")),
        _ => false,
    }
}

/// Words that say how to go back, or that there is no way.
const BACK: &str = "undo|roll back|rollback|roll-back|rolled back|revert|restore|restoring|restored|cannot be undone|\
    can't be undone|can not be undone|irreversible|no way back|cannot be reversed|cannot be recovered|\
    permanently|data loss|is lost|are lost|will be lost|lose |losing|back up|backup|back-up|snapshot|scale back|\
    scale up|start again|restart|bring back|回滚|恢复|备份|復元|ロールバック|バックアップ|롤백|복원|백업|rückgängig|\
    wiederherstell|restaur|sauvegard|revenir|annuler|copia de seguridad|откат|восстанов|резерв|khôi phục|sao lưu";

/// Titles of what is there to take something away.
const REMOVES: &str = "remov|decommission|delet|purg|wipe|drop |tear down|retire|destroy|uninstall|supprim|entfern|eliminar|удал|删除|削除|삭제";

fn has_way_back(page: &Page<'_>, scenario: &Scenario, index: usize) -> bool {
    let step = &scenario.steps[index];
    let title = format!("{} {}", scenario.title, step.title).to_lowercase();
    if lexicon::list(REMOVES).any(|word| title.contains(word)) {
        return true;
    }
    let says = |text: &str| {
        let lower = text.to_lowercase();
        lexicon::list(BACK).any(|word| lower.contains(word))
    };
    let of_step = |step: &Step| {
        let prose = step.prose.iter().chain(&step.cautions).chain(&step.inline);
        says(&step.title) || prose.into_iter().any(|line| says(&line.text))
    };
    let comments = step.blocks.iter().flat_map(|block| block.text.lines());
    let by_attribute = step
        .blocks
        .iter()
        .any(|block| block.attributes.rollback.is_some());
    let own = by_attribute || of_step(step) || comments.into_iter().any(says);
    // Scaled to nothing and up again is no loss.
    let stops_only = step
        .blocks
        .iter()
        .filter(|block| block.risk == Risk::Destroy)
        .all(|block| {
            block
                .reasons
                .first()
                .is_some_and(|reason| reason.contains("replicas=0"))
        });
    let scales_up = stops_only
        && scenario.steps[index..].iter().any(|later| {
            page.texts_of(later).any(|shell| {
                shell.calls.iter().any(|call| {
                    let again = call.begins(&["scale"]) && call.value(&["--replicas"]) != Some("0");
                    again
                        || matches!(
                            call.words.first().map(String::as_str),
                            Some("apply" | "rollout")
                        )
                })
            })
        });
    let around = scenario
        .steps
        .iter()
        .enumerate()
        .any(|(other, at)| other != index && (at.phase == Phase::Rollback || of_step(at)));
    let prose = scenario.prose.iter().any(|line| says(&line.text));
    own || scales_up || around || prose
}
