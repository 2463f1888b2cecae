//! What an application asks for: `MediaTrackConstraints` (mediacapture-main §4.3.6, §13.4).

use crate::property::{Kind, Property};
use crate::value::Value;
use std::collections::BTreeMap;

/// One member of a constraint set: `ConstrainULong`, `ConstrainDouble`, `ConstrainBoolean`, `ConstrainDOMString` …
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Constraint {
    /// `min`.
    pub min: Option<f64>,
    /// `max`.
    pub max: Option<f64>,
    /// `exact`: one of these; empty if it is not given.
    pub exact: Vec<Value>,
    /// `ideal`: one of these; empty if it is not given.
    pub ideal: Vec<Value>,
    /// A bare value or list: `ideal` in the basic set, `exact` in an advanced one.
    pub bare: Vec<Value>,
}

impl Constraint {
    /// A bare value.
    #[must_use]
    pub fn bare(value: impl Into<Value>) -> Self {
        Self { bare: vec![value.into()], ..Self::default() }
    }

    /// `{exact}`.
    #[must_use]
    pub fn exact(value: impl Into<Value>) -> Self {
        Self { exact: vec![value.into()], ..Self::default() }
    }

    /// `{ideal}`.
    #[must_use]
    pub fn ideal(value: impl Into<Value>) -> Self {
        Self { ideal: vec![value.into()], ..Self::default() }
    }

    /// `{min}`.
    #[must_use]
    pub fn min(value: impl Into<f64>) -> Self {
        Self { min: Some(value.into()), ..Self::default() }
    }

    /// `{max}`.
    #[must_use]
    pub fn max(value: impl Into<f64>) -> Self {
        Self { max: Some(value.into()), ..Self::default() }
    }

    /// All values that it names, to check their form.
    pub(crate) fn values(&self) -> impl Iterator<Item = &Value> {
        self.exact.iter().chain(&self.ideal).chain(&self.bare)
    }
}

/// `MediaTrackConstraintSet`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConstraintSet(BTreeMap<Property, Constraint>);

impl ConstraintSet {
    /// The empty set.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// The same with this constraint.
    #[must_use]
    pub fn with(mut self, property: Property, constraint: Constraint) -> Self {
        self.insert(property, constraint);
        self
    }

    /// Puts a constraint in.
    pub fn insert(&mut self, property: Property, constraint: Constraint) {
        self.0.insert(property, constraint);
    }

    /// The constraint on this property.
    #[must_use]
    pub fn get(&self, property: Property) -> Option<&Constraint> {
        self.0.get(&property)
    }

    /// All constraints, in the order of [`Property`].
    pub fn iter(&self) -> impl Iterator<Item = (Property, &Constraint)> {
        self.0.iter().map(|(property, constraint)| (*property, constraint))
    }

    /// §10.2 of getUserMedia: what is not defined for this kind of track is ignored.
    pub(crate) fn of_kind(&self, kind: Kind) -> Self {
        Self(self.0.iter().filter(|(property, _)| property.applies_to(kind)).map(|(p, c)| (*p, c.clone())).collect())
    }
}

/// `MediaTrackConstraints`: a basic set, and sets that are taken in order, each whole or not at all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Constraints {
    /// Its own members.
    pub basic: ConstraintSet,
    /// `advanced`.
    pub advanced: Vec<ConstraintSet>,
}

impl From<ConstraintSet> for Constraints {
    fn from(basic: ConstraintSet) -> Self {
        Self { basic, advanced: Vec::new() }
    }
}
