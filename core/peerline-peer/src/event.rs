//! What a peer connection tells its owner: each event belongs to one queued task (W3C webrtc-pc, "queue a task").

use crate::error::{ChannelError, Error, IdentityError};
use crate::identity::{IdentityRequest, PeerIdentity};
use crate::states::{
    ConnectionState, DtlsTransportState, IceConnectionState, IceGatheringState, SctpTransportState, SdpType,
    SignalingState,
};
use crate::stats::StatsReport;
use peerline_dtls::Failure as DtlsFailure;
pub use peerline_jsep::{TransceiverId, TransportId};
use std::net::IpAddr;

/// A promise: the number of an operation that settles with [`Event::OperationSettled`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperationId(pub u64);

/// A data channel of this connection; never used again, unlike a stream identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChannelId(pub u64);

/// `RTCSessionDescriptionInit` (§4.7.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// Offer, pranswer, answer or rollback.
    pub sdp_type: SdpType,
    /// The SDP text; empty for a rollback.
    pub sdp: String,
}

/// What an operation's promise is fulfilled with.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Settled {
    /// `createOffer`, `createAnswer`.
    Description(Description),
    /// `getIdentityAssertion`: the value of `a=identity`.
    IdentityAssertion(String),
    /// `getStats`.
    Stats(StatsReport),
    /// The other operations: undefined.
    Done,
}

/// `RTCIceCandidateInit` (§4.8.1), as it is signaled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IceCandidateInit {
    /// The candidate-attribute, with or without `candidate:`; empty for the end of a generation.
    pub candidate: String,
    /// The m-section's mid.
    pub sdp_mid: Option<String>,
    /// The m-section's index.
    pub sdp_m_line_index: Option<u16>,
    /// The ICE ufrag of the generation it belongs to.
    pub username_fragment: Option<String>,
}

/// `RTCPeerConnectionIceErrorEvent` (§4.8.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IceCandidateError {
    /// The local address that was used, if known.
    pub address: Option<IpAddr>,
    /// Its port.
    pub port: Option<u16>,
    /// The server's URL.
    pub url: String,
    /// STUN error code, or 701 if the server did not answer.
    pub error_code: u16,
    /// STUN reason phrase, or our words.
    pub error_text: String,
}

/// What happened to a data channel (§6.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChannelEvent {
    /// `open`.
    Open,
    /// There is something to `receive`; told once until it was read dry.
    Readable,
    /// `bufferedamountlow`.
    BufferedAmountLow,
    /// `error`.
    Error(ChannelError),
    /// `closing`.
    Closing,
    /// `close`.
    Close,
}

/// What happened to a transport object (§5.5, §5.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransportEvent {
    /// `RTCIceTransport` `statechange`.
    IceState(IceConnectionState),
    /// `RTCIceTransport` `gatheringstatechange`.
    IceGatheringState(IceGatheringState),
    /// `RTCIceTransport` `selectedcandidatepairchange`.
    SelectedCandidatePair,
    /// `RTCDtlsTransport` `statechange`.
    DtlsState(DtlsTransportState),
    /// `RTCDtlsTransport` `error`, and why.
    DtlsError(DtlsFailure),
}

/// What happened to a remote track and its streams (§5.1.1, mediacapture-main §4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrackEvent {
    /// `track` at the connection.
    Track {
        /// The transceiver whose receiver gives the track.
        transceiver: TransceiverId,
        /// Ids of the streams it belongs to.
        streams: Vec<String>,
    },
    /// `addtrack` at a remote stream.
    AddedToStream {
        /// The stream's id.
        stream: String,
        /// The transceiver whose track it is.
        transceiver: TransceiverId,
    },
    /// `removetrack` at a remote stream.
    RemovedFromStream {
        /// The stream's id.
        stream: String,
        /// The transceiver whose track it was.
        transceiver: TransceiverId,
    },
    /// `mute` at the track.
    Muted(TransceiverId),
    /// `unmute` at the track.
    Unmuted(TransceiverId),
    /// `ended` at the track.
    Ended(TransceiverId),
}

/// An event; those of one task come together, in the order in which W3C fires them.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// A promise settled.
    OperationSettled {
        /// Which one.
        operation: OperationId,
        /// With what.
        result: Result<Settled, Error>,
    },
    /// A promise will never settle: the connection was closed while its operation was under way.
    OperationAbandoned(OperationId),
    /// An identity provider is wanted: answer with [`PeerConnection::handle_identity`](crate::PeerConnection::handle_identity).
    IdentityRequest(IdentityRequest),
    /// The promise `peerIdentity` settles.
    PeerIdentity(Result<PeerIdentity, IdentityError>),
    /// `negotiationneeded`.
    NegotiationNeeded,
    /// `signalingstatechange`.
    SignalingStateChange(SignalingState),
    /// `icegatheringstatechange`.
    IceGatheringStateChange(IceGatheringState),
    /// `iceconnectionstatechange`.
    IceConnectionStateChange(IceConnectionState),
    /// `connectionstatechange`.
    ConnectionStateChange(ConnectionState),
    /// `icecandidate`; `None` when all gathering is done.
    IceCandidate(Option<IceCandidateInit>),
    /// `icecandidateerror`.
    IceCandidateError(IceCandidateError),
    /// A remote track came, went, or changed its state.
    Track(TrackEvent),
    /// `tonechange` at a sender's `dtmf`; an empty tone ends the sequence.
    ToneChange {
        /// The sender's transceiver.
        transceiver: TransceiverId,
        /// The tone that begins.
        tone: String,
    },
    /// `datachannel`.
    DataChannel(ChannelId),
    /// An event at a data channel.
    Channel(ChannelId, ChannelEvent),
    /// An event at a transport.
    Transport(TransportId, TransportEvent),
    /// `RTCSctpTransport` `statechange`.
    SctpTransport(SctpTransportState),
}
