//! Error causes inside ABORT and ERROR (RFC 9260 §3.3.10); framed as parameters.

use super::parameter::{self, Parameters};

pub(crate) const STALE_COOKIE: u16 = 3;
pub(crate) const OUT_OF_RESOURCE: u16 = 4;
pub(crate) const UNRECOGNIZED_CHUNK: u16 = 6;
pub(crate) const INVALID_MANDATORY_PARAMETER: u16 = 7;
pub(crate) const UNRECOGNIZED_PARAMETERS: u16 = 8;
pub(crate) const NO_USER_DATA: u16 = 9;
pub(crate) const COOKIE_DURING_SHUTDOWN: u16 = 10;
pub(crate) const USER_ABORT: u16 = 12;
pub(crate) const PROTOCOL_VIOLATION: u16 = 13;

/// The most of an offending chunk or reason text that a cause quotes.
pub(crate) const MAX_QUOTE: usize = 128;

/// Appends a cause; its information is cut to [`MAX_QUOTE`] bytes.
pub(crate) fn write(buf: &mut Vec<u8>, code: u16, information: &[u8]) {
    parameter::write(buf, code, information.get(..MAX_QUOTE).unwrap_or(information));
}

/// The first cause of an ABORT or ERROR and its information.
pub(crate) fn first(causes: &[u8]) -> Option<(u16, &[u8])> {
    let cause = Parameters::new(causes).next()?.ok()?;
    Some((cause.kind, cause.value))
}
