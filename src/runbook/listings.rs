//! Scripts that a document keeps among its tools: a file's text to look up, and no step of a recovery.

use super::blocks::Blocks;
use super::lexicon::{Topic, list};
use super::outline::{Outline, Section};
use super::plan::Planned;
use super::scan::Kind;
use super::{Block, Risk, Role, ScenarioKind};
use std::collections::HashSet;

/// Words of titles under which tools are kept.
const TOOLS: &str = "tool|tools|toolbox|script|scripts|utilities|appendix|outils|herramientas|ferramentas|werkzeuge|hilfsskripte|\
    công cụ|инструменты|скрипты|工具|腳本|脚本|ツール|スクリプト|도구|스크립트|부록|附录|附錄|付録";

/// Takes whole scripts under such a title for what they are: where a plan holds nothing else it is a reference,
/// and elsewhere they are shown.
pub(super) fn keep(outline: &Outline, planned: &mut [Planned], blocks: &mut Blocks) {
    let kept = kept(outline, blocks);
    if kept.is_empty() {
        return;
    }
    let mut looked_up: HashSet<u32> = HashSet::new();
    for plan in planned.iter_mut() {
        let fences = plan.parts.iter().flat_map(|id| fences(outline.at(*id)));
        let runs: Vec<u32> = fences
            .filter(|line| blocks.get(*line).is_some_and(Block::is_runnable))
            .collect();
        if !runs.is_empty() && runs.iter().all(|line| kept.contains(line)) {
            plan.kind = ScenarioKind::Reference;
        }
        if plan.kind == ScenarioKind::Reference {
            looked_up.extend(runs);
        }
    }
    for line in kept.difference(&looked_up) {
        if let Some(block) = blocks.get_mut(*line) {
            block.role = Role::Config;
            block.risk = Risk::Unknown;
            block.interactive = false;
            block.substeps.clear();
        }
    }
}

fn kept(outline: &Outline, blocks: &Blocks) -> HashSet<u32> {
    let named = |line: &u32| {
        let block = blocks.get(*line);
        block.is_some_and(|b| b.role == Role::Command && is_named_script(&b.text))
    };
    outline
        .sections
        .iter()
        .flat_map(|section| {
            let lines: Vec<u32> = fences(section).filter(named).collect();
            if !lines.is_empty() && among_tools(outline, section) {
                lines
            } else {
                Vec::new()
            }
        })
        .collect()
}

fn fences(section: &Section) -> impl Iterator<Item = u32> {
    let fences = section.nodes.iter();
    fences
        .filter(|node| matches!(node.kind, Kind::Fence(_)))
        .map(|node| node.line)
}

/// Whether the section, or the one it stands in, is called after tools and not after something that is done.
fn among_tools(outline: &Outline, section: &Section) -> bool {
    let parent = section.parent.map(|id| outline.at(id));
    [Some(section), parent].into_iter().flatten().any(|s| {
        let said = &s.said;
        let named = || {
            let lower = s.title.to_lowercase();
            list(TOOLS).any(|word| {
                let mut words = lower.split(|c: char| !c.is_alphanumeric());
                if word.is_ascii() {
                    words.any(|w| w == word)
                } else {
                    lower.contains(word)
                }
            })
        };
        s.level > 10
            && !said.imperative
            && !said.step_word
            && (said.is(Topic::Reference) || named())
    })
}

/// `#!/bin/bash` and, right below, `# health-check.sh`.
fn is_named_script(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|l| !l.is_empty());
    let script = lines.next().is_some_and(|l| l.starts_with("#!"));
    script
        && lines.next().is_some_and(|l| {
            let said = l.trim_matches(['#', ' ', '=', '-']);
            let file = said.split([' ', ':']).next().unwrap_or(said);
            list(".sh|.bash|.py|.rb|.pl").any(|ending| file.ends_with(ending))
        })
}
