//! What a run must fulfil before it may start, and the text that it runs.

use super::{Confirmation, Context, Refusal, exported, find, key, options, taken};
use crate::incident::fact::{Fact, Target};
use crate::incident::state::State;
use crate::mask::Masker;
use crate::runbook::shell::{self, RiskTable};
use crate::runbook::{Block, Risk, Role, Scenario, Step};
use std::collections::BTreeMap;

/// Stands for a secret in facts and on screen.
pub const MASKED: &str = "••••";

/// A block with the values of the incident filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// What is run, secrets and all; it must not be stored or shown.
    pub command: String,
    /// The same for facts, screens and reports.
    pub masked: String,
    /// See [`interpreter`].
    pub interpreter: String,
    /// Names of the holes that are still open, in order of appearance.
    pub missing: Vec<String>,
    /// The block's own level, or what the filled-in values made of it where that is worse.
    pub risk: Risk,
    /// Where the author wants it to run.
    pub cwd: Option<String>,
    /// What the author says it is for.
    pub target: Option<String>,
}

/// Fills in a block of the selected scenario; open holes are left as they stand and named.
pub fn resolve(
    state: &State,
    step: &str,
    block: usize,
    secrets: &BTreeMap<String, String>,
    risks: &RiskTable,
) -> Result<Resolved, Refusal> {
    let (scenario, step) = find(state, step)?;
    let block = runnable(step, block)?;
    fill(state, scenario, step, block, secrets, risks)
}

/// What reads a block's text: `psql` for SQL (`cqlsh`, `mysql`, `mongosh`, `redis-cli` for other query
/// languages), else the author's `interpreter`, else `bash`, which stands for the configured shell.
pub fn interpreter(block: &Block) -> String {
    if let Some(named) = &block.attributes.interpreter {
        return named.clone();
    }
    let language = block.language.as_deref().unwrap_or_default();
    let word = match (block.role, language) {
        (_, "cql" | "cassandra") => "cqlsh",
        (_, "mysql" | "mariadb") => "mysql",
        (_, "mongo" | "mongodb" | "mongosh") => "mongosh",
        (_, "redis") => "redis-cli",
        (Role::Query, _) | (_, "sql" | "psql" | "postgres" | "postgresql" | "pgsql") => "psql",
        (_, "python" | "python3" | "py") => "python3",
        (_, "powershell" | "pwsh" | "ps1") => "pwsh",
        (_, "zsh") => "zsh",
        (_, "fish") => "fish",
        _ => "bash",
    };
    word.to_owned()
}

/// What a step does, for a sentence.
pub(super) fn effect(risk: Risk) -> &'static str {
    match risk {
        Risk::Unknown => "has an unknown effect",
        Risk::Read | Risk::Change | Risk::Destroy => risk.word(),
    }
}

/// The word of `--up-to`.
pub(super) fn level_word(level: Risk) -> &'static str {
    match level {
        Risk::Read | Risk::Unknown => "read",
        Risk::Change => "change",
        Risk::Destroy => "destroy",
    }
}

pub(super) fn start(
    state: &State,
    number: &str,
    index: usize,
    confirmation: &Confirmation,
    context: &Context<'_>,
) -> Result<Fact, Refusal> {
    if let Some(why) = context.blocked {
        return Err(Refusal::JournalBroken {
            why: why.to_owned(),
        });
    }
    let (scenario, step) = find(state, number)?;
    let block = runnable(step, index)?;
    taken(state, scenario, step)?;
    chosen(state, scenario, step)?;
    not_running(state, scenario, step, index)?;
    let resolved = fill(state, scenario, step, block, context.secrets, context.risks)?;
    if !resolved.missing.is_empty() {
        return Err(Refusal::OpenPlaceholders {
            names: resolved.missing,
        });
    }
    let target = proven(context.target.as_ref(), step, resolved.risk)?;
    let confirmed = confirm(step, resolved.risk, confirmation, &target)?;
    Ok(Fact::StepStarted {
        step: key(scenario, step),
        run: state.next_run(),
        block: index,
        title: step.title.clone(),
        command: resolved.masked,
        interpreter: resolved.interpreter,
        risk: resolved.risk,
        target,
        confirmed,
        timeout_seconds: block
            .attributes
            .timeout_seconds
            .or(context.default_timeout_seconds),
    })
}

fn runnable(step: &Step, index: usize) -> Result<&Block, Refusal> {
    let block = step.blocks.get(index).ok_or_else(|| Refusal::NoSuchBlock {
        step: step.number.clone(),
        block: index,
    })?;
    if block.is_runnable() {
        Ok(block)
    } else {
        Err(Refusal::NotRunnable {
            step: step.number.clone(),
        })
    }
}

