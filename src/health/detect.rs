//! Which scenario fits what is red, and why, in words.
//!
//! Each red component speaks for scenarios that name it, or what it belongs to, and more for those that name the
//! way it is broken; a title says more than a detection line, and that more than a command. A scenario about
//! another product, or another way of being broken, is spoken against. It must not offer what nothing speaks for.

mod red;

use self::red::{ALL_AT_ONCE, Red, WAYS, exact};
use super::phrase::{Phrase, Words};
use super::{ComponentKind, ComponentView, Verdict};
use crate::config::Component;
use crate::runbook::{Runbook, Scenario, ScenarioId, ScenarioKind};
use serde::{Deserialize, Serialize};

/// A scenario that fits, best first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    pub scenario: ScenarioId,
    pub source: String,
    /// 0 means that nothing red matches it.
    pub score: u32,
    /// In words: "detection `Database connection errors` ↔ postgres down: no primary answers".
    pub because: Vec<String>,
}

/// What each piece of evidence weighs. A subject's weight is shared out by how exactly it is named.
mod weight {
    pub const BOUND: f64 = 30.0;
    pub const TITLE: f64 = 12.0;
    pub const TITLE_CONDITION: f64 = 10.0;
    pub const TITLE_OTHER_CONDITION: f64 = -8.0;
    pub const TITLE_FAILURE: f64 = 2.0;
    pub const TITLE_RIVAL: f64 = -6.0;
    pub const TITLE_EVERYTHING: f64 = 40.0;
    pub const DETECTION: f64 = 5.0;
    pub const DETECTION_CONDITION: f64 = 4.0;
    pub const DETECTION_FAILURE: f64 = 1.5;
    pub const DETECTION_AT_MOST: f64 = 14.0;
    pub const DETECTION_EVERYTHING: f64 = 6.0;
    pub const DOCUMENT: f64 = 4.0;
    pub const STEPS: f64 = 4.0;
    pub const STEPS_CONDITION: f64 = 3.0;
    pub const STEPS_RIVAL: f64 = -3.0;
    /// A component that is degraded speaks more softly than one that is down.
    pub const DEGRADED: f64 = 0.8;
    /// Each further red component that a scenario fits.
    pub const FURTHER: f64 = 0.25;
    /// The team's own words go before ours.
    pub const BUILTIN: f64 = 0.5;
}

/// Every recovery scenario, best match first; score 0 where nothing red speaks for it.
pub fn rank(runbooks: &[Runbook], components: &[Component], views: &[ComponentView]) -> Vec<Offer> {
    let red: Vec<Red> = views
        .iter()
        .filter(|view| view.verdict >= Verdict::Degraded)
        .map(|view| {
            Red::new(
                view,
                components.iter().find(|known| known.name == view.name),
            )
        })
        .collect();
    let everything = Everything::of(views);
    let mut ranked = Vec::new();
    for runbook in runbooks {
        let is_builtin = runbook.source.starts_with("builtin:");
        for scenario in &runbook.scenarios {
            if scenario.kind != ScenarioKind::Recovery {
                continue;
            }
            let (score, because) = if red.is_empty() {
                (0.0, Vec::new())
            } else {
                weigh(runbook, scenario, &red, &everything)
            };
            let score = score * if is_builtin { weight::BUILTIN } else { 1.0 };
            let score = if score > 0.0 {
                (score.round() as u32).max(1)
            } else {
                0
            };
            let severity = if score > 0 {
                severity_rank(scenario, runbook)
            } else {
                0
            };
            ranked.push((
                (std::cmp::Reverse(score), is_builtin, severity),
                Offer {
                    scenario: scenario.id.clone(),
                    source: runbook.source.clone(),
                    score,
                    because: if score > 0 { because } else { Vec::new() },
                },
            ));
        }
    }
    // A stable sort keeps the order of the documents.
    ranked.sort_by_key(|(key, _)| *key);
    ranked.into_iter().map(|(_, offer)| offer).collect()
}

/// How many components are down at once.
struct Everything {
    down: usize,
    of: usize,
}

impl Everything {
    /// Sentinels and the Redis they watch are one thing when it comes to counting.
    fn of(views: &[ComponentView]) -> Self {
        let count = |is_counted: &dyn Fn(&ComponentView) -> bool| {
            let counted = || views.iter().filter(|view| is_counted(view));
            let sentinels = counted().filter(|view| view.kind == ComponentKind::Sentinel);
            let redis = counted().filter(|view| view.kind == ComponentKind::Redis);
            counted().count() - sentinels.count().min(redis.count())
        };
        Everything {
            down: count(&|view| view.verdict == Verdict::Down),
            of: count(&|_| true),
        }
    }

    fn is_lost(&self) -> bool {
        self.down >= 3 && self.down * 2 > self.of
    }
}

/// What speaks for a scenario: how much, and in which words.
#[derive(Default)]
struct Case {
    score: f64,
    because: Vec<(f64, String)>,
}

impl Case {
    fn add(&mut self, weight: f64, reason: impl FnOnce() -> String) {
        self.score += weight;
        if weight > 0.0 {
            self.because.push((weight, reason()));
        }
    }
}

