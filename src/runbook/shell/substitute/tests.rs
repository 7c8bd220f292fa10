//! The proof: what `bash` gets is what was put in, in every place where a hole may stand.
#![allow(clippy::unwrap_used, reason = "tests say what they expect")]

mod replaced;

use super::super::sql::lex::{Dialect, Kind, lex};
use super::*;
use proptest::prelude::*;
use std::fmt::Write as _;
use std::process::Command;

fn fill_one(text: &str, value: &str) -> Result<String, String> {
    substitute(text, &[("<x>".to_owned(), value.to_owned())])
}

fn fill_sql(text: &str, value: &str) -> Result<String, String> {
    substitute_sql(text, &[("<x>".to_owned(), value.to_owned())])
}

#[track_caller]
fn check(text: &str, value: &str, filled: &str) {
    let found = fill_one(text, value);
    assert_eq!(found.as_deref(), Ok(filled), "`{text}` with {value:?}");
}

#[track_caller]
fn check_sql(text: &str, value: &str, filled: &str) {
    let found = fill_sql(text, value);
    assert_eq!(found.as_deref(), Ok(filled), "`{text}` with {value:?}");
}

/// It is refused in these words, all of which are given back.
#[track_caller]
fn check_refused(filled: Result<String, String>, text: &str, words: &str) -> String {
    let why = filled.expect_err(text);
    assert!(why.contains(words), "`{text}`: {why}");
    why
}

/// What a script prints.
fn run(script: &str) -> Vec<u8> {
    let output = Command::new("bash")
        .args(["--norc", "--noprofile", "-c", script])
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .current_dir(std::env::temp_dir())
        .output()
        .unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{complaint}\n{script}");
    assert_eq!(complaint, "", "{script}");
    output.stdout
}

