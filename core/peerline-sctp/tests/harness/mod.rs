//! Two associations over a small simulated link in virtual time: delay, jitter, loss by rule, duplication, a bottleneck.
#![allow(dead_code, reason = "each test file uses its own part of the harness")]

use bytes::Bytes;
use core::time::Duration;
use peerline_edge::{Rng, Time};
use peerline_sctp::{
    Association, Config, Event, Message, OutgoingMessage, Ppid, Reliability, State, StreamId, StreamOptions,
};
use std::collections::{BTreeMap, VecDeque};

pub(crate) const A: usize = 0;
pub(crate) const B: usize = 1;

/// What the link does with a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Pass,
    Drop,
    Twice,
    /// Arrives this much later than it should.
    Late(Duration),
}

/// Called with the packet's ordinal in its direction and its bytes.
pub(crate) type Rule = Box<dyn FnMut(usize, &[u8]) -> Verdict>;

/// One direction of the link.
pub(crate) struct Wire {
    pub(crate) delay: Duration,
    pub(crate) jitter: Duration,
    /// Bytes a second, if the direction has a bottleneck, and the bytes its queue takes.
    pub(crate) bottleneck: Option<(u64, usize)>,
    pub(crate) rule: Rule,
    free_at: Time,
    count: usize,
}

impl Wire {
    fn new() -> Self {
        Self {
            delay: Duration::from_millis(25),
            jitter: Duration::ZERO,
            bottleneck: None,
            rule: Box::new(|_, _| Verdict::Pass),
            free_at: Time::ZERO,
            count: 0,
        }
    }
}

/// The pair, the link and the clock.
pub(crate) struct Pair {
    pub(crate) now: Time,
    pub(crate) ends: [Association; 2],
    /// `wires[A]` is the way from A to B.
    pub(crate) wires: [Wire; 2],
    pub(crate) events: [Vec<Event>; 2],
    /// Messages read, in the order they were read.
    pub(crate) inbox: [Vec<(StreamId, Message)>; 2],
    /// Whether messages are read as soon as they are readable.
    pub(crate) reading: [bool; 2],
    /// Every packet that was sent: time, sender, bytes.
    pub(crate) log: Vec<(Time, usize, Vec<u8>)>,
    pub(crate) logging: bool,
    in_flight: BTreeMap<(Time, u64), (usize, Vec<u8>)>,
    serial: u64,
    rng: Rng,
}

pub(crate) fn config(seed: u8) -> Config {
    Config::new([seed; 32])
}

impl Pair {
    pub(crate) fn new() -> Self {
        Self::with(config(1), config(2))
    }

    pub(crate) fn with(a: Config, b: Config) -> Self {
        Self {
            now: Time::from_millis(1000),
            ends: [Association::new(a), Association::new(b)],
            wires: [Wire::new(), Wire::new()],
            events: [Vec::new(), Vec::new()],
            inbox: [Vec::new(), Vec::new()],
            reading: [true, true],
            log: Vec::new(),
            logging: true,
            in_flight: BTreeMap::new(),
            serial: 0,
            rng: Rng::new([99; 32]),
        }
    }

    /// A pair that is connected.
    pub(crate) fn connected() -> Self {
        let mut pair = Self::new();
        pair.connect();
        pair
    }

    pub(crate) fn connected_with(a: Config, b: Config) -> Self {
        let mut pair = Self::with(a, b);
        pair.connect();
        pair
    }

    /// Both sides send INIT, as WebRTC does.
    pub(crate) fn connect(&mut self) {
        for end in &mut self.ends {
            end.connect(self.now);
        }
        self.run_for(Duration::from_secs(5));
        for side in [A, B] {
            assert_eq!(self.ends[side].state(), State::Connected, "side {side}");
            assert_eq!(self.take_events(side), [Event::Connected], "side {side}");
        }
        self.log.clear();
    }

    pub(crate) fn set_delay(&mut self, delay: Duration) {
        for wire in &mut self.wires {
            wire.delay = delay;
        }
    }

