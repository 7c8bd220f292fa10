//! How a keeper comes up: its own session, its folder, the terminal, the leader, then one answer to the host.
//!
//! Whatever fails before the step runs is the answer, and stands in `end.json` as "not started".

use super::control::{Control, State, Step};
use super::drain::Spout;
use super::keys::Keys;
use super::launch::Answer;
use super::lead::{Order, Word};
use super::record::{Outcome, Recorder, reserve_end, write_end};
use super::screen::fit;
use super::show::Show;
use super::transcript::{Header, Writer};
use super::wake::Waker;
use super::{End, Spec};
use crate::incident::fact::RunEnd;
use crate::mask::Masker;
use crate::paths::RunDir;
use color_eyre::eyre::{Result, WrapErr, eyre};
use rustix::fd::OwnedFd;
use rustix::fs::{FlockOperation, Mode, flock};
use rustix::process::{Pid, WaitOptions};
use signal_hook::consts::signal;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

/// The longest [`Spec`] that is read, in bytes.
const SPEC_LIMIT: u64 = 64 << 20;
/// The longest time that makes sense; a larger number means "for ever".
const LONGEST: Duration = Duration::from_secs(10 * 365 * 86_400);

/// The body of `breakglass keeper`.
pub(super) fn main() -> Result<ExitCode> {
    close_inherited();
    let told_to_end = Arc::new(AtomicBool::new(false));
    let (waker, woken) = Waker::new()?;
    for number in [signal::SIGTERM, signal::SIGINT] {
        signal_hook::flag::register(number, Arc::clone(&told_to_end))?;
    }
    for number in [signal::SIGTERM, signal::SIGINT, signal::SIGCHLD] {
        signal_hook::low_level::pipe::register(number, waker.for_signals()?)?;
    }
    // Caught and not ignored: what is ignored here would be ignored in the step. With XFSZ caught, a limit on the size
    // of files is an error like a full disk.
    for number in [signal::SIGHUP, signal::SIGXFSZ] {
        signal_hook::flag::register(number, Arc::new(AtomicBool::new(false)))?;
    }

    let mut text = Vec::new();
    std::io::stdin()
        .lock()
        .take(SPEC_LIMIT)
        .read_to_end(&mut text)?;
    let spec: Spec = serde_json::from_slice(&text).wrap_err("not the order of a host")?;
    drop(text);
    // A group's leader cannot begin a session; a keeper that was started by hand may be one.
    _ = rustix::process::setsid();
    _ = rustix::process::set_child_subreaper(Some(rustix::process::getpid()));
    let null = std::fs::OpenOptions::new()
        .read(true)
        .write(true)
        .open("/dev/null")?;
    rustix::stdio::dup2_stdin(&null)?;
    rustix::stdio::dup2_stderr(&null)?;

    let dir = RunDir(std::path::absolute(&spec.dir)?);
    let up = bring_up(&spec, &dir, waker, woken, told_to_end);
    let answer = match &up {
        Ok(_) => Answer::Started,
        Err(error) => {
            let why = format!("{error:#}");
            not_started(&dir, &why);
            Answer::Failed(why)
        }
    };
    // The host may be gone already; the step runs all the same.
    _ = std::io::stdout().write_all(&serde_json::to_vec(&answer)?);
    _ = std::io::stdout().flush();
    rustix::stdio::dup2_stdout(&null)?;
    match up {
        Ok((control, _lock)) => {
            control.run()?;
            _ = std::fs::remove_file(dir.socket());
            Ok(ExitCode::SUCCESS)
        }
        Err(_) => Ok(ExitCode::FAILURE),
    }
}

/// Closes every file descriptor past standard error. Ours are closed on exec; what a shell, a build tool or a
/// test left open would otherwise stay open for as long as the step runs, and whoever waits for its end would hang.
/// Only for the very start of a process, before it has opened anything.
pub(crate) fn close_inherited() {
    let Ok(entries) = std::fs::read_dir("/proc/self/fd") else {
        return;
    };
    let inherited: Vec<i32> = entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|&fd| fd > 2)
        .collect();
    for fd in inherited {
        // One of them was the folder that was read, and is closed already.
        _ = nix::unistd::close(fd);
    }
}

