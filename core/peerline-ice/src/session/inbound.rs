//! An authenticated check from the other side (RFC 8445 §7.3).

use super::{Context, EarlyCheck, Session};
use crate::check::Validity;
use crate::outbox::{Answer, Response};
use crate::{Event, PairId, PairState, Role};
use peerline_edge::FiveTuple;
use peerline_stun::{AttributeType, ErrorCode, TransactionId};

/// What a check says, after its integrity was verified.
#[derive(Clone, Debug)]
pub(crate) struct Inbound<'a> {
    pub(crate) path: FiveTuple,
    pub(crate) id: TransactionId,
    /// The sender's username fragment.
    pub(crate) ufrag: &'a str,
    pub(crate) priority: u32,
    pub(crate) use_candidate: bool,
    /// The role it claims, with its tie-breaker.
    pub(crate) claim: Option<(Role, u64)>,
    /// Attributes that must be understood and are not.
    pub(crate) unknown: Vec<AttributeType>,
}

impl Session {
    /// Answers a check and follows it up.
    pub(crate) fn handle_check(&mut self, check: &Inbound<'_>, cx: &mut Context<'_>) {
        let generation = self.generation;
        let respond = |answer, cx: &mut Context<'_>| {
            cx.out.respond(Response { path: check.path, id: check.id, answer }, cx.config.limits.responses);
        };
        if !check.unknown.is_empty() {
            cx.out.drops.malformed_request += 1;
            let (code, unknown) = (ErrorCode::UNKNOWN_ATTRIBUTE, check.unknown.clone());
            return respond(Answer::Error { generation, code, unknown }, cx);
        }
        if self.is_role_conflict(check, cx) {
            let code = ErrorCode::ROLE_CONFLICT;
            return respond(Answer::Error { generation, code, unknown: Vec::new() }, cx);
        }
        respond(Answer::Success(generation), cx);
        let early = EarlyCheck {
            path: check.path,
            ufrag: check.ufrag.to_owned(),
            priority: check.priority,
            use_candidate: check.use_candidate,
            received: cx.now,
            times: 1,
        };
        if self.is_from_remote(check.ufrag) {
            self.follow_up(&early, cx);
        } else if check.ufrag.len() > 256 || !self.early.push(early, cx.config.limits.early_checks) {
            cx.out.drops.early_check_overflow += 1;
        }
    }

    /// RFC 8445 §7.3.1.1: if both claim one role, the larger tie-breaker is controlling. True if the request is to be refused.
    fn is_role_conflict(&mut self, check: &Inbound<'_>, cx: &mut Context<'_>) -> bool {
        let Some((claimed, theirs)) = check.claim else { return false };
        if claimed != self.role {
            return false;
        }
        let ours_wins = self.tie_breaker >= theirs;
        match (self.role, ours_wins) {
            // RFC 8445 §7.3.1.1: the winner stays controlling and MUST answer 487; the loser switches.
            (Role::Controlling, true) | (Role::Controlled, false) => true,
            (Role::Controlling, false) | (Role::Controlled, true) => {
                // A lite agent is always controlled.
                if !cx.config.lite {
                    self.switch_role(cx);
                }
                false
            }
        }
    }

    /// Takes the other role after a conflict.
    pub(crate) fn switch_role(&mut self, cx: &mut Context<'_>) {
        let role = self.role.other();
        self.set_role(role, cx.locals);
        if self.retired.is_none() {
            cx.out.event(Event::RoleChange(role));
        }
    }

    /// What a check means for the pairs: peer-reflexive candidate, triggered check, nomination (RFC 8445 §7.3.1.3 to §7.3.1.5).
    pub(crate) fn follow_up(&mut self, check: &EarlyCheck, cx: &mut Context<'_>) {
        let known = self.checklist.by_path(&check.path).is_some();
        let Some(id) = self.pair_of(check, cx) else { return };
        if !known {
            self.suspect_nominated(check, cx);
        }
        let wait = cx.config.timing.consent_timeout;
        if self.failed {
            // The other side is still there: it may have been late.
            self.be_patient(cx);
        }
        let role = self.role;
        let Some(pair) = self.checklist.pairs.get_mut(&id) else { return };
        pair.authentic = true;
        pair.stats.requests_received += check.times;
        pair.stats.responses_sent += check.times;
        pair.consent.heard(check.received);
        if pair.validity == Validity::Revoked || self.failed {
            return;
        }
        // RFC 8445 §7.3.1.5: the controlled agent takes the nomination now if the pair is valid, else once it is.
        if check.use_candidate && role == Role::Controlled && !pair.nominated {
            pair.to_nominate = true;
        }
        if cx.config.lite {
            // RFC 8445 §7.3.2: to a lite agent the check itself makes the pair valid.
            pair.consent.grant_by_request(check.received, &cx.config.timing);
            pair.state = PairState::Succeeded;
            if pair.validity == Validity::Unknown {
                pair.validity = Validity::Since(cx.now);
            }
        } else {
            match pair.state {
                PairState::Succeeded => {}
                // RFC 8445 §7.3.1.4: a check under way is not sent again, and a new one goes out: now the way may be open.
                PairState::InProgress | PairState::Waiting | PairState::Frozen | PairState::Failed => {
                    pair.cancel_requests(cx.now, wait);
                    pair.state = PairState::Waiting;
                    self.checklist.trigger(id, false);
                }
            }
        }
        self.accept_nomination(id, cx);
    }

    /// A check on a way that was not there before, after a pair was nominated: perhaps the other side has moved.
    fn suspect_nominated(&mut self, check: &EarlyCheck, cx: &Context<'_>) {
        let component = cx.locals.base(check.path.local).map(|(_, base)| base.candidate.component());
        let nominated = component.and_then(|component| self.nominated(component));
        if let Some(pair) = nominated.and_then(|id| self.checklist.pairs.get_mut(&id)) {
            pair.consent.suspect(cx.now);
        }
    }

    /// The pair that a check came on; made if need be.
    fn pair_of(&mut self, check: &EarlyCheck, cx: &mut Context<'_>) -> Option<PairId> {
        if let Some(id) = self.checklist.by_path(&check.path) {
            return Some(id);
        }
        let (local, base) = cx.locals.base(check.path.local)?;
        let component = base.candidate.component();
        let limit = cx.config.limits.remote_candidates;
        let remote = match self.remotes.find(component, check.path.remote) {
            Some(remote) => remote,
            None => {
                let added = self.remotes.add_peer_reflexive(component, check.path.remote, check.priority, limit);
                cx.out.drops.candidate_overflow += u64::from(added.is_none());
                added?
            }
        };
        self.add_pair(local, remote, cx)
    }
}
