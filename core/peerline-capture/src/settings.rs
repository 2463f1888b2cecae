//! `MediaTrackSettings` (mediacapture-main §4.3.7).

use crate::property::Property;
use crate::value::Value;
use std::collections::BTreeMap;

/// One value for each property that a device has.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings(BTreeMap<Property, Value>);

impl Settings {
    /// The value of a property.
    #[must_use]
    pub fn get(&self, property: Property) -> Option<&Value> {
        self.0.get(&property)
    }

    /// The value of a property whose values are numbers.
    #[must_use]
    pub fn number(&self, property: Property) -> Option<f64> {
        self.get(property).and_then(Value::as_number)
    }

    /// The value of a property whose values are strings.
    #[must_use]
    pub fn text(&self, property: Property) -> Option<&str> {
        self.get(property).and_then(Value::as_text)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (Property, &Value)> {
        self.0.iter().map(|(property, value)| (*property, value))
    }

    pub(crate) fn set(&mut self, property: Property, value: impl Into<Value>) {
        self.0.insert(property, value.into());
    }
}

impl FromIterator<(Property, Value)> for Settings {
    fn from_iter<I: IntoIterator<Item = (Property, Value)>>(settings: I) -> Self {
        Self(settings.into_iter().collect())
    }
}
