//! A whole peer connection: hostile datagrams of every kind between honest ones, and hostile descriptions.

use crate::input::Steps;
use core::net::SocketAddr;
use core::time::Duration;
use peerline_crypto_aws_lc::{AwsLc, generate_certificate};
use peerline_dtls::{Certificate, KeyAlgorithm};
use peerline_dtls_dimpl::Dimpl;
use peerline_edge::{Deadline, Ecn, FiveTuple, IoOutcome, IoRequest, Received, Time, Transmit};
use peerline_netsim::{INTERNET, LinkConfig, Machine, NodeId, Simulation};
use peerline_peer::{
    AnswerOptions, Configuration, ConnectionState, DataChannelInit, Description, Environment, Event, IceCandidateInit,
    Message, PeerConnection, SdpType,
};
use std::collections::VecDeque;
use std::sync::{Arc, OnceLock};

/// Packets kept for replay.
const KEPT: usize = 64;

/// Two connections on a simulated network, the input's steps against the second of them while they connect or after.
pub fn peer(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else { return };
    let mut pair = Pair::new();
    // An even first byte strikes an open connection, an odd one strikes so many milliseconds into the handshake.
    pair.connect(if first % 2 == 0 { Duration::from_secs(5) } else { Duration::from_millis(u64::from(*first)) });
    if first % 2 == 0 {
        let state = pair.sim.machine(pair.victim).pc.connection_state();
        assert_eq!(state, ConnectionState::Connected, "the honest handshake fails");
    }
    for (kind, body) in Steps::of(rest) {
        match kind % 8 {
            0 => pair.strike(pair.honest_path(), body),
            1 => pair.strike(FiveTuple::udp(pair.honest_path().local, foreign()), body),
            2 => pair.replay(body, pair.honest_path().remote),
            3 => pair.replay(body, foreign()),
            4 => pair.candidate(body),
            5 => pair.sim.run_for(Duration::from_millis(body.iter().map(|byte| u64::from(*byte)).sum())),
            6 => pair.chat(body),
            _ => pair.sim.with(pair.victim, |peer, now| peer.pc.restart_ice(now)),
        }
    }
    pair.sim.run_for(Duration::from_secs(2));
}

/// An offer of any text to a fresh connection, and the answer to it.
pub fn description(data: &[u8]) {
    let now = Time::ZERO;
    let mut pc = connection(3);
    let sdp = String::from_utf8_lossy(data).into_owned();
    pc.set_remote_description(now, Description { sdp_type: SdpType::Offer, sdp });
    pc.create_answer(now, AnswerOptions::default());
    pc.set_local_description(now, None);
    while pc.poll_event(now).is_some() {}
    let mut buf = Vec::new();
    while pc.poll_transmit(now, &mut buf).is_some() {}
    while pc.poll_io().is_some() {}
    pc.close(now);
}

fn foreign() -> SocketAddr {
    ([198, 51, 100, 66], 6666).into()
}

fn connection(seed: u8) -> PeerConnection {
    static CERTIFICATE: OnceLock<Arc<Certificate>> = OnceLock::new();
    let certificate = CERTIFICATE.get_or_init(|| match generate_certificate(KeyAlgorithm::EcdsaP256) {
        Ok(certificate) => Arc::new(certificate),
        Err(error) => panic!("no certificate: {error}"),
    });
    let environment = Environment {
        crypto: Arc::new(AwsLc),
        dtls: Arc::new(Dimpl::deterministic()),
        certificate: Arc::clone(certificate),
        unix_millis_at_epoch: 1_800_000_000_000,
        seed: [seed; 32],
    };
    PeerConnection::new(Time::ZERO, Configuration::default(), environment)
        .unwrap_or_else(|error| panic!("a default configuration fails: {error}"))
}

/// Runs its tasks as they are queued, reads every message, keeps what it sends.
struct Peer {
    pc: PeerConnection,
    events: VecDeque<Event>,
    kept: VecDeque<(FiveTuple, Vec<u8>)>,
}

impl Peer {
    fn new(seed: u8) -> Self {
        Self { pc: connection(seed), events: VecDeque::new(), kept: VecDeque::new() }
    }

    fn pump(&mut self, now: Time) {
        while let Some(event) = self.pc.poll_event(now) {
            if let Event::Channel(channel, _) = event {
                while self.pc.receive(now, channel).is_some() {}
            }
            self.events.push_back(event);
        }
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
        self.pump(now);
        if let Some(transmit) = transmit {
            let segments = buf.chunks(transmit.segment.unwrap_or(buf.len()).max(1));
            self.kept.extend(segments.map(|packet| (transmit.path, packet.to_vec())));
            self.kept.drain(..self.kept.len().saturating_sub(KEPT));
        }
        transmit
    }
    fn poll_io(&mut self) -> Option<IoRequest> {
        self.pc.poll_io()
    }
    fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }
    fn poll_timeout(&self) -> Option<Deadline> {
        self.pc.poll_timeout()
    }
}

