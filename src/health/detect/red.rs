//! A red component and the words that name it, its rivals and the way it is broken.
//!
//! It must not know what a piece of evidence weighs.

use crate::config::{Component, Settings};
use crate::health::phrase::{Phrase, Words};
use crate::health::signal::{CONDITIONS, EMPTY_NAMES, EVERYTHING, TOPICS};
use crate::health::{ComponentKind, ComponentView};
use std::sync::LazyLock;

/// How exactly a word names a component.
pub(super) mod exact {
    pub const PRODUCT: f64 = 1.0;
    pub const NAME: f64 = 0.9;
    pub const ALIAS: f64 = 0.8;
    pub const CLASS: f64 = 0.65;
    pub const VAGUE: f64 = 0.45;
}

/// A red component, with the words for it made ready.
pub(super) struct Red<'a> {
    pub view: &'a ComponentView,
    aliases: &'a [String],
    /// Phrases with how exactly each names it, most exact first.
    subject: Vec<(f64, Vec<Phrase>)>,
    /// Products that are something else.
    rivals: Vec<&'static Phrase>,
}

impl<'a> Red<'a> {
    pub fn new(view: &'a ComponentView, component: Option<&'a Component>) -> Self {
        let aliases: &[String] = component.map_or(&[], |component| &component.aliases);
        let command = match component.map(|component| &component.settings) {
            Some(Settings::Command(command)) => command.run.as_str(),
            Some(
                Settings::Postgres(_)
                | Settings::Redis(_)
                | Settings::Sentinel(_)
                | Settings::Http(_)
                | Settings::Tcp { .. },
            )
            | None => "",
        };
        let own_words: Vec<Words<'_>> = aliases
            .iter()
            .map(String::as_str)
            .chain([view.name.as_str(), command])
            .map(Words::of)
            .collect();
        let is_own = |topic: &&Lexicon| {
            topic.kind == Some(view.kind)
                || (topic.kind != Some(ComponentKind::Http)
                    && own_words
                        .iter()
                        .any(|words| words.find_any(&topic.product).is_some()))
        };
        let own: Vec<&Lexicon> = LEXICON.iter().filter(is_own).collect();
        let products: Vec<&Phrase> = own.iter().flat_map(|topic| &topic.product).collect();
        let classes: Vec<&Phrase> = own.iter().flat_map(|topic| &topic.class).collect();
        let names: Vec<&str> = [view.name.as_str()]
            .into_iter()
            .filter(|name| name.chars().count() > 2 && !EMPTY_NAMES.contains(name))
            .collect();
        let aliases_said: Vec<&str> = aliases.iter().map(String::as_str).collect();
        let rivals = LEXICON
            .iter()
            .filter(|topic| {
                // Everybody's commands speak HTTP; and Redis is no rival of its Sentinels.
                topic.kind != Some(ComponentKind::Http)
                    && !own.is_empty()
                    && !topic.product.iter().any(|word| products.contains(&word))
            })
            .flat_map(|topic| &topic.product)
            .collect();
        // What an endpoint is called says little: everything has an API.
        let (product, class) = if view.kind == ComponentKind::Http {
            (exact::CLASS, exact::VAGUE)
        } else {
            (exact::PRODUCT, exact::CLASS)
        };
        let mut subject = vec![
            (product, products.into_iter().cloned().collect()),
            (exact::NAME, Phrase::all(&names)),
            (exact::ALIAS, Phrase::all(&aliases_said)),
            (class, classes.into_iter().cloned().collect()),
        ];
        subject.sort_by(|a: &(f64, Vec<Phrase>), b| b.0.total_cmp(&a.0));
        Red {
            view,
            aliases,
            subject,
            rivals,
        }
    }

    /// How exactly a text names this component, and with which words.
    pub fn named<'t>(&self, words: &Words<'t>) -> Option<(f64, &'t str)> {
        self.subject
            .iter()
            .find_map(|(exactness, phrases)| Some((*exactness, words.find_any(phrases)?)))
    }

    pub fn names_rival(&self, words: &Words<'_>) -> bool {
        self.rivals.iter().any(|rival| words.find(rival).is_some())
    }

    /// Whether a condition is what is wrong here, the worst signal counting most.
    pub fn raises(&self, condition: &Way) -> Option<f64> {
        let at = self
            .view
            .signals
            .iter()
            .position(|signal| condition.signals.contains(&signal.as_str()))?;
        Some(if at == 0 { 1.0 } else { 0.8 })
    }

    /// Whether runbook text that is bound to `target` means this: a name, a kind, an alias, a signal, or a component
    /// and its signal with a dot between.
    pub fn is_meant_by(&self, target: &str) -> bool {
        let is_it = |word: &str| {
            word.eq_ignore_ascii_case(&self.view.name)
                || word.eq_ignore_ascii_case(self.view.kind.word())
                || self
                    .aliases
                    .iter()
                    .any(|alias| word.eq_ignore_ascii_case(alias))
        };
        let is_raised = |word: &str| self.view.signals.iter().any(|signal| signal == word);
        is_it(target)
            || is_raised(target)
            || target
                .rsplit_once(['.', ':'])
                .is_some_and(|(component, signal)| {
                    is_it(component.trim()) && is_raised(signal.trim())
                })
    }

    /// "postgres down: no primary answers".
    pub fn in_words(&self) -> String {
        let (name, kind) = (&self.view.name, self.view.kind.word());
        let name = if name.contains(kind) {
            name.clone()
        } else {
            format!("{name} ({kind})")
        };
        format!("{name} {}: {}", self.view.verdict.word(), self.view.reason)
    }
}

/// [`TOPICS`], made ready.
struct Lexicon {
    kind: Option<ComponentKind>,
    product: Vec<Phrase>,
    class: Vec<Phrase>,
}

static LEXICON: LazyLock<Vec<Lexicon>> = LazyLock::new(|| {
    TOPICS
        .iter()
        .map(|topic| Lexicon {
            kind: topic.kind,
            product: Phrase::all(topic.product),
            class: Phrase::all(topic.class),
        })
        .collect()
});

/// [`CONDITIONS`], made ready.
pub(super) struct Way {
    signals: &'static [&'static str],
    pub phrases: Vec<Phrase>,
    pub is_specific: bool,
}

pub(super) static WAYS: LazyLock<Vec<Way>> = LazyLock::new(|| {
    CONDITIONS
        .iter()
        .map(|condition| Way {
            signals: condition.signals,
            phrases: Phrase::all(condition.phrases),
            is_specific: condition.is_specific,
        })
        .collect()
});

pub(super) static ALL_AT_ONCE: LazyLock<Vec<Phrase>> = LazyLock::new(|| Phrase::all(EVERYTHING));
