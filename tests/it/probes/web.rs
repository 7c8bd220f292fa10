//! HTTP, TCP and commands.

use super::{component, failed, look, number, raised, seen};
use crate::support::world::lives;
use breakglass::config::{Command, Http, Settings};
use breakglass::health::{FailureKind, Outcome, Verdict};
use breakglass::probe;
use secrecy::SecretString;
use std::io::BufRead;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// Answers each request by its path; the request itself is handed back under `/echo`.
async fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut request = Vec::new();
                let mut buffer = [0; 1024];
                while !request.windows(4).any(|end| end == b"\r\n\r\n") {
                    match stream.read(&mut buffer).await {
                        Ok(count @ 1..) => request.extend_from_slice(&buffer[..count]),
                        _ => return,
                    }
                }
                let request = String::from_utf8(request).unwrap();
                let path = request.split(' ').nth(1).unwrap().to_owned();
                let reply = match path.as_str() {
                    "/well" => reply("200 OK", "", "all is well"),
                    "/busy" => reply("503 Service Unavailable", "", "try later"),
                    "/there" => reply("302 Found", "Location: /well\r\n", ""),
                    "/loop" => reply("302 Found", "Location: /loop\r\n", ""),
                    "/echo" => reply("200 OK", "", &request),
                    "/nonsense" => "I am no web server\r\n\r\n".into(),
                    "/cut" => "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf".into(),
                    "/hang" => std::future::pending().await,
                    "/long" => {
                        let long = "x".repeat(5 << 20);
                        reply("200 OK", "", &format!("{long}needle"))
                    }
                    "/split" => {
                        // The text straddles two packets.
                        let head = "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nall is";
                        stream.write_all(head.as_bytes()).await.unwrap();
                        stream.flush().await.unwrap();
                        tokio::time::sleep(Duration::from_millis(20)).await;
                        " well.".into()
                    }
                    _ => reply("404 Not Found", "", ""),
                };
                // A client that has seen enough hangs up.
                _ = stream.write_all(reply.as_bytes()).await;
            });
        }
    });
    address
}

