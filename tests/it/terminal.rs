//! The console in a real terminal: what it does to it, and that it is always given back.

use super::support::terminal::Terminal;
use super::support::world::{World, until};
use breakglass::console::signals::Signals;
use breakglass::console::terminal;
use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::Command;
use std::time::Duration;

/// In the footer of every frame that is large enough.
const DRAWN: &str = "? help";

/// `sh` in this world, with the program's path as `$BREAKGLASS`.
fn shell(world: &World, script: &str) -> Command {
    let console = world.command();
    let mut command = Command::new("sh");
    command.args(["-c", script]).current_dir(world.dir());
    for (name, value) in console.get_envs() {
        if let Some(value) = value {
            command.env(name, value);
        }
    }
    command.env("BREAKGLASS", console.get_program());
    command
}

/// Runs the console between two looks at the terminal's modes.
const LOOK_BEFORE_AND_AFTER: &str =
    r#"echo before; stty -g >before; "$BREAKGLASS"; echo "left with $?"; stty -g >after; cat"#;

fn check_given_back(world: &World, terminal: &Terminal) {
    let screen = terminal.screen();
    assert!(
        screen.contains("before"),
        "the screen is not as it was:\n{screen}"
    );
    terminal.look(|screen| {
        assert!(!screen.alternate_screen());
        assert!(!screen.hide_cursor());
        assert!(!screen.bracketed_paste());
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    });
    let modes = |name| {
        until("stty", || {
            std::fs::read_to_string(world.path(name))
                .ok()
                .filter(|text| !text.is_empty())
        })
    };
    assert_eq!(modes("before"), modes("after"));
}

#[test]
fn quitting_gives_the_terminal_back() {
    let world = World::new();
    let terminal = Terminal::start(&shell(&world, LOOK_BEFORE_AND_AFTER), 40, 120);
    terminal.wait(DRAWN);
    terminal.look(|screen| assert!(screen.alternate_screen() && screen.bracketed_paste()));
    terminal.keys("q");
    terminal.wait("left with 0");
    check_given_back(&world, &terminal);
}

#[test]
fn a_signal_that_can_be_caught_gives_the_terminal_back() {
    let world = World::new();
    let script = LOOK_BEFORE_AND_AFTER.replace(
        r#""$BREAKGLASS";"#,
        r#"sh -c 'echo $$ >pid; exec "$BREAKGLASS"';"#,
    );
    for (signal, code) in [("TERM", 143), ("INT", 130), ("HUP", 129)] {
        let terminal = Terminal::start(&shell(&world, &script), 40, 120);
        terminal.wait(DRAWN);
        let pid = std::fs::read_to_string(world.path("pid")).unwrap();
        let killed = Command::new("kill")
            .args([&format!("-{signal}"), pid.trim()])
            .status();
        assert!(killed.unwrap().success());
        terminal.wait(&format!("left with {code}"));
        check_given_back(&world, &terminal);
    }
}

#[test]
fn the_screen_follows_the_size_and_says_when_it_is_too_small() {
    let world = World::new();
    let terminal = Terminal::start(&world.command(), 24, 80);
    terminal.wait(DRAWN);
    terminal.resize(50, 160);
    terminal.wait_for("a footer on the last line", |screen| {
        screen.contains(DRAWN) && screen.lines().count() == 50
    });
    terminal.resize(3, 12);
    terminal.wait_for("a word about the size", |screen| {
        !screen.contains(DRAWN) && screen.contains("small")
    });
    terminal.resize(24, 80);
    terminal.wait_for("the panes again", |screen| {
        screen.contains(DRAWN) && screen.lines().count() == 24
    });
    terminal.keys("q");
    terminal.leaves(0);
}

#[test]
fn a_job_is_suspended_and_comes_back() {
    let world = World::new();
    let mut command = shell(&world, "");
    command = {
        let mut bash = Command::new("bash");
        bash.args(["--norc", "--noprofile", "-i"])
            .current_dir(world.dir());
        for (name, value) in command.get_envs() {
            if let Some(value) = value {
                bash.env(name, value);
            }
        }
        bash.env("PS1", "ready: ");
        bash
    };
    let terminal = Terminal::start(&command, 40, 120);
    terminal.wait("ready:");
    terminal.keys("\"$BREAKGLASS\"\r");
    terminal.wait(DRAWN);
    terminal.keys("\x1a");
    terminal.wait("Stopped");
    terminal.look(|screen| assert!(!screen.alternate_screen() && !screen.hide_cursor()));
    terminal.keys("echo still $((20 + 3)) there\r");
    terminal.wait("still 23 there");
    terminal.keys("fg\r");
    terminal.wait(DRAWN);
    terminal.keys("q");
    terminal.wait_for("the shell again", |screen| {
        screen.contains("still 23 there")
    });
    terminal.keys("exit 7\r");
    terminal.leaves(7);
}

