//! Counters and gauges of an association, and what it dropped and why (webrtc-stats §7, RFC 9260 §11.1.8).

use core::time::Duration;

/// A snapshot of an association.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Packets handed to the owner.
    pub packets_sent: u64,
    /// Packets that came in and passed the tag and checksum tests.
    pub packets_received: u64,
    /// Bytes of those packets, SCTP headers included.
    pub bytes_sent: u64,
    /// Bytes of those packets, SCTP headers included.
    pub bytes_received: u64,
    /// Messages taken by `send`.
    pub messages_sent: u64,
    /// Messages that came in whole.
    pub messages_received: u64,
    /// Messages given up (RFC 3758).
    pub messages_abandoned: u64,
    /// DATA chunks sent again.
    pub retransmissions: u64,
    /// Times a loss was detected without a timeout and the window reduced.
    pub loss_events: u64,
    /// Retransmission timeouts (T3-rtx).
    pub timeouts: u64,
    /// Tail-loss probes sent.
    pub tail_loss_probes: u64,
    /// DATA chunks that came in more than once.
    pub duplicates_received: u64,
    /// Congestion window in bytes (webrtc-stats `congestionWindow`).
    pub cwnd: usize,
    /// Slow start threshold in bytes; `usize::MAX` before the first loss.
    pub ssthresh: usize,
    /// What the peer's receive window still takes, in bytes (webrtc-stats `receiverWindow`).
    pub rwnd: usize,
    /// The window we last told the peer, in bytes.
    pub local_rwnd: usize,
    /// Bytes of the largest packet we send (webrtc-stats `mtu`).
    pub mtu: usize,
    /// Smoothed round-trip time, once measured (webrtc-stats `smoothedRoundTripTime`).
    pub srtt: Option<Duration>,
    /// Smallest round-trip time seen.
    pub min_rtt: Option<Duration>,
    /// The current retransmission timeout.
    pub rto: Duration,
    /// DATA chunks sent and not acknowledged (webrtc-stats `unackData`).
    pub unacked: usize,
    /// Bytes in flight.
    pub bytes_in_flight: usize,
    /// Bytes queued that were not sent yet, over all streams.
    pub buffered_amount: usize,
}

/// How much of what came in was dropped, by reason. Hostile input ends here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Drops {
    /// Packets shorter than a header and a chunk, or whose chunk lengths don't add up.
    pub malformed_packet: u64,
    /// Packets with a wrong CRC32c.
    pub bad_checksum: u64,
    /// Packets for other ports.
    pub wrong_port: u64,
    /// Packets whose verification tag is not ours.
    pub wrong_tag: u64,
    /// Chunks cut short or with fields that contradict each other.
    pub malformed_chunk: u64,
    /// Chunks that make no sense in the present state.
    pub unexpected_chunk: u64,
    /// Chunks of a type we don't know.
    pub unknown_chunk: u64,
    /// State cookies with a wrong MAC.
    pub bad_cookie: u64,
    /// State cookies past their lifetime.
    pub stale_cookie: u64,
    /// DATA chunks that came again.
    pub duplicate_data: u64,
    /// DATA chunks beyond the receive window or too far ahead.
    pub outside_window: u64,
    /// DATA chunks without user data, for a stream that does not exist, or of the kind that was not negotiated.
    pub invalid_data: u64,
    /// SACKs that acknowledge what was not sent, or that are older than the last.
    pub invalid_sack: u64,
    /// Requests and responses of RFC 6525 that don't fit.
    pub invalid_reconfig: u64,
    /// DATA chunks of messages that the peer had given up by then.
    pub abandoned_data: u64,
    /// Messages cut off because the fragments contradict each other.
    pub inconsistent_fragments: u64,
    /// Replies not sent because too many waited.
    pub reply_overflow: u64,
}
