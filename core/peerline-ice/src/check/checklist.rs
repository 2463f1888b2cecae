//! The checklist: which pair is checked next (RFC 8445 §6.1, RFC 8838 §12).
//!
//! 1. Pairs are added as candidates become known: of each foundation one waits, the others are frozen.
//! 2. Triggered checks go first, then waiting pairs by priority, then frozen ones of a foundation that nobody checks.
//! 3. A pair that succeeds thaws its foundation.

use super::{CheckKind, Pair, Request, Validity};
use crate::config::Timing;
use crate::consent::Consent;
use crate::outbox::{Generation, Outbox, Packet};
use crate::{CandidateId, Component, PairId, PairState, PairStats};
use core::cmp::Reverse;
use core::time::Duration;
use peerline_edge::{Deadline, FiveTuple, Time};
use peerline_stun::{Retransmission, Step, Transaction, TransactionId};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// The pairs of one session, and the order of their checks.
#[derive(Debug)]
pub(crate) struct Checklist {
    pub(crate) generation: Generation,
    /// Boxed, as a tree's node has room for eleven and most agents have one or two.
    pub(crate) pairs: BTreeMap<PairId, Box<Pair>>,
    by_path: BTreeMap<FiveTuple, PairId>,
    by_transaction: BTreeMap<TransactionId, PairId>,
    triggered: VecDeque<PairId>,
    foundations: Vec<String>,
    next_ordinary: Time,
    next_triggered: Time,
    /// Ordinary checks sent, for the faster pace of the first ones.
    ordinary_sent: u32,
}

/// What a new pair is made of.
#[derive(Debug)]
pub(crate) struct NewPair<'a> {
    pub(crate) id: PairId,
    pub(crate) component: Component,
    pub(crate) local: CandidateId,
    pub(crate) remote: CandidateId,
    pub(crate) path: FiveTuple,
    pub(crate) priority: u64,
    pub(crate) foundation: (&'a str, &'a str),
}

impl Checklist {
    pub(crate) fn new(generation: Generation) -> Self {
        Self {
            generation,
            pairs: BTreeMap::new(),
            by_path: BTreeMap::new(),
            by_transaction: BTreeMap::new(),
            triggered: VecDeque::new(),
            foundations: Vec::new(),
            next_ordinary: Time::ZERO,
            next_triggered: Time::ZERO,
            ordinary_sent: 0,
        }
    }

    /// Every pair, oldest first.
    fn all(&self) -> impl Iterator<Item = &Pair> {
        self.pairs.values().map(|pair| &**pair)
    }

    pub(crate) fn by_path(&self, path: &FiveTuple) -> Option<PairId> {
        self.by_path.get(path).copied()
    }

    pub(crate) fn pair_by_path_mut(&mut self, path: &FiveTuple) -> Option<&mut Pair> {
        self.pairs.get_mut(self.by_path.get(path)?).map(|pair| &mut **pair)
    }

    pub(crate) fn pair_of_transaction(&self, id: TransactionId) -> Option<PairId> {
        self.by_transaction.get(&id).copied()
    }

    pub(crate) fn intern(&mut self, foundation: &str) -> u16 {
        let place = self.foundations.iter().position(|known| known == foundation).unwrap_or_else(|| {
            self.foundations.push(foundation.to_owned());
            self.foundations.len() - 1
        });
        u16::try_from(place).unwrap_or(u16::MAX)
    }

    /// Adds a pair, frozen; [`Self::thaw`] follows. If there are too many, the one of lowest priority that nobody has checked
    /// goes (RFC 8445 §6.1.2.5). Returns whether the new one stays.
    pub(crate) fn add(&mut self, new: &NewPair<'_>, limit: usize) -> bool {
        if self.pairs.len() >= limit {
            let unchecked =
                |pair: &&Pair| matches!(pair.state, PairState::Frozen | PairState::Waiting) && !pair.authentic;
            let lowest = self.all().filter(unchecked).min_by_key(|pair| pair.priority);
            match lowest.map(|pair| (pair.id, pair.priority)) {
                Some((id, priority)) if priority < new.priority => self.remove(id),
                _ => return false,
            }
        }
        let foundation = (self.intern(new.foundation.0), self.intern(new.foundation.1));
        self.by_path.insert(new.path, new.id);
        let pair = Pair {
            id: new.id,
            component: new.component,
            local: new.local,
            remote: new.remote,
            path: new.path,
            priority: new.priority,
            foundation,
            state: PairState::Frozen,
            validity: Validity::Unknown,
            to_nominate: false,
            nominated: false,
            authentic: false,
            requests: Vec::new(),
            consent: Consent::default(),
            stats: PairStats::default(),
        };
        self.pairs.insert(new.id, Box::new(pair));
        true
    }

