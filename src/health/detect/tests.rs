//! What is red in, the scenarios on top out.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::config::{Command, Http, Postgres, Redis, Sentinel, Settings};
use crate::runbook::{Block, Line, Risk, Role, Step};

/// Runbooks in short: `# source: title`, `## scenario [severity]`, `? detection`, `@ component`, `title: command`.
fn runbooks(text: &str) -> Vec<Runbook> {
    let mut books: Vec<Runbook> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let of = |text: &str| Line {
            text: text.trim().to_owned(),
            line: 1,
        };
        if let Some(title) = line.strip_prefix("## ") {
            let (title, severity) = title.split_once(" [").unwrap_or((title, ""));
            books.last_mut().unwrap().scenarios.push(Scenario {
                id: ScenarioId(title.to_lowercase().replace(' ', "-")),
                title: title.to_owned(),
                kind: ScenarioKind::Recovery,
                line: 1,
                severity: severity.strip_suffix(']').map(str::to_owned),
                rto_seconds: None,
                rpo_seconds: None,
                detection: Vec::new(),
                steps: Vec::new(),
                end_line: 0,
                prose: Vec::new(),
                components: Vec::new(),
            });
        } else if let Some(title) = line.strip_prefix("# ") {
            let (source, title) = title.split_once(": ").unwrap();
            books.push(Runbook {
                source: source.to_owned(),
                title: Some(title.to_owned()),
                ..Runbook::default()
            });
        } else {
            let scenario = books.last_mut().unwrap().scenarios.last_mut().unwrap();
            if let Some(text) = line.strip_prefix("? ") {
                scenario.detection.push(of(text));
            } else if let Some(name) = line.strip_prefix("@ ") {
                scenario.components.push(name.to_owned());
            } else {
                let (title, command) = line.split_once(": ").unwrap();
                scenario.steps.push(step(title, command));
            }
        }
    }
    books
}

fn step(title: &str, command: &str) -> Step {
    Step {
        number: "1".into(),
        title: title.into(),
        line: 1,
        blocks: vec![Block {
            line: 1,
            end_line: 1,
            role: Role::Command,
            text: command.into(),
            risk: Risk::Read,
            ..Block::default()
        }],
        end_line: 1,
        ..Step::default()
    }
}

/// `name kind verdict signal,signal`, a component each.
fn components(text: &str) -> (Vec<Component>, Vec<ComponentView>) {
    text.split(';')
        .map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let settings = match fields[1] {
                "postgres" => Settings::Postgres(Postgres::default()),
                "redis" => Settings::Redis(Redis::default()),
                "sentinel" => Settings::Sentinel(Sentinel::default()),
                "http" => Settings::Http(Http::default()),
                "command" => Settings::Command(Command::default()),
                _ => Settings::Tcp {
                    address: "q:1".into(),
                },
            };
            let component = Component::new(fields[0], settings);
            let mut view = crate::health::Monitor::new(std::slice::from_ref(&component))
                .views()
                .remove(0);
            view.verdict = match fields[2] {
                "down" => Verdict::Down,
                "degraded" => Verdict::Degraded,
                "unknown" => Verdict::Unknown,
                _ => Verdict::Up,
            };
            view.signals = fields
                .get(3)
                .map(|signals| signals.split(',').map(str::to_owned).collect())
                .unwrap_or_default();
            view.reason = view.signals.join(", ").replace('_', " ");
            (component, view)
        })
        .unzip()
}

