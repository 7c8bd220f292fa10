//! `breakglass run`: walks a scenario without a screen — for drills from cron and for tests.
//!
//! The same intents, facts, keepers and report as the console; only the confirmation is given
//! beforehand, as a level. It must not start anything by itself: the host does.

mod talk;

use super::{Common, complain, say};
use crate::incident::state::Standing;
use crate::incident::{Confirmation, Intent, Refusal, RunId, StepKey};
use crate::runbook::{Block, Risk, Scenario, ScenarioId, ScenarioKind, Step};
use color_eyre::Result;
use color_eyre::eyre::eyre;
use std::process::ExitCode;
use talk::{Answer, Talk};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  breakglass run postgresql-primary-failure                        what only looks
  breakglass run cache-failure --up-to change --drill              a weekly drill
  breakglass run application-failure --set backup-id=2026-01-31 --up-to destroy

Exit: 0 walked to the end, 1 a step failed or was held (it says where), 2 could not be asked")]
pub struct Run {
    /// The scenario, by its id (`breakglass scenarios` lists them)
    pub scenario: String,
    /// Fill a placeholder; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    pub set: Vec<(String, String)>,
    /// Stop before the first step above this level
    #[arg(long, default_value = "read", value_parser = ["read", "change", "destroy"])]
    pub up_to: String,
    /// Mark the incident as a drill
    #[arg(long)]
    pub drill: bool,
    /// Leave a step out, and say why; may be repeated
    #[arg(long, value_name = "STEP=REASON", value_parser = pair)]
    pub skip: Vec<(String, String)>,
    /// Where steps are alternatives, take this one instead of the first; may be repeated
    #[arg(long, value_name = "STEP")]
    pub take: Vec<String>,
    /// Leave the incident open afterwards, for a console to go on with
    #[arg(long)]
    pub keep_open: bool,
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => {
            Ok((name.trim().to_owned(), value.to_owned()))
        }
        _ => Err("expected NAME=VALUE".into()),
    }
}

/// Where a walk stopped, and why.
struct Stop {
    step: String,
    why: String,
}

