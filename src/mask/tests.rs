#![allow(clippy::unwrap_used, reason = "a test may panic")]

use super::*;

/// `text` with the parts in ⟦ ⟧ replaced is what masking gives; without any, masking leaves it alone.
#[track_caller]
fn check(text: &str) {
    check_with(&[], text);
}

#[track_caller]
fn check_with(secrets: &[&str], text: &str) {
    let secrets: Vec<String> = secrets.iter().map(|&secret| secret.to_owned()).collect();
    let masker = Masker::new(&secrets);
    let plain = text.replace(['⟦', '⟧'], "");
    let mut expected = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('⟦') {
        expected += before;
        expected += REPLACEMENT;
        rest = after.split_once('⟧').unwrap().1;
    }
    expected += rest;
    let masked = masker.mask(&plain).into_owned();
    assert_eq!(masked, expected);
    assert_eq!(masker.mask(&masked), masked, "masked twice");
    for size in [1, 2, 3, 7] {
        assert_eq!(
            in_pieces(&masker, plain.as_bytes(), &[size]),
            expected,
            "in pieces of {size}"
        );
    }
}

fn in_pieces(masker: &Masker, bytes: &[u8], sizes: &[usize]) -> String {
    let mut stream = Stream::new(masker);
    let mut out = Vec::new();
    let mut rest = bytes;
    for &size in sizes.iter().cycle() {
        let (piece, after) = rest.split_at(size.clamp(1, 1 << 20).min(rest.len()));
        stream.feed(piece, &mut out);
        rest = after;
        if rest.is_empty() {
            break;
        }
    }
    stream.finish(&mut out);
    String::from_utf8(out).unwrap()
}

#[test]
fn connection_strings() {
    check("psql postgres://app:⟦hunter2⟧@db.internal:5432/prod?sslmode=require");
    check("DATABASE_URL=postgresql://app:⟦p@ss⟧@db:5432/prod");
    check("amqp://guest:⟦guest⟧@rabbit:5672/%2f and redis://:⟦s3cret⟧@cache:6379/0");
    check("redis://:⟦a⟧@h1:1,redis://:⟦b⟧@h2:2");
    check("mongodb+srv://u:⟦pa/ss⟧@cluster0/db");
    check("\"url\": \"postgres:\\/\\/u:⟦pw⟧@h\\/db\"");
    check("https://user:⟦tok⟧@github.com/x.git");
    check("postgres://app@db:5432/prod https://example.com:8443/a?mail=me@example.com");
    check("http://[::1]:8080/x@y http://localhost:9200/_cat ssh://git@host:22/x");
    check("postgres://app:$PGPASSWORD@db/x postgres://app:${PW}@db/x postgres://u:<password>@h/d");
    check("host=db port=5432 user=app password=⟦hunter2⟧ dbname=prod");
    check("host=db password='⟦it is long⟧' dbname=prod");
    check("Server=db;Database=x;User Id=sa;Password=⟦P;w0rd⟧;Encrypt=true");
    check("jdbc:postgresql://db/prod?user=app&password=⟦hunter2⟧&ssl=true");
    check("AccountName=x;AccountKey=⟦abc/def+g==⟧;EndpointSuffix=core.windows.net");
    check("db:5432:prod:app:⟦hunter2⟧");
}

#[test]
fn environment_variables() {
    check("PGPASSWORD=⟦hunter2⟧ psql -h db -c 'select 1'");
    check("export REDISCLI_AUTH=⟦s3cret⟧; redis-cli ping");
    check("MYSQL_ROOT_PASSWORD=⟦x⟧\nDB_PASS=⟦y⟧\nAPI_TOKEN=⟦z⟧\nAPP_SECRET=⟦a⟧");
    check("AWS_SECRET_ACCESS_KEY=⟦wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY⟧");
    check("STRIPE_KEY=⟦abc⟧ ENCRYPTION_KEY=\"⟦a b c⟧\"");
    check("env PGPASSWORD='⟦a b⟧' psql");
    check("PGPASSWORD=$SECRET psql; PGPASSWORD=\"$(cat /run/secret)\" psql; TOKEN=${T}");
    check("PGPASSWORD= psql -h db");
    check("PASSWORD_FILE=/run/secrets/db PGPASSFILE=~/.pgpass TOKEN_COUNT=5 MAX_TOKENS=100");
    check("PRIMARY_KEY=id PUBLIC_KEY=abc CACHE_KEY=users PWD=/root OLDPWD=/tmp");
    check("ENABLE_SECRET=true BASIC_AUTH=true USE_TOKEN=false");
}

