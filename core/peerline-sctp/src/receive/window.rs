//! The receive window: what we grant, and when it grows (RFC 9260 §6.2).

use core::time::Duration;
use peerline_edge::Time;

/// The round-trip time assumed before one is known.
const DEFAULT_ROUND: Duration = Duration::from_millis(100);

/// The limit of what is kept for the peer's messages. It doubles while the peer sends more than half of it in one round trip and the
/// owner keeps up with reading: then the window, not the network, is what holds the peer back.
#[derive(Debug)]
pub(super) struct Window {
    limit: usize,
    max: usize,
    /// Bytes that came in since `round_start`.
    arrived: usize,
    round_start: Time,
    /// What the last SACK granted.
    granted: usize,
}

impl Window {
    pub(super) fn new(initial: usize, max: usize, now: Time) -> Self {
        let limit = initial.clamp(4096, max.max(4096));
        Self { limit, max: max.max(limit), arrived: 0, round_start: now, granted: limit }
    }

    pub(super) const fn limit(&self) -> usize {
        self.limit
    }

    pub(super) const fn max(&self) -> usize {
        self.max
    }

    /// Data came in while `unread` bytes wait for the owner.
    pub(super) fn on_data(&mut self, now: Time, bytes: usize, unread: usize, srtt: Option<Duration>) {
        self.arrived = self.arrived.saturating_add(bytes);
        if self.arrived > self.limit / 2 {
            if unread <= self.limit / 2 {
                self.limit = self.limit.saturating_mul(2).min(self.max);
            }
            self.arrived = 0;
            self.round_start = now;
        } else if now - self.round_start > srtt.unwrap_or(DEFAULT_ROUND) {
            self.arrived = 0;
            self.round_start = now;
        }
    }

    /// True if an eighth of the window came in within the present round trip.
    pub(super) const fn is_busy(&self) -> bool {
        self.arrived > self.limit / 8
    }

    /// Messages in the making fill the window and only more data can complete them.
    pub(super) fn grow(&mut self) {
        self.limit = self.limit.saturating_mul(2).min(self.max);
    }

    pub(super) const fn grant(&mut self, a_rwnd: usize) {
        self.granted = a_rwnd;
    }

    pub(super) const fn granted(&self) -> usize {
        self.granted
    }

    /// True if the peer believes the window nearly shut and it has opened well since: worth a SACK of its own (RFC 9260 §6.2).
    pub(super) const fn reopened(&self, a_rwnd: usize) -> bool {
        self.granted < self.limit / 4 && a_rwnd >= self.limit / 2
    }
}
