//! `getUserMedia` and constraints (mediacapture-main): `peerline-capture` for JavaScript.

use crate::error::{Result, type_error};
use napi::bindgen_prelude::{Either3, Int16Array, Uint8Array};
use napi_derive::napi;
use peerline_capture::{
    Constraint, ConstraintSet, Constraints, Device, Domain, Kind, Position, Property, Settings, Value,
    fitness_distance, picture, refused_for_selection, select, synthetic_devices, synthetic_display, tone,
};
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;

type NativeValue = Either3<f64, String, bool>;

#[napi(object, object_to_js = false)]
#[derive(Debug)]
pub struct NativeConstraint {
    pub min: Option<f64>,
    pub max: Option<f64>,
    pub exact: Option<Vec<NativeValue>>,
    pub ideal: Option<Vec<NativeValue>>,
    pub bare: Option<Vec<NativeValue>>,
}

#[napi(object, object_to_js = false)]
#[derive(Debug)]
pub struct NativeConstraints {
    pub basic: HashMap<String, NativeConstraint>,
    pub advanced: Vec<HashMap<String, NativeConstraint>>,
}

#[napi(object, object_from_js = false)]
#[derive(Debug)]
pub struct NativeRange {
    pub min: f64,
    pub max: f64,
}

#[napi(object, object_from_js = false)]
pub struct NativeDevice {
    pub device_id: String,
    pub group_id: String,
    pub label: String,
    pub kind: &'static str,
    pub capabilities: BTreeMap<String, Either3<NativeRange, Vec<NativeValue>, String>>,
}

#[napi(object, object_from_js = false)]
#[derive(Debug)]
pub struct NativeSelection {
    pub device_id: Option<String>,
    pub settings: Option<BTreeMap<String, NativeValue>>,
    pub native_frame_rate: Option<f64>,
    pub failed_constraint: Option<&'static str>,
}

/// The same in all threads of this process, and in no other process.
fn process_salt() -> u64 {
    static SALT: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one("devices"));
    *SALT
}

/// The devices of one process.
#[napi]
#[derive(Debug)]
pub struct CaptureDevices {
    devices: Vec<Device>,
    display: Device,
}

#[napi]
impl CaptureDevices {
    #[napi(constructor, catch_unwind)]
    #[must_use]
    pub fn new(seed: Option<f64>) -> Self {
        let salt = seed.map_or_else(process_salt, f64::to_bits);
        Self { devices: synthetic_devices(salt), display: synthetic_display(salt) }
    }

    #[napi(catch_unwind)]
    #[must_use]
    pub fn list(&self) -> Vec<NativeDevice> {
        self.devices.iter().map(NativeDevice::from).collect()
    }

    #[napi(catch_unwind)]
    #[must_use]
    pub fn display(&self) -> NativeDevice {
        NativeDevice::from(&self.display)
    }

    #[napi(catch_unwind)]
    pub fn select(
        &self,
        kind: String,
        constraints: NativeConstraints,
        device_id: Option<String>,
    ) -> Result<NativeSelection> {
        let kind = self::kind(&kind)?;
        let wanted = |device: &&Device| device_id.as_ref().is_none_or(|id| device.id == *id);
        let all = self.devices.iter().chain(device_id.is_some().then_some(&self.display));
        let devices: Vec<_> = all.filter(wanted).cloned().collect();
        Ok(match select(&devices, kind, &constraints.into_core()) {
            Ok(selection) => NativeSelection {
                device_id: Some(selection.device.id.clone()),
                settings: Some(
                    selection
                        .settings
                        .iter()
                        .map(|(property, value)| (property.name().to_owned(), to_js(value)))
                        .collect(),
                ),
                native_frame_rate: selection.native.map(|mode| mode.frame_rate),
                failed_constraint: None,
            },
            Err(failure) => NativeSelection {
                device_id: None,
                settings: None,
                native_frame_rate: None,
                failed_constraint: Some(failure.constraint.map_or("", Property::name)),
            },
        })
    }

