//! A fence → a [`Block`]: what it is by label, prompt, first words, output patterns and the sentence
//! before it. What is not clearly meant to be run is never a command or a query.

mod caption;
mod family;
mod far_side;
mod not_shell;
mod shell_text;
mod sql_text;

pub(super) use caption::announces_output;
pub(super) use far_side::far_side;

use super::commands::{self, Looks};
use super::lexicon::list;
use super::scan::Fence;
use super::shell::{self, RiskTable};
use super::transcript;
use super::{Attributes, Block, Line, Placeholder, Risk, Role, info_string, lexicon, placeholder};
use family::{Family, family};
use shell_text::shell_block;
use sql_text::{from_session, sql_block};

/// The blocks of a document, by their lines.
pub(super) struct Blocks(Vec<Block>);

impl Blocks {
    /// Of several on one line the last counts.
    pub fn of(mut blocks: Vec<Block>) -> Blocks {
        if !blocks.is_sorted_by(|one, other| one.line < other.line) {
            blocks.reverse();
            blocks.sort_by_key(|block| block.line);
            blocks.dedup_by_key(|block| block.line);
        }
        Blocks(blocks)
    }

    pub fn get(&self, line: u32) -> Option<&Block> {
        self.at(line).map(|at| &self.0[at])
    }

    pub fn get_mut(&mut self, line: u32) -> Option<&mut Block> {
        self.at(line).map(|at| &mut self.0[at])
    }

    /// All of them, in the order of the document.
    pub fn all(&mut self) -> &mut [Block] {
        &mut self.0
    }

    fn at(&self, line: u32) -> Option<usize> {
        self.0.binary_search_by_key(&line, |block| block.line).ok()
    }
}

/// Builds the block of a fence; `caption` is the text right before it.
pub(super) fn build(
    fence: &Fence,
    line: u32,
    end_line: u32,
    caption: &str,
    table: &RiskTable,
) -> Block {
    let (language, mut attributes) = info_string::read(&fence.info);
    let first_line = if fence.indented { line } else { line + 1 };
    let body = dedent(&fence.body);
    let lines: Vec<&str> = body.iter().map(String::as_str).collect();
    let judged = judge(&lines, language.as_deref(), fence.indented, caption);
    let text = judged
        .text
        .iter()
        .map(|(_, text)| text.as_str())
        .collect::<Vec<_>>()
        .join("\n");
    if judged.interpreter.is_some() && attributes.interpreter.is_none() {
        attributes.interpreter = judged.interpreter.map(str::to_owned);
    }
    let substeps = if judged.role == Role::Command {
        substeps(&judged.text, first_line)
    } else {
        Vec::new()
    };
    let flavour = match judged.role {
        Role::Command => Some(placeholder::Flavour::Shell),
        Role::Query => Some(placeholder::Flavour::Sql),
        Role::Patch | Role::Config => Some(placeholder::Flavour::Plain),
        Role::Output | Role::Unknown => None,
    };
    let mut holes = flavour
        .map(|f| placeholder::find(&text, f))
        .unwrap_or_default();
    if flavour.is_some()
        && let Some(target) = &attributes.target
    {
        holes_of_target(target, &mut holes);
    }
    let mut placeholders: Vec<String> = Vec::new();
    for hole in &holes {
        if !placeholders.contains(&hole.name) {
            placeholders.push(hole.name.clone());
        }
    }
    let mut block = Block {
        line,
        end_line,
        language,
        role: judged.role,
        text,
        risk: Risk::Unknown,
        placeholders,
        reasons: Vec::new(),
        holes,
        expected: judged.expected,
        substeps,
        interactive: false,
        attributes: Attributes::default(),
    };
    assess(&mut block, attributes, table);
    block
}

/// What is open in the author's `target` is asked for too: it is held against what the command would hit.
fn holes_of_target(target: &str, holes: &mut Vec<Placeholder>) {
    for mut hole in placeholder::find(target, placeholder::Flavour::Shell) {
        let known =
            |other: &Placeholder| other.name == hole.name && other.spelling == hole.spelling;
        if !holes.iter().any(known) {
            hole.description
                .get_or_insert_with(|| format!("of the fence's target `{target}`"));
            holes.push(hole);
        }
    }
}

/// Fills risk, reasons and `interactive`; what the author wrote on the fence can only add to it.
fn assess(block: &mut Block, attributes: Attributes, table: &RiskTable) {
    match block.role {
        Role::Command => {
            let spellings: Vec<String> = block
                .holes
                .iter()
                .map(|hole| hole.spelling.clone())
                .collect();
            let assessment = shell::classify_with_holes(&block.text, &spellings, table);
            block.risk = assessment.risk;
            block.reasons = assessment.reasons;
            block.interactive = assessment.interactive || block.far_side().is_some();
        }
        Role::Query => {
            let assessment = shell::classify_sql(&block.text);
            block.risk = assessment.risk;
            block.reasons = assessment.reasons;
        }
        Role::Patch => block.risk = Risk::Change,
        Role::Config | Role::Output | Role::Unknown => {}
    }
    if block.is_runnable()
        && let Some(risk) = attributes.risk
    {
        if block.risk == Risk::Unknown || risk > block.risk {
            block
                .reasons
                .push("the runbook's author says so on the fence".to_owned());
        }
        block.risk = if block.risk == Risk::Unknown {
            risk
        } else {
            block.risk.max(risk)
        };
    }
    if let Some(interactive) = attributes.interactive
        && block.role == Role::Command
    {
        block.interactive = interactive || block.far_side().is_some();
    }
    block.attributes = attributes;
}

