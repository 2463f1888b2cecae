//! When to send a SACK (RFC 9260 §6.2): at once for a gap, a duplicate or the I bit, else after the burst or a short delay.

use core::time::Duration;
use peerline_edge::Time;

/// Bounds of the delay; the RFC allows 200 ms at most by default.
const MIN_DELAY: Duration = Duration::from_millis(10);
const MAX_DELAY: Duration = Duration::from_millis(100);

/// What is owed to the peer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum AckSchedule {
    /// Nothing new came in.
    #[default]
    Idle,
    /// One packet with DATA came in; acknowledge with the next packet or at the deadline.
    Delayed(Time),
    /// Acknowledge at the next poll: that is after the whole burst.
    Due,
}

impl AckSchedule {
    /// A packet with DATA was taken in; `at_once` if it left a gap, was a duplicate, or asked for it.
    pub(crate) fn on_packet(&mut self, now: Time, at_once: bool, srtt: Option<Duration>) {
        *self = match self {
            // RFC 9260 §6.2: SHOULD acknowledge at least every second packet.
            _ if at_once => Self::Due,
            Self::Delayed(_) | Self::Due => Self::Due,
            Self::Idle => Self::Delayed(now + (srtt.unwrap_or(MAX_DELAY) / 2).clamp(MIN_DELAY, MAX_DELAY)),
        };
    }

    pub(crate) const fn on_timeout(&mut self, now: Time) {
        if let Self::Delayed(at) = *self
            && at.since_epoch().as_nanos() <= now.since_epoch().as_nanos()
        {
            *self = Self::Due;
        }
    }

    pub(crate) const fn deadline(self) -> Option<Time> {
        match self {
            Self::Delayed(at) => Some(at),
            Self::Idle | Self::Due => None,
        }
    }
}
