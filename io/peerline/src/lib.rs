//! The W3C `RTCPeerConnection` for Rust (webrtc-pc): data channels from peer to peer, and to browsers, over ICE, DTLS and SCTP.
//!
//! Names are the mechanical `snake_case` of the W3C members; what is synchronous there is synchronous here, and a promise is a future. Events are
//! one stream, [`RtcPeerConnection::next_event`]; messages are pulled, [`RtcDataChannel::receive`], so that not reading holds the sender back.
//! Everything is `Send`, every future may be dropped at any time.
//!
//! | Aim | Start at |
//! | --- | --- |
//! | connect two peers | [`RtcPeerConnection`] |
//! | send and receive | [`RtcDataChannel`] |
//! | know what happens | [`RtcPeerConnectionEvent`] |
//! | use STUN servers, a fixed certificate | [`RtcConfiguration`], [`RtcCertificate`] |
//! | see what a connection did | [`rtc_stats`] |
//! | choose a camera's settings by constraints | [`capture`] |
//! | understand a failure | [`RtcError`] |
//!
//! Waiting, closing, dropping:
//!
//! - An operation (`set_local_description` …) starts with the call. Dropping its future does not take it back.
//! - A wait (`next_event`, `receive`, `writable`, `opened` …) that is dropped loses nothing.
//! - `close()` and dropping the last handle do the same: the peer is told, the driver task ends, the sockets close.

#![forbid(unsafe_code)]

#[cfg(feature = "serde")]
mod as_text;
mod clock;
mod driver;
mod enumeration;
pub mod event_loop;
mod event_loop_ice_transport;
mod event_queue;
mod media_stream;
mod media_stream_track;
mod negotiator;
mod open;
mod operation;
mod process;
mod rtc_certificate;
mod rtc_configuration;
mod rtc_data_channel;
mod rtc_dtls_transport;
mod rtc_dtmf_sender;
mod rtc_error;
mod rtc_ice_candidate;
mod rtc_ice_transport;
mod rtc_identity;
mod rtc_peer_connection;
mod rtc_peer_connection_event;
mod rtc_rtp_parameters;
mod rtc_rtp_receiver;
mod rtc_rtp_sender;
mod rtc_rtp_transceiver;
mod rtc_sctp_transport;
mod rtc_session_description;
pub mod rtc_stats;
mod shared;
mod socket;
mod timer;
mod turn;
mod waiters;
mod world;

pub use bytes::Bytes;
pub use driver::live_connections;
#[doc(hidden)]
pub use event_loop_ice_transport::EventLoopIceTransport;
pub use event_queue::MAX_QUEUED_EVENTS;
pub use media_stream::MediaStream;
pub use media_stream_track::{MediaStreamTrack, MediaStreamTrackState, RtcMediaKind};
pub use negotiator::{Negotiator, RtcSignalingMessage};
pub use operation::Operation;
/// What `getUserMedia` decides: constraints, settings, synthetic devices (W3C mediacapture-main).
pub use peerline_capture as capture;
pub use peerline_peer::UnknownValue;
pub use process::{get_default_ice_servers, set_connection_limit, set_default_ice_servers};
pub use rtc_certificate::{RtcCertificate, RtcDtlsFingerprint, RtcKeyAlgorithm};
pub use rtc_configuration::{
    RtcAddressFilter, RtcAddressPrefix, RtcBundlePolicy, RtcConfiguration, RtcIceServer, RtcIceTransportPolicy,
    RtcNativeSettings, RtcOAuthCredential, RtcRtcpMuxPolicy,
};
pub use rtc_data_channel::{
    RtcDataChannel, RtcDataChannelInit, RtcDataChannelMessage, RtcDataChannelMessages, RtcDataChannelState,
    RtcPriorityType,
};
pub use rtc_dtls_transport::{RtcDtlsTransport, RtcDtlsTransportState};
pub use rtc_dtmf_sender::RtcDtmfSender;
pub use rtc_error::{RtcError, RtcErrorDetail, RtcErrorDetailType, RtcErrorName};
pub use rtc_ice_candidate::{
    RtcIceCandidate, RtcIceCandidateInit, RtcIceCandidateType, RtcIceComponent, RtcIceProtocol, RtcIceTcpCandidateType,
    RtcPeerConnectionIceError,
};
pub use rtc_ice_transport::{
    RtcIceCandidatePair, RtcIceGathererState, RtcIceParameters, RtcIceRole, RtcIceTransport, RtcIceTransportState,
};
pub use rtc_identity::{
    IdentityProvider, RtcIdentityAssertion, RtcIdentityAssertionResult, RtcIdentityError, RtcIdentityFailure,
    RtcIdentityProviderOptions, RtcIdentityValidationResult,
};
pub use rtc_peer_connection::{
    RtcAnswerOptions, RtcIceConnectionState, RtcIceGatheringState, RtcOfferOptions, RtcPeerConnection,
    RtcPeerConnectionState, RtcSignalingState,
};
pub use rtc_peer_connection_event::{RtcPeerConnectionEvent, RtcPeerConnectionEvents, RtcTrackEvent};
pub use rtc_rtp_parameters::{
    RtcDegradationPreference, RtcResolutionRestriction, RtcRtpCapabilities, RtcRtpCodec, RtcRtpContributingSource,
    RtcRtpEncodingParameters, RtcRtpHeaderExtensionParameters, RtcRtpReceiveParameters, RtcRtpSendParameters,
};
pub use rtc_rtp_receiver::RtcRtpReceiver;
pub use rtc_rtp_sender::RtcRtpSender;
pub use rtc_rtp_transceiver::{
    RtcRtpHeaderExtensionCapability, RtcRtpTransceiver, RtcRtpTransceiverDirection, RtcRtpTransceiverInit,
    RtcTrackOrKind,
};
pub use rtc_sctp_transport::{RtcSctpTransport, RtcSctpTransportState};
pub use rtc_session_description::{RtcSdpType, RtcSessionDescription};
pub use rtc_stats::{RtcStats, RtcStatsReport, RtcStatsType, RtcStatsValue};

/// The README's code runs as it stands there.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
