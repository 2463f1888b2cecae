//! `RTCSessionDescription` and `RTCSessionDescriptionInit` (W3C webrtc-pc §4.7).

use peerline_peer::Description;

pub use peerline_peer::SdpType as RtcSdpType;

/// An offer, an answer, or a rollback.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct RtcSessionDescription {
    /// `type`.
    #[cfg_attr(feature = "serde", serde(rename = "type", with = "crate::as_text"))]
    pub sdp_type: RtcSdpType,
    /// `sdp`: the SDP text (RFC 8866); empty for a rollback.
    #[cfg_attr(feature = "serde", serde(default))]
    pub sdp: String,
}

impl RtcSessionDescription {
    /// An offer.
    #[must_use]
    pub fn offer(sdp: impl Into<String>) -> Self {
        Self { sdp_type: RtcSdpType::Offer, sdp: sdp.into() }
    }

    /// An answer.
    #[must_use]
    pub fn answer(sdp: impl Into<String>) -> Self {
        Self { sdp_type: RtcSdpType::Answer, sdp: sdp.into() }
    }

    /// A provisional answer.
    #[must_use]
    pub fn pranswer(sdp: impl Into<String>) -> Self {
        Self { sdp_type: RtcSdpType::Pranswer, sdp: sdp.into() }
    }

    /// Back to the last stable state.
    #[must_use]
    pub const fn rollback() -> Self {
        Self { sdp_type: RtcSdpType::Rollback, sdp: String::new() }
    }
}

impl From<Description> for RtcSessionDescription {
    fn from(description: Description) -> Self {
        Self { sdp_type: description.sdp_type, sdp: description.sdp }
    }
}

impl From<RtcSessionDescription> for Description {
    fn from(description: RtcSessionDescription) -> Self {
        Self { sdp_type: description.sdp_type, sdp: description.sdp }
    }
}
