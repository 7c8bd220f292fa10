//! Commands whose form does harm: terminals where there is none, force first, checks that cannot fail.

use super::page::{Page, Shell};
use super::rule::{Report, Rule, Severity};
use crate::runbook::Phase;
use crate::runbook::shell::{self, Call, Output, RiskTable};
use std::collections::BTreeSet;

pub(super) const TTY_REDIRECTED: Rule = Rule {
    name: "tty-redirected",
    severity: Severity::Error,
    finds: "`exec -t` whose output goes into a file or a dump's pipe",
    why: "a terminal turns every line feed into two characters: the dump is corrupt, and that shows when it is restored",
};
pub(super) const TTY: Rule = Rule {
    name: "needless-tty",
    severity: Severity::Warning,
    finds: "`exec -it` in a step where nobody types",
    why: "from a script, a job or CI there is no terminal: docker refuses to run, and output comes with stray characters",
};
pub(super) const KILL: Rule = Rule {
    name: "kill-first",
    severity: Severity::Warning,
    finds: "`kill -9` with no gentler stop before it",
    why: "a process that is killed flushes nothing and releases nothing: recovery may take longer than the stop would have",
};
pub(super) const CURL: Rule = Rule {
    name: "curl-hides-failure",
    severity: Severity::Warning,
    finds: "a health check by `curl` that succeeds on any HTTP status",
    why: "curl ends with 0 on a 500 or 503: the step turns green while the service is down",
};
pub(super) const REDIS: Rule = Rule {
    name: "not-a-program",
    severity: Severity::Error,
    finds: "a command of redis-cli that is run as a program",
    why: "the container answers `executable file not found`, and nothing is done",
};
pub(super) const RULES: &[&Rule] = &[&TTY_REDIRECTED, &TTY, &KILL, &CURL, &REDIS];

pub(super) fn check(page: &Page<'_>, report: &mut Report<'_>) {
    let mut gentle = BTreeSet::new();
    for shell in &page.texts {
        for (index, call) in shell.calls.iter().enumerate() {
            terminal(page, report, shell, index, call);
            kill(page, report, shell, call, &mut gentle);
            curl(page, report, shell, index, call);
            redis(page, report, shell, index);
        }
    }
}

/// `exec` and `run` of what runs containers.
fn attaches(call: &Call) -> bool {
    let verb = |word: &String| matches!(word.as_str(), "exec" | "run");
    match &*call.program {
        "kubectl" | "oc" | "k" => call.words.first().is_some_and(|word| word == "exec"),
        "docker" | "podman" | "nerdctl" | "docker-compose" | "podman-compose" => {
            call.words.iter().take(2).any(verb)
        }
        _ => false,
    }
}

fn terminal(
    page: &Page<'_>,
    report: &mut Report<'_>,
    shell: &Shell<'_>,
    index: usize,
    call: &Call,
) {
    let said = shell.block.and_then(|block| block.attributes.interactive);
    if !attaches(call) || !call.has(&["-t", "--tty"]) || call.program.ends_with("compose") {
        return;
    }
    let written = call.arguments.iter().map(|argument| &*argument.text);
    let flag = written
        .clone()
        .find(|text| matches!(*text, "-it" | "-ti"))
        .or_else(|| written.clone().find(|text| matches!(*text, "-t" | "--tty")))
        .unwrap_or("-t")
        .to_owned();
    let spot = shell.spot(page, call, &flag);
    let inner = shell.inner(index);
    let dumps = inner.is_some_and(|inner| {
        let name = &*inner.program;
        name.ends_with("dump")
            || name.contains("dumpall")
            || matches!(name, "tar" | "pg_basebackup" | "mariabackup" | "xtrabackup")
    });
    match &call.output {
        Output::File(file) => report.add(
            &TTY_REDIRECTED,
            spot,
            format!("`{flag}` gives the output that goes into `{file}` a terminal's line ends"),
            format!(
                "leave `{flag}` out: `{} exec POD -- … > {file}`",
                call.program
            ),
        ),
        Output::Pipe if dumps => report.add(
            &TTY_REDIRECTED,
            spot,
            format!("`{flag}` gives the dump that goes into the pipe a terminal's line ends"),
            format!("leave `{flag}` out"),
        ),
        Output::Pipe | Output::Shown => {
            let Some(inner) = inner else { return };
            if said == Some(true) || wants_keyboard(inner) || REDIS_WORDS.contains(&&*inner.program)
            {
                return;
            }
            report.add(
                &TTY,
                spot,
                format!(
                    "`{flag}` asks for a terminal, and `{}` needs none",
                    inner.program
                ),
                format!("leave `{flag}` out; keep `-i` only where something is fed to the command"),
            );
        }
    }
}