/// Templates, and what they print: `%` stands for the value, `|` ends a word.
const SHELL: &[(&str, &str)] = &[
    ("printf '%s\\0' <x>", "%|"),
    ("printf '%s\\0' a<x>", "a%|"),
    ("printf '%s\\0' <x>.dump x", "%.dump|x|"),
    ("printf '%s\\0' a<x>b<x>c", "a%b%c|"),
    ("printf '%s\\0' --name=<x> -- <x>", "--name=%|--|%|"),
    ("printf '%s\\0' \"<x>\"", "%|"),
    ("printf '%s\\0' \"a <x> b\"'c <x>'", "a % bc %|"),
    ("printf '%s\\0' \"\\\\<x>\"", "\\%|"),
    ("printf '%s\\0' \"a\\<x>\"", "a\\%|"),
    ("printf '%s\\0' '<x>'", "%|"),
    ("printf '%s\\0' 'a <x> b'", "a % b|"),
    ("printf '%s\\0' 'a\\<x>'", "a\\%|"),
    ("printf '%s\\0' $'a\\t<x>\\n'", "a\t%\n|"),
    ("printf '%s\\0' $\"<x>\"", "%|"),
    ("printf '%s\\0' \"$(printf '%s_' <x>)\"", "%_|"),
    ("printf '%s\\0' \"$(printf '%s_' \"<x>\")\"", "%_|"),
    ("printf '%s\\0' \"$(printf '%s_' '<x>')\"", "%_|"),
    ("V=<x>; printf '%s\\0' \"$V\"", "%|"),
    ("V=\"<x>\" W='<x>'; printf '%s\\0' \"$V$W\"", "%%|"),
    ("export V=a<x>; printf '%s\\0' \"$V\"", "a%|"),
    ("readonly V='<x>'; printf '%s\\0' \"$V\"", "%|"),
    (
        "a=(<x> '<x>' \"<x>\"); printf '%s\\0' \"${a[@]}\"",
        "%|%|%|",
    ),
    ("for v in <x> b; do printf '%s\\0' \"$v\"; done", "%|b|"),
    ("f() { printf '%s\\0' \"$1\"; }; f <x>", "%|"),
    ("if [ <x> = <x> ]; then printf '%s\\0' \"<x>\"; fi", "%|"),
    ("if [[ <x> == <x> ]]; then printf '%s\\0' y; fi", "y|"),
    (
        "case <x> in <x>) printf '%s\\0' y;; *) printf '%s\\0' n;; esac",
        "y|",
    ),
    ("{ printf '%s\\0' <x>; } | cat", "%|"),
    ("(printf '%s\\0' <x>) && printf '%s\\0' <x>", "%|%|"),
    ("cat <<< <x>", "%\n"),
    ("cat <<< \"a<x>\"", "a%\n"),
    ("cat <(printf '%s\\0' <x>)", "%|"),
    ("cat <<EOF\na <x> b\nEOF", "a % b\n"),
    ("cat <<EOF\n\\<x>$((1+1))\nEOF", "\\%2\n"),
    ("cat <<'EOF'\na <x> $b\nEOF", "a % $b\n"),
    ("cat <<\"EOF\"\n'<x>'\nEOF", "'%'\n"),
    ("cat <<-EOF\n\ta <x>\n\tEOF", "a %\n"),
    ("# <x>\nprintf '%s\\0' <x> # <x>", "%|"),
    ("printf '%s\\0' <x> \\\n  '<x>'", "%|%|"),
    ("printf '%s\\0' \\\n  a<x>", "a%|"),
    ("bash -c 'printf \"%s\\0\" <x>'", "%|"),
    ("bash -c 'printf \"%s\\0\" \"a <x>\"'", "a %|"),
    ("bash -c \"printf '%s\\\\0' '<x>'\"", "%|"),
    ("bash -c \"printf '%s\\\\0' <x>\"", "%|"),
    ("bash -c 'printf \"%s\\0\" \"$1\"' _ <x>", "%|"),
    ("sh -c \"sh -c 'printf \\\"%s\\\\0\\\" <x>'\"", "%|"),
    ("eval \"printf '%s\\\\0' <x>\"", "%|"),
    ("eval printf '%s' <x>", "%"),
    ("env A=1 bash -c 'printf \"%s\\0\" <x>'", "%|"),
    (
        "bash <<EOF\nprintf '%s\\0' <x> '<x>' \"<x>\"\nEOF",
        "%|%|%|",
    ),
    (
        "bash <<'EOF'\nprintf '%s\\0' <x> '<x>' \"<x>\"\nEOF",
        "%|%|%|",
    ),
    ("bash -s <<'EOF'\ncat <<'IN'\na <x>\nIN\nEOF", "a %\n"),
    ("bash <<< 'printf \"%s\\0\" <x>'", "%|"),
    (
        "ssh() { shift; bash -c \"$*\"; }; ssh host printf %s. <x> b",
        "%.b.",
    ),
    (
        "ssh() { shift; bash -c \"$*\"; }; ssh host 'printf \"%s\\0\" <x>'",
        "%|",
    ),
    (
        "ssh() { shift; bash -c \"$*\"; }; ssh host \"printf '%s\\\\0' '<x>'\"",
        "%|",
    ),
    (
        "ssh() { shift; bash -c \"$*\"; }; ssh host bash -c \"'printf %s. <x>'\"",
        "%.",
    ),
    (
        "docker() { shift 2; \"$@\"; }; docker exec api sh -c 'printf \"%s\\0\" <x>'",
        "%|",
    ),
    (
        "kubectl() { shift 3; \"$@\"; }; kubectl exec p -- printf '%s\\0' <x>",
        "%|",
    ),
    ("echo b | xargs -I{} printf '%s\\0' {} <x>", "b|%|"),
    ("find /dev/null -exec printf '%s\\0' a<x> \\;", "a%|"),
    ("find /dev/null -exec printf '%s\\0' <x> b \\;", "%|b|"),
    ("find /dev/null -exec printf '%s\\0' '{<x>' \\;", "{%|"),
    (
        "V=<x>; find /dev/null -exec printf '%s\\0' \"$V\" \\;",
        "%|",
    ),
    (
        "find /dev/null -exec sh -c 'printf \"%s\\0\" <x>' \\;",
        "%|",
    ),
    ("echo b | xargs -I@ printf '%s\\0' @ '<x>'", "b|%|"),
    ("echo b | xargs -i printf '%s\\0' <x> {}", "%|b|"),
    ("echo b | xargs -rI {} printf '%s\\0' a<x> {}", "a%|b|"),
    ("echo b | xargs printf '%s\\0' <x>", "%|b|"),
];

