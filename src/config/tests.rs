//! The config file and the environment, as text in and text out.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::discover::{Privacy, World, discover};
use super::*;
use secrecy::ExposeSecret;

fn environment(name: &str) -> Option<String> {
    let value = match name {
        "HOME" => "/home/ana",
        "USER" => "ana",
        "MONITOR_PASSWORD" => "s3cret",
        "HEALTH_TOKEN" => "Bearer t0ken",
        "APP_DB" => "postgres://app:hunter2@db:5433/app",
        _ => return None,
    };
    Some(value.to_owned())
}

fn parse(text: &str) -> Config {
    Config::parse(text, Path::new("/etc/bg/breakglass.toml"), &environment).unwrap()
}

/// The complaints of a text, a line each, without the file's name.
fn complaints(text: &str) -> String {
    let lines: Vec<String> = parse(text)
        .complaints
        .iter()
        .map(|complaint| {
            format!(
                "{} {}: {}",
                complaint.line, complaint.key, complaint.message
            )
        })
        .collect();
    lines.join("\n")
}

#[test]
fn the_example_is_read_without_complaint() {
    let config = parse(EXAMPLE);
    assert_eq!(config.complaints, []);
    let names: Vec<&str> = config.components.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(
        names,
        ["main", "cache", "cache-sentinels", "api", "broker", "queue"]
    );
    assert_eq!(
        config.runbooks,
        [
            PathBuf::from("/etc/bg/docs/disaster-recovery.md"),
            PathBuf::from("/etc/bg/docs/runbooks")
        ]
    );
    assert_eq!(config.rto, Some(Duration::from_secs(3600)));
    assert_eq!(config.steps.timeout, Some(Duration::from_secs(1800)));
    assert_eq!(config.steps.cwd, Some(PathBuf::from("/etc/bg/..")));
    assert_eq!(
        config.risk.get("shopctl purge"),
        Some(&crate::runbook::Risk::Destroy)
    );
    assert_eq!(config.placeholders["backup-id"], "ls -t /backups");
    let main = &config.components[0];
    let connections = Threshold {
        warn: Some(70.0),
        down: Some(95.0),
    };
    assert_eq!(main.thresholds["connections_used_percent"], connections);
    assert_eq!(main.aliases, ["agent registry", "task queue"]);
    let Settings::Postgres(postgres) = &main.settings else {
        unreachable!("{main:?}");
    };
    assert_eq!(
        postgres.password.as_ref().unwrap().expose_secret(),
        "s3cret"
    );
    let Settings::Redis(redis) = &config.components[1].settings else {
        unreachable!();
    };
    assert_eq!(
        redis.password_from,
        Some(PasswordFrom::File("/etc/bg/secrets/redis".into()))
    );
    assert!(config.secrets().contains(&"Bearer t0ken".to_owned()));
    // A secret is in no debug output.
    let shown = format!("{config:?}");
    assert!(!shown.contains("s3cret") && !shown.contains("t0ken"));
}

#[test]
fn an_empty_file_gives_the_defaults() {
    let config = parse("");
    assert_eq!(config.complaints, []);
    assert!(config.builtin_runbooks);
    assert!(config.components.is_empty());
    assert_eq!(config.steps.grace, Duration::from_secs(5));
}

#[test]
fn a_syntax_error_points_at_line_and_column() {
    let error = Config::parse("a = 1\n[steps\n", Path::new("x.toml"), &environment).unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with("x.toml:2:7: "), "{text}");
    assert!(!text.contains('\n'));
    let error = Config::parse(
        "target = 'a'\ntarget = 'b'\n",
        Path::new("x.toml"),
        &environment,
    )
    .unwrap_err()
    .to_string();
    assert!(error.starts_with("x.toml:2:1: duplicate key"), "{error}");
}

