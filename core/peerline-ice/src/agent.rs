//! The ICE agent (RFC 8445 §2): one data stream with one or two components.

use crate::{
    Candidate, CandidateId, Component, Config, Credentials, Drops, Error, Event, GatheringState, PairView, Role, State,
    StunServer,
};
use core::net::SocketAddr;
use peerline_edge::{Deadline, FiveTuple, IoOutcome, IoRequest, Received, Rng, Time, Transmit};

/// An ICE agent for one data stream.
#[derive(Debug)]
pub struct Agent {
    config: Config,
    role: Role,
    local: Credentials,
    remote: Option<Credentials>,
    drops: Drops,
}

impl Agent {
    /// An agent in state new. [`Self::gather`] starts it.
    #[must_use]
    pub fn new(config: Config) -> Self {
        let local = Credentials::random(&mut Rng::new(config.seed));
        Self { role: config.role, config, local, remote: None, drops: Drops::default() }
    }

    /// The present role; a role conflict may change it.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// Takes this role.
    pub fn set_role(&mut self, _now: Time, role: Role) {
        self.role = role;
    }

    /// Tells that the other side is a lite agent (`a=ice-lite`).
    pub fn set_remote_lite(&mut self, _lite: bool) {}

    /// The username fragment and password of the present generation.
    #[must_use]
    pub fn local_credentials(&self) -> &Credentials {
        &self.local
    }

    /// The other side's username fragment and password, if known for this generation.
    #[must_use]
    pub fn remote_credentials(&self) -> Option<&Credentials> {
        self.remote.as_ref()
    }

    /// Starts gathering; after a restart, starts it again.
    pub fn gather(&mut self, _now: Time) {}

    /// Sets the servers for the next gathering.
    pub fn set_servers(&mut self, servers: Vec<StunServer>) {
        self.config.servers = servers;
    }

    /// Begins a new generation: new credentials, all candidates and checks anew. The path in use stays in use until the new
    /// generation has a nominated pair.
    pub fn restart(&mut self, _now: Time) -> &Credentials {
        &self.local
    }

    /// Goes back to the generation before the last [`Self::restart`], if that has not been replaced by a nominated pair yet.
    /// Returns whether it did.
    pub fn cancel_restart(&mut self, _now: Time) -> bool {
        false
    }

    /// Sets the other side's credentials. Others than before, without a [`Self::restart`], mean that only the other side restarted.
    pub fn set_remote_credentials(&mut self, _now: Time, credentials: Credentials) {
        self.remote = Some(credentials);
    }

    /// Adds a candidate of the other side. One of another generation is kept for a while or dropped; a duplicate is ignored.
    pub fn add_remote_candidate(&mut self, _now: Time, _candidate: Candidate) -> Result<(), Error> {
        Ok(())
    }

    /// Tells that no more remote candidates of this generation will come.
    pub fn end_of_remote_candidates(&mut self, _now: Time) {}

    /// Takes a datagram that looks like STUN. Hostile input is counted in [`Self::drops`] and dropped.
    pub fn handle_datagram(&mut self, _now: Time, _datagram: Received<'_>) {}

    /// Does what is due.
    pub fn handle_timeout(&mut self, _now: Time) {}

    /// Takes the answer to an [`IoRequest`], or news about sockets and interfaces.
    pub fn handle_io(&mut self, _now: Time, _outcome: IoOutcome) {}

    /// The next request for I/O.
    pub fn poll_io(&mut self) -> Option<IoRequest> {
        None
    }

    /// Writes the next datagram into `buf`, which must be empty.
    pub fn poll_transmit(&mut self, _now: Time, _buf: &mut Vec<u8>) -> Option<Transmit> {
        None
    }

    /// The next event.
    pub fn poll_event(&mut self) -> Option<Event> {
        None
    }

    /// When to call [`Self::handle_timeout`], and why.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Deadline> {
        None
    }

    /// The state.
    #[must_use]
    pub fn state(&self) -> State {
        State::New
    }

    /// The state of gathering.
    #[must_use]
    pub fn gathering_state(&self) -> GatheringState {
        GatheringState::New
    }

    /// Where application data of this component goes now: the nominated pair, before that the best valid one; during a restart
    /// the pair of the generation before. `None` if there is none or consent to send is gone: then nothing may be sent.
    #[must_use]
    pub fn path(&self, _component: Component) -> Option<FiveTuple> {
        None
    }

    /// True if an authenticated check came or was answered on this five-tuple: data from others is to be dropped.
    #[must_use]
    pub fn is_valid_path(&self, _path: &FiveTuple) -> bool {
        false
    }

    /// True if this bound address belongs to one of the agent's sockets.
    #[must_use]
    pub fn owns_socket(&self, _local: &SocketAddr) -> bool {
        false
    }

    /// Counts application packets sent on a path.
    pub fn note_sent(&mut self, _path: &FiveTuple, _now: Time, _bytes: usize, _packets: usize) {}

    /// Counts application packets received on a path, after the layer above has authenticated them. They show that the path lives.
    pub fn note_received(&mut self, _path: &FiveTuple, _now: Time, _bytes: usize, _packets: usize) {}

    /// The local candidates of this generation.
    pub fn local_candidates(&self) -> impl Iterator<Item = (CandidateId, &Candidate)> {
        core::iter::empty()
    }

    /// The remote candidates of this generation.
    pub fn remote_candidates(&self) -> impl Iterator<Item = (CandidateId, &Candidate)> {
        core::iter::empty()
    }

    /// The pairs of this generation.
    pub fn pairs(&self) -> impl Iterator<Item = PairView<'_>> {
        core::iter::empty()
    }

    /// The pair that carries this component's data now.
    #[must_use]
    pub fn selected_pair(&self, _component: Component) -> Option<PairView<'_>> {
        None
    }

    /// What was dropped, by reason.
    #[must_use]
    pub fn drops(&self) -> &Drops {
        &self.drops
    }

    /// Ends everything: asks to close every socket, and sends nothing more.
    pub fn close(&mut self) {}
}
