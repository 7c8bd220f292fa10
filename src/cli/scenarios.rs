//! `breakglass scenarios`: what the runbooks parsed to.
//!
//! The JSON is a contract: its view stands here, apart from the parser's own types, so that those
//! can change while this does not.

use super::Common;
use crate::config::Config;
use crate::library::{self, Document};
use crate::runbook::{Block, Line, Runbook, Scenario, ScenarioKind, Step};
use color_eyre::Result;
use serde::Serialize;
use std::fmt::Write as _;
use std::io::{BufWriter, ErrorKind, Write as _};
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Scenarios {
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    pub format: super::Format,
}

impl Scenarios {
    /// Lists the runbooks that `--runbook` names; without any, those of the config and the built-in ones.
    pub fn run(self, common: &Common) -> Result<ExitCode> {
        let config = Config::load(common)?;
        let table = library::table(&config);
        let asked = if common.runbook.is_empty() {
            &config.runbooks
        } else {
            &common.runbook
        };
        let mut runbooks = Vec::new();
        let mut code = ExitCode::SUCCESS;
        for document in library::documents(asked, &table) {
            match document {
                Document::Read(runbook) => runbooks.push(*runbook),
                Document::Unreadable { error, .. } => {
                    super::complain(&error);
                    code = ExitCode::from(2);
                }
            }
        }
        if common.runbook.is_empty() && config.builtin_runbooks {
            runbooks.extend(library::builtins(&table));
        }
        crate::runbook::links::resolve(&mut runbooks);
        match self.format {
            super::Format::Json => print(&runbooks)?,
            super::Format::Text => super::say(&text(&runbooks)),
        }
        // The program ends here: what a long document became is not taken apart first.
        std::mem::forget(runbooks);
        Ok(code)
    }
}

/// Prints the contract's document as it is made, so that a long one never stands in memory as a whole.
fn print(runbooks: &[Runbook]) -> Result<()> {
    let mut out = BufWriter::with_capacity(64 * 1024, std::io::stdout().lock());
    let written = write_json(&mut out, runbooks).map_err(std::io::Error::from);
    match written
        .and_then(|()| writeln!(out))
        .and_then(|()| out.flush())
    {
        // Whoever reads has gone.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        printed => Ok(printed?),
    }
}

fn write_json(out: impl std::io::Write, runbooks: &[Runbook]) -> serde_json::Result<()> {
    let view = View {
        runbooks: runbooks.iter().map(RunbookView::of).collect(),
    };
    serde_json::to_writer_pretty(out, &view)
}

/// One line for each scenario, under the name of its runbook; warnings last.
pub fn text(runbooks: &[Runbook]) -> String {
    let mut out = String::new();
    for (i, runbook) in runbooks.iter().enumerate() {
        if i > 0 {
            out.push('\n');
        }
        let title = runbook.title.as_deref().unwrap_or("(no title)");
        _ = writeln!(out, "{}  {title}", runbook.source);
        let width = runbook
            .scenarios
            .iter()
            .map(|s| s.id.0.chars().count())
            .max()
            .unwrap_or(0)
            .min(48);
        for scenario in &runbook.scenarios {
            _ = writeln!(
                out,
                "  {:width$}  {:13}  {:8}  RTO {:>6}  RPO {:>6}  {:>2} {:5}  {}",
                scenario.id.0,
                kind_word(scenario.kind),
                scenario.severity.as_deref().unwrap_or("-"),
                duration(scenario.rto_seconds),
                duration(scenario.rpo_seconds),
                scenario.steps.len(),
                if scenario.steps.len() == 1 {
                    "step"
                } else {
                    "steps"
                },
                scenario.title,
            );
        }
        if runbook.scenarios.is_empty() {
            _ = writeln!(out, "  no scenario found");
        }
        for warning in &runbook.warnings {
            _ = writeln!(
                out,
                "  {}:{}: {}",
                runbook.source, warning.line, warning.message
            );
        }
    }
    // Titles come from files; nothing of theirs may steer the terminal.
    out.chars()
        .filter(|c| *c == '\n' || !c.is_control())
        .collect()
}

fn kind_word(kind: ScenarioKind) -> &'static str {
    match kind {
        ScenarioKind::Recovery => "recovery",
        ScenarioKind::Backup => "backup",
        ScenarioKind::Drill => "drill",
        ScenarioKind::Communication => "communication",
        ScenarioKind::Reference => "reference",
    }
}

fn duration(seconds: Option<u64>) -> String {
    match seconds {
        None => "-".to_owned(),
        Some(s) if s >= 3600 && s % 3600 == 0 => format!("{}h", s / 3600),
        Some(s) if s >= 3600 => format!("{}h{:02}m", s / 3600, s % 3600 / 60),
        Some(s) if s >= 60 && s % 60 == 0 => format!("{}m", s / 60),
        Some(s) => format!("{s}s"),
    }
}

#[derive(Serialize)]
struct View<'r> {
    runbooks: Vec<RunbookView<'r>>,
}

#[derive(Serialize)]
struct RunbookView<'r> {
    source: &'r str,
    title: Option<&'r str>,
    objectives: &'r [crate::runbook::Objective],
    scenarios: Vec<ScenarioView<'r>>,
    checklists: &'r [crate::runbook::Checklist],
    contacts: &'r [crate::runbook::Contact],
    schedule: &'r [crate::runbook::Cadence],
    warnings: &'r [crate::runbook::Warning],
    severities: &'r [crate::runbook::SeverityMeaning],
}

