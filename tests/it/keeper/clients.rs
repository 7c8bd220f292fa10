//! Who looks at a run: several at once, deaf ones, strangers.

use crate::support::keeper::{Run, lines, seen};
use breakglass::incident::fact::RunEnd;
use breakglass::paths::RunDir;
use breakglass::wire::{KeeperAsk, KeeperTell};

#[test]
fn several_consoles_see_the_same_and_a_deaf_one_harms_nobody() {
    let run = Run::new("echo ready; read -r line; seq 1 300000; echo done; read -r line");
    run.start();
    let mut deaf = run.client();
    for have in 0..2000 {
        deaf.ask(&KeeperAsk::Picture { have, scroll: 0 }).unwrap();
    }
    let mut first = run.client();
    let mut second = run.client();
    seen(&mut first, "ready");
    first.ask(&KeeperAsk::Input { text: "\r".into() }).unwrap();
    let one = seen(&mut first, "done");
    let two = seen(&mut second, "done");
    assert_eq!(lines(&one), lines(&two));
    assert!(one.history > 900);
    second
        .ask(&KeeperAsk::Picture {
            have: two.version,
            scroll: 5,
        })
        .unwrap();
    let Some(KeeperTell::Picture { picture }) = second.next_tell().unwrap() else {
        panic!("no picture");
    };
    assert_eq!(picture.scroll, 5);
    second.ask(&KeeperAsk::Input { text: "\r".into() }).unwrap();
    assert_eq!(run.end().end, RunEnd::Exited { code: 0 });
}

#[test]
fn nonsense_is_refused_by_name() {
    use std::io::{BufRead, Write};
    let run = Run::new("read -r line");
    run.start();
    let mut stream = breakglass::keeper::connect(&run.dir).unwrap();
    stream.write_all(b"{\"ask\":\"dance\"}\n").unwrap();
    let mut answer = String::new();
    let mut reader = std::io::BufReader::new(stream);
    reader.read_line(&mut answer).unwrap();
    assert!(
        answer.contains("rejected") && answer.contains("dance"),
        "{answer}"
    );
    answer.clear();
    assert_eq!(reader.read_line(&mut answer).unwrap(), 0);
}

#[test]
fn only_the_owner_can_look() {
    use std::os::unix::fs::PermissionsExt;
    let run = Run::new("umask; read -r line");
    run.start();
    for file in [run.dir.socket(), run.dir.transcript(), run.dir.keeper_pid()] {
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}", file.display());
    }
    // What the keeper needs for itself is not what the step gets.
    let mine = std::process::Command::new("bash")
        .args(["-c", "umask"])
        .output()
        .unwrap();
    run.printed(String::from_utf8(mine.stdout).unwrap().trim());
}

#[test]
fn long_paths_have_sockets_too() {
    let mut run = Run::new("echo ready; read -r line");
    let deep = run.dir.0.join("a".repeat(100)).join("b".repeat(100));
    std::fs::create_dir_all(&deep).unwrap();
    run.spec.dir = deep.clone();
    run.dir = RunDir(deep);
    run.start();
    seen(&mut run.client(), "ready");
}
