//! The corpus of commands with their expected level, and what the table must hold.
#![allow(clippy::unwrap_used, reason = "tests say what they expect")]

use super::*;

/// Level, command, and where it stands; a line that begins with a tab goes on with the one before.
fn corpus() -> Vec<(String, String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/risk");
    let mut cases: Vec<(String, String, String)> = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        for (index, line) in text.lines().enumerate() {
            if let Some(more) = line.strip_prefix('\t') {
                let (_, command, _) = cases.last_mut().unwrap();
                command.push('\n');
                command.push_str(more);
            } else if let Some((level, command)) = line.split_once('\t') {
                let place = format!("{}:{}", path.display(), index + 1);
                cases.push((level.to_owned(), command.to_owned(), place));
            } else {
                assert!(
                    line.is_empty() || line.starts_with('#'),
                    "{line:?} in {path:?}"
                );
            }
        }
    }
    cases
}

#[test]
fn the_corpus_is_judged_as_expected() {
    let table = RiskTable::default();
    let cases = corpus();
    assert!(cases.len() >= 300, "only {} commands", cases.len());
    let mut wrong = Vec::new();
    for (level, command, place) in &cases {
        let found = if place.contains("sql.txt") {
            classify_sql(command)
        } else {
            classify(command, &table)
        };
        let word = format!("{:?}", found.risk).to_lowercase();
        if word != *level {
            let reasons = found.reasons.join("; ");
            wrong.push(format!(
                "{place}: {word}, not {level}: {command}\n    {reasons}"
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn check(text: &str, risk: Risk, reason: &str) {
    let found = classify(text, &RiskTable::default());
    assert_eq!(found.risk, risk, "`{text}`: {:?}", found.reasons);
    let first = found.reasons.first().map_or("", String::as_str);
    assert_eq!(first, reason, "`{text}`");
}

#[test]
fn reasons_are_in_words_and_worst_first() {
    check(
        "kubectl get pods; kubectl delete pod x; kubectl delete pvc data-0",
        Risk::Destroy,
        "`delete pvc` removes a volume claim",
    );
    check(
        "kubectl scale deploy/api --replicas=0",
        Risk::Destroy,
        "`scale --replicas=0` stops every pod of it",
    );
    check(
        "rm -rf x",
        Risk::Destroy,
        "`rm -r` removes everything below",
    );
    check(
        "./restore.sh <id>",
        Risk::Unknown,
        "`./restore.sh` is not known here",
    );
    check(
        "<tool> delete x",
        Risk::Unknown,
        "`<tool>` is not known here",
    );
    check("mytool purge", Risk::Unknown, "`mytool` is not known here");
    check("frob() { ls; }; frob", Risk::Read, "");
    check("# only words", Risk::Read, "");
}

#[test]
fn programs_are_listed_through_what_starts_them() {
    let programs = |text: &str| classify(text, &RiskTable::default()).programs;
    assert_eq!(
        programs("sudo -u postgres psql -c 'select 1' | grep x"),
        ["sudo", "psql", "grep"]
    );
    assert_eq!(
        programs("kubectl exec -it pg-0 -n ns -- pg_ctl promote"),
        ["kubectl", "pg_ctl"]
    );
    assert_eq!(
        programs("ssh host 'docker ps | xargs -n1 docker logs'"),
        ["ssh", "docker", "xargs"]
    );
}

#[test]
fn blocks_that_want_a_keyboard_are_interactive() {
    let interactive = |text: &str| classify(text, &RiskTable::default()).interactive;
    for text in [
        "ssh db-1",
        "ssh -t db-1",
        "kubectl exec -it api-0 -- bash",
        "kubectl exec -it api-0 -- /bin/sh",
        "docker exec -it api sh",
        "kubectl exec -it pg-0 -- psql -U postgres",
        "psql -h db",
        "redis-cli -h r1",
        "mysql -u root -p",
        "mongosh",
        "vim /etc/hosts",
        "kubectl edit deploy/api",
        "crontab -e",
        "sudo -i",
        "sudo su - postgres",
        "bash",
        "top",
        "less /var/log/syslog",
        "python3",
        "aws ssm start-session --target i-1",
    ] {
        assert!(interactive(text), "`{text}` wants a keyboard");
    }
    for text in [
        "ssh db-1 uptime",
        "ssh db-1 <<EOF\nuptime\nEOF",
        "kubectl exec -it pg-0 -- psql -c 'select 1'",
        "kubectl exec -it redis -- redis-cli info",
        "psql <<EOF\nselect 1\nEOF",
        "echo x | psql",
        "redis-cli ping",
        "bash script.sh",
        "top -b -n 1",
        "kubectl get pods",
    ] {
        assert!(!interactive(text), "`{text}` wants no keyboard");
    }
}

#[test]
fn a_team_puts_its_own_lines_in_front() {
    let extra = [
        ("mytool purge", Risk::Destroy),
        ("mytool status|list", Risk::Read),
        ("./scripts/verify.sh", Risk::Read),
        ("kubectl frobnicate --all", Risk::Destroy),
        ("kubectl frobnicate", Risk::Read),
    ];
    let table = RiskTable::with(
        extra
            .into_iter()
            .map(|(line, risk)| (line.to_owned(), risk))
            .collect(),
    );
    let risk = |text: &str| classify(text, &table).risk;
    assert_eq!(risk("mytool --verbose=1 purge"), Risk::Destroy);
    assert_eq!(risk("sudo /opt/bin/mytool purge"), Risk::Destroy);
    assert_eq!(risk("mytool status"), Risk::Read);
    assert_eq!(risk("mytool frob"), Risk::Unknown);
    assert_eq!(risk("./scripts/verify.sh"), Risk::Read);
    assert_eq!(risk("bash ./scripts/verify.sh"), Risk::Read);
    assert_eq!(risk("./scripts/other.sh"), Risk::Unknown);
    assert_eq!(risk("kubectl frobnicate x"), Risk::Read);
    assert_eq!(risk("kubectl frobnicate x --all"), Risk::Destroy);
    assert_eq!(risk("kubectl delete pvc x"), Risk::Destroy);
}

#[test]
fn the_table_is_whole() {
    let text = include_str!("table.toml");
    let table = table::Table::read(text).unwrap();
    assert!(table.len() > 700, "only {} names", table.len());
    table.check(&programs::NAMES).unwrap();
}

#[test]
fn no_text_is_too_strange() {
    let table = RiskTable::default();
    let deep = "$(".repeat(5_000) + &")".repeat(5_000);
    let nested = "sh -c '".repeat(50);
    let long = "kubectl get pods\n".repeat(20_000);
    for text in [
        "",
        " ",
        "\n",
        "'",
        "\"",
        "`",
        "$(",
        "${",
        "<<",
        "<<EOF",
        "\\",
        "é'",
        "$'é",
        "`é",
        "$(é",
        "${é",
        "{é,",
        "a\u{0}b",
        "\u{e0ff}",
        "<(",
        ">(é",
        "(((((",
        ";;;;",
        "&&",
        "|",
        "if",
        "case",
        "$",
        "$é",
        "\\é",
        "<é>",
        "<a",
        "echo \"$(é\"",
        "cat <<é\né",
        "cat <<\nx",
        "x=(",
        "x=${y:-é",
        "sed é",
        "sed s/é",
        "awk '\"é'",
    ] {
        _ = classify(text, &table);
        _ = classify_sql(text);
    }
    assert_ne!(classify(&deep, &table).risk, Risk::Read);
    assert_ne!(classify(&nested, &table).risk, Risk::Read);
    assert_eq!(classify(&long, &table).risk, Risk::Unknown);
}

#[test]
fn calls_are_listed_as_they_stand() {
    let found = calls(
        "kubectl -n x exec -it pg-0 -- pg_dump -U me app > \"$DIR/app.dump\"\nwhile true; do\n  sudo sleep <s> | cat\ndone",
        &["<s>".to_owned()],
    );
    let names: Vec<_> = found
        .iter()
        .map(|call| (&*call.program, call.row))
        .collect();
    assert_eq!(
        names,
        [
            ("kubectl", 0),
            ("pg_dump", 0),
            ("true", 1),
            ("sudo", 2),
            ("sleep", 2),
            ("cat", 2)
        ]
    );
    assert_eq!(found[0].words, ["exec", "pg-0"]);
    assert!(found[0].has(&["-t"]) && found[0].value(&["-n"]) == Some("x"));
    assert_eq!(found[0].output, Output::File("$DIR/app.dump".to_owned()));
    assert!(found[1].remote && !found[0].remote);
    assert_eq!(found[1].words, ["app"]);
    assert_eq!(found[4].words, ["<s>"]);
    assert!(found[4].looped && found[4].output == Output::Pipe && !found[4].remote);
}
