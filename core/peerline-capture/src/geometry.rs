//! Width, height, aspect ratio, frame rate and resize mode of a camera: the properties that hang together.
//!
//! With `none` a camera gives one of its modes; with `crop-and-scale` any smaller picture out of one, at any lower frame rate.

use crate::constraint::ConstraintSet;
use crate::device::Mode;
use crate::fitness::{Position, ideals, relative};
use crate::property::Property;
use crate::required::Required;
use crate::settings::Settings;
use crate::value::Value;

/// The properties that this file decides.
pub(crate) const PROPERTIES: [Property; 5] =
    [Property::ResizeMode, Property::Width, Property::Height, Property::AspectRatio, Property::FrameRate];

/// What most applications expect if they ask for nothing (§13.3, the note on defaults).
const DEFAULT: Mode = Mode { width: 640, height: 480, frame_rate: 30.0 };

/// A picture format out of a mode.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Format {
    pub(crate) native: Mode,
    width: f64,
    height: f64,
    frame_rate: f64,
    crops: bool,
}

impl Format {
    /// Writes it down as settings.
    pub(crate) fn describe(&self, settings: &mut Settings) {
        settings.set(Property::Width, self.width);
        settings.set(Property::Height, self.height);
        settings.set(Property::AspectRatio, aspect_ratio(self.width, self.height));
        settings.set(Property::FrameRate, self.frame_rate);
        settings.set(Property::ResizeMode, if self.crops { "crop-and-scale" } else { "none" });
    }

    /// How good it is: fitness distance first; then what the camera gives by itself, undistorted, and near to the defaults.
    fn cost(&self, ideal: &Ideal) -> [f64; 5] {
        let distance = ideal.distance(self);
        let native = aspect_ratio(f64::from(self.native.width), f64::from(self.native.height));
        let shape = relative(aspect_ratio(self.width, self.height), native);
        let size = relative(self.width, f64::from(DEFAULT.width)) + relative(self.height, f64::from(DEFAULT.height));
        let rate =
            relative(self.frame_rate, DEFAULT.frame_rate) + relative(self.native.frame_rate, DEFAULT.frame_rate) / 16.0;
        let derived = f64::from(u8::from(self.crops));
        [distance, derived, shape, rate, size]
    }
}

/// The wishes.
struct Ideal {
    width: Option<f64>,
    height: Option<f64>,
    aspect_ratio: Option<f64>,
    frame_rate: Option<f64>,
    resize_mode: Vec<Value>,
}

impl Ideal {
    fn of(basic: &ConstraintSet) -> Self {
        let values = |property| basic.get(property).map_or(&[][..], |constraint| ideals(constraint, Position::Basic));
        let number = |property| values(property).first().and_then(Value::as_number);
        Self {
            width: number(Property::Width),
            height: number(Property::Height),
            aspect_ratio: number(Property::AspectRatio),
            frame_rate: number(Property::FrameRate),
            resize_mode: values(Property::ResizeMode).to_vec(),
        }
    }

    fn distance(&self, format: &Format) -> f64 {
        let mode = Value::from(if format.crops { "crop-and-scale" } else { "none" });
        let of = |ideal: Option<f64>, actual: f64| ideal.map_or(0.0, |ideal| relative(actual, ideal));
        of(self.width, format.width)
            + of(self.height, format.height)
            + of(self.aspect_ratio, aspect_ratio(format.width, format.height))
            + of(self.frame_rate, format.frame_rate)
            + f64::from(u8::from(!self.resize_mode.is_empty() && !self.resize_mode.contains(&mode)))
    }
}

