//! An argument list cut into options and words, and matched against the rules of the table.
//!
//! Where an option may or may not take the next word, both readings are given: the judge believes the worse.

use super::table::{OptionPattern, Program, Rule, WordPattern};
use super::word::{Field, OPAQUE};
use crate::runbook::Risk;

/// One reading of an argument list.
#[derive(Debug, Clone, Default)]
pub(super) struct Arguments {
    /// Words that are no options, in order.
    pub words: Vec<Field>,
    /// Where each word stands in the argument list.
    pub places: Vec<usize>,
    pub options: Vec<Given>,
    /// Where the words after `--` begin, if there is one.
    pub rest: Option<usize>,
    /// A word that may become several, or an option nobody can read, stands among the arguments.
    pub uncertain: bool,
}

/// One option as it was given.
#[derive(Debug, Clone)]
pub(super) struct Given {
    /// `--replicas`, `-n`; a cluster `-rf` gives `-rf`, `-r` and `-f`.
    pub names: Vec<String>,
    pub value: Option<Field>,
}

impl Given {
    pub fn is(&self, name: &str) -> bool {
        self.names.iter().any(|given| given == name)
    }
}

/// Every reading of an argument list (without the program), the likeliest first.
pub(super) fn readings(arguments: &[Field], program: &Program) -> Vec<Arguments> {
    let (first, doubtful) = read(arguments, program, false);
    let mut readings = vec![first];
    if doubtful {
        readings.push(read(arguments, program, true).0);
    }
    // An unquoted variable may be nothing at all.
    if arguments.iter().any(|field| field.splits) {
        let kept: Vec<_> = arguments
            .iter()
            .filter(|field| !(field.splits && field.text == OPAQUE.to_string()))
            .cloned()
            .collect();
        let mut without = read(&kept, program, false).0;
        without.uncertain = true;
        readings.push(without);
    }
    readings
}

/// The reading in which unknown options take the next word (`greedy`) or do not; and whether there was one.
fn read(arguments: &[Field], program: &Program, greedy: bool) -> (Arguments, bool) {
    let mut read = Arguments::default();
    let mut doubtful = false;
    let mut at = 0;
    let terminal = asks_for_terminal(arguments, program);
    let valued = |name: &str| program.values.contains(name) && !(terminal && name == "-t");
    while at < arguments.len() {
        let field = &arguments[at];
        let text = &*field.text;
        at += 1;
        if text == "--" {
            read.rest = Some(at);
            for (place, field) in arguments.iter().enumerate().skip(at) {
                read.words.push(field.clone());
                read.places.push(place);
            }
            break;
        }
        if !text.starts_with('-') || text == "-" {
            read.uncertain |= field.splits;
            read.words.push(field.clone());
            read.places.push(at - 1);
            continue;
        }
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (
                name,
                Some(Field {
                    text: value.to_owned(),
                    ..field.clone()
                }),
            ),
            None => (text, None),
        };
        read.uncertain |= name.contains(OPAQUE);
        let mut given = Given {
            names: vec![name.to_owned()],
            value,
        };
        let mut takes = valued(name);
        let mut known = takes || program.flags.contains(name) || (terminal && name == "-t");
        if !known && !name.starts_with("--") && name.len() > 2 {
            known = true;
            for (index, letter) in name.char_indices().skip(1) {
                let short = format!("-{letter}");
                let last = index + letter.len_utf8() == name.len();
                let valued = valued(&short);
                let attached = program.attached.contains(&short);
                known &= valued
                    || attached
                    || program.flags.contains(&short)
                    || (terminal && short == "-t");
                given.names.push(short);
                if attached {
                    let rest = name[index + letter.len_utf8()..].to_owned();
                    given.value = Some(Field::literal(rest));
                    known = true;
                    break;
                }
                if valued {
                    takes = last;
                    if !last && given.value.is_none() {
                        let attached = name[index + letter.len_utf8()..].to_owned();
                        given.value = Some(Field::literal(attached));
                    }
                    break;
                }
            }
        }
        if given.value.is_none() {
            let next = arguments.get(at);
            let doubt = !known && next.is_some_and(|next| !next.text.starts_with('-'));
            doubtful |= doubt;
            if takes || (doubt && greedy) {
                given.value = next.cloned();
                at += 1;
            }
        }
        read.options.push(given);
    }
    (read, doubtful)
}

