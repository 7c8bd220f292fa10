//! A runbook with its lines, and every command in it with the place where it stands.
//!
//! It must not know any rule.

use crate::runbook::shell::{self, Call};
use crate::runbook::spread::spread;
use crate::runbook::{Block, Line, Role, Runbook, Scenario, ScenarioKind, Step, source};
use std::collections::HashMap;
use std::ops::Range;

/// Where something stands, 1-based.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spot {
    pub line: u32,
    pub column: Option<u32>,
}

impl From<u32> for Spot {
    fn from(line: u32) -> Self {
        Spot { line, column: None }
    }
}

/// A runbook, ready to be looked at.
#[derive(Debug)]
pub struct Page<'r> {
    pub runbook: &'r Runbook,
    text: String,
    /// Where each line begins and ends in the text, bytes.
    spans: Vec<Range<usize>>,
    /// Line → it stands inside a fence (the fence's own lines too).
    fenced: Vec<bool>,
    pub(super) texts: Vec<Shell<'r>>,
    /// The texts of a step, by its address.
    by_step: HashMap<usize, Range<usize>>,
}

/// One shell text of a step: a block, or a command in the running text.
#[derive(Debug)]
pub(super) struct Shell<'r> {
    pub scenario: &'r Scenario,
    pub step: &'r Step,
    /// `None` for a command in the running text.
    pub block: Option<&'r Block>,
    pub calls: Vec<Call>,
    /// The line of the file for each line of the text.
    rows: Vec<u32>,
}

/// What a shell text of a step is made of.
enum Piece<'r> {
    Block(&'r Block),
    Inline(&'r Line),
}

impl<'r> Page<'r> {
    pub fn new(runbook: &'r Runbook, bytes: &[u8]) -> Self {
        let (text, _) = source::read(bytes);
        let lines: Vec<&str> = text.split('\n').collect();
        let fenced = fenced(runbook, &lines);
        let mut pieces = Vec::new();
        let mut by_step = HashMap::new();
        for scenario in &runbook.scenarios {
            for step in &scenario.steps {
                let first = pieces.len();
                let blocks = step.blocks.iter().filter(|block| is_shell(block));
                pieces.extend(blocks.map(|block| (scenario, step, Piece::Block(block))));
                let inline = step.inline.iter();
                pieces.extend(inline.map(|line| (scenario, step, Piece::Inline(line))));
                by_step.insert(address(step), first..pieces.len());
            }
        }
        let texts = spread(&pieces, |(scenario, step, piece)| {
            let (block, calls, rows) = match piece {
                Piece::Block(block) => (Some(*block), calls(block), rows(block, &lines)),
                Piece::Inline(line) => {
                    let mut calls = shell::calls(&line.text, &[]);
                    // A word in backticks is a command only where a program of that name is known.
                    calls.retain(|call| shell::is_known(&call.program));
                    (None, calls, vec![line.line])
                }
            };
            Shell {
                scenario,
                step,
                block,
                calls,
                rows,
            }
        });
        Page {
            runbook,
            spans: spans(&text),
            text: text.into_owned(),
            fenced,
            texts,
            by_step,
        }
    }

    /// Lines with their numbers.
    pub(super) fn lines(&self) -> impl Iterator<Item = (u32, &str)> {
        (1..).zip(self.spans.iter().map(|span| &self.text[span.clone()]))
    }

    /// A line, empty where there is none.
    pub(super) fn line(&self, number: u32) -> &str {
        let span = self.spans.get(number.max(1) as usize - 1);
        span.map_or("", |span| &self.text[span.clone()])
    }

    /// The lines from one to another that stand in no fence.
    pub(super) fn prose_within(&self, from: u32, to: u32) -> impl Iterator<Item = (u32, &str)> {
        let last = to.min(self.last_line());
        (from.max(1)..=last)
            .filter(|line| !self.is_fenced(*line))
            .map(|line| (line, self.line(line)))
    }

    /// The lines that stand in no fence.
    pub(super) fn prose(&self) -> impl Iterator<Item = (u32, &str)> {
        self.lines().filter(|(line, _)| !self.is_fenced(*line))
    }

    pub(super) fn is_fenced(&self, line: u32) -> bool {
        self.fenced.get(line as usize - 1).copied().unwrap_or(false)
    }

    pub(super) fn last_line(&self) -> u32 {
        self.fenced.len().max(1) as u32
    }

    /// The heading's level, where a line is one.
    pub(super) fn heading(&self, line: u32, text: &str) -> Option<usize> {
        let level = text.bytes().take_while(|byte| *byte == b'#').count();
        let fits = (1..=6).contains(&level) && text[level..].starts_with([' ', '\t']);
        (fits && !self.is_fenced(line)).then_some(level)
    }

    /// What is meant to be walked during an incident.
    pub(super) fn recoveries(&self) -> impl Iterator<Item = &'r Scenario> {
        self.runbook
            .scenarios
            .iter()
            .filter(|scenario| scenario.kind == ScenarioKind::Recovery)
    }

    /// The shell texts of one step.
    pub(super) fn texts_of(&self, step: &Step) -> impl Iterator<Item = &Shell<'r>> {
        let range = self
            .by_step
            .get(&address(step))
            .cloned()
            .unwrap_or_default();
        self.texts[range].iter()
    }

    /// Where `needle` stands for the first time in a line.
    pub(super) fn spot(&self, line: u32, needle: &str) -> Spot {
        let text = self.line(line);
        let column = text
            .find(needle)
            .map(|at| text[..at].chars().count() as u32 + 1);
        Spot { line, column }
    }
}

