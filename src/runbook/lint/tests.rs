//! Every rule has texts in which it is found, at its line, and texts in which it is not (`tests/fixtures/lint`).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use super::*;
use crate::runbook::{builtin, parse, shell::RiskTable};
use std::collections::BTreeMap;
use std::fmt::Write;

/// An outside of a few tools and files, told by a text.
struct Told {
    tools: BTreeMap<Vec<String>, Tool>,
    today: Date,
}

#[derive(Default)]
struct Tool {
    commands: Vec<String>,
    options: Vec<String>,
}

impl Told {
    fn new() -> Told {
        let mut tools = BTreeMap::new();
        for line in include_str!("../../../tests/fixtures/lint/tools.txt").lines() {
            if line.starts_with('#') {
                continue;
            }
            let words = |text: &str| -> Vec<String> {
                text.split_whitespace().map(str::to_owned).collect()
            };
            let (line, options) = line.split_once('|').unwrap_or((line, ""));
            let (path, commands) = line.split_once('>').unwrap_or((line, ""));
            let tool = Tool {
                commands: words(commands),
                options: words(options),
            };
            tools.insert(words(path), tool);
        }
        Told {
            tools,
            today: "2026-12-01".parse().unwrap(),
        }
    }
}

impl Ask for Told {
    fn is_installed(&self, program: &str) -> bool {
        self.tools.keys().any(|path| path[0] == program)
    }

    fn subcommand(&self, path: &[String], word: &str) -> Option<Word> {
        let tool = self.tools.get(path)?;
        Some(if tool.commands.is_empty() {
            Word::Argument
        } else if tool.commands.iter().any(|command| command == word) {
            Word::Command(word.to_owned())
        } else {
            Word::Unknown {
                known: tool.commands.clone(),
                extensible: false,
            }
        })
    }

    fn option(&self, path: &[String], option: &str) -> Option<Takes> {
        let tool = self.tools.get(path)?;
        Some(if tool.options.iter().any(|known| known == option) {
            Takes::Nothing
        } else if tool.options.contains(&format!("{option}=")) {
            Takes::Value
        } else {
            Takes::Unknown(tool.options.clone())
        })
    }

    fn file(&self, path: &str) -> Option<Place> {
        Some(match path {
            "guides/there.md" => Place::File(Some("# Guide\n## First steps\n".into())),
            _ => Place::Missing,
        })
    }

    fn script(&self, path: &str) -> Option<Place> {
        Some(match path {
            "./scripts/there.sh" => Place::File(None),
            _ => Place::Missing,
        })
    }

    fn changed_on(&self) -> Option<Date> {
        Some(self.today)
    }

    fn today(&self) -> Date {
        self.today
    }
}

fn found(text: &str, settings: &Settings) -> Vec<Finding> {
    let runbook = parse("dr.md", text.as_bytes(), &RiskTable::default());
    let page = Page::new(&runbook, text.as_bytes());
    lint(&page, &Told::new(), settings)
}

/// `line rule` of each finding.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let found = found(text, &Settings::default());
    let said: Vec<String> = found
        .iter()
        .map(|finding| format!("{} {}", finding.line, finding.rule))
        .collect();
    assert_eq!(said, expected, "in\n{text}");
}

/// Whether a rule is found at a line (`Some`), or anywhere.
fn is_found(text: &str, rule: &str, line: Option<u32>) -> bool {
    found(text, &Settings::default())
        .iter()
        .any(|finding| finding.rule == rule && line.is_none_or(|line| finding.line == line))
}

