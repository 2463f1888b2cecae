//! What a packet is, told from its first bytes (RFC 7983, RFC 5761), for logs and for loss by protocol.

use core::fmt::Write;

/// The protocol of a packet. SCTP, which travels inside DTLS, is recognised by WebRTC's port 5000 on both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// RFC 8489: first byte 0 to 3.
    Stun,
    /// RFC 9147: first byte 20 to 63.
    Dtls,
    /// RFC 8656 channel data: first byte 64 to 79.
    TurnChannel,
    /// RFC 3550 RTP, usually inside SRTP: first byte 128 to 191.
    Rtp,
    /// RFC 3550 RTCP: as RTP, with a second byte of 192 to 223.
    Rtcp,
    /// RFC 9260, bare.
    Sctp,
    /// Anything else.
    Unknown,
}

impl Protocol {
    /// The protocol of this packet.
    #[must_use]
    pub fn of(contents: &[u8]) -> Self {
        match contents {
            [0x13, 0x88, 0x13, 0x88, ..] => Self::Sctp,
            [0..=3, ..] => Self::Stun,
            [20..=63, ..] => Self::Dtls,
            [64..=79, ..] => Self::TurnChannel,
            [128..=191, 192..=223, ..] => Self::Rtcp,
            [128..=191, ..] => Self::Rtp,
            _ => Self::Unknown,
        }
    }

    /// Its name in logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stun => "stun",
            Self::Dtls => "dtls",
            Self::TurnChannel => "turn-channel",
            Self::Rtp => "rtp",
            Self::Rtcp => "rtcp",
            Self::Sctp => "sctp",
            Self::Unknown => "unknown",
        }
    }
}

/// The packet in a few words: `stun binding request`, `dtls client_hello`, `sctp DATA SACK`.
#[must_use]
pub fn describe(contents: &[u8]) -> String {
    let protocol = Protocol::of(contents);
    let mut out = protocol.as_str().to_owned();
    match protocol {
        Protocol::Stun => describe_stun(contents, &mut out),
        Protocol::Dtls => describe_dtls(contents, &mut out),
        Protocol::Sctp => describe_sctp(contents, &mut out),
        _ => {}
    }
    out
}

/// RFC 8489 §5: the message type is class and method interleaved.
fn describe_stun(contents: &[u8], out: &mut String) {
    let [high, low, ..] = contents else { return };
    let kind = u16::from_be_bytes([*high, *low]);
    let method = (kind & 0x000F) | ((kind & 0x00E0) >> 1) | ((kind & 0x3E00) >> 2);
    let method = match method {
        1 => "binding",
        3 => "allocate",
        4 => "refresh",
        6 => "send",
        7 => "data",
        8 => "create-permission",
        9 => "channel-bind",
        _ => "other",
    };
    let class = match kind & 0x0110 {
        0x0000 => "request",
        0x0010 => "indication",
        0x0100 => "success",
        _ => "error",
    };
    let _ = write!(out, " {method} {class}");
}

/// RFC 9147 §4: the first record's content type, and the handshake type while it is in the clear.
fn describe_dtls(contents: &[u8], out: &mut String) {
    let what = match contents {
        [20, ..] => "change_cipher_spec",
        [21, ..] => "alert",
        [23, ..] => "application_data",
        [26, ..] => "ack",
        [32..=63, ..] => "ciphertext",
        [22, _, _, 0, 0, ..] => match contents.get(13) {
            Some(1) => "client_hello",
            Some(2) => "server_hello",
            Some(3) => "hello_verify_request",
            Some(11) => "certificate",
            Some(12) => "server_key_exchange",
            Some(13) => "certificate_request",
            Some(14) => "server_hello_done",
            Some(15) => "certificate_verify",
            Some(16) => "client_key_exchange",
            _ => "handshake",
        },
        [22, ..] => "handshake",
        _ => "other",
    };
    let _ = write!(out, " {what}");
}

/// RFC 9260 §3.2: the chunks in their order.
fn describe_sctp(contents: &[u8], out: &mut String) {
    let mut rest = contents.get(12..).unwrap_or_default();
    while let [kind, _, high, low, ..] = rest {
        out.push(' ');
        match kind {
            0 => out.push_str("DATA"),
            1 => out.push_str("INIT"),
            2 => out.push_str("INIT-ACK"),
            3 => out.push_str("SACK"),
            4 => out.push_str("HEARTBEAT"),
            5 => out.push_str("HEARTBEAT-ACK"),
            6 => out.push_str("ABORT"),
            7 => out.push_str("SHUTDOWN"),
            8 => out.push_str("SHUTDOWN-ACK"),
            9 => out.push_str("ERROR"),
            10 => out.push_str("COOKIE-ECHO"),
            11 => out.push_str("COOKIE-ACK"),
            14 => out.push_str("SHUTDOWN-COMPLETE"),
            64 => out.push_str("I-DATA"),
            130 => out.push_str("RE-CONFIG"),
            132 => out.push_str("PAD"),
            192 => out.push_str("FORWARD-TSN"),
            194 => out.push_str("I-FORWARD-TSN"),
            other => {
                let _ = write!(out, "chunk-{other}");
            }
        }
        let length = usize::from(u16::from_be_bytes([*high, *low])).max(4).next_multiple_of(4);
        rest = rest.get(length..).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_protocols_by_their_first_bytes() {
        let cases: [(&[u8], &str); 11] = [
            (&[0, 1], "stun binding request"),
            (&[1, 1], "stun binding success"),
            (&[1, 0x13], "stun allocate error"),
            (&[0, 0x16], "stun send indication"),
            (&[22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 1], "dtls client_hello"),
            (&[0x2F, 0], "dtls ciphertext"),
            (&[0x40, 0], "turn-channel"),
            (&[0x80, 96], "rtp"),
            (&[0x80, 200], "rtcp"),
            (&[0x13, 0x88, 0x13, 0x88, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 4, 0, 3, 0, 17], "sctp SACK DATA"),
            (&[], "unknown"),
        ];
        for (contents, expected) in cases {
            assert_eq!(describe(contents), expected);
        }
    }

    #[test]
    fn describes_any_bytes_without_panic() {
        let mut rng = peerline_edge::Rng::new([1; 32]);
        for len in 0..200 {
            let mut contents = vec![0; len];
            rng.fill(&mut contents);
            let _ = describe(&contents);
            contents.splice(0..len.min(4), [0x13, 0x88, 0x13, 0x88]);
            let _ = describe(&contents);
        }
    }
}
