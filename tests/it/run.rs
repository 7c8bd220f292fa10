//! `breakglass run`: a scenario without a screen, with real keepers and a real journal.

use crate::support::world::{World, until};

const RUNBOOK: &str = r#"# Recovery

## Cache Failure

**Severity:** P1

**RTO:** 5 minutes

### Recovery Steps

1. Look at the files

   ```bash
   ls; echo "looked at $PWD"
   ```

2. Restart the cache

   ```bash
   touch restarted-<node>
   echo "restarted <node>"
   ```

3. Verify

   ```bash
   test -e restarted-<node> && echo "it is there"
   ```

4. Drop everything

   ```bash
   rm -rf cache-data
   ```

## Broken Step

**Severity:** P2

### Recovery Steps

1. Look

   ```bash
   echo before; cat no-such-file
   ```

2. Look again

   ```bash
   echo never
   ```
"#;

#[test]
fn it_stops_before_the_first_step_above_the_level() {
    let world = World::with(RUNBOOK, "");
    let said = world.check(&["run", "cache-failure"], 1);
    assert!(said.contains("looked at"), "{said}");
    assert!(said.contains("stopped at step 2"), "{said}");
    assert!(!world.path("restarted-a").exists());
    let report = world.check(&["report", "1"], 0);
    assert!(
        report.contains("Look at the files") && report.contains("stopped at step 2"),
        "{report}"
    );
    world.check(&["verify", "INC-1"], 0);
}

#[test]
fn an_open_placeholder_stops_it_and_a_value_is_one_word_of_data() {
    let world = World::with(RUNBOOK, "");
    let said = world.check(&["run", "cache-failure", "--up-to", "change"], 1);
    assert!(
        said.contains("fill in node first: --set 'node=…'"),
        "{said}"
    );
    let hostile = "a b; touch pwned; $(touch pwned)'\"";
    let said = world.check(
        &[
            "run",
            "cache-failure",
            "--up-to",
            "change",
            "--set",
            &format!("node={hostile}"),
        ],
        1,
    );
    assert!(said.contains("stopped at step 4"), "{said}");
    assert!(
        world.path(&format!("restarted-{hostile}")).exists(),
        "{said}"
    );
    assert!(!world.path("pwned").exists());
    let listed = world.check(&["incidents"], 0);
    assert_eq!(
        listed
            .lines()
            .filter(|line| line.starts_with("INC-"))
            .count(),
        2,
        "{listed}"
    );
}

#[test]
fn what_a_block_sets_or_exports_the_next_ones_have() {
    let text = "# Move\n\n1. Make room\n```bash\nROOM=room-7\nexport SITE='the far one'\nmkdir \"$ROOM\"\n```\n\
        2. Fill it\n```bash\nprintenv SITE > \"$ROOM/site\"\n```\n\
        3. Look\n```bash\ncat $ROOM/site\n```\n";
    let world = World::with(text, "");
    let said = world.check(&["run", "move", "--up-to", "change"], 0);
    assert!(said.contains("ROOM as line 5 sets it"), "{said}");
    assert!(said.contains("│ the far one"), "{said}");
    assert!(world.path("room-7/site").exists());
}

#[test]
fn a_failed_step_stops_it() {
    let world = World::with(RUNBOOK, "");
    let said = world.check(&["run", "broken-step"], 1);
    assert!(
        said.contains("before") && said.contains("exit 1") && !said.contains("never"),
        "{said}"
    );
}

#[test]
fn what_does_not_exist_is_said_before_anything_starts() {
    let world = World::with(RUNBOOK, "");
    let said = world.check(&["run", "cache-failures"], 2);
    assert!(said.contains("did you mean cache-failure"), "{said}");
    let said = world.check(&["run", "cache-failure", "--set", "nod=a"], 2);
    assert!(said.contains("has no placeholder `nod`"), "{said}");
    let listed = world.check(&["incidents"], 0);
    assert!(!listed.contains("INC-"), "{listed}");
}

#[test]
fn a_step_outlives_a_killed_host_and_its_end_is_recorded_by_the_next() {
    let runbook = "# Recovery\n\n## Slow Restore\n\n**Severity:** P1\n\n### Recovery Steps\n\n1. Wait for the go\n\n   ```bash\n   echo started; while [ ! -e go ]; do sleep 0.05; done; echo finished\n   ```\n";
    let world = World::with(runbook, "");
    let mut walk = world
        .command()
        .args(["run", "slow-restore", "--up-to", "destroy", "--keep-open"])
        .spawn()
        .unwrap();
    let transcript = world.state().join("runs/1-1/transcript.cast");
    until("the step to start", || {
        std::fs::read_to_string(&transcript)
            .ok()
            .filter(|text| text.contains("started"))
    });
    world.kill_host();
    assert!(!walk.wait().unwrap().success());
    let listed = world.check(&["report", "1"], 0);
    assert!(listed.contains("unknown or still running"), "{listed}");
    // A new host finds the step still running; it ends under the new one's eyes.
    world.write("go", "");
    let said = world.check(&["run", "slow-restore", "--up-to", "destroy"], 0);
    assert!(said.contains("INC-1"), "{said}");
    let report = world.check(&["report", "1"], 0);
    assert!(
        report.contains("finished") && report.contains("exit 0"),
        "{report}"
    );
    world.check(&["verify", "1"], 0);
}

#[test]
fn numbered_comments_of_one_fence_share_one_shell_and_a_fence_says_where_it_runs() {
    let text = r#"# Recovery

## Index Broken

```bash
# 1. Choose the folder
mkdir -p work
cd work
GENERATION=seven

# 2. Write into it
echo "generation $GENERATION" > state

# 3. Read it again
cat "$PWD/state"
```

## Elsewhere

1. Look

   ```bash {"cwd": "/usr"}
   pwd
   ```
2. Done

   ```bash
   pwd -P
   ```
"#;
    let world = World::with(text, "");
    let said = world.check(&["run", "index-broken", "--up-to", "destroy"], 0);
    assert!(said.contains("generation seven"), "{said}");
    assert_eq!(
        std::fs::read_to_string(world.path("work/state")).unwrap(),
        "generation seven\n"
    );
    let said = world.check(&["run", "elsewhere"], 0);
    assert!(
        said.lines().any(|line| line.trim_end().ends_with(" /usr")),
        "{said}"
    );
}

#[test]
fn the_target_that_a_fence_names_is_held_against_what_its_command_would_hit() {
    let text = r#"# Recovery

## Site Down

1. Look at the site

   ```bash {"target": "dr-<site>"}
   echo "at <site>"
   ```
2. Look at the page

   ```bash {"target": "web-1"}
   curl -s -m 1 http://127.0.0.1:9/ || echo gone
   ```
"#;
    let world = World::with(text, "");
    let said = world.check(&["run", "site-down", "--set", "site=south"], 0);
    let started: Vec<_> = said
        .lines()
        .filter_map(|line| line.split_once("  on "))
        .map(|(_, target)| target.trim())
        .collect();
    assert_eq!(started, ["dr-south", "127.0.0.1:9, not web-1"], "{said}");
    let report = world.check(&["report", "1"], 0);
    assert!(report.contains("127.0.0.1:9, not web-1"), "{report}");
}
