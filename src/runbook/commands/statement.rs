//! Physical lines → statements: `\\` at the end, an open quote, a heredoc.

use std::borrow::Cow;

/// Lines joined where one goes on: `\` at the end, an open quote, a heredoc.
pub(in crate::runbook) fn logical_lines<'t>(lines: &[&'t str]) -> Vec<Vec<&'t str>> {
    let mut out: Vec<Vec<&str>> = Vec::new();
    let mut open = Open::default();
    let mut current: Vec<&str> = Vec::new();
    for line in lines {
        current.push(line);
        if !open.goes_on(line, current.len() == 1) {
            out.push(std::mem::take(&mut current));
        }
    }
    if !current.is_empty() {
        out.push(current);
    }
    out
}

/// Whether a statement is all there is on its line.
pub(in crate::runbook) fn is_one_line(lines: &[&str]) -> bool {
    matches!(lines, [only] if !only.trim_end().ends_with('\\'))
}

/// The statement's lines as one, as far as its program can stand.
pub(in crate::runbook) fn joined<'t>(lines: &[&'t str]) -> Cow<'t, str> {
    if let [only] = lines
        && is_one_line(lines)
    {
        return Cow::Borrowed(only);
    }
    let mut out = String::new();
    for line in lines.iter().take(12) {
        let text = line.trim_end();
        // How far a continuation is indented is no gap between columns.
        let text = if out.is_empty() {
            text
        } else {
            text.trim_start()
        };
        out.push_str(text.strip_suffix('\\').unwrap_or(text).trim_end());
        out.push(' ');
        if !text.ends_with('\\') || out.len() > 2000 {
            break;
        }
    }
    Cow::Owned(out)
}

/// What a shell line leaves open for the next.
#[derive(Debug, Default)]
pub(in crate::runbook) struct Open {
    quote: Option<char>,
    heredoc: Option<String>,
}

impl Open {
    /// Whether the statement goes on in the next line.
    pub(in crate::runbook) fn goes_on(&mut self, line: &str, first: bool) -> bool {
        if let Some(end) = &self.heredoc {
            if line.trim() == end {
                self.heredoc = None;
            }
            return self.heredoc.is_some();
        }
        if first && line.trim_start().starts_with('#') {
            return false;
        }
        self.heredoc = self.read(line);
        let trimmed = line.trim_end();
        self.heredoc.is_some()
            || self.quote.is_some()
            || trimmed.ends_with('\\') && !trimmed.ends_with("\\\\")
    }

    /// Follows quotes through a line; the word that ends a heredoc opened in it.
    fn read(&mut self, line: &str) -> Option<String> {
        let mut heredoc = None;
        let mut previous = ' ';
        let mut chars = line.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            match (self.quote, c) {
                (Some(open), _) if c == open => self.quote = None,
                (None | Some('"'), '\\') => {
                    chars.next();
                }
                (Some(_), _) => {}
                (None, '#') if previous.is_whitespace() => break,
                (None, '"') => self.quote = Some('"'),
                (None, '\'') => {
                    // An apostrophe inside a word of prose is no quote.
                    let in_word = previous.is_alphanumeric()
                        && chars.peek().is_some_and(|(_, n)| n.is_alphabetic());
                    if !in_word {
                        self.quote = Some('\'');
                    }
                }
                (None, '<') if previous == '<' => {
                    let rest = &line[at + 1..];
                    if rest.starts_with('<') {
                        chars.next();
                    } else {
                        let word: String = rest
                            .trim_start_matches(['-', '~'])
                            .trim_start()
                            .trim_start_matches(['\'', '"', '\\'])
                            .chars()
                            .take_while(|c| c.is_alphanumeric() || *c == '_')
                            .collect();
                        if word.starts_with(|c: char| !c.is_ascii_digit()) {
                            heredoc = Some(word);
                        }
                    }
                }
                (None, _) => {}
            }
            previous = c;
        }
        heredoc
    }
}
