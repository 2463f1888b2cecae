//! `RTCTransportStats` and `RTCCertificateStats` (webrtc-stats).

use crate::states::{DtlsTransportState, IceConnectionState};
use peerline_dtls::Role;

/// `RTCDtlsRole`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DtlsRole {
    /// Not decided yet.
    #[default]
    Unknown,
    /// Sends the ClientHello.
    Client,
    /// Waits for it.
    Server,
}

impl DtlsRole {
    /// The string of the IDL.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Client => "client",
            Self::Server => "server",
        }
    }
}

impl From<Option<Role>> for DtlsRole {
    fn from(role: Option<Role>) -> Self {
        match role {
            None => Self::Unknown,
            Some(Role::Client) => Self::Client,
            Some(Role::Server) => Self::Server,
        }
    }
}

enumeration_members!(DtlsRole, DtlsTransportState, IceConnectionState, IceRole);

/// `RTCIceRole`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IceRole {
    /// No description has decided it.
    #[default]
    Unknown,
    /// Nominates.
    Controlling,
    /// Is told.
    Controlled,
}

impl IceRole {
    /// The string of the IDL.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Controlling => "controlling",
            Self::Controlled => "controlled",
        }
    }
}

impl From<Option<peerline_jsep::IceRole>> for IceRole {
    fn from(role: Option<peerline_jsep::IceRole>) -> Self {
        match role {
            None => Self::Unknown,
            Some(peerline_jsep::IceRole::Controlling) => Self::Controlling,
            Some(peerline_jsep::IceRole::Controlled) => Self::Controlled,
        }
    }
}

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
        ice_role: IceRole = "iceRole",
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
        dtls_role: DtlsRole = "dtlsRole",
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
