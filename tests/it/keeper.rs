//! The keeper, with the real binary: how runs end, what is recorded, and what outlives what.

use breakglass::incident::fact::RunEnd;
use breakglass::keeper::{Client, End, Spec, is_alive, start_with, transcript};
use breakglass::paths::RunDir;
use breakglass::wire::{KeeperAsk, KeeperTell, Picture};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use std::path::Path;
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_breakglass");
/// How long anything may take on a machine that does other things as well.
const PATIENCE: Duration = Duration::from_secs(60);

/// Polls until `look` gives something.
#[track_caller]
fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A folder for one run, and what to run in it.
struct Run {
    _folder: tempfile::TempDir,
    dir: RunDir,
    spec: Spec,
}

impl Run {
    fn new(script: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let dir = RunDir(folder.path().to_owned());
        let spec = Spec {
            dir: dir.0.clone(),
            title: "a step".into(),
            argv: ["bash", "-c", script].map(String::from).to_vec(),
            env: Vec::new(),
            cwd: None,
            rows: 24,
            cols: 80,
            timeout_seconds: None,
            grace_seconds: 0.2,
            secrets: Vec::new(),
        };
        Run {
            _folder: folder,
            dir,
            spec,
        }
    }

    fn start(&self) -> u32 {
        start_with(Path::new(PROGRAM), &self.spec).unwrap()
    }

    #[track_caller]
    fn end(&self) -> End {
        wait_for("the end", || End::read(&self.dir).unwrap())
    }

    #[track_caller]
    fn run(&self) -> End {
        self.start();
        self.end()
    }

    fn bytes(&self) -> Vec<u8> {
        transcript::read_bytes(&self.dir.transcript()).unwrap()
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes()).into_owned()
    }

    fn client(&self) -> Client {
        let client = Client::connect(&self.dir).unwrap();
        client.set_patience(Some(PATIENCE)).unwrap();
        client
    }

    /// Waits until the transcript holds this.
    #[track_caller]
    fn printed(&self, what: &str) {
        wait_for(what, || {
            let bytes = transcript::read_bytes(&self.dir.transcript()).ok()?;
            memchr::memmem::find(&bytes, what.as_bytes()).map(drop)
        });
    }
}

impl Drop for Run {
    /// No keeper, and no step, stays behind a test that failed.
    fn drop(&mut self) {
        if is_alive(&self.dir)
            && let Ok(pid) = std::fs::read_to_string(self.dir.keeper_pid())
            && !pid.trim().is_empty()
        {
            kill(Signal::TERM, pid.trim());
        }
    }
}

/// Signals one process. Never a group, and never by the `kill` program: some take `-12345` for `-1`, which is everybody.
fn kill(signal: Signal, pid: &str) {
    let pid = pid
        .parse()
        .ok()
        .filter(|&pid| pid > 1)
        .and_then(Pid::from_raw);
    // It may have ended by itself.
    _ = kill_process(pid.expect("the pid of one process"), signal);
}

fn lives(pid: &str) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

fn lines(picture: &Picture) -> Vec<String> {
    picture
        .rows
        .iter()
        .map(|row| row.iter().map(|span| span.text.as_str()).collect())
        .collect()
}

/// Asks for pictures until one holds `what`.
#[track_caller]
fn seen(client: &mut Client, what: &str) -> Picture {
    let deadline = Instant::now() + PATIENCE;
    let ask = |have| KeeperAsk::Picture { have, scroll: 0 };
    client.ask(&ask(0)).unwrap();
    loop {
        assert!(Instant::now() < deadline, "never saw {what}");
        match client.next_tell().unwrap().expect("the keeper is there") {
            KeeperTell::Picture { picture } => {
                if lines(&picture).iter().any(|line| line.contains(what)) {
                    return picture;
                }
                client.ask(&ask(picture.version)).unwrap();
            }
            // The picture comes as well.
            KeeperTell::Ended { .. } => {}
            KeeperTell::Rejected { why } => panic!("{why}"),
        }
    }
}

#[test]
fn exit_codes_and_output_are_recorded() {
    let run = Run::new("printf 'out\\n'; printf 'err\\n' >&2; exit 7");
    let end = run.run();
    assert_eq!(end.end, RunEnd::Exited { code: 7 });
    assert_eq!(run.text(), "out\r\nerr\r\n");
    assert_eq!(end.output_bytes, 10);
    assert_eq!(end.tail, "out\nerr");
    assert_eq!(
        end.transcript_sha256,
        Some(transcript::sha256_of(&run.dir.transcript()).unwrap())
    );
}

#[test]
fn a_signal_is_told_from_an_exit() {
    assert_eq!(
        Run::new("kill -SEGV $$").run().end,
        RunEnd::Signalled { signal: 11 }
    );
    // A step that shoots at its own group hits the leader too, at any moment between its end and the word of it.
    let together: Vec<Run> = (0..24).map(|_| Run::new("kill -KILL 0")).collect();
    for run in &together {
        run.start();
    }
    for run in &together {
        assert_eq!(run.end().end, RunEnd::Signalled { signal: 9 });
    }
    assert_eq!(
        Run::new("kill -TERM 0; sleep 60").run().end,
        RunEnd::Signalled { signal: 15 }
    );
}

