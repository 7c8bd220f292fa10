//! A step's words: title, condition and what else the author said, out of an item or a heading.

use crate::runbook::inline;
use crate::runbook::lexicon::{self, list};

/// The words of one step.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Words {
    pub title: String,
    pub condition: Option<String>,
    /// What follows the title in the same paragraph.
    pub rest: Option<String>,
}

/// Longer first paragraphs are cut at their first sentence.
const LONG: usize = 100;

/// Reads the raw text of an item.
pub(super) fn of_item(raw: &str) -> Words {
    let raw = raw.trim();
    let raw = raw
        .strip_prefix("[ ]")
        .or_else(|| raw.strip_prefix("[x]"))
        .unwrap_or(raw)
        .trim();
    if let Some((bold, rest)) = inline::bold_lead(raw) {
        let ends = bold.ends_with([':', '：', '.', '。', '?', '!']);
        let opens = rest.is_empty() || rest.starts_with([':', '：', '—', '–', '-', '.', '→', '\n']);
        if ends || opens {
            let rest = rest.trim_start_matches([':', '：', '—', '–', '-', '.', '→', ' ', '\n']);
            let mut words = of_title(&inline::plain(bold));
            let rest = inline::plain(rest);
            if !rest.is_empty() {
                words.rest = Some(rest);
            }
            return words;
        }
    }
    let plain = inline::plain(raw);
    if plain.chars().count() <= LONG {
        return of_title(&plain);
    }
    match sentence_end(&plain) {
        Some(end) if end < plain.len() => {
            let mut words = of_title(plain[..end].trim());
            let rest = plain[end..]
                .trim_start_matches(['.', ';', ' ', '。'])
                .trim();
            words.rest = (!rest.is_empty()).then(|| rest.to_owned());
            words
        }
        _ => of_title(&plain),
    }
}

fn sentence_end(plain: &str) -> Option<usize> {
    let mut previous = ' ';
    let mut chars = plain.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map_or(' ', |(_, c)| *c);
        let abbreviated = matches!(previous, 'g' | 'e')
            && plain[..at].ends_with(['g', 'e'])
            && (plain[..at].ends_with("e.g") || plain[..at].ends_with("i.e"));
        if matches!(c, '.' | ';' | '?' | '!') && next == ' ' && !abbreviated && at > 8
            || matches!(c, '。' | '；')
        {
            return Some(at);
        }
        previous = c;
    }
    None
}

/// Reads a plain title: a trailing colon goes, a bracketed condition becomes one.
pub(super) fn of_title(plain: &str) -> Words {
    let mut title = plain.trim().trim_end_matches([':', '：']).trim_end();
    let mut condition = None;
    if title.ends_with([')', '）'])
        && let Some(open) = title.rfind(['(', '（'])
    {
        let inner = title[open..].trim_matches(['(', ')', '（', '）']).trim();
        if is_condition(inner) && open > 0 {
            condition = Some(inner.to_owned());
            title = title[..open]
                .trim_end()
                .trim_end_matches([':', '：'])
                .trim_end();
        }
    }
    if condition.is_none() {
        condition = loose_condition(title);
    }
    let mut title = title.trim_end_matches(['.', '。']).trim_end().to_owned();
    // Checks and arrows that decorate a title.
    if let Some(stripped) = title.strip_prefix(['✅', '☑', '➡', '▶', '👉', '🔴', '🟡', '🟢'])
    {
        title = stripped.trim_start_matches(['\u{FE0F}', ' ']).to_owned();
    }
    Words {
        title,
        condition,
        rest: None,
    }
}

/// Whether a bracket says when something applies.
fn is_condition(inner: &str) -> bool {
    let lower = inner.to_lowercase();
    let opens = "if |when |unless |only |optional|where |as needed|as required|in case|otherwise|else|\
    when needed|alternative|last resort|recommended|preferred|wenn |falls |si |se |nếu |если |\
    如果|若|可选|如有|必要|オプション|必要|만약|선택|opcional|optionnel|facultatif|no |with |without ";
    inner.chars().count() <= 100
        && list(opens).any(|w| lower.starts_with(w))
        && !(lower.starts_with("with ") && lower.contains("replication"))
        && !lower.starts_with("no ")
        || lower.starts_with("no standby")
}

