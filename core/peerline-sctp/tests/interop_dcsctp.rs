//! Against dcSCTP in memory and virtual time: handshake, messages both ways, partial reliability, stream resets, shutdown.

use bytes::Bytes;
use core::time::Duration;
use dcsctp::api::{
    DcSctpSocket, Message as TheirMessage, Options, PpId, SendOptions, SocketEvent, SocketState, SocketTime,
    StreamId as TheirStream, ZeroChecksumAlternateErrorDetectionMethod,
};
use peerline_edge::{Rng, Time};
use peerline_sctp::{Association, Config, Event, OutgoingMessage, Ppid, Reliability, State, StreamId};
use std::collections::VecDeque;

struct Pair {
    now: Time,
    ours: Association,
    theirs: Box<dyn DcSctpSocket>,
    our_events: Vec<Event>,
    their_events: Vec<String>,
    our_inbox: Vec<(u16, Vec<u8>)>,
    their_inbox: Vec<(u16, Vec<u8>)>,
    to_us: VecDeque<(Time, Vec<u8>)>,
    to_them: VecDeque<(Time, Vec<u8>)>,
    loss: u32,
    rng: Rng,
}

impl Pair {
    fn new(interleaving: bool, zero_checksum: bool) -> Self {
        let mut config = Config::new([3; 32]);
        config.interleaving = interleaving;
        config.zero_checksum = zero_checksum;
        let options = Options {
            enable_message_interleaving: interleaving,
            zero_checksum_alternate_error_detection_method: ZeroChecksumAlternateErrorDetectionMethod(u32::from(
                zero_checksum,
            )),
            ..Options::default()
        };
        Self {
            now: Time::from_millis(1000),
            ours: Association::new(config),
            theirs: dcsctp::new_socket("oracle", &options),
            our_events: Vec::new(),
            their_events: Vec::new(),
            our_inbox: Vec::new(),
            their_inbox: Vec::new(),
            to_us: VecDeque::new(),
            to_them: VecDeque::new(),
            loss: 0,
            rng: Rng::new([8; 32]),
        }
    }

    fn step(&mut self) {
        self.now += Duration::from_millis(1);
        let arrival = self.now + Duration::from_millis(10);
        while let Some((_, packet)) = self.to_us.pop_front_due(self.now) {
            self.ours.handle_datagram(self.now, &packet);
        }
        self.theirs.advance_time(SocketTime::zero() + self.now.since_epoch());
        while let Some((_, packet)) = self.to_them.pop_front_due(self.now) {
            self.theirs.handle_input(&packet);
        }
        if self.ours.poll_timeout().is_some_and(|deadline| deadline.at <= self.now) {
            self.ours.handle_timeout(self.now);
        }
        let mut buf = Vec::new();
        while self.ours.poll_transmit(self.now, &mut buf) {
            let packet = core::mem::take(&mut buf);
            if self.rng.below(1000) >= self.loss {
                self.to_them.push_back((arrival, packet));
            }
        }
        while let Some(event) = self.ours.poll_event() {
            if let Event::Readable(stream) = event {
                while let Some(message) = self.ours.receive(self.now, stream) {
                    self.our_inbox.push((stream.0, message.payload.to_vec()));
                }
            }
            self.our_events.push(event);
        }
        while let Some(event) = self.theirs.poll_event() {
            match event {
                SocketEvent::SendPacket(packet) => {
                    if self.rng.below(1000) >= self.loss {
                        self.to_us.push_back((arrival, packet));
                    }
                }
                other => self.their_events.push(format!("{other:?}")),
            }
        }
        while let Some(message) = self.theirs.get_next_message() {
            self.their_inbox.push((message.stream_id.0, message.payload));
        }
    }

    fn run_until(&mut self, what: &str, done: impl Fn(&Self) -> bool) {
        for _ in 0..120_000 {
            if done(self) {
                return;
            }
            self.step();
        }
        panic!("{what}: {:?} {:?} {:?}", self.our_events, self.their_events, self.ours.statistics());
    }

    fn connect(&mut self) {
        self.run_until("connect", |pair| {
            pair.ours.state() == State::Connected && pair.theirs.state() == SocketState::Connected
        });
    }

    fn send(&mut self, stream: u16, payload: &[u8], unordered: bool, reliability: Reliability) {
        let payload = Bytes::copy_from_slice(payload);
        let message = OutgoingMessage { ppid: Ppid::BINARY, payload, unordered, reliability };
        self.ours.send(self.now, StreamId(stream), message).expect("it must");
    }

    fn their_send(&mut self, stream: u16, payload: &[u8], options: &SendOptions) {
        self.theirs.send(TheirMessage::new(TheirStream(stream), PpId(53), payload.to_vec()), options).expect("it must");
    }
}

trait PopDue {
    fn pop_front_due(&mut self, now: Time) -> Option<(Time, Vec<u8>)>;
}

impl PopDue for VecDeque<(Time, Vec<u8>)> {
    fn pop_front_due(&mut self, now: Time) -> Option<(Time, Vec<u8>)> {
        if self.front()?.0 > now { None } else { self.pop_front() }
    }
}

fn pattern(number: usize, len: usize) -> Vec<u8> {
    (0..len).map(|i| (i * 31 + number * 17 + i / 256) as u8).collect()
}

