//! Two ICE transports without connections around them (W3C webrtc-ice), on a simulated network.

use peerline_crypto_aws_lc::AwsLc;
use peerline_edge::{Deadline, IoOutcome, IoRequest, Received, Time, Transmit};
use peerline_jsep::{IceCredentials, IceRole};
use peerline_netsim::{INTERNET, LinkConfig, Machine, NodeId, Simulation};
use peerline_peer::{
    IceConnectionState, IceGatheringState, IceServer, IceTransportEvent, IceTransportMisuse, IceTransportPolicy,
    StandaloneIceTransport,
};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

/// A transport whose tasks run as they are queued.
#[derive(Debug)]
struct Node {
    transport: StandaloneIceTransport,
    events: VecDeque<IceTransportEvent>,
    history: Vec<IceTransportEvent>,
}

impl Node {
    fn new(seed: u8) -> Self {
        Self { transport: new_transport(seed), events: VecDeque::new(), history: Vec::new() }
    }

    fn pump(&mut self) {
        while let Some(events) = self.transport.run_task() {
            self.history.extend(events.iter().cloned());
            self.events.extend(events);
        }
    }
}

impl Machine for Node {
    type Event = IceTransportEvent;

    fn handle_datagram(&mut self, now: Time, datagram: Received<'_>) {
        self.transport.handle_datagram(now, datagram);
        self.pump();
    }
    fn handle_timeout(&mut self, now: Time) {
        self.transport.handle_timeout(now);
        self.pump();
    }
    fn handle_io(&mut self, now: Time, outcome: IoOutcome) {
        self.transport.handle_io(now, outcome);
        self.pump();
    }
    fn poll_transmit(&mut self, now: Time, buf: &mut Vec<u8>) -> Option<Transmit> {
        self.transport.poll_transmit(now, buf)
    }
    fn poll_io(&mut self) -> Option<IoRequest> {
        self.transport.poll_io()
    }
    fn poll_event(&mut self) -> Option<IceTransportEvent> {
        self.events.pop_front()
    }
    fn poll_timeout(&self) -> Option<Deadline> {
        self.transport.poll_timeout()
    }
}

fn new_transport(seed: u8) -> StandaloneIceTransport {
    StandaloneIceTransport::new(Arc::new(AwsLc), [seed; 32])
}

fn credentials(character: &str) -> IceCredentials {
    IceCredentials { ufrag: character.repeat(4), pwd: character.repeat(22) }
}

/// Two transports that signal their candidates to each other, gathering and started with these roles.
fn started(roles: [IceRole; 2]) -> (Simulation<Node>, [NodeId; 2]) {
    let mut sim = Simulation::<Node>::new(7);
    let nodes = ["203.0.113.1", "203.0.113.2"].map(|address| {
        let host = sim.network.host_at(address, INTERNET, address, LinkConfig::with_delay_ms(10));
        sim.add(host, Node::new(address.as_bytes().last().copied().unwrap_or_default()))
    });
    let [a, b] = nodes;
    sim.on_event(move |sim, from, event| {
        let to = if from == a { b } else { a };
        if let IceTransportEvent::Candidate(candidate) = event {
            let candidate = candidate.clone().unwrap_or_default();
            sim.after(Duration::from_millis(20), move |sim| {
                let added = sim.with(to, |node, now| node.transport.add_remote_candidate(now, &candidate));
                added.expect("a good candidate");
            });
        }
    });
    for (node, role, other) in [(a, roles[0], b), (b, roles[1], a)] {
        let remote = sim.machine(other).transport.local_parameters();
        sim.with(node, |node, now| {
            node.transport.gather(now, IceTransportPolicy::All, Vec::new()).expect("gathers");
            node.transport.start(now, remote, role).expect("starts");
        });
    }
    (sim, nodes)
}

fn states(node: &Node) -> Vec<IceConnectionState> {
    let state = |event: &IceTransportEvent| match event {
        IceTransportEvent::State(state) => Some(*state),
        _ => None,
    };
    node.history.iter().filter_map(state).collect()
}

