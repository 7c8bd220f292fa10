//! The words for things: what runbooks call a component, and what they call the way it is broken.
//!
//! Data only. It must not weigh one scenario against another; that is `detect`.

use super::ComponentKind;

/// Something that can be watched or restored, and what it is called.
#[derive(Debug)]
pub(super) struct Topic {
    pub kind: Option<ComponentKind>,
    /// Words that mean this and nothing else; tools count.
    pub product: &'static [&'static str],
    /// Words for the class of things it belongs to.
    pub class: &'static [&'static str],
}

/// What is known by name. A phrase matches whole words, whatever their case, plural or hyphens.
#[rustfmt::skip]
pub(super) const TOPICS: &[Topic] = &[
    Topic {
        kind: Some(ComponentKind::Postgres),
        product: &[
            "postgresql", "postgres", "psql", "pg ctl", "pg ctlcluster", "pg isready", "pg restore",
            "pg dump", "pg basebackup", "pg rewind", "pg promote", "pg stat", "patroni", "patronictl",
            "pgbouncer", "repmgr", "pgbackrest", "cnpg",
        ],
        class: DATABASE,
    },
    Topic {
        kind: Some(ComponentKind::Redis),
        product: &["redis", "valkey", "elasticache", "flushall"],
        class: CACHE,
    },
    Topic {
        kind: Some(ComponentKind::Sentinel),
        product: &["sentinel", "redis", "valkey"],
        class: CACHE,
    },
    Topic {
        kind: Some(ComponentKind::Http),
        product: &["api", "http", "https", "endpoint", "health check", "website", "web server"],
        class: &[
            "application", "app", "frontend", "backend", "web", "service", "gateway", "应用", "アプリケーション",
            "애플리케이션", "anwendung", "aplicación", "aplicação", "приложение", "ứng dụng",
        ],
    },
    Topic {
        kind: Some(ComponentKind::Kubernetes),
        product: &["kubernetes", "k8s", "kubelet", "control plane", "etcd"],
        class: &["cluster", "pod", "node", "deployment"],
    },
    Topic { kind: None, product: &["kafka", "zookeeper"], class: QUEUE },
    Topic { kind: None, product: &["redpanda", "rpk"], class: QUEUE },
    Topic { kind: None, product: &["rabbitmq", "rabbitmqctl", "amqp"], class: QUEUE },
    Topic { kind: None, product: &["nats", "pulsar", "activemq", "sqs"], class: QUEUE },
    Topic { kind: None, product: &["cassandra", "nodetool", "cqlsh", "scylla"], class: DATABASE },
    Topic { kind: None, product: &["mysql", "mariadb", "mysqldump", "galera"], class: DATABASE },
    Topic { kind: None, product: &["mongodb", "mongo", "mongosh"], class: DATABASE },
    Topic { kind: None, product: &["clickhouse", "sql server", "oracle", "cockroachdb"], class: DATABASE },
    Topic { kind: None, product: &["elasticsearch", "opensearch"], class: &["search"] },
    Topic { kind: None, product: &["temporal", "tctl"], class: &["workflow"] },
    Topic { kind: None, product: &["memcached"], class: CACHE },
    Topic { kind: None, product: &["dns", "nameserver", "coredns", "resolver"], class: &["network"] },
    Topic { kind: None, product: &["vault"], class: &["secret"] },
    Topic { kind: None, product: &["minio", "s3", "ceph"], class: &["object storage", "storage"] },
];

#[rustfmt::skip]
const DATABASE: &[&str] = &[
    "database", "db", "data store", "datastore", "sql", "数据库", "資料庫", "データベース", "데이터베이스",
    "base de données", "base de datos", "banco de dados", "datenbank", "база данных", "базы данных", "базу данных",
    "cơ sở dữ liệu",
];

#[rustfmt::skip]
const CACHE: &[&str] = &[
    "cache", "caching", "in memory store", "session store", "缓存", "快取", "キャッシュ", "캐시", "кэш", "кеш",
    "bộ nhớ đệm",
];

#[rustfmt::skip]
const QUEUE: &[&str] = &[
    "message queue", "message bus", "message broker", "broker", "event stream", "messaging", "queue", "消息队列",
    "メッセージキュー", "메시지 큐",
];

/// A way of being broken.
#[derive(Debug)]
pub(super) struct Condition {
    /// The signals that mean it.
    pub signals: &'static [&'static str],
    pub phrases: &'static [&'static str],
    /// Nearly every title says "failure"; only a specific condition speaks for or against a scenario.
    pub is_specific: bool,
}

