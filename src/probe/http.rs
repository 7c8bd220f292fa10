//! An HTTP endpoint: status, time, text, and how long its certificate still holds.
//!
//! Every look is a new connection, as a new user's would be.

use super::fault;
use super::{number, problem, words};
use crate::config::Http;
use crate::health::{Failure, FailureKind, Number, Observation, Verdict};
use jiff::Timestamp;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Response, StatusCode};
use secrecy::ExposeSecret;
use std::time::Duration;
use tokio::time::Instant;
use x509_cert::der::Decode;

/// How many redirects are followed.
const REDIRECTS: usize = 5;

/// How much of a body is searched, in bytes.
const BODY: usize = 1 << 20;

/// What is kept between looks: reading the system's certificates takes longer than a look.
#[derive(Debug, Default)]
pub(super) struct Eye {
    client: Option<Client>,
}

impl Eye {
    pub async fn look(&mut self, http: &Http, limit: Duration) -> Result<Observation, Failure> {
        let client = match &self.client {
            Some(client) => client.clone(),
            None => self.client.insert(client(http)?).clone(),
        };
        let asked = ask(&client, http);
        tokio::time::timeout(limit, asked)
            .await
            .map_err(|_| fault::timed_out(limit))?
    }
}

fn client(http: &Http) -> Result<Client, Failure> {
    // Who expects a redirect wants to see it.
    let is_expected = http.expect.iter().any(|status| (300..400).contains(status));
    let redirects = if is_expected {
        reqwest::redirect::Policy::none()
    } else {
        reqwest::redirect::Policy::limited(REDIRECTS)
    };
    Client::builder()
        .user_agent(concat!("breakglass/", env!("CARGO_PKG_VERSION")))
        .redirect(redirects)
        .tls_info(true)
        .pool_max_idle_per_host(0)
        .build()
        .map_err(|error| fault::misconfigured(fault::text(&error)))
}

async fn ask(client: &Client, http: &Http) -> Result<Observation, Failure> {
    let began = Instant::now();
    let mut response = match client.get(&http.url).headers(headers(http)?).send().await {
        Ok(response) => response,
        Err(error) => return refused(&error),
    };
    let status = response.status();
    let certificate = certificate(&response);
    let is_found = match &http.contains {
        None => None,
        Some(wanted) => Some(holds(&mut response, wanted.as_bytes()).await?),
    };
    let took = began.elapsed().as_secs_f64() * 1_000.0;
    let mut seen = Observation {
        numbers: vec![number("response_ms", took)],
        summary: words_of(status),
        ..Observation::default()
    };
    seen.rows.push(("status".into(), words_of(status)));
    if response.url().as_str().trim_end_matches('/') != http.url.trim_end_matches('/') {
        let mut to = response.url().clone();
        // What stands there may be a login or a token.
        to.set_query(None);
        if to.set_username("").is_ok() && to.set_password(None).is_ok() {
            seen.rows.push(("redirected to".into(), to.to_string()));
        }
    }
    if let Some((days, until)) = certificate {
        seen.numbers.push(Number {
            lower_is_worse: true,
            ..number("certificate_days_left", days)
        });
        seen.rows
            .push(("certificate".into(), format!("valid until {until}")));
    }
    let is_expected = if http.expect.is_empty() {
        status.is_success() || status.is_redirection()
    } else {
        http.expect.contains(&status.as_u16())
    };
    if !is_expected {
        let reason = format!("{}, expected {}", words_of(status), expected(&http.expect));
        seen.problems
            .push(problem(Verdict::Down, "http_status", reason));
    }
    if is_found == Some(false) {
        let wanted = http.contains.as_deref().unwrap_or_default();
        let reason = format!("the answer does not hold `{wanted}`");
        seen.problems
            .push(problem(Verdict::Down, "content_missing", reason));
    }
    Ok(seen)
}

fn headers(http: &Http) -> Result<HeaderMap, Failure> {
    let mut headers = HeaderMap::new();
    for (name, value) in &http.headers {
        let wrong = || fault::misconfigured(format!("the header `{name}` cannot be sent"));
        let key = HeaderName::try_from(name).map_err(|_| wrong())?;
        let mut value = HeaderValue::try_from(value.expose_secret()).map_err(|_| wrong())?;
        value.set_sensitive(true);
        headers.insert(key, value);
    }
    Ok(headers)
}

