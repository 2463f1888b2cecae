//! What the check found.

use serde::Serialize;
use std::fmt;

/// One thing that worked.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// What.
    pub name: &'static str,
    /// More about it; empty if there is nothing to say.
    pub detail: String,
    /// Milliseconds since the check began.
    pub at_ms: f64,
    /// Milliseconds since the step before.
    pub took_ms: f64,
}

/// A check that passed.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CheckReport {
    /// All steps, in order.
    pub steps: Vec<Step>,
    /// Bytes of payload that were sent.
    pub bytes: u64,
    /// Megabytes (10⁶) of payload a second.
    pub throughput: f64,
    /// SHA-256 of the payload at both ends.
    pub sha256: String,
}

/// A check that failed: what could not be done, and why.
#[derive(Clone, Debug, thiserror::Error)]
#[error("could not {step}: {reason}")]
pub struct CheckError {
    /// What could not be done.
    pub step: &'static str,
    /// Why.
    pub reason: String,
}

impl CheckError {
    pub(crate) fn new(step: &'static str, reason: impl fmt::Display) -> Self {
        Self { step, reason: reason.to_string() }
    }

    pub(crate) fn silent(step: &'static str) -> Self {
        Self { step, reason: "nothing happened for 30 seconds".to_owned() }
    }
}
