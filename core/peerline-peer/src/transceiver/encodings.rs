//! `RTCRtpEncodingParameters` (W3C webrtc-pc §5.2.5, webrtc-svc, webrtc-priority) and their validation.

use super::Transceiver;
use crate::error::{Error, Misuse};
use crate::states::Priority;
use peerline_jsep as jsep;
use peerline_jsep::{CodecPreference, KindCapabilities, MediaKind};
use peerline_sdp::Rid;

/// Encodings of one sender at most.
const MAX_ENCODINGS: usize = 3;

/// `RTCResolutionRestriction` (webrtc-extensions §4), pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resolution {
    /// `maxWidth`.
    pub max_width: u32,
    /// `maxHeight`.
    pub max_height: u32,
}

/// One encoding.
#[derive(Clone, Debug, PartialEq)]
pub struct EncodingParameters {
    /// `rid`, for simulcast.
    pub rid: Option<String>,
    /// `active`.
    pub active: bool,
    /// `codec`.
    pub codec: Option<CodecPreference>,
    /// `maxBitrate`, bits per second.
    pub max_bitrate: Option<u32>,
    /// `maxFramerate`, frames per second; video only.
    pub max_framerate: Option<f64>,
    /// `scaleResolutionDownBy`; video only.
    pub scale_resolution_down_by: Option<f64>,
    /// `scaleResolutionDownTo` (webrtc-extensions §4): width and height to keep within; video only. If it is there, `scaleResolutionDownBy` is not looked
    /// at.
    pub scale_resolution_down_to: Option<Resolution>,
    /// `adaptivePtime` (webrtc-extensions §4): the packet duration follows the network; audio only.
    pub adaptive_ptime: bool,
    /// `scalabilityMode`, such as `L1T3`; video only.
    pub scalability_mode: Option<String>,
    /// `priority`.
    pub priority: Priority,
    /// `networkPriority`.
    pub network_priority: Priority,
}

impl Default for EncodingParameters {
    fn default() -> Self {
        Self {
            rid: None,
            active: true,
            codec: None,
            max_bitrate: None,
            max_framerate: None,
            scale_resolution_down_by: None,
            scale_resolution_down_to: None,
            adaptive_ptime: false,
            scalability_mode: None,
            priority: Priority::Low,
            network_priority: Priority::Low,
        }
    }
}

impl EncodingParameters {
    /// The encoding of a sender that was made without any.
    pub(super) fn default_for(kind: MediaKind) -> Self {
        let scale_resolution_down_by = (kind == MediaKind::Video).then_some(1.0);
        Self { scale_resolution_down_by, ..Self::default() }
    }

    /// The checks that addTransceiver and setParameters share.
    pub(super) fn check_values(&self, kind: MediaKind) -> Result<(), Error> {
        // A scale below 1 would enlarge: RangeError.
        if kind == MediaKind::Video && self.scale_resolution_down_by.is_some_and(|scale| scale < 1.0) {
            return Err(Misuse::ScaleBelowOne.into());
        }
        if kind == MediaKind::Video && self.max_framerate.is_some_and(|rate| rate < 0.0) {
            return Err(Misuse::NegativeFramerate.into());
        }
        if let Some(mode) = &self.scalability_mode
            && !is_scalability_mode(mode)
        {
            return Err(Misuse::UnsupportedScalabilityMode.into());
        }
        Ok(())
    }

    /// Audio has no resolution and no frames.
    pub(super) fn remove_video_members(&mut self) {
        self.scale_resolution_down_by = None;
        self.scale_resolution_down_to = None;
        self.max_framerate = None;
    }

    /// Whether its codec, if it names one, is among these.
    pub(super) fn has_codec_among<'c>(&self, mut codecs: impl Iterator<Item = &'c jsep::Codec>) -> bool {
        self.codec.as_ref().is_none_or(|wanted| codecs.any(|codec| wanted.is(codec)))
    }
}

