//! Two peer connections, a simulated network between them, and signaling that carries descriptions and candidates.

#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    missing_debug_implementations,
    reason = "each test file uses a part of it"
)]

use bytes::Bytes;
use peerline_crypto_aws_lc::{AwsLc, generate_certificate};
use peerline_dtls::KeyAlgorithm;
use peerline_dtls_dimpl::Dimpl;
use peerline_edge::{Deadline, FiveTuple, IoOutcome, IoRequest, Received, Time, Transmit};
use peerline_netsim::{HostId, Machine, NodeId, Simulation};
use peerline_peer::{
    ChannelEvent, ChannelId, Configuration, ConnectionState, DataChannelInit, DataChannelState, Environment, Error,
    Event, Message, OperationId, PeerConnection, Settled,
};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

/// A peer connection whose tasks run as they are queued, as the driver does it.
#[derive(Debug)]
pub struct Peer {
    pub pc: PeerConnection,
    now: Time,
    events: VecDeque<Event>,
    /// Every event so far.
    pub history: Vec<Event>,
    /// Every message read so far.
    pub messages: Vec<(ChannelId, Message)>,
    /// False leaves messages unread: back-pressure.
    pub reads: bool,
    /// True keeps a copy of every datagram in `sent`.
    pub recording: bool,
    /// The datagrams that went out.
    pub sent: Vec<(FiveTuple, Vec<u8>)>,
}

impl Peer {
    pub fn new(seed: u8, configuration: Configuration) -> Self {
        let environment = environment(seed);
        let pc = PeerConnection::new(Time::ZERO, configuration, environment).expect("a good configuration");
        Self {
            pc,
            now: Time::ZERO,
            events: VecDeque::new(),
            history: Vec::new(),
            messages: Vec::new(),
            reads: true,
            recording: false,
            sent: Vec::new(),
        }
    }

    /// Runs every queued task and reads every message.
    pub fn pump(&mut self, now: Time) {
        self.now = now;
        while let Some(event) = self.pc.poll_event(now) {
            if let Event::Channel(channel, ChannelEvent::Readable) = event
                && self.reads
            {
                while let Some(message) = self.pc.receive(now, channel) {
                    self.messages.push((channel, message));
                }
            }
            self.history.push(event.clone());
            self.events.push_back(event);
        }
    }

    pub fn settled(&self, wanted: OperationId) -> Option<Result<Settled, Error>> {
        self.history.iter().find_map(|event| match event {
            Event::OperationSettled { operation, result } if *operation == wanted => Some(result.clone()),
            _ => None,
        })
    }

    /// Channels that the peer opened, in order.
    pub fn announced(&self) -> Vec<ChannelId> {
        let announced = |event: &Event| if let Event::DataChannel(id) = event { Some(*id) } else { None };
        self.history.iter().filter_map(announced).collect()
    }

    pub fn count(&self, wanted: &Event) -> usize {
        self.history.iter().filter(|event| *event == wanted).count()
    }

    pub fn is_open(&self, channel: ChannelId) -> bool {
        self.pc.channel(channel).is_some_and(|channel| channel.ready_state() == DataChannelState::Open)
    }
}

impl Machine for Peer {
    type Event = Event;

    fn handle_datagram(&mut self, now: Time, datagram: Received<'_>) {
        self.pc.handle_datagram(now, datagram);
        self.pump(now);
    }
    fn handle_timeout(&mut self, now: Time) {
        self.pc.handle_timeout(now);
        self.pump(now);
    }
    fn handle_io(&mut self, now: Time, outcome: IoOutcome) {
        self.pc.handle_io(now, &outcome);
        self.pump(now);
    }
    fn poll_transmit(&mut self, now: Time, buf: &mut Vec<u8>) -> Option<Transmit> {
        let transmit = self.pc.poll_transmit(now, buf);
        if let Some(transmit) = transmit.filter(|_| self.recording) {
            let segment = transmit.segment.unwrap_or(buf.len());
            self.sent.extend(buf.chunks(segment).map(|packet| (transmit.path, packet.to_vec())));
        }
        self.pump(now);
        transmit
    }
    fn poll_io(&mut self) -> Option<IoRequest> {
        // A closed connection says good-bye before its sockets close.
        if self.pc.is_closed() && !self.pc.is_drained() { None } else { self.pc.poll_io() }
    }
    fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }
    fn poll_timeout(&self) -> Option<Deadline> {
        self.pc.poll_timeout()
    }
}

pub fn environment(seed: u8) -> Environment {
    let certificate = generate_certificate(KeyAlgorithm::EcdsaP256).expect("a certificate");
    Environment {
        crypto: Arc::new(AwsLc),
        dtls: Arc::new(Dimpl::deterministic()),
        certificate: Arc::new(certificate),
        unix_millis_at_epoch: 1_800_000_000_000,
        seed: [seed; 32],
    }
}

/// Two peers on two hosts, with signaling between them.
pub struct Pair {
    pub sim: Simulation<Peer>,
    pub alice: NodeId,
    pub bob: NodeId,
}