/// Whether `-t` asks for a terminal (`docker exec -t`) in a program where it elsewhere takes a value (`docker build -t`).
fn asks_for_terminal(arguments: &[Field], program: &Program) -> bool {
    let verbs = arguments
        .iter()
        .take_while(|field| field.text != "--")
        .take(8);
    program.asks_for_terminal
        && verbs
            .into_iter()
            .any(|field| matches!(&*field.text, "exec" | "run"))
}

impl Arguments {
    pub fn has(&self, pattern: &OptionPattern, abbreviated: bool) -> bool {
        self.options.iter().any(|given| {
            let named = pattern.names.iter().any(|name| {
                given.is(name)
                    || (abbreviated
                        && given.names[0].len() > 4
                        && given.names[0].starts_with("--")
                        && name.starts_with(&*given.names[0]))
            });
            named
                && (pattern.values.is_empty()
                    || given.value.as_ref().is_some_and(|value| {
                        pattern
                            .values
                            .iter()
                            .any(|wanted| same_value(wanted, &value.text))
                    }))
        })
    }

    /// The last value of an option with any of these names.
    pub fn value(&self, names: &str) -> Option<&Field> {
        self.all(names).last()
    }

    /// All values of the options with any of these names (separated by blanks).
    pub fn all(&self, names: &str) -> impl Iterator<Item = &Field> {
        let names: Vec<String> = names.split_whitespace().map(str::to_owned).collect();
        self.options
            .iter()
            .filter(move |given| names.iter().any(|name| given.is(name)))
            .filter_map(|given| given.value.as_ref())
    }

    /// Whether an option with any of these names (separated by blanks) is given.
    pub fn any(&self, names: &str) -> bool {
        names
            .split_whitespace()
            .any(|name| self.options.iter().any(|given| given.is(name)))
    }

    /// What of the command a rule speaks of ("delete pvc --all"), if it fits.
    pub fn matches(&self, rule: &Rule, fold: bool) -> Option<String> {
        let severe = rule.verdict.risk > Risk::Read;
        let mut said = match_words(&rule.words, &self.words, fold)?;
        for option in &rule.options {
            if !self.has(option, severe) {
                return None;
            }
            let name = self
                .options
                .iter()
                .find(|given| option.names.iter().any(|name| given.is(name)))
                .map_or(&option.names[0], |given| {
                    option
                        .names
                        .iter()
                        .find(|name| given.is(name))
                        .unwrap_or(&given.names[0])
                });
            match &option.values[..] {
                [] => said.push(name.clone()),
                [value] => said.push(format!("{name}={value}")),
                _ => said.push(name.clone()),
            }
        }
        if rule.absent.iter().any(|option| self.has(option, false)) {
            return None;
        }
        Some(said.join(" "))
    }
}

/// The words that a pattern names, as they were given; `None` where it does not fit.
fn match_words(patterns: &[WordPattern], words: &[Field], fold: bool) -> Option<Vec<String>> {
    let Some((pattern, patterns)) = patterns.split_first() else {
        return Some(Vec::new());
    };
    match pattern {
        WordPattern::Many => {
            (0..=words.len()).find_map(|skip| match_words(patterns, &words[skip..], fold))
        }
        WordPattern::Any => match_words(patterns, words.get(1..)?, fold),
        WordPattern::OneOf(alternatives) => {
            let (word, words) = words.split_first()?;
            let folded = fold.then(|| word.text.to_lowercase());
            let text = folded.as_deref().unwrap_or(&word.text);
            if !alternatives.iter().any(|wanted| wanted.is(text)) || word.is_opaque() {
                return None;
            }
            let mut said = match_words(patterns, words, fold)?;
            said.insert(0, word.text.clone());
            Some(said)
        }
    }
}

/// Numbers are the same however they are written: `0`, `00`, `+0`.
fn same_value(wanted: &str, value: &str) -> bool {
    wanted == value
        || matches!((wanted.parse::<i64>(), value.parse::<i64>()), (Ok(a), Ok(b)) if a == b)
}
