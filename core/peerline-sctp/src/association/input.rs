//! Packets in: tests of ports, checksum and tag, then chunk by chunk (RFC 9260 §8.5, §6.10).

use super::Association;
use super::link::Link;
use super::phase::{Closing, Phase};
use crate::event::CloseReason;
use crate::journal::Journal;
use crate::receive::Fatal;
use crate::send::queue::SendQueue;
use crate::wire::chunk::{self, Chunk, Chunks, FLAG_REFLECTED_TAG, Unrecognized};
use crate::wire::data::Data;
use crate::wire::forward::ForwardTsn;
use crate::wire::sack::Sack;
use crate::wire::{self, CommonHeader, cause};
use bytes::Bytes;
use core::time::Duration;
use peerline_edge::Time;

/// How old the measured round-trip time may get while data pours in.
const MEASURE_INTERVAL: Duration = Duration::from_secs(1);

/// What to do after a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    Next,
    /// Leave the rest of the packet.
    Stop,
}

/// The end of an association, found while handling a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Next,
    Fatal(Fatal),
    /// DATA without user data (RFC 9260 §6.2).
    NoUserData,
    /// A chunk of the kind that was not agreed on (RFC 8260 §2.2.1).
    WrongKind,
}

impl Association {
    /// Takes one SCTP packet, the plaintext of one DTLS record. Feed a burst, then poll: one SACK answers it.
    pub fn handle_datagram(&mut self, now: Time, packet: &[u8]) {
        let Some((header, chunks)) = CommonHeader::parse(packet) else {
            self.journal.drops.malformed_packet = self.journal.drops.malformed_packet.saturating_add(1);
            return;
        };
        if header.source_port != self.config.remote_port || header.destination_port != self.config.local_port {
            self.journal.drops.wrong_port = self.journal.drops.wrong_port.saturating_add(1);
            return;
        }
        // RFC 9653 §5.3: a checksum of zero is good if we offered to take it.
        let unprotected = header.checksum == 0 && self.config.zero_checksum;
        if !unprotected && header.checksum != wire::checksum(packet) {
            self.journal.drops.bad_checksum = self.journal.drops.bad_checksum.saturating_add(1);
            return;
        }
        let mut chunks = Chunks::new(chunks);
        let Some(Ok(first)) = chunks.next() else {
            self.journal.drops.malformed_packet = self.journal.drops.malformed_packet.saturating_add(1);
            return;
        };
        if !self.admit(now, &header, &first, chunks.clone().next().is_some()) {
            return;
        }
        self.journal.counters.packets_received = self.journal.counters.packets_received.saturating_add(1);
        let len = u64::try_from(packet.len()).unwrap_or(0);
        self.journal.counters.bytes_received = self.journal.counters.bytes_received.saturating_add(len);
        if let Phase::Up { link, .. } = &mut self.phase {
            link.heartbeat.on_packet(now);
        }
        let mut next = Some(Ok(first));
        while let Some(chunk) = next {
            let Ok(chunk) = chunk else {
                self.journal.drops.malformed_packet = self.journal.drops.malformed_packet.saturating_add(1);
                break;
            };
            if self.on_chunk(now, &header, &chunk) == Flow::Stop {
                break;
            }
            next = chunks.next();
        }
        self.end_of_packet(now);
    }

    /// RFC 9260 §8.5: is the tag right for what the packet begins with? An INIT is handled here: it stands alone.
    fn admit(&mut self, now: Time, header: &CommonHeader, first: &Chunk<'_>, more: bool) -> bool {
        let right = match first.kind {
            chunk::INIT => {
                // §8.5.1 A; §3.3.2: INIT is never bundled.
                if header.tag == 0 && !more {
                    self.on_init(now, first);
                } else {
                    self.journal.drops.wrong_tag = self.journal.drops.wrong_tag.saturating_add(1);
                }
                return false;
            }
            // §8.5.1 D: the cookie itself says which tag is right.
            chunk::COOKIE_ECHO => true,
            // §8.5.1 B, C: our tag, or the peer's own with the T bit.
            chunk::ABORT | chunk::SHUTDOWN_COMPLETE if first.flags & FLAG_REFLECTED_TAG != 0 => {
                header.tag != 0 && self.peer_tag() == Some(header.tag)
            }
            _ => header.tag == self.local.tag,
        };
        if right {
            return true;
        }
        self.journal.drops.wrong_tag = self.journal.drops.wrong_tag.saturating_add(1);
        false
    }

    fn peer_tag(&self) -> Option<u32> {
        match &self.phase {
            Phase::CookieEchoed { link, .. } | Phase::Up { link, .. } => Some(link.peer_tag),
            Phase::Closed | Phase::CookieWait { .. } | Phase::Ended { .. } => None,
        }
    }

