//! The ICE attributes (RFC 8839, RFC 8840).

use std::fmt;

use super::{Attribute, fields, is_token};
use crate::Reason;

/// `a=ice-ufrag` (RFC 8839 §5.4): 4 to 256 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct IceUfrag(pub String);

/// `a=ice-pwd` (RFC 8839 §5.4): 22 to 256 characters.
#[derive(Clone, PartialEq, Eq)]
pub struct IcePwd(pub String);

/// `a=ice-options` (RFC 8839 §5.6): `trickle`, `ice2`, `renomination` …
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IceOptions(pub Vec<String>);

/// `a=candidate` (RFC 8839 §5.1), unread: what stands behind `candidate:`; the ICE room parses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate(pub String);

/// RFC 8839 §5.4: ice-char is a letter, a digit, `+` or `/`. Four more are taken too, because deployed endpoints that write URL-safe
/// base64 or similar send them; what would break a STUN USERNAME (the colon) or a line is refused.
fn is_ice_text(text: &str, min: usize) -> bool {
    let ice_char = |b: u8| b.is_ascii_alphanumeric() || b"+/-_=#".contains(&b);
    (min..=256).contains(&text.len()) && text.bytes().all(ice_char)
}

impl Attribute for IceUfrag {
    const NAME: &'static str = "ice-ufrag";

    fn parse(value: &str) -> Result<Self, Reason> {
        if is_ice_text(value, 4) { Ok(Self(value.to_owned())) } else { Err(Reason::IceCredential) }
    }
}

impl fmt::Display for IceUfrag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Attribute for IcePwd {
    const NAME: &'static str = "ice-pwd";

    fn parse(value: &str) -> Result<Self, Reason> {
        if is_ice_text(value, 22) { Ok(Self(value.to_owned())) } else { Err(Reason::IceCredential) }
    }
}

impl fmt::Display for IcePwd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for IcePwd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IcePwd(…)")
    }
}

impl IceOptions {
    /// Whether the option is there.
    pub fn has(&self, option: &str) -> bool {
        self.0.iter().any(|o| o == option)
    }
}

impl Attribute for IceOptions {
    const NAME: &'static str = "ice-options";

    fn parse(value: &str) -> Result<Self, Reason> {
        // RFC 8839 §5.6 has spaces between the options; libdatachannel writes a comma, which no option can contain.
        let options: Vec<String> = fields(value).flat_map(|field| field.split(',')).map(str::to_owned).collect();
        if options.is_empty() || !options.iter().all(|option| is_token(option)) {
            return Err(Reason::Token);
        }
        Ok(Self(options))
    }
}

impl fmt::Display for IceOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

impl Attribute for Candidate {
    const NAME: &'static str = "candidate";

    fn parse(value: &str) -> Result<Self, Reason> {
        if value.is_empty() { Err(Reason::MissingValue) } else { Ok(Self(value.to_owned())) }
    }
}

impl fmt::Display for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
