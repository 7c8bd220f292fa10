//! A real terminal for the real binary: a PTY, an emulator that answers as terminals do, and eyes that wait.

use super::world::until;
use std::io::{Read, Write};
use std::process::{Child, Command, ExitStatus};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A program on a screen.
pub struct Terminal {
    child: Child,
    pty: Arc<pty_process::blocking::Pty>,
    parser: Arc<Mutex<vt100::Parser>>,
    /// The last keys and when they were pressed.
    last: Mutex<Option<(String, Instant)>>,
}

/// Faster than this, the same key is hammered, which the console passes over when the screen changes under it.
const HAND: Duration = Duration::from_millis(350);

impl Terminal {
    /// Starts `command` on a screen of this size.
    pub fn start(command: &Command, rows: u16, cols: u16) -> Terminal {
        let (pty, pts) = pty_process::blocking::open().unwrap();
        pty.resize(pty_process::Size::new(rows, cols)).unwrap();
        let mut started = pty_process::blocking::Command::new(command.get_program())
            .args(command.get_args())
            .env_clear()
            .env("TERM", "xterm-256color");
        for (name, value) in command.get_envs() {
            if let Some(value) = value {
                started = started.env(name, value);
            }
        }
        if let Some(dir) = command.get_current_dir() {
            started = started.current_dir(dir);
        }
        let child = started.spawn(pts).unwrap();
        let pty = Arc::new(pty);
        let parser = Arc::new(Mutex::new(vt100::Parser::new(size(rows), size(cols), 0)));
        let (reader, seen) = (pty.clone(), parser.clone());
        std::thread::spawn(move || {
            let mut bytes = [0; 8192];
            let mut tail = Vec::new();
            while let Ok(count @ 1..) = (&*reader).read(&mut bytes) {
                seen.lock().unwrap().process(&bytes[..count]);
                // Answers a status query, also one that came in two pieces.
                tail.extend_from_slice(&bytes[..count]);
                while let Some(at) = tail.windows(4).position(|window| window == b"\x1b[5n") {
                    tail.drain(..at + 4);
                    _ = (&*reader).write_all(b"\x1b[0n");
                }
                let keep = tail.len().saturating_sub(3);
                tail.drain(..keep);
            }
        });
        Terminal {
            child,
            pty,
            parser,
            last: Mutex::default(),
        }
    }

    /// Types bytes as they are; `\r` is the enter key. The same again is typed no faster than by a hand that has
    /// looked at the screen first.
    pub fn keys(&self, keys: &str) {
        let mut last = self.last.lock().unwrap();
        if let Some((before, at)) = last.as_ref()
            && keys.starts_with(before.as_str())
        {
            std::thread::sleep(HAND.saturating_sub(at.elapsed()));
        }
        *last = Some((keys.to_owned(), Instant::now()));
        drop(last);
        self.hammer(keys);
    }

    /// Types bytes as they are, at once.
    pub fn hammer(&self, keys: &str) {
        (&*self.pty).write_all(keys.as_bytes()).unwrap();
    }

    pub fn screen(&self) -> String {
        self.parser.lock().unwrap().screen().contents()
    }

    /// Looks at the emulated terminal itself: modes, cursor, colours.
    pub fn look<T>(&self, look: impl FnOnce(&vt100::Screen) -> T) -> T {
        look(self.parser.lock().unwrap().screen())
    }

    /// Waits until the screen holds `text`.
    pub fn wait(&self, text: &str) -> String {
        self.wait_for(text, |screen| screen.contains(text))
    }

    /// Waits until the screen is as `condition` wants it; on failure the screen is shown.
    pub fn wait_for(&self, what: &str, condition: impl Fn(&str) -> bool) -> String {
        let met = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            until(what, || {
                let screen = self.screen();
                condition(&screen).then_some(screen)
            })
        }));
        met.unwrap_or_else(|_| {
            panic!(
                "waited in vain for `{what}`; the screen was\n{}",
                self.screen()
            )
        })
    }

    pub fn resize(&self, rows: u16, cols: u16) {
        self.parser
            .lock()
            .unwrap()
            .screen_mut()
            .set_size(size(rows), size(cols));
        self.pty.resize(pty_process::Size::new(rows, cols)).unwrap();
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Kills it as a power cut would.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub fn wait_exit(mut self) -> ExitStatus {
        until("the program to leave", || self.child.try_wait().unwrap())
    }

    /// Waits for the program's end; another exit code than this fails with what the screen shows.
    pub fn leaves(mut self, code: i32) {
        let status = until("the program to leave", || self.child.try_wait().unwrap());
        let shown = self.screen();
        assert_eq!(
            status.code(),
            Some(code),
            "{status}; on the screen:\n{shown}"
        );
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

fn size(cells: u16) -> std::num::NonZero<u16> {
    std::num::NonZero::new(cells).unwrap()
}
