//! The report room: state and entries become the post-incident report. PURE.
//!
//! Every format is made from the same [`Report`] value; every duration carries its formula and every
//! attained objective its evidence. It must not know the journal.

use crate::incident::Entry;
use jiff::tz::TimeZone;

/// Builds the report from the whole record; `zone` is for the local times beside UTC.
pub fn markdown(entries: &[Entry], zone: &TimeZone) -> String {
    _ = (entries, zone);
    String::new()
}

pub fn json(entries: &[Entry], zone: &TimeZone) -> serde_json::Value {
    _ = (entries, zone);
    serde_json::Value::Null
}
