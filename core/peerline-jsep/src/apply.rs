//! What a description changes (RFC 9429 §5.5 to §5.11, webrtc-pc §4.4.1.5).

use peerline_sdp::Session;

use crate::{Error, Plan, SdpType, View};

/// webrtc-pc §4.4.2 (setLocalDescription, steps 4.2 and 4.3): a local description with text must be the last created one.
///
/// # Errors
///
/// [`Error::Modified`].
pub fn check_unmodified(view: &View<'_>, sdp_type: SdpType, text: &str) -> Result<(), Error> {
    let last = if sdp_type == SdpType::Offer { view.last_offer } else { view.last_answer };
    if sdp_type == SdpType::Rollback || text.is_empty() || last.is_some_and(|created| created.text == text) {
        return Ok(());
    }
    Err(Error::Modified)
}

/// setLocalDescription with an offer, pranswer or answer. The description must be the last created one.
///
/// # Errors
///
/// [`Error::WrongState`], [`Error::Modified`].
pub fn apply_local(view: &View<'_>, sdp_type: SdpType, session: &Session) -> Result<Plan, Error> {
    let _ = (view, sdp_type, session);
    Err(Error::NoRemoteDescription)
}

/// setRemoteDescription with an offer, pranswer or answer. (An implicit rollback comes first, as an own plan: see
/// [`crate::needs_implicit_rollback`].)
///
/// # Errors
///
/// [`Error::WrongState`], [`Error::Invalid`].
pub fn apply_remote(view: &View<'_>, sdp_type: SdpType, session: &Session) -> Result<Plan, Error> {
    let _ = (view, sdp_type, session);
    Err(Error::NoRemoteDescription)
}

/// Either with a rollback, explicit or implicit.
///
/// # Errors
///
/// [`Error::WrongState`].
pub fn rollback(view: &View<'_>) -> Result<Plan, Error> {
    let _ = view;
    Err(Error::NoRemoteDescription)
}
