//! What the owner of an agent may look at: state, paths, candidates, pairs, counters.

use super::Agent;
use crate::check::Pair;
use crate::outbox::Generation;
use crate::session::Session;
use crate::{Candidate, CandidateId, Component, Drops, GatheringState, PairView, State, path};
use core::net::SocketAddr;
use peerline_edge::{FiveTuple, Time};

impl Agent {
    /// The state.
    #[must_use]
    pub fn state(&self) -> State {
        self.state
    }

    /// The state of gathering.
    #[must_use]
    pub fn gathering_state(&self) -> GatheringState {
        self.gatherer.state()
    }

    /// Where application data of this component goes now: the nominated pair, before that the best valid one; during a restart
    /// the pair of the generation before. `None` if there is none or consent to send is gone: then nothing may be sent.
    #[must_use]
    pub fn path(&self, component: Component) -> Option<FiveTuple> {
        if self.state == State::Closed {
            return None;
        }
        self.carrier(component).map(|(_, pair)| pair.path)
    }

    /// The session and pair that carry a component's data.
    fn carrier(&self, component: Component) -> Option<(&Session, &Pair)> {
        let slot = usize::from(component.0.checked_sub(1)?);
        let (generation, id) = self.paths.get(slot).copied().flatten()?;
        let session = self.session(generation)?;
        session.checklist.pairs.get(&id).map(|pair| (session, &**pair))
    }

    /// True if an authenticated check came or was answered on this five-tuple: data from others is to be dropped.
    #[must_use]
    pub fn is_valid_path(&self, path: &FiveTuple) -> bool {
        let known = |path: &FiveTuple| {
            self.session.knows_path(path) || self.previous.as_ref().is_some_and(|previous| previous.knows_path(path))
        };
        known(path) || (path.local.is_ipv6() && known(&path::canonical_path(path)))
    }

    /// Counts application packets sent on a path.
    pub fn note_sent(&mut self, path: &FiveTuple, now: Time, bytes: usize, packets: usize) {
        if let Some(pair) = self.pair_mut(path) {
            pair.stats.bytes_sent += bytes as u64;
            pair.stats.packets_sent += packets as u64;
            pair.stats.last_packet_sent = Some(now);
        }
    }

    /// Counts application packets received on a path, after the layer above has authenticated them. They show that the path lives.
    pub fn note_received(&mut self, path: &FiveTuple, now: Time, bytes: usize, packets: usize) {
        if let Some(pair) = self.pair_mut(path) {
            pair.stats.bytes_received += bytes as u64;
            pair.stats.packets_received += packets as u64;
            pair.stats.last_packet_received = Some(now);
            pair.consent.heard(now);
        }
    }

    /// Counts application packets that the owner could not send on a path, though [`Self::note_sent`] has counted them.
    pub fn note_discarded(&mut self, path: &FiveTuple, bytes: usize, packets: usize) {
        if let Some(pair) = self.pair_mut(path) {
            pair.stats.bytes_discarded_on_send += bytes as u64;
            pair.stats.packets_discarded_on_send += packets as u64;
        }
    }

    fn pair_mut(&mut self, path: &FiveTuple) -> Option<&mut Pair> {
        let generation = self.paths.iter().flatten().next().map(|(generation, _)| *generation);
        let previous_carries =
            self.previous.as_ref().is_some_and(|previous| generation == Some(Generation(previous.generation.0)));
        match &mut self.previous {
            Some(previous) if previous_carries => previous.checklist.pair_by_path_mut(path),
            _ => self.session.checklist.pair_by_path_mut(path),
        }
    }

    /// The local candidates of this generation: those that its policy allows.
    pub fn local_candidates(&self) -> impl Iterator<Item = (CandidateId, &Candidate)> {
        let allowed = self.session.policy.allows_hosts();
        self.gatherer.locals.current().filter(move |_| allowed).map(|(id, local)| (id, &local.candidate))
    }

    /// The remote candidates of this generation, peer-reflexive ones included.
    pub fn remote_candidates(&self) -> impl Iterator<Item = (CandidateId, &Candidate)> {
        self.session.remotes.iter().map(|(id, remote)| (id, &remote.candidate))
    }

    /// The remote candidates of this generation with their addresses, which the candidate itself may not show.
    pub fn remote_addresses(&self) -> impl Iterator<Item = (SocketAddr, &Candidate)> {
        self.session.remotes.iter().map(|(_, remote)| (remote.address, &remote.candidate))
    }

    /// The pairs of this generation, in the order in which they were made.
    pub fn pairs(&self) -> impl Iterator<Item = PairView<'_>> {
        self.session.checklist.pairs.values().filter_map(|pair| self.view(&self.session, pair))
    }

    /// The number of this generation.
    #[must_use]
    pub const fn generation(&self) -> u32 {
        self.session.generation.0
    }

    /// Where authenticated checks came from before the other side's credentials did, with the PRIORITY each had: what will be a
    /// peer-reflexive candidate, or is one that nobody has signaled yet.
    pub fn early_checks(&self) -> impl Iterator<Item = (FiveTuple, u32)> {
        self.session.early_checks()
    }

    /// The pair that carries this component's data now; during a restart it may be of the generation before. `None` once closed.
    #[must_use]
    pub fn selected_pair(&self, component: Component) -> Option<PairView<'_>> {
        self.last_selected_pair(component).filter(|_| self.state != State::Closed)
    }

    /// As [`Self::selected_pair`]; once closed, the one at that time.
    #[must_use]
    pub fn last_selected_pair(&self, component: Component) -> Option<PairView<'_>> {
        let (session, pair) = self.carrier(component)?;
        self.view(session, pair)
    }

    fn view<'a>(&'a self, session: &'a Session, pair: &'a Pair) -> Option<PairView<'a>> {
        let remote = session.remotes.get(pair.remote)?;
        Some(PairView {
            id: pair.id,
            component: pair.component,
            generation: session.generation.0,
            local_ufrag: &session.local.ufrag,
            remote_ufrag: session.remote.as_ref().map(|remote| remote.credentials.ufrag.as_str()),
            local_id: pair.local,
            local: &self.gatherer.locals.get(pair.local)?.candidate,
            remote_id: pair.remote,
            remote: &remote.candidate,
            remote_address: remote.address,
            path: pair.path,
            state: pair.state,
            nominated: pair.nominated,
            priority: pair.priority,
            stats: &pair.stats,
        })
    }

    /// What was dropped, by reason.
    #[must_use]
    pub fn drops(&self) -> &Drops {
        &self.out.drops
    }
}
