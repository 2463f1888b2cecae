//! The remote candidates of a session (RFC 8445 §5.1.3, §7.3.1.3; RFC 8838 §11).

use crate::{Candidate, CandidateId, CandidateType, Component};
use core::net::SocketAddr;
use std::collections::BTreeMap;

/// A remote candidate whose address is known.
#[derive(Debug)]
pub(crate) struct RemoteCandidate {
    pub(crate) candidate: Candidate,
    pub(crate) address: SocketAddr,
}

/// What became of a candidate that was added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Added {
    /// It is new.
    New(CandidateId),
    /// It was known as peer-reflexive; now it is known by its true type, foundation and priority.
    Identified(CandidateId),
    /// It was known.
    Known,
    /// There are too many.
    Overflow,
}

/// All remote candidates of one session.
#[derive(Debug, Default)]
pub(crate) struct Remotes {
    map: BTreeMap<CandidateId, Box<RemoteCandidate>>,
    by_address: BTreeMap<(Component, SocketAddr), CandidateId>,
    next: u32,
}

impl Remotes {
    pub(crate) fn get(&self, id: CandidateId) -> Option<&RemoteCandidate> {
        self.map.get(&id).map(|remote| &**remote)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (CandidateId, &RemoteCandidate)> {
        self.map.iter().map(|(id, remote)| (*id, &**remote))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.map.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.map.len()
    }

    pub(crate) fn find(&self, component: Component, address: SocketAddr) -> Option<CandidateId> {
        self.by_address.get(&(component, address)).copied()
    }

    /// Adds a candidate with its resolved address.
    pub(crate) fn add(&mut self, candidate: Candidate, address: SocketAddr, limit: usize) -> Added {
        let key = (candidate.component(), address);
        if let Some(id) = self.by_address.get(&key).copied() {
            let known = self.map.get_mut(&id);
            let learned = |kind| kind == CandidateType::PeerReflexive;
            return match known {
                Some(known) if learned(known.candidate.kind()) && !learned(candidate.kind()) => {
                    known.candidate = candidate;
                    Added::Identified(id)
                }
                _ => Added::Known,
            };
        }
        if self.map.len() >= limit {
            return Added::Overflow;
        }
        let id = CandidateId(self.next);
        self.next += 1;
        self.by_address.insert(key, id);
        self.map.insert(id, Box::new(RemoteCandidate { candidate, address }));
        Added::New(id)
    }

    /// RFC 8445 §7.3.1.3: a check came from an address that is no candidate: it becomes one.
    pub(crate) fn add_peer_reflexive(
        &mut self,
        component: Component,
        address: SocketAddr,
        priority: u32,
        limit: usize,
    ) -> Option<CandidateId> {
        // The foundation MUST differ from all others; one that is signaled hardly looks like this.
        let foundation = format!("prflx{}", self.next);
        let candidate = Candidate::new(CandidateType::PeerReflexive, component, &foundation, priority, address);
        match self.add(candidate, address, limit) {
            Added::New(id) => Some(id),
            _ => None,
        }
    }
}
