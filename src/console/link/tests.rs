//! The link against a host and a keeper that the test plays.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::wildcard_enum_match_arm, reason = "a test looks for one thing")]

use super::*;
use crate::console::message::Keeper;
use crate::incident::Intent;
use crate::paths::StateDir;
use crate::wire::{KeeperTell, Picture, VERSION};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::time::{Duration, Instant};

/// A state folder with a host's socket in it, and the console's link to it.
struct World {
    state: StateDir,
    listener: UnixListener,
    link: Link,
    seen: Vec<Message>,
    _dir: tempfile::TempDir,
}

/// The other end of a connection.
struct Other {
    lines: BufReader<UnixStream>,
}

impl World {
    fn new() -> World {
        let dir = tempfile::tempdir().unwrap();
        let state = StateDir::resolve(Some(dir.path().join("state")));
        state.create().unwrap();
        let listener = UnixListener::bind(state.socket()).unwrap();
        let config = dir.path().join("breakglass.toml");
        std::fs::write(&config, "").unwrap();
        let common = Common {
            config: Some(config),
            state_dir: Some(state.path().to_owned()),
            runbook: vec!["dr.md".into()],
        };
        // Nothing is started: the test is the host.
        let link = Link::new(&common, |state, _| UnixStream::connect(state.socket())).unwrap();
        World {
            state,
            listener,
            link,
            seen: Vec::new(),
            _dir: dir,
        }
    }

    /// Takes a connection, past the greeting.
    fn accept(&self) -> Other {
        let mut other = Other::new(self.listener.accept().unwrap().0);
        let hello: Request = other.hears();
        let Request::Hello {
            version,
            client,
            runbooks,
            config,
        } = hello
        else {
            unreachable!("{hello:?}");
        };
        assert_eq!((version, client.as_str()), (VERSION, "console"));
        assert!(runbooks[0].starts_with('/') && runbooks[0].ends_with("/dr.md"));
        assert!(config.unwrap().ends_with("/breakglass.toml"));
        other
    }

    /// Waits until a message has come that `wanted` takes.
    fn wait<T>(&mut self, wanted: impl Fn(&Message) -> Option<T>) -> T {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            self.seen.extend(self.link.drain());
            if let Some(at) = self
                .seen
                .iter()
                .position(|message| wanted(message).is_some())
            {
                let rest = self.seen.split_off(at);
                let found = wanted(&rest[0]).unwrap();
                self.seen = rest[1..].to_vec();
                return found;
            }
            assert!(
                Instant::now() < deadline,
                "waited in vain; seen {:#?}",
                self.seen
            );
            let timeout = rustix::event::Timespec {
                tv_sec: 1,
                tv_nsec: 0,
            };
            let mut waited = [rustix::event::PollFd::new(
                &self.link,
                rustix::event::PollFlags::IN,
            )];
            rustix::event::poll(&mut waited, Some(&timeout)).unwrap();
        }
    }

    fn wait_gone(&mut self) -> String {
        self.wait(|message| match message {
            Message::Host(Host::Gone { why }) => Some(why.clone()),
            _ => None,
        })
    }

    fn wait_reply(&mut self) -> Reply {
        self.wait(|message| match message {
            Message::Host(Host::Reply(reply)) => Some(reply.clone()),
            _ => None,
        })
    }
}

impl Other {
    fn new(stream: UnixStream) -> Other {
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        Other {
            lines: BufReader::new(stream),
        }
    }

    fn hears<T: serde::de::DeserializeOwned>(&mut self) -> T {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }

    fn says<T: serde::Serialize>(&mut self, message: &T) {
        let line = crate::wire::line(message).unwrap();
        self.lines.get_mut().write_all(&line).unwrap();
    }
}

fn note(id: u64) -> Request {
    Request::Intend {
        id,
        intent: Intent::Mitigate {
            evidence: "it answers".into(),
        },
    }
}

#[test]
fn the_files_are_read_and_the_host_is_greeted() {
    let mut world = World::new();
    let mut host = world.accept();
    let configured = world.wait(|message| match message {
        Message::Configured(configured) => Some(configured.clone()),
        _ => None,
    });
    assert_eq!(configured.notices, []);
    world.link.send(note(7));
    assert_eq!(host.hears::<Request>(), note(7));
    let done = Reply::Done {
        id: 7,
        incident: None,
        run: None,
    };
    host.says(&done);
    assert_eq!(world.wait_reply(), done);
}

#[test]
fn a_host_that_went_is_told_of_and_connected_to_again() {
    let mut world = World::new();
    drop(world.accept());
    assert_eq!(world.wait_gone(), "the host ended");
    let mut host = world.accept();
    host.says(&Reply::Present {
        actors: vec!["ana".into()],
    });
    assert!(matches!(world.wait_reply(), Reply::Present { .. }));
}

