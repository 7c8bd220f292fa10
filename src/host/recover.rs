//! What a host before left: the open incident, and the runs it had started.
//!
//! It starts nothing. A run with a start and no end stays "outcome unknown" until its keeper or its
//! `end.json` says otherwise.

use super::journal::{JournalError, Reader};
use crate::incident::{IncidentId, State};

/// The newest incident that is not closed, as its record left it.
pub fn open_incident(reader: &Reader) -> Result<Option<(IncidentId, State)>, JournalError> {
    let Some(newest) = reader.open_incident()? else {
        return Ok(None);
    };
    let state = State::replay(&reader.entries(newest)?);
    Ok(state.is_open().then_some((newest, state)))
}
