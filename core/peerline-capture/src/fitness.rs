//! Fitness distance (mediacapture-main §13.3, "fitness distance").

use crate::constraint::{Constraint, ConstraintSet};
use crate::property::Property;
use crate::settings::Settings;
use crate::value::Value;

/// Where a constraint set stands: it decides what a bare value means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// The constraints' own members: a bare value is an ideal.
    Basic,
    /// A member of `advanced`: a bare value is exact.
    Advanced,
}

/// Doubles that differ by less are the same: aspect ratios are told to ten decimals.
const TOLERANCE: f64 = 1e-9;

/// How far settings are from a constraint set: 0 is what was asked for, infinity is unacceptable. Constraints on properties that are
/// not defined for this kind of track are to be left out before.
#[must_use]
pub fn fitness_distance(settings: &Settings, set: &ConstraintSet, position: Position) -> f64 {
    set.iter().map(|(property, constraint)| distance(settings.get(property), constraint, property, position)).sum()
}

fn distance(actual: Option<&Value>, constraint: &Constraint, property: Property, position: Position) -> f64 {
    if is_required(constraint, position)
        && !actual.is_some_and(|actual| satisfies(actual, constraint, property, position))
    {
        return f64::INFINITY;
    }
    let Some(actual) = actual else { return 1.0 };
    ideals(constraint, position).iter().map(|ideal| single(actual, ideal)).reduce(f64::min).unwrap_or(0.0)
}

/// Whether no settings will do that break it.
pub(crate) fn is_required(constraint: &Constraint, position: Position) -> bool {
    constraint.min.is_some() || constraint.max.is_some() || !exact(constraint, position).is_empty()
}

/// The values one of which it must be.
pub(crate) fn exact(constraint: &Constraint, position: Position) -> &[Value] {
    let bare = if position == Position::Advanced { constraint.bare.as_slice() } else { &[] };
    if constraint.exact.is_empty() { bare } else { &constraint.exact }
}

/// The values that were wished for.
pub(crate) fn ideals(constraint: &Constraint, position: Position) -> &[Value] {
    let bare = if position == Position::Basic { constraint.bare.as_slice() } else { &[] };
    if constraint.ideal.is_empty() { bare } else { &constraint.ideal }
}

fn satisfies(actual: &Value, constraint: &Constraint, property: Property, position: Position) -> bool {
    let exact = exact(constraint, position);
    if !exact.is_empty() && !exact.iter().any(|value| same(actual, value)) && !names_nobody(exact, property) {
        return false;
    }
    let Some(number) = actual.as_number() else { return constraint.min.is_none() && constraint.max.is_none() };
    constraint.min.is_none_or(|min| at_least(number, min)) && constraint.max.is_none_or(|max| at_least(max, number))
}

/// §4.3.8: the empty deviceId is as good as none.
pub(crate) fn names_nobody(exact: &[Value], property: Property) -> bool {
    property == Property::DeviceId && exact.iter().all(|value| value.as_text() == Some(""))
}

/// `a >= b` as far as doubles tell.
pub(crate) fn at_least(a: f64, b: f64) -> bool {
    a >= b - TOLERANCE * b.abs().max(1.0)
}

/// `a == b` as far as doubles tell.
pub(crate) fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => at_least(*a, *b) && at_least(*b, *a),
        (a, b) => a == b,
    }
}

/// The formulas for one ideal value.
pub(crate) fn single(actual: &Value, ideal: &Value) -> f64 {
    match (actual, ideal) {
        (Value::Number(actual), Value::Number(ideal)) => relative(*actual, *ideal),
        (actual, ideal) => f64::from(u8::from(actual != ideal)),
    }
}

/// |actual − ideal| / max(|actual|, |ideal|).
pub(crate) fn relative(actual: f64, ideal: f64) -> f64 {
    let largest = actual.abs().max(ideal.abs());
    if (actual - ideal).abs() <= TOLERANCE * largest { 0.0 } else { (actual - ideal).abs() / largest }
}