/// Values that have broken something somewhere.
const HOSTILE: &[&str] = &[
    "",
    " ",
    "a b",
    "'",
    "\"",
    "\\",
    "\\\\",
    "`",
    "$",
    "$(id)",
    "`id`",
    "${HOME}",
    "$HOME",
    "a;b",
    "a|b",
    "a&b",
    "a>b",
    "a<b",
    "*",
    "?",
    "[a]",
    "~",
    "~root",
    "{a,b}",
    "!",
    "!!",
    "#",
    "# x",
    "a#b",
    "-rf",
    "--",
    "\n",
    "a\nb",
    "\nEOF\n",
    "\t",
    "\ta",
    "a\\",
    "'; id; '",
    "\"; id; \"",
    "'$(id)'",
    "\\'",
    "\\\"",
    "a\\nb",
    "%s",
    "é",
    "日本",
    "\u{1}\u{7f}",
    "if",
    "do",
    "done",
    "[[",
    "}",
    ")",
    "(",
    "$'a'",
    "<x>",
    "zqhole0z",
    "a=b",
    "=",
    "EOF ",
    " EOF",
    "\\\n",
    "a\\\nb",
    "${_opaque_}",
    "\u{e0ff}",
    "1",
    "-1",
    "0x1",
    "x'y\"z\\w$v`u",
    "\r",
    "\r\n",
    "{}",
    "a{}b",
    "{",
    "{.}",
    ";",
    "+",
    ":::",
];

fn expected(pattern: &str, value: &str) -> Vec<u8> {
    pattern
        .replace('|', "\0")
        .replace('%', &value.replace('\0', ""))
        .into_bytes()
}

fn check_shell(template: &str, pattern: &str, value: &str) -> bool {
    match fill_one(template, value) {
        Ok(filled) => {
            let printed = run(&filled);
            assert_eq!(
                String::from_utf8_lossy(&printed),
                String::from_utf8_lossy(&expected(pattern, value)),
                "{value:?} in `{template}` became `{filled}`"
            );
            true
        }
        Err(why) => {
            assert!(why.contains('`'), "{why}");
            false
        }
    }
}

#[test]
fn every_hostile_value_stays_one_word_of_data() {
    let mut refused = Vec::new();
    for (template, pattern) in SHELL {
        // One shell for all values of a template.
        let (mut script, mut wanted) = (String::new(), Vec::new());
        // A variable that stays read-only needs a shell of its own for each value.
        let (open, close) = if template.contains("readonly") {
            ("(", ")")
        } else {
            ("{", "}")
        };
        for value in HOSTILE {
            match fill_one(template, value) {
                Ok(filled) => {
                    writeln!(script, "{open}\n{filled}\n{close}\nprintf '\\n==\\n'").unwrap();
                    wanted.push((value, filled));
                }
                Err(_) => refused.push(format!("{value:?} in `{template}`")),
            }
        }
        let printed = run(&script);
        let mut rest = &printed[..];
        for (value, filled) in wanted {
            let expected = [&expected(pattern, value)[..], b"\n==\n"].concat();
            assert!(
                rest.starts_with(&expected),
                "{value:?} in `{template}` became `{filled}` and printed {:?}",
                String::from_utf8_lossy(&rest[..rest.len().min(80)])
            );
            rest = &rest[expected.len()..];
        }
        assert!(rest.is_empty());
    }
    // Only a value that would end its heredoc, or lose tabs in one, is refused, and one that a program would rewrite.
    let justified = |refusal: &&String| {
        let heredoc =
            refusal.contains("<<") && (refusal.contains("EOF") || refusal.contains("\\t"));
        let rewritten = (refusal.contains("find") || refusal.contains("xargs"))
            && ["\"{}\"", "\"a{}b\"", "\";\"", "\"+\"", "\"}\""]
                .iter()
                .any(|value| refusal.contains(value));
        heredoc || rewritten
    };
    let unjustified: Vec<_> = refused
        .iter()
        .filter(|refusal| !justified(refusal))
        .collect();
    assert!(unjustified.is_empty(), "{unjustified:#?}");
    assert!(refused.len() < 40, "{refused:#?}");
}

