//! The client's side of a request: when to send it again, and when to give up (RFC 8489 §6.2).

use crate::TransactionId;
use core::time::Duration;
use peerline_edge::Time;

/// How a request is repeated over UDP (RFC 8489 §6.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retransmission {
    /// The first retransmission timeout; it doubles each time. 500 ms.
    pub rto: Duration,
    /// Rc: how often the request is sent. 7.
    pub max_transmissions: u32,
    /// Rm: how many RTOs to wait after the last time. 16.
    pub last_wait: u32,
}

impl Default for Retransmission {
    fn default() -> Self {
        Self { rto: Duration::from_millis(500), max_transmissions: 7, last_wait: 16 }
    }
}

impl Retransmission {
    /// A request that is sent once and given up after `timeout`: over TCP (RFC 8489 §6.2.2, Ti is 39.5 s), or a probe.
    #[must_use]
    pub const fn once(timeout: Duration) -> Self {
        Self { rto: timeout, max_transmissions: 1, last_wait: 1 }
    }

    /// How long after the first time a request is given up: 39.5 s by default.
    #[must_use]
    pub fn total(&self) -> Duration {
        let doublings = self.max_transmissions.saturating_sub(1).min(31);
        let until_last = self.rto.saturating_mul((1u32 << doublings) - 1);
        until_last.saturating_add(self.rto.saturating_mul(self.last_wait))
    }
}

/// What to do with a request now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing before [`Transaction::deadline`].
    Wait,
    /// Send it again.
    Retransmit,
    /// Give up.
    TimedOut,
}

/// A request that waits for its response.
#[derive(Clone, Copy, Debug)]
pub struct Transaction {
    id: TransactionId,
    retransmission: Retransmission,
    first_sent: Time,
    sent: u32,
    interval: Duration,
    deadline: Time,
}

impl Transaction {
    /// A request that is sent for the first time now.
    #[must_use]
    pub fn start(now: Time, id: TransactionId, retransmission: Retransmission) -> Self {
        let mut transaction =
            Self { id, retransmission, first_sent: now, sent: 0, interval: retransmission.rto, deadline: now };
        transaction.count(now);
        transaction
    }

    /// Notes that the request was sent now and sets the next deadline.
    fn count(&mut self, now: Time) {
        self.sent += 1;
        if self.sent < self.retransmission.max_transmissions {
            self.deadline = now + self.interval;
            // RFC 8489 §6.2.1: the RTO doubles after each retransmission.
            self.interval = self.interval.saturating_mul(2);
        } else {
            self.deadline = now + self.retransmission.rto.saturating_mul(self.retransmission.last_wait);
        }
    }

    /// What is due. A [`Step::Retransmit`] counts as done.
    pub fn step(&mut self, now: Time) -> Step {
        if now < self.deadline {
            Step::Wait
        } else if self.sent >= self.retransmission.max_transmissions {
            Step::TimedOut
        } else {
            self.count(now);
            Step::Retransmit
        }
    }

    /// Sends it no more, but goes on waiting for the response until `deadline` (RFC 8445 §7.3.1.4).
    pub fn stop_retransmitting(&mut self, deadline: Time) {
        self.retransmission.max_transmissions = self.sent;
        self.deadline = deadline;
    }

    /// The transaction id.
    #[must_use]
    pub const fn id(&self) -> TransactionId {
        self.id
    }

    /// When to call [`Self::step`].
    #[must_use]
    pub const fn deadline(&self) -> Time {
        self.deadline
    }

    /// How often it was sent.
    #[must_use]
    pub const fn sent(&self) -> u32 {
        self.sent
    }

    /// When it was first sent.
    #[must_use]
    pub const fn first_sent(&self) -> Time {
        self.first_sent
    }

    /// The round-trip time if the response comes now. `None` if it was sent more than once: then nobody knows which one was
    /// answered (RFC 8489 §6.2.1, Karn's algorithm).
    #[must_use]
    pub fn round_trip_time(&self, now: Time) -> Option<Duration> {
        (self.sent == 1).then(|| now - self.first_sent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sends_at_the_times_of_rfc_8489_and_gives_up_after_39_5_seconds() {
        let mut transaction = Transaction::start(Time::ZERO, TransactionId([0; 12]), Retransmission::default());
        let mut sent = vec![0];
        let end = loop {
            let now = transaction.deadline();
            assert_eq!(transaction.step(now - Duration::from_nanos(1)), Step::Wait);
            match transaction.step(now) {
                Step::Retransmit => sent.push(now.since_epoch().as_millis()),
                Step::TimedOut => break now,
                Step::Wait => panic!("the deadline is due"),
            }
        };
        assert_eq!(sent, [0, 500, 1500, 3500, 7500, 15_500, 31_500]);
        assert_eq!(end, Time::from_millis(39_500));
        assert_eq!(Retransmission::default().total(), Duration::from_millis(39_500));
    }

    #[test]
    fn measures_the_round_trip_only_if_it_was_sent_once() {
        let mut transaction = Transaction::start(Time::ZERO, TransactionId([0; 12]), Retransmission::default());
        assert_eq!(transaction.round_trip_time(Time::from_millis(70)), Some(Duration::from_millis(70)));
        assert_eq!(transaction.step(Time::from_millis(500)), Step::Retransmit);
        assert_eq!(transaction.round_trip_time(Time::from_millis(570)), None);
    }

    #[test]
    fn a_stopped_one_waits_for_the_response_without_sending() {
        let mut transaction = Transaction::start(Time::ZERO, TransactionId([0; 12]), Retransmission::default());
        transaction.stop_retransmitting(Time::from_millis(3000));
        assert_eq!(transaction.step(Time::from_millis(2999)), Step::Wait);
        assert_eq!(transaction.step(Time::from_millis(3000)), Step::TimedOut);
    }
}
