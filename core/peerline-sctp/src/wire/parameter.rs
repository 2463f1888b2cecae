//! The parameter frame: type, length, value, padding (RFC 9260 §3.2.1).

use super::{chunk, padded};

/// Bytes of a parameter header.
pub(crate) const HEADER_LEN: usize = 4;

/// RFC 9260 §3.3.3.1.
pub(crate) const STATE_COOKIE: u16 = 7;
/// RFC 9260 §3.3.3.1.
pub(crate) const UNRECOGNIZED: u16 = 8;
/// RFC 6525 §4.1.
pub(crate) const OUTGOING_RESET_REQUEST: u16 = 13;
/// RFC 6525 §4.2.
pub(crate) const INCOMING_RESET_REQUEST: u16 = 14;
/// RFC 6525 §4.3.
pub(crate) const ASSOCIATION_RESET_REQUEST: u16 = 15;
/// RFC 6525 §4.4.
pub(crate) const RECONFIG_RESPONSE: u16 = 16;
/// RFC 6525 §4.5.
pub(crate) const ADD_OUTGOING_REQUEST: u16 = 17;
/// RFC 6525 §4.6.
pub(crate) const ADD_INCOMING_REQUEST: u16 = 18;
/// RFC 9653 §4.
pub(crate) const ZERO_CHECKSUM: u16 = 0x8001;
/// RFC 5061 §4.2.7.
pub(crate) const SUPPORTED_EXTENSIONS: u16 = 0x8008;
/// RFC 3758 §3.1.
pub(crate) const FORWARD_TSN_SUPPORTED: u16 = 0xc000;

/// One parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Parameter<'a> {
    pub(crate) kind: u16,
    pub(crate) value: &'a [u8],
    /// With its header, without padding.
    pub(crate) whole: &'a [u8],
}

/// The parameters of a chunk in order; an `Err` (a length that can't be) ends it.
#[derive(Clone, Debug)]
pub(crate) struct Parameters<'a> {
    rest: &'a [u8],
}

impl<'a> Parameters<'a> {
    pub(crate) const fn new(parameters: &'a [u8]) -> Self {
        Self { rest: parameters }
    }

    fn take(&mut self) -> Option<Parameter<'a>> {
        let [k0, k1, l0, l1] = *self.rest.first_chunk::<HEADER_LEN>()?;
        let len = usize::from(u16::from_be_bytes([l0, l1]));
        let whole = self.rest.get(..len)?;
        let value = whole.get(HEADER_LEN..)?;
        self.rest = self.rest.get(padded(len)..).unwrap_or_default();
        Some(Parameter { kind: u16::from_be_bytes([k0, k1]), value, whole })
    }
}

impl<'a> Iterator for Parameters<'a> {
    type Item = Result<Parameter<'a>, chunk::Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let parameter = self.take().ok_or(chunk::Malformed);
        if parameter.is_err() {
            self.rest = &[];
        }
        Some(parameter)
    }
}

/// Appends a parameter.
pub(crate) fn write(buf: &mut Vec<u8>, kind: u16, value: &[u8]) {
    let start = buf.len();
    buf.extend_from_slice(&kind.to_be_bytes());
    buf.extend_from_slice(&[0, 0]);
    buf.extend_from_slice(value);
    chunk::finish(buf, start);
}
