//! The chunk frame: type, flags, length, value, padding (RFC 9260 §3.2).

use super::padded;

/// Bytes of a chunk header.
pub(crate) const HEADER_LEN: usize = 4;

pub(crate) const DATA: u8 = 0;
pub(crate) const INIT: u8 = 1;
pub(crate) const INIT_ACK: u8 = 2;
pub(crate) const SACK: u8 = 3;
pub(crate) const HEARTBEAT: u8 = 4;
pub(crate) const HEARTBEAT_ACK: u8 = 5;
pub(crate) const ABORT: u8 = 6;
pub(crate) const SHUTDOWN: u8 = 7;
pub(crate) const SHUTDOWN_ACK: u8 = 8;
pub(crate) const ERROR: u8 = 9;
pub(crate) const COOKIE_ECHO: u8 = 10;
pub(crate) const COOKIE_ACK: u8 = 11;
pub(crate) const SHUTDOWN_COMPLETE: u8 = 14;
/// RFC 8260 §2.1.
pub(crate) const I_DATA: u8 = 64;
/// RFC 6525 §3.1.
pub(crate) const RE_CONFIG: u8 = 130;
/// RFC 3758 §3.2.
pub(crate) const FORWARD_TSN: u8 = 192;
/// RFC 8260 §2.3.1.
pub(crate) const I_FORWARD_TSN: u8 = 194;

/// ABORT and SHUTDOWN COMPLETE: the verification tag is the receiver's own, reflected (RFC 9260 §8.5.1).
pub(crate) const FLAG_REFLECTED_TAG: u8 = 0x01;

/// One chunk of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chunk<'a> {
    pub(crate) kind: u8,
    pub(crate) flags: u8,
    pub(crate) value: &'a [u8],
    /// The chunk with its header, without padding (an ERROR quotes it).
    pub(crate) whole: &'a [u8],
}

/// What to do with a chunk or parameter that is not understood: the two highest bits of its type (RFC 9260 §3.2, §3.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unrecognized {
    /// Go on with what follows it.
    pub(crate) skip: bool,
    /// Tell the sender.
    pub(crate) report: bool,
}

impl Unrecognized {
    pub(crate) const fn of_chunk(kind: u8) -> Self {
        Self { skip: kind & 0x80 != 0, report: kind & 0x40 != 0 }
    }

    pub(crate) const fn of_parameter(kind: u16) -> Self {
        Self { skip: kind & 0x8000 != 0, report: kind & 0x4000 != 0 }
    }
}

/// The chunks of a packet in order; an `Err` ends it.
#[derive(Clone, Debug)]
pub(crate) struct Chunks<'a> {
    rest: &'a [u8],
}

/// A chunk's length is below four or beyond the packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

impl<'a> Chunks<'a> {
    pub(crate) const fn new(chunks: &'a [u8]) -> Self {
        Self { rest: chunks }
    }

    fn take(&mut self) -> Option<Chunk<'a>> {
        let [kind, flags, l0, l1] = *self.rest.first_chunk::<HEADER_LEN>()?;
        let len = usize::from(u16::from_be_bytes([l0, l1]));
        let whole = self.rest.get(..len)?;
        let value = whole.get(HEADER_LEN..)?;
        // RFC 9260 §3.2: the length leaves the padding out; the last chunk of a sloppy sender may lack it.
        self.rest = self.rest.get(padded(len)..).unwrap_or_default();
        Some(Chunk { kind, flags, value, whole })
    }
}

impl<'a> Iterator for Chunks<'a> {
    type Item = Result<Chunk<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let chunk = self.take().ok_or(Malformed);
        if chunk.is_err() {
            self.rest = &[];
        }
        Some(chunk)
    }
}

/// Appends a chunk whose value `body` writes; fills in length and padding. A value beyond 65,531 bytes is cut (no caller has one).
pub(crate) fn write(buf: &mut Vec<u8>, kind: u8, flags: u8, body: impl FnOnce(&mut Vec<u8>)) {
    let start = buf.len();
    buf.extend_from_slice(&[kind, flags, 0, 0]);
    body(buf);
    finish(buf, start);
}

/// Fills in the length of the chunk or parameter that begins at `start` (both have it in bytes 2 and 3), and pads.
pub(super) fn finish(buf: &mut Vec<u8>, start: usize) {
    let len = u16::try_from(buf.len().saturating_sub(start)).unwrap_or(u16::MAX);
    buf.truncate(start.saturating_add(usize::from(len)));
    if let Some(field) = buf.get_mut(start.saturating_add(2)..start.saturating_add(4)) {
        field.copy_from_slice(&len.to_be_bytes());
    }
    buf.resize(start.saturating_add(padded(usize::from(len))), 0);
}
