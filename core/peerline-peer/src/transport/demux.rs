//! Demultiplexing by the first byte of a packet (RFC 7983, RFC 9443).

/// What a packet is, by its first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PacketKind {
    /// 0 to 3: STUN.
    Stun,
    /// 20 to 63: DTLS.
    Dtls,
    /// 64 to 79: TURN channel data.
    TurnChannel,
    /// 128 to 191: RTP and RTCP.
    Rtp,
    /// Anything else (16 to 19 is ZRTP, the rest is QUIC's or unassigned), or no byte at all.
    Unknown,
}

impl PacketKind {
    pub(crate) fn of(packet: &[u8]) -> Self {
        match packet.first() {
            Some(0..=3) => Self::Stun,
            Some(20..=63) => Self::Dtls,
            Some(64..=79) => Self::TurnChannel,
            Some(128..=191) => Self::Rtp,
            _ => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_first_byte_has_one_kind() {
        let count = |kind| (0..=255_u8).filter(|byte| PacketKind::of(&[*byte]) == kind).count();
        assert_eq!(count(PacketKind::Stun), 4);
        assert_eq!(count(PacketKind::Dtls), 44);
        assert_eq!(count(PacketKind::TurnChannel), 16);
        assert_eq!(count(PacketKind::Rtp), 64);
        assert_eq!(PacketKind::of(&[]), PacketKind::Unknown);
    }
}
