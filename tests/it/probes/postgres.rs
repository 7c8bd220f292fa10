//! PostgreSQL pairs that are well, die, split, fill up and fall behind.

use super::{Watch, component, failed, look, number, raised, seen};
use crate::support::lab;
use breakglass::config::{Config, PasswordFrom, Postgres, Settings, Tls};
use breakglass::health::{FailureKind, Outcome, Verdict};
use secrecy::SecretString;
use std::time::Duration;

fn pair(lab: &lab::Postgres) -> Postgres {
    Postgres {
        hosts: lab.hosts(2),
        user: "watcher".into(),
        database: "postgres".into(),
        password: Some(SecretString::from(lab::Postgres::PASSWORD)),
        ..Postgres::default()
    }
}

#[tokio::test]
async fn postgres_dies_is_promoted_rebuilt_and_split() {
    let lab = lab::Postgres::start();
    let (first, second) = (lab.address("postgres-0"), lab.address("postgres-1"));
    let mut watch = Watch::start(component(Settings::Postgres(pair(&lab))));
    let well = watch
        .until("well", |seen| {
            number(seen, "replication_lag_bytes") == Some(0.0)
        })
        .await;
    assert_eq!(well.summary, "primary, 1 replica");
    assert_eq!(well.problems, []);
    assert_eq!(number(&well, "replication_lag_seconds"), Some(0.0));
    assert!(number(&well, "connections").unwrap() >= 1.0);
    assert!(
        well.rows
            .iter()
            .any(|(label, value)| *label == first && value.starts_with("primary, PostgreSQL 1"))
    );

    lab.kill("postgres-0");
    let dead = watch
        .until("dead", |seen| raised(seen, "no_primary").is_some())
        .await;
    assert_eq!(
        raised(&dead, "no_primary"),
        Some((
            Verdict::Down,
            format!("no primary answers; standby {second} is 0 B behind what it last received")
                .as_str()
        ))
    );
    assert_eq!(number(&dead, "replication_lag_bytes"), Some(0.0));

    lab.promote("postgres-1");
    let alone = watch
        .until("promoted", |seen| raised(seen, "no_primary").is_none())
        .await;
    let signals: Vec<&str> = alone
        .problems
        .iter()
        .map(|problem| problem.signal.as_str())
        .collect();
    assert_eq!(signals, ["no_replica", "replica_unreachable"]);
    assert!(
        alone
            .problems
            .iter()
            .all(|problem| problem.verdict == Verdict::Degraded)
    );

    lab.rebuild("postgres-0", "postgres-1");
    let well = watch
        .until("rebuilt", |seen| seen.summary == "primary, 1 replica")
        .await;
    assert_eq!(well.problems, []);

    lab.promote("postgres-0");
    let split = watch
        .until("split", |seen| raised(seen, "two_primaries").is_some())
        .await;
    assert_eq!(
        raised(&split, "two_primaries"),
        Some((
            Verdict::Down,
            format!("two primaries: {first} and {second} take writes").as_str()
        ))
    );
}

#[tokio::test]
async fn postgres_logins_and_tls() {
    let plain = lab::Postgres::start_with(&[("LAB_STANDBYS", "1")]);
    let good = pair(&plain);

    // A wrong password, none at all, a database that is not there.
    let mut wrong = good.clone();
    wrong.password = Some(SecretString::from("not-the-password"));
    let failure = failed(Settings::Postgres(wrong)).await;
    assert_eq!(failure.kind, FailureKind::Denied);
    assert!(failure.message.contains("password authentication failed"));
    assert!(!failure.message.contains("not-the-password"));
    let mut silent = good.clone();
    silent.password = None;
    let failure = failed(Settings::Postgres(silent)).await;
    assert_eq!(failure.kind, FailureKind::Denied, "{failure:?}");
    let mut lost = good.clone();
    lost.database = "nowhere".into();
    let failure = failed(Settings::Postgres(lost)).await;
    assert_eq!(failure.kind, FailureKind::Misconfigured, "{failure:?}");

    // The password may come from a file, and from one that is not there.
    let mut filed = good.clone();
    filed.password = None;
    filed.password_from = Some(PasswordFrom::File(plain.dir().join("password")));
    assert_eq!(seen(Settings::Postgres(filed.clone())).await.problems, []);
    filed.password_from = Some(PasswordFrom::File(plain.dir().join("missing")));
    let failure = failed(Settings::Postgres(filed.clone())).await;
    assert_eq!(failure.kind, FailureKind::Misconfigured);

    // One that is rotated is found again, and not asked for at every look.
    let folder = tempfile::tempdir().unwrap();
    let (key, count) = (folder.path().join("key"), folder.path().join("count"));
    std::fs::write(&key, "stale-password").unwrap();
    filed.password_from = Some(PasswordFrom::Command(format!(
        "echo >> {}; cat {}",
        count.display(),
        key.display()
    )));
    let mut watch = Watch::start(component(Settings::Postgres(filed)));
    assert!(matches!(watch.next().await, Outcome::Failed(_)));
    std::fs::write(&key, lab::Postgres::PASSWORD).unwrap();
    watch
        .until("rotated", |seen| seen.problems.is_empty())
        .await;
    let asked = || std::fs::read_to_string(&count).unwrap().len();
    let before = asked();
    for _ in 0..5 {
        assert!(matches!(watch.next().await, Outcome::Seen(_)));
    }
    assert_eq!(asked(), before);

    // A user who may see nothing still sees who leads and that somebody follows.
    plain.psql(
        "postgres-0",
        "create role nobody_much login password 'lab-secret-pw'",
    );
    let mut humble = good.clone();
    humble.user = "nobody_much".into();
    humble.hosts = plain.hosts(1);
    let observation = seen(Settings::Postgres(humble)).await;
    assert_eq!(observation.summary, "primary, 1 replica");
    assert!(
        observation
            .rows
            .iter()
            .any(|(_, value)| value.contains("pg_monitor"))
    );

    // TLS where it must be and is not offered.
    let mut strict = good.clone();
    strict.tls = Tls::Require;
    let failure = failed(Settings::Postgres(strict)).await;
    assert_eq!(failure.kind, FailureKind::Protocol, "{failure:?}");
    assert!(failure.message.contains("TLS"), "{failure:?}");

    // Nobody there.
    let mut gone = good.clone();
    gone.hosts = vec!["127.0.0.1:1".into()];
    let failure = failed(Settings::Postgres(gone)).await;
    assert_eq!(failure.kind, FailureKind::Unreachable);
    assert_eq!(failure.message, "connection refused");
}

