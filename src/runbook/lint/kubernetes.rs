//! kubectl and its relatives: what is easily left out, and what does not do what it says.

use super::page::{Page, Shell};
use super::rule::{Report, Rule, Severity};
use crate::runbook::shell::{Call, Output};
use crate::runbook::{Risk, ScenarioKind};
use std::collections::BTreeMap;

pub(super) const FORCE: Rule = Rule {
    name: "force-delete",
    severity: Severity::Warning,
    finds: "`kubectl delete pod --force`",
    why: "the old pod may still run when the new one starts: two members with one identity write to the same data",
};
pub(super) const WAIT_DEFAULT: Rule = Rule {
    name: "wait-without-timeout",
    severity: Severity::Warning,
    finds: "`kubectl wait` with its default timeout of 30 seconds",
    why: "a database takes longer than 30 seconds to come back: the wait fails although all is well",
};
pub(super) const NAMESPACE: Rule = Rule {
    name: "namespace-left-out",
    severity: Severity::Warning,
    finds: "a changing kubectl command without the namespace that the others name",
    why: "it hits whatever namespace the responder's context has at that moment",
};
pub(super) const GET_ALL: Rule = Rule {
    name: "get-all-is-not-all",
    severity: Severity::Warning,
    finds: "`kubectl get all` as a backup",
    why: "configuration, secrets, volume claims, ingresses and custom resources are not in it: the restore lacks them",
};
pub(super) const POD_NAME: Rule = Rule {
    name: "pod-of-deployment",
    severity: Severity::Warning,
    finds: "a pod with a fixed name that belongs to a Deployment",
    why: "a Deployment's pods have other names after every start: the command ends with `not found`",
};
pub(super) const RULES: &[&Rule] = &[&FORCE, &WAIT_DEFAULT, &NAMESPACE, &GET_ALL, &POD_NAME];

pub(super) fn check(page: &Page<'_>, report: &mut Report<'_>) {
    let calls = || page.texts.iter().flat_map(|shell| &shell.calls);
    let spaced = calls()
        .filter(|call| is_kubectl(call) && names_namespace(call))
        .count();
    let set = calls().any(|call| {
        call.has(&["--namespace"]) && call.begins(&["config"])
            || matches!(&*call.program, "kubens" | "kns")
            || call.program == "oc" && call.begins(&["project"])
    });
    let mut deployments = deployments(page);
    for shell in &page.texts {
        for call in shell
            .calls
            .iter()
            .filter(|call| is_kubectl(call) && !call.remote)
        {
            force(page, report, shell, call);
            wait(page, report, shell, call);
            get_all(page, report, shell, call);
            pod_name(page, report, shell, call, &mut deployments);
            if spaced >= 2 && !set {
                namespace(page, report, shell, call);
            }
        }
    }
}

fn is_kubectl(call: &Call) -> bool {
    matches!(&*call.program, "kubectl" | "oc")
}

/// Words of an author who knows when force is safe.
const GONE: &str = "node is gone|node is down|node is lost|powered off|shut down|stuck|terminating|two |fenced|unreachable";

fn force(page: &Page<'_>, report: &mut Report<'_>, shell: &Shell<'_>, call: &Call) {
    let deletes = call.begins(&["delete"]);
    let kind = call
        .words
        .get(1)
        .map_or("", |word| word.split('/').next().unwrap_or(""));
    let pod = matches!(kind, "pod" | "pods" | "po");
    if deletes && pod && call.has(&["--force"]) {
        let said = shell.step.prose.iter().chain(&shell.step.cautions);
        let said = said
            .map(|line| &*line.text)
            .chain([&*shell.step.title, &*shell.scenario.title]);
        let warned = said
            .map(str::to_lowercase)
            .any(|text| crate::runbook::lexicon::list(GONE).any(|words| text.contains(words)));
        if !warned {
            report.add(
                &FORCE,
                shell.spot(page, call, "--force"),
                "`--force` takes the pod out of the API without waiting for it to stop".to_owned(),
                "delete without `--force`; if the node is gone, say in the step how to be certain of that first",
            );
        }
    }
}

fn wait(page: &Page<'_>, report: &mut Report<'_>, shell: &Shell<'_>, call: &Call) {
    if call.begins(&["wait"]) && !call.has(&["--timeout"]) {
        report.add(
            &WAIT_DEFAULT,
            shell.spot(page, call, "wait"),
            "`kubectl wait` gives up after 30 seconds when no `--timeout` is given",
            "add `--timeout=5m`, or whatever the slowest start takes",
        );
    }
}

fn get_all(page: &Page<'_>, report: &mut Report<'_>, shell: &Shell<'_>, call: &Call) {
    let saves = matches!(call.output, Output::File(_));
    let form = call.value(&["-o", "--output"]).unwrap_or("");
    if call.begins(&["get", "all"]) && saves && matches!(form, "yaml" | "json") {
        report.add(
            &GET_ALL,
            shell.spot(page, call, "all"),
            "`get all` leaves out ConfigMaps, Secrets, volume claims, Ingresses, roles and custom resources",
            "name them (`get all,configmap,secret,pvc,ingress …`), or take a backup with a tool that knows them all",
        );
    }
}

