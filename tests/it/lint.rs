//! `breakglass lint`, from end to end: real tools are asked, real files and commits are looked at.

use crate::support::world::World;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

/// `file:line rule` of each finding that is worse than a note, from the JSON.
fn findings(world: &World, arguments: &[&str]) -> Vec<String> {
    let mut all = vec!["lint", "--format", "json"];
    all.extend(arguments);
    let output = world.run(&all);
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    value["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["severity"] != "note")
        .map(|finding| {
            let file = finding["file"].as_str().unwrap();
            format!(
                "{file}:{} {}",
                finding["line"],
                finding["rule"].as_str().unwrap()
            )
        })
        .collect()
}

/// The findings of one rule in a document that is only a fence, by its lines counted from the first command.
fn commands(rule: &str, commands: &str) -> Vec<u64> {
    let world = World::new();
    world.write(
        "dr.md",
        &format!("# DR\n## Remedy\n```bash\n{commands}\n```\n"),
    );
    let output = world.run(&["lint", "--format", "json", "dr.md"]);
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let found = value["findings"].as_array().unwrap().clone();
    found
        .iter()
        .filter(|finding| finding["rule"] == rule)
        .map(|finding| finding["line"].as_u64().unwrap() - 3)
        .collect()
}

fn git(world: &World, date: &str, arguments: &[&str]) {
    let status = Command::new("git")
        .args([
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@example.com",
            "-c",
            "init.defaultBranch=main",
        ])
        .args(arguments)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("HOME", world.dir())
        .env("GIT_AUTHOR_DATE", date)
        .env("GIT_COMMITTER_DATE", date)
        .current_dir(world.dir())
        .output()
        .unwrap();
    assert!(
        status.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&status.stderr)
    );
}

#[test]
fn kubectl_itself_says_which_options_and_commands_it_has() {
    let found = commands(
        "unknown-option",
        "kubectl rollout restart deployment --all -n shop\n\
         kubectl rollout restart deployment/api -n shop\n\
         kubectl scale deployment --all --replicas=0 -n shop\n\
         kubectl exec db-0 -n shop -- ls --all\n\
         kubectl get pods -nshop -owide --no-headers -l'app=api' -A\n\
         kubectl -n shop get po,svc --sort-by .metadata.name\n\
         kubectl logs -f --tail=100 --namspace=shop api-0\n\
         kubectl apply -f - --dry-run=server --v=5\n\
         kubectl wait --for=condition=Ready pod/db-0 --timeout=5m -n <namespace>\n\
         kubectl drain node-1 --ignore-daemonsets --delete-emptydir-data",
    );
    assert_eq!(found, [1, 7]);
    let found = commands(
        "unknown-subcommand",
        "kubectl rollout recover deployment/api\n\
         kubectl rollout status deployment/api\n\
         kubectl config use-context dr\n\
         kubectl create secret generic x --from-literal=a=b\n\
         kubectl get rollout recover\n\
         kubectl gte pods",
    );
    assert_eq!(found, [1, 6]);
}

#[test]
fn kubectl_finds_the_seed_that_restarts_everything() {
    let world = World::new();
    let seed = include_str!("../fixtures/runbooks/seeds/dotnetagents-disaster-recovery.md");
    world.write("dr.md", seed);
    let text = world.check(&["lint", "dr.md"], 1);
    assert!(
        text.contains("dr.md:389:36: error: the `kubectl rollout restart` installed here takes no `--all` [unknown-option]"),
        "{text}"
    );
    let wrong: Vec<_> = findings(&world, &["dr.md"])
        .into_iter()
        .filter(|finding| {
            finding.ends_with("unknown-option") || finding.ends_with("unknown-subcommand")
        })
        .collect();
    assert_eq!(wrong, ["dr.md:389 unknown-option"]);
}

#[test]
fn postgres_tools_are_asked_for_their_help() {
    let found = commands(
        "unknown-option",
        "psql -h db -U app -d app -X -At -c '--not an option'\n\
         psql -h db --no-such-thing -c 'select 1'\n\
         pg_dump -h db -U app -Fc -Z9 --no-owner app > app.dump\n\
         pg_restore -d app --clean --if-exists -j 4 app.dump\n\
         pg_restore -d app --clean --if-exist-at-all app.dump",
    );
    assert_eq!(found, [2, 5]);
}

#[test]
fn git_and_plain_tools_are_asked_too() {
    let found = commands(
        "unknown-subcommand",
        "git revert HEAD\ngit chekout main\ngit log --oneline",
    );
    assert_eq!(found, [2]);
    let found = commands(
        "unknown-option",
        "ls -lah --color=auto /tmp\ndf -h\ndf --human\ntail -100 x.log\ngrep -rn 'x' .\nrm -rf --no-such-option /tmp/x",
    );
    assert_eq!(found, [6]);
}

#[test]
fn nothing_but_completion_and_help_is_ever_run() {
    let world = World::new();
    let bin = world.path("bin");
    fs::create_dir(&bin).unwrap();
    let trace = world.path("trace");
    for name in ["shopctl", "restore", "kubectl-shop"] {
        let script = format!("#!/bin/sh\necho {name} \"$@\" >> {}\n", trace.display());
        fs::write(bin.join(name), script).unwrap();
        fs::set_permissions(bin.join(name), fs::Permissions::from_mode(0o755)).unwrap();
    }
    world.write(
        "dr.md",
        "# DR\n## Loss\n```bash\nshopctl purge --everything\nrestore --from latest --now\nkubectl shop --all\n./bin/restore --help\n```\n",
    );
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let output = world
        .command()
        .env("PATH", path)
        .args(["lint", "dr.md"])
        .output()
        .unwrap();
    assert!(output.status.code().is_some_and(|code| code < 2));
    assert!(!trace.exists(), "{}", fs::read_to_string(&trace).unwrap());
}