impl Shell<'_> {
    /// The line of the file on which a row of the text stands.
    pub fn line(&self, row: u32) -> u32 {
        let last = self.rows.last().copied();
        let known = self.rows.get(row as usize).copied().or(last);
        known.unwrap_or(self.step.line)
    }

    /// Where a word of a call stands.
    pub fn spot(&self, page: &Page<'_>, call: &Call, word: &str) -> Spot {
        (call.row..=call.end_row)
            .map(|row| page.spot(self.line(row), word))
            .find(|spot| spot.column.is_some())
            .unwrap_or_else(|| self.line(call.row).into())
    }

    /// The command inside another one (`sudo CMD`), by the position of the outer one.
    pub fn inner(&self, outer: usize) -> Option<&Call> {
        let depth = self.calls.get(outer)?.depth;
        self.calls
            .get(outer + 1)
            .filter(|call| call.depth == depth + 1)
    }

    pub fn is_recovery(&self) -> bool {
        self.scenario.kind == ScenarioKind::Recovery
    }
}

fn address(step: &Step) -> usize {
    std::ptr::from_ref(step).addr()
}

fn spans(text: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    let ends = text.split('\n').map(str::len);
    ends.map(|length| {
        let span = start..start + length;
        start = span.end + 1;
        span
    })
    .collect()
}

/// Whether a block is bash that would be run.
fn is_shell(block: &Block) -> bool {
    let other = matches!(
        block.language.as_deref(),
        Some("powershell" | "ps1" | "pwsh" | "ps" | "fish" | "bat" | "cmd")
    );
    let interpreted = block.attributes.interpreter.as_deref().is_some_and(|name| {
        !["bash", "sh", "zsh"]
            .iter()
            .any(|shell| name.ends_with(shell))
    });
    block.role == Role::Command && !other && !interpreted
}

/// The commands of a block; what is typed behind `ssh host` runs at the far side.
fn calls(block: &Block) -> Vec<Call> {
    let holes: Vec<String> = block
        .holes
        .iter()
        .map(|hole| hole.spelling.clone())
        .collect();
    let mut calls = shell::calls(&block.text, &holes);
    if let Some(far) = block.far_side() {
        let near = block.text.len().saturating_sub(far.len());
        let row = block.text[..near].matches('\n').count() as u32;
        for call in calls.iter_mut().filter(|call| call.row >= row) {
            call.remote = true;
        }
    }
    calls
}

/// The file's line for each line of a block's text: prompts and output may have been taken out of it.
fn rows(block: &Block, lines: &[&str]) -> Vec<u32> {
    let mut at = block.line;
    let mut rows = Vec::new();
    for text in block.text.lines() {
        let wanted = text.trim();
        let found = (at..=block.end_line.max(at)).find(|line| {
            lines
                .get(*line as usize)
                .is_some_and(|line| line.trim_end().ends_with(wanted) && !wanted.is_empty())
        });
        match found {
            Some(line) => {
                rows.push(line + 1);
                at = line + 1;
            }
            None => rows.push((at + 1).min(block.end_line.max(block.line))),
        }
    }
    rows
}

/// Which lines stand in fences: those of the parser where it has them, the marks for the rest.
fn fenced(runbook: &Runbook, lines: &[&str]) -> Vec<bool> {
    let mut fenced = vec![false; lines.len()];
    let mut open: Option<(u8, usize)> = None;
    for (index, line) in lines.iter().enumerate() {
        let text = line.trim_start();
        let mark = text
            .bytes()
            .next()
            .filter(|mark| matches!(mark, b'`' | b'~'));
        let length = mark.map_or(0, |mark| {
            text.bytes().take_while(|byte| *byte == mark).count()
        });
        let plain = text[length..].trim().is_empty();
        fenced[index] = open.is_some();
        match (open, mark) {
            (Some((opened, least)), Some(mark)) if mark == opened && length >= least && plain => {
                open = None;
            }
            (None, Some(mark))
                if length >= 3 && !(mark == b'`' && text[length..].contains('`')) =>
            {
                fenced[index] = true;
                open = Some((mark, length));
            }
            _ => {}
        }
    }
    // A fence that is never closed swallows what follows: there the parser knows better.
    if runbook
        .warnings
        .iter()
        .any(|warning| warning.message.starts_with("the code fence"))
    {
        fenced.fill(false);
        let steps = runbook
            .scenarios
            .iter()
            .flat_map(|scenario| &scenario.steps);
        for block in steps.flat_map(|step| &step.blocks) {
            for line in block.line..=block.end_line {
                if let Some(inside) = fenced.get_mut(line as usize - 1) {
                    *inside = true;
                }
            }
        }
    }
    fenced
}