#[test]
fn a_wrong_key_is_named_with_its_line_and_what_is_meant() {
    let check = |text: &str, expected: &str| assert_eq!(complaints(text), expected, "{text}");
    check(
        "\ntragets = 1",
        "2 tragets: unknown key; did you mean `target`?",
    );
    check(
        "[steps]\ntimeout = \"5x\"\ngraze = 3",
        "2 steps.timeout: expected a span of time such as \"5s\", \"2m\", \"1h30m\", or a number of seconds, found \"5x\"\n\
         3 steps.graze: unknown key; did you mean `grace`?",
    );
    check(
        "target = 5",
        "1 target: expected a text in quotes, found the number 5",
    );
    check(
        "runbooks = [\"a.md\", 3]",
        "1 runbooks: expected a text in quotes, found the number 3",
    );
    check(
        "console = \"vim\"",
        "1 console: expected a table, found \"vim\"",
    );
    check(
        "[console]\nmouse = \"yes\"",
        "2 console.mouse: expected `true` or `false`, found \"yes\"",
    );
    check(
        "[risk]\n\"a b\" = \"destory\"",
        "2 risk.\"a b\": expected `read`, `change`, `destroy` or `unknown` (did you mean `destroy`?), found \"destory\"",
    );
    check(
        "[postgresql.main]\nhosts = [\"a\"]",
        "1 postgresql: unknown key; did you mean `postgres`?",
    );
    check(
        "[[component]]\nkind = \"redis\"",
        "1 component: unknown key; a component stands under its kind, such as `[postgres.main]` or `[http.api]`",
    );
    check(
        "[steps]\nquux = 1",
        "2 steps.quux: unknown key; expected one of `cwd`, `grace`, `shell`, `timeout`",
    );
}

#[test]
fn a_wrong_component_is_named_and_its_neighbours_are_kept() {
    let text = r#"
[postgres.a]
user = "x"
[postgres.b]
hosts = ["b", "c:0"]
bad_after = 0
thresholds.replication_lag_second = 5
thresholds.replication_lag_seconds = { warn = 50, down = 5 }
thresholds.connections_used_percent = { wran = 5 }
[http.api]
url = "ftp://x"
[http.web]
url = "https://x/"
expect = [200, "ok", 9]
timeout = 0
[tcp.q]
address = "broker"
[command.z]
run = "true"
number = "([0-9]"
[redis]
hosts = "cache"
"#;
    assert_eq!(
        complaints(text),
        "2 postgres.a: `hosts` is missing: expected addresses such as [\"10.0.0.1:5432\", \"10.0.0.2:5432\"]\n\
         5 postgres.b.hosts: expected a port from 1 to 65535, found \"c:0\"\n\
         6 postgres.b.bad_after: expected a whole number from 1 to 100, found the number 0\n\
         7 postgres.b.thresholds.replication_lag_second: unknown number; did you mean `replication_lag_seconds`?\n\
         8 postgres.b.thresholds.replication_lag_seconds: expected `down` above `warn`, found a table\n\
         9 postgres.b.thresholds.connections_used_percent.wran: unknown key; did you mean `warn`?\n\
         11 http.api.url: expected an `http://` or `https://` address, found \"ftp://x\"\n\
         14 http.web.expect: expected statuses such as 200 or [200, 204], found \"ok\"\n\
         14 http.web.expect: expected statuses such as 200 or [200, 204], found the number 9\n\
         15 http.web.timeout: expected at least 10ms, found the number 0\n\
         17 tcp.q.address: expected an address with its port, such as \"db-1:5432\", found \"broker\"\n\
         20 command.z.number: expected a regular expression (unclosed group), found \"([0-9]\""
    );
    let kept: Vec<String> = parse(text)
        .components
        .iter()
        .map(|c| format!("{} {}", c.name, c.kind.word()))
        .collect();
    assert_eq!(parse(text).unusable, ["a", "api", "q"]);
    assert_eq!(kept, ["b postgres", "web http", "z command", "redis redis"]);
}