fn modes() -> impl Iterator<Item = (bool, bool)> {
    [(false, false), (true, false), (false, true), (true, true)].into_iter()
}

#[test]
fn each_side_connects_and_both_at_once() {
    for (interleaving, zero_checksum) in modes() {
        for who in 0..3 {
            let mut pair = Pair::new(interleaving, zero_checksum);
            if who != 1 {
                pair.ours.connect(pair.now);
            }
            if who != 0 {
                pair.theirs.connect();
            }
            pair.connect();
            let metrics = pair.theirs.get_metrics().expect("it must");
            assert_eq!(metrics.uses_message_interleaving, interleaving);
            assert_eq!(metrics.uses_zero_checksum, zero_checksum);
            assert_eq!((pair.ours.is_interleaving(), pair.ours.is_checksum_free()), (interleaving, zero_checksum));
        }
    }
}

#[test]
fn messages_of_every_size_go_both_ways_with_and_without_loss() {
    for (interleaving, zero_checksum) in modes() {
        for loss in [0, 30] {
            let mut pair = Pair::new(interleaving, zero_checksum);
            pair.ours.connect(pair.now);
            pair.theirs.connect();
            pair.connect();
            pair.loss = loss;
            let sizes = [1, 2, 3, 4, 100, 1131, 1132, 1133, 1200, 5000, 65_536, 262_144, 7];
            for (number, size) in sizes.into_iter().enumerate() {
                pair.send(1, &pattern(number, size), false, Reliability::Reliable);
                pair.their_send(2, &pattern(number, size), &SendOptions::default());
            }
            pair.run_until("messages", |pair| {
                pair.our_inbox.len() == sizes.len() && pair.their_inbox.len() == sizes.len()
            });
            for (number, size) in sizes.into_iter().enumerate() {
                assert!(pair.our_inbox[number] == (2, pattern(number, size)));
                assert!(pair.their_inbox[number] == (1, pattern(number, size)));
            }
            assert_eq!(pair.ours.drops().malformed_chunk + pair.ours.drops().bad_checksum, 0);
        }
    }
}

#[test]
fn unreliable_messages_are_skipped_both_ways() {
    for (interleaving, zero_checksum) in modes() {
        let mut pair = Pair::new(interleaving, zero_checksum);
        pair.ours.connect(pair.now);
        pair.connect();
        pair.loss = 150;
        let options = SendOptions { max_retransmissions: Some(0), ..SendOptions::default() };
        for number in 0..100 {
            let size = if number % 10 == 0 { 4000 } else { 200 };
            pair.send(1, &pattern(number, size), number % 2 == 0, Reliability::MaxRetransmits(0));
            pair.their_send(1, &pattern(number, size), &options);
            for _ in 0..5 {
                pair.step();
            }
        }
        pair.send(1, b"end", false, Reliability::Reliable);
        pair.their_send(1, b"end", &SendOptions::default());
        let end = (1, b"end".to_vec());
        pair.run_until("end", |pair| pair.our_inbox.contains(&end) && pair.their_inbox.contains(&end));
        assert!(pair.our_inbox.len() < 101 && pair.our_inbox.len() > 30);
        assert!(pair.their_inbox.len() < 101 && pair.their_inbox.len() > 30);
    }
}

#[test]
fn streams_are_reset_both_ways_and_used_again() {
    for (interleaving, zero_checksum) in modes() {
        let mut pair = Pair::new(interleaving, zero_checksum);
        pair.ours.connect(pair.now);
        pair.theirs.connect();
        pair.connect();
        pair.loss = 30;
        for round in 0..3 {
            pair.our_events.clear();
            pair.their_events.clear();
            pair.send(4, &pattern(round, 20_000), false, Reliability::Reliable);
            pair.their_send(4, &pattern(round, 20_000), &SendOptions::default());
            pair.ours.reset_stream(pair.now, StreamId(4));
            pair.run_until("our reset", |pair| {
                pair.our_events.contains(&Event::OutgoingStreamReset(StreamId(4)))
                    && pair.their_events.iter().any(|event| event.starts_with("OnIncomingStreamReset"))
            });
            pair.theirs.reset_streams(&[TheirStream(4)]).expect("it must");
            pair.run_until("their reset", |pair| {
                pair.our_events.contains(&Event::IncomingStreamReset(StreamId(4)))
                    && pair.their_events.iter().any(|event| event.starts_with("OnStreamsResetPerformed"))
            });
            assert_eq!((pair.our_inbox.len(), pair.their_inbox.len()), (round + 1, round + 1));
        }
    }
}

#[test]
fn either_side_shuts_down() {
    for ours in [true, false] {
        let mut pair = Pair::new(true, true);
        pair.ours.connect(pair.now);
        pair.connect();
        pair.send(1, &pattern(1, 50_000), false, Reliability::Reliable);
        if ours {
            pair.ours.shutdown(pair.now)
        } else {
            pair.theirs.shutdown()
        }
        pair.run_until("shutdown", |pair| {
            pair.ours.state() == State::Closed && pair.theirs.state() == SocketState::Closed
        });
        assert_eq!(pair.their_inbox.len(), 1);
    }
}
