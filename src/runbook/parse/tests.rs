//! Whole documents: each fixture with its expected outline beside it, the seeds, and hostile input.
//!
//! `BLESS=1 cargo test` writes the outlines anew; look at the difference before it is committed.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use super::*;
use crate::runbook::{Phase, Risk, Role, Step};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// A runbook as text: one line for each thing that was understood.
fn outline_text(runbook: &Runbook) -> String {
    let mut out = String::new();
    _ = writeln!(out, "# {}", runbook.title.as_deref().unwrap_or("-"));
    for o in &runbook.objectives {
        _ = writeln!(
            out,
            "objective {:?} {}: {}  :{}",
            o.kind,
            o.scope,
            figure(o.seconds),
            o.line
        );
    }
    for s in &runbook.severities {
        _ = writeln!(out, "severity {} = {}  :{}", s.severity, s.meaning, s.line);
    }
    for scenario in &runbook.scenarios {
        _ = writeln!(
            out,
            "\n{} [{:?}] {} sev={} rto={} rpo={}  :{}-{}",
            scenario.id,
            scenario.kind,
            scenario.title,
            scenario.severity.as_deref().unwrap_or("-"),
            figure(scenario.rto_seconds),
            figure(scenario.rpo_seconds),
            scenario.line,
            scenario.end_line,
        );
        for line in &scenario.detection {
            _ = writeln!(out, "  ? {}  :{}", line.text, line.line);
        }
        for step in &scenario.steps {
            step_text(&mut out, step);
        }
        for component in &scenario.components {
            _ = writeln!(out, "  component {component}");
        }
    }
    for list in &runbook.checklists {
        _ = writeln!(out, "\nchecklist {}  :{}", list.title, list.line);
        for item in &list.items {
            _ = writeln!(out, "  [] {}  :{}", item.text, item.line);
        }
    }
    for c in &runbook.contacts {
        _ = writeln!(
            out,
            "contact {} = {}  :{}",
            c.name,
            c.value.as_deref().unwrap_or("-"),
            c.line
        );
    }
    for c in &runbook.schedule {
        _ = writeln!(out, "{}: {}  :{}", c.cadence, c.text, c.line);
    }
    for w in &runbook.warnings {
        _ = writeln!(out, "warning {}  :{}", w.message, w.line);
    }
    out
}

fn step_text(out: &mut String, step: &Step) {
    _ = write!(out, "  {}. {}", step.number, step.title);
    if let Some(condition) = &step.condition {
        _ = write!(out, " ({condition})");
    }
    if let Some(branch) = &step.branch {
        _ = write!(out, " <{}: {}>", branch.group, branch.option);
    }
    _ = writeln!(
        out,
        " [{:?}{}]  :{}-{}",
        step.phase,
        if step.manual { ", by hand" } else { "" },
        step.line,
        step.end_line
    );
    for caution in &step.cautions {
        _ = writeln!(out, "     ! {}  :{}", caution.text, caution.line);
    }
    for block in &step.blocks {
        _ = write!(
            out,
            "     {:?} {} {}-{}",
            block.role,
            block.language.as_deref().unwrap_or("-"),
            block.line,
            block.end_line
        );
        for hole in &block.holes {
            _ = write!(out, " {}", hole.spelling);
            if let Some(default) = &hole.default {
                _ = write!(out, "={default}");
            }
            if !hole.choices.is_empty() {
                _ = write!(out, "{:?}", hole.choices);
            }
            if hole.secret {
                out.push('*');
            }
        }
        let first = block
            .text
            .lines()
            .find(|l| !l.trim().is_empty())
            .unwrap_or_default();
        _ = writeln!(
            out,
            " | {}{}",
            first.chars().take(60).collect::<String>(),
            match block.text.lines().count() {
                0 | 1 => String::new(),
                n => format!(" … {n} lines"),
            }
        );
        if let Some(expected) = &block.expected {
            _ = writeln!(out, "       prints {} lines", expected.lines().count());
        }
        if let Some(far) = block.far_side() {
            _ = writeln!(out, "       there: {}", far.replace('\n', " ⏎ "));
        }
        for sub in &block.substeps {
            _ = writeln!(out, "       - {}  :{}", sub.text, sub.line);
        }
    }
    for line in &step.inline {
        _ = writeln!(out, "     `{}`  :{}", line.text, line.line);
    }
    for link in &step.links {
        let place = link.to.as_ref().map_or_else(String::new, |to| {
            let scenario = to.scenario.as_ref().map_or("-", |s| s.0.as_str());
            format!(" = {scenario} :{}", to.line)
        });
        _ = writeln!(out, "     -> {} {}{place}", link.text, link.target);
    }
}

fn figure(seconds: Option<u64>) -> String {
    seconds.map_or_else(|| "-".to_owned(), |s| s.to_string())
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/runbooks")
}

