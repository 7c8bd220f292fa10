//! `sed` and `awk`: readers, until their script writes a file or runs a program.

use crate::runbook::Risk;
use crate::runbook::shell::judge::{Command, Judge, Language};
use crate::runbook::shell::word::{Field, OPAQUE, shown};

/// `sed`: in place, or a script with `w` or `e`.
pub(in crate::runbook::shell) fn sed(judge: &mut Judge<'_>, command: &Command<'_>) {
    for reading in command.readings() {
        if reading.any("--help --version") && reading.words.is_empty() {
            continue;
        }
        let in_place = reading.options.iter().any(|given| {
            given.names.iter().any(|name| {
                name == "-i" || (name.starts_with("--i") && "--in-place".starts_with(name.as_str()))
            })
        });
        if in_place {
            judge.add(Risk::Change, "`sed -i` edits files in place".to_owned());
        }
        if reading.any("-f --file") {
            judge.add(Risk::Unknown, "`sed -f` runs a script, unseen".to_owned());
        }
        let mut scripts: Vec<&Field> = reading.all("-e --expression").collect();
        if scripts.is_empty() && !reading.any("-f --file") {
            scripts.extend(reading.words.first());
        }
        for script in scripts {
            _ = judge.is_gathered(Language::Other("sed".to_owned()), &script.text);
            match sed_script(&script.text) {
                Some(true) => {}
                Some(false) => {
                    let said = shown(&script.text);
                    let reason = format!("`sed {said}` writes a file or runs a program");
                    judge.add(Risk::Change, reason);
                }
                None => {
                    let said = shown(&script.text);
                    judge.add(Risk::Unknown, format!("`sed {said}` is not understood"));
                }
            }
        }
        if reading.uncertain {
            let reason = "`sed` takes something that is known only when it runs";
            judge.add(Risk::Unknown, reason.to_owned());
        }
    }
}

/// Whether a sed script only prints; `None` where it is not understood.
fn sed_script(script: &str) -> Option<bool> {
    let mut rest = script;
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\n', ';', '{', '}']);
        rest = sed_address(rest)?;
        if let Some(second) = rest.strip_prefix(',') {
            rest = sed_address(second.trim_start_matches(['+', '~', ' ']))?;
        }
        rest = rest.trim_start_matches([' ', '\t', '!']);
        let Some(command) = rest.chars().next() else {
            return Some(true);
        };
        rest = &rest[command.len_utf8()..];
        match command {
            '{' | '}' => {}
            's' | 'y' => {
                let delimiter = rest.chars().next()?;
                rest = delimited(&rest[delimiter.len_utf8()..], delimiter)?;
                rest = delimited(rest, delimiter)?;
                let flags = rest
                    .find(|flag: char| !flag.is_ascii_alphanumeric())
                    .unwrap_or(rest.len());
                if rest[..flags].contains(['w', 'e']) {
                    return Some(false);
                }
                rest = &rest[flags..];
                if !(rest.is_empty() || rest.starts_with([' ', '\t', '\n', ';', '}'])) {
                    return None;
                }
            }
            'w' | 'W' | 'e' => return Some(false),
            'a' | 'i' | 'c' | '#' | 'r' | 'R' | ':' | 'b' | 't' | 'T' => {
                rest = rest.find('\n').map_or("", |end| &rest[end..]);
                if rest.contains(OPAQUE) {
                    return None;
                }
            }
            'p' | 'P' | 'd' | 'D' | 'q' | 'Q' | 'n' | 'N' | 'g' | 'G' | 'h' | 'H' | 'x' | '='
            | 'l' | 'z' => {
                rest = rest.trim_start_matches(|digit: char| digit.is_ascii_digit());
                if !(rest.is_empty() || rest.starts_with([' ', '\t', '\n', ';', '}'])) {
                    return None;
                }
            }
            _ => return None,
        }
    }
}

