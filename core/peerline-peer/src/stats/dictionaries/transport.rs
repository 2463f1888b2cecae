//! `RTCTransportStats` and `RTCCertificateStats` (webrtc-stats).

use super::enumerations::{DtlsRole, IceRole};
use crate::states::{DtlsTransportState, IceConnectionState};
use core::time::Duration;

enumeration_members!(DtlsTransportState, IceConnectionState);

dictionary! {
    /// `RTCTransportStats`: an `RTCDtlsTransport` with its `RTCIceTransport`.
    TransportStats {
        /// Packets sent, without connectivity checks.
        packets_sent: u64 = "packetsSent",
        /// Packets received, without connectivity checks.
        packets_received: u64 = "packetsReceived",
        /// Bytes of UDP payload sent, without connectivity checks.
        bytes_sent: u64 = "bytesSent",
        /// Bytes of UDP payload received, without connectivity checks.
        bytes_received: u64 = "bytesReceived",
        /// `RTCIceTransport.role`.
        ice_role: Option<IceRole> = "iceRole",
        /// Our username fragment.
        ice_local_username_fragment: Option<String> = "iceLocalUsernameFragment",
        /// `RTCDtlsTransport.state`.
        dtls_state: Option<DtlsTransportState> = "dtlsState",
        /// `RTCIceTransport.state`.
        ice_state: Option<IceConnectionState> = "iceState",
        /// The pair that carries the data.
        selected_candidate_pair_id: Option<String> = "selectedCandidatePairId",
        /// Our certificate.
        local_certificate_id: Option<String> = "localCertificateId",
        /// The peer's certificate, once it is verified.
        remote_certificate_id: Option<String> = "remoteCertificateId",
        /// Four hexadecimal digits, such as `FEFD` for DTLS 1.2.
        tls_version: Option<String> = "tlsVersion",
        /// The IANA name of the cipher suite.
        dtls_cipher: Option<String> = "dtlsCipher",
        /// Client or server.
        dtls_role: Option<DtlsRole> = "dtlsRole",
        /// The IANA name of the SRTP protection profile.
        srtp_cipher: Option<String> = "srtpCipher",
        /// How often `selected_candidate_pair_id` has changed, appearing and vanishing included.
        selected_candidate_pair_changes: u64 = "selectedCandidatePairChanges",
        /// RFC 8888 feedback packets sent.
        ccfb_messages_sent: Option<u64> = "ccfbMessagesSent",
        /// RFC 8888 feedback packets received.
        ccfb_messages_received: Option<u64> = "ccfbMessagesReceived",
    }
}

dictionary! {
    /// `RTCCertificateStats`.
    CertificateStats {
        /// The fingerprint, `AB:CD…`.
        fingerprint: String = "fingerprint",
        /// Its hash function, such as `sha-256`.
        fingerprint_algorithm: String = "fingerprintAlgorithm",
        /// The certificate, DER in base64.
        base64_certificate: String = "base64Certificate",
        /// The next certificate of the chain.
        issuer_certificate_id: Option<String> = "issuerCertificateId",
    }
}

dictionary! {
    /// `RTCSctpTransportStats` (webrtc-provisional-stats): the association of the data channels.
    SctpTransportStats {
        /// The transport below.
        transport_id: String = "transportId",
        /// The smoothed round-trip time of RFC 9260 §6.3.1, once measured.
        smoothed_round_trip_time: Option<Duration> = "smoothedRoundTripTime",
        /// Bytes.
        congestion_window: u64 = "congestionWindow",
        /// What the peer's receive window still takes, bytes.
        receiver_window: u64 = "receiverWindow",
        /// Bytes of the largest packet.
        mtu: u64 = "mtu",
        /// DATA chunks that wait for their acknowledgement.
        unack_data: u64 = "unackData",
    }
}