/// "… if necessary" at the end, or "If X, …" at the front; the title keeps its words.
fn loose_condition(title: &str) -> Option<String> {
    let lower = title.to_lowercase();
    if lower.len() != title.len() {
        return None;
    }
    for open in [
        "if ",
        "when ",
        "unless ",
        "wenn ",
        "falls ",
        "nếu ",
        "если ",
    ] {
        if lower.starts_with(open) {
            let end = title.find([',', ':', '—']).unwrap_or(title.len());
            return Some(title[..end].trim().to_owned());
        }
    }
    for middle in [" if ", " unless ", " when "] {
        if let Some(at) = lower.rfind(middle)
            && at > 3
        {
            let tail = title[at..].trim();
            let words = tail.split_whitespace().count();
            let asks = "check|verify|confirm|see|determine|test|identify|decide|assess|ask|know";
            let first = lower.split_whitespace().next().unwrap_or_default();
            if words <= 6
                && !list(asks).any(|w| w == first)
                && !lower[..at].ends_with("even")
                && !lower[..at].ends_with("check")
                && !lower[..at].ends_with("verify")
            {
                return Some(tail.to_owned());
            }
        }
    }
    None
}

/// Whether `second` says the opposite case of `first`: "if available" and "if no standby".
pub(super) fn excludes(first: &str, second: &str) -> bool {
    let negative = |text: &str| {
        let lower = text.to_lowercase();
        lower
            .split(|c: char| !c.is_alphanumeric() && c != '\'')
            .any(|w| {
                matches!(
                    w,
                    "no" | "not"
                        | "without"
                        | "otherwise"
                        | "else"
                        | "unless"
                        | "fails"
                        | "failed"
                        | "isn't"
                        | "doesn't"
                        | "cannot"
                        | "can't"
                        | "unavailable"
                        | "kein"
                        | "keine"
                        | "nicht"
                        | "sin"
                        | "sem"
                        | "sans"
                        | "не"
                        | "нет"
                        | "không"
                )
            })
            || lower.contains('无')
            || lower.contains("没有")
            || lower.contains('不')
    };
    !negative(first) && negative(second)
}

/// A heading's words, its number and step word taken off.
pub(super) fn of_heading(title: &str) -> Words {
    of_title(&lexicon::open(title).name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(raw: &str, title: &str, condition: Option<&str>, rest: Option<&str>) {
        let words = of_item(raw);
        assert_eq!(
            (
                words.title.as_str(),
                words.condition.as_deref(),
                words.rest.as_deref()
            ),
            (title, condition, rest)
        );
    }

    #[test]
    fn items() {
        check(
            "**Failover to Standby (if available):**",
            "Failover to Standby",
            Some("if available"),
            None,
        );
        check(
            "**Backup test:** restore to a test instance",
            "Backup test",
            None,
            Some("restore to a test instance"),
        );
        check("**Stop** the writers", "Stop the writers", None, None);
        check(
            "Replace failed nodes if necessary",
            "Replace failed nodes if necessary",
            Some("if necessary"),
            None,
        );
        check(
            "If the node is gone, replace it",
            "If the node is gone, replace it",
            Some("If the node is gone"),
            None,
        );
        check("Check if the pod runs", "Check if the pod runs", None, None);
        check(
            "`fly mpg backup list x` — note the newest",
            "fly mpg backup list x — note the newest",
            None,
            None,
        );
        check("Freeze changes.", "Freeze changes", None, None);
        check(
            "Restart it (optional)",
            "Restart it",
            Some("optional"),
            None,
        );
        check(
            "Identify the address from the log. For example, one of these lines names it: the last of them is the newest one of all.",
            "Identify the address from the log",
            None,
            Some(
                "For example, one of these lines names it: the last of them is the newest one of all.",
            ),
        );
    }

    #[test]
    fn opposites() {
        assert!(excludes("if available", "if no standby"));
        assert!(!excludes("if available", "if needed"));
    }
}
