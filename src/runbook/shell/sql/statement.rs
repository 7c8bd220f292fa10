//! One SQL statement: what it would do, from its first words, its conditions and the functions it calls.
//!
//! It knows statements; which functions have side effects is in the table.

use super::lex::{Kind, Token};
use super::psql;
use crate::runbook::Risk;
use crate::runbook::shell::judge::Judge;
use crate::runbook::shell::table::SHIPPED;
use crate::runbook::shell::word::shown;

/// Statements inside statements that are followed.
const DEEPEST: usize = 12;

/// Words that may stand before a parenthesis without calling anything.
const NO_FUNCTIONS: &str = " IN VALUES AND OR NOT EXISTS ANY ALL SOME OVER USING AS ON FILTER GROUP WHERE SELECT \
    FROM BY HAVING WHEN THEN ELSE CASE UNION EXCEPT INTERSECT DISTINCT LATERAL JOIN WITH LIMIT OFFSET LIKE ILIKE \
    BETWEEN IS INTO SET RETURNING KEY CHECK UNIQUE REFERENCES TABLE INDEX ARRAY ROW INTERVAL NUMERIC DECIMAL \
    VARCHAR CHAR CHARACTER VARYING TIMESTAMP TIME BIT EXPLAIN PARTITION RANGE ROWS MATERIALIZED RECURSIVE \
    CONFLICT SETS CUBE ROLLUP TABLESAMPLE SIMILAR TO COPY ";

/// Words after which a name with a parenthesis is no call: `INSERT INTO t (a)`, `AS t(a, b)`.
const NAMING: &str =
    " AS INTO WITH RECURSIVE TABLE ON INDEX VIEW EXISTS REFERENCES KEY CONSTRAINT COPY ";

/// The statements of a token list.
pub(super) fn split(tokens: &[Token]) -> Vec<&[Token]> {
    let mut statements = Vec::new();
    let mut start = 0;
    for (at, token) in tokens.iter().enumerate() {
        if token.is_sign(";") {
            statements.push(&tokens[start..at]);
            start = at + 1;
        } else if token.kind == Kind::Meta {
            // A psql command ends what stands before it (`\gexec`, `\g`) and is one itself.
            statements.push(&tokens[start..at]);
            statements.push(&tokens[at..=at]);
            start = at + 1;
        }
    }
    statements.push(&tokens[start..]);
    statements.retain(|statement| !statement.is_empty());
    statements
}

/// Judges one statement.
pub(super) fn judge(judge: &mut Judge<'_>, tokens: &[Token], depth: usize) {
    let Some(first) = tokens.first() else { return };
    if depth > DEEPEST {
        judge.add(
            Risk::Unknown,
            "the SQL is nested too deep to be judged".to_owned(),
        );
        return;
    }
    let before = judge.findings.len();
    match first.kind {
        Kind::Meta => {
            psql::judge(judge, &first.text);
            return;
        }
        Kind::Sign if first.text == "(" => self::judge(judge, &tokens[1..], depth + 1),
        Kind::Word => statement(judge, tokens, depth),
        Kind::Opaque => judge.add(
            Risk::Unknown,
            "the SQL is known only when it runs".to_owned(),
        ),
        Kind::Sign
        | Kind::Identifier
        | Kind::String
        | Kind::EscapeString
        | Kind::DollarString
        | Kind::Number
        | Kind::Comment => {
            let said = shown(&first.text);
            let reason = format!("`{said}` begins no SQL that is known here");
            judge.add(Risk::Unknown, reason);
        }
    }
    let opaque = tokens.iter().any(|token| token.kind == Kind::Opaque);
    if opaque && judge.findings.len() == before {
        judge.add(
            Risk::Unknown,
            "part of the SQL is known only when it runs".to_owned(),
        );
    }
}