/// Names of the Deployments that commands here speak of, with a line that does.
fn deployments(page: &Page<'_>) -> BTreeMap<String, u32> {
    let mut found = BTreeMap::new();
    let mut stateful = Vec::new();
    for shell in &page.texts {
        for call in shell.calls.iter().filter(|call| is_kubectl(call)) {
            for (index, word) in call.words.iter().enumerate() {
                let (kind, name) = match word.split_once('/') {
                    Some((kind, name)) => (kind, name),
                    None => (
                        &**word,
                        call.words.get(index + 1).map_or("", String::as_str),
                    ),
                };
                let plain =
                    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
                match kind {
                    "deployment" | "deployments" | "deploy" if plain => {
                        found
                            .entry(name.to_owned())
                            .or_insert_with(|| shell.line(call.row));
                    }
                    "statefulset" | "statefulsets" | "sts" => stateful.push(name.to_owned()),
                    _ => {}
                }
            }
        }
    }
    found.retain(|name, _| !stateful.contains(name));
    found
}

fn pod_name(
    page: &Page<'_>,
    report: &mut Report<'_>,
    shell: &Shell<'_>,
    call: &Call,
    deployments: &mut BTreeMap<String, u32>,
) {
    let pod = match call.words.first().map(String::as_str) {
        Some("exec" | "logs" | "attach" | "port-forward") => call.words.get(1),
        Some("delete" | "describe")
            if matches!(
                call.words.get(1).map(String::as_str),
                Some("pod" | "pods" | "po")
            ) =>
        {
            call.words.get(2)
        }
        _ => None,
    };
    let Some(pod) = pod else { return };
    let pod = pod.trim_start_matches("pod/");
    let Some((name, _)) = pod
        .rsplit_once('-')
        .filter(|(_, number)| number.parse::<u16>().is_ok())
    else {
        return;
    };
    // Once for each name: the author has to look at all of them anyway.
    if let Some(line) = deployments.remove(name) {
        report.add(
            &POD_NAME,
            shell.spot(page, call, pod),
            format!("`{pod}` is a StatefulSet's name, and line {line} calls `{name}` a Deployment"),
            format!("name the workload as what it is: `deploy/{name}` here, or `statefulset/{name}` in line {line}"),
        );
    }
}

/// Verbs that act on what lives in a namespace.
const NAMESPACED: &[&str] = &[
    "delete",
    "scale",
    "rollout",
    "patch",
    "set",
    "annotate",
    "label",
    "exec",
    "cp",
    "edit",
    "autoscale",
    "expose",
];
const CLUSTER_WIDE: &[&str] = &[
    "node",
    "nodes",
    "no",
    "namespace",
    "namespaces",
    "ns",
    "pv",
    "persistentvolume",
    "persistentvolumes",
    "crd",
    "crds",
    "customresourcedefinition",
    "clusterrole",
    "clusterrolebinding",
    "storageclass",
    "sc",
    "priorityclass",
    "validatingwebhookconfiguration",
    "mutatingwebhookconfiguration",
    "validatingwebhookconfigurations",
    "mutatingwebhookconfigurations",
    "apiservice",
    "csr",
];

fn names_namespace(call: &Call) -> bool {
    call.has(&["-n", "--namespace", "-A", "--all-namespaces"])
}

fn namespace(page: &Page<'_>, report: &mut Report<'_>, shell: &Shell<'_>, call: &Call) {
    let verb = call.words.first().map_or("", String::as_str);
    if !NAMESPACED.contains(&verb) || names_namespace(call) {
        return;
    }
    let looks = matches!(
        call.words.get(1).map(String::as_str),
        Some("status" | "history")
    );
    let from_file = call.has(&[
        "-f",
        "--filename",
        "-k",
        "--kustomize",
        "--kubeconfig",
        "--raw",
    ]);
    let opaque = call
        .arguments
        .iter()
        .any(|argument| argument.text.contains('…'));
    let kinds = call
        .words
        .iter()
        .skip(1)
        .filter_map(|word| word.split('/').next());
    let wide = kinds
        .into_iter()
        .any(|kind| CLUSTER_WIDE.contains(&&*kind.to_lowercase()));
    let copies = verb == "cp"
        && call
            .words
            .iter()
            .any(|word| word.split(':').next().is_some_and(|pod| pod.contains('/')));
    let harmless = shell.block.is_some_and(|block| block.risk == Risk::Read);
    if looks
        || from_file
        || opaque
        || wide
        || copies
        || harmless
        || shell.scenario.kind == ScenarioKind::Drill
    {
        return;
    }
    report.add(
        &NAMESPACE,
        shell.spot(page, call, verb),
        format!(
            "`{} {verb}` names no namespace, and other commands here do",
            call.program
        ),
        "add `-n NAMESPACE`",
    );
}
