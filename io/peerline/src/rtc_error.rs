//! `RTCError` and `DOMException` (W3C webrtc-pc §11, WebIDL): the name of every error, mapped from the core's in this one file.

use peerline_peer::{ChannelError, DescriptionErrorName, DtlsFailure, DtlsFailureReason, Error, Misuse};
use std::borrow::Cow;
use std::fmt;

/// The name of an exception, as WebIDL spells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RtcErrorName {
    /// `TypeError`: an argument that cannot be.
    TypeError,
    /// `SyntaxError`: a text that does not parse.
    SyntaxError,
    /// `InvalidStateError`: not now.
    InvalidStateError,
    /// `InvalidAccessError`: an argument that does not fit.
    InvalidAccessError,
    /// `InvalidModificationError`: something that may not be changed was.
    InvalidModificationError,
    /// `NotSupportedError`: not here.
    NotSupportedError,
    /// `InvalidCharacterError`: a character that may not be there.
    InvalidCharacterError,
    /// `RangeError`: a number out of range.
    RangeError,
    /// `OperationError`: it was tried and failed. `RTCError` has this name too.
    OperationError,
}

impl RtcErrorName {
    /// The name's text.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TypeError => "TypeError",
            Self::SyntaxError => "SyntaxError",
            Self::InvalidStateError => "InvalidStateError",
            Self::InvalidAccessError => "InvalidAccessError",
            Self::InvalidModificationError => "InvalidModificationError",
            Self::NotSupportedError => "NotSupportedError",
            Self::InvalidCharacterError => "InvalidCharacterError",
            Self::RangeError => "RangeError",
            Self::OperationError => "OperationError",
        }
    }
}

impl fmt::Display for RtcErrorName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

crate::enumeration::w3c_enum!(
    /// `RTCErrorDetailType` (§11.2).
    RtcErrorDetailType {
        /// `data-channel-failure`.
        DataChannelFailure = "data-channel-failure",
        /// `dtls-failure`.
        DtlsFailure = "dtls-failure",
        /// `fingerprint-failure`.
        FingerprintFailure = "fingerprint-failure",
        /// `sctp-failure`.
        SctpFailure = "sctp-failure",
        /// `sdp-syntax-error`.
        SdpSyntaxError = "sdp-syntax-error",
        /// `hardware-encoder-not-available`.
        HardwareEncoderNotAvailable = "hardware-encoder-not-available",
        /// `hardware-encoder-error`.
        HardwareEncoderError = "hardware-encoder-error",
    }
);

/// What an `RTCError` says beyond its name (`RTCErrorInit`, §11.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RtcErrorDetail {
    /// `errorDetail`.
    pub error_detail: RtcErrorDetailType,
    /// `sdpLineNumber`: counted from 1.
    pub sdp_line_number: Option<u32>,
    /// `sctpCauseCode`.
    pub sctp_cause_code: Option<u16>,
    /// `receivedAlert`.
    pub received_alert: Option<u8>,
    /// `sentAlert`.
    pub sent_alert: Option<u8>,
}

impl RtcErrorDetail {
    const fn new(error_detail: RtcErrorDetailType) -> Self {
        Self { error_detail, sdp_line_number: None, sctp_cause_code: None, received_alert: None, sent_alert: None }
    }
}

/// Why a call or an operation failed: a W3C exception.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RtcError {
    /// The exception's name.
    pub name: RtcErrorName,
    /// Set if it is an `RTCError`.
    pub detail: Option<RtcErrorDetail>,
    /// In words.
    pub message: Cow<'static, str>,
}

impl RtcError {
    pub(crate) const fn new(name: RtcErrorName, message: &'static str) -> Self {
        Self { name, detail: None, message: Cow::Borrowed(message) }
    }

    fn in_words(name: RtcErrorName, message: String) -> Self {
        Self { name, detail: None, message: Cow::Owned(message) }
    }

    pub(crate) const fn invalid_state(message: &'static str) -> Self {
        Self::new(RtcErrorName::InvalidStateError, message)
    }

    pub(crate) const fn connection_closed() -> Self {
        Self::invalid_state("the connection is closed")
    }

    pub(crate) const fn connection_failed() -> Self {
        Self::new(RtcErrorName::OperationError, "the connection failed")
    }

    pub(crate) const fn channel_closed() -> Self {
        Self::invalid_state("the channel is closing or closed")
    }

    pub(crate) const fn no_runtime() -> Self {
        Self::new(
            RtcErrorName::NotSupportedError,
            "RtcPeerConnection::new must be called within a tokio runtime that has I/O and time enabled",
        )
    }

    pub(crate) const fn no_entropy() -> Self {
        Self::new(RtcErrorName::OperationError, "the operating system gives no randomness")
    }

    pub(crate) fn certificate(error: &impl fmt::Display) -> Self {
        Self::in_words(RtcErrorName::OperationError, error.to_string())
    }

    pub(crate) fn pem(error: &impl fmt::Display) -> Self {
        Self::in_words(RtcErrorName::SyntaxError, error.to_string())
    }

    pub(crate) fn stopped_direction() -> Self {
        Self::new(RtcErrorName::TypeError, "a transceiver is stopped with stop(), not by its direction")
    }

    pub(crate) fn candidate_syntax() -> Self {
        Self::new(RtcErrorName::TypeError, "the candidate names neither sdpMid nor sdpMLineIndex")
    }
}

