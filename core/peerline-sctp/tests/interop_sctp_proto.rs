//! Against sctp-proto in memory: handshake from either side, messages both ways, stream resets.
#![expect(clippy::disallowed_types, reason = "the oracle takes std's Instant; only differences of it are used")]

use bytes::Bytes;
use core::net::SocketAddr;
use core::time::Duration;
use peerline_edge::{Rng, Time};
use peerline_sctp::{Association, Config, Event, OutgoingMessage, Ppid, Reliability, State, StreamId};
use sctp_proto::{
    Association as Theirs, AssociationHandle, ClientConfig, DatagramEvent, Endpoint, EndpointConfig,
    Event as TheirEvent, Payload, PayloadProtocolIdentifier, ServerConfig, StreamEvent, TransportConfig,
};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

struct Pair {
    epoch: Instant,
    now: Time,
    ours: Association,
    endpoint: Endpoint,
    theirs: Option<(AssociationHandle, Theirs)>,
    remote: SocketAddr,
    connected: bool,
    our_events: Vec<Event>,
    finished: Vec<u16>,
    our_inbox: Vec<(u16, Vec<u8>)>,
    their_inbox: Vec<(u16, Vec<u8>)>,
    to_us: VecDeque<(Time, Vec<u8>)>,
    to_them: VecDeque<(Time, Vec<u8>)>,
    loss: u32,
    rng: Rng,
}

