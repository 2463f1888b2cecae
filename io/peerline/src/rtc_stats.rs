//! `RTCStatsReport` and its dictionaries (W3C webrtc-pc §8, webrtc-stats); the core's side is `peerline_peer::stats`.
//!
//! What [`RtcPeerConnection::get_stats`](crate::RtcPeerConnection::get_stats) gives today, media aside:
//!
//! | `type` | object | members | left out |
//! | --- | --- | --- | --- |
//! | `peer-connection` | the connection | all | |
//! | `data-channel` | each channel that was not forgotten | all | |
//! | `transport` | each `RTCDtlsTransport` with its `RTCIceTransport` | all that apply | `ccfbMessages*`: no media feedback yet |
//! | `sctp-transport` | the association (webrtc-provisional-stats) | all | |
//! | `certificate` | ours, and the peer's chain once it is verified | all | |
//! | `candidate-pair` | each pair of this ICE generation, and the one still in use | all that apply | `available*Bitrate`: bandwidth estimation is media's; a congestion window is no estimate |
//! | `local-candidate`, `remote-candidate` | each candidate, and each of a pair | all that apply | `relayProtocol`: no TURN client yet |
//! | `media-source` | each track that a sender has | `trackIdentifier`, `kind` | what only the media engine can count |
//! | `outbound-rtp` | each encoding of a sender, from the answer on | what says that it is configured; packet counters, which are zero before there is a media plane | what only the media engine can count |
//! | `codec` | each codec that such a stream uses | all | |
//! | `inbound-rtp`, `remote-*-rtp`, `media-playout` | | | none exist before RTP flows |
//!
//! A member that we cannot tell truthfully is absent, never zero. The address of a remote candidate is hidden until the application has signaled it. Objects keep
//! their ids; ids cannot be guessed, and are never used again. A closed connection gives its last statistics.
//!
//! [`RtcStats::visit`] shows members by their W3C names, for logs and dashboards:
//!
//! ```
//! # async fn show(connection: peerline::RtcPeerConnection) -> Result<(), peerline::RtcError> {
//! for stats in &connection.get_stats().await? {
//!     stats.visit(|name, value| println!("{name}: {value:?}"));
//! }
//! # Ok(())
//! # }
//! ```

use crate::operation::FromSettled;
use peerline_peer::Settled;

pub use peerline_peer::StatsReport as RtcStatsReport;
pub use peerline_peer::stats::{
    AudioPlayoutStats as RtcAudioPlayoutStats, AudioSourceStats as RtcAudioSourceStats,
    CandidateAddress as RtcCandidateAddress, CandidatePairStats as RtcIceCandidatePairStats,
    CertificateStats as RtcCertificateStats, CodecStats as RtcCodecStats, DataChannelStats as RtcDataChannelStats,
    DtlsRole as RtcDtlsRole, IceCandidatePairState as RtcStatsIceCandidatePairState,
    IceCandidateStats as RtcIceCandidateStats, IceRole as RtcStatsIceRole,
    InboundRtpStreamStats as RtcInboundRtpStreamStats, MediaSourceStats as RtcMediaSourceStats,
    OutboundRtpStreamStats as RtcOutboundRtpStreamStats, PeerConnectionStats as RtcPeerConnectionStats,
    QualityLimitationReason as RtcQualityLimitationReason, ReceivedRtpStreamStats as RtcReceivedRtpStreamStats,
    RemoteInboundRtpStreamStats as RtcRemoteInboundRtpStreamStats,
    RemoteOutboundRtpStreamStats as RtcRemoteOutboundRtpStreamStats, RtpStreamStats as RtcRtpStreamStats,
    SctpTransportStats as RtcSctpTransportStats, SentRtpStreamStats as RtcSentRtpStreamStats, Stats as RtcStats,
    StatsType as RtcStatsType, StatsValue as RtcStatsValue, TransportStats as RtcTransportStats,
    VideoSourceStats as RtcVideoSourceStats,
};

impl FromSettled for RtcStatsReport {
    fn from_settled(settled: Settled) -> Self {
        match settled {
            Settled::Stats(report) => report,
            _ => unreachable!("getStats ends with a report, always"),
        }
    }
}
