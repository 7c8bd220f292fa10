//! The transcript: whole, exact, playable, and without secrets.

use crate::support::keeper::{PROGRAM, Run, kill, lines, seen};
use breakglass::incident::fact::RunEnd;
use breakglass::wire::KeeperAsk;
use rustix::process::Signal;

#[test]
fn a_flood_is_complete() {
    let run = Run::new("seq 1 2000000; printf 'é%.0s' {1..1000}");
    let end = run.run();
    let mut expected = String::new();
    for number in 1..=2_000_000 {
        expected += &number.to_string();
        expected += "\r\n";
    }
    expected += &"é".repeat(1000);
    assert_eq!(end.output_bytes, expected.len() as u64);
    assert!(run.bytes() == expected.as_bytes(), "the transcript differs");
}

/// Bytes that break readers: controls, broken and overlong UTF-8, escapes that never end, NUL.
const HOSTILE: &[u8] = include_bytes!("../../fixtures/transcripts/hostile.bin");

#[test]
fn hostile_bytes_come_back_exactly() {
    let mut run = Run::new("stty raw -echo; cat hostile.bin; dd if=hostile.bin bs=1 status=none");
    let file = run.dir.0.join("hostile.bin");
    std::fs::write(&file, HOSTILE).unwrap();
    run.spec.cwd = Some(run.dir.0.clone());
    let end = run.run();
    assert_eq!(end.end, RunEnd::Exited { code: 0 });
    let twice = [HOSTILE, HOSTILE].concat();
    assert!(run.bytes() == twice, "the transcript differs");
}

#[test]
fn asciinema_replays_hostile_bytes() {
    let mut run = Run::new("stty raw -echo; cat hostile.bin");
    std::fs::write(run.dir.0.join("hostile.bin"), HOSTILE).unwrap();
    run.spec.cwd = Some(run.dir.0.clone());
    run.run();
    // A player wants a terminal, which a keeper has.
    let mut player = Run::new("asciinema cat \"$CAST\" >\"$CAST.out\" && echo played");
    let cast = run.dir.transcript().display().to_string();
    let home = run.dir.0.display().to_string();
    player.spec.env = [
        ("CAST", cast.as_str()),
        ("LC_ALL", "C.UTF-8"),
        ("HOME", home.as_str()),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec();
    let played = player.run();
    assert_eq!(
        played.end,
        RunEnd::Exited { code: 0 },
        "is `asciinema` installed? {}",
        played.tail
    );
    let shown = std::fs::read(format!("{cast}.out")).unwrap();
    let shown = String::from_utf8_lossy(&shown);
    assert_eq!(shown.matches("plain text at the end").count(), 1);
}

#[test]
fn a_transcript_that_cannot_be_written_any_more_does_not_stop_the_run() {
    let run = Run::new("seq 1 100000; echo the end is reached; exit 4");
    let spec_file = run.dir.0.join("spec.json");
    std::fs::write(&spec_file, serde_json::to_string(&run.spec).unwrap()).unwrap();
    // A limit on the size of files stands for a disk that is full: 200 KiB.
    let mut keeper = std::process::Command::new("bash")
        .args(["-c", "ulimit -f 200; exec \"$0\" keeper < \"$1\"", PROGRAM])
        .arg(&spec_file)
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let end = run.end();
    assert_eq!(end.end, RunEnd::Exited { code: 4 });
    assert_eq!(end.transcript_sha256, None);
    assert!(
        end.tail
            .contains("the end is reached\n[the transcript is not complete: "),
        "{}",
        end.tail
    );
    assert!(end.output_bytes > 588_000);
    // What is there is whole events.
    let cast = std::fs::read_to_string(run.dir.transcript()).unwrap();
    assert!(cast.ends_with("\"]\n"));
    assert!(run.text().starts_with("1\r\n2\r\n3\r\n"));
    kill(Signal::TERM, &keeper.id().to_string());
    keeper.wait().unwrap();
}

#[test]
fn secrets_reach_neither_transcript_nor_screen_nor_tail() {
    let mut run = Run::new(
        "echo PGPASSWORD=hunter2; echo postgres://u:hunter2@db/x; printf 'zebra'; sleep 0.1; echo '-stripes'; \
         read -rp 'Password: ' line; echo \"typed $line\"; seq 1 20000; echo the zebra-stripes again",
    );
    run.spec.secrets = vec!["zebra-stripes".into(), "open sesame".into()];
    run.start();
    let mut client = run.client();
    let picture = seen(&mut client, "Password:");
    let screen = lines(&picture).join("\n");
    assert!(screen.contains("PGPASSWORD=••••"), "{screen}");
    client
        .ask(&KeeperAsk::Input {
            text: "open sesame\r".into(),
        })
        .unwrap();
    let end = run.end();
    let cast = std::fs::read_to_string(run.dir.transcript()).unwrap();
    for secret in [
        "hunter2",
        "zebra-stripes",
        "open sesame",
        "stripes",
        "sesame",
    ] {
        for (place, text) in [
            ("screen", &screen),
            ("tail", &end.tail),
            ("transcript", &cast),
        ] {
            assert!(!text.contains(secret), "{secret} in the {place}: {text}");
        }
    }
    assert!(end.tail.ends_with("the •••• again"), "{}", end.tail);
    assert!(run.text().contains("typed ••••"));
}
