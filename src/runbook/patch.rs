//! What a manifest or a fragment of one would change, and where, in words: for a step that a person does.
//!
//! PURE. It must not know the cluster: where a fragment belongs is read from the words beside it, or said to be open.

use super::{Block, Role, Step};
use crate::mask::Masker;
use regex::Regex;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::sync::LazyLock;

/// Values longer than this are cut, in characters.
const LONGEST: usize = 60;

/// One document of a patch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    /// The object, or what is known of it.
    pub place: String,
    /// `Deployment api`, where that is known.
    pub object: Option<String>,
    /// `spec.replicas = 3`, in the order of the text.
    pub changes: Vec<String>,
    /// How a person would do it.
    pub by_hand: String,
}

impl Patch {
    /// One line: where, and the first change.
    pub fn summary(&self) -> String {
        let more = match self.changes.len() {
            0 | 1 => String::new(),
            count => format!(" (+{})", count - 1),
        };
        let first = self.changes.first().map_or("", String::as_str);
        match &self.object {
            Some(object) => format!("{object}: {first}{more}"),
            None => format!("{first}{more}"),
        }
    }
}

/// What a block of a step would change, one for each document; none where it is no patch, or cannot be read as YAML.
pub fn patches(block: &Block, step: &Step) -> Vec<Patch> {
    if block.role != Role::Patch {
        return Vec::new();
    }
    let words = || {
        let lines = step.prose.iter().chain(&step.inline).chain(&step.cautions);
        std::iter::once(step.title.as_str()).chain(lines.map(|line| line.text.as_str()))
    };
    documents(&block.text)
        .filter_map(|text| serde_saphyr::from_str::<Node>(&text).ok())
        .filter_map(|node| match node {
            Node::Map(pairs) if !pairs.is_empty() => Some(patch(&pairs, words)),
            Node::Map(_) | Node::List(_) | Node::Leaf(_) => None,
        })
        .collect()
}

fn documents(text: &str) -> impl Iterator<Item = String> {
    let mut documents = vec![String::new()];
    for line in text.lines() {
        if line.trim_end() == "---" {
            documents.push(String::new());
        } else if let Some(document) = documents.last_mut() {
            document.push_str(line);
            document.push('\n');
        }
    }
    documents.into_iter()
}

fn patch<'w, W: Iterator<Item = &'w str>>(
    pairs: &[(String, Node)],
    words: impl Fn() -> W,
) -> Patch {
    let get = |name: &str| {
        pairs
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, node)| node)
    };
    let text = |node: Option<&Node>| match node {
        Some(Node::Leaf(text)) => Some(text.clone()),
        Some(Node::Map(_) | Node::List(_)) | None => None,
    };
    let meta = |name: &str| match get("metadata") {
        Some(Node::Map(meta)) => text(meta.iter().find(|(key, _)| key == name).map(|(_, it)| it)),
        Some(Node::List(_) | Node::Leaf(_)) | None => None,
    };
    let kind = text(get("kind"));
    let secret = kind.as_deref() == Some("Secret");
    let mut changes = Vec::new();
    for (key, node) in pairs {
        let named = matches!(key.as_str(), "apiVersion" | "kind" | "status");
        if named && kind.is_some() {
            continue;
        }
        let path = key.clone();
        let hidden = secret && matches!(key.as_str(), "data" | "stringData");
        leaves(&path, node, hidden, &mut changes);
    }
    changes.retain(|change| {
        kind.is_none()
            || !["metadata.name =", "metadata.namespace ="]
                .iter()
                .any(|own| change.starts_with(own))
    });
    match (kind, meta("name")) {
        (Some(kind), Some(name)) => Patch {
            place: match meta("namespace") {
                Some(namespace) => format!("{kind} {name} in namespace {namespace}"),
                None => format!("{kind} {name}"),
            },
            object: Some(format!("{kind} {name}")),
            changes,
            by_hand: "`kubectl diff -f FILE` shows it beforehand, `kubectl apply -f FILE` does it"
                .into(),
        },
        (Some(kind), None) => Patch {
            place: format!("a {kind} whose name it does not say"),
            object: None,
            changes,
            by_hand: "find the object, then `kubectl edit` it".into(),
        },
        (None, _) if get("services").is_some() => Patch {
            place: "the compose file".into(),
            object: None,
            changes,
            by_hand: "edit the file, then `docker compose up -d`".into(),
        },
        (None, _) => match words().find_map(object) {
            Some((kind, name)) => Patch {
                place: format!("{kind} {name}, as the text beside it says"),
                object: Some(format!("{kind} {name}")),
                changes,
                by_hand: format!("`kubectl edit {kind}/{name}`"),
            },
            None => Patch {
                place: "an object that the runbook does not name".into(),
                object: None,
                changes,
                by_hand: "find the object that has these fields, then `kubectl edit` it".into(),
            },
        },
    }
}

