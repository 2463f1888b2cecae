//! The ICE agent (RFC 8445 §2): one data stream with one or two components.
//!
//! 1. [`Agent::gather`] makes local candidates; the owner signals them.
//! 2. Remote credentials and candidates make pairs; checks go out at once and at the pace of RFC 8445 §14.
//! 3. The first valid pair carries data; the controlling agent nominates the best.
//! 4. Consent keeps the pair in use; a restart makes a new session beside the old one and replaces it when it has its pair.

mod advance;
mod inbound;
mod io;
mod transmit;
mod view;

use crate::gather::Gatherer;
use crate::outbox::{Generation, Outbox};
use crate::session::{Context, Session};
use crate::{
    Candidate, Component, Config, Credentials, Error, Event, GatheringState, Misuse, PairId, Role, State, StunServer,
    Transport, TransportPolicy,
};
use core::net::SocketAddr;
use peerline_edge::{Deadline, IoRequest, Rng, Time};

/// An ICE agent for one data stream.
#[derive(Debug)]
pub struct Agent {
    config: Config,
    rng: Rng,
    gatherer: Gatherer,
    /// The present generation.
    session: Session,
    /// The generation before, while its pairs are of use.
    previous: Option<Box<Session>>,
    /// Remote candidates with a ufrag that is not known (yet).
    stash: Vec<Candidate>,
    /// The ufrag of a generation whose candidates ended before its credentials came.
    ended_early: Option<String>,
    /// What carries each component's data.
    paths: [Option<(Generation, PairId)>; 2],
    state: State,
    next_generation: u32,
    next_pair: u32,
    deadline: Option<Deadline>,
    out: Outbox,
}

/// Borrows everything but the sessions, for a call into one of them.
macro_rules! context {
    ($agent:expr, $now:expr) => {
        Context {
            now: $now,
            config: &$agent.config,
            locals: &mut $agent.gatherer.locals,
            rng: &mut $agent.rng,
            out: &mut $agent.out,
            next_pair: &mut $agent.next_pair,
        }
    };
}
use context;

impl Agent {
    /// An agent in state new. [`Self::gather`] starts it.
    #[must_use]
    pub fn new(config: Config) -> Self {
        let mut rng = Rng::new(config.seed);
        // RFC 8445 §6.1.1: a lite agent is controlled.
        let role = if config.lite { Role::Controlled } else { config.role };
        let local = Credentials::random(&mut rng);
        let session = Session::new(Generation(0), role, local, &config, &mut rng);
        Self {
            gatherer: Gatherer::new(Rng::new(rng.seed())),
            config,
            rng,
            session,
            previous: None,
            stash: Vec::new(),
            ended_early: None,
            paths: [None; 2],
            state: State::New,
            next_generation: 1,
            next_pair: 0,
            deadline: None,
            out: Outbox::default(),
        }
    }

    /// The present role; a role conflict may change it.
    #[must_use]
    pub fn role(&self) -> Role {
        self.session.role
    }

    /// Takes this role. A lite agent stays controlled.
    pub fn set_role(&mut self, now: Time, role: Role) {
        if !self.config.lite {
            self.session.set_role(role, &self.gatherer.locals);
            self.advance(now);
        }
    }

    /// Tells that the other side is a lite agent (`a=ice-lite`): this one is controlling then (RFC 8445 §6.1.1).
    pub fn set_remote_lite(&mut self, lite: bool) {
        self.session.remote_lite = lite;
        if lite && !self.config.lite {
            self.session.set_role(Role::Controlling, &self.gatherer.locals);
        }
    }

    /// The username fragment and password of the present generation.
    #[must_use]
    pub fn local_credentials(&self) -> &Credentials {
        &self.session.local
    }

    /// The other side's username fragment and password, if known for this generation.
    #[must_use]
    pub fn remote_credentials(&self) -> Option<&Credentials> {
        self.session.remote.as_ref().map(|remote| &remote.credentials)
    }

    /// Starts gathering; after a restart, starts it again.
    pub fn gather(&mut self, now: Time) {
        if self.state != State::Closed {
            if self.gatherer.state() == GatheringState::New {
                self.session.set_policy(self.config.transport_policy);
            }
            self.gatherer.start(now, &self.config, &self.session.local.ufrag, &mut self.out);
            self.advance(now);
        }
    }

