//! A token bucket: so many a second in the long run, so many at once after a pause.

use core::time::Duration;
use peerline_edge::Time;

/// Tokens, counted in nanoseconds of waiting so that no rounding loses any.
#[derive(Clone, Debug)]
pub(crate) struct Bucket {
    /// How long one token takes to come.
    cost: Duration,
    /// The most that may be saved up.
    full: Duration,
    saved: Duration,
    last: Time,
}

impl Bucket {
    /// A full bucket. A `rate` of 0 gives tokens once a day.
    pub(crate) fn new(now: Time, rate: u32, burst: u32) -> Self {
        let cost = Duration::from_secs(1).checked_div(rate).unwrap_or(Duration::from_secs(86_400));
        let full = cost.saturating_mul(burst.max(1));
        Self { cost, full, saved: full, last: now }
    }

    /// True if there is a token.
    pub(crate) fn has(&mut self, now: Time) -> bool {
        let gained = now.saturating_since(self.last);
        self.last = now.max(self.last);
        self.saved = self.saved.saturating_add(gained).min(self.full);
        self.saved >= self.cost
    }

    /// Takes a token, if there is one.
    pub(crate) fn take(&mut self, now: Time) -> bool {
        if !self.has(now) {
            return false;
        }
        self.saved = self.saved.saturating_sub(self.cost);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_its_burst_at_once_and_then_its_rate() {
        let mut bucket = Bucket::new(Time::ZERO, 10, 5);
        assert_eq!((0..100).filter(|_| bucket.take(Time::ZERO)).count(), 5);
        let later = Time::from_millis(1000);
        assert_eq!((0..100).filter(|_| bucket.take(later)).count(), 5, "never more than the burst");
        let taken = (0..1000u64).filter(|i| bucket.take(later + Duration::from_millis(*i))).count();
        assert!((9..=11).contains(&taken), "{taken}");
    }

    #[test]
    fn a_clock_that_steps_back_gives_nothing() {
        let mut bucket = Bucket::new(Time::from_millis(500), 1, 1);
        assert!(bucket.take(Time::from_millis(500)));
        assert!(!bucket.take(Time::ZERO));
        assert!(!bucket.take(Time::from_millis(501)));
    }
}
