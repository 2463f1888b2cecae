//! SelectSettings (mediacapture-main §13.3) over all devices of a kind, as getUserMedia step 10 and applyConstraints run it.

use crate::constraint::{Constraint, ConstraintSet, Constraints};
use crate::device::{Device, Mode};
use crate::fitness::{Position, fitness_distance, ideals, is_required};
use crate::geometry;
use crate::property::{Kind, Property};
use crate::required::Required;
use crate::settings::Settings;

/// The longest string that a constraint may have: longer than any value there is, and short enough to keep.
pub const MAX_STRING_LENGTH: usize = 500;

/// A device and the settings that were chosen for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Selection<'a> {
    /// The device.
    pub device: &'a Device,
    /// Its settings.
    pub settings: Settings,
    /// The mode that the camera must run in to give them; `None` for a microphone.
    pub native: Option<Mode>,
}

/// No device can do what is required.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overconstrained {
    /// The property that cannot be had; `None` if there is no device at all.
    pub constraint: Option<Property>,
}

/// The best device of `kind` and its settings. Give one device to choose settings for a track that exists.
///
/// # Errors
/// [`Overconstrained`] if no device satisfies the required constraints.
pub fn select<'a>(
    devices: &'a [Device],
    kind: Kind,
    constraints: &Constraints,
) -> Result<Selection<'a>, Overconstrained> {
    let devices: Vec<&Device> = devices.iter().filter(|device| device.kind == kind).collect();
    let basic = constraints.basic.of_kind(kind);
    let advanced: Vec<_> = constraints.advanced.iter().map(|set| set.of_kind(kind)).collect();
    if let Some(property) = std::iter::once(&basic).chain(&advanced).find_map(overlong) {
        return Err(Overconstrained { constraint: Some(property) });
    }
    let mut required = Required::default().and(&basic, Position::Basic);
    if best(&devices, &required, &basic).is_none() {
        return Err(Overconstrained { constraint: culprit(&devices, &basic) });
    }
    // Each advanced set whole or not at all, in order.
    for set in &advanced {
        let with_set = required.and(set, Position::Advanced);
        if best(&devices, &with_set, &basic).is_some() {
            required = with_set;
        }
    }
    best(&devices, &required, &basic).ok_or(Overconstrained { constraint: None })
}

/// getUserMedia step 10.4: the first required constraint that may not select a device, which is a `TypeError`.
#[must_use]
pub fn refused_for_selection(kind: Kind, constraints: &Constraints) -> Option<Property> {
    let basic = constraints.basic.of_kind(kind);
    let required = basic.iter().filter(|(_, constraint)| is_required(constraint, Position::Basic));
    required.map(|(property, _)| property).find(|property| !property.may_select_device())
}

/// The first device that comes nearest to the wishes.
fn best<'a>(devices: &[&'a Device], required: &Required, basic: &ConstraintSet) -> Option<Selection<'a>> {
    let candidates = devices.iter().filter_map(|device| settle(device, required, basic));
    candidates.min_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, selection)| selection)
}

/// The best settings of one device and their fitness distance.
fn settle<'a>(device: &'a Device, required: &Required, basic: &ConstraintSet) -> Option<(f64, Selection<'a>)> {
    if required.properties().any(|property| device.capabilities.get(property).is_none()) {
        return None;
    }
    let mut settings = Settings::default();
    let mut native = None;
    if !device.modes.is_empty() {
        let format = geometry::best(&device.modes, required, basic)?;
        format.describe(&mut settings);
        native = Some(format.native);
    }
    for (property, domain) in
        device.capabilities.iter().filter(|(property, _)| !geometry::PROPERTIES.contains(property))
    {
        let wishes = basic.get(property).map_or(&[][..], |constraint| ideals(constraint, Position::Basic));
        settings.set(property, required.on(property).best(domain, wishes)?);
    }
    let distance = fitness_distance(&settings, basic, Position::Basic);
    Some((distance, Selection { device, settings, native }))
}

/// "Any required constraint whose fitness distance was infinity": one that no device satisfies alone, else the one that is too much on
/// top of those before it.
fn culprit(devices: &[&Device], basic: &ConstraintSet) -> Option<Property> {
    let fails = |required: &Required| best(devices, required, &ConstraintSet::new()).is_none();
    let alone = |property: Property, constraint: &Constraint| {
        let mut required = Required::default();
        required.add(property, constraint, Position::Basic);
        fails(&required)
    };
    if let Some((property, _)) = basic.iter().find(|(property, constraint)| alone(*property, constraint)) {
        return Some(property);
    }
    let mut required = Required::default();
    basic.iter().find_map(|(property, constraint)| {
        required.add(property, constraint, Position::Basic);
        fails(&required).then_some(property)
    })
}

fn overlong(set: &ConstraintSet) -> Option<Property> {
    let too_long = |constraint: &Constraint| {
        constraint.values().any(|value| value.as_text().is_some_and(|text| text.len() > MAX_STRING_LENGTH))
    };
    set.iter().find(|(_, constraint)| too_long(constraint)).map(|(property, _)| property)
}