fn statement(judge: &mut Judge<'_>, tokens: &[Token], depth: usize) {
    let word = |at: usize| {
        tokens
            .get(at)
            .filter(|token| token.kind == Kind::Word)
            .map_or("", |token| &*token.text)
    };
    let (first, second) = (word(0), word(1));
    let lower = first.to_lowercase();
    let said = format!("{lower} {}", second.to_lowercase());
    let said = said.trim();
    match first {
        "SELECT" | "WITH" | "VALUES" | "TABLE" => query(judge, tokens, depth),
        "EXPLAIN" | "DESCRIBE" | "DESC" => explain(judge, tokens, depth),
        "START" | "STOP" if matches!(second, "SLAVE" | "REPLICA" | "GROUP_REPLICATION") => {
            judge.add(Risk::Change, format!("`{said}` changes replication"));
        }
        "SHOW" | "BEGIN" | "START" | "COMMIT" | "END" | "ROLLBACK" | "ABORT" | "SAVEPOINT"
        | "RELEASE" | "FETCH" | "CLOSE" | "LISTEN" | "UNLISTEN" | "USE" | "DEALLOCATE" | "HELP"
        | "CONSISTENCY" | "TRACING" | "GO" => functions(judge, tokens),
        "SET" | "RESET" => setting(judge, tokens, said, second),
        "DELETE" | "UPDATE" => rows(judge, tokens, depth, first),
        "INSERT" | "MERGE" | "REPLACE" | "UPSERT" => {
            functions(judge, tokens);
            judge.add(Risk::Change, format!("`{lower}` writes rows"));
            inside(judge, &tokens[1..], depth);
        }
        "DROP" => judge.add(
            Risk::Destroy,
            format!("`{said}` removes it with all it holds"),
        ),
        "TRUNCATE" => judge.add(Risk::Destroy, "`truncate` removes every row".to_owned()),
        "PURGE" => judge.add(Risk::Destroy, format!("`{said}` removes logs for good")),
        "SHUTDOWN" => judge.add(Risk::Destroy, "`shutdown` stops the server".to_owned()),
        "ALTER" => alter(judge, tokens, said),
        "CREATE" => {
            judge.add(Risk::Change, format!("`{said}` makes something new"));
            functions(judge, tokens);
            inside(judge, &tokens[1..], depth);
        }
        "GRANT" | "REVOKE" | "REASSIGN" => {
            judge.add(Risk::Change, format!("`{said}` changes who may do what"));
        }
        "ANALYZE" | "ANALYSE" | "VACUUM" | "REINDEX" | "CLUSTER" | "REFRESH" | "CHECKPOINT"
        | "COMMENT" | "NOTIFY" | "LOCK" | "SECURITY" | "IMPORT" | "DISCARD" | "LOAD" | "KILL"
        | "STOP" | "FLUSH" | "CHANGE" | "OPTIMIZE" | "REPAIR" | "RENAME" | "INSTALL"
        | "UNINSTALL" | "BATCH" | "APPLY" | "UNLOCK" | "CANCEL" | "HANDLER" => {
            judge.add(Risk::Change, format!("`{said}` changes the server's state"));
        }
        "COPY" => copy(judge, tokens, depth),
        "DO" => {
            judge.add(Risk::Change, "`do` runs a block of code".to_owned());
            for token in tokens {
                body(judge, token);
            }
        }
        "PREPARE" | "DECLARE" => {
            let at = tokens
                .iter()
                .position(|token| token.is_word("AS") || token.is_word("FOR"));
            match at {
                Some(at) => self::judge(judge, &tokens[at + 1..], depth + 1),
                None => judge.add(
                    Risk::Unknown,
                    format!("`{said}` runs something that is not seen"),
                ),
            }
        }
        "CALL" | "EXECUTE" | "EXEC" | "SOURCE" => judge.add(
            Risk::Unknown,
            format!("`{said}` runs something that is not seen"),
        ),
        _ => judge.add(
            Risk::Unknown,
            format!("`{said}` is no SQL that is known here"),
        ),
    }
}

fn setting(judge: &mut Judge<'_>, tokens: &[Token], said: &str, second: &str) {
    let global = tokens.iter().any(|token| {
        matches!(
            &*token.text,
            "GLOBAL" | "PERSIST" | "PERSIST_ONLY" | "PASSWORD"
        )
    });
    if said.starts_with("reset") && matches!(second, "MASTER" | "SLAVE" | "REPLICA" | "BINARY") {
        let reason = format!("`{said}` throws replication state away");
        judge.add(Risk::Destroy, reason);
    } else if global {
        judge.add(
            Risk::Change,
            format!("`{said}` changes the server's settings"),
        );
    } else {
        functions(judge, tokens);
    }
}

