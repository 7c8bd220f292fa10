//! The commands of a block as they stand: program, words, options, and where their output goes.
//!
//! For whoever looks at how a block is written (lint) or whom it talks to; what a command would do is the judge's.

mod settings;

pub use settings::Setting;

use super::hole::Holes;
use super::judge::DEEPEST;
use super::options::{self, Arguments};
use super::scope::Scope;
use super::table::{Program, SHIPPED};
use super::tree::{self, Node, Parsed};
use super::word::{self, Field, OPAQUE};
use super::{heredoc, redirect};

/// One command of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Its first and last line, counted from the first line of the block, 0-based.
    pub row: u32,
    pub end_row: u32,
    /// The name without its folder.
    pub program: String,
    /// The name as it is written: `pg_dump`, `./restore.sh`.
    pub typed: String,
    /// Everything behind the name that is the program's own, in order.
    pub arguments: Vec<Argument>,
    /// Words that are no options, as far as they are known; holes as they are spelled.
    pub words: Vec<String>,
    /// Options with their values; a cluster `-it` is there as `-i` and `-t`.
    pub options: Vec<(String, Option<String>)>,
    pub output: Output,
    /// It runs on the far side of another command (`kubectl exec … --`, `ssh`).
    pub remote: bool,
    /// It stands in the body or the condition of a loop.
    pub looped: bool,
    /// How many commands stand around it: the command of `sudo CMD` has one.
    pub depth: usize,
    /// The block itself defines a function or alias of this name.
    pub defined: bool,
    /// Variables that the block has set by then, oldest first.
    pub settings: Vec<Setting>,
    /// A file was sourced before, or text evaluated: any variable may be set.
    pub sourced: bool,
}

/// One argument as the program would get it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argument {
    pub text: String,
    /// Nothing in it is a variable, a substitution, a pattern or a hole.
    pub known: bool,
}

/// Where a command's output goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    Shown,
    /// Into this file.
    File(String),
    /// Into another program, or into the shell.
    Pipe,
}

impl Call {
    /// The value of the first of these options that has one.
    pub fn value(&self, names: &[&str]) -> Option<&str> {
        self.options
            .iter()
            .find(|(name, value)| names.contains(&name.as_str()) && value.is_some())
            .and_then(|(_, value)| value.as_deref())
    }

    pub fn has(&self, names: &[&str]) -> bool {
        self.options
            .iter()
            .any(|(name, _)| names.contains(&name.as_str()))
    }

    /// Whether its words begin like this.
    pub fn begins(&self, words: &[&str]) -> bool {
        self.words.len() >= words.len() && self.words.iter().zip(words).all(|(a, b)| a == b)
    }
}

/// The commands of a block, in order, looked through `sudo`, `kubectl exec --` and their like. What the grammar
/// could not read is left out.
pub fn calls(text: &str, holes: &[String]) -> Vec<Call> {
    let holes = Holes::in_text(text, holes);
    read(&holes, 0, false).unwrap_or_default().0
}

/// The same for whom they talk to: where a word can be several things (a loop), each of the commands it makes, at
/// most 32; `known` are variables with the values that they have before the block begins. And whether all of it
/// could be read.
pub fn every_call(text: &str, known: &[(String, String)]) -> (Vec<Call>, bool) {
    let mut lines: Vec<String> = known
        .iter()
        .map(|(name, value)| format!("{name}='{}'\n", value.replace('\'', r"'\''")))
        .collect();
    let before = lines.iter().map(String::len).sum();
    lines.push(text.to_owned());
    let whole = lines.concat();
    read(&Holes::in_text(&whole, &[]), before, true).unwrap_or_default()
}

/// `None` for what the parser does not take; what stands before the byte `from` sets variables and is no part of it.
fn read(holes: &Holes, from: usize, every: bool) -> Option<(Vec<Call>, bool)> {
    let (text, parsed) = parse(&holes.text)?;
    let whole = !parsed.has_error();
    let nodes = parsed.nodes();
    let mut reader = Reader {
        rows: rows(&text),
        source: &text,
        scope: Scope::of(nodes.root(), &text),
        holes,
        settings: Vec::new(),
        sourced: false,
        from,
        every,
        calls: Vec::new(),
    };
    reader.visit(nodes.root(), false, 0);
    Some((reader.calls, whole))
}