#[test]
fn what_cannot_be_started_says_why_twice() {
    let mut run = Run::new("");
    run.spec.argv = vec!["/no/such/program".into()];
    let error = start_with(Path::new(PROGRAM), &run.spec)
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("could not be started: `/no/such/program`: No such file"),
        "{error}"
    );
    assert!(
        matches!(run.end().end, RunEnd::NotStarted { why } if why.contains("/no/such/program"))
    );

    let mut run = Run::new("true");
    run.spec.cwd = Some("/no/such/folder".into());
    let error = start_with(Path::new(PROGRAM), &run.spec)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("the folder `/no/such/folder` is not there"),
        "{error}"
    );

    let run = Run::new("true");
    std::fs::write(run.dir.transcript(), "older evidence").unwrap();
    start_with(Path::new(PROGRAM), &run.spec).unwrap_err();
    assert_eq!(
        std::fs::read_to_string(run.dir.transcript()).unwrap(),
        "older evidence"
    );
}

#[test]
fn the_step_has_a_terminal_environment_and_folder() {
    let mut run = Run::new(
        "test -t 0 && test -t 1 && test -t 2 && echo tty; echo \"$TERM/$EXTRA/$PWD/${COLUMNS-}\"; stty size; \
         read -r _ _ _ _ group _ _ foreground _ < /proc/$$/stat; ((group == foreground)) && echo foreground; ls /proc/$$/fd | wc -l",
    );
    run.spec.env = vec![("EXTRA".into(), "a b".into())];
    run.spec.cwd = Some("/usr".into());
    (run.spec.rows, run.spec.cols) = (33, 101);
    run.run();
    // 0, 1, 2 and what bash keeps for itself (255).
    let text = run.text();
    let got: Vec<&str> = text.lines().collect();
    assert_eq!(
        got[..4],
        ["tty", "xterm-256color/a b//usr/", "33 101", "foreground"]
    );
    assert!(got[4].trim().parse::<u32>().unwrap() <= 4, "{text}");
}

#[test]
fn a_timeout_ends_the_step_and_says_so() {
    let mut run = Run::new("echo on; sleep 1000");
    run.spec.timeout_seconds = Some(0.3);
    let end = run.run();
    assert_eq!(end.end, RunEnd::TimedOut);
    assert_eq!(run.text(), "on\r\n^C"[..4].to_owned());
    assert!(end.duration_ms >= 300);
}

#[test]
fn cancel_is_polite_first() {
    let run = Run::new("trap 'echo tidied; exit 3' INT; echo ready; while :; do sleep 0.05; done");
    run.start();
    run.printed("ready");
    let mut client = run.client();
    client.ask(&KeeperAsk::Cancel).unwrap();
    assert_eq!(run.end().end, RunEnd::Cancelled { signal: 2 });
    assert!(run.text().contains("tidied"));
    assert_eq!(
        client.next_tell().unwrap(),
        Some(KeeperTell::Ended {
            end: RunEnd::Cancelled { signal: 2 }
        })
    );
}

#[test]
fn cancel_gets_through_to_what_ignores_int_and_term() {
    let run = Run::new(
        "trap '' INT TERM; (while :; do sleep 0.05; done) & echo \"child $!\"; echo ready; while :; do sleep 0.05; done",
    );
    run.start();
    run.printed("ready");
    let text = run.text();
    let child = text
        .lines()
        .next()
        .unwrap()
        .trim_start_matches("child ")
        .to_owned();
    run.client().ask(&KeeperAsk::Cancel).unwrap();
    assert_eq!(run.end().end, RunEnd::Cancelled { signal: 9 });
    wait_for("the child's end", || (!lives(&child)).then_some(()));
}

#[test]
fn term_to_the_keeper_cancels_and_leaves_nothing() {
    let run = Run::new("echo \"me $$\"; sleep 1000");
    let keeper = run.start().to_string();
    run.printed("me");
    let step = run.text().trim().trim_start_matches("me ").to_owned();
    kill(Signal::TERM, &keeper);
    assert_eq!(run.end().end, RunEnd::Cancelled { signal: 2 });
    wait_for("the keeper's end", || (!is_alive(&run.dir)).then_some(()));
    assert!(!lives(&step));
}

#[test]
fn typing_reaches_the_step() {
    let run = Run::new("read -rp 'name? ' name; echo \"hello $name\"");
    run.start();
    let mut client = run.client();
    seen(&mut client, "name?");
    client
        .ask(&KeeperAsk::Input {
            text: "ana\r".into(),
        })
        .unwrap();
    assert_eq!(run.end().end, RunEnd::Exited { code: 0 });
    assert_eq!(run.text(), "name? ana\r\nhello ana\r\n");
}