fn not_started(dir: &RunDir, why: &str) {
    let end = End {
        end: RunEnd::NotStarted {
            why: why.to_owned(),
        },
        duration_ms: 0,
        output_bytes: 0,
        transcript_sha256: super::transcript::sha256_of(&dir.transcript()).ok(),
        tail: String::new(),
        at: jiff::Timestamp::now(),
    };
    if !dir.end().exists() {
        // Where even that cannot be written, the answer to the host is what is left.
        _ = write_end(dir, &end);
    }
}

fn bring_up(
    spec: &Spec,
    dir: &RunDir,
    waker: Waker,
    woken: UnixStream,
    told_to_end: Arc<AtomicBool>,
) -> Result<(Control, std::fs::File)> {
    let (rows, cols) = fit(spec.rows, spec.cols);
    let cwd = spec.cwd.clone().or_else(|| std::env::current_dir().ok());
    // The socket is bound by a relative name: an address holds only 107 bytes.
    std::env::set_current_dir(&dir.0)
        .wrap_err_with(|| format!("the run's folder `{}`", dir.0.display()))?;
    let umask = rustix::process::umask(Mode::from_raw_mode(0o077));
    let lock = lock_pid(dir)?;
    let masker = Masker::new(&spec.secrets);
    let writer = open_transcript(spec, dir, &masker, rows, cols)?;
    reserve_end(dir).wrap_err("room for the end of the run")?;
    _ = std::fs::remove_file("keeper.sock");
    let listener = UnixListener::bind("keeper.sock").wrap_err("`keeper.sock`")?;
    listener.set_nonblocking(true)?;
    rustix::process::umask(umask);

    let (pty, pts) = pty_process::blocking::open().wrap_err("no pseudo-terminal")?;
    pty.resize(pty_process::Size::new(rows, cols))?;
    if let Ok(mut modes) = rustix::termios::tcgetattr(&pts) {
        // So that erasing takes back a whole character.
        modes.input_modes |= rustix::termios::InputModes::IUTF8;
        rustix::termios::tcsetattr(&pts, rustix::termios::OptionalActions::Now, &modes)?;
    }
    let (near, far) = UnixStream::pair()?;
    let order = Order {
        argv: spec.argv.clone(),
        env: spec.env.clone(),
        cwd,
    };
    let started = Instant::now();
    let leader = pty_process::blocking::Command::new("/proc/self/exe")
        .arg0("breakglass")
        .arg("keeper")
        .arg("--lead")
        .env("TERM", "xterm-256color")
        .env_remove("COLUMNS")
        .env_remove("LINES")
        .current_dir("/")
        .stdin(OwnedFd::from(far))
        .stderr(std::process::Stdio::null())
        .spawn(pts)
        .wrap_err("the leader of the session")?;
    let leader = Pid::from_child(&leader);
    let step = hand_over(&near, leader, &order)?;
    near.set_nonblocking(true)?;

    let master = Arc::new(OwnedFd::from(pty));
    let spout = Arc::new(Spout::default());
    let show = Arc::new(Show::new(rows, cols));
    let keys = Arc::new(Keys::default());
    let outcome = Arc::new(Outcome::default());
    let waker = Arc::new(waker);
    let recorder = Recorder {
        dir: dir.clone(),
        writer,
        masker,
        started,
    };
    start_threads(recorder, &master, &spout, &show, &keys, &outcome, &waker)?;
    let control = Control {
        master,
        listener,
        leader,
        leader_socket: near,
        step,
        spout,
        show,
        keys,
        outcome,
        waker,
        woken,
        told_to_end,
        started,
        timeout: spec.timeout_seconds.and_then(span),
        grace: span(spec.grace_seconds).unwrap_or_default(),
        state: State::default(),
    };
    Ok((control, lock))
}

/// Seconds as a time span; what is not a sensible number of seconds is none.
fn span(seconds: f64) -> Option<Duration> {
    let span = Duration::try_from_secs_f64(seconds).ok()?;
    (span <= LONGEST).then_some(span)
}

fn lock_pid(dir: &RunDir) -> Result<std::fs::File> {
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(dir.keeper_pid())
        .wrap_err("`keeper.pid`")?;
    flock(&file, FlockOperation::NonBlockingLockExclusive)
        .map_err(|_| eyre!("another keeper holds `{}`", dir.0.display()))?;
    file.set_len(0)?;
    writeln!(file, "{}", std::process::id())?;
    Ok(file)
}

