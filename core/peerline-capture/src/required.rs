//! What all accepted constraint sets together demand of one property: bounds and lists.

use crate::capabilities::Domain;
use crate::constraint::{Constraint, ConstraintSet};
use crate::fitness::{Position, at_least, exact, names_nobody, same, single};
use crate::property::Property;
use crate::value::Value;
use std::collections::BTreeMap;

/// The required constraints of several sets.
#[derive(Clone, Debug, Default)]
pub(crate) struct Required(BTreeMap<Property, Demand>);

/// What is demanded of one property.
#[derive(Clone, Debug)]
pub(crate) struct Demand {
    pub(crate) min: f64,
    pub(crate) max: f64,
    /// It must be in each of these lists.
    lists: Vec<Vec<Value>>,
}

impl Default for Demand {
    fn default() -> Self {
        Self { min: f64::NEG_INFINITY, max: f64::INFINITY, lists: Vec::new() }
    }
}

impl Required {
    /// The same, and this set too.
    pub(crate) fn and(&self, set: &ConstraintSet, position: Position) -> Self {
        let mut all = self.clone();
        for (property, constraint) in set.iter() {
            all.add(property, constraint, position);
        }
        all
    }

    /// Adds one constraint; nothing happens if it requires nothing.
    pub(crate) fn add(&mut self, property: Property, constraint: &Constraint, position: Position) {
        if !crate::fitness::is_required(constraint, position) {
            return;
        }
        let demand = self.0.entry(property).or_default();
        demand.min = constraint.min.map_or(demand.min, |min| demand.min.max(min));
        demand.max = constraint.max.map_or(demand.max, |max| demand.max.min(max));
        let exact = exact(constraint, position);
        if exact.is_empty() || names_nobody(exact, property) {
            return;
        }
        if let [Value::Number(number)] = exact {
            demand.min = demand.min.max(*number);
            demand.max = demand.max.min(*number);
        } else {
            demand.lists.push(exact.to_vec());
        }
    }

    pub(crate) fn on(&self, property: Property) -> Demand {
        self.0.get(&property).cloned().unwrap_or_default()
    }

    pub(crate) fn properties(&self) -> impl Iterator<Item = Property> {
        self.0.keys().copied()
    }
}

impl Demand {
    /// Whether a number is within the bounds.
    pub(crate) fn admits(&self, number: f64) -> bool {
        at_least(number, self.min) && at_least(self.max, number) && self.lists.is_empty()
    }

    /// Whether a string or boolean is in every list.
    pub(crate) fn lists_have(&self, value: &Value) -> bool {
        self.min == f64::NEG_INFINITY
            && self.max == f64::INFINITY
            && self.lists.iter().all(|list| list.iter().any(|wanted| same(wanted, value)))
    }

    /// The whole numbers between `from` and `to` that it admits, as a range.
    pub(crate) fn whole(&self, from: f64, to: f64) -> Option<(f64, f64)> {
        let (low, high) = (from.max(self.min.ceil()), to.min(self.max.floor()));
        (low <= high && self.lists.is_empty()).then_some((low, high))
    }

    /// The numbers between `from` and `to` that it admits, as a range.
    pub(crate) fn between(&self, from: f64, to: f64) -> Option<(f64, f64)> {
        let (low, high) = (from.max(self.min), to.min(self.max));
        (low <= high && self.lists.is_empty()).then_some((low, high))
    }

    /// The value that is nearest to an ideal, else to the default; `None` if the domain has none that it admits.
    pub(crate) fn best(&self, domain: &Domain, ideals: &[Value]) -> Option<Value> {
        match domain {
            Domain::Range { min, max, default, whole } => {
                let (low, high) = if *whole { self.whole(*min, *max) } else { self.between(*min, *max) }?;
                let wanted = ideals.first().and_then(Value::as_number).unwrap_or(*default);
                Some(Value::Number(wanted.clamp(low, high)))
            }
            Domain::Numbers { values, default } => {
                let wanted = Value::Number(ideals.first().and_then(Value::as_number).unwrap_or(*default));
                let admitted = values.iter().copied().filter(|value| self.admits(*value)).map(Value::Number);
                admitted.min_by(|a, b| single(a, &wanted).total_cmp(&single(b, &wanted)))
            }
            Domain::OneOf(values) => {
                let mut admitted = values.iter().filter(|value| self.lists_have(value));
                let first = admitted.clone().next();
                admitted.find(|value| ideals.contains(value)).or(first).cloned()
            }
            Domain::Identity(id) => Some(Value::from(id.as_str())).filter(|id| self.lists_have(id)),
        }
    }
}
