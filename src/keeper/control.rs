//! The control loop: clients, the leader's words, signals, timeout and cancel, on one thread that never blocks.
//!
//! It must not read or write the step's output, nor touch the disk.

use super::cancel::{Cancel, Reason};
use super::clients::Clients;
use super::drain::{Finish, Spout};
use super::keys::Keys;
use super::lead::Word;
use super::record::Outcome;
use super::session::{self, Member};
use super::show::Show;
use super::wake::Waker;
use crate::incident::fact::RunEnd;
use crate::wire::KeeperAsk;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::{AsFd, OwnedFd};
use rustix::process::{Pid, WaitOptions, WaitStatus};
use std::io::{ErrorKind, Read};
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// After the step's process has ended: so long without a byte means that there is no more.
const QUIET: Duration = Duration::from_millis(50);
/// What it left behind may go on printing; after this it no longer counts as the run's output.
const DRAIN_LIMIT: Duration = Duration::from_secs(2);
/// How often the end of the output is looked for, once it is near.
const LOOK: Duration = Duration::from_millis(5);
/// The end is served for so long if nobody comes to read it.
const UNREAD: Duration = Duration::from_secs(30);
/// … and for so long if somebody has.
const READ: Duration = Duration::from_secs(2);

/// How far the run is.
#[derive(Debug, Default)]
enum Phase {
    #[default]
    Running,
    /// The step's process has ended; its last output is on its way.
    Draining {
        finish: Finish,
        since: Instant,
        seen: u64,
        quiet_since: Instant,
    },
    /// The recorder writes the end.
    Recording,
    /// `end.json` is there; nothing of the session lives, or somebody may still come for the last picture.
    Over { end: RunEnd, since: Instant },
}

/// The step's own process.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub pid: Pid,
    /// It had ended before the loop began.
    pub end: Option<RunEnd>,
}

/// Everything the loop holds.
pub(super) struct Control {
    pub master: Arc<OwnedFd>,
    pub listener: UnixListener,
    pub leader: Pid,
    pub leader_socket: UnixStream,
    pub step: Step,
    pub spout: Arc<Spout>,
    pub show: Arc<Show>,
    pub keys: Arc<Keys>,
    pub outcome: Arc<Outcome>,
    pub waker: Arc<Waker>,
    pub woken: UnixStream,
    /// TERM or INT came to the keeper.
    pub told_to_end: Arc<AtomicBool>,
    pub started: Instant,
    pub timeout: Option<Duration>,
    pub grace: Duration,
    pub state: State,
}

/// What changes while it runs.
#[derive(Debug, Default)]
pub(super) struct State {
    clients: Clients,
    words: Vec<u8>,
    leader_gone: bool,
    phase: Phase,
    cancel: Option<Cancel>,
    /// What the step left in its session, once it is over.
    left: Option<Vec<Member>>,
}

impl Control {
    /// Runs until the end was written down and read, or nobody came for it, and nothing of the step lives.
    pub fn run(mut self) -> std::io::Result<()> {
        if let Some(end) = self.step.end.take() {
            self.step_ended(end);
        }
        loop {
            let now = Instant::now();
            self.advance(now);
            if self.may_leave(now) {
                return Ok(());
            }
            self.serve();
            self.wait(now)?;
        }
    }

    fn serve(&mut self) {
        if self.state.clients.anybody_waits() {
            // Before the version is looked at, so that a change in between wakes the loop.
            self.show.awaited.store(true, Ordering::SeqCst);
        }
        let ended = match &self.state.phase {
            Phase::Over { end, .. } => Some(end.clone()),
            Phase::Running | Phase::Draining { .. } | Phase::Recording => None,
        };
        let total = self.spout.total.load(Ordering::Acquire);
        self.state.clients.show(&self.show, total, ended.as_ref());
        if let Some(end) = &ended {
            self.state.clients.tell_end(end);
        }
        self.state.clients.sweep();
    }

