//! The host: the engine that decides, journals, probes and starts keepers.
//!
//! One per user and state folder, started on demand by the first client, detached, and gone when
//! nobody is attached and no incident is open. It must not know the screen.
//!
//! `place` (where lock and socket are) · `client` (how one reaches or starts it) · `server` (the
//! socket) · `peer` (who is speaking, from the kernel) · `engine` (the loop) · `journal` (SQLite) ·
//! `runs` (keepers) · `targets` (what a step would hit) · `recover` (what a host before left).

pub mod client;
pub mod engine;
pub mod journal;
pub mod peer;
pub mod place;
pub mod recover;
pub mod runs;
pub mod server;
pub mod targets;

use crate::cli::Common;
use crate::config::Config;
use crate::paths::StateDir;
use color_eyre::Result;
use color_eyre::eyre::{WrapErr, eyre};

/// Runs a host: started `on_demand` until nobody needs it, else until it is told to stop. `ready` is called once clients can connect, with what stood in the way
/// of keeping a record, if anything; `Ok(false)` means that another host is at work already.
pub fn serve(common: &Common, on_demand: bool, ready: impl FnOnce()) -> Result<bool> {
    let state = StateDir::resolve(common.state_dir.clone());
    let place = place::Place::find(&state)?;
    let Some(_lock) = place.lock()? else {
        return Ok(false);
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(8)
        .thread_stack_size(1 << 20)
        .build()
        .wrap_err("cannot start the runtime")?;
    crate::probe::tls::install();
    runtime.block_on(async {
        let listener = server::listen(&place)
            .wrap_err_with(|| format!("cannot listen on `{}`", place.socket().display()))?;
        let config = match Config::load(common) {
            Ok(config) => (config, None),
            Err(error) => (
                Config {
                    builtin_runbooks: true,
                    ..Config::default()
                },
                Some(format!("{error:#}")),
            ),
        };
        let engine = engine::Engine::start(common.clone(), config, state)
            .map_err(|error| eyre!("{error}"))?;
        ready();
        engine.run(listener, on_demand).await;
        Ok::<_, color_eyre::Report>(())
    })?;
    place.leave();
    Ok(true)
}