#[tokio::test]
async fn postgres_over_tls_with_a_certificate_of_its_own() {
    let lab = lab::Postgres::start_with(&[("LAB_TLS", "on")]);
    let mut watch = Watch::start(component(Settings::Postgres(pair(&lab))));
    watch
        .until("preferred", |seen| seen.problems.is_empty())
        .await;
    let encrypted = lab.psql(
        "postgres-0",
        "select distinct ssl from pg_stat_ssl join pg_stat_activity using (pid) \
         where application_name = 'breakglass'",
    );
    assert_eq!(encrypted, "t");
    // Nobody vouches for it, so it is not enough where TLS is required …
    let mut strict = pair(&lab);
    strict.tls = Tls::Require;
    let failure = failed(Settings::Postgres(strict.clone())).await;
    assert_eq!(failure.kind, FailureKind::Protocol);
    assert!(failure.message.contains("certificate"), "{failure:?}");
    // … and it can be done without.
    let mut off = pair(&lab);
    off.tls = Tls::Off;
    assert_eq!(seen(Settings::Postgres(off)).await.problems, []);

    // With its issuer in the store of trust, it is.
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("breakglass.toml");
    std::fs::write(
        &config,
        format!(
            "[postgres]\nhosts = {:?}\nuser = \"watcher\"\ndatabase = \"postgres\"\ntls = \"require\"\n\
             password_file = {:?}\n",
            strict.hosts,
            lab.dir().join("password")
        ),
    )
    .unwrap();
    assert_cmd::Command::cargo_bin("breakglass")
        .unwrap()
        .arg("check")
        .arg("--config")
        .arg(&config)
        .env("SSL_CERT_FILE", lab.dir().join("server.crt"))
        .env("BREAKGLASS_STATE_DIR", folder.path())
        .assert()
        .code(0);
}

#[tokio::test]
async fn postgres_runs_out_of_connections() {
    // Ten, of which three are kept for superusers.
    let lab = lab::Postgres::start_with(&[("LAB_MAX_CONNECTIONS", "10")]);
    let good = pair(&lab);
    let primary = lab.address("postgres-0");
    let mut watch = Watch::start(component(Settings::Postgres(good.clone())));
    watch
        .until("well", |seen| {
            number(seen, "connections_used_percent").is_some_and(|percent| percent < 50.0)
        })
        .await;
    let mut held = Vec::new();
    while let Ok(client) = breakglass::probe::postgres::connect(&good, &primary).await {
        held.push(client);
        assert!(held.len() < 10, "the server does not fill up");
    }
    // The probe's own connection is kept, so that the figures go on.
    let full = watch
        .until("full", |seen| {
            number(seen, "connections_used_percent") == Some(100.0)
        })
        .await;
    assert_eq!(number(&full, "connections"), Some(7.0));
    // Whoever comes new is not let in, which is no dead primary.
    let refused = seen(Settings::Postgres(good.clone())).await;
    let (verdict, reason) = raised(&refused, "connections_exhausted").unwrap();
    assert_eq!(verdict, Verdict::Down);
    assert!(reason.contains(&primary), "{reason}");
    assert_eq!(raised(&refused, "no_primary"), None);

    // What idles in a transaction, and what waits for its lock.
    let (idle, waiting) = (held.pop().unwrap(), held.pop().unwrap());
    drop(held);
    lab.psql(
        "postgres-0",
        "create table t (n int); grant all on t to watcher",
    );
    idle.batch_execute("begin; lock table t").await.unwrap();
    let waits =
        tokio::spawn(async move { waiting.batch_execute("insert into t values (1)").await });
    let stuck = watch
        .until("blocked", |seen| number(seen, "blocked") == Some(1.0))
        .await;
    assert_eq!(number(&stuck, "idle_in_transaction"), Some(1.0));
    assert!(number(&stuck, "idle_in_transaction_oldest_seconds").unwrap() >= 0.0);
    idle.batch_execute("commit").await.unwrap();
    waits.await.unwrap().unwrap();
    watch
        .until("free", |seen| number(seen, "blocked") == Some(0.0))
        .await;
}

