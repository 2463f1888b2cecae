//! Tests of the whole crate: round trips, errors with their lines, hostile text.