/// `DELETE` and `UPDATE`.
fn rows(judge: &mut Judge<'_>, tokens: &[Token], depth: usize, verb: &str) {
    functions(judge, tokens);
    let lower = verb.to_lowercase();
    let does = if verb == "DELETE" {
        "removes"
    } else {
        "overwrites"
    };
    if is_bounded(tokens) {
        judge.add(Risk::Change, format!("`{lower}` {does} rows"));
    } else {
        let reason = format!("`{lower}` without `where` {does} every row");
        judge.add(Risk::Destroy, reason);
    }
    inside(judge, &tokens[1..], depth);
}

/// `SELECT`, `WITH`, `VALUES`: reads, unless something in it does not.
fn query(judge: &mut Judge<'_>, tokens: &[Token], depth: usize) {
    for (at, token) in tokens.iter().enumerate() {
        let inserts = at > 0
            && matches!(
                &*tokens[at - 1].text,
                "INSERT" | "MERGE" | "REPLACE" | "IGNORE"
            );
        if token.is_word("INTO") && !inserts {
            judge.add(
                Risk::Change,
                "`select … into` writes a table or file".to_owned(),
            );
        }
    }
    functions(judge, tokens);
    inside(judge, tokens, depth);
}

/// Writing statements inside a statement: in a `WITH`, behind it, in `CREATE … AS`.
fn inside(judge: &mut Judge<'_>, tokens: &[Token], depth: usize) {
    for (at, token) in tokens.iter().enumerate() {
        let writes = token.kind == Kind::Word
            && matches!(
                &*token.text,
                "DELETE" | "UPDATE" | "INSERT" | "MERGE" | "TRUNCATE" | "DROP" | "REPLACE"
            );
        let begins = at > 0
            && (tokens[at - 1].is_sign("(")
                || tokens[at - 1].is_sign(")")
                || tokens[at - 1].is_word("AS"));
        let called = tokens.get(at + 1).is_some_and(|next| next.is_sign("("));
        if writes && begins && !called {
            self::judge(judge, until_closed(&tokens[at..]), depth + 1);
        }
    }
}

/// Up to the parenthesis that closes what the tokens stand in.
fn until_closed(tokens: &[Token]) -> &[Token] {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        if token.is_sign("(") {
            depth += 1;
        } else if token.is_sign(")") {
            if depth == 0 {
                return &tokens[..at];
            }
            depth -= 1;
        }
    }
    tokens
}

/// Whether a `DELETE` or `UPDATE` has a condition that means something.
fn is_bounded(tokens: &[Token]) -> bool {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        if token.is_sign("(") {
            depth += 1;
        } else if token.is_sign(")") {
            depth = depth.saturating_sub(1);
        } else if depth == 0 && token.is_word("WHERE") {
            let condition: Vec<&str> = tokens[at + 1..]
                .iter()
                .take_while(|token| !token.is_word("RETURNING"))
                .map(|token| &*token.text)
                .collect();
            return match &condition[..] {
                [] | ["TRUE" | "1"] | [.., "OR", "TRUE" | "1"] => false,
                [left, "=", right] | [.., "OR", left, "=", right] => left != right,
                [left, "=", right, "OR" | "AND", ..] => left != right,
                _ => true,
            };
        }
    }
    false
}

/// Judges the functions that are called.
fn functions(judge: &mut Judge<'_>, tokens: &[Token]) {
    for (at, token) in tokens.iter().enumerate() {
        let called = tokens.get(at + 1).is_some_and(|next| next.is_sign("("));
        if !called || !matches!(token.kind, Kind::Word | Kind::Identifier) {
            continue;
        }
        let before = at.checked_sub(1).map(|before| &tokens[before]);
        let listed = |list: &str, token: &Token| {
            token.kind == Kind::Word && list.contains(&format!(" {} ", token.text))
        };
        let named = before.is_some_and(|before| listed(NAMING, before));
        if named || listed(NO_FUNCTIONS, token) {
            continue;
        }
        let name = token.text.to_lowercase();
        let (risk, why) = SHIPPED.function(&name);
        if risk > Risk::Read {
            let said = shown(&name);
            judge.add(risk, format!("`{said}` {why}"));
        }
        // Some functions run the text that they are given.
        if name.starts_with("dblink") || name.starts_with("query_to_xml") {
            for text in tokens[at..].iter().take(8) {
                if matches!(
                    text.kind,
                    Kind::String | Kind::DollarString | Kind::EscapeString
                ) {
                    judge.severe(|judge| super::judge(judge, &text.text));
                }
            }
        }
    }
}

