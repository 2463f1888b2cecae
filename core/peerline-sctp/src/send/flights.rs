//! Runs of chunks in the order they were sent, and RACK's verdict on them (RFC 8985 §6, carried over to SCTP).
//!
//! 1. Each run of consecutive TSNs in a packet is a flight with a serial number and a time.
//! 2. A SACK tells the latest flight that arrived.
//! 3. A flight before it is lost once a reordering window has passed, or three later flights arrived and the network never reordered.
//! 4. Flights are only ever taken from the front: O(1) for each one sent.

use super::outstanding::Outstanding;
use crate::receive::tracker::LongTsn;
use core::time::Duration;
use peerline_edge::Time;
use std::collections::VecDeque;

/// How many later flights must have arrived before an earlier one is lost without waiting (RFC 9260 §7.2.4: three reports).
const DUPLICATE_THRESHOLD: u64 = 3;
/// RFC 8985 §6.2 step 4: recoveries after which a widened reordering window shrinks back.
const PERSIST: u32 = 16;
const MAX_MULTIPLIER: u32 = 8;

/// One run of chunks sent together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Flight {
    pub(crate) at: Time,
    pub(crate) first: LongTsn,
    pub(crate) count: u64,
}

/// What of the past decides about losses.
#[derive(Debug, Default)]
struct Rack {
    /// The latest flight that arrived, and how long it took.
    newest: Option<(u64, Duration)>,
    reordering: bool,
    /// Reordering window in quarters of the smallest round-trip time.
    multiplier: u32,
    /// Recoveries left until `multiplier` goes back to 1.
    persist: u32,
}

/// The flights not settled yet.
#[derive(Debug, Default)]
pub(crate) struct Flights {
    /// Serial number of `queue[0]`.
    base: u64,
    queue: VecDeque<Flight>,
    rack: Rack,
    /// When the front flight will be lost if nothing arrives.
    pub(crate) deadline: Option<Time>,
}

impl Flights {
    /// A chunk goes out at `now`; `same_packet` if another went before it into the packet. Returns its flight.
    #[inline]
    pub(crate) fn sent(&mut self, now: Time, tsn: LongTsn, same_packet: bool) -> u64 {
        if same_packet
            && let Some(last) = self.queue.back_mut()
            && last.first.saturating_add(last.count) == tsn
        {
            last.count = last.count.saturating_add(1);
        } else {
            self.queue.push_back(Flight { at: now, first: tsn, count: 1 });
        }
        self.base.saturating_add(u64::try_from(self.queue.len()).unwrap_or(0)).saturating_sub(1)
    }

    /// When the flight left, if it is not settled.
    pub(crate) fn sent_at(&self, flight: u64) -> Option<Time> {
        let index = usize::try_from(flight.checked_sub(self.base)?).ok()?;
        self.queue.get(index).map(|flight| flight.at)
    }

    /// Flights that are not settled.
    pub(crate) fn len(&self) -> usize {
        self.queue.len()
    }

    /// A chunk of `flight` arrived; `again` if it had been sent before.
    pub(crate) fn arrived(&mut self, now: Time, flight: u64, again: bool, min_rtt: Option<Duration>) {
        let Some(at) = self.sent_at(flight) else { return };
        let rtt = now - at;
        // RFC 8985 §6.2 step 2: a retransmission acknowledged sooner than any round trip was not what arrived.
        if again && min_rtt.is_some_and(|min| rtt < min) {
            return;
        }
        if self.rack.newest.is_none_or(|(newest, _)| newest < flight) {
            self.rack.newest = Some((flight, rtt));
        }
    }

    pub(crate) const fn saw_reordering(&mut self) {
        self.rack.reordering = true;
    }

    /// The peer reported a duplicate: a retransmission was needless, so wait longer (RFC 8985 §6.2 step 4).
    pub(crate) const fn saw_duplicate(&mut self) {
        if self.rack.multiplier < MAX_MULTIPLIER {
            self.rack.multiplier = self.rack.multiplier.saturating_add(1);
        }
        self.rack.persist = PERSIST;
    }

    pub(crate) const fn recovered(&mut self) {
        self.rack.persist = self.rack.persist.saturating_sub(1);
        if self.rack.persist == 0 {
            self.rack.multiplier = 1;
        }
    }

    fn reordering_window(&self, min_rtt: Duration, srtt: Duration) -> Duration {
        (min_rtt / 4).saturating_mul(self.rack.multiplier.max(1)).min(srtt)
    }

    /// Marks what must be taken for lost, and sets the deadline for what may be. Returns the chunks marked.
    pub(crate) fn detect(
        &mut self,
        now: Time,
        chunks: &mut Outstanding,
        min_rtt: Duration,
        srtt: Duration,
        lost: &mut Vec<LongTsn>,
    ) {
        self.deadline = None;
        let window = self.reordering_window(min_rtt, srtt);
        let newest = self.rack.newest;
        while let Some(flight) = self.queue.front() {
            if flight.first.saturating_add(flight.count) <= chunks.base() {
                self.pop();
                continue;
            }
            let Some((newest, rtt)) = newest.filter(|(newest, _)| self.base < *newest) else { return };
            let deadline = flight.at + rtt.saturating_add(window);
            let surely = !self.rack.reordering && newest.saturating_sub(self.base) >= DUPLICATE_THRESHOLD;
            if !surely && now < deadline {
                if self.is_live(flight, chunks) {
                    self.deadline = Some(deadline);
                    return;
                }
                self.pop();
                continue;
            }
            let (first, end) = (flight.first, flight.first.saturating_add(flight.count));
            lost.extend((first..end).filter(|tsn| chunks.mark_lost(*tsn, self.base)));
            self.pop();
        }
    }

    /// True if a chunk of the front flight is still out.
    fn is_live(&self, flight: &Flight, chunks: &Outstanding) -> bool {
        (flight.first..flight.first.saturating_add(flight.count)).any(|tsn| {
            chunks
                .get(tsn)
                .is_some_and(|record| record.fate == super::outstanding::Fate::InFlight && record.flight == self.base)
        })
    }

    fn pop(&mut self) {
        if self.queue.pop_front().is_some() {
            self.base = self.base.saturating_add(1);
        }
    }

    /// T3-rtx ran out: no flight means anything any more.
    pub(crate) fn clear(&mut self) {
        self.base = self.base.saturating_add(u64::try_from(self.queue.len()).unwrap_or(0));
        self.queue.clear();
        self.deadline = None;
    }
}
