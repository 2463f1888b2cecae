//! The W3C peer connection as a deterministic machine (webrtc-pc): descriptions, transports, data channels, no I/O, no clock.
//!
//! The way through the house:
//!
//! 1. An API call enters the operations chain ([`operations`](PeerConnection::create_offer)) and becomes a queued task.
//! 2. The task asks `peerline-jsep` for a plan and commits it (`description`): slots change, transports start.
//! 3. A datagram goes to the transport that owns its socket, is told apart by its first byte (`transport::demux`), and goes to
//!    ICE or DTLS, from there to SCTP, from there to a data channel.
//! 4. `advance` collects what the machines below tell and queues it as tasks; `poll_event` runs them.
//! 5. `transmit` builds packets when they are polled: STUN, DTLS, SCTP.

#![forbid(unsafe_code)]

mod activity;
mod advance;
mod configuration;
mod data_channel;
mod description;
mod error;
mod event;
mod identity;
mod negotiation;
mod operations;
mod peer_connection;
mod standalone_ice_transport;
#[macro_use]
mod states;
pub mod stats;
mod task;
mod transceiver;
mod transmit;
mod transport;

pub use configuration::{Configuration, Environment, IceServer, IceServerUrl, NativeSettings, OAuthCredential, Scheme};
pub use data_channel::{DataChannel, DataChannelInit, Message};
pub use error::{ChannelError, Error, IdentityError, IdentityFailure, Misuse};
pub use event::{
    ChannelEvent, ChannelId, Description, Event, IceCandidateError, IceCandidateInit, OperationId, Settled, TrackEvent,
    TransceiverId, TransportEvent, TransportId,
};
pub use identity::{IdentityOutcome, IdentityProvider, IdentityRequest, IdentityRequestId, PeerIdentity};
pub use operations::{AnswerOptions, LocalDescriptionInit, OfferOptions};
pub use peer_connection::{Drops, PeerConnection};
pub use peerline_dtls::{Failure as DtlsFailure, FailureReason as DtlsFailureReason};
pub use peerline_ice::{AddressFilter, Prefix};
pub use peerline_jsep::{
    Codec, CodecPreference, ErrorName as DescriptionErrorName, HeaderExtension, HeaderExtensionPreference,
    IceCredentials, IceRole, MediaKind,
};
pub use peerline_sdp::{Direction, PayloadType};
pub use standalone_ice_transport::{IceTransportEvent, IceTransportMisuse, StandaloneIceTransport};
pub use states::{
    BundlePolicy, ConnectionState, DataChannelState, DegradationPreference, DtlsTransportState, IceConnectionState,
    IceGatheringState, IceTransportPolicy, Priority, RtcpMuxPolicy, SctpTransportState, SdpType, SignalingState,
    UnknownValue,
};
pub use stats::{StatsReport, StatsSelector};
pub use transceiver::{
    Dtmf, EncodingParameters, ReceiveParameters, Receiver, RemoteTrack, Resolution, SendParameters, Sender, Track,
    Transceiver, TransceiverInit,
};
pub use transport::{
    CandidatePair, SctpTransportView, TransportView, connection_state, ice_connection_state, ice_gathering_state,
};

/// What this build can negotiate for a kind of media (`getCapabilities`, §5.2.1).
#[must_use]
pub fn capabilities(kind: MediaKind) -> peerline_jsep::KindCapabilities {
    peerline_jsep::Capabilities::shared().of(kind).clone()
}

/// Channels that one connection keeps at most: as many as SCTP has streams.
const MAX_CHANNELS: usize = 65_535;

/// Bytes that the labels and protocols of channels which the peer opened may have in all: each may have 128 KiB.
const MAX_PEER_TEXT: usize = 8 * 1024 * 1024;
