//! How a run ends and what is said of it.

use crate::support::keeper::{PROGRAM, Run};
use breakglass::incident::fact::RunEnd;
use breakglass::keeper::{start_with, transcript};
use std::path::Path;

#[test]
fn exit_codes_and_output_are_recorded() {
    let run = Run::new("printf 'out\\n'; printf 'err\\n' >&2; exit 7");
    let end = run.run();
    assert_eq!(end.end, RunEnd::Exited { code: 7 });
    assert_eq!(run.text(), "out\r\nerr\r\n");
    assert_eq!(end.output_bytes, 10);
    assert_eq!(end.tail, "out\nerr");
    assert_eq!(
        end.transcript_sha256,
        Some(transcript::sha256_of(&run.dir.transcript()).unwrap())
    );
}

#[test]
fn a_signal_is_told_from_an_exit() {
    assert_eq!(
        Run::new("kill -SEGV $$").run().end,
        RunEnd::Signalled { signal: 11 }
    );
    // A step that shoots at its own group hits the leader too, at any moment between its end and the word of it.
    let together: Vec<Run> = (0..24).map(|_| Run::new("kill -KILL 0")).collect();
    for run in &together {
        run.start();
    }
    for run in &together {
        assert_eq!(run.end().end, RunEnd::Signalled { signal: 9 });
    }
    assert_eq!(
        Run::new("kill -TERM 0; sleep 60").run().end,
        RunEnd::Signalled { signal: 15 }
    );
}

/// Why it could not be started.
#[track_caller]
fn refused(run: &Run) -> String {
    start_with(Path::new(PROGRAM), &run.spec)
        .unwrap_err()
        .to_string()
}

#[test]
fn what_cannot_be_started_says_why_twice() {
    let mut run = Run::new("");
    run.spec.argv = vec!["/no/such/program".into()];
    let error = refused(&run);
    assert!(
        error.starts_with("could not be started: `/no/such/program`: No such file"),
        "{error}"
    );
    assert!(
        matches!(run.end().end, RunEnd::NotStarted { why } if why.contains("/no/such/program"))
    );

    let mut run = Run::new("true");
    run.spec.cwd = Some("/no/such/folder".into());
    let error = refused(&run);
    assert!(
        error.contains("the folder `/no/such/folder` is not there"),
        "{error}"
    );

    let run = Run::new("true");
    std::fs::write(run.dir.transcript(), "older evidence").unwrap();
    refused(&run);
    assert_eq!(
        std::fs::read_to_string(run.dir.transcript()).unwrap(),
        "older evidence"
    );
}

#[test]
fn a_timeout_ends_the_step_and_says_so() {
    let mut run = Run::new("echo on; sleep 1000");
    run.spec.timeout_seconds = Some(0.3);
    let end = run.run();
    assert_eq!(end.end, RunEnd::TimedOut);
    assert_eq!(run.text(), "on\r\n^C"[..4].to_owned());
    assert!(end.duration_ms >= 300);
}
