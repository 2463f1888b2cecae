//! Packets out, built when polled into the caller's buffer (RFC 9260 §6.10 bundling).
//!
//! Order in a packet: COOKIE ECHO or COOKIE ACK, small replies, SHUTDOWN chunks, SACK, RE-CONFIG, FORWARD TSN, HEARTBEAT, DATA.

use super::Association;
use super::link::Link;
use super::phase::{Closing, Phase};
use crate::journal::Journal;
use crate::receive::ack::AckSchedule;
use crate::send::Packet;
use crate::send::queue::SendQueue;
use crate::wire::data::Data;
use crate::wire::{self, COMMON_HEADER_LEN, CommonHeader, cause, chunk, sack};
use peerline_edge::Time;

/// The most replies that wait (INIT ACK, ABORT and the like, all answers to something that came in).
const MAX_REPLIES: usize = 8;

/// How the packet that was built is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Checksum {
    Crc32c,
    /// RFC 9653 §5.2.
    Zero,
}

impl Association {
    /// Appends exactly one packet to `buf` and returns true, or returns false and leaves `buf` alone if there is nothing to send now.
    /// Call it until it returns false.
    pub fn poll_transmit(&mut self, now: Time, buf: &mut Vec<u8>) -> bool {
        // Expired messages leave the queue only when their turn comes; a shutdown may have waited for that.
        self.build(now, buf) || (self.advance_closing() && self.build(now, buf))
    }

    fn build(&mut self, now: Time, buf: &mut Vec<u8>) -> bool {
        let start = buf.len();
        if let Some(reply) = self.replies.pop_front() {
            buf.extend_from_slice(&reply);
            self.count_sent(buf.len().saturating_sub(start));
            return true;
        }
        let end = start.saturating_add(self.config.max_packet_len);
        let header_end = start.saturating_add(COMMON_HEADER_LEN);
        let (source, destination) = (self.config.local_port, self.config.remote_port);
        CommonHeader::write(source, destination, self.peer_tag_for_output(), buf);
        let interleaved = matches!(
            &self.phase,
            Phase::Up { link, .. } | Phase::CookieEchoed { link, .. } if link.capabilities.interleaving
        );
        let overhead = COMMON_HEADER_LEN.saturating_add(Data::header_len(interleaved));
        let max_payload = self.config.max_packet_len.saturating_sub(overhead) & !3;
        let mut packet = Packet { buf, end, max_payload };
        let checksum = match &mut self.phase {
            Phase::Closed | Phase::Ended { .. } => Checksum::Crc32c,
            Phase::CookieWait { t1, since } => {
                if t1.is_due() {
                    t1.sent(now);
                    *since = now;
                    self.local.write(packet.buf);
                }
                Checksum::Crc32c
            }
            Phase::CookieEchoed { t1, cookie, link } => {
                if t1.is_due() {
                    t1.sent(now);
                    chunk::write(packet.buf, chunk::COOKIE_ECHO, 0, |buf| buf.extend_from_slice(cookie));
                    link.write_control(&mut packet);
                    // RFC 9260 §5.1 C: data may go with it, and nothing more until COOKIE ACK.
                    link.tx.fill(now, &mut packet, &mut self.queue, &mut self.journal.events);
                }
                Checksum::Crc32c
            }
            Phase::Up { link, closing, .. } => {
                link.write_packet(now, closing, &mut packet, &mut self.queue, &mut self.journal);
                if link.capabilities.zero_checksum { Checksum::Zero } else { Checksum::Crc32c }
            }
        };
        if buf.len() <= header_end {
            buf.truncate(start);
            return false;
        }
        if checksum == Checksum::Crc32c {
            wire::seal(buf, start);
        }
        self.count_sent(buf.len().saturating_sub(start));
        true
    }

    const fn peer_tag_for_output(&self) -> u32 {
        match &self.phase {
            Phase::CookieEchoed { link, .. } | Phase::Up { link, .. } => link.peer_tag,
            // RFC 9260 §8.5.1 A: INIT goes out under a tag of zero.
            Phase::Closed | Phase::CookieWait { .. } | Phase::Ended { .. } => 0,
        }
    }

