//! What `update` wants done: data, carried out by `session`, asserted on by tests.

use crate::incident::RunId;
use crate::wire::{KeeperAsk, Request};

#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// To the host.
    Send(Request),
    /// Follow this run's keeper from now on (`None`: none).
    Follow(Option<RunId>),
    /// To the keeper that is followed.
    Ask(KeeperAsk),
    /// Put text on the terminal's clipboard (OSC 52); stripped of control characters.
    Copy(String),
    /// Redraw everything (`ctrl-l`).
    Repaint,
    Suspend,
    Quit,
}
