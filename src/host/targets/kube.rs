//! The cluster and namespace a `kubectl`, `oc` or `helm` command would hit, read from the kubeconfig files as
//! those programs read them.

use super::address::is_unknown;
use super::arguments::{self, Arguments, Style};
use super::calls::Var;
use super::{Claim, Look};
use crate::runbook::shell::{Argument, Call};
use serde::Deserialize;
use std::path::PathBuf;

/// Options of these programs that take a value, as far as they can stand before or between what counts here.
const VALUES: &str = "-n --namespace --context --kube-context --cluster --kubeconfig -s --server --user --as -l \
    --selector -o --output -c --container -f --filename -p --patch --type --replicas --since --tail --timeout --image \
    --values --set --version --field-selector --sort-by --grace-period --for --request-timeout --token -v";

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

/// The kubeconfig files and what the block has switched to so far.
#[derive(Debug, Default)]
pub(super) struct Clusters {
    context: Option<Argument>,
    namespace: Option<Argument>,
}

impl Clusters {
    /// What `kubectl` would hit by itself; `None` where it knows no cluster.
    pub fn current(look: &Look<'_>) -> Option<Claim> {
        let paths = paths(look, None, &|name| {
            (look.env)(name).map_or(Var::Unset, |value| Var::Set(value, false))
        })?;
        let files = files(&paths);
        let context = current(&files)?;
        let namespace = namespace_of(&files, &context).unwrap_or_else(|| "default".into());
        let server = server(&files, &context);
        Some(Claim {
            name: format!("{context}/{namespace}"),
            evidence: format!("the current context{server}"),
        })
    }

    /// The context that a block switches to, where nothing in it uses it.
    pub fn switched_to(&self) -> Option<Claim> {
        let context = self.context.as_ref()?;
        Some(Claim {
            name: told(context, "an unknown context"),
            evidence: "the context this step switches to".into(),
        })
    }

    /// What one command hits; `None` where it only switches, or looks at no cluster.
    pub fn claim(
        &mut self,
        look: &Look<'_>,
        call: &Call,
        env: &dyn Fn(&str) -> Var,
    ) -> Option<Claim> {
        let read = arguments::read(&call.arguments, VALUES, Style::Cobra);
        if self.switches(call, &read) {
            return None;
        }
        let Some(paths) = paths(look, read.value("--kubeconfig"), env) else {
            return Some(Claim {
                name: "unknown cluster".into(),
                evidence: "its kubeconfig is known only when it runs".into(),
            });
        };
        let files = files(&paths);
        let given = read.value("--context --kube-context");
        let switched = self.context.as_ref();
        let (context, mut evidence) = if let Some(given) = given {
            (given.clone(), "the command's `--context`".to_owned())
        } else if let Some(context) = switched {
            (context.clone(), "the context this step switches to".into())
        } else if let Some(text) = current(&files) {
            (Argument { text, known: true }, "the current context".into())
        } else {
            let read: Vec<_> = paths
                .iter()
                .map(|path| path.display().to_string())
                .collect();
            return Some(Claim {
                name: "no cluster".into(),
                evidence: format!("no current context in {}", read.join(", ")),
            });
        };
        let mut name = told(&context, "an unknown context");
        if let Some(address) = read.value("-s --server") {
            evidence = format!("{evidence}, but at the command's own `--server`");
            name = format!("{name} at {}", told(address, "an unknown server"));
        } else if let Some(cluster) = read.value("--cluster") {
            evidence = format!("{evidence}, but the command's own `--cluster`");
            name = format!("{name} on {}", told(cluster, "an unknown cluster"));
        } else {
            evidence.push_str(&server(&files, &context.text));
        }
        if read.has("-A --all-namespaces") {
            return Some(Claim {
                name: format!("{name} (all namespaces)"),
                evidence,
            });
        }
        let helm = (call.program == "helm").then(|| env("HELM_NAMESPACE"));
        let namespace = match (read.value("-n --namespace"), helm, &self.namespace) {
            (Some(given), _, _) => told(given, "an unknown namespace"),
            (None, Some(Var::Set(namespace, _)), _) => namespace,
            (None, Some(Var::Unknown), _) => "an unknown namespace".into(),
            (None, _, Some(switched)) => told(switched, "an unknown namespace"),
            (None, Some(Var::Unset) | None, None) => {
                namespace_of(&files, &context.text).unwrap_or_else(|| "default".into())
            }
        };
        if let Some(pod) = pod(&read) {
            evidence = format!("in {pod}, {evidence}");
        }
        Some(Claim {
            name: format!("{name}/{namespace}"),
            evidence,
        })
    }

    /// Takes note of a command that switches context or namespace for those behind it.
    fn switches(&mut self, call: &Call, read: &Arguments) -> bool {
        let words: Vec<&str> = read.words.iter().map(|word| word.text.as_str()).collect();
        match (call.program.as_str(), &words[..]) {
            ("kubectx", [_]) => self.context = read.words.first().cloned(),
            ("kubens", [_]) => self.namespace = read.words.first().cloned(),
            (_, ["config", "use-context", _]) => {
                self.context = read.words.last().cloned();
                self.namespace = None;
            }
            (_, ["config", "set-context", ..]) if read.has("--current") => {
                if let Some(namespace) = read.value("-n --namespace") {
                    self.namespace = Some(namespace.clone());
                }
            }
            (_, ["project", _]) if call.program == "oc" => {
                self.namespace = read.words.last().cloned();
            }
            ("kubectx" | "kubens", _) | (_, ["config" | "version" | "completion", ..]) => {}
            _ => return false,
        }
        true
    }
}

/// The pod that a command is run in.
fn pod(read: &Arguments) -> Option<String> {
    let [verb, pod, ..] = &read.words[..] else {
        return None;
    };
    matches!(verb.text.as_str(), "exec" | "rsh" | "debug").then(|| told(pod, "an unknown pod"))
}

fn told(argument: &Argument, unknown: &str) -> String {
    if is_unknown(argument) {
        unknown.to_owned()
    } else {
        argument.text.clone()
    }
}

fn current(files: &[File]) -> Option<String> {
    files
        .iter()
        .find_map(|file| file.current.clone().filter(|name| !name.is_empty()))
}

fn context<'f>(files: &'f [File], name: &str) -> Option<&'f Context> {
    files
        .iter()
        .flat_map(|file| &file.contexts)
        .find(|named| named.name == name)
        .and_then(|named| named.context.as_ref())
}

fn namespace_of(files: &[File], name: &str) -> Option<String> {
    context(files, name)?.namespace.clone()
}

fn server(files: &[File], name: &str) -> String {
    context(files, name)
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
        )
}

fn files(paths: &[PathBuf]) -> Vec<File> {
    paths
        .iter()
        .filter_map(|path| serde_saphyr::from_str(&std::fs::read_to_string(path).ok()?).ok())
        .collect()
}

/// Where the kubeconfig is read from; `None` where that is known only when the command runs.
fn paths(
    look: &Look<'_>,
    given: Option<&Argument>,
    env: &dyn Fn(&str) -> Var,
) -> Option<Vec<PathBuf>> {
    if let Some(given) = given {
        return (!is_unknown(given)).then(|| vec![look.cwd.join(&given.text)]);
    }
    match env("KUBECONFIG") {
        Var::Unknown => None,
        Var::Set(list, _) => Some(
            std::env::split_paths(&list)
                .map(|path| look.cwd.join(path))
                .collect(),
        ),
        Var::Unset => Some(
            (look.env)("HOME")
                .map(|home| PathBuf::from(home).join(".kube/config"))
                .into_iter()
                .collect(),
        ),
    }
}
