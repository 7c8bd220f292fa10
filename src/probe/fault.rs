//! Errors of the edge in words: what kind of failure, in the few words that fit a pane.
//!
//! It must not put an address with credentials into a message.

use crate::health::{Failure, FailureKind};
use std::error::Error;
use std::io;
use std::sync::Arc;
use std::time::Duration;

/// Why one server of several did not say anything.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Absence {
    /// It is there, and has no connection left for us.
    Full(String),
    Failed(Failure),
}

impl Absence {
    pub fn into_failure(self) -> Failure {
        match self {
            Absence::Full(message) => failure(FailureKind::Denied, message),
            Absence::Failed(failure) => failure,
        }
    }

    pub fn is_late(&self) -> bool {
        matches!(self, Absence::Failed(failure) if failure.kind == FailureKind::Timeout)
    }
}

impl From<Failure> for Absence {
    fn from(failure: Failure) -> Self {
        Absence::Failed(failure)
    }
}

pub(super) fn failure(kind: FailureKind, message: impl Into<String>) -> Failure {
    Failure {
        kind,
        message: message.into(),
    }
}

pub(super) fn misconfigured(message: impl Into<String>) -> Failure {
    failure(FailureKind::Misconfigured, message)
}

pub(super) fn timed_out(limit: Duration) -> Failure {
    failure(
        FailureKind::Timeout,
        format!(
            "no answer within {}",
            super::words::span(limit.as_secs_f64())
        ),
    )
}

/// What an error of the operating system means for a component.
pub(super) fn io(error: &io::Error) -> Failure {
    use io::ErrorKind as Kind;
    #[allow(
        clippy::wildcard_enum_match_arm,
        reason = "the list of the standard library is open"
    )]
    match error.kind() {
        Kind::ConnectionRefused => failure(FailureKind::Unreachable, "connection refused"),
        Kind::TimedOut | Kind::WouldBlock => failure(FailureKind::Timeout, "no answer in time"),
        Kind::ConnectionReset
        | Kind::ConnectionAborted
        | Kind::BrokenPipe
        | Kind::NotConnected
        | Kind::UnexpectedEof => failure(FailureKind::Unreachable, "it closed the connection"),
        Kind::HostUnreachable | Kind::NetworkUnreachable => {
            failure(FailureKind::Unreachable, "no route to it")
        }
        Kind::NotFound => failure(FailureKind::Unreachable, "there is no such socket"),
        Kind::PermissionDenied => failure(FailureKind::Misconfigured, "permission denied"),
        Kind::InvalidInput => misconfigured(text(error)),
        Kind::InvalidData => failure(FailureKind::Protocol, text(error)),
        _ => {
            let words = text(error);
            if words.contains("Temporary failure in name resolution") {
                failure(FailureKind::Timeout, "its name cannot be resolved now")
            } else if words.contains("lookup address") {
                failure(FailureKind::Unreachable, "its name does not resolve")
            } else {
                failure(FailureKind::Unreachable, words)
            }
        }
    }
}

/// The first error of type `T` among an error and its causes, also those that an I/O error wraps.
pub(super) fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        next = cause(error);
    }
    None
}

/// What is behind an error: its source, or what it wraps without calling it so.
fn cause<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    if let Some(shared) = error.downcast_ref::<Arc<dyn Error + Send + Sync>>() {
        return Some(shared.as_ref());
    }
    let wrapped = error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref)
        .map(|inner| inner as &(dyn Error + 'static));
    wrapped.or_else(|| error.source())
}

/// The innermost cause, without the operating system's number.
pub(super) fn text(error: &(dyn Error + 'static)) -> String {
    let mut last = error;
    while let Some(cause) = cause(last) {
        last = cause;
    }
    let words = last.to_string();
    let words = words.split(" (os error").next().unwrap_or_default();
    words.trim().to_owned()
}

/// Worst first: of several servers that failed, which failure speaks for the component.
pub(super) fn gravest<'a>(failures: impl IntoIterator<Item = &'a Failure>) -> Option<&'a Failure> {
    failures
        .into_iter()
        .max_by_key(|failure| match failure.kind {
            // A refused login says that the server is there, so that nothing else is certain.
            FailureKind::Denied => 4,
            FailureKind::Misconfigured => 3,
            FailureKind::Protocol => 2,
            FailureKind::Timeout => 1,
            FailureKind::Unreachable => 0,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_the_system_in_words() {
        let check = |kind: io::ErrorKind, expected: FailureKind, words: &str| {
            assert_eq!(io(&io::Error::from(kind)), failure(expected, words));
        };
        check(
            io::ErrorKind::ConnectionRefused,
            FailureKind::Unreachable,
            "connection refused",
        );
        check(
            io::ErrorKind::TimedOut,
            FailureKind::Timeout,
            "no answer in time",
        );
        let lookup = io::Error::other(
            "failed to lookup address information: Temporary failure in name resolution",
        );
        assert_eq!(io(&lookup).kind, FailureKind::Timeout);
    }

    #[test]
    fn a_shared_error_is_looked_into() {
        #[derive(Debug, thiserror::Error)]
        #[error("sharing")]
        struct Outer(#[source] Arc<dyn Error + Send + Sync>);
        let error = Outer(Arc::new(io::Error::from_raw_os_error(111)));
        assert!(find::<io::Error>(&error).is_some());
        assert_eq!(text(&error), "Connection refused");
    }

    #[test]
    fn a_cause_is_found_through_wrapped_errors() {
        #[derive(Debug, thiserror::Error)]
        #[error("connecting")]
        struct Outer(#[source] io::Error);
        let error = Outer(io::Error::other(io::Error::from_raw_os_error(111)));
        assert_eq!(text(&error), "Connection refused");
        assert!(find::<io::Error>(&error).is_some());
    }
}