    /// Drops packets at random, `per_mille` of a thousand, in both directions.
    pub(crate) fn set_loss(&mut self, per_mille: u32, seed: u8) {
        for (side, wire) in self.wires.iter_mut().enumerate() {
            let mut rng = Rng::new([seed ^ (side as u8) << 7; 32]);
            wire.rule = Box::new(move |_, _| if rng.below(1000) < per_mille { Verdict::Drop } else { Verdict::Pass });
        }
    }

    pub(crate) fn set_rule(&mut self, side: usize, rule: impl FnMut(usize, &[u8]) -> Verdict + 'static) {
        self.wires[side].rule = Box::new(rule);
        self.wires[side].count = 0;
    }

    pub(crate) fn clear_rules(&mut self) {
        for side in [A, B] {
            self.set_rule(side, |_, _| Verdict::Pass);
        }
    }

    /// Drops the first packet with a chunk of `kind` from `side`.
    pub(crate) fn drop_first(&mut self, side: usize, kind: u8) {
        let mut dropped = false;
        self.set_rule(side, move |_, packet| {
            if !dropped && kinds(packet).contains(&kind) {
                dropped = true;
                Verdict::Drop
            } else {
                Verdict::Pass
            }
        });
    }

    pub(crate) fn take_events(&mut self, side: usize) -> Vec<Event> {
        core::mem::take(&mut self.events[side])
    }

    /// Everything that `side` has to send goes onto the wire, and its events are taken.
    pub(crate) fn flush(&mut self, side: usize) {
        self.transmit(side);
        self.collect(side);
    }

    fn transmit(&mut self, side: usize) {
        let mut buf = Vec::new();
        for round in 0.. {
            assert!(round < 100_000, "poll_transmit never ends");
            buf.clear();
            if !self.ends[side].poll_transmit(self.now, &mut buf) {
                assert!(buf.is_empty(), "false, and yet it wrote");
                break;
            }
            assert!(!buf.is_empty() && buf.len() % 4 == 0);
            if self.logging {
                self.log.push((self.now, side, buf.clone()));
            }
            self.put_on_wire(side, &buf);
        }
    }

    fn put_on_wire(&mut self, side: usize, packet: &[u8]) {
        let wire = &mut self.wires[side];
        wire.count += 1;
        let verdict = (wire.rule)(wire.count - 1, packet);
        let jitter = wire.jitter.mul_f64(self.rng.unit());
        let mut departure = self.now;
        if let Some((rate, limit)) = wire.bottleneck {
            let backlog = wire.free_at - self.now;
            if backlog.as_nanos() * u128::from(rate) / 1_000_000_000 > limit as u128 {
                return;
            }
            wire.free_at =
                wire.free_at.max(self.now) + Duration::from_nanos(packet.len() as u64 * 1_000_000_000 / rate);
            departure = wire.free_at;
        }
        let arrival = departure + wire.delay + jitter;
        let copies = match verdict {
            Verdict::Drop => vec![],
            Verdict::Pass => vec![arrival],
            Verdict::Twice => vec![arrival, arrival + Duration::from_micros(10)],
            Verdict::Late(by) => vec![arrival + by],
        };
        for at in copies {
            self.serial += 1;
            self.in_flight.insert((at, self.serial), (1 - side, packet.to_vec()));
        }
    }

    /// Events out, messages out.
    pub(crate) fn collect(&mut self, side: usize) {
        while let Some(event) = self.ends[side].poll_event() {
            if let Event::Readable(stream) = event
                && self.reading[side]
            {
                self.read(side, stream);
            }
            self.events[side].push(event);
        }
    }

    pub(crate) fn read(&mut self, side: usize, stream: StreamId) {
        while let Some(message) = self.ends[side].receive(self.now, stream) {
            self.inbox[side].push((stream, message));
        }
    }

    /// Advances to the next packet or timer, but not beyond `until`. False if nothing happens before.
    pub(crate) fn step(&mut self, until: Time) -> bool {
        self.step_with(until, Self::collect)
    }

