//! Making pairs of local and remote candidates (RFC 8445 §6.1.2).

use super::{Context, Session};
use crate::candidate::pair_priority;
use crate::check::{NewPair, Validity};
use crate::gather::Locals;
use crate::remote::Added;
use crate::{Candidate, CandidateId, PairId, PairState, path};
use core::net::SocketAddr;

impl Session {
    /// The bases that the policy lets this session make pairs of; without a TURN client all of them are host candidates.
    fn bases(&self, locals: &Locals) -> Vec<CandidateId> {
        locals.bases().map(|(id, _)| id).filter(|_| self.policy.allows_hosts()).collect()
    }

    /// Adds a remote candidate and pairs it with all bases.
    pub(crate) fn add_remote(&mut self, candidate: Candidate, address: SocketAddr, cx: &mut Context<'_>) {
        let address = path::canonical(address);
        match self.remotes.add(candidate, address, cx.config.limits.remote_candidates) {
            Added::New(remote) => {
                for local in self.bases(cx.locals) {
                    self.add_pair(local, remote, cx);
                }
                self.be_patient(cx);
                self.checklist.thaw();
            }
            Added::Identified(remote) => self.identify(remote, cx),
            Added::Known => {}
            Added::Overflow => cx.out.drops.candidate_overflow += 1,
        }
    }

    /// RFC 8863 §3: a new candidate deserves as much time as the first. A session that ended for want of pairs goes on.
    pub(super) fn be_patient(&mut self, cx: &Context<'_>) {
        if self.patience.is_some() && !self.was_connected {
            self.patience = Some(cx.now + cx.config.timing.patience);
            self.failed = false;
        }
    }

    /// A peer-reflexive candidate turned out to be a signaled one.
    fn identify(&mut self, remote: CandidateId, cx: &Context<'_>) {
        let Some(foundation) = self.remotes.get(remote).map(|remote| remote.candidate.foundation().to_owned()) else {
            return;
        };
        let interned = self.checklist.intern(&foundation);
        for pair in self.checklist.pairs.values_mut().filter(|pair| pair.remote == remote) {
            pair.foundation.1 = interned;
        }
        self.recompute_priorities(cx.locals);
    }

    /// Pairs a new base with all remote candidates.
    pub(crate) fn add_base(&mut self, local: CandidateId, cx: &mut Context<'_>) {
        let remotes: Vec<_> = self.remotes.iter().map(|(id, _)| id).collect();
        for remote in remotes {
            self.add_pair(local, remote, cx);
        }
        self.checklist.thaw();
    }

    /// Adds the pair of these two, if it can work and is not there yet; its id if it is in the checklist after that.
    pub(crate) fn add_pair(&mut self, local: CandidateId, remote: CandidateId, cx: &mut Context<'_>) -> Option<PairId> {
        let (ours, theirs) = (cx.locals.get(local)?, self.remotes.get(remote)?);
        if !self.policy.allows_hosts() || ours.candidate.component() != theirs.candidate.component() {
            return None;
        }
        let path = path::between(ours.base, theirs.address)?;
        // RFC 8445 §6.1.2.4: a pair with the same base and remote candidate is redundant.
        if let Some(known) = self.checklist.by_path(&path) {
            return Some(known);
        }
        let id = PairId(*cx.next_pair);
        let new = NewPair {
            id,
            component: ours.candidate.component(),
            local,
            remote,
            path,
            priority: pair_priority(self.role, ours.candidate.priority(), theirs.candidate.priority()),
            foundation: (ours.candidate.foundation(), theirs.candidate.foundation()),
        };
        if !self.checklist.add(&new, cx.config.limits.pairs) {
            cx.out.drops.pair_overflow += 1;
            return None;
        }
        *cx.next_pair = cx.next_pair.wrapping_add(1);
        Some(id)
    }

    /// RFC 8445 §7.3.1.1: a change of role changes the priorities of all pairs.
    pub(crate) fn recompute_priorities(&mut self, locals: &Locals) {
        for pair in self.checklist.pairs.values_mut() {
            let (local, remote) = (locals.get(pair.local), self.remotes.get(pair.remote));
            if let (Some(local), Some(remote)) = (local, remote) {
                pair.priority = pair_priority(self.role, local.candidate.priority(), remote.candidate.priority());
            }
        }
    }

    /// The pairs of a base that is gone go with it.
    pub(crate) fn remove_base(&mut self, base: SocketAddr, cx: &mut Context<'_>) {
        self.early.forget_base(base);
        let lost: Vec<_> =
            self.checklist.pairs.values().filter(|p| p.path.local == base).map(|p| (p.id, p.component)).collect();
        let mut lost_nominated = false;
        for (id, component) in lost {
            self.checklist.remove(id);
            if self.nominated(component) == Some(id) {
                self.set_nominated(component, None);
                lost_nominated = true;
            }
        }
        if lost_nominated {
            // What was concluded is open again; without a pair it may last as long as consent would have.
            self.patience = Some(cx.now + cx.config.timing.consent_timeout);
            self.search_again(cx);
        }
    }

    /// Pairs everything anew and checks all that is not in use: the pair in use is gone or silent.
    pub(crate) fn search_again(&mut self, cx: &mut Context<'_>) {
        let bases = self.bases(cx.locals);
        let remotes: Vec<_> = self.remotes.iter().map(|(id, _)| id).collect();
        for local in bases {
            for remote in &remotes {
                self.add_pair(local, *remote, cx);
            }
        }
        for pair in self.checklist.pairs.values_mut() {
            if !pair.nominated && pair.validity != Validity::Revoked && !pair.is_pending() {
                pair.state = PairState::Waiting;
                pair.to_nominate = false;
            }
        }
        self.checklist.thaw();
    }
}
