//! The loop: waits on terminal, signals, link and clock; drains what came, then draws, when the pace allows.
//!
//! It must not decide anything about an incident (`update` does), and never waits for disk or network.

mod clipboard;
mod leave;
mod suspend;

use super::effect::Effect;
use super::frames::Frames;
use super::input::{Decoder, Input};
use super::keymap::Keymap;
use super::layout::draw;
use super::link::Link;
use super::message::{Message, Terminal as FromTerminal};
use super::model::{Model, Settings};
use super::pace::{Cause, Pace, QUESTION};
use super::signals::{Asked, Signals};
use super::terminal::{self, Terminal};
use super::update::update;
use crate::cli::Common;
use crate::wire::KeeperAsk;
use jiff::Timestamp;
use ratatui::layout::Size;
use rustix::event::{PollFd, PollFlags, Timespec};
use std::io;
use std::time::{Duration, Instant};

const SECOND: Duration = Duration::from_secs(1);
/// Longer than between the keys of a hand that runs through a list, or of a key held down.
const REST: Duration = Duration::from_millis(150);
/// How far behind the model's clock may be when something is taken in: presses are told apart by less than a second.
const STALE: Duration = Duration::from_millis(50);

/// Why the loop ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    Quit,
    /// The terminal has gone: nothing can be given back.
    HungUp,
    Signal(i32),
}

/// What is still to be written to the terminal.
#[derive(Debug, Default)]
struct Out {
    bytes: Vec<u8>,
    written: usize,
}

impl Out {
    fn is_empty(&self) -> bool {
        self.written == self.bytes.len()
    }
}

#[derive(Debug)]
pub struct Session {
    terminal: Terminal,
    signals: Signals,
    frames: Frames,
    out: Out,
    decoder: Decoder,
    pressed: Instant,
    /// When a lone escape is taken for the key.
    flush_at: Option<Instant>,
    pace: Pace,
    model: Model,
    link: Option<Link>,
    /// Why the next frame is due.
    cause: Cause,
    /// The picture to ask for once the last frame has been sent and the next may go.
    picture: Option<(KeeperAsk, Cause)>,
    /// Whether the mouse is wanted.
    mouse: bool,
    /// The screen is to be drawn even where the model has not changed.
    redraw: bool,
    last_tick: Instant,
    tick_at: Instant,
    ended: Option<Ended>,
}

impl Session {
    /// Takes the terminal and writes the first frame, having looked at nothing else.
    pub fn begin() -> io::Result<Session> {
        let signals = Signals::take()?;
        let terminal = Terminal::take()?;
        let now = Instant::now();
        let size = terminal.size();
        let model = Model::new(Settings {
            keymap: Keymap::embedded("default").unwrap_or_default(),
            ascii: terminal::is_ascii(),
            colour: terminal::has_colour(),
            zone: jiff::tz::TimeZone::UTC,
            size,
            now: Timestamp::now(),
        });
        let mut session = Session {
            terminal,
            signals,
            frames: Frames::new(Size::new(size.0, size.1)),
            out: Out {
                bytes: terminal::ENTER.to_vec(),
                written: 0,
            },
            decoder: Decoder::default(),
            pressed: now,
            flush_at: None,
            pace: Pace::new(now),
            model,
            link: None,
            cause: Cause::Key,
            picture: None,
            mouse: false,
            redraw: true,
            last_tick: now,
            tick_at: now,
            ended: None,
        };
        session.draw(now);
        session.write();
        Ok(session)
    }

    /// Reaches for the host, and goes on until it ends.
    pub fn run(mut self, common: &Common) -> io::Result<Ended> {
        self.link = Some(Link::new(common, crate::host::client::connect_or_start)?);
        while self.ended.is_none() {
            let now = Instant::now();
            let due = self.turn(now);
            self.wait(due)?;
        }
        let ended = self.ended.unwrap_or(Ended::Quit);
        match ended {
            Ended::Quit => self.settle(leave::OWED_PATIENCE),
            Ended::Signal(_) => self.settle(leave::OWED_PATIENCE_ON_SIGNAL),
            Ended::HungUp => {}
        }
        Ok(ended)
    }

