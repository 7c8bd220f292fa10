//! Lines of HTML inside a document.

/// A line that opens with a block-level HTML tag: its name, and the line.
pub(super) fn html_block(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix('<')?;
    let name_start = rest.strip_prefix('/').unwrap_or(rest);
    let end = name_start.find(|c: char| !c.is_ascii_alphanumeric())?;
    let name = &name_start[..end];
    let known = [
        "details", "summary", "div", "p", "br", "center", "img", "table", "thead", "tbody", "tr",
        "td", "th", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "section", "hr", "ul", "ol", "li",
        "picture", "source", "svg", "video", "span", "tabs", "tabitem", "tab",
    ];
    let found = known.iter().find(|k| k.eq_ignore_ascii_case(name))?;
    // `<details><summary>Title</summary>` on one line is its summary.
    if let Some(at) = text.find("<summary") {
        return Some(("summary", &text[at..]));
    }
    Some((found, text))
}

/// A line of HTML without any tag, entities resolved.
pub(super) fn strip_tags(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        match rest[at..].find('>') {
            Some(end) => rest = &rest[at + end + 1..],
            None => {
                rest = &rest[at + 1..];
            }
        }
    }
    out.push_str(rest);
    out.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}
