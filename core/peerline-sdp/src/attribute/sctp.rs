//! The SCTP attributes of a data section (RFC 8841), present and old form, and the INIT chunk in SDP (SNAP).

use std::fmt;

use super::{Attribute, fields, number};
use crate::Reason;

/// `a=sctp-port` (RFC 8841 §5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SctpPort(pub u16);

impl Attribute for SctpPort {
    const NAME: &'static str = "sctp-port";

    fn parse(value: &str) -> Result<Self, Reason> {
        number(value).map(Self)
    }
}

impl fmt::Display for SctpPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// `a=max-message-size` in bytes (RFC 8841 §6); 0 means any size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MaxMessageSize(pub u64);

impl Attribute for MaxMessageSize {
    const NAME: &'static str = "max-message-size";

    fn parse(value: &str) -> Result<Self, Reason> {
        // As large as it may be, it is a size.
        let huge = value.len() > 19 && value.bytes().all(|byte| byte.is_ascii_digit());
        if huge { Ok(Self(u64::MAX)) } else { number(value).map(Self) }
    }
}

impl fmt::Display for MaxMessageSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// `a=sctpmap:<port> <protocol> [<streams>]`, the form of the drafts before RFC 8841, with `m=application <port> DTLS/SCTP <sctp port>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SctpMap {
    /// The SCTP port, as in the `m=` line.
    pub port: u16,
    /// `webrtc-datachannel`.
    pub protocol: String,
    /// Number of streams, if given.
    pub streams: Option<u32>,
}

impl Attribute for SctpMap {
    const NAME: &'static str = "sctpmap";

    fn parse(value: &str) -> Result<Self, Reason> {
        let mut fields = fields(value);
        let (Some(port), Some(protocol)) = (fields.next(), fields.next()) else { return Err(Reason::Fields) };
        Ok(Self { port: number(port)?, protocol: protocol.to_owned(), streams: fields.next().map(number).transpose()? })
    }
}

impl fmt::Display for SctpMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.port, self.protocol)?;
        self.streams.map_or(Ok(()), |streams| write!(f, " {streams}"))
    }
}

/// `a=sctp-init` (draft-hancke-tsvwg-snap): an SCTP INIT chunk in base64.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SctpInit(pub String);

impl Attribute for SctpInit {
    const NAME: &'static str = "sctp-init";

    fn parse(value: &str) -> Result<Self, Reason> {
        let base64_char = |b: u8| b.is_ascii_alphanumeric() || b"+/=-_".contains(&b);
        if !value.is_empty() && value.bytes().all(base64_char) {
            Ok(Self(value.to_owned()))
        } else {
            Err(Reason::Token)
        }
    }
}

impl fmt::Display for SctpInit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