fn open_transcript(
    spec: &Spec,
    dir: &RunDir,
    masker: &Masker,
    rows: u16,
    cols: u16,
) -> Result<Writer> {
    let mut env = std::collections::BTreeMap::new();
    env.insert("TERM".to_owned(), "xterm-256color".to_owned());
    if let Ok(shell) = std::env::var("SHELL") {
        env.insert("SHELL".to_owned(), shell);
    }
    let header = Header {
        version: 2,
        width: cols,
        height: rows,
        timestamp: jiff::Timestamp::now().as_second(),
        title: masker.mask(&spec.title).into_owned(),
        env,
    };
    Writer::create(&dir.transcript(), &header)
        .wrap_err_with(|| format!("the transcript `{}`", dir.transcript().display()))
}

/// Gives the leader its order and waits until it has started the step, or could not.
fn hand_over(socket: &UnixStream, leader: Pid, order: &Order) -> Result<Step> {
    let mut line = String::new();
    let mut writer = socket;
    let sent = writer.write_all(&crate::wire::line(order)?);
    // A byte at a time: the word after it, that the step has ended, is for the control loop.
    let heard = BufReader::with_capacity(1, socket).read_line(&mut line);
    match serde_json::from_str(&line) {
        Ok(Word::Started { pid }) => {
            let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
            let pid = pid.ok_or_else(|| eyre!("the step has no pid"))?;
            Ok(Step { pid, end: None })
        }
        Ok(Word::Failed { why }) => Err(eyre!("{why}")),
        Ok(Word::Exited { .. } | Word::Signalled { .. }) | Err(_) => {
            adopt(leader).ok_or_else(|| {
                let why = sent.err().or(heard.err());
                let why = why.map(|error| format!(": {error}")).unwrap_or_default();
                eyre!("the leader of the session died{why}")
            })
        }
    }
}

/// The step of a leader that was killed before it could say that it had started one: it is this process's child
/// now, because the keeper adopts. `None` where there was no step.
fn adopt(leader: Pid) -> Option<Step> {
    rustix::process::waitpid(Some(leader), WaitOptions::empty()).ok()?;
    if let Some((pid, status)) = rustix::process::wait(WaitOptions::NOHANG).ok()? {
        let end = Some(super::control::end_of(status));
        return Some(Step { pid, end });
    }
    let children = std::fs::read_to_string("/proc/thread-self/children").ok()?;
    let pid = children.split_ascii_whitespace().next()?.parse().ok()?;
    Some(Step {
        pid: Pid::from_raw(pid)?,
        end: None,
    })
}

fn start_threads(
    recorder: Recorder,
    master: &Arc<OwnedFd>,
    spout: &Arc<Spout>,
    show: &Arc<Show>,
    keys: &Arc<Keys>,
    outcome: &Arc<Outcome>,
    waker: &Arc<Waker>,
) -> std::io::Result<()> {
    let thread = |name: &str, body: Box<dyn FnOnce() + Send>| {
        std::thread::Builder::new()
            .name(name.into())
            .stack_size(512 << 10)
            .spawn(body)
            .map(drop)
    };
    {
        let (spout, show, outcome, waker) =
            (spout.clone(), show.clone(), outcome.clone(), waker.clone());
        thread(
            "record",
            Box::new(move || recorder.run(&spout, &show, &outcome, &waker)),
        )?;
    }
    {
        let (show, keys, waker) = (show.clone(), keys.clone(), waker.clone());
        thread("screen", Box::new(move || show.run(&keys, &waker)))?;
    }
    {
        let (keys, master) = (keys.clone(), master.clone());
        thread("keys", Box::new(move || keys.run(&master)))?;
    }
    let (master, spout, waker) = (master.clone(), spout.clone(), waker.clone());
    thread(
        "drain",
        Box::new(move || super::drain::run(&master, &spout, &waker)),
    )
}

/// Sets the terminal's size.
pub(super) fn set_size(master: &OwnedFd, rows: u16, cols: u16) -> std::io::Result<()> {
    let size = rustix::termios::Winsize {
        ws_row: rows,
        ws_col: cols,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    Ok(rustix::termios::tcsetwinsize(master, size)?)
}
