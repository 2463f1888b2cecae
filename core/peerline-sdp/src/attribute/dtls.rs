//! The DTLS attributes and the identity assertion (RFC 8122, RFC 8842, RFC 4145, RFC 8827).

use std::fmt;

use super::{Attribute, fields, is_token};
use crate::Reason;

/// `a=fingerprint:<hash> <hex pairs>` (RFC 8122 §5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint {
    /// The hash function in lower case, as `sha-256`.
    pub hash: String,
    /// The digest of the certificate.
    pub digest: Vec<u8>,
}

impl Attribute for Fingerprint {
    const NAME: &'static str = "fingerprint";

    fn parse(value: &str) -> Result<Self, Reason> {
        let mut fields = fields(value);
        let (Some(hash), Some(hex), None) = (fields.next(), fields.next(), fields.next()) else {
            return Err(Reason::Fields);
        };
        if !is_token(hash) {
            return Err(Reason::Token);
        }
        let digest: Vec<u8> = hex.split(':').map(hex_pair).collect::<Option<_>>().ok_or(Reason::Fingerprint)?;
        // RFC 8122 §5: hash function names compare without case.
        let hash = hash.to_ascii_lowercase();
        let length = match hash.as_str() {
            "md2" | "md5" => Some(16),
            "sha-1" => Some(20),
            "sha-224" => Some(28),
            "sha-256" => Some(32),
            "sha-384" => Some(48),
            "sha-512" => Some(64),
            _ => None,
        };
        if length.is_some_and(|length| length != digest.len()) {
            return Err(Reason::Fingerprint);
        }
        Ok(Self { hash, digest })
    }
}

fn hex_pair(pair: &str) -> Option<u8> {
    let two_digits = pair.len() == 2 && pair.bytes().all(|b| b.is_ascii_hexdigit());
    two_digits.then(|| u8::from_str_radix(pair, 16).ok()).flatten()
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.hash)?;
        for (index, byte) in self.digest.iter().enumerate() {
            write!(f, "{}{byte:02X}", if index == 0 { "" } else { ":" })?;
        }
        Ok(())
    }
}

/// `a=setup` (RFC 4145 §4, RFC 8842 §5.3): who opens the DTLS connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setup {
    /// Will open it (DTLS client).
    Active,
    /// Will wait for it (DTLS server).
    Passive,
    /// Either: the answerer chooses.
    ActPass,
    /// Nobody, for now.
    HoldConn,
}

impl Attribute for Setup {
    const NAME: &'static str = "setup";

    fn parse(value: &str) -> Result<Self, Reason> {
        match value {
            "active" => Ok(Self::Active),
            "passive" => Ok(Self::Passive),
            "actpass" => Ok(Self::ActPass),
            "holdconn" => Ok(Self::HoldConn),
            _ => Err(Reason::Keyword),
        }
    }
}

impl fmt::Display for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Active => "active",
            Self::Passive => "passive",
            Self::ActPass => "actpass",
            Self::HoldConn => "holdconn",
        })
    }
}

/// `a=tls-id` (RFC 8842 §4): a new value asks for a new DTLS association.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsId(pub String);

impl Attribute for TlsId {
    const NAME: &'static str = "tls-id";

    fn parse(value: &str) -> Result<Self, Reason> {
        let tls_id_char = |b: u8| b.is_ascii_alphanumeric() || b"+/-_".contains(&b);
        if (20..=255).contains(&value.len()) && value.bytes().all(tls_id_char) {
            Ok(Self(value.to_owned()))
        } else {
            Err(Reason::Token)
        }
    }
}

impl fmt::Display for TlsId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `a=identity` (RFC 8827 §5): an assertion in base64, and extensions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity(pub String);

impl Attribute for Identity {
    const NAME: &'static str = "identity";

    fn parse(value: &str) -> Result<Self, Reason> {
        if value.is_empty() { Err(Reason::MissingValue) } else { Ok(Self(value.to_owned())) }
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
