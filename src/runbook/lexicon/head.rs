//! What a title's head noun says: a thought to read, a thing's portal or command line as a means.

/// "Failover architecture", "Stratégie de bascule", "ILM — politique": the head is a thought, whatever it is about.
pub(super) fn is_thought(tokens: &[&str], name: &str, whole: &str) -> bool {
    let behind_dash = ["—", "–", " - "]
        .iter()
        .find_map(|dash| whole.split_once(dash))
        .map(|(_, tail)| tail.split_whitespace().next().unwrap_or_default());
    let head = |token: &str| THOUGHTS.iter().any(|stem| token.starts_with(stem));
    let before = tokens
        .first()
        .is_some_and(|t| matches!(*t, "before" | "vor" | "antes" | "avant" | "перед" | "trước"));
    before
        || heads(tokens)
            .into_iter()
            .flatten()
            .any(|at| head(tokens[at]))
        || behind_dash.is_some_and(head)
        || WIDE_THOUGHTS
            .iter()
            .any(|end| name.trim_end().ends_with(end))
}

/// Where the head noun may stand: before the first word that joins an attribute, or last; in the Romance languages
/// first as well.
pub(super) fn heads(tokens: &[&str]) -> [Option<usize>; 2] {
    let joined = tokens.iter().position(|t| JOINS.contains(t));
    let last = joined.unwrap_or(tokens.len()).checked_sub(1);
    [last, joined.filter(|at| *at > 1).map(|_| 0)]
}

/// Where a noun's attributes begin that stand behind it.
const JOINS: [&str; 34] = [
    "of", "during", "after", "before", "while", "no", "na", "en", "em", "im", "au", "for", "in",
    "on", "from", "during", "de", "da", "do", "das", "dos", "del", "des", "du", "para", "pour",
    "der", "für", "von", "zur", "zum", "для", "по", "cho",
];

/// Stems of nouns that head something to read.
const THOUGHTS: [&str; 52] = [
    "script",
    "skript",
    "скрипт",
    "rules",
    "règles",
    "reglas",
    "regras",
    "regeln",
    "architect",
    "arquitect",
    "arquitet",
    "architek",
    "архитектур",
    "strateg",
    "estrat",
    "stratég",
    "стратеги",
    "topolog",
    "policy",
    "policies",
    "politique",
    "política",
    "politica",
    "richtlinie",
    "политик",
    "principle",
    "principe",
    "principio",
    "princípio",
    "prinzip",
    "принцип",
    "priorit",
    "prioridad",
    "приоритет",
    "order",
    "reihenfolge",
    "monitoring",
    "monitoreo",
    "monitoramento",
    "supervisión",
    "überwachung",
    "мониторинг",
    "overview",
    "capabilit",
    "philosoph",
    "consideration",
    "assumption",
    "guideline",
    "expectation",
    "matrix",
    "inventory",
    "conclusion",
];

const WIDE_THOUGHTS: [&str; 12] = [
    "架构",
    "策略",
    "优先级",
    "顺序",
    "机制",
    "監視",
    "优先顺序",
    "優先順位",
    "戦略",
    "아키텍처",
    "전략",
    "우선순위",
];

/// "From the portal", "via CLI": the same thing by other means.
pub(super) fn is_by_means(tokens: &[&str]) -> bool {
    let by = tokens.iter().any(|t| BY.contains(t));
    let means = tokens.last().is_some_and(|t| MEANS.contains(t));
    by && means
}

const BY: [&str; 21] = [
    "via",
    "by",
    "using",
    "with",
    "from",
    "through",
    "por",
    "pelo",
    "pela",
    "con",
    "com",
    "desde",
    "depuis",
    "par",
    "avec",
    "mit",
    "über",
    "через",
    "từ",
    "bằng",
    "qua",
];

const MEANS: [&str; 14] = [
    "portal",
    "cli",
    "console",
    "gui",
    "ui",
    "dashboard",
    "api",
    "konsole",
    "consola",
    "консоль",
    "панель",
    "web",
    "terminal",
    "kubectl",
];
