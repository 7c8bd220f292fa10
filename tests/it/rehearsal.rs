//! The proof of the product: a server is really broken, its pane goes red, the scenario is offered, the steps are
//! confirmed by key presses in a real terminal, the server recovers, and the report states what the evidence shows.

use crate::support::lab::{HOST, Postgres, Redis};
use crate::support::terminal::Terminal;
use crate::support::world::{World, until};

const ENTER: &str = "\r";

fn console(world: &World, environment: &[(&str, &str)]) -> Terminal {
    let mut command = world.command();
    command.envs(environment.iter().copied());
    Terminal::start(&command, 40, 120)
}

/// A line of the screen holds both.
fn line_with(screen: &str, first: &str, second: &str) -> bool {
    screen
        .lines()
        .any(|line| line.contains(first) && line.contains(second))
}

/// Closes the incident with these words and leaves.
fn close(screen: Terminal, summary: &str) {
    screen.keys("C");
    screen.wait("Close the incident");
    screen.keys(&format!("{summary}\r"));
    screen.wait("INC-1 is closed");
    screen.keys("q");
    screen.leaves(0);
}

#[test]
fn a_postgres_primary_is_lost_and_the_standby_takes_over() {
    let lab = Postgres::start();
    let (primary, standby) = (lab.port("postgres-0"), lab.port("postgres-1"));
    let runbook = format!(
        r#"# Recovery

## PostgreSQL Primary Failure

**Severity:** P0

**Symptoms:**
- Database connection errors

**Recovery Steps:**

1. **Verify Failure:**
   ```bash
   pg_isready -h {HOST} -p {primary} || echo "the primary is gone"
   ```

2. **Check Replication Status:**
   ```bash
   psql -h {HOST} -p {standby} -c "SELECT pg_is_in_recovery(), pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn();"
   ```

3. **Failover to Standby (if available):**
   ```bash
   psql -h {HOST} -p {standby} -c "SELECT pg_promote();"
   ```

4. **Verify Recovery:**
   ```bash
   psql -h {HOST} -p {standby} -c "CREATE TABLE IF NOT EXISTS recovered (at timestamptz); SELECT pg_is_in_recovery();"
   ```

**RTO (Recovery Time Objective):** 15 minutes
**RPO (Recovery Point Objective):** 5 minutes (with replication)

## Database Connection Pool Exhaustion

**Severity:** P1

**Symptoms:**
- High connection pool usage

**Recovery Steps:**

1. Look
   ```bash
   echo pool
   ```
"#
    );
    let world = World::with(
        &runbook,
        &format!(
            "[postgres.main]\nhosts = [\"{HOST}:{primary}\", \"{HOST}:{standby}\"]\nuser = \"watcher\"\ndatabase = \"postgres\"\npassword_env = \"WATCHER\"\ninterval = \"200ms\"\ntimeout = \"1s\"\n"
        ),
    );
    let environment = [
        ("WATCHER", Postgres::PASSWORD),
        ("PGPASSWORD", Postgres::PASSWORD),
        ("PGUSER", "postgres"),
        ("PGDATABASE", "postgres"),
    ];
    let screen = console(&world, &environment);
    screen.wait_for("a healthy pair", |screen| {
        line_with(screen, "● main", "primary")
    });

    lab.kill("postgres-0");
    screen.wait_for("the red pane", |screen| line_with(screen, "✖ main", "down"));
    screen.wait_for("the scenario that fits on top", |screen| {
        let at = |text: &str| screen.find(text).unwrap_or(usize::MAX);
        screen.contains("fits what is not well")
            && at("❯ PostgreSQL Primary Failure") < at("Database Connection Pool Exhaustion")
    });
    screen.keys(ENTER);
    screen.wait("Open an incident: PostgreSQL Primary Failure");
    screen.keys(ENTER);
    screen.wait("INC-1  P0  PostgreSQL Primary Failure");
    screen.wait("RTO ");

    screen.keys(ENTER);
    screen.wait("the primary is gone");
    screen.wait("1 of 4 done");
    screen.keys(ENTER);
    screen.wait("2 of 4 done");

    // A change is not run by the key that asked for it, nor by a wrong one.
    screen.keys(ENTER);
    let dialog = screen.wait("y run it on");
    assert!(
        dialog.contains(&format!("{HOST}:{standby}/postgres")),
        "{dialog}"
    );
    screen.keys("\r\rx ");
    screen.wait("y run it on");
    assert!(
        lab.psql("postgres-1", "SELECT pg_is_in_recovery()")
            .starts_with('t')
    );
    screen.keys("y");
    screen.wait("3 of 4 done");
    screen.keys(ENTER);
    screen.wait("y run it on");
    screen.keys("y");
    screen.wait("4 of 4 done");
    screen.wait_for("the pane after the failover", |screen| {
        line_with(screen, "▲ main", "degraded") && screen.contains("no replica is attached")
    });

    // The old primary comes back as a standby: green again.
    lab.rebuild("postgres-0", "postgres-1");
    screen.wait_for("the green pane", |screen| {
        line_with(screen, "● main", "primary")
    });
    close(screen, "failed over");

    let report = world.check(&["report", "INC-1"], 0);
    for expected in [
        "failed over",
        "RTO | 15 min 00 s | ",
        "RPO | 5 min 00 s | ",
        "time to mitigate",
        "the primary is gone",
        "CHANGES",
    ] {
        assert!(
            report.contains(expected),
            "{expected} is missing in\n{report}"
        );
    }
    assert!(
        !report.contains("RTO | 15 min 00 s | not known"),
        "{report}"
    );
    assert!(!report.contains("RPO | 5 min 00 s | not known"), "{report}");
    assert!(!report.contains(Postgres::PASSWORD), "{report}");
    world.check(&["verify", "INC-1"], 0);
}

