//! A live SCTP association (RFC 9260) whose peer lies: chunks of any kind under a good header, in any order, between API calls.

use crate::input::Steps;
use bytes::Bytes;
use core::time::Duration;
use peerline_edge::Time;
use peerline_sctp::{Association, Config, OutgoingMessage, Ppid, Reliability, State, StreamId};

/// Packets one association may want to send at one instant before it is said to run away.
const FLOOD: usize = 20_000;

/// Two associations shake hands; then each step of the input does something to the first of them.
pub fn sctp(data: &[u8]) {
    let mut pair = Pair::connected();
    for (kind, body) in Steps::of(data) {
        match kind % 8 {
            0..=2 => pair.inject_chunks(body),
            3 => pair.victim.handle_datagram(pair.now, body),
            4 => pair.exchange(),
            5 => pair.advance(body),
            6 => pair.call(body),
            _ => pair.read_all(),
        }
        pair.drain_victim();
    }
    pair.advance(&[255, 255]);
}

struct Pair {
    now: Time,
    victim: Association,
    peer: Association,
    /// The tag that packets to the victim carry, as the honest peer learned it.
    victim_tag: [u8; 4],
    to_peer: Vec<Vec<u8>>,
}

impl Pair {
    fn connected() -> Self {
        let victim = Association::new(Config::new([1; 32]));
        let peer = Association::new(Config::new([2; 32]));
        let mut pair = Self { now: Time::ZERO, victim, peer, victim_tag: [0; 4], to_peer: Vec::new() };
        pair.victim.connect(pair.now);
        pair.drain_victim();
        for _ in 0..4 {
            pair.exchange();
        }
        assert_eq!(pair.victim.state(), State::Connected, "the honest handshake fails");
        pair
    }

    /// The source and destination port, tag and checksum are right, so that the chunks are looked at.
    fn inject_chunks(&mut self, chunks: &[u8]) {
        let mut packet = vec![0x13, 0x88, 0x13, 0x88];
        packet.extend_from_slice(&self.victim_tag);
        packet.extend_from_slice(&[0; 4]);
        packet.extend_from_slice(chunks);
        let checksum = crc_fast::checksum(crc_fast::CrcAlgorithm::Crc32Iscsi, &packet);
        let checksum = u32::try_from(checksum).unwrap_or_default();
        packet[8..12].copy_from_slice(&checksum.to_le_bytes());
        self.victim.handle_datagram(self.now, &packet);
    }

    /// The honest peer gets what the victim sent, and answers.
    fn exchange(&mut self) {
        for packet in core::mem::take(&mut self.to_peer) {
            self.peer.handle_datagram(self.now, &packet);
        }
        while self.peer.poll_event().is_some() {}
        let mut buf = Vec::new();
        let mut sent = 0;
        while self.peer.poll_transmit(self.now, &mut buf) && sent < FLOOD {
            if let Some(tag) = buf.get(4..8).and_then(|tag| tag.try_into().ok()) {
                // Keep the tag of the association, not of an INIT, which has none.
                if tag != [0; 4] {
                    self.victim_tag = tag;
                }
            }
            self.victim.handle_datagram(self.now, &buf);
            buf.clear();
            sent += 1;
        }
        self.drain_victim();
    }

    fn drain_victim(&mut self) {
        let mut buf = Vec::new();
        let mut sent = 0;
        while self.victim.poll_transmit(self.now, &mut buf) {
            assert!(buf.len() <= 1160, "a packet of {} bytes", buf.len());
            assert!(buf.len() >= 12, "a packet without a header");
            sent += 1;
            assert!(sent < FLOOD, "sends without end");
            if self.to_peer.len() < 256 {
                self.to_peer.push(core::mem::take(&mut buf));
            }
            buf.clear();
        }
        let events = core::iter::from_fn(|| self.victim.poll_event()).take(FLOOD).count();
        assert!(events < FLOOD, "reports without end");
    }

    /// Time passes: up to 655 s, timer by timer.
    fn advance(&mut self, body: &[u8]) {
        let [high, low] = [body.first(), body.get(1)].map(|byte| u64::from(byte.copied().unwrap_or(1)));
        let end = self.now + Duration::from_millis((high * 256 + low) * 10);
        let mut calls = 0;
        while let Some(deadline) = self.victim.poll_timeout().filter(|deadline| deadline.at <= end) {
            self.now = self.now.max(deadline.at);
            self.victim.handle_timeout(self.now);
            self.drain_victim();
            calls += 1;
            assert!(calls < 100_000, "the timer {:?} spins", deadline.why);
        }
        self.now = end;
        self.peer.handle_timeout(end);
    }

    /// What an application does.
    fn call(&mut self, body: &[u8]) {
        let [what, stream, length] = [0, 1, 2].map(|at| body.get(at).copied().unwrap_or_default());
        let stream = StreamId(u16::from(stream % 4));
        let (now, victim) = (self.now, &mut self.victim);
        match what % 8 {
            0..=3 => {
                let mut message =
                    OutgoingMessage::new(Ppid::BINARY, Bytes::from(vec![7; usize::from(length) * 64 + 1]));
                message.unordered = what & 1 == 1;
                if what & 2 == 2 {
                    message.reliability = Reliability::MaxRetransmits(u16::from(length % 3));
                }
                // Refused sends are the caller's business.
                let _ = victim.send(now, stream, message);
            }
            4 => victim.reset_stream(now, stream),
            5 => victim.discard(now, stream),
            6 => victim.set_buffered_amount_low_threshold(stream, usize::from(length)),
            _ if length == 200 => victim.shutdown(now),
            _ => {}
        }
        let _ = (victim.buffered_amount(stream), victim.statistics(), victim.state());
    }

    fn read_all(&mut self) {
        for stream in 0..8 {
            let messages = core::iter::from_fn(|| self.victim.receive(self.now, StreamId(stream))).take(FLOOD);
            assert!(messages.count() < FLOOD, "messages without end");
        }
    }
}
