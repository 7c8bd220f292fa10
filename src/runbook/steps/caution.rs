//! Warnings that stand on steps, those that cancel a block, and lists that are no sequence.

use crate::runbook::phrases::Phrases;
use crate::runbook::{Risk, Step};

/// Words that take back what stands beside them.
static CANCELS: Phrases = Phrases::new(
    "do not run|do not use|do not execute|don't run|don't use|never run|never use|\
    must not be run|should not be run|legacy|deprecated|obsolete|no longer used|\
    no longer valid|for reference only|not run autonomously|nicht ausführen|veraltet|不要执行|\
    不要运行|请勿执行|已废弃|已弃用|実行しないで|非推奨|実行しない|실행하지 마|더 이상 사용|ne pas exécuter|obsolète|no ejecutar|\
    obsoleto|não execute|não executar|không chạy|không được chạy|не запускать|не выполняйте|\
    устарел",
);

/// Whether a text says that what stands beside it is not to be run as it is.
pub(super) fn cancels(text: &str) -> bool {
    CANCELS.any_in(text, 1000)
}

/// The warning that a title holds.
pub(super) fn of_title(title: &str) -> Option<String> {
    cancels(title).then(|| title.to_owned())
}

/// A cancelled step is never taken for one that only looks.
pub(in crate::runbook) fn raise(step: &mut Step) {
    let Some(said) = step.cautions.iter().find(|c| cancels(&c.text)) else {
        return;
    };
    let short: String = said.text.chars().take(80).collect();
    for block in step.blocks.iter_mut().filter(|b| b.is_runnable()) {
        if block.risk < Risk::Change {
            block.risk = Risk::Change;
        }
        block
            .reasons
            .push(format!("the runbook warns: \"{short}\""));
    }
}

/// "Two situations lead here", "this happens automatically": the list that follows is no sequence.
pub(in crate::runbook) fn announces_kinds(lead: &str) -> bool {
    static KINDS: Phrases = Phrases::new(
        "situations|cases:|scenarios|types of|kinds of|reasons|causes|conditions|possible|\
    following criteria|automatically|automatic process|no human|no manual|without human|\
    by itself|what happens|the script does|the script will|script performs|the operator will|\
    the controller will|the job|factors|principles|order of operations|this script:|the script:|the script does:|este script:|o script:|el script:|le script :|скрипт:|скрипт автоматически|脚本会|assumptions|概念|以下情况|自动|自動的|자동으로|\
    automatiquement|automáticamente|automaticamente|automatisch|tự động|автоматически",
    );
    KINDS.any(lead)
        && !lead.contains("steps")
        && !lead.contains("follow these")
        && !lead.contains("do the following")
}