    /// Waits for anything, or for the next thing that is due.
    fn wait(&mut self, now: Instant) -> std::io::Result<()> {
        let patience = self.patience(now).map(|patience| Timespec {
            tv_sec: i64::try_from(patience.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: patience.subsec_nanos().into(),
        });
        let peers = self.state.clients.peers.len();
        let ready: Vec<PollFlags> = {
            let mut fds = vec![
                PollFd::new(&self.woken, PollFlags::IN),
                PollFd::new(&self.listener, PollFlags::IN),
            ];
            for peer in &self.state.clients.peers {
                let mut flags = PollFlags::IN;
                flags.set(PollFlags::OUT, peer.has_output());
                fds.push(PollFd::new(&peer.stream, flags));
            }
            if !self.state.leader_gone {
                fds.push(PollFd::new(&self.leader_socket, PollFlags::IN));
            }
            for member in self.state.left.iter().flatten() {
                fds.push(PollFd::new(&member.fd, PollFlags::IN));
            }
            match poll(&mut fds, patience.as_ref()) {
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
            fds.iter().map(PollFd::revents).collect()
        };
        if !ready[0].is_empty() {
            let mut sink = [0_u8; 256];
            while self.woken.read(&mut sink).is_ok_and(|count| count > 0) {}
            self.reap();
        }
        for (index, flags) in ready[2..2 + peers].iter().enumerate() {
            if flags.contains(PollFlags::OUT) {
                self.state.clients.peers[index].flush();
            }
            if flags.intersects(PollFlags::IN | PollFlags::HUP | PollFlags::ERR) {
                for ask in self.state.clients.peers[index].read() {
                    self.act(index, ask);
                }
            }
        }
        if !ready[1].is_empty() {
            self.state.clients.accept(&self.listener);
        }
        let mut rest = ready[2 + peers..].iter();
        if !self.state.leader_gone && rest.next().is_some_and(|flags| !flags.is_empty()) {
            self.listen_to_leader();
        }
        if rest.any(|flags| !flags.is_empty()) {
            self.state.left = Some(session::members(self.leader));
        }
        Ok(())
    }

    fn act(&mut self, index: usize, ask: KeeperAsk) {
        let over = !matches!(self.state.phase, Phase::Running);
        let peer = &mut self.state.clients.peers[index];
        match ask {
            KeeperAsk::Picture { have, scroll } => peer.want(have, scroll),
            KeeperAsk::Input { text } => {
                if over {
                    peer.reject("the step is over");
                } else if !self.keys.push(text.as_bytes()) {
                    peer.reject("the step does not read what is typed");
                }
            }
            KeeperAsk::Resize { rows, cols } => {
                let (rows, cols) = super::screen::fit(rows, cols);
                self.spout.resize(cols, rows);
                self.show.resize(rows, cols, &self.waker);
                // The kernel sends WINCH to the foreground group by itself.
                if let Err(error) = super::setup::set_size(&self.master, rows, cols) {
                    peer.reject(format!("the size cannot be set: {error}"));
                }
            }
            KeeperAsk::Cancel => self.cancel(Reason::Asked),
        }
    }

    fn cancel(&mut self, reason: Reason) {
        let something_lives = matches!(self.state.phase, Phase::Running) || self.left_something();
        if self.state.cancel.is_none() && something_lives {
            let now = Instant::now();
            self.state.cancel = Some(Cancel::begin(
                reason,
                &self.master,
                self.leader,
                self.grace,
                now,
            ));
        }
    }

    /// The step is over, and processes that it started in its session live on.
    fn left_something(&self) -> bool {
        self.state
            .left
            .as_ref()
            .is_some_and(|left| !left.is_empty())
    }

    fn listen_to_leader(&mut self) {
        let mut buffer = [0_u8; 1024];
        loop {
            match self.leader_socket.read(&mut buffer) {
                Ok(count) if count > 0 => self.state.words.extend_from_slice(&buffer[..count]),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Ok(_) | Err(_) => {
                    self.state.leader_gone = true;
                    break;
                }
            }
        }
        while let Some(end) = memchr::memchr(b'\n', &self.state.words) {
            let line: Vec<u8> = self.state.words.drain(..=end).collect();
            if let Ok(word) = serde_json::from_slice(&line) {
                self.hear(&word);
            }
        }
        self.reap();
    }

    fn hear(&mut self, word: &Word) {
        match *word {
            Word::Exited { code } => self.step_ended(RunEnd::Exited { code }),
            Word::Signalled { signal } => self.step_ended(RunEnd::Signalled { signal }),
            Word::Started { .. } | Word::Failed { .. } => {}
        }
    }

    /// The keeper adopts what loses its parent within the step, and the step itself if its leader was killed.
    fn reap(&mut self) {
        while let Ok(Some((pid, status))) = rustix::process::wait(WaitOptions::NOHANG) {
            if pid == self.step.pid {
                self.step_ended(end_of(status));
            }
        }
    }

    fn step_ended(&mut self, by_itself: RunEnd) {
        if !matches!(self.state.phase, Phase::Running) {
            return;
        }
        let end = match &self.state.cancel {
            None => by_itself,
            Some(cancel) => match cancel.reason {
                Reason::TimedOut => RunEnd::TimedOut,
                Reason::Asked => RunEnd::Cancelled {
                    signal: cancel.signal.as_raw(),
                },
            },
        };
        let now = Instant::now();
        self.state.phase = Phase::Draining {
            finish: Finish {
                end,
                duration: now - self.started,
                output_bytes: 0,
                at: jiff::Timestamp::now(),
            },
            since: now,
            seen: 0,
            quiet_since: now,
        };
    }

    /// Does what is due.
    fn advance(&mut self, now: Instant) {
        if self.told_to_end.load(Ordering::Acquire) {
            self.cancel(Reason::Asked);
        }
        if self.deadline().is_some_and(|deadline| now >= deadline) {
            self.cancel(Reason::TimedOut);
        }
        if let Some(cancel) = &mut self.state.cancel {
            // It goes on when the step itself has obeyed: what it left in the background has to end as well.
            cancel.step(self.leader, self.grace, now);
        }
        if self.state.left.as_ref().is_some_and(Vec::is_empty) {
            self.state.cancel = None;
        }
        self.watch_the_end(now);
        if let (Phase::Recording, Some((end, _))) = (&self.state.phase, self.outcome.get()) {
            self.state.phase = Phase::Over {
                end: end.end,
                since: now,
            };
            self.state.left = Some(session::members(self.leader));
            self.show.changed(&self.waker);
        }
    }

    fn watch_the_end(&mut self, now: Instant) {
        let total = self.spout.total.load(Ordering::Acquire);
        let closed = self.spout.closed.load(Ordering::Acquire);
        let blocked = self.spout.blocked.load(Ordering::Relaxed);
        let Phase::Draining {
            finish,
            since,
            seen,
            quiet_since,
        } = &mut self.state.phase
        else {
            return;
        };
        if total != *seen || blocked {
            *seen = total;
            *quiet_since = now;
        }
        let quiet = now - *quiet_since >= QUIET && !readable(&self.master);
        let enough = now - *since >= DRAIN_LIMIT && !blocked;
        if closed || quiet || enough {
            finish.output_bytes = total;
            self.spout.finish(finish.clone());
            self.state.phase = Phase::Recording;
        }
    }

    fn deadline(&self) -> Option<Instant> {
        let running = matches!(self.state.phase, Phase::Running) && self.state.cancel.is_none();
        self.timeout
            .filter(|_| running)
            .and_then(|timeout| self.started.checked_add(timeout))
    }

    /// Until the next thing is due; `None` where nothing is.
    fn patience(&self, now: Instant) -> Option<Duration> {
        let phase = match &self.state.phase {
            Phase::Running | Phase::Recording => None,
            Phase::Draining { .. } => Some(now + LOOK),
            Phase::Over { since, .. } => (!self.left_something()).then_some(*since + self.stay()),
        };
        let cancel = self.state.cancel.as_ref().map(|cancel| cancel.due);
        [phase, cancel, self.deadline()]
            .into_iter()
            .flatten()
            .min()
            .map(|due| due.saturating_duration_since(now))
    }

    fn may_leave(&self, now: Instant) -> bool {
        let Phase::Over { since, .. } = &self.state.phase else {
            return false;
        };
        let told = self.told_to_end.load(Ordering::Acquire);
        (told || now - *since >= self.stay()) && !self.left_something()
    }

    fn stay(&self) -> Duration {
        if self.state.clients.end_was_read {
            READ
        } else {
            UNREAD
        }
    }
}

/// How a process ended, as its parent sees it.
pub(super) fn end_of(status: WaitStatus) -> RunEnd {
    match (status.exit_status(), status.terminating_signal()) {
        (Some(code), _) => RunEnd::Exited { code },
        (None, signal) => RunEnd::Signalled {
            signal: signal.unwrap_or(0),
        },
    }
}

fn readable(master: &OwnedFd) -> bool {
    let fd = master.as_fd();
    let mut fds = [PollFd::new(&fd, PollFlags::IN)];
    poll(
        &mut fds,
        Some(&Timespec {
            tv_sec: 0,
            tv_nsec: 0,
        }),
    )
    .is_ok()
        && fds[0].revents().contains(PollFlags::IN)
}
