//! One direction of a link: what becomes of a packet that is put on it, and when it arrives.

use crate::loss::{Loss, LossState};
use core::time::Duration;
use peerline_edge::{Ecn, Rng, Seed, Time};
use std::collections::VecDeque;

/// The properties of one direction of a link. Starts perfect: no delay, no loss, endless bandwidth.
///
/// A packet meets them in this order: loss, size limit, queue and bandwidth, delay and jitter, reordering, duplication, corruption.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LinkConfig {
    pub(crate) delay: Duration,
    pub(crate) jitter: Duration,
    pub(crate) loss: Loss,
    pub(crate) bandwidth: Option<u64>,
    pub(crate) queue: Queue,
    pub(crate) reorder: f64,
    pub(crate) reorder_by: Duration,
    pub(crate) duplicate: f64,
    pub(crate) corrupt: f64,
    pub(crate) max_payload: Option<usize>,
    pub(crate) mark_above: Option<Duration>,
}

/// How much a bandwidth-limited link holds before it drops what comes (drop-tail).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Queue {
    /// Endless: delay grows without bound (bufferbloat).
    #[default]
    Endless,
    /// This many bytes of payload.
    Bytes(usize),
    /// As much as the link sends in this time.
    Time(Duration),
}

impl LinkConfig {
    /// No delay, no loss, endless bandwidth.
    #[must_use]
    pub fn perfect() -> Self {
        Self::default()
    }

    /// One-way delay of this many milliseconds, else perfect.
    #[must_use]
    pub fn with_delay_ms(millis: u64) -> Self {
        Self::default().delay(Duration::from_millis(millis))
    }

    /// One-way delay.
    #[must_use]
    pub fn delay(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// Adds up to this much to the delay, evenly spread. Packets keep their order; see [`reorder`](Self::reorder).
    #[must_use]
    pub fn jitter(self, jitter: Duration) -> Self {
        Self { jitter, ..self }
    }

    /// Which packets are lost.
    #[must_use]
    pub fn loss(self, loss: Loss) -> Self {
        Self { loss, ..self }
    }

    /// Bits of payload per second; 0 means endless.
    #[must_use]
    pub fn bandwidth(self, bits_per_second: u64) -> Self {
        Self { bandwidth: (bits_per_second > 0).then_some(bits_per_second), ..self }
    }

    /// The queue before the bandwidth limit.
    #[must_use]
    pub fn queue(self, queue: Queue) -> Self {
        Self { queue, ..self }
    }

    /// Holds a packet back by `by` with this probability, so that later ones overtake it.
    #[must_use]
    pub fn reorder(self, probability: f64, by: Duration) -> Self {
        Self { reorder: probability, reorder_by: by, ..self }
    }

    /// Delivers a packet twice with this probability.
    #[must_use]
    pub fn duplicate(self, probability: f64) -> Self {
        Self { duplicate: probability, ..self }
    }

    /// Flips one bit of a packet with this probability.
    #[must_use]
    pub fn corrupt(self, probability: f64) -> Self {
        Self { corrupt: probability, ..self }
    }

    /// Drops packets with more payload than this, in bytes, without a word (a path-MTU black hole).
    #[must_use]
    pub fn max_payload(self, bytes: usize) -> Self {
        Self { max_payload: Some(bytes), ..self }
    }

    /// Marks ECN-capable packets "congestion experienced" when they wait longer than this in the queue (RFC 3168 §5).
    #[must_use]
    pub fn mark_above(self, wait: Duration) -> Self {
        Self { mark_above: Some(wait), ..self }
    }
}

/// Why a link dropped a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LinkDrop {
    Lost,
    QueueFull,
    TooBig,
}

/// What becomes of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Drop(LinkDrop),
    Pass {
        at: Time,
        /// A second copy arrives then.
        copy: Option<Time>,
        /// The number of the bit that flips.
        flip: Option<usize>,
        mark: bool,
    },
}

