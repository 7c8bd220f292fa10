//! The arguments of a client program: options with their values, and words, as the program itself reads them.
//!
//! It must not know what any of them means.

use crate::runbook::shell::Argument;

/// How a program spells the value of a short option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// getopt: `-h db1`, `-hdb1`, letters in clusters; `-h=db1` is the value `=db1`.
    Getopt,
    /// Cobra: the same, and `-n=prod` is `prod`.
    Cobra,
    /// Each option stands by itself: `-h db1`, never `-hdb1`.
    Plain,
}

#[derive(Debug, Default)]
pub struct Arguments {
    options: Vec<(String, Option<Argument>)>,
    pub words: Vec<Argument>,
}

/// Reads arguments; `values` are the options that take one, separated by blanks. What is behind `--` are words.
pub fn read(arguments: &[Argument], values: &str, style: Style) -> Arguments {
    let takes = |name: &str| values.split_whitespace().any(|known| known == name);
    let mut read = Arguments::default();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let text = argument.text.as_str();
        let part = |from: usize| Argument {
            text: text[from..].to_owned(),
            known: argument.known,
        };
        if text == "--" {
            read.words.extend(rest.cloned());
            break;
        }
        if !text.starts_with('-') || text == "-" {
            read.words.push(argument.clone());
        } else if let Some((name, _)) = text
            .split_once('=')
            .filter(|(name, _)| name.starts_with("--") || style == Style::Cobra && name.len() == 2)
        {
            let value = part(name.len() + 1);
            read.options.push((name.to_owned(), Some(value)));
        } else if takes(text) {
            let value = rest.next().cloned();
            read.options.push((text.to_owned(), value));
        } else if text.starts_with("--") || style == Style::Plain {
            read.options.push((text.to_owned(), None));
        } else {
            for (at, letter) in text.char_indices().skip(1) {
                let name = format!("-{letter}");
                let behind = at + letter.len_utf8();
                if takes(&name) {
                    let value = if behind < text.len() {
                        Some(part(behind))
                    } else {
                        rest.next().cloned()
                    };
                    read.options.push((name, value));
                    break;
                }
                read.options.push((name, None));
            }
        }
    }
    read
}

impl Arguments {
    /// The last value of these options, separated by blanks: the last one counts.
    pub fn value(&self, names: &str) -> Option<&Argument> {
        self.options
            .iter()
            .rev()
            .find(|(name, value)| value.is_some() && is_one_of(name, names))
            .and_then(|(_, value)| value.as_ref())
    }

    pub fn has(&self, names: &str) -> bool {
        self.options.iter().any(|(name, _)| is_one_of(name, names))
    }
}

fn is_one_of(name: &str, names: &str) -> bool {
    names.split_whitespace().any(|known| known == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `name=value` of each option, then the words.
    fn check(text: &str, style: Style, expected: &str) {
        let arguments: Vec<Argument> = text
            .split(' ')
            .map(|text| Argument {
                text: text.into(),
                known: true,
            })
            .collect();
        let read = read(&arguments, "-h --host -p -n --namespace -c", style);
        let options = read.options.iter().map(|(name, value)| {
            let value = value.as_ref().map_or("", |value| value.text.as_str());
            format!("{name}:{value}")
        });
        let words = read.words.iter().map(|word| word.text.clone());
        let said: Vec<String> = options.chain(words).collect();
        assert_eq!(said.join(" "), expected, "{text}");
    }

    #[test]
    fn each_program_reads_its_options_its_own_way() {
        check(
            "-h db1 -p5433 -qc x app",
            Style::Getopt,
            "-h:db1 -p:5433 -q: -c:x app",
        );
        check("-h=db1 --host=db2", Style::Getopt, "-h:=db1 --host:db2");
        check(
            "-n=prod -nprod get pods",
            Style::Cobra,
            "-n:prod -n:prod get pods",
        );
        check("--host db1 -- -p x", Style::Cobra, "--host:db1 -p x");
        check("-h db1 -hx ping", Style::Plain, "-h:db1 -hx: ping");
        check("-c -h -- x", Style::Getopt, "-c:-h x");
    }
}