pub(super) fn every_fixture() -> Vec<PathBuf> {
    ["seeds", "shapes", "traps"]
        .iter()
        .flat_map(|folder| markdown_in(&fixtures().join(folder)))
        .collect()
}

fn markdown_in(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "md"))
        .collect();
    files.sort();
    files
}

#[test]
fn every_fixture_parses_to_the_outline_beside_it() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut wrong = Vec::new();
    let files = every_fixture();
    assert!(files.len() >= 35, "one for each shape and each trap");
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let runbook = parse(&name, &std::fs::read(&file).unwrap(), &RiskTable::default());
        let got = outline_text(&runbook);
        let beside = file.with_extension("outline");
        if bless {
            std::fs::write(&beside, &got).unwrap();
            continue;
        }
        let want = std::fs::read_to_string(&beside).unwrap_or_default();
        if got != want {
            let line = got
                .lines()
                .zip(want.lines())
                .position(|(a, b)| a != b)
                .unwrap_or(want.lines().count().min(got.lines().count()));
            wrong.push(format!(
                "{name}, outline line {}:\n  got  {}\n  want {}",
                line + 1,
                got.lines().nth(line).unwrap_or("(end)"),
                want.lines().nth(line).unwrap_or("(end)")
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_command_of_a_fixture_is_in_a_scenario() {
    for file in every_fixture() {
        let text = String::from_utf8_lossy(&std::fs::read(&file).unwrap()).into_owned();
        let (text, mut warnings) = crate::runbook::source::read(text.as_bytes());
        let nodes = crate::runbook::scan::scan(&text, 0, &mut warnings);
        let outline = Outline::of(nodes, 1);
        let mut blocks = build_blocks(&outline, &RiskTable::default());
        let runbook = parse("x", text.as_bytes(), &RiskTable::default());
        let steps = runbook.scenarios.iter().flat_map(|s| &s.steps);
        let found: HashSet<u32> = steps.flat_map(|s| &s.blocks).map(|b| b.line).collect();
        let mut lost: Vec<&Block> = blocks.all().iter().collect();
        lost.retain(|b| b.is_runnable() && !found.contains(&b.line));
        assert!(lost.is_empty(), "{}: {lost:?}", file.display());
    }
}

#[test]
fn every_hole_of_a_fixture_can_be_filled() {
    let mut wrong = Vec::new();
    for file in every_fixture() {
        let runbook = parse("x", &std::fs::read(&file).unwrap(), &RiskTable::default());
        let steps = runbook.scenarios.iter().flat_map(|s| &s.steps);
        for block in steps.flat_map(|s| &s.blocks).filter(|b| b.is_runnable()) {
            let values: Vec<(String, String)> = block
                .holes
                .iter()
                .filter(|hole| block.text.contains(&hole.spelling))
                .map(|hole| (hole.spelling.clone(), "value7".to_owned()))
                .collect();
            let filled = if block.role == Role::Query {
                crate::runbook::shell::substitute_sql(&block.text, &values)
            } else {
                crate::runbook::shell::substitute(&block.text, &values)
            };
            if let Err(why) = filled {
                wrong.push(format!("{}:{}: {why}", file.display(), block.line));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_that_is_printed_or_unknown_is_ever_run() {
    for file in every_fixture() {
        let runbook = parse("x", &std::fs::read(&file).unwrap(), &RiskTable::default());
        for block in runbook
            .scenarios
            .iter()
            .flat_map(|s| &s.steps)
            .flat_map(|s| &s.blocks)
        {
            let shown = matches!(block.role, Role::Output | Role::Unknown | Role::Config);
            assert!(
                !(shown && block.is_runnable()),
                "{}: {block:?}",
                file.display()
            );
        }
    }
}

fn read(text: &str) -> Runbook {
    parse("x.md", text.as_bytes(), &RiskTable::default())
}

#[test]
fn a_hole_of_the_fences_target_is_asked_for_too() {
    let runbook = read(
        "# Cache down\n\n1. Restart\n```bash {\"target\":\"cache-<site>\"}\n./restart.sh <node>\n```\n",
    );
    let block = &runbook.scenarios[0].steps[0].blocks[0];
    assert_eq!(block.placeholders, ["node", "site"]);
    assert_eq!(
        block.holes[1].description.as_deref(),
        Some("of the fence's target `cache-<site>`")
    );
}

#[test]
fn what_a_fence_says_becomes_conditions_and_steps() {
    let runbook = read(
        "# Cache down\n\n1. Restart\n```bash {\"name\":\"restart\",\"when\":\"if a replica answers\",\"verify\":\"check\",\
         \"rollback\":\"systemctl stop cache\",\"cwd\":\"/srv\",\"timeout\":\"2m\"}\nsystemctl restart cache\n```\n\
         2. Look\n```bash {name=check promptEnv=no}\nredis-cli -h $REDIS_HOST ping <tag>\n```\n",
    );
    let steps = &runbook.scenarios[0].steps;
    let said: Vec<(&str, &str, Phase, Option<&str>)> = steps
        .iter()
        .map(|s| {
            (
                s.number.as_str(),
                s.title.as_str(),
                s.phase,
                s.condition.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        said,
        [
            (
                "1",
                "Restart",
                Phase::Recovery,
                Some("if a replica answers")
            ),
            ("2", "Verify: Restart", Phase::Verification, None),
            (
                "3",
                "Roll back: Restart",
                Phase::Rollback,
                Some("if it has to be undone")
            ),
            ("4", "Look", Phase::Recovery, None),
        ]
    );
    assert_eq!(steps[0].blocks[0].attributes.timeout_seconds, Some(120));
    assert_eq!(
        steps[1].blocks[0].text, steps[3].blocks[0].text,
        "by its name"
    );
    assert_eq!(steps[2].blocks[0].text, "systemctl stop cache");
    assert_eq!(steps[2].blocks[0].risk, Risk::Destroy);
    assert_eq!(steps[2].blocks[0].attributes.cwd.as_deref(), Some("/srv"));
    assert_eq!(
        steps[3].blocks[0].placeholders,
        ["tag"],
        "the environment has the host"
    );
}

#[test]
fn what_an_earlier_block_assigned_is_offered() {
    let runbook = read(
        "# Restore it\n\n## Step 1: Choose\n```bash\nNAMESPACE=\"shop-prod\"\nexport DUMP=$(ls -t | head -1)\necho $NAMESPACE\n```\n\n\
         ## Step 2: Load\n```bash\npg_restore -n $NAMESPACE \"${DUMP}\" --jobs $JOBS\n```\n",
    );
    let steps = &runbook.scenarios[0].steps;
    assert!(
        steps[0].blocks[0].holes.is_empty(),
        "one shell knows its own"
    );
    let holes: Vec<(&str, Option<&str>, Option<&str>)> = steps[1].blocks[0]
        .holes
        .iter()
        .map(|h| {
            (
                h.name.as_str(),
                h.default.as_deref(),
                h.description.as_deref(),
            )
        })
        .collect();
    assert_eq!(holes[0].1, Some("shop-prod"));
    assert_eq!(holes[1].0, "DUMP");
    assert!(
        holes[1]
            .2
            .is_some_and(|d| d.contains("line 6") && d.contains("ls -t")),
        "{holes:?}"
    );
    assert_eq!((holes[2].0, holes[2].1), ("JOBS", None));
}

#[test]
fn a_name_inside_a_longer_one_is_left_alone() {
    use crate::runbook::shell;
    let text = "echo $FOO $FOOBAR ${FOO} ${FOOBAR} <id> <id-2>";
    let holes =
        crate::runbook::placeholder::find(text, crate::runbook::placeholder::Flavour::Shell);
    assert_eq!(
        holes
            .iter()
            .map(|h| h.spelling.as_str())
            .collect::<Vec<_>>(),
        ["$FOO", "$FOOBAR", "${FOO}", "${FOOBAR}", "<id>", "<id-2>"]
    );
    let filled = shell::substitute(
        text,
        &[("$FOO".into(), "one".into()), ("<id>".into(), "7".into())],
    )
    .unwrap();
    assert!(
        filled.contains("$FOOBAR") && filled.contains("${FOOBAR}"),
        "{filled}"
    );
    assert!(
        filled.contains("<id-2>") || !filled.contains("7-2"),
        "{filled}"
    );
}

#[test]
fn verification_beside_scenarios_holds_for_each_of_them() {
    let runbook = read(
        "# Outages\n\n## Database down\n```bash\npg_ctl start\n```\n\n## Cache down\n```bash\nsystemctl start redis\n```\n\n\
         ## Verification\n```bash\ncurl -f http://shop/health\n```\n",
    );
    assert_eq!(runbook.scenarios.len(), 2);
    for scenario in &runbook.scenarios {
        let last = scenario.steps.last().unwrap();
        assert_eq!(last.phase, Phase::Verification, "{}", scenario.title);
        assert_eq!(last.blocks[0].line, 14);
    }
}

#[test]
fn front_matter_binds_components() {
    let runbook =
        read("---\ncomponents: [postgres.main, cache]\n---\n# Database down\n\n1. Look\n2. Act\n");
    assert_eq!(runbook.scenarios[0].components, ["postgres.main", "cache"]);
    let runbook = read(
        "---\ncomponents:\n  connection errors: postgres.main\n---\n# Database down\n\n## Symptoms\n- Connection errors rise\n\n## Recovery\n1. Look\n2. Act\n",
    );
    assert_eq!(runbook.scenarios[0].components, ["postgres.main"]);
}