/// Whether somebody may have to type; what is not known counts as yes.
fn wants_keyboard(inner: &Call) -> bool {
    let asks = matches!(
        &*inner.program,
        // Some ask for something, others run until somebody ends them.
        "ping"
            | "top"
            | "watch"
            | "tail"
            | "tcpdump"
            | "journalctl"
            | "less"
            | "more"
            | "vault"
            | "passwd"
            | "openssl"
            | "gpg"
            | "ssh-keygen"
            | "certbot"
            | "sudo"
            | "su"
            | "env"
    );
    if asks || !shell::is_known(&inner.program) {
        return true;
    }
    let mut text = inner.typed.clone();
    for argument in &inner.arguments {
        text.push_str(" '");
        text.push_str(&argument.text.replace('\'', r"'\''"));
        text.push('\'');
    }
    shell::classify(&text, &RiskTable::default()).interactive
}

fn kill(
    page: &Page<'_>,
    report: &mut Report<'_>,
    shell: &Shell<'_>,
    call: &Call,
    gentle: &mut BTreeSet<String>,
) {
    let scenario = &shell.scenario.id.0;
    let kills = matches!(&*call.program, "kill" | "pkill" | "killall" | "skill");
    let forced = call.arguments.iter().any(|argument| {
        matches!(
            &*argument.text,
            "-9" | "-KILL" | "-SIGKILL" | "KILL" | "SIGKILL" | "9"
        )
    });
    let stops = call.words.iter().any(|word| {
        matches!(
            word.as_str(),
            "stop" | "shutdown" | "quit" | "drain" | "restart"
        )
    });
    if stops || kills && !forced {
        gentle.insert(scenario.clone());
    }
    let looks = call
        .arguments
        .iter()
        .any(|argument| matches!(&*argument.text, "-0" | "-l" | "-L"));
    // In the running text it may be what one should not do.
    if kills && forced && !looks && shell.block.is_some() && !gentle.contains(scenario) {
        let flag = if call.has(&["-9"]) {
            "-9"
        } else {
            &*call.program
        };
        report.add(
            &KILL,
            shell.spot(page, call, flag),
            format!("`{}` with signal 9 comes first", call.program),
            format!("send TERM first (`{}` without `-9`), wait for the process to end, and kill only what is left", call.program),
        );
    }
}

fn curl(page: &Page<'_>, report: &mut Report<'_>, shell: &Shell<'_>, index: usize, call: &Call) {
    if call.program != "curl" || call.output != Output::Shown || !shell.is_recovery() {
        return;
    }
    let url = call
        .words
        .iter()
        .find(|word| word.contains("://") || word.contains("localhost"));
    let Some(url) = url else { return };
    let path = url.split(['?', '#']).next().unwrap_or(url).to_lowercase();
    let health = [
        "health", "ready", "readyz", "livez", "healthz", "ping", "status", "alive",
    ]
    .iter()
    .any(|word| {
        path.rsplit('/')
            .next()
            .is_some_and(|last| last.contains(word))
    });
    let title = shell.step.title.to_lowercase();
    // Where a person reads the answer to find out more, its status shows.
    let proves = ["verif", "health", "smoke", "confirm", "validat"]
        .iter()
        .any(|word| title.contains(word));
    let verifies = health || proves || shell.step.phase == Phase::Verification;
    let posts = call.has(&[
        "-X",
        "--request",
        "-d",
        "--data",
        "--data-raw",
        "--json",
        "-T",
        "-F",
        "--data-binary",
    ]) && !matches!(call.value(&["-X", "--request"]), Some("GET" | "HEAD"));
    let shows = call.has(&[
        "-f",
        "--fail",
        "--fail-with-body",
        "-w",
        "--write-out",
        "-I",
        "--head",
        "-i",
        "--include",
        "-v",
        "--verbose",
        "--fail-early",
        "-D",
        "--dump-header",
    ]);
    let condition = shell.calls[..index]
        .iter()
        .any(|before| before.looped && before.row == call.row);
    if verifies
        && !posts
        && !shows
        && !condition
        && shell
            .step
            .blocks
            .iter()
            .all(|block| block.attributes.verify.is_none())
    {
        report.add(
            &CURL,
            shell.spot(page, call, "curl"),
            format!("`curl {url}` succeeds whatever the server answers"),
            "add `-fsS`: curl then fails on a status of 400 and above, and says why",
        );
    }
}

/// Commands of redis-cli that no image has as a program.
const REDIS_WORDS: [&str; 6] = [
    "flushall",
    "flushdb",
    "bgsave",
    "bgrewriteaof",
    "replicaof",
    "slaveof",
];

fn redis(page: &Page<'_>, report: &mut Report<'_>, shell: &Shell<'_>, index: usize) {
    let call = &shell.calls[index];
    let program = call.program.to_lowercase();
    if !call.defined && !call.typed.contains('/') && REDIS_WORDS.contains(&&*program) {
        report.add(
            &REDIS,
            shell.spot(page, call, &call.program),
            format!("`{}` is a command of redis-cli, no program", call.program),
            format!("write `redis-cli {}`", call.program),
        );
    }
}
