//! The parser's front door: bytes in, a whole [`Runbook`] out, never an error and never a panic.

use super::blocks::Blocks;
use super::outline::{Outline, Section};
use super::plan::{self, Planned};
use super::scan::Fence;
use super::scan::{self, Kind};
use super::shell::RiskTable;
use super::spread::{both, spread, spread_out};
use super::{
    Block, FrontMatter, Objective, ObjectiveKind, Role, Runbook, Scenario, ScenarioId,
    ScenarioKind, blocks, carry, front_matter, gather, inline, lexicon, listings, objectives,
    orphans, source, steps,
};
use super::{annotations, links};
use std::collections::{HashMap, HashSet};

/// Reads a document; what could not be understood is in `warnings`, with its line.
pub fn parse(source: &str, bytes: &[u8], table: &RiskTable) -> Runbook {
    let (text, mut warnings) = source::read(bytes);
    let front = front_matter::read(&text, &mut warnings);
    let nodes = scan::scan(&text, front.from, &mut warnings);
    let lines = memchr::memchr_iter(b'\n', text.as_bytes()).count()
        + usize::from(!text.is_empty() && !text.ends_with('\n'));
    let last_line = u32::try_from(lines).unwrap_or(u32::MAX).max(1);
    let mut outline = Outline::of(nodes, last_line);
    let title = outline.title.clone().or(front.title);
    if outline.title.is_none()
        && let Some(title) = &title
    {
        // A page whose title stands in its front matter.
        outline.sections[0].said = lexicon::say(title);
    }
    let mut blocks = build_blocks(&outline, table);
    let mut planned = plan::plan(&outline, &blocks);
    orphans::adopt(&outline, &mut planned, &blocks);
    listings::keep(&outline, &mut planned, &mut blocks);
    let covered: HashSet<usize> = planned
        .iter()
        .filter(|p| p.kind == ScenarioKind::Recovery)
        .flat_map(|p| p.parts.iter().copied())
        .collect();
    let top = planned.len() == 1 && planned[0].section == 0 || outline.sections.len() == 1;
    let document_wide = |id: usize| covered.contains(&id) && !(top || outline.at(id).level <= 10);
    let objectives = objectives::gather(&outline, &document_wide);
    let named = title.clone().unwrap_or_else(|| stem(source));
    let scopes: Vec<String> = objectives.iter().map(|o| scope_key(&o.scope)).collect();
    let aside = || Runbook {
        anchors: links::anchors(&outline),
        severities: objectives::severities(&outline),
        checklists: gather::checklists(&outline),
        contacts: gather::contacts(&outline),
        schedule: gather::schedule(&outline),
        ..Runbook::default()
    };
    let scenarios = || {
        let reader = Reader {
            table,
            outline: &outline,
            stated: &spread(&outline.sections, Stated::of),
            objectives: &objectives,
            scopes: &scopes,
            front: &front.matter,
            title: &named,
        };
        spread(&planned, |p| reader.scenario(p, &blocks))
    };
    let (aside, mut scenarios) = both(outline.sections.len(), aside, scenarios);
    name(&mut scenarios);
    warnings.sort_by_key(|w| w.line);
    let mut runbook = Runbook {
        source: source.to_owned(),
        title,
        objectives,
        scenarios,
        warnings,
        front_matter: front.matter,
        ..aside
    };
    links::resolve(std::slice::from_mut(&mut runbook));
    runbook
}

/// Every fence as a block, by its line.
fn build_blocks(outline: &Outline, table: &RiskTable) -> Blocks {
    struct Piece<'o> {
        fence: &'o Fence,
        lines: (u32, u32),
        caption: String,
    }
    let mut pieces = Vec::new();
    for section in &outline.sections {
        let mut caption = section.title.clone();
        for node in &section.nodes {
            match &node.kind {
                Kind::Fence(fence) => pieces.push(Piece {
                    fence,
                    lines: (node.line, node.end_line),
                    caption: std::mem::take(&mut caption),
                }),
                Kind::Paragraph { lines } => caption = steps::join(lines),
                Kind::Item { text, .. } => caption.clone_from(text),
                Kind::Table { .. } | Kind::Rule | Kind::Heading { .. } => caption.clear(),
            }
        }
    }
    let made = spread_out(&pieces, |piece| {
        let (line, end_line) = piece.lines;
        let block = blocks::build(piece.fence, line, end_line, &piece.caption, table);
        let sets = carry::sets(&block);
        (block, sets)
    });
    let mut built = Vec::with_capacity(pieces.len());
    let mut sets = HashMap::new();
    for (block, set) in made {
        if set.is_empty() {
            sets.remove(&block.line);
        } else {
            sets.insert(block.line, set);
        }
        built.push(block);
    }
    let mut built = Blocks::of(built);
    settle_assignments(&mut built);
    carry::carry(&mut built, sets);
    built
}

