//! Facts as JSON in, `kind text` out.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::incident::entry::{Actor, Hash, decode};

fn entry(seq: u64, fact: Fact) -> Entry {
    Entry::new(
        IncidentId(7),
        seq,
        Timestamp::UNIX_EPOCH,
        Actor::host(),
        fact,
        Hash::default(),
    )
}

fn check(facts: &[&str], expected: &[&str]) {
    let entries: Vec<Entry> = (1..)
        .zip(facts)
        .map(|(seq, fact)| entry(seq, decode(fact)))
        .collect();
    let found: Vec<String> = rows(&entries)
        .iter()
        .map(|row| {
            let kind = serde_json::to_value(row.kind).unwrap();
            format!("{} {}", kind.as_str().unwrap(), row.text)
        })
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn each_row_is_one_line() {
    check(
        &[
            r#"{"fact":"incident_opened","title":"a\nb","severity":"P0","drill":true,"detected_at":null,"components":[]}"#,
            r#"{"fact":"verdict_changed","component":"pg","from":"up","to":"down","reason":"no primary","numbers":[],"last_good_at":null,"last_good_numbers":[]}"#,
            r#"{"fact":"verdict_changed","component":"pg","from":"down","to":"up","reason":"primary","numbers":[],"last_good_at":null,"last_good_numbers":[]}"#,
            r#"{"fact":"step_started","step":{"scenario":"db","step":"3"},"run":2,"block":0,"title":"Promote","command":"pg_ctl promote\n  -D /data","interpreter":"bash","risk":"change","target":{"name":"prod","evidence":"PGHOST"},"confirmed":"one key","timeout_seconds":null}"#,
            r#"{"fact":"run_ended","run":2,"end":{"how":"exited","code":3},"duration_ms":61500,"output_bytes":0,"transcript_sha256":null,"tail":""}"#,
            r#"{"fact":"run_ended","run":9,"end":{"how":"lost"},"duration_ms":0,"output_bytes":0,"transcript_sha256":null,"tail":""}"#,
            r#"{"fact":"note_added","step":{"scenario":"db","step":"3"},"text":"two\n\nlines","decision":false}"#,
            r#"{"fact":"host_changed","gap_seconds":12}"#,
            r#"{"fact":"page_sent","to":"ana"}"#,
        ],
        &[
            "incident drill opened P0: a b",
            "health pg up → down: no primary",
            "recovery pg down → up: primary",
            "step step 3 Promote: run 2 CHANGES prod: pg_ctl promote -D /data",
            "failure step 3 Promote, run 2: exit 3 after 1 min 01 s",
            "failure run 9: outcome unknown",
            "note on step 3: two lines",
            "system another host took over; nothing was watched for 12.0 s",
            r#"unknown page_sent, written by a newer version: {"fact":"page_sent","to":"ana"}"#,
        ],
    );
}

#[test]
fn a_row_by_itself_names_the_run() {
    let cancel = entry(1, Fact::CancelRequested { run: RunId(4) });
    assert_eq!(row(&cancel).text, "run 4: cancel asked for");
}

#[test]
fn a_row_ends_somewhere() {
    let text = line(&"long ".repeat(1000));
    assert!(text.chars().count() <= LONGEST + 1, "{text}");
    assert!(text.ends_with('…'));
}