#[test]
fn built_in_runbooks_come_out_clean() {
    let world = World::new();
    let text = world.check(&["lint"], 0);
    let other = text
        .lines()
        .find(|line| line.starts_with("builtin:") && !line.ends_with("[unknown-program]"));
    assert_eq!(other, None, "{text}");
    world.check(&["lint", "builtin"], 0);
}

#[test]
fn exit_codes_tell_warnings_from_notes_and_from_what_cannot_be_read() {
    let world = World::new();
    world.write(
        "clean.md",
        "---\nreviewed-on: 2099-01-01\nlint-disable: [review-overdue]\n---\n# A\n",
    );
    world.write(
        "note.md",
        "# A\n## Cache\n1. Look\n   ```bash\n   ls\n   ```\n",
    );
    world.write("warning.md", "---\nlint-disable: [no-rtoo]\n---\n# A\n");
    assert!(
        world
            .check(&["lint", "clean.md"], 0)
            .contains("1 runbook, nothing found")
    );
    assert!(
        world
            .check(&["lint", "note.md"], 0)
            .contains("0 errors, 0 warnings")
    );
    world.check(&["lint", "--strict", "note.md"], 1);
    world.check(&["lint", "warning.md"], 1);
    let text = world.check(&["lint", "clean.md", "gone.md"], 2);
    assert!(text.contains("gone.md"), "{text}");
}

#[test]
fn runbooks_come_from_the_arguments_the_flags_or_the_config() {
    let world = World::with("---\nlint-disable: [no-rtoo]\n---\n# A\n", "");
    world.write("other.md", "# A\n\n[x](gone.md)\n");
    assert_eq!(findings(&world, &[]), ["dr.md:2 unknown-rule"]);
    assert_eq!(findings(&world, &["other.md"]), ["other.md:3 dead-link"]);
    assert_eq!(
        findings(&world, &["--runbook", "other.md"]),
        ["other.md:3 dead-link"]
    );
}

#[test]
fn the_config_switches_rules_off() {
    let text = "# A\n\n[x](gone.md) [y](#gone)\n";
    let world = World::with(text, "[lint]\ndisable = [\"dead-link\"]\n");
    assert_eq!(findings(&world, &[]), ["dr.md:3 dead-anchor"]);
    let world = World::with(
        text,
        "[lint.files]\n\"dr.md\" = [\"dead-anchor\"]\n\"old\" = [\"dead-link\"]\n",
    );
    fs::create_dir(world.path("old")).unwrap();
    world.write("old/a.md", text);
    assert_eq!(
        findings(&world, &["dr.md", "old"]),
        ["dr.md:3 dead-link", "old/a.md:3 dead-anchor"]
    );
    let world = World::with(text, "[lint]\ndisable = [\"dead-lnik\"]\n");
    let said = world.check(&["lint"], 1);
    assert!(said.contains("breakglass.toml:4: `lint.disable`: there is no rule `dead-lnik`; did you mean `dead-link`?"), "{said}");
}

#[test]
fn the_last_commit_is_the_last_review_and_the_repository_holds_the_scripts() {
    let world = World::new();
    fs::create_dir_all(world.path("docs/runbooks")).unwrap();
    fs::create_dir(world.path("scripts")).unwrap();
    world.write("scripts/there.sh", "#!/bin/sh\n");
    let text = "# A\n## Loss\n```bash\n./scripts/there.sh\n./scripts/gone.sh\n```\n";
    world.write("docs/runbooks/dr.md", text);
    git(&world, "2020-02-03T00:00:00Z", &["init", "-q"]);
    git(&world, "2020-02-03T00:00:00Z", &["add", "."]);
    git(&world, "2020-02-03T00:00:00Z", &["commit", "-qm", "x"]);
    let found = findings(&world, &["docs"]);
    assert_eq!(
        found,
        [
            "docs/runbooks/dr.md:1 review-overdue",
            "docs/runbooks/dr.md:5 missing-script"
        ]
    );
    let said = world.check(&["lint", "docs"], 1);
    assert!(
        said.contains("last changed on 2020-02-03, by git"),
        "{said}"
    );
    world.write(
        "docs/runbooks/dr.md",
        &format!(
            "---\nreviewed-on: {}\n---\n{text}",
            jiff::Zoned::now().date()
        ),
    );
    assert_eq!(
        findings(&world, &["docs"]),
        ["docs/runbooks/dr.md:8 missing-script"]
    );
}

#[test]
fn annotations_are_written_for_a_workflow() {
    let world = World::new();
    world.write("dr.md", "# A\n\n[x](gone.md)\n");
    let text = world.check(&["lint", "--format", "github", "dr.md"], 1);
    assert!(
        text.starts_with(
            "::warning file=dr.md,line=3,col=5,title=dead-link::there is no `gone.md`%0AWhy: "
        ),
        "{text}"
    );
}

#[test]
fn rules_and_help_are_listed() {
    let world = World::new();
    let text = world.check(&["lint", "--rules"], 0);
    assert!(
        text.contains("tty-redirected") && text.contains("the dump is corrupt"),
        "{text}"
    );
    let json = world.check(&["lint", "--rules", "--format", "json"], 0);
    let rules: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(rules.as_array().unwrap().len() > 30);
    let help = world.check(&["lint", "--help"], 0);
    assert!(
        help.contains("breakglass-lint disable-next-line") && help.contains("Examples:"),
        "{help}"
    );
}
