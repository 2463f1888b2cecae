//! The local candidates, their foundations, and their announcement (RFC 8445 §5.1.1.3, §5.1.3).

use crate::candidate::LocalPreference;
use crate::outbox::Outbox;
use crate::{Candidate, CandidateId, CandidateType, Component, Event};
use core::net::{IpAddr, SocketAddr};
use std::collections::BTreeMap;

/// No host has more; peers that report a new mapped address with each answer get no further.
const MAX_LOCALS: usize = 128;

/// A local candidate with its base.
#[derive(Clone, Debug)]
pub(crate) struct LocalCandidate {
    pub(crate) candidate: Candidate,
    /// The bound address that its packets leave from.
    pub(crate) base: SocketAddr,
    pub(crate) preference: LocalPreference,
    /// False once its socket is gone, or its generation has ended; kept for the pairs that refer to it.
    pub(crate) current: bool,
}

/// All local candidates.
#[derive(Debug, Default)]
pub(crate) struct Locals {
    map: BTreeMap<CandidateId, Box<LocalCandidate>>,
    next: u32,
    /// What makes a foundation; its place in the list is its name.
    foundations: Vec<(CandidateType, IpAddr, Option<IpAddr>)>,
}

impl Locals {
    pub(crate) fn get(&self, id: CandidateId) -> Option<&LocalCandidate> {
        self.map.get(&id).map(|local| &**local)
    }

    /// Those of the present generation.
    pub(crate) fn current(&self) -> impl Iterator<Item = (CandidateId, &LocalCandidate)> {
        self.map.iter().filter(|(_, local)| local.current).map(|(id, local)| (*id, &**local))
    }

    /// Those that pairs are made of: RFC 8445 §6.1.2.4 replaces a reflexive candidate by its base, which is a host candidate.
    pub(crate) fn bases(&self) -> impl Iterator<Item = (CandidateId, &LocalCandidate)> {
        self.current().filter(|(_, local)| local.candidate.kind() == CandidateType::Host)
    }

    /// The present candidate with this address and base.
    pub(crate) fn find(&self, base: SocketAddr, address: SocketAddr) -> Option<CandidateId> {
        let same = |local: &LocalCandidate| local.base == base && local.candidate.socket_addr() == Some(address);
        self.current().find(|(_, local)| same(local)).map(|(id, _)| id)
    }

    /// The host candidate of a bound address.
    pub(crate) fn base(&self, base: SocketAddr) -> Option<(CandidateId, &LocalCandidate)> {
        self.bases().find(|(_, local)| local.base == base)
    }

    /// Adds a candidate; `None` if there are too many.
    pub(crate) fn add(
        &mut self,
        kind: CandidateType,
        component: Component,
        address: SocketAddr,
        base: (SocketAddr, LocalPreference),
        server: Option<(IpAddr, &str)>,
    ) -> Option<CandidateId> {
        if self.map.len() >= MAX_LOCALS {
            self.forget_unused();
        }
        if self.map.len() >= MAX_LOCALS {
            return None;
        }
        let (base, preference) = base;
        let foundation = self.foundation(kind, base.ip(), server.map(|(ip, _)| ip));
        let priority = preference.priority(kind, component);
        let mut candidate = Candidate::new(kind, component, &foundation, priority, address);
        if kind != CandidateType::Host {
            candidate = candidate.with_related(base);
        }
        if let Some((_, url)) = server {
            candidate = candidate.with_url(url);
        }
        Some(self.insert(LocalCandidate { candidate, base, preference, current: true }))
    }

    fn insert(&mut self, local: LocalCandidate) -> CandidateId {
        let id = CandidateId(self.next);
        self.next += 1;
        self.map.insert(id, Box::new(local));
        id
    }

    /// RFC 8445 §5.1.1.3: the same for the same type, base address, server address and protocol.
    fn foundation(&mut self, kind: CandidateType, base: IpAddr, server: Option<IpAddr>) -> String {
        let key = (kind, base, server);
        let place = self.foundations.iter().position(|known| *known == key).unwrap_or_else(|| {
            self.foundations.push(key);
            self.foundations.len() - 1
        });
        (place + 1).to_string()
    }

    /// Tells a candidate under this ufrag.
    pub(crate) fn announce(&mut self, id: CandidateId, ufrag: &str, out: &mut Outbox) {
        if let Some(local) = self.map.get_mut(&id) {
            local.candidate = local.candidate.clone().with_ufrag(ufrag);
            out.event(Event::LocalCandidate(local.candidate.clone()));
        }
    }

    /// Tells all present candidates under a new ufrag.
    pub(crate) fn announce_all(&mut self, ufrag: &str, out: &mut Outbox) {
        let ids: Vec<_> = self.current().map(|(id, _)| id).collect();
        ids.into_iter().for_each(|id| self.announce(id, ufrag, out));
    }

    /// After a restart reflexive candidates are found anew.
    pub(crate) fn forget_reflexive(&mut self) {
        for local in self.map.values_mut().filter(|local| local.candidate.kind() != CandidateType::Host) {
            local.current = false;
        }
    }

    /// The candidates of this base are gone.
    pub(crate) fn remove_base(&mut self, base: SocketAddr) {
        for local in self.map.values_mut().filter(|local| local.base == base) {
            local.current = false;
        }
    }

    /// Makes room: what is not current is only shown, in pairs that are over.
    fn forget_unused(&mut self) {
        self.map.retain(|_, local| local.current);
    }
}
