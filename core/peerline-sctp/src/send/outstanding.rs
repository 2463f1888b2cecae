//! Chunks that were sent and not acknowledged cumulatively: a ring indexed by TSN (RFC 9260 §6.1, §6.2.1; RFC 3758 §3.5).
//!
//! Nothing here searches the ring: counters hold the bytes in flight, a list holds what to send again, gap ack blocks are compared with
//! the ranges known before, so that a SACK costs its own length and the chunks it acknowledges anew.

use super::queue::{Fragment, Limit, MessageKey};
use crate::message::Ppid;
use crate::ranges::RangeSet;
use crate::receive::tracker::{LONG_BASE, LongTsn, short, unwrap_near};
use crate::wire::data::{Data, FLAG_BEGIN, FLAG_END, FLAG_UNORDERED};
use crate::wire::sack::Sack;
use crate::wire::{Tsn, padded};
use bytes::Bytes;
use std::collections::VecDeque;

/// What became of a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    InFlight,
    /// Taken for lost; it stands in the list to send again.
    Lost,
    /// In a gap ack block. RFC 9260 §6.2.1 lets the peer take that back, so the payload stays until the cumulative TSN passes.
    Acked,
    /// Given up (RFC 3758).
    Abandoned,
}

/// A chunk in the ring.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) payload: Bytes,
    pub(crate) stream: u16,
    pub(crate) flags: u8,
    pub(crate) fate: Fate,
    pub(crate) mid: u32,
    pub(crate) fsn: u32,
    pub(crate) ppid: Ppid,
    pub(crate) retransmits: u32,
    pub(crate) limit: Limit,
    /// The flight it went out with last.
    pub(crate) flight: u64,
}

impl Record {
    pub(crate) fn data(&self, tsn: LongTsn) -> Data<'_> {
        Data {
            tsn: short(tsn),
            stream: self.stream,
            flags: self.flags,
            mid: self.mid,
            fsn: self.fsn,
            ppid: self.ppid,
            payload: &self.payload,
        }
    }

    fn key(&self) -> MessageKey {
        MessageKey { stream: self.stream, unordered: self.flags & FLAG_UNORDERED != 0, mid: self.mid }
    }
}

/// What a SACK acknowledged anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Acked {
    /// Bytes on the wire, chunk headers included.
    pub(crate) bytes: usize,
    /// True if the cumulative TSN moved.
    pub(crate) advanced: bool,
    /// The latest flight of which a chunk arrived, and if that chunk was a retransmission.
    pub(crate) newest: Option<(u64, bool)>,
    /// The latest flight of which a chunk arrived that was sent once.
    pub(crate) measurable: Option<u64>,
    /// True if a chunk sent once arrived after one with a higher TSN: the network reorders (RFC 8985 §6.2 step 3).
    pub(crate) reordered: bool,
}

/// Why a SACK was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Older than one that came before.
    Old,
    /// It acknowledges what was never sent.
    Unsent,
}

/// The ring.
#[derive(Debug)]
pub(crate) struct Outstanding {
    /// The TSN of `ring[0]`, one above the peer's cumulative TSN.
    base: LongTsn,
    ring: VecDeque<Record>,
    acked: RangeSet,
    /// To send again, oldest first; entries whose record is no longer `Lost` are skipped.
    lost: VecDeque<LongTsn>,
    lost_count: usize,
    in_flight: usize,
    in_flight_bytes: usize,
    in_flight_payload: usize,
    header_len: usize,
    /// Everything below this was abandoned or acknowledged as far as `forward_point` is concerned.
    forward_scan: LongTsn,
    /// The last abandoned TSN of the run of abandoned and acknowledged ones that begins at `base` (Advanced.Peer.Ack.Point).
    forward_point: LongTsn,
}

impl Outstanding {
    pub(crate) fn new(initial_tsn: Tsn, interleaved: bool) -> Self {
        let base = LONG_BASE.saturating_add(u64::from(initial_tsn.0));
        Self {
            base,
            ring: VecDeque::new(),
            acked: RangeSet::default(),
            lost: VecDeque::new(),
            lost_count: 0,
            in_flight: 0,
            in_flight_bytes: 0,
            in_flight_payload: 0,
            header_len: Data::header_len(interleaved),
            forward_scan: base,
            forward_point: 0,
        }
    }