/// The best format that is allowed; `None` if none is.
pub(crate) fn best(modes: &[Mode], required: &Required, basic: &ConstraintSet) -> Option<Format> {
    let ideal = Ideal::of(basic);
    let allowed = |mode: &str| required.on(Property::ResizeMode).lists_have(&Value::from(mode));
    let mut best: Option<([f64; 5], Format)> = None;
    let mut consider = |format: Format| {
        let cost = format.cost(&ideal);
        if best.as_ref().is_none_or(|(least, _)| cost.partial_cmp(least).is_some_and(std::cmp::Ordering::is_lt)) {
            best = Some((cost, format));
        }
    };
    if allowed("none") {
        modes.iter().filter_map(|mode| as_is(*mode, required)).for_each(&mut consider);
    }
    if allowed("crop-and-scale") {
        for (index, mode) in modes.iter().enumerate() {
            // Among the modes of one size the frame rate decides, whatever is cut out of their pictures.
            let same_size = |other: &&Mode| (other.width, other.height) == (mode.width, mode.height);
            let is_first = !modes.iter().take(index).any(|other| same_size(&other));
            let decimated = modes.iter().filter(same_size).filter_map(|mode| decimated(*mode, required, &ideal));
            let fastest =
                decimated.min_by(|(_, a, _), (_, b, _)| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
            if let Some((mode, _, frame_rate)) = fastest.filter(|_| is_first) {
                cropped(mode, frame_rate, required, &ideal).into_iter().for_each(&mut consider);
            }
        }
    }
    best.map(|(_, format)| format)
}

/// The best frame rate that can be had from a mode by leaving frames out, and its part of the cost.
fn decimated(native: Mode, required: &Required, ideal: &Ideal) -> Option<(Mode, [f64; 2], f64)> {
    let (least, most) = required.on(Property::FrameRate).between(0.0, native.frame_rate)?;
    let frame_rate = ideal.frame_rate.unwrap_or(DEFAULT.frame_rate).clamp(least, most);
    let distance = ideal.frame_rate.map_or(0.0, |ideal| relative(frame_rate, ideal));
    Some((native, [distance, rate_cost(native, frame_rate)], frame_rate))
}

/// How far a frame rate, and that behind it, are from the defaults.
fn rate_cost(native: Mode, frame_rate: f64) -> f64 {
    relative(frame_rate, DEFAULT.frame_rate) + relative(native.frame_rate, DEFAULT.frame_rate) / 16.0
}

/// The mode itself.
fn as_is(native: Mode, required: &Required) -> Option<Format> {
    let (width, height) = (f64::from(native.width), f64::from(native.height));
    let fits = required.on(Property::Width).admits(width)
        && required.on(Property::Height).admits(height)
        && required.on(Property::AspectRatio).admits(aspect_ratio(width, height))
        && required.on(Property::FrameRate).admits(native.frame_rate);
    fits.then_some(Format { native, width, height, frame_rate: native.frame_rate, crops: false })
}

/// Pictures out of the mode that may be the best of all.
fn cropped(native: Mode, frame_rate: f64, required: &Required, ideal: &Ideal) -> Vec<Format> {
    let (full_width, full_height) = (f64::from(native.width), f64::from(native.height));
    let Some(widths) = required.on(Property::Width).whole(1.0, full_width) else { return Vec::new() };
    let Some(heights) = required.on(Property::Height).whole(1.0, full_height) else { return Vec::new() };
    let shape = required.on(Property::AspectRatio);
    let native_shape = full_width / full_height;
    let wishes = |ideal: Option<f64>, range: (f64, f64), full: f64, default: u32| {
        [Some(range.0), Some(range.1), ideal, Some(full), Some(f64::from(default))].into_iter().flatten()
    };
    let width_list: Vec<f64> = wishes(ideal.width, widths, full_width, DEFAULT.width).collect();
    // Without a word on the shape, width and height are independent: their own best values and those of the native shape do. Else every
    // height is tried with the widths where the distance has its corners.
    let shaped = ideal.aspect_ratio.is_some() || shape.min > 0.0 || shape.max < f64::INFINITY;
    let height_list: Vec<f64> = if shaped {
        std::iter::successors(Some(heights.0), |height| Some(height + 1.0))
            .take_while(|height| *height <= heights.1)
            .collect()
    } else {
        let of_widths = width_list.iter().map(|width| (width / native_shape).round());
        wishes(ideal.height, heights, full_height, DEFAULT.height).chain(of_widths).collect()
    };
    let mut found = Vec::new();
    for height in height_list.into_iter().map(|height| height.round().clamp(heights.0, heights.1)) {
        let shapes =
            [ideal.aspect_ratio.unwrap_or(native_shape), native_shape, shape.min.max(0.0), shape.max.min(full_width)];
        let corners = shapes.into_iter().flat_map(|shape| [(shape * height).floor(), (shape * height).ceil()]);
        for width in width_list.iter().copied().chain(corners).map(|width| width.round().clamp(widths.0, widths.1)) {
            if shape.admits(aspect_ratio(width, height)) {
                found.push(Format { native, width, height, frame_rate, crops: true });
            }
        }
    }
    found
}

/// Width over height, to ten decimals (§4.3.8, aspectRatio).
fn aspect_ratio(width: f64, height: f64) -> f64 {
    (width / height * 1e10).round() / 1e10
}
