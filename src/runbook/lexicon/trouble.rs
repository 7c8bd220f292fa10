//! Whether a title names something that is broken, or speaks of an emergency.

use super::{key, known};
use crate::runbook::phrases::Phrases;

pub(super) fn is_failure(tokens: &[&str], lower: &str) -> bool {
    for (i, token) in tokens.iter().enumerate().take(40) {
        let broken = known().failures.contains(token)
            || GERMAN.iter().any(|end| token.ends_with(end))
            || known()
                .failure_stems
                .get(&key(token))
                .is_some_and(|stems| stems.iter().any(|stem| token.starts_with(stem)));
        let next = tokens.get(i + 1).copied().unwrap_or_default();
        if *token == "not" && is_negated_state(next) || is_negation(token, next) && !asks(tokens) {
            return true;
        }
        if !broken {
            continue;
        }
        let previous = i.checked_sub(1).map(|p| tokens[p]).unwrap_or_default();
        let excepted = matches!(
            (*token, next),
            (
                "high" | "highly",
                "availability" | "available" | "level" | "priority"
            ) | ("alta", "disponibilidad" | "disponibilidade")
                | ("высокая" | "высокой", "доступность" | "доступности")
                | ("low", "priority" | "level" | "risk")
        ) || *token == "full" && i == 0 && is_whole_thing(next)
            || token.starts_with("failover")
            || token.starts_with("failback")
            || *token == "errors" && next == "budget"
            || (*token == "error" && next == "budget")
            || (*token == "down"
                && matches!(
                    previous,
                    "scale"
                        | "scaling"
                        | "shut"
                        | "spin"
                        | "break"
                        | "drill"
                        | "step"
                        | "tear"
                        | "count"
                        | "write"
                ))
            || (*token == "lost" && next == "found");
        if !excepted {
            return true;
        }
    }
    TROUBLES.any(lower) || is_wide_failure(lower) || is_suspicion(tokens, lower)
}

/// "Is the status SyncFailed?": asked, because it may be what is wrong.
fn is_suspicion(tokens: &[&str], lower: &str) -> bool {
    let asked = matches!(tokens, ["is" | "are" | "has" | "have", next, ..]
        if !matches!(*next, "it" | "this" | "that" | "there" | "my" | "i" | "we" | "you"));
    asked && tokens.len() > 2 && lower.trim_end().ends_with('?')
}

/// Whether more than a word says that something does not do its work.
pub(super) fn is_negated(lower: &str) -> bool {
    TROUBLES.any(lower)
}

/// What German puts behind the thing that is broken.
const GERMAN: [&str; 5] = ["ausfall", "störung", "verlust", "absturz", "fehler"];

/// "Full system backup": all of it.
fn is_whole_thing(next: &str) -> bool {
    matches!(next, "system" | "data" | "database" | "manual") || next.starts_with("backup")
}

/// "Бот не отправляет", "O site não abre": what does not do its work.
fn is_negation(token: &str, next: &str) -> bool {
    const SPARED: [&str; 22] = [
        "gian",
        "cần",
        "bao",
        "nên",
        "тре",
        "нуж",
        "надо",
        "потріб",
        "вход",
        "включ",
        "дела",
        "робити",
        "критич",
        "fazer",
        "faça",
        "inclu",
        "cobert",
        "crític",
        "enthalten",
        "abgedeckt",
        "nötig",
        "tun",
    ];
    matches!(token, "не" | "não" | "nicht" | "không")
        && !next.is_empty()
        && !SPARED.iter().any(|stem| next.starts_with(stem))
}

/// "Что не восстанавливается", "O que não …": what is left out.
fn asks(tokens: &[&str]) -> bool {
    matches!(
        tokens.first().copied().unwrap_or_default(),
        "что" | "чего" | "що" | "чого" | "почему" | "чому" | "o" | "was" | "warum" | "por"
    )
}

/// "Certificate not renewing", "PVC not restored"; what is "not covered" is no failure.
fn is_negated_state(next: &str) -> bool {
    let state = ["ing", "ed", "able", "ible"]
        .iter()
        .any(|end| next.ends_with(end));
    matches!(next, "up" | "ready" | "found" | "sent" | "in" | "healthy")
        || state
            && !matches!(
                next,
                "required"
                    | "needed"
                    | "covered"
                    | "included"
                    | "supported"
                    | "recommended"
                    | "implemented"
                    | "automated"
                    | "tested"
                    | "applicable"
                    | "recoverable"
                    | "allowed"
                    | "going"
            )
}

/// "Emergency restart", "Incident procedure", 问题.
pub(super) fn is_urgent(tokens: &[&str], lower: &str) -> bool {
    tokens.iter().any(|t| {
        known().urgent.contains(t)
            || t.starts_with("notfall") && !t.starts_with("notfallübung")
            || t.starts_with("авари")
    }) || known().wide_urgent.any(lower)
}

/// What is broken in more than a word, and Kubernetes-style trouble written in one.
static TROUBLES: Phrases = Phrases::new(
    "not ready|in a loop|em loop|en bucle|en boucle|sin espacio|no autorizad|não conseg|não pode|hết hạn|trễ cao|tải cao|cpu cao|bộ nhớ cao|rò rỉ|thất bại|không phản|không được|\
    não sincron|no sincron|не синхрон|not working|not responding|not starting|not found|not available|not delivered|not running|\
    not syncing|not reachable|not accepting|not scheduled|split brain|crashloop|imagepull|oomkill|notready|\
    unhealthy|evicted|out of sync|out of memory|out of disk|out of space|doesn't|does not|is gone|fuera de servicio|\
    não está|não funciona|não responde|não inicia|não sobe|não existe|não conecta|não restaura|não abre|não carrega|\
    não autoriz|não encontr|nicht erreichbar|nicht verfügbar|nicht möglich|nicht mehr|startet nicht|nicht gefunden|\
    funktioniert nicht|antwortet nicht|không hoạt|không thể|không khởi|không kết nối|не удается|не удаётся|не доступ|\
    не открыва|не загружа|не грузит|не может|\
    fora do ar|hors service|en panne|no responde|no funciona|no arranca|no inicia|no conecta|no carga|no se |\
    no puede|ne répond|ne démarre|ne fonctionne|не работает|не отвечает|не запуска|не подключ|\
    is red|are red|not going through|quá ngắn|quá nhiều|quá tải|quá lâu|quá lớn|restart liên tục|lại liên tục|no arrancan|no llega|no envía|non funziona|non risponde|non parte|non si avvia",
);

/// A failover names a failure in Chinese ("故障转移"), and is none.
fn is_wide_failure(lower: &str) -> bool {
    if lower.is_ascii() {
        return false;
    }
    let rest = lower.replace("故障转移", " ").replace("故障切换", " ");
    known().wide_failures.any(&rest) || is_wide_negation(&rest)
}

/// 页面打不开, 没有数据: what does not do its work; 不停机 is meant to be.
fn is_wide_negation(lower: &str) -> bool {
    const SPARED: [&str; 19] = [
        "不停机",
        "不停服",
        "不中断",
        "不变",
        "不可变",
        "不包含",
        "不包括",
        "不含",
        "不影响",
        "不要",
        "不需",
        "不会",
        "不在",
        "无损",
        "无需",
        "无停机",
        "无状态",
        "没有必要",
        "只",
    ];
    let negated = ["不", "无", "没有"].iter().any(|w| lower.contains(w));
    negated && !SPARED.iter().any(|w| lower.contains(w))
}