/// What runbooks call each way of being broken.
#[rustfmt::skip]
pub(super) const CONDITIONS: &[Condition] = &[
    Condition {
        signals: &["connections_exhausted", "idle_in_transaction"],
        phrases: &[
            "connection pool", "pool exhaustion", "pool exhausted", "too many connection", "too many client",
            "connection limit", "connection exhaustion", "connection leak", "leaking connection", "max connection",
            "connection saturation", "连接池", "コネクションプール", "connexions épuisées", "pool de conexiones",
        ],
        is_specific: true,
    },
    Condition {
        signals: &["two_primaries", "two_masters", "masters_disagree"],
        phrases: &["split brain", "two primary", "two primaries", "two master", "dual primary", "dual master", "脑裂"],
        is_specific: true,
    },
    Condition {
        signals: &[
            "no_primary", "master_down", "no_master", "two_primaries", "two_masters", "masters_disagree",
            "failover_in_progress", "unreachable", "timeout",
        ],
        phrases: &[
            "primary", "master", "leader", "failover", "fail over", "promote", "promotion", "主库", "主节点",
            "プライマリ", "마스터", "primaire", "primario",
        ],
        is_specific: true,
    },
    Condition {
        signals: &[
            "replication_lag", "no_replica", "replica_link_down", "replica_unreachable", "few_replicas", "replay_paused",
        ],
        phrases: &[
            "replication lag", "replica lag", "replication delay", "replication", "replica", "standby", "secondary",
            "lag", "复制延迟", "レプリケーション", "복제",
        ],
        is_specific: true,
    },
    Condition {
        signals: &["quorum_lost", "sentinel_unreachable", "few_sentinels"],
        phrases: &["quorum", "仲裁"],
        is_specific: true,
    },
    Condition {
        signals: &["memory_full"],
        phrases: &["memory", "oom", "eviction", "evicted", "maxmemory", "resource exhaustion", "内存", "メモリ"],
        is_specific: true,
    },
    Condition {
        signals: &["hit_rate_low"],
        phrases: &["hit rate", "hit ratio", "cache miss", "miss rate", "stampede"],
        is_specific: true,
    },
    Condition {
        signals: &["certificate_expiring", "certificate_invalid"],
        phrases: &["certificate", "cert", "tls", "ssl", "证书", "証明書", "인증서", "zertifikat", "certificat", "сертификат"],
        is_specific: true,
    },
    Condition {
        signals: &["disk_full", "disk_high"],
        phrases: &["disk full", "disk space", "disk usage", "out of space", "storage full", "磁盘", "ディスク"],
        is_specific: true,
    },
    Condition {
        signals: &["persistence_failing"],
        phrases: &["persistence", "snapshot", "rdb", "aof", "disk", "storage"],
        is_specific: true,
    },
    Condition {
        signals: &["blocked", "idle_in_transaction"],
        phrases: &[
            "lock", "deadlock", "blocked", "blocking", "long running query", "long running queries",
            "idle in transaction", "slow query", "slow queries",
        ],
        is_specific: true,
    },
    Condition {
        signals: &["slow", "timeout"],
        phrases: &["slow", "latency", "response time", "degraded performance", "performance degradation"],
        is_specific: true,
    },
    Condition {
        signals: &[],
        phrases: &["corruption", "corrupted", "data loss", "ransomware", "breach", "compromise", "intrusion"],
        is_specific: true,
    },
    Condition {
        signals: &[
            "unreachable", "timeout", "no_primary", "master_down", "no_master", "protocol_error", "quorum_lost",
            "command_failed", "http_status", "content_missing", "loading",
        ],
        phrases: &[
            "failure", "failed", "down", "outage", "unavailable", "unreachable", "inaccessible", "crash", "error",
            "connection error", "connection refused", "cannot connect", "connectivity", "not responding", "故障", "障害",
            "장애", "panne", "fallo", "falha", "ausfall", "сбой", "отказ", "sự cố",
        ],
        is_specific: false,
    },
];

/// Words in titles for the loss of everything at once.
#[rustfmt::skip]
pub(super) const EVERYTHING: &[&str] = &[
    "data center", "datacenter", "region", "full cluster", "full system", "complete system", "complete failure",
    "total outage", "total failure", "site failure", "availability zone", "entire", "multiple service", "all service",
    "机房", "データセンター",
];

/// Names that say nothing about what bears them.
#[rustfmt::skip]
pub(super) const EMPTY_NAMES: &[&str] = &[
    "main", "default", "primary", "prod", "production", "staging", "test", "local", "it", "all", "server", "system",
];
