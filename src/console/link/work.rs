//! The thread of the link: waits on host, keeper and the loop's wishes, and moves lines.

use super::connect::{Reach, Start};
use super::inbox::Bell;
use super::peer::Peer;
use super::{Command, Shared, configured, failed, id_of};
use crate::cli::Common;
use crate::console::message::{Host, Keeper, Message, Section};
use crate::incident::{IncidentId, RunId};
use crate::paths::{RunDir, StateDir};
use crate::wire::{KeeperAsk, KeeperTell, Reply, Request, VERSION};
use rustix::event::{PollFd, PollFlags, Timespec};
use serde::de::DeserializeOwned;
use std::io;
use std::path::Path;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

/// How often the keeper of a run that has just been started is looked for …
const KEEPER_PAUSE: Duration = Duration::from_millis(50);
/// … and how long.
const KEEPER_PATIENCE: Duration = Duration::from_secs(5);
/// Asks that wait for the keeper meanwhile.
const ASK_LIMIT: usize = 256;

pub struct Work {
    shared: Arc<Shared>,
    common: Common,
    state: StateDir,
    bell: Arc<Bell>,
    reach: Reach,
    host: Option<Peer>,
    followed: Option<Followed>,
}

/// The run whose keeper is talked to.
struct Followed {
    run: RunId,
    dir: RunDir,
    peer: Option<Peer>,
    /// What was asked before there was a connection.
    asks: Vec<KeeperAsk>,
    next_try: Instant,
    give_up: Instant,
    /// The keeper has gone: what is asked is answered from the transcript.
    recorded: bool,
    /// Lines that the pane has room for, and how far back it is to be shown next.
    rows: u16,
    wanted: Option<u32>,
}

impl Work {
    pub fn new(shared: Arc<Shared>, common: Common, start: Start) -> Work {
        Work {
            state: StateDir::resolve(common.state_dir.clone()),
            bell: Arc::clone(&shared.bell),
            shared,
            common,
            reach: Reach::new(start),
            host: None,
            followed: None,
        }
    }

    /// Runs until the process ends.
    pub fn run(mut self) {
        self.tell(Message::Host(Host::Connecting));
        // The host is on its way while the files are read.
        self.turn_host();
        self.read_files();
        loop {
            self.shared.inbox.wait_for_room();
            self.take_commands();
            self.turn_host();
            self.turn_keeper();
            self.show_recorded();
            self.wait();
        }
    }

    fn tell(&self, message: Message) {
        self.shared.inbox.push(message);
    }

    fn read_files(&self) {
        let configured = configured::read(&self.common);
        self.tell(Message::Configured(Box::new(configured)));
    }

    /// Waits until something can be read, written or has to be tried; then reads and writes.
    fn wait(&mut self) {
        let keeper_try = self
            .followed
            .as_ref()
            .filter(|followed| followed.peer.is_none() && !followed.recorded)
            .map(|followed| followed.next_try);
        let deadline = [self.reach.deadline(), keeper_try]
            .into_iter()
            .flatten()
            .min();
        let timeout =
            deadline.map(|deadline| timespec(deadline.saturating_duration_since(Instant::now())));
        let keeper = self
            .followed
            .as_ref()
            .and_then(|followed| followed.peer.as_ref());
        let has_host = self.host.is_some();
        let has_keeper = keeper.is_some();
        let mut waited = vec![PollFd::new(&*self.bell, PollFlags::IN)];
        for peer in [self.host.as_ref(), keeper].into_iter().flatten() {
            let mut flags = PollFlags::IN;
            flags.set(PollFlags::OUT, peer.wants_to_write());
            waited.push(PollFd::new(peer, flags));
        }
        if rustix::event::poll(&mut waited, timeout.as_ref()).is_err() {
            return;
        }
        let ready: Vec<PollFlags> = waited.iter().map(PollFd::revents).collect();
        if !ready[0].is_empty() {
            self.bell.hush();
        }
        if has_host {
            self.move_host(ready[1]);
        }
        if has_keeper {
            self.move_keeper(ready[1 + usize::from(has_host)]);
        }
    }

