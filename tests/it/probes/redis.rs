//! Redis and its Sentinels: failing over, losing the quorum, being shut out.

use super::{Watch, component, failed, look, number, raised, seen};
use crate::support::lab;
use breakglass::config::{Config, Redis, Sentinel, Settings};
use breakglass::health::{FailureKind, Outcome, Verdict};
use secrecy::SecretString;
use tokio::net::{TcpListener, TcpStream};

fn servers(lab: &lab::Redis) -> Redis {
    Redis {
        hosts: lab.hosts(3),
        ..Redis::default()
    }
}

fn sentinels(lab: &lab::Redis) -> Sentinel {
    Sentinel {
        hosts: lab.sentinels(3),
        master: Some("mymaster".into()),
        ..Sentinel::default()
    }
}

#[tokio::test]
async fn redis_master_dies_and_sentinels_fail_over() {
    let lab = lab::Redis::start();
    let mut redis = Watch::start(component(Settings::Redis(servers(&lab))));
    let mut sentinel = Watch::start(component(Settings::Sentinel(sentinels(&lab))));

    let well = redis.until("well", |seen| seen.problems.is_empty()).await;
    assert_eq!(well.summary, "master, 2 replicas");
    assert_eq!(number(&well, "replicas"), Some(2.0));
    let well = sentinel
        .until("well", |seen| seen.problems.is_empty())
        .await;
    let name = lab.master_name();
    let old = lab.address(&name);
    assert_eq!(
        well.summary,
        format!("mymaster {old}, 2 replicas, 3 sentinels")
    );

    lab.kill(&name);
    let dead = sentinel
        .until("dead", |seen| raised(seen, "master_down").is_some())
        .await;
    let (verdict, reason) = raised(&dead, "master_down").unwrap();
    assert_eq!(verdict, Verdict::Down);
    assert!(reason.contains(&old), "{reason}");
    let dead = redis
        .until("dead", |seen| raised(seen, "no_master").is_some())
        .await;
    assert_eq!(raised(&dead, "no_master").unwrap().0, Verdict::Down);

    let moved = sentinel
        .until("failed over", |seen| {
            !seen.summary.contains(&old) && raised(seen, "master_down").is_none()
        })
        .await;
    assert!(
        moved
            .rows
            .iter()
            .any(|(label, value)| label == "last failover" && value.contains(&old)),
        "{:?}",
        moved.rows
    );
    let led = redis
        .until("led", |seen| raised(seen, "no_master").is_none())
        .await;
    assert!(raised(&led, "replica_unreachable").is_some());

    // The old master comes back, is made a replica, and all is well.
    lab.start_server(&name);
    redis.until("whole", |seen| seen.problems.is_empty()).await;
    let whole = sentinel
        .until("whole", |seen| seen.problems.is_empty())
        .await;
    assert!(whole.summary.ends_with(", 2 replicas, 3 sentinels"));
}

#[tokio::test]
async fn redis_sentinels_lose_their_quorum() {
    let lab = lab::Redis::start();
    let mut watch = Watch::start(component(Settings::Sentinel(sentinels(&lab))));
    watch.until("well", |seen| seen.problems.is_empty()).await;
    lab.kill("sentinel-1");
    let two = watch
        .until("two", |seen| raised(seen, "sentinel_unreachable").is_some())
        .await;
    assert_eq!(raised(&two, "quorum_lost"), None, "two of three are enough");
    lab.kill("sentinel-2");
    let one = watch
        .until("one", |seen| raised(seen, "quorum_lost").is_some())
        .await;
    assert_eq!(raised(&one, "quorum_lost").unwrap().0, Verdict::Degraded);
    assert_eq!(raised(&one, "master_down"), None);
    lab.start_server("sentinel-1");
    watch
        .until("two again", |seen| raised(seen, "quorum_lost").is_none())
        .await;
    lab.kill("sentinel-0");
    lab.kill("sentinel-1");
    let nobody = failed(Settings::Sentinel(sentinels(&lab))).await;
    assert_eq!(nobody.kind, FailureKind::Unreachable);
    assert_eq!(nobody.message, "no Sentinel answers: connection refused");
}

#[tokio::test]
async fn redis_passwords() {
    let lab = lab::Redis::start_with(&[("LAB_REDIS_PASSWORD", "lab-redis-pw")]);
    let good = || Some(SecretString::from("lab-redis-pw"));
    let (mut redis, mut sentinel) = (servers(&lab), sentinels(&lab));
    for (password, expected) in [
        (None, "it wants a password and none is configured"),
        (Some(SecretString::from("no-such-password")), "invalid"),
    ] {
        redis.password.clone_from(&password);
        sentinel.password = password;
        let failure = failed(Settings::Redis(redis.clone())).await;
        assert_eq!(failure.kind, FailureKind::Denied, "{failure:?}");
        assert!(failure.message.contains(expected), "{failure:?}");
        let failure = failed(Settings::Sentinel(sentinel.clone())).await;
        assert_eq!(failure.kind, FailureKind::Denied, "{failure:?}");
        assert!(!failure.message.contains("no-such"), "{failure:?}");
    }
    redis.password = good();
    assert_eq!(seen(Settings::Redis(redis)).await.problems, []);
    sentinel.password = good();
    let shut_out = seen(Settings::Sentinel(sentinel.clone())).await;
    assert_eq!(shut_out.problems, [], "a master that denies is no dead one");
    sentinel.node_password = good();
    let seen = seen(Settings::Sentinel(sentinel)).await;
    assert_eq!(seen.problems, []);
    assert!(number(&seen, "replication_lag_bytes").is_some());
}

