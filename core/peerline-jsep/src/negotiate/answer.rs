//! Formats of an answer: what the offer has and we have (RFC 9429 §5.3.1, RFC 3264 §6.1).

use peerline_sdp::{Media, PayloadType};

use super::format::{apt, is_auxiliary, is_named, is_same};
use super::{codecs, h264, offer};
use crate::{Codec, CodecCapability, Transceiver, View};

/// The formats that an answer to the section has: payload types and order of the offer, or the order of the transceiver's preferences; our
/// parameters; the feedback of both. Empty if no format that carries media is common.
pub(crate) fn formats(
    view: &View<'_>,
    transceiver: &Transceiver,
    offered: &Media,
    with_comfort_noise: bool,
) -> Vec<Codec> {
    let theirs = codecs(offered);
    let ours = offer::usable(view, transceiver, with_comfort_noise);
    let mut chosen: Vec<(usize, usize, Codec)> = Vec::new();
    for (position, theirs_codec) in theirs.iter().enumerate() {
        // Each of our formats is used once, with the first number that the offer has for it.
        let unused = |number: usize| !chosen.iter().any(|(_, known, _)| *known == number);
        let found = ours
            .iter()
            .enumerate()
            .find(|(number, capability)| unused(*number) && matches(capability, theirs_codec, &theirs));
        if let Some((number, capability)) = found {
            chosen.push((position, number, answered(capability, theirs_codec)));
        }
    }
    if !transceiver.codec_preferences.is_empty() {
        chosen.sort_by_key(|(_, number, _)| *number);
    }
    let mut formats: Vec<Codec> = Vec::new();
    for (_, number, codec) in chosen {
        let primary = codec.payload_type;
        let retransmitted =
            ours.get(number).is_some_and(|capability| capability.rtx.is_some()) && offer::wants_rtx(transceiver);
        formats.push(codec);
        let rtx = theirs.iter().find(|codec| apt(codec) == Some(primary)).filter(|_| retransmitted);
        formats.extend(rtx.cloned().map(|codec| Codec { feedback: Vec::new(), ..codec }));
    }
    drop_orphans(&mut formats);
    if formats.iter().all(is_auxiliary) {
        return Vec::new();
    }
    if transceiver.codec_preferences.is_empty() {
        // RFC 9429 §5.3.1: the order of the offer, `rtx` included.
        let rank = |codec: &Codec| theirs.iter().position(|known| known.payload_type == codec.payload_type);
        formats.sort_by_key(rank);
    }
    formats
}

fn matches(capability: &CodecCapability, theirs: &Codec, all: &[Codec]) -> bool {
    if !is_same(&capability.codec, theirs) || is_named(theirs, "rtx") {
        return false;
    }
    // Audio red: what is inside must be what we put inside, by name; video red says nothing.
    let inner = |parameters: &str| PayloadType::parse(parameters.split('/').next().unwrap_or_default().trim()).ok();
    if is_named(theirs, "red") && !capability.codec.parameters.is_empty() {
        let inside = inner(&theirs.parameters)
            .and_then(|payload_type| all.iter().find(|codec| codec.payload_type == payload_type));
        return inside.is_some_and(|codec| is_named(codec, "opus"));
    }
    true
}

/// Our format with their number: our parameters (what we like to receive), the feedback of both.
fn answered(capability: &CodecCapability, theirs: &Codec) -> Codec {
    let ours = &capability.codec;
    let parameters = if is_named(ours, "H264") {
        h264::answered_parameters(&ours.parameters, &theirs.parameters)
    } else if is_named(ours, "red") {
        theirs.parameters.clone()
    } else {
        ours.parameters.clone()
    };
    // RFC 9429 §5.3.1: each feedback that is supported and in the offer.
    let feedback = ours.feedback.iter().filter(|feedback| theirs.feedback.contains(feedback)).cloned().collect();
    Codec {
        name: theirs.name.clone(),
        channels: theirs.channels,
        payload_type: theirs.payload_type,
        clock_rate: theirs.clock_rate,
        parameters,
        feedback,
    }
}

/// Audio `red` without what is inside of it, and `telephone-event` or comfort noise without a codec of its clock rate, are of no use.
fn drop_orphans(formats: &mut Vec<Codec>) {
    let present: Vec<(PayloadType, u32)> = formats
        .iter()
        .filter(|codec| !is_auxiliary(codec))
        .map(|codec| (codec.payload_type, codec.clock_rate))
        .collect();
    formats.retain(|codec| {
        if is_named(codec, "telephone-event") || is_named(codec, "CN") {
            return present.iter().any(|(_, clock_rate)| *clock_rate == codec.clock_rate);
        }
        let inner = codec.parameters.split('/').next().filter(|inner| is_named(codec, "red") && !inner.is_empty());
        inner.is_none_or(|inner| present.iter().any(|(payload_type, _)| payload_type.to_string() == inner))
    });
}