    /// The same, with another way to take events and messages out of a side.
    pub(crate) fn step_with(&mut self, until: Time, mut collect: impl FnMut(&mut Self, usize)) -> bool {
        for side in [A, B] {
            self.transmit(side);
            collect(self, side);
        }
        let packet = self.in_flight.keys().next().map(|key| key.0);
        let timers = self.ends.iter().filter_map(|end| end.poll_timeout().map(|deadline| deadline.at));
        let Some(next) = timers.chain(packet).min().filter(|at| *at <= until) else {
            self.now = self.now.max(until);
            return false;
        };
        self.now = self.now.max(next);
        while let Some(entry) = self.in_flight.first_entry().filter(|entry| entry.key().0 <= self.now) {
            let (to, packet) = entry.remove();
            self.ends[to].handle_datagram(self.now, &packet);
            collect(self, to);
        }
        for side in [A, B] {
            if self.ends[side].poll_timeout().is_some_and(|deadline| deadline.at <= self.now) {
                self.ends[side].handle_timeout(self.now);
                let again = self.ends[side].poll_timeout();
                assert!(again.is_none_or(|deadline| deadline.at > self.now), "timer does not move: {again:?}");
            }
        }
        true
    }

    pub(crate) fn run_for(&mut self, time: Duration) {
        let until = self.now + time;
        let mut steps = 0;
        let mut last = self.now;
        while self.step(until) {
            steps = if self.now == last { steps + 1 } else { 0 };
            last = self.now;
            assert!(steps < 1000, "time stands still at {}", self.now);
        }
    }

    /// Runs until `done`, at most `limit`; tells how long it took.
    pub(crate) fn run_until(&mut self, limit: Duration, mut done: impl FnMut(&Self) -> bool) -> Duration {
        let (start, until) = (self.now, self.now + limit);
        while !done(self) {
            assert!(self.step(until), "not done after {limit:?}; {:?}", self.ends[A].statistics());
        }
        self.now - start
    }

    pub(crate) fn send(&mut self, side: usize, stream: u16, payload: &[u8]) {
        self.send_with(side, stream, payload, false, Reliability::Reliable);
    }

    pub(crate) fn send_with(
        &mut self,
        side: usize,
        stream: u16,
        payload: &[u8],
        unordered: bool,
        reliability: Reliability,
    ) {
        let message =
            OutgoingMessage { ppid: Ppid::BINARY, payload: Bytes::copy_from_slice(payload), unordered, reliability };
        self.ends[side].send(self.now, StreamId(stream), message).expect("the queue takes it");
    }

    pub(crate) fn open(&mut self, side: usize, stream: u16, priority: u16) {
        self.ends[side].open_stream(StreamId(stream), StreamOptions { priority });
    }

    pub(crate) fn inbox_bytes(&self, side: usize) -> usize {
        self.inbox[side].iter().map(|(_, message)| message.payload.len()).sum()
    }

    pub(crate) fn payloads(&self, side: usize) -> Vec<&[u8]> {
        self.inbox[side].iter().map(|(_, message)| &message.payload[..]).collect()
    }

    /// Packets sent by `side` with a chunk of `kind`.
    pub(crate) fn count(&self, side: usize, kind: u8) -> usize {
        self.log.iter().filter(|(_, from, packet)| *from == side && kinds(packet).contains(&kind)).count()
    }
}

/// The chunk types in a packet.
pub(crate) fn kinds(packet: &[u8]) -> Vec<u8> {
    chunks(packet).iter().map(|chunk| chunk[0]).collect()
}

/// The chunks of a packet, headers included.
pub(crate) fn chunks(packet: &[u8]) -> VecDeque<Vec<u8>> {
    let mut out = VecDeque::new();
    let mut rest = &packet[12..];
    while rest.len() >= 4 {
        let len = usize::from(u16::from_be_bytes([rest[2], rest[3]]));
        out.push_back(rest[..len.clamp(4, rest.len())].to_vec());
        rest = &rest[len.max(4).next_multiple_of(4).min(rest.len())..];
    }
    out
}

/// Fills in a correct CRC32c.
pub(crate) fn seal(packet: &mut [u8]) {
    packet[8..12].fill(0);
    let checksum = crc_fast::crc32_iscsi(packet);
    packet[8..12].copy_from_slice(&checksum.to_le_bytes());
}

/// `len` bytes that differ from message to message.
pub(crate) fn pattern(number: usize, len: usize) -> Vec<u8> {
    (0..len).map(|i| (i.wrapping_mul(31) ^ number.wrapping_mul(7919) ^ (i >> 8)) as u8).collect()
}