#[test]
fn what_is_wanted_while_there_is_no_host_fails_at_once_and_is_not_kept() {
    let mut world = World::new();
    let first = world.accept();
    // Nobody is listening for a while.
    std::fs::rename(world.state.socket(), world.state.path().join("away")).unwrap();
    drop(first);
    world.wait_gone();
    world.link.send(note(3));
    let Reply::Failed { id, why } = world.wait_reply() else {
        unreachable!();
    };
    assert_eq!(id, 3);
    assert!(why.contains("not connected"), "{why}");
}

#[test]
fn a_host_that_talks_nonsense_is_left() {
    let mut world = World::new();
    let mut host = world.accept();
    host.lines.get_mut().write_all(b"hello?\n").unwrap();
    let why = world.wait_gone();
    assert!(why.contains("does not understand"), "{why}");
}

#[test]
fn a_rejection_is_final() {
    let mut world = World::new();
    let mut host = world.accept();
    host.says(&Reply::Rejected {
        why: "another version".into(),
    });
    drop(host);
    assert!(matches!(world.wait_reply(), Reply::Rejected { .. }));
    world.wait_gone();
    world.link.send(Request::Reload);
    // Reading the files again is answered after the request has been dealt with.
    world.wait(|message| matches!(message, Message::Configured(_)).then_some(()));
    world.listener.set_nonblocking(true).unwrap();
    assert!(world.listener.accept().is_err());
}

#[test]
fn a_keeper_is_followed_asked_and_its_end_noticed() {
    let mut world = World::new();
    let _host = world.accept();
    let (incident, run) = (IncidentId(7), RunId(3));
    let dir = world.state.run(incident, run);
    world.link.follow(Some((incident, run)));
    // Asked before the keeper is there: it is kept until then.
    let ask = KeeperAsk::Picture { have: 0, scroll: 0 };
    world.link.ask(ask.clone());
    std::fs::create_dir_all(&dir.0).unwrap();
    let listener = UnixListener::bind(dir.socket()).unwrap();
    let mut keeper = Other::new(listener.accept().unwrap().0);
    assert_eq!(keeper.hears::<KeeperAsk>(), ask);
    let tell = KeeperTell::Picture {
        picture: Picture {
            version: 1,
            ..Picture::default()
        },
    };
    keeper.says(&tell);
    let told = world.wait(|message| match message {
        Message::Keeper { run, event } => Some((*run, event.clone())),
        _ => None,
    });
    assert_eq!(told, (run, Keeper::Tell(tell)));
    drop(keeper);
    let gone = world.wait(|message| match message {
        Message::Keeper { run, event } => Some((*run, event.clone())),
        _ => None,
    });
    assert_eq!(gone, (run, Keeper::Gone));
}

#[test]
fn a_run_that_has_ended_has_no_keeper_to_wait_for() {
    let mut world = World::new();
    let (incident, run) = (IncidentId(1), RunId(1));
    let dir = world.state.run(incident, run);
    std::fs::create_dir_all(&dir.0).unwrap();
    std::fs::write(dir.end(), "{}").unwrap();
    world.link.follow(Some((incident, run)));
    world.wait(|message| {
        matches!(
            message,
            Message::Keeper {
                event: Keeper::Gone,
                ..
            }
        )
        .then_some(())
    });
    // From now on its transcript answers, also where it is scrolled back.
    let header = crate::keeper::transcript::Header {
        version: 2,
        width: 40,
        height: 5,
        timestamp: 0,
        title: String::new(),
        env: std::collections::BTreeMap::new(),
    };
    world.link.ask(KeeperAsk::Picture { have: 0, scroll: 0 });
    let unreadable = world.wait(|message| match message {
        Message::Keeper {
            event: Keeper::Unreadable { why },
            ..
        } => Some(why.clone()),
        _ => None,
    });
    assert!(unreadable.contains("No such file"), "{unreadable}");
    let mut writer = crate::keeper::transcript::Writer::create(&dir.transcript(), &header).unwrap();
    for line in 0..50 {
        writer.output(Duration::ZERO, format!("line {line}\r\n").as_bytes());
    }
    writer.close(Duration::ZERO).unwrap();
    let mut first_line = |scroll| {
        world.link.ask(KeeperAsk::Resize { rows: 8, cols: 40 });
        world.link.ask(KeeperAsk::Picture { have: 0, scroll });
        world.wait(|message| match message {
            Message::Keeper {
                event: Keeper::Tell(KeeperTell::Picture { picture }),
                ..
            } => Some((
                picture.rows[0][0].text.clone(),
                picture.rows.len(),
                picture.history,
            )),
            _ => None,
        })
    };
    assert_eq!(first_line(0), ("line 41".into(), 9, 46));
    assert_eq!(first_line(20), ("line 21".into(), 10, 46));
}