#[test]
fn structured_text() {
    check("{\"user\": \"app\", \"password\": \"⟦hunter2⟧\", \"port\": 5432}");
    check("{\"password\":\"⟦a\\\"b⟧\",\"x\":1}");
    check("'{\\\"password\\\": \\\"⟦hunter2⟧\\\"}'");
    check("{'password': '⟦hunter2⟧', 'token': None}");
    check("  password: ⟦aHVudGVyMg==⟧");
    check("- secret: \"⟦a b⟧\"  # comment");
    check("redis:\n  password: ⟦hunter2⟧\n  port: 6379\n");
    check("{password: ⟦hunter2⟧, port: 1}");
    check("password = \"⟦hunter2⟧\"");
    check("client_secret: ⟦abc123def456⟧");
    check("  \"apiKey\": \"⟦k⟧\", \"secretKey\": \"⟦k⟧\", \"privateKey\": \"⟦k⟧\"");
    check("\x1b[34;1m\"password\"\x1b[0m\x1b[1m:\x1b[0m \x1b[32m\"⟦hunter2⟧\"\x1b[0m");
    check("time=1 level=info msg=login token=⟦abc⟧ user=x");
    check("level=info token: ⟦a1b2c3d4e5⟧ accepted");
    check("requirepass ⟦s3cret⟧\nmasterauth \"⟦s3 cret⟧\"\nsentinel auth-pass mymaster ⟦s3cret⟧");
}

#[test]
fn command_lines() {
    check("redis-cli -h cache -a ⟦s3cret⟧ --tls info replication");
    check("redis-cli --pass '⟦s3 cret⟧' -p 6379 ping");
    check("redis-cli -p 26379 sentinel masters");
    check("127.0.0.1:6379> AUTH ⟦s3cret⟧");
    check("redis-cli -h x AUTH default ⟦s3cret⟧");
    check("mysql -uroot -p⟦s3cret⟧ -P 3306 prod");
    check("mysql -u root -p prod");
    check("mysqldump --password=⟦s3cret⟧ prod | gzip > x.gz");
    check("mysql --password -h db; psql --password prod; pg_dump --password prod");
    check("vault login --token ⟦abc⟧ && tool --api-key ⟦k⟧ --client-secret \"⟦a b⟧\"");
    check(
        "docker login -u me -p ⟦x⟧ registry; docker login --password-stdin; docker run -p 80:80 nginx",
    );
    check("tool --password-file /run/x --no-token --token-ttl 5m --password=$P --token \"$T\"");
    check("curl -u admin:⟦s3cret⟧ http://x; curl --user 'admin:⟦a b⟧' x; curl -u admin x");
    check("sshpass -p '⟦s3cret⟧' ssh host");
    check("rabbitmqctl change_password app ⟦s3cret⟧");
    check("kubectl create secret generic db --from-literal=password=⟦x⟧ --from-literal=user='⟦y⟧'");
    check("openssl enc -d -pass pass:⟦s3cret⟧ -in x");
    check("vault kv put secret/db password=⟦a⟧ user=⟦b⟧");
    check("nodetool -u cassandra -pw ⟦x⟧ status; cqlsh -u cassandra -p ⟦x⟧ host");
    check("ALTER USER app WITH PASSWORD '⟦it''s⟧'; CREATE USER x IDENTIFIED BY '⟦y⟧';");
    check("psql -c \"ALTER ROLE app ENCRYPTED PASSWORD '⟦x⟧'\"");
}

#[test]
fn headers_and_tokens() {
    check("Authorization: Bearer ⟦abc.def.ghi⟧");
    check("curl -H 'Authorization: Basic ⟦dXNlcjpwYXNz⟧' https://x");
    check(
        "curl -H \"authorization: token ⟦abcdef⟧\" -H \"X-Api-Key: ⟦k⟧\" -H 'PRIVATE-TOKEN: ⟦k⟧' x",
    );
    check("sent bearer ⟦a1b2c3d4e5f6⟧ to x");
    check("Set-Cookie: ⟦session=abc; Path=/⟧");
    check("got ⟦eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-_123⟧ back");
    check("key ⟦AKIAIOSFODNN7EXAMPLE⟧ and ⟦ghp_0123456789abcdefghijABCDEFGHIJ012345⟧");
    check(
        "⟦xoxb-123456789012-abcdefghij⟧ ⟦glpat-0123456789abcdefghij⟧ ⟦sk-proj-0123456789abcdefghij⟧",
    );
    check("⟦AIzaSyA0123456789abcdefghijklmnopqrstuv⟧ ⟦ya29.a0AfH6SMBx0123456789abcdef⟧");
    check("https://hooks.slack.com/⟦services/T000/B000/XXXX⟧");
}