/// A condition that stands alone is no branch: there is nothing to choose between.
fn chosen(state: &State, scenario: &Scenario, step: &Step) -> Result<(), Refusal> {
    let Some(branch) = &step.branch else {
        return Ok(());
    };
    let options = options(scenario, &branch.group);
    let settled = state
        .branches
        .contains_key(&format!("{}/{}", scenario.id, branch.group));
    if settled || options.len() < 2 {
        return Ok(());
    }
    Err(Refusal::BranchOpen {
        step: step.number.clone(),
        group: branch.group.clone(),
        options,
    })
}

/// One block never runs twice at once, and a step's next block waits for one that changes something:
/// the order of the author's blocks is part of the procedure. What only reads (a log that is followed)
/// or was marked as running in the background holds nothing up.
fn not_running(
    state: &State,
    scenario: &Scenario,
    step: &Step,
    index: usize,
) -> Result<(), Refusal> {
    let key = key(scenario, step);
    let in_the_way = state.running().find(|(_, run)| {
        let background = step
            .blocks
            .get(run.block)
            .is_some_and(|block| block.attributes.background == Some(true));
        run.step == key && (run.block == index || (run.risk != Risk::Read && !background))
    });
    match in_the_way {
        None => Ok(()),
        Some((run, _)) => Err(Refusal::RunsAlready {
            step: step.number.clone(),
            run,
        }),
    }
}

/// What of a block runs here. Lines behind one that opens a remote shell or a prompt are typed there, by a person;
/// they must never run on this machine once that shell is left.
fn near_side(block: &Block) -> &str {
    let far = block.far_side().map_or(0, str::len);
    &block.text[..block.text.len() - far]
}

/// Pairs of a spelling and what goes in there.
type Values = Vec<(String, String)>;

/// The values of a block's holes, real and for the eyes; those that nobody gave are named.
fn values(
    state: &State,
    block: &Block,
    secrets: &BTreeMap<String, String>,
    missing: &mut Vec<String>,
) -> (Values, Values) {
    let mut real = Vec::new();
    let mut masked = Vec::new();
    for name in &block.placeholders {
        let value = state.placeholders.get(name).and_then(|known| {
            if known.secret {
                secrets.get(name).map(|value| (value.clone(), MASKED))
            } else {
                Some((known.value.clone(), known.value.as_str()))
            }
        });
        let Some((value, shown)) = value else {
            if !missing.contains(name) {
                missing.push(name.clone());
            }
            continue;
        };
        for spelling in spellings(block, name) {
            real.push((spelling.clone(), value.clone()));
            masked.push((spelling, shown.to_owned()));
        }
    }
    (real, masked)
}

/// What earlier runs exported, a line each, real and for the eyes.
fn told_first(
    state: &State,
    scenario: &Scenario,
    step: &Step,
    block: &Block,
    secrets: &BTreeMap<String, String>,
    missing: &mut Vec<String>,
) -> Result<(String, String), Refusal> {
    let mut lines = (String::new(), String::new());
    for export in exported::before(state, &key(scenario, step), block) {
        let mut open = Vec::new();
        let (real, masked) = values(state, export.block, secrets, &mut open);
        // Of the earlier block's holes only those count that stand in what it exports.
        open.retain(|name| {
            let holes = spellings(export.block, name);
            holes.iter().any(|spelling| export.word.contains(spelling)) && !missing.contains(name)
        });
        missing.extend(open);
        let fill = |values: &Values| {
            shell::substitute(&format!("export {}", export.word), values).map_err(|why| {
                Refusal::CannotFill {
                    step: export.step.to_owned(),
                    why,
                }
            })
        };
        let said = format!("{}{}\n", exported::MARK, export.step);
        lines.0.push_str(&(fill(&real)? + &said));
        lines.1.push_str(&(fill(&masked)? + &said));
    }
    Ok(lines)
}

fn fill(
    state: &State,
    scenario: &Scenario,
    step: &Step,
    block: &Block,
    secrets: &BTreeMap<String, String>,
    risks: &RiskTable,
) -> Result<Resolved, Refusal> {
    let mut missing = Vec::new();
    let (real, masked) = values(state, block, secrets, &mut missing);
    let sql = block.role == Role::Query;
    let here = near_side(block);
    let substitute = |values: &[(String, String)]| {
        let filled = if values.is_empty() {
            Ok(here.to_owned())
        } else if sql {
            shell::substitute_sql(here, values)
        } else {
            shell::substitute(here, values)
        };
        filled.map_err(|why| Refusal::CannotFill {
            step: step.number.clone(),
            why,
        })
    };
    let (first, first_masked) = told_first(state, scenario, step, block, secrets, &mut missing)?;
    let command = first + &substitute(&real)?;
    let known: Vec<String> = secrets.values().cloned().collect();
    let masked = first_masked + &substitute(&masked)?;
    let masked = Masker::new(&known).mask(&masked).into_owned();
    let risk = if real.is_empty() || block.attributes.risk.is_some() {
        block.risk
    } else {
        // A value can name the verb (`<command>` → `delete`): what it made of the text counts.
        let judged = if sql {
            shell::classify_sql(&command)
        } else {
            shell::classify(&command, risks)
        };
        block.risk.max(match judged.risk {
            Risk::Read | Risk::Unknown => Risk::Read,
            worse @ (Risk::Change | Risk::Destroy) => worse,
        })
    };
    Ok(Resolved {
        command,
        masked,
        interpreter: interpreter(block),
        missing,
        risk,
        cwd: block.attributes.cwd.clone(),
        target: declared(state, block),
    })
}

