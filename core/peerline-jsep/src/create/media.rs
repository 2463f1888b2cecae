//! The RTP sections of our descriptions (RFC 9429 §5.2.1 to §5.3.2).

use peerline_sdp::{Direction, Media, Msid, Rid, RidDirection, RidLine, Simulcast, SimulcastStream};

use super::{AnswerOptions, OfferOptions};
use crate::{Transceiver, TransceiverId, View};

/// The `m=` line of an offer.
pub(super) fn offered_media(
    view: &View<'_>,
    id: TransceiverId,
    negotiated: Option<&Media>,
    options: &OfferOptions,
) -> Media {
    let _ = (negotiated, options);
    let kind = view.transceiver(id).map_or("audio", |t| t.kind.as_str());
    Media::new(kind, 9, "UDP/TLS/RTP/SAVPF", vec!["0".to_owned()])
}

/// The `m=` line of an answer.
pub(super) fn answered_media(
    view: &View<'_>,
    transceiver: &Transceiver,
    offered: &Media,
    options: &AnswerOptions,
) -> Media {
    let _ = (view, transceiver, options);
    Media::new(&offered.kind, 9, &offered.protocol, offered.formats.clone())
}

/// Whether there is a format that both have.
pub(super) fn has_common_format(view: &View<'_>, transceiver: &Transceiver, offered: &Media) -> bool {
    let _ = (view, transceiver, offered);
    false
}

/// Writes what an offer says of the media.
pub(super) fn write_offer(
    view: &View<'_>,
    media: &mut Media,
    id: TransceiverId,
    negotiated: Option<&Media>,
    options: &OfferOptions,
) {
    let _ = (negotiated, options);
    let Some(transceiver) = view.transceiver(id) else { return };
    media.set_direction(transceiver.direction);
    write_msid(media, transceiver, transceiver.direction);
    write_simulcast(media, transceiver, transceiver.direction);
}

/// Writes what an answer says of the media.
pub(super) fn write_answer(
    view: &View<'_>,
    media: &mut Media,
    transceiver: &Transceiver,
    offered: &Media,
    options: &AnswerOptions,
) {
    let _ = (view, options);
    // RFC 9429 §5.3.1: the offered direction, seen from here, and what the transceiver wants.
    let direction = offered.direction().unwrap_or_default().reversed().intersected(transceiver.direction);
    media.set_direction(direction);
    write_msid(media, transceiver, direction);
}

/// RFC 9429 §5.2.1: one `a=msid` per stream, if we send; `-` for none (RFC 8830 §2).
fn write_msid(media: &mut Media, transceiver: &Transceiver, direction: Direction) {
    if !direction.sends() {
        return;
    }
    let track = transceiver.msid_appdata.clone();
    if transceiver.send_streams.is_empty() {
        media.push(Msid { stream: "-".to_owned(), track: track.clone() });
    }
    for stream in &transceiver.send_streams {
        media.push(Msid { stream: stream.clone(), track: track.clone() });
    }
}

/// RFC 9429 §5.2.1: `a=rid` for each encoding with a rid, `a=simulcast` if there is more than one, if we send.
fn write_simulcast(media: &mut Media, transceiver: &Transceiver, direction: Direction) {
    let rids: Vec<Rid> = transceiver.encodings.iter().filter_map(|encoding| encoding.rid.clone()).collect();
    if !direction.sends() || rids.is_empty() {
        return;
    }
    for rid in &rids {
        media.push(RidLine { rid: rid.clone(), direction: RidDirection::Send, restrictions: None });
    }
    if rids.len() > 1 {
        let stream = |rid| vec![SimulcastStream { rid, paused: false }];
        media.push(Simulcast { send: rids.into_iter().map(stream).collect(), recv: Vec::new() });
    }
}
