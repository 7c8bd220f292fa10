//! Values put into a text as data: each stays one word (or one literal), whatever it holds.
//!
//! Every hole becomes a plain name first, then the text is parsed, then the value is quoted for the place where the
//! name stands. Where that place lies in a text inside the text (`sh -c '…'`, `ssh host …`, `psql -c "…"`, a heredoc
//! for a shell), the value is quoted for the inner text first and the result for the outer one. At the end the
//! shape of the syntax tree must be what it was: a value that would change it is refused.
//!
//! It must not know what a command does, only which of its texts are code.

mod context;
mod encode;
mod shape;
mod sql;

use super::RiskTable;
use super::hole::{self, Holes};
use super::judge::{Judge, Language};
use super::programs::replaced::Replaced;
use super::{tree, walk};
use context::Context;
use std::collections::BTreeMap;

/// Texts inside texts that are followed.
const DEEPEST: usize = 4;

/// One hole at one place, and what goes in.
#[derive(Debug, Clone)]
struct Filling {
    /// The name that stands in the text.
    name: String,
    /// How the author spelled it, for messages.
    spelling: String,
    value: String,
}

/// Puts `values` (spelling as it stands in the text → value) into a shell text, each as one word of data whatever
/// it holds: quotes, spaces, `;`, `$()`, newlines. Knows where the hole stands (bare, in double or single
/// quotes, in a heredoc, in a nested `bash -c '…'`). Refuses, in words, what cannot be made safe.
///
/// A value that begins with `-` is put in as it is: the program that gets it may read it as an option, as it would
/// had a person typed it. A hole in a comment is left as it stands.
pub fn substitute(text: &str, values: &[(String, String)]) -> Result<String, String> {
    fill(text, values, place_in_shell)
}

/// The same for SQL: a literal where the hole stands as a value or inside quotes, a quoted identifier where a name
/// is expected (after `FROM`, `TABLE`, `DATABASE` and their like, or beside a dot).
pub fn substitute_sql(text: &str, values: &[(String, String)]) -> Result<String, String> {
    fill(text, values, |text, fillings, _| {
        sql::place(text, fillings, false)
    })
}

/// What each hole becomes, by its name.
type Placed = BTreeMap<String, String>;

/// Where each name stands in a text, in order, with its value.
fn places<'p>(text: &str, placed: &'p Placed) -> Vec<(usize, &'p str, &'p str)> {
    let mut places: Vec<_> = placed
        .iter()
        .filter_map(|(name, value)| Some((text.find(name)?, &**name, &**value)))
        .collect();
    places.sort_unstable();
    places
}

/// The text with the values in the places of their names.
fn filled(text: &str, places: &[(usize, &str, &str)]) -> String {
    let mut filled = text.to_owned();
    // From the end, so that nothing that is put in is taken for a name.
    for (at, name, value) in places.iter().rev() {
        filled.replace_range(*at..at + name.len(), value);
    }
    filled
}

