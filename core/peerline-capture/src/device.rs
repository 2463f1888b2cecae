//! Devices: what they are called and what they can do. The synthetic ones are the same on every machine.

use crate::capabilities::{Capabilities, Domain};
use crate::property::{Kind, Property};
use crate::value::Value;

/// A resolution and frame rate that a camera gives by itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mode {
    /// Pixels a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Frames a second.
    pub frame_rate: f64,
}

/// A source of media: `InputDeviceInfo` knows this much of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Device {
    /// `deviceId`.
    pub id: String,
    /// `groupId`: devices in one housing have the same.
    pub group_id: String,
    /// `label`.
    pub label: String,
    /// What it gives.
    pub kind: Kind,
    /// What it can do.
    pub capabilities: Capabilities,
    /// The native modes of a camera; the first is what it starts with. None for a microphone.
    pub modes: Vec<Mode>,
}

/// Two cameras (one faces the user, the other the environment) and a microphone in the housing of the first; the first of a kind is the
/// default. The ids depend on `salt` and on nothing else: give each origin or process its own.
#[must_use]
pub fn synthetic_devices(salt: u64) -> Vec<Device> {
    let front = identifier(salt, "housing/front");
    let back = identifier(salt, "housing/back");
    vec![
        microphone(identifier(salt, "microphone"), front.clone(), "Synthetic Microphone"),
        camera(identifier(salt, "camera/user"), front, "Synthetic Camera", "user", &HD),
        camera(identifier(salt, "camera/environment"), back, "Synthetic Rear Camera", "environment", &FULL_HD),
    ]
}

/// A made-up screen for `getDisplayMedia`: it is never listed among the devices.
#[must_use]
pub fn synthetic_display(salt: u64) -> Device {
    let modes: Vec<_> = [30.0, 60.0].map(|frame_rate| Mode { width: 1920, height: 1080, frame_rate }).to_vec();
    let (id, group_id) = (identifier(salt, "display"), identifier(salt, "housing/display"));
    let capabilities = video_capabilities(&modes, &id, &group_id)
        .with(Property::DisplaySurface, Domain::OneOf(vec!["monitor".into()]));
    Device { id, group_id, label: "Synthetic Screen".to_owned(), kind: Kind::Video, capabilities, modes }
}

const HD: [(u32, u32); 5] = [(640, 480), (1280, 720), (640, 360), (320, 240), (160, 120)];
const FULL_HD: [(u32, u32); 6] = [(640, 480), (1920, 1080), (1280, 720), (640, 360), (320, 240), (160, 120)];

fn camera(id: String, group_id: String, label: &str, facing: &str, sizes: &[(u32, u32)]) -> Device {
    let modes: Vec<_> = sizes
        .iter()
        .flat_map(|&(width, height)| [30.0, 60.0, 15.0].map(|frame_rate| Mode { width, height, frame_rate }))
        .collect();
    let capabilities = video_capabilities(&modes, &id, &group_id)
        .with(Property::FacingMode, Domain::OneOf(vec![facing.into()]))
        .with(Property::BackgroundBlur, switch(false))
        .with(Property::BackgroundSegmentationMask, switch(false))
        .with(Property::EyeGazeCorrection, switch(false))
        .with(Property::FaceFraming, switch(false));
    Device { id, group_id, label: label.to_owned(), kind: Kind::Video, capabilities, modes }
}

/// What every video source has; its geometry is told as ranges although some pairs are impossible together.
fn video_capabilities(modes: &[Mode], id: &str, group_id: &str) -> Capabilities {
    let width = modes.iter().map(|mode| f64::from(mode.width)).fold(1.0, f64::max);
    let height = modes.iter().map(|mode| f64::from(mode.height)).fold(1.0, f64::max);
    let frame_rate = modes.iter().map(|mode| mode.frame_rate).fold(0.0, f64::max);
    let whole = |max, default| Domain::Range { min: 1.0, max, default, whole: true };
    Capabilities::default()
        .with(Property::DeviceId, Domain::Identity(id.to_owned()))
        .with(Property::GroupId, Domain::Identity(group_id.to_owned()))
        .with(Property::Width, whole(width, 640.0))
        .with(Property::Height, whole(height, 480.0))
        .with(Property::AspectRatio, Domain::Range { min: 1.0 / height, max: width, default: 4.0 / 3.0, whole: false })
        .with(Property::FrameRate, Domain::Range { min: 0.0, max: frame_rate, default: 30.0, whole: false })
        .with(Property::ResizeMode, Domain::OneOf(vec!["none".into(), "crop-and-scale".into()]))
}

fn microphone(id: String, group_id: String, label: &str) -> Device {
    let echo: Vec<Value> = vec![true.into(), false.into(), "all".into(), "remote-only".into()];
    let capabilities = Capabilities::default()
        .with(Property::DeviceId, Domain::Identity(id.clone()))
        .with(Property::GroupId, Domain::Identity(group_id.clone()))
        .with(
            Property::SampleRate,
            Domain::Numbers { values: vec![8000.0, 16000.0, 44100.0, 48000.0], default: 48000.0 },
        )
        .with(Property::SampleSize, Domain::Numbers { values: vec![16.0], default: 16.0 })
        .with(Property::ChannelCount, Domain::Range { min: 1.0, max: 2.0, default: 1.0, whole: true })
        .with(Property::Latency, Domain::Range { min: 0.01, max: 0.1, default: 0.01, whole: false })
        .with(Property::EchoCancellation, Domain::OneOf(echo))
        .with(Property::AutoGainControl, switch(true))
        .with(Property::NoiseSuppression, switch(true))
        .with(Property::VoiceIsolation, switch(false));
    Device { id, group_id, label: label.to_owned(), kind: Kind::Audio, capabilities, modes: Vec::new() }
}

/// On and off, and which of them if nobody asks.
fn switch(default: bool) -> Domain {
    Domain::OneOf(vec![default.into(), (!default).into()])
}

/// 64 hexadecimal digits that nobody reads anything from: a mix of salt and name. It keeps devices apart; it keeps no secret.
fn identifier(salt: u64, name: &str) -> String {
    let mut state = name.bytes().fold(mix(salt), |state, byte| mix(state ^ u64::from(byte)));
    let mut next = || {
        state = mix(state);
        state
    };
    format!("{:016x}{:016x}{:016x}{:016x}", next(), next(), next(), next())
}

/// The finalizer of SplitMix64.
const fn mix(state: u64) -> u64 {
    let state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    state ^ (state >> 31)
}