/// Whether the table knows a program of this name.
pub fn is_known(program: &str) -> bool {
    SHIPPED.program(program).is_some()
}

/// The names of all programs that the table knows.
pub fn known_programs() -> impl Iterator<Item = &'static str> {
    SHIPPED.names()
}

/// The text that was parsed, and its tree; heredocs are here-strings where the grammar stumbles over them.
fn parse(text: &str) -> Option<(String, Parsed)> {
    let parsed = tree::parse(text)?;
    if parsed.has_error() || tree::misses_heredoc(&parsed, text) {
        let lifted = heredoc::lift(text);
        if let Some(again) = tree::parse(&lifted).filter(|again| !again.has_error()) {
            return Some((lifted, again));
        }
    }
    Some((text.to_owned(), parsed))
}

/// The line of the block for each line of what was parsed: a lifted heredoc stands for several.
fn rows(parsed: &str) -> Vec<u32> {
    let mut rows = Vec::new();
    let mut row = 0;
    for line in parsed.lines() {
        rows.push(row);
        row += 1;
        for raw in line.split_whitespace() {
            if let Some((body, _)) = heredoc::lifted(raw) {
                row += body.lines().count() as u32 + 1;
            }
        }
    }
    rows
}

struct Reader<'r> {
    source: &'r str,
    rows: Vec<u32>,
    scope: Scope,
    holes: &'r Holes,
    settings: Vec<Setting>,
    sourced: bool,
    /// The first byte of the block itself.
    from: usize,
    /// Whether all that a word can be is followed.
    every: bool,
    calls: Vec<Call>,
}

