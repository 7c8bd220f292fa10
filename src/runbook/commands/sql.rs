//! Whether a text opens like a statement of SQL or of its relatives.

/// Statements of SQL and its relatives, by their first words.
pub(in crate::runbook) fn looks_like_sql(text: &str) -> bool {
    let text = text.trim_start();
    let length = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let word = &text[..length];
    let upper = word.to_ascii_uppercase();
    let shouted = word == upper;
    let rest = text[length..].trim_start();
    let next = rest
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .next()
        .unwrap_or_default()
        .to_ascii_uppercase();
    let contains = |needle: &str| {
        let head: String = text.chars().take(4000).collect();
        head.to_ascii_lowercase()
            .split_whitespace()
            .any(|w| w == needle)
    };
    let ended = text.trim_end().ends_with(';') || text.contains(";\n");
    match upper.as_str() {
        "SELECT" => !rest.is_empty() && (shouted || contains("from") || ended),
        "INSERT" => next == "INTO",
        "UPDATE" => contains("set") && (shouted || ended),
        "DELETE" => next == "FROM" && (shouted || ended),
        "ALTER" | "CREATE" | "DROP" => matches!(
            next.as_str(),
            "TABLE"
                | "DATABASE"
                | "INDEX"
                | "USER"
                | "ROLE"
                | "SYSTEM"
                | "SCHEMA"
                | "VIEW"
                | "EXTENSION"
                | "SEQUENCE"
                | "PUBLICATION"
                | "SUBSCRIPTION"
                | "UNIQUE"
                | "OR"
                | "MATERIALIZED"
                | "FUNCTION"
                | "TRIGGER"
                | "KEYSPACE"
                | "TYPE"
                | "LOGIN"
                | "TABLESPACE"
                | "TEMP"
                | "POLICY"
        ),
        "WITH" => shouted && text.contains('('),
        "SHOW" | "TRUNCATE" => shouted && !rest.is_empty(),
        "VACUUM" | "REINDEX" | "ANALYZE" | "EXPLAIN" | "GRANT" | "REVOKE" | "CHECKPOINT"
        | "COMMIT" | "BEGIN" | "ROLLBACK" | "CALL" | "DESCRIBE" | "KILL" | "USE" | "PRAGMA"
        | "RESTORE" | "BACKUP" | "STOP" | "START" | "FLUSH" | "LOCK" | "UNLOCK" | "SET"
        | "RESET" | "MERGE" | "EXEC" | "DBCC" | "COPY" => shouted && ended,
        _ => false,
    }
}
