//! Whether a remote description makes sense (RFC 9429 §5.8.3, RFC 3264 §6 and §8, RFC 9143 §7).

use std::collections::BTreeSet;

use peerline_sdp::{Media, Mid, Msid, Session, Setup, flag};

use super::Application;
use crate::create::is_recyclable;
use crate::negotiate::parameters::{self, Way};
use crate::negotiate::{self, extension, format};
use crate::remote::{self, IceSource};
use crate::{Codec, Error, Invalid, MediaKind, Operation, RtcpMuxPolicy};

/// Checks the description.
pub(super) fn verify(application: &Application<'_>) -> Result<(), Error> {
    match &application.offer {
        Some((offer, _)) => answer_fits(application, offer)?,
        None => offer_continues(application)?,
    }
    // RFC 9143 §10.1.2: a payload type MUST have one meaning in a BUNDLE group.
    if let Some(index) = negotiate::conflicting_section(application.session, &application.groups) {
        return Err(Error::section(index, Invalid::PayloadTypeConflict));
    }
    let mut tracks = BTreeSet::new();
    for (index, media) in application.session.media.iter().enumerate().filter(|(_, media)| !media.is_rejected()) {
        mandatory(application, index, media)?;
        if media.is_rtp() {
            formats(application, index, media)?;
        }
        // RFC 8830 §2: a stream has a track in one section only; there, once is as good as twice.
        let named = media.all::<Msid>().filter(|msid| msid.track.is_some());
        let mut named: BTreeSet<_> = named.map(|msid| (msid.stream, msid.track)).collect();
        if !tracks.is_disjoint(&named) {
            return Err(Error::Operation(Operation::DuplicateMsid));
        }
        tracks.append(&mut named);
    }
    Ok(())
}

/// RFC 9429 §5.1.1 and §5.8.3: ICE and DTLS are mandatory, SDES is prohibited, RTCP is multiplexed if the policy requires it.
fn mandatory(application: &Application<'_>, index: usize, media: &Media) -> Result<(), Error> {
    let Application { session, groups, .. } = application;
    // What is rejected in any case may be as it likes.
    let known = (media.is_rtp() && MediaKind::from_media(&media.kind).is_some())
        || (media.is_sctp() && media.kind == "application");
    if !known {
        return Ok(());
    }
    let invalid = |reason| Err(Error::section(index, reason));
    if media.is_bundle_only() && groups.of(index).is_none() {
        return invalid(Invalid::BundleOnly);
    }
    if IceSource::of(session, groups, index).is_none() {
        return invalid(Invalid::IceCredentials);
    }
    if remote::fingerprints(session, groups, index).is_empty() {
        return invalid(if media.has("crypto") { Invalid::Sdes } else { Invalid::Fingerprint });
    }
    let setup = remote::setup(session, groups, index);
    let impossible = match &application.offer {
        Some(_) => matches!(setup, Some(Setup::ActPass | Setup::HoldConn)),
        None => setup == Some(Setup::HoldConn),
    };
    if impossible {
        return invalid(Invalid::Setup);
    }
    if media.is_sctp() {
        return if remote::sctp_port(media).is_none() { invalid(Invalid::SctpPort) } else { Ok(()) };
    }
    let multiplexed = remote::has_rtcp_mux(session, groups, index);
    if application.view.settings.rtcp_mux_policy == RtcpMuxPolicy::Require && !multiplexed {
        return invalid(Invalid::RtcpMux);
    }
    // §5.8.3: once RTCP is multiplexed, it stays so.
    let before =
        application.view.current_remote.map(|d| &d.session).filter(|before| !is_recycled(before, session, index));
    let was = before
        .and_then(|before| before.media.get(index))
        .is_some_and(|media| media.is_rtp() && media.has(flag::RTCP_MUX));
    if was && !multiplexed {
        return invalid(Invalid::RtcpMuxChanged);
    }
    if media.has(flag::RTCP_MUX_ONLY) && !multiplexed {
        return invalid(Invalid::RtcpMuxOnly);
    }
    Ok(())
}

/// Whether the section is another one than before.
fn is_recycled(before: &Session, now: &Session, index: usize) -> bool {
    let mid = |session: &Session| session.media.get(index).and_then(|media| media.get::<Mid>());
    mid(before) != mid(now)
}

