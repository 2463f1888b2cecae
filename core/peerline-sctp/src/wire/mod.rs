//! SCTP packets on the wire: common header, checksum, chunks (RFC 9260 §3).

pub(crate) mod cause;
pub(crate) mod chunk;
pub(crate) mod data;
pub(crate) mod forward;
pub(crate) mod init;
pub(crate) mod parameter;
pub(crate) mod reconfig;
pub(crate) mod sack;

use crc_fast::{CrcAlgorithm, Digest};
use peerline_edge::Serial32;

/// A transmission sequence number (RFC 9260 §1.6).
pub(crate) type Tsn = Serial32;

/// Bytes of the common header (RFC 9260 §3.1).
pub(crate) const COMMON_HEADER_LEN: usize = 12;

/// Where the checksum stands in the common header.
const CHECKSUM_OFFSET: usize = 8;

/// The common header of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CommonHeader {
    pub(crate) source_port: u16,
    pub(crate) destination_port: u16,
    pub(crate) tag: u32,
    /// As it stands in the packet.
    pub(crate) checksum: u32,
}

impl CommonHeader {
    /// The header, and the chunks behind it; `None` if the packet is too short for a header and one chunk.
    pub(crate) fn parse(packet: &[u8]) -> Option<(Self, &[u8])> {
        let (header, chunks) = packet.split_first_chunk::<COMMON_HEADER_LEN>()?;
        let [s0, s1, d0, d1, t0, t1, t2, t3, c0, c1, c2, c3] = *header;
        if chunks.len() < chunk::HEADER_LEN {
            return None;
        }
        let header = Self {
            source_port: u16::from_be_bytes([s0, s1]),
            destination_port: u16::from_be_bytes([d0, d1]),
            tag: u32::from_be_bytes([t0, t1, t2, t3]),
            checksum: u32::from_le_bytes([c0, c1, c2, c3]),
        };
        Some((header, chunks))
    }

    /// Appends the header with a checksum of zero; [`seal`] fills it in.
    pub(crate) fn write(source_port: u16, destination_port: u16, tag: u32, buf: &mut Vec<u8>) {
        let [s0, s1] = source_port.to_be_bytes();
        let [d0, d1] = destination_port.to_be_bytes();
        let [t0, t1, t2, t3] = tag.to_be_bytes();
        buf.extend_from_slice(&[s0, s1, d0, d1, t0, t1, t2, t3, 0, 0, 0, 0]);
    }
}

/// Writes the CRC32c into the packet that begins at `start` and ends with `buf` (RFC 9260 §6.8, appendix A: least significant byte first).
pub(crate) fn seal(buf: &mut [u8], start: usize) {
    let Some(packet) = buf.get_mut(start..) else { return };
    let checksum = crc_fast::crc32_iscsi(packet);
    if let Some(field) = packet.get_mut(CHECKSUM_OFFSET..COMMON_HEADER_LEN) {
        field.copy_from_slice(&checksum.to_le_bytes());
    }
}

/// The CRC32c of a packet that came in, its checksum field taken as zero.
pub(crate) fn checksum(packet: &[u8]) -> u32 {
    let (before, rest) = packet.split_at(packet.len().min(CHECKSUM_OFFSET));
    let after = rest.get(4..).unwrap_or_default();
    let mut digest = Digest::new(CrcAlgorithm::Crc32Iscsi);
    digest.update(before);
    digest.update(&[0; 4]);
    digest.update(after);
    #[expect(clippy::cast_possible_truncation, reason = "a CRC of 32 bits in a 64-bit word")]
    let checksum = digest.finalize() as u32;
    checksum
}

/// `len` rounded up to the 4-byte boundary that chunks and parameters keep.
pub(crate) const fn padded(len: usize) -> usize {
    len.next_multiple_of(4)
}

#[cfg(test)]
mod tests;
