//! What a section is by its title and by what it stands in.

use crate::runbook::ScenarioKind;
use crate::runbook::lexicon::{self, Said, Topic};

/// What kind of thing a section is, before its children are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Context {
    Recovery,
    Kind(ScenarioKind),
    /// Contacts, objectives, severities, contents: nothing in it is a scenario.
    Nothing,
    /// Background; what stands below may be anything.
    Background,
}

/// What a section is, by its title and what it stands in.
pub(super) fn context_of(said: &Said, inherited: Context) -> Context {
    let by_topic = match said.topic {
        Some(Topic::Backup) => Context::Kind(ScenarioKind::Backup),
        Some(Topic::Drill) => Context::Kind(ScenarioKind::Drill),
        Some(Topic::Communication) => Context::Kind(ScenarioKind::Communication),
        Some(Topic::Reference | Topic::PostIncident | Topic::Prevention) => {
            Context::Kind(ScenarioKind::Reference)
        }
        Some(
            Topic::Contents
            | Topic::Objectives
            | Topic::Severity
            | Topic::Contacts
            | Topic::Schedule,
        ) => Context::Nothing,
        Some(Topic::Overview) => Context::Background,
        Some(
            Topic::Prerequisites
            | Topic::Rollback
            | Topic::Verification
            | Topic::Detection
            | Topic::Impact
            | Topic::Diagnosis
            | Topic::Recovery
            | Topic::Checklist
            | Topic::Scenarios,
        )
        | None => Context::Recovery,
    };
    let sequence = said.step_word;
    match inherited {
        Context::Recovery | Context::Background if sequence => Context::Recovery,
        Context::Recovery | Context::Background => by_topic,
        Context::Kind(ScenarioKind::Backup) => match by_topic {
            Context::Kind(
                ScenarioKind::Drill | ScenarioKind::Reference | ScenarioKind::Communication,
            )
            | Context::Nothing => by_topic,
            Context::Recovery | Context::Background | Context::Kind(_) => {
                // The procedure of a backup, or of its verification, restores nothing.
                let generic = lexicon::is_generic(&said.name);
                let restores = said.is(Topic::Recovery) && !generic
                    || said.is(Topic::Rollback)
                    || said.procedure
                    || said.failure && said.topic.is_none();
                if restores && !sequence {
                    Context::Recovery
                } else {
                    inherited
                }
            }
        },
        Context::Kind(ScenarioKind::Recovery) => by_topic,
        // "Production sequence" in a page on rehearsals.
        Context::Kind(ScenarioKind::Drill)
            if by_topic == Context::Recovery && is_for_real(&said.name) =>
        {
            Context::Recovery
        }
        // "Root Cause Analysis" over "Scenario 1: the broker is unreachable".
        Context::Kind(ScenarioKind::Reference)
            if by_topic == Context::Recovery
                && (said.scenario_word || said.failure && said.topic.is_none()) =>
        {
            Context::Recovery
        }
        Context::Kind(
            ScenarioKind::Drill | ScenarioKind::Communication | ScenarioKind::Reference,
        ) => inherited,
        Context::Nothing => {
            if said.is_situation() {
                Context::Recovery
            } else {
                Context::Nothing
            }
        }
    }
}

/// What is done in production, beside what is only rehearsed.
pub(super) fn is_for_real(name: &str) -> bool {
    let lower = name.to_lowercase().replace("non-production", "");
    lexicon::list("production|real incident|actual incident|producción|produção|produktion|本番|生产环境|운영 환경")
        .any(|w| lower.contains(w))
}

impl Said {
    /// It names something one would pick: a failure, a scenario, a procedure.
    pub(in crate::runbook) fn is_situation(&self) -> bool {
        let thought = self.described && !self.scenario_word;
        !(self.step_word || thought)
            && (self.scenario_word
                || self.topic.is_none()
                    && (self.failure || self.procedure)
                    && !(self.imperative && self.ordinal.is_some())
                || self.is(Topic::Recovery) && !self.whole && !self.imperative)
    }
}
