//! What `update` wants done: data, carried out by `session`, asserted on by tests.

use crate::incident::{IncidentId, RunId};
use crate::wire::{KeeperAsk, Request};

#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// To the host.
    Send(Request),
    /// Follow this run's keeper from now on (`None`: none). What it says comes as `Message::Keeper`; nothing is
    /// asked of it by itself, so the first `Ask(Picture { have: 0, .. })` goes with this effect.
    Follow(Option<(IncidentId, RunId)>),
    /// To the keeper that is followed. A `Picture` is asked for when the frame that this update led to has been
    /// sent, and the newest one wins; everything else goes at once.
    Ask(KeeperAsk),
    /// Write the report so far to a new file, off the loop; answered by `Message::Reported`.
    WriteReport(IncidentId),
    /// Read the words of a runbook's section, off the loop; answered by `Message::Section`.
    ReadSection {
        source: String,
        line: u32,
    },
    /// Put text on the terminal's clipboard (OSC 52); stripped of control characters.
    Copy(String),
    /// Redraw everything (`ctrl-l`).
    Repaint,
    Suspend,
    Quit,
}
