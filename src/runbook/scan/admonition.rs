//! Notes and warnings: what their names and first words mean.

/// What a note, warning or tip is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::runbook) enum Admonition {
    Note,
    Warning,
}

/// What a note's name means: `warning`, `{.callout-important}`, `danger "Title"`.
pub(in crate::runbook) fn admonition(name: &str) -> Option<Admonition> {
    let lower = name.to_lowercase();
    let word = lower
        .split(|c: char| !c.is_alphanumeric())
        .find(|w| !w.is_empty() && *w != "callout" && *w != "admonition")?;
    match word {
        "warning" | "warn" | "caution" | "danger" | "important" | "attention" | "critical"
        | "error" | "alert" | "achtung" | "warnung" | "attenzione" | "advertencia" | "peligro"
        | "precaución" | "aviso" | "cuidado" | "avertissement" | "警告" | "注意" | "危险"
        | "危険" | "경고" | "주의" | "внимание" | "опасно" => {
            Some(Admonition::Warning)
        }
        "note"
        | "info"
        | "tip"
        | "hint"
        | "success"
        | "seealso"
        | "example"
        | "question"
        | "abstract"
        | "note_"
        | "hinweis"
        | "nota"
        | "remarque"
        | "提示"
        | "说明"
        | "备注"
        | "참고"
        | "примечание" => Some(Admonition::Note),
        _ => None,
    }
}

/// What a quote's or paragraph's first words say: `[!WARNING]`, `**Caution:**`, `⚠️ …`, `NOTE: …`.
pub(in crate::runbook) fn admonition_lead(text: &str) -> Option<Admonition> {
    let text = text.trim();
    if text.starts_with(['⚠', '🚨', '☠', '⛔', '🛑']) {
        return Some(Admonition::Warning);
    }
    if let Some(rest) = text.strip_prefix("[!") {
        return admonition(rest.split(']').next().unwrap_or_default());
    }
    let lead = text.trim_start_matches(|c: char| c == '*' || c == '_' || !c.is_alphanumeric());
    let end = lead.find(|c: char| !c.is_alphanumeric())?;
    let after = lead[end..].trim_start_matches(['*', '_', ' ']);
    let said =
        after.starts_with([':', '：', '!', '—', '-']) || text.starts_with("**") && after.is_empty();
    said.then(|| admonition(&lead[..end])).flatten()
}