/// A Sentinel that gives a server another master drops the server's clients.
#[tokio::test]
async fn redis_that_closes_a_connection_is_asked_once_more() {
    let lab = lab::Redis::start_with(&[("LAB_REPLICAS", "0"), ("LAB_SENTINELS", "0")]);
    for (closed, expected) in [(1, None), (2, Some("it closed the connection"))] {
        let door = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let hosts = vec![door.local_addr().unwrap().to_string()];
        let server = lab.address("redis-0");
        let gate = tokio::spawn(async move {
            for _ in 0..closed {
                drop(door.accept().await.unwrap());
            }
            let (mut client, _) = door.accept().await.unwrap();
            let mut server = TcpStream::connect(server).await.unwrap();
            drop(tokio::io::copy_bidirectional(&mut client, &mut server).await);
        });
        let redis = Redis {
            hosts,
            ..Redis::default()
        };
        match (look(Settings::Redis(redis)).await, expected) {
            (Outcome::Seen(seen), None) => assert_eq!(seen.summary, "master"),
            (Outcome::Failed(failure), Some(expected)) => {
                assert!(failure.message.ends_with(expected), "{failure:?}");
            }
            (other, _) => panic!("{closed}: {other:?}"),
        }
        gate.abort();
    }
}

#[tokio::test]
async fn redis_figures_and_names() {
    let lab = lab::Redis::start();
    let mut watch = Watch::start(component(Settings::Redis(servers(&lab))));
    watch.until("well", |seen| seen.problems.is_empty()).await;
    lab.cli("redis-0", &["set", "here", "1"]);
    lab.cli("redis-0", &["config", "set", "maxmemory", "100mb"]);
    let limited = watch
        .until("limited", |seen| {
            number(seen, "memory_used_percent").is_some()
        })
        .await;
    let percent = number(&limited, "memory_used_percent").unwrap();
    assert!((0.1..50.0).contains(&percent), "{percent}");
    lab.cli(
        "redis-0",
        &[
            "eval",
            "for i = 1, 30 do redis.call('get', 'here') redis.call('get', 'gone' .. i) end",
            "0",
        ],
    );
    watch
        .until("half missed", |seen| {
            number(seen, "hit_rate_percent") == Some(50.0)
        })
        .await;

    // A replica that is cut off says so.
    lab.pause("redis-0");
    let cut = watch
        .until("hangs", |seen| {
            raised(seen, "no_master").is_some() || raised(seen, "replica_unreachable").is_some()
        })
        .await;
    assert!(!cut.problems.is_empty());
    lab.resume("redis-0");

    let mut other = sentinels(&lab);
    other.master = Some("cache".into());
    let failure = failed(Settings::Sentinel(other)).await;
    assert_eq!(failure.kind, FailureKind::Misconfigured);
    assert_eq!(
        failure.message,
        "no Sentinel knows a master `cache`; they know `mymaster`"
    );
    let config = Config {
        components: vec![component(Settings::Sentinel(sentinels(&lab)))],
        ..Config::default()
    };
    let offered = breakglass::probe::candidates(&config, "master-name").await;
    assert_eq!(offered.unwrap()[0].value, "mymaster");
}

#[tokio::test]
async fn redis_over_tls() {
    let lab = lab::Redis::start_with(&[
        ("LAB_TLS", "on"),
        ("LAB_REPLICAS", "1"),
        ("LAB_SENTINELS", "0"),
    ]);
    let mut redis = Redis {
        hosts: lab.hosts(2),
        tls: true,
        ..Redis::default()
    };
    let stranger = failed(Settings::Redis(redis.clone())).await;
    assert_eq!(stranger.kind, FailureKind::Protocol);
    assert!(stranger.message.contains("certificate"), "{stranger:?}");
    redis.tls = false;
    let plain = failed(Settings::Redis(redis.clone())).await;
    assert_ne!(plain.kind, FailureKind::Denied, "{plain:?}");

    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("breakglass.toml");
    std::fs::write(
        &config,
        format!("[redis]\nhosts = {:?}\ntls = true\n", redis.hosts),
    )
    .unwrap();
    assert_cmd::Command::cargo_bin("breakglass")
        .unwrap()
        .args(["check", "--config"])
        .arg(&config)
        .env("SSL_CERT_FILE", lab.dir().join("server.crt"))
        .env("BREAKGLASS_STATE_DIR", folder.path())
        .assert()
        .code(0);
}