#[test]
fn a_redis_master_is_lost_and_the_sentinels_name_another() {
    let lab = Redis::start();
    let sentinel = lab.port("sentinel-0");
    let runbook = format!(
        "# Recovery\n\n## Cache Failure\n\n**Severity:** P1\n\n**RTO:** 1 hour\n\n### Detection\n\n- Redis sentinel alerts\n\n### Recovery Steps\n\n1. Verify sentinel status\n\n   ```bash\n   redis-cli -h {HOST} -p {sentinel} sentinel get-master-addr-by-name mymaster\n   ```\n\n2. Trigger failover if needed\n\n   ```bash\n   redis-cli -h {HOST} -p {sentinel} sentinel failover mymaster || true\n   ```\n\n3. Verify the new master\n\n   ```bash\n   redis-cli -h {HOST} -p {sentinel} sentinel get-master-addr-by-name mymaster\n   ```\n"
    );
    let hosts: Vec<String> = lab
        .sentinels(3)
        .iter()
        .map(|host| format!("\"{host}\""))
        .collect();
    let world = World::with(
        &runbook,
        &format!(
            "[sentinel.cache]\nhosts = [{}]\nmaster = \"mymaster\"\ninterval = \"200ms\"\ntimeout = \"1s\"\n",
            hosts.join(", ")
        ),
    );
    let screen = console(&world, &[]);
    screen.wait_for("a healthy cache", |screen| {
        line_with(screen, "● cache", "mymaster")
    });
    let (old, name) = (lab.master(), lab.master_name());
    lab.kill(&name);
    screen.wait_for("the red pane", |screen| {
        line_with(screen, "✖ cache", "down")
    });
    screen.wait("❯ Cache Failure");
    screen.keys(ENTER);
    screen.wait("Open an incident: Cache Failure");
    screen.keys(ENTER);
    screen.wait("INC-1  P1  Cache Failure");
    screen.keys(ENTER);
    screen.wait("1 of 3 done");
    screen.keys(ENTER);
    screen.wait("y run it on");
    screen.keys("y");
    screen.wait("2 of 3 done");
    until("another master", || (lab.master() != old).then_some(()));
    screen.keys(ENTER);
    screen.wait("3 of 3 done");
    lab.start_server(&name);
    screen.wait_for("the green pane", |screen| {
        line_with(screen, "● cache", "mymaster")
    });
    close(screen, "failed over");
    let report = world.check(&["report", "1"], 0);
    assert!(
        report.contains("RTO | 1 h") && !report.contains("RTO | 1 h 00 min | not known"),
        "{report}"
    );
    world.check(&["verify", "1"], 0);
}

#[test]
fn a_running_step_outlives_a_killed_console_and_a_killed_host() {
    let runbook = "# Recovery\n\n## Slow Restore\n\n**Severity:** P1\n\n**RTO:** 1 hour\n\n### Recovery Steps\n\n1. Restore\n\n   ```bash\n   for i in 1 2 3; do echo \"part $i\"; done; while [ ! -e go ]; do sleep 0.05; done; echo \"all parts are back\"\n   ```\n";
    let world = World::with(runbook, "");
    let first = console(&world, &[]);
    first.wait("❯ Slow Restore");
    first.keys(ENTER);
    first.wait("Open an incident");
    first.keys(ENTER);
    first.wait("INC-1");
    first.keys(ENTER);
    first.wait("part 3");
    first.kill();

    // The next console finds it running, with what it printed before.
    let second = console(&world, &[]);
    second.wait("part 1");
    second.wait("part 3");
    let before = world.kill_host();

    // The console starts a new host, which takes the step over.
    until("another host", || {
        world.host_pid().filter(|now| *now != before)
    });
    second.wait("part 3");
    world.write("go", "");
    second.wait("all parts are back");
    second.wait("1 of 1 done");
    // The report so far goes to a new file, twice.
    for name in ["INC-1.md", "INC-1-2.md"] {
        second.keys("w");
        second.wait(&format!("{}", world.path(name).display()));
        let written = std::fs::read_to_string(world.path(name)).unwrap();
        assert!(written.contains("all parts are back"), "{written}");
    }
    // The incident is open: leaving asks first.
    second.keys("q");
    second.wait("Leave the console?");
    second.keys("y");
    second.leaves(0);
    let report = world.check(&["report", "1"], 0);
    assert!(
        report.contains("exit 0") && report.contains("all parts are back"),
        "{report}"
    );
    world.check(&["verify", "1"], 0);
}
