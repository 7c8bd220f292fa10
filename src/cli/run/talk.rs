//! The conversation of `breakglass run` with the host: intents out, entries in, folded as the console folds them.

use crate::cli::Common;
use crate::host::client;
use crate::incident::{Intent, Refusal, RunId, State};
use crate::paths::StateDir;
use crate::runbook::Runbook;
use crate::wire::{self, Reply, Request, Severity, VERSION};
use color_eyre::Result;
use color_eyre::eyre::eyre;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};

pub(super) struct Talk {
    lines: BufReader<OwnedReadHalf>,
    write: OwnedWriteHalf,
    next: u64,
    pub(super) runbooks: Vec<Runbook>,
    pub(super) state: State,
}

/// What the host made of an intent.
pub(super) enum Answer {
    Done { run: Option<RunId> },
    Refused { refusal: Refusal },
}

impl Talk {
    /// Connects, starting a host where none is at work, and waits for runbooks and the open incident.
    pub(super) async fn start(common: &Common) -> Result<Talk> {
        let state = StateDir::resolve(common.state_dir.clone());
        let stream = client::connect_or_start(&state, common)
            .map_err(|error| eyre!("cannot reach or start the host: {error}"))?;
        stream.set_nonblocking(true)?;
        let (read, write) = UnixStream::from_std(stream)?.into_split();
        let mut talk = Talk {
            lines: BufReader::new(read),
            write,
            next: 0,
            runbooks: Vec::new(),
            state: State::default(),
        };
        let absolute = |path: &std::path::PathBuf| {
            std::path::absolute(path).map(|path| path.display().to_string())
        };
        let hello = Request::Hello {
            version: VERSION,
            client: "run".into(),
            runbooks: common
                .runbook
                .iter()
                .map(absolute)
                .collect::<Result<_, _>>()?,
            config: common.config.as_ref().map(absolute).transpose()?,
        };
        talk.send(&hello).await?;
        talk.send(&Request::Watch { incident: None }).await?;
        loop {
            let reply = talk.next().await?;
            if matches!(reply, Reply::Incident { .. }) {
                return Ok(talk);
            }
            Self::complain(&reply)?;
        }
    }

    async fn send(&mut self, request: &Request) -> Result<()> {
        Ok(self.write.write_all(&wire::line(request)?).await?)
    }

    /// The next reply; what changes the state is folded in before it is returned.
    async fn next(&mut self) -> Result<Reply> {
        let mut line = Vec::new();
        if self.lines.read_until(b'\n', &mut line).await? == 0 {
            return Err(eyre!(
                "the host went away; what it started goes on and is in the record"
            ));
        }
        let reply: Reply = serde_json::from_slice(&line)?;
        if let Reply::Incident { state, .. } = &reply {
            self.state = state.as_deref().cloned().unwrap_or_default();
        } else if let Reply::Entries { entries } = &reply {
            for entry in entries {
                self.state.apply(entry);
            }
        } else if let Reply::Runbooks { runbooks, .. } = &reply {
            self.runbooks.clone_from(runbooks);
        }
        Ok(reply)
    }

    fn complain(reply: &Reply) -> Result<()> {
        if let Reply::Rejected { why } = reply {
            return Err(eyre!("{why}"));
        }
        if let Reply::Notice { notice } = reply
            && notice.severity > Severity::Info
        {
            crate::cli::complain(&notice.what);
        }
        Ok(())
    }

    /// Says an intent and waits for the answer.
    pub(super) async fn intend(&mut self, intent: Intent) -> Result<Answer> {
        self.next += 1;
        let ask = self.next;
        self.send(&Request::Intend { id: ask, intent }).await?;
        loop {
            let reply = self.next().await?;
            if let Reply::Done { id, run, .. } = &reply
                && *id == ask
            {
                return Ok(Answer::Done { run: *run });
            } else if let Reply::Refused { id, refusal } = &reply
                && *id == ask
            {
                return Ok(Answer::Refused {
                    refusal: refusal.clone(),
                });
            } else if let Reply::Failed { id, why } = &reply
                && *id == ask
            {
                return Err(eyre!("{why}"));
            }
            Self::complain(&reply)?;
        }
    }

    pub(super) async fn intend_or_fail(&mut self, intent: Intent) -> Result<()> {
        match self.intend(intent).await? {
            Answer::Done { .. } => Ok(()),
            Answer::Refused { refusal } => Err(eyre!("{refusal}")),
        }
    }

    /// Waits for the end of a run; Ctrl-C cancels the step, not the walk's record of it.
    pub(super) async fn until_ended(&mut self, run: RunId) -> Result<()> {
        let mut cancelled = false;
        while self
            .state
            .runs
            .get(&run)
            .is_some_and(|run| run.end.is_none())
        {
            tokio::select! {
                reply = self.next() => { let reply = reply?; Self::complain(&reply)?; }
                _ = tokio::signal::ctrl_c(), if !cancelled => {
                    cancelled = true;
                    self.next += 1;
                    let request = Request::Intend { id: self.next, intent: Intent::Cancel { run } };
                    self.send(&request).await?;
                    crate::cli::complain("cancelling the step: INT, then TERM, then KILL");
                }
            }
        }
        Ok(())
    }
}
