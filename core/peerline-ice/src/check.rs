//! Connectivity checks (RFC 8445 §6, §7): pairs, checklist, requests, nomination.

mod checklist;
pub(crate) mod nomination;
mod pair;
mod request;

pub(crate) use checklist::{Checklist, NewPair};
pub(crate) use pair::{Pair, Validity};
pub(crate) use request::{CheckKind, Request};
