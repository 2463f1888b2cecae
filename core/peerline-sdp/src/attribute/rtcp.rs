//! The RTCP attributes (RFC 3605, RFC 4585).

use std::fmt;

use super::{Attribute, PayloadType, number};
use crate::Reason;
use crate::session::is_address;

/// `a=rtcp:<port> [<nettype> <addrtype> <address>]` (RFC 3605 §2.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rtcp {
    /// The port.
    pub port: u16,
    /// Network type, address type and address, as `IN IP4 0.0.0.0`.
    pub address: Option<String>,
}

impl Attribute for Rtcp {
    const NAME: &'static str = "rtcp";

    fn parse(value: &str) -> Result<Self, Reason> {
        let (port, address) = match value.split_once(' ') {
            Some((port, address)) if is_address(address) => (port, Some(address.to_owned())),
            Some(_) => return Err(Reason::Fields),
            None => (value, None),
        };
        Ok(Self { port: number(port)?, address })
    }
}

impl fmt::Display for Rtcp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.address {
            Some(address) => write!(f, "{} {address}", self.port),
            None => self.port.fmt(f),
        }
    }
}

/// `a=rtcp-fb:<payload type or *> <feedback>` (RFC 4585 §4.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RtcpFb {
    /// The payload type; `None` stands for `*`, all of them.
    pub payload_type: Option<PayloadType>,
    /// The feedback, as `nack pli`, `ccm fir`, `transport-cc`.
    pub feedback: String,
}

impl Attribute for RtcpFb {
    const NAME: &'static str = "rtcp-fb";

    fn parse(value: &str) -> Result<Self, Reason> {
        let (payload_type, feedback) = value.split_once(' ').ok_or(Reason::Fields)?;
        let feedback = feedback.trim_matches(' ');
        if feedback.is_empty() {
            return Err(Reason::Fields);
        }
        let payload_type = if payload_type == "*" { None } else { Some(PayloadType::parse(payload_type)?) };
        Ok(Self { payload_type, feedback: feedback.to_owned() })
    }
}

impl fmt::Display for RtcpFb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.payload_type {
            Some(payload_type) => write!(f, "{payload_type} {}", self.feedback),
            None => write!(f, "* {}", self.feedback),
        }
    }
}