#[test]
fn a_password_comes_from_one_place_and_never_into_a_complaint() {
    let check = |text: &str, expected: &str| assert_eq!(complaints(text), expected, "{text}");
    check(
        "[redis.a]\nhosts = ['a']\npassword = 'hunter2'",
        "3 redis.a.password: a password stands in the file; it is used, but name its source with `password_env`, `password_file` or `password_command` instead",
    );
    check(
        "[redis.a]\nhosts = ['a']\npassword = 12345678",
        "3 redis.a.password: expected a text in quotes",
    );
    check(
        "[redis.a]\nhosts = ['a']\npassword_env = 'NOPE'",
        "3 redis.a.password_env: the environment variable `NOPE` is not set",
    );
    check(
        "[redis.a]\nhosts = ['a']\npassword_env = 'MONITOR_PASSWORD'\npassword_command = 'x'",
        "4 redis.a.password_command: one source of a password is enough; `password_env` is used",
    );
    check(
        "[postgres.a]\nurl = 'postgres://u:hunter2@h/d'",
        "2 postgres.a.url: a password stands in the file; it is used, but name its source with `password_env`, `password_file` or `password_command` instead",
    );
    check("[postgres.a]\nurl_env = 'APP_DB'", "");
    check(
        "[http.a]\nurl = 'http://x'\nheaders.Authorization = { env = 'NOPE' }",
        "3 http.a.headers.Authorization: the environment variable `NOPE` is not set",
    );
}

#[test]
fn a_threshold_keeps_the_default_for_what_is_left_open() {
    let check = |text: &str, warn: Option<f64>, down: Option<f64>| {
        let config = parse(&format!(
            "[postgres.a]\nhosts=['a']\nthresholds.replication_lag_seconds = {text}"
        ));
        assert_eq!(config.complaints, [], "{text}");
        let found = config.components[0].thresholds["replication_lag_seconds"];
        assert_eq!(found, Threshold { warn, down }, "{text}");
    };
    check("5", Some(5.0), Some(300.0));
    check("{ down = 60 }", Some(30.0), Some(60.0));
    check("{ down = false }", Some(30.0), None);
    check("{ warn = 600 }", Some(600.0), None);
    check("{ warn = 1_000, down = 1e4 }", Some(1000.0), Some(10000.0));
}

#[test]
fn one_name_under_two_kinds_is_told_apart() {
    let config =
        parse("[redis.cache]\nhosts=['a']\n[sentinel.cache]\nhosts=['a']\n[tcp.q]\naddress='a:1'");
    let names: Vec<&str> = config.components.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["redis-cache", "sentinel-cache", "q"]);
    assert_eq!(config.components[0].aliases, ["cache"]);
}

/// What is found in an environment, written as `NAME=value` lines, with the files `path: text`.
fn found(variables: &str, files: &[(&str, &str)]) -> String {
    let env = |name: &str| {
        variables
            .lines()
            .filter_map(|line| line.trim().split_once('='))
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value.to_owned())
    };
    let read = |path: &Path, privacy: Privacy| {
        let file = files.iter().find(|(known, _)| Path::new(known) == path);
        match file {
            None => Err(std::io::ErrorKind::NotFound.into()),
            Some((_, text)) if privacy == Privacy::Private && text.starts_with("#open") => {
                Err(std::io::Error::other("others may read it"))
            }
            Some((_, text)) => Ok((*text).to_owned()),
        }
    };
    let (components, complaints) = discover(World {
        env: &env,
        read: &read,
    });
    let mut lines: Vec<String> = components
        .iter()
        .map(|component| match &component.settings {
            Settings::Postgres(p) => format!(
                "postgres {} {}:{}@{} {:?}",
                p.hosts.join(","),
                p.user,
                p.password.as_ref().map_or("-", |p| p.expose_secret()),
                p.database,
                p.tls
            ),
            Settings::Redis(r) => format!("redis {} tls={}", r.hosts.join(","), r.tls),
            Settings::Sentinel(s) => format!("sentinel {} {:?}", s.hosts.join(","), s.master),
            Settings::Http(_) | Settings::Tcp { .. } | Settings::Command(_) => "other".into(),
        })
        .collect();
    lines.extend(complaints.iter().map(ToString::to_string));
    lines.join("\n")
}

