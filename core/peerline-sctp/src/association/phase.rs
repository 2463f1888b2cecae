//! The states of an association, each with what exists only in it (RFC 9260 §4).

use super::link::Link;
use crate::receive::streams::Streams;
use bytes::Bytes;
use core::time::Duration;
use peerline_edge::Time;

/// A chunk that is repeated until it is answered (T1 and T2).
#[derive(Clone, Copy, Debug)]
pub(super) struct Retry {
    /// When to repeat it; `None`: send at the next poll.
    again: Option<Time>,
    pub(super) timeout: Duration,
    attempts: u32,
}

impl Retry {
    /// To be sent at the next poll.
    pub(super) const fn new(timeout: Duration) -> Self {
        Self { again: None, timeout, attempts: 0 }
    }

    pub(super) const fn is_due(&self) -> bool {
        self.again.is_none()
    }

    /// It was sent.
    pub(super) fn sent(&mut self, now: Time) {
        self.again = Some(now + self.timeout);
        self.attempts = self.attempts.saturating_add(1);
    }

    /// Send it with the next packet without counting an attempt.
    pub(super) const fn now(&mut self) {
        self.again = None;
    }

    pub(super) const fn deadline(&self) -> Option<Time> {
        self.again
    }

    /// The timer: `None` if it is not due, else whether another attempt is left.
    pub(super) fn handle_timeout(&mut self, now: Time, max_attempts: u32, max_timeout: Duration) -> Option<bool> {
        self.again.filter(|at| *at <= now)?;
        self.again = None;
        self.timeout = self.timeout.saturating_mul(2).min(max_timeout);
        Some(self.attempts <= max_attempts)
    }
}

/// How far a graceful end has come (RFC 9260 §9.2).
#[derive(Clone, Copy, Debug)]
pub(super) enum Closing {
    /// ESTABLISHED.
    No,
    /// SHUTDOWN-PENDING: data is still out.
    Pending,
    /// SHUTDOWN-SENT.
    Sent(Retry),
    /// SHUTDOWN-RECEIVED: data is still out.
    Received,
    /// SHUTDOWN-ACK-SENT.
    AckSent(Retry),
}

/// The state.
#[derive(Debug)]
pub(super) enum Phase {
    /// CLOSED, and no INIT sent. A peer's INIT is answered and costs no state.
    Closed,
    /// COOKIE-WAIT.
    CookieWait { t1: Retry, since: Time },
    /// COOKIE-ECHOED.
    CookieEchoed { t1: Retry, cookie: Bytes, link: Box<Link> },
    /// ESTABLISHED and everything until the end. `guard` is when a shutdown that does not finish is cut short (T5).
    Up { link: Box<Link>, closing: Closing, guard: Option<Time> },
    /// CLOSED for good; what was not read can still be. `peer_tag` answers a SHUTDOWN ACK that comes again.
    Ended { unread: Streams },
}