#[test]
fn where_nobody_could_continue_it_the_console_does_not_stop() {
    let world = World::new();
    let terminal = Terminal::start(&world.command(), 24, 80);
    terminal.wait(DRAWN);
    terminal.keys("\x1a");
    terminal.keys("q");
    terminal.leaves(0);
}

#[test]
fn a_terminal_that_vanishes_ends_the_console() {
    let world = World::new();
    let (mut pty, pts) = pty_process::blocking::open().unwrap();
    pty.resize(pty_process::Size::new(40, 120)).unwrap();
    let console = world.command();
    let mut command = pty_process::blocking::Command::new(console.get_program())
        .env_clear()
        .env("TERM", "xterm-256color")
        .current_dir(world.dir());
    for (name, value) in console.get_envs() {
        if let Some(value) = value {
            command = command.env(name, value);
        }
    }
    let mut child = command.spawn(pts).unwrap();
    let mut seen = Vec::new();
    until("the first frame", || {
        let mut bytes = [0; 8192];
        let count = pty.read(&mut bytes).unwrap();
        seen.extend_from_slice(&bytes[..count]);
        // The question at its end.
        seen.ends_with(b"\x1b[5n").then_some(())
    });
    drop(pty);
    let status = until("the console to leave", || child.try_wait().unwrap());
    assert_eq!(status.code(), Some(129), "{status:?}");
}

#[test]
fn an_answer_that_comes_late_is_not_left_to_the_shell() {
    let world = World::new();
    let (pty, pts) = pty_process::blocking::open().unwrap();
    pty.resize(pty_process::Size::new(40, 120)).unwrap();
    let script = shell(&world, r#""$BREAKGLASS"; echo gone; exec cat -v"#);
    let mut command = pty_process::blocking::Command::new(script.get_program())
        .args(script.get_args())
        .env_clear()
        .env("TERM", "xterm-256color")
        .current_dir(world.dir());
    for (name, value) in script.get_envs() {
        if let Some(value) = value {
            command = command.env(name, value);
        }
    }
    let mut child = command.spawn(pts).unwrap();
    let (mut seen, mut asked, mut quit) = (String::new(), 0, false);
    let read = |seen: &mut String| {
        let mut bytes = [0; 8192];
        let count = (&pty).read(&mut bytes).unwrap();
        seen.push_str(&String::from_utf8_lossy(&bytes[..count]));
    };
    while !seen.contains("gone\r\n") {
        read(&mut seen);
        let questions = seen.matches("\x1b[5n").count();
        if questions > asked && !quit {
            // The console is told to leave while its question is still on the way.
            (&pty).write_all(b"q").unwrap();
            quit = true;
            std::thread::sleep(Duration::from_millis(100));
        }
        for _ in asked..questions {
            (&pty).write_all(b"\x1b[0n").unwrap();
        }
        asked = questions;
    }
    (&pty).write_all(b"END\r").unwrap();
    while !seen.contains("END") {
        read(&mut seen);
    }
    let after = seen.split("gone\r\n").nth(1).unwrap();
    assert!(quit && !after.contains("[0n"), "{after:?}");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn without_a_terminal_it_says_what_to_use() {
    let world = World::new();
    let said = world.check(&[], 2);
    assert!(
        said.contains("needs a terminal") && said.contains("`breakglass check`"),
        "{said}"
    );
}

/// Not a test of its own: what the next one runs in a terminal.
#[test]
#[ignore = "run by a_panic_gives_the_terminal_back_before_it_is_reported"]
fn takes_the_terminal_and_panics() {
    if std::env::var_os("BREAKGLASS_TEST_PANIC").is_none() {
        return;
    }
    color_eyre::install().unwrap();
    terminal::give_back_on_panic();
    let mut signals = Signals::take().unwrap();
    let taken = terminal::Terminal::take().unwrap();
    taken.write(terminal::ENTER).unwrap();
    taken.write(b"the console is drawn").unwrap();
    let thread = std::thread::spawn(|| panic!("the reactor is on fire"));
    assert!(thread.join().is_err());
    // Nothing more reaches the screen, and the loop is told to leave.
    assert!(taken.write(b"a late frame").is_err());
    assert!(terminal::panicked());
    until("the signal", || (!signals.drain().is_empty()).then_some(()));
}

#[test]
fn a_panic_gives_the_terminal_back_before_it_is_reported() {
    let world = World::new();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args([
            "--ignored",
            "--exact",
            "--nocapture",
            "terminal::takes_the_terminal_and_panics",
        ])
        .env("BREAKGLASS_TEST_PANIC", "1")
        .env("RUST_BACKTRACE", "0")
        .current_dir(world.dir());
    let terminal = Terminal::start(&command, 40, 120);
    // On the alternate screen it would vanish with it.
    let screen = terminal.wait("the reactor is on fire");
    terminal.wait("test result: ok. 1 passed");
    assert!(!screen.contains("the console is drawn"), "{screen}");
    terminal.look(|screen| {
        assert!(!screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste());
    });
    let status = terminal.wait_exit();
    assert_eq!((status.code(), status.signal()), (Some(0), None));
}
