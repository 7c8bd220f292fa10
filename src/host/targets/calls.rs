//! From the commands of a block to what they would hit: through `sudo`, `sh -c`, `ssh` and `kubectl exec`, with the
//! variables that the block sets itself.
//!
//! What cannot be told is called unknown, never guessed; it opens no connection.

use super::arguments::{self, Arguments, Style};
use super::kube::Clusters;
use super::{Claim, Look, add, address};
use crate::runbook::shell::{self, Call, Setting};
use regex::Regex;
use std::sync::LazyLock;

/// Shells in shells that are followed.
const DEEPEST: usize = 8;

/// What a command finds around it.
#[derive(Debug, Clone, Default)]
pub(super) struct Around {
    /// It runs on the far side of this.
    pub via: Option<Claim>,
    /// Why it does not see the environment of the host: `sudo`, a login shell.
    pub cut_off: Option<&'static str>,
    /// Exported by the texts around its own.
    settings: Vec<Setting>,
    /// How many of its own text's variables it does not see.
    skip: usize,
    depth: usize,
}

/// An environment variable as a command would find it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Var {
    Unset,
    /// And whether the block set it itself.
    Set(String, bool),
    /// Known only when the block runs.
    Unknown,
}

/// Everything that a text would hit, and whether all of it could be read.
pub(super) fn claims(look: &Look<'_>, text: &str) -> (Vec<Claim>, bool) {
    let mut reader = Reader {
        look,
        clusters: Clusters::default(),
        whole: true,
    };
    let mut found = Vec::new();
    for claim in reader.text(text, &Around::default()) {
        add(&mut found, claim.name, claim.evidence);
    }
    if found.is_empty() {
        found.extend(reader.clusters.switched_to());
    }
    (found, reader.whole)
}

struct Reader<'l, 'k> {
    look: &'l Look<'k>,
    clusters: Clusters,
    whole: bool,
}

impl Reader<'_, '_> {
    fn text(&mut self, text: &str, around: &Around) -> Vec<Claim> {
        if around.depth > DEEPEST {
            self.whole = false;
            return Vec::new();
        }
        let (calls, whole) = shell::every_call(text, &self.environment(text, around));
        self.whole &= whole;
        self.calls(&calls, around)
    }

