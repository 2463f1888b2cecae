//! The response to a check (RFC 8445 §7.2.5).

use super::{Context, Session};
use crate::check::{CheckKind, Request, Validity};
use crate::{CandidateType, PairId, PairState, Role};
use core::net::SocketAddr;
use peerline_edge::FiveTuple;
use peerline_stun::{Class, ErrorCode, Message};

impl Session {
    /// Takes a response to one of this session's requests.
    pub(crate) fn handle_response(
        &mut self,
        id: PairId,
        path: &FiveTuple,
        message: &Message<'_>,
        cx: &mut Context<'_>,
    ) {
        let transaction = message.transaction_id();
        let Some(remote) = &self.remote else { return };
        // RFC 8489 §9.1.4: MUST be ignored as if never received if it is not sealed with the password of the request.
        if message.verify_integrity(&*remote.key).is_err() {
            cx.out.drops.unauthenticated_response += 1;
            return;
        }
        let Some(request) = self.checklist.take_request(id, transaction) else { return };
        let Some(pair) = self.checklist.pairs.get_mut(&id) else { return };
        // RFC 8445 §7.2.5.2.1: MUST come from where the request went to, to where it came from.
        if pair.path != *path {
            cx.out.drops.asymmetric_response += 1;
            if request.kind == CheckKind::Check && !request.cancelled {
                pair.state = PairState::Failed;
            }
            return;
        }
        pair.count_response(request.transaction.round_trip_time(cx.now));
        match (message.class(), message.xor_mapped_address()) {
            (Class::Success, Some(mapped)) => self.handle_success(id, &request, mapped, cx),
            (Class::Success, None) => self.fail(id, &request),
            _ => self.handle_error(id, &request, message, cx),
        }
    }

    /// RFC 8445 §7.2.5.3: the pair works.
    fn handle_success(&mut self, id: PairId, request: &Request, mapped: SocketAddr, cx: &mut Context<'_>) {
        let Some(pair) = self.checklist.pairs.get_mut(&id) else { return };
        if pair.validity == Validity::Revoked {
            return;
        }
        pair.authentic = true;
        pair.consent.grant(cx.now, &cx.config.timing, cx.rng);
        if matches!(request.kind, CheckKind::Consent | CheckKind::Probe) && pair.state == PairState::Succeeded {
            return;
        }
        if pair.validity == Validity::Unknown {
            pair.validity = Validity::Since(cx.now);
        }
        let newly = pair.state != PairState::Succeeded;
        pair.state = PairState::Succeeded;
        if newly {
            self.learn_local(id, request, mapped, cx);
            self.checklist.forget_checks(id);
            // RFC 8445 §7.2.5.3.3: thaws the pairs of the same foundation.
            self.checklist.thaw();
        }
        let Some(pair) = self.checklist.pairs.get_mut(&id) else { return };
        if request.kind == CheckKind::Nomination && self.role == Role::Controlling {
            // RFC 8445 §8.1.1: the nominating check succeeded.
            pair.to_nominate = false;
            self.nominate(id, cx);
        } else if self.role == Role::Controlling {
            // It was to be nominated before it had to be checked again: now that can be decided anew.
            pair.to_nominate &= request.kind != CheckKind::Check;
        } else {
            self.accept_nomination(id, cx);
        }
    }

    /// RFC 8445 §7.2.5.3.1: the mapped address names the local candidate; one that is unknown is peer-reflexive.
    fn learn_local(&mut self, id: PairId, request: &Request, mapped: SocketAddr, cx: &mut Context<'_>) {
        let Some(pair) = self.checklist.pairs.get_mut(&id) else { return };
        let base = pair.path.local;
        let Some((_, host)) = cx.locals.base(base) else { return };
        // A response can't carry a scope; the base's own address is compared without it.
        if (mapped.ip(), mapped.port()) == (base.ip(), base.port()) {
            return;
        }
        let base = (base, host.preference);
        let known = cx.locals.find(base.0, mapped);
        let kind = CandidateType::PeerReflexive;
        if let Some(local) = known.or_else(|| cx.locals.add(kind, pair.component, mapped, base, None)) {
            debug_assert_eq!(
                request.priority,
                base.1.priority(kind, pair.component),
                "the priority that the check told"
            );
            pair.local = local;
            self.recompute_priorities(cx.locals);
        }
    }

    /// RFC 8445 §7.2.5.2: the check did not succeed.
    fn handle_error(&mut self, id: PairId, request: &Request, message: &Message<'_>, cx: &mut Context<'_>) {
        match message.error_code().map(|error| error.code) {
            Some(ErrorCode::ROLE_CONFLICT) => {
                // RFC 8445 §7.2.5.1: switches, unless it has switched since, and checks again in its new role.
                if self.role == request.role && !cx.config.lite {
                    self.switch_role(cx);
                    self.tie_breaker = cx.rng.u64();
                }
                let Some(pair) = self.checklist.pairs.get_mut(&id) else { return };
                if pair.state != PairState::Succeeded {
                    pair.state = PairState::Waiting;
                    self.checklist.trigger(id, false);
                }
            }
            _ => self.fail(id, request),
        }
    }

    /// The check failed; a consent check or probe that is refused says nothing (RFC 7675 §5.1: only success counts).
    fn fail(&mut self, id: PairId, request: &Request) {
        if request.cancelled || !matches!(request.kind, CheckKind::Check | CheckKind::Nomination) {
            return;
        }
        if let Some(pair) = self.checklist.pairs.get_mut(&id) {
            pair.to_nominate = false;
            pair.validity = Validity::Unknown;
            pair.state = PairState::Failed;
        }
    }
}
