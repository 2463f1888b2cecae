//! Packets filled: what was lost first, then new fragments, then a probe (RFC 9260 §6.1, RFC 8985 §7.3); FORWARD TSN (RFC 3758 §3.5).

use super::queue::{Next, SendQueue, Space};
use super::{MAX_OUTSTANDING, MIN_IMMEDIATE_INTERVAL, Probe, Transmitter};
use crate::event::Event;
use crate::receive::tracker::short;
use crate::wire::data::{Data, FLAG_IMMEDIATE};
use crate::wire::forward::{self, Skipped};
use peerline_edge::Time;
use std::collections::VecDeque;

/// The packet being built.
#[derive(Debug)]
pub(crate) struct Packet<'a> {
    pub(crate) buf: &'a mut Vec<u8>,
    /// Where the packet must end.
    pub(crate) end: usize,
    /// Payload bytes that fit into a packet of its own.
    pub(crate) max_payload: usize,
}

impl Packet<'_> {
    fn left(&self) -> usize {
        self.end.saturating_sub(self.buf.len())
    }
}

impl Transmitter {
    /// Writes DATA chunks until the packet is full or a window shut. True if it wrote any.
    pub(crate) fn fill(
        &mut self,
        now: Time,
        packet: &mut Packet<'_>,
        queue: &mut SendQueue,
        events: &mut VecDeque<Event>,
    ) -> bool {
        let start = packet.buf.len();
        let was_idle = self.chunks.in_flight() == 0;
        if was_idle && self.chunks.is_empty() && now - self.last_sent > self.rtt.rto() {
            self.congestion.on_idle(self.initial_window);
        }
        let full = self.fill_lost(now, packet, queue, events);
        if !full {
            self.fill_new(now, packet, queue, events, start);
        }
        if self.probe == Probe::Due {
            self.fill_probe(now, packet, start);
        }
        if packet.buf.len() == start {
            return false;
        }
        self.last_sent = now;
        if self.t3.is_none() {
            // RFC 9260 §6.3.2 R1.
            self.t3 = Some(now + self.rtt.rto());
        }
        self.arm_probe(now);
        true
    }

    /// Sends lost chunks again; true if the packet is full.
    fn fill_lost(
        &mut self,
        now: Time,
        packet: &mut Packet<'_>,
        queue: &mut SendQueue,
        events: &mut VecDeque<Event>,
    ) -> bool {
        let mut same_packet = false;
        while let Some(tsn) = self.chunks.first_lost() {
            let Some(record) = self.chunks.get(tsn) else { break };
            if self.agreement.partial_reliability
                && (record.retransmits >= record.limit.retransmits || record.limit.expired(now))
            {
                self.abandon(tsn, queue, events);
                continue;
            }
            if self.chunks.wire_len(record) > packet.left() {
                return true;
            }
            // RFC 9260 §6.1 B; §7.2.4 step 3: the first packet of a recovery is sent regardless.
            let open = self.chunks.in_flight_bytes() < self.congestion.cwnd();
            if !open && !self.retransmit_now && !same_packet {
                self.limited = true;
                return true;
            }
            record.data(tsn).write(self.agreement.interleaved, packet.buf);
            let flight = self.flights.sent(now, tsn, same_packet);
            self.chunks.resend(tsn, flight);
            self.totals.retransmissions = self.totals.retransmissions.saturating_add(1);
            same_packet = true;
        }
        if same_packet {
            self.retransmit_now = false;
            self.probe = match self.probe {
                Probe::Due => Probe::Sent,
                probe => probe,
            };
        }
        false
    }

