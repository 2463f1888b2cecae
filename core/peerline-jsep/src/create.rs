//! The making of descriptions (RFC 9429 §5.2 and §5.3).

mod answer;
mod data;
mod layout;
mod media;
mod offer;
mod session_level;
mod transport;

pub(crate) use layout::is_recyclable;
pub(crate) use media::stream_identifier;

use peerline_sdp::{Session, flag};

use crate::{Created, Error, IceCredentials, Operation, TransceiverId, View};

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
/// [`Error::WrongState`] unless the state is stable or have-local-offer; [`Error::Operation`] without a certificate.
pub fn create_offer(
    view: &View<'_>,
    options: &OfferOptions,
    fresh: &mut dyn FnMut() -> IceCredentials,
) -> Result<Created, Error> {
    if view.settings.fingerprints.is_empty() {
        return Err(Error::Operation(Operation::NoCertificate));
    }
    offer::create(view, options, fresh)
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
    if view.settings.fingerprints.is_empty() {
        return Err(Error::Operation(Operation::NoCertificate));
    }
    answer::create(view, options, fresh)
}

fn created(session: Session, owners: Vec<Option<TransceiverId>>) -> Created {
    debug_assert!(!session.media.iter().any(|media| media.is_rejected() && media.has(flag::BUNDLE_ONLY)));
    Created { text: session.to_string(), session, owners }
}