/// "addTransceiver sendEncodings validation steps" (§5.1), then the defaults.
pub(super) fn validated(
    mut encodings: Vec<EncodingParameters>,
    kind: MediaKind,
    capabilities: &KindCapabilities,
) -> Result<Vec<EncodingParameters>, Error> {
    if encodings.is_empty() {
        return Ok(vec![EncodingParameters::default_for(kind)]);
    }
    let rids: Vec<&str> = encodings.iter().filter_map(|encoding| encoding.rid.as_deref()).collect();
    // 2.1–2.3: well-formed rids, on all encodings or on none, each once.
    if rids.iter().any(|rid| !is_rid(rid)) {
        return Err(Misuse::MalformedRid.into());
    }
    if !rids.is_empty() && rids.len() != encodings.len() {
        return Err(Misuse::MissingRid.into());
    }
    if rids.iter().enumerate().any(|(index, rid)| rids.iter().skip(index + 1).any(|other| other == rid)) {
        return Err(Misuse::DuplicateRid.into());
    }
    if kind == MediaKind::Video && !have_usable_resolutions(&encodings) {
        return Err(Misuse::UnusableResolution.into());
    }
    // 2.5: a codec that we have.
    if encodings.iter().any(|encoding| !encoding.has_codec_among(capabilities.codecs.iter().map(|known| &known.codec)))
    {
        return Err(Misuse::UnsupportedCodec.into());
    }
    // 2.8, 2.9: the values.
    encodings.iter().try_for_each(|encoding| encoding.check_values(kind))?;
    if kind == MediaKind::Audio {
        // 2.7: video members are removed. Simulcast is for video: one encoding stays.
        for encoding in &mut encodings {
            encoding.remove_video_members();
            encoding.scalability_mode = None;
        }
        encodings.truncate(1);
    }
    // 2.12: what is beyond the maximum is trimmed. 2.14: a lone encoding needs no rid.
    encodings.truncate(MAX_ENCODINGS);
    if let [only] = encodings.as_mut_slice() {
        only.rid = None;
    }
    if kind == MediaKind::Video {
        fill_scales(&mut encodings);
    }
    Ok(encodings)
}

/// 2.11, 2.13: if no encoding says a scale, each is twice as large as the one before; if some do, the others are 1.
fn fill_scales(encodings: &mut [EncodingParameters]) {
    let some_say = encodings.iter().any(|encoding| encoding.scale_resolution_down_by.is_some());
    let count = encodings.len();
    for (index, encoding) in encodings.iter_mut().enumerate() {
        let proposed = if some_say { 1.0 } else { f64::from(1_u32 << (count - 1 - index).min(16)) };
        encoding.scale_resolution_down_by.get_or_insert(proposed);
    }
}

/// webrtc-extensions §4: no side is 0, and all active encodings say one or none does.
pub(super) fn have_usable_resolutions(encodings: &[EncodingParameters]) -> bool {
    let stated = |encoding: &EncodingParameters| encoding.scale_resolution_down_to;
    let positive = |resolution: Resolution| resolution.max_width > 0 && resolution.max_height > 0;
    let mut active = encodings.iter().filter(|encoding| encoding.active).map(|encoding| stated(encoding).is_some());
    let first = active.next();
    encodings.iter().filter_map(stated).all(positive) && active.all(|states| Some(states) == first)
}