/// A scenario's texts in words.
struct Texts<'a> {
    title: Words<'a>,
    document: Words<'a>,
    detection: Vec<(&'a str, Words<'a>)>,
    step_titles: Vec<Words<'a>>,
    commands: Vec<Words<'a>>,
}

impl<'a> Texts<'a> {
    fn of(runbook: &'a Runbook, scenario: &'a Scenario) -> Self {
        let steps = &scenario.steps;
        Texts {
            title: Words::of(&scenario.title),
            document: Words::of(runbook.title.as_deref().unwrap_or_default()),
            detection: scenario
                .detection
                .iter()
                .map(|line| (line.text.as_str(), Words::of(&line.text)))
                .collect(),
            step_titles: steps.iter().map(|step| Words::of(&step.title)).collect(),
            commands: steps
                .iter()
                .flat_map(|step| {
                    let blocks = step.blocks.iter().map(|block| block.text.as_str());
                    blocks.chain(step.inline.iter().map(|line| line.text.as_str()))
                })
                .map(Words::of)
                .collect(),
        }
    }
}

fn weigh(
    runbook: &Runbook,
    scenario: &Scenario,
    red: &[Red<'_>],
    everything: &Everything,
) -> (f64, Vec<String>) {
    let texts = Texts::of(runbook, scenario);
    let is_wide = texts.title.find_any(&ALL_AT_ONCE);
    let mut cases: Vec<Case> = red
        .iter()
        .map(|red| {
            let mut case = speak(red, runbook, scenario, &texts);
            let softer = match red.view.verdict {
                Verdict::Degraded => weight::DEGRADED,
                Verdict::Up | Verdict::Unknown | Verdict::Down => 1.0,
            };
            case.score = case.score.max(0.0) * softer;
            // One component is no reason to rebuild everything.
            if is_wide.is_some() && !everything.is_lost() {
                case.score /= 2.0;
            }
            case
        })
        .filter(|case| case.score > 0.0)
        .collect();
    if everything.is_lost() {
        let mut case = Case::default();
        let lost = format!("{} of {} components down", everything.down, everything.of);
        if let Some(words) = is_wide {
            case.add(weight::TITLE_EVERYTHING, || {
                format!("title names `{words}` ↔ {lost}")
            });
        }
        let line = texts
            .detection
            .iter()
            .find(|(_, words)| words.find_any(&ALL_AT_ONCE).is_some());
        if let Some((line, _)) = line {
            case.add(weight::DETECTION_EVERYTHING, || {
                format!("detection `{line}` ↔ {lost}")
            });
        }
        cases.push(case);
    }
    cases.sort_by(|a, b| b.score.total_cmp(&a.score));
    let score = cases
        .iter()
        .enumerate()
        .map(|(index, case)| case.score * if index == 0 { 1.0 } else { weight::FURTHER })
        .sum();
    let mut because: Vec<(f64, String)> = cases.into_iter().flat_map(|case| case.because).collect();
    because.sort_by(|a, b| b.0.total_cmp(&a.0));
    let because = because.into_iter().map(|(_, reason)| reason).take(3);
    (score, because.collect())
}

/// What one red component says for (and against) a scenario.
fn speak(red: &Red<'_>, runbook: &Runbook, scenario: &Scenario, texts: &Texts<'_>) -> Case {
    let mut case = Case::default();
    let it = red.in_words();
    bound(&mut case, red, runbook, scenario, &it);
    let is_bound = case.score > 0.0;

    let mut named = red.named(&texts.title);
    let title_names_rival = red.names_rival(&texts.title)
        && named.is_none_or(|(exactness, _)| exactness < exact::ALIAS);
    if title_names_rival {
        named = None;
        case.score += weight::TITLE_RIVAL;
    }
    let detected = detection(&mut case, red, texts, named.is_some() || is_bound, &it);
    let used = commands(&mut case, red, texts, &it);
    if named.is_none()
        && !title_names_rival
        && let Some((exactness, words)) = red.named(&texts.document)
        && exactness >= exact::ALIAS
    {
        case.add(weight::DOCUMENT * exactness, || {
            format!("the document is about `{words}` ↔ {it}")
        });
    } else if named.is_none() && !detected && !used && !is_bound {
        return Case::default();
    }
    // A way of being broken in the title of another product's scenario is that product's.
    if !title_names_rival {
        title(&mut case, red, texts, named, &it);
    }
    case
}

/// What the runbook's author tied to this component by name or signal.
fn bound(case: &mut Case, red: &Red<'_>, runbook: &Runbook, scenario: &Scenario, it: &str) {
    if let Some(name) = scenario
        .components
        .iter()
        .find(|name| red.is_meant_by(name))
    {
        case.add(weight::BOUND, || {
            format!("the scenario is bound to `{name}` ↔ {it}")
        });
        return;
    }
    for (words, target) in &runbook.front_matter.bindings {
        if !red.is_meant_by(target) {
            continue;
        }
        let phrase = Phrase::new(words);
        let line = [scenario.title.as_str()]
            .into_iter()
            .chain(scenario.detection.iter().map(|line| line.text.as_str()))
            .find(|line| Words::of(line).find(&phrase).is_some());
        if let Some(line) = line {
            case.add(weight::BOUND, || {
                format!("`{line}` is bound to `{target}` ↔ {it}")
            });
            return;
        }
    }
    if !scenario.components.is_empty() {
        // The author says that this is about something else.
        case.score -= weight::BOUND / 2.0;
    }
}

fn title(case: &mut Case, red: &Red<'_>, texts: &Texts<'_>, named: Option<(f64, &str)>, it: &str) {
    let mut said: Vec<&str> = Vec::new();
    let mut weight_of_title = 0.0;
    if let Some((exactness, words)) = named {
        weight_of_title += weight::TITLE * exactness;
        said.push(words);
    }
    let (mut best, mut is_other, mut fails) = (0.0_f64, false, false);
    let mut condition_said = None;
    for way in WAYS.iter() {
        let Some(words) = texts.title.find_any(&way.phrases) else {
            continue;
        };
        match (red.raises(way), way.is_specific) {
            (Some(share), true) if share > best => {
                best = share;
                condition_said = Some(words);
            }
            (Some(_), true) => {}
            (None, true) => is_other = true,
            (Some(_), false) => fails = true,
            (None, false) => {}
        }
    }
    weight_of_title += weight::TITLE_CONDITION * best;
    if fails {
        weight_of_title += weight::TITLE_FAILURE;
    }
    said.extend(condition_said.filter(|words| !said.contains(words)));
    if weight_of_title > 0.0 && !said.is_empty() {
        let said = said.join("` and `");
        case.add(weight_of_title, || format!("title names `{said}` ↔ {it}"));
    }
    if best == 0.0 && is_other {
        case.score += weight::TITLE_OTHER_CONDITION;
    }
}

/// True when a detection line names the component itself.
fn detection(
    case: &mut Case,
    red: &Red<'_>,
    texts: &Texts<'_>,
    is_known_subject: bool,
    it: &str,
) -> bool {
    let mut total = 0.0;
    let mut is_named = false;
    for (line, words) in &texts.detection {
        let named = red.named(words);
        if named.is_none_or(|(exactness, _)| exactness < exact::ALIAS) && red.names_rival(words) {
            case.score += weight::STEPS_RIVAL;
            continue;
        }
        let mut share = named.map_or(0.0, |(exactness, _)| weight::DETECTION * exactness);
        if named.is_some() || is_known_subject {
            let raised = WAYS
                .iter()
                .filter(|way| words.find_any(&way.phrases).is_some())
                .filter_map(|way| Some((way.is_specific, red.raises(way)?)))
                .map(|(is_specific, share)| {
                    if is_specific {
                        weight::DETECTION_CONDITION * share
                    } else {
                        weight::DETECTION_FAILURE
                    }
                })
                .fold(0.0, f64::max);
            share += raised;
        }
        is_named |= named.is_some();
        let share = share.min(weight::DETECTION_AT_MOST - total);
        if share > 0.0 {
            total += share;
            case.add(share, || format!("detection `{line}` ↔ {it}"));
        }
    }
    is_named
}

/// True when a command names the component itself.
fn commands(case: &mut Case, red: &Red<'_>, texts: &Texts<'_>, it: &str) -> bool {
    // Nearly every scenario asks some address whether it is well.
    let is_telling = red.view.kind != ComponentKind::Http;
    let used = texts
        .commands
        .iter()
        .filter_map(|words| red.named(words))
        .filter(|(exactness, _)| {
            *exactness >= exact::ALIAS && (is_telling || *exactness < exact::PRODUCT)
        })
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let Some((exactness, words)) = used else {
        if texts.commands.iter().any(|words| red.names_rival(words)) {
            case.score += weight::STEPS_RIVAL;
        }
        return false;
    };
    case.add(weight::STEPS * exactness, || {
        format!("steps use `{words}` ↔ {it}")
    });
    let raised = texts.step_titles.iter().any(|title| {
        WAYS.iter().any(|way| {
            way.is_specific && red.raises(way).is_some() && title.find_any(&way.phrases).is_some()
        })
    });
    if raised {
        case.score += weight::STEPS_CONDITION;
    }
    true
}

/// `P0`, `SEV-1`, `critical` …: 0 is worst.
fn severity_rank(scenario: &Scenario, runbook: &Runbook) -> u32 {
    let Some(severity) = scenario
        .severity
        .as_ref()
        .or(runbook.front_matter.severity.as_ref())
    else {
        return 9;
    };
    let severity = severity.to_lowercase();
    if let Some(digit) = severity.chars().find_map(|letter| letter.to_digit(10)) {
        return digit;
    }
    match severity.as_str() {
        word if word.contains("crit") || word.contains("emergency") => 0,
        word if word.contains("high") || word.contains("major") => 1,
        word if word.contains("medium") || word.contains("moderate") => 2,
        word if word.contains("low") || word.contains("minor") => 3,
        _ => 9,
    }
}

#[cfg(test)]
mod tests;