    /// The TSN the next new chunk gets.
    pub(crate) fn next_tsn(&self) -> LongTsn {
        self.base.saturating_add(u64::try_from(self.ring.len()).unwrap_or(u64::MAX))
    }

    /// One above the peer's cumulative TSN.
    pub(crate) const fn base(&self) -> LongTsn {
        self.base
    }

    pub(crate) fn len(&self) -> usize {
        self.ring.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.ring.is_empty()
    }

    pub(crate) const fn in_flight(&self) -> usize {
        self.in_flight
    }

    pub(crate) const fn in_flight_bytes(&self) -> usize {
        self.in_flight_bytes
    }

    pub(crate) const fn in_flight_payload(&self) -> usize {
        self.in_flight_payload
    }

    pub(crate) const fn has_lost(&self) -> bool {
        self.lost_count > 0
    }

    fn index(&self, tsn: LongTsn) -> Option<usize> {
        usize::try_from(tsn.checked_sub(self.base)?).ok()
    }

    pub(crate) fn get(&self, tsn: LongTsn) -> Option<&Record> {
        self.ring.get(self.index(tsn)?)
    }

    fn get_mut(&mut self, tsn: LongTsn) -> Option<&mut Record> {
        let index = self.index(tsn)?;
        self.ring.get_mut(index)
    }

    /// Bytes of the record's chunk on the wire.
    pub(crate) const fn wire_len(&self, record: &Record) -> usize {
        padded(record.payload.len().saturating_add(self.header_len))
    }