/// The author's `target`, with the values that are known put in; a secret is no address.
fn declared(state: &State, block: &Block) -> Option<String> {
    let mut target = block.attributes.target.clone()?;
    for name in &block.placeholders {
        if let Some(known) = state.placeholders.get(name).filter(|known| !known.secret) {
            for spelling in spellings(block, name) {
                target = target.replace(&spelling, &known.value);
            }
        }
    }
    let target = target.trim();
    (!target.is_empty()).then(|| target.to_owned())
}

fn spellings(block: &Block, name: &str) -> Vec<String> {
    let mut spellings: Vec<String> = Vec::new();
    for hole in block.holes.iter().filter(|hole| hole.name == name) {
        if !hole.spelling.is_empty() && !spellings.contains(&hole.spelling) {
            spellings.push(hole.spelling.clone());
        }
    }
    if spellings.is_empty() {
        spellings.push(format!("<{name}>"));
    }
    spellings
}

fn proven(target: Option<&Target>, step: &Step, risk: Risk) -> Result<Target, Refusal> {
    match (target, risk) {
        (Some(target), _) => Ok(target.clone()),
        (None, Risk::Read) => Ok(Target {
            name: "unknown".into(),
            evidence: "nothing told what it would look at".into(),
        }),
        (None, Risk::Unknown | Risk::Change | Risk::Destroy) => Err(Refusal::NoTarget {
            step: step.number.clone(),
        }),
    }
}

/// Whether the confirmation is enough for the risk; the words for the record where it is.
fn confirm(
    step: &Step,
    risk: Risk,
    confirmation: &Confirmation,
    target: &Target,
) -> Result<String, Refusal> {
    let same = |confirmed: &str| {
        if confirmed == target.name {
            Ok(())
        } else {
            Err(Refusal::TargetChanged {
                confirmed: confirmed.to_owned(),
                now: target.name.clone(),
            })
        }
    };
    let number = || step.number.clone();
    match (confirmation, risk) {
        (Confirmation::UpTo { level }, _) => {
            let allowed = match (level, risk) {
                (_, Risk::Read) | (Risk::Destroy, _) => true,
                (Risk::Change, Risk::Unknown | Risk::Change) => true,
                (Risk::Change, Risk::Destroy) | (Risk::Read | Risk::Unknown, _) => false,
            };
            if allowed {
                Ok(format!("allowed by --up-to {}", level_word(*level)))
            } else {
                Err(Refusal::AboveLevel {
                    step: number(),
                    risk,
                    level: *level,
                })
            }
        }
        (Confirmation::Typed { target: typed }, _) => {
            same(typed).map(|()| format!("typed: {typed}"))
        }
        (Confirmation::Shown { target: shown }, Risk::Read | Risk::Unknown | Risk::Change) => {
            same(shown).map(|()| format!("a second key with the target shown: {shown}"))
        }
        (Confirmation::Key, Risk::Read) => Ok("one key".into()),
        (Confirmation::Key, Risk::Unknown | Risk::Change) => Err(Refusal::ConfirmWithTarget {
            step: number(),
            risk,
            target: target.name.clone(),
        }),
        (Confirmation::Key | Confirmation::Shown { .. }, Risk::Destroy) => {
            Err(Refusal::TypeTheTarget {
                step: number(),
                target: target.name.clone(),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, here: &str) {
        let block = Block {
            line: 1,
            end_line: 3,
            language: Some("bash".into()),
            role: Role::Command,
            text: text.into(),
            interactive: true,
            ..Block::default()
        };
        assert_eq!(near_side(&block).trim_end(), here);
    }

    #[test]
    fn what_is_typed_at_the_far_side_never_runs_here() {
        check("ssh db-1\nrm -rf /data", "ssh db-1");
        check(
            "kubectl exec -it redis-0 -- sh\nredis-cli flushall",
            "kubectl exec -it redis-0 -- sh",
        );
        check("ssh db-1 uptime\nls", "ssh db-1 uptime\nls");
    }
}