impl fmt::Display for RtcError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.message)
    }
}

impl std::error::Error for RtcError {}

/// The exception that each misuse is, as the W3C algorithms have it.
const fn misuse_name(misuse: Misuse) -> RtcErrorName {
    match misuse {
        Misuse::Closed
        | Misuse::WrongSignalingState
        | Misuse::NoRemoteDescription
        | Misuse::UnknownChannel
        | Misuse::TransceiverStopped
        | Misuse::NoParametersReturned
        | Misuse::CannotInsertDtmf
        | Misuse::NoIdentityProvider
        | Misuse::ChannelNotOpen => RtcErrorName::InvalidStateError,
        Misuse::CandidateWithoutSection
        | Misuse::TwoReliabilityLimits
        | Misuse::LabelOrProtocolTooLong
        | Misuse::NegotiatedWithoutId
        | Misuse::ChannelIdOutOfRange
        | Misuse::WrongTrackKind
        | Misuse::MalformedRid
        | Misuse::MissingRid
        | Misuse::DuplicateRid
        | Misuse::HeaderExtensionWithoutUri
        | Misuse::MessageTooLarge => RtcErrorName::TypeError,
        Misuse::MalformedIceServerUrl | Misuse::IceServerWithoutUrl | Misuse::MalformedIdentityProvider => {
            RtcErrorName::SyntaxError
        }
        Misuse::TurnWithoutCredential
        | Misuse::ExpiredCertificate
        | Misuse::UnknownTransceiver
        | Misuse::TrackAlreadySent => RtcErrorName::InvalidAccessError,
        Misuse::ScaleBelowOne | Misuse::NegativeFramerate => RtcErrorName::RangeError,
        Misuse::UnknownTone => RtcErrorName::InvalidCharacterError,
        Misuse::UnsupportedCertificate => RtcErrorName::NotSupportedError,
        Misuse::UnchangeableConfiguration
        | Misuse::UnsupportedCodecPreference
        | Misuse::CodecNotNegotiated
        | Misuse::ResolutionNotAllowed
        | Misuse::HeaderExtensionsChanged
        | Misuse::ReadOnlyParameterChanged => RtcErrorName::InvalidModificationError,
        // UnknownSection, UnknownGeneration, MalformedCandidate, ChannelIdTaken, SendBufferFull, TooManyConnections, and what is to come.
        _ => RtcErrorName::OperationError,
    }
}

impl From<Misuse> for RtcError {
    fn from(misuse: Misuse) -> Self {
        Self::in_words(misuse_name(misuse), misuse.to_string())
    }
}

impl From<&Error> for RtcError {
    fn from(error: &Error) -> Self {
        match error {
            Error::Misuse(misuse) => (*misuse).into(),
            Error::Description(description) => {
                let syntax = RtcErrorDetail {
                    sdp_line_number: description.sdp_line_number(),
                    ..RtcErrorDetail::new(RtcErrorDetailType::SdpSyntaxError)
                };
                let (name, detail) = match description.name() {
                    DescriptionErrorName::InvalidStateError => (RtcErrorName::InvalidStateError, None),
                    DescriptionErrorName::InvalidModificationError => (RtcErrorName::InvalidModificationError, None),
                    DescriptionErrorName::InvalidAccessError => (RtcErrorName::InvalidAccessError, None),
                    DescriptionErrorName::OperationError => (RtcErrorName::OperationError, None),
                    DescriptionErrorName::TypeError => (RtcErrorName::TypeError, None),
                    DescriptionErrorName::SdpSyntaxError => (RtcErrorName::OperationError, Some(syntax)),
                };
                Self { detail, ..Self::in_words(name, error.to_string()) }
            }
            _ => Self::in_words(RtcErrorName::OperationError, error.to_string()),
        }
    }
}

impl From<Error> for RtcError {
    fn from(error: Error) -> Self {
        (&error).into()
    }
}

/// §5.5 `onerror`: a certificate that was not promised is a failure of its own kind.
impl From<DtlsFailure> for RtcError {
    fn from(failure: DtlsFailure) -> Self {
        let error_detail = match failure.reason {
            DtlsFailureReason::Fingerprint(_) => RtcErrorDetailType::FingerprintFailure,
            _ => RtcErrorDetailType::DtlsFailure,
        };
        let detail = RtcErrorDetail {
            received_alert: failure.alert_received.map(|alert| alert.description.0),
            sent_alert: failure.alert_sent.map(|alert| alert.description.0),
            ..RtcErrorDetail::new(error_detail)
        };
        Self { detail: Some(detail), ..Self::in_words(RtcErrorName::OperationError, failure.to_string()) }
    }
}

impl From<&ChannelError> for RtcError {
    fn from(error: &ChannelError) -> Self {
        let (detail, message) = match error {
            ChannelError::SctpFailure { cause } => (
                RtcErrorDetail { sctp_cause_code: *cause, ..RtcErrorDetail::new(RtcErrorDetailType::SctpFailure) },
                "the SCTP association failed",
            ),
            _ => (RtcErrorDetail::new(RtcErrorDetailType::DataChannelFailure), "the data channel failed"),
        };
        Self { detail: Some(detail), ..Self::new(RtcErrorName::OperationError, message) }
    }
}