#[tokio::test]
async fn postgres_falls_behind_and_hangs() {
    let lab = lab::Postgres::start();
    let mut settings = component(Settings::Postgres(pair(&lab)));
    settings.timeout = Duration::from_secs(2);
    settings.bad_after = 2;
    let mut watch = Watch::start(settings);
    watch.until("well", |seen| seen.problems.is_empty()).await;

    lab.psql("postgres-1", "select pg_wal_replay_pause()");
    lab.psql(
        "postgres-0",
        "create table filler as select generate_series(1, 20000) as n",
    );
    let lag = |seen: &_| number(seen, "replication_lag_seconds").unwrap_or_default();
    let behind = watch.until("behind", |seen| lag(seen) > 0.5).await;
    assert!(number(&behind, "replication_lag_bytes").unwrap() > 100_000.0);
    assert!(raised(&behind, "replay_paused").is_some());
    let before = lag(&behind);
    watch
        .until("further behind", |seen| lag(seen) > before + 0.5)
        .await;
    lab.psql("postgres-1", "select pg_wal_replay_resume()");
    let caught_up = watch
        .until("caught up", |seen| {
            number(seen, "replication_lag_bytes") == Some(0.0)
        })
        .await;
    assert!(lag(&caught_up).abs() < f64::EPSILON);

    // A standby that hangs hides nothing of the primary.
    lab.pause("postgres-1");
    let half = watch
        .until("standby hangs", |seen| {
            raised(seen, "replica_unreachable").is_some()
        })
        .await;
    assert!(half.summary.starts_with("primary, "), "{}", half.summary);
    let (_, reason) = raised(&half, "replica_unreachable").unwrap();
    assert!(reason.contains("no answer within"), "{reason}");
    lab.resume("postgres-1");
    watch
        .until("well again", |seen| seen.problems.is_empty())
        .await;

    // A primary that hangs is only declared dead when it hangs for two looks.
    lab.pause("postgres-0");
    let slow = watch
        .until("primary hangs", |seen| raised(seen, "no_primary").is_some())
        .await;
    assert_eq!(
        raised(&slow, "no_primary").unwrap().0,
        Verdict::Degraded,
        "{slow:?}"
    );
    let dead = watch
        .until("still hangs", |seen| raised(seen, "no_primary").is_some())
        .await;
    assert_eq!(raised(&dead, "no_primary").unwrap().0, Verdict::Down);
    lab.resume("postgres-0");
    watch
        .until("well at last", |seen| seen.problems.is_empty())
        .await;
}

#[tokio::test]
async fn postgres_restarted_between_looks_is_no_failure() {
    let lab = lab::Postgres::start();
    let mut slow = component(Settings::Postgres(pair(&lab)));
    slow.interval = Duration::from_secs(3_600);
    let mut watch = Watch::start(slow);
    watch.next().await;
    for server in ["postgres-0", "postgres-1"] {
        lab.stop_server(server);
        lab.start_server(server);
    }
    watch.probe.refresh();
    let outcome = watch.next().await;
    assert!(matches!(outcome, Outcome::Seen(_)), "{outcome:?}");
}

#[tokio::test]
async fn postgres_offers_values_for_placeholders() {
    let lab = lab::Postgres::start();
    lab.psql("postgres-0", "create database shop");
    let config = Config {
        components: vec![component(Settings::Postgres(pair(&lab)))],
        ..Config::default()
    };
    let offered = async |placeholder: &str| {
        let found = breakglass::probe::candidates(&config, placeholder).await;
        let found = found.unwrap().into_iter();
        found
            .map(|candidate| format!("{} = {}", candidate.value, candidate.detail))
            .collect::<Vec<_>>()
    };
    let databases = offered("database").await;
    assert!(databases[0].starts_with("postgres = "), "{databases:?}");
    assert!(databases[1].starts_with("shop = "), "{databases:?}");
    let standby = lab.address("postgres-1");
    // It may have something to replay still.
    let wanted = format!("127.0.0.1 = {standby}, standby, 0 B behind the primary");
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while offered("standby-host").await != [wanted.as_str()] {
        assert!(std::time::Instant::now() < deadline, "waited for {wanted}");
    }
    assert_eq!(offered("topic").await, Vec::<String>::new());
    lab.kill("postgres-0");
    lab.kill("postgres-1");
    let failure = breakglass::probe::candidates(&config, "database").await;
    assert_eq!(failure.unwrap_err(), "it: connection refused");
    assert!(matches!(
        look(Settings::Postgres(pair(&lab))).await,
        Outcome::Failed(_)
    ));
}