    /// Does what is due; says when something else will be.
    fn turn(&mut self, now: Instant) -> Option<Instant> {
        let mut due = Due::default();
        if self.flush_at.is_some_and(|at| at <= now) {
            self.flush_at = None;
            let mut inputs = Vec::new();
            self.decoder.flush(&mut inputs);
            self.take_inputs(inputs, now);
        }
        due.add(self.flush_at);
        if self.model.wants_tick() {
            if self.tick_at <= now {
                self.tick(now);
            }
            due.add(Some(self.tick_at));
        }
        if self.model.wants_rest() {
            let rested = self.pressed + REST;
            if rested <= now {
                self.take(Message::Rested, Cause::Output);
            } else {
                due.add(Some(rested));
            }
        }
        let stale = self.redraw || self.model.dirty();
        if self.out.is_empty() && stale {
            match self.pace.wait(self.cause, now) {
                None => self.draw(now),
                later => due.add(later),
            }
        }
        self.write();
        self.frames.rest();
        if self.out.is_empty()
            && !self.model.dirty()
            && !self.redraw
            && let Some((ask, cause)) = self.picture.take()
        {
            let wait = self.pace.wait(cause, now);
            match (&self.link, wait) {
                (Some(link), None) => link.ask(ask),
                _ => self.picture = Some((ask, cause)),
            }
            due.add(wait);
        }
        due.0
    }

    /// Waits until something comes or is due, and takes everything in.
    fn wait(&mut self, due: Option<Instant>) -> io::Result<()> {
        if self.ended.is_some() {
            return Ok(());
        }
        let timeout = due.map(|due| timespec(due.saturating_duration_since(Instant::now())));
        let mut flags = PollFlags::IN;
        flags.set(PollFlags::OUT, !self.out.is_empty());
        let mut waited = vec![
            PollFd::new(&self.terminal, flags),
            PollFd::new(&self.signals, PollFlags::IN),
        ];
        waited.extend(
            self.link
                .as_ref()
                .map(|link| PollFd::new(link, PollFlags::IN)),
        );
        match rustix::event::poll(&mut waited, timeout.as_ref()) {
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
        let ready: Vec<PollFlags> = waited.iter().map(PollFd::revents).collect();
        let now = Instant::now();
        if !ready[1].is_empty() {
            for asked in self.signals.drain() {
                self.obey(asked, now);
            }
        }
        if ready[0].intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) {
            self.ended.get_or_insert(Ended::HungUp);
            return Ok(());
        }
        if ready[0].contains(PollFlags::IN) {
            self.read(now)?;
        }
        if ready.get(2).is_some_and(|link| !link.is_empty()) {
            let messages = self.link.as_ref().map(Link::drain).unwrap_or_default();
            self.refresh_clock(now);
            for message in messages {
                self.take(message, Cause::Output);
            }
        }
        Ok(())
    }

    fn read(&mut self, now: Instant) -> io::Result<()> {
        let mut buffer = [0; 4096];
        match self.terminal.read(&mut buffer)? {
            None => {}
            Some(0) => self.ended = Some(Ended::HungUp),
            Some(count) => {
                let mut inputs = Vec::new();
                self.decoder.feed(&buffer[..count], &mut inputs);
                self.flush_at = self.decoder.patience().map(|patience| now + patience);
                self.take_inputs(inputs, now);
            }
        }
        Ok(())
    }

    fn take_inputs(&mut self, inputs: Vec<Input>, now: Instant) {
        for input in inputs {
            let message = match input {
                Input::Key(key) => FromTerminal::Key(key),
                Input::Paste(text) => FromTerminal::Paste(text),
                Input::Mouse(mouse) => FromTerminal::Mouse(mouse),
                Input::Answer => {
                    self.pace.answered(now);
                    continue;
                }
                Input::Focus(_) => continue,
            };
            self.pace.pressed(now);
            self.pressed = now;
            self.refresh_clock(now);
            self.take(Message::Terminal(message), Cause::Key);
        }
    }

