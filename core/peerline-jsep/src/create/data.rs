//! The data section of our descriptions (RFC 8841, RFC 9429 §5.2.1).

use peerline_sdp::{MaxMessageSize, Media, SctpInit, SctpMap, SctpPort};

use crate::Data;

/// The `m=` line of an offer.
pub(super) fn offered_media() -> Media {
    Media::new("application", 9, "UDP/DTLS/SCTP", vec!["webrtc-datachannel".to_owned()])
}

/// The `m=` line of an answer: protocol as offered; in the old form the format is our port.
pub(super) fn answered_media(offered: &Media, data: &Data) -> Media {
    let formats = if is_old_form(offered) { vec![data.sctp_port.to_string()] } else { offered.formats.clone() };
    Media::new(&offered.kind, 9, &offered.protocol, formats)
}

/// Whether the section has the form of the drafts before RFC 8841: a port as format, `a=sctpmap`.
pub(crate) fn is_old_form(media: &Media) -> bool {
    media.get::<SctpPort>().is_none() && media.get::<SctpMap>().is_some()
}

/// Writes port, size and, if wanted, the INIT chunk.
pub(super) fn write(media: &mut Media, data: &Data, offered: Option<&Media>) {
    if offered.is_some_and(is_old_form) {
        media.push(SctpMap { port: data.sctp_port, protocol: "webrtc-datachannel".to_owned(), streams: Some(1024) });
    } else {
        media.push(SctpPort(data.sctp_port));
    }
    media.push(MaxMessageSize(data.max_message_size));
    // SNAP: an INIT in an answer only makes sense if the offer had one.
    if let Some(init) = &data.sctp_init
        && offered.is_none_or(|offered| offered.get::<SctpInit>().is_some())
    {
        media.push(SctpInit(init.clone()));
    }
}
