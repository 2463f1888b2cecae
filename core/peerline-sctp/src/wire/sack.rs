//! SACK (RFC 9260 §3.3.4).

use super::Tsn;
use super::chunk;
use peerline_edge::Serial32;

/// Bytes of a SACK chunk with neither gap blocks nor duplicates.
pub(crate) const MIN_LEN: usize = 16;

/// A SACK as it came in; the lists stay in the packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sack<'a> {
    pub(crate) cumulative: Tsn,
    pub(crate) a_rwnd: u32,
    gaps: &'a [u8],
    duplicates: &'a [u8],
}

impl<'a> Sack<'a> {
    pub(crate) fn parse(value: &'a [u8]) -> Option<Self> {
        let (fixed, lists) = value.split_first_chunk::<12>()?;
        let [t0, t1, t2, t3, w0, w1, w2, w3, g0, g1, d0, d1] = *fixed;
        let (gaps, rest) = lists.split_at_checked(usize::from(u16::from_be_bytes([g0, g1])).checked_mul(4)?)?;
        let duplicates = rest.get(..usize::from(u16::from_be_bytes([d0, d1])).checked_mul(4)?)?;
        Some(Self {
            cumulative: Serial32(u32::from_be_bytes([t0, t1, t2, t3])),
            a_rwnd: u32::from_be_bytes([w0, w1, w2, w3]),
            gaps,
            duplicates,
        })
    }

    /// A SACK that says no more than the cumulative TSN of a SHUTDOWN.
    pub(crate) const fn cumulative_only(cumulative: u32, a_rwnd: u32) -> Self {
        Self { cumulative: Serial32(cumulative), a_rwnd, gaps: &[], duplicates: &[] }
    }

    /// The gap ack blocks, as offsets from the cumulative TSN, first and last included.
    pub(crate) fn gaps(&self) -> impl Iterator<Item = (u16, u16)> + use<'a> {
        self.gaps
            .as_chunks::<4>()
            .0
            .iter()
            .map(|&[a, b, c, d]| (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])))
    }

    /// The TSNs that came more than once.
    pub(crate) fn duplicates(&self) -> impl Iterator<Item = Tsn> + use<'a> {
        self.duplicates.as_chunks::<4>().0.iter().map(|&bytes| Serial32(u32::from_be_bytes(bytes)))
    }
}

/// Appends a SACK chunk.
pub(crate) fn write(
    cumulative: Tsn,
    a_rwnd: u32,
    gaps: impl ExactSizeIterator<Item = (u16, u16)>,
    duplicates: impl ExactSizeIterator<Item = Tsn>,
    buf: &mut Vec<u8>,
) {
    chunk::write(buf, chunk::SACK, 0, |buf| {
        buf.extend_from_slice(&cumulative.0.to_be_bytes());
        buf.extend_from_slice(&a_rwnd.to_be_bytes());
        buf.extend_from_slice(&u16::try_from(gaps.len()).unwrap_or(u16::MAX).to_be_bytes());
        buf.extend_from_slice(&u16::try_from(duplicates.len()).unwrap_or(u16::MAX).to_be_bytes());
        for (first, last) in gaps {
            buf.extend_from_slice(&first.to_be_bytes());
            buf.extend_from_slice(&last.to_be_bytes());
        }
        for tsn in duplicates {
            buf.extend_from_slice(&tsn.0.to_be_bytes());
        }
    });
}
