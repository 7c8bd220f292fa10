//! What outlives what: the step its starter, the keeper its step, the record all of them.

use crate::support::keeper::{PROGRAM, Run, kill, lines, seen};
use crate::support::world::{lives, until};
use breakglass::incident::fact::RunEnd;
use breakglass::keeper::{End, is_alive, transcript};
use breakglass::wire::KeeperAsk;
use rustix::process::{Pid, Signal, kill_process_group};

#[test]
fn a_killed_keeper_leaves_no_lie() {
    let run = Run::new("echo \"me $$\"; sleep 1000");
    let keeper = run.start().to_string();
    run.printed("me");
    assert!(is_alive(&run.dir));
    let step = run.text().trim().trim_start_matches("me ").to_owned();
    kill(Signal::KILL, &keeper);
    until("the keeper's end", || (!is_alive(&run.dir)).then_some(()));
    assert_eq!(End::read(&run.dir).unwrap(), None);
    assert_eq!(run.text(), format!("me {step}\r\n"));
    // Its terminal has hung up, as when a line drops.
    until("the step's end", || (!lives(&step)).then_some(()));
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
    until("the keeper", || is_alive(&run.dir).then_some(()));
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
    until("the end in a picture", || {
        let end = seen(&mut client, "still").ended?;
        (end == RunEnd::Exited { code: 0 }).then_some(())
    });
    assert!(lives(&child) && is_alive(&run.dir));
    client.ask(&KeeperAsk::Cancel).unwrap();
    until("the child's end", || (!lives(&child)).then_some(()));
}

#[test]
fn the_end_stays_until_somebody_has_read_it() {
    let run = Run::new("echo over");
    run.start();
    let mut late = until("the end", || {
        End::read(&run.dir).unwrap()?;
        Some(run.client())
    });
    let picture = seen(&mut late, "over");
    until("the end in a picture", || {
        let end = seen(&mut late, "over").ended?;
        (end == RunEnd::Exited { code: 0 }).then_some(())
    });
    assert!(picture.bytes == 6);
    until("the keeper's end", || (!is_alive(&run.dir)).then_some(()));
    let replayed = transcript::picture(&run.dir.transcript(), 0, 0).unwrap();
    assert_eq!(lines(&replayed)[0], "over");
    assert_eq!(transcript::plain(&run.dir.transcript(), 5).unwrap(), "over");
}
