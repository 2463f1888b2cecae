//! H.264 profiles and levels in SDP (RFC 6184 §8.1 table 5 and §8.2.2).

use super::format::parameter;

/// A profile as table 5 of RFC 6184 tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    ConstrainedBaseline,
    Baseline,
    Main,
    Extended,
    High,
    ConstrainedHigh,
    /// Any other: equal if both bytes are.
    Other(u8, u8),
}

/// RFC 6184 §8.1: without profile-level-id, Baseline at level 1 is meant. Endpoints that leave it out mean Constrained Baseline, a subset.
const DEFAULT: [u8; 3] = [0x42, 0xE0, 0x1F];

/// Level 1b, between level 1 and 1.1, as the level byte of profiles that don't write it as constraint_set3 (RFC 6184 §8.1).
const LEVEL_1B: u8 = 9;

fn profile_level_id(parameters: &str) -> Option<[u8; 3]> {
    let Some(text) = parameter(parameters, "profile-level-id") else { return Some(DEFAULT) };
    if text.len() != 6 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let number = u32::from_str_radix(text, 16).ok()?;
    let [_, profile, iop, level] = number.to_be_bytes();
    Some([profile, iop, level])
}

/// The profile of an fmtp text; `None` if its profile-level-id is malformed.
pub(crate) fn profile(parameters: &str) -> Option<Profile> {
    let [idc, iop, _] = profile_level_id(parameters)?;
    let flags = |mask: u8, value: u8| iop & mask == value;
    Some(match idc {
        0x42 if flags(0x4F, 0x40) => Profile::ConstrainedBaseline,
        0x4D if flags(0x8F, 0x80) => Profile::ConstrainedBaseline,
        0x58 if flags(0xCF, 0xC0) => Profile::ConstrainedBaseline,
        0x42 if flags(0x4F, 0x00) => Profile::Baseline,
        0x58 if flags(0xCF, 0x80) => Profile::Baseline,
        0x4D if flags(0xAF, 0x00) => Profile::Main,
        0x58 if flags(0xCF, 0x00) => Profile::Extended,
        0x64 if iop == 0x00 => Profile::High,
        0x64 if iop == 0x0C => Profile::ConstrainedHigh,
        _ => Profile::Other(idc, iop),
    })
}

/// The level in tenths, with 1b between 10 and 11 as 10 and a half: doubled.
fn level(id: [u8; 3]) -> u16 {
    let [idc, iop, level] = id;
    let is_1b = level == LEVEL_1B || (level == 11 && iop & 0x10 != 0 && matches!(idc, 0x42 | 0x4D | 0x58));
    if is_1b { 21 } else { u16::from(level).saturating_mul(2) }
}

/// RFC 6184 §8.2.2: our parameters for an answer. The level is ours if both sides allow asymmetry, else the lower one.
pub(crate) fn answered_parameters(ours: &str, theirs: &str) -> String {
    let allows = |parameters: &str| parameter(parameters, "level-asymmetry-allowed") == Some("1");
    let (Some(our_id), Some(their_id)) = (profile_level_id(ours), profile_level_id(theirs)) else {
        return ours.to_owned();
    };
    if (allows(ours) && allows(theirs)) || level(our_id) <= level(their_id) {
        return ours.to_owned();
    }
    let [their_idc, their_iop, their_level] = their_id;
    // Same profile, so idc and constraint bits of theirs describe ours too; taking all three keeps level 1b right.
    let id = format!("{their_idc:02x}{their_iop:02x}{their_level:02x}");
    let pairs = ours.split(';').map(|pair| match pair.split_once('=') {
        Some((name, _)) if name.trim().eq_ignore_ascii_case("profile-level-id") => format!("{}={id}", name.trim()),
        _ => pair.trim().to_owned(),
    });
    pairs.collect::<Vec<_>>().join(";")
}