    /// Sets the servers for the next gathering.
    pub fn set_servers(&mut self, servers: Vec<StunServer>) {
        self.config.servers = servers;
    }

    /// Sets the TURN servers for the next gathering.
    pub fn set_turn_servers(&mut self, servers: Vec<StunServer>) {
        self.config.turn_servers = servers;
    }

    /// Sets which candidates may be used from the next gathering on. The generation before goes on by its own policy until the new one
    /// replaces it, or has failed for want of candidates that the policy allows.
    pub fn set_transport_policy(&mut self, policy: TransportPolicy) {
        self.config.transport_policy = policy;
    }

    /// Uses these credentials instead of those that [`Self::new`] drew: JSEP writes credentials into an offer before the agent hears
    /// of it. Only before [`Self::gather`].
    pub fn set_local_credentials(&mut self, credentials: Credentials) {
        self.session.set_local(credentials, &self.config);
    }

    /// Begins a new generation: new credentials, all candidates and checks anew. The path in use stays in use until the new
    /// generation has a nominated pair. [`Self::gather`] has to follow.
    pub fn restart(&mut self, now: Time) -> &Credentials {
        let local = Credentials::random(&mut self.rng);
        self.restart_with(now, local);
        &self.session.local
    }

    /// [`Self::restart`] with these credentials.
    pub fn restart_with(&mut self, now: Time, local: Credentials) {
        if self.state != State::Closed {
            // RFC 8445 §9: both ufrag and password MUST change.
            self.begin_session(local);
            self.session.set_policy(self.config.transport_policy);
            self.gatherer.restart();
            self.advance(now);
        }
    }

    /// Puts a new session in the place of the present one, which is kept as long as its pairs are of use.
    fn begin_session(&mut self, local: Credentials) {
        let generation = Generation(self.next_generation);
        self.next_generation += 1;
        let mut session = Session::new(generation, self.session.role, local, &self.config, &mut self.rng);
        session.remote_lite = self.session.remote_lite;
        // Whoever gathers anew sets another.
        session.policy = self.session.policy;
        let replaced = core::mem::replace(&mut self.session, session);
        let carries =
            |session: &Session| self.paths.iter().flatten().any(|(carrier, _)| *carrier == session.generation);
        match &self.previous {
            // Restarted twice before the first restart came to a pair: the oldest still carries the data.
            Some(previous) if carries(previous) && !carries(&replaced) => {}
            _ => self.previous = Some(Box::new(replaced)),
        }
    }

    /// Goes back to the generation before the last [`Self::restart`] (a rollback), unless a pair of the new one carries data already.
    /// Returns whether it did.
    pub fn cancel_restart(&mut self, now: Time) -> bool {
        let retired = |session: &Session| session.retired.is_some();
        match self.previous.take() {
            Some(previous) if !retired(&previous) && !self.session.is_concluded(&self.config) => {
                self.session = *previous;
                self.gatherer.cancel_restart(self.session.policy);
                self.advance(now);
                true
            }
            previous => {
                self.previous = previous;
                false
            }
        }
    }

    /// Sets the other side's credentials. Others than before, without a [`Self::restart`], mean that only the other side restarted.
    pub fn set_remote_credentials(&mut self, now: Time, credentials: Credentials) {
        if self.state == State::Closed || self.remote_credentials() == Some(&credentials) {
            return;
        }
        if self.session.remote.is_some() {
            let local = self.session.local.clone();
            self.begin_session(local);
            if let Some(previous) = &mut self.previous {
                self.session.adopt_early(previous);
            }
        }
        self.session.set_remote(credentials, &mut context!(self, now));
        if self.ended_early.take_if(|ufrag| self.session.is_from_remote(ufrag)).is_some() {
            self.session.ended = true;
        }
        for candidate in core::mem::take(&mut self.stash) {
            // The stash holds nothing that was refused before.
            let _ = self.add_remote_candidate(now, candidate);
        }
        self.advance(now);
    }