/// `deployment/api`, "the `api` deployment", "StatefulSet agent-registry" in a text.
fn object(text: &str) -> Option<(String, String)> {
    const KINDS: &str = "deployment|statefulset|daemonset|configmap|cronjob|service|ingress|secret|replicaset|pod|job|hpa|pvc";
    static SHAPES: LazyLock<Vec<Regex>> = LazyLock::new(|| {
        let name = "[a-z0-9][a-z0-9.-]*[a-z0-9]";
        let marked =
            format!("(?:[`'\"*]+(?P<quoted>{name})[`'\"*]+|(?P<bare>[a-z0-9]+(?:-[a-z0-9]+)+))");
        [
            format!(r"(?i)\b(?P<kind>{KINDS})s?/(?P<slashed>{name})"),
            format!(r"(?i)\b(?P<kind>{KINDS})s?\b(?: named| called)?:? {marked}"),
            format!(r"(?i){marked} (?P<kind>{KINDS})s?\b"),
        ]
        .iter()
        .filter_map(|shape| Regex::new(shape).ok())
        .collect()
    });
    SHAPES.iter().find_map(|shape| {
        let found = shape.captures(text)?;
        let name = ["slashed", "quoted", "bare"]
            .iter()
            .find_map(|group| found.name(group))?;
        Some((
            found.name("kind")?.as_str().to_lowercase(),
            name.as_str().to_owned(),
        ))
    })
}

/// Every value below a node, with its path; an item of a list goes by its name.
fn leaves(path: &str, node: &Node, hidden: bool, changes: &mut Vec<String>) {
    match node {
        Node::Leaf(value) => changes.push(format!("{path} = {}", shown(path, value, hidden))),
        Node::Map(pairs) if pairs.is_empty() => changes.push(format!("{path} = {{}}")),
        Node::List(items) if items.is_empty() => changes.push(format!("{path} = []")),
        Node::Map(pairs) => {
            for (key, node) in pairs {
                leaves(&format!("{path}.{key}"), node, hidden, changes);
            }
        }
        Node::List(items) => {
            for (index, item) in items.iter().enumerate() {
                listed(path, index, item, hidden, changes);
            }
        }
    }
}

fn listed(path: &str, index: usize, item: &Node, hidden: bool, changes: &mut Vec<String>) {
    let Node::Map(pairs) = item else {
        return leaves(&format!("{path}[{index}]"), item, hidden, changes);
    };
    let name = pairs.iter().find_map(|(key, node)| match node {
        Node::Leaf(name) if key == "name" => Some(name.clone()),
        Node::Leaf(_) | Node::Map(_) | Node::List(_) => None,
    });
    let path = format!(
        "{path}[{}]",
        name.clone().unwrap_or_else(|| index.to_string())
    );
    let rest: Vec<&(String, Node)> = pairs
        .iter()
        .filter(|(key, _)| name.is_none() || key != "name")
        .collect();
    match &rest[..] {
        [] => changes.push(path),
        // Environment variables.
        [(key, value @ Node::Leaf(_))] if key == "value" => leaves(&path, value, hidden, changes),
        rest => {
            for (key, node) in rest {
                leaves(&format!("{path}.{key}"), node, hidden, changes);
            }
        }
    }
}

fn shown(path: &str, value: &str, hidden: bool) -> String {
    if hidden {
        return "(a secret)".into();
    }
    let name = path
        .rsplit(['.', '['])
        .next()
        .unwrap_or(path)
        .trim_end_matches(']');
    let pair = format!("{name}={value}");
    let masked = Masker::new(&[]).mask(&pair).into_owned();
    let value = masked.strip_prefix(&format!("{name}=")).unwrap_or(value);
    let mut lines = value.lines();
    let first = lines.next().unwrap_or_default();
    let mut cut: String = first.chars().take(LONGEST).collect();
    if lines.next().is_some() || cut.len() < first.len() {
        cut.push('…');
    }
    if cut.is_empty() { "\"\"".into() } else { cut }
}

