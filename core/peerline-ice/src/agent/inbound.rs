//! STUN datagrams from the network (RFC 8445 §7.3, RFC 8489 §6.3): all of it hostile until its integrity is verified.

use super::{Agent, Context, context};
use crate::outbox::{Answer, Response};
use crate::session::{Inbound, Session};
use crate::{Role, State, path};
use peerline_edge::{FiveTuple, Received, Time};
use peerline_stun::{AttributeType, Class, ErrorCode, Message, Method};

/// What a check may have that must be understood.
const KNOWN: [AttributeType; 3] = [AttributeType::USERNAME, AttributeType::PRIORITY, AttributeType::USE_CANDIDATE];

impl Agent {
    /// Takes a datagram that looks like STUN. Hostile input is counted in [`Self::drops`] and dropped.
    pub fn handle_datagram(&mut self, now: Time, datagram: Received<'_>) {
        if self.state == State::Closed {
            return;
        }
        let path = path::canonical_path(&datagram.path);
        let drops = &mut self.out.drops;
        if !self.gatherer.owns(&path.local) {
            drops.unknown_socket += 1;
            return;
        }
        let Ok(message) = Message::parse(datagram.contents) else {
            drops.not_stun += 1;
            return;
        };
        if message.fingerprint_matches() == Some(false) {
            drops.wrong_fingerprint += 1;
            return;
        }
        let changed = match (message.method(), message.class()) {
            (Method::BINDING, Class::Request) => self.handle_request(now, &path, &message),
            (Method::BINDING, Class::Success | Class::Error) => self.handle_response(now, &path, &message),
            _ => {
                drops.not_a_check += 1;
                false
            }
        };
        if changed {
            self.advance(now);
        }
    }

    /// Returns whether anything changed: nothing does before the request is authenticated.
    fn handle_request(&mut self, now: Time, path: &FiveTuple, message: &Message<'_>) -> bool {
        // RFC 8489 §9.1.3: without USERNAME or MESSAGE-INTEGRITY the answer is 400, with wrong ones it is 401.
        let (Some(username), true) = (message.username(), message.has_integrity()) else {
            self.out.drops.unauthenticated_request += 1;
            self.refuse(path, message, ErrorCode::BAD_REQUEST);
            return false;
        };
        // RFC 8445 §7.3: valid if it is two values with a colon between them, and the first is our username fragment.
        let (ours, theirs) = username.split_once(':').unwrap_or((username, ""));
        let is_addressed = |session: &Session| session.local.ufrag == ours;
        let previous = self.previous.as_deref_mut().filter(|previous| is_addressed(previous));
        let session = match previous {
            Some(previous)
                if !is_addressed(&self.session)
                    || (previous.is_from_remote(theirs) && !self.session.is_from_remote(theirs)) =>
            {
                previous
            }
            _ if is_addressed(&self.session) => &mut self.session,
            _ => {
                self.out.drops.wrong_username += 1;
                self.refuse(path, message, ErrorCode::UNAUTHENTICATED);
                return false;
            }
        };
        if !session.policy.allows_hosts() {
            // Whoever knows the address from before must not learn that the new generation lives there too.
            self.out.drops.forbidden_by_policy += 1;
            return false;
        }
        if message.verify_integrity(&*session.local_key).is_err() {
            self.out.drops.wrong_integrity += 1;
            self.refuse(path, message, ErrorCode::UNAUTHENTICATED);
            return false;
        }
        let claim = match (message.ice_controlling(), message.ice_controlled()) {
            (Some(tie_breaker), _) => Some((Role::Controlling, tie_breaker)),
            (None, Some(tie_breaker)) => Some((Role::Controlled, tie_breaker)),
            (None, None) => None,
        };
        let check = Inbound {
            path: *path,
            id: message.transaction_id(),
            ufrag: theirs,
            priority: message.priority().unwrap_or(0),
            use_candidate: message.use_candidate(),
            claim,
            unknown: message.unknown_required(&KNOWN).take(16).collect(),
        };
        session.handle_check(&check, &mut context!(self, now));
        true
    }

    fn refuse(&mut self, path: &FiveTuple, message: &Message<'_>, code: u16) {
        if !self.session.policy.allows_hosts() {
            return;
        }
        let fingerprint = message.fingerprint_matches() == Some(true);
        let answer = Answer::Refusal { code, fingerprint };
        let response = Response { path: *path, id: message.transaction_id(), answer };
        self.out.respond(response, self.config.limits.responses);
    }

    fn handle_response(&mut self, now: Time, path: &FiveTuple, message: &Message<'_>) -> bool {
        let ends = (path.local, path.remote);
        if self.gatherer.handle_response(now, message, ends, &self.config, &mut self.out) {
            return true;
        }
        let id = message.transaction_id();
        for session in [Some(&mut self.session), self.previous.as_deref_mut()].into_iter().flatten() {
            if let Some(pair) = session.checklist.pair_of_transaction(id) {
                session.handle_response(pair, path, message, &mut context!(self, now));
                return true;
            }
        }
        self.out.drops.unexpected_response += 1;
        false
    }
}