#[test]
fn private_keys() {
    check(
        "-----BEGIN OPENSSH PRIVATE KEY-----\n⟦b3BlbnNzaC1rZXktdjEAAAAA⟧\n⟦AAAA==⟧\n-----END OPENSSH PRIVATE KEY-----\nafter\n",
    );
    check(
        "x: |\r\n  -----BEGIN RSA PRIVATE KEY-----\r\n⟦  MIIE⟧\r\n  -----END RSA PRIVATE KEY-----\r\n",
    );
    check(
        "{\"private_key\": \"⟦-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----\\n⟧\", \"x\": 1}",
    );
    check("-----BEGIN PRIVATE KEY-----\n⟦MIIE⟧\nconnection refused: no route\nfine\n");
    check("-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----\n");
    check("-----BEGIN PUBLIC KEY-----\nMIIE\n-----END PUBLIC KEY-----\n");
}

#[test]
fn what_hides_nothing_stays() {
    for text in [
        "Password: ",
        "Password for user postgres: ",
        "[sudo] password for ana: ",
        "Enter passphrase for key '/root/.ssh/id_rsa': ",
        "FATAL:  password authentication failed for user \"app\"",
        "error: token expired",
        "error: token: expired at noon",
        "the secret is missing; check the password and the token",
        "secret/db-credentials created",
        "kubectl get secret db -o yaml",
        "Auth failed, authorization required",
        "Authorization: Basic authentication is required",
        "bearer authentication failed",
        "if token == expected { std::token::next() }",
        "password_encryption = scram-sha-256",
        "tokens: 128 secrets: 4 keys=7",
        "task-0123456789abcdef0123 disk-0123456789abcdef0123",
        "asia-east1 us-east1 msg.text",
        "redis-cli -p 6379 info; mysql -h db -P 3306",
        "compass=north bypass: 3 PASS: 14",
        "password=******** token=[REDACTED] secret: <none>",
        "  secret:\n    name: db\n",
    ] {
        check(text);
    }
}

#[test]
fn named_values_in_every_spelling() {
    check_with(
        &["correct horse/9"],
        "a ⟦correct horse/9⟧ b ⟦correct%20horse%2F9⟧ c ⟦correct%20horse%2f9⟧ d",
    );
    check_with(&["pa\"ss"], "{\"x\":\"⟦pa\\\"ss⟧\"}");
    check_with(&["it's"], "x '⟦it'\\''s⟧'");
    check_with(&["abc"], "abc is too short to hide");
    check_with(&["Hunter2"], "hunter2 is not ⟦Hunter2⟧");
    check_with(&["secret", "secret-longer"], "⟦secret-longer⟧ ⟦secret⟧");
    check_with(
        &["line one is long\nline two is long"],
        "⟦line one is long⟧\r\n⟦line two is long⟧\r\n",
    );
    check_with(&["naïve"], "so ⟦naïve⟧ it is");
}

#[test]
fn prompts_appear_when_nothing_comes() {
    let masker = Masker::new(&["zebra-stripes".into()]);
    let mut stream = Stream::new(&masker);
    let mut out = Vec::new();
    stream.feed(b"Password: ", &mut out);
    assert_eq!(out, b"");
    assert!(stream.holds());
    stream.idle(&mut out);
    assert_eq!(out, b"Password: ");
    assert!(!stream.holds());
    stream.feed(b"\r\nok z", &mut out);
    stream.idle(&mut out);
    assert_eq!(out, b"Password: \r\nok z");
}

/// Feeds and idles after every piece.
fn slowly(masker: &Masker, pieces: &[&str]) -> String {
    let mut stream = Stream::new(masker);
    let mut out = Vec::new();
    for piece in pieces {
        stream.feed(piece.as_bytes(), &mut out);
        stream.idle(&mut out);
        stream.idle(&mut out);
    }
    stream.finish(&mut out);
    String::from_utf8(out).unwrap()
}

