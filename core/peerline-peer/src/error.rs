//! Errors of a peer connection, grouped by blame; the facade gives each its W3C exception name.

mod identity;

pub use identity::{IdentityError, IdentityFailure};

use peerline_jsep as jsep;

/// Why a call or an operation failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The caller did what the specification forbids.
    #[error("{0}")]
    Misuse(#[from] Misuse),
    /// `getIdentityAssertion` has no assertion, or the peer's is not believed.
    #[error("{0}")]
    Identity(#[from] IdentityError),
    /// A description cannot be made because there is no assertion for it (webrtc-identity §6): a plain `OperationError`.
    #[error("no identity assertion: {0}")]
    NoIdentityAssertion(IdentityError),
    /// A description cannot be made or applied.
    #[error("{0}")]
    Description(#[from] jsep::Error),
}

/// What the caller did wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Misuse {
    /// The connection is closed.
    #[error("the connection is closed")]
    Closed,
    /// A description of this type does not fit the signaling state.
    #[error("this description does not fit the signaling state")]
    WrongSignalingState,
    /// `addIceCandidate` came before the remote description.
    #[error("there is no remote description yet")]
    NoRemoteDescription,
    /// A candidate names neither mid nor m-line index.
    #[error("the candidate names neither sdpMid nor sdpMLineIndex")]
    CandidateWithoutSection,
    /// A candidate names an m-section that the remote description does not have.
    #[error("the remote description has no such m-section")]
    UnknownSection,
    /// A candidate's ufrag is of no known generation.
    #[error("the candidate's ufrag belongs to no known generation")]
    UnknownGeneration,
    /// A candidate cannot be parsed.
    #[error("the candidate is malformed")]
    MalformedCandidate,
    /// Both `maxPacketLifeTime` and `maxRetransmits` are set.
    #[error("maxPacketLifeTime and maxRetransmits exclude each other")]
    TwoReliabilityLimits,
    /// Label or protocol is longer than 65,535 bytes.
    #[error("label or protocol is longer than 65535 bytes")]
    LabelOrProtocolTooLong,
    /// `negotiated` without `id`.
    #[error("a negotiated channel needs an id")]
    NegotiatedWithoutId,
    /// The id is 65,535, which SCTP does not have.
    #[error("a channel id is at most 65534")]
    ChannelIdOutOfRange,
    /// The id is taken, or above what the association allows.
    #[error("the channel id is taken or above the negotiated number of streams")]
    ChannelIdTaken,
    /// No such channel.
    #[error("no such channel")]
    UnknownChannel,
    /// `send` on a channel that is not open.
    #[error("the channel is not open")]
    ChannelNotOpen,
    /// The message is larger than the peer accepts.
    #[error("the message is larger than the peer's max-message-size")]
    MessageTooLarge,
    /// The send buffer is full: wait for `bufferedamountlow`.
    #[error("the send buffer is full")]
    SendBufferFull,
    /// An ICE server URL is malformed.
    #[error("an ICE server URL is malformed")]
    MalformedIceServerUrl,
    /// An ICE server entry has no URL.
    #[error("an ICE server has no URL")]
    IceServerWithoutUrl,
    /// A TURN server without user name or credential.
    #[error("a TURN server needs username and credential")]
    TurnWithoutCredential,
    /// A certificate has expired.
    #[error("a certificate has expired")]
    ExpiredCertificate,
    /// The DTLS engine cannot use any of the certificates.
    #[error("the DTLS engine cannot use this kind of certificate")]
    UnsupportedCertificate,
    /// `setConfiguration` may not change this member.
    #[error("this member of the configuration cannot be changed")]
    UnchangeableConfiguration,
    /// No such transceiver at this connection.
    #[error("the transceiver, sender or receiver is not of this connection")]
    UnknownTransceiver,
    /// The transceiver is stopping or stopped.
    #[error("the transceiver is stopping or stopped")]
    TransceiverStopped,
    /// `addTrack` of a track that a sender has already.
    #[error("a sender for this track exists already")]
    TrackAlreadySent,
    /// `replaceTrack` with a track of the other kind.
    #[error("the track is of another kind than the transceiver")]
    WrongTrackKind,
    /// A rid with a character or length that RFC 8851 does not have.
    #[error("malformed rid")]
    MalformedRid,
    /// Several encodings, and not all have a rid.
    #[error("either every encoding has a rid or none has")]
    MissingRid,
    /// Two encodings with one rid.
    #[error("two encodings have the same rid")]
    DuplicateRid,
    /// `scaleResolutionDownBy` below 1.
    #[error("scaleResolutionDownBy is below 1")]
    ScaleBelowOne,
    /// `maxFramerate` below 0.
    #[error("maxFramerate is negative")]
    NegativeFramerate,
    /// A scalability mode that no codec has.
    #[error("unsupported scalabilityMode")]
    UnsupportedScalabilityMode,
    /// A codec that is not among the capabilities.
    #[error("unsupported codec")]
    UnsupportedCodec,
    /// `addTransceiver` with a `scaleResolutionDownTo` of 0, or on some active encodings only.
    #[error("scaleResolutionDownTo is 0, or not on all active encodings")]
    UnusableResolution,
    /// The same at `setParameters`.
    #[error("scaleResolutionDownTo is 0, or not on all active encodings")]
    ResolutionNotAllowed,
    /// `setParameters` with a codec that was not negotiated.
    #[error("the codec of an encoding was not negotiated")]
    CodecNotNegotiated,
    /// `setCodecPreferences` with a codec that is not among the capabilities, or with none that carries media.
    #[error("a codec preference is not among the capabilities, or none carries media")]
    UnsupportedCodecPreference,
    /// `setHeaderExtensionsToNegotiate` with an entry that has no URI.
    #[error("a header extension has no URI")]
    HeaderExtensionWithoutUri,
    /// `setHeaderExtensionsToNegotiate` with other extensions than those that `getHeaderExtensionsToNegotiate` gave, or without a mandatory one.
    #[error("the header extensions are others, or lack one that is mandatory")]
    HeaderExtensionsChanged,
    /// `setParameters` without `getParameters` before, in the same task.
    #[error("getParameters was not called before setParameters")]
    NoParametersReturned,
    /// `setParameters` that changes a read-only member.
    #[error("a read-only parameter was changed")]
    ReadOnlyParameterChanged,
    /// DTMF cannot be sent now.
    #[error("DTMF cannot be sent: not connected, not sending, or telephone-event was not negotiated")]
    CannotInsertDtmf,
    /// A tone that DTMF does not have.
    #[error("a tone is not one of 0-9, A-D, #, * and comma")]
    UnknownTone,
    /// `getIdentityAssertion` without `setIdentityProvider` before.
    #[error("no identity provider is set")]
    NoIdentityProvider,
    /// A provider without a domain, or with a slash in domain or protocol.
    #[error("malformed identity provider")]
    MalformedIdentityProvider,
    /// The configured cap on live connections is reached.
    #[error("too many connections are open")]
    TooManyConnections,
}

/// What broke a data channel, or the transport below it (`RTCErrorDetailType`, §11.2).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChannelError {
    /// `sctp-failure`: the association ended; with the peer's cause code if it sent one.
    SctpFailure {
        /// SCTP cause code (RFC 9260 §3.3.10).
        cause: Option<u16>,
    },
    /// `data-channel-failure`: the channel could not be opened or closed as asked.
    DataChannelFailure,
}