/// A block of nothing but `NAME=value` under a shell's label is part of the procedure where a later command
/// reads the name, and a file's text where none does.
fn settle_assignments(built: &mut Blocks) {
    let waits = |b: &Block| {
        b.role == Role::Config && b.language.as_deref().is_some_and(blocks::is_shell_label)
    };
    if !built.all().iter().any(waits) {
        return;
    }
    let mut read: HashSet<String> = HashSet::new();
    for block in built.all().iter_mut().rev() {
        if waits(block) {
            let sets = block
                .text
                .lines()
                .filter_map(|l| l.trim().split_once('=').map(|(name, _)| name));
            if sets.clone().count() > 0 && sets.clone().any(|name| read.contains(name)) {
                blocks::make_command(block);
            }
        }
        if block.role == Role::Command {
            read.extend(blocks::variables_read(&block.text));
        }
    }
}

/// What a section's own text says of severity and objectives, each the first that it says.
#[derive(Default)]
struct Stated {
    severity: Option<String>,
    rto: Option<u64>,
    rpo: Option<u64>,
}

impl Stated {
    fn of(section: &Section) -> Stated {
        let mut stated = Stated::default();
        for fact in gather::facts(section) {
            if stated.severity.is_none() {
                stated.severity = objectives::severity(&fact);
            }
            match objectives::statement(&fact) {
                Some((ObjectiveKind::Rto, seconds)) => _ = stated.rto.get_or_insert(seconds),
                Some((ObjectiveKind::Rpo, seconds)) => _ = stated.rpo.get_or_insert(seconds),
                None => {}
            }
        }
        stated
    }

    fn objective(&self, kind: ObjectiveKind) -> Option<u64> {
        match kind {
            ObjectiveKind::Rto => self.rto,
            ObjectiveKind::Rpo => self.rpo,
        }
    }
}

struct Reader<'r> {
    table: &'r RiskTable,
    outline: &'r Outline,
    /// By section.
    stated: &'r [Stated],
    objectives: &'r [Objective],
    /// What the scope of each objective is compared by.
    scopes: &'r [String],
    front: &'r FrontMatter,
    title: &'r str,
}