    #[napi(catch_unwind)]
    pub fn refused_for_selection(&self, kind: String, constraints: NativeConstraints) -> Result<Option<&'static str>> {
        Ok(refused_for_selection(self::kind(&kind)?, &constraints.into_core()).map(Property::name))
    }

    #[napi(catch_unwind)]
    pub fn unsatisfied(
        &self,
        kind: String,
        constraints: NativeConstraints,
        settings: HashMap<String, NativeValue>,
    ) -> Result<Option<&'static str>> {
        let kind = self::kind(&kind)?;
        let settings: Settings = known(settings).map(|(property, value)| (property, from_js(value))).collect();
        let basic = constraints.into_core().basic;
        let broken = |(property, constraint): &(Property, &Constraint)| {
            let alone = ConstraintSet::new().with(*property, (*constraint).clone());
            property.applies_to(kind) && fitness_distance(&settings, &alone, Position::Basic).is_infinite()
        };
        let first = basic.iter().find(broken).map(|(property, _)| property.name());
        Ok(first)
    }
}

/// More pixels or frames than any device gives at once.
const MAX_AT_ONCE: u64 = 1 << 27;

#[napi(catch_unwind)]
pub fn synthetic_picture(width: u32, height: u32, number: f64) -> Result<Uint8Array> {
    if width == 0 || height == 0 || u64::from(width) * u64::from(height) > MAX_AT_ONCE {
        return Err(type_error("no device has pictures of this size"));
    }
    Ok(picture(width, height, whole(number)).into())
}

#[napi(catch_unwind)]
pub fn synthetic_tone(sample_rate: u32, channels: u32, first: f64, frames: u32) -> Result<Int16Array> {
    if u64::from(channels) * u64::from(frames) > MAX_AT_ONCE {
        return Err(type_error("no device has so many samples at once"));
    }
    Ok(tone(sample_rate, channels, whole(first), frames).into())
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a float saturates: it counts from 0")]
fn whole(number: f64) -> u64 {
    number as u64
}

impl From<&Device> for NativeDevice {
    fn from(device: &Device) -> Self {
        let capability = |domain: &Domain| match (domain, domain.range()) {
            (_, Some((min, max))) => Either3::A(NativeRange { min, max }),
            (Domain::Identity(id), None) => Either3::C(id.clone()),
            (Domain::OneOf(values), None) => Either3::B(values.iter().map(to_js).collect()),
            (Domain::Range { .. } | Domain::Numbers { .. }, None) => Either3::B(Vec::new()),
        };
        Self {
            device_id: device.id.clone(),
            group_id: device.group_id.clone(),
            label: device.label.clone(),
            kind: device.kind.as_str(),
            capabilities: device
                .capabilities
                .iter()
                .map(|(property, domain)| (property.name().to_owned(), capability(domain)))
                .collect(),
        }
    }
}

impl NativeConstraints {
    fn into_core(self) -> Constraints {
        Constraints { basic: into_set(self.basic), advanced: self.advanced.into_iter().map(into_set).collect() }
    }
}

fn into_set(set: HashMap<String, NativeConstraint>) -> ConstraintSet {
    known(set).fold(ConstraintSet::new(), |set, (property, constraint)| set.with(property, constraint.into_core()))
}

impl NativeConstraint {
    fn into_core(self) -> Constraint {
        let list = |values: Option<Vec<NativeValue>>| values.unwrap_or_default().into_iter().map(from_js).collect();
        Constraint {
            min: self.min,
            max: self.max,
            exact: list(self.exact),
            ideal: list(self.ideal),
            bare: list(self.bare),
        }
    }
}

/// The members that are properties.
fn known<T>(members: HashMap<String, T>) -> impl Iterator<Item = (Property, T)> {
    members.into_iter().filter_map(|(name, value)| Property::from_name(&name).map(|property| (property, value)))
}

fn to_js(value: &Value) -> NativeValue {
    match value {
        Value::Number(number) => Either3::A(*number),
        Value::Text(text) => Either3::B(text.clone()),
        Value::Boolean(boolean) => Either3::C(*boolean),
    }
}

fn from_js(value: NativeValue) -> Value {
    match value {
        Either3::A(number) => number.into(),
        Either3::B(text) => text.into(),
        Either3::C(boolean) => boolean.into(),
    }
}

fn kind(text: &str) -> Result<Kind> {
    match text {
        "audio" => Ok(Kind::Audio),
        "video" => Ok(Kind::Video),
        other => Err(type_error(format!("\"{other}\" is no kind of media"))),
    }
}
