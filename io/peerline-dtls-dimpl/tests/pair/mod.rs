//! Two connections and the wire between them, in virtual time.

#![allow(dead_code, reason = "each test binary uses a part")]

use peerline_crypto::{CryptoProvider, HashAlgorithm};
use peerline_crypto_aws_lc::{AwsLc, generate_certificate};
use peerline_dtls::{
    Certificate, Config, Connection, Event, Failure, Fingerprint, KeyAlgorithm, Role, Session, State, Versions,
};
use peerline_dtls_dimpl::Dimpl;
use peerline_edge::{Rng, Time};
use std::collections::VecDeque;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

/// One provider for all tests, as in a process with many connections.
pub(crate) static PROVIDER: LazyLock<Arc<Dimpl>> = LazyLock::new(|| Arc::new(Dimpl::new()));
pub(crate) static CERTIFICATES: LazyLock<[Arc<Certificate>; 3]> =
    LazyLock::new(|| core::array::from_fn(|_| Arc::new(generate_certificate(KeyAlgorithm::EcdsaP256).unwrap())));

pub(crate) fn crypto() -> Arc<dyn CryptoProvider> {
    Arc::new(AwsLc)
}

pub(crate) fn config(certificate: usize, versions: Versions) -> Config {
    let seed = [u8::try_from(certificate).unwrap(); 32];
    Config { versions, ..Config::new(PROVIDER.clone(), crypto(), CERTIFICATES[certificate].clone(), seed) }
}

pub(crate) fn fingerprint(certificate: usize) -> Fingerprint {
    CERTIFICATES[certificate].fingerprint(&AwsLc, HashAlgorithm::Sha256)
}

/// One side, what it was told, and what it read.
pub(crate) struct Side {
    pub(crate) connection: Connection,
    pub(crate) events: Vec<Event>,
    pub(crate) read: Vec<Vec<u8>>,
    pub(crate) sent_datagrams: usize,
}

impl Side {
    pub(crate) fn new(config: Config) -> Self {
        Self { connection: Connection::new(config), events: Vec::new(), read: Vec::new(), sent_datagrams: 0 }
    }

    pub(crate) fn drain(&mut self, now: Time) -> Vec<Vec<u8>> {
        let mut out = Vec::new();
        let mut buf = Vec::new();
        while self.connection.poll_transmit(now, &mut buf) {
            assert!(buf.len() <= 1200, "a datagram of {} bytes", buf.len());
            out.push(core::mem::take(&mut buf));
        }
        while self.connection.poll_application_data(now, &mut buf) {
            self.read.push(core::mem::take(&mut buf));
        }
        while let Some(event) = self.connection.poll_event() {
            self.events.push(event);
        }
        self.sent_datagrams += out.len();
        out
    }

    pub(crate) fn session(&self) -> Session {
        *self.connection.session().expect("connected")
    }

    pub(crate) fn failure(&self) -> Failure {
        self.events
            .iter()
            .find_map(|event| match event {
                Event::Failed(failure) => Some(*failure),
                _ => None,
            })
            .expect("failed")
    }
}

/// What the wire does to a datagram.
#[derive(Clone, Copy, Default)]
pub(crate) struct Wire {
    pub(crate) loss: f64,
    pub(crate) duplication: f64,
    /// Extra delay, at most.
    pub(crate) jitter: Duration,
}

/// A client (0) and a server (1).
pub(crate) struct Pair {
    pub(crate) now: Time,
    pub(crate) sides: [Side; 2],
    pub(crate) wire: Wire,
    pub(crate) rng: Rng,
    in_flight: Vec<(Time, u64, usize, Vec<u8>)>,
    sequence: u64,
}

pub(crate) const DELAY: Duration = Duration::from_millis(25);

impl Pair {
    pub(crate) fn new(client: Versions, server: Versions) -> Self {
        Self::of(config(0, client), config(1, server))
    }

    pub(crate) fn of(client: Config, server: Config) -> Self {
        Self {
            now: Time::from_millis(1000),
            sides: [Side::new(client), Side::new(server)],
            wire: Wire::default(),
            rng: Rng::new([9; 32]),
            in_flight: Vec::new(),
            sequence: 0,
        }
    }

    /// Starts both sides with the right fingerprints.
    pub(crate) fn start(&mut self) {
        let now = self.now;
        self.sides[0].connection.set_remote_fingerprints(now, vec![fingerprint(1)]);
        self.sides[1].connection.set_remote_fingerprints(now, vec![fingerprint(0)]);
        self.sides[0].connection.start(now, Role::Client);
        self.sides[1].connection.start(now, Role::Server);
    }

    /// A connected pair.
    pub(crate) fn connected(client: Versions, server: Versions) -> Self {
        let mut pair = Self::new(client, server);
        pair.start();
        pair.run(Duration::from_secs(1));
        assert_eq!(pair.states(), [State::Connected; 2], "{:?} {:?}", pair.sides[0].events, pair.sides[1].events);
        pair
    }

    pub(crate) fn states(&self) -> [State; 2] {
        [self.sides[0].connection.state(), self.sides[1].connection.state()]
    }

    pub(crate) fn drain(&mut self) {
        for from in [0, 1] {
            for datagram in self.sides[from].drain(self.now) {
                self.put(1 - from, datagram);
            }
        }
    }

    /// Puts a datagram on the wire.
    pub(crate) fn put(&mut self, to: usize, datagram: Vec<u8>) {
        let copies = if self.rng.unit() < self.wire.duplication { 2 } else { 1 };
        for _ in 0..copies {
            if self.rng.unit() < self.wire.loss {
                continue;
            }
            let at = self.now + DELAY + self.wire.jitter.mul_f64(self.rng.unit());
            self.sequence += 1;
            self.in_flight.push((at, self.sequence, to, datagram.clone()));
        }
    }

    /// Runs until nothing happens within `span`, or `span` is over.
    pub(crate) fn run(&mut self, span: Duration) {
        let end = self.now + span;
        for _ in 0..100_000 {
            self.drain();
            let arrival = self.in_flight.iter().map(|(at, ..)| *at).min();
            let timer =
                self.sides.iter().filter_map(|side| side.connection.poll_timeout()).map(|deadline| deadline.at).min();
            let Some(next) = arrival.into_iter().chain(timer).min().filter(|next| *next <= end) else {
                self.now = end;
                return;
            };
            self.now = self.now.max(next);
            let mut due: VecDeque<_> = self.in_flight.extract_if(.., |(at, ..)| *at <= self.now).collect();
            due.make_contiguous().sort();
            for (_, _, to, mut datagram) in due {
                self.sides[to].connection.handle_packet(self.now, &mut datagram);
            }
            for side in &mut self.sides {
                if side.connection.poll_timeout().is_some_and(|deadline| deadline.at <= self.now) {
                    side.connection.handle_timeout(self.now);
                }
            }
        }
        panic!("it never comes to rest");
    }

    /// Sends one record each way and checks that it arrives.
    pub(crate) fn exchange(&mut self) {
        for from in [0, 1] {
            let message = vec![b'a' + u8::try_from(from).unwrap(); 1000];
            self.sides[from].connection.send(self.now, &message).unwrap();
            self.sides[1 - from].read.clear();
            self.run(Duration::from_millis(100));
            assert_eq!(self.sides[1 - from].read, [message]);
        }
    }
}
