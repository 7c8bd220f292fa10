//! The cluster and namespace a `kubectl`, `oc` or `helm` command would hit, read from the kubeconfig files as
//! those programs read them.

use super::{Claim, Look, add, pattern};
use regex::Regex;
use serde::Deserialize;
use std::path::PathBuf;
use std::sync::LazyLock;

static CONTEXT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"--(?:kube-)?context[ =]['\x22]?([^\s'\x22]+)"));
static NAMESPACE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:\s-n[ =]?|--namespace[ =])['\x22]?([a-z0-9][a-z0-9.-]*)"));
static ALL: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?:--all-namespaces|\s-A)(?:\s|$|;|\|)"));
static USE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"config\s+use-context\s+['\x22]?([^\s;'\x22]+)"));
static KUBECONFIG: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:--kubeconfig[ =]|KUBECONFIG=)['\x22]?([^\s'\x22]+)"));

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct File {
    #[serde(rename = "current-context")]
    current: Option<String>,
    contexts: Vec<Named>,
    clusters: Vec<Named>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Named {
    name: String,
    context: Option<Context>,
    cluster: Option<Cluster>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Context {
    cluster: Option<String>,
    namespace: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Cluster {
    server: Option<String>,
}

/// Every context/namespace pair that a text names.
pub(super) fn claims(look: &Look<'_>, code: &str) -> Vec<Claim> {
    let paths = paths(look, code);
    let mut files = Vec::new();
    for path in &paths {
        if let Ok(text) = std::fs::read_to_string(path)
            && let Ok(file) = serde_saphyr::from_str::<File>(&text)
        {
            files.push(file);
        }
    }
    let mut current = files
        .iter()
        .find_map(|file| file.current.clone().filter(|name| !name.is_empty()));
    let mut claims = Vec::new();
    let mut switched = false;
    for line in code.replace("\\\n", " ").lines() {
        if let Some(found) = USE.captures(line) {
            current = Some(found[1].to_owned());
            switched = true;
            continue;
        }
        if !["kubectl", "helm", "oc", "k "]
            .iter()
            .any(|name| line.contains(name))
        {
            continue;
        }
        let given = CONTEXT.captures(line).map(|found| found[1].to_owned());
        let evidence = match (&given, switched) {
            (Some(_), _) => "the command's `--context`",
            (None, true) => "the context this step switches to",
            (None, false) => "the current context",
        };
        let Some(context) = given.or_else(|| current.clone()) else {
            let read: Vec<_> = paths
                .iter()
                .map(|path| path.display().to_string())
                .collect();
            add(
                &mut claims,
                "no cluster".into(),
                format!("no current context in {}", read.join(", ")),
            );
            continue;
        };
        let known = files
            .iter()
            .flat_map(|file| &file.contexts)
            .find(|named| named.name == context)
            .and_then(|named| named.context.as_ref());
        let server = known
            .and_then(|known| known.cluster.as_ref())
            .and_then(|cluster| {
                files
                    .iter()
                    .flat_map(|file| &file.clusters)
                    .find(|named| named.name == *cluster)
            })
            .and_then(|named| named.cluster.as_ref()?.server.clone())
            .map_or_else(
                || ", whose server is not in any kubeconfig".to_owned(),
                |server| format!(" at {server}"),
            );
        let name = if ALL.is_match(line) {
            format!("{context} (all namespaces)")
        } else {
            let namespace = NAMESPACE
                .captures(line)
                .map(|found| found[1].to_owned())
                .or_else(|| known.and_then(|known| known.namespace.clone()));
            format!(
                "{context}/{}",
                namespace.unwrap_or_else(|| "default".into())
            )
        };
        add(&mut claims, name, format!("{evidence}{server}"));
    }
    if claims.is_empty()
        && let Some(context) = current
    {
        add(&mut claims, context, "the context this step names".into());
    }
    claims
}

fn paths(look: &Look<'_>, code: &str) -> Vec<PathBuf> {
    if let Some(found) = KUBECONFIG.captures(code) {
        return vec![look.cwd.join(&found[1])];
    }
    if let Some(list) = (look.env)("KUBECONFIG") {
        return std::env::split_paths(&list)
            .map(|path| look.cwd.join(path))
            .collect();
    }
    (look.env)("HOME")
        .map(|home| PathBuf::from(home).join(".kube/config"))
        .into_iter()
        .collect()
}