/// webrtc-svc §6: the codecs whose streams can have spatial layers.
fn has_spatial_layers(name: &str) -> bool {
    ["VP9", "AV1"].iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// RFC 8851 §10 as far as RFC 8852 §3.1 can carry it: a one-byte header extension has room for 16 letters and digits.
fn is_rid(rid: &str) -> bool {
    (1..=16).contains(&rid.len()) && rid.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The identifiers of webrtc-svc §6: `L<1-3>T<1-3>` with `h` or `_KEY…`, and `S<2-3>T<1-3>`.
fn is_scalability_mode(mode: &str) -> bool {
    let (body, suffix) = mode.split_at(mode.len().min(4));
    let [letter, spatial, b'T', temporal @ b'1'..=b'3'] = body.as_bytes() else { return false };
    let _ = temporal;
    match (letter, spatial) {
        (b'L', b'1') => suffix.is_empty(),
        (b'L', b'2' | b'3') => matches!(suffix, "" | "h" | "_KEY" | "_KEY_SHIFT"),
        (b'S', b'2' | b'3') => matches!(suffix, "" | "h"),
        _ => false,
    }
}

/// "Codec dictionary match" (§5.4) with one of our capabilities, whose parameters are all given; in which order does not matter.
pub(super) fn matches(wanted: &CodecPreference, ours: &jsep::Codec) -> bool {
    let parameters = |text: &str| {
        let mut pairs: Vec<String> = text.split(';').map(|pair| pair.trim().to_ascii_lowercase()).collect();
        pairs.sort_unstable();
        pairs
    };
    wanted.name.eq_ignore_ascii_case(&ours.name)
        && wanted.clock_rate == ours.clock_rate
        && wanted.channels.unwrap_or(1) == ours.channels.unwrap_or(1)
        && parameters(wanted.parameters.as_deref().unwrap_or_default()) == parameters(&ours.parameters)
}

impl Transceiver {
    /// §4.4.1.5 step 4.6.11: an encoding whose codec was negotiated away may use any.
    pub(super) fn forget_lost_codecs(&mut self) {
        let codecs = &self.sender.negotiated.codecs;
        if codecs.is_empty() {
            return;
        }
        for encoding in &mut self.sender.encodings {
            if !encoding.has_codec_among(codecs.iter()) {
                encoding.codec = None;
            }
            let wanted = |codec: &&jsep::Codec| encoding.codec.as_ref().is_none_or(|wanted| wanted.is(codec));
            let layered = codecs.iter().find(wanted).is_some_and(|codec| has_spatial_layers(&codec.name));
            // webrtc-svc §5.1: a mode that the codec does not have is not in force.
            if !layered && encoding.scalability_mode.as_deref().is_some_and(|mode| !mode.starts_with("L1")) {
                encoding.scalability_mode = None;
            }
        }
    }

    /// `[[SendEncodings]]`, for the sender and for descriptions.
    pub(crate) fn set_encodings(&mut self, encodings: Vec<EncodingParameters>) {
        let layer = |encoding: &EncodingParameters| jsep::Encoding {
            rid: encoding.rid.as_deref().and_then(|rid| Rid::parse(rid).ok()),
            active: encoding.active,
        };
        self.jsep.encodings = encodings.iter().map(layer).collect();
        self.sender.encodings = encodings;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_rids(rids: &[&str]) -> Vec<EncodingParameters> {
        let encoding =
            |rid: &&str| EncodingParameters { rid: Some((*rid).to_owned()), ..EncodingParameters::default() };
        rids.iter().map(encoding).collect()
    }

    fn check(encodings: Vec<EncodingParameters>) -> Result<Vec<EncodingParameters>, Error> {
        validated(encodings, MediaKind::Video, &KindCapabilities::default())
    }

    #[test]
    fn scales_are_filled_in_from_the_last_encoding() {
        let scales = |encodings: Vec<EncodingParameters>| -> Vec<_> {
            check(encodings).expect("valid").iter().filter_map(|encoding| encoding.scale_resolution_down_by).collect()
        };
        assert_eq!(scales(with_rids(&["a", "b", "c"])), [4.0, 2.0, 1.0]);
        assert_eq!(scales(Vec::new()), [1.0]);
        let mut some = with_rids(&["a", "b"]);
        some[1].scale_resolution_down_by = Some(3.0);
        assert_eq!(scales(some), [1.0, 3.0]);
    }

    #[test]
    fn rids_are_all_there_well_formed_and_different() {
        let refused = |encodings, misuse: Misuse| assert_eq!(check(encodings), Err(misuse.into()));
        refused(with_rids(&["a", "a"]), Misuse::DuplicateRid);
        for malformed in ["b!", "b-b", "b_b", "b b"] {
            refused(with_rids(&["a", malformed]), Misuse::MalformedRid);
        }
        refused(with_rids(&[""]), Misuse::MalformedRid);
        refused(with_rids(&[&"r".repeat(17)]), Misuse::MalformedRid);
        let mut one_missing = with_rids(&["a", "b"]);
        one_missing[0].rid = None;
        refused(one_missing, Misuse::MissingRid);
        // webrtc-pc §5.1: "some but not all" is what is refused.
        assert_eq!(check(vec![EncodingParameters::default(); 2]).expect("valid").len(), 2);
        assert_eq!(check(with_rids(&["only"])).expect("valid")[0].rid, None);
    }

    #[test]
    fn resolutions_are_positive_and_stated_by_all_active_encodings_or_none() {
        let stated = |width, height, active| EncodingParameters {
            active,
            scale_resolution_down_to: Some(Resolution { max_width: width, max_height: height }),
            ..EncodingParameters::default()
        };
        let silent = |active| EncodingParameters { active, ..EncodingParameters::default() };
        let refused = Err(Misuse::UnusableResolution.into());
        assert_eq!(check(vec![stated(0, 60, true)]), refused);
        assert_eq!(check(vec![stated(120, 60, true), silent(true)]), refused);
        assert!(check(vec![stated(120, 60, true), silent(false)]).is_ok());
        assert!(check(vec![stated(120, 60, true), stated(60, 30, true)]).is_ok());
    }

    #[test]
    fn values_out_of_range_are_refused() {
        let one = |change: fn(&mut EncodingParameters)| {
            let mut encoding = EncodingParameters::default();
            change(&mut encoding);
            check(vec![encoding])
        };
        assert_eq!(one(|e| e.scale_resolution_down_by = Some(0.5)), Err(Misuse::ScaleBelowOne.into()));
        assert_eq!(one(|e| e.max_framerate = Some(-1.0)), Err(Misuse::NegativeFramerate.into()));
        assert_eq!(
            one(|e| e.scalability_mode = Some("L4T9".to_owned())),
            Err(Misuse::UnsupportedScalabilityMode.into())
        );
        assert!(one(|e| e.scalability_mode = Some("L3T3_KEY".to_owned())).is_ok());
    }
}
