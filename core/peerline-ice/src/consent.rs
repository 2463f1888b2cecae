//! Consent to send, and whether a pair is alive (RFC 7675 §5.1; W3C `disconnected`).
//!
//! 1. Every answered check grants consent for 30 s.
//! 2. On a pair in use a consent check goes out every 4 to 6 s, once, never repeated.
//! 3. While one is unanswered, probes follow at a faster pace: one lost packet must not look like a lost peer.
//! 4. A pair that was silent for 5 s, and did not answer for half of that, is disconnected; anything authentic that arrives ends it.
//! 5. If the other side is heard on a new way, the present one is asked at once, and may be left after half a second of silence.
//! 6. After 30 s without an answer consent is gone for good.

use crate::config::Timing;
use core::time::Duration;
use peerline_edge::{Deadline, Rng, Time};

/// The consent of one pair.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Consent {
    /// Until when it may be sent to.
    pub(crate) expires: Time,
    /// When the next consent check goes out.
    next_check: Time,
    /// When anything authentic last came from the other side.
    pub(crate) last_heard: Time,
    /// The first check after `last_heard` that has not been answered.
    unanswered: Option<Unanswered>,
    /// The other side was heard on a new way: perhaps it has left this one.
    suspected: Option<Time>,
}

#[derive(Clone, Copy, Debug)]
struct Unanswered {
    since: Time,
    next_probe: Time,
}

/// What is due on a pair in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    Nothing,
    Check,
    Probe,
}

impl Consent {
    /// A check was answered.
    pub(crate) fn grant(&mut self, now: Time, timing: &Timing, rng: &mut Rng) {
        let first = self.expires <= now;
        self.expires = now + timing.consent_timeout;
        if first {
            self.next_check = now + period(timing, rng);
        }
        self.heard(now);
    }

    /// A lite agent has no answers; the other side's checks stand for them.
    pub(crate) fn grant_by_request(&mut self, now: Time, timing: &Timing) {
        self.expires = now + timing.consent_timeout;
        self.heard(now);
    }

    /// Something authentic came.
    pub(crate) fn heard(&mut self, now: Time) {
        self.last_heard = now;
        self.unanswered = None;
        self.suspected = None;
    }

    /// The other side was heard on a new way: asks at once whether it still is on this one.
    pub(crate) fn suspect(&mut self, now: Time) {
        self.unanswered.get_or_insert(Unanswered { since: now, next_probe: now });
        self.suspected.get_or_insert(now);
    }

    /// From when on a suspected pair may be replaced by the new way, if nothing comes.
    pub(crate) fn replaceable_from(&self, round_trip_time: Duration, timing: &Timing) -> Option<Time> {
        Some(self.suspected? + (timing.probe_interval * 2).max(round_trip_time * 3))
    }

    /// What is due now on a pair in use; it counts as done.
    pub(crate) fn step(&mut self, now: Time, round_trip_time: Duration, timing: &Timing, rng: &mut Rng) -> Due {
        if now >= self.next_check {
            self.next_check = now + period(timing, rng);
            // An answer that is still on its way is no reason to probe.
            let next_probe = now + timing.probe_interval.max(round_trip_time * 2);
            self.unanswered.get_or_insert(Unanswered { since: now, next_probe });
            return Due::Check;
        }
        match &mut self.unanswered {
            Some(unanswered) if now >= unanswered.next_probe => {
                // Once it is disconnected, there is no hurry.
                let silent = now - unanswered.since >= timing.disconnected_timeout;
                unanswered.next_probe = now + timing.probe_interval * if silent { 2 } else { 1 };
                Due::Probe
            }
            _ => Due::Nothing,
        }
    }

    /// From when on the pair counts as disconnected if nothing comes.
    fn silent_from(&self, timing: &Timing, lite: bool) -> Option<Time> {
        if lite {
            // The other side's consent checks come at least every 6 s: two of them are missing then.
            return Some(self.last_heard + timing.disconnected_timeout.max(timing.consent_interval.mul_f32(2.4)));
        }
        let since = self.unanswered?.since;
        Some((self.last_heard + timing.disconnected_timeout).max(since + timing.disconnected_timeout / 2))
    }

    /// True if the pair is disconnected.
    pub(crate) fn is_silent(&self, now: Time, timing: &Timing, lite: bool) -> bool {
        self.silent_from(timing, lite).is_some_and(|from| now >= from)
    }

    /// When a pair in use needs attention next.
    pub(crate) fn deadline(&self, now: Time, timing: &Timing, lite: bool) -> Option<Deadline> {
        let mut deadline = Some(Deadline::new(self.expires, "ice consent expiry"));
        if !lite {
            deadline = Deadline::earliest(deadline, Some(Deadline::new(self.next_check, "ice consent check")));
        }
        if let (Some(unanswered), false) = (self.unanswered, lite) {
            deadline = Deadline::earliest(deadline, Some(Deadline::new(unanswered.next_probe, "ice probe")));
        }
        let silent = self.silent_from(timing, lite).filter(|from| *from > now);
        Deadline::earliest(deadline, silent.map(|from| Deadline::new(from, "ice disconnected")))
    }
}

/// RFC 7675 §5.1: each interval MUST be 0.8 to 1.2 times the basic period.
fn period(timing: &Timing, rng: &mut Rng) -> Duration {
    timing.consent_interval.mul_f64(0.8 + 0.4 * rng.unit())
}
