//! HEARTBEAT on an idle association (RFC 9260 §8.3).

use crate::wire::chunk;
use crate::wire::parameter;
use core::time::Duration;
use peerline_edge::Time;

/// The Heartbeat Info parameter (RFC 9260 §3.3.5).
const HEARTBEAT_INFO: u16 = 1;

/// Where the heartbeat stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Beat {
    /// Nothing came in since; beat then.
    Idle(Time),
    /// Beat at the next poll.
    Due,
    /// Sent with this nonce; counts as unanswered after the second time.
    Sent { nonce: u64, at: Time, until: Time },
}

/// The heartbeat of an association.
#[derive(Debug)]
pub(crate) struct Heartbeat {
    interval: Option<Duration>,
    beat: Beat,
    nonce: u64,
}

impl Heartbeat {
    /// `secret` makes the nonces unguessable.
    pub(crate) fn new(now: Time, interval: Option<Duration>, secret: u64) -> Self {
        Self { interval, beat: Beat::Idle(now + interval.unwrap_or_default()), nonce: secret }
    }

    /// The peer was heard.
    #[inline]
    pub(crate) fn on_packet(&mut self, now: Time) {
        if let Some(interval) = self.interval
            && !matches!(self.beat, Beat::Sent { .. })
        {
            self.beat = Beat::Idle(now + interval);
        }
    }

    /// Beat at the next poll, to measure the round-trip time.
    pub(crate) fn beat_now(&mut self) {
        if self.interval.is_some() && matches!(self.beat, Beat::Idle(_)) {
            self.beat = Beat::Due;
        }
    }

    /// The round-trip time, if this answers the beat that is out.
    pub(crate) fn on_ack(&mut self, now: Time, value: &[u8]) -> Option<Duration> {
        let Beat::Sent { nonce, at, .. } = self.beat else { return None };
        let (header, info) = value.split_first_chunk::<{ parameter::HEADER_LEN }>()?;
        if header[..] != [0, 1, 0, 12] || *info.first_chunk::<8>()? != nonce.to_be_bytes() {
            return None;
        }
        self.beat = Beat::Idle(now + self.interval?);
        Some(now - at)
    }

    pub(crate) fn deadline(&self) -> Option<Time> {
        self.interval?;
        match self.beat {
            Beat::Idle(at) | Beat::Sent { until: at, .. } => Some(at),
            Beat::Due => None,
        }
    }

    /// The timer ran out: true if a beat went unanswered.
    pub(crate) fn handle_timeout(&mut self, now: Time) -> bool {
        if self.deadline().is_none_or(|at| at > now) {
            return false;
        }
        let unanswered = matches!(self.beat, Beat::Sent { .. });
        self.beat = Beat::Due;
        unanswered
    }

    /// Appends a HEARTBEAT if one is due.
    pub(crate) fn write(&mut self, now: Time, rto: Duration, buf: &mut Vec<u8>) -> bool {
        if self.beat != Beat::Due {
            return false;
        }
        self.nonce = self.nonce.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let nonce = self.nonce;
        chunk::write(buf, chunk::HEARTBEAT, 0, |buf| parameter::write(buf, HEARTBEAT_INFO, &nonce.to_be_bytes()));
        self.beat = Beat::Sent { nonce, at: now, until: now + rto };
        true
    }
}
