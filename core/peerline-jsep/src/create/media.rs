//! The RTP sections of our descriptions (RFC 9429 §5.2.1 to §5.3.2).

use peerline_sdp::{
    Direction, ExtMap, Fmtp, Media, Msid, Rid, RidDirection, RidLine, RtcpFb, RtpMap, Simulcast, SimulcastStream,
};

use super::{AnswerOptions, OfferOptions};
use crate::negotiate::{self, Taken, extension, simulcast};
use crate::{Codec, MediaKind, Transceiver, View};

/// What a section says of the media: made before its `m=` line is written, since that has the formats.
#[derive(Debug, Default)]
pub(super) struct MediaLines {
    codecs: Vec<Codec>,
    extensions: Vec<ExtMap>,
}

impl MediaLines {
    /// For an offer.
    pub(super) fn offered(
        view: &View<'_>,
        transceiver: &Transceiver,
        negotiated: Option<&Media>,
        taken: &mut Taken,
        options: &OfferOptions,
    ) -> Self {
        Self {
            codecs: negotiate::offer::formats(view, transceiver, negotiated, taken, options),
            extensions: extension::offered(view, transceiver, negotiated, taken),
        }
    }

    /// For an answer.
    pub(super) fn answered(
        view: &View<'_>,
        transceiver: &Transceiver,
        offered: &Media,
        options: &AnswerOptions,
    ) -> Self {
        Self {
            codecs: negotiate::answer::formats(view, transceiver, offered, options.voice_activity_detection),
            extensions: extension::answered(view, transceiver, offered),
        }
    }

    /// The section with its `m=` line.
    pub(super) fn media(&self, kind: &str, protocol: &str) -> Media {
        let mut formats: Vec<String> = self.codecs.iter().map(|codec| codec.payload_type.to_string()).collect();
        if formats.is_empty() {
            // RFC 8866 §5.14: there is at least one format.
            formats.push("0".to_owned());
        }
        Media::new(kind, 9, protocol, formats)
    }

    /// Writes extensions, direction, streams and formats.
    fn write(&self, media: &mut Media, transceiver: &Transceiver, direction: Direction) {
        for extension in &self.extensions {
            media.push(extension.clone());
        }
        media.set_direction(direction);
        write_msid(media, transceiver);
        for codec in &self.codecs {
            let payload_type = codec.payload_type;
            media.push(RtpMap {
                payload_type,
                encoding: codec.name.clone(),
                clock_rate: codec.clock_rate,
                channels: codec.channels,
            });
            for feedback in &codec.feedback {
                media.push(RtcpFb { payload_type: Some(payload_type), feedback: feedback.clone() });
            }
            if !codec.parameters.is_empty() {
                media.push(Fmtp { format: payload_type.to_string(), parameters: codec.parameters.clone() });
            }
        }
        // RFC 9429 §5.2.1: for media with configurable packet durations, the longest that all of our audio formats allow.
        if transceiver.kind == MediaKind::Audio && !self.codecs.is_empty() {
            media.push(peerline_sdp::MaxPtime(60));
        }
    }
}

/// Whether there is a format that both have.
pub(super) fn has_common_format(view: &View<'_>, transceiver: &Transceiver, offered: &Media) -> bool {
    !negotiate::answer::formats(view, transceiver, offered, true).is_empty()
}

/// Writes what an offer says of the media.
pub(super) fn write_offer(media: &mut Media, transceiver: &Transceiver, lines: &MediaLines) {
    lines.write(media, transceiver, transceiver.direction);
    if transceiver.direction.sends() {
        let rids: Vec<Rid> = transceiver.encodings.iter().filter_map(|encoding| encoding.rid.clone()).collect();
        write_rids(media, rids, RidDirection::Send);
    }
}

/// Writes what an answer says of the media.
pub(super) fn write_answer(
    view: &View<'_>,
    media: &mut Media,
    transceiver: &Transceiver,
    offered: &Media,
    lines: &MediaLines,
) {
    // RFC 9429 §5.3.1: the offered direction, seen from here, and what the transceiver wants.
    let direction = offered.direction().unwrap_or_default().reversed().intersected(transceiver.direction);
    lines.write(media, transceiver, direction);
    if direction.sends() {
        // webrtc-pc §4.4.2 createAnswer: of the rids that the offer asks for, those that the sender has.
        let has = |rid: &Rid| transceiver.encodings.iter().any(|encoding| encoding.rid.as_ref() == Some(rid));
        write_rids(media, simulcast::requested(offered).into_iter().filter(has).collect(), RidDirection::Send);
    }
    if direction.receives() && view.settings.receive_simulcast {
        write_rids(media, simulcast::sent(offered), RidDirection::Recv);
    }
}

/// RFC 9429 §5.2.1: one `a=msid` per stream if the transceiver is to send (whatever an answer makes of it); `-` for none (RFC 8830 §2).
fn write_msid(media: &mut Media, transceiver: &Transceiver) {
    if !transceiver.direction.sends() {
        return;
    }
    let track = transceiver.msid_appdata.as_deref().map(stream_identifier);
    if transceiver.send_streams.is_empty() {
        media.push(Msid { stream: "-".to_owned(), track: track.clone() });
    }
    for stream in &transceiver.send_streams {
        media.push(Msid { stream: stream_identifier(stream), track: track.clone() });
    }
}

/// RFC 8830 §2: a stream id in SDP is a token of at most 64 characters. Ids are random by default; an application that makes its own may write
/// anything, which must not break the description.
pub(crate) fn stream_identifier(id: &str) -> String {
    let token_char = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`{|}~".contains(c);
    let identifier: String = id.chars().take(64).map(|c| if token_char(c) { c } else { '_' }).collect();
    if identifier.is_empty() { "_".to_owned() } else { identifier }
}

/// RFC 9429 §5.2.1: `a=rid` for each encoding with a rid, `a=simulcast` if there is more than one.
fn write_rids(media: &mut Media, rids: Vec<Rid>, direction: RidDirection) {
    for rid in &rids {
        media.push(RidLine { rid: rid.clone(), direction, restrictions: None });
    }
    if rids.len() < 2 {
        return;
    }
    let streams: Vec<Vec<SimulcastStream>> =
        rids.into_iter().map(|rid| vec![SimulcastStream { rid, paused: false }]).collect();
    media.push(match direction {
        RidDirection::Send => Simulcast { send: streams, recv: Vec::new() },
        RidDirection::Recv => Simulcast { send: Vec::new(), recv: streams },
    });
}
