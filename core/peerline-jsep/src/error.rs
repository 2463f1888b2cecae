//! Why a description can't be made or applied, and which W3C exception says so (webrtc-pc §4.4.1.5, RFC 9429 §5.8.3).

use peerline_sdp::{ParseError, Reason};

use crate::{SdpType, SignalingState};

/// An operation that changed nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The type of the description, or the operation, is not allowed in this signaling state: `InvalidStateError`.
    #[error("{sdp_type} is not allowed in state {state}")]
    WrongState {
        /// What was to be applied (for `create_answer`: `answer`).
        sdp_type: SdpType,
        /// The state it met.
        state: SignalingState,
    },
    /// The connection is closed, or has no remote description yet: `InvalidStateError`.
    #[error("no remote description")]
    NoRemoteDescription,
    /// The text is not SDP: `RTCError` with `sdp-syntax-error` and the line.
    #[error("the description is not valid SDP: {0}")]
    Syntax(#[from] ParseError),
    /// A local description that is not the last one that was created: `InvalidModificationError`.
    #[error("the description differs from the one that was created last")]
    Modified,
    /// The content of the description is invalid: `InvalidAccessError`.
    #[error("invalid description, {at}: {reason}", at = at(*.m_line_index))]
    Invalid {
        /// The media section, or `None` for the session level.
        m_line_index: Option<usize>,
        /// What is wrong.
        reason: Invalid,
    },
    /// Anything else: `OperationError`.
    #[error("{0}")]
    Operation(Operation),
    /// A candidate with neither mid nor m-line index: `TypeError`.
    #[error("the candidate names no media section")]
    CandidateWithoutSection,
}

fn at(m_line_index: Option<usize>) -> String {
    m_line_index.map_or_else(|| "session level".to_owned(), |index| format!("m= section {index}"))
}

/// What is wrong with the content of a description.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Invalid {
    /// An answer with another number of media sections than its offer, or an offer with fewer than before (RFC 3264 §6 and §8).
    #[error("wrong number of m= sections")]
    SectionCount,
    /// A section whose media type or protocol is not that of the offer, or of the same section before.
    #[error("media type or protocol differs from the offer's")]
    SectionChanged,
    /// A section whose mid is not that of the offer, or of the same section before.
    #[error("mid differs from the offer's")]
    MidChanged,
    /// Two sections with one mid.
    #[error("two m= sections have the same mid")]
    DuplicateMid,
    /// An answer that accepts a section that the offer rejected.
    #[error("accepts a section that was not offered")]
    NotOffered,
    /// A BUNDLE group that names a mid that isn't there, or one that is in another group (RFC 9143 §7).
    #[error("malformed BUNDLE group")]
    BundleGroup,
    /// An answer whose BUNDLE group has a mid that the offered group doesn't have (RFC 9143 §7.3).
    #[error("bundles a section that was not offered in that group")]
    BundleNotOffered,
    /// A bundle-only section outside of any BUNDLE group, or left unbundled by an answer that accepts it.
    #[error("bundle-only section is not bundled")]
    BundleOnly,
    /// Ufrag or password missing (RFC 8839 §5.4: ICE is mandatory).
    #[error("no ICE credentials")]
    IceCredentials,
    /// An answer with the old ICE credentials to an offer that restarted ICE.
    #[error("no ICE restart in an answer to an offer with one")]
    IceRestartNotAnswered,
    /// No `a=fingerprint` (RFC 8827 §6.5: DTLS is mandatory).
    #[error("no fingerprint")]
    Fingerprint,
    /// `a=crypto`: SDES must not be used (RFC 8827 §6.5).
    #[error("SDES is prohibited")]
    Sdes,
    /// No `a=setup`, one that an offer or answer can't have, or one that contradicts the running association.
    #[error("missing or contradictory setup attribute")]
    Setup,
    /// A changed tls-id or fingerprint without an ICE restart (RFC 9429 §5.8.3 and §5.11).
    #[error("new DTLS association without an ICE restart")]
    DtlsWithoutIceRestart,
    /// RTCP is not multiplexed although the policy says `require`.
    #[error("RTCP multiplexing is required")]
    RtcpMux,
    /// `a=rtcp-mux-only` without `a=rtcp-mux` (RFC 8858 §4).
    #[error("rtcp-mux-only without rtcp-mux")]
    RtcpMuxOnly,
    /// RTCP multiplexing was negotiated and is gone.
    #[error("RTCP multiplexing can't be undone")]
    RtcpMuxChanged,
    /// `rtx` that names a payload type that isn't there (RFC 9429 §5.10).
    #[error("rtx of a payload type that is not there")]
    Rtx,
    /// One payload type with two meanings in one BUNDLE group (RFC 9143 §10.1.2).
    #[error("one payload type for two formats in a BUNDLE group")]
    PayloadTypeConflict,
    /// An answer that accepts a section with no format of the offer.
    #[error("no common format")]
    NoCommonFormat,
    /// A header extension id that is used twice in one section, is no valid one (RFC 8285 §5), or is another one than in the offer (§7).
    #[error("invalid header extension id")]
    HeaderExtensionId,
    /// A payload type that could not be told from RTCP, with which it is multiplexed (RFC 5761 §4).
    #[error("payload type between 64 and 95 in a section with rtcp-mux")]
    PayloadType,
    /// An answer that sends what the offer doesn't receive, or the other way round (RFC 3264 §6.1).
    #[error("direction does not fit the offer's")]
    Direction,
    /// Feedback in an answer that the offer didn't have (RFC 9429 §5.11).
    #[error("RTCP feedback that was not offered")]
    FeedbackNotOffered,
    /// A data section without `a=sctp-port` or `a=sctpmap`.
    #[error("no SCTP port")]
    SctpPort,
}