/// What follows an address: a number, `$`, `/re/`, `\cREc`.
fn sed_address(text: &str) -> Option<&str> {
    let text = text.trim_start_matches([' ', '\t']);
    if let Some(rest) = text.strip_prefix('/') {
        return Some(delimited(rest, '/')?.trim_start_matches(['I', 'M']));
    }
    if let Some(rest) = text.strip_prefix('\\') {
        let delimiter = rest.chars().next()?;
        return delimited(&rest[delimiter.len_utf8()..], delimiter);
    }
    if let Some(rest) = text.strip_prefix('$') {
        return Some(rest);
    }
    let number = |digit: char| digit.is_ascii_digit() || digit == '~';
    Some(text.trim_start_matches(number))
}

/// What follows the next delimiter that is not escaped; a delimiter or the unknown inside is not understood.
fn delimited(text: &str, delimiter: char) -> Option<&str> {
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            OPAQUE => return None,
            '\\' => escaped = true,
            character if character == delimiter => return Some(&text[at + character.len_utf8()..]),
            _ => {}
        }
    }
    None
}

/// `awk`: `system()`, a pipe or a file in its program.
pub(in crate::runbook::shell) fn awk(judge: &mut Judge<'_>, command: &Command<'_>) {
    let reading = command.reading();
    if reading.any("--help --version -V") && reading.words.is_empty() {
        return;
    }
    if reading.any("-f --file -E --exec -i --include -l --load") {
        let in_place = reading
            .value("-i --include")
            .is_some_and(|library| library.text.starts_with("inplace"));
        if in_place {
            judge.add(
                Risk::Change,
                "`awk -i inplace` edits files in place".to_owned(),
            );
        } else {
            judge.add(Risk::Unknown, "`awk -f` runs a script, unseen".to_owned());
        }
    }
    let mut programs: Vec<&Field> = reading.all("-e --source").collect();
    if programs.is_empty() && !reading.any("-f --file -E --exec") {
        programs.extend(reading.words.first());
    }
    if reading.uncertain {
        let reason = "`awk` takes something that is known only when it runs";
        judge.add(Risk::Unknown, reason.to_owned());
    }
    for program in programs {
        awk_program(judge, program);
    }
}

fn awk_program(judge: &mut Judge<'_>, program: &Field) {
    if judge.is_gathered(Language::Other("awk".to_owned()), &program.text) {
        return;
    }
    let said = shown(&program.text);
    if program.is_opaque() {
        judge.add(
            Risk::Unknown,
            format!("`awk {said}` is known only when it runs"),
        );
    }
    let (bare, strings) = without_strings(&program.text);
    if bare.contains("system") || bare.replace("||", "").contains(['|', '@']) {
        judge.add(Risk::Unknown, format!("`awk {said}` runs programs"));
        for text in &strings {
            judge.severe(|judge| judge.nested(text));
        }
    }
    let prints = bare
        .split([';', '{', '}', '\n'])
        .map(str::trim_start)
        .any(|statement| {
            let prints = statement.contains("print");
            let after = statement.find("print").map_or("", |at| &statement[at..]);
            prints && outside_parentheses(after).contains('>')
        });
    if prints {
        judge.add(Risk::Change, format!("`awk {said}` writes a file"));
    }
}

/// A program with its strings and regular expressions emptied, and the strings.
fn without_strings(program: &str) -> (String, Vec<String>) {
    let (mut bare, mut strings) = (String::new(), Vec::new());
    let mut characters = program.chars().peekable();
    while let Some(character) = characters.next() {
        let regex = character == '/'
            && !bare
                .trim_end()
                .ends_with(|before: char| before.is_alphanumeric() || ")]_$".contains(before));
        bare.push(character);
        if character == '#' {
            while characters.next_if(|&next| next != '\n').is_some() {}
        }
        if character != '"' && !regex {
            continue;
        }
        let mut inside = String::new();
        while let Some(next) = characters.next() {
            if next == character {
                break;
            }
            if next == '\\' {
                inside.extend(characters.next());
            } else {
                inside.push(next);
            }
        }
        bare.push(character);
        if character == '"' {
            strings.push(inside);
        }
    }
    (bare, strings)
}

fn outside_parentheses(text: &str) -> String {
    let mut depth = 0_usize;
    text.chars()
        .filter(|&character| {
            match character {
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                _ => return depth == 0,
            }
            false
        })
        .collect()
}
