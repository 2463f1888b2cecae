//! An ICE agent with its requests for I/O numbered for the whole connection, and the pool of those that gather ahead (§4.2.1
//! `iceCandidatePoolSize`).

use crate::PeerConnection;
use crate::states::IceTransportPolicy;
use core::ops::{Deref, DerefMut};
use peerline_edge::{IoOutcome, IoRequest, SocketId, Time};
use peerline_ice as ice;
use peerline_jsep as jsep;
use std::sync::Arc;
use std::time::Duration;

/// How long a transport is connected before it is completed.
const COMPLETION_WAIT: Duration = Duration::from_secs(15);

/// Sockets that one agent may number. A socket's number in the connection has the agent's in the upper half.
const SOCKETS_PER_AGENT: u32 = 1 << 16;

/// An agent and what it waits for. Derefs to the agent.
#[derive(Debug)]
pub(crate) struct Gatherer {
    agent: ice::Agent,
    /// The agent's number: the upper half of its sockets' numbers.
    number: u32,
    /// Host names being resolved for it.
    resolving: Vec<String>,
}

impl Deref for Gatherer {
    type Target = ice::Agent;
    fn deref(&self) -> &ice::Agent {
        &self.agent
    }
}

impl DerefMut for Gatherer {
    fn deref_mut(&mut self) -> &mut ice::Agent {
        &mut self.agent
    }
}

impl Gatherer {
    /// The agent's next request, with its socket number made unique over all agents.
    pub(crate) fn poll_io(&mut self) -> Option<IoRequest> {
        let base = self.number * SOCKETS_PER_AGENT;
        let number = |socket: SocketId| SocketId(base + socket.0 % SOCKETS_PER_AGENT);
        Some(match self.agent.poll_io()? {
            IoRequest::BindUdp { socket, local } => IoRequest::BindUdp { socket: number(socket), local },
            IoRequest::Close { socket } => IoRequest::Close { socket: number(socket) },
            IoRequest::Resolve { host } => {
                self.resolving.push(host.clone());
                IoRequest::Resolve { host }
            }
            IoRequest::ListInterfaces => IoRequest::ListInterfaces,
        })
    }

    /// Takes an answer, if it is for this agent.
    pub(crate) fn handle_io(&mut self, now: Time, outcome: &IoOutcome) {
        let own = |socket: SocketId| {
            (socket.0 / SOCKETS_PER_AGENT == self.number).then_some(SocketId(socket.0 % SOCKETS_PER_AGENT))
        };
        let outcome = match outcome {
            IoOutcome::UdpBound { socket, local } => {
                own(*socket).map(|socket| IoOutcome::UdpBound { socket, local: *local })
            }
            IoOutcome::Failed { socket, failure } => {
                own(*socket).map(|socket| IoOutcome::Failed { socket, failure: *failure })
            }
            IoOutcome::Interfaces(_) => Some(outcome.clone()),
            IoOutcome::Resolved { host, .. } => {
                let waiting = self.resolving.iter().position(|waiting| waiting == host);
                waiting.map(|index| self.resolving.swap_remove(index)).map(|_| outcome.clone())
            }
        };
        if let Some(outcome) = outcome {
            self.agent.handle_io(now, outcome);
        }
    }

    /// Closes the agent; [`Self::poll_io`] then closes its sockets.
    pub(crate) fn close_agent(&mut self) {
        self.agent.close();
    }

    /// The requests that close its sockets.
    pub(crate) fn close(mut self) -> Vec<IoRequest> {
        self.agent.close();
        let requests = core::iter::from_fn(|| self.poll_io());
        requests.filter(|request| matches!(request, IoRequest::Close { .. })).collect()
    }
}

impl PeerConnection {
    /// A new agent by the configuration; it gathers nothing yet.
    pub(super) fn new_gatherer(&mut self) -> Gatherer {
        let configuration = &self.configuration;
        let mut config = ice::Config::new(Arc::clone(&self.environment.crypto), self.rng.seed());
        // Scripts count on no further change once they saw "connected", browsers give them none: completed means that it has settled.
        config.timing.completion_wait = COMPLETION_WAIT;
        config.servers = super::stun_servers(configuration);
        config.turn_servers = super::turn_servers(configuration);
        config.include_loopback = configuration.native.include_loopback;
        config.filter = configuration.native.address_filter.clone();
        config.ports.clone_from(&configuration.native.udp_ports);
        config.transport_policy = configuration.ice_transport_policy.into();
        let number = self.transports.next_agent;
        self.transports.next_agent += 1;
        Gatherer { agent: ice::Agent::new(config), number, resolving: Vec::new() }
    }

    /// `[[IceCandidatePool]]`: as many agents gather ahead as the configuration says. They are used up by descriptions.
    pub(crate) fn fill_pool(&mut self, now: Time) {
        let wanted = usize::from(self.configuration.ice_candidate_pool_size);
        self.shrink_pool(wanted);
        while self.transports.pool.len() < wanted {
            let mut gatherer = self.new_gatherer();
            gatherer.gather(now);
            self.transports.pool.push(gatherer);
        }
    }

    /// Ends every agent that gathers ahead.
    pub(crate) fn empty_pool(&mut self) {
        self.shrink_pool(0);
    }

    fn shrink_pool(&mut self, wanted: usize) {
        while self.transports.pool.len() > wanted {
            let surplus = self.transports.pool.pop().map(Gatherer::close).unwrap_or_default();
            self.transports.to_close.extend(surplus);
        }
    }

    /// The credentials of the agents that gather ahead, in order: a description takes them before it draws new ones.
    pub(crate) fn pooled_credentials(&self) -> Vec<jsep::IceCredentials> {
        let credentials = |gatherer: &Gatherer| {
            let local = gatherer.local_credentials();
            jsep::IceCredentials { ufrag: local.ufrag.clone(), pwd: local.pwd.clone() }
        };
        self.transports.pool.iter().map(credentials).collect()
    }
}

impl From<IceTransportPolicy> for ice::TransportPolicy {
    fn from(policy: IceTransportPolicy) -> Self {
        match policy {
            IceTransportPolicy::All => Self::All,
            IceTransportPolicy::Relay => Self::Relay,
        }
    }
}
