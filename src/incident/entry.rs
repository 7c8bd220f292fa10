//! Entries: a fact with its place in the record — sequence, time, actor, origin and hash chain.
//!
//! The body that is hashed is the exact text that is stored; a reader never has to serialise again
//! to check it. It must not know where entries are stored.

use super::fact::{Fact, IncidentId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Who did it, as the kernel vouches for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The user's name, or `breakglass` for what the host saw by itself.
    pub name: String,
    /// Where from: `console pid 4711 pts/3 from 10.0.0.9`, `run`, `host`.
    pub origin: String,
}

impl Actor {
    pub fn host() -> Self {
        Actor {
            name: "breakglass".into(),
            origin: "host".into(),
        }
    }
}

/// SHA-256, shown in hexadecimal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Hash(pub [u8; 32]);

impl std::fmt::Display for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::str::FromStr for Hash {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || format!("`{text}` is not a SHA-256 in hexadecimal");
        if text.len() != 64 || !text.is_ascii() {
            return Err(bad());
        }
        let mut bytes = [0; 32];
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[index * 2..index * 2 + 2], 16).map_err(|_| bad())?;
        }
        Ok(Hash(bytes))
    }
}

impl Serialize for Hash {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// One line of an incident's record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    pub incident: IncidentId,
    /// From 1, without a gap.
    pub seq: u64,
    pub at: Timestamp,
    pub actor: Actor,
    #[serde(with = "body")]
    pub fact: Fact,
    /// Of the entry before; all zero for the first.
    pub prev: Hash,
    pub hash: Hash,
}

impl Entry {
    /// Makes the entry that follows one with hash `prev`.
    pub fn new(
        incident: IncidentId,
        seq: u64,
        at: Timestamp,
        actor: Actor,
        fact: Fact,
        prev: Hash,
    ) -> Self {
        let hash = chain(prev, incident, seq, at, &actor, &encode(&fact));
        Entry {
            incident,
            seq,
            at,
            actor,
            fact,
            prev,
            hash,
        }
    }
}

/// SHA-256 of some bytes.
pub fn digest(bytes: &[u8]) -> Hash {
    Hash(Sha256::digest(bytes).into())
}

/// The hash of an entry: SHA-256 over the one before and every stored column, each with its length
/// in front so that no two entries read alike.
pub fn chain(
    prev: Hash,
    incident: IncidentId,
    seq: u64,
    at: Timestamp,
    actor: &Actor,
    body: &str,
) -> Hash {
    chain_text(
        prev,
        incident,
        seq,
        &at.to_string(),
        &actor.name,
        &actor.origin,
        body,
    )
}

/// The same from the columns as they are stored, for a reader that must not trust its own parsing.
pub fn chain_text(
    prev: Hash,
    incident: IncidentId,
    seq: u64,
    at: &str,
    name: &str,
    origin: &str,
    body: &str,
) -> Hash {
    let mut sha = Sha256::new();
    sha.update(prev.0);
    for field in [
        incident.0.to_string().as_str(),
        seq.to_string().as_str(),
        at,
        name,
        origin,
        body,
    ] {
        sha.update((field.len() as u64).to_le_bytes());
        sha.update(field.as_bytes());
    }
    Hash(sha.finalize().into())
}

/// The stored text of a fact: its JSON, or for an unknown one what was read.
pub fn encode(fact: &Fact) -> String {
    if let Fact::Unknown { raw, .. } = fact {
        return raw.clone();
    }
    serde_json::to_string(fact).unwrap_or_else(|error| {
        format!(
            "{{\"fact\":\"unwritable\",\"error\":{:?}}}",
            error.to_string()
        )
    })
}

/// Reads a stored fact; what this version does not know becomes [`Fact::Unknown`], text and all.
pub fn decode(body: &str) -> Fact {
    #[derive(Deserialize)]
    struct Tag {
        fact: String,
    }
    serde_json::from_str::<Fact>(body).unwrap_or_else(|_| Fact::Unknown {
        kind: serde_json::from_str::<Tag>(body)
            .map_or_else(|_| "unreadable".to_owned(), |tag| tag.fact),
        raw: body.to_owned(),
    })
}

mod body {
    use super::{Fact, decode, encode};
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(fact: &Fact, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&encode(fact))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Fact, D::Error> {
        Ok(decode(&String::deserialize(from)?))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn a_fact_of_a_newer_version_keeps_its_text_byte_for_byte() {
        let body = r#"{ "z": 1.50, "fact": "page_sent",  "a": [1 ,2] }"#;
        let fact = decode(body);
        assert_eq!(
            fact,
            Fact::Unknown {
                kind: "page_sent".into(),
                raw: body.into()
            }
        );
        assert_eq!(encode(&fact), body);
        let entry = Entry::new(
            IncidentId(1),
            1,
            Timestamp::UNIX_EPOCH,
            Actor::host(),
            fact,
            Hash::default(),
        );
        let json = serde_json::to_string(&entry).unwrap();
        assert_eq!(serde_json::from_str::<Entry>(&json).unwrap(), entry);
    }

    #[test]
    fn text_that_is_no_fact_at_all_is_kept_and_called_unreadable() {
        let Fact::Unknown { kind, raw } = decode("half a li") else {
            unreachable!("it is not a fact")
        };
        assert_eq!((kind.as_str(), raw.as_str()), ("unreadable", "half a li"));
    }

    #[test]
    fn moving_text_between_columns_changes_the_hash() {
        let hash =
            |name, origin| chain_text(Hash::default(), IncidentId(1), 1, "t", name, origin, "{}");
        assert_ne!(hash("ab", "c"), hash("a", "bc"));
    }
}