/// What went wrong with an operation whose arguments were fine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Operation {
    /// No certificate, so no fingerprint to write.
    #[error("no certificate")]
    NoCertificate,
    /// A candidate for a mid that the remote description doesn't have.
    #[error("no m= section with this mid")]
    UnknownMid,
    /// A candidate for an m-line index that the remote description doesn't have.
    #[error("no m= section with this index")]
    UnknownIndex,
    /// A candidate of an ICE generation that no applied remote description has.
    #[error("no such ICE generation")]
    UnknownUfrag,
    /// Two sections with one `a=msid` line of stream and track (RFC 8830 §2).
    #[error("two m= sections have the same msid")]
    DuplicateMsid,
    /// More candidates than one section may have.
    #[error("too many candidates")]
    TooManyCandidates,
}

/// The exception that W3C prescribes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorName {
    /// `InvalidStateError`.
    InvalidStateError,
    /// `InvalidModificationError`.
    InvalidModificationError,
    /// `InvalidAccessError`.
    InvalidAccessError,
    /// `OperationError`.
    OperationError,
    /// `TypeError`.
    TypeError,
    /// `RTCError` with `errorDetail` `sdp-syntax-error`.
    SdpSyntaxError,
}

impl Error {
    /// The exception that W3C prescribes.
    pub fn name(&self) -> ErrorName {
        match self {
            Self::WrongState { .. } | Self::NoRemoteDescription => ErrorName::InvalidStateError,
            // A line that is well-formed but for characters that ICE does not have is invalid content, not a fault of the syntax.
            Self::Syntax(error) if error.reason == Reason::IceCredential => ErrorName::InvalidAccessError,
            Self::Syntax(_) => ErrorName::SdpSyntaxError,
            Self::Modified => ErrorName::InvalidModificationError,
            Self::Invalid { .. } => ErrorName::InvalidAccessError,
            Self::Operation(_) => ErrorName::OperationError,
            Self::CandidateWithoutSection => ErrorName::TypeError,
        }
    }

    /// `RTCError.sdpLineNumber`.
    pub fn sdp_line_number(&self) -> Option<u32> {
        match self {
            Self::Syntax(error) => Some(error.line),
            _ => None,
        }
    }

    pub(crate) fn section(m_line_index: usize, reason: Invalid) -> Self {
        Self::Invalid { m_line_index: Some(m_line_index), reason }
    }

    pub(crate) fn session(reason: Invalid) -> Self {
        Self::Invalid { m_line_index: None, reason }
    }
}
