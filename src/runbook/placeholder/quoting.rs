//! How each byte of a text stands: plain, quoted, in a comment, in a heredoc.
//!
//! Only as exact as finding holes needs; what a command would do is judged by a real parser.

/// The way a byte stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Code,
    Single,
    Double,
    Comment,
    /// A heredoc in which variables count.
    Heredoc,
    /// A heredoc in which nothing is expanded.
    Literal,
}

/// States of a shell text.
pub(super) fn shell(text: &str) -> Vec<State> {
    let bytes = text.as_bytes();
    let mut states = vec![State::Code; bytes.len()];
    let mut state = State::Code;
    let mut heredoc: Option<(String, State)> = None;
    let mut i = 0;
    while i < bytes.len() {
        let byte = bytes[i];
        states[i] = state;
        match state {
            State::Single => {
                if byte == b'\'' {
                    state = State::Code;
                }
            }
            State::Double => {
                if byte == b'\\' && i + 1 < bytes.len() {
                    i += 1;
                    states[i] = state;
                } else if byte == b'"' {
                    state = State::Code;
                }
            }
            State::Code => match byte {
                b'\\' if i + 1 < bytes.len() => {
                    i += 1;
                    states[i] = state;
                }
                b'\'' => {
                    states[i] = State::Single;
                    state = State::Single;
                }
                b'"' => {
                    states[i] = State::Double;
                    state = State::Double;
                }
                b'#' if i == 0 || bytes[i - 1].is_ascii_whitespace() || bytes[i - 1] == b';' => {
                    while i < bytes.len() && bytes[i] != b'\n' {
                        states[i] = State::Comment;
                        i += 1;
                    }
                    continue;
                }
                b'<' if bytes[i..].starts_with(b"<<")
                    && !bytes[i..].starts_with(b"<<<")
                    && (i == 0 || bytes[i - 1] != b'<') =>
                {
                    heredoc = heredoc.or_else(|| heredoc_word(&text[i + 2..]));
                }
                b'\n' => {
                    if let Some((word, inner)) = heredoc.take() {
                        i += 1;
                        while i < bytes.len() {
                            let end = text[i..].find('\n').map_or(bytes.len(), |n| i + n + 1);
                            let done = text[i..end].trim() == word;
                            states[i..end].fill(if done { State::Code } else { inner });
                            i = end;
                            if done {
                                break;
                            }
                        }
                        continue;
                    }
                }
                _ => {}
            },
            State::Comment | State::Heredoc | State::Literal => {}
        }
        i += 1;
    }
    states
}

/// The word that ends a heredoc, and how its text stands.
fn heredoc_word(rest: &str) -> Option<(String, State)> {
    let rest = rest.trim_start_matches(['-', '~']).trim_start_matches(' ');
    let quoted = rest.starts_with(['\'', '"', '\\']);
    let word: String = rest
        .trim_start_matches(['\'', '"', '\\'])
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    let named = word.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let state = if quoted {
        State::Literal
    } else {
        State::Heredoc
    };
    named.then_some((word, state))
}

/// States of an SQL text: `--` and `/* */` are comments; a hole may stand inside quotes.
pub(super) fn sql(text: &str) -> Vec<State> {
    let bytes = text.as_bytes();
    let mut states = vec![State::Code; bytes.len()];
    let mut i = 0;
    let mut quoted = false;
    while i < bytes.len() {
        if !quoted && bytes[i..].starts_with(b"--") {
            while i < bytes.len() && bytes[i] != b'\n' {
                states[i] = State::Comment;
                i += 1;
            }
            continue;
        }
        if !quoted && bytes[i..].starts_with(b"/*") {
            let end = text[i..].find("*/").map_or(bytes.len(), |n| i + n + 2);
            states[i..end].fill(State::Comment);
            i = end;
            continue;
        }
        if bytes[i] == b'\'' {
            quoted = !quoted;
        }
        i += 1;
    }
    states
}

/// States of a manifest or a settings file: whole-line and trailing `#` comments.
pub(super) fn plain(text: &str) -> Vec<State> {
    let mut states = Vec::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let comment = if line.trim_start().starts_with('#') {
            0
        } else {
            line.find(" # ").unwrap_or(line.len())
        };
        states.extend((0..line.len()).map(|i| {
            if i >= comment {
                State::Comment
            } else {
                State::Code
            }
        }));
    }
    states
}