/// Decides over the packets of one direction. Holds no packet itself: the owner schedules the arrivals.
#[derive(Clone, Debug)]
pub(crate) struct Shaper {
    config: LinkConfig,
    rng: Rng,
    loss: LossState,
    /// Packets still waiting for or in transmission: when each leaves, and its bytes.
    backlog: VecDeque<(Time, usize)>,
    backlog_bytes: usize,
    last_departure: Time,
    last_arrival: Time,
}

impl Shaper {
    pub(crate) fn new(config: LinkConfig, seed: Seed) -> Self {
        Self {
            config,
            rng: Rng::new(seed),
            loss: LossState::default(),
            backlog: VecDeque::new(),
            backlog_bytes: 0,
            last_departure: Time::ZERO,
            last_arrival: Time::ZERO,
        }
    }

    pub(crate) fn config(&self) -> &LinkConfig {
        &self.config
    }

    /// New properties from now on; packets under way arrive as planned. The loss model starts counting anew.
    pub(crate) fn set_config(&mut self, config: LinkConfig) {
        self.config = config;
        self.loss = LossState::default();
    }

    pub(crate) fn admit(&mut self, now: Time, contents: &[u8]) -> Verdict {
        if self.loss.loses(&self.config.loss, contents, &mut self.rng) {
            return Verdict::Drop(LinkDrop::Lost);
        }
        if self.config.max_payload.is_some_and(|max| contents.len() > max) {
            return Verdict::Drop(LinkDrop::TooBig);
        }
        let Some(departure) = self.enqueue(now, contents.len()) else {
            return Verdict::Drop(LinkDrop::QueueFull);
        };
        let wait = departure - now;
        let at = self.arrival(departure);
        let copy = self.chance(self.config.duplicate).then(|| self.arrival(departure));
        let flip = (self.chance(self.config.corrupt) && !contents.is_empty())
            .then(|| self.rng.u32() as usize % (contents.len() * 8));
        Verdict::Pass { at, copy, flip, mark: self.config.mark_above.is_some_and(|above| wait > above) }
    }

    /// When a packet of `len` bytes is through the bottleneck, or `None` if the queue is full.
    fn enqueue(&mut self, now: Time, len: usize) -> Option<Time> {
        let Some(bandwidth) = self.config.bandwidth else {
            return Some(now);
        };
        while let Some(&(departure, bytes)) = self.backlog.front()
            && departure <= now
        {
            self.backlog.pop_front();
            self.backlog_bytes -= bytes;
        }
        // A packet always fits into an empty queue, or a large one would never pass.
        let full = !self.backlog.is_empty()
            && match self.config.queue {
                Queue::Endless => false,
                Queue::Bytes(limit) => self.backlog_bytes + len > limit,
                Queue::Time(limit) => self.last_departure - now > limit,
            };
        if full {
            return None;
        }
        let nanos = (len as u128 * 8 * 1_000_000_000).div_ceil(u128::from(bandwidth));
        let departure = self.last_departure.max(now) + Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX));
        self.last_departure = departure;
        self.backlog.push_back((departure, len));
        self.backlog_bytes += len;
        Some(departure)
    }

    fn arrival(&mut self, departure: Time) -> Time {
        let arrival = departure + self.config.delay + self.config.jitter.mul_f64(self.rng.unit());
        if self.chance(self.config.reorder) {
            return arrival + self.config.reorder_by;
        }
        self.last_arrival = self.last_arrival.max(arrival);
        self.last_arrival
    }

    fn chance(&mut self, probability: f64) -> bool {
        probability > 0.0 && self.rng.unit() < probability
    }
}

/// Applies a verdict's flip and mark to the packet itself.
pub(crate) fn alter(contents: &mut [u8], ecn: &mut Ecn, flip: Option<usize>, mark: bool) {
    if let Some(bit) = flip
        && let Some(byte) = contents.get_mut(bit / 8)
    {
        *byte ^= 1 << (bit % 8);
    }
    if mark && *ecn != Ecn::NotEct {
        *ecn = Ecn::Ce;
    }
}
