//! The terminal that a step has: its environment, what is typed, its size.

use crate::support::keeper::{Run, seen};
use breakglass::incident::fact::RunEnd;
use breakglass::wire::KeeperAsk;

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