    /// Adds a candidate of the other side. One of another generation (by its `ufrag` extension) waits for its credentials or is
    /// dropped; a duplicate or one that can't be used is ignored.
    ///
    /// # Errors
    /// If the agent is closed, has no such component, or has too many candidates.
    pub fn add_remote_candidate(&mut self, now: Time, candidate: Candidate) -> Result<(), Error> {
        if self.state == State::Closed {
            return Err(Misuse::Closed.into());
        }
        if !(1..=u16::from(self.config.components.clamp(1, 2))).contains(&candidate.component().0) {
            return Err(Misuse::UnknownComponent.into());
        }
        let limit = self.config.limits.remote_candidates;
        if let Some(ufrag) = candidate.ufrag() {
            let known = self.session.is_from_remote(ufrag);
            if !known && self.previous.as_ref().is_some_and(|previous| previous.is_from_remote(ufrag)) {
                self.out.drops.stale_candidate += 1;
                return Ok(());
            }
            // RFC 8838 §11: a candidate may overtake the description with its credentials.
            if !known {
                if self.stash.len() >= limit {
                    self.out.drops.stale_candidate += 1;
                    self.stash.remove(0);
                }
                self.stash.push(candidate);
                return Ok(());
            }
        }
        if self.session.remotes.len() + self.session.names.len() >= limit {
            self.out.drops.candidate_overflow += 1;
            return Err(Misuse::TooManyCandidates.into());
        }
        // RFC 8839 §5.1: MUST ignore what it can't use. Port 0 and port 9 of a TCP candidate are not to be connected to.
        if candidate.transport() != Transport::Udp || candidate.port() == 0 {
            self.out.drops.unusable_candidate += 1;
            return Ok(());
        }
        self.use_remote_candidate(now, candidate);
        self.advance(now);
        Ok(())
    }

    fn use_remote_candidate(&mut self, now: Time, candidate: Candidate) {
        match (candidate.address(), candidate.socket_addr()) {
            (_, Some(address)) if address.ip().is_unspecified() || address.ip().is_multicast() => {
                self.out.drops.unusable_candidate += 1;
            }
            (_, Some(address)) => self.session.add_remote(candidate, address, &mut context!(self, now)),
            (crate::Address::Name(host), None) => {
                self.out.io.push_back(IoRequest::Resolve { host: host.clone() });
                self.session.names.push(candidate);
            }
            (crate::Address::Ip(_), None) => {}
        }
    }

    /// Tells that no more remote candidates of the present generation will come.
    pub fn end_of_remote_candidates(&mut self, now: Time) {
        self.session.ended = true;
        self.advance(now);
    }

    /// Tells that no more remote candidates of the generation with this ufrag will come; its credentials may still be unknown.
    pub fn end_of_remote_candidates_of(&mut self, now: Time, ufrag: &str) {
        if self.session.is_from_remote(ufrag) {
            self.end_of_remote_candidates(now);
        } else {
            self.ended_early = Some(ufrag.to_owned());
        }
    }

    /// Does what is due.
    pub fn handle_timeout(&mut self, now: Time) {
        self.advance(now);
    }

    /// The next request for I/O.
    pub fn poll_io(&mut self) -> Option<IoRequest> {
        self.out.io.pop_front()
    }

    /// The next event.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.out.events.pop_front()
    }

    /// When to call [`Self::handle_timeout`], and why.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Deadline> {
        self.deadline
    }

    /// Ends everything: asks to close every socket, and sends nothing more. There is no event for it.
    pub fn close(&mut self) {
        if self.state == State::Closed {
            return;
        }
        self.state = State::Closed;
        self.out.io.clear();
        self.out.events.clear();
        self.out.packets.clear();
        self.gatherer.close(&mut self.out);
        self.deadline = None;
    }

    /// The component of a slot of `paths`.
    fn component(slot: usize) -> Component {
        if slot == 0 { Component::RTP } else { Component::RTCP }
    }

    /// The session of a generation.
    fn session(&self, generation: Generation) -> Option<&Session> {
        if self.session.generation == generation {
            return Some(&self.session);
        }
        self.previous.as_deref().filter(|previous| previous.generation == generation)
    }

    /// True if this bound address belongs to one of the agent's sockets.
    #[must_use]
    pub fn owns_socket(&self, local: &SocketAddr) -> bool {
        self.gatherer.owns(&crate::path::canonical(*local))
    }
}
