//! The target that the runbook's author named (`target` of a fence), beside what the command itself says.
//!
//! It must not hide what the command would really hit: where the two differ, both are shown.

use super::Claim;
use crate::config::Config;
use crate::incident::Target;
use crate::mask::printable;

/// Where the command names nothing, the author's word stands.
pub(super) fn alone(named: &str, config: &Config) -> Claim {
    let other = config.target.as_ref().filter(|target| *target != named);
    Claim {
        name: named.to_owned(),
        evidence: other.map_or_else(
            || "named by the runbook".to_owned(),
            |other| format!("named by the runbook; `target` of the config is `{other}`"),
        ),
    }
}

/// The author's word beside what the command says (`found`, made of the claims of these names).
pub(super) fn beside(named: &str, claims: &[String], found: Target) -> Target {
    if claims.iter().all(|claim| is_same(named, claim)) {
        return Target {
            evidence: format!("named by the runbook too; {}", found.evidence),
            ..found
        };
    }
    let named = printable(named);
    // Only what is known when it runs: there is no address that the author's word could hide.
    if claims.iter().all(|claim| is_unknown(claim)) {
        return Target {
            name: named.into_owned(),
            evidence: format!(
                "named by the runbook; the command itself says `{}`: {}",
                found.name, found.evidence
            ),
        };
    }
    Target {
        name: format!("{}, not {named}", found.name),
        evidence: format!(
            "the runbook names `{named}`, but the command would hit `{}`: {}",
            found.name, found.evidence
        ),
    }
}

/// Whether the author's word means this address, or a part of it from its beginning: `db1` of `db1:5432/app`, of
/// `db1.example.com` and of `docker on db1`.
pub(super) fn is_same(named: &str, address: &str) -> bool {
    let (named, address) = (named.to_lowercase(), address.to_lowercase());
    let places = std::iter::once(&*address)
        .chain(address.split(" via "))
        .chain(address.split(" on "));
    places
        .filter_map(|place| place.strip_prefix(&named))
        .any(|rest| rest.is_empty() || rest.starts_with([':', '/', '.']) || rest.starts_with(" ("))
}

fn is_unknown(address: &str) -> bool {
    let host = address.split([':', '/', ' ']).next();
    host == Some("unknown") || address.starts_with("an unknown ")
}