fn reply(status: &str, headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn http(url: String) -> Http {
    Http {
        url,
        ..Http::default()
    }
}

fn containing(url: String, text: &str) -> Settings {
    Settings::Http(Http {
        contains: Some(text.into()),
        ..http(url)
    })
}

#[tokio::test]
async fn http_statuses_and_texts() {
    let at = serve().await;
    let get = |path: &str| Settings::Http(http(format!("{at}{path}")));

    let well = seen(get("/well")).await;
    assert_eq!((well.summary.as_str(), well.problems.len()), ("200 OK", 0));
    assert!(number(&well, "response_ms").unwrap() > 0.0);
    assert_eq!(number(&well, "certificate_days_left"), None);

    let busy = seen(get("/busy")).await;
    assert_eq!(
        raised(&busy, "http_status"),
        Some((
            Verdict::Down,
            "503 Service Unavailable, expected 2xx or 3xx"
        ))
    );
    let moved = seen(get("/there")).await;
    assert_eq!(moved.problems, []);
    assert!(
        moved
            .rows
            .iter()
            .any(|(label, to)| label == "redirected to" && to.ends_with("/well"))
    );
    let round = seen(get("/loop")).await;
    assert_eq!(
        raised(&round, "http_status"),
        Some((Verdict::Down, "it redirects more than 5 times"))
    );
    // Who expects a redirect is not led on by it.
    let expecting = Settings::Http(Http {
        expect: vec![302],
        ..http(format!("{at}/loop"))
    });
    assert_eq!(seen(expecting).await.summary, "302 Found");
    let expecting = Settings::Http(Http {
        expect: vec![204],
        ..http(format!("{at}/well"))
    });
    let other = seen(expecting).await;
    assert_eq!(
        raised(&other, "http_status"),
        Some((Verdict::Down, "200 OK, expected 204"))
    );

    for (path, text, is_found) in [
        ("/well", "is well", true),
        ("/well", "is bad", false),
        ("/split", "all is well.", true),
        ("/long", "needle", false),
    ] {
        let found = seen(containing(format!("{at}{path}"), text)).await;
        assert_eq!(
            raised(&found, "content_missing").is_none(),
            is_found,
            "{path} {text}"
        );
    }

    let mut secret = http(format!("{at}/echo"));
    secret.headers = [(
        "Authorization".to_owned(),
        SecretString::from("Bearer hunter2"),
    )]
    .into();
    secret.contains = Some("Bearer hunter2".into());
    assert_eq!(seen(Settings::Http(secret)).await.problems, []);
}

#[tokio::test]
async fn http_that_does_not_answer() {
    let at = serve().await;
    let kind = async |url: String| failed(Settings::Http(http(url))).await.kind;
    assert_eq!(
        kind("http://127.0.0.1:1/".into()).await,
        FailureKind::Unreachable
    );
    assert_eq!(kind(format!("{at}/nonsense")).await, FailureKind::Protocol);
    let cut = failed(containing(format!("{at}/cut"), "whole")).await;
    assert_ne!(cut.kind, FailureKind::Timeout, "{cut:?}");
    let mut hangs = component(Settings::Http(http(format!("{at}/hang"))));
    hangs.timeout = Duration::from_millis(200);
    let Outcome::Failed(failure) = probe::look(&hangs).await.outcome else {
        panic!("it answered");
    };
    assert_eq!(failure.kind, FailureKind::Timeout);
    let named = failed(Settings::Http(http("http://nowhere.invalid/".into()))).await;
    assert!(
        matches!(named.kind, FailureKind::Unreachable | FailureKind::Timeout),
        "{named:?}"
    );
    assert!(named.message.contains("name"), "{named:?}");
    // Nothing of an address that may hold a password is repeated.
    let secret = failed(Settings::Http(http(
        "http://ana:hunter2@127.0.0.1:1/?token=hunter3".into(),
    )))
    .await;
    assert!(!secret.message.contains("hunter"), "{secret:?}");
}

/// `openssl s_server`, ended with this.
struct Server(Child, u16);

impl Server {
    fn start(folder: &Path, days: &str) -> Server {
        let made = std::process::Command::new("openssl")
            .args(["req", "-x509", "-newkey", "ec", "-pkeyopt"])
            .args(["ec_paramgen_curve:prime256v1", "-nodes", "-days", days])
            .args(["-subj", "/CN=breakglass test", "-addext"])
            .arg("subjectAltName=DNS:localhost,IP:127.0.0.1")
            .args(["-addext", "basicConstraints=critical,CA:FALSE"])
            .arg("-keyout")
            .arg(folder.join("key.pem"))
            .arg("-out")
            .arg(folder.join("cert.pem"))
            .output()
            .unwrap();
        assert!(made.status.success(), "{made:?}");
        let mut child = std::process::Command::new("openssl")
            .args(["s_server", "-accept", "127.0.0.1:0", "-www"])
            .arg("-cert")
            .arg(folder.join("cert.pem"))
            .arg("-key")
            .arg(folder.join("key.pem"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // It prints `ACCEPT 127.0.0.1:34567` when it listens.
        let mut lines = std::io::BufReader::new(child.stdout.take().unwrap()).lines();
        let port = lines
            .find_map(|line| line.unwrap().rsplit_once(':')?.1.trim().parse().ok())
            .unwrap();
        std::thread::spawn(move || lines.for_each(drop));
        Server(child, port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

#[tokio::test]
async fn http_certificate_is_checked_and_its_days_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), "7");
    let url = format!("https://127.0.0.1:{}/", server.1);
    let stranger = seen(Settings::Http(http(url.clone()))).await;
    let (verdict, reason) = raised(&stranger, "certificate_invalid").unwrap();
    assert_eq!(verdict, Verdict::Down);
    assert!(reason.contains("unknown issuer"), "{reason}");

    let config = folder.path().join("breakglass.toml");
    std::fs::write(&config, format!("[http]\nurl = {url:?}\n")).unwrap();
    let checked = assert_cmd::Command::cargo_bin("breakglass")
        .unwrap()
        .args(["check", "--format", "json", "--config"])
        .arg(&config)
        .env("SSL_CERT_FILE", folder.path().join("cert.pem"))
        .env("BREAKGLASS_STATE_DIR", folder.path())
        .output()
        .unwrap();
    let document: serde_json::Value = serde_json::from_slice(&checked.stdout).unwrap();
    let component = &document["components"][0];
    // Seven days are less than the fortnight that is wanted.
    assert_eq!(component["verdict"], "degraded", "{document:#}");
    let days = component["numbers"]
        .as_array()
        .unwrap()
        .iter()
        .find(|number| number["name"] == "certificate_days_left")
        .and_then(|number| number["value"].as_f64())
        .unwrap();
    assert!((6.9..=7.0).contains(&days), "{days}");
}

#[tokio::test]
async fn tcp_connects_or_says_why_not() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let tcp = |address: &str| Settings::Tcp {
        address: address.into(),
    };
    let well = seen(tcp(&address)).await;
    assert_eq!(well.summary, "accepts connections");
    assert!(number(&well, "connect_ms").unwrap() > 0.0);
    drop(listener);
    let gone = failed(tcp(&address)).await;
    assert_eq!(gone.kind, FailureKind::Unreachable);
    assert_eq!(gone.message, "connection refused");
}

fn command(run: &str, number: Option<&str>) -> Settings {
    Settings::Command(Command {
        run: run.into(),
        number: number.map(str::to_owned),
    })
}

#[tokio::test]
async fn commands_succeed_fail_and_count() {
    let well = seen(command("echo ready", None)).await;
    assert_eq!((well.summary.as_str(), well.problems.len()), ("exit 0", 0));
    let counted = seen(command("echo depth 42", Some("depth ([0-9]+)"))).await;
    assert_eq!(number(&counted, "value"), Some(42.0));
    let bad = seen(command("echo stuck >&2; exit 3", None)).await;
    assert_eq!(
        raised(&bad, "command_failed"),
        Some((Verdict::Down, "exit 3: stuck"))
    );
    let killed = seen(command("kill -KILL $$", None)).await;
    assert_eq!(
        raised(&killed, "command_failed"),
        Some((Verdict::Down, "ended by signal 9"))
    );
    let none = failed(command("no-such-program-here", None)).await;
    assert_eq!(none.kind, FailureKind::Misconfigured);
    let wordless = failed(command("echo nothing", Some("([0-9]+)"))).await;
    assert_eq!(wordless.kind, FailureKind::Protocol);
    // A flood is read to its end and not kept.
    let flood = seen(command("head -c 50000000 /dev/zero | tr '\\0' x", None)).await;
    assert_eq!(flood.problems, []);
    // Control characters of an output do not reach a screen.
    let coloured = seen(command("printf '\\033[31mred\\033[0m'", None)).await;
    assert!(
        coloured
            .rows
            .iter()
            .all(|(_, value)| !value.chars().any(char::is_control)),
        "{:?}",
        coloured.rows
    );
}

#[tokio::test]
async fn commands_that_hang_are_ended_with_all_they_started() {
    let folder = tempfile::tempdir().unwrap();
    let note = folder.path().join("pid");
    let hangs = format!("sleep 1000 & echo $! > {}; wait", note.display());
    let mut hanging = component(command(&hangs, None));
    hanging.timeout = Duration::from_secs(1);
    let Outcome::Failed(failure) = probe::look(&hanging).await.outcome else {
        panic!("it ended");
    };
    assert_eq!(failure.kind, FailureKind::Timeout);
    gone(&note).await;

    // What is left in the background does not hold the look up, and is ended, too.
    let leaves = format!("sleep 1000 & echo $! > {}; echo done", note.display());
    let outcome = look(command(&leaves, None)).await;
    assert!(matches!(outcome, Outcome::Seen(_)), "{outcome:?}");
    gone(&note).await;
}

/// Waits until the process whose number a file holds is gone.
async fn gone(note: &Path) {
    let pid = std::fs::read_to_string(note).unwrap();
    let deadline = tokio::time::Instant::now() + super::PATIENCE;
    while lives(pid.trim()) {
        assert!(tokio::time::Instant::now() < deadline, "{pid} lives on");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
