//! An `RTCIceTransport` that a script makes (W3C webrtc-ice): an agent of its own, without descriptions, DTLS or a connection around it.
//!
//! What a method changes is shown when it returns, and fires nothing. What the agent changes waits as a task: running it changes the
//! slot and gives the event, as in [`crate::PeerConnection`].

use crate::configuration::{Configuration, IceServer};
use crate::error::Error;
use crate::states::{IceConnectionState, IceGatheringState, IceTransportPolicy};
use crate::transport::{CandidatePair, stun_servers};
use peerline_crypto::CryptoProvider;
use peerline_edge::{Deadline, IoOutcome, IoRequest, Received, Seed, Time, Transmit};
use peerline_ice as ice;
use peerline_jsep::{IceCredentials, IceRole};
use std::collections::VecDeque;
use std::sync::Arc;

/// The transport, its slots and its tasks.
#[derive(Debug)]
pub struct StandaloneIceTransport {
    agent: ice::Agent,
    tasks: VecDeque<IceTransportEvent>,
    state: IceConnectionState,
    gathering_state: IceGatheringState,
    /// Unknown before [`Self::start`].
    role: Option<IceRole>,
}

/// What a task fires.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IceTransportEvent {
    /// `statechange`.
    State(IceConnectionState),
    /// `gatheringstatechange`.
    GatheringState(IceGatheringState),
    /// `selectedcandidatepairchange`.
    SelectedCandidatePair,
    /// `icecandidate`, with a candidate-attribute; `None` after the last one.
    Candidate(Option<String>),
}

/// What a caller did wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IceTransportMisuse {
    /// The transport is closed.
    #[error("the transport is closed")]
    Closed,
    /// `gather` was called before.
    #[error("gathering has begun already")]
    AlreadyGathering,
    /// `start` was called before with the other role.
    #[error("the role cannot be changed")]
    RoleChanged,
    /// A username fragment or password that RFC 8839 does not have.
    #[error("malformed username fragment or password")]
    MalformedParameters,
    /// A candidate that cannot be parsed, or one too many.
    #[error("the candidate cannot be used")]
    UnusableCandidate,
    /// A server that cannot be.
    #[error("{0}")]
    Server(Error),
}

impl StandaloneIceTransport {
    /// A transport in state new, with fresh local parameters.
    #[must_use]
    pub fn new(crypto: Arc<dyn CryptoProvider>, seed: Seed) -> Self {
        Self {
            agent: ice::Agent::new(ice::Config::new(crypto, seed)),
            tasks: VecDeque::new(),
            state: IceConnectionState::New,
            gathering_state: IceGatheringState::New,
            role: None,
        }
    }

    /// Gathers candidates, once.
    ///
    /// # Errors
    /// If the transport is closed, gathers already, or a server cannot be.
    pub fn gather(
        &mut self,
        now: Time,
        policy: IceTransportPolicy,
        servers: Vec<IceServer>,
    ) -> Result<(), IceTransportMisuse> {
        self.check_open()?;
        if self.gathering_state != IceGatheringState::New {
            return Err(IceTransportMisuse::AlreadyGathering);
        }
        servers.iter().try_for_each(IceServer::validate).map_err(IceTransportMisuse::Server)?;
        let configuration = Configuration { ice_servers: servers, ..Configuration::default() };
        self.agent.set_servers(stun_servers(&configuration));
        self.agent.set_transport_policy(policy.into());
        self.agent.gather(now);
        self.gathering_state = IceGatheringState::Gathering;
        self.collect();
        Ok(())
    }

    /// Starts checks. With other remote parameters than before, it starts them anew.
    ///
    /// # Errors
    /// If the transport is closed, was started with the other role, or the parameters are malformed.
    pub fn start(&mut self, now: Time, remote: IceCredentials, role: IceRole) -> Result<(), IceTransportMisuse> {
        self.check_open()?;
        let credentials = ice::Credentials { ufrag: remote.ufrag, pwd: remote.pwd };
        if !credentials.is_well_formed() {
            return Err(IceTransportMisuse::MalformedParameters);
        }
        if self.role.is_some_and(|known| known != role) {
            return Err(IceTransportMisuse::RoleChanged);
        }
        if self.role.replace(role).is_none() {
            let role = match role {
                IceRole::Controlling => ice::Role::Controlling,
                IceRole::Controlled => ice::Role::Controlled,
            };
            self.agent.set_role(now, role);
        }
        self.agent.set_remote_credentials(now, credentials);
        self.show_checking();
        Ok(())
    }

    /// Adds a candidate of the other side, as a candidate-attribute; an empty one is the end of them.
    ///
    /// # Errors
    /// If the transport is closed or the candidate cannot be used.
    pub fn add_remote_candidate(&mut self, now: Time, candidate: &str) -> Result<(), IceTransportMisuse> {
        self.check_open()?;
        if candidate.is_empty() {
            self.agent.end_of_remote_candidates(now);
        } else {
            let candidate = candidate.parse().map_err(|_| IceTransportMisuse::UnusableCandidate)?;
            self.agent.add_remote_candidate(now, candidate).map_err(|_| IceTransportMisuse::UnusableCandidate)?;
        }
        self.show_checking();
        Ok(())
    }

    /// Ends everything at once; nothing fires any more.
    pub fn stop(&mut self) {
        self.agent.close();
        self.tasks.clear();
        self.state = IceConnectionState::Closed;
    }

    fn check_open(&self) -> Result<(), IceTransportMisuse> {
        if self.is_closed() { Err(IceTransportMisuse::Closed) } else { Ok(()) }
    }

