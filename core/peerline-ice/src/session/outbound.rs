//! Sending checks, consent checks and nominations when they are due (RFC 8445 §6.1.4.2, §8.1.1; RFC 7675 §5.1).

use super::{Context, Session};
use crate::check::nomination::{Decision, decide};
use crate::check::{CheckKind, Request, Validity};
use crate::consent::Due;
use crate::{CandidateType, Component, PairId, PairState, Role};
use peerline_edge::{Deadline, Time};
use peerline_stun::TransactionId;

impl Session {
    /// Does what is due: repetitions, nomination, the next check. `used` are the pairs that carry data.
    pub(crate) fn advance(&mut self, used: &[PairId], cx: &mut Context<'_>) {
        self.checklist.repeat_requests(cx.now, cx.out);
        self.keep_consent(used, cx);
        if !self.may_check(cx.config) {
            return;
        }
        if self.role == Role::Controlling {
            for component in Self::components(cx.config) {
                if let Decision::Nominate(id) = self.nomination(component, cx.now, cx)
                    && let Some(pair) = self.checklist.pairs.get_mut(&id)
                {
                    pair.to_nominate = true;
                    self.checklist.trigger(id, true);
                }
            }
        }
        while let Some(id) = self.checklist.next_check(cx.now, &cx.config.timing) {
            let nominates = self.role == Role::Controlling
                && self
                    .checklist
                    .pairs
                    .get(&id)
                    .is_some_and(|pair| pair.to_nominate && pair.state == PairState::Succeeded);
            self.send_check(id, if nominates { CheckKind::Nomination } else { CheckKind::Check }, cx);
        }
    }

    /// What the controlling agent does about a component now.
    pub(crate) fn nomination(&self, component: Component, now: Time, cx: &Context<'_>) -> Decision {
        let mut replaces = None;
        if let Some(pair) = self.nominated(component).and_then(|id| self.checklist.pairs.get(&id)) {
            let round_trip_time = pair.stats.current_round_trip_time.unwrap_or_default();
            let replaceable = pair.consent.replaceable_from(round_trip_time, &cx.config.timing);
            match replaceable {
                _ if pair.consent.is_silent(now, &cx.config.timing, cx.config.lite) => {}
                Some(from) if now >= from => {}
                Some(from) => return Decision::WaitUntil(Deadline::new(from, "ice nomination moves")),
                None => return Decision::Nothing,
            }
            replaces = Some((pair.id, pair.consent.last_heard));
        }
        decide(&self.checklist, component, replaces, now, &cx.config.timing, cx.locals)
    }

    fn send_check(&mut self, id: PairId, kind: CheckKind, cx: &mut Context<'_>) {
        let Some(pair) = self.checklist.pairs.get(&id) else { return };
        let Some((_, local)) = cx.locals.base(pair.path.local) else { return };
        // RFC 8445 §7.1.1: the priority that a peer-reflexive candidate found by this check would have.
        let priority = local.preference.priority(CandidateType::PeerReflexive, pair.component);
        let transaction_id = TransactionId::random(cx.rng);
        let transaction = self.checklist.transaction(cx.now, transaction_id, kind, &cx.config.timing);
        let request = Request { transaction, kind, role: self.role, priority, cancelled: false };
        self.checklist.send(id, request, cx.out);
    }

    /// RFC 7675 §5.1: asks for consent on the pairs in use, and takes it away when it expires.
    fn keep_consent(&mut self, used: &[PairId], cx: &mut Context<'_>) {
        for pair in self.checklist.pairs.values_mut() {
            if matches!(pair.validity, Validity::Since(_)) && cx.now >= pair.consent.expires {
                // These credentials can't be used on this five-tuple again.
                pair.validity =
                    if pair.nominated || used.contains(&pair.id) { Validity::Revoked } else { Validity::Unknown };
                pair.state = PairState::Failed;
                pair.to_nominate = false;
            }
        }
        let revoked = |pair: Option<PairId>, session: &Self| {
            pair.is_some_and(|id| session.checklist.pairs.get(&id).is_none_or(|p| p.validity == Validity::Revoked))
        };
        for component in Self::components(cx.config) {
            if revoked(self.nominated(component), self) {
                self.set_nominated(component, None);
            }
        }
        if self.retired.is_some() || cx.config.lite || self.remote.is_none() {
            return;
        }
        let mut silent = false;
        for id in used {
            let Some(pair) = self.checklist.pairs.get_mut(id).filter(|pair| pair.is_usable(cx.now)) else { continue };
            let round_trip_time = pair.stats.current_round_trip_time.unwrap_or_default();
            let due = pair.consent.step(cx.now, round_trip_time, &cx.config.timing, cx.rng);
            silent |= pair.consent.is_silent(cx.now, &cx.config.timing, cx.config.lite);
            match due {
                Due::Nothing => {}
                Due::Check => self.send_check(*id, CheckKind::Consent, cx),
                Due::Probe => self.send_check(*id, CheckKind::Probe, cx),
            }
        }
        if silent && !self.searching {
            // The pair in use is silent: perhaps another way works.
            self.search_again(cx);
        }
        self.searching = silent;
    }
}
