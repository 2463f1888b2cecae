//! Simulcast and restriction identifiers (RFC 8853, RFC 8851; webrtc-pc §4.4.1.5 and §5.4.1).

use std::collections::BTreeSet;

use peerline_sdp::{Media, Rid, RidDirection, RidLine, Simulcast, SimulcastStream};

use crate::{EncodingsChange, MediaKind, Transceiver};

/// The most encodings that one sender may be asked for.
const MAX_ENCODINGS: usize = 3;

/// webrtc-pc §4.4.1.5: of each stream the first alternative, of each rid the first stream.
fn first_rids(streams: &[Vec<SimulcastStream>]) -> Vec<Rid> {
    let mut seen = BTreeSet::new();
    let first = streams.iter().filter_map(|alternatives| alternatives.first());
    first.filter(|stream| seen.insert(stream.rid.clone())).map(|stream| stream.rid.clone()).collect()
}

/// The rids that the author of the section asks to receive.
pub(crate) fn requested(media: &Media) -> Vec<Rid> {
    match media.get::<Simulcast>() {
        Some(simulcast) => first_rids(&simulcast.recv),
        None => only_rid(media, RidDirection::Recv),
    }
}

/// The rids that the author of the section sends.
pub(crate) fn sent(media: &Media) -> Vec<Rid> {
    match media.get::<Simulcast>() {
        Some(simulcast) => first_rids(&simulcast.send),
        None => only_rid(media, RidDirection::Send),
    }
}

/// RFC 9429 §5.2.1: one rid alone makes no `a=simulcast`. (More than one without it are restrictions without simulcast.)
fn only_rid(media: &Media, direction: RidDirection) -> Vec<Rid> {
    let mut rids: Vec<Rid> =
        media.all::<RidLine>().filter(|line| line.direction == direction).map(|line| line.rid).collect();
    if rids.len() > 1 {
        rids.clear();
    }
    rids
}

/// A remote offer: the proposed encodings, if the transceiver has no simulcast envelope yet.
pub(crate) fn proposed(media: &Media, transceiver: &Transceiver) -> EncodingsChange {
    let mut rids = requested(media);
    rids.truncate(MAX_ENCODINGS);
    let ridless = matches!(transceiver.encodings.as_slice(), [only] if only.rid.is_none());
    // Simulcast is for video.
    let ridless = ridless && transceiver.kind == MediaKind::Video;
    if rids.is_empty() || !ridless { EncodingsChange::Keep } else { EncodingsChange::Propose(rids) }
}

/// An answer: the layers that are left of those that were negotiated. `kept` are the rids of the answer (what a remote answer receives, what a
/// local one sends).
pub(crate) fn pruned(transceiver: &Transceiver, kept: &[Rid]) -> EncodingsChange {
    if transceiver.encodings.len() < 2 {
        return EncodingsChange::Keep;
    }
    let rids: Vec<&Rid> = transceiver.encodings.iter().filter_map(|encoding| encoding.rid.as_ref()).collect();
    let left: Vec<Rid> = rids.iter().filter(|rid| kept.contains(rid)).map(|rid| (*rid).clone()).collect();
    if left.is_empty() {
        EncodingsChange::First
    } else if left.len() == transceiver.encodings.len() {
        EncodingsChange::Keep
    } else {
        EncodingsChange::Retain(left)
    }
}