    pub(super) fn count_unexpected(&mut self) {
        self.journal.drops.unexpected_chunk = self.journal.drops.unexpected_chunk.saturating_add(1);
    }

    fn on_chunk(&mut self, now: Time, header: &CommonHeader, chunk: &Chunk<'_>) -> Flow {
        match chunk.kind {
            chunk::DATA | chunk::I_DATA | chunk::SACK => return self.on_link_chunk(now, chunk),
            // Only alone in its packet (see `admit`).
            chunk::INIT => self.count_unexpected(),
            chunk::INIT_ACK => self.on_init_ack(now, chunk),
            chunk::COOKIE_ECHO => {
                if !self.on_cookie_echo(now, header.tag, chunk) {
                    return Flow::Stop;
                }
            }
            chunk::COOKIE_ACK => self.on_cookie_ack(),
            chunk::ABORT => {
                self.on_abort(chunk);
                return Flow::Stop;
            }
            chunk::ERROR => {
                tracing::debug!(cause = cause::first(chunk.value).map(|(code, _)| code), "peer reports an error");
                self.on_handshake_error(chunk);
            }
            chunk::SHUTDOWN => self.on_shutdown(now, chunk),
            chunk::SHUTDOWN_ACK => self.on_shutdown_ack(header),
            chunk::SHUTDOWN_COMPLETE => self.on_shutdown_complete(),
            chunk::HEARTBEAT | chunk::HEARTBEAT_ACK | chunk::FORWARD_TSN | chunk::I_FORWARD_TSN | chunk::RE_CONFIG => {
                return self.on_link_chunk(now, chunk);
            }
            _ => return self.on_unknown(chunk),
        }
        Flow::Next
    }

    /// A chunk for the association that is up.
    fn on_link_chunk(&mut self, now: Time, chunk: &Chunk<'_>) -> Flow {
        let Phase::Up { link, closing, .. } = &mut self.phase else {
            // RFC 9260 §6: DATA before COOKIE ACK is dropped; it comes again.
            self.count_unexpected();
            return Flow::Next;
        };
        let (queue, journal) = (&mut self.queue, &mut self.journal);
        let verdict = match chunk.kind {
            chunk::DATA | chunk::I_DATA => on_data(now, chunk, link, closing, journal),
            chunk::SACK => {
                match Sack::parse(chunk.value) {
                    Some(sack) => link.tx.handle_sack(now, &sack, queue, &mut journal.drops, &mut journal.events),
                    None => count_malformed(journal),
                }
                Verdict::Next
            }
            chunk::FORWARD_TSN | chunk::I_FORWARD_TSN => on_forward(chunk, link, journal),
            chunk::RE_CONFIG => {
                on_reconfig(now, chunk, link, queue, journal);
                Verdict::Next
            }
            chunk::HEARTBEAT => {
                on_heartbeat(chunk, self.config.max_packet_len, link, journal);
                Verdict::Next
            }
            _ => {
                if let Some(rtt) = link.heartbeat.on_ack(now, chunk.value) {
                    link.tx.rtt.measure(now, rtt);
                    link.tx.clear_errors();
                }
                Verdict::Next
            }
        };
        match verdict {
            Verdict::Next => return Flow::Next,
            Verdict::Fatal(Fatal::MessageTooLarge) => {
                self.abort_with(CloseReason::MessageTooLarge, cause::OUT_OF_RESOURCE, &[]);
            }
            Verdict::Fatal(Fatal::OutOfResource) => {
                self.abort_with(CloseReason::OutOfResource, cause::OUT_OF_RESOURCE, &[]);
            }
            Verdict::NoUserData => {
                let tsn = chunk.value.get(..4).unwrap_or_default();
                self.abort_with(CloseReason::ProtocolViolation, cause::NO_USER_DATA, tsn);
            }
            Verdict::WrongKind => {
                self.abort_with(CloseReason::ProtocolViolation, cause::PROTOCOL_VIOLATION, b"chunk kind not agreed on");
            }
        }
        Flow::Stop
    }

    /// RFC 9260 §3.2: the two highest bits of the type say what to do.
    fn on_unknown(&mut self, chunk: &Chunk<'_>) -> Flow {
        self.journal.drops.unknown_chunk = self.journal.drops.unknown_chunk.saturating_add(1);
        let rule = Unrecognized::of_chunk(chunk.kind);
        if rule.report
            && let Phase::Up { link, .. } = &mut self.phase
        {
            let mut error = Vec::new();
            chunk::write(&mut error, chunk::ERROR, 0, |buf| cause::write(buf, cause::UNRECOGNIZED_CHUNK, chunk.whole));
            link.push_control(error, &mut self.journal);
        }
        if rule.skip { Flow::Next } else { Flow::Stop }
    }

