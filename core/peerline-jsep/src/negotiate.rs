//! Which formats, feedback and header extensions two sides have in common (RFC 9429 §5.2 and §5.3, RFC 3264 §5.1 and §6.1).

pub(crate) mod answer;
pub(crate) mod extension;
pub(crate) mod format;
pub(crate) mod h264;
pub(crate) mod offer;
pub(crate) mod parameters;
pub(crate) mod simulcast;

use std::collections::BTreeMap;

use peerline_sdp::{ExtMap, Fmtp, Media, PayloadType, RtcpFb, RtpMap, Session};

use crate::Codec;
use crate::groups::Groups;

/// The formats that RFC 3551 §6 numbers without `a=rtpmap`.
const STATIC: [(u8, &str, u32, Option<u16>); 6] = [
    (0, "PCMU", 8000, None),
    (3, "GSM", 8000, None),
    (8, "PCMA", 8000, None),
    (9, "G722", 8000, None),
    (13, "CN", 8000, None),
    (18, "G729", 8000, None),
];

/// The formats of a section in the order of its `m=` line. A format without a description is left out (RFC 9429 §5.10: ignored).
pub(crate) fn codecs(media: &Media) -> Vec<Codec> {
    let mut maps: BTreeMap<PayloadType, RtpMap> = BTreeMap::new();
    for map in media.all::<RtpMap>() {
        maps.entry(map.payload_type).or_insert(map);
    }
    let mut parameters: BTreeMap<PayloadType, String> = BTreeMap::new();
    for fmtp in media.all::<Fmtp>() {
        if let Some(payload_type) = fmtp.payload_type() {
            parameters.entry(payload_type).or_insert(fmtp.parameters);
        }
    }
    let mut feedback: BTreeMap<PayloadType, Vec<String>> = BTreeMap::new();
    let mut for_all: Vec<String> = Vec::new();
    for line in media.all::<RtcpFb>() {
        let place = match line.payload_type {
            Some(payload_type) => feedback.entry(payload_type).or_default(),
            None => &mut for_all,
        };
        // More different feedback than this is noise, and noise times formats would be much.
        if place.len() < 32 && !place.contains(&line.feedback) {
            place.push(line.feedback);
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    let payload_types =
        media.formats.iter().filter_map(|format| PayloadType::parse(format).ok()).filter(|pt| seen.insert(*pt));
    let codec = |payload_type: PayloadType| {
        let (name, clock_rate, channels) = match maps.remove(&payload_type) {
            Some(map) => (map.encoding, map.clock_rate, map.channels),
            None => {
                let (_, name, clock_rate, channels) = STATIC.iter().find(|(number, ..)| *number == payload_type.0)?;
                ((*name).to_owned(), *clock_rate, *channels)
            }
        };
        let mut feedback = feedback.remove(&payload_type).unwrap_or_default();
        feedback.extend(for_all.iter().filter(|f| !feedback.contains(f)).cloned().collect::<Vec<_>>());
        let parameters = parameters.remove(&payload_type).unwrap_or_default();
        Some(Codec { name, clock_rate, channels, payload_type, parameters, feedback })
    };
    payload_types.filter_map(codec).collect()
}

/// The payload types and extension ids that the sections of one BUNDLE group have agreed on, which a new section must not contradict
/// (RFC 9143 §10.1.2 and §10.4).
#[derive(Debug, Clone, Default)]
pub(crate) struct Taken {
    pub(crate) payload_types: BTreeMap<PayloadType, Codec>,
    pub(crate) extensions: BTreeMap<u16, String>,
}

impl Taken {
    /// What the sections of a session have, one with another: a number is worth keeping for one meaning in the whole session.
    pub(crate) fn of(sessions: &[&Session]) -> Self {
        let mut taken = Self::default();
        for media in
            sessions.iter().flat_map(|session| &session.media).filter(|media| media.is_rtp() && !media.is_rejected())
        {
            taken.add(media);
        }
        taken
    }

    /// Adds what a section has.
    pub(crate) fn add(&mut self, media: &Media) {
        for codec in codecs(media) {
            self.payload_types.entry(codec.payload_type).or_insert(codec);
        }
        for extension in media.all::<ExtMap>() {
            self.extensions.entry(extension.id).or_insert(extension.uri);
        }
    }
}

/// RFC 9143 §10.1.2: whether one payload type has two meanings in one BUNDLE group.
pub(crate) fn conflicting_section(session: &Session, groups: &Groups) -> Option<usize> {
    let mut known: BTreeMap<(usize, PayloadType), Codec> = BTreeMap::new();
    for (index, media) in session.media.iter().enumerate().filter(|(_, media)| media.is_rtp() && !media.is_rejected()) {
        let Some(group) = groups.of(index) else { continue };
        for codec in codecs(media) {
            match known.get(&(group, codec.payload_type)) {
                Some(other) if !format::is_same(other, &codec) => return Some(index),
                Some(_) => {}
                None => {
                    known.insert((group, codec.payload_type), codec);
                }
            }
        }
    }
    None
}