#[derive(Serialize)]
struct ScenarioView<'r> {
    id: &'r str,
    title: &'r str,
    kind: ScenarioKind,
    line: u32,
    end_line: u32,
    severity: Option<&'r str>,
    rto_seconds: Option<u64>,
    rpo_seconds: Option<u64>,
    detection: &'r [Line],
    steps: Vec<StepView<'r>>,
}

#[derive(Serialize)]
struct StepView<'r> {
    number: &'r str,
    title: &'r str,
    condition: Option<&'r str>,
    line: u32,
    manual: bool,
    blocks: Vec<BlockView<'r>>,
    inline: &'r [Line],
    phase: crate::runbook::Phase,
    branch: Option<&'r crate::runbook::Branch>,
    cautions: &'r [Line],
    links: &'r [crate::runbook::Link],
}

#[derive(Serialize)]
struct BlockView<'r> {
    line: u32,
    end_line: u32,
    language: Option<&'r str>,
    role: crate::runbook::Role,
    text: &'r str,
    risk: crate::runbook::Risk,
    placeholders: Vec<&'r str>,
    carried: Vec<&'r str>,
    reasons: &'r [String],
    expected: Option<&'r str>,
    substeps: &'r [Line],
    interactive: bool,
    far_side: Option<&'r str>,
}

impl<'r> RunbookView<'r> {
    fn of(runbook: &'r Runbook) -> Self {
        RunbookView {
            source: &runbook.source,
            title: runbook.title.as_deref(),
            objectives: &runbook.objectives,
            scenarios: runbook.scenarios.iter().map(ScenarioView::of).collect(),
            checklists: &runbook.checklists,
            contacts: &runbook.contacts,
            schedule: &runbook.schedule,
            warnings: &runbook.warnings,
            severities: &runbook.severities,
        }
    }
}

impl<'r> ScenarioView<'r> {
    fn of(scenario: &'r Scenario) -> Self {
        ScenarioView {
            id: &scenario.id.0,
            title: &scenario.title,
            kind: scenario.kind,
            line: scenario.line,
            end_line: scenario.end_line,
            severity: scenario.severity.as_deref(),
            rto_seconds: scenario.rto_seconds,
            rpo_seconds: scenario.rpo_seconds,
            detection: &scenario.detection,
            steps: scenario.steps.iter().map(StepView::of).collect(),
        }
    }
}

impl<'r> StepView<'r> {
    fn of(step: &'r Step) -> Self {
        StepView {
            number: &step.number,
            title: &step.title,
            condition: step.condition.as_deref(),
            line: step.line,
            manual: step.manual,
            blocks: step.blocks.iter().map(BlockView::of).collect(),
            inline: &step.inline,
            phase: step.phase,
            branch: step.branch.as_ref(),
            cautions: &step.cautions,
            links: &step.links,
        }
    }
}

impl<'r> BlockView<'r> {
    fn of(block: &'r Block) -> Self {
        BlockView {
            line: block.line,
            end_line: block.end_line,
            language: block.language.as_deref(),
            role: block.role,
            text: &block.text,
            risk: block.risk,
            placeholders: block.open().collect(),
            carried: block.carried().collect(),
            reasons: &block.reasons,
            expected: block.expected.as_deref(),
            substeps: &block.substeps,
            interactive: block.interactive,
            far_side: block.far_side(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
    use super::*;
    use crate::runbook::{parse, shell::RiskTable};

    const TEXT: &str = "# DR\n\n## Objectives (RTO)\n- All services: < 1 hour\n\n## Redis Failure\n**Severity:** P1\n\n1. Look\n```bash\nredis-cli -h <host> info\n```\n2. Tell the team\n\n**RTO:** 5 minutes\n";

    #[test]
    fn every_field_of_the_contract_is_there() {
        let runbook = parse("dr.md", TEXT.as_bytes(), &RiskTable::default());
        let mut json = Vec::new();
        write_json(&mut json, &[runbook]).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&json).unwrap();
        let book = &value["runbooks"][0];
        for key in [
            "source",
            "title",
            "objectives",
            "scenarios",
            "checklists",
            "contacts",
            "schedule",
            "warnings",
        ] {
            assert!(book.get(key).is_some(), "{key}");
        }
        let scenario = &book["scenarios"][0];
        assert_eq!(scenario["id"], "redis-failure");
        assert_eq!(scenario["kind"], "recovery");
        assert_eq!(scenario["severity"], "P1");
        assert_eq!(scenario["rto_seconds"], 300);
        assert!(scenario["rpo_seconds"].is_null());
        for key in ["title", "line", "detection", "steps"] {
            assert!(scenario.get(key).is_some(), "{key}");
        }
        let step = &scenario["steps"][0];
        for key in [
            "number",
            "title",
            "condition",
            "line",
            "manual",
            "blocks",
            "inline",
        ] {
            assert!(step.get(key).is_some(), "{key}");
        }
        let block = &step["blocks"][0];
        for key in [
            "line",
            "end_line",
            "language",
            "role",
            "text",
            "risk",
            "placeholders",
        ] {
            assert!(block.get(key).is_some(), "{key}");
        }
        assert_eq!(
            (&block["line"], &block["end_line"]),
            (&10.into(), &12.into())
        );
        assert_eq!(block["placeholders"][0], "host");
        assert_eq!(scenario["steps"][1]["manual"], true);
    }

    #[test]
    fn text_is_one_line_each_and_cannot_steer_a_terminal() {
        let runbook = parse(
            "dr.md",
            "# A\u{1b}[2J\n\n## DB down\n1. Look\n2. Go\n".as_bytes(),
            &RiskTable::default(),
        );
        let text = text(&[runbook]);
        assert!(!text.contains('\u{1b}'));
        assert!(
            text.contains("db-down") && text.contains("2 steps"),
            "{text}"
        );
    }
}
