//! What the children of a section say about it: parts, steps, or scenarios of their own.

use super::context::{Context, context_of};
use super::{Planner, Sorted};
use crate::runbook::ScenarioKind;
use crate::runbook::lexicon::{self, Said, Topic};
use std::collections::HashSet;

impl Planner<'_> {
    /// The children by what they are to a recovery section.
    pub(super) fn sort(&self, children: &[usize]) -> Sorted {
        let mut sorted = Sorted::default();
        let back = |c: &usize| self.said(*c).is(Topic::Rollback) && self.said(*c).restores();
        let several_back = children.iter().filter(|c| back(c)).count() >= 2;
        for child in children {
            let said = self.said(*child);
            let mut context = self.context(*child, Context::Recovery);
            let parent = self.outline.at(*child).parent;
            if parent.is_some_and(|p| self.is_counted(p)) && !said.is(Topic::Contents) {
                context = Context::Recovery;
            }
            match context {
                Context::Kind(_) | Context::Nothing => sorted.asides.push((*child, context)),
                Context::Background => {
                    if self.total[*child].any() && !self.outline.at(*child).children.is_empty() {
                        sorted.asides.push((*child, context));
                    } else {
                        sorted.background.push(*child);
                    }
                }
                Context::Recovery if self.recurring.contains(child) || self.looks_first(*child) => {
                    sorted.parts.push(*child);
                }
                // "Rollback of the API", "Rollback of the site": each stands for itself.
                Context::Recovery if several_back && back(child) && self.is_actionable(*child) => {
                    sorted.named.push(*child);
                }
                Context::Recovery if said.is_part() && self.is_part_here(*child) => {
                    if self.holds_situations(*child) {
                        sorted.holders.push(*child);
                    } else {
                        sorted.parts.push(*child);
                    }
                }
                Context::Recovery => {
                    let told_only = self.outline.at(*child).children.is_empty()
                        && !self.total[*child].any()
                        && self.total[*child].bullets + self.total[*child].tasks == 0;
                    if said.is(Topic::Scenarios) && self.total[*child].text() && !told_only {
                        sorted.holders.push(*child);
                    } else if self.is_actionable(*child) {
                        sorted.named.push(*child);
                    } else {
                        sorted.background.push(*child);
                    }
                }
            }
        }
        sorted
    }

    pub(super) fn is_step(&self, id: usize) -> bool {
        let said = self.said(id);
        said.step_word
            || said.ordinal.is_some() && (said.imperative || said.is_part()) && !said.scenario_word
    }

    /// "1. Find the backup", "2. Stop the application" under "Recovery": whatever they speak of, they are its steps.
    pub(super) fn is_counted(&self, id: usize) -> bool {
        let children = &self.outline.at(id).children;
        let said = self.said(id);
        (said.is(Topic::Recovery) && said.whole || is_stepwise(said))
            && children.len() >= 2
            && children
                .iter()
                .enumerate()
                .all(|(i, c)| self.said(*c).ordinal == u32::try_from(i + 1).ok())
    }

    /// Numbered headings with nothing but prose below them that tell somebody what to do, under a title that names
    /// a recovery.
    pub(super) fn is_told_in_steps(&self, id: usize) -> bool {
        let said = self.said(id);
        let children = &self.outline.at(id).children;
        let numbered = children
            .iter()
            .filter(|c| self.said(**c).ordinal.is_some() && !self.said(**c).scenario_word);
        let count = numbered.clone().count();
        let told = numbered
            .clone()
            .filter(|c| self.said(**c).imperative || self.said(**c).step_word)
            .count();
        if self.is_shelf_of_restores(id, children) {
            return false;
        }
        (said.is(Topic::Recovery) || said.is(Topic::Rollback) || said.is_situation())
            && count >= 3
            && count * 2 > children.len()
            && told * 2 > count
            && numbered
                .clone()
                .all(|c| !self.is_complete(*c) && self.total[*c].text())
    }

    /// "Immediate response (0-15 min)", "Short-term response", "Long-term response": one after the other.
    pub(super) fn is_told_in_phases(&self, id: usize) -> bool {
        let children = &self.outline.at(id).children;
        children.len() >= 2 && children.iter().all(|c| is_phase(&self.said(*c).name))
    }

    /// A title that names one failure, over its detection, diagnosis, mitigation: whatever its causes, it is one.
    pub(super) fn is_one_incident(&self, id: usize) -> bool {
        let said = self.said(id);
        let children = &self.outline.at(id).children;
        // "Causes and solutions:" over headings that are its causes.
        let heads = |c: &usize| {
            let causes = matches!(
                self.said(*c).topic,
                Some(Topic::Diagnosis | Topic::Recovery)
            );
            self.outline.at(*c).label && causes && self.said(*c).whole && !self.total[*c].text()
        };
        let one = said.scenario_word || said.failure && !said.is(Topic::Scenarios);
        if one
            && children.iter().any(heads)
            && !children.iter().any(|c| self.said(*c).scenario_word)
        {
            return true;
        }
        // "Incident response" speaks of all of them.
        if !said.failure || said.whole || said.is(Topic::Scenarios) {
            return false;
        }
        let topics: Vec<Topic> = children
            .iter()
            .filter(|c| self.said(**c).is_whole_part() && !self.outline.at(**c).label)
            .filter_map(|c| self.said(*c).topic)
            .collect();
        let looks = topics
            .iter()
            .any(|t| matches!(t, Topic::Detection | Topic::Diagnosis));
        let mends = topics
            .iter()
            .any(|t| matches!(t, Topic::Recovery | Topic::Verification | Topic::Rollback));
        looks
            && mends
            && !children.iter().any(|c| {
                let said = self.said(*c);
                said.scenario_word || said.topic.is_none() && (said.failure || said.procedure)
            })
    }

    /// What a section is; one with symptoms and what to do about them is a recovery, whatever its title speaks of.
    pub(super) fn context(&self, id: usize, inherited: Context) -> Context {
        let context = context_of(self.said(id), inherited);
        let aside = match context {
            Context::Nothing | Context::Background => true,
            Context::Kind(kind) => kind != ScenarioKind::Drill,
            Context::Recovery => false,
        };
        let has = |topics: &[Topic]| {
            self.outline.at(id).children.iter().any(|c| {
                let said = self.said(*c);
                said.whole
                    && said.topic.is_some_and(|t| topics.contains(&t))
                    && self.total[*c].text()
            })
        };
        if aside && has(&[Topic::Detection]) && has(&[Topic::Recovery, Topic::Diagnosis]) {
            return Context::Recovery;
        }
        context
    }

    /// "Identify cluster failure" under "Cluster failure": what one looks at before the recovery.
    fn looks_first(&self, id: usize) -> bool {
        let said = self.said(id);
        let above = self.outline.at(id).parent.map(|p| self.said(p));
        let verb = said.name.split_whitespace().next().unwrap_or_default();
        let verb = verb.to_lowercase();
        above.is_some_and(|above| above.is_situation() && (above.failure || above.scenario_word))
            && !said.scenario_word
            && lexicon::list("identify|confirm|detect|assess|diagnose|determine|identificar|identifier|identifizieren|определить")
                .any(|v| v == verb)
    }

    /// Whether the section is a whole scenario in itself: it has parts of its own.
    pub(super) fn is_complete(&self, id: usize) -> bool {
        if self.said(id).is(Topic::Checklist) {
            return false;
        }
        let parts = self.outline.at(id).children.iter().filter(|c| {
            self.said(**c).is_part() && self.said(**c).whole || self.recurring.contains(c)
        });
        parts.count() > 0
    }

    /// "Recovery Steps" is a part; "PostgreSQL Recovery" stands for itself, "Verify the replicas" is a part again.
    pub(super) fn is_part_here(&self, id: usize) -> bool {
        let said = self.said(id);
        said.whole
            || said.is(Topic::Recovery) && self.leads_with_topic(id)
            || said.is(Topic::Verification) && !said.imperative && !self.is_complete(id)
            || !said.failure
                && matches!(
                    said.topic,
                    Some(
                        Topic::Detection
                            | Topic::Verification
                            | Topic::Rollback
                            | Topic::Prerequisites
                            | Topic::Impact
                            | Topic::Diagnosis
                    )
                )
                && said.ordinal.is_none()
                && !self.is_complete(id)
    }

    /// "Solution: raise the limit": the topic's word, then a colon.
    pub(super) fn leads_with_topic(&self, id: usize) -> bool {
        let name = &self.said(id).name;
        name.split_once([':', '：']).is_some_and(|(head, _)| {
            let said = lexicon::say(head);
            said.whole && said.is(Topic::Recovery)
        })
    }

    pub(super) fn is_actionable(&self, id: usize) -> bool {
        let said = self.said(id);
        let total = self.total[id];
        total.any()
            || self.is_complete(id) && total.text()
            || said.scenario_word && total.text()
            || said.failure && total.bullets + total.tasks + total.unknown > 0
            || said.step_word
            || self.told.contains(&id)
    }

    /// A part whose children are situations: "Troubleshooting" over "Pods crash", "Disk full".
    pub(super) fn holds_situations(&self, id: usize) -> bool {
        if is_stepwise(self.said(id)) && self.is_counted(id) {
            return false;
        }
        let children = &self.outline.at(id).children;
        let actionable: Vec<usize> = children
            .iter()
            .copied()
            .filter(|c| self.is_actionable(*c))
            .collect();
        let situations = actionable
            .iter()
            .filter(|c| {
                let said = self.said(**c);
                // "Option B" with a "When to use" is one of several ways, and no situation.
                said.is_situation() || self.is_complete(**c) && !said.alternative
            })
            .count();
        // "Authentication alerts" over the only one of them.
        let only = actionable.len() == 1
            && !self.own[id].text()
            && self.said(id).is(Topic::Detection)
            && self.said(actionable[0]).is_situation();
        only || situations >= 2 && situations * 2 >= actionable.len()
    }

    /// "Restore PostgreSQL", "Restore Redis": the same done to one thing after the other is a shelf.
    fn is_shelf_of_restores(&self, id: usize, children: &[usize]) -> bool {
        let restores = children
            .iter()
            .filter(|c| self.said(**c).restores())
            .count();
        restores >= 2 && restores * 2 >= children.len() && !self.said(id).failure
    }

    /// "Stopping the services" first, "Starting the services" last: what lies between is done while they stand still.
    fn stops_and_starts(&self, named: &[usize]) -> bool {
        let opens = |id: usize, words: &'static str| {
            let name = self.said(id).name.to_lowercase();
            lexicon::list(words).any(|word| name.starts_with(word))
        };
        let [first, between @ .., last] = named else {
            return false;
        };
        !between.is_empty()
            && opens(
                *first,
                "stop|shut down|shutdown|остановк|остановит|зупин|arrêt|parada|parar|detener|detención|stoppen|\
                dienste stoppen|dừng|停止|停服|停掉|중지",
            )
            && opens(
                *last,
                "start|restart|bring up|запуск|запуст|démarr|redémarr|inicio|iniciar|arranque|arrancar|início|reiniciar|\
                starten|khởi động|启动|啟動|恢复服务|起動|再起動|시작|재시작",
            )
    }

    /// Whether the named children are steps, one after the other.
    pub(super) fn is_sequence(&self, id: usize, sorted: &Sorted) -> bool {
        let named = &sorted.named;
        if named.is_empty() || !sorted.holders.is_empty() {
            return false;
        }
        let all: Vec<&Said> = named.iter().map(|c| self.said(*c)).collect();
        let count = all.len();
        let step_words = all.iter().filter(|s| s.step_word).count();
        let numbered = all
            .iter()
            .filter(|s| s.ordinal.is_some() && !s.scenario_word)
            .count();
        let imperative = all.iter().filter(|s| s.imperative).count();
        let situations = all.iter().filter(|s| s.is_situation()).count();
        let complete = named.iter().filter(|c| self.is_complete(**c)).count();
        let here = self.said(id);
        if step_words * 2 > count || self.stops_and_starts(named) {
            return true;
        }
        if complete * 2 >= count {
            return false;
        }
        if self.is_shelf_of_restores(id, named) {
            return false;
        }
        if numbered * 2 > count && imperative * 2 > count {
            return true;
        }
        // "Delete the cluster", "Create another", "Scale it up": other verbs each time are steps.
        let verbs: HashSet<String> = all
            .iter()
            .filter(|s| s.imperative)
            .filter_map(|s| s.name.split_whitespace().next())
            .map(str::to_lowercase)
            .collect();
        if here.is_situation()
            && imperative >= 3
            && imperative * 3 > count * 2
            && verbs.len() * 3 > imperative * 2
            && situations * 2 < count
        {
            return true;
        }
        // Chapters are numbered too: an overview, the backups, the contacts among them say so.
        let mut beside = sorted
            .asides
            .iter()
            .map(|(c, _)| c)
            .chain(&sorted.parts)
            .chain(&sorted.background);
        let chapters = beside.any(|c| self.said(*c).ordinal.is_some());
        if numbered == count
            && situations == 0
            && count >= 2
            && !chapters
            && (here.is_situation() || here.is_part())
        {
            return true;
        }
        let big = named
            .iter()
            .filter(|c| self.own[**c].ordered >= 2 || self.total[**c].run >= 3)
            .count();
        // "Managing agents" over "Create an agent", "Delete an agent" is no sequence.
        let one = here.is_situation() || here.is_part() || here.step_word || here.topic.is_none();
        one && numbered == 0 && imperative * 2 > count && situations * 2 < count && big * 2 < count
    }

    /// Whether the section is a shelf of scenarios rather than one scenario.
    pub(super) fn holds_scenarios(&self, id: usize, sorted: &Sorted) -> bool {
        let said = self.said(id);
        let named = &sorted.named;
        let top = self.outline.at(id).parent.is_none() || self.outline.at(id).level == 10;
        // "When jobs are stuck" on a page of its own kind is a situation, and no way of doing something.
        let one_way = |c: &&usize| self.said(**c).alternative && !(top && self.said(**c).failure);
        let alternatives = named.iter().filter(one_way).count();
        if sorted.holders.is_empty() && alternatives * 2 > named.len() {
            return said.is(Topic::Scenarios);
        }
        let diagnosed = sorted.parts.iter().any(|p| {
            matches!(
                self.said(*p).topic,
                Some(Topic::Detection | Topic::Diagnosis)
            ) && self.total[*p].text()
        });
        let recovers = sorted.parts.iter().any(|p| {
            (self.said(*p).is(Topic::Recovery) || self.recurring.contains(p))
                && self.total[*p].any()
        });
        let situations = named
            .iter()
            .filter(|c| self.said(**c).is_situation() || self.is_complete(**c))
            .count();
        if let [holder] = sorted.holders.as_slice()
            && named.is_empty()
            && diagnosed
            && self.said(*holder).is_part()
        {
            // One alert's page whose remedy depends on the cause: one scenario with branches.
            return false;
        }
        if !sorted.holders.is_empty()
            || said.is(Topic::Scenarios)
            || self.is_shelf_of_restores(id, named)
        {
            return true;
        }
        let nested = named
            .iter()
            .filter(|c| self.said(**c).scenario_word || self.is_complete(**c))
            .count();
        if said.scenario_word && !top {
            return nested >= 2;
        }
        if situations >= 2 && !(recovers && diagnosed) {
            return true;
        }
        if situations >= 1 && named.iter().any(|c| self.is_complete(*c)) && !recovers {
            return true;
        }
        let shelf = named.len() == 1 && sorted.parts.is_empty() && !self.own[id].any();
        let part = said.is_part() && !said.is(Topic::Detection);
        if shelf && situations == 1 && !said.is_situation() && !part && !top {
            return true;
        }
        if recovers || diagnosed && sorted.parts.len() >= 2 {
            return false;
        }
        // "1. System information" to "8. Memory dump", and none of them is broken: one after the other.
        let numbered = named.iter().filter(|c| self.said(**c).ordinal.is_some());
        if top && situations == 0 && numbered.count() * 2 > named.len() {
            return false;
        }
        if top {
            let big = named
                .iter()
                .filter(|c| {
                    let own = self.own[**c];
                    own.ordered >= 2 || own.run >= 2 || !self.outline.at(**c).children.is_empty()
                })
                .count();
            return named.len() >= 2 && big * 2 > named.len()
                || !(said.is_situation() || said.is_part())
                || said.is_part() && said.whole && situations >= 1;
        }
        // Bold lines under a heading that name nothing one would pick are what it consists of.
        if situations == 0 && named.iter().all(|c| self.outline.at(*c).label) {
            return false;
        }
        if said.is_situation() || said.is_part() {
            return situations * 2 > named.len() && situations >= 2;
        }
        named.len() >= 2
    }
}

