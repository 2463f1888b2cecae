//! The making of descriptions (RFC 9429 §5.2 and §5.3).

use crate::{Created, Error, IceCredentials, View};

/// `RTCOfferOptions`. offerToReceiveAudio and offerToReceiveVideo change transceivers before an offer is made; see webrtc-pc §4.4.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfferOptions {
    /// New ICE credentials in every section.
    pub ice_restart: bool,
    /// Whether comfort noise is offered (removed from W3C; RFC 9429 §5.2.3.2).
    pub voice_activity_detection: bool,
}

impl Default for OfferOptions {
    fn default() -> Self {
        Self { ice_restart: false, voice_activity_detection: true }
    }
}

/// `RTCAnswerOptions`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnswerOptions {
    /// Whether comfort noise is accepted (removed from W3C; RFC 9429 §5.3.3.1).
    pub voice_activity_detection: bool,
}

impl Default for AnswerOptions {
    fn default() -> Self {
        Self { voice_activity_detection: true }
    }
}

/// RFC 9429 §5.2: an offer for the connection as it is. `fresh` is called for new ICE credentials, once per transport that needs them.
///
/// # Errors
///
/// [`Error::Operation`] without a certificate; [`Error::WrongState`] on a closed connection.
pub fn create_offer(
    view: &View<'_>,
    options: &OfferOptions,
    fresh: &mut dyn FnMut() -> IceCredentials,
) -> Result<Created, Error> {
    let _ = (view, options, fresh);
    Err(Error::NoRemoteDescription)
}

/// RFC 9429 §5.3: an answer to the pending remote offer. `fresh` is called for new ICE credentials, once per transport that needs them.
///
/// # Errors
///
/// [`Error::WrongState`] unless the state is have-remote-offer or have-local-pranswer; [`Error::Operation`] without a certificate.
pub fn create_answer(
    view: &View<'_>,
    options: &AnswerOptions,
    fresh: &mut dyn FnMut() -> IceCredentials,
) -> Result<Created, Error> {
    let _ = (view, options, fresh);
    Err(Error::NoRemoteDescription)
}
