//! What `getUserMedia` and `applyConstraints` decide (W3C mediacapture-main §11, §13): which device, with which settings.
//!
//! - [`Property`]: the constrainable properties, with their W3C names.
//! - [`Constraints`], [`ConstraintSet`], [`Constraint`]: what the application asks for.
//! - [`Device`], [`Capabilities`]: what there is; [`synthetic_devices`] are made up, the same on every machine.
//! - [`select`]: the SelectSettings algorithm over devices; [`Selection`] or [`Overconstrained`].
//! - [`fitness_distance`]: how far settings are from a constraint set.
//! - [`picture`], [`tone`]: what the synthetic devices see and hear.
//!
//! Nothing here opens a device or keeps time.
//!
//! ```
//! use peerline_capture::{Constraint, ConstraintSet, Constraints, Kind, Property, select, synthetic_devices};
//!
//! let devices = synthetic_devices(7);
//! let wide = ConstraintSet::new().with(Property::Width, Constraint::ideal(1280)).with(Property::FrameRate, Constraint::ideal(20));
//! let selection = select(&devices, Kind::Video, &Constraints::from(wide)).unwrap();
//! assert_eq!(selection.settings.number(Property::Width), Some(1280.0));
//! assert_eq!(selection.settings.number(Property::FrameRate), Some(20.0));
//! ```

#![forbid(unsafe_code)]

mod capabilities;
mod constraint;
mod device;
mod fitness;
mod geometry;
mod pattern;
mod property;
mod required;
mod select;
mod settings;
mod value;

pub use capabilities::{Capabilities, Domain};
pub use constraint::{Constraint, ConstraintSet, Constraints};
pub use device::{Device, Mode, synthetic_devices, synthetic_display};
pub use fitness::{Position, fitness_distance};
pub use pattern::{picture, tone};
pub use property::{Kind, Property};
pub use select::{MAX_STRING_LENGTH, Overconstrained, Selection, refused_for_selection, select};
pub use settings::Settings;
pub use value::Value;