const TWO_TEAMS: &str = "
# agent360.md: Disaster Recovery Procedures
## Data Center Failure
? Monitoring alerts from multiple services
? Health check failures
Activate secondary data center: kubectl config use-context dr-cluster
Verify data replication: temporal admin cluster verify-replication
## Database Failure
? Cassandra node health alerts
? Query latency increases
? Connection errors
Check node status: nodetool status
## Cache Failure
? Redis sentinel alerts
? Cache hit rate decrease
? Connection timeouts
Verify sentinel status: redis-cli -h sentinel info sentinel
Trigger failover if needed: redis-cli -h sentinel sentinel failover mymaster
## Message Queue Failure
? Redpanda metrics alerts
? Message lag increase
Check cluster health: rpk cluster health
## Application Failure
? Pod crash alerts
? API error rate increase
? Resource exhaustion
Scale down affected deployments: kubectl scale deployment agent360 --replicas=0
## Full System Recovery
Restore data stores: ./backup/restore-cassandra.sh <backup-id> && ./backup/restore-redis.sh <backup-id>
# dotnet.md: Disaster Recovery Procedures for DotNetAgents
## PostgreSQL Primary Failure [P0]
? Database connection errors
? Agent registry unavailable
? Task queue inaccessible
Check Replication Status: kubectl exec -it postgres-0 -- psql -U postgres -c 'SELECT * FROM pg_stat_replication;'
Failover to Standby: kubectl exec -it postgres-1 -- pg_ctl promote
## Database Connection Pool Exhaustion [P1]
? High connection pool usage
? Connection timeout errors
? Slow response times
Kill Long-Running Queries: SELECT pg_terminate_backend(pid) FROM pg_stat_activity
## Kafka Broker Failure [P0]
? Agent messages not delivered
? Message queue errors
Check Kafka Cluster Status: kubectl exec -it kafka-0 -- kafka-broker-api-versions
## RabbitMQ Failure [P0]
Check RabbitMQ Status: kubectl exec -it rabbitmq-0 -- rabbitmqctl status
## Agent Registry Unavailable [P1]
? Cannot register new agents
Restart Agent Registry: kubectl rollout restart deployment agent-registry
## Full Cluster Failure [P0]
Restore from Backup: kubectl exec -it postgres-0 -- pg_restore -U postgres -d dotnetagents /backups/latest.dump
Health Checks: curl https://api.dotnetagents.example.com/health
";

const BUILTIN: &str = "
# builtin:redis: Redis
## Redis Master Failure [P1]
? Sentinel reports the master down
Fail over: redis-cli -p 26379 sentinel failover mymaster
# builtin:postgres: PostgreSQL
## PostgreSQL Primary Failure [P0]
? No primary answers
Promote: pg_ctl promote
";

fn offers(books: &str, red: &str) -> Vec<Offer> {
    let (components, views) = components(red);
    rank(&runbooks(books), &components, &views)
}

/// The titles that are offered, best first, as their ids.
#[track_caller]
fn check(red: &str, first: &[&str]) {
    let offers = offers(TWO_TEAMS, red);
    let found: Vec<&str> = offers
        .iter()
        .filter(|offer| offer.score > 0)
        .map(|offer| offer.scenario.0.as_str())
        .take(first.len())
        .collect();
    assert_eq!(found, first, "{red}: {offers:#?}");
    for offer in &offers {
        assert_eq!(offer.score > 0, !offer.because.is_empty(), "{offer:?}");
    }
}

#[test]
fn the_scenario_that_names_what_is_red_and_how_is_on_top() {
    check(
        "main postgres down no_primary",
        &["postgresql-primary-failure"],
    );
    check(
        "main postgres down unreachable",
        &["postgresql-primary-failure"],
    );
    check(
        "main postgres down two_primaries",
        &["postgresql-primary-failure"],
    );
    check(
        "main postgres down connections_exhausted,denied",
        &[
            "database-connection-pool-exhaustion",
            "postgresql-primary-failure",
        ],
    );
    check(
        "main postgres degraded connections_exhausted",
        &["database-connection-pool-exhaustion"],
    );
    check("cache redis down master_down", &["cache-failure"]);
    check("mymaster sentinel down master_down", &["cache-failure"]);
    check("sessions redis degraded hit_rate_low", &["cache-failure"]);
    check(
        "kafka tcp down unreachable",
        &["kafka-broker-failure", "message-queue-failure"],
    );
    check("rabbitmq tcp down unreachable", &["rabbitmq-failure"]);
    check(
        "redpanda command down command_failed",
        &["message-queue-failure"],
    );
    check("api http down http_status", &["application-failure"]);
    check(
        "agent-registry http down unreachable",
        &["agent-registry-unavailable"],
    );
    check("cassandra tcp down unreachable", &["database-failure"]);
}