    /// What switches the terminal's mouse reports on or off.
    fn mouse_reports(&self) -> &'static [u8] {
        if self.mouse {
            terminal::MOUSE_ON
        } else {
            terminal::MOUSE_OFF
        }
    }

    /// One message through `update`, and its effects.
    fn take(&mut self, message: Message, cause: Cause) {
        if let Message::Configured(configured) = &message
            && configured.mouse != self.mouse
        {
            self.mouse = configured.mouse;
            self.out.bytes.extend_from_slice(self.mouse_reports());
        }
        let was_dirty = self.model.dirty();
        let effects = update(&mut self.model, message);
        if self.model.dirty() && (cause == Cause::Key || !was_dirty) {
            self.cause = cause;
        }
        for effect in effects {
            self.perform(effect, cause);
        }
    }

    fn perform(&mut self, effect: Effect, cause: Cause) {
        match (effect, &self.link) {
            (Effect::Send(request), Some(link)) => link.send(request),
            (Effect::Follow(run), Some(link)) => {
                self.picture = None;
                link.follow(run);
            }
            (Effect::Ask(ask @ KeeperAsk::Picture { .. }), Some(_)) => {
                self.picture = Some((ask, cause));
            }
            (Effect::Ask(ask), Some(link)) => link.ask(ask),
            (Effect::WriteReport(incident), Some(link)) => link.write_report(incident),
            (Effect::ReadSection { source, line }, Some(link)) => link.read_section(source, line),
            (Effect::Copy(text), _) => clipboard::copy(&text, &mut self.out.bytes),
            (Effect::Repaint, _) => self.repaint(),
            (Effect::Suspend, _) => self.suspend(),
            (Effect::Quit, _) => {
                self.ended.get_or_insert(Ended::Quit);
            }
            // There is a link before there is anything to read.
            (
                Effect::Send(_)
                | Effect::Follow(_)
                | Effect::Ask(_)
                | Effect::WriteReport(_)
                | Effect::ReadSection { .. },
                None,
            ) => {}
        }
    }

    fn obey(&mut self, asked: Asked, now: Instant) {
        match asked {
            Asked::Leave(signal) if signal == signal_hook::consts::SIGHUP => {
                self.ended = Some(Ended::HungUp);
            }
            Asked::Leave(signal) => {
                self.ended.get_or_insert(Ended::Signal(signal));
            }
            Asked::Resize => self.resize(now),
            Asked::Suspend => self.suspend(),
            // A terminal that vanishes sends this too, after SIGHUP.
            Asked::Continued if self.ended.is_some() => {}
            Asked::Continued => match self.terminal.take_again() {
                Ok(()) => self.enter(now),
                Err(_) => self.ended = Some(Ended::HungUp),
            },
        }
    }

    fn resize(&mut self, now: Instant) {
        let (columns, rows) = self.terminal.size();
        self.frames.resize(Size::new(columns, rows));
        self.refresh_clock(now);
        self.take(
            Message::Terminal(FromTerminal::Resize(columns, rows)),
            Cause::Key,
        );
    }

    /// Draws everything next time, whatever the terminal shows now.
    fn repaint(&mut self) {
        self.out.bytes.extend_from_slice(terminal::PLAIN);
        self.frames.forget();
        self.redraw = true;
        self.cause = Cause::Key;
    }

    fn draw(&mut self, now: Instant) {
        self.frames.draw(|buffer| draw(&self.model, buffer));
        self.model.drawn();
        self.redraw = false;
        let before = self.out.bytes.len();
        self.frames.take(&mut self.out.bytes);
        let bytes = self.out.bytes.len() - before;
        if bytes > 0 && self.pace.sends(bytes, self.cause, now) {
            self.out.bytes.extend_from_slice(QUESTION);
        }
        self.cause = Cause::Output;
    }

    /// Writes what the terminal takes now.
    fn write(&mut self) {
        while !self.out.is_empty() {
            match self.terminal.write(&self.out.bytes[self.out.written..]) {
                Ok(Some(count)) => self.out.written += count,
                Ok(None) => return,
                Err(_) => {
                    self.ended.get_or_insert(Ended::HungUp);
                    return;
                }
            }
        }
        self.out.bytes.clear();
        self.out.written = 0;
    }

    /// What is told with its age is told right.
    fn refresh_clock(&mut self, now: Instant) {
        if now.saturating_duration_since(self.last_tick) >= STALE {
            self.tick(now);
        }
    }

    fn tick(&mut self, now: Instant) {
        let time = Timestamp::now();
        let past = Duration::from_nanos(time.subsec_nanosecond().unsigned_abs().into());
        self.last_tick = now;
        // The figures change with the clock on the wall.
        self.tick_at = now + SECOND.saturating_sub(past);
        self.take(Message::Tick(time), Cause::Output);
    }
}

/// The earliest of several moments.
#[derive(Debug, Default)]
struct Due(Option<Instant>);

impl Due {
    fn add(&mut self, at: Option<Instant>) {
        self.0 = [self.0, at].into_iter().flatten().min();
    }
}

fn timespec(duration: Duration) -> Timespec {
    Timespec {
        tv_sec: duration.as_secs().min(3600).cast_signed(),
        tv_nsec: i64::from(duration.subsec_nanos()),
    }
}
