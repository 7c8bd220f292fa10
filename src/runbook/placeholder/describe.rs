//! What the text around a hole says of it.

use crate::runbook::{Line, Placeholder, inline};

/// Gives each hole what the text around says of it.
pub(in crate::runbook) fn describe(holes: &mut [Placeholder], block: &str, around: &[Line]) {
    for hole in holes
        .iter_mut()
        .take(40)
        .filter(|h| h.description.is_none())
    {
        let mentioned = around
            .iter()
            .take(60)
            .find(|line| mentions(&line.text, hole))
            .map(|line| sentence(&line.text, hole));
        hole.description = mentioned.or_else(|| {
            block.lines().take(200).find_map(|line| {
                let (code, comment) = line.split_once('#')?;
                let own_line = code.trim().is_empty() && mentions(comment, hole);
                let trailing = code.contains(&hole.spelling) && code.ends_with(' ');
                (own_line || trailing).then(|| inline::squeeze(comment))
            })
        });
    }
}

fn mentions(text: &str, hole: &Placeholder) -> bool {
    if hole.spelling == "..." || hole.name.len() < 2 {
        return false;
    }
    text.contains(&hole.spelling)
        || text.contains(&format!("`{}`", hole.name))
        || text.contains(&format!("${}", hole.name))
}

/// The sentence of a paragraph that names the hole.
fn sentence(text: &str, hole: &Placeholder) -> String {
    let at = text
        .find(&hole.spelling)
        .or_else(|| text.find(&hole.name))
        .unwrap_or(0);
    let start = text[..at].rfind(". ").map_or(0, |i| i + 2);
    let end = text[at..].find(". ").map_or(text.len(), |i| at + i);
    let words = inline::plain(&text[start..end]);
    let short: String = words.chars().take(160).collect();
    short
}
