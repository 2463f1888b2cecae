//! Whether a new offer is needed (webrtc-pc §4.7.3).

use peerline_sdp::{Direction, Media, Msid};

use crate::create::is_recyclable;
use crate::create::stream_identifier;
use crate::{SdpType, Transceiver, View, remote};

/// "Check if negotiation is needed".
pub fn negotiation_needed(view: &View<'_>) -> bool {
    // Step 2.
    if !view.ice_credentials_to_replace.is_empty() {
        return true;
    }
    // Step 3 and 4: a data channel without a section for it. Whichever description rejects the section counts: our own offer may still have it.
    let described = view.current_local.map_or(&[][..], |description| &description.session.media);
    let is_live = |(index, media): (usize, &Media)| media.is_sctp() && !is_recyclable(view, index);
    if view.data.wanted && !described.iter().enumerate().any(is_live) {
        return true;
    }
    // Step 5.
    view.transceivers.iter().any(|transceiver| needs_negotiation(view, transceiver))
}

fn needs_negotiation(view: &View<'_>, transceiver: &Transceiver) -> bool {
    // Step 5.1.
    if transceiver.stopping && !transceiver.stopped {
        return true;
    }
    let index = transceiver.m_line_index;
    let local = index.and_then(|index| Some((view.current_local?, view.current_local?.session.media.get(index)?)));
    let remote = index.and_then(|index| remote::section(&view.current_remote?.session, index));
    let remote = remote.as_deref();
    // Step 5.4: stopped, but not rejected in either description.
    if transceiver.stopped {
        let rejected = [local.map(|(_, media)| media), remote].into_iter().flatten().any(Media::is_rejected);
        return local.is_some() && !rejected;
    }
    // Step 5.2.
    let Some((description, media)) = local.filter(|_| transceiver.mid.is_some()) else { return true };
    // Step 5.3.1.
    if transceiver.direction.sends() && streams(media) != wanted_streams(transceiver) {
        return true;
    }
    let described = media.direction().unwrap_or_default();
    let theirs = remote.map(|media| media.direction().unwrap_or_default().reversed());
    match description.sdp_type {
        // Step 5.3.2.
        SdpType::Offer => described != transceiver.direction && theirs != Some(transceiver.direction),
        // Step 5.3.3.
        _ => described != transceiver.direction.intersected(theirs.unwrap_or(Direction::Inactive)),
    }
}

fn wanted_streams(transceiver: &Transceiver) -> Vec<String> {
    let mut streams: Vec<String> = transceiver.send_streams.iter().map(|id| stream_identifier(id)).collect();
    streams.sort_unstable();
    streams
}

/// The streams of the `a=msid` lines, sorted.
fn streams(media: &Media) -> Vec<String> {
    let mut lines = media.all::<Msid>().peekable();
    if lines.peek().is_none() {
        // Never equal to what a transceiver wants: there must be a line.
        return vec![String::new()];
    }
    let mut streams: Vec<String> = lines.map(|msid| msid.stream).filter(|stream| stream != "-").collect();
    streams.sort_unstable();
    streams
}
