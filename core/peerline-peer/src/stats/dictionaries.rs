//! The dictionaries of webrtc-stats §6–§8.

mod ice;
mod media;
mod peer_connection;
mod rtp;
mod transport;

pub use ice::{CandidateAddress, CandidatePairStats, IceCandidateStats};
pub use media::{AudioPlayoutStats, AudioSourceStats, CodecStats, MediaSourceStats, VideoSourceStats};
pub use peer_connection::{DataChannelStats, PeerConnectionStats};
pub use rtp::{
    InboundRtpStreamStats, OutboundRtpStreamStats, QualityLimitationReason, ReceivedRtpStreamStats,
    RemoteInboundRtpStreamStats, RemoteOutboundRtpStreamStats, RtpStreamStats, SentRtpStreamStats,
};
pub use transport::{CertificateStats, DtlsRole, IceRole, TransportStats};