    /// ABORT (§9.1); the tag was checked.
    fn on_abort(&mut self, chunk: &Chunk<'_>) {
        if matches!(self.phase, Phase::Closed | Phase::Ended { .. }) {
            self.count_unexpected();
            return;
        }
        let (code, information) = cause::first(chunk.value).unwrap_or((0, &[]));
        let quoted = matches!(code, cause::USER_ABORT | cause::PROTOCOL_VIOLATION);
        let information = information.get(..cause::MAX_QUOTE).unwrap_or(information);
        let reason = if quoted { Bytes::copy_from_slice(information) } else { Bytes::new() };
        tracing::debug!(cause = code, "peer aborted");
        self.end(CloseReason::PeerAbort { cause: code, reason });
    }

    /// Chores after a packet.
    fn end_of_packet(&mut self, now: Time) {
        let Phase::Up { link, .. } = &mut self.phase else { return };
        let srtt = link.tx.rtt.srtt();
        link.rx.end_of_packet(now, srtt);
        // A side that only receives would not know the round-trip time, by which its window grows.
        if link.rx.is_busy() && link.tx.rtt.measured().is_none_or(|at| now - at > MEASURE_INTERVAL) {
            link.heartbeat.beat_now();
        }
        link.resets.on_data(&mut link.rx, &mut self.journal.events);
        link.resets.advance(&link.tx, &self.queue);
        self.advance_closing();
    }
}

fn count_malformed(journal: &mut Journal) {
    journal.drops.malformed_chunk = journal.drops.malformed_chunk.saturating_add(1);
}

#[inline]
fn on_data(now: Time, chunk: &Chunk<'_>, link: &mut Link, closing: &mut Closing, journal: &mut Journal) -> Verdict {
    let Some(data) = Data::parse(chunk) else {
        count_malformed(journal);
        return Verdict::Next;
    };
    if (chunk.kind == chunk::I_DATA) != link.capabilities.interleaving {
        return Verdict::WrongKind;
    }
    if data.payload.is_empty() {
        return Verdict::NoUserData;
    }
    match closing {
        Closing::No | Closing::Pending => {}
        // RFC 9260 §9.2: each DATA is answered with SACK and SHUTDOWN again.
        Closing::Sent(t2) => {
            t2.now();
            link.rx.ack_at_once();
        }
        Closing::Received | Closing::AckSent(_) => {
            journal.drops.unexpected_chunk = journal.drops.unexpected_chunk.saturating_add(1);
            return Verdict::Next;
        }
    }
    let srtt = link.tx.rtt.srtt();
    match link.rx.handle_data(now, &data, srtt, &mut journal.drops, &mut journal.events) {
        Ok(whole) => {
            journal.counters.messages_received = journal.counters.messages_received.saturating_add(u64::from(whole));
            Verdict::Next
        }
        Err(fatal) => Verdict::Fatal(fatal),
    }
}

fn on_forward(chunk: &Chunk<'_>, link: &mut Link, journal: &mut Journal) -> Verdict {
    let interleaved = chunk.kind == chunk::I_FORWARD_TSN;
    if !link.capabilities.partial_reliability || interleaved != link.capabilities.interleaving {
        // RFC 8260 §2.3.1: the other kind is a protocol violation; without RFC 3758 agreed on it is merely not ours.
        journal.drops.unexpected_chunk = journal.drops.unexpected_chunk.saturating_add(1);
        return Verdict::Next;
    }
    match ForwardTsn::parse(chunk.value, interleaved) {
        Some(forward) => link.rx.handle_forward(&forward, &mut journal.events),
        None => count_malformed(journal),
    }
    Verdict::Next
}

fn on_reconfig(now: Time, chunk: &Chunk<'_>, link: &mut Link, queue: &mut SendQueue, journal: &mut Journal) {
    if !link.capabilities.reconfig {
        journal.drops.unexpected_chunk = journal.drops.unexpected_chunk.saturating_add(1);
        return;
    }
    let Link { resets, rx, tx, .. } = link;
    resets.handle(now, chunk.value, rx, tx, queue, journal);
}

/// HEARTBEAT (§8.3): the information goes back as it came.
fn on_heartbeat(chunk: &Chunk<'_>, max_packet_len: usize, link: &mut Link, journal: &mut Journal) {
    let room = max_packet_len.saturating_sub(wire::COMMON_HEADER_LEN);
    if wire::padded(chunk.whole.len()) > room {
        count_malformed(journal);
        return;
    }
    let mut ack = Vec::with_capacity(wire::padded(chunk.whole.len()));
    chunk::write(&mut ack, chunk::HEARTBEAT_ACK, 0, |buf| buf.extend_from_slice(chunk.value));
    link.push_control(ack, journal);
}
