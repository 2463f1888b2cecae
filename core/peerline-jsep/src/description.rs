//! Types and states of descriptions, and which may follow which (webrtc-pc §4.3.1 and §4.6.1, RFC 9429 §3.2).

use std::fmt;
use std::str::FromStr;

use peerline_sdp::Session;

use crate::{Error, TransceiverId};

/// `RTCSdpType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SdpType {
    /// `"offer"`.
    Offer,
    /// `"pranswer"`.
    Pranswer,
    /// `"answer"`.
    Answer,
    /// `"rollback"`.
    Rollback,
}

impl SdpType {
    /// The W3C enum value.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Offer => "offer",
            Self::Pranswer => "pranswer",
            Self::Answer => "answer",
            Self::Rollback => "rollback",
        }
    }

    /// Whether it is an answer, final or provisional.
    pub fn is_answer(self) -> bool {
        matches!(self, Self::Answer | Self::Pranswer)
    }
}

impl fmt::Display for SdpType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A text that is no value of the W3C enum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a value of the enumeration")]
pub struct UnknownValue;

impl FromStr for SdpType {
    type Err = UnknownValue;

    fn from_str(text: &str) -> Result<Self, UnknownValue> {
        [Self::Offer, Self::Pranswer, Self::Answer, Self::Rollback]
            .into_iter()
            .find(|v| v.as_str() == text)
            .ok_or(UnknownValue)
    }
}

/// `RTCSignalingState`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SignalingState {
    /// `"stable"`.
    #[default]
    Stable,
    /// `"have-local-offer"`.
    HaveLocalOffer,
    /// `"have-remote-offer"`.
    HaveRemoteOffer,
    /// `"have-local-pranswer"`.
    HaveLocalPranswer,
    /// `"have-remote-pranswer"`.
    HaveRemotePranswer,
    /// `"closed"`.
    Closed,
}

impl SignalingState {
    /// All values.
    pub const ALL: [Self; 6] = [
        Self::Stable,
        Self::HaveLocalOffer,
        Self::HaveRemoteOffer,
        Self::HaveLocalPranswer,
        Self::HaveRemotePranswer,
        Self::Closed,
    ];

    /// The W3C enum value.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::HaveLocalOffer => "have-local-offer",
            Self::HaveRemoteOffer => "have-remote-offer",
            Self::HaveLocalPranswer => "have-local-pranswer",
            Self::HaveRemotePranswer => "have-remote-pranswer",
            Self::Closed => "closed",
        }
    }
}

impl fmt::Display for SignalingState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for SignalingState {
    type Err = UnknownValue;

    fn from_str(text: &str) -> Result<Self, UnknownValue> {
        Self::ALL.into_iter().find(|v| v.as_str() == text).ok_or(UnknownValue)
    }
}

/// Who applies a description.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// setLocalDescription.
    Local,
    /// setRemoteDescription.
    Remote,
}

/// The content of one of the four description slots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// Its type; never `Rollback`.
    pub sdp_type: SdpType,
    /// Its text, parsed. Candidates that come later are written into it ([`crate::candidate`]).
    pub session: Session,
}

/// What `create_offer` and `create_answer` return; kept by the caller as `[[LastCreatedOffer]]` or `[[LastCreatedAnswer]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created {
    /// The description.
    pub session: Session,
    /// Its text, for the application.
    pub text: String,
    /// By m-line index: the transceiver that the media section was made for.
    pub owners: Vec<Option<TransceiverId>>,
}

/// webrtc-pc §4.4.2 (setLocalDescription, step 4.1): the type of a local description that was given without one.
pub fn local_type(state: SignalingState, given: Option<SdpType>) -> SdpType {
    given.unwrap_or(match state {
        SignalingState::Stable | SignalingState::HaveLocalOffer | SignalingState::HaveRemotePranswer => SdpType::Offer,
        _ => SdpType::Answer,
    })
}

/// webrtc-pc §4.4.2 (setRemoteDescription, step 3.1): whether a remote offer makes a rollback of the local one necessary first.
pub fn needs_implicit_rollback(state: SignalingState, remote_type: SdpType) -> bool {
    remote_type == SdpType::Offer && matches!(state, SignalingState::HaveLocalOffer | SignalingState::HaveLocalPranswer)
}

/// RFC 9429 §5.5, §5.6 and §5.7: the state after a description, if it may come now.
///
/// # Errors
///
/// [`Error::WrongState`].
pub fn next_state(state: SignalingState, side: Side, sdp_type: SdpType) -> Result<SignalingState, Error> {
    use SignalingState as S;
    let next = match (sdp_type, side, state) {
        (SdpType::Offer, Side::Local, S::Stable | S::HaveLocalOffer) => S::HaveLocalOffer,
        (SdpType::Offer, Side::Remote, S::Stable | S::HaveRemoteOffer) => S::HaveRemoteOffer,
        (SdpType::Pranswer, Side::Local, S::HaveRemoteOffer | S::HaveLocalPranswer) => S::HaveLocalPranswer,
        (SdpType::Pranswer, Side::Remote, S::HaveLocalOffer | S::HaveRemotePranswer) => S::HaveRemotePranswer,
        (SdpType::Answer, Side::Local, S::HaveRemoteOffer | S::HaveLocalPranswer)
        | (SdpType::Answer, Side::Remote, S::HaveLocalOffer | S::HaveRemotePranswer)
        // webrtc-pc §4.4.1.5 step 2: rollback is refused in stable and in both pranswer states, whatever RFC 9429 §4.1.10.2 allows; and each side
        // takes back its own.
        | (SdpType::Rollback, Side::Local, S::HaveLocalOffer)
        | (SdpType::Rollback, Side::Remote, S::HaveRemoteOffer) => S::Stable,
        _ => return Err(Error::WrongState { sdp_type, state }),
    };
    Ok(next)
}