/// RFC 9429 §5.10 and §5.11: what the formats of a section may say.
fn formats(application: &Application<'_>, index: usize, media: &Media) -> Result<(), Error> {
    let invalid = |reason| Err(Error::section(index, reason));
    if extension::has_invalid_id(media) {
        return invalid(Invalid::HeaderExtensionId);
    }
    let codecs = negotiate::codecs(media);
    // §5.10: rtx of a payload type that isn't there MUST be an error. One that is there and unknown to us is none.
    let listed: BTreeSet<&str> = media.formats.iter().map(String::as_str).collect();
    if codecs.iter().filter_map(format::apt).any(|primary| !listed.contains(primary.to_string().as_str())) {
        return invalid(Invalid::Rtx);
    }
    if media.has(flag::RTCP_MUX) && codecs.iter().any(|codec| (64..=95).contains(&codec.payload_type.0)) {
        return invalid(Invalid::PayloadType);
    }
    let Some(offered) = application.offer.as_ref().and_then(|(offer, _)| offer.media.get(index)) else { return Ok(()) };
    if extension::is_reassigned(offered, media) {
        return invalid(Invalid::HeaderExtensionId);
    }
    let offered = negotiate::codecs(offered);
    // §5.11: feedback that was not in the offer indicates a negotiation problem.
    let feedback: BTreeSet<&String> = offered.iter().flat_map(|codec| &codec.feedback).collect();
    if codecs.iter().flat_map(|codec| &codec.feedback).any(|answered| !feedback.contains(answered)) {
        return invalid(Invalid::FeedbackNotOffered);
    }
    // RFC 3264 §6.1: an accepted section has at least one format of the offer, or others (then it only receives) that we can send.
    let common =
        codecs.iter().any(|codec| offered.iter().any(|known| format::is_same_in(codec, &codecs, known, &offered)));
    let kind = MediaKind::from_media(&media.kind);
    let sendable =
        |codec: &Codec| kind.is_some_and(|kind| parameters::is_capable(application.view, kind, Way::Send, codec));
    if !common && !offered.is_empty() && !codecs.iter().any(|codec| !format::is_auxiliary(codec) && sendable(codec)) {
        return invalid(Invalid::NoCommonFormat);
    }
    Ok(())
}

/// RFC 3264 §6: an answer has the sections of its offer, in their order.
fn answer_fits(application: &Application<'_>, offer: &Session) -> Result<(), Error> {
    let session = application.session;
    if session.media.len() != offer.media.len() {
        return Err(Error::session(Invalid::SectionCount));
    }
    for (index, (answered, offered)) in session.media.iter().zip(&offer.media).enumerate() {
        let invalid = |reason| Err(Error::section(index, reason));
        if answered.kind != offered.kind || (!answered.is_rejected() && !same_protocol(answered, offered)) {
            return invalid(Invalid::SectionChanged);
        }
        if answered.get::<Mid>().is_some_and(|mid| offered.get::<Mid>().is_some_and(|offered| offered != mid)) {
            return invalid(Invalid::MidChanged);
        }
        if !answered.is_rejected() && offered.is_rejected() {
            return invalid(Invalid::NotOffered);
        }
        // RFC 3264 §6.1: an answer only narrows the direction of its offer.
        let answered =
            remote::section(session, index).and_then(|media| media.direction()).unwrap_or_default().reversed();
        if offered.is_rtp() && answered.intersected(offered.direction().unwrap_or_default()) != answered {
            return invalid(Invalid::Direction);
        }
    }
    let Some((_, offered_groups)) = &application.offer else { return Ok(()) };
    for group in &application.groups.groups {
        // RFC 9143 §7.3: an answered group is made of members of one offered group.
        let first = group.first().and_then(|index| offered_groups.of(*index));
        if first.is_none() || group.iter().any(|index| offered_groups.of(*index) != first) {
            return Err(Error::session(Invalid::BundleNotOffered));
        }
    }
    Ok(())
}

/// RFC 9429 §5.1.2: the profile matters no more than that both sides speak of the same thing.
fn same_protocol(a: &Media, b: &Media) -> bool {
    a.protocol == b.protocol || (a.is_rtp() && b.is_rtp()) || (a.is_sctp() && b.is_sctp())
}

/// RFC 3264 §8: a later offer keeps the sections of the session, in their order; a rejected one may be recycled with a new mid.
fn offer_continues(application: &Application<'_>) -> Result<(), Error> {
    let view = application.view;
    let Some(before) = view.current_remote.or(view.current_local).map(|d| &d.session) else { return Ok(()) };
    if application.session.media.len() < before.media.len() {
        return Err(Error::session(Invalid::SectionCount));
    }
    for (index, (offered, known)) in application.session.media.iter().zip(&before.media).enumerate() {
        if is_recyclable(view, index) {
            continue;
        }
        let invalid = |reason| Err(Error::section(index, reason));
        if offered.kind != known.kind || (!offered.is_rejected() && !same_protocol(offered, known)) {
            return invalid(Invalid::SectionChanged);
        }
        if offered.get::<Mid>().is_some_and(|mid| known.get::<Mid>().is_some_and(|known| known != mid)) {
            return invalid(Invalid::MidChanged);
        }
    }
    Ok(())
}