fn fill(
    text: &str,
    values: &[(String, String)],
    place: impl Fn(&str, &[Filling], usize) -> Result<Placed, String>,
) -> Result<String, String> {
    let mut spellings: Vec<String> = values
        .iter()
        .map(|(spelling, _)| spelling.clone())
        .collect();
    // A hole that is not filled must not be taken for a redirect.
    spellings.extend(
        hole::angles(text)
            .into_iter()
            .filter(|angle| !values.iter().any(|(spelling, _)| spelling == angle)),
    );
    let holes = Holes::in_text(text, &spellings);
    // What was asked for and is not put in anywhere would be run as it stands.
    let unfilled = |index: usize, spelling: &str| {
        !spelling.is_empty()
            && holes.places.iter().all(|place| place.hole != index)
            && holes.text.contains(spelling)
    };
    if let Some((_, (spelling, _))) = values
        .iter()
        .enumerate()
        .find(|(index, (spelling, _))| unfilled(*index, spelling))
    {
        return Err(format!(
            "`{spelling}` stands only inside of longer words, where nothing can be put in"
        ));
    }
    let mut fillings = Vec::new();
    for hole in &holes.places {
        let Some((spelling, value)) = values.get(hole.hole) else {
            continue;
        };
        if value.contains('\0') {
            return Err(format!(
                "the value for `{spelling}` holds a NUL byte, which no command can be given"
            ));
        }
        fillings.push(Filling {
            name: hole.name.clone(),
            spelling: spelling.clone(),
            value: value.clone(),
        });
    }
    if fillings.is_empty() {
        return Ok(text.to_owned());
    }
    let placed = place(&holes.text, &fillings, 0)?;
    // What is put in may look like one of our names: each is replaced where it stands, once.
    let mut filled = String::with_capacity(text.len());
    let mut rest = holes.text.as_str();
    for hole in &holes.places {
        let Some((before, after)) = rest.split_once(&hole.name) else {
            continue;
        };
        filled.push_str(before);
        match placed.get(&hole.name) {
            Some(text) => filled.push_str(text),
            None => filled.push_str(holes.spelling(hole)),
        }
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

/// What each hole of a shell text becomes; a hole in a comment becomes nothing.
fn place_in_shell(text: &str, fillings: &[Filling], depth: usize) -> Result<Placed, String> {
    if depth > DEEPEST {
        return Err("the holes stand too many shells deep to be filled safely".to_owned());
    }
    let inner = place_in_codes(text, fillings, depth)?;
    let parsed = tree::parse(text).ok_or("the block is too long to be filled safely")?;
    let nodes = parsed.nodes();
    let root = nodes.root();
    let broken = parsed.has_error();
    let mut placed = Placed::new();
    for filling in fillings {
        let Some(start) = text.find(&filling.name) else {
            continue;
        };
        let range = start..start + filling.name.len();
        let context = if broken {
            Context::PlainOnly("in a block that cannot be read as shell as a whole")
        } else {
            context::of(root, text, &range)
        };
        if context == Context::Comment {
            continue;
        }
        let value = match inner.get(&filling.name) {
            Some(value) => value.clone(),
            None => encode::json(text, root, &range, &filling.value),
        };
        let encoded = encode::shell(&context, text, &range, &value)
            .map_err(|why| format!("`{}` stands {why}", filling.spelling))?;
        placed.insert(filling.name.clone(), encoded);
    }
    if !broken && !shape::is_kept(text, &placed) {
        let spellings: Vec<_> = fillings.iter().map(|hole| &*hole.spelling).collect();
        return Err(format!(
            "the values for `{}` would change what the block does; type the command by hand",
            spellings.join("`, `")
        ));
    }
    Ok(placed)
}

/// What the holes become in the texts that the commands of `text` run.
fn place_in_codes(text: &str, fillings: &[Filling], depth: usize) -> Result<Placed, String> {
    let table = RiskTable::default();
    let mut judge = Judge::new(&table);
    judge.codes = Some(Vec::new());
    walk::text(&mut judge, text, false);
    arrives(&judge.replaced, fillings)?;
    let mut placed = Placed::new();
    for (language, code) in judge.codes.take().unwrap_or_default() {
        let inside: Vec<Filling> = fillings
            .iter()
            .filter(|filling| code.contains(&filling.name))
            .cloned()
            .collect();
        if inside.is_empty() {
            continue;
        }
        let found = place_in_code(&language, &code, &inside, depth)?;
        for filling in &inside {
            // In a comment of the inner text it may stay as it is spelled only if that is inert further out.
            let encoded = found
                .get(&filling.name)
                .cloned()
                .unwrap_or_else(|| filling.spelling.clone());
            let known = placed.insert(filling.name.clone(), encoded.clone());
            if known.is_some_and(|known| known != encoded) {
                return Err(format!(
                    "`{}` stands in a text that is run in two ways, and no quoting fits both",
                    filling.spelling
                ));
            }
        }
    }
    Ok(placed)
}

/// Whether the values get past the programs that rewrite their arguments.
fn arrives(replaced: &[Replaced], fillings: &[Filling]) -> Result<(), String> {
    let refused = |spelling: &str, why: &str| {
        Err(format!(
            "`{spelling}` stands {why}; use another value, or type the command by hand"
        ))
    };
    for argument in replaced {
        let fill = |text: &str| {
            fillings.iter().fold(text.to_owned(), |text, filling| {
                text.replace(&filling.name, &filling.value)
            })
        };
        if let Some(why) = argument.objection(fill) {
            let stands = |filling: &&Filling| argument.argument.contains(&filling.name);
            let hole = fillings.iter().find(stands).or(fillings.first());
            return refused(hole.map_or("", |hole| &hole.spelling), &why);
        }
        if let Some(hole) = fillings
            .iter()
            .find(|filling| argument.might_rewrite(&filling.value))
        {
            let why = format!(
                "in a block where {} may be given the value, and would rewrite it",
                argument.by.name()
            );
            return refused(&hole.spelling, &why);
        }
    }
    Ok(())
}

fn place_in_code(
    language: &Language,
    code: &str,
    fillings: &[Filling],
    depth: usize,
) -> Result<Placed, String> {
    let plain = |name: &str| {
        let mut placed = Placed::new();
        for filling in fillings {
            if !encode::is_plain_in_code(&filling.value) {
                return Err(format!(
                    "`{}` stands in code for {name}, where only letters, digits, `_` and `.` are safe",
                    filling.spelling
                ));
            }
            placed.insert(filling.name.clone(), filling.value.clone());
        }
        Ok(placed)
    };
    match language {
        // What the outer shell puts in (a variable) may hold a quote: then nothing is certain further in.
        Language::Shell if code.contains(super::word::OPAQUE) => {
            let placed = place_in_shell(
                &code.replace(super::word::OPAQUE, "${_opaque_}"),
                fillings,
                depth + 1,
            )?;
            let changed = fillings.iter().find(|filling| {
                placed
                    .get(&filling.name)
                    .is_some_and(|encoded| *encoded != filling.value)
            });
            match changed {
                Some(filling) => Err(format!(
                    "`{}` stands in a command for another shell, part of which is known only when it runs; \
                     only a plain value is safe there",
                    filling.spelling
                )),
                None => Ok(placed),
            }
        }
        Language::Shell => place_in_shell(code, fillings, depth + 1),
        Language::Sql { .. } if code.contains(super::word::OPAQUE) => {
            plain("SQL that is known only when it runs")
        }
        Language::Sql { backslashes } => sql::place(code, fillings, *backslashes),
        Language::Other(name) => plain(name),
    }
}

#[cfg(test)]
mod tests;
