//! The dictionaries of webrtc-stats §6–§8.

mod enumerations;
mod ice;
mod media;
mod peer_connection;
mod rtp;
mod transport;

pub use enumerations::{
    DtlsRole, IceCandidatePairState, IceCandidateType, IceProtocol, IceRole, IceTcpCandidateType,
    QualityLimitationReason,
};
pub use ice::{CandidateAddress, CandidatePairStats, IceCandidateStats};
pub use media::{AudioPlayoutStats, AudioSourceStats, CodecStats, MediaSourceStats, VideoSourceStats};
pub use peer_connection::{DataChannelStats, PeerConnectionStats};
pub use rtp::{
    InboundRtpStreamStats, OutboundRtpStreamStats, ReceivedRtpStreamStats, RemoteInboundRtpStreamStats,
    RemoteOutboundRtpStreamStats, RtpStreamStats, SentRtpStreamStats,
};
pub use transport::{CertificateStats, SctpTransportStats, TransportStats};