/// `EXPLAIN` looks; `EXPLAIN ANALYZE` does it.
fn explain(judge: &mut Judge<'_>, tokens: &[Token], depth: usize) {
    let mut at = 1;
    let mut runs = false;
    if tokens.get(at).is_some_and(|token| token.is_sign("(")) {
        let options = until_closed(&tokens[at + 1..]);
        for (index, option) in options.iter().enumerate() {
            if option.is_word("ANALYZE") || option.is_word("ANALYSE") {
                let off = options.get(index + 1).is_some_and(|value| {
                    matches!(&*value.text, "FALSE" | "OFF" | "0" | "false" | "off")
                });
                runs = !off;
            }
            runs |= option.kind == Kind::Opaque;
        }
        at += options.len() + 2;
    }
    while let Some(token) = tokens.get(at) {
        match &*token.text {
            "ANALYZE" | "ANALYSE" => runs = true,
            "VERBOSE" | "EXTENDED" | "PARTITIONS" => {}
            _ => break,
        }
        at += 1;
    }
    let rest = tokens.get(at..).unwrap_or(&[]);
    if runs || rest.first().is_some_and(|token| token.kind == Kind::Opaque) {
        self::judge(judge, rest, depth + 1);
    }
}

fn alter(judge: &mut Judge<'_>, tokens: &[Token], said: &str) {
    for (at, token) in tokens.iter().enumerate() {
        let next = tokens.get(at + 1).map_or("", |next| &*next.text);
        let drops = token.is_word("DROP")
            && !matches!(
                next,
                "NOT" | "DEFAULT" | "CONSTRAINT" | "IDENTITY" | "EXPRESSION" | "INDEX" | "FOREIGN"
            );
        if drops || token.is_word("TRUNCATE") || token.is_word("DISCARD") {
            let drop = format!("{} {next}", token.text).to_lowercase();
            let drop = drop.trim();
            let reason = format!("`{said} … {drop}` removes what it holds");
            judge.add(Risk::Destroy, reason);
            return;
        }
    }
    judge.add(Risk::Change, format!("`{said}` changes its definition"));
}

fn copy(judge: &mut Judge<'_>, tokens: &[Token], depth: usize) {
    let mut parentheses = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        if token.is_sign("(") {
            parentheses += 1;
        } else if token.is_sign(")") {
            parentheses = parentheses.saturating_sub(1);
        }
        if parentheses > 0 {
            continue;
        }
        let next = tokens.get(at + 1);
        let next_is = |word: &str| next.is_some_and(|next| next.is_word(word));
        if token.is_word("PROGRAM") {
            judge.add(
                Risk::Change,
                "`copy … program` runs a program on the server".to_owned(),
            );
            if let Some(program) = next {
                judge.severe(|judge| judge.nested(&program.text));
            }
        } else if token.is_word("FROM") {
            judge.add(Risk::Change, "`copy … from` writes rows".to_owned());
        } else if token.is_word("TO") && !next_is("STDOUT") && !next_is("PROGRAM") {
            judge.add(Risk::Change, "`copy … to` writes a file".to_owned());
        }
    }
    if tokens.get(1).is_some_and(|token| token.is_sign("(")) {
        self::judge(judge, until_closed(&tokens[2..]), depth + 1);
    }
}

/// What plainly destroys inside a block of code.
fn body(judge: &mut Judge<'_>, token: &Token) {
    if !matches!(
        token.kind,
        Kind::DollarString | Kind::String | Kind::EscapeString
    ) {
        return;
    }
    let upper = token.text.to_uppercase();
    for verb in ["DROP", "TRUNCATE", "DELETE"] {
        if upper
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| word == verb)
        {
            let said = verb.to_lowercase();
            judge.add(Risk::Destroy, format!("`do` runs a `{said}`"));
        }
    }
}