    fn count_sent(&mut self, len: usize) {
        let counters = &mut self.journal.counters;
        counters.packets_sent = counters.packets_sent.saturating_add(1);
        counters.bytes_sent = counters.bytes_sent.saturating_add(u64::try_from(len).unwrap_or(0));
    }

    /// Queues a packet of its own.
    pub(super) fn reply(&mut self, tag: u32, body: impl FnOnce(&mut Vec<u8>)) {
        if self.replies.len() >= MAX_REPLIES {
            self.journal.drops.reply_overflow = self.journal.drops.reply_overflow.saturating_add(1);
            return;
        }
        let mut packet = Vec::with_capacity(256);
        CommonHeader::write(self.config.local_port, self.config.remote_port, tag, &mut packet);
        body(&mut packet);
        wire::seal(&mut packet, 0);
        self.replies.push_back(packet);
    }

    /// Queues an ABORT.
    pub(super) fn reply_abort(&mut self, tag: u32, reflected: bool, cause: u16, information: &[u8]) {
        let flags = if reflected { chunk::FLAG_REFLECTED_TAG } else { 0 };
        self.reply(tag, |buf| chunk::write(buf, chunk::ABORT, flags, |buf| cause::write(buf, cause, information)));
    }
}

impl Link {
    fn write_packet(
        &mut self,
        now: Time,
        closing: &mut Closing,
        packet: &mut Packet<'_>,
        queue: &mut SendQueue,
        journal: &mut Journal,
    ) {
        self.write_control(packet);
        let shutting = match closing {
            Closing::Sent(t2) if t2.is_due() => {
                t2.sent(now);
                let cumulative = self.rx.cumulative().0.to_be_bytes();
                chunk::write(packet.buf, chunk::SHUTDOWN, 0, |buf| buf.extend_from_slice(&cumulative));
                true
            }
            Closing::AckSent(t2) => {
                if t2.is_due() {
                    t2.sent(now);
                    chunk::write(packet.buf, chunk::SHUTDOWN_ACK, 0, |_| {});
                }
                return;
            }
            Closing::No | Closing::Pending | Closing::Sent(_) | Closing::Received => false,
        };
        let ack = self.rx.ack();
        if ack == AckSchedule::Due || (shutting && self.rx.has_gap()) {
            let space = packet.end.saturating_sub(packet.buf.len());
            if space >= sack::MIN_LEN {
                self.rx.write_sack(space, packet.buf);
            }
        }
        self.write_requests(now, packet);
        if let AckSchedule::Delayed(_) = self.rx.ack() {
            // A delayed SACK goes along if the packet is sent anyway; its place is kept.
            packet.end = packet.end.saturating_sub(sack::MIN_LEN);
            let start = packet.buf.len();
            let has_data = self.tx.fill(now, packet, queue, &mut journal.events);
            packet.end = packet.end.saturating_add(sack::MIN_LEN);
            if has_data {
                // RFC 9260 §6.10: control chunks stand before DATA; there are endpoints that abort if not.
                let data_end = packet.buf.len();
                self.rx.write_sack(sack::MIN_LEN, packet.buf);
                let sack_len = packet.buf.len() - data_end;
                if let Some(chunks) = packet.buf.get_mut(start..) {
                    chunks.rotate_right(sack_len);
                }
                self.resets.advance(&self.tx, queue);
                return;
            }
        }
        // Also for a retransmission that fits only into a whole packet.
        if self.tx.fill(now, packet, queue, &mut journal.events) {
            self.resets.advance(&self.tx, queue);
        }
    }

    /// RE-CONFIG, FORWARD TSN, HEARTBEAT.
    fn write_requests(&mut self, now: Time, packet: &mut Packet<'_>) {
        let space = |packet: &Packet<'_>| packet.end.saturating_sub(packet.buf.len());
        while self.resets.write(now, space(packet), &self.tx, packet.buf) {}
        self.tx.write_forward(now, space(packet), packet.buf);
        if space(packet) >= 16 {
            self.heartbeat.write(now, self.tx.rtt.rto(), packet.buf);
        }
    }

    /// Whole chunks that wait, as far as they fit.
    fn write_control(&mut self, packet: &mut Packet<'_>) {
        while let Some(chunk) = self.control.front()
            && packet.buf.len().saturating_add(chunk.len()) <= packet.end
        {
            packet.buf.extend_from_slice(chunk);
            self.control.pop_front();
        }
    }
}