#[test]
fn values_that_come_slowly_are_hidden_too() {
    let masker = Masker::new(&["zebra-stripes".into()]);
    let m = REPLACEMENT;
    for (pieces, expected) in [
        (
            &["PGPASSWORD=hun", "ter2", " psql\n"][..],
            format!("PGPASSWORD={m} psql\n"),
        ),
        (
            &["postgres://u:hun", "ter2@", "h\n"],
            format!("postgres://u:{m}@h\n"),
        ),
        (
            &["x ghp_0123456789", "abcdefghijABCDE", "F next\n"],
            format!("x {m} next\n"),
        ),
        (&["a zebra-s", "tripes b\n"], format!("a {m} b\n")),
        (
            &["z", "e", "b", "r", "a", "-", "stripes"],
            format!("zeb{m}"),
        ),
        (
            &["\"password\": \"hun", "ter2\", \"x\": 1\n"],
            format!("\"password\": \"{m}\", \"x\": 1\n"),
        ),
        (
            &["http://localhost:80", "80/x\n"],
            "http://localhost:8080/x\n".into(),
        ),
    ] {
        assert_eq!(slowly(&masker, pieces), expected, "{pieces:?}");
    }
}

#[test]
fn long_lines_are_masked_in_parts() {
    let masker = Masker::new(&["zebra-stripes".into()]);
    for pad in 65_300..65_560 {
        let text = format!("{}zebra-stripes{}", "x".repeat(pad), "y".repeat(100_000));
        let masked = masker.mask(&text);
        assert!(!masked.contains("zebra"), "{pad}");
        assert_eq!(
            masked.len(),
            text.len() - "zebra-stripes".len() + REPLACEMENT.len()
        );
    }
}

#[test]
fn text_for_a_terminal_cannot_steer_it() {
    assert_eq!(printable("plain ünïcödé 宽 👩‍👩‍👧"), "plain ünïcödé 宽 👩‍👩‍👧");
    assert_eq!(printable("a\x1b[31m\x07b\x7f\u{9b}c"), "a␛[31m␇b␡c");
    assert_eq!(printable("a\r\nb\tc\nd"), "a b c d");
    assert_eq!(
        printable("x\u{202e}fdp.exe\u{2066}\u{200b}\u{feff}"),
        "xfdp.exe"
    );
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    const SECRET: &str = "Zebra-Stripes/9";

    fn masker() -> Masker {
        static MASKER: std::sync::LazyLock<Masker> =
            std::sync::LazyLock::new(|| Masker::new(&[SECRET.to_owned()]));
        MASKER.clone()
    }

    fn text() -> impl Strategy<Value = String> {
        let fragment = prop_oneof![
            4 => prop::sample::select(vec![
                "password", "PGPASSWORD", "=", ": ", ":", "\"", "'", " ", "\n", "\r\n", "\r", "postgres://", "u:", "pw",
                "@", "/", "host", "token", "secret", "sk-", "ghp_0123456789abcdefghij", "eyJhbGciOiJI", ".", "Bearer ",
                "Authorization: ", "redis-cli ", "-a ", "mysql -p", "-----BEGIN PRIVATE KEY-----", "MIIEabc=",
                "-----END PRIVATE KEY-----", "{", "}", ",", "\x1b[32m", "é", "宽", "$X", "\\", "Zebra-", "Stripes/9",
                "--token ", "AKIAIOSFODNN7EXAMPLE", "requirepass ", "_KEY=",
            ]).prop_map(str::to_owned),
            2 => Just(SECRET.to_owned()),
            1 => "[ -~]{0,6}",
            1 => ".{0,3}",
        ];
        prop::collection::vec(fragment, 0..30).prop_map(|fragments| fragments.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_split_gives_the_same(text in text(), sizes in prop::collection::vec(1_usize..20, 1..8)) {
            let masker = masker();
            let whole = masker.mask(&text);
            prop_assert_eq!(in_pieces(&masker, text.as_bytes(), &sizes), whole.as_ref());
            prop_assert!(!whole.contains(SECRET));
        }

        #[test]
        fn a_named_value_never_survives_even_slowly(text in text(), sizes in prop::collection::vec(1_usize..20, 1..8)) {
            let masker = masker();
            let mut stream = Stream::new(&masker);
            let mut out = Vec::new();
            let mut rest = text.as_bytes();
            for &size in sizes.iter().cycle() {
                if rest.is_empty() {
                    break;
                }
                let (piece, after) = rest.split_at(size.min(rest.len()));
                stream.feed(piece, &mut out);
                if size % 2 == 0 {
                    stream.idle(&mut out);
                }
                rest = after;
            }
            stream.finish(&mut out);
            prop_assert!(memchr::memmem::find(&out, SECRET.as_bytes()).is_none());
        }
    }
}