impl Reader<'_> {
    fn visit(&mut self, node: Node<'_>, looped: bool, depth: usize) {
        if depth > tree::DEEPEST {
            return;
        }
        if node.kind() == "command"
            && !node.has_error()
            && tree::swallowed(node, &tree::children(node), self.source).is_none()
        {
            self.command(node, looped);
        }
        if node.start_byte() >= self.from {
            self.setting(node);
        }
        let looped = looped || matches!(node.kind(), "while_statement" | "do_group");
        for child in tree::named_children(node) {
            self.visit(child, looped, depth + 1);
        }
    }

    fn command(&mut self, node: Node<'_>, looped: bool) {
        let raws: Vec<&str> = tree::children(node)
            .into_iter()
            .filter(Node::is_word)
            .map(|child| tree::text(child, self.source))
            .collect();
        self.scope.at = node.start_byte();
        let all = word::expand_all(&raws, &self.scope);
        let followed = if self.every { all.len() } else { 1 };
        let mut settings = self.settings.clone();
        settings.extend(self.own_settings(node));
        let (row, end_row) = node.rows();
        let place = |row: usize| self.rows.get(row).copied().unwrap_or(row as u32);
        let call = Call {
            row: place(row),
            end_row: place(end_row),
            program: String::new(),
            typed: String::new(),
            arguments: Vec::new(),
            words: Vec::new(),
            options: Vec::new(),
            output: self.output(node),
            remote: false,
            looped,
            depth: 0,
            defined: false,
            settings,
            sourced: self.sourced,
        };
        for argv in all.iter().take(followed) {
            self.argv(argv, call.clone());
        }
    }

    fn argv(&mut self, argv: &[Field], mut call: Call) {
        let Some((first, arguments)) = argv.split_first() else {
            return;
        };
        let name = first.text.rsplit('/').next().unwrap_or("").to_owned();
        let hole = self.shown(first) != first.text;
        if call.depth > DEEPEST || name.is_empty() || hole || first.glob {
            return;
        }
        let fallback = Program::default();
        let program = SHIPPED.program(&name).unwrap_or(&fallback);
        let wrapped = program
            .wraps
            .or_else(|| (program.by.as_deref() == Some("env")).then_some(0));
        let read = |arguments: &[Field]| {
            let readings = options::readings(arguments, program);
            readings.into_iter().next().unwrap_or_default()
        };
        let whole = read(arguments);
        let start = match wrapped {
            Some(skip) => whole.places.get(skip).copied(),
            None => inner_start(program, &whole),
        };
        let own = &arguments[..start.unwrap_or(arguments.len()).min(arguments.len())];
        let reading = read(own);
        call.program.clone_from(&name);
        call.typed.clone_from(&first.text);
        call.defined =
            self.scope.function(&first.text).is_some() || self.scope.alias(&name).is_some();
        call.arguments = own
            .iter()
            .map(|field| {
                let text = self.shown(field);
                let known = !field.glob && text == field.text;
                Argument { text, known }
            })
            .collect();
        call.words = reading.words.iter().map(|word| self.shown(word)).collect();
        call.options = reading
            .options
            .iter()
            .flat_map(|given| {
                let value = given.value.as_ref().map(|value| self.shown(value));
                names(given)
                    .into_iter()
                    .map(move |name| (name, value.clone()))
            })
            .collect();
        let mut inner = Call {
            remote: call.remote || wrapped.is_none(),
            depth: call.depth + 1,
            defined: false,
            ..call.clone()
        };
        self.calls.push(call);
        if let Some(tail) = start.and_then(|start| arguments.get(start..)) {
            let skipped = tail
                .iter()
                .take_while(|field| {
                    wrapped.is_some() && field.text.contains('=') && !field.text.starts_with('-')
                })
                .count();
            for field in &tail[..skipped] {
                inner.settings.extend(settings::given(field));
            }
            self.argv(&tail[skipped..], inner);
        }
    }

    fn shown(&self, field: &Field) -> String {
        self.holes.spelled(&field.text.replace(OPAQUE, "…"))
    }

    /// Where the output of a command goes, from what stands around it.
    fn output(&self, command: Node<'_>) -> Output {
        let mut node = command;
        while let Some(parent) = node.parent() {
            match parent.kind() {
                "redirected_statement" => {
                    for child in tree::named_children(parent) {
                        let text = tree::text(child, self.source);
                        if child.kind() == "file_redirect"
                            && let Some(path) = redirect::file(text)
                        {
                            return Output::File(self.holes.spelled(path));
                        }
                    }
                }
                "pipeline" => {
                    let last = tree::named_children(parent)
                        .into_iter()
                        .rfind(|child| child.kind() != "comment");
                    if last.is_some_and(|last| last.id() != node.id()) {
                        return Output::Pipe;
                    }
                }
                "command_substitution" | "process_substitution" => return Output::Pipe,
                "program" | "function_definition" => return Output::Shown,
                _ => {}
            }
            node = parent;
        }
        Output::Shown
    }
}

/// The names that an option goes by: `-it` is `-i` and `-t`, also where the table lists it whole.
fn names(given: &options::Given) -> Vec<String> {
    match &given.names[..] {
        [whole] if matches!(whole.as_str(), "-it" | "-ti") => vec!["-i".into(), "-t".into()],
        [_, letters @ ..] if !letters.is_empty() => letters.to_vec(),
        names => names.to_vec(),
    }
}

/// Where the command inside `kubectl exec POD -- CMD` begins.
fn inner_start(program: &Program, reading: &Arguments) -> Option<usize> {
    for (verb, skip) in &program.through {
        let fits = reading.words.len() >= verb.len()
            && verb
                .iter()
                .zip(&reading.words)
                .all(|(verb, word)| verb == "*" || word.known() == Some(verb));
        if fits {
            let before = reading.places.get(verb.len() + skip).copied();
            return match (reading.rest, before) {
                (Some(rest), Some(place)) => Some(rest.min(place)),
                (rest, place) => rest.or(place),
            };
        }
    }
    (program.by.as_deref() == Some("ssh"))
        .then(|| reading.places.get(1).copied())
        .flatten()
}