/// YAML with its keys in the order of the text.
#[derive(Debug, Clone, PartialEq)]
enum Node {
    Map(Vec<(String, Node)>),
    List(Vec<Node>),
    Leaf(String),
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Node;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("YAML")
            }

            fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
                Ok(Node::Leaf(value.to_string()))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
                Ok(Node::Leaf(value.to_string()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
                Ok(Node::Leaf(value.to_string()))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
                Ok(Node::Leaf(value.to_string()))
            }

            fn visit_str<E>(self, value: &str) -> Result<Node, E> {
                Ok(Node::Leaf(value.to_owned()))
            }

            fn visit_unit<E>(self) -> Result<Node, E> {
                Ok(Node::Leaf("null".into()))
            }

            fn visit_none<E>(self) -> Result<Node, E> {
                Ok(Node::Leaf("null".into()))
            }

            fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Node, D::Error> {
                Node::deserialize(from)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = list.next_element()? {
                    items.push(item);
                }
                Ok(Node::List(items))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
                let mut pairs = Vec::new();
                while let Some((key, node)) = map.next_entry::<Node, Node>()? {
                    let key = match key {
                        Node::Leaf(key) => key,
                        Node::Map(_) | Node::List(_) => "…".into(),
                    };
                    pairs.push((key, node));
                }
                Ok(Node::Map(pairs))
            }
        }
        from.deserialize_any(Any)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runbook::Line;

    /// The patches of a text beside these words.
    fn read(title: &str, prose: &str, text: &str) -> Vec<String> {
        let block = Block {
            line: 1,
            end_line: 9,
            language: Some("yaml".into()),
            role: Role::Patch,
            text: text.into(),
            ..Block::default()
        };
        let step = Step {
            number: "1".into(),
            title: title.into(),
            line: 1,
            manual: true,
            end_line: 9,
            prose: vec![Line {
                text: prose.into(),
                line: 1,
            }],
            ..Step::default()
        };
        patches(&block, &step)
            .into_iter()
            .map(|patch| {
                format!(
                    "{} | {} | {}",
                    patch.place,
                    patch.changes.join("; "),
                    patch.by_hand
                )
            })
            .collect()
    }

    #[test]
    fn a_manifest_says_itself_where_it_belongs() {
        let text = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: api\n  namespace: shop\nspec:\n  replicas: 3\n  template:\n    spec:\n      containers:\n        - name: api\n          image: api:1.2\n          env:\n            - name: POOL_SIZE\n              value: \"200\"\n            - name: DB_PASSWORD\n              value: hunter2\n---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: keys\nstringData:\n  key: abc\n";
        let found = read("Deploy", "", text);
        assert_eq!(
            found[0],
            "Deployment api in namespace shop | spec.replicas = 3; spec.template.spec.containers[api].image = api:1.2; spec.template.spec.containers[api].env[POOL_SIZE] = 200; spec.template.spec.containers[api].env[DB_PASSWORD] = •••• | `kubectl diff -f FILE` shows it beforehand, `kubectl apply -f FILE` does it"
        );
        assert!(found[1].starts_with("Secret keys | stringData.key = (a secret) | "));
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn where_a_fragment_belongs_is_read_beside_it_or_said_to_be_open() {
        let text = "env:\n  - name: DATABASE_MAX_POOL_SIZE\n    value: \"200\"\n";
        let check = |title: &str, prose: &str, place: &str| {
            let found = read(title, prose, text);
            let expected = format!("{place} | env[DATABASE_MAX_POOL_SIZE] = 200 | ");
            assert!(found[0].starts_with(&expected), "{found:?}");
        };
        check(
            "Scale `api` deployment",
            "",
            "deployment api, as the text beside it says",
        );
        check(
            "Raise the limit",
            "In statefulset/agent-registry:",
            "statefulset agent-registry, as the text beside it says",
        );
        check(
            "Raise it",
            "Edit the Deployment worker-pool",
            "deployment worker-pool, as the text beside it says",
        );
        check(
            "Raise the limit",
            "Change the deployment.",
            "an object that the runbook does not name",
        );
        assert_eq!(read("x", "", "- a\n- b\n"), Vec::<String>::new());
        assert_eq!(read("x", "", "a: [unclosed\n b: {"), Vec::<String>::new());
    }
}
