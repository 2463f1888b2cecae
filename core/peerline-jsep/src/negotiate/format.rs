//! When two payload formats are the same one (RFC 3264 §6.1, RFC 6184 §8.2.2, RFC 9628 §6.1, AV1 and HEVC payload specifications).

use peerline_sdp::PayloadType;

use super::h264;
use crate::{Codec, CodecPreference};

/// The value of a parameter in an fmtp text like `a=1;b=2`; names compare without case.
pub(crate) fn parameter<'a>(parameters: &'a str, name: &str) -> Option<&'a str> {
    parameters
        .split(';')
        .filter_map(|pair| pair.split_once('='))
        .find(|(n, _)| n.trim().eq_ignore_ascii_case(name))
        .map(|(_, v)| v.trim())
}

/// Whether the name is that, without case.
pub(crate) fn is_named(codec: &Codec, name: &str) -> bool {
    codec.name.eq_ignore_ascii_case(name)
}

/// The payload type that an `rtx` format repairs (RFC 4588 §8.1).
pub(crate) fn apt(codec: &Codec) -> Option<PayloadType> {
    let apt = parameter(&codec.parameters, "apt").filter(|_| is_named(codec, "rtx"))?;
    PayloadType::parse(apt).ok()
}

/// The formats inside of an audio `red` format, as `111/111` (RFC 2198 §5).
fn red_contents(codec: &Codec) -> Option<PayloadType> {
    PayloadType::parse(codec.parameters.split('/').next()?.trim()).ok()
}

/// Whether both are the same format with the same essential parameters. What `rtx` repairs and `red` contains is compared by the caller,
/// since payload types may differ.
pub(crate) fn is_same(a: &Codec, b: &Codec) -> bool {
    let channels = |codec: &Codec| codec.channels.unwrap_or(1);
    let format = a.name.eq_ignore_ascii_case(&b.name) && a.clock_rate == b.clock_rate && channels(a) == channels(b);
    format && have_same_parameters(&a.name, &a.parameters, &b.parameters)
}

/// Whether a parameter has the same value in both, with what it is when it is absent.
fn same(name: &str, default: &str, a: &str, b: &str) -> bool {
    parameter(a, name).unwrap_or(default) == parameter(b, name).unwrap_or(default)
}

fn have_same_parameters(name: &str, a: &str, b: &str) -> bool {
    let is = |known: &str| name.eq_ignore_ascii_case(known);
    if is("H264") {
        // RFC 6184 §8.2.2: profile and packetization mode must be the same; the level may differ.
        let profile = h264::profile(a);
        same("packetization-mode", "0", a, b) && profile.is_some() && profile == h264::profile(b)
    } else if is("VP9") {
        same("profile-id", "0", a, b)
    } else if is("AV1") {
        same("profile", "0", a, b)
    } else if is("H265") {
        same("profile-id", "1", a, b) && same("tier-flag", "0", a, b) && same("tx-mode", "SRST", a, b)
    } else {
        true
    }
}

/// Whether our capability is what a `setCodecPreferences` entry names ("codec dictionary match", webrtc-pc §5.2).
pub(crate) fn is_preferred(codec: &Codec, preference: &CodecPreference) -> bool {
    let wanted = Codec {
        name: preference.name.clone(),
        clock_rate: preference.clock_rate,
        channels: preference.channels,
        payload_type: codec.payload_type,
        parameters: preference.parameters.clone().unwrap_or_default(),
        feedback: Vec::new(),
    };
    is_same(codec, &wanted)
}

/// Whether `a` of one section and `b` of another are the same, given the primary formats of both sections: `rtx` repairs the same, `red`
/// contains the same.
pub(crate) fn is_same_in(a: &Codec, all_a: &[Codec], b: &Codec, all_b: &[Codec]) -> bool {
    if !is_same(a, b) {
        return false;
    }
    let (inner_a, inner_b) = if is_named(a, "rtx") {
        (apt(a), apt(b))
    } else if is_named(a, "red") {
        (red_contents(a), red_contents(b))
    } else {
        return true;
    };
    match (find(inner_a, all_a), find(inner_b, all_b)) {
        (Some(inner_a), Some(inner_b)) => is_same(inner_a, inner_b),
        // Video `red` says nothing of its contents.
        (None, None) => is_named(a, "red"),
        _ => false,
    }
}

fn find(payload_type: Option<PayloadType>, all: &[Codec]) -> Option<&Codec> {
    all.iter().find(|codec| Some(codec.payload_type) == payload_type)
}

/// Formats that carry no media of their own: a section with only these has nothing to send.
pub(crate) fn is_auxiliary(codec: &Codec) -> bool {
    ["rtx", "red", "ulpfec", "flexfec-03", "flexfec", "telephone-event", "CN"].iter().any(|name| is_named(codec, name))
}