#[test]
fn when_most_is_down_the_big_scenarios_are_on_top() {
    check(
        "pg postgres down no_primary; cache redis down master_down; api http down timeout; q tcp up",
        &["data-center-failure"],
    );
    // Redis and its Sentinels are one.
    check(
        "pg postgres up; cache redis down master_down; s sentinel down master_down; api http down timeout",
        &["cache-failure"],
    );
}

#[test]
fn nothing_red_keeps_the_order_and_puts_ours_last() {
    let all = format!("{BUILTIN}{TWO_TEAMS}");
    let offers = offers(&all, "pg postgres up; cache redis unknown denied");
    let sources: Vec<&str> = offers.iter().map(|offer| offer.source.as_str()).collect();
    assert_eq!(sources.first(), Some(&"agent360.md"));
    assert_eq!(sources.last(), Some(&"builtin:postgres"));
    assert_eq!(offers[0].scenario.0, "data-center-failure");
    assert!(offers.iter().all(|offer| offer.score == 0));
}

#[test]
fn the_teams_own_words_go_before_ours() {
    let all = format!("{BUILTIN}{TWO_TEAMS}");
    let found = offers(&all, "cache redis down master_down");
    assert_eq!(found[0].scenario.0, "cache-failure");
    assert_eq!(found[1].source, "builtin:redis");
    let found = offers(&all, "db postgres down no_primary");
    assert_eq!(found[0].source, "dotnet.md");
    assert_eq!(found[1].source, "builtin:postgres");
}

#[test]
fn it_says_why_in_words() {
    let offers = offers(TWO_TEAMS, "main postgres down no_primary");
    assert_eq!(
        offers[0].because,
        [
            "title names `PostgreSQL` and `Primary` ↔ main (postgres) down: no primary",
            "detection `Database connection errors` ↔ main (postgres) down: no primary",
            "steps use `postgres` ↔ main (postgres) down: no primary",
        ]
    );
}

#[test]
fn an_alias_ties_a_detection_line() {
    let (mut all, views) = components("store tcp down unreachable");
    all[0].aliases = vec!["task queue".into()];
    let offers = rank(&runbooks(TWO_TEAMS), &all, &views);
    assert_eq!(offers[0].scenario.0, "postgresql-primary-failure");
    let expected = "detection `Task queue inaccessible` ↔ store (tcp) down: unreachable";
    assert!(
        offers[0].because.contains(&expected.to_owned()),
        "{offers:?}"
    );
}

#[test]
fn what_the_author_bound_goes_before_what_words_say() {
    let (all, views) = components("main postgres down no_primary");
    let text = "
        # a.md: x
        ## PostgreSQL Primary Failure
        @ other
        Promote: pg_ctl promote
        ## Orders are stuck
        @ main
        Look: true
    ";
    assert_eq!(
        rank(&runbooks(text), &all, &views)[0].scenario.0,
        "orders-are-stuck"
    );
    let mut books = runbooks("# a.md: x\n## Odd\n? Things hang\n## Other\n? Other things");
    books[0]
        .front_matter
        .bindings
        .insert("things hang".into(), "main.no_primary".into());
    let offers = rank(&books, &all, &views);
    assert_eq!(offers[0].scenario.0, "odd");
    assert!(offers[0].because[0].starts_with("`Things hang` is bound to `main.no_primary`"));
    assert_eq!(offers[1].score, 0);
}

#[test]
fn severity_breaks_ties() {
    let text = "
        # a.md: x
        ## Redis failure [P2]
        ## Redis outage [P0]
        ## Redis crash
    ";
    let found = offers(text, "cache redis down master_down");
    let ids: Vec<&str> = found
        .iter()
        .map(|offer| offer.scenario.0.as_str())
        .collect();
    assert_eq!(ids, ["redis-outage", "redis-failure", "redis-crash"]);
}

