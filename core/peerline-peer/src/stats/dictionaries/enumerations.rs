//! Enumerations of the IDL that only statistics and views of candidates have.

use peerline_ice as ice;

w3c_enum!(
    /// `RTCIceCandidateType` (webrtc-pc §4.8.1.5).
    IceCandidateType {
        /// One of the host's own addresses.
        Host = "host",
        /// What a STUN server saw.
        Srflx = "srflx",
        /// What the peer saw.
        Prflx = "prflx",
        /// A TURN server's address.
        Relay = "relay",
    }
);

w3c_enum!(
    /// `RTCIceProtocol` (webrtc-pc §4.8.1.3).
    IceProtocol {
        /// UDP.
        Udp = "udp",
        /// TCP (RFC 6544).
        Tcp = "tcp",
    }
);

w3c_enum!(
    /// `RTCIceTcpCandidateType` (webrtc-pc §4.8.1.4).
    IceTcpCandidateType {
        /// Opens connections.
        Active = "active",
        /// Accepts them.
        Passive = "passive",
        /// Opens them simultaneously.
        So = "so",
    }
);

w3c_enum!(
    /// `RTCStatsIceCandidatePairState` (RFC 8445 §6.1.2.6).
    IceCandidatePairState {
        /// Waits until another pair of its foundation succeeds.
        Frozen = "frozen",
        /// Its check is to be sent.
        Waiting = "waiting",
        /// Its check was sent and has no answer yet.
        InProgress = "in-progress",
        /// The check failed or timed out, or consent was lost.
        Failed = "failed",
        /// A check succeeded.
        Succeeded = "succeeded",
    }
);

w3c_enum!(
    /// `RTCDtlsRole`.
    DtlsRole {
        /// Sends the ClientHello.
        Client = "client",
        /// Waits for it.
        Server = "server",
        /// Not decided yet.
        Unknown = "unknown",
    }
);

w3c_enum!(
    /// `RTCIceRole` (webrtc-pc §5.6.6).
    IceRole {
        /// No description has decided it.
        Unknown = "unknown",
        /// Nominates.
        Controlling = "controlling",
        /// Is told.
        Controlled = "controlled",
    }
);

w3c_enum!(
    /// `RTCQualityLimitationReason`.
    QualityLimitationReason {
        /// Nothing.
        None = "none",
        /// The processor.
        Cpu = "cpu",
        /// The network.
        Bandwidth = "bandwidth",
        /// Something else.
        Other = "other",
    }
);

enumeration_members!(
    IceCandidateType,
    IceProtocol,
    IceTcpCandidateType,
    IceCandidatePairState,
    DtlsRole,
    IceRole,
    QualityLimitationReason,
);

impl From<ice::CandidateType> for IceCandidateType {
    fn from(kind: ice::CandidateType) -> Self {
        match kind {
            ice::CandidateType::Host => Self::Host,
            ice::CandidateType::ServerReflexive => Self::Srflx,
            ice::CandidateType::PeerReflexive => Self::Prflx,
            ice::CandidateType::Relayed => Self::Relay,
        }
    }
}

impl From<ice::Transport> for IceProtocol {
    fn from(transport: ice::Transport) -> Self {
        match transport {
            ice::Transport::Udp => Self::Udp,
            ice::Transport::Tcp => Self::Tcp,
        }
    }
}

impl From<ice::TcpType> for IceTcpCandidateType {
    fn from(kind: ice::TcpType) -> Self {
        match kind {
            ice::TcpType::Active => Self::Active,
            ice::TcpType::Passive => Self::Passive,
            ice::TcpType::SimultaneousOpen => Self::So,
        }
    }
}

impl From<ice::PairState> for IceCandidatePairState {
    fn from(state: ice::PairState) -> Self {
        match state {
            ice::PairState::Frozen => Self::Frozen,
            ice::PairState::Waiting => Self::Waiting,
            ice::PairState::InProgress => Self::InProgress,
            ice::PairState::Succeeded => Self::Succeeded,
            ice::PairState::Failed => Self::Failed,
        }
    }
}

impl From<Option<peerline_dtls::Role>> for DtlsRole {
    fn from(role: Option<peerline_dtls::Role>) -> Self {
        match role {
            None => Self::Unknown,
            Some(peerline_dtls::Role::Client) => Self::Client,
            Some(peerline_dtls::Role::Server) => Self::Server,
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