    fn leave_flight(&mut self, wire: usize, payload: usize) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.in_flight_bytes = self.in_flight_bytes.saturating_sub(wire);
        self.in_flight_payload = self.in_flight_payload.saturating_sub(payload);
    }

    fn enter_flight(&mut self, wire: usize, payload: usize) {
        self.in_flight = self.in_flight.saturating_add(1);
        self.in_flight_bytes = self.in_flight_bytes.saturating_add(wire);
        self.in_flight_payload = self.in_flight_payload.saturating_add(payload);
    }

    /// A new chunk goes out with `flight`; its TSN is what [`next_tsn`](Self::next_tsn) said.
    #[inline]
    pub(crate) fn push(&mut self, fragment: Fragment, flight: u64) {
        let Fragment { stream, flags, mid, fsn, ppid, limit, payload } = fragment;
        let record =
            Record { payload, stream, flags, fate: Fate::InFlight, mid, fsn, ppid, retransmits: 0, limit, flight };
        self.enter_flight(self.wire_len(&record), record.payload.len());
        self.ring.push_back(record);
    }

    /// A chunk goes out again with `flight`.
    pub(crate) fn resend(&mut self, tsn: LongTsn, flight: u64) {
        let Some(record) = self.get_mut(tsn) else { return };
        record.retransmits = record.retransmits.saturating_add(1);
        record.flight = flight;
        if record.fate == Fate::Lost {
            record.fate = Fate::InFlight;
            let payload = record.payload.len();
            let wire = padded(payload.saturating_add(self.header_len));
            self.lost_count = self.lost_count.saturating_sub(1);
            self.enter_flight(wire, payload);
        }
    }

    /// Takes in the cumulative TSN and the gap ack blocks of a SACK.
    pub(crate) fn acknowledge(&mut self, sack: &Sack<'_>) -> Result<Acked, Refused> {
        let cumulative = unwrap_near(sack.cumulative, self.base.saturating_sub(1));
        if cumulative.saturating_add(1) < self.base {
            return Err(Refused::Old);
        }
        if cumulative >= self.next_tsn() {
            return Err(Refused::Unsent);
        }
        let mut report = Acked { advanced: cumulative >= self.base, ..Acked::default() };
        let highest_before = self.acked.last().map_or(0, |range| range.1);
        while self.base <= cumulative
            && let Some(record) = self.ring.pop_front()
        {
            self.settle(&record, self.base, highest_before, &mut report);
            self.base = self.base.saturating_add(1);
        }
        self.acked.remove_below(self.base);
        self.take_gaps(cumulative, sack, &mut report);
        self.advance_forward_point();
        Ok(report)
    }

    fn take_gaps(&mut self, cumulative: LongTsn, sack: &Sack<'_>, report: &mut Acked) {
        let last_sent = self.next_tsn().saturating_sub(1);
        let highest_before = self.acked.last().map_or(0, |range| range.1);
        let mut ranges = core::mem::take(&mut self.acked);
        for (first, last) in sack.gaps() {
            let first = cumulative.saturating_add(u64::from(first)).max(self.base);
            let last = cumulative.saturating_add(u64::from(last)).min(last_sent);
            ranges.insert(first, last, |from, to| {
                for tsn in from..=to {
                    let Some(index) = self.index(tsn) else { continue };
                    let Some(record) = self.ring.get_mut(index) else { continue };
                    let fate = record.fate;
                    if fate == Fate::Abandoned {
                        // Its payload is gone, so it must never come back to life, whatever the peer takes back.
                        continue;
                    }
                    record.fate = Fate::Acked;
                    let seen = Seen::of(record, fate, self.header_len);
                    self.account(seen, tsn, highest_before, report);
                }
            });
        }
        self.acked = ranges;
    }

    /// A record left the ring because the cumulative TSN passed it.
    #[inline]
    fn settle(&mut self, record: &Record, tsn: LongTsn, highest_before: LongTsn, report: &mut Acked) {
        let seen = Seen::of(record, record.fate, self.header_len);
        self.account(seen, tsn, highest_before, report);
    }

    #[inline]
    fn account(&mut self, seen: Seen, tsn: LongTsn, highest_before: LongTsn, report: &mut Acked) {
        match seen.fate {
            Fate::Acked | Fate::Abandoned => return,
            Fate::InFlight => self.leave_flight(seen.wire, seen.payload),
            Fate::Lost => self.lost_count = self.lost_count.saturating_sub(1),
        }
        report.bytes = report.bytes.saturating_add(seen.wire);
        if report.newest.is_none_or(|(flight, _)| flight <= seen.flight) {
            report.newest = Some((seen.flight, seen.again));
        }
        if !seen.again {
            report.measurable = report.measurable.max(Some(seen.flight));
            report.reordered |= tsn < highest_before;
        }
    }

    /// Takes a chunk for lost if it is still in flight with that flight; true if so.
    pub(crate) fn mark_lost(&mut self, tsn: LongTsn, flight: u64) -> bool {
        let header_len = self.header_len;
        let Some(record) = self.get_mut(tsn) else { return false };
        if record.fate != Fate::InFlight || record.flight != flight {
            return false;
        }
        record.fate = Fate::Lost;
        let payload = record.payload.len();
        self.leave_flight(padded(payload.saturating_add(header_len)), payload);
        self.lost_count = self.lost_count.saturating_add(1);
        self.lost.push_back(tsn);
        true
    }

    /// T3-rtx ran out: everything in flight is lost. With `distrust`, gap ack blocks count no more either (RFC 9260 §6.3.3 E4; the peer
    /// may have taken them back).
    pub(crate) fn mark_all_lost(&mut self, distrust: bool) {
        self.lost.clear();
        self.lost_count = 0;
        if distrust {
            self.acked.clear();
            self.forward_scan = self.base;
        }
        for (tsn, record) in (self.base..).zip(self.ring.iter_mut()) {
            if record.fate == Fate::InFlight || record.fate == Fate::Lost || (distrust && record.fate == Fate::Acked) {
                record.fate = Fate::Lost;
                self.lost.push_back(tsn);
            }
        }
        self.lost_count = self.lost.len();
        (self.in_flight, self.in_flight_bytes, self.in_flight_payload) = (0, 0, 0);
    }

    /// The oldest chunk to send again.
    pub(crate) fn first_lost(&mut self) -> Option<LongTsn> {
        while let Some(&tsn) = self.lost.front() {
            if self.get(tsn).is_some_and(|record| record.fate == Fate::Lost) {
                return Some(tsn);
            }
            self.lost.pop_front();
        }
        None
    }

    /// The chunk in flight with the highest TSN.
    pub(crate) fn last_in_flight(&self) -> Option<LongTsn> {
        let back = self.ring.iter().rev().position(|record| record.fate == Fate::InFlight)?;
        self.next_tsn().checked_sub(u64::try_from(back).ok()?)?.checked_sub(1)
    }

    /// Gives up the message of the chunk: all its chunks in the ring (RFC 3758 §3.5). Returns its key if its end was not sent yet.
    pub(crate) fn abandon(&mut self, tsn: LongTsn) -> Option<MessageKey> {
        let key = self.get(tsn)?.key();
        let mut first = tsn;
        while let Some(record) = self.get(first) {
            if record.key() == key && record.flags & FLAG_BEGIN != 0 {
                break;
            }
            let Some(previous) = first.checked_sub(1).filter(|tsn| *tsn >= self.base) else { break };
            first = previous;
        }
        self.abandon_from(first, key)
    }

    /// Gives up a message whose rest was dropped from the send queue.
    pub(crate) fn abandon_message(&mut self, key: MessageKey) {
        let mut first = self.next_tsn();
        while let Some(tsn) = first.checked_sub(1).filter(|tsn| *tsn >= self.base) {
            first = tsn;
            if self.get(tsn).is_some_and(|record| record.key() == key && record.flags & FLAG_BEGIN != 0) {
                break;
            }
        }
        self.abandon_from(first, key);
        self.push_abandoned(key);
    }

    fn abandon_from(&mut self, first: LongTsn, key: MessageKey) -> Option<MessageKey> {
        let mut open = Some(key);
        let mut tsn = first;
        while let Some(record) = self.get_mut(tsn) {
            if record.key() == key {
                let ends = record.flags & FLAG_END != 0;
                let fate = record.fate;
                if fate != Fate::Acked {
                    record.fate = Fate::Abandoned;
                    let payload = core::mem::take(&mut record.payload).len();
                    match fate {
                        Fate::InFlight => {
                            self.leave_flight(padded(payload.saturating_add(self.header_len)), payload);
                        }
                        Fate::Lost => self.lost_count = self.lost_count.saturating_sub(1),
                        Fate::Acked | Fate::Abandoned => {}
                    }
                }
                if ends {
                    open = None;
                    break;
                }
            }
            tsn = tsn.saturating_add(1);
        }
        self.advance_forward_point();
        open
    }

    /// Takes a TSN for the end of a message that will never be sent, so that a FORWARD TSN can name it even if all that was sent of the
    /// message has been acknowledged.
    pub(crate) fn push_abandoned(&mut self, key: MessageKey) {
        self.ring.push_back(Record {
            payload: Bytes::new(),
            stream: key.stream,
            flags: FLAG_END | if key.unordered { FLAG_UNORDERED } else { 0 },
            fate: Fate::Abandoned,
            mid: key.mid,
            fsn: u32::MAX,
            ppid: Ppid(0),
            retransmits: 0,
            limit: Limit::NONE,
            flight: 0,
        });
        self.advance_forward_point();
    }

    /// RFC 3758 §3.5 C: moves Advanced.Peer.Ack.Point over abandoned chunks. Amortised O(1).
    fn advance_forward_point(&mut self) {
        self.forward_scan = self.forward_scan.max(self.base);
        while let Some(record) = self.get(self.forward_scan) {
            match record.fate {
                Fate::Abandoned => self.forward_point = self.forward_scan,
                Fate::Acked => {}
                Fate::InFlight | Fate::Lost => break,
            }
            self.forward_scan = self.forward_scan.saturating_add(1);
        }
    }

    /// The TSN that a FORWARD TSN should tell, if one is owed.
    pub(crate) fn forward_point(&self) -> Option<LongTsn> {
        Some(self.forward_point).filter(|point| *point >= self.base)
    }

    /// The messages that a FORWARD TSN up to `point` gives up, with the TSN of each chunk.
    pub(crate) fn abandoned_up_to(&self, point: LongTsn) -> impl Iterator<Item = (LongTsn, MessageKey)> + '_ {
        (self.base..=point)
            .zip(self.ring.iter())
            .filter(|(_, record)| record.fate == Fate::Abandoned)
            .map(|(tsn, record)| (tsn, record.key()))
    }
}

/// What an acknowledgement needs to know of a record.
struct Seen {
    fate: Fate,
    wire: usize,
    payload: usize,
    flight: u64,
    again: bool,
}

impl Seen {
    #[inline]
    fn of(record: &Record, fate: Fate, header_len: usize) -> Self {
        let payload = record.payload.len();
        let wire = padded(payload.saturating_add(header_len));
        Self { fate, wire, payload, flight: record.flight, again: record.retransmits > 0 }
    }
}