    fn take_commands(&mut self) {
        loop {
            // The lock is not held while the command is carried out.
            let command = self
                .shared
                .commands
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .pop_front();
            match command {
                None => return,
                Some(Command::Send(request)) => self.send(&request),
                Some(Command::Follow(run)) => self.follow(run),
                Some(Command::Ask(ask)) => self.ask(ask),
                Some(Command::WriteReport(incident)) => self.write_report(incident),
                Some(Command::ReadSection { source, line }) => self.read_section(source, line),
            }
        }
    }

    fn send(&mut self, request: &Request) {
        if *request == Request::Reload {
            self.read_files();
        }
        let Some(host) = &mut self.host else {
            self.reach.wanted();
            // Not kept for later: what was meant a minute ago may be wrong by now.
            if let Some(id) = id_of(request) {
                let why = "the host is not connected: try again when it is";
                self.tell(failed(id, why));
            }
            return;
        };
        if let Err(error) = host.send(request) {
            self.host_is_gone(&error.to_string());
        }
    }

    /// In the folder the console was started in, else in the state folder; a slow disk holds nothing up.
    fn write_report(&self, incident: IncidentId) {
        let (shared, state) = (Arc::clone(&self.shared), self.state.clone());
        let started = std::thread::Builder::new()
            .name("report".into())
            .spawn(move || {
                let reports = state.path().join("reports");
                // Where it cannot be made, writing into it says why.
                _ = std::fs::create_dir(&reports);
                let folders: Vec<_> = std::env::current_dir()
                    .into_iter()
                    .chain([reports])
                    .collect();
                let outcome = crate::cli::report::write_so_far(&state, incident, &folders);
                shared.inbox.push(Message::Reported { incident, outcome });
            });
        if let Err(error) = started {
            self.tell(Message::Reported {
                incident,
                outcome: Err(error.to_string()),
            });
        }
    }

    fn read_section(&self, source: String, line: u32) {
        let shared = Arc::clone(&self.shared);
        let asked = source.clone();
        let started = std::thread::Builder::new()
            .name("section".into())
            .spawn(move || {
                let words = crate::library::section(&source, line);
                shared.inbox.push(Message::Section(Section {
                    source,
                    line,
                    words,
                }));
            });
        if let Err(error) = started {
            self.tell(Message::Section(Section {
                source: asked,
                line,
                words: Err(error.to_string()),
            }));
        }
    }

    fn turn_host(&mut self) {
        if self.host.is_some() {
            return;
        }
        match self.reach.turn(&self.state, &self.common, &self.bell) {
            None => {}
            Some(Ok(stream)) => {
                let greeted = Peer::new(stream).and_then(|mut peer| {
                    peer.send(&hello(&self.common))?;
                    Ok(peer)
                });
                match greeted {
                    Ok(peer) => self.host = Some(peer),
                    Err(error) => self.host_is_gone(&error.to_string()),
                }
            }
            Some(Err(error)) => {
                let why = error.to_string();
                self.tell(Message::Host(Host::Gone { why }));
            }
        }
    }

    fn move_host(&mut self, ready: PollFlags) {
        let Some(host) = &mut self.host else {
            return;
        };
        let mut replies = Vec::new();
        let open = exchange(host, ready, &mut replies);
        for reply in replies {
            if matches!(reply, Reply::Welcome { .. }) {
                self.reach.works();
            } else if matches!(reply, Reply::Rejected { .. }) {
                self.reach.refused();
            } else if matches!(reply, Reply::Stopping) {
                self.reach.stopped();
            }
            self.tell(Message::Host(Host::Reply(reply)));
        }
        match open {
            Ok(true) => {}
            Ok(false) => self.host_is_gone("the host ended"),
            Err(error) => self.host_is_gone(&error.to_string()),
        }
    }

    fn host_is_gone(&mut self, why: &str) {
        self.host = None;
        self.reach.lost();
        let why = why.to_owned();
        self.tell(Message::Host(Host::Gone { why }));
    }

    fn follow(&mut self, run: Option<(IncidentId, RunId)>) {
        self.followed = run.map(|(incident, run)| {
            let now = Instant::now();
            Followed {
                run,
                dir: self.state.run(incident, run),
                peer: None,
                asks: Vec::new(),
                next_try: now,
                give_up: now + KEEPER_PATIENCE,
                recorded: false,
                rows: 0,
                wanted: None,
            }
        });
        self.turn_keeper();
    }

