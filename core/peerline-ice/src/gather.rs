//! Gathering local candidates (RFC 8445 §5.1.1, RFC 8838 §9).
//!
//! 1. [`Gatherer::start`] asks for the interfaces and the servers' addresses.
//! 2. Each usable address gets a socket per component; a bound socket is a host candidate at once ([`host`]).
//! 3. Each bound socket asks each server of its family for its mapped address ([`server_reflexive`]).
//! 4. When nothing is outstanding, or the time is up, gathering is complete. A dead server delays nothing but this.

mod host;
mod local;
mod server_reflexive;

pub(crate) use local::Locals;

use crate::{Config, Event, GatheringState, TransportPolicy, outbox::Outbox};
use core::net::SocketAddr;
use host::Socket;
use peerline_edge::{Deadline, IoRequest, Rng, SocketId, Time};
use server_reflexive::{Query, Server};

/// The machine that gathers.
#[derive(Debug)]
pub(crate) struct Gatherer {
    state: GatheringState,
    /// The state that the last restart ended.
    before_restart: Option<GatheringState>,
    /// The policy of the present gathering; the configuration's is for the next one.
    policy: TransportPolicy,
    /// The local candidates.
    pub(crate) locals: Locals,
    sockets: Vec<Socket>,
    next_socket: u32,
    /// How many addresses of each family were ever used; gives the next one its preference.
    ranks: (u16, u16),
    /// The answer to `ListInterfaces` is outstanding.
    listing: bool,
    servers: Vec<Server>,
    queries: Vec<Query>,
    next_query: Time,
    /// When to give up on what is outstanding.
    give_up: Time,
    /// The ufrag of the generation that is announced now.
    ufrag: String,
    rng: Rng,
}

/// What the caller has to do after the local candidates changed.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// Bases that came.
    pub(crate) added: Vec<crate::CandidateId>,
    /// Bases that went.
    pub(crate) removed: Vec<SocketAddr>,
}

impl Gatherer {
    pub(crate) fn new(rng: Rng) -> Self {
        Self {
            state: GatheringState::New,
            before_restart: None,
            policy: TransportPolicy::All,
            locals: Locals::default(),
            sockets: Vec::new(),
            next_socket: 0,
            ranks: (0, 0),
            listing: false,
            servers: Vec::new(),
            queries: Vec::new(),
            next_query: Time::ZERO,
            give_up: Time::ZERO,
            ufrag: String::new(),
            rng,
        }
    }

    pub(crate) const fn state(&self) -> GatheringState {
        self.state
    }

    /// Begins a new generation: sockets stay, reflexive candidates are found anew.
    pub(crate) fn restart(&mut self) {
        self.before_restart = Some(self.state);
        self.queries.clear();
        self.servers.clear();
        self.locals.forget_reflexive();
        self.state = GatheringState::New;
    }

    /// Takes a restart back, to a generation of this policy; if gathering has begun since, it goes on as far as that allows.
    pub(crate) fn cancel_restart(&mut self, policy: TransportPolicy) {
        if let (GatheringState::New, Some(before)) = (self.state, self.before_restart.take()) {
            self.state = before;
        }
        self.policy = policy;
        if !policy.allows_hosts() {
            self.queries.clear();
            self.servers.clear();
        }
    }

    /// Starts gathering for the generation of this ufrag; does nothing if it has started already.
    pub(crate) fn start(&mut self, now: Time, config: &Config, ufrag: &str, out: &mut Outbox) {
        if self.state != GatheringState::New {
            return;
        }
        ufrag.clone_into(&mut self.ufrag);
        self.policy = config.transport_policy;
        self.set_state(GatheringState::Gathering, out);
        self.give_up = now + config.timing.gathering_timeout;
        self.next_query = now;
        self.report_turn_servers(config, out);
        if !self.policy.allows_hosts() {
            // W3C webrtc-pc §4.4.2.3: only relayed candidates may be used, and there is no TURN client here.
            return;
        }
        self.locals.announce_all(&self.ufrag, out);
        self.listing = true;
        out.io.push_back(IoRequest::ListInterfaces);
        // RFC 8445 §5.2: a lite agent has host candidates only.
        if !config.lite {
            self.start_servers(config, out);
        }
    }

    fn set_state(&mut self, state: GatheringState, out: &mut Outbox) {
        self.state = state;
        out.event(Event::GatheringStateChange(state));
    }

    /// Sends what is due, gives up what is late, and completes when nothing is outstanding.
    pub(crate) fn advance(&mut self, now: Time, config: &Config, keep_bindings: bool, out: &mut Outbox) {
        self.advance_queries(now, config, keep_bindings, out);
        if self.state != GatheringState::Gathering {
            return;
        }
        if now >= self.give_up {
            self.abandon(out);
        }
        let outstanding = self.listing
            || self.sockets.iter().any(|socket| !socket.is_bound())
            || self.servers.iter().any(Server::is_pending)
            || self.queries.iter().any(Query::is_outstanding);
        if !outstanding || now >= self.give_up {
            self.report_unusable_servers(out);
            out.event(Event::LocalCandidatesEnd { ufrag: self.ufrag.clone() });
            self.set_state(GatheringState::Complete, out);
        }
    }

    /// When [`Self::advance`] has something to do.
    pub(crate) fn deadline(&self, config: &Config, keep_bindings: bool) -> Option<Deadline> {
        let give_up =
            (self.state == GatheringState::Gathering).then(|| Deadline::new(self.give_up, "ice gathering timeout"));
        Deadline::earliest(give_up, self.query_deadline(config, keep_bindings))
    }

    /// The bound address of a socket.
    pub(crate) fn bound(&self, id: SocketId) -> Option<SocketAddr> {
        self.sockets.iter().find(|socket| socket.id == id).and_then(Socket::local)
    }

    pub(crate) fn owns(&self, local: &SocketAddr) -> bool {
        self.sockets.iter().any(|socket| socket.local().as_ref() == Some(local))
    }

    /// Closes every socket.
    pub(crate) fn close(&mut self, out: &mut Outbox) {
        for socket in self.sockets.drain(..) {
            out.io.push_back(IoRequest::Close { socket: socket.id });
        }
        self.queries.clear();
        self.servers.clear();
    }
}