    pub(crate) fn remove(&mut self, id: PairId) {
        if let Some(pair) = self.pairs.remove(&id) {
            self.by_path.remove(&pair.path);
            for request in &pair.requests {
                self.by_transaction.remove(&request.id());
            }
            self.triggered.retain(|triggered| *triggered != id);
        }
    }

    /// RFC 8445 §6.1.2.6, RFC 8838 §12: gives each foundation that nobody checks one waiting pair, of the lowest component and then
    /// the highest priority; all of them if one has succeeded.
    pub(crate) fn thaw(&mut self) {
        let mut succeeded = BTreeSet::new();
        let mut busy = BTreeSet::new();
        let mut first: BTreeMap<(u16, u16), (Component, Reverse<u64>, PairId)> = BTreeMap::new();
        for pair in self.pairs.values() {
            match pair.state {
                PairState::Succeeded => drop(succeeded.insert(pair.foundation)),
                PairState::InProgress => drop(busy.insert(pair.foundation)),
                PairState::Failed => {}
                PairState::Frozen | PairState::Waiting => {
                    let rank = (pair.component, Reverse(pair.priority), pair.id);
                    let best = first.entry(pair.foundation).or_insert(rank);
                    *best = rank.min(*best);
                }
            }
        }
        let triggered = &self.triggered;
        for pair in self.pairs.values_mut().filter(|p| matches!(p.state, PairState::Frozen | PairState::Waiting)) {
            let foremost = first.get(&pair.foundation).is_some_and(|(_, _, id)| *id == pair.id);
            let waits = succeeded.contains(&pair.foundation)
                || triggered.contains(&pair.id)
                || (foremost && !busy.contains(&pair.foundation));
            pair.state = if waits { PairState::Waiting } else { PairState::Frozen };
        }
    }

    /// Puts a pair into the triggered-check queue (RFC 8445 §6.1.4.1).
    pub(crate) fn trigger(&mut self, id: PairId, first: bool) {
        if let Some(place) = self.triggered.iter().position(|triggered| *triggered == id) {
            if first {
                self.triggered.remove(place);
            } else {
                return;
            }
        }
        if first {
            self.triggered.push_front(id);
        } else {
            self.triggered.push_back(id);
        }
    }

    /// Takes the pair to check now, if the pace allows one (RFC 8445 §6.1.4.2).
    pub(crate) fn next_check(&mut self, now: Time, timing: &Timing) -> Option<PairId> {
        if now >= self.next_triggered {
            while let Some(id) = self.triggered.pop_front() {
                let wanted = |pair: &Pair| pair.state == PairState::Waiting || pair.to_nominate;
                if self.pairs.get(&id).is_some_and(|pair| wanted(pair)) {
                    self.next_triggered = now + timing.ta_min;
                    return Some(id);
                }
            }
        }
        if now < self.next_ordinary || now < self.next_triggered {
            return None;
        }
        let id = self.best_waiting().or_else(|| self.thaw_one())?;
        self.ordinary_sent = self.ordinary_sent.saturating_add(1);
        self.next_triggered = now + timing.ta_min;
        self.next_ordinary = now + if self.ordinary_sent < timing.burst { timing.ta_min } else { timing.ta };
        Some(id)
    }

    fn best_waiting(&self) -> Option<PairId> {
        let waiting = self.pairs.values().filter(|pair| pair.state == PairState::Waiting);
        waiting.max_by_key(|pair| (pair.priority, Reverse(pair.id))).map(|pair| pair.id)
    }

    /// RFC 8445 §6.1.4.2 step 3: a frozen pair whose foundation nobody checks.
    fn thaw_one(&self) -> Option<PairId> {
        let busy: BTreeSet<_> = self
            .pairs
            .values()
            .filter(|pair| pair.state == PairState::InProgress)
            .map(|pair| pair.foundation)
            .collect();
        let frozen = self.pairs.values().filter(|p| p.state == PairState::Frozen && !busy.contains(&p.foundation));
        frozen.max_by_key(|pair| (Reverse(pair.component), pair.priority, Reverse(pair.id))).map(|pair| pair.id)
    }

    /// RFC 8445 §14.3: the more pairs share the pace, the longer each waits.
    pub(crate) fn rto(&self, timing: &Timing) -> Duration {
        let counted = |pair: &&Pair| matches!(pair.state, PairState::Waiting | PairState::InProgress);
        let pairs = u32::try_from(self.all().filter(counted).count()).unwrap_or(u32::MAX);
        timing.rto.max(timing.ta.saturating_mul(pairs))
    }

    /// Sends a request on a pair.
    pub(crate) fn send(&mut self, id: PairId, request: Request, out: &mut Outbox) {
        let Some(pair) = self.pairs.get_mut(&id) else { return };
        let (transaction, kind) = (request.id(), request.kind);
        if matches!(kind, CheckKind::Check | CheckKind::Nomination) && pair.state != PairState::Succeeded {
            pair.state = PairState::InProgress;
        }
        if let Some(forgotten) = pair.push_request(request) {
            self.by_transaction.remove(&forgotten);
        }
        self.by_transaction.insert(transaction, id);
        out.packets.push_back(Packet::Check { generation: self.generation, pair: id, id: transaction, kind });
    }