#[test]
fn other_languages_tie_by_product_and_by_word() {
    let text = "
        # a.md: 灾难恢复
        ## 消息队列故障
        ## PostgreSQL主库故障
        ## 数据库连接池耗尽
        ## 缓存故障
    ";
    let first = |red: &str| offers(text, red)[0].scenario.0.clone();
    assert_eq!(first("db postgres down no_primary"), "postgresql主库故障");
    assert_eq!(
        first("db postgres down connections_exhausted"),
        "数据库连接池耗尽"
    );
    assert_eq!(first("c redis down master_down"), "缓存故障");
    assert_eq!(first("kafka tcp down unreachable"), "消息队列故障");
}

/// The documents as the teams wrote them, and what ships inside the program behind them.
#[test]
fn real_documents_tie_what_is_red_to_the_right_scenario() {
    let table = crate::runbook::shell::RiskTable::default();
    let read = |name: &str, text: &str| crate::runbook::parse(name, text.as_bytes(), &table);
    let agent360 = read(
        "agent360.md",
        include_str!("../../../tests/fixtures/runbooks/seeds/agent360-disaster-recovery.md"),
    );
    let dotnet = read(
        "dotnet.md",
        include_str!("../../../tests/fixtures/runbooks/seeds/dotnetagents-disaster-recovery.md"),
    );
    let builtin: Vec<Runbook> = crate::runbook::builtin::all()
        .into_iter()
        .map(|(name, text)| read(&format!("builtin:{name}"), text))
        .collect();
    let first = |books: &[&Runbook], red: &str| {
        let (components, views) = components(red);
        let books: Vec<Runbook> = books.iter().copied().chain(&builtin).cloned().collect();
        let offer = rank(&books, &components, &views).remove(0);
        assert!(offer.score > 0 && !offer.because.is_empty(), "{red}");
        format!("{} {}", offer.source, offer.scenario)
    };
    let check = |books: &[&Runbook], red: &str, expected: &str| {
        assert_eq!(first(books, red), expected, "{red}");
    };
    let primary = "dotnet.md postgresql-primary-failure";
    let pool = "dotnet.md database-connection-pool-exhaustion";
    check(
        &[&dotnet],
        "main postgres down no_primary,replica_unreachable",
        primary,
    );
    check(&[&dotnet], "main postgres down unreachable", primary);
    check(&[&dotnet], "main postgres down connections_exhausted", pool);
    check(
        &[&dotnet],
        "main postgres degraded connections_exhausted,blocked",
        pool,
    );
    check(
        &[&dotnet],
        "kafka tcp down unreachable",
        "dotnet.md kafka-broker-failure",
    );
    check(
        &[&dotnet],
        "rabbitmq tcp down unreachable",
        "dotnet.md rabbitmq-failure",
    );
    check(
        &[&agent360],
        "cache redis down no_master",
        "agent360.md cache-failure",
    );
    check(
        &[&agent360],
        "cache sentinel down master_down",
        "agent360.md cache-failure",
    );
    check(
        &[&agent360],
        "cassandra tcp down unreachable",
        "agent360.md database-failure",
    );
    check(
        &[&agent360, &dotnet],
        "main postgres down no_primary",
        primary,
    );
    check(
        &[&agent360, &dotnet],
        "cache redis down no_master",
        "agent360.md cache-failure",
    );
    // With no document of one's own, ours.
    let (services, platform) = ("builtin:services", "builtin:platform");
    check(
        &[],
        "main postgres down no_primary",
        &format!("{services} postgresql-primary-failure"),
    );
    check(
        &[],
        "main postgres down connections_exhausted",
        &format!("{services} database-connection-pool-exhaustion"),
    );
    check(
        &[],
        "cache redis down no_master",
        &format!("{platform} cache-failure"),
    );
}