#[test]
fn every_rule_is_found_where_it_should_and_nowhere_else() {
    let corpus = include_str!("../../../tests/fixtures/lint/rules.txt");
    let mut wrong = Vec::new();
    let mut seen: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    let mut rule = "";
    let mut case: Option<(&str, String)> = None;
    for line in corpus.lines().chain(["## "]) {
        let opens = line.starts_with("@ ");
        let next = line
            .strip_prefix("## ")
            .filter(|name| name.is_empty() || rule_named(name).is_some());
        if !opens && next.is_none() {
            if let Some((_, text)) = &mut case {
                text.push_str(line);
                text.push('\n');
            }
            continue;
        }
        if let Some((kind, text)) = case.take() {
            let counts = seen.entry(rule).or_default();
            let at = kind
                .strip_prefix("bad ")
                .map(|line| line.parse::<u32>().unwrap());
            match at {
                Some(_) => counts.0 += 1,
                None => counts.1 += 1,
            }
            let right = match at {
                Some(_) => is_found(&text, rule, at),
                None => !is_found(&text, rule, None),
            };
            if !right {
                let findings = found(&text, &Settings::default());
                let said: Vec<_> = findings
                    .iter()
                    .map(|f| format!("{} {}: {}", f.line, f.rule, f.message))
                    .collect();
                wrong.push(format!("{rule}, {kind}:\n{text}found {said:#?}"));
            }
        }
        if let Some(name) = next {
            rule = name;
        } else {
            case = Some((&line[2..], String::new()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    for known in rules() {
        let (bad, good) = seen.get(known.name).copied().unwrap_or_default();
        assert!(
            bad > 0 && good > 0,
            "`{}` needs a bad and a good text",
            known.name
        );
    }
}

#[test]
fn names_are_one_each_and_reasons_are_given() {
    let mut names: Vec<_> = rules().map(|rule| rule.name).collect();
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count);
    for rule in rules() {
        let kebab = rule
            .name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c == '-');
        assert!(
            kebab && !rule.why.is_empty() && !rule.finds.is_empty(),
            "{}",
            rule.name
        );
    }
}

const SLEEPY: &str = "```bash\nkubectl scale deployment api --replicas=1 -n shop\nsleep 60\n```\n";

#[track_caller]
fn check_sleep(before: &str, after: &str, is_silent: bool) {
    let text = format!("# A\n## Remedy\n{before}{SLEEPY}{after}");
    assert_eq!(
        !is_found(&text, "sleep-for-wait", None),
        is_silent,
        "{text}"
    );
}

#[test]
fn rules_are_switched_off_by_comments() {
    check_sleep("", "", false);
    check_sleep(
        "<!-- breakglass-lint disable-next-line sleep-for-wait: it has no wait -->\n",
        "",
        true,
    );
    check_sleep(
        "<!-- breakglass-lint disable-next-line sleep-for-wait -->\n\n",
        "",
        true,
    );
    check_sleep(
        "<!-- breakglass-lint-disable-next-line sleep-for-wait -->\n",
        "",
        true,
    );
    check_sleep(
        "<!-- breakglass-lint disable-next-line no-rto -->\n",
        "",
        false,
    );
    check_sleep(
        "<!-- breakglass-lint disable-next-line sleep-for-wait -->\nText.\n",
        "",
        false,
    );
    check_sleep("<!-- breakglass-lint disable -->\n", "", true);
    check_sleep(
        "<!-- breakglass-lint disable no-rto, sleep-for-wait -->\n",
        "",
        true,
    );
    check_sleep(
        "<!-- breakglass-lint disable sleep-for-wait -->\n<!-- breakglass-lint enable sleep-for-wait -->\n",
        "",
        false,
    );
    check_sleep(
        "<!-- breakglass-lint disable -->\n<!-- breakglass-lint enable no-rto -->\n",
        "",
        true,
    );
    check_sleep(
        "<!-- breakglass-lint disable -->\n<!-- breakglass-lint enable sleep-for-wait -->\n",
        "",
        false,
    );
    check_sleep(
        "<!-- breakglass-lint disable-section sleep-for-wait -->\n",
        "",
        true,
    );
    check_sleep(
        "<!-- breakglass-lint disable-section sleep-for-wait -->\n## Another\n",
        "",
        false,
    );
    check_sleep(
        "",
        "\n<!-- breakglass-lint disable-file sleep-for-wait -->\n",
        true,
    );
    // An example of a switch is none.
    check_sleep(
        "`<!-- breakglass-lint` disable sleep-for-wait -->\n",
        "",
        false,
    );
}

#[test]
fn rules_are_switched_off_inside_a_fence() {
    let text = |comment: &str| {
        format!(
            "# A\n## Remedy\n```bash\nkubectl scale deployment api --replicas=1 -n shop\nsleep 60{comment}\n```\n"
        )
    };
    assert!(is_found(&text(""), "sleep-for-wait", Some(5)));
    assert!(!is_found(
        &text("  # breakglass-lint disable-line sleep-for-wait"),
        "sleep-for-wait",
        None
    ));
    assert!(is_found(
        &text("  # breakglass-lint disable-line no-rto"),
        "sleep-for-wait",
        None
    ));
}

#[test]
fn rules_are_switched_off_for_a_file() {
    let text =
        format!("---\nlint-disable: [no-rto, sleep-for-wait]\n---\n# A\n## Remedy\n{SLEEPY}");
    assert!(!is_found(&text, "sleep-for-wait", None));
    let text = format!(
        "---\nlint-disable:\n  - no-rto\n  - sleep-for-wait  # a reason\nowner: me\n---\n# A\n## Remedy\n{SLEEPY}"
    );
    assert!(!is_found(&text, "sleep-for-wait", None) && !is_found(&text, "unknown-rule", None));
    let settings = Settings {
        disabled: vec!["sleep-for-wait".into()],
        ..Settings::default()
    };
    let found = found(&format!("# A\n## Remedy\n{SLEEPY}"), &settings);
    assert!(found.iter().all(|finding| finding.rule != "sleep-for-wait"));
}

#[test]
fn lines_are_those_of_the_file_where_prompts_and_output_were_taken_out() {
    let text = "# A\n## Remedy\n```console\n$ kubectl get pods -n shop\nNAME READY\napi  1/1\n$ kubectl rollout restart deployment --all -n shop\n```\n";
    let found = found(text, &Settings::default());
    let finding = found
        .iter()
        .find(|finding| finding.rule == "unknown-option")
        .unwrap();
    assert_eq!((finding.line, finding.column), (7, Some(38)));
}

#[test]
fn waits_are_named_after_what_was_changed() {
    #[track_caller]
    fn check(command: &str, wait: &str) {
        let text = format!("# A\n## Remedy\n```bash\n{command}\nsleep 30\n```\n");
        let found = found(&text, &Settings::default());
        let finding = found
            .iter()
            .find(|finding| finding.rule == "sleep-for-wait")
            .unwrap();
        assert!(finding.fix.contains(wait), "{command}: {}", finding.fix);
    }
    check(
        "kubectl rollout restart deployment/api -n x",
        "kubectl rollout status deployment/api -n x --timeout=5m",
    );
    check(
        "kubectl scale deployment api --replicas=0",
        "kubectl wait --for=delete pod",
    );
    check(
        "kubectl delete pod db-0 -n x",
        "kubectl wait --for=condition=Ready pod",
    );
    check(
        "systemctl restart postgresql",
        "until pg_isready -q; do sleep 1; done",
    );
    check(
        "sudo systemctl start nginx",
        "until systemctl is-active --quiet nginx; do sleep 1; done",
    );
    check(
        "docker restart redis",
        "until docker exec redis redis-cli ping | grep -q PONG; do sleep 1; done",
    );
    check(
        "docker compose up -d api",
        "docker compose up -d --wait api",
    );
    check(
        "helm upgrade shop ./chart",
        "helm upgrade … --wait --timeout 5m",
    );
}

#[test]
fn built_in_runbooks_come_out_clean() {
    for (name, text) in builtin::all() {
        let notes = |finding: &&Finding| finding.rule != "unknown-program";
        let said = found(text, &Settings::default());
        let said: Vec<_> = said.iter().filter(notes).collect();
        assert!(said.is_empty(), "{name}: {said:#?}");
    }
}

#[test]
fn the_seeds_keep_their_findings() {
    let seeds = [
        (
            "agent360",
            include_str!("../../../tests/fixtures/runbooks/seeds/agent360-disaster-recovery.md"),
        ),
        (
            "dotnetagents",
            include_str!(
                "../../../tests/fixtures/runbooks/seeds/dotnetagents-disaster-recovery.md"
            ),
        ),
    ];
    let expected = include_str!("../../../tests/fixtures/lint/seeds.txt");
    let mut said = String::new();
    for (name, text) in seeds {
        for finding in found(text, &Settings::default()) {
            let (line, severity) = (finding.line, finding.severity.word());
            writeln!(said, "{name}:{line} {severity} {}", finding.rule).unwrap();
        }
    }
    assert_eq!(said, expected);
}

#[test]
fn no_text_is_too_strange() {
    let strange = [
        "",
        "\u{feff}",
        "---\n",
        "```",
        "```bash\n",
        "# \n## \n",
        "[](",
        "[]()",
        "[x](#)",
        "](](](",
        "\0\r\n",
        "<!-- breakglass-lint",
        "<!-- breakglass-lint -->",
        "<!-- breakglass-lint disable-next-line -->",
        "---\nlint-disable: [\n---\n",
        "# A\n## Failure\n```bash\n$(<\n```\n",
        "# A\n## F\n```bash\nsleep \u{1f600}\n```\n",
        "**Last updated:** 2026-99-99\n# A\n## Failure\n```sh\nx\n```",
        "[a]: %zz%4",
        "(é)=\n",
    ];
    for text in strange {
        check_only(text);
        check_only(&text.repeat(50));
    }
}

fn check_only(text: &str) {
    for finding in found(text, &Settings::default()) {
        assert!(
            finding.line >= 1 && !finding.message.contains('\n'),
            "{finding:?}"
        );
    }
}

#[test]
fn a_date_is_said_in_the_authors_words() {
    let text = "# A\n**Date:** January 2026  \n## Cache failure\n1. `redis-cli ping`\n";
    let found = found(text, &Settings::default());
    let finding = found
        .iter()
        .find(|finding| finding.rule == "review-overdue")
        .unwrap();
    assert!(
        finding
            .message
            .starts_with("dated January 2026: 307 days ago"),
        "{}",
        finding.message
    );
}

#[test]
fn an_empty_document_is_said_to_be_empty() {
    check("", &["1 not-understood"]);
}