    /// Takes the request of a transaction out of its pair.
    pub(crate) fn take_request(&mut self, pair: PairId, id: TransactionId) -> Option<Request> {
        self.by_transaction.remove(&id);
        self.pairs.get_mut(&pair)?.take_request(id)
    }

    /// Forgets the requests of a pair that make no difference any more.
    pub(crate) fn forget_checks(&mut self, id: PairId) {
        let Some(pair) = self.pairs.get_mut(&id) else { return };
        let by_transaction = &mut self.by_transaction;
        pair.requests.retain(|request| {
            let keep = request.kind != CheckKind::Check;
            if !keep {
                by_transaction.remove(&request.id());
            }
            keep
        });
    }

    /// Repeats requests whose time has come, and gives up those whose time is over.
    pub(crate) fn repeat_requests(&mut self, now: Time, out: &mut Outbox) {
        for pair in self.pairs.values_mut() {
            let (mut undecided, mut failed) = (false, false);
            let by_transaction = &mut self.by_transaction;
            let (id, stats, generation) = (pair.id, &mut pair.stats, self.generation);
            pair.requests.retain_mut(|request| match request.transaction.step(now) {
                Step::TimedOut => {
                    by_transaction.remove(&request.id());
                    // RFC 8445 §7.2.5.2.4: a check without a response has failed; a cancelled one decides nothing.
                    failed |= !request.cancelled && matches!(request.kind, CheckKind::Check | CheckKind::Nomination);
                    false
                }
                step => {
                    if step == Step::Retransmit {
                        stats.retransmissions_sent += 1;
                        let (kind, transaction) = (request.kind, request.id());
                        out.packets.push_back(Packet::Check { generation, pair: id, id: transaction, kind });
                    }
                    undecided |= matches!(request.kind, CheckKind::Check | CheckKind::Nomination);
                    true
                }
            });
            if failed || (pair.state == PairState::InProgress && !undecided) {
                pair.to_nominate = false;
                // A nominating check without an answer takes the pair out of the valid list (RFC 8445 §8.1.1).
                pair.validity = Validity::Unknown;
                pair.state = PairState::Failed;
            }
        }
    }

    /// All unfinished pairs of a component go: it has its nominated pair (RFC 8445 §8.1.2).
    pub(crate) fn conclude(&mut self, now: Time, component: Component, wait: Duration) {
        let unneeded = |pair: &&Pair| {
            pair.component == component
                && matches!(pair.state, PairState::Frozen | PairState::Waiting)
                && !pair.authentic
        };
        let ids: Vec<_> = self.all().filter(unneeded).map(|pair| pair.id).collect();
        ids.into_iter().for_each(|id| self.remove(id));
        for pair in self.pairs.values_mut().filter(|pair| pair.component == component) {
            if pair.state == PairState::InProgress {
                pair.cancel_requests(now, wait);
            }
        }
    }

    /// When the next check or repetition is due.
    pub(crate) fn deadline(&self, checks_allowed: bool) -> Option<Deadline> {
        let mut deadline = None;
        let mut waiting = false;
        for pair in self.pairs.values() {
            waiting |= matches!(pair.state, PairState::Waiting | PairState::Frozen);
            for request in &pair.requests {
                let at = Deadline::new(request.transaction.deadline(), "ice check response");
                deadline = Deadline::earliest(deadline, Some(at));
            }
        }
        if checks_allowed && !self.triggered.is_empty() {
            deadline = Deadline::earliest(deadline, Some(Deadline::new(self.next_triggered, "ice triggered check")));
        }
        if checks_allowed && waiting && self.has_ordinary() {
            let at = self.next_ordinary.max(self.next_triggered);
            deadline = Deadline::earliest(deadline, Some(Deadline::new(at, "ice check")));
        }
        deadline
    }

    /// True if an ordinary check could go out now, were it not for the pace.
    fn has_ordinary(&self) -> bool {
        self.best_waiting().is_some() || self.thaw_one().is_some()
    }

    /// How a check is repeated.
    pub(crate) fn transaction(&self, now: Time, id: TransactionId, kind: CheckKind, timing: &Timing) -> Transaction {
        let retransmission = match kind {
            CheckKind::Check | CheckKind::Nomination => Retransmission {
                rto: self.rto(timing),
                max_transmissions: timing.max_transmissions,
                last_wait: timing.last_wait,
            },
            // RFC 7675 §5.1: MUST be sent once, each with a transaction id of its own.
            CheckKind::Consent | CheckKind::Probe => Retransmission::once(timing.consent_timeout),
        };
        Transaction::start(now, id, retransmission)
    }
}
