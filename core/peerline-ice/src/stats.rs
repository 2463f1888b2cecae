//! What a caller may see of candidate pairs, and the counters (W3C webrtc-stats `RTCIceCandidatePairStats`).

use crate::{Candidate, CandidateId, Component, PairState};
use core::net::SocketAddr;
use core::time::Duration;
use peerline_edge::{FiveTuple, Time};

/// Names a candidate pair as long as the agent lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PairId(pub u32);

/// A look at one candidate pair.
#[derive(Clone, Copy, Debug)]
pub struct PairView<'a> {
    /// Its id.
    pub id: PairId,
    /// Its component.
    pub component: Component,
    /// The generation it belongs to: a restart begins the next one.
    pub generation: u32,
    /// Our username fragment of that generation.
    pub local_ufrag: &'a str,
    /// The other side's, if it was signaled.
    pub remote_ufrag: Option<&'a str>,
    /// Names the local candidate.
    pub local_id: CandidateId,
    /// The local candidate.
    pub local: &'a Candidate,
    /// Names the remote candidate among those of its generation.
    pub remote_id: CandidateId,
    /// The remote candidate.
    pub remote: &'a Candidate,
    /// Its address; if a name stands for it, what that resolved to.
    pub remote_address: SocketAddr,
    /// The way its packets go.
    pub path: FiveTuple,
    /// Its state.
    pub state: PairState,
    /// True if it was nominated.
    pub nominated: bool,
    /// Its priority (RFC 8445 §6.1.2.3).
    pub priority: u64,
    /// Its counters.
    pub stats: &'a PairStats,
}

/// The counters of one candidate pair. "Packets" are the application's; checks are counted apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PairStats {
    /// Application packets sent.
    pub packets_sent: u64,
    /// Application packets received.
    pub packets_received: u64,
    /// Application bytes sent.
    pub bytes_sent: u64,
    /// Application bytes received.
    pub bytes_received: u64,
    /// Application packets that the owner could not send after all.
    pub packets_discarded_on_send: u64,
    /// Application bytes of those packets.
    pub bytes_discarded_on_send: u64,
    /// When the last application packet was sent.
    pub last_packet_sent: Option<Time>,
    /// When the last application packet was received.
    pub last_packet_received: Option<Time>,
    /// Connectivity checks sent, without retransmissions and consent checks.
    pub requests_sent: u64,
    /// Checks received.
    pub requests_received: u64,
    /// Answers to checks sent.
    pub responses_sent: u64,
    /// Answers to checks received, consent answers included.
    pub responses_received: u64,
    /// Retransmitted checks.
    pub retransmissions_sent: u64,
    /// Consent checks sent (RFC 7675).
    pub consent_requests_sent: u64,
    /// The round-trip time of the last answered check.
    pub current_round_trip_time: Option<Duration>,
    /// The sum of all measured round-trip times; their number is `responses_received`.
    pub total_round_trip_time: Duration,
}

/// Datagrams and candidates that were dropped, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Drops {
    /// Not a STUN message.
    pub not_stun: u64,
    /// FINGERPRINT did not match.
    pub wrong_fingerprint: u64,
    /// Arrived on a socket that is not the agent's.
    pub unknown_socket: u64,
    /// A request without USERNAME or MESSAGE-INTEGRITY.
    pub unauthenticated_request: u64,
    /// A request for another username.
    pub wrong_username: u64,
    /// A request with a wrong MESSAGE-INTEGRITY.
    pub wrong_integrity: u64,
    /// A request with comprehension-required attributes that are unknown, or without those that a check needs.
    pub malformed_request: u64,
    /// A response that answers no request.
    pub unexpected_response: u64,
    /// A response with a missing or wrong MESSAGE-INTEGRITY.
    pub unauthenticated_response: u64,
    /// A response from another address than the request went to.
    pub asymmetric_response: u64,
    /// A Binding indication, or a method that ICE does not use.
    pub not_a_check: u64,
    /// A response that was not sent because too many waited.
    pub response_overflow: u64,
    /// An early check that was answered but not remembered because too many waited.
    pub early_check_overflow: u64,
    /// A remote candidate beyond the limit.
    pub candidate_overflow: u64,
    /// A pair beyond the limit.
    pub pair_overflow: u64,
    /// A remote candidate of another generation.
    pub stale_candidate: u64,
    /// A remote candidate that cannot be used: transport, name that does not resolve, port 0.
    pub unusable_candidate: u64,
    /// Checks to a host candidate, of a generation whose policy allows relayed ones only.
    pub forbidden_by_policy: u64,
}