    fn ask(&mut self, ask: KeeperAsk) {
        let Some(followed) = &mut self.followed else {
            return;
        };
        if followed.recorded {
            match ask {
                KeeperAsk::Picture { scroll, .. } => followed.wanted = Some(scroll),
                KeeperAsk::Resize { rows, .. } => followed.rows = rows,
                KeeperAsk::Input { .. } | KeeperAsk::Cancel => {}
            }
            return;
        }
        let Some(peer) = &mut followed.peer else {
            if followed.asks.len() < ASK_LIMIT {
                followed.asks.push(ask);
            }
            return;
        };
        if peer.send(&ask).is_err() {
            self.keeper_is_gone();
        }
    }

    fn turn_keeper(&mut self) {
        let now = Instant::now();
        let Some(followed) = &mut self.followed else {
            return;
        };
        if followed.peer.is_some() || followed.recorded || now < followed.next_try {
            return;
        }
        let connected = crate::keeper::connect(&followed.dir)
            .and_then(Peer::new)
            .and_then(|mut peer| {
                followed.asks.iter().try_for_each(|ask| peer.send(ask))?;
                Ok(peer)
            });
        if let Ok(peer) = connected {
            followed.asks.clear();
            followed.peer = Some(peer);
        } else if now >= followed.give_up || followed.dir.end().exists() {
            self.keeper_is_gone();
        } else {
            followed.next_try = now + KEEPER_PAUSE;
        }
    }

    fn move_keeper(&mut self, ready: PollFlags) {
        let Some(followed) = &mut self.followed else {
            return;
        };
        let run = followed.run;
        let Some(peer) = &mut followed.peer else {
            return;
        };
        let mut tells = Vec::new();
        let open = exchange::<KeeperTell>(peer, ready, &mut tells);
        for tell in tells {
            let event = Keeper::Tell(tell);
            self.tell(Message::Keeper { run, event });
        }
        if !matches!(open, Ok(true)) {
            self.keeper_is_gone();
        }
    }

    fn keeper_is_gone(&mut self) {
        if let Some(followed) = &mut self.followed {
            followed.peer = None;
            followed.asks.clear();
            followed.recorded = true;
            let (run, event) = (followed.run, Keeper::Gone);
            self.tell(Message::Keeper { run, event });
        }
    }

    /// Answers the newest ask from the transcript; nothing of it is kept in memory.
    fn show_recorded(&mut self) {
        let Some(followed) = &mut self.followed else {
            return;
        };
        let Some(scroll) = followed.wanted.take() else {
            return;
        };
        let run = followed.run;
        let path = followed.dir.transcript();
        let event = match crate::keeper::transcript::picture(&path, scroll, followed.rows) {
            Ok(picture) => Keeper::Tell(KeeperTell::Picture { picture }),
            Err(error) => Keeper::Unreadable {
                why: error.to_string(),
            },
        };
        self.tell(Message::Keeper { run, event });
    }
}

/// Writes and reads what a peer is ready for; `false` when it has ended the connection.
fn exchange<T: DeserializeOwned>(
    peer: &mut Peer,
    ready: PollFlags,
    lines: &mut Vec<T>,
) -> io::Result<bool> {
    let mut open = true;
    if ready.intersects(PollFlags::IN | PollFlags::HUP | PollFlags::ERR) {
        open = peer.fill()?;
        while let Some(line) = peer.next()? {
            lines.push(line);
        }
    }
    if open && ready.contains(PollFlags::OUT) {
        peer.flush()?;
    }
    Ok(open)
}

fn hello(common: &Common) -> Request {
    let absolute = |path: &Path| {
        std::path::absolute(path)
            .unwrap_or_else(|_| path.to_owned())
            .to_string_lossy()
            .into_owned()
    };
    Request::Hello {
        version: VERSION,
        client: "console".into(),
        runbooks: common.runbook.iter().map(|path| absolute(path)).collect(),
        config: common.config.as_deref().map(absolute),
    }
}

fn timespec(duration: Duration) -> Timespec {
    Timespec {
        tv_sec: duration.as_secs().min(3600).cast_signed(),
        tv_nsec: i64::from(duration.subsec_nanos()),
    }
}
