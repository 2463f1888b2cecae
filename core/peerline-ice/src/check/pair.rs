//! A candidate pair (RFC 8445 §6.1.2).

use super::{CheckKind, Request};
use crate::consent::Consent;
use crate::{CandidateId, Component, PairId, PairState, PairStats};
use core::time::Duration;
use peerline_edge::{FiveTuple, Time};
use peerline_stun::TransactionId;

/// A pair of a local and a remote candidate.
#[derive(Debug)]
pub(crate) struct Pair {
    pub(crate) id: PairId,
    pub(crate) component: Component,
    /// The base at first; the mapped address once a check has shown it (RFC 8445 §7.2.5.3.2).
    pub(crate) local: CandidateId,
    pub(crate) remote: CandidateId,
    pub(crate) path: FiveTuple,
    pub(crate) priority: u64,
    /// Interned foundations of both candidates.
    pub(crate) foundation: (u16, u16),
    pub(crate) state: PairState,
    pub(crate) validity: Validity,
    /// The controlling agent: its nominating check is under way. The controlled agent: it is nominated once it is valid.
    pub(crate) to_nominate: bool,
    pub(crate) nominated: bool,
    /// An authenticated check came in on it, or was answered: data may come on it.
    pub(crate) authentic: bool,
    pub(crate) requests: Vec<Request>,
    pub(crate) consent: Consent,
    pub(crate) stats: PairStats,
}

/// Whether a pair may carry data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Validity {
    /// No check has succeeded.
    Unknown,
    /// In the valid list (RFC 8445 §7.2.5.3.2) since then.
    Since(Time),
    /// RFC 7675 §5.1: consent expired; these credentials can't get it back on this five-tuple.
    Revoked,
}

/// More outstanding requests than this on one pair are forgotten, the oldest first.
const MAX_REQUESTS: usize = 32;

impl Pair {
    /// True if it is in the valid list and the consent to send on it lasts.
    pub(crate) fn is_usable(&self, now: Time) -> bool {
        matches!(self.validity, Validity::Since(_)) && now < self.consent.expires
    }

    /// True if its check has not been decided.
    pub(crate) const fn is_pending(&self) -> bool {
        matches!(self.state, PairState::Frozen | PairState::Waiting | PairState::InProgress)
    }

    /// Keeps a request that is sent now; returns the id of one that had to make room.
    pub(crate) fn push_request(&mut self, request: Request) -> Option<TransactionId> {
        match request.kind {
            CheckKind::Check | CheckKind::Nomination => self.stats.requests_sent += 1,
            CheckKind::Consent | CheckKind::Probe => self.stats.consent_requests_sent += 1,
        }
        let oldest = (self.requests.len() >= MAX_REQUESTS).then(|| self.requests.remove(0).id());
        self.requests.push(request);
        oldest
    }

    pub(crate) fn take_request(&mut self, id: TransactionId) -> Option<Request> {
        let place = self.requests.iter().position(|request| request.id() == id)?;
        Some(self.requests.remove(place))
    }

    /// Sends no unanswered check again.
    pub(crate) fn cancel_requests(&mut self, now: Time, wait: Duration) {
        self.requests.iter_mut().for_each(|request| request.cancel(now, wait));
    }

    /// Notes an answer.
    pub(crate) fn count_response(&mut self, round_trip_time: Option<Duration>) {
        self.stats.responses_received += 1;
        if let Some(rtt) = round_trip_time {
            self.stats.current_round_trip_time = Some(rtt);
            self.stats.total_round_trip_time += rtt;
        }
    }
}