struct Pair {
    sim: Simulation<Peer>,
    honest: NodeId,
    victim: NodeId,
}

impl Pair {
    fn new() -> Self {
        let mut sim = Simulation::new(1);
        sim.network.log_mut().turn_off();
        let link = LinkConfig::with_delay_ms(5);
        let honest = sim.network.host_at("honest", INTERNET, "203.0.113.1", link.clone());
        let victim = sim.network.host_at("victim", INTERNET, "203.0.113.2", link);
        let (honest, victim) = (sim.add(honest, Peer::new(1)), sim.add(victim, Peer::new(2)));
        sim.on_event(move |sim, from, event| {
            let to = if from == honest { victim } else { honest };
            if let Event::IceCandidate(candidate) = event {
                let candidate = candidate.clone();
                sim.after(Duration::from_millis(10), move |sim| {
                    sim.with(to, |peer, now| {
                        peer.pc.add_ice_candidate(now, candidate);
                        peer.pump(now);
                    });
                });
            }
        });
        Self { sim, honest, victim }
    }

    /// Offer, answer, and this long for the rest.
    fn connect(&mut self, time: Duration) {
        let Self { sim, honest, victim } = self;
        let negotiated = sim.with(*honest, |peer, now| {
            let created = peer.pc.create_data_channel(now, "chat", DataChannelInit::default());
            assert!(created.is_ok(), "no channel: {created:?}");
            peer.pc.set_local_description(now, None);
            peer.pump(now);
            peer.pc.local_description()
        });
        let answer = negotiated.and_then(|offer| {
            sim.with(*victim, |peer, now| {
                peer.pc.set_remote_description(now, offer);
                peer.pc.set_local_description(now, None);
                peer.pump(now);
                peer.pc.local_description()
            })
        });
        let Some(answer) = answer else { panic!("offer and answer fail") };
        sim.with(*honest, |peer, now| {
            peer.pc.set_remote_description(now, answer);
            peer.pump(now);
        });
        sim.run_for(time);
    }

    /// The way from the honest side to the victim, seen from the victim.
    fn honest_path(&self) -> FiveTuple {
        let address = |node| self.sim.network.bound(node).first().copied().unwrap_or_else(foreign);
        FiveTuple::udp(address(self.victim), address(self.honest))
    }

    fn strike(&mut self, path: FiveTuple, packet: &[u8]) {
        let mut contents = packet.to_vec();
        self.sim.with(self.victim, |peer, now| {
            peer.handle_datagram(now, Received { path, ecn: Ecn::NotEct, contents: &mut contents });
        });
    }

    /// An honest packet again, from somewhere, with bytes changed: `which, (place, mask) …`.
    fn replay(&mut self, body: &[u8], from: SocketAddr) {
        let Some((which, changes)) = body.split_first() else { return };
        let kept = &self.sim.machine(self.honest).kept;
        let Some((path, packet)) = kept.len().checked_sub(1 + usize::from(*which)).and_then(|at| kept.get(at)) else {
            return;
        };
        let (to, mut packet) = (path.remote, packet.clone());
        for change in changes.chunks_exact(2) {
            if let Some(byte) = packet.get_mut(usize::from(change[0])) {
                *byte ^= change[1];
            }
        }
        self.strike(FiveTuple::udp(to, from), &packet);
    }

    fn candidate(&mut self, body: &[u8]) {
        let candidate = String::from_utf8_lossy(body).into_owned();
        let init = IceCandidateInit { candidate, sdp_mid: None, sdp_m_line_index: Some(0), username_fragment: None };
        self.sim.with(self.victim, |peer, now| {
            peer.pc.add_ice_candidate(now, Some(init));
            peer.pump(now);
        });
    }

    fn chat(&mut self, body: &[u8]) {
        let message = Message::Binary(bytes::Bytes::copy_from_slice(body));
        let channel = self.sim.events(self.victim).iter().find_map(|(_, event)| match event {
            Event::DataChannel(channel) => Some(*channel),
            _ => None,
        });
        if let Some(channel) = channel {
            self.sim.with(self.victim, |peer, now| {
                // Refused while it is closing; nothing to do about it.
                let _ = peer.pc.send(now, channel, message);
                peer.pump(now);
            });
        }
    }
}
