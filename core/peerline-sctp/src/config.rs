//! What an association is told when it is made (RFC 9260 §16 parameters, RFC 8841 §5 port).

use core::time::Duration;
use peerline_edge::Seed;

/// Settings of an [`Association`](crate::Association). Start from [`Config::new`] and change what differs.
#[derive(Clone)]
pub struct Config {
    /// Entropy for tags, initial TSN, the cookie secret and jitter. Never use one seed for two associations.
    pub seed: Seed,
    /// Our SCTP port (`a=sctp-port` of our description).
    pub local_port: u16,
    /// The peer's SCTP port (`a=sctp-port` of its description).
    pub remote_port: u16,
    /// Bytes of the largest SCTP packet we send, common header included. The default, 1160, fits a UDP payload of 1200 bytes under any
    /// AEAD cipher suite of DTLS 1.2 or 1.3. Below 256 counts as 256.
    pub max_packet_len: usize,
    /// Bytes of the largest message we accept (`a=max-message-size` of our description); a larger one ends the association.
    pub max_message_size: usize,
    /// Bytes of receive window at the start.
    pub initial_receive_buffer: usize,
    /// Bytes the receive window may grow to while the peer fills it and the owner reads.
    pub max_receive_buffer: usize,
    /// Bytes that may wait unsent over all streams; [`SendError::BufferFull`](crate::SendError::BufferFull) beyond.
    pub max_send_buffer: usize,
    /// Streams we ask for in each direction; the peer may lower the outgoing number.
    pub streams: u16,
    /// Offer user message interleaving (RFC 8260).
    pub interleaving: bool,
    /// Offer to accept packets without CRC32c, for DTLS already protects them (RFC 9653); we omit ours if the peer offers the same.
    pub zero_checksum: bool,
    /// How the congestion window grows.
    pub congestion_control: CongestionControl,
    /// Initial congestion window, in packets of `max_packet_len`.
    pub initial_window: u32,
    /// RTO before the first measurement (RFC 9260 `RTO.Initial`).
    pub rto_initial: Duration,
    /// Lower bound of the RTO (`RTO.Min`; tail-loss probes come much earlier).
    pub rto_min: Duration,
    /// Upper bound of the RTO (`RTO.Max`; small, so that traffic returns soon after an outage).
    pub rto_max: Duration,
    /// Timeouts in a row after which the association is given up (`Association.Max.Retrans`).
    pub max_retransmissions: u32,
    /// INIT or COOKIE ECHO repetitions after which connecting is given up (`Max.Init.Retransmits`).
    pub max_init_retransmissions: u32,
    /// Idle time before a HEARTBEAT; `None` sends none.
    pub heartbeat_interval: Option<Duration>,
}

/// The sender's window control. Nothing on the wire depends on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CongestionControl {
    /// RFC 9260 §7 (slow start, congestion avoidance by one packet a round trip, halving).
    NewReno,
    /// CUBIC (RFC 9438) with HyStart++ (RFC 9406).
    Cubic,
    /// CUBIC, but a few losses in a round trip without a queue on the path (no more than 3 packets or 3 % of the window, the round-trip
    /// time near its minimum) are taken for noise: sent again, and the window left alone. A radio link with 1 % loss is then filled, where
    /// every loss-based control is held to 1.2 packets / sqrt(loss) a round trip.
    #[default]
    TolerantCubic,
}

impl Config {
    /// The default settings: port 5000 on both sides, 1160-byte packets, 256 KiB messages, receive window from 1 MiB to 8 MiB, 16 MiB of
    /// send buffer, 65535 streams, interleaving and zero checksum offered.
    #[must_use]
    pub const fn new(seed: Seed) -> Self {
        Self {
            seed,
            local_port: 5000,
            remote_port: 5000,
            max_packet_len: 1160,
            max_message_size: 256 * 1024,
            initial_receive_buffer: 1024 * 1024,
            max_receive_buffer: 8 * 1024 * 1024,
            max_send_buffer: 16 * 1024 * 1024,
            streams: 65_535,
            interleaving: true,
            zero_checksum: true,
            congestion_control: CongestionControl::TolerantCubic,
            initial_window: 10,
            rto_initial: Duration::from_secs(1),
            rto_min: Duration::from_millis(400),
            rto_max: Duration::from_secs(10),
            max_retransmissions: 10,
            max_init_retransmissions: 8,
            heartbeat_interval: Some(Duration::from_secs(30)),
        }
    }
}

impl core::fmt::Debug for Config {
    /// Leaves the seed out: it is a secret.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Config")
            .field("local_port", &self.local_port)
            .field("remote_port", &self.remote_port)
            .field("max_packet_len", &self.max_packet_len)
            .field("max_message_size", &self.max_message_size)
            .field("streams", &self.streams)
            .finish_non_exhaustive()
    }
}