#[test]
fn two_transports_connect() {
    let (mut sim, nodes) = started([IceRole::Controlling, IceRole::Controlled]);
    let connected = |sim: &Simulation<Node>| {
        nodes.iter().all(|node| sim.machine(*node).transport.state() == IceConnectionState::Completed)
    };
    sim.run_until(Duration::from_secs(10), connected).expect("both complete");
    for node in nodes {
        let node = sim.machine(node);
        assert_eq!(node.transport.gathering_state(), IceGatheringState::Complete);
        assert!(node.transport.selected_candidate_pair().is_some());
        // The state was "checking" as soon as there was a candidate, without an event.
        assert_eq!(states(node), [IceConnectionState::Connected, IceConnectionState::Completed]);
        let position = |wanted: &IceTransportEvent| node.history.iter().position(|event| event == wanted);
        assert!(
            position(&IceTransportEvent::SelectedCandidatePair)
                < position(&IceTransportEvent::State(IceConnectionState::Connected))
        );
        assert!(
            position(&IceTransportEvent::Candidate(None))
                < position(&IceTransportEvent::GatheringState(IceGatheringState::Complete))
        );
        assert!(node.transport.is_active());
    }
}

#[test]
fn a_role_conflict_is_resolved() {
    let (mut sim, nodes) = started([IceRole::Controlled, IceRole::Controlled]);
    let connected = |sim: &Simulation<Node>| {
        nodes.iter().all(|node| sim.machine(*node).transport.selected_candidate_pair().is_some())
    };
    sim.run_until(Duration::from_secs(10), connected).expect("both connect");
    let [a, b] = nodes.map(|node| sim.machine(node).transport.role());
    assert_ne!(a, b);
}

#[test]
fn what_a_caller_may_not_do() {
    let mut transport = new_transport(1);
    assert_eq!((transport.state(), transport.role()), (IceConnectionState::New, None));
    assert!(!transport.is_active());
    let malformed = IceServer { urls: vec!["http://x".to_owned()], ..IceServer::default() };
    let refused = transport.gather(Time::ZERO, IceTransportPolicy::All, vec![malformed]);
    assert!(matches!(refused, Err(IceTransportMisuse::Server(_))));
    transport.gather(Time::ZERO, IceTransportPolicy::Relay, Vec::new()).expect("gathers");
    let again = transport.gather(Time::ZERO, IceTransportPolicy::All, Vec::new());
    assert_eq!(again, Err(IceTransportMisuse::AlreadyGathering));
    let short = IceCredentials { ufrag: "abc".to_owned(), ..credentials("p") };
    let refused = transport.start(Time::ZERO, short, IceRole::Controlled);
    assert_eq!(refused, Err(IceTransportMisuse::MalformedParameters));
    transport.start(Time::ZERO, credentials("p"), IceRole::Controlled).expect("starts");
    let refused = transport.start(Time::ZERO, credentials("p"), IceRole::Controlling);
    assert_eq!(refused, Err(IceTransportMisuse::RoleChanged));
    assert_eq!(transport.add_remote_candidate(Time::ZERO, "x"), Err(IceTransportMisuse::UnusableCandidate));
}

#[test]
fn other_remote_parameters_begin_anew_and_stop_ends_it() {
    let mut transport = new_transport(2);
    let candidate = "candidate:1 1 udp 2113929471 203.0.113.100 10100 typ host";
    transport.start(Time::ZERO, credentials("1"), IceRole::Controlled).expect("starts");
    assert_eq!(transport.state(), IceConnectionState::New);
    transport.add_remote_candidate(Time::ZERO, candidate).expect("a good candidate");
    assert_eq!(transport.state(), IceConnectionState::Checking);
    transport.start(Time::ZERO, credentials("2"), IceRole::Controlled).expect("starts anew");
    assert_eq!(transport.state(), IceConnectionState::New);
    assert_eq!(transport.remote_parameters(), Some(credentials("2")));
    transport.stop();
    assert_eq!(transport.state(), IceConnectionState::Closed);
    assert!(!transport.is_active() && transport.run_task().is_none());
    assert_eq!(transport.add_remote_candidate(Time::ZERO, candidate), Err(IceTransportMisuse::Closed));
}