impl Reader<'_> {
    fn scenario(&self, planned: &Planned, blocks: &Blocks) -> Scenario {
        let section = self.outline.at(planned.section);
        let mut built = steps::build(self.outline, planned, blocks);
        annotations::apply(&mut built.steps, self.table);
        let title = self.title_of(section);
        let recovery = planned.kind == ScenarioKind::Recovery;
        let end_line = planned
            .parts
            .iter()
            .map(|p| self.outline.at(*p).end_line)
            .max()
            .unwrap_or(section.end_line);
        let mut components: Vec<String> = self.front.components.clone();
        for line in &built.detection {
            let lower = line.text.to_lowercase();
            for (words, meant) in &self.front.bindings {
                if lower.contains(&words.to_lowercase()) && !components.contains(meant) {
                    components.push(meant.clone());
                }
            }
        }
        Scenario {
            id: ScenarioId(inline::slug(&lexicon::open(&title).name)),
            title,
            kind: planned.kind,
            line: section.line,
            severity: if recovery {
                self.severity(planned)
            } else {
                None
            },
            rto_seconds: if recovery {
                self.objective(planned, ObjectiveKind::Rto)
            } else {
                None
            },
            rpo_seconds: if recovery {
                self.objective(planned, ObjectiveKind::Rpo)
            } else {
                None
            },
            detection: built.detection,
            steps: built.steps,
            end_line,
            prose: built.prose,
            components,
        }
    }

    /// A heading's own words; the document's for the document itself.
    fn title_of(&self, section: &Section) -> String {
        let said = &section.said;
        let bare = section.title.trim();
        if bare.is_empty() || section.level <= 10 && section.parent.is_none() {
            return self.title.to_owned();
        }
        if said.scenario_word || said.ordinal.is_some() || said.name != bare {
            let name = said.name.trim();
            if !name.is_empty() {
                return name.to_owned();
            }
        }
        bare.to_owned()
    }

    fn severity(&self, planned: &Planned) -> Option<String> {
        let own = planned
            .parts
            .iter()
            .find_map(|p| self.stated[*p].severity.clone());
        own.or_else(|| {
            self.upwards(planned.section)
                .into_iter()
                .find_map(|id| in_title(&self.outline.at(id).title))
        })
        .or_else(|| {
            // A severity stated for the whole document.
            self.upwards(planned.section)
                .into_iter()
                .skip(1)
                .find_map(|id| self.stated[id].severity.clone())
        })
        .or_else(|| self.front.severity.clone())
    }

    /// Nearest first: the scenario's own text, the tiers above it, a row that names it, the document.
    fn objective(&self, planned: &Planned, kind: ObjectiveKind) -> Option<u64> {
        let own = planned
            .parts
            .iter()
            .find_map(|p| self.stated[*p].objective(kind));
        own.or_else(|| {
            self.upwards(planned.section).into_iter().find_map(|id| {
                let title = &self.outline.at(id).title;
                title
                    .split(['(', ')', ',', '|', '—', '–'])
                    .filter_map(objectives::statement)
                    .find_map(|(stated, seconds)| (stated == kind).then_some(seconds))
            })
        })
        .or_else(|| {
            self.upwards(planned.section)
                .into_iter()
                .skip(1)
                .filter(|id| self.outline.at(*id).level > 10)
                .find_map(|id| self.stated[id].objective(kind))
        })
        .or_else(|| {
            let name = scope_key(&self.title_of(self.outline.at(planned.section)));
            let of = |o: &Objective| o.kind == kind && o.seconds.is_some();
            let scoped = || {
                let scopes = self.scopes.iter().map(String::as_str);
                scopes.zip(self.objectives).filter(|(_, o)| of(o))
            };
            let named = scoped().find(|(scope, _)| *scope == name).or_else(|| {
                // "Reports" in a table means "Reports down"; the scope that says most wins.
                let words: HashSet<&str> = name.split('-').collect();
                scoped()
                    .filter(|(scope, _)| {
                        let mut said = scope.split('-');
                        said.clone().all(|w| w.len() > 2 && words.contains(w))
                            && said.any(|w| !objectives::is_generic(w))
                    })
                    .max_by_key(|(scope, _)| scope.len())
            });
            named
                .or_else(|| scoped().find(|(_, o)| o.scope == "all"))
                .and_then(|(_, o)| o.seconds)
        })
        .or(match kind {
            ObjectiveKind::Rto => self.front.rto_seconds,
            ObjectiveKind::Rpo => self.front.rpo_seconds,
        })
    }

    /// The section and those it stands in, nearest first.
    fn upwards(&self, id: usize) -> Vec<usize> {
        let mut ids = vec![id];
        while let Some(parent) = self.outline.at(ids[ids.len() - 1]).parent {
            ids.push(parent);
        }
        ids
    }
}

/// `P1: …`, `[SEV2] …`, `… (P0)` in a title.
fn in_title(title: &str) -> Option<String> {
    title
        .split(['(', ')', '[', ']', ':', '|', '—', '–', '-'])
        .find_map(|part| objectives::code(part.trim()))
        .or_else(|| {
            title
                .contains("SEV-")
                .then(|| title.split_whitespace().find_map(objectives::code))
                .flatten()
        })
}

/// A scope's words without numbers and "scenario", to compare it with a title.
fn scope_key(text: &str) -> String {
    inline::slug(&lexicon::open(text).name)
}

/// Slugs, made unique across the document.
fn name(scenarios: &mut [Scenario]) {
    let mut taken: HashMap<String, usize> = HashMap::new();
    let mut used: HashSet<String> = HashSet::new();
    for scenario in scenarios {
        let base = if scenario.id.0.is_empty() {
            "scenario".to_owned()
        } else {
            scenario.id.0.clone()
        };
        let count = taken.entry(base.clone()).or_insert(0);
        loop {
            *count += 1;
            let id = if *count == 1 {
                base.clone()
            } else {
                format!("{base}-{count}")
            };
            if used.insert(id.clone()) {
                scenario.id = ScenarioId(id);
                break;
            }
        }
    }
}

/// A document's name from its file's, where it has no title.
fn stem(source: &str) -> String {
    let name = source.rsplit(['/', ':']).next().unwrap_or(source);
    let name = name.strip_suffix(".md").unwrap_or(name);
    let words = name.replace(['-', '_'], " ");
    if words.trim().is_empty() {
        "Runbook".to_owned()
    } else {
        words
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
