//! The component tables of `breakglass.toml`: `[KIND.NAME]`, or `[KIND]` alone.
//!
//! Each is read by itself: what one lacks does not touch the others. It must not know how a
//! component is looked at.

use super::file::{Place, at_least};
use super::kinds;
use super::reader::{Table, Value, closest, number};
use super::{Component, Settings, Threshold};
use crate::health::{ComponentKind, thresholds};
use std::collections::BTreeMap;
use std::time::Duration;

pub(super) const KINDS: [(&str, ComponentKind); 6] = [
    ("postgres", ComponentKind::Postgres),
    ("redis", ComponentKind::Redis),
    ("sentinel", ComponentKind::Sentinel),
    ("http", ComponentKind::Http),
    ("tcp", ComponentKind::Tcp),
    ("command", ComponentKind::Command),
];

/// Every component of the file, in its order, and the names of those that cannot be used.
pub(super) fn read(root: &Table<'_>, place: &Place<'_>) -> (Vec<Component>, Vec<String>) {
    let mut found: Vec<(usize, Component)> = Vec::new();
    let mut unusable = Vec::new();
    for (word, kind) in KINDS {
        let Some(table) = root.table(word) else {
            continue;
        };
        let entries = table.entries();
        let is_alone = entries
            .iter()
            .any(|(_, _, value)| !value.get_ref().is_table());
        let mut take = |name: &str, table: &Table<'_>| match component(table, name, kind, place) {
            Some(component) => found.push((table.span.start, component)),
            None => unusable.push(name.to_owned()),
        };
        if is_alone {
            take(word, &table);
            continue;
        }
        for (name, span, value) in entries {
            if name.trim().is_empty() || name.chars().any(char::is_control) {
                table
                    .reader
                    .complain(&span, &table.full(name), "expected a name of one line");
            } else if let Some(inner) = table.table_of(name, value) {
                take(name, &inner);
            }
        }
    }
    found.sort_by_key(|(at, _)| *at);
    let mut components: Vec<Component> =
        found.into_iter().map(|(_, component)| component).collect();
    tell_apart(&mut components);
    (components, unusable)
}

/// Components of two kinds may bear one name (`[redis.cache]`, `[sentinel.cache]`): each then goes by kind and name.
pub(super) fn tell_apart(components: &mut [Component]) {
    let names: Vec<String> = components.iter().map(|c| c.name.clone()).collect();
    for component in components {
        if names.iter().filter(|name| **name == component.name).count() > 1 {
            let name = format!("{}-{}", component.kind.word(), component.name);
            component
                .aliases
                .push(std::mem::replace(&mut component.name, name));
        }
    }
}

fn component(
    table: &Table<'_>,
    name: &str,
    kind: ComponentKind,
    place: &Place<'_>,
) -> Option<Component> {
    let settings = match kind {
        ComponentKind::Postgres => kinds::postgres(table, place).map(Settings::Postgres),
        ComponentKind::Redis => kinds::redis(table, place).map(Settings::Redis),
        ComponentKind::Sentinel => kinds::sentinel(table, place).map(Settings::Sentinel),
        ComponentKind::Http => kinds::http(table, place).map(Settings::Http),
        ComponentKind::Tcp => kinds::tcp(table),
        ComponentKind::Command => kinds::command(table).map(Settings::Command),
        ComponentKind::Kubernetes => None,
    };
    // The common keys are read whatever became of the settings, so that they are known and checked.
    let interval = at_least(table, "interval", Duration::from_millis(100));
    let timeout = at_least(table, "timeout", Duration::from_millis(10));
    let bad_after = table.whole("bad_after", 1..=100);
    let good_after = table.whole("good_after", 1..=100);
    let aliases = table.strings("aliases");
    let limits = table
        .table("thresholds")
        .map(|limits| thresholds_of(&limits, kind));
    table.finish(|_| None);
    let mut component = Component::new(name, settings?);
    component.interval = interval.unwrap_or(component.interval);
    component.timeout = timeout.unwrap_or(component.timeout);
    component.bad_after = bad_after.unwrap_or(component.bad_after);
    component.good_after = good_after.unwrap_or(component.good_after);
    component.aliases = aliases.unwrap_or_default();
    component.thresholds = limits.unwrap_or_default();
    Some(component)
}

/// `name = 30` sets `warn`; `name = { warn = 30, down = 300 }` sets either, and `false` switches one off.
fn thresholds_of(table: &Table<'_>, kind: ComponentKind) -> BTreeMap<String, Threshold> {
    let known = thresholds::names(kind);
    let mut limits = BTreeMap::new();
    for (name, span, value) in table.entries() {
        if !known.is_empty() && !known.contains(&name) {
            let near = closest(name, known.iter().copied());
            table.reader.complain(
                &span,
                &table.full(name),
                match near {
                    Some(near) => format!("unknown number; did you mean `{near}`?"),
                    None => format!("unknown number; expected one of `{}`", known.join("`, `")),
                },
            );
            continue;
        }
        if let Some(limit) = threshold(table, name, value, kind) {
            limits.insert(name.to_owned(), limit);
        }
    }
    limits
}

/// What is given, with the defaults for what is left open: `false` switches a default off.
fn threshold(
    table: &Table<'_>,
    name: &str,
    value: Value<'_>,
    kind: ComponentKind,
) -> Option<Threshold> {
    let known = thresholds::find(kind, name);
    let mut limit = Threshold {
        warn: known.and_then(|known| known.warn),
        down: known.and_then(|known| known.down),
    };
    let mut is_down_given = false;
    if let Some(warn) = number(value.get_ref()) {
        limit.warn = Some(warn);
    } else if value.get_ref().is_table() {
        let inner = table.table_of(name, value)?;
        if let Some(warn) = inner.number_or_false("warn") {
            limit.warn = warn;
        }
        if let Some(down) = inner.number_or_false("down") {
            limit.down = down;
            is_down_given = true;
        }
        inner.finish(|_| None);
    } else {
        table.expected(name, value, "a number, or `{ warn = 30, down = 300 }`");
        return None;
    }
    let falls = known.map(|known| known.lower_is_worse);
    if let (Some(warn), Some(down), Some(falls)) = (limit.warn, limit.down, falls)
        && (if falls { down > warn } else { down < warn })
    {
        if is_down_given {
            let order = if falls { "below" } else { "above" };
            table.expected(name, value, &format!("`down` {order} `warn`"));
            return None;
        }
        // The default for `down` would come before the `warn` that is wanted.
        limit.down = None;
    }
    Some(limit)
}
