//! `MediaTrackCapabilities` (mediacapture-main §4.3.5): which values a property of a device may have.

use crate::property::Property;
use crate::value::Value;
use std::collections::BTreeMap;

/// The values of one property.
#[derive(Clone, Debug, PartialEq)]
pub enum Domain {
    /// Any number between two; `whole` for whole numbers only.
    Range {
        /// The smallest.
        min: f64,
        /// The largest.
        max: f64,
        /// What it is if nobody asks.
        default: f64,
        /// `unsigned long`.
        whole: bool,
    },
    /// One of these numbers, in rising order; shown as a range.
    Numbers {
        /// The numbers.
        values: Vec<f64>,
        /// What it is if nobody asks.
        default: f64,
    },
    /// One of these strings or booleans; the first if nobody asks.
    OneOf(Vec<Value>),
    /// A single string that tells who the device is (`deviceId`, `groupId`).
    Identity(String),
}

impl Domain {
    /// The smallest and the largest number; `None` if the values are not numbers.
    #[must_use]
    pub fn range(&self) -> Option<(f64, f64)> {
        match self {
            Self::Range { min, max, .. } => Some((*min, *max)),
            Self::Numbers { values, .. } => Some((*values.first()?, *values.last()?)),
            Self::OneOf(_) | Self::Identity(_) => None,
        }
    }
}

/// What a device can do: `getCapabilities()`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Capabilities(BTreeMap<Property, Domain>);

impl Capabilities {
    /// The values of a property; `None` if the device does not have it.
    #[must_use]
    pub fn get(&self, property: Property) -> Option<&Domain> {
        self.0.get(&property)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (Property, &Domain)> {
        self.0.iter().map(|(property, domain)| (*property, domain))
    }

    pub(crate) fn with(mut self, property: Property, domain: Domain) -> Self {
        self.0.insert(property, domain);
        self
    }
}