/// How long a signaling message takes.
pub const SIGNALING_DELAY: Duration = Duration::from_millis(20);

impl Pair {
    /// Two peers on these hosts of a simulation.
    pub fn on(sim: Simulation<Peer>, alice: HostId, bob: HostId) -> Self {
        Self::with(sim, alice, bob, &Configuration::default())
    }

    /// The same, both with this configuration.
    pub fn with(mut sim: Simulation<Peer>, alice: HostId, bob: HostId, configuration: &Configuration) -> Self {
        let alice = sim.add(alice, Peer::new(1, configuration.clone()));
        let bob = sim.add(bob, Peer::new(2, configuration.clone()));
        Self::between(sim, alice, bob)
    }

    /// Two peers that are in the simulation already: candidates are signaled between them.
    pub fn between(mut sim: Simulation<Peer>, alice: NodeId, bob: NodeId) -> Self {
        sim.on_event(move |sim, from, event| {
            let to = if from == alice { bob } else { alice };
            if let Event::IceCandidate(candidate) = event {
                let candidate = candidate.clone();
                // A moment later than the description that it follows.
                sim.after(SIGNALING_DELAY + Duration::from_micros(1), move |sim| {
                    call(sim, to, move |pc, now| pc.add_ice_candidate(now, candidate));
                });
            }
        });
        Self { sim, alice, bob }
    }

    pub fn call<R>(&mut self, node: NodeId, work: impl FnOnce(&mut PeerConnection, Time) -> R) -> R {
        call(&mut self.sim, node, work)
    }

    pub fn peer(&self, node: NodeId) -> &Peer {
        self.sim.machine(node)
    }

    pub fn create_channel(&mut self, node: NodeId, label: &str, init: DataChannelInit) -> ChannelId {
        self.call(node, |pc, now| pc.create_data_channel(now, label, init)).expect("a channel")
    }

    /// Runs an operation to its end and gives its result.
    pub fn operate(
        &mut self,
        node: NodeId,
        work: impl FnOnce(&mut PeerConnection, Time) -> OperationId,
    ) -> Result<Settled, Error> {
        let operation = self.call(node, work);
        self.peer(node).settled(operation).expect("an operation settles at once")
    }

    /// Offer and answer between the two, with the signaling delay on the way.
    pub fn negotiate(&mut self, from: NodeId, to: NodeId) {
        self.operate(from, |pc, now| pc.set_local_description(now, None)).expect("a local offer");
        let offer = self.peer(from).pc.local_description().expect("an offer");
        self.sim.run_for(SIGNALING_DELAY);
        self.operate(to, |pc, now| pc.set_remote_description(now, offer)).expect("a good offer");
        self.operate(to, |pc, now| pc.set_local_description(now, None)).expect("a local answer");
        let answer = self.peer(to).pc.local_description().expect("an answer");
        self.sim.run_for(SIGNALING_DELAY);
        self.operate(from, |pc, now| pc.set_remote_description(now, answer)).expect("a good answer");
    }

    pub fn run_until(&mut self, limit: Duration, mut condition: impl FnMut(&Peer, &Peer) -> bool) -> Time {
        let (alice, bob) = (self.alice, self.bob);
        match self.sim.run_until(limit, |sim| condition(sim.machine(alice), sim.machine(bob))) {
            Ok(at) => at,
            Err(error) => panic!("{error}\nalice: {:?}\nbob: {:?}", self.peer(alice).history, self.peer(bob).history),
        }
    }

    /// A channel made by alice, negotiated and open on both sides: hers and bob's.
    pub fn open_channel(&mut self, label: &str, init: DataChannelInit) -> (ChannelId, ChannelId) {
        let (alice, bob) = (self.alice, self.bob);
        let hers = self.create_channel(alice, label, init);
        self.negotiate(alice, bob);
        self.run_until(Duration::from_secs(30), |a, b| {
            a.is_open(hers) && b.announced().last().is_some_and(|id| b.is_open(*id))
        });
        let his = *self.peer(bob).announced().last().expect("an announced channel");
        (hers, his)
    }

    pub fn send(&mut self, node: NodeId, channel: ChannelId, message: Message) -> Result<(), Error> {
        self.call(node, |pc, now| pc.send(now, channel, message))
    }

    pub fn assert_connected(&self) {
        for node in [self.alice, self.bob] {
            assert_eq!(self.peer(node).pc.connection_state(), ConnectionState::Connected);
        }
    }
}

/// Calls into a peer connection and runs the tasks that follow.
pub fn call<R>(sim: &mut Simulation<Peer>, node: NodeId, work: impl FnOnce(&mut PeerConnection, Time) -> R) -> R {
    sim.with(node, |peer, now| {
        let result = work(&mut peer.pc, now);
        peer.pump(now);
        result
    })
}

pub fn text(text: &str) -> Message {
    Message::Text(Bytes::copy_from_slice(text.as_bytes()))
}

pub fn binary(len: usize) -> Message {
    Message::Binary((0..len).map(|index| (index % 251) as u8).collect())
}
