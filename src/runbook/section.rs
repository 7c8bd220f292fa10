//! The words of one section as its author wrote them, for whoever follows a link to it.

use super::scan::{Kind, scan};
use super::{front_matter, source};

/// More lines than anybody reads in a window.
const MOST: usize = 500;

/// The lines of the section that `line` (1-based) stands in, from its heading to the next of its level; `None` where
/// the document is not that long. A longer one ends with how many lines are left out.
pub fn section(document: &[u8], line: u32) -> Option<Vec<String>> {
    let (text, mut warnings) = source::read(document);
    let front = front_matter::read(&text, &mut warnings);
    let headings: Vec<(u32, u8)> = scan(&text, front.from, &mut warnings)
        .into_iter()
        .filter_map(|node| match node.kind {
            Kind::Heading { level, .. } => Some((node.line, level)),
            Kind::Paragraph { .. }
            | Kind::Item { .. }
            | Kind::Fence(_)
            | Kind::Table { .. }
            | Kind::Rule => None,
        })
        .collect();
    let at = headings.iter().rposition(|&(start, _)| start <= line);
    let body = u32::try_from(front.from).unwrap_or(u32::MAX) + 1;
    let (first, level) = at.map_or((body, 0), |at| headings[at]);
    let end = headings[at.map_or(0, |at| at + 1)..]
        .iter()
        .find(|&&(_, other)| other <= level || level == 0)
        .map(|&(start, _)| start);
    let lines: Vec<&str> = text.split('\n').collect();
    let last = end.map_or(lines.len(), |end| end as usize - 1);
    if line as usize > lines.len() {
        return None;
    }
    let mut section: Vec<String> = lines
        .get(first as usize - 1..last)
        .unwrap_or_default()
        .iter()
        .map(|line| line.replace('\t', "    "))
        .collect();
    while section.last().is_some_and(|line| line.trim().is_empty()) {
        section.pop();
    }
    if section.len() > MOST {
        let more = section.len() - MOST;
        section.truncate(MOST);
        section.push(format!("… and {more} more lines"));
    }
    Some(section)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(document: &str, line: u32, expected: Option<&str>) {
        let found = section(document.as_bytes(), line).map(|lines| lines.join("\n"));
        assert_eq!(found.as_deref(), expected, "line {line} of\n{document}");
    }

    #[test]
    fn a_section_ends_where_the_next_of_its_level_begins() {
        let text =
            "# T\n\nfirst\n\n## A\n\n```sh\n# no heading\n```\n\n### B\n\n- b\n\n## C\n\nc\n";
        check(
            text,
            5,
            Some("## A\n\n```sh\n# no heading\n```\n\n### B\n\n- b"),
        );
        check(
            text,
            8,
            Some("## A\n\n```sh\n# no heading\n```\n\n### B\n\n- b"),
        );
        check(text, 11, Some("### B\n\n- b"));
        check(text, 17, Some("## C\n\nc"));
        check(text, 99, None);
        check("Title\n=====\n\nwords\n", 2, Some("Title\n=====\n\nwords"));
    }

    #[test]
    fn what_stands_before_the_first_heading_is_a_section_too() {
        check("---\nowner: ana\n---\nfirst\n\n# T\n", 4, Some("first"));
        check("", 1, Some(""));
    }

    #[test]
    fn a_long_section_says_what_is_left_out() {
        let found =
            section(format!("# T\n{}", "line\n".repeat(600)).as_bytes(), 1).unwrap_or_default();
        assert_eq!(found.len(), MOST + 1);
        assert_eq!(
            found.last().map(String::as_str),
            Some("… and 101 more lines")
        );
    }
}
