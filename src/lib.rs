//! breakglass: the console that the person on call opens when production is down.
//!
//! # The map
//!
//! Three processes, one binary:
//!
//! ```text
//! console ──Request──▶ host ──spawns──▶ keeper ──owns──▶ PTY of one running step
//! (screen) ◀──Reply─── (engine)          (one per run)  └─▶ transcript file
//!    ▲                   ├─ journal: SQLite (always, first)
//!    │                   └─ probes: PostgreSQL, Redis, HTTP, …
//!    └───────── Picture ──────────────────┘
//! ```
//!
//! One direction: key press → [`console`] → [`incident::Intent`] → [`incident::decide()`] →
//! [`incident::Fact`] → [`host::journal`] → [`incident::State`] → screen and [`report`].
//! A probe's reading → [`health`] → (only when a verdict flips) a fact → the same way.
//!
//! # The rooms, in reading order
//!
//! - [`runbook`] PURE: Markdown → `Runbook`; what a block is, what a command would do.
//! - [`incident`] PURE: fact, entry, state (the fold), decide, clocks, timeline.
//! - [`health`] PURE: reading → verdict with hysteresis, signals, which scenario fits.
//! - [`report`] PURE: entries and the figures kept beside them → Markdown, JSON.
//! - [`mask`] PURE: secrets out of any text or stream. `near` PURE: what a slip of the keyboard was meant to be.
//! - [`config`]: files, flags and environment → one checked `Config`.
//! - [`library`]: runbook files → parsed runbooks, the built-in ones behind them.
//! - [`inspect`]: what lint asks the outside: installed programs, files, git.
//! - [`probe`]: the edge that looks at real systems.
//! - [`wire`]: what the processes say to each other.
//! - [`keeper`]: one running step. [`host`]: the engine. [`console`]: the screen.
//! - [`cli`]: one small file per subcommand.
//!
//! # The invariants
//!
//! - A fact is durable before the effect that it allows begins.
//! - Only `decide` refuses; replaying a record starts nothing.
//! - A run with a start and no end is "outcome unknown" until its keeper or its record says otherwise.
//! - The console holds no truth and can be killed at any moment; so can the host.
//! - Bytes from outside reach the terminal only as cells or as text stripped of control characters.
//! - A secret is masked before it is stored, sent or shown.
//! - No disk or network call stands on a loop that answers keys.
//!
//! # What is absent, on purpose
//!
//! - The pure rooms know no clock, no runtime, no disk and no terminal: times and texts are handed in.
//! - `report` does not know the journal; `console` does not know probes; `probe` does not know incidents.

pub mod cli;
pub mod config;
pub mod console;
pub mod health;
pub mod host;
pub mod incident;
pub mod inspect;
pub mod keeper;
pub mod library;
pub mod mask;
mod near;
pub mod paths;
pub mod probe;
pub mod report;
pub mod runbook;
pub mod wire;
