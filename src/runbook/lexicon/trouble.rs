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
        if *token == "not" && is_negated_state(next) {
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
        ) || token.starts_with("failover")
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
    TROUBLES.any(lower) || is_wide_failure(lower)
}

/// What German puts behind the thing that is broken.
const GERMAN: [&str; 5] = ["ausfall", "störung", "verlust", "absturz", "fehler"];

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
    no puede|ne répond|ne démarre|ne fonctionne|не работает|не отвечает|не запуска|не подключ",
);

/// A failover names a failure in Chinese ("故障转移"), and is none.
fn is_wide_failure(lower: &str) -> bool {
    if lower.is_ascii() {
        return false;
    }
    let rest = lower.replace("故障转移", " ").replace("故障切换", " ");
    known().wide_failures.any(&rest)
}