#[test]
fn a_new_size_is_seen_by_the_step_and_by_players() {
    let run = Run::new("trap 'stty size; exit 0' WINCH; echo ready; while :; do sleep 0.05; done");
    run.start();
    run.printed("ready");
    run.client()
        .ask(&KeeperAsk::Resize {
            rows: 40,
            cols: 132,
        })
        .unwrap();
    run.end();
    assert!(run.text().contains("40 132"));
    let cast = std::fs::read_to_string(run.dir.transcript()).unwrap();
    assert!(cast.contains(",\"r\",\"132x40\"]"), "{cast}");
}

#[test]
fn a_stray_stop_key_does_not_freeze_the_step() {
    let run = Run::new("echo ready; read -r line; echo \"got $line\"");
    run.start();
    run.printed("ready");
    run.client()
        .ask(&KeeperAsk::Input {
            text: "\u{1a}go\r".into(),
        })
        .unwrap();
    assert_eq!(run.end().end, RunEnd::Exited { code: 0 });
    assert!(run.text().contains("got go"));
}

#[test]
fn a_killed_keeper_leaves_no_lie() {
    let run = Run::new("echo \"me $$\"; sleep 1000");
    let keeper = run.start().to_string();
    run.printed("me");
    assert!(is_alive(&run.dir));
    let step = run.text().trim().trim_start_matches("me ").to_owned();
    kill(Signal::KILL, &keeper);
    wait_for("the keeper's end", || (!is_alive(&run.dir)).then_some(()));
    assert_eq!(End::read(&run.dir).unwrap(), None);
    assert_eq!(run.text(), format!("me {step}\r\n"));
    // Its terminal has hung up, as when a line drops.
    wait_for("the step's end", || (!lives(&step)).then_some(()));
}

#[test]
fn it_survives_whoever_started_it() {
    let run = Run::new("echo begun; read -r line; echo \"then $line\"");
    // A parent in its own session that is killed with its whole group, as when a console's machine reboots.
    let spec = serde_json::to_string(&run.spec).unwrap();
    let spec_file = run.dir.0.join("spec.json");
    std::fs::write(&spec_file, spec).unwrap();
    use std::os::unix::process::CommandExt;
    let mut parent = std::process::Command::new("bash")
        .args(["-c", "\"$0\" keeper < \"$1\" & wait; sleep 1000", PROGRAM])
        .arg(&spec_file)
        .process_group(0)
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    wait_for("the keeper", || is_alive(&run.dir).then_some(()));
    run.printed("begun");
    let group = Pid::from_child(&parent);
    kill_process_group(group, Signal::HUP).unwrap();
    kill_process_group(group, Signal::KILL).unwrap();
    parent.wait().unwrap();
    run.client()
        .ask(&KeeperAsk::Input {
            text: "on\r".into(),
        })
        .unwrap();
    assert_eq!(run.end().end, RunEnd::Exited { code: 0 });
    assert!(run.text().ends_with("then on\r\n"));
}

#[test]
fn what_a_step_leaves_in_the_background_neither_delays_its_end_nor_loses_its_terminal() {
    let run = Run::new("(while :; do sleep 0.02; echo still; done) & echo \"child $!\"; exit 0");
    run.start();
    assert_eq!(run.end().end, RunEnd::Exited { code: 0 });
    let text = run.text();
    let child = text
        .lines()
        .find_map(|line| line.strip_prefix("child "))
        .unwrap()
        .to_owned();
    let mut client = run.client();
    wait_for("the end in a picture", || {
        let end = seen(&mut client, "still").ended?;
        (end == RunEnd::Exited { code: 0 }).then_some(())
    });
    assert!(lives(&child) && is_alive(&run.dir));
    client.ask(&KeeperAsk::Cancel).unwrap();
    wait_for("the child's end", || (!lives(&child)).then_some(()));
}

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

/// Bytes that break readers: controls, broken and overlong UTF-8, escapes that never end, NUL.
const HOSTILE: &[u8] = include_bytes!("../fixtures/transcripts/hostile.bin");

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
fn the_end_stays_until_somebody_has_read_it() {
    let run = Run::new("echo over");
    run.start();
    let mut late = wait_for("the end", || {
        End::read(&run.dir).unwrap()?;
        Some(run.client())
    });
    let picture = seen(&mut late, "over");
    wait_for("the end in a picture", || {
        let end = seen(&mut late, "over").ended?;
        (end == RunEnd::Exited { code: 0 }).then_some(())
    });
    assert!(picture.bytes == 6);
    wait_for("the keeper's end", || (!is_alive(&run.dir)).then_some(()));
    let replayed = transcript::picture(&run.dir.transcript(), 0, 0).unwrap();
    assert_eq!(lines(&replayed)[0], "over");
    assert_eq!(transcript::plain(&run.dir.transcript(), 5).unwrap(), "over");
}
