//! `RTCIceCandidateStats` and `RTCIceCandidatePairStats` (webrtc-stats).

use super::super::dictionary::{Member, StatsValue};
use super::enumerations::{IceCandidatePairState, IceCandidateType, IceProtocol, IceTcpCandidateType};
use core::time::Duration;

/// The address of a candidate, as far as the application may know it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum CandidateAddress {
    /// Of a remote candidate that nobody signaled: the application is not to learn addresses from statistics.
    #[default]
    Hidden,
    /// The address, or the name that stands for it.
    Known(String),
}

impl CandidateAddress {
    /// The address; `None` for null.
    #[must_use]
    pub fn as_deref(&self) -> Option<&str> {
        match self {
            Self::Hidden => None,
            Self::Known(address) => Some(address),
        }
    }
}

impl Member for CandidateAddress {
    fn value(&self) -> Option<StatsValue<'_>> {
        Some(self.as_deref().map_or(StatsValue::Null, StatsValue::Text))
    }
}

dictionary! {
    /// `RTCIceCandidateStats`, of type "local-candidate" or "remote-candidate".
    IceCandidateStats {
        /// The transport.
        transport_id: String = "transportId",
        /// The address or name.
        address: CandidateAddress = "address",
        /// The port.
        port: Option<u16> = "port",
        /// UDP or TCP.
        protocol: Option<IceProtocol> = "protocol",
        /// Host, srflx, prflx or relay.
        candidate_type: Option<IceCandidateType> = "candidateType",
        /// The priority (RFC 8445 §5.1.2).
        priority: Option<u32> = "priority",
        /// The server that a local candidate comes from.
        url: Option<String> = "url",
        /// How a local relayed candidate's TURN server is spoken to.
        relay_protocol: Option<String> = "relayProtocol",
        /// The foundation.
        foundation: Option<String> = "foundation",
        /// The base's address, or what the server saw.
        related_address: Option<String> = "relatedAddress",
        /// Its port.
        related_port: Option<u16> = "relatedPort",
        /// The username fragment of the generation, once it was signaled.
        username_fragment: Option<String> = "usernameFragment",
        /// Who opens the connection of a TCP candidate.
        tcp_type: Option<IceTcpCandidateType> = "tcpType",
    }
}

dictionary! {
    /// `RTCIceCandidatePairStats`. "Packets" are the application's; connectivity checks are counted apart.
    CandidatePairStats {
        /// The transport.
        transport_id: String = "transportId",
        /// The local candidate.
        local_candidate_id: String = "localCandidateId",
        /// The remote candidate.
        remote_candidate_id: String = "remoteCandidateId",
        /// The state in the checklist.
        state: Option<IceCandidatePairState> = "state",
        /// Whether it is nominated.
        nominated: bool = "nominated",
        /// Packets sent.
        packets_sent: u64 = "packetsSent",
        /// Packets received.
        packets_received: u64 = "packetsReceived",
        /// Bytes sent.
        bytes_sent: u64 = "bytesSent",
        /// Bytes received.
        bytes_received: u64 = "bytesReceived",
        /// When the last packet was sent, milliseconds since 1970.
        last_packet_sent_timestamp: Option<f64> = "lastPacketSentTimestamp",
        /// When the last packet was received, milliseconds since 1970.
        last_packet_received_timestamp: Option<f64> = "lastPacketReceivedTimestamp",
        /// The sum of all measured round-trip times; their number is `responses_received`.
        total_round_trip_time: Duration = "totalRoundTripTime",
        /// The last one.
        current_round_trip_time: Option<Duration> = "currentRoundTripTime",
        /// What bandwidth estimation gives, bits a second.
        available_outgoing_bitrate: Option<f64> = "availableOutgoingBitrate",
        /// What the peer's bandwidth estimation gives, bits a second.
        available_incoming_bitrate: Option<f64> = "availableIncomingBitrate",
        /// Checks received, with retransmissions and consent checks.
        requests_received: u64 = "requestsReceived",
        /// Checks sent, without retransmissions and consent checks.
        requests_sent: u64 = "requestsSent",
        /// Answers received.
        responses_received: u64 = "responsesReceived",
        /// Answers sent.
        responses_sent: u64 = "responsesSent",
        /// Consent checks sent (RFC 7675).
        consent_requests_sent: u64 = "consentRequestsSent",
        /// Packets that the socket did not take.
        packets_discarded_on_send: u64 = "packetsDiscardedOnSend",
        /// Their bytes.
        bytes_discarded_on_send: u64 = "bytesDiscardedOnSend",
    }
}