/// Anything but NUL, with what is special to a shell far more often than chance.
fn value() -> impl Strategy<Value = String> {
    let special = prop::sample::select(vec![
        "'", "\"", "\\", "$", "`", ";", "&", "|", "<", ">", "(", ")", "{", "}", "[", "]", "*", "?",
        "~", "!", "#", " ", "\n", "\t", "-", "=", "%", "$(", "${", "$'", "EOF", "\nEOF\n", "\\\n",
        "a", "1",
    ]);
    let character = any::<char>().prop_filter("no NUL", |&character| character != '\0');
    let piece = prop_oneof![
        3 => special.prop_map(str::to_owned),
        1 => character.prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_value_stays_one_word_of_data(
        index in 0..SHELL.len(),
        value in value()
    ) {
        let (template, pattern) = SHELL[index];
        check_shell(template, pattern, &value);
    }
}

/// What is refused, and the words for it.
#[test]
fn what_cannot_be_made_safe_is_refused_in_words() {
    for (text, value, words) in [
        ("echo $((1 + <x>))", "a[$(id)]", "where the shell computes"),
        ("for ((i=0; i<<x>; i++)); do :; done", "a[$(id)]", "`<x>`"),
        ("[[ 1 -eq <x> ]]", "a[$(id)]", "where the shell computes"),
        ("[ -v <x> ]", "a[$(id)]", "the name of a variable"),
        ("read <x>", "a[$(id)]", "the name of a variable"),
        ("printf -v <x> y", "a[$(id)]", "the name of a variable"),
        ("declare -i v=<x>", "a[$(id)]", "computes its value"),
        ("export <x>", "a b", "the name of a variable"),
        ("unset <x>", "a[$(id)]", "the name of a variable"),
        ("echo ${v:-<x>}", "a b", "inside `${…}`"),
        ("echo ${<x>}", "a b", "variable"),
        ("echo $<x>", "a b", "name of a variable"),
        ("<x>=1", "a b", "name of a variable"),
        ("echo `echo <x>`", "a b", "backticks"),
        ("echo \\<x>", "a b", "backslash"),
        ("echo $'\\x4<x>'", "1", "escape"),
        ("cat <<<x>\na\n", "a b", "`<x>`"),
        ("cat <<'EOF'\n<x>\nEOF", "a\nEOF\nid", "heredoc"),
        ("cat <<EOF\n<x>\nEOF", "EOF", "heredoc"),
        ("python3 -c 'print(\"<x>\")'", "\")", "code for python3"),
        (
            "awk '{print \"<x>\"}' f",
            "\"; system(\"id\")",
            "code for awk",
        ),
        ("sed 's/a/<x>/' f", "x/e;", "code for sed"),
        (
            "mongosh --eval 'db.<x>.stats()'",
            "a.drop();",
            "code for mongosh",
        ),
        ("ssh host \"echo $Q <x>\"", "a b", "known only when it runs"),
        ("echo <x>; if", "a b", "cannot be read as shell"),
        ("echo <x>", "a\0b", "NUL"),
    ] {
        check_refused(fill_one(text, value), text, words);
    }
    // A plain value is safe in most of them.
    check("echo `echo <x>`", "a-1", "echo `echo a-1`");
    check("echo $((1 + <x>))", "-2", "echo $((1 + -2))");
    check("sed 's/a/<x>/' f", "b.1", "sed 's/a/b.1/' f");
    check("echo <x>; if", "a", "echo a; if");
}

#[test]
fn values_read_well() {
    check(
        "./restore.sh <x>",
        "2026-01-01_02:00",
        "./restore.sh 2026-01-01_02:00",
    );
    check("./restore.sh <x>", "a b", "./restore.sh 'a b'");
    check(
        "rpk topic delete <x>",
        "; rm -rf /",
        "rpk topic delete '; rm -rf /'",
    );
    check(
        "kubectl delete pod <x> -n <ns>",
        "api-0",
        "kubectl delete pod api-0 -n <ns>",
    );
    check("echo <x> # <x>", "a", "echo a # <x>");
    check(
        "psql -c \"SELECT * FROM t WHERE id = <x>\"",
        "7",
        "psql -c \"SELECT * FROM t WHERE id = 7\"",
    );
    check(
        "psql -c \"SELECT * FROM t WHERE id = <x>\"",
        "7 OR true",
        "psql -c \"SELECT * FROM t WHERE id = '7 OR true'\"",
    );
    check(
        "psql -c \"DROP TABLE <x>\"",
        "a b",
        "psql -c \"DROP TABLE \\\"a b\\\"\"",
    );
    check(
        "psql -c 'DROP TABLE <x>'",
        "a;b",
        "psql -c 'DROP TABLE \"a;b\"'",
    );
    check(
        "psql -c \"select '<x>'\"",
        "it's",
        "psql -c \"select 'it''s'\"",
    );
    check(
        "psql -c 'select <x>'",
        "it's",
        "psql -c 'select '\\''it'\\'''\\''s'\\'''",
    );
    check(
        "kubectl patch svc a -p '{\"spec\":{\"role\":\"<x>\"}}'",
        "a\"b",
        "kubectl patch svc a -p '{\"spec\":{\"role\":\"a\\\"b\"}}'",
    );
    check(
        "kubectl patch d a -p '{\"n\":<x>}'",
        "3",
        "kubectl patch d a -p '{\"n\":3}'",
    );
    check(
        "kubectl patch d a -p '{\"n\":<x>}'",
        "x}",
        "kubectl patch d a -p '{\"n\":\"x}\"}'",
    );
    check(
        "ssh host 'systemctl restart <x>'",
        "a b",
        "ssh host 'systemctl restart '\\''a b'\\'''",
    );
}

/// Templates of SQL, and the token that the hole must become.
const SQL: &[(&str, Kind)] = &[
    ("SELECT * FROM t WHERE a = <x>", Kind::String),
    ("SELECT f(1, <x>)", Kind::String),
    ("SELECT '<x>'", Kind::String),
    ("SELECT 'a<x>b' -- it's", Kind::String),
    ("SELECT E'a\\n<x>'", Kind::EscapeString),
    ("SELECT \"<x>\" FROM t", Kind::Identifier),
    ("SELECT * FROM <x>", Kind::Identifier),
    ("DROP TABLE IF EXISTS <x>", Kind::Identifier),
    ("SELECT public.<x>", Kind::Identifier),
    ("SELECT $q$ <x> $q$", Kind::DollarString),
    ("SELECT <x>; SELECT 1", Kind::String),
    ("/* a */ SELECT a<b, <x> /* ' */", Kind::String),
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    /// One token before is one token after (or a number, or a name with dots), and it says what the value says.
    #[test]
    fn any_value_stays_one_literal_of_sql(index in 0..SQL.len(), value in value()) {
        let (template, kind) = SQL[index];
        let Ok(filled) = fill_sql(template, &value) else {
            prop_assume!(false);
            return Ok(());
        };
        let before = lex(&template.replace("<x>", "hole"), Dialect::default()).0;
        let (after, closed) = lex(&filled, Dialect::default());
        prop_assert!(closed, "{filled}");
        let at = before.iter().position(|token| token.text.to_lowercase().contains("hole")).unwrap();
        let more = after.len() - before.len();
        let new = &after[at];
        let said = before[at].text.replace("HOLE", "hole").replace("hole", &value);
        if new.kind == Kind::Number {
            prop_assert_eq!(&new.text, &value);
        } else {
            prop_assert_eq!(new.kind, kind, "{}", filled);
            let names: Vec<&str> = after[at..=at + more].iter().map(|token| &*token.text).collect();
            prop_assert_eq!(names.concat(), said, "{}", filled);
        }
        for (old, new) in before[at + 1..].iter().zip(&after[at + 1 + more..]) {
            prop_assert_eq!((old.kind, &old.text), (new.kind, &new.text));
        }
    }
}

#[test]
fn sql_that_cannot_be_made_safe_is_refused_in_words() {
    for (text, value, words) in [
        ("COPY t TO PROGRAM 'gzip > <x>'", "a; id", "the server runs"),
        (
            "SELECT * FROM dblink('host=a', 'select <x>') AS t(a int)",
            "1; drop",
            "the server runs",
        ),
        ("SELECT <x>(1)", "pg_sleep", "name of a function"),
        ("SELECT pg_<x>_size()", "a b", "inside a name"),
        ("SELECT $$ <x> $$", "a $$ b", "`$$` string"),
        ("\\copy t to '<x>'", "a' program 'id", "psql"),
    ] {
        check_refused(fill_sql(text, value), text, words);
    }
    check_sql("SELECT 1 -- <x>", "a\nb", "SELECT 1 -- <x>");
    check_sql(
        "SELECT * FROM <x>",
        "public.users",
        "SELECT * FROM \"public\".\"users\"",
    );
    check_sql(
        "SELECT pg_terminate_backend(<x>)",
        "42",
        "SELECT pg_terminate_backend(42)",
    );
    check_sql(
        "DO $$ BEGIN PERFORM f('<x>'); END $$",
        "it's",
        "DO $$ BEGIN PERFORM f('it''s'); END $$",
    );
}

#[test]
fn a_stamp_in_a_files_name_is_filled_and_what_cannot_be_is_refused() {
    let value = |spelling: &str| vec![(spelling.to_owned(), "20260131".to_owned())];
    assert_eq!(
        substitute("cp gw_YYYYMMDD.db gw.db", &value("YYYYMMDD")).as_deref(),
        Ok("cp gw_20260131.db gw.db")
    );
    assert_eq!(
        substitute("ls my_POD", &value("POD")),
        Err("`POD` stands only inside of longer words, where nothing can be put in".to_owned())
    );
    assert_eq!(
        substitute("ls", &value("<site>")).as_deref(),
        Ok("ls"),
        "a hole of the fence's target"
    );
}