impl Pair {
    #[expect(
        clippy::disallowed_methods,
        reason = "sctp-proto takes its own time at connect, so the epoch must be near it"
    )]
    fn new(they_connect: bool) -> Self {
        let remote = SocketAddr::from(([127, 0, 0, 1], 5000));
        let mut endpoint = Endpoint::new(Arc::new(EndpointConfig::new()), Some(Arc::new(ServerConfig::new())));
        let theirs = they_connect.then(|| endpoint.connect(ClientConfig::new(), remote).expect("it must"));
        Self {
            epoch: Instant::now(),
            now: Time::from_millis(1),
            ours: Association::new(Config::new([3; 32])),
            endpoint,
            theirs,
            remote,
            connected: false,
            our_events: Vec::new(),
            finished: Vec::new(),
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
        while self.to_us.front().is_some_and(|(at, _)| *at <= self.now) {
            let (_, packet) = self.to_us.pop_front().expect("it must");
            self.ours.handle_datagram(self.now, &packet);
        }
        if self.ours.poll_timeout().is_some_and(|deadline| deadline.at <= self.now) {
            self.ours.handle_timeout(self.now);
        }
        let mut buf = Vec::new();
        while self.ours.poll_transmit(self.now, &mut buf) {
            let packet = core::mem::take(&mut buf);
            if self.rng.below(1000) >= self.loss {
                self.to_them.push_back((self.now + Duration::from_millis(10), packet));
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
        self.step_theirs();
    }

    fn step_theirs(&mut self) {
        let at = self.epoch + self.now.since_epoch();
        while self.to_them.front().is_some_and(|(at, _)| *at <= self.now) {
            let (_, packet) = self.to_them.pop_front().expect("it must");
            match self.endpoint.handle(at, self.remote, None, None, Bytes::from(packet)) {
                Some((handle, DatagramEvent::NewAssociation(association))) => {
                    self.theirs = Some((handle, association));
                }
                Some((_, DatagramEvent::AssociationEvent(event))) => {
                    if let Some((_, theirs)) = &mut self.theirs {
                        theirs.handle_event(event);
                    }
                }
                None => {}
            }
        }
        while let Some(transmit) = self.endpoint.poll_transmit() {
            self.put(transmit.payload);
        }
        let Some((_, theirs)) = &mut self.theirs else { return };
        if theirs.poll_timeout().is_some_and(|due| due <= at) {
            theirs.handle_timeout(at);
        }
        let mut readable = Vec::new();
        while let Some(event) = theirs.poll() {
            match event {
                TheirEvent::Connected => self.connected = true,
                TheirEvent::Stream(StreamEvent::Readable { id } | StreamEvent::Opened { id }) => readable.push(id),
                TheirEvent::Stream(StreamEvent::Finished { id }) => self.finished.push(id),
                _ => {}
            }
        }
        for id in theirs.stream_ids().into_iter().chain(readable) {
            while let Ok(mut stream) = theirs.stream(id)
                && let Ok(Some(chunks)) = stream.read_sctp()
            {
                let mut payload = vec![0; chunks.len()];
                let len = chunks.read(&mut payload).expect("it must");
                payload.truncate(len);
                self.their_inbox.push((id, payload));
            }
        }
        let mut out = Vec::new();
        while let Some(transmit) = theirs.poll_transmit(at) {
            out.push(transmit.payload);
        }
        for payload in out {
            self.put(payload);
        }
    }

    fn put(&mut self, payload: Payload) {
        if let Payload::RawEncode(packets) = payload {
            for packet in packets {
                if self.rng.below(1000) >= self.loss {
                    self.to_us.push_back((self.now + Duration::from_millis(10), packet.to_vec()));
                }
            }
        }
    }

    fn run_until(&mut self, what: &str, done: impl Fn(&Self) -> bool) {
        for _ in 0..120_000 {
            if done(self) {
                return;
            }
            self.step();
        }
        panic!("{what}: {:?} {:?} {:?}", self.our_events, self.ours.drops(), self.ours.statistics());
    }

    fn connect(&mut self) {
        self.run_until("connect", |pair| pair.ours.state() == State::Connected && pair.connected);
    }

    fn send(&mut self, stream: u16, payload: &[u8]) {
        let payload = Bytes::copy_from_slice(payload);
        let message =
            OutgoingMessage { ppid: Ppid::BINARY, payload, unordered: false, reliability: Reliability::Reliable };
        self.ours.send(self.now, StreamId(stream), message).expect("it must");
    }

    fn their_send(&mut self, stream: u16, payload: &[u8]) {
        let (_, theirs) = self.theirs.as_mut().expect("it must");
        let payload = Bytes::copy_from_slice(payload);
        let ppid = PayloadProtocolIdentifier::Binary;
        let mut stream = match theirs.stream(stream) {
            Ok(stream) => stream,
            Err(_) => theirs.open_stream(stream, ppid).expect("it must"),
        };
        stream.write_sctp(&payload, ppid).expect("it must");
    }
}

fn pattern(number: usize, len: usize) -> Vec<u8> {
    (0..len).map(|i| (i * 31 + number * 17 + i / 256) as u8).collect()
}

#[test]
fn each_side_connects() {
    for they_connect in [false, true] {
        let mut pair = Pair::new(they_connect);
        if !they_connect {
            pair.ours.connect(pair.now);
        }
        pair.connect();
        assert!(!pair.ours.is_interleaving() && !pair.ours.is_checksum_free());
    }
}

#[test]
fn both_sides_connect_at_once() {
    let mut pair = Pair::new(true);
    pair.ours.connect(pair.now);
    pair.connect();
    pair.send(1, b"x");
    pair.run_until("message", |pair| pair.their_inbox.len() == 1);
}

#[test]
fn messages_go_both_ways_with_and_without_loss() {
    for loss in [0, 30] {
        let mut pair = Pair::new(loss > 0);
        pair.ours.connect(pair.now);
        pair.connect();
        pair.loss = loss;
        let sizes = [1, 4, 100, 1131, 1200, 5000, 65_535, 7];
        for (number, size) in sizes.into_iter().enumerate() {
            pair.send(1, &pattern(number, size));
            pair.their_send(2, &pattern(number, size));
        }
        pair.run_until("messages", |pair| pair.our_inbox.len() == sizes.len() && pair.their_inbox.len() == sizes.len());
        for (number, size) in sizes.into_iter().enumerate() {
            assert!(pair.our_inbox[number] == (2, pattern(number, size)));
            assert!(pair.their_inbox[number] == (1, pattern(number, size)));
        }
    }
}

#[test]
fn our_reset_finishes_their_stream() {
    let mut pair = Pair::new(false);
    pair.ours.connect(pair.now);
    pair.connect();
    pair.send(4, b"last");
    pair.run_until("message", |pair| pair.their_inbox.len() == 1);
    pair.ours.reset_stream(pair.now, StreamId(4));
    pair.run_until("reset", |pair| {
        pair.our_events.contains(&Event::OutgoingStreamReset(StreamId(4)))
            && pair.our_events.contains(&Event::IncomingStreamReset(StreamId(4)))
            && pair.finished.contains(&4)
    });
}

#[test]
fn inits_exchanged_by_signaling_connect_without_a_handshake() {
    let mut pair = Pair::new(false);
    let token = sctp_proto::generate_snap_token(&TransportConfig::default()).expect("a token");
    let config = ClientConfig::new().with_snap(token.clone(), Bytes::from(pair.ours.init_chunk()));
    pair.theirs = Some(pair.endpoint.connect(config, pair.remote).expect("it takes our INIT"));
    pair.ours.connect_with_init(pair.now, &token).expect("we take its INIT");
    pair.connect();
    pair.send(1, &pattern(1, 5000));
    pair.their_send(1, &pattern(2, 5000));
    pair.run_until("messages", |pair| pair.our_inbox.len() == 1 && pair.their_inbox.len() == 1);
}
