//! Which TSNs have come in: the cumulative TSN, the ranges beyond it, the duplicates (RFC 9260 §6.2).

use crate::ranges::RangeSet;
use crate::wire::{Tsn, sack};
use peerline_edge::Serial32;

/// How far beyond the cumulative TSN a chunk may be: gap ack blocks have 16-bit offsets.
const MAX_AHEAD: i32 = 65_535;

/// The most ranges kept; a chunk that would make one more is dropped, which costs a sender of every other TSN a retransmission.
const MAX_RANGES: usize = 4096;

/// The most duplicates one SACK reports.
const MAX_DUPLICATES: usize = 16;

/// An unwrapped TSN: 64 bits, the low 32 of which are the TSN on the wire. Starts at 2^32 plus the initial TSN, so it never underflows.
pub(crate) type LongTsn = u64;

/// Where unwrapped numbers start.
pub(crate) const LONG_BASE: u64 = 1 << 32;

/// The TSN on the wire.
#[expect(clippy::cast_possible_truncation, reason = "the low half is the number on the wire")]
pub(crate) const fn short(tsn: LongTsn) -> Tsn {
    Serial32(tsn as u32)
}

/// The unwrapped TSN next to `origin`.
pub(crate) const fn unwrap_near(tsn: Tsn, origin: LongTsn) -> LongTsn {
    origin.saturating_add_signed(tsn.distance_from(short(origin)) as i64)
}

/// What a TSN is to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// Not seen before; unwrapped.
    New(LongTsn),
    Duplicate,
    /// Too far ahead, or one range too many.
    OutsideWindow,
}

/// The record of what came in.
#[derive(Debug)]
pub(crate) struct Tracker {
    cumulative: LongTsn,
    beyond: RangeSet,
    duplicates: Vec<Tsn>,
}

impl Tracker {
    pub(crate) fn new(initial: Tsn) -> Self {
        let first = LONG_BASE.saturating_add(u64::from(initial.0));
        Self { cumulative: first.saturating_sub(1), beyond: RangeSet::default(), duplicates: Vec::new() }
    }

    /// The highest TSN up to which all came in.
    pub(crate) const fn cumulative(&self) -> LongTsn {
        self.cumulative
    }

    /// True if something beyond the cumulative TSN came in.
    pub(crate) fn has_gap(&self) -> bool {
        !self.beyond.is_empty()
    }

    pub(crate) const fn unwrap(&self, tsn: Tsn) -> LongTsn {
        unwrap_near(tsn, self.cumulative)
    }

    /// What `tsn` is, without recording it.
    #[inline]
    pub(crate) fn classify(&self, tsn: Tsn) -> Arrival {
        let ahead = tsn.distance_from(short(self.cumulative));
        if ahead <= 0 {
            return Arrival::Duplicate;
        }
        if ahead > MAX_AHEAD {
            return Arrival::OutsideWindow;
        }
        let long = self.unwrap(tsn);
        if self.beyond.contains(long) {
            Arrival::Duplicate
        } else if ahead > 1 && self.beyond.len() >= MAX_RANGES && self.beyond.would_grow(long) {
            Arrival::OutsideWindow
        } else {
            Arrival::New(long)
        }
    }

    /// Records a TSN that [`classify`](Self::classify) called new. Amortised O(1) in order, O(log n) else.
    #[inline]
    pub(crate) fn record(&mut self, tsn: LongTsn) {
        if tsn == self.cumulative.saturating_add(1) {
            self.cumulative = tsn;
            self.absorb();
        } else {
            self.beyond.insert(tsn, tsn, |_, _| {});
        }
    }

    pub(crate) fn record_duplicate(&mut self, tsn: Tsn) {
        if self.duplicates.len() < MAX_DUPLICATES {
            self.duplicates.push(tsn);
        }
    }

