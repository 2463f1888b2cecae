//! DATA (RFC 9260 §3.3.1) and I-DATA (RFC 8260 §2.1).

use super::chunk::{self, Chunk};
use super::{Tsn, padded};
use crate::message::Ppid;
use peerline_edge::Serial32;

/// Bytes of a DATA chunk before the user data.
pub(crate) const DATA_HEADER_LEN: usize = 16;
/// Bytes of an I-DATA chunk before the user data.
pub(crate) const I_DATA_HEADER_LEN: usize = 20;

/// Last fragment of its message (E).
pub(crate) const FLAG_END: u8 = 0x01;
/// First fragment of its message (B).
pub(crate) const FLAG_BEGIN: u8 = 0x02;
/// Unordered (U).
pub(crate) const FLAG_UNORDERED: u8 = 0x04;
/// Acknowledge at once (I, RFC 9260 §3.3.1).
pub(crate) const FLAG_IMMEDIATE: u8 = 0x08;

/// A fragment of a message, of either chunk kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Data<'a> {
    pub(crate) tsn: Tsn,
    pub(crate) stream: u16,
    pub(crate) flags: u8,
    /// The stream sequence number (16 bits, DATA) or the message identifier (I-DATA).
    pub(crate) mid: u32,
    /// The fragment sequence number; 0 in DATA, which has none.
    pub(crate) fsn: u32,
    /// In I-DATA only the first fragment carries it; 0 in the others.
    pub(crate) ppid: Ppid,
    pub(crate) payload: &'a [u8],
}

impl<'a> Data<'a> {
    /// Reads a DATA or I-DATA chunk; the payload may be empty (which the caller must refuse).
    #[inline]
    pub(crate) fn parse(chunk: &Chunk<'a>) -> Option<Self> {
        if chunk.kind == chunk::I_DATA {
            let (header, payload) = chunk.value.split_first_chunk::<16>()?;
            let [t0, t1, t2, t3, s0, s1, _, _, m0, m1, m2, m3, f0, f1, f2, f3] = *header;
            let last = u32::from_be_bytes([f0, f1, f2, f3]);
            let first = chunk.flags & FLAG_BEGIN != 0;
            Some(Self {
                tsn: Serial32(u32::from_be_bytes([t0, t1, t2, t3])),
                stream: u16::from_be_bytes([s0, s1]),
                flags: chunk.flags,
                mid: u32::from_be_bytes([m0, m1, m2, m3]),
                fsn: if first { 0 } else { last },
                ppid: Ppid(if first { last } else { 0 }),
                payload,
            })
        } else {
            let (header, payload) = chunk.value.split_first_chunk::<12>()?;
            let [t0, t1, t2, t3, s0, s1, n0, n1, p0, p1, p2, p3] = *header;
            Some(Self {
                tsn: Serial32(u32::from_be_bytes([t0, t1, t2, t3])),
                stream: u16::from_be_bytes([s0, s1]),
                flags: chunk.flags,
                mid: u32::from(u16::from_be_bytes([n0, n1])),
                fsn: 0,
                ppid: Ppid(u32::from_be_bytes([p0, p1, p2, p3])),
                payload,
            })
        }
    }

    /// Bytes of chunk header for the kind.
    pub(crate) const fn header_len(interleaved: bool) -> usize {
        if interleaved { I_DATA_HEADER_LEN } else { DATA_HEADER_LEN }
    }

    /// Appends the chunk. The payload must be shorter than 65,516 bytes, as every packet is.
    #[inline]
    pub(crate) fn write(&self, interleaved: bool, buf: &mut Vec<u8>) {
        let [t0, t1, t2, t3] = self.tsn.0.to_be_bytes();
        let [s0, s1] = self.stream.to_be_bytes();
        let [m0, m1, m2, m3] = self.mid.to_be_bytes();
        let [p0, p1, p2, p3] = self.ppid.0.to_be_bytes();
        let len = Self::header_len(interleaved).saturating_add(self.payload.len());
        let [l0, l1] = u16::try_from(len).unwrap_or(u16::MAX).to_be_bytes();
        if interleaved {
            let last = if self.flags & FLAG_BEGIN == 0 { self.fsn } else { self.ppid.0 };
            let [f0, f1, f2, f3] = last.to_be_bytes();
            buf.extend_from_slice(&[
                chunk::I_DATA,
                self.flags,
                l0,
                l1,
                t0,
                t1,
                t2,
                t3,
                s0,
                s1,
                0,
                0,
                m0,
                m1,
                m2,
                m3,
                f0,
                f1,
                f2,
                f3,
            ]);
        } else {
            buf.extend_from_slice(&[chunk::DATA, self.flags, l0, l1, t0, t1, t2, t3, s0, s1, m2, m3, p0, p1, p2, p3]);
        }
        buf.extend_from_slice(self.payload);
        let padding = padded(len).saturating_sub(len);
        buf.extend_from_slice([0; 3].get(..padding).unwrap_or_default());
    }
}
