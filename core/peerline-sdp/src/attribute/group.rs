//! `a=mid` and `a=group` (RFC 5888, RFC 9143).

use std::fmt;

use super::{Attribute, fields, is_token};
use crate::Reason;

/// The identification tag of a media section (RFC 5888 §4).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mid(String);

impl Mid {
    /// A tag from text that is known to be a token.
    pub fn new(tag: impl Into<String>) -> Self {
        Self(tag.into())
    }

    /// The tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Attribute for Mid {
    const NAME: &'static str = "mid";

    fn parse(value: &str) -> Result<Self, Reason> {
        if is_token(value) { Ok(Self(value.to_owned())) } else { Err(Reason::Token) }
    }
}

impl fmt::Display for Mid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a group of media sections means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupSemantics {
    /// RFC 9143: one transport for all.
    Bundle,
    /// RFC 5888 §7: lip synchronization.
    LipSync,
    /// Any other token.
    Other(String),
}

/// `a=group:<semantics> <mid> …`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// What the group means.
    pub semantics: GroupSemantics,
    /// Its members; for BUNDLE the first is the tagged one.
    pub mids: Vec<Mid>,
}

impl Attribute for Group {
    const NAME: &'static str = "group";

    fn parse(value: &str) -> Result<Self, Reason> {
        let mut fields = fields(value);
        let semantics = match fields.next() {
            Some("BUNDLE") => GroupSemantics::Bundle,
            Some("LS") => GroupSemantics::LipSync,
            Some(other) if is_token(other) => GroupSemantics::Other(other.to_owned()),
            _ => return Err(Reason::Token),
        };
        Ok(Self { semantics, mids: fields.map(Mid::parse).collect::<Result<_, _>>()? })
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.semantics {
            GroupSemantics::Bundle => "BUNDLE",
            GroupSemantics::LipSync => "LS",
            GroupSemantics::Other(other) => other,
        })?;
        self.mids.iter().try_for_each(|mid| write!(f, " {mid}"))
    }
}
