//! A check that was sent and waits for its response (RFC 8445 §7.2.4, §14.3).

use crate::Role;
use core::time::Duration;
use peerline_edge::Time;
use peerline_stun::{Transaction, TransactionId};

/// Why a Binding request goes out on a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CheckKind {
    /// A connectivity check (RFC 8445 §7).
    Check,
    /// A check that nominates (RFC 8445 §8.1.1).
    Nomination,
    /// A consent check (RFC 7675 §5.1): sent once.
    Consent,
    /// Looks whether a silent pair still works: sent once.
    Probe,
}

/// A check that waits for its response.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) transaction: Transaction,
    pub(crate) kind: CheckKind,
    /// The role it claims.
    pub(crate) role: Role,
    /// The priority it claims for a peer-reflexive candidate.
    pub(crate) priority: u32,
    /// A newer one has replaced it: only its response still counts (RFC 8445 §7.3.1.4).
    pub(crate) cancelled: bool,
}

impl Request {
    pub(crate) const fn id(&self) -> TransactionId {
        self.transaction.id()
    }

    /// Sends it no more, but waits for its response as long as for a consent check.
    pub(crate) fn cancel(&mut self, now: Time, wait: Duration) {
        if !self.cancelled {
            self.cancelled = true;
            self.transaction.stop_retransmitting(now + wait);
        }
    }
}
