//! FORWARD TSN (RFC 3758 §3.2) and I-FORWARD-TSN (RFC 8260 §2.3.1).

use super::Tsn;
use super::chunk;
use peerline_edge::Serial32;

/// Bytes of the chunk without the list of streams.
pub(crate) const MIN_LEN: usize = 8;

/// A stream whose messages up to `mid` are skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Skipped {
    pub(crate) stream: u16,
    /// I-FORWARD-TSN only; FORWARD TSN lists ordered messages only.
    pub(crate) unordered: bool,
    /// The stream sequence number (16 bits) or the message identifier.
    pub(crate) mid: u32,
}

impl Skipped {
    /// Bytes of one entry.
    pub(crate) const fn len(interleaved: bool) -> usize {
        if interleaved { 8 } else { 4 }
    }
}

/// A FORWARD TSN or I-FORWARD-TSN as it came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ForwardTsn<'a> {
    pub(crate) new_cumulative: Tsn,
    list: &'a [u8],
    interleaved: bool,
}

impl<'a> ForwardTsn<'a> {
    pub(crate) fn parse(value: &'a [u8], interleaved: bool) -> Option<Self> {
        let (tsn, list) = value.split_first_chunk::<4>()?;
        Some(Self { new_cumulative: Serial32(u32::from_be_bytes(*tsn)), list, interleaved })
    }

    /// The skipped streams.
    pub(crate) fn skipped(&self) -> impl Iterator<Item = Skipped> + use<'a> {
        let interleaved = self.interleaved;
        self.list.chunks_exact(Skipped::len(interleaved)).filter_map(move |entry| {
            if interleaved {
                let [s0, s1, _, u, m0, m1, m2, m3] = *entry.first_chunk::<8>()?;
                let (stream, mid) = (u16::from_be_bytes([s0, s1]), u32::from_be_bytes([m0, m1, m2, m3]));
                Some(Skipped { stream, unordered: u & 1 != 0, mid })
            } else {
                let [s0, s1, n0, n1] = *entry.first_chunk::<4>()?;
                let (stream, mid) = (u16::from_be_bytes([s0, s1]), u32::from(u16::from_be_bytes([n0, n1])));
                Some(Skipped { stream, unordered: false, mid })
            }
        })
    }
}

/// Appends the chunk.
pub(crate) fn write(new_cumulative: Tsn, skipped: &[Skipped], interleaved: bool, buf: &mut Vec<u8>) {
    let kind = if interleaved { chunk::I_FORWARD_TSN } else { chunk::FORWARD_TSN };
    chunk::write(buf, kind, 0, |buf| {
        buf.extend_from_slice(&new_cumulative.0.to_be_bytes());
        for entry in skipped {
            buf.extend_from_slice(&entry.stream.to_be_bytes());
            if interleaved {
                buf.extend_from_slice(&[0, u8::from(entry.unordered)]);
                buf.extend_from_slice(&entry.mid.to_be_bytes());
            } else {
                let [_, _, n0, n1] = entry.mid.to_be_bytes();
                buf.extend_from_slice(&[n0, n1]);
            }
        }
    });
}