#[test]
fn components_are_found_as_their_clients_find_them() {
    let check = |variables: &str, files: &[(&str, &str)], expected: &str| {
        assert_eq!(found(variables, files), expected, "{variables}");
    };
    check("USER=ana\nPGUSER=bob\nHOME=/h", &[], "");
    check(
        "PGHOST=db\nUSER=ana",
        &[],
        "postgres db:5432 ana:-@ana Prefer",
    );
    check(
        "PGHOST=a,b,c\nPGPORT=1,2,3\nPGUSER=u\nPGDATABASE=d\nPGPASSWORD=p\nPGSSLMODE=verify-full",
        &[],
        "postgres a:1,b:2,c:3 u:p@d Require",
    );
    check(
        "PGPORT=6000\nPGUSER=u",
        &[],
        "postgres localhost:6000 u:-@u Prefer",
    );
    check(
        "PGHOST=/run/pg\nPGUSER=u\nHOME=/h",
        &[("/h/.pgpass", "localhost:5432:*:u:from\\:file\n")],
        "postgres /run/pg:5432 u:from:file@u Prefer",
    );
    check(
        "DATABASE_URL=postgres://u@db/d\nPGPASSFILE=/p\nPGUSER=other",
        &[("/p", "# comment\nx:*:*:*:no\n*:*:d:u:yes\n")],
        "postgres db:5432 u:yes@d Prefer",
    );
    check(
        "PGHOST=db\nPGUSER=u\nHOME=/h",
        &[("/h/.pgpass", "#open\n*:*:*:*:no")],
        "postgres db:5432 u:-@u Prefer\n\
         environment: `PGPASSFILE`: the password file `/h/.pgpass` is not used: others may read it",
    );
    check(
        "PGSERVICE=prod\nHOME=/h\nPGHOST=ignored\nUSER=ana",
        &[(
            "/h/.pg_service.conf",
            "[test]\nhost=t\n[prod]\n# x\nhost = p1,p2\nport=6000\ndbname=shop\n",
        )],
        "postgres p1:6000,p2:6000 ana:-@shop Prefer",
    );
    check(
        "PGSERVICE=prod\nUSER=ana",
        &[],
        "postgres localhost:5432 ana:-@ana Prefer\n\
         environment: `PGSERVICE`: the service `prod` is in no service file; expected it in `PGSERVICEFILE` or `~/.pg_service.conf`",
    );
    check(
        "DATABASE_URL=mysql://u:p@db/d\nREDIS_URL=rediss://c",
        &[],
        "redis c:6379 tls=true\n\
         environment: `DATABASE_URL`: expected a URL such as \"postgres://user@host:5432/database\", found `mysql://…`",
    );
    check(
        "REDIS_SENTINELS=a, b:1\nREDIS_SENTINEL_MASTER=m",
        &[],
        "sentinel a:26379,b:1 Some(\"m\")",
    );
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(300))]

    /// A file that was damaged anywhere is read as far as it goes, or refused with a place in it.
    #[test]
    fn a_damaged_file_never_breaks_the_program(
        from in 0..EXAMPLE.len(),
        length in 0_usize..40,
        with in "[a-z0-9=\\[\\]{}\"'.,#\n -]{0,12}",
    ) {
        let (from, to) = (floor(from), floor((from + length).min(EXAMPLE.len())));
        let text = format!("{}{with}{}", &EXAMPLE[..from], &EXAMPLE[to..]);
        let lines = text.split('\n').count() as u32;
        match Config::parse(&text, Path::new("x.toml"), &environment) {
            Ok(config) => {
                for complaint in config.complaints {
                    proptest::prop_assert!((1..=lines).contains(&complaint.line), "{complaint}");
                    proptest::prop_assert!(!complaint.message.contains("s3cret"), "{complaint}");
                }
            }
            Err(error) => {
                let error = error.to_string();
                proptest::prop_assert!(error.starts_with("x.toml:"), "{error}");
            }
        }
    }
}

/// The nearest place at or before `at` where the example can be cut.
fn floor(at: usize) -> usize {
    (0..=at)
        .rev()
        .find(|at| EXAMPLE.is_char_boundary(*at))
        .unwrap_or(0)
}