    /// A method has given the agent something to check, or taken it away: that is shown at once, without an event.
    fn show_checking(&mut self) {
        self.state = match (self.state, self.agent_state()) {
            (IceConnectionState::Checking, IceConnectionState::New) => IceConnectionState::New,
            // However far the agent is by now: what it did since is told by tasks.
            (IceConnectionState::New, state) if state != IceConnectionState::New => IceConnectionState::Checking,
            (state, _) => state,
        };
        self.collect();
    }

    /// The agent's state; without a remote candidate there is nothing to check.
    fn agent_state(&self) -> IceConnectionState {
        match self.agent.state().into() {
            IceConnectionState::Checking if self.agent.remote_candidates().next().is_none() => IceConnectionState::New,
            state => state,
        }
    }

    /// Queues what the agent tells.
    fn collect(&mut self) {
        while let Some(event) = self.agent.poll_event() {
            self.tasks.extend(match event {
                ice::Event::LocalCandidate(candidate) => {
                    Some(IceTransportEvent::Candidate(Some(candidate.to_string())))
                }
                ice::Event::LocalCandidatesEnd { .. } => Some(IceTransportEvent::Candidate(None)),
                ice::Event::GatheringStateChange(state) => Some(IceTransportEvent::GatheringState(state.into())),
                ice::Event::StateChange(state) => Some(IceTransportEvent::State(state.into())),
                ice::Event::SelectedPairChange { .. } => Some(IceTransportEvent::SelectedCandidatePair),
                _ => None,
            });
        }
    }

    /// Runs one task: a slot changes, and this is what fires, perhaps nothing. `None` if no task waits.
    pub fn run_task(&mut self) -> Option<Vec<IceTransportEvent>> {
        let event = self.tasks.pop_front()?;
        let changes = match &event {
            // A check of the other side's came before any candidate was added: we still wait for those (webrtc-pc §5.6.4, "new").
            IceTransportEvent::State(IceConnectionState::Checking) if self.state == IceConnectionState::New => false,
            IceTransportEvent::State(state) => core::mem::replace(&mut self.state, *state) != *state,
            IceTransportEvent::GatheringState(state) => core::mem::replace(&mut self.gathering_state, *state) != *state,
            IceTransportEvent::SelectedCandidatePair | IceTransportEvent::Candidate(_) => true,
        };
        Some(if changes { vec![event] } else { Vec::new() })
    }

    /// How many tasks wait.
    #[must_use]
    pub fn waiting_tasks(&self) -> usize {
        self.tasks.len()
    }

    /// True if a task waits.
    #[must_use]
    pub fn has_tasks(&self) -> bool {
        !self.tasks.is_empty()
    }

    /// True if an event may still come although nobody calls: it gathers, or has something to check or to keep alive.
    #[must_use]
    pub fn is_active(&self) -> bool {
        let idle = matches!(self.agent_state(), IceConnectionState::New | IceConnectionState::Failed);
        self.has_tasks()
            || !self.is_closed() && (self.agent.gathering_state() == ice::GatheringState::Gathering || !idle)
    }

    /// True once it was stopped.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.state == IceConnectionState::Closed
    }

    /// `state`.
    #[must_use]
    pub const fn state(&self) -> IceConnectionState {
        self.state
    }

    /// `gatheringState`.
    #[must_use]
    pub const fn gathering_state(&self) -> IceGatheringState {
        self.gathering_state
    }

    /// `role`: what the agents have agreed on, or `None` before [`Self::start`].
    #[must_use]
    pub fn role(&self) -> Option<IceRole> {
        self.role.map(|_| match self.agent.role() {
            ice::Role::Controlling => IceRole::Controlling,
            ice::Role::Controlled => IceRole::Controlled,
        })
    }

    /// `getLocalParameters`.
    #[must_use]
    pub fn local_parameters(&self) -> IceCredentials {
        let local = self.agent.local_credentials();
        IceCredentials { ufrag: local.ufrag.clone(), pwd: local.pwd.clone() }
    }

    /// `getRemoteParameters`.
    #[must_use]
    pub fn remote_parameters(&self) -> Option<IceCredentials> {
        let remote = self.agent.remote_credentials()?;
        Some(IceCredentials { ufrag: remote.ufrag.clone(), pwd: remote.pwd.clone() })
    }

    /// `getSelectedCandidatePair`.
    #[must_use]
    pub fn selected_candidate_pair(&self) -> Option<CandidatePair> {
        let pair = self.agent.selected_pair(ice::Component::RTP)?;
        Some(CandidatePair {
            local: pair.local.to_string(),
            remote: pair.remote.to_string(),
            round_trip_time: pair.stats.current_round_trip_time,
        })
    }

    /// Takes a datagram: only STUN is of use.
    pub fn handle_datagram(&mut self, now: Time, datagram: Received<'_>) {
        self.agent.handle_datagram(now, datagram);
        self.collect();
    }

    /// Takes an answer to an [`IoRequest`].
    pub fn handle_io(&mut self, now: Time, outcome: IoOutcome) {
        self.agent.handle_io(now, outcome);
        self.collect();
    }

    /// Does what is due.
    pub fn handle_timeout(&mut self, now: Time) {
        self.agent.handle_timeout(now);
        self.collect();
    }

    /// Writes the next datagram into `buf`, which must be empty.
    pub fn poll_transmit(&mut self, now: Time, buf: &mut Vec<u8>) -> Option<Transmit> {
        self.agent.poll_transmit(now, buf)
    }

    /// The next request for I/O.
    pub fn poll_io(&mut self) -> Option<IoRequest> {
        self.agent.poll_io()
    }

    /// When to call [`Self::handle_timeout`], and why.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Deadline> {
        self.agent.poll_timeout()
    }
}