    fn fill_new(
        &mut self,
        now: Time,
        packet: &mut Packet<'_>,
        queue: &mut SendQueue,
        events: &mut VecDeque<Event>,
        start: usize,
    ) {
        let header = Data::header_len(self.agreement.interleaved);
        let mut last_chunk = None;
        loop {
            let left = packet.left().saturating_sub(header);
            if left == 0 || self.chunks.len() >= MAX_OUTSTANDING {
                break;
            }
            let in_flight = self.chunks.in_flight_payload();
            let granted = self.peer_a_rwnd.saturating_sub(in_flight);
            // RFC 9260 §6.1 A: with nothing in flight one chunk may go even into a shut window (zero window probe).
            if granted == 0 && self.chunks.in_flight() > 0 {
                self.limited = false;
                break;
            }
            // RFC 9260 §6.1 B; a tail-loss probe is exempt (RFC 8985 §7.3).
            let probing = self.probe == Probe::Due;
            let shut = self.chunks.in_flight_bytes() >= self.congestion.cwnd() && !probing;
            // A packet that is begun is filled up: it costs no further one.
            if shut && packet.buf.len() == start {
                self.limited = !queue.is_empty();
                break;
            }
            let max = packet.max_payload;
            let fragment = match queue.next(now, Space { left: left.min(max), max }, events) {
                Next::Fragment(fragment) => fragment,
                Next::Expired(key) => {
                    self.totals.abandoned = self.totals.abandoned.saturating_add(1);
                    self.chunks.abandon_message(key);
                    continue;
                }
                Next::NoSpace => break,
                Next::Empty => {
                    self.limited = false;
                    break;
                }
            };
            let tsn = self.chunks.next_tsn();
            let same_packet = packet.buf.len() > start;
            last_chunk = Some(packet.buf.len());
            let data = Data {
                tsn: short(tsn),
                stream: fragment.stream,
                flags: fragment.flags,
                mid: fragment.mid,
                fsn: fragment.fsn,
                ppid: fragment.ppid,
                payload: &fragment.payload,
            };
            data.write(self.agreement.interleaved, packet.buf);
            let flight = self.flights.sent(now, tsn, same_packet);
            self.chunks.push(fragment, flight);
        }
        if let Some(chunk) = last_chunk {
            if self.probe == Probe::Due {
                self.probe = Probe::Sent;
                self.totals.probes = self.totals.probes.saturating_add(1);
            }
            self.request_ack(now, chunk, queue.is_empty(), packet.buf);
        }
    }

    /// Sets the I bit on the chunk at `chunk` if nothing follows that would bring an acknowledgement soon, at most once a round trip.
    fn request_ack(&mut self, now: Time, chunk: usize, last: bool, buf: &mut [u8]) {
        let interval = self.rtt.srtt().unwrap_or(MIN_IMMEDIATE_INTERVAL).max(MIN_IMMEDIATE_INTERVAL);
        let probing = self.probe == Probe::Sent;
        if (last && self.last_immediate.is_none_or(|at| now - at >= interval)) || probing {
            if let Some(flags) = buf.get_mut(chunk.saturating_add(1)) {
                *flags |= FLAG_IMMEDIATE;
            }
            self.last_immediate = Some(now);
        }
    }

    /// Sends the last chunk in flight again, for want of new data.
    fn fill_probe(&mut self, now: Time, packet: &mut Packet<'_>, start: usize) {
        self.probe = Probe::Idle;
        if packet.buf.len() > start || self.chunks.has_lost() {
            return;
        }
        let Some(tsn) = self.chunks.last_in_flight() else { return };
        let Some(record) = self.chunks.get(tsn) else { return };
        if self.chunks.wire_len(record) > packet.left() {
            self.probe = Probe::Due;
            return;
        }
        if self.agreement.partial_reliability && record.retransmits >= record.limit.retransmits {
            return;
        }
        let mut data = record.data(tsn);
        data.flags |= FLAG_IMMEDIATE;
        data.write(self.agreement.interleaved, packet.buf);
        let flight = self.flights.sent(now, tsn, false);
        self.chunks.resend(tsn, flight);
        self.probe = Probe::Sent;
        self.totals.probes = self.totals.probes.saturating_add(1);
        self.totals.retransmissions = self.totals.retransmissions.saturating_add(1);
    }

    /// Appends a FORWARD TSN of at most `space` bytes if one is owed and the last one is not on its way.
    pub(crate) fn write_forward(&mut self, now: Time, space: usize, buf: &mut Vec<u8>) -> bool {
        let Some(point) = self.chunks.forward_point() else { return false };
        if let Some((told, at)) = self.forwarded
            && told == point
            && now - at <= self.rtt.srtt().unwrap_or(self.rtt.rto())
        {
            return false;
        }
        let interleaved = self.agreement.interleaved;
        let entry_len = Skipped::len(interleaved);
        let most = space.saturating_sub(forward::MIN_LEN) / entry_len;
        if space < forward::MIN_LEN.saturating_add(entry_len) {
            return false;
        }
        let mut skipped: Vec<Skipped> = Vec::new();
        let mut reached = point;
        for (tsn, key) in self.chunks.abandoned_up_to(point) {
            if key.unordered && !interleaved {
                continue;
            }
            let known = skipped.iter_mut().rev().find(|s| s.stream == key.stream && s.unordered == key.unordered);
            if let Some(entry) = known {
                entry.mid = key.mid;
            } else if skipped.len() >= most {
                reached = tsn.saturating_sub(1);
                break;
            } else {
                skipped.push(Skipped { stream: key.stream, unordered: key.unordered, mid: key.mid });
            }
        }
        forward::write(short(reached), &skipped, interleaved, buf);
        self.forwarded = Some((point, now));
        if self.t3.is_none() {
            self.t3 = Some(now + self.rtt.rto());
        }
        true
    }
}