impl Run {
    pub fn run(self, common: &Common) -> Result<ExitCode> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(self.walk(common))
    }

    fn level(&self) -> Risk {
        match self.up_to.as_str() {
            "destroy" => Risk::Destroy,
            "change" => Risk::Change,
            _ => Risk::Read,
        }
    }

    async fn walk(self, common: &Common) -> Result<ExitCode> {
        let mut talk = Talk::start(common).await?;
        let scenario = self.choose(&talk)?;
        self.check_names(&scenario)?;
        let continued = talk.state.is_open();
        if continued
            && talk
                .state
                .scenario
                .as_ref()
                .is_none_or(|open| open.id != scenario.id)
        {
            let id = talk.state.id.map(|id| id.to_string()).unwrap_or_default();
            return Err(eyre!(
                "{id} `{}` is open: close it first, or go on with it in the console",
                talk.state.title
            ));
        }
        if !continued {
            let open = Intent::Open {
                title: None,
                scenario: Some(scenario.id.clone()),
                severity: None,
                drill: self.drill,
            };
            talk.intend_or_fail(open).await?;
        }
        let id = talk.state.id.map(|id| id.to_string()).unwrap_or_default();
        say(&format!(
            "{id}  {}  {}\n",
            scenario.title,
            if talk.state.drill { "DRILL" } else { "" }.trim_end()
        ));
        for (name, value) in &self.set {
            talk.intend_or_fail(Intent::SetPlaceholder {
                name: name.clone(),
                value: value.clone(),
            })
            .await?;
        }
        let stop = self.steps(&mut talk, &scenario).await?;
        let (resolution, code) = match &stop {
            None => ("walked to the end by `breakglass run`".to_owned(), 0),
            Some(Stop { step, why }) => (format!("stopped at step {step}: {why}"), 1),
        };
        if !self.keep_open && !continued && talk.state.running().next().is_none() {
            talk.intend_or_fail(Intent::Close { resolution }).await?;
        }
        match stop {
            None => say(&format!("done; `breakglass report {id}` has the report\n")),
            Some(Stop { step, why }) => complain(&format!(
                "stopped at step {step}: {why}; `breakglass report {id}` has the report"
            )),
        }
        Ok(ExitCode::from(code))
    }

    fn choose(&self, talk: &Talk) -> Result<Scenario> {
        let wanted = ScenarioId(self.scenario.clone());
        let all: Vec<&Scenario> = talk
            .runbooks
            .iter()
            .flat_map(|runbook| &runbook.scenarios)
            .collect();
        if let Some(found) = all.iter().find(|scenario| scenario.id == wanted) {
            return Ok((*found).clone());
        }
        let mut near: Vec<&str> = all
            .iter()
            .filter(|scenario| scenario.kind == ScenarioKind::Recovery)
            .map(|scenario| scenario.id.0.as_str())
            .filter(|id| {
                self.scenario
                    .split('-')
                    .any(|word| word.len() > 3 && id.contains(word))
            })
            .collect();
        near.dedup();
        let hint = if near.is_empty() {
            String::new()
        } else {
            format!("; did you mean {}?", near.join(", "))
        };
        Err(eyre!(
            "there is no scenario `{wanted}`{hint} `breakglass scenarios` lists them"
        ))
    }

    /// A misspelt `--set`, `--skip` or `--take` must not pass in silence.
    fn check_names(&self, scenario: &Scenario) -> Result<()> {
        let known = |number: &str| scenario.steps.iter().any(|step| step.number == number);
        if let Some(step) = self
            .skip
            .iter()
            .map(|(step, _)| step)
            .chain(&self.take)
            .find(|step| !known(step))
        {
            return Err(eyre!("there is no step `{step}` in `{}`", scenario.id));
        }
        let holes: Vec<&String> = scenario
            .steps
            .iter()
            .flat_map(|step| &step.blocks)
            .flat_map(|block| &block.placeholders)
            .collect();
        match self.set.iter().find(|(name, _)| !holes.contains(&name)) {
            Some((name, _)) if holes.is_empty() => Err(eyre!(
                "`{}` has no placeholders, so `--set {name}=…` fills nothing",
                scenario.id
            )),
            Some((name, _)) => {
                let names: Vec<_> = holes.iter().map(|name| name.as_str()).collect();
                Err(eyre!(
                    "`{}` has no placeholder `{name}`; it has {}",
                    scenario.id,
                    names.join(", ")
                ))
            }
            None => Ok(()),
        }
    }

    async fn steps(&self, talk: &mut Talk, scenario: &Scenario) -> Result<Option<Stop>> {
        for step in &scenario.steps {
            let stop = |why: String| {
                Ok(Some(Stop {
                    step: format!("{} `{}`", step.number, step.title),
                    why,
                }))
            };
            if let Some((_, reason)) = self.skip.iter().find(|(number, _)| *number == step.number) {
                talk.intend_or_fail(Intent::Skip {
                    step: step.number.clone(),
                    reason: reason.clone(),
                })
                .await?;
                say(&format!(
                    "− {} {}  skipped: {reason}\n",
                    step.number, step.title
                ));
                continue;
            }
            self.settle_branch(talk, scenario, step).await?;
            match talk.state.standing(scenario, step) {
                Standing::Done | Standing::Skipped => continue,
                Standing::NotTaken => {
                    say(&format!("− {} {}  not taken\n", step.number, step.title));
                    continue;
                }
                Standing::Open
                | Standing::Running
                | Standing::Failed
                | Standing::UnknownOutcome => {}
            }
            let blocks: Vec<(usize, &Block)> = step
                .blocks
                .iter()
                .enumerate()
                .filter(|(_, block)| block.is_runnable())
                .collect();
            if blocks.is_empty() {
                return stop(format!(
                    "a person does this; mark it done in the console, or leave it out with `--skip {}=REASON`",
                    step.number
                ));
            }
            for (index, block) in blocks {
                let needed = block.risk.max(Risk::Unknown);
                if block.risk != Risk::Read && self.level() < needed.max(Risk::Change) {
                    return stop(format!(
                        "it {} ({}), which is above `--up-to {}`",
                        block.risk.word(),
                        why(block),
                        self.up_to
                    ));
                }
                if block.interactive {
                    return stop(
                        "it opens a prompt that wants a person; run it in the console".into(),
                    );
                }
                match self.block(talk, scenario, step, index).await? {
                    None => {}
                    Some(why) => return stop(why),
                }
            }
        }
        Ok(None)
    }

    /// Takes the first of a set of alternatives, or the one that was named.
    async fn settle_branch(&self, talk: &mut Talk, scenario: &Scenario, step: &Step) -> Result<()> {
        let Some(branch) = &step.branch else {
            return Ok(());
        };
        if talk
            .state
            .branches
            .contains_key(&format!("{}/{}", scenario.id, branch.group))
        {
            return Ok(());
        }
        let group: Vec<&Step> = scenario
            .steps
            .iter()
            .filter(|other| {
                other
                    .branch
                    .as_ref()
                    .is_some_and(|theirs| theirs.group == branch.group)
            })
            .collect();
        let named = group.iter().find(|other| self.take.contains(&other.number));
        let Some(chosen) = named
            .or(group.first())
            .and_then(|step| step.branch.as_ref())
        else {
            return Ok(());
        };
        let reason = if named.is_some() {
            "named by `--take`"
        } else {
            "the first alternative, taken by `breakglass run`"
        };
        let intent = Intent::ChooseBranch {
            group: chosen.group.clone(),
            option: chosen.option.clone(),
            reason: Some(reason.into()),
        };
        talk.intend_or_fail(intent).await?;
        Ok(())
    }

    /// Runs one block to its end; `Some` says why the walk stops here.
    async fn block(
        &self,
        talk: &mut Talk,
        scenario: &Scenario,
        step: &Step,
        block: usize,
    ) -> Result<Option<String>> {
        if talk
            .state
            .last_run(&scenario.id, &step.number, block)
            .is_some_and(|(_, run)| {
                run.end
                    .as_ref()
                    .is_some_and(crate::incident::RunEnd::is_success)
            })
        {
            return Ok(None);
        }
        for (name, value, line) in carried(step, block) {
            if !talk.state.placeholders.contains_key(name) {
                say(&format!("· {name} as line {line} sets it\n"));
                let (name, value) = (name.to_owned(), value.to_owned());
                talk.intend_or_fail(Intent::SetPlaceholder { name, value })
                    .await?;
            }
        }
        let confirmation = Confirmation::UpTo {
            level: self.level(),
        };
        let run = match talk
            .intend(Intent::Run {
                step: step.number.clone(),
                block,
                confirmation,
            })
            .await?
        {
            Answer::Done { run: Some(run) } => run,
            Answer::Done { run: None } => {
                return Err(eyre!("the host started nothing and did not say why"));
            }
            Answer::Refused { refusal } => return Ok(Some(with_options(&refusal))),
        };
        let key = StepKey {
            scenario: scenario.id.clone(),
            step: step.number.clone(),
        };
        let target = talk
            .state
            .runs
            .get(&run)
            .map(|run| run.target.name.clone())
            .unwrap_or_default();
        say(&format!("▶ {} {}  on {target}\n", step.number, step.title));
        talk.until_ended(run).await?;
        Self::say_end(talk, run, &key)
    }

    fn say_end(talk: &Talk, run: RunId, key: &StepKey) -> Result<Option<String>> {
        let Some(ended) = talk.state.runs.get(&run) else {
            return Err(eyre!("{run} of {key} is not in the record"));
        };
        for line in ended.tail.lines() {
            say(&format!("  │ {line}\n"));
        }
        let end = ended.end.clone().unwrap_or(crate::incident::RunEnd::Lost);
        let took = ended.duration_ms.unwrap_or(0) as f64 / 1000.0;
        let glyph = if end.is_success() { '✔' } else { '✖' };
        say(&format!(
            "{glyph} {}  {} in {took:.1} s\n",
            key.step,
            end.word()
        ));
        Ok((!end.is_success()).then(|| format!("it failed: {}", end.word())))
    }
}

/// What an earlier block says in so many words of a variable that this one reads; blocks share no shell.
fn carried(step: &Step, block: usize) -> impl Iterator<Item = (&str, &str, u32)> {
    let holes = step.blocks.get(block).into_iter().flat_map(|b| &b.holes);
    holes.filter_map(|hole| Some((hole.name.as_str(), hole.default.as_deref()?, hole.set_in?)))
}

/// A refusal, and the options that would settle it.
fn with_options(refusal: &Refusal) -> String {
    let mut text = refusal.to_string();
    if let Refusal::OpenPlaceholders { names } = refusal {
        text.push(':');
        for name in names {
            text.extend([" --set '", name, "=…'"]);
        }
    }
    text
}

fn why(block: &Block) -> String {
    block
        .reasons
        .first()
        .cloned()
        .unwrap_or_else(|| "what it would do is not known".into())
}
