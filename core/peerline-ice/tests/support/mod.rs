//! Two agents on a simulated network, with signaling between them.

#![allow(dead_code, clippy::unwrap_used, reason = "each test file uses its part; a test may unwrap")]

#[path = "../../../peerline-stun/tests/support/mod.rs"]
mod crypto;
pub(crate) mod puppet;

pub(crate) use crypto::TestCrypto;

use core::time::Duration;
use peerline_edge::Time;
use peerline_ice::{Agent, Candidate, Component, Config, Credentials, Event, PairView, Role, State};
use peerline_netsim::{HostId, INTERNET, LinkConfig, Network, NodeId, Simulation};
use peerline_stun::binding_response;
use std::sync::Arc;

peerline_netsim::machine!(pub(crate) struct Peer(Agent) => Event);

pub(crate) const STUN_SERVER: &str = "198.51.100.1";

pub(crate) const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

pub(crate) const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A configuration with its own seed and role.
pub(crate) fn config(seed: u8, role: Role) -> Config {
    Config { role, ..Config::new(Arc::new(TestCrypto), [seed; 32]) }
}

pub(crate) fn controlling() -> Config {
    config(1, Role::Controlling)
}

pub(crate) fn controlled() -> Config {
    config(2, Role::Controlled)
}

/// Two hosts on the internet, 10 ms from each other.
pub(crate) fn lan(network: &mut Network) -> (HostId, HostId) {
    let link = || LinkConfig::with_delay_ms(5);
    (network.host_at("a", INTERNET, "192.0.2.1", link()), network.host_at("b", INTERNET, "192.0.2.2", link()))
}

/// A STUN server on the internet.
pub(crate) fn stun_server(network: &mut Network) {
    let server = network.host_at("stun", INTERNET, STUN_SERVER, LinkConfig::with_delay_ms(5));
    network.service(
        server,
        &format!("{STUN_SERVER}:3478"),
        |_: Time, path: peerline_edge::FiveTuple, request: &[u8]| {
            let mut answer = Vec::new();
            binding_response(request, path.remote, &mut answer).then_some(answer)
        },
    );
}

/// Two agents that signal to each other.
pub(crate) struct Call {
    pub(crate) sim: Simulation<Peer>,
    pub(crate) a: NodeId,
    pub(crate) b: NodeId,
}

impl Call {
    /// Two agents with everything exchanged at once: credentials now, candidates as they are found.
    pub(crate) fn start(build: impl FnOnce(&mut Network) -> (HostId, HostId), a: Config, b: Config) -> Self {
        let mut call = Self::quiet(build, a, b);
        call.exchange_credentials();
        call.trickle(Duration::ZERO);
        call.gather();
        call
    }

    /// Two agents that know nothing of each other.
    pub(crate) fn quiet(build: impl FnOnce(&mut Network) -> (HostId, HostId), a: Config, b: Config) -> Self {
        let mut sim = Simulation::new(1);
        let hosts = build(&mut sim.network);
        let (a, b) = (sim.add(hosts.0, Peer(Agent::new(a))), sim.add(hosts.1, Peer(Agent::new(b))));
        Self { sim, a, b }
    }

    pub(crate) fn gather(&mut self) {
        for node in [self.a, self.b] {
            self.sim.with(node, |agent, now| agent.gather(now));
        }
    }

    pub(crate) fn exchange_credentials(&mut self) {
        self.tell_credentials(self.a);
        self.tell_credentials(self.b);
    }

    /// The other agent learns this one's credentials.
    pub(crate) fn tell_credentials(&mut self, from: NodeId) {
        let credentials = self.credentials(from);
        self.sim.with(self.other(from), |agent, now| agent.set_remote_credentials(now, credentials));
    }

    pub(crate) fn credentials(&self, of: NodeId) -> Credentials {
        self.sim.machine(of).local_credentials().clone()
    }

    pub(crate) fn other(&self, node: NodeId) -> NodeId {
        if node == self.a { self.b } else { self.a }
    }

    /// From now on candidates and their end are signaled, with this delay.
    pub(crate) fn trickle(&mut self, delay: Duration) {
        let (a, b) = (self.a, self.b);
        self.sim.on_event(move |sim, from, event| {
            let to = if from == a { b } else { a };
            match event {
                Event::LocalCandidate(candidate) => {
                    let text = candidate.to_string();
                    sim.after(delay, move |sim| add_candidate(sim, to, &text));
                }
                Event::LocalCandidatesEnd { ufrag } => {
                    let ufrag = ufrag.clone();
                    sim.after(delay, move |sim| {
                        sim.with(to, |agent, now| agent.end_of_remote_candidates_of(now, &ufrag))
                    });
                }
                _ => {}
            }
        });
    }

    pub(crate) fn agent(&self, node: NodeId) -> &Agent {
        self.sim.machine(node)
    }

    pub(crate) fn state(&self, node: NodeId) -> State {
        self.agent(node).state()
    }

    pub(crate) fn selected(&self, node: NodeId) -> PairView<'_> {
        self.agent(node).selected_pair(Component::RTP).expect("a pair is selected")
    }

    /// Runs until both agents are in this state.
    #[track_caller]
    pub(crate) fn assert_both_reach(&mut self, state: State, limit: Duration) -> Time {
        let (a, b) = (self.a, self.b);
        let reached =
            self.sim.run_until(limit, |sim| sim.machine(a).state() == state && sim.machine(b).state() == state);
        let states = (self.state(a), self.state(b));
        reached.unwrap_or_else(|_| panic!("not both {state} after {limit:?} but {states:?}\n{}", self.sim.log().flow()))
    }

    /// Runs until this agent is in this state.
    #[track_caller]
    pub(crate) fn assert_reaches(&mut self, node: NodeId, state: State, limit: Duration) -> Time {
        let reached = self.sim.run_until(limit, |sim| sim.machine(node).state() == state);
        let is = self.state(node);
        reached.unwrap_or_else(|_| panic!("not {state} after {limit:?} but {is}\n{}", self.sim.log().flow()))
    }

    /// Both ends send their data on the same way.
    #[track_caller]
    pub(crate) fn assert_same_path(&self) {
        let (a, b) = (self.agent(self.a), self.agent(self.b));
        let (Some(to_b), Some(to_a)) = (a.path(Component::RTP), b.path(Component::RTP)) else { panic!("no path") };
        assert!(b.is_valid_path(&to_a) && a.is_valid_path(&to_b));
    }

    /// The states that an agent went through.
    pub(crate) fn states(&self, node: NodeId) -> Vec<State> {
        let changes = self.sim.events(node).iter();
        changes
            .filter_map(|(_, event)| if let Event::StateChange(state) = event { Some(*state) } else { None })
            .collect()
    }
}

pub(crate) fn add_candidate(sim: &mut Simulation<Peer>, to: NodeId, text: &str) {
    let candidate: Candidate = text.parse().expect("a printed candidate parses");
    sim.with(to, |agent, now| agent.add_remote_candidate(now, candidate)).expect("the candidate is taken");
}