impl Said {
    /// "Restore Redis": the verb of a whole procedure, and its object.
    fn restores(&self) -> bool {
        let mut words = self.name.split_whitespace();
        let verb = words.next().unwrap_or_default().to_lowercase();
        let restores = lexicon::list(
            "restore|restore:|recover|restoring|recovering|restaurar|recuperar|restaurer|restauration|восстановить|\
            восстановление|wiederherstellen|wiederherstellung|rollback|revert|roll|відновити|відновлення",
        )
        .any(|v| v == verb);
        restores
            && words.next().is_some_and(|w| {
                !matches!(w, "from" | "the" | "procedure" | "steps" | "plan" | "out")
            })
    }
}

/// "Step-by-step diagnosis", 단계별 진단: what stands below it is done in its order.
fn is_stepwise(said: &Said) -> bool {
    let lower = said.name.to_lowercase();
    matches!(said.topic, Some(Topic::Recovery | Topic::Diagnosis))
        && lexicon::list(
            "step-by-step|step by step|단계별|逐步|分步|ステップごと|paso a paso|passo a passo|pas à pas|\
            schritt für schritt|пошаг|từng bước",
        )
        .any(|w| lower.contains(w))
}

/// "Immediate response (0-15 minutes)", "Short-term actions": a stretch of time, and no situation.
fn is_phase(name: &str) -> bool {
    let lower = name.to_lowercase();
    let unit = |t: &str| {
        lexicon::list(
            "min|hour|hr|day|week|分|小时|時間|시간|phút|giờ|stunde|heure|hora|мин|час|день",
        )
        .any(|u| t.contains(u))
    };
    let bracket = lower
        .rsplit_once(['(', '（'])
        .map(|(_, tail)| tail.trim_end_matches([')', '）']));
    let window = bracket.is_some_and(|t| {
        let number = t.starts_with(|c: char| c.is_ascii_digit() || c == 't' || c == '+');
        number && unit(t) && t.contains(['-', '–', '+', '~', '至', '到', '～'])
    });
    let term = lexicon::list(
        "immediate|short-term|short term|medium-term|medium term|long-term|long term",
    )
    .any(|w| lower.starts_with(w));
    window || term
}