    /// The sender gave up everything up to `tsn` (RFC 3758 §3.6). False if we are there already.
    pub(crate) fn forward(&mut self, tsn: LongTsn) -> bool {
        if tsn <= self.cumulative {
            return false;
        }
        self.cumulative = tsn;
        self.beyond.remove_below(tsn.saturating_add(1));
        self.absorb();
        true
    }

    fn absorb(&mut self) {
        if let Some((first, last)) = self.beyond.first()
            && first == self.cumulative.saturating_add(1)
        {
            self.cumulative = last;
            self.beyond.remove_below(last.saturating_add(1));
        }
    }

    /// Appends a SACK of at most `space` bytes and forgets the duplicates it reports.
    pub(crate) fn write_sack(&mut self, a_rwnd: u32, space: usize, buf: &mut Vec<u8>) {
        let entries = space.saturating_sub(sack::MIN_LEN) / 4;
        let duplicates = self.duplicates.len().min(entries);
        let gaps = self.beyond.len().min(entries.saturating_sub(duplicates));
        let offset = |tsn: LongTsn| u16::try_from(tsn.saturating_sub(self.cumulative)).unwrap_or(u16::MAX);
        let gaps = self.beyond.iter().take(gaps).map(|(first, last)| (offset(first), offset(last)));
        sack::write(short(self.cumulative), a_rwnd, gaps, self.duplicates.iter().copied().take(duplicates), buf);
        self.duplicates.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::sack::Sack;

    fn arrive(tracker: &mut Tracker, tsn: u32) -> Arrival {
        let arrival = tracker.classify(Serial32(tsn));
        if let Arrival::New(long) = arrival {
            tracker.record(long);
        }
        arrival
    }

    #[test]
    fn cumulative_tsn_follows_across_the_wrap() {
        let mut tracker = Tracker::new(Serial32(u32::MAX - 1));
        for tsn in [u32::MAX - 1, u32::MAX, 0, 1] {
            assert!(matches!(arrive(&mut tracker, tsn), Arrival::New(_)), "{tsn}");
        }
        assert_eq!(short(tracker.cumulative()), Serial32(1));
        assert_eq!(arrive(&mut tracker, u32::MAX), Arrival::Duplicate);
    }

    #[test]
    fn a_gap_is_reported_and_closed() {
        let mut tracker = Tracker::new(Serial32(10));
        for tsn in [10, 12, 13, 15] {
            arrive(&mut tracker, tsn);
        }
        let mut buf = Vec::new();
        tracker.record_duplicate(Serial32(12));
        tracker.write_sack(777, 100, &mut buf);
        let sack = Sack::parse(&buf[4..]).unwrap();
        assert_eq!((sack.cumulative, sack.a_rwnd), (Serial32(10), 777));
        assert_eq!(sack.gaps().collect::<Vec<_>>(), [(2, 3), (5, 5)]);
        assert_eq!(sack.duplicates().collect::<Vec<_>>(), [Serial32(12)]);
        arrive(&mut tracker, 11);
        assert_eq!(short(tracker.cumulative()), Serial32(13));
        assert!(tracker.has_gap());
        arrive(&mut tracker, 14);
        assert_eq!(short(tracker.cumulative()), Serial32(15));
        assert!(!tracker.has_gap());
    }

    #[test]
    fn sparse_tsns_cannot_grow_it_without_bound() {
        let mut tracker = Tracker::new(Serial32(1));
        for tsn in (3..200_000u32).step_by(2) {
            arrive(&mut tracker, tsn);
        }
        assert_eq!(tracker.beyond.len(), MAX_RANGES);
        let mut buf = Vec::new();
        tracker.write_sack(0, 1148, &mut buf);
        assert!(buf.len() <= 1148 && buf.len() > 1100);
        assert!(matches!(arrive(&mut tracker, 1), Arrival::New(_)));
        assert!(matches!(arrive(&mut tracker, 2), Arrival::New(_)));
        assert_eq!(short(tracker.cumulative()), Serial32(3));
    }
}