/// Whether the body holds a text, read only as far as it takes to know.
async fn holds(response: &mut Response, wanted: &[u8]) -> Result<bool, Failure> {
    let mut window: Vec<u8> = Vec::new();
    let mut read = 0;
    if wanted.is_empty() {
        return Ok(true);
    }
    while let Some(chunk) = response.chunk().await.map_err(|error| broken(&error))? {
        read += chunk.len();
        window.extend_from_slice(&chunk);
        if window.windows(wanted.len()).any(|part| part == wanted) {
            return Ok(true);
        }
        if read >= BODY {
            return Ok(false);
        }
        // Only what may be the beginning of it has to be kept.
        let keep = window.len().min(wanted.len() - 1);
        window.drain(..window.len() - keep);
    }
    Ok(false)
}

/// Days that the certificate still holds, and until when.
fn certificate(response: &Response) -> Option<(f64, String)> {
    let info = response.extensions().get::<reqwest::tls::TlsInfo>()?;
    let until = not_after(info.peer_certificate()?)?;
    let left = until.duration_since(Timestamp::now()).as_secs_f64();
    Some((left / 86_400.0, until.strftime("%F %T UTC").to_string()))
}

/// The end of a certificate's validity (RFC 5280, 4.1.2.5).
fn not_after(der: &[u8]) -> Option<Timestamp> {
    let certificate = x509_cert::Certificate::from_der(der).ok()?;
    let validity = certificate.tbs_certificate.validity;
    let seconds = validity.not_after.to_unix_duration().as_secs();
    Timestamp::from_second(i64::try_from(seconds).ok()?).ok()
}

/// A request that had no answer. A certificate that nobody should trust is the endpoint's own fault.
fn refused(error: &reqwest::Error) -> Result<Observation, Failure> {
    if let Some(rustls::Error::InvalidCertificate(why)) = fault::find::<rustls::Error>(error) {
        let mut reason = format!("its certificate is not valid: {}", invalid(why));
        if matches!(why, rustls::CertificateError::UnknownIssuer) {
            reason.push_str(
                " (where it is a certificate of your own, add its issuer to the system's store)",
            );
        }
        return Ok(Observation {
            problems: vec![problem(Verdict::Down, "certificate_invalid", reason)],
            summary: "certificate not valid".into(),
            ..Observation::default()
        });
    }
    if error.is_redirect() {
        let reason = format!("it redirects more than {REDIRECTS} times");
        return Ok(Observation {
            problems: vec![problem(Verdict::Down, "http_status", reason)],
            summary: "redirects without end".into(),
            ..Observation::default()
        });
    }
    Err(broken(error))
}

#[allow(
    clippy::wildcard_enum_match_arm,
    reason = "the crate's list of reasons is open"
)]
fn invalid(why: &rustls::CertificateError) -> String {
    use rustls::CertificateError as Error;
    match why {
        Error::Expired | Error::ExpiredContext { .. } => "expired".into(),
        Error::NotValidYet | Error::NotValidYetContext { .. } => "not valid yet".into(),
        Error::UnknownIssuer => "unknown issuer".into(),
        Error::NotValidForName | Error::NotValidForNameContext { .. } => "for another name".into(),
        Error::Revoked => "revoked".into(),
        other => format!("{other:?}"),
    }
}

fn broken(error: &reqwest::Error) -> Failure {
    if let Some(tls) = fault::find::<rustls::Error>(error) {
        return fault::failure(FailureKind::Protocol, format!("TLS: {tls}"));
    }
    if let Some(io) = fault::find::<std::io::Error>(error) {
        return fault::io(io);
    }
    let words = fault::text(error);
    if error.is_builder() {
        fault::misconfigured(words)
    } else if error.is_timeout() {
        fault::failure(FailureKind::Timeout, words)
    } else if words.contains("lookup address") {
        fault::failure(FailureKind::Unreachable, "its name does not resolve")
    } else if error.is_connect() {
        fault::failure(FailureKind::Unreachable, words)
    } else {
        fault::failure(FailureKind::Protocol, words)
    }
}

fn words_of(status: StatusCode) -> String {
    match status.canonical_reason() {
        Some(reason) => format!("{} {reason}", status.as_u16()),
        None => status.as_u16().to_string(),
    }
}

fn expected(statuses: &[u16]) -> String {
    match statuses {
        [] => "2xx or 3xx".into(),
        several => words::any_of(several),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn what_is_no_certificate_has_no_end() {
        assert_eq!(not_after(b""), None);
        assert_eq!(not_after(&[0x30, 0x82, 0xff, 0xff, 0x00]), None);
    }

    #[test]
    fn statuses_in_words() {
        assert_eq!(words_of(StatusCode::NOT_FOUND), "404 Not Found");
        assert_eq!(words_of(StatusCode::from_u16(599).unwrap()), "599");
        assert_eq!(expected(&[]), "2xx or 3xx");
        assert_eq!(expected(&[200, 204, 301]), "200, 204 or 301");
    }
}
