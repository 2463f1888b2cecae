//! Formats of an offer: which, in which order, with which payload types (RFC 9429 §5.2.1 and §5.2.2).

use std::collections::{BTreeMap, BTreeSet};

use peerline_sdp::{Direction, Media, PayloadType};

use super::format::{apt, is_named, is_preferred, is_same};
use super::{Taken, codecs};
use crate::{Codec, CodecCapability, OfferOptions, Transceiver, View};

/// The capabilities that a transceiver may offer, in the order of its preferences or ours; those of `rtx` aside.
pub(crate) fn usable<'v>(
    view: &'v View<'_>,
    transceiver: &Transceiver,
    with_comfort_noise: bool,
) -> Vec<&'v CodecCapability> {
    let wanted = transceiver.direction;
    let has_direction = |capability: &&CodecCapability| {
        let needs = if wanted == Direction::Inactive { Direction::SendRecv } else { wanted };
        (!needs.sends() || capability.direction.sends()) && (!needs.receives() || capability.direction.receives())
    };
    let all = &view.settings.capabilities.of(transceiver.kind).codecs;
    let usable = all.iter().filter(has_direction).filter(|c| with_comfort_noise || !is_named(&c.codec, "CN"));
    // webrtc-pc §4.4.2 createOffer: filtered codec preferences, in their order; none if nothing is left of them.
    let usable: Vec<&CodecCapability> = usable.collect();
    let mut preferred: Vec<&CodecCapability> = Vec::new();
    for preference in &transceiver.codec_preferences {
        for capability in usable.iter().filter(|capability| is_preferred(&capability.codec, preference)) {
            if !preferred.iter().any(|known| std::ptr::eq(*known, *capability)) {
                preferred.push(capability);
            }
        }
    }
    if preferred.is_empty() { usable } else { preferred }
}

/// Whether the transceiver wants retransmission: always, unless its preferences have no `rtx`.
pub(crate) fn wants_rtx(transceiver: &Transceiver) -> bool {
    transceiver.codec_preferences.is_empty()
        || transceiver.codec_preferences.iter().any(|preference| preference.name.eq_ignore_ascii_case("rtx"))
}

/// The formats of a section of an offer. `negotiated` is the section in the last answer; `taken` what the session has agreed on, to which the
/// formats are added.
pub(crate) fn formats(
    view: &View<'_>,
    transceiver: &Transceiver,
    negotiated: Option<&Media>,
    taken: &mut Taken,
    options: &OfferOptions,
) -> Vec<Codec> {
    let agreed: Vec<Codec> = negotiated.map(codecs).unwrap_or_default();
    let mut wanted: Vec<&CodecCapability> = usable(view, transceiver, options.voice_activity_detection);
    if transceiver.codec_preferences.is_empty() {
        // §5.2.2: in the order of the most recent answer, what wasn't in it after.
        let rank = |capability: &&CodecCapability| {
            agreed.iter().position(|known| is_same(known, &capability.codec)).unwrap_or(usize::MAX)
        };
        wanted.sort_by_key(rank);
    }
    let mut numbers = Numbers { agreed: &agreed, taken, used: BTreeSet::new(), moved: BTreeMap::new() };
    let mut formats: Vec<Codec> = Vec::new();
    for capability in wanted {
        let mut codec = capability.codec.clone();
        codec.parameters = numbers.translate(&codec);
        let Some(primary) = numbers.number(&codec, capability.codec.payload_type) else { continue };
        codec.payload_type = primary;
        formats.push(codec);
        if let Some(rtx) = capability.rtx.filter(|_| wants_rtx(transceiver)) {
            let mut codec = rtx_format(capability, primary, rtx);
            if let Some(number) = numbers.number(&codec, rtx) {
                codec.payload_type = number;
                formats.push(codec);
            }
        }
    }
    formats
}

/// RFC 4588 §8.6: the retransmission format of a primary one.
fn rtx_format(capability: &CodecCapability, primary: PayloadType, rtx: PayloadType) -> Codec {
    Codec {
        name: "rtx".to_owned(),
        clock_rate: capability.codec.clock_rate,
        channels: capability.codec.channels,
        payload_type: rtx,
        parameters: format!("apt={primary}"),
        feedback: Vec::new(),
    }
}

/// Payload types for one section.
struct Numbers<'a> {
    agreed: &'a [Codec],
    taken: &'a mut Taken,
    used: BTreeSet<PayloadType>,
    /// From the number that our capabilities have to the one given: `red` names its contents by number.
    moved: BTreeMap<PayloadType, PayloadType>,
}

impl Numbers<'_> {
    /// The number for a format: the one it has in this section, the one it has in another section, the one we like, or a free one; none if
    /// the other side has taken them all.
    fn number(&mut self, codec: &Codec, wish: PayloadType) -> Option<PayloadType> {
        let same = |known: &Codec| {
            is_same(known, codec)
                && apt(known) == apt(codec)
                && (!is_named(codec, "red") || known.parameters == codec.parameters)
        };
        let here = self
            .agreed
            .iter()
            .find(|known| same(known) && !self.used.contains(&known.payload_type))
            .map(|known| known.payload_type);
        let elsewhere = || {
            self.taken
                .payload_types
                .values()
                .find(|known| same(known) && !self.used.contains(&known.payload_type))
                .map(|k| k.payload_type)
        };
        let free = |number: &PayloadType| !self.used.contains(number) && !self.taken.payload_types.contains_key(number);
        // RFC 5761 §4: 64 to 95 would look like RTCP; dynamic numbers are 96 to 127, then 35 to 63.
        let dynamic = (96..=127).chain((35..=63).rev()).map(PayloadType);
        let number = here.or_else(elsewhere).or_else(|| std::iter::once(wish).chain(dynamic).find(free))?;
        self.used.insert(number);
        self.moved.insert(wish, number);
        let mut codec = codec.clone();
        codec.payload_type = number;
        self.taken.payload_types.insert(number, codec);
        Some(number)
    }

    /// The parameters of an audio `red` format with the numbers of this section.
    fn translate(&self, codec: &Codec) -> String {
        if !is_named(codec, "red") || codec.parameters.is_empty() {
            return codec.parameters.clone();
        }
        let number = |text: &str| {
            PayloadType::parse(text)
                .ok()
                .and_then(|wish| self.moved.get(&wish))
                .map_or_else(|| text.to_owned(), ToString::to_string)
        };
        codec.parameters.split('/').map(number).collect::<Vec<_>>().join("/")
    }
}
