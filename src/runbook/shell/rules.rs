//! What the rules of the table say of one reading of a command's arguments.
//!
//! It must not run or follow anything: it compares words and options with patterns.

use super::judge::Command;
use super::options::Arguments;
use super::table::{Program, Rule, Verdict, WordPattern};
use super::word::Field;
use crate::runbook::Risk;
use std::borrow::Cow;

/// What the table says of one reading, and the words it speaks of.
pub(super) fn rule<'c>(command: &Command<'c>, reading: &Arguments) -> (Cow<'c, Verdict>, String) {
    let program = command.program;
    if program
        .harmless
        .iter()
        .any(|option| reading.has(option, false))
    {
        let verdict = Verdict {
            risk: Risk::Read,
            ..Verdict::default()
        };
        return (Cow::Owned(verdict), command.typed.to_owned());
    }
    let mut best: Option<(usize, &Verdict, String)> = None;
    let mut modifier: Option<(&Verdict, String)> = None;
    let first = reading.words.first().map(|word| &*word.text);
    for rule in program.rules_for(first) {
        let Some(said) = reading.matches(rule, program.fold) else {
            continue;
        };
        let said = if rule.words.is_empty() || said.is_empty() {
            format!("{} {said}", command.typed).trim_end().to_owned()
        } else {
            said
        };
        if rule.is_modifier() {
            if modifier
                .as_ref()
                .is_none_or(|(worst, _)| rule.verdict.risk > worst.risk)
            {
                modifier = Some((&rule.verdict, said));
            }
            continue;
        }
        let weight = rule.weight();
        if best.as_ref().is_none_or(|(heaviest, verdict, _)| {
            (weight, rule.verdict.risk) > (*heaviest, verdict.risk)
        }) {
            best = Some((weight, &rule.verdict, said));
        }
    }
    let (verdict, said) = match (best, modifier) {
        (Some((_, verdict, said)), Some((other, other_said))) => {
            if other.risk > verdict.risk {
                (other, other_said)
            } else {
                (verdict, said)
            }
        }
        (Some((_, verdict, said)), None) | (None, Some((verdict, said))) => (verdict, said),
        (None, None) => {
            let verb = reading.words.first().filter(|_| !program.rules.is_empty());
            let said = match verb {
                Some(verb) => format!("{} {}", command.typed, verb.text),
                None => command.typed.to_owned(),
            };
            (&program.otherwise, said)
        }
    };
    let mut verdict = Cow::Borrowed(verdict);
    if verdict.risk == Risk::Read && uncertain(program, reading) {
        let verdict = verdict.to_mut();
        verdict.risk = Risk::Unknown;
        "takes something that is known only when it runs".clone_into(&mut verdict.why);
    }
    (verdict, said)
}

/// Kinds of objects taken apart: `pod,svc` is both, `pvc/data` is a `pvc`, `deployments.apps` a deployment.
pub(super) fn kinds<'r>(program: &Program, reading: &'r Arguments) -> Vec<Cow<'r, Arguments>> {
    if !program.kinds {
        return vec![Cow::Borrowed(reading)];
    }
    let mut variants = Vec::new();
    for (index, word) in reading.words.iter().enumerate().skip(1).take(24) {
        let Some(text) = word.known() else { continue };
        if !text.contains([',', '/', '.']) && !text.contains(|c: char| c.is_ascii_uppercase()) {
            continue;
        }
        for kind in text.split(',') {
            let kind = kind.split(['/', '.']).next().unwrap_or("").to_lowercase();
            let mut variant = reading.clone();
            variant.words.truncate(index + 1);
            // Behind another `kind/name` this one stands in its place.
            let slashed = reading.words[1..index]
                .iter()
                .position(|word| word.text.contains('/'));
            if let Some(first) = slashed {
                variant.words.truncate(first + 1);
                variant.words.push(Field::literal(kind));
            } else {
                variant.words[index] = Field::literal(kind);
            }
            variants.push(Cow::Owned(variant));
        }
    }
    if variants.is_empty() {
        variants.push(Cow::Borrowed(reading));
    }
    variants
}

/// Whether something unknown among the arguments could make a harmless command do more.
fn uncertain(program: &Program, reading: &Arguments) -> bool {
    let severe = |rule: &&Rule| rule.verdict.risk > Risk::Read;
    if reading.uncertain && program.rules.iter().filter(severe).any(Rule::is_modifier) {
        return true;
    }
    let opaque = reading.uncertain || reading.words.iter().any(Field::is_opaque);
    opaque
        && program
            .rules
            .iter()
            .filter(severe)
            .any(|rule| could_match(&rule.words, &reading.words, reading.uncertain))
}

/// Whether a rule's words would fit if every unknown word were the right one.
fn could_match(patterns: &[WordPattern], words: &[Field], uncertain: bool) -> bool {
    let mut words = words.iter();
    for pattern in patterns {
        let alternatives = match pattern {
            WordPattern::Many => return words.any(Field::is_opaque),
            WordPattern::Any => &[][..],
            WordPattern::OneOf(alternatives) => alternatives,
        };
        let Some(word) = words.next() else {
            return uncertain;
        };
        let known = word.known().map(str::to_lowercase);
        let fits = *pattern == WordPattern::Any
            || known.is_none_or(|word| alternatives.iter().any(|wanted| wanted.is_stem(&word)));
        if !fits {
            return false;
        }
    }
    true
}