    /// The variables that a text names and this process has, for the parser to put in their place.
    fn environment(&self, text: &str, around: &Around) -> Vec<(String, String)> {
        static NAMED: LazyLock<Option<Regex>> =
            LazyLock::new(|| Regex::new(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)").ok());
        let mut known: Vec<(String, String)> = Vec::new();
        for found in NAMED.iter().flat_map(|named| named.captures_iter(text)) {
            let name = &found[1];
            // What the text assigns itself is the parser's to follow.
            let assigned = [
                format!("{name}="),
                format!("for {name} "),
                format!("read {name}"),
            ];
            if known.iter().any(|(known, _)| known == name)
                || assigned.iter().any(|assigned| text.contains(assigned))
            {
                continue;
            }
            let set = around.settings.iter().rev().find(|it| it.name == name);
            let value = match set {
                Some(set) => set.value.clone(),
                None if around.via.is_some() || around.cut_off.is_some() => None,
                None => (self.look.env)(name),
            };
            if let Some(value) = value {
                known.push((name.to_owned(), value));
            }
        }
        known
    }

    fn calls(&mut self, calls: &[Call], around: &Around) -> Vec<Claim> {
        let mut claims = Vec::new();
        let mut rest = calls;
        while let Some((call, behind)) = rest.split_first() {
            let inner = behind
                .iter()
                .take_while(|inner| inner.depth > call.depth)
                .count();
            let (inner, next) = behind.split_at(inner);
            claims.extend(self.call(call, inner, around));
            rest = next;
        }
        claims
    }

    fn call(&mut self, call: &Call, inner: &[Call], around: &Around) -> Vec<Claim> {
        let mut around = around.clone();
        around.depth += 1;
        let look = self.look;
        // The command line of a remote shell, in quotes or with variables in front.
        if call.typed.contains(|c: char| c.is_whitespace() || c == '=') {
            let words: Vec<&str> = std::iter::once(call.typed.as_str())
                .chain(call.arguments.iter().map(|argument| argument.text.as_str()))
                .collect();
            return self.text(&words.join(" "), &around.beneath(call));
        }
        match call.program.as_str() {
            "sudo" | "doas" => {
                if !call.has(&["-E", "--preserve-env"]) {
                    around.cut_off = Some("`sudo` passes no environment on");
                    around.settings.clear();
                    around.skip = call.settings.len();
                }
                self.calls(inner, &around)
            }
            "su" | "runuser" => {
                if call.has(&["-", "-l", "--login"])
                    || call.arguments.iter().any(|argument| argument.text == "-")
                {
                    around.cut_off = Some("a login shell has an environment of its own");
                    around.settings.clear();
                    around.skip = call.settings.len();
                }
                let text = call.value(&["-c", "--command", "--session-command"]);
                let mut found =
                    text.map_or_else(Vec::new, |text| self.text(text, &around.beneath(call)));
                found.extend(self.calls(inner, &around));
                found
            }
            "sh" | "bash" | "zsh" | "dash" | "ksh" | "ash" => match shell_text(call) {
                Some(text) => self.text(&text, &around.beneath(call)),
                None => self.calls(inner, &around),
            },
            "ssh" | "autossh" | "mosh" => {
                let host = address::ssh(call);
                self.far(call, Some(host), inner, &around)
            }
            "scp" | "rsync" | "sftp" => address::copied(call),
            "kubectl" | "oc" | "k" | "helm" | "microk8s.kubectl" | "flux" | "velero" | "stern"
            | "istioctl" | "cilium" | "kubectx" | "kubens" => {
                if around.via.is_some() {
                    // The far side has a kubeconfig of its own.
                    return Vec::new();
                }
                let env = |name: &str| look.variable(call, &around, name);
                let claim = self.clusters.claim(look, call, &env);
                self.far(call, claim, inner, &around)
            }
            "docker" | "podman" | "nerdctl" | "docker-compose" => {
                let claim = around.via.is_none().then(|| {
                    address::docker(look, call, &|name| look.variable(call, &around, name))
                });
                self.far(call, claim, inner, &around)
            }
            _ => {
                let mut found = self.calls(inner, &around);
                found.extend(address::claim(look, call, &around));
                found
            }
        }
    }

    /// What a command reaches from the far side of `claim`; that side itself, where it names nothing else.
    fn far(
        &mut self,
        call: &Call,
        claim: Option<Claim>,
        inner: &[Call],
        around: &Around,
    ) -> Vec<Claim> {
        let own = claim.map(|claim| match &around.via {
            Some(via) => Claim {
                name: format!("{} via {}", claim.name, via.name),
                evidence: format!("{}, {}", claim.evidence, via.evidence),
            },
            None => claim,
        });
        let beyond = Around {
            via: own.clone().or_else(|| around.via.clone()),
            skip: call.settings.len(),
            depth: around.depth,
            ..Around::default()
        };
        let found = self.calls(inner, &beyond);
        if found.is_empty() {
            own.into_iter().collect()
        } else {
            found
        }
    }
}

impl Around {
    /// For a text that a command runs in a shell of its own.
    fn beneath(&self, call: &Call) -> Around {
        let own = call.settings.iter().skip(self.skip);
        let mut settings = self.settings.clone();
        settings.extend(own.filter(|setting| setting.exported).cloned());
        Around {
            settings,
            skip: 0,
            ..self.clone()
        }
    }
}

/// The text that a shell is given with `-c`, also in a cluster (`-lc`).
fn shell_text(call: &Call) -> Option<String> {
    let read: Arguments = arguments::read(
        &call.arguments,
        "-c -o -O +O --rcfile --init-file",
        Style::Getopt,
    );
    read.value("-c").map(|text| text.text.clone())
}

impl Look<'_> {
    /// A variable as a command finds it.
    pub(super) fn variable(&self, call: &Call, around: &Around, name: &str) -> Var {
        let mut here = (self.env)(name).filter(|_| around.via.is_none());
        if around.cut_off.is_some() {
            here = None;
        }
        let set = around
            .settings
            .iter()
            .chain(call.settings.get(around.skip..).unwrap_or_default())
            .rev()
            .find(|setting| setting.name == name && (setting.exported || here.is_some()));
        match set {
            Some(Setting { value: None, .. }) => Var::Unknown,
            Some(Setting {
                value: Some(value), ..
            }) if value.is_empty() => Var::Unset,
            Some(Setting {
                value: Some(value), ..
            }) => Var::Set(value.clone(), true),
            None if call.sourced => Var::Unknown,
            None => here.map_or(Var::Unset, |value| Var::Set(value, false)),
        }
    }
}