/// Whether a fence's label is a shell's.
pub(super) fn is_shell_label(label: &str) -> bool {
    matches!(family(Some(label)), Family::Shell { .. })
}

/// Turns a block of assignments into the command that they are.
pub(super) fn make_command(block: &mut Block) {
    block.role = Role::Command;
    block.risk = Risk::Read;
    block.reasons = vec!["sets variables of its shell".to_owned()];
    block.holes = placeholder::find(&block.text, placeholder::Flavour::Shell);
    block.placeholders.clear();
    for hole in &block.holes {
        if !block.placeholders.contains(&hole.name) {
            block.placeholders.push(hole.name.clone());
        }
    }
}

/// The names that a shell text reads as variables.
pub(super) fn variables_read(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        rest = &rest[at + 1..];
        let word = rest.strip_prefix('{').unwrap_or(rest);
        let end = word
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .unwrap_or(word.len());
        if end > 0 {
            names.push(word[..end].to_owned());
        }
    }
    names
}

/// What a block was found to be.
#[derive(Default)]
struct Judged {
    role: Role,
    text: Vec<(usize, String)>,
    expected: Option<String>,
    interpreter: Option<&'static str>,
}

impl Judged {
    /// Nothing is taken apart.
    fn whole(lines: &[&str], role: Role) -> Judged {
        Judged {
            role,
            text: numbered(lines),
            ..Judged::default()
        }
    }
}

/// Lines with their places in the block.
fn numbered(lines: &[&str]) -> Vec<(usize, String)> {
    lines
        .iter()
        .enumerate()
        .map(|(i, l)| (i, (*l).to_owned()))
        .collect()
}

fn judge(lines: &[&str], language: Option<&str>, indented: bool, caption: &str) -> Judged {
    let whole = |role| Judged::whole(lines, role);
    match family(language) {
        Family::Shell { console } => {
            shell_block(lines, true, console, caption).unwrap_or_else(whole)
        }
        Family::Plain => {
            let judged = shell_block(lines, false, false, caption).unwrap_or_else(whole);
            if indented && judged.role == Role::Config {
                whole(Role::Unknown)
            } else {
                judged
            }
        }
        Family::Sql => sql_block(lines).unwrap_or_else(|| whole(Role::Query)),
        Family::Printed => match transcript::read(lines, false) {
            Some(session) if !session.typed.is_empty() => from_session(session),
            _ => whole(Role::Output),
        },
        Family::Yaml => whole(if is_workload(lines) {
            Role::Patch
        } else {
            Role::Config
        }),
        Family::PowerShell => {
            let only_remarks = lines
                .iter()
                .all(|l| l.trim().is_empty() || l.trim_start().starts_with('#'));
            Judged {
                interpreter: Some("pwsh"),
                ..whole(if only_remarks {
                    Role::Unknown
                } else {
                    Role::Command
                })
            }
        }
        Family::Config => whole(Role::Config),
        Family::Code | Family::Named => {
            let all = commands::logical_lines(lines);
            let typed = all
                .iter()
                .filter(|l| !is_blank_or_comment(l[0]))
                .collect::<Vec<_>>();
            if !typed.is_empty()
                && typed
                    .iter()
                    .all(|l| commands::looks(l[0]) == Looks::Command)
            {
                whole(Role::Command)
            } else {
                whole(Role::Unknown)
            }
        }
    }
}

fn is_blank_or_comment(line: &str) -> bool {
    let text = line.trim();
    text.is_empty() || text.starts_with('#') || text == ":"
}

/// Numbered comments: `# 1. Stop the writers`, `# Step 2: …`.
fn substeps(text: &[(usize, String)], first_line: u32) -> Vec<Line> {
    let mut found: Vec<(u32, Line)> = Vec::new();
    for (index, line) in text {
        let Some(comment) = line.trim().strip_prefix('#') else {
            continue;
        };
        let comment = comment.trim_matches(['#', ' ', '=', '-']);
        let said = lexicon::open(comment);
        if let Some(ordinal) = said.ordinal
            && said.name != comment
        {
            found.push((
                ordinal,
                Line {
                    text: said.name.trim().trim_end_matches(':').to_owned(),
                    line: first_line + u32::try_from(*index).unwrap_or(0),
                },
            ));
        }
    }
    let counted = found.len() >= 2 && found.first().is_some_and(|(n, _)| *n <= 1);
    if counted {
        found.into_iter().map(|(_, line)| line).collect()
    } else {
        Vec::new()
    }
}

/// A manifest, or a fragment that changes a workload.
fn is_workload(lines: &[&str]) -> bool {
    let top: Vec<&str> = lines
        .iter()
        .filter(|l| l.starts_with(|c: char| c.is_ascii_alphabetic()))
        .filter_map(|l| l.split_once(':').map(|(key, _)| key))
        .collect();
    if top.contains(&"apiVersion") && top.contains(&"kind") {
        return true;
    }
    let workload = "env|spec|containers|template|replicas|resources|image|data|metadata|strategy|affinity|\
    tolerations|nodeSelector|volumes|volumeMounts|envFrom|livenessProbe|readinessProbe|\
    securityContext|ports|selector|limits|requests|stringData";
    !top.is_empty() && top.iter().all(|key| list(workload).any(|w| w == *key))
}

/// Takes off the indent that all lines share.
fn dedent(body: &[String]) -> Vec<String> {
    let shared = body
        .iter()
        .filter(|l| !l.trim().is_empty())
        .map(|l| super::scan::columns(l))
        .min()
        .unwrap_or(0);
    body.iter()
        .map(|l| super::scan::strip_columns(l, shared).trim_end().to_owned())
        .collect()
}

#[cfg(test)]
mod tests;
